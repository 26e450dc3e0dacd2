/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's end of the SRNE map: blocks of registers in rounds, settings one by one. */
#include "core/proto/ascii_frame.h" /* be16 */
#include "core/proto/srne.h"

enum { PAUSE_MS = 100, N_LIVE = 4, REFUSAL = 5, CONFIRMATION = 8, BATTERY_V = 48 };

/* What moves, then the rest; the class of the battery before the voltages that need it. */
static const struct {
    uint16_t start, count;
} blocks[] = {{0x0100, 18}, {0x0200, 8}, {0x020C, 26}, {0x023A, 1},  {0x0014, 8},
              {0x0035, 20}, {0xE001, 3}, {0xE004, 32}, {0xE037, 1},  {0xE200, 2},
              {0xE204, 24}, {0xE21F, 1}, {0xE42C, 1},  {0xDF00, 14}, {0xF02C, 30}};

static size_t ask(const struct hostlink_client *client, uint8_t step, uint8_t *out)
{
    return modbus_ask(out, client->address, MODBUS_READ, blocks[step].start, blocks[step].count);
}

static int32_t battery_v(const struct inverter_view *view)
{
    return view_has(view, LIVE_BATTERY_CLASS_V) ? (int32_t)view->live[LIVE_BATTERY_CLASS_V]
                                                : BATTERY_V;
}

static size_t ask_write(const struct hostlink_client *client, uint8_t *out)
{
    const struct srne_row *row = srne_row_of(client->wanted.id);
    if (row == NULL ||
        (row->codes != NULL && hostlink_code_of(row->codes, client->wanted.value) < 0)) {
        return 0;
    }
    int64_t number = srne_number(row, client->wanted.value, battery_v(&client->view));
    return modbus_ask(out, client->address, MODBUS_WRITE_ONE, row->address, (uint16_t)number);
}

/* Length of a whole right frame, 0: not whole, -1: none. */
static int whole(const struct hostlink_client *client, size_t length)
{
    if (client->n < length) {
        return HOSTLINK_ANSWER_MORE;
    }
    return modbus_crc_ok(client->bytes, length) ? (int)length : HOSTLINK_ANSWER_BROKEN;
}

static int refused(struct hostlink_client *client)
{
    int length = whole(client, REFUSAL);
    if (length > 0) {
        client->refusal = client->bytes[2];
        return HOSTLINK_ANSWER_REFUSED;
    }
    return length;
}

static int answer(struct hostlink_client *client)
{
    const uint8_t *bytes = client->bytes;
    uint8_t function = client->writing ? MODBUS_WRITE_ONE : MODBUS_READ;
    if (client->address != SRNE_ANYBODY && bytes[0] != client->address) {
        return HOSTLINK_ANSWER_BROKEN;
    }
    if (client->n < 2) {
        return HOSTLINK_ANSWER_MORE;
    }
    if (bytes[1] == (function | MODBUS_REFUSED)) {
        return refused(client);
    }
    if (bytes[1] != function) {
        return HOSTLINK_ANSWER_BROKEN;
    }
    if (client->writing) {
        int length = whole(client, CONFIRMATION);
        const struct srne_row *row = srne_row_of(client->wanted.id);
        if (length <= 0) {
            return length;
        }
        return row != NULL && be16(bytes + 2) == row->address ? HOSTLINK_ANSWER_GOOD
                                                              : HOSTLINK_ANSWER_BROKEN;
    }
    uint16_t count = blocks[client->step].count;
    if (client->n > 2 && bytes[2] != 2U * count) {
        return HOSTLINK_ANSWER_BROKEN; /* also our own question as an echo */
    }
    int length = whole(client, 5U + 2U * count);
    if (length > 0) {
        srne_read(blocks[client->step].start, count, bytes + 3, &client->view);
        return HOSTLINK_ANSWER_GOOD;
    }
    return length;
}

static bool writes(enum setting_id id) { return srne_row_of(id) != NULL; }

static bool same(enum setting_id id, int32_t a, int32_t b)
{
    const struct srne_row *row = srne_row_of(id);
    if (row == NULL || (row->codes != NULL && (hostlink_code_of(row->codes, a) < 0 ||
                                               hostlink_code_of(row->codes, b) < 0))) {
        return a == b;
    }
    return srne_number(row, a, BATTERY_V) == srne_number(row, b, BATTERY_V);
}

static const char *code_name(uint16_t code)
{
    static const struct {
        uint16_t code;
        const char *name;
    } names[] = {{1, "battery under-voltage alarm"},
                 {2, "battery discharge over-current"},
                 {3, "battery open"},
                 {4, "battery end of discharge"},
                 {5, "battery over-current, hardware"},
                 {6, "battery over-voltage"},
                 {7, "bus over-voltage, hardware"},
                 {8, "bus over-voltage"},
                 {9, "PV over-voltage"},
                 {10, "PV over-current"},
                 {11, "PV over-current, hardware"},
                 {12, "mains lost"},
                 {13, "bypass overload"},
                 {14, "inverter overload"},
                 {15, "AC over-current, hardware"},
                 {17, "inverter short circuit"},
                 {19, "PV heat sink too hot"},
                 {20, "inverter heat sink too hot"},
                 {21, "fan"},
                 {22, "EEPROM"},
                 {23, "model error"},
                 {24, "bus sampling"},
                 {26, "relay, back-feed"},
                 {29, "bus boost"},
                 {34, "internal link"},
                 {58, "BMS silent"},
                 {59, "BMS fault"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].code == code) {
            return names[i].name;
        }
    }
    return "";
}

const struct hostlink_end srne_end = {
    .server_byte = srne_server_byte,
    .server_quiet = srne_server_quiet,
    .pause_ms = PAUSE_MS,
    .n_steps = sizeof blocks / sizeof blocks[0],
    .n_live = N_LIVE,
    .ask = ask,
    .ask_write = ask_write,
    .answer = answer,
    .writes = writes,
    .same = same,
    .code_name = code_name,
};
