/* SPDX-License-Identifier: Apache-2.0 */
/* JK BMS 0x4E57, the reader's end: one question, one answer of everything as pairs of id and value
   whose sizes must be known. Layout and doubts: docs/protocols.md. */
#include <string.h>

#include "core/proto/ascii_frame.h"
#include "core/proto/rs485_ends.h"

enum {
    HEAD = 11, /* to the data: start, length, terminal, command, source, type */
    TAIL = 9,  /* record number, 0x68, sum */
    LENGTH_AT = 2,
    COMMAND_AT = 8,
    SOURCE_AT = 9,
    TYPE_AT = 10,
    READ_ALL = 0x06,
    FROM_BMS = 0,
    FROM_PC = 3,
    IS_REPLY = 1,
    END_MARK = 0x68,
    CELLS = 0x79,
    NEW_CURRENT = 1 /* 0xC0: bit 15 says charging */
};

/* Bytes of a value by its id; the list of cells tells its own. */
static const struct {
    uint8_t first, last, size;
} sizes[] = {
    {0x80, 0x84, 2}, {0x85, 0x86, 1},  {0x87, 0x87, 2}, {0x89, 0x89, 4},  {0x8A, 0x9C, 2},
    {0x9D, 0x9D, 1}, {0x9E, 0xA8, 2},  {0xA9, 0xA9, 1}, {0xAA, 0xAA, 4},  {0xAB, 0xAC, 1},
    {0xAD, 0xAD, 2}, {0xAE, 0xAF, 1},  {0xB0, 0xB0, 2}, {0xB1, 0xB1, 1},  {0xB2, 0xB2, 10},
    {0xB3, 0xB3, 1}, {0xB4, 0xB4, 8},  {0xB5, 0xB6, 4}, {0xB7, 0xB7, 15}, {0xB8, 0xB8, 1},
    {0xB9, 0xB9, 4}, {0xBA, 0xBA, 24}, {0xC0, 0xC0, 1},
};

static size_t size_of(const uint8_t *at, size_t left)
{
    if (at[0] == CELLS) {
        return left >= 2 ? 1 + (size_t)at[1] : 0;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (at[0] >= sizes[i].first && at[0] <= sizes[i].last) {
            return sizes[i].size;
        }
    }
    return 0;
}

static uint16_t sum_of(const uint8_t *bytes, size_t n)
{
    uint16_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum = (uint16_t)(sum + bytes[i]);
    }
    return sum;
}

static size_t ask(struct rs485_client *client, const struct rs485_step *step, uint8_t *out)
{
    (void)client;
    memset(out, 0, HEAD + 1 + TAIL);
    out[0] = 0x4E;
    out[1] = 0x57;
    out[3] = HEAD + 1 + TAIL - 2;
    out[COMMAND_AT] = (uint8_t)step->code;
    out[SOURCE_AT] = FROM_PC;
    out[HEAD + 1 + 4] = END_MARK; /* id 0, record number 0 */
    put_be16(out + HEAD + 1 + 7, sum_of(out, HEAD + 1 + 5));
    return HEAD + 1 + TAIL;
}

static int reply_length(const struct rs485_client *client, const uint8_t *bytes, size_t n)
{
    (void)client;
    if (bytes[0] != 0x4E || (n > 1 && bytes[1] != 0x57)) {
        return -1;
    }
    if (n < 4) {
        return 0;
    }
    size_t length = 2 + (size_t)be16(bytes + LENGTH_AT);
    if (length < HEAD + TAIL || length > RS485_JK_MAX) {
        return -1;
    }
    if (n < length) {
        return 0;
    }
    bool right = bytes[length - 5] == END_MARK &&
                 sum_of(bytes, length - 4) == be16(bytes + length - 2) &&
                 bytes[SOURCE_AT] == FROM_BMS && bytes[TYPE_AT] == IS_REPLY;
    return right ? (int)length : -1;
}

static bool take_cells(const uint8_t *at, struct pack_view *pack)
{
    int n = at[1] / 3;
    if (at[1] % 3 != 0 || n < 1 || n > BANK_CELLS) {
        return false;
    }
    for (int i = 0; i < n; i++) {
        if (at[2 + 3 * i] != i + 1) {
            return false;
        }
        pack->cell_mv[i] = be16(at + 3 + 3 * i);
    }
    pack->n_cells = (uint8_t)n;
    pack->heard |= VIEW_CELLS;
    return true;
}

/* Above 100 it is below zero. */
static int16_t temperature(const uint8_t *at)
{
    int32_t c = be16(at);
    return (int16_t)((c > 100 ? 100 - c : c) * 10);
}

static void take_alarms(unsigned bits, struct pack_view *pack)
{
    static const uint32_t reasons[] = {REPORT_LOW_SOC,
                                       REPORT_MOS_OVER_TEMPERATURE,
                                       REPORT_PACK_OVER_VOLTAGE,
                                       REPORT_PACK_UNDER_VOLTAGE,
                                       REPORT_OVER_TEMPERATURE,
                                       REPORT_CHARGE_CURRENT,
                                       REPORT_DISCHARGE_CURRENT,
                                       REPORT_IMBALANCE,
                                       REPORT_ENV_OVER_TEMPERATURE,
                                       REPORT_UNDER_TEMPERATURE,
                                       REPORT_CELL_OVER_VOLTAGE,
                                       REPORT_CELL_UNDER_VOLTAGE,
                                       REPORT_SYSTEM,
                                       REPORT_SYSTEM};
    pack->protections = pack->alarms = 0;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        uint32_t *to = i == 0 ? &pack->alarms : &pack->protections;
        *to |= (bits >> i & 1U) != 0 ? reasons[i] : 0;
    }
    pack->heard |= VIEW_FLAGS;
}

/* What has to wait until all is read: the current's form comes last. */
struct jk_rest {
    uint16_t current;
    uint8_t form;
    uint32_t design_ah;
};

static bool take_value(const uint8_t *at, struct pack_view *pack, struct jk_rest *rest)
{
    const uint8_t *value = at + 1;
    switch (at[0]) {
    case CELLS: return take_cells(at, pack);
    case 0x80: pack->mos_c10 = temperature(value); break;
    case 0x81: pack->temp_c10[0] = temperature(value); break;
    case 0x82:
        pack->temp_c10[1] = temperature(value);
        pack->n_temps = 2;
        pack->heard |= VIEW_TEMPS;
        break;
    case 0x83:
        pack->voltage_mv = be16(value) * 10;
        pack->heard |= VIEW_ANALOG;
        break;
    case 0x84: rest->current = be16(value); break;
    case 0x85:
        pack->soc_pct = value[0] <= 100 ? value[0] : 100;
        pack->heard |= VIEW_SOC;
        break;
    case 0x87:
        pack->cycles = be16(value);
        pack->heard |= VIEW_CYCLES;
        break;
    case 0x8B: take_alarms(be16(value), pack); break;
    case 0x8C:
        pack->charge_mos = (value[1] & 1) != 0;
        pack->discharge_mos = (value[1] & 2) != 0;
        pack->heard |= VIEW_MOS;
        break;
    case 0xAA: rest->design_ah = (uint32_t)be16(value) << 16 | be16(value + 2); break;
    case 0xB7: text_take(pack->version, value, 15); break;
    case 0xC0: rest->form = value[0]; break;
    default: break;
    }
    return true;
}

static enum rs485_heard hear(struct rs485_client *client, const struct rs485_step *step,
                             const uint8_t *bytes, struct battery_bank *bank)
{
    struct pack_view *pack = client_view(client, bank);
    struct jk_rest rest = {.current = 10000};
    size_t end = 2 + (size_t)be16(bytes + LENGTH_AT) - TAIL;
    (void)step;
    for (size_t at = HEAD; at < end;) {
        size_t size = size_of(bytes + at, end - at);
        if (size == 0 || at + 1 + size > end || !take_value(bytes + at, pack, &rest)) {
            return RS485_NOT_OURS; /* an id of unknown size ends what can be read */
        }
        at += 1 + size;
    }
    int32_t magnitude = (rest.current & 0x7FFF) * 10;
    pack->current_ma = rest.form == NEW_CURRENT
                           ? ((rest.current & 0x8000) != 0 ? magnitude : -magnitude)
                           : (10000 - rest.current) * 10;
    if (rest.design_ah > 0 && rest.design_ah < 10000) {
        pack->design_mah = pack->full_mah = rest.design_ah * 1000;
        pack->remaining_mah = pack->full_mah / 100 * pack->soc_pct;
        pack->heard |= VIEW_CAPACITY | VIEW_DESIGN;
    }
    return RS485_GOOD;
}

static const struct rs485_step steps[] = {{STEP_EACH, false, READ_ALL, 0}};

const struct rs485_end rs485_jk = {
    .steps = steps,
    .n_steps = sizeof steps / sizeof steps[0],
    .ask = ask,
    .reply_length = reply_length,
    .hear = hear,
};
