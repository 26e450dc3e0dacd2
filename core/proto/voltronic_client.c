/* SPDX-License-Identifier: Apache-2.0 */
/* Voltronic BMS 485, the reader's end. */
#include "core/proto/voltronic_rs485.h"

static uint32_t take_u32(const uint8_t *at) { return (uint32_t)be16(at) << 16 | be16(at + 2); }

static int16_t celsius(const uint8_t *at)
{
    return be16(at) == 0 ? TEMP_ABSENT : (int16_t)(be16s(at) - VOLTRONIC_KELVIN_C10);
}

static size_t ask(struct rs485_client *client, const struct rs485_step *step, uint8_t *out)
{
    return modbus_ask(out, client_address(client), MODBUS_READ, step->code, step->count);
}

/* Where the data of a reply begin, by its length: words or bytes counted in two bytes, bytes in
   one; id and function in either order. 0: none of these. */
static size_t data_at(const uint8_t *bytes, size_t whole, uint16_t count)
{
    if (whole == 6U + 2U * count && (be16(bytes + 2) == count || be16(bytes + 2) == 2U * count)) {
        return 4;
    }
    return whole == 5U + 2U * count && bytes[2] == 2U * count ? 3 : 0;
}

static bool is_ours(const struct rs485_client *client, const uint8_t *bytes, uint8_t function)
{
    uint8_t id = client_address(client);
    return (bytes[0] == id && bytes[1] == function) || (bytes[0] == function && bytes[1] == id);
}

static int reply_length(const struct rs485_client *client, const uint8_t *bytes, size_t n)
{
    uint16_t count = rs485_voltronic.steps[client->step].count;
    if (n < 2) {
        return bytes[0] == client_address(client) || bytes[0] == MODBUS_READ ? 0 : -1;
    }
    if (is_ours(client, bytes, MODBUS_READ | MODBUS_REFUSED)) {
        return n < 5 ? 0 : modbus_crc_ok(bytes, 5) ? 5 : -1;
    }
    if (!is_ours(client, bytes, MODBUS_READ)) {
        return -1;
    }
    for (size_t whole = 5U + 2U * count; whole <= 6U + 2U * count; whole++) {
        if (n < whole) {
            return 0;
        }
        if (data_at(bytes, whole, count) != 0 && modbus_crc_ok(bytes, whole)) {
            return (int)whole;
        }
    }
    return -1;
}

/* 0.1 V by the document; others send 0.01 V or mV, told apart by their size. */
static uint16_t cell_mv(uint16_t value)
{
    return (uint16_t)(value >= 1000 ? value : value >= 100 ? value * 10 : value * 100);
}

static void hear_cells(const uint8_t *data, struct rs485_client *client, struct pack_view *pack,
                       bool alone)
{
    struct battery_report *told = &client->told;
    uint16_t sensors = be16(data + 2 * (VOLTRONIC_SENSOR_COUNT - VOLTRONIC_CELL_COUNT));
    uint16_t cells = be16(data);
    pack->n_cells = (uint8_t)(cells < VOLTRONIC_MAX_CELLS ? cells : VOLTRONIC_MAX_CELLS);
    for (uint8_t k = 0; k < pack->n_cells; k++) {
        pack->cell_mv[k] = cell_mv(be16(data + 2 + 2 * (size_t)k));
    }
    sensors = sensors < VOLTRONIC_MAX_SENSORS ? sensors : VOLTRONIC_MAX_SENSORS;
    pack->n_temps = (uint8_t)(sensors <= 4 ? sensors : sensors <= 6 ? 4 : sensors - 2);
    const uint8_t *temps = data + 2 * (VOLTRONIC_SENSOR_COUNT + 1 - VOLTRONIC_CELL_COUNT);
    for (uint8_t k = 0; k < pack->n_temps; k++) {
        pack->temp_c10[k] = celsius(temps + 2 * (size_t)(k < 4 ? k : k + 2));
    }
    pack->env_c10 = sensors > 4 ? celsius(temps + 8) : (int16_t)TEMP_ABSENT;
    pack->mos_c10 = sensors > 5 ? celsius(temps + 10) : (int16_t)TEMP_ABSENT;
    pack->heard |= VIEW_CELLS | VIEW_TEMPS;
    const uint8_t *whole = data + 2 * (VOLTRONIC_CHARGE_CURRENT - VOLTRONIC_CELL_COUNT);
    told->n_cells = pack->n_cells;
    told->current_ma = (be16(whole) - be16(whole + 2)) * 100;
    told->voltage_mv = be16(whole + 4) * 100;
    told->soc_pct = (uint8_t)(be16(whole + 6) < 100 ? be16(whole + 6) : 100);
    told->soc_pct100 = 0;
    told->heard |= HEARD_MEASURED | HEARD_SOC;
    if (alone) {
        pack->current_ma = told->current_ma;
        pack->voltage_mv = told->voltage_mv;
        pack->soc_pct = told->soc_pct;
        pack->heard |= VIEW_ANALOG | VIEW_SOC;
    }
}

/* 0034 .. 003F. */
static void hear_reasons(const uint8_t *data, struct rs485_client *client, struct pack_view *pack,
                         bool alone)
{
    struct battery_report *told = &client->told;
    uint16_t words[6];
    for (size_t k = 0; k < 6; k++) {
        words[k] = be16(data + 6 + 2 * k);
    }
    told->full_mah = take_u32(data);
    told->packs = (uint8_t)(be16(data + 4) < BANK_PACKS ? be16(data + 4) : BANK_PACKS);
    told->modules_online = told->packs;
    voltronic_reasons_take(words, &told->alarms, &told->protections);
    told->heard |= HEARD_FLAGS | HEARD_MODULES;
    pack->design_mah = take_u32(data + 20);
    pack->heard |= VIEW_DESIGN;
    if (alone) {
        pack->alarms = told->alarms;
        pack->protections = told->protections;
        pack->full_mah = told->full_mah;
        pack->heard |= VIEW_FLAGS;
    }
}

/* Voltages are told pack by pack: for the whole the least charge and the highest discharge voltage
   of those that are there. */
static void narrow(struct rs485_client *client, const struct battery_bank *bank)
{
    struct battery_report *told = &client->told;
    for (uint8_t i = 0; i < bank->n_packs; i++) {
        const struct pack_view *pack = &bank->pack[i];
        if (pack->charge_mv > 0 && !client->pack[i].silent) {
            told->charge_mv = min_i32(told->charge_mv, pack->charge_mv);
            told->discharge_mv = max_i32(told->discharge_mv, pack->discharge_mv);
        }
    }
}

/* 0070 .. 0077. */
static void hear_limits(const uint8_t *data, struct rs485_client *client, struct pack_view *pack,
                        bool alone)
{
    struct battery_report *told = &client->told;
    uint16_t bits = be16(data + 8);
    pack->charge_mv = be16(data) * 100;
    pack->discharge_mv = be16(data + 2) * 100;
    told->charge_mv = pack->charge_mv;
    told->discharge_mv = pack->discharge_mv;
    told->charge_limit_ma = be16(data + 4) * 100;
    told->discharge_limit_ma = be16(data + 6) * 100;
    told->charge_enable = (bits & VOLTRONIC_ENABLE_CHARGE) != 0;
    told->discharge_enable = (bits & VOLTRONIC_ENABLE_DISCHARGE) != 0;
    told->force_charge = (bits & VOLTRONIC_CHARGE_NOW) != 0;
    told->force_charge_soon = (bits & VOLTRONIC_CHARGE_SOON) != 0;
    told->remaining_mah = take_u32(data + 12);
    told->heard |= HEARD_LIMITS | HEARD_DISCHARGE_VOLTAGE | HEARD_REQUEST | HEARD_CAPACITY;
    if (alone) {
        pack->charge_limit_ma = told->charge_limit_ma;
        pack->discharge_limit_ma = told->discharge_limit_ma;
        pack->charge_enable = told->charge_enable;
        pack->discharge_enable = told->discharge_enable;
        pack->force_charge = told->force_charge;
        pack->force_charge_soon = told->force_charge_soon;
        pack->remaining_mah = told->remaining_mah;
        pack->heard |= VIEW_LIMITS | VIEW_ENABLE | VIEW_CAPACITY;
    }
}

static void hear_states(const uint8_t *data, struct pack_view *pack)
{
    pack->cells_low = 0;
    pack->cells_high = 0;
    for (int k = 0; k < VOLTRONIC_MAX_CELLS; k++) {
        uint8_t is = data[2 + k]; /* two a word, the first in its high byte */
        pack->cells_low |= is == VOLTRONIC_STATE_LOW ? 1U << k : 0U;
        pack->cells_high |= is == VOLTRONIC_STATE_HIGH ? 1U << k : 0U;
    }
}

static enum rs485_heard hear(struct rs485_client *client, const struct rs485_step *step,
                             const uint8_t *bytes, struct battery_bank *bank)
{
    if (is_ours(client, bytes, MODBUS_READ | MODBUS_REFUSED)) {
        return RS485_REFUSED;
    }
    bool wide = be16(bytes + 2) == step->count || be16(bytes + 2) == 2U * step->count;
    const uint8_t *data = bytes + (wide ? 4 : 3);
    struct pack_view *pack = client_view(client, bank);
    bool counted = (client->told.heard & HEARD_MODULES) != 0;
    bool alone = client->n_packs == 1 || (counted && client->told.packs == 1);
    switch (step->code) {
    case VOLTRONIC_CELL_COUNT: hear_cells(data, client, pack, alone); break;
    case VOLTRONIC_CHARGE_CURRENT + 4: hear_reasons(data, client, pack, alone); break;
    case VOLTRONIC_LIMITS:
        hear_limits(data, client, pack, alone);
        narrow(client, bank);
        break;
    default: hear_states(data, pack); break;
    }
    return RS485_GOOD;
}

/* Never one word: such a reply is a request's twin. */
static const struct rs485_step steps[] = {
    {STEP_EACH, false, VOLTRONIC_CELL_COUNT, VOLTRONIC_CHARGE_CURRENT + 4 - VOLTRONIC_CELL_COUNT},
    {STEP_EACH, false, VOLTRONIC_CHARGE_CURRENT + 4,
     VOLTRONIC_CELL_STATES - VOLTRONIC_CHARGE_CURRENT - 4},
    {STEP_EACH, false, VOLTRONIC_LIMITS, VOLTRONIC_REGISTERS - VOLTRONIC_LIMITS},
    {STEP_EACH, true, VOLTRONIC_CELL_STATES, 1 + VOLTRONIC_MAX_CELLS / 2},
};

const struct rs485_end rs485_voltronic = {
    .steps = steps,
    .n_steps = sizeof steps / sizeof steps[0],
    .request_length = modbus_request_length,
    .foreign_length = voltronic_foreign_length,
    .answer = voltronic_answer,
    .ask = ask,
    .reply_length = reply_length,
    .hear = hear,
};
