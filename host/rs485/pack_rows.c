/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a pack: what each is called, where it is and in what unit it is shown. */
#include "host/rs485/pack_rows.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct pack_reason pack_reasons[] = {
    {REPORT_OVER_VOLTAGE, "OverVoltage"},
    {REPORT_UNDER_VOLTAGE, "UnderVoltage"},
    {REPORT_OVER_TEMPERATURE, "OverTemperature"},
    {REPORT_UNDER_TEMPERATURE, "UnderTemperature"},
    {REPORT_DISCHARGE_CURRENT, "DischargeOverCurrent"},
    {REPORT_CHARGE_CURRENT, "ChargeOverCurrent"},
    {REPORT_SYSTEM, "SystemError"},
    {REPORT_CELL_OVER_VOLTAGE, "CellOverVoltage"},
    {REPORT_CELL_UNDER_VOLTAGE, "CellUnderVoltage"},
    {REPORT_PACK_OVER_VOLTAGE, "PackOverVoltage"},
    {REPORT_PACK_UNDER_VOLTAGE, "PackUnderVoltage"},
    {REPORT_CHARGE_OVER_TEMPERATURE, "ChargeOverTemperature"},
    {REPORT_DISCHARGE_OVER_TEMPERATURE, "DischargeOverTemperature"},
    {REPORT_CHARGE_UNDER_TEMPERATURE, "ChargeUnderTemperature"},
    {REPORT_DISCHARGE_UNDER_TEMPERATURE, "DischargeUnderTemperature"},
    {REPORT_MOS_OVER_TEMPERATURE, "MosOverTemperature"},
    {REPORT_ENV_OVER_TEMPERATURE, "EnvironmentOverTemperature"},
    {REPORT_ENV_UNDER_TEMPERATURE, "EnvironmentUnderTemperature"},
    {REPORT_SHORT_CIRCUIT, "ShortCircuit"},
    {REPORT_IMBALANCE, "CellImbalance"},
    {REPORT_CHARGE_MOS, "ChargeMos"},
    {REPORT_DISCHARGE_MOS, "DischargeMos"},
    {REPORT_TEMPERATURE_SENSOR, "TemperatureSensor"},
    {REPORT_FRONT_END, "CellSampling"},
    {REPORT_REVERSED, "Reversed"},
    {REPORT_LOW_SOC, "LowStateOfCharge"},
    {REPORT_CHARGER_VOLTAGE, "ChargerOverVoltage"},
    {REPORT_COMMUNICATION, "Communication"},
};
const int pack_reason_count = sizeof pack_reasons / sizeof pack_reasons[0];

const struct pack_row pack_rows[] = {
#define AT(member) offsetof(struct pack_view, member)
    {"voltage_v", "V", KIND_I32, AT(voltage_mv), 1000, 3, VIEW_ANALOG, false},
    {"current_a", "A", KIND_I32, AT(current_ma), 1000, 2, VIEW_ANALOG, false},
    {"soc_pct", "%", KIND_U8, AT(soc_pct), 1, 0, VIEW_SOC, false},
    {"soh_pct", "%", KIND_U8, AT(soh_pct), 1, 0, VIEW_SOH, false},
    {"remaining_ah", "Ah", KIND_U32, AT(remaining_mah), 1000, 2, VIEW_CAPACITY, false},
    {"full_ah", "Ah", KIND_U32, AT(full_mah), 1000, 2, VIEW_CAPACITY, false},
    {"design_ah", "Ah", KIND_U32, AT(design_mah), 1000, 2, VIEW_DESIGN, false},
    {"cycles", "", KIND_U16, AT(cycles), 1, 0, VIEW_CYCLES, false},
    {"charge_voltage_v", "V", KIND_I32, AT(charge_mv), 1000, 3, VIEW_LIMITS, false},
    {"discharge_voltage_v", "V", KIND_I32, AT(discharge_mv), 1000, 3, VIEW_LIMITS, false},
    {"charge_limit_a", "A", KIND_I32, AT(charge_limit_ma), 1000, 1, VIEW_LIMITS, false},
    {"discharge_limit_a", "A", KIND_I32, AT(discharge_limit_ma), 1000, 1, VIEW_LIMITS, false},
    {"charge_enable", "", KIND_YES, AT(charge_enable), 1, 0, VIEW_ENABLE, false},
    {"discharge_enable", "", KIND_YES, AT(discharge_enable), 1, 0, VIEW_ENABLE, false},
    {"force_charge", "", KIND_YES, AT(force_charge), 1, 0, VIEW_ENABLE, true},
    {"force_charge_soon", "", KIND_YES, AT(force_charge_soon), 1, 0, VIEW_ENABLE, true},
    {"full_charge_request", "", KIND_YES, AT(full_charge_request), 1, 0, VIEW_ENABLE, true},
    {"protections", "", KIND_WHY, AT(protections), 1, 0, VIEW_FLAGS, false},
    {"alarms", "", KIND_WHY, AT(alarms), 1, 0, VIEW_FLAGS, false},
    {"charge_mos", "", KIND_YES, AT(charge_mos), 1, 0, VIEW_MOS, false},
    {"discharge_mos", "", KIND_YES, AT(discharge_mos), 1, 0, VIEW_MOS, false},
    {"charging", "", KIND_YES, AT(charging), 1, 0, VIEW_FLAGS, true},
    {"discharging", "", KIND_YES, AT(discharging), 1, 0, VIEW_FLAGS, true},
    {"full", "", KIND_YES, AT(full), 1, 0, VIEW_FLAGS, true},
    {"limiter", "", KIND_YES, AT(limiter), 1, 0, VIEW_FLAGS, true},
    {"heater", "", KIND_YES, AT(heater), 1, 0, VIEW_FLAGS, true},
    {"buzzer", "", KIND_YES, AT(buzzer), 1, 0, VIEW_FLAGS, true},
    {"asleep", "", KIND_YES, AT(asleep), 1, 0, VIEW_FLAGS, true},
    {"cells_low", "", KIND_BITS, AT(cells_low), 1, 0, VIEW_FLAGS, true},
    {"cells_high", "", KIND_BITS, AT(cells_high), 1, 0, VIEW_FLAGS, true},
    {"cells_balancing", "", KIND_BITS, AT(balance), 1, 0, VIEW_BALANCE, false},
    {"mos_temperature_c", "degC", KIND_I16, AT(mos_c10), 10, 1, VIEW_TEMPS, false},
    {"environment_temperature_c", "degC", KIND_I16, AT(env_c10), 10, 1, VIEW_TEMPS, false},
    {"model", "", KIND_TEXT, AT(model), 1, 0, VIEW_TEXTS, true},
    {"version", "", KIND_TEXT, AT(version), 1, 0, VIEW_TEXTS, true},
    {"serial", "", KIND_TEXT, AT(serial), 1, 0, VIEW_TEXTS, true},
    {"maker", "", KIND_TEXT, AT(maker), 1, 0, VIEW_TEXTS, true},
#undef AT
};
const int pack_row_count = sizeof pack_rows / sizeof pack_rows[0];

int64_t pack_member(const struct pack_row *row, const struct pack_view *pack)
{
    const char *at = (const char *)pack + row->offset;
    int16_t i16;
    uint16_t u16;
    int32_t i32;
    uint32_t u32;
    switch (row->kind) {
    case KIND_YES:
    case KIND_U8: return *(const uint8_t *)at;
    case KIND_U16: memcpy(&u16, at, sizeof u16); return u16;
    case KIND_I16: memcpy(&i16, at, sizeof i16); return i16;
    case KIND_I32: memcpy(&i32, at, sizeof i32); return i32;
    case KIND_U32:
    case KIND_BITS:
    case KIND_WHY: memcpy(&u32, at, sizeof u32); return u32;
    case KIND_TEXT: break;
    }
    return 0;
}

int pack_numbered(const char *name, const char *head, const char *tail, int most)
{
    size_t n = strlen(head);
    char *end;
    if (strncmp(name, head, n) != 0) {
        return -1;
    }
    long k = strtol(name + n, &end, 10);
    return end > name + n && strcmp(end, tail) == 0 && k >= 1 && k <= most ? (int)k - 1 : -1;
}

const struct pack_row *pack_row_of(const char *name)
{
    for (int i = 0; i < pack_row_count; i++) {
        if (strcmp(pack_rows[i].name, name) == 0) {
            return &pack_rows[i];
        }
    }
    return NULL;
}

uint32_t reason_by_name(const char *name)
{
    for (int i = 0; i < pack_reason_count; i++) {
        if (strcmp(pack_reasons[i].name, name) == 0) {
            return pack_reasons[i].reason;
        }
    }
    return 0;
}

/* --- setting --- */

static struct point_range range_of(const struct pack_row *row)
{
    static const double bounds[][2] = {[KIND_U8] = {0, UINT8_MAX},
                                       [KIND_U16] = {0, UINT16_MAX},
                                       [KIND_I16] = {INT16_MIN, INT16_MAX},
                                       [KIND_I32] = {-INT32_MAX, INT32_MAX},
                                       [KIND_U32] = {0, INT32_MAX},
                                       [KIND_YES] = {0, 1},
                                       [KIND_TEXT] = {0, 0}}; /* lists and texts hold no number */
    bool percent = strcmp(row->unit, "%") == 0;
    return (struct point_range){bounds[row->kind][0], percent ? 100 : bounds[row->kind][1],
                                row->per, row->unit};
}

static void set_member(const struct pack_row *row, double counts, struct pack_view *pack)
{
    char *at = (char *)pack + row->offset;
    int32_t i32 = (int32_t)counts;
    int16_t i16 = (int16_t)i32;
    uint16_t u16 = (uint16_t)i32;
    switch (row->kind) {
    case KIND_U8:
    case KIND_YES: *(uint8_t *)at = (uint8_t)i32; break;
    case KIND_U16: memcpy(at, &u16, sizeof u16); break;
    case KIND_I16: memcpy(at, &i16, sizeof i16); break;
    case KIND_I32:
    case KIND_U32: memcpy(at, &i32, sizeof i32); break;
    case KIND_BITS:
    case KIND_WHY:
    case KIND_TEXT: break;
    }
}

/* A list "CellOverVoltage,ShortCircuit" or "1,3" to its bits; false: a word is none. */
static bool read_bits(const struct pack_row *row, const char *value, uint32_t *bits)
{
    char copy[512];
    char *rest;
    snprintf(copy, sizeof copy, "%s", value);
    *bits = 0;
    for (char *word = strtok_r(copy, ", []", &rest); word != NULL;
         word = strtok_r(NULL, ", []", &rest)) {
        long cell = strtol(word, NULL, 10);
        uint32_t bit = row->kind == KIND_WHY             ? reason_by_name(word)
                       : cell >= 1 && cell <= BANK_CELLS ? UINT32_C(1) << (cell - 1)
                                                         : 0;
        if (bit == 0) {
            return false;
        }
        *bits |= bit;
    }
    return true;
}

bool point_number(const struct point_range *range, const char *value, double *counts, char *why,
                  size_t room)
{
    char *end = NULL;
    bool yes = strcmp(value, "true") == 0;
    errno = 0;
    double number = yes ? 1.0 : strcmp(value, "false") == 0 ? 0.0 : strtod(value, &end);
    bool read = end == NULL || (end != value && *end == '\0' && errno == 0 && isfinite(number));
    *counts = read ? round(number * range->per) : 0.0;
    if (read && *counts >= range->low && *counts <= range->high) {
        return true;
    }
    snprintf(why, room, "is %s (allowed: %.10g to %.10g%s%s)", read ? "out of range" : "no number",
             range->low / range->per, range->high / range->per, range->unit[0] != '\0' ? " " : "",
             range->unit);
    return false;
}

static bool set_row(const struct pack_row *row, const char *value, struct pack_view *pack,
                    char *why, size_t room)
{
    char *at = (char *)pack + row->offset;
    const struct point_range range = range_of(row);
    double counts;
    uint32_t bits;
    if (row->kind == KIND_TEXT) {
        size_t n = strlen(value);
        snprintf(why, room, "is too long (up to %d characters)", BANK_TEXT - 1);
        if (n >= BANK_TEXT) {
            return false;
        }
        snprintf(at, BANK_TEXT, "%s", value);
    } else if (row->kind == KIND_WHY || row->kind == KIND_BITS) {
        snprintf(why, room, "%s",
                 row->kind == KIND_WHY ? "holds a word that is no reason" : "is no list of cells");
        if (!read_bits(row, value, &bits)) {
            return false;
        }
        memcpy(at, &bits, sizeof bits);
    } else if (!point_number(&range, value, &counts, why, room)) {
        return false;
    } else {
        set_member(row, counts, pack);
    }
    pack->heard |= row->heard;
    return true;
}

bool pack_point_set(struct pack_view *pack, const char *name, const char *value, char *why,
                    size_t room)
{
    static const struct point_range of_cell = {0, 65000, 1000, "V"};
    static const struct point_range of_sensor = {-2000, 2000, 10, "degC"};
    const struct pack_row *row = pack_row_of(name);
    int cell = pack_numbered(name, "cell_", "_v", BANK_CELLS);
    int sensor = pack_numbered(name, "temperature_", "_c", BANK_TEMPS);
    double counts;
    if (row != NULL) {
        return set_row(row, value, pack, why, room);
    }
    if (cell < 0 && sensor < 0) {
        snprintf(why, room, "is no point of a pack");
        return false;
    }
    if (!point_number(cell >= 0 ? &of_cell : &of_sensor, value, &counts, why, room)) {
        return false;
    }
    if (cell >= 0) {
        pack->cell_mv[cell] = (uint16_t)counts;
        pack->n_cells = cell >= pack->n_cells ? (uint8_t)(cell + 1) : pack->n_cells;
        pack->heard |= VIEW_CELLS;
    } else {
        pack->temp_c10[sensor] = (int16_t)counts;
        pack->n_temps = sensor >= pack->n_temps ? (uint8_t)(sensor + 1) : pack->n_temps;
        pack->heard |= VIEW_TEMPS;
    }
    return true;
}
