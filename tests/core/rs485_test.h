/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_RS485_TEST_H
#define HEARTH_TESTS_RS485_TEST_H

/* What the tests of the serial protocols share: frames from text, packs with any values, a desk
   over a real BMS, and a line between a reader and a battery. */

#include "core_test.h"

#include "core/proto/rs485.h"

enum { LINE_BYTES = 4096 };

/* "~2002…" (CR is added) or "01 03 0C …"; returns the length. */
static inline size_t frame_bytes(const char *text, uint8_t *out)
{
    size_t n = 0;
    if (text[0] == '~') {
        n = strlen(text);
        memcpy(out, text, n);
        out[n] = '\r';
        return n + 1;
    }
    for (const char *p = text; *p != '\0';) {
        unsigned byte;
        int used = 0;
        if (sscanf(p, " %2x%n", &byte, &used) != 1) {
            break;
        }
        out[n++] = (uint8_t)byte;
        p += used;
    }
    return n;
}

static inline void random_text(uint32_t *seed, char *text, int length)
{
    memset(text, 0, BANK_TEXT);
    for (int i = 0; i < length; i++) {
        text[i] = (char)('A' + dice(seed) % 26);
    }
}

/* Values as a BMS of these products may have them; texts as short as the protocols are. */
static inline void random_pack(uint32_t *seed, struct pack_view *pack, uint8_t address)
{
    memset(pack, 0, sizeof *pack);
    pack->address = address;
    pack->heard = UINT16_MAX;
    pack->n_cells = dice(seed) % 2 == 0 ? 16 : 8;
    pack->n_temps = 4;
    for (int k = 0; k < pack->n_cells; k++) {
        pack->cell_mv[k] = (uint16_t)dice_range(seed, 2000, 4000);
        pack->voltage_mv += pack->cell_mv[k];
    }
    for (int k = 0; k < pack->n_temps; k++) {
        pack->temp_c10[k] = (int16_t)dice_range(seed, -400, 1200);
    }
    pack->mos_c10 = (int16_t)dice_range(seed, -400, 1200);
    pack->env_c10 = (int16_t)dice_range(seed, -400, 1200);
    pack->current_ma = dice_range(seed, -200000, 200000);
    pack->full_mah = (uint32_t)dice_range(seed, 10000, 300000);
    pack->remaining_mah = (uint32_t)dice_range(seed, 0, (int32_t)pack->full_mah);
    pack->design_mah = (uint32_t)dice_range(seed, (int32_t)pack->full_mah, 320000);
    pack->cycles = (uint16_t)dice_range(seed, 0, 9000);
    pack->soc_pct = charge_pct(pack->remaining_mah, pack->full_mah);
    pack->soh_pct = charge_pct(pack->full_mah, pack->design_mah);
    pack->charge_mv = dice_range(seed, 20000, 60000);
    pack->discharge_mv = dice_range(seed, 20000, 50000);
    pack->charge_limit_ma = dice_range(seed, 0, 200) * 1000;
    pack->discharge_limit_ma = dice_range(seed, 0, 200) * 1000;
    pack->protections = dice(seed) & (REPORT_COMMUNICATION * 2U - 1U) & ~0x4FU;
    pack->alarms = dice(seed) & (REPORT_COMMUNICATION * 2U - 1U) & ~0x4FU;
    uint32_t cells = (1U << pack->n_cells) - 1;
    pack->cells_low = dice(seed) & cells;
    pack->cells_high = dice(seed) & cells & ~pack->cells_low;
    pack->balance = dice(seed) & cells;
    uint32_t bits = dice(seed);
    pack->charge_mos = (bits & 1) != 0;
    pack->discharge_mos = (bits & 2) != 0;
    pack->charge_enable = (bits & 4) != 0;
    pack->discharge_enable = (bits & 8) != 0;
    pack->charging = pack->current_ma > 0;
    pack->discharging = pack->current_ma < 0;
    pack->full = (bits & 16) != 0;
    pack->limiter = (bits & 32) != 0;
    pack->heater = (bits & 64) != 0;
    pack->buzzer = (bits & 128) != 0;
    bool asks = pack->charge_enable; /* nobody asks for what is forbidden */
    pack->force_charge = asks && (bits & 256) != 0;
    pack->force_charge_soon = asks && (bits & 512) != 0;
    pack->full_charge_request = asks && (bits & 1024) != 0;
    random_text(seed, pack->model, 9);
    random_text(seed, pack->maker, 18);
    random_text(seed, pack->serial, 16);
    version_put(pack->version, dice(seed) % 16, dice(seed) % 16);
}

static inline void random_bank(uint32_t *seed, struct battery_bank *bank, uint8_t n, uint32_t now)
{
    memset(bank, 0, sizeof *bank);
    bank->n_packs = n;
    for (uint8_t i = 0; i < n; i++) {
        random_pack(seed, &bank->pack[i], (uint8_t)(n == 1 ? 0 : i + 1));
        bank->pack[i].heard_ms = now;
    }
    bank_combine(bank, now, 1000);
}

/* A desk over real packs, each with the ranges and the rules of its BMS. */
struct test_desk {
    struct bms bms[2];
    struct desk_clock clock;
    bool shut[2], locked;
    int n_sets, n_lent;
    struct pack_view lent, recorded;
    uint16_t n_records;
};

static inline bool test_get(void *context, uint8_t pack, unsigned parameter, int32_t *value)
{
    struct test_desk *desk = context;
    *value = desk->bms[pack & 1].param[parameter];
    return true;
}

static inline bool test_set(void *context, uint8_t pack, const struct desk_value *values, size_t n)
{
    struct test_desk *desk = context;
    struct parameter_value of[DESK_VALUES];
    for (size_t i = 0; i < n; i++) {
        of[i] = (struct parameter_value){(enum parameter_id)values[i].parameter, values[i].value};
    }
    if (desk->locked || !bms_set_parameters(&desk->bms[pack & 1], of, n)) {
        return false;
    }
    desk->n_sets += (int)n;
    return true;
}

static inline bool test_get_clock(void *context, uint8_t pack, struct desk_clock *clock)
{
    (void)pack;
    *clock = ((struct test_desk *)context)->clock;
    return true;
}

static inline bool test_set_clock(void *context, uint8_t pack, const struct desk_clock *clock)
{
    (void)pack;
    ((struct test_desk *)context)->clock = *clock;
    return true;
}

static inline bool test_flip(void *context, uint8_t pack, enum desk_switch which, bool on)
{
    static const enum parameter_id ids[] = {[DESK_BUZZER] = PARAM_SOUND_ALARM,
                                            [DESK_LED_ALARM] = PARAM_LED_ALARM,
                                            [DESK_LIMITER] = PARAM_CHARGE_LIMITER_SWITCH,
                                            [DESK_CHARGE_MOS] = PARAM_CHG_CIRCUIT,
                                            [DESK_DISCHARGE_MOS] = PARAM_DISCHG_CIRCUIT};
    struct test_desk *desk = context;
    int32_t *param = desk->bms[pack & 1].param;
    bool other =
        which == DESK_CHARGE_MOS ? param[PARAM_DISCHG_CIRCUIT] != 0 : param[PARAM_CHG_CIRCUIT] != 0;
    if (desk->locked ||
        ((which == DESK_CHARGE_MOS || which == DESK_DISCHARGE_MOS) && !on && !other)) {
        return false; /* one of the two must stay on */
    }
    param[ids[which]] = on;
    return true;
}

static inline bool test_shut_down(void *context, uint8_t pack)
{
    struct test_desk *desk = context;
    desk->shut[pack & 1] = !desk->locked;
    return !desk->locked;
}

static inline bool test_record(void *context, uint8_t pack, uint16_t index,
                               struct desk_record *record)
{
    struct test_desk *desk = context;
    (void)pack;
    if (index >= desk->n_records) {
        return false;
    }
    *record = (struct desk_record){.at = desk->clock, .pack = &desk->recorded};
    record->at.second = (uint8_t)(index % 60);
    return true;
}

static inline bool test_lend(void *context, uint8_t pack, const struct pack_view *limits)
{
    struct test_desk *desk = context;
    (void)pack;
    desk->lent = *limits;
    desk->n_lent++;
    return !desk->locked;
}

static inline bool test_count(void *context, uint8_t pack, uint16_t *counts)
{
    (void)context;
    (void)pack;
    for (int i = 0; i < DESK_COUNTS; i++) {
        counts[i] = (uint16_t)(100 + i);
    }
    return true;
}

static inline struct bank_desk test_desk_init(struct test_desk *desk)
{
    uint32_t seed = 77;
    memset(desk, 0, sizeof *desk);
    for (int i = 0; i < 2; i++) {
        bms_init(&desk->bms[i], pack_of("es51_2_100lp"), 5000, 0);
    }
    desk->clock = (struct desk_clock){2026, 6, 1, 12, 30, 0};
    desk->n_records = 3;
    random_pack(&seed, &desk->recorded, 1);
    return (struct bank_desk){.context = desk,
                              .get = test_get,
                              .set = test_set,
                              .get_clock = test_get_clock,
                              .set_clock = test_set_clock,
                              .flip = test_flip,
                              .shut_down = test_shut_down,
                              .record = test_record,
                              .lend = test_lend,
                              .count = test_count};
}

/* Feeds all bytes; the last reply and its length, 0 when there was none. */
static inline size_t serve(struct rs485_server *server, const uint8_t *bytes, size_t n,
                           uint32_t now_ms, const struct battery_bank *bank,
                           const struct bank_desk *desk, uint8_t *reply)
{
    size_t length = 0;
    for (size_t at = 0; at < n;) {
        size_t used;
        uint8_t one[RS485_FRAME_MAX];
        size_t got = rs485_server_take(server, bytes + at, n - at, &used, now_ms, bank, desk, one,
                                       sizeof one);
        assert_true((used > 0 || got > 0) && used <= n - at);
        at += used;
        if (got > 0) {
            length = got;
            memcpy(reply, one, got);
        }
    }
    return length;
}

/* A reader and a battery on one line, stepped by the millisecond. */
struct test_line {
    struct rs485_server server;
    struct rs485_client client;
    struct battery_bank battery, seen;
    const struct bank_desk *desk;
    uint32_t now_ms;
    bool by_byte, echoes, deaf;
    const char *deaf_to[2]; /* commands of ASCII frames that get no answer: "92" */
};

static inline bool line_is_deaf(const struct test_line *line, const uint8_t *request, size_t n)
{
    bool deaf = line->deaf;
    for (int i = 0; i < 2 && line->deaf_to[i] != NULL && n > 9; i++) {
        deaf |= memcmp(request + 7, line->deaf_to[i], 2) == 0;
    }
    return deaf;
}

static inline void line_answer(struct test_line *line, const uint8_t *request, size_t n)
{
    uint8_t reply[RS485_FRAME_MAX];
    size_t length = 0;
    if (line->echoes) {
        (void)rs485_client_take(&line->client, request, n, line->now_ms, &line->seen);
    }
    if (!line_is_deaf(line, request, n)) {
        size_t step = line->by_byte ? 1 : n;
        for (size_t at = 0; at < n; at += step) {
            length += serve(&line->server, request + at, step, line->now_ms, &line->battery,
                            line->desk, reply);
        }
    }
    if (line->echoes && length > 0) {
        uint8_t none[RS485_FRAME_MAX];
        assert_int_equal(
            serve(&line->server, reply, length, line->now_ms, &line->battery, line->desk, none), 0);
    }
    size_t step = line->by_byte ? 1 : length;
    for (size_t at = 0; at < length; at += step) {
        (void)rs485_client_take(&line->client, reply + at, step, line->now_ms, &line->seen);
    }
}

static inline void line_run(struct test_line *line, uint32_t ms)
{
    for (uint32_t end = line->now_ms + ms; line->now_ms != end; line->now_ms++) {
        uint8_t out[RS485_FRAME_MAX];
        size_t n = rs485_client_poll(&line->client, line->now_ms, out, sizeof out);
        if (n > 0) {
            line_answer(line, out, n);
        }
        (void)rs485_client_take(&line->client, NULL, 0, line->now_ms, &line->seen);
    }
}

static inline void line_init(struct test_line *line, enum rs485_protocol protocol, uint8_t packs)
{
    memset(line, 0, sizeof *line);
    line->now_ms = UINT32_MAX - 3000; /* near the wrap */
    rs485_server_init(&line->server, protocol);
    rs485_client_init(&line->client, protocol, rs485_facts[protocol].first_address, packs);
}

#endif
