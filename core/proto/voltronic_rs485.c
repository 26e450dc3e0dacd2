/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Voltronic BMS 485 (2020-03-25), both ends. Requests are Modbus; the reply counts words in two
 * bytes: id, function, words(2), data, CRC. Registers are 16 bits; P: of the pack asked, A: of all.
 *
 *   10 cells P, 11.. cell 0.1 V   25 sensors P, 26.. 0.1 K (5 environment, 6 MOS)
 *   30 charge 31 discharge 0.1 A A   32 0.1 V A   33 SOC A   34 total mAh u32 A   36 packs A
 *   37 .. 3C reasons A   3E design mAh u32 P   40 .. states P   60 .. 69 states P
 *   70 charge 71 discharge 0.1 V P   72 73 limits 0.1 A A   74 enables A   75 minutes to empty A
 *   76 remaining mAh u32 A
 */
#include <string.h>

#include "core/proto/flag_rows.h"
#include "core/proto/rs485_ends.h"

enum {
    FIRST = 0x01,
    CELL_COUNT = 0x10,
    SENSOR_COUNT = 0x25,
    CHARGE_CURRENT = 0x30,
    REASONS = 0x37,
    DESIGN = 0x3E,
    CELL_STATES = 0x40,
    SENSOR_STATES = 0x50,
    PACK_STATES = 0x60,
    LIMITS = 0x70,
    ENABLES = 0x74,
    REMAINING = 0x76,
    REGISTERS = 0x78,
    MAX_CELLS = 20,
    MAX_SENSORS = 10,
    KELVIN_C10 = 2731,
    COMMON_ID = 1,
    ALONE_ID = 0x0F, /* rotary switch at 0 */
    STATE_LOW = 0x01,
    STATE_HIGH = 0x02
};
enum { BAD_ID = 1, BAD_COMMAND = 2 };
enum { ENABLE_CHARGE = 0x80, ENABLE_DISCHARGE = 0x40, CHARGE_NOW = 0x20, CHARGE_SOON = 0x10 };

/* Words 0 and 1 are 0037 and 0038, alarms; 2 .. 5 are 0039 .. 003C, protections. */
static const struct flag_row alarm_rows[] = {
    {0, 1U << 3, REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {0, 1U << 2, REPORT_CHARGE_UNDER_TEMPERATURE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {0, 1U << 1, REPORT_CELL_OVER_VOLTAGE, REPORT_ANY_OVER_VOLTAGE},
    {0, 1U << 0, REPORT_CHARGE_OVER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
    {1, 1U << 3, REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE | REPORT_PACK_UNDER_VOLTAGE},
    {1, 1U << 2, REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {1, 1U << 1, REPORT_DISCHARGE_UNDER_TEMPERATURE, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {1, 1U << 0, REPORT_DISCHARGE_OVER_TEMPERATURE, REPORT_DISCHARGE_OVER_TEMPERATURE},
};
static const struct flag_row protection_rows[] = {
    {2, 1U << 15, REPORT_CHARGE_CURRENT, 0},
    {2, 1U << 12, REPORT_CELL_OVER_VOLTAGE, 0},
    {2, 1U << 11, REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {2, 1U << 10, REPORT_CELL_OVER_VOLTAGE, REPORT_ANY_OVER_VOLTAGE},
    {2, 1U << 9, REPORT_CHARGE_UNDER_TEMPERATURE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {2, 1U << 8, REPORT_CHARGE_OVER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
    {2, 1U << 6, REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {2, 1U << 5, REPORT_SHORT_CIRCUIT, 0},
    {2, 1U << 4, REPORT_DISCHARGE_CURRENT, 0},
    {2, 1U << 3, REPORT_CHARGE_CURRENT, 0},
    {2, 1U << 2, REPORT_FRONT_END, REPORT_FRONT_END},
    {4, 1U << 15, REPORT_PACK_UNDER_VOLTAGE, REPORT_PACK_UNDER_VOLTAGE},
    {4, 1U << 14, REPORT_DISCHARGE_OVER_TEMPERATURE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {4, 1U << 13, REPORT_DISCHARGE_UNDER_TEMPERATURE, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {4, 1U << 12, REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {4, 1U << 11, REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {4, 1U << 10, REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {5, 1U << 1, REPORT_SHORT_CIRCUIT, REPORT_SHORT_CIRCUIT},
    {5, 1U << 0, REPORT_FRONT_END, 0},
};
enum {
    N_ALARMS = sizeof alarm_rows / sizeof alarm_rows[0],
    N_PROTECTIONS = sizeof protection_rows / sizeof protection_rows[0]
};

/* States 0060 .. 0069 of the pack: low and high by these reasons. */
static const struct {
    uint32_t low, high;
} state_rows[] = {
    {0, REPORT_PACK_OVER_VOLTAGE},
    {REPORT_PACK_UNDER_VOLTAGE, 0},
    {0, REPORT_CELL_OVER_VOLTAGE},
    {REPORT_CELL_UNDER_VOLTAGE, 0},
    {0, REPORT_CHARGE_CURRENT},
    {0, REPORT_DISCHARGE_CURRENT | REPORT_SHORT_CIRCUIT},
    {REPORT_ENV_UNDER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE | REPORT_ENV_OVER_TEMPERATURE},
    {REPORT_ENV_UNDER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE | REPORT_ENV_OVER_TEMPERATURE},
    {REPORT_CHARGE_UNDER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
    {REPORT_DISCHARGE_UNDER_TEMPERATURE, REPORT_DISCHARGE_OVER_TEMPERATURE},
};

static void put_u32(uint16_t *at, uint32_t value)
{
    at[0] = (uint16_t)(value >> 16);
    at[1] = (uint16_t)value;
}

static uint32_t take_u32(const uint8_t *at) { return (uint32_t)be16(at) << 16 | be16(at + 2); }

static uint16_t kelvin(int16_t c10)
{
    return c10 == TEMP_ABSENT ? 0 : sat_u16((int32_t)c10 + KELVIN_C10);
}

static int16_t celsius(const uint8_t *at)
{
    return be16(at) == 0 ? TEMP_ABSENT : (int16_t)(be16s(at) - KELVIN_C10);
}

/* Sensor k of the map: four groups, environment, MOS, further groups. */
static int16_t sensor(const struct pack_view *pack, uint8_t k)
{
    uint8_t group = (uint8_t)(k < 4 ? k : k - 2);
    if (k == 4) {
        return pack->env_c10;
    }
    if (k == 5) {
        return pack->mos_c10;
    }
    return group < pack->n_temps && group < BANK_TEMPS ? pack->temp_c10[group]
                                                       : (int16_t)TEMP_ABSENT;
}

static uint16_t state(bool low, bool high) { return low ? STATE_LOW : high ? STATE_HIGH : 0; }

static void put_pack(const struct pack_view *pack, uint16_t *image)
{
    uint8_t n = pack->n_cells < MAX_CELLS ? pack->n_cells : MAX_CELLS;
    uint8_t sensors = (uint8_t)(pack->n_temps > 4 ? pack->n_temps + 2 : 6);
    uint32_t why = report_fine(pack->protections);
    sensors = sensors < MAX_SENSORS ? sensors : MAX_SENSORS;
    image[CELL_COUNT] = n;
    image[CELL_STATES] = n;
    for (uint8_t k = 0; k < n; k++) {
        uint16_t is = state((pack->cells_low >> k & 1) != 0, (pack->cells_high >> k & 1) != 0);
        image[CELL_COUNT + 1 + k] = (uint16_t)scaled(pack->cell_mv[k], 100);
        image[CELL_STATES + 1 + k / 2] |= (uint16_t)(k % 2 == 0 ? is << 8 : is);
    }
    image[SENSOR_COUNT] = sensors;
    image[SENSOR_STATES] = sensors;
    for (uint8_t k = 0; k < sensors; k++) {
        image[SENSOR_COUNT + 1 + k] = kelvin(sensor(pack, k));
        uint16_t is = k == 4   ? state((why & REPORT_ENV_UNDER_TEMPERATURE) != 0,
                                       (why & REPORT_ENV_OVER_TEMPERATURE) != 0)
                      : k == 5 ? state(false, (why & REPORT_MOS_OVER_TEMPERATURE) != 0)
                               : 0;
        image[SENSOR_STATES + 1 + k / 2] |= (uint16_t)(k % 2 == 0 ? is << 8 : is);
    }
    for (size_t k = 0; k < sizeof state_rows / sizeof state_rows[0]; k++) {
        image[PACK_STATES + k] =
            state((why & state_rows[k].low) != 0, (why & state_rows[k].high) != 0);
    }
    put_u32(image + DESIGN, pack->design_mah);
    image[LIMITS] = sat_u16(pack->charge_mv / 100);
    image[LIMITS + 1] = sat_u16(pack->discharge_mv / 100);
}

/* Charging: 0 if any pack forbids it; discharging: 0 only if all do. */
static uint16_t enables(const struct battery_bank *bank)
{
    bool charge = bank->n_packs > 0;
    bool discharge = false;
    for (int i = 0; i < bank->n_packs; i++) {
        charge &= bank->pack[i].charge_enable;
        discharge |= bank->pack[i].discharge_enable;
    }
    return (uint16_t)((charge ? ENABLE_CHARGE : 0) | (discharge ? ENABLE_DISCHARGE : 0) |
                      (bank->whole.force_charge ? CHARGE_NOW : 0) |
                      (bank->whole.force_charge_soon ? CHARGE_SOON : 0));
}

static void put_whole(const struct battery_bank *bank, uint16_t *image)
{
    const struct battery_report *whole = &bank->whole;
    int32_t amps10 = scaled(whole->current_ma, 100);
    image[CHARGE_CURRENT] = sat_u16(amps10);
    image[CHARGE_CURRENT + 1] = sat_u16(-amps10);
    image[CHARGE_CURRENT + 2] = sat_u16(scaled(whole->voltage_mv, 100));
    image[CHARGE_CURRENT + 3] = whole->soc_pct;
    put_u32(image + CHARGE_CURRENT + 4, whole->full_mah);
    image[CHARGE_CURRENT + 6] = whole->packs;
    flags_put(alarm_rows, N_ALARMS, report_fine(whole->alarms), image + REASONS);
    flags_put(protection_rows, N_PROTECTIONS, report_fine(whole->protections), image + REASONS);
    image[LIMITS + 2] = sat_u16(whole->charge_limit_ma / 100);
    image[LIMITS + 3] = sat_u16(whole->discharge_limit_ma / 100);
    image[ENABLES] = enables(bank);
    if (whole->current_ma < 0) {
        int64_t minutes = (int64_t)whole->remaining_mah * 60 / -(int64_t)whole->current_ma;
        image[ENABLES + 1] = sat_u16(minutes);
    }
    put_u32(image + REMAINING, whole->remaining_mah);
}

static int pack_of(const struct battery_bank *bank, uint8_t id)
{
    if (id == COMMON_ID) {
        return bank_host(bank);
    }
    return id == ALONE_ID && bank_find(bank, 0) >= 0 ? bank_find(bank, 0) : bank_find(bank, id);
}

static size_t answer(struct rs485_server *server, const uint8_t *bytes, size_t n,
                     const struct rs485_job *job, uint8_t *reply)
{
    struct modbus_request request;
    if (!modbus_request_take(bytes, n, &request)) {
        return 0;
    }
    int i = request.unit > 0 ? pack_of(job->bank, request.unit) : -1;
    if (i < 0) {
        return 0;
    }
    if (request.function != MODBUS_READ || request.count == 0 || request.count > MODBUS_READ_MAX) {
        server->refusals++;
        return modbus_refuse(reply, request.unit, request.function,
                             (enum modbus_exception)BAD_COMMAND);
    }
    uint16_t *image = server->image;
    memset(image, 0, sizeof server->image);
    put_pack(&job->bank->pack[i], image);
    put_whole(job->bank, image);
    for (uint32_t k = 0; k < request.count; k++) { /* what is not in the map is 0 */
        uint32_t at = (uint32_t)request.start + k;
        put_be16(reply + 4 + 2 * (size_t)k, at < REGISTERS ? image[at] : 0);
    }
    reply[0] = request.unit;
    reply[1] = MODBUS_READ;
    if (server->plain_modbus) {
        reply[2] = (uint8_t)(2 * request.count);
        memmove(reply + 3, reply + 4, 2U * request.count);
        return modbus_seal(reply, 3 + 2U * request.count);
    }
    put_be16(reply + 2, request.count);
    return modbus_seal(reply, 4 + 2U * request.count);
}

/* A reply another battery sent, or our own echo: in the documented form or in Modbus'. */
static int foreign_length(const uint8_t *bytes, size_t n)
{
    int plain = modbus_reply_length(bytes, n);
    if (plain > 0 || n < 4 || bytes[1] != MODBUS_READ) {
        return plain;
    }
    size_t whole = 6 + 2 * (size_t)be16(bytes + 2);
    if (whole > MODBUS_FRAME_MAX) {
        return plain;
    }
    if (n < whole) {
        return 0;
    }
    return modbus_crc_ok(bytes, whole) ? (int)whole : plain;
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
    uint16_t sensors = be16(data + 2 * (SENSOR_COUNT - CELL_COUNT));
    uint16_t cells = be16(data);
    pack->n_cells = (uint8_t)(cells < MAX_CELLS ? cells : MAX_CELLS);
    for (uint8_t k = 0; k < pack->n_cells; k++) {
        pack->cell_mv[k] = cell_mv(be16(data + 2 + 2 * (size_t)k));
    }
    sensors = sensors < MAX_SENSORS ? sensors : MAX_SENSORS;
    pack->n_temps = (uint8_t)(sensors <= 4 ? sensors : sensors <= 6 ? 4 : sensors - 2);
    const uint8_t *temps = data + 2 * (SENSOR_COUNT + 1 - CELL_COUNT);
    for (uint8_t k = 0; k < pack->n_temps; k++) {
        pack->temp_c10[k] = celsius(temps + 2 * (size_t)(k < 4 ? k : k + 2));
    }
    pack->env_c10 = sensors > 4 ? celsius(temps + 8) : (int16_t)TEMP_ABSENT;
    pack->mos_c10 = sensors > 5 ? celsius(temps + 10) : (int16_t)TEMP_ABSENT;
    pack->heard |= VIEW_CELLS | VIEW_TEMPS;
    const uint8_t *whole = data + 2 * (CHARGE_CURRENT - CELL_COUNT);
    told->current_ma = (be16(whole) - be16(whole + 2)) * 100;
    told->voltage_mv = be16(whole + 4) * 100;
    told->soc_pct = (uint8_t)(be16(whole + 6) < 100 ? be16(whole + 6) : 100);
    told->soc_pct100 = 0;
    told->soh_pct = 100; /* not in this map */
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
    told->alarms = flags_take(alarm_rows, N_ALARMS, words);
    told->protections = flags_take(protection_rows, N_PROTECTIONS, words);
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
    told->charge_enable = (bits & ENABLE_CHARGE) != 0;
    told->discharge_enable = (bits & ENABLE_DISCHARGE) != 0;
    told->force_charge = (bits & CHARGE_NOW) != 0;
    told->force_charge_soon = (bits & CHARGE_SOON) != 0;
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
    for (uint8_t k = 0; k < MAX_CELLS; k++) {
        uint8_t is = data[2 + k]; /* two a word, the first in its high byte */
        pack->cells_low |= is == STATE_LOW ? 1U << k : 0U;
        pack->cells_high |= is == STATE_HIGH ? 1U << k : 0U;
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
    case CELL_COUNT: hear_cells(data, client, pack, alone); break;
    case CHARGE_CURRENT + 4: hear_reasons(data, client, pack, alone); break;
    case LIMITS:
        hear_limits(data, client, pack, alone);
        narrow(client, bank);
        break;
    default: hear_states(data, pack); break;
    }
    return RS485_GOOD;
}

/* Never one word: such a reply is a request's twin. */
static const struct rs485_step steps[] = {
    {STEP_EACH, false, CELL_COUNT, CHARGE_CURRENT + 4 - CELL_COUNT},
    {STEP_EACH, false, CHARGE_CURRENT + 4, CELL_STATES - CHARGE_CURRENT - 4},
    {STEP_EACH, false, LIMITS, REGISTERS - LIMITS},
    {STEP_EACH, true, CELL_STATES, 1 + MAX_CELLS / 2},
};

const struct rs485_end rs485_voltronic = {
    .steps = steps,
    .n_steps = sizeof steps / sizeof steps[0],
    .request_length = modbus_request_length,
    .foreign_length = foreign_length,
    .answer = answer,
    .ask = ask,
    .reply_length = reply_length,
    .hear = hear,
};
