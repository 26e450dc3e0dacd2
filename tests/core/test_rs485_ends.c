/* SPDX-License-Identifier: Apache-2.0 */
/* Both ends of every serial battery protocol against each other: what a pack says arrives, whatever
   the line does to the bytes, and what is not for a battery gets no answer. */
#include "rs485_test.h"

enum { ROUNDS = 40, ROUND_MS = 3000 };

static uint8_t packs_of(enum rs485_protocol protocol) { return protocol == RS485_JBD ? 1 : 3; }

static int32_t steps(int32_t value, int32_t step) { return value / step * step; }

static int32_t nearest(int32_t value, int32_t step)
{
    return (value >= 0 ? value + step / 2 : value - step / 2) / step * step;
}

/* What each protocol carries of a pack, and how finely. 0: not at all. */
static const struct carried {
    int32_t cell_mv, current_ma, voltage_mv, limit_mv, limit_ma, mah;
    bool temps, env_mos, soc, soh, cycles, design, mos, balance, state, enables, levels;
    uint8_t serial, model; /* characters */
} carried[RS485_COUNT] = {
    [RS485_PYLON] = {.cell_mv = 1,
                     .current_ma = 100,
                     .voltage_mv = 1,
                     .limit_mv = 1,
                     .limit_ma = 100,
                     .mah = 1,
                     .temps = true,
                     .env_mos = true,
                     .soc = true,
                     .cycles = true,
                     .mos = true,
                     .state = true,
                     .enables = true,
                     .levels = true,
                     .serial = 16,
                     .model = 9},
    [RS485_VOLTRONIC] = {.cell_mv = 100,
                         .limit_mv = 100,
                         .temps = true,
                         .env_mos = true,
                         .design = true,
                         .levels = true},
    [RS485_GROWATT] = {.cell_mv = 1,
                       .current_ma = 10,
                       .voltage_mv = 10,
                       .limit_ma = 10,
                       .mah = 10,
                       .soc = true,
                       .soh = true,
                       .cycles = true,
                       .enables = true,
                       .serial = 8},
    [RS485_PACE] = {.cell_mv = 1,
                    .current_ma = 10,
                    .voltage_mv = 1,
                    .mah = 10,
                    .temps = true,
                    .env_mos = true,
                    .soc = true,
                    .cycles = true,
                    .design = true,
                    .mos = true,
                    .balance = true,
                    .state = true,
                    .levels = true,
                    .serial = 16,
                    .model = 9},
    [RS485_PACE_MODBUS] = {.cell_mv = 1,
                           .current_ma = 10,
                           .voltage_mv = 10,
                           .mah = 10,
                           .temps = true,
                           .env_mos = true,
                           .soc = true,
                           .soh = true,
                           .cycles = true,
                           .design = true,
                           .mos = true,
                           .balance = true,
                           .state = true,
                           .serial = 16,
                           .model = 9},
    [RS485_JBD] = {.cell_mv = 1,
                   .current_ma = 10,
                   .voltage_mv = 10,
                   .temps = true,
                   .soc = true,
                   .cycles = true,
                   .design = true,
                   .mos = true,
                   .balance = true,
                   .state = true,
                   .model = 9},
};

static void assert_charge(const struct carried *c, const struct pack_view *sent,
                          const struct pack_view *got)
{
    if (c->mah > 0) {
        assert_int_equal(got->remaining_mah, steps((int32_t)sent->remaining_mah, c->mah));
        assert_int_equal(got->full_mah, steps((int32_t)sent->full_mah, c->mah));
    }
    if (c->soc) {
        assert_true(got->soc_pct + 1 >= sent->soc_pct && got->soc_pct <= sent->soc_pct + 1);
    }
    if (c->soh) {
        assert_int_equal(got->soh_pct, sent->soh_pct);
    }
    if (c->cycles) {
        assert_int_equal(got->cycles, sent->cycles);
    }
}

static void assert_measured(const struct carried *c, const struct pack_view *sent,
                            const struct pack_view *got)
{
    assert_int_equal(got->n_cells, sent->n_cells);
    for (int k = 0; k < sent->n_cells; k++) {
        assert_int_equal(got->cell_mv[k], nearest(sent->cell_mv[k], c->cell_mv));
    }
    if (c->temps) {
        assert_int_equal(got->n_temps, sent->n_temps);
        assert_memory_equal(got->temp_c10, sent->temp_c10, sizeof(int16_t) * sent->n_temps);
    }
    if (c->env_mos) {
        assert_int_equal(got->env_c10, sent->env_c10);
        assert_int_equal(got->mos_c10, sent->mos_c10);
    }
    if (c->current_ma > 0) {
        assert_int_equal(got->current_ma, nearest(sent->current_ma, c->current_ma));
        assert_int_equal(got->voltage_mv, nearest(sent->voltage_mv, c->voltage_mv));
    }
}

static void assert_flags(const struct carried *c, const struct pack_view *sent,
                         const struct pack_view *got)
{
    if (c->mos) {
        assert_int_equal(got->charge_mos, sent->charge_mos);
        assert_int_equal(got->discharge_mos, sent->discharge_mos);
    }
    if (c->balance) {
        assert_int_equal(got->balance, sent->balance);
    }
    if (c->state) {
        assert_int_equal(got->charging, sent->charging);
        assert_int_equal(got->discharging, sent->discharging);
    }
    if (c->enables) {
        assert_int_equal(got->charge_enable, sent->charge_enable);
        assert_int_equal(got->discharge_enable, sent->discharge_enable);
        assert_int_equal(got->force_charge, sent->force_charge);
    }
    if (c->levels) {
        assert_int_equal(got->cells_low, sent->cells_low);
        assert_int_equal(got->cells_high, sent->cells_high);
    }
}

static void assert_carried(enum rs485_protocol protocol, const struct pack_view *sent,
                           const struct pack_view *got)
{
    const struct carried *c = &carried[protocol];
    assert_measured(c, sent, got);
    assert_charge(c, sent, got);
    assert_flags(c, sent, got);
    if (c->design) {
        assert_int_equal(got->design_mah, protocol == RS485_VOLTRONIC
                                              ? (int32_t)sent->design_mah
                                              : steps((int32_t)sent->design_mah, 10));
    }
    if (c->limit_mv > 0) {
        assert_int_equal(got->charge_mv, steps(sent->charge_mv, c->limit_mv));
        assert_int_equal(got->discharge_mv,
                         steps(sent->discharge_mv + c->limit_mv - 1, c->limit_mv)); /* upwards */
    }
    if (c->limit_ma > 0 && sent->discharge_limit_ma > 0) {
        /* what Growatt's unit 1 tells of the whole is 0 where nothing may flow */
        bool stops = protocol == RS485_GROWATT && sent->address == 0;
        assert_int_equal(got->charge_limit_ma,
                         stops && !sent->charge_enable ? 0 : sent->charge_limit_ma);
        assert_int_equal(got->discharge_limit_ma,
                         stops && !sent->discharge_enable ? 0 : sent->discharge_limit_ma);
    }
    if (c->serial > 0) {
        assert_memory_equal(got->serial, sent->serial, c->serial);
    }
    if (c->model > 0) {
        assert_string_equal(got->model, sent->model);
    }
}

/* The coarse class of each reason: what every protocol tells of one of them, by any name. */
static uint32_t class_of(uint32_t reasons)
{
    static const uint32_t classes[] = {REPORT_ANY_OVER_VOLTAGE, REPORT_ANY_UNDER_VOLTAGE,
                                       REPORT_CHARGE_CURRENT, REPORT_ANY_DISCHARGE_CURRENT};
    uint32_t of = 0;
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        of |= (reasons & classes[i]) != 0 ? 1U << i : 0;
    }
    return of;
}

static void round_trips(bool by_byte, bool echoes)
{
    static struct test_line line;
    uint32_t seed = 1234;
    for (int p = 0; p < RS485_COUNT; p++) {
        enum rs485_protocol protocol = (enum rs485_protocol)p;
        for (int round = 0; round < ROUNDS; round++) {
            uint8_t n = round % 2 == 0 ? 1 : packs_of(protocol);
            line_init(&line, protocol, n);
            line.by_byte = by_byte;
            line.echoes = echoes;
            random_bank(&seed, &line.battery, n, line.now_ms);
            line_run(&line, n * ROUND_MS);
            assert_int_equal(line.client.missed, 0);
            assert_int_equal(line.client.broken, 0);
            assert_int_equal(line.seen.n_packs, n);
            for (uint8_t i = 0; i < n; i++) {
                if (protocol == RS485_GROWATT && n > 1 && i == 0) {
                    continue; /* unit 1 speaks for all */
                }
                const struct pack_view *sent = &line.battery.pack[i];
                const struct pack_view *got = &line.seen.pack[i];
                assert_carried(protocol, sent, got);
                if (n == 1 && protocol != RS485_GROWATT) {
                    assert_int_equal(class_of(got->protections),
                                     class_of(sent->protections) |
                                         (protocol == RS485_PYLON && sent->cells_high != 0));
                }
            }
        }
    }
}

static void every_field_a_protocol_carries_arrives(void **state)
{
    (void)state;
    round_trips(false, false);
}

static void bytes_may_come_one_by_one(void **state)
{
    (void)state;
    round_trips(true, false);
}

static void a_line_that_echoes_changes_nothing(void **state)
{
    (void)state;
    round_trips(true, true);
}

static void the_whole_is_what_the_battery_says_of_itself(void **state)
{
    (void)state;
    static struct test_line line;
    uint32_t seed = 99;
    static const enum rs485_protocol tellers[] = {RS485_PYLON, RS485_VOLTRONIC, RS485_GROWATT};
    for (size_t p = 0; p < 3; p++) {
        for (int round = 0; round < ROUNDS; round++) {
            line_init(&line, tellers[p], 3);
            random_bank(&seed, &line.battery, 3, line.now_ms);
            for (int i = 0; i < 3; i++) { /* sums stay within the fields */
                line.battery.pack[i].current_ma /= 3;
                line.battery.pack[i].charge_limit_ma /= 3;
                line.battery.pack[i].discharge_limit_ma =
                    100 + line.battery.pack[i].discharge_limit_ma / 3;
                line.battery.pack[i].discharge_enable = true;
                line.battery.pack[i].charge_enable = true;
            }
            bank_combine(&line.battery, line.now_ms, 1000);
            line_run(&line, 9000);
            const struct battery_report *said = &line.battery.whole;
            const struct battery_report *heard = &line.seen.whole;
            assert_int_equal(heard->soc_pct, said->soc_pct);
            assert_true(abs_i32(heard->current_ma - said->current_ma) <= 100);
            assert_int_equal(heard->charge_limit_ma / 100, said->charge_limit_ma / 100);
            assert_int_equal(heard->discharge_limit_ma / 100, said->discharge_limit_ma / 100);
            assert_int_equal(heard->charge_mv / 100, said->charge_mv / 100);
            assert_int_equal(heard->charge_enable, said->charge_enable);
        }
    }
}

/* Stray bytes before a request, right up to it. */
static void a_request_behind_garbage_is_answered(void **state)
{
    (void)state;
    static struct test_line line;
    uint32_t seed = 5;
    for (int p = 0; p < RS485_COUNT; p++) {
        int answered = 0;
        for (int round = 0; round < 200; round++) {
            uint8_t bytes[RS485_FRAME_MAX];
            uint8_t reply[RS485_FRAME_MAX];
            size_t junk = dice(&seed) % 12;
            line_init(&line, (enum rs485_protocol)p, 1);
            random_bank(&seed, &line.battery, 1, line.now_ms);
            for (size_t i = 0; i < junk; i++) {
                bytes[i] = (uint8_t)dice(&seed);
            }
            size_t n =
                rs485_client_poll(&line.client, line.now_ms, bytes + junk, sizeof bytes - junk);
            size_t length =
                serve(&line.server, bytes, junk + n, line.now_ms, &line.battery, NULL, reply);
            if (length == 0) { /* the junk looked like a head: it is given up when the line rests */
                size_t used;
                length = rs485_server_take(&line.server, NULL, 0, &used, line.now_ms + 600,
                                           &line.battery, NULL, reply, sizeof reply);
            }
            answered += length > 0;
        }
        assert_int_equal(answered, 200);
    }
}

static void half_a_request_does_not_swallow_the_next(void **state)
{
    (void)state;
    static struct test_line line;
    uint32_t seed = 6;
    for (int p = 0; p < RS485_COUNT; p++) {
        uint8_t request[RS485_FRAME_MAX];
        uint8_t reply[RS485_FRAME_MAX];
        line_init(&line, (enum rs485_protocol)p, 1);
        random_bank(&seed, &line.battery, 1, line.now_ms);
        size_t n = rs485_client_poll(&line.client, line.now_ms, request, sizeof request);
        for (size_t cut = 0; cut < n; cut++) {
            line.now_ms += 1000;
            assert_int_equal(
                serve(&line.server, request, cut, line.now_ms, &line.battery, NULL, reply), 0);
            line.now_ms += 1000; /* the other half never comes */
            assert_true(serve(&line.server, request, n, line.now_ms, &line.battery, NULL, reply) >
                        0);
        }
        assert_int_equal(line.server.replies, n);
        assert_true(line.server.dropped > 0);
    }
}

/* The reply's first half, then silence: the reader asks again and takes the next whole one. */
static void half_a_reply_is_a_miss_and_no_more(void **state)
{
    (void)state;
    static struct test_line line;
    uint32_t seed = 7;
    for (int p = 0; p < RS485_COUNT; p++) {
        uint8_t request[RS485_FRAME_MAX];
        uint8_t reply[RS485_FRAME_MAX];
        line_init(&line, (enum rs485_protocol)p, 1);
        random_bank(&seed, &line.battery, 1, line.now_ms);
        size_t n = rs485_client_poll(&line.client, line.now_ms, request, sizeof request);
        size_t length = serve(&line.server, request, n, line.now_ms, &line.battery, NULL, reply);
        assert_false(rs485_client_take(&line.client, reply, length / 2, line.now_ms, &line.seen));
        line_run(&line, 8000);
        assert_int_equal(line.client.missed, 1);
        assert_false(line.client.pack[0].silent);
        assert_carried((enum rs485_protocol)p, &line.battery.pack[0], &line.seen.pack[0]);
    }
}

static void two_masters_requests_are_answered_one_by_one(void **state)
{
    (void)state;
    static struct test_line line;
    static struct rs485_client second;
    uint32_t seed = 8;
    for (int p = 0; p < RS485_COUNT; p++) {
        uint8_t bytes[512];
        uint8_t reply[RS485_FRAME_MAX];
        line_init(&line, (enum rs485_protocol)p, 1);
        second = line.client;
        random_bank(&seed, &line.battery, 1, line.now_ms);
        size_t n = rs485_client_poll(&line.client, line.now_ms, bytes, 256);
        n += rs485_client_poll(&second, line.now_ms, bytes + n, 256 + 256 - n);
        size_t used;
        size_t length = rs485_server_take(&line.server, bytes, n, &used, line.now_ms, &line.battery,
                                          NULL, reply, sizeof reply);
        assert_true(length > 0 && used == n / 2);
        length = rs485_server_take(&line.server, bytes + used, n - used, &used, line.now_ms,
                                   &line.battery, NULL, reply, sizeof reply);
        assert_true(length > 0 && used == n / 2);
        /* and the first master takes the reply to the other's same question as its own */
        assert_true(rs485_client_take(&line.client, reply, length, line.now_ms, &line.seen));
    }
}

static void other_addresses_get_silence(void **state)
{
    (void)state;
    static struct test_line line;
    uint32_t seed = 9;
    for (int p = 0; p < RS485_COUNT; p++) {
        if (p == RS485_JBD) {
            continue; /* no addresses */
        }
        line_init(&line, (enum rs485_protocol)p, 2);
        random_bank(&seed, &line.battery, 2, line.now_ms);
        for (int address = 0; address < 256; address++) {
            uint8_t request[RS485_FRAME_MAX];
            uint8_t reply[RS485_FRAME_MAX];
            line.client.first_address = (uint8_t)address;
            line.client.waiting = false;
            line.client.in_round = false;
            line.now_ms += 5000;
            size_t n = rs485_client_poll(&line.client, line.now_ms, request, sizeof request);
            assert_true(n > 0);
            size_t length =
                serve(&line.server, request, n, line.now_ms, &line.battery, NULL, reply);
            uint8_t first = rs485_facts[p].first_address;
            assert_int_equal(length > 0, address == first || address == first + 1);
        }
    }
}

static void without_a_desk_every_order_is_refused_and_nothing_breaks(void **state)
{
    (void)state;
    static struct test_line line;
    uint32_t seed = 10;
    uint8_t reply[RS485_FRAME_MAX];
    for (int p = 0; p < RS485_COUNT; p++) {
        line_init(&line, (enum rs485_protocol)p, 1);
        random_bank(&seed, &line.battery, 1, line.now_ms);
        for (int i = 0; i < 30000; i++) {
            uint8_t bytes[64];
            size_t n = 0;
            if (p == RS485_PYLON || p == RS485_PACE) {
                static struct ascii_frame frame;
                frame = (struct ascii_frame){.version = p == RS485_PACE ? 0x25 : 0x20,
                                             .address = p == RS485_PACE ? 1 : 2,
                                             .cid1 = 0x46,
                                             .cid2 = (uint8_t)dice(&seed),
                                             .length = (uint16_t)(dice(&seed) % 15)};
                for (int k = 0; k < frame.length; k++) {
                    frame.info[k] = (uint8_t)(k == 0 && i % 2 == 0 ? frame.address : dice(&seed));
                }
                int m = ascii_frame_encode(&frame, bytes, sizeof bytes);
                n = m > 0 ? (size_t)m : 0;
            } else {
                n = 6;
                bytes[0] = p == RS485_JBD ? 0xDD : 1;
                bytes[1] = (uint8_t)dice_range(&seed, 3, 6);
                for (size_t k = 2; k < n; k++) {
                    bytes[k] = (uint8_t)dice(&seed);
                }
                n = modbus_seal(bytes, n);
            }
            line.now_ms += 1000;
            (void)serve(&line.server, bytes, n, line.now_ms, &line.battery, NULL, reply);
        }
        assert_true(p == RS485_JBD || line.server.requests > 100);
        assert_true(p == RS485_JBD || line.server.refusals > 10);
    }
}

static void random_bytes_break_neither_end(void **state)
{
    (void)state;
    static struct test_line line;
    uint32_t seed = 11;
    for (int p = 0; p < RS485_COUNT; p++) {
        line_init(&line, (enum rs485_protocol)p, 2);
        random_bank(&seed, &line.battery, 2, line.now_ms);
        for (int i = 0; i < 20000; i++) {
            uint8_t bytes[48];
            uint8_t out[RS485_FRAME_MAX];
            size_t n = dice(&seed) % sizeof bytes;
            for (size_t k = 0; k < n; k++) {
                static const uint8_t often[] = {'~', '\r', 1, 3, 0xDD, 0x77, 0xA5, '2', '0', '4'};
                bytes[k] =
                    dice(&seed) % 2 == 0 ? often[dice(&seed) % sizeof often] : (uint8_t)dice(&seed);
            }
            line.now_ms += dice(&seed) % 60;
            (void)serve(&line.server, bytes, n, line.now_ms, &line.battery, NULL, out);
            (void)rs485_client_poll(&line.client, line.now_ms, out, sizeof out);
            (void)rs485_client_take(&line.client, bytes, n, line.now_ms, &line.seen);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_a_protocol_carries_arrives),
        cmocka_unit_test(bytes_may_come_one_by_one),
        cmocka_unit_test(a_line_that_echoes_changes_nothing),
        cmocka_unit_test(the_whole_is_what_the_battery_says_of_itself),
        cmocka_unit_test(a_request_behind_garbage_is_answered),
        cmocka_unit_test(half_a_request_does_not_swallow_the_next),
        cmocka_unit_test(half_a_reply_is_a_miss_and_no_more),
        cmocka_unit_test(two_masters_requests_are_answered_one_by_one),
        cmocka_unit_test(other_addresses_get_silence),
        cmocka_unit_test(without_a_desk_every_order_is_refused_and_nothing_breaks),
        cmocka_unit_test(random_bytes_break_neither_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
