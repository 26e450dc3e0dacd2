/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PACE Modbus V1.3 (2017-06-27), both ends. Register numbers are decimal and are the address on the
 * wire. Each unit tells of its own pack.
 *
 *   0 current 10 mA  1 voltage 10 mV  2 SOC  3 SOH  4 remaining 5 full 6 design 10 mAh  7 cycles
 *   9 warnings  10 protections  11 state and faults  12 balance  15 .. 30 cells mV
 *   31 .. 34 cells, 35 MOS, 36 environment 0.1 degC   60 .. 114 parameters   150 .. 179 texts
 */
#include <string.h>

#include "core/product/pack.h"
#include "core/proto/flag_rows.h"
#include "core/proto/rs485_ends.h"

enum {
    REASONS = 9,
    BALANCE = 12,
    CELLS = 15,
    TEMPS = 31,
    MEASURED_END = 37,
    PARAMETERS = 60,
    PARAMETERS_END = 115,
    TEXTS = 150,
    TEXT_WORDS = 10,
    TEXTS_END = 180,
    MAX_CELLS = 16,
    MAX_TEMPS = 4,
    ABSENT_C10 = -2000 /* as JK's emulation has it */
};

/* Words 0 warnings, 1 protections, 2 state. */
static const struct flag_row alarm_rows[] = {
    {0, 1U << 0, REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {0, 1U << 1, REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {0, 1U << 2, REPORT_PACK_OVER_VOLTAGE, REPORT_PACK_OVER_VOLTAGE | REPORT_CHARGER_VOLTAGE},
    {0, 1U << 3, REPORT_PACK_UNDER_VOLTAGE, REPORT_PACK_UNDER_VOLTAGE},
    {0, 1U << 4, REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {0, 1U << 5, REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {0, 1U << 8, REPORT_CHARGE_OVER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
    {0, 1U << 9, REPORT_DISCHARGE_OVER_TEMPERATURE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {0, 1U << 10, REPORT_CHARGE_UNDER_TEMPERATURE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {0, 1U << 11, REPORT_DISCHARGE_UNDER_TEMPERATURE, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {0, 1U << 12, REPORT_ENV_OVER_TEMPERATURE, REPORT_ENV_OVER_TEMPERATURE},
    {0, 1U << 13, REPORT_ENV_UNDER_TEMPERATURE, REPORT_ENV_UNDER_TEMPERATURE},
    {0, 1U << 14, REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {0, 1U << 15, REPORT_LOW_SOC, REPORT_LOW_SOC},
};
/* Bits 12 to 14 are not those of the warnings. */
static const struct flag_row protection_rows[] = {
    {1, 1U << 0, REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {1, 1U << 1, REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {1, 1U << 2, REPORT_PACK_OVER_VOLTAGE, REPORT_PACK_OVER_VOLTAGE},
    {1, 1U << 3, REPORT_PACK_UNDER_VOLTAGE, REPORT_PACK_UNDER_VOLTAGE},
    {1, 1U << 4, REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {1, 1U << 5, REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {1, 1U << 6, REPORT_SHORT_CIRCUIT, REPORT_SHORT_CIRCUIT},
    {1, 1U << 7, REPORT_CHARGER_VOLTAGE, REPORT_CHARGER_VOLTAGE},
    {1, 1U << 8, REPORT_CHARGE_OVER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
    {1, 1U << 9, REPORT_DISCHARGE_OVER_TEMPERATURE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {1, 1U << 10, REPORT_CHARGE_UNDER_TEMPERATURE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {1, 1U << 11, REPORT_DISCHARGE_UNDER_TEMPERATURE, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {1, 1U << 12, REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {1, 1U << 13, REPORT_ENV_OVER_TEMPERATURE, REPORT_ENV_OVER_TEMPERATURE},
    {1, 1U << 14, REPORT_ENV_UNDER_TEMPERATURE, REPORT_ENV_UNDER_TEMPERATURE},
    {2, 1U << 0, REPORT_CHARGE_MOS, REPORT_CHARGE_MOS},
    {2, 1U << 1, REPORT_DISCHARGE_MOS, REPORT_DISCHARGE_MOS},
    {2, 1U << 2, REPORT_TEMPERATURE_SENSOR, REPORT_TEMPERATURE_SENSOR},
    {2, 1U << 4, REPORT_SYSTEM, REPORT_SYSTEM | REPORT_IMBALANCE | REPORT_COMMUNICATION},
    {2, 1U << 5, REPORT_FRONT_END, REPORT_FRONT_END},
    {2, 1U << 13, REPORT_REVERSED, REPORT_REVERSED},
};
enum {
    N_ALARMS = sizeof alarm_rows / sizeof alarm_rows[0],
    N_PROTECTIONS = sizeof protection_rows / sizeof protection_rows[0],
    STATE_CHARGING = 1 << 8,
    STATE_DISCHARGING = 1 << 9,
    STATE_CHARGE_MOS = 1 << 10,
    STATE_DISCHARGE_MOS = 1 << 11,
    STATE_LIMITER = 1 << 12,
    STATE_HEATER = 1 << 15
};

/* Registers 60 .. 114 in order; `step` is a register's unit in that of the parameter. */
static const struct {
    uint8_t parameter;
    int32_t step;
} parameter_rows[PARAMETERS_END - PARAMETERS] = {
    {PARAM_PACK_OV_ALARM, 1},
    {PARAM_PACK_OV_PROTECT, 1},
    {PARAM_PACK_OVP_RELEASE, 1},
    {PARAM_PACK_OVP_DELAY_TIME, 100},
    {PARAM_CELL_OV_ALARM, 1},
    {PARAM_CELL_OV_PROTECT, 1},
    {PARAM_CELL_OVP_RELEASE, 1},
    {PARAM_CELL_OVP_DELAY_TIME, 100},
    {PARAM_PACK_UV_ALARM, 1},
    {PARAM_PACK_UV_PROTECT, 1},
    {PARAM_PACK_UVP_RELEASE, 1},
    {PARAM_PACK_UVP_DELAY_TIME, 100},
    {PARAM_CELL_UV_ALARM, 1},
    {PARAM_CELL_UV_PROTECT, 1},
    {PARAM_CELL_UVP_RELEASE, 1},
    {PARAM_CELL_UVP_DELAY_TIME, 100},
    {PARAM_CHARGE_OC_ALARM, 1000},
    {PARAM_CHARGE_OC_PROTECT, 1000},
    {PARAM_CHARGE_OCP_DELAY_TIME, 100},
    {PARAM_DISCHARGE_OC_ALARM, 1000},
    {PARAM_DISCHARGE_OC_1_PROTECT, 1000},
    {PARAM_DISCHARGE_OC_1_DELAY_TIME, 100},
    {PARAM_DISCHARGE_OC_2_PROTECT, 1000},
    {PARAM_DISCHARGE_OC_2_DELAY_TIME, 25},
    {PARAM_CHARGE_OT_ALARM, 1},
    {PARAM_CHARGE_OT_PROTECT, 1},
    {PARAM_CHARGE_OT_RELEASE, 1},
    {PARAM_DISCHARGE_OT_ALARM, 1},
    {PARAM_DISCHARGE_OT_PROTECT, 1},
    {PARAM_DISCHARGE_OT_RELEASE, 1},
    {PARAM_CHARGE_UT_ALARM, 1},
    {PARAM_CHARGE_UT_PROTECT, 1},
    {PARAM_CHARGE_UT_RELEASE, 1},
    {PARAM_DISCHARGE_UT_ALARM, 1},
    {PARAM_DISCHARGE_UT_PROTECT, 1},
    {PARAM_DISCHARGE_UT_RELEASE, 1},
    {PARAM_MOS_OT_ALARM, 1},
    {PARAM_MOS_OT_PROTECT, 1},
    {PARAM_MOS_OT_RELEASE, 1},
    {PARAM_ENV_OT_ALARM, 1},
    {PARAM_ENV_OT_PROTECT, 1},
    {PARAM_ENV_OT_RELEASE, 1},
    {PARAM_ENV_UT_ALARM, 1},
    {PARAM_ENV_UT_PROTECT, 1},
    {PARAM_ENV_UT_RELEASE, 1},
    {PARAM_BALANCE_THRESHOLD, 1},
    {PARAM_BALANCE_DELTA_CELL, 1},
    {PARAM_PACK_FULL_CHARGE_VOLTAGE, 1},
    {PARAM_PACK_FULL_CHARGE_CURRENT, 1},
    {PARAM_SLEEP_CELL_VOLTAGE, 1},
    {PARAM_SLEEP_DELAY_TIME, 1},
    {PARAM_SCP_DELAY_TIME, 25},
    {PARAM_SOC_LOW_ALARM, 100},
    {PARAM_NONE, 1}, /* charge over-current 2: not here */
    {PARAM_NONE, 1},
};

static bool may_be_negative(uint8_t parameter)
{
    return parameter != PARAM_NONE && parameters[parameter].unit == UNIT_C10;
}

static uint16_t temp_put(int16_t c10)
{
    return (uint16_t)(int16_t)(c10 == TEMP_ABSENT ? ABSENT_C10 : c10);
}

static int16_t temp_take(const uint8_t *at)
{
    return (int16_t)(be16s(at) <= ABSENT_C10 ? TEMP_ABSENT : be16s(at));
}

static void put_measured(const struct pack_view *pack, uint16_t *image)
{
    uint8_t n = pack->n_cells < MAX_CELLS ? pack->n_cells : MAX_CELLS;
    image[0] = sat_s16(scaled(pack->current_ma, 10));
    image[1] = sat_u16(scaled(pack->voltage_mv, 10));
    image[2] = pack->soc_pct;
    image[3] = pack->soh_pct;
    image[4] = sat_u16(pack->remaining_mah / 10);
    image[5] = sat_u16(pack->full_mah / 10);
    image[6] = sat_u16(pack->design_mah / 10);
    image[7] = pack->cycles;
    flags_put(alarm_rows, N_ALARMS, report_fine(pack->alarms), image + REASONS);
    flags_put(protection_rows, N_PROTECTIONS, report_fine(pack->protections), image + REASONS);
    image[REASONS + 2] |=
        (uint16_t)((pack->charging ? STATE_CHARGING : 0) |
                   (pack->discharging ? STATE_DISCHARGING : 0) |
                   (pack->charge_mos ? STATE_CHARGE_MOS : 0) |
                   (pack->discharge_mos ? STATE_DISCHARGE_MOS : 0) |
                   (pack->limiter ? STATE_LIMITER : 0) | (pack->heater ? STATE_HEATER : 0));
    image[BALANCE] = (uint16_t)pack->balance;
    for (uint8_t k = 0; k < n; k++) {
        image[CELLS + k] = pack->cell_mv[k];
    }
    for (int k = 0; k < MAX_TEMPS; k++) {
        image[TEMPS + k] = temp_put(k < pack->n_temps ? pack->temp_c10[k] : (int16_t)TEMP_ABSENT);
    }
    image[TEMPS + 4] = temp_put(pack->mos_c10);
    image[TEMPS + 5] = temp_put(pack->env_c10);
}

static void put_texts(const struct pack_view *pack, uint16_t *image)
{
    const char *const texts[] = {pack->version, pack->model, pack->serial};
    for (size_t t = 0; t < 3; t++) {
        uint8_t bytes[2 * TEXT_WORDS];
        text_put(bytes, sizeof bytes, texts[t], ' ');
        for (size_t k = 0; k < TEXT_WORDS; k++) {
            image[TEXTS + t * TEXT_WORDS + k] = be16(bytes + 2 * k);
        }
    }
}

static void put_parameters(const struct bank_desk *desk, int i, uint16_t *image)
{
    for (size_t k = 0; k < PARAMETERS_END - PARAMETERS; k++) {
        int32_t value = 0;
        uint8_t id = parameter_rows[k].parameter;
        if (id != PARAM_NONE && desk_get(desk, i, id, &value)) {
            value = scaled(value, parameter_rows[k].step);
            image[PARAMETERS + k] = may_be_negative(id) ? sat_s16(value) : sat_u16(value);
        }
    }
}

static bool within(const struct modbus_request *request, uint32_t first, uint32_t end)
{
    return request->start >= first && (uint32_t)request->start + request->count <= end;
}

/* All or none; 0 or the exception's code. */
static uint8_t write_parameters(struct desk_values *wanted, const struct modbus_request *request,
                                const struct bank_desk *desk, int i)
{
    wanted->n = 0;
    if (!within(request, PARAMETERS, PARAMETERS_END)) {
        return MODBUS_NO_ADDRESS;
    }
    for (size_t k = 0; k < request->count; k++) {
        size_t row = request->start - PARAMETERS + k;
        uint8_t id = parameter_rows[row].parameter;
        const uint8_t *at = request->data + 2 * k;
        int32_t value = may_be_negative(id) ? be16s(at) : be16(at);
        if (id == PARAM_NONE || !desk_want(wanted, id, value * parameter_rows[row].step)) {
            return MODBUS_NO_ADDRESS;
        }
    }
    return desk_set_all(desk, i, wanted) ? 0 : MODBUS_NO_VALUE;
}

static size_t answer(struct rs485_server *server, const uint8_t *bytes, size_t n,
                     const struct rs485_job *job, uint8_t *reply)
{
    struct modbus_request request;
    if (!modbus_request_take(bytes, n, &request)) {
        return 0;
    }
    int i = bank_at(job->bank, request.unit);
    if (i < 0) {
        return 0;
    }
    uint8_t why = 0;
    bool reads = request.function == MODBUS_READ;
    if (request.function == MODBUS_WRITE) {
        why = write_parameters(&server->wanted, &request, job->desk, i);
    } else if (!reads) {
        why = MODBUS_NO_FUNCTION;
    } else if (request.count == 0 || request.count > MODBUS_READ_MAX) {
        why = MODBUS_NO_VALUE;
    } else if (!within(&request, 0, MEASURED_END) &&
               !within(&request, PARAMETERS, PARAMETERS_END) &&
               !within(&request, TEXTS, TEXTS_END)) {
        why = MODBUS_NO_ADDRESS;
    }
    if (why != 0) {
        server->refusals++;
        return modbus_refuse(reply, request.unit, request.function, (enum modbus_exception)why);
    }
    if (!reads) {
        return modbus_confirm(reply, &request);
    }
    memset(server->image, 0, sizeof server->image);
    if (request.start < MEASURED_END) {
        put_measured(&job->bank->pack[i], server->image);
    } else if (request.start < PARAMETERS_END) {
        put_parameters(job->desk, i, server->image);
    } else {
        put_texts(&job->bank->pack[i], server->image);
    }
    return modbus_answer(reply, request.unit, request.function, server->image + request.start,
                         request.count);
}

static size_t ask(struct rs485_client *client, const struct rs485_step *step, uint8_t *out)
{
    return modbus_ask(out, client_address(client), MODBUS_READ, step->code, step->count);
}

static int reply_length(const struct rs485_client *client, const uint8_t *bytes, size_t n)
{
    return modbus_reply_to(bytes, n, client_address(client), MODBUS_READ,
                           rs485_pace_modbus.steps[client->step].count);
}

static void hear_state(const uint8_t *data, struct pack_view *pack)
{
    uint16_t words[3];
    for (size_t k = 0; k < 3; k++) {
        words[k] = be16(data + 2 * (REASONS + k));
    }
    pack->current_ma = be16s(data) * 10;
    pack->voltage_mv = be16(data + 2) * 10;
    pack->soc_pct = (uint8_t)(be16(data + 4) < 100 ? be16(data + 4) : 100);
    pack->soh_pct = (uint8_t)(be16(data + 6) < 100 ? be16(data + 6) : 100);
    pack->remaining_mah = be16(data + 8) * 10U;
    pack->full_mah = be16(data + 10) * 10U;
    pack->design_mah = be16(data + 12) * 10U;
    pack->cycles = be16(data + 14);
    pack->alarms = flags_take(alarm_rows, N_ALARMS, words);
    pack->protections = flags_take(protection_rows, N_PROTECTIONS, words);
    pack->charging = (words[2] & STATE_CHARGING) != 0;
    pack->discharging = (words[2] & STATE_DISCHARGING) != 0;
    pack->charge_mos = (words[2] & STATE_CHARGE_MOS) != 0;
    pack->discharge_mos = (words[2] & STATE_DISCHARGE_MOS) != 0;
    pack->limiter = (words[2] & STATE_LIMITER) != 0;
    pack->heater = (words[2] & STATE_HEATER) != 0;
    pack->balance = be16(data + 2 * BALANCE);
    pack->heard |= VIEW_ANALOG | VIEW_SOC | VIEW_SOH | VIEW_CAPACITY | VIEW_DESIGN | VIEW_CYCLES |
                   VIEW_FLAGS | VIEW_MOS | VIEW_BALANCE;
}

/* Registers 15 .. 36: the cells that are there come first, the others are 0. */
static void hear_cells(const uint8_t *data, struct pack_view *pack)
{
    const uint8_t *temps = data + 2 * (TEMPS - CELLS);
    pack->n_cells = 0;
    for (int k = 0; k < MAX_CELLS; k++) {
        pack->cell_mv[k] = be16(data + 2 * (size_t)k);
        pack->n_cells = pack->cell_mv[k] > 0 ? (uint8_t)(k + 1) : pack->n_cells;
    }
    pack->n_temps = MAX_TEMPS;
    for (int k = 0; k < MAX_TEMPS; k++) {
        pack->temp_c10[k] = temp_take(temps + 2 * (size_t)k);
    }
    pack->mos_c10 = temp_take(temps + 8);
    pack->env_c10 = temp_take(temps + 10);
    pack->heard |= VIEW_CELLS | VIEW_TEMPS;
}

static enum rs485_heard hear(struct rs485_client *client, const struct rs485_step *step,
                             const uint8_t *bytes, struct battery_bank *bank)
{
    if ((bytes[1] & MODBUS_REFUSED) != 0) {
        return RS485_REFUSED;
    }
    const uint8_t *data = bytes + 3;
    struct pack_view *pack = client_view(client, bank);
    switch (step->code) {
    case 0: hear_state(data, pack); break;
    case CELLS: hear_cells(data, pack); break;
    case TEXTS: text_take(pack->version, data, 2 * TEXT_WORDS); break;
    case TEXTS + TEXT_WORDS: text_take(pack->model, data, 2 * TEXT_WORDS); break;
    default: text_take(pack->serial, data, 2 * TEXT_WORDS); break;
    }
    pack->heard |= step->code >= TEXTS ? VIEW_TEXTS : 0;
    return RS485_GOOD;
}

/* Reads across the gaps of the map, and long ones, are refused by some. */
static const struct rs485_step steps[] = {
    {STEP_EACH, false, 0, BALANCE + 1},
    {STEP_EACH, false, CELLS, MEASURED_END - CELLS},
    {STEP_ONCE, true, TEXTS, TEXT_WORDS},
    {STEP_ONCE, true, TEXTS + TEXT_WORDS, TEXT_WORDS},
    {STEP_ONCE, true, TEXTS + 2 * TEXT_WORDS, TEXT_WORDS},
};

const struct rs485_end rs485_pace_modbus = {
    .steps = steps,
    .n_steps = sizeof steps / sizeof steps[0],
    .request_length = modbus_request_length,
    .foreign_length = modbus_reply_length,
    .answer = answer,
    .ask = ask,
    .reply_length = reply_length,
    .hear = hear,
};
