/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One serial battery protocol (FUZZ_PROTOCOL) at both its ends: whatever comes over the line, no
 * byte is read beyond it, nothing is answered that is too long, and what a reader puts into the
 * bank stays within it. Then the server answers the next honest request as if nothing had been.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/product/pack.h"
#include "core/proto/rs485.h"
#include "core/proto/rs485_ends.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct battery_bank battery;
static struct battery_bank seen;
static struct rs485_server server;
static struct rs485_client client;
static int32_t values[PARAM_COUNT];

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

static bool get(void *context, uint8_t pack, unsigned parameter, int32_t *value)
{
    (void)context;
    require(pack < battery.n_packs && parameter < PARAM_COUNT);
    *value = values[parameter];
    return true;
}

static bool set(void *context, uint8_t pack, const struct desk_value *list, size_t n)
{
    bool taken = true;
    (void)context;
    for (size_t i = 0; i < n; i++) {
        require(pack < battery.n_packs && list[i].parameter < PARAM_COUNT);
        values[list[i].parameter] = list[i].value;
        taken = taken && list[i].value % 7 != 0;
    }
    return taken;
}

static bool set_clock(void *context, uint8_t pack, const struct desk_clock *clock)
{
    (void)context;
    require(pack < battery.n_packs && clock->month >= 1 && clock->month <= 12);
    return true;
}

static bool flip(void *context, uint8_t pack, enum desk_switch which, bool on)
{
    (void)context;
    require(pack < battery.n_packs && which <= DESK_DISCHARGE_MOS);
    return on;
}

static bool record(void *context, uint8_t pack, uint16_t index, struct desk_record *out)
{
    (void)context;
    require(pack < battery.n_packs);
    *out = (struct desk_record){.at = {2026, 6, 1, 0, 0, 0}, .pack = &battery.pack[pack]};
    return index < 400;
}

static bool lend(void *context, uint8_t pack, const struct pack_view *limits)
{
    (void)context;
    require(pack < battery.n_packs && limits->charge_limit_ma >= 0);
    return true;
}

static const struct bank_desk desk = {
    .get = get, .set = set, .set_clock = set_clock, .flip = flip, .record = record, .lend = lend};

static void make_battery(void)
{
    battery = (struct battery_bank){.n_packs = 3};
    for (uint8_t i = 0; i < battery.n_packs; i++) {
        struct pack_view *pack = &battery.pack[i];
        *pack = (struct pack_view){.heard = UINT16_MAX,
                                   .address = (uint8_t)(i + 1),
                                   .n_cells = i == 2 ? BANK_CELLS : 16,
                                   .n_temps = i == 2 ? BANK_TEMPS : 4,
                                   .voltage_mv = 52000,
                                   .full_mah = 100000,
                                   .remaining_mah = 50000,
                                   .serial = "HEARTH0000000001"};
        for (int k = 0; k < BANK_CELLS; k++) {
            pack->cell_mv[k] = (uint16_t)(3250 + k);
        }
    }
    bank_combine(&battery, 0, 1000);
}

/* The bytes reach the server in pieces, with pauses now and then, in memory of their exact size. */
static void feed_server(const uint8_t *data, size_t size, uint32_t *now_ms)
{
    static uint8_t reply[RS485_FRAME_MAX];
    for (size_t at = 0; at < size;) {
        size_t n = 1 + data[at] % 64;
        n = n < size - at ? n : size - at;
        uint8_t *piece = malloc(n);
        require(piece != NULL);
        memcpy(piece, data + at, n);
        for (size_t done = 0; done < n;) {
            size_t used;
            size_t length = rs485_server_take(&server, piece + done, n - done, &used, *now_ms,
                                              &battery, &desk, reply, sizeof reply);
            require((used > 0 || length > 0) && used <= n - done && length <= sizeof reply);
            done += used;
        }
        free(piece);
        *now_ms += data[at] % 5 == 0 ? 700 : 1;
        at += n;
    }
}

static void check_bank(void)
{
    require(seen.n_packs <= BANK_PACKS);
    for (int i = 0; i < BANK_PACKS; i++) {
        const struct pack_view *pack = &seen.pack[i];
        require(pack->n_cells <= BANK_CELLS && pack->n_temps <= BANK_TEMPS);
        require(pack->soc_pct <= 100 && pack->serial[BANK_TEXT - 1] == '\0');
        require(pack->charge_limit_ma >= 0 && pack->discharge_limit_ma >= 0);
    }
}

/* The same bytes as the answer to each question of a round. */
static void feed_client(const uint8_t *data, size_t size)
{
    uint8_t out[MODBUS_FRAME_MAX];
    const struct rs485_end *end = rs485_end_of((enum rs485_protocol)FUZZ_PROTOCOL);
    for (uint8_t step = 0; step < end->n_steps; step++) {
        rs485_client_init(&client, (enum rs485_protocol)FUZZ_PROTOCOL,
                          rs485_facts[FUZZ_PROTOCOL].first_address, 1);
        (void)rs485_client_take(&client, NULL, 0, 0, &seen);
        require(rs485_client_poll(&client, 0, out, sizeof out) > 0);
        client.step = step;
        (void)rs485_client_take(&client, data, size, 1, &seen);
        check_bank();
    }
}

static void both_ends(const uint8_t *data, size_t size)
{
    uint8_t ask[MODBUS_FRAME_MAX];
    uint8_t reply[RS485_FRAME_MAX];
    uint32_t now_ms = 0;
    rs485_server_init(&server, (enum rs485_protocol)FUZZ_PROTOCOL);
    feed_server(data, size, &now_ms);
    rs485_client_init(&client, (enum rs485_protocol)FUZZ_PROTOCOL,
                      rs485_facts[FUZZ_PROTOCOL].first_address, 1);
    size_t n = rs485_client_poll(&client, 0, ask, sizeof ask);
    size_t used;
    size_t length;
    do { /* requests that were held behind half a frame */
        now_ms += 1000;
        length = rs485_server_take(&server, NULL, 0, &used, now_ms, &battery, &desk, reply,
                                   sizeof reply);
    } while (length > 0);
    for (size_t at = 0; at < n && length == 0; at += used) {
        length = rs485_server_take(&server, ask + at, n - at, &used, now_ms + 1000, &battery, &desk,
                                   reply, sizeof reply);
    }
    require(length > 0);
    require(rs485_client_take(&client, reply, length, 1, &seen));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (battery.n_packs == 0) {
        make_battery();
    }
    feed_client(data, size);
    if (rs485_has_server((enum rs485_protocol)FUZZ_PROTOCOL)) {
        both_ends(data, size);
    }
    return 0;
}
