/* SPDX-License-Identifier: Apache-2.0 */
/* Voltronic BMS 485, the battery's end, and the words of reasons for both. */
#include "core/proto/voltronic_rs485.h"

#include <string.h>

#include "core/proto/flag_rows.h"

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

void voltronic_reasons_put(uint32_t alarms, uint32_t protections, uint16_t words[6])
{
    flags_put(alarm_rows, N_ALARMS, report_fine(alarms), words);
    flags_put(protection_rows, N_PROTECTIONS, report_fine(protections), words);
}

void voltronic_reasons_take(const uint16_t words[6], uint32_t *alarms, uint32_t *protections)
{
    *alarms = flags_take(alarm_rows, N_ALARMS, words);
    *protections = flags_take(protection_rows, N_PROTECTIONS, words);
}

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

static uint16_t kelvin(int16_t c10)
{
    return c10 == TEMP_ABSENT ? 0 : sat_u16((int32_t)c10 + VOLTRONIC_KELVIN_C10);
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

static uint16_t state(bool low, bool high)
{
    return low ? VOLTRONIC_STATE_LOW : high ? VOLTRONIC_STATE_HIGH : 0;
}

static void put_pack(const struct pack_view *pack, uint16_t *image)
{
    uint8_t n = pack->n_cells < VOLTRONIC_MAX_CELLS ? pack->n_cells : VOLTRONIC_MAX_CELLS;
    uint8_t sensors = (uint8_t)(pack->n_temps > 4 ? pack->n_temps + 2 : 6);
    uint32_t why = report_fine(pack->protections);
    sensors = sensors < VOLTRONIC_MAX_SENSORS ? sensors : VOLTRONIC_MAX_SENSORS;
    image[VOLTRONIC_CELL_COUNT] = n;
    image[VOLTRONIC_CELL_STATES] = n;
    for (uint8_t k = 0; k < n; k++) {
        uint16_t is = state((pack->cells_low >> k & 1) != 0, (pack->cells_high >> k & 1) != 0);
        image[VOLTRONIC_CELL_COUNT + 1 + k] = (uint16_t)scaled(pack->cell_mv[k], 100);
        image[VOLTRONIC_CELL_STATES + 1 + k / 2] |= (uint16_t)(k % 2 == 0 ? is << 8 : is);
    }
    image[VOLTRONIC_SENSOR_COUNT] = sensors;
    image[VOLTRONIC_SENSOR_STATES] = sensors;
    for (uint8_t k = 0; k < sensors; k++) {
        image[VOLTRONIC_SENSOR_COUNT + 1 + k] = kelvin(sensor(pack, k));
        uint16_t is = k == 4   ? state((why & REPORT_ENV_UNDER_TEMPERATURE) != 0,
                                       (why & REPORT_ENV_OVER_TEMPERATURE) != 0)
                      : k == 5 ? state(false, (why & REPORT_MOS_OVER_TEMPERATURE) != 0)
                               : 0;
        image[VOLTRONIC_SENSOR_STATES + 1 + k / 2] |= (uint16_t)(k % 2 == 0 ? is << 8 : is);
    }
    for (size_t k = 0; k < sizeof state_rows / sizeof state_rows[0]; k++) {
        image[VOLTRONIC_PACK_STATES + k] =
            state((why & state_rows[k].low) != 0, (why & state_rows[k].high) != 0);
    }
    put_u32(image + VOLTRONIC_DESIGN, pack->design_mah);
    image[VOLTRONIC_LIMITS] = sat_u16(pack->charge_mv / 100);
    image[VOLTRONIC_LIMITS + 1] = sat_u16(((int64_t)pack->discharge_mv + 99) / 100);
}

/* Charging: 0 if any pack forbids it; discharging: 0 only if all do. A pack whose enables are not
   known, as it fell silent, has no say. Nobody asks for a charge that is forbidden. */
static uint16_t enables(const struct battery_bank *bank)
{
    int known = 0;
    bool charge = true;
    bool discharge = false;
    for (int i = 0; i < bank->n_packs; i++) {
        if ((bank->pack[i].heard & VIEW_ENABLE) != 0) {
            known++;
            charge &= bank->pack[i].charge_enable;
            discharge |= bank->pack[i].discharge_enable;
        }
    }
    charge &= known > 0;
    return (uint16_t)((charge ? VOLTRONIC_ENABLE_CHARGE : 0) |
                      (discharge ? VOLTRONIC_ENABLE_DISCHARGE : 0) |
                      (charge && bank->whole.force_charge ? VOLTRONIC_CHARGE_NOW : 0) |
                      (charge && bank->whole.force_charge_soon ? VOLTRONIC_CHARGE_SOON : 0));
}

static void put_whole(const struct battery_bank *bank, uint16_t *image)
{
    const struct battery_report *whole = &bank->whole;
    int32_t amps10 = scaled(whole->current_ma, 100);
    image[VOLTRONIC_CHARGE_CURRENT] = sat_u16(amps10);
    image[VOLTRONIC_CHARGE_CURRENT + 1] = sat_u16(-amps10);
    image[VOLTRONIC_CHARGE_CURRENT + 2] = sat_u16(scaled(whole->voltage_mv, 100));
    image[VOLTRONIC_CHARGE_CURRENT + 3] = whole->soc_pct;
    put_u32(image + VOLTRONIC_CHARGE_CURRENT + 4, whole->full_mah);
    image[VOLTRONIC_CHARGE_CURRENT + 6] = whole->packs;
    voltronic_reasons_put(whole->alarms, whole->protections, image + VOLTRONIC_REASONS);
    image[VOLTRONIC_LIMITS + 2] = sat_u16(whole->charge_limit_ma / 100);
    image[VOLTRONIC_LIMITS + 3] = sat_u16(whole->discharge_limit_ma / 100);
    image[VOLTRONIC_ENABLES] = enables(bank);
    if (whole->current_ma < 0) {
        int64_t minutes = (int64_t)whole->remaining_mah * 60 / -(int64_t)whole->current_ma;
        image[VOLTRONIC_ENABLES + 1] = sat_u16(minutes);
    }
    put_u32(image + VOLTRONIC_REMAINING, whole->remaining_mah);
}

static int pack_of(const struct battery_bank *bank, uint8_t id)
{
    if (id == VOLTRONIC_COMMON_ID) {
        return bank_host(bank);
    }
    return id == VOLTRONIC_ALONE_ID && bank_find(bank, 0) >= 0 ? bank_find(bank, 0)
                                                               : bank_find(bank, id);
}

size_t voltronic_answer(struct rs485_server *server, const uint8_t *bytes, size_t n,
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
                             (enum modbus_exception)VOLTRONIC_BAD_COMMAND);
    }
    uint16_t *image = server->image;
    memset(image, 0, sizeof server->image);
    put_pack(&job->bank->pack[i], image);
    put_whole(job->bank, image);
    for (uint32_t k = 0; k < request.count; k++) { /* what is not in the map is 0 */
        uint32_t at = (uint32_t)request.start + k;
        put_be16(reply + 4 + 2 * (size_t)k, at < VOLTRONIC_REGISTERS ? image[at] : 0);
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
int voltronic_foreign_length(const uint8_t *bytes, size_t n)
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
