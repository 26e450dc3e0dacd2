/* SPDX-License-Identifier: Apache-2.0 */
/* Seplos v2 (frames of ascii_frame.h) and v3 (Modbus, function 04, unit 0 answers), the reader's
   end of each. Layouts: docs/protocols.md. */
#include <string.h>

#include "core/proto/ascii_frame.h"
#include "core/proto/flag_rows.h"
#include "core/proto/modbus_rtu.h"
#include "core/proto/rs485_ends.h"

enum {
    VERSION = 0x20,
    CID1 = 0x46,
    TELEMETRY = 0x42,
    SIGNALS = 0x44,
    KELVIN_C10 = 2731,
    RTN_LAST = 0x0F,
    EVENTS = 20,
    PIA = 0x1000,
    PIB = 0x1100,
    PIB_TEMPS = 16
};

/* Events 1 to 8 of 0x44; by their place in its last twenty bytes. */
enum { EV1, EV2, EV3, EV4, EV5, EV6, ONOFF, BALANCE1, BALANCE2, SYSTEM, EV7 = 12, EV8 };

static const struct event_row {
    uint8_t at, bit;
    bool alarm;
    uint32_t reason;
} events[] = {
    {EV1, 0, false, REPORT_FRONT_END},
    {EV1, 1, false, REPORT_TEMPERATURE_SENSOR},
    {EV1, 2, false, REPORT_FRONT_END},
    {EV1, 4, false, REPORT_IMBALANCE},
    {EV1, 5, false, REPORT_CHARGE_MOS},
    {EV1, 6, false, REPORT_DISCHARGE_MOS},
    {EV2, 0, true, REPORT_CELL_OVER_VOLTAGE},
    {EV2, 1, false, REPORT_CELL_OVER_VOLTAGE},
    {EV2, 2, true, REPORT_CELL_UNDER_VOLTAGE},
    {EV2, 3, false, REPORT_CELL_UNDER_VOLTAGE},
    {EV2, 4, true, REPORT_PACK_OVER_VOLTAGE},
    {EV2, 5, false, REPORT_PACK_OVER_VOLTAGE},
    {EV2, 6, true, REPORT_PACK_UNDER_VOLTAGE},
    {EV2, 7, false, REPORT_PACK_UNDER_VOLTAGE},
    {EV3, 0, true, REPORT_CHARGE_OVER_TEMPERATURE},
    {EV3, 1, false, REPORT_CHARGE_OVER_TEMPERATURE},
    {EV3, 2, true, REPORT_CHARGE_UNDER_TEMPERATURE},
    {EV3, 3, false, REPORT_CHARGE_UNDER_TEMPERATURE},
    {EV3, 4, true, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {EV3, 5, false, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {EV3, 6, true, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {EV3, 7, false, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {EV4, 0, true, REPORT_ENV_OVER_TEMPERATURE},
    {EV4, 1, false, REPORT_ENV_OVER_TEMPERATURE},
    {EV4, 2, true, REPORT_ENV_UNDER_TEMPERATURE},
    {EV4, 3, false, REPORT_ENV_UNDER_TEMPERATURE},
    {EV4, 4, false, REPORT_MOS_OVER_TEMPERATURE},
    {EV4, 5, true, REPORT_MOS_OVER_TEMPERATURE},
    {EV5, 0, true, REPORT_CHARGE_CURRENT},
    {EV5, 1, false, REPORT_CHARGE_CURRENT},
    {EV5, 2, true, REPORT_DISCHARGE_CURRENT},
    {EV5, 3, false, REPORT_DISCHARGE_CURRENT},
    {EV5, 4, false, REPORT_DISCHARGE_CURRENT},
    {EV5, 5, false, REPORT_SHORT_CIRCUIT},
    {EV6, 0, false, REPORT_CHARGER_VOLTAGE},
    {EV6, 2, true, REPORT_LOW_SOC},
    {EV6, 3, false, REPORT_LOW_SOC},
    {EV6, 5, false, REPORT_REVERSED},
    {EV8, 0, true, REPORT_SYSTEM},
};

static int16_t temperature(const uint8_t *at) { return (int16_t)(be16s(at) - KELVIN_C10); }

static void ask_frame(struct rs485_client *client, const struct rs485_step *step)
{
    struct ascii_frame *frame = &client->held.frame;
    frame->version = VERSION;
    frame->address = client_address(client);
    frame->cid1 = CID1;
    frame->cid2 = (uint8_t)step->code;
    frame->length = 1;
    frame->info[0] = frame->address;
}

/* Cells and temperatures, as both replies of v2 begin; their `size` is 2 or 1. Returns where the
   rest begins, 0 when it does not fit. */
static size_t lists(const struct ascii_frame *frame, size_t size, uint8_t *cells, uint8_t *temps)
{
    const uint8_t *info = frame->info;
    size_t at = 3;
    *cells = frame->length > 2 ? info[2] : 0;
    at += *cells * size;
    if (*cells < 1 || *cells > BANK_CELLS || at >= frame->length) {
        return 0;
    }
    *temps = info[at++];
    at += *temps * size;
    return *temps <= BANK_TEMPS && at <= frame->length ? at : 0;
}

static bool hear_telemetry(const struct ascii_frame *frame, struct pack_view *pack)
{
    uint8_t cells;
    uint8_t temps;
    size_t at = lists(frame, 2, &cells, &temps);
    if (at == 0 || temps < 6 || at + 17 > frame->length) {
        return false;
    }
    const uint8_t *info = frame->info;
    const uint8_t *t = info + 4 + 2 * cells;
    for (int i = 0; i < cells; i++) {
        pack->cell_mv[i] = be16(info + 3 + 2 * i);
    }
    for (int i = 0; i < 4; i++) {
        pack->temp_c10[i] = temperature(t + 2 * i);
    }
    pack->env_c10 = temperature(t + 8);
    pack->mos_c10 = temperature(t + 10);
    pack->n_cells = cells;
    pack->n_temps = 4;
    pack->current_ma = be16s(info + at) * 10;
    pack->voltage_mv = be16(info + at + 2) * 10;
    pack->remaining_mah = be16(info + at + 4) * 10U;
    pack->full_mah = be16(info + at + 7) * 10U;
    pack->soc_pct = pct_of_tenths(be16(info + at + 9));
    pack->design_mah = be16(info + at + 11) * 10U;
    pack->cycles = be16(info + at + 13);
    pack->soh_pct = pct_of_tenths(be16(info + at + 15));
    pack->heard |= VIEW_ANALOG | VIEW_CELLS | VIEW_TEMPS | VIEW_CAPACITY | VIEW_SOC | VIEW_DESIGN |
                   VIEW_CYCLES | VIEW_SOH;
    return true;
}

static bool hear_signals(const struct ascii_frame *frame, struct pack_view *pack)
{
    uint8_t cells;
    uint8_t temps;
    size_t at = lists(frame, 1, &cells, &temps);
    if (at == 0 || at + 3 + EVENTS > frame->length || frame->info[at + 2] != EVENTS) {
        return false;
    }
    const uint8_t *ev = frame->info + at + 3;
    pack->protections = pack->alarms = 0;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if ((ev[events[i].at] >> events[i].bit & 1) != 0) {
            *(events[i].alarm ? &pack->alarms : &pack->protections) |= events[i].reason;
        }
    }
    pack->discharge_mos = (ev[ONOFF] & 1) != 0;
    pack->charge_mos = (ev[ONOFF] & 2) != 0;
    pack->limiter = (ev[ONOFF] & 4) != 0;
    pack->heater = (ev[ONOFF] & 8) != 0;
    pack->balance = (uint32_t)ev[BALANCE2] << 8 | ev[BALANCE1];
    pack->discharging = (ev[SYSTEM] & 1) != 0;
    pack->charging = (ev[SYSTEM] & 2) != 0;
    pack->heard |= VIEW_FLAGS | VIEW_MOS | VIEW_BALANCE;
    return true;
}

static enum rs485_heard hear_frame(struct rs485_client *client, const struct rs485_step *step,
                                   struct battery_bank *bank)
{
    const struct ascii_frame *frame = &client->held.frame;
    struct pack_view *pack = client_view(client, bank);
    if (frame->version != VERSION || frame->cid1 != CID1 ||
        frame->address != client_address(client)) {
        return RS485_NOT_OURS;
    }
    if (frame->cid2 != 0) {
        bool refusal = frame->cid2 <= RTN_LAST && frame->length == 0;
        return refusal ? RS485_REFUSED : RS485_NOT_OURS;
    }
    bool well = step->code == TELEMETRY ? hear_telemetry(frame, pack) : hear_signals(frame, pack);
    return well ? RS485_GOOD : RS485_NOT_OURS;
}

static const struct rs485_step steps[] = {{STEP_EACH, false, TELEMETRY, 0},
                                          {STEP_EACH, false, SIGNALS, 0}};

const struct rs485_end rs485_seplos = {
    .steps = steps,
    .n_steps = sizeof steps / sizeof steps[0],
    .ascii = true,
    .ask_frame = ask_frame,
    .hear_frame = hear_frame,
};

/* ---- v3 ---- */

static size_t ask3(struct rs485_client *client, const struct rs485_step *step, uint8_t *out)
{
    return modbus_ask(out, client_address(client), MODBUS_READ_INPUT, step->code, step->count);
}

static int reply_length3(const struct rs485_client *client, const uint8_t *bytes, size_t n)
{
    return modbus_reply_to(bytes, n, client_address(client), MODBUS_READ_INPUT,
                           rs485_seplos3.steps[client->step].count);
}

static void hear_pia(const uint8_t *data, struct pack_view *pack)
{
    pack->voltage_mv = be16(data) * 10;
    pack->current_ma = be16s(data + 2) * 10;
    pack->remaining_mah = be16(data + 4) * 10U;
    pack->full_mah = be16(data + 6) * 10U;
    pack->soc_pct = pct_of_tenths(be16(data + 10));
    pack->soh_pct = pct_of_tenths(be16(data + 12));
    pack->cycles = be16(data + 14);
    pack->discharge_limit_ma = be16(data + 30) * 1000;
    pack->charge_limit_ma = be16(data + 32) * 1000;
    pack->heard |= VIEW_ANALOG | VIEW_CAPACITY | VIEW_SOC | VIEW_SOH | VIEW_CYCLES;
}

static void hear_pib(const uint8_t *data, struct pack_view *pack)
{
    pack->n_cells = 0;
    for (int i = 0; i < 16 && be16(data + 2 * i) != 0; i++) {
        pack->cell_mv[i] = be16(data + 2 * i);
        pack->n_cells = (uint8_t)(i + 1);
    }
    for (int i = 0; i < 4; i++) {
        pack->temp_c10[i] = temperature(data + 2 * (PIB_TEMPS + i));
    }
    pack->n_temps = 4;
    pack->env_c10 = temperature(data + 2 * 24);
    pack->mos_c10 = temperature(data + 2 * 25);
    pack->heard |= VIEW_CELLS | VIEW_TEMPS;
}

static enum rs485_heard hear3(struct rs485_client *client, const struct rs485_step *step,
                              const uint8_t *bytes, struct battery_bank *bank)
{
    if ((bytes[1] & MODBUS_REFUSED) != 0) {
        return RS485_REFUSED;
    }
    (step->code == PIA ? hear_pia : hear_pib)(bytes + 3, client_view(client, bank));
    return RS485_GOOD;
}

static const struct rs485_step steps3[] = {{STEP_EACH, false, PIA, 0x11},
                                           {STEP_EACH, false, PIB, 0x1A}};

const struct rs485_end rs485_seplos3 = {
    .steps = steps3,
    .n_steps = sizeof steps3 / sizeof steps3[0],
    .ask = ask3,
    .reply_length = reply_length3,
    .hear = hear3,
};
