/* SPDX-License-Identifier: Apache-2.0 */
/* Daly UART/485 V1.2, the reader's end: frames of 13 bytes, one per question, several for the
   cells. Layout and doubts: docs/protocols.md. */
#include <string.h>

#include "core/proto/ascii_frame.h"
#include "core/proto/flag_rows.h"
#include "core/proto/rs485_ends.h"

enum {
    SOI = 0xA5,
    FROM_PC = 0x40,
    FROM_BMS = 0x01,
    LENGTH = 8,
    FRAME = 13,
    DATA = 4,
    CURRENT_ZERO = 30000,
    CELLS_A_FRAME = 3,
    TEMP_ZERO_C = 40,
    STATE_CHARGE = 1,
    STATE_DISCHARGE = 2
};

static uint8_t sum_of(const uint8_t *bytes)
{
    uint8_t sum = 0;
    for (int i = 0; i < FRAME - 1; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return sum;
}

static size_t ask(struct rs485_client *client, const struct rs485_step *step, uint8_t *out)
{
    (void)client;
    memset(out, 0, FRAME);
    out[0] = SOI;
    out[1] = FROM_PC;
    out[2] = (uint8_t)step->code;
    out[3] = LENGTH;
    out[FRAME - 1] = sum_of(out);
    return FRAME;
}

/* Frames the answer to the step in hand has: three cells in each. */
static size_t frames_of(const struct rs485_client *client)
{
    uint8_t cells = client->pack[client->at].n_cells;
    bool of_cells = rs485_daly.steps[client->step].code == 0x95;
    return of_cells && cells > 0 ? (size_t)(cells + CELLS_A_FRAME - 1) / CELLS_A_FRAME : 1;
}

static int reply_length(const struct rs485_client *client, const uint8_t *bytes, size_t n)
{
    size_t wanted = frames_of(client);
    uint8_t code = (uint8_t)rs485_daly.steps[client->step].code;
    for (size_t k = 0; k < wanted; k++) {
        const uint8_t head[] = {SOI, FROM_BMS, code, LENGTH};
        const uint8_t *frame = bytes + k * FRAME;
        size_t there = n - k * FRAME;
        if (memcmp(frame, head, there < sizeof head ? there : sizeof head) != 0) {
            return -1;
        }
        if (there < FRAME) {
            return 0;
        }
        if (sum_of(frame) != frame[FRAME - 1]) {
            return -1;
        }
    }
    return (int)(wanted * FRAME);
}

/* The sign of the current differs between firmwares; the state says which way it flows. */
static void sign_current(struct pack_view *pack)
{
    int32_t ma = pack->current_ma >= 0 ? pack->current_ma : -pack->current_ma;
    if (pack->charging || pack->discharging) {
        pack->current_ma = pack->discharging ? -ma : ma;
    }
}

static void hear_voltage(const uint8_t *data, struct pack_view *pack)
{
    pack->voltage_mv = be16(data) * 100;
    pack->current_ma = (be16(data + 4) - CURRENT_ZERO) * 100;
    pack->soc_pct = pct_of_tenths(be16(data + 6));
    pack->heard |= VIEW_ANALOG | VIEW_SOC;
    sign_current(pack);
}

static void hear_state(const uint8_t *data, struct pack_view *pack)
{
    pack->charging = data[0] == STATE_CHARGE;
    pack->discharging = data[0] == STATE_DISCHARGE;
    pack->charge_mos = data[1] != 0;
    pack->discharge_mos = data[2] != 0;
    pack->remaining_mah = (uint32_t)be16(data + 4) << 16 | be16(data + 6);
    pack->full_mah =
        pack->soc_pct > 0 ? (uint32_t)((uint64_t)pack->remaining_mah * 100 / pack->soc_pct) : 0;
    pack->heard |= VIEW_MOS | (pack->soc_pct > 0 ? VIEW_CAPACITY : 0);
    sign_current(pack);
}

static enum rs485_heard hear_cells(const uint8_t *bytes, size_t frames, struct pack_view *pack)
{
    for (size_t k = 0; k < frames; k++) {
        const uint8_t *data = bytes + k * FRAME + DATA;
        if (data[0] < 1 || data[0] > 16) {
            return RS485_NOT_OURS;
        }
        for (int i = 0; i < CELLS_A_FRAME; i++) {
            int cell = (data[0] - 1) * CELLS_A_FRAME + i;
            if (cell < pack->n_cells && cell < BANK_CELLS) {
                pack->cell_mv[cell] = be16(data + 1 + 2 * i);
            }
        }
    }
    pack->heard |= VIEW_CELLS;
    return RS485_GOOD;
}

static void hear_temperatures(const uint8_t *data, struct pack_view *pack)
{
    for (int i = 0; data[0] == 1 && i < pack->n_temps && i < BANK_TEMPS - 1; i++) {
        pack->temp_c10[i] = (int16_t)((data[1 + i] - TEMP_ZERO_C) * 10);
    }
    pack->heard |= data[0] == 1 ? VIEW_TEMPS : 0;
}

/* Pairs of level 1 (alarm) and level 2 (protection) in the bytes of 0x98. */
static const struct {
    uint8_t byte, pair;
    uint32_t reason;
} fault_rows[] = {
    {0, 0, REPORT_CELL_OVER_VOLTAGE},
    {0, 2, REPORT_CELL_UNDER_VOLTAGE},
    {0, 4, REPORT_PACK_OVER_VOLTAGE},
    {0, 6, REPORT_PACK_UNDER_VOLTAGE},
    {1, 0, REPORT_CHARGE_OVER_TEMPERATURE},
    {1, 2, REPORT_CHARGE_UNDER_TEMPERATURE},
    {1, 4, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {1, 6, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {2, 0, REPORT_CHARGE_CURRENT},
    {2, 2, REPORT_DISCHARGE_CURRENT},
    {2, 6, REPORT_LOW_SOC},
    {3, 0, REPORT_IMBALANCE},
};

static void hear_faults(const uint8_t *data, struct pack_view *pack)
{
    pack->alarms = pack->protections = 0;
    for (size_t i = 0; i < sizeof fault_rows / sizeof fault_rows[0]; i++) {
        unsigned bits = (unsigned)data[fault_rows[i].byte] >> fault_rows[i].pair & 3U;
        pack->alarms |= (bits & 1U) != 0 ? fault_rows[i].reason : 0;
        pack->protections |= (bits & 2U) != 0 ? fault_rows[i].reason : 0;
    }
    pack->protections |= (data[4] & 0x03) != 0 ? REPORT_MOS_OVER_TEMPERATURE : 0;
    pack->protections |= (data[4] & 0x0C) != 0 ? REPORT_TEMPERATURE_SENSOR : 0;
    pack->protections |= (data[5] & 0x07) != 0 ? REPORT_FRONT_END : 0;
    pack->protections |= (data[6] & 0x04) != 0 ? REPORT_SHORT_CIRCUIT : 0;
    pack->heard |= VIEW_FLAGS;
}

static enum rs485_heard hear(struct rs485_client *client, const struct rs485_step *step,
                             const uint8_t *bytes, struct battery_bank *bank)
{
    struct pack_view *pack = client_view(client, bank);
    const uint8_t *data = bytes + DATA;
    switch (step->code) {
    case 0x90: hear_voltage(data, pack); return RS485_GOOD;
    case 0x93: hear_state(data, pack); return RS485_GOOD;
    case 0x94:
        pack->n_cells = data[0] < BANK_CELLS ? data[0] : BANK_CELLS;
        pack->n_temps = data[1] < BANK_TEMPS ? data[1] : BANK_TEMPS;
        client->pack[client->at].n_cells = pack->n_cells;
        return RS485_GOOD;
    case 0x95: return hear_cells(bytes, frames_of(client), pack);
    case 0x96: hear_temperatures(data, pack); return RS485_GOOD;
    case 0x98: hear_faults(data, pack); return RS485_GOOD;
    default: return RS485_NOT_OURS;
    }
}

static const struct rs485_step steps[] = {
    {STEP_EACH, false, 0x94, 0}, {STEP_EACH, false, 0x90, 0}, {STEP_EACH, false, 0x93, 0},
    {STEP_EACH, false, 0x95, 0}, {STEP_EACH, true, 0x96, 0},  {STEP_EACH, true, 0x98, 0},
};

const struct rs485_end rs485_daly = {
    .steps = steps,
    .n_steps = sizeof steps / sizeof steps[0],
    .ask = ask,
    .reply_length = reply_length,
    .hear = hear,
};
