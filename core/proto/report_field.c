/* SPDX-License-Identifier: Apache-2.0 */
/* Where each field of a report is, what it is called and in what unit it is shown. */
#include "core/proto/report_field.h"

#include <string.h>

#include "core/units.h"

static int32_t soc_fine(const struct battery_report *r)
{
    return r->soc_pct100 != 0 ? r->soc_pct100 : r->soc_pct * 100;
}

static bool enabled(const struct battery_report *r, bool said, int32_t limit_ma)
{
    if ((r->heard & HEARD_REQUEST) != 0) {
        return said;
    }
    return (r->heard & HEARD_LIMITS) != 0 && limit_ma > 0;
}

static int32_t charge_enable(const struct battery_report *r)
{
    return enabled(r, r->charge_enable, r->charge_limit_ma);
}

static int32_t discharge_enable(const struct battery_report *r)
{
    return enabled(r, r->discharge_enable, r->discharge_limit_ma);
}

static int32_t coldest(const struct battery_report *r)
{
    return (r->heard & HEARD_TEMPERATURES) != 0 ? r->temp_min_c10 : r->temp_c10;
}

static int32_t warmest(const struct battery_report *r)
{
    int32_t high = (r->heard & HEARD_TEMPERATURES) != 0 ? r->temp_max_c10 : r->temp_c10;
    return max_i32(high, coldest(r) + 1);
}

static void set_coldest(struct battery_report *r, int32_t value)
{
    r->temp_min_c10 = (int16_t)value;
    r->temp_c10 = (int16_t)((r->temp_max_c10 + value) / 2);
}

static int32_t place_no(const struct battery_report *r, struct report_place place)
{
    return place.pack > 1 ? (place.pack - 1) * r->n_cells + place.index : place.index;
}

static int32_t cell_max_no(const struct battery_report *r) { return place_no(r, r->cell_max_at); }
static int32_t cell_min_no(const struct battery_report *r) { return place_no(r, r->cell_min_at); }

static void set_cell_max_no(struct battery_report *r, int32_t value)
{
    r->cell_max_at = (struct report_place){.index = (uint8_t)value};
}

static void set_cell_min_no(struct battery_report *r, int32_t value)
{
    r->cell_min_at = (struct report_place){.index = (uint8_t)value};
}

static int32_t charged(const struct battery_report *r) { return (int32_t)(r->charged_wh / 100); }

static int32_t discharged(const struct battery_report *r)
{
    return (int32_t)(r->discharged_wh / 100);
}

static uint32_t wh_of(int32_t hundreds)
{
    return (uint32_t)clamp_i32(hundreds, 0, UINT32_MAX / 100) * 100;
}

static void set_charged(struct battery_report *r, int32_t value) { r->charged_wh = wh_of(value); }

static void set_discharged(struct battery_report *r, int32_t value)
{
    r->discharged_wh = wh_of(value);
}

static int32_t flow(const struct battery_report *r)
{
    if ((r->heard & HEARD_MEASURED) == 0 || abs_i32(r->current_ma) < 500) {
        return 1;
    }
    return r->current_ma > 0 ? 2 : 3;
}

static int32_t trouble(const struct battery_report *r) { return (r->protections | r->alarms) != 0; }

static int32_t cell_spread(const struct battery_report *r)
{
    return max_i32(r->cell_max_mv - r->cell_min_mv, 0);
}

static int32_t total(const struct battery_report *r)
{
    return r->modules_online + r->modules_offline;
}

static int32_t parallel(const struct battery_report *r) { return r->packs > 1; }

#define AT(member)           (uint16_t) offsetof(struct battery_report, member)
#define STORED(kind, member) .store = STORE_##kind, .offset = AT(member)
#define VOLTS                .unit = "V", .per = 1000, .decimals = 3
#define AMPS                 .unit = "A", .per = 1000, .decimals = 1
#define DEGREES              .unit = "degC", .per = 10, .decimals = 1
#define PERCENT              .unit = "%", .per = 1
#define AMP_HOURS            .unit = "Ah", .per = 1000, .decimals = 2
#define KILOWATT_HOURS       .unit = "kWh", .per = 10, .decimals = 1
#define NUMBER               .unit = "", .per = 1

enum { UNHEARD_C10 = 250 }; /* 0 would stop an inverter's charging (W-20) */

/* clang-format off */
const struct report_field_row report_fields[FIELD_COUNT] = {
    [FIELD_CHARGE_V] = {"battery.charge_voltage_v", VOLTS, STORED(I32, charge_mv), .heard = HEARD_LIMITS},
    [FIELD_CHARGE_LIMIT] = {"battery.charge_limit_a", AMPS, STORED(I32, charge_limit_ma), .heard = HEARD_LIMITS},
    [FIELD_DISCHARGE_LIMIT] = {"battery.discharge_limit_a", AMPS, STORED(I32, discharge_limit_ma), .heard = HEARD_LIMITS},
    [FIELD_DISCHARGE_V] = {"battery.discharge_voltage_v", VOLTS, STORED(I32, discharge_mv), .heard = HEARD_DISCHARGE_VOLTAGE},
    [FIELD_SOC] = {"battery.soc_pct", PERCENT, STORED(U8, soc_pct), .heard = HEARD_SOC},
    [FIELD_SOH] = {"battery.soh_pct", PERCENT, STORED(U8, soh_pct), .heard = HEARD_SOH, .unheard = 100},
    [FIELD_SOC_FINE] = {"battery.soc_fine_pct", .unit = "%", .per = 100, .decimals = 2, STORED(U16, soc_pct100), .heard = HEARD_SOC, .get = soc_fine},
    [FIELD_VOLTAGE] = {"battery.voltage_v", VOLTS, STORED(I32, voltage_mv), .heard = HEARD_MEASURED},
    [FIELD_CURRENT] = {"battery.current_a", AMPS, .flipped = true, STORED(I32, current_ma), .heard = HEARD_MEASURED},
    [FIELD_TEMP] = {"battery.temperature_c", DEGREES, STORED(I16, temp_c10), .heard = HEARD_TEMPERATURE, .unheard = UNHEARD_C10},
    [FIELD_PACKS] = {"battery.pack_count", NUMBER, STORED(U8, packs)},
    [FIELD_CHARGE_ENABLE] = {"battery.charge_enable", NUMBER, STORED(BOOL, charge_enable), .heard = HEARD_REQUEST, .guessed = true, .get = charge_enable},
    [FIELD_DISCHARGE_ENABLE] = {"battery.discharge_enable", NUMBER, STORED(BOOL, discharge_enable), .heard = HEARD_REQUEST, .guessed = true, .get = discharge_enable},
    [FIELD_FORCE_CHARGE] = {"battery.force_charge", NUMBER, STORED(BOOL, force_charge)},
    [FIELD_FORCE_SOON] = {"battery.force_charge_soon", NUMBER, STORED(BOOL, force_charge_soon), .heard = HEARD_REQUEST},
    [FIELD_FULL_REQUEST] = {"battery.full_charge_request", NUMBER, STORED(BOOL, full_charge_request), .heard = HEARD_REQUEST},
    [FIELD_CELL_MAX] = {"battery.cell_max_v", VOLTS, STORED(U16, cell_max_mv), .heard = HEARD_CELLS},
    [FIELD_CELL_MIN] = {"battery.cell_min_v", VOLTS, STORED(U16, cell_min_mv), .heard = HEARD_CELLS},
    [FIELD_TEMP_MAX] = {"battery.temperature_max_c", DEGREES, STORED(I16, temp_max_c10), .heard = HEARD_TEMPERATURES},
    [FIELD_TEMP_MIN] = {"battery.temperature_min_c", DEGREES, STORED(I16, temp_min_c10), .heard = HEARD_TEMPERATURES},
    [FIELD_WARMEST] = {"battery.temperature_max_c", DEGREES, STORED(I16, temp_max_c10), .heard = HEARD_TEMPERATURE | HEARD_TEMPERATURES, .unheard = UNHEARD_C10 + 1, .get = warmest},
    [FIELD_COLDEST] = {"battery.temperature_min_c", DEGREES, STORED(I16, temp_min_c10), .heard = HEARD_TEMPERATURE | HEARD_TEMPERATURES, .unheard = UNHEARD_C10, .get = coldest, .set = set_coldest},
    [FIELD_CELL_MAX_PACK] = {"battery.cell_max_pack", NUMBER, STORED(U8, cell_max_at.pack), .heard = HEARD_PLACES},
    [FIELD_CELL_MAX_INDEX] = {"battery.cell_max_cell", NUMBER, STORED(U8, cell_max_at.index), .heard = HEARD_PLACES},
    [FIELD_CELL_MIN_PACK] = {"battery.cell_min_pack", NUMBER, STORED(U8, cell_min_at.pack), .heard = HEARD_PLACES},
    [FIELD_CELL_MIN_INDEX] = {"battery.cell_min_cell", NUMBER, STORED(U8, cell_min_at.index), .heard = HEARD_PLACES},
    [FIELD_TEMP_MAX_PACK] = {"battery.temperature_max_pack", NUMBER, STORED(U8, temp_max_at.pack), .heard = HEARD_PLACES},
    [FIELD_TEMP_MAX_INDEX] = {"battery.temperature_max_sensor", NUMBER, STORED(U8, temp_max_at.index), .heard = HEARD_PLACES},
    [FIELD_TEMP_MIN_PACK] = {"battery.temperature_min_pack", NUMBER, STORED(U8, temp_min_at.pack), .heard = HEARD_PLACES},
    [FIELD_TEMP_MIN_INDEX] = {"battery.temperature_min_sensor", NUMBER, STORED(U8, temp_min_at.index), .heard = HEARD_PLACES},
    [FIELD_CELL_MAX_NO] = {"battery.cell_max_cell", NUMBER, STORED(NONE, cell_max_at), .heard = HEARD_PLACES, .get = cell_max_no, .set = set_cell_max_no},
    [FIELD_CELL_MIN_NO] = {"battery.cell_min_cell", NUMBER, STORED(NONE, cell_min_at), .heard = HEARD_PLACES, .get = cell_min_no, .set = set_cell_min_no},
    [FIELD_REMAINING] = {"battery.remaining_ah", AMP_HOURS, STORED(U32, remaining_mah), .heard = HEARD_REMAINING},
    [FIELD_FULL] = {"battery.full_ah", AMP_HOURS, STORED(U32, full_mah), .heard = HEARD_FULL},
    [FIELD_CYCLES] = {"battery.cycles", NUMBER, STORED(U16, cycles), .heard = HEARD_CYCLES},
    [FIELD_N_CELLS] = {"battery.cell_count", NUMBER, STORED(U8, n_cells)},
    [FIELD_ONLINE] = {"battery.modules_online", NUMBER, STORED(U8, modules_online), .heard = HEARD_MODULES},
    [FIELD_NO_CHARGE] = {"battery.modules_no_charge", NUMBER, STORED(U8, modules_no_charge), .heard = HEARD_MODULES},
    [FIELD_NO_DISCHARGE] = {"battery.modules_no_discharge", NUMBER, STORED(U8, modules_no_discharge), .heard = HEARD_MODULES},
    [FIELD_OFFLINE] = {"battery.modules_offline", NUMBER, STORED(U8, modules_offline), .heard = HEARD_MODULES},
    [FIELD_CHARGED] = {"battery.charged_total_kwh", KILOWATT_HOURS, STORED(NONE, charged_wh), .heard = HEARD_ENERGY, .get = charged, .set = set_charged},
    [FIELD_DISCHARGED] = {"battery.discharged_total_kwh", KILOWATT_HOURS, STORED(NONE, discharged_wh), .heard = HEARD_ENERGY, .get = discharged, .set = set_discharged},
    [FIELD_MAJOR] = {"battery.version_major", NUMBER, STORED(U8, version_major), .heard = HEARD_VERSION},
    [FIELD_MINOR] = {"battery.version_minor", NUMBER, STORED(U8, version_minor), .heard = HEARD_VERSION},
    [FIELD_HARDWARE] = {"battery.hardware_version", NUMBER, STORED(U16, hardware), .heard = HEARD_HARDWARE},
    [FIELD_BALANCING] = {"battery.balancing", NUMBER, STORED(BOOL, balancing), .heard = HEARD_STATE},
    [FIELD_ASLEEP] = {"battery.asleep", NUMBER, STORED(BOOL, asleep), .heard = HEARD_STATE},
    [FIELD_FLOW] = {NUMBER, .get = flow},
    [FIELD_TROUBLE] = {NUMBER, .get = trouble},
    [FIELD_CELL_SPREAD] = {"battery.cell_spread_v", VOLTS, .heard = HEARD_CELLS, .get = cell_spread},
    [FIELD_TOTAL] = {NUMBER, .heard = HEARD_MODULES, .get = total},
    [FIELD_PARALLEL] = {NUMBER, .get = parallel},
    [FIELD_MV] = {VOLTS},
    [FIELD_MA] = {AMPS},
    [FIELD_C10] = {DEGREES},
    [FIELD_PERMILLE] = {.unit = "%", .per = 10, .decimals = 1},
    [FIELD_DW] = {.unit = "W", .per = 10, .decimals = 1},
    [FIELD_DWH] = {.unit = "Wh", .per = 10, .decimals = 1},
    [FIELD_SECONDS] = {.unit = "s", .per = 1},
    [FIELD_NUMBER] = {NUMBER},
};
/* clang-format on */

const struct report_text_row report_texts[LABEL_COUNT] = {
    [LABEL_NAME] = {"battery.name", AT(name), 9, HEARD_NAME},
    [LABEL_MODEL] = {"battery.model", AT(model), 17, HEARD_MODEL},
    [LABEL_SERIAL] = {"battery.serial", AT(serial), 17, HEARD_SERIAL},
    [LABEL_FAMILY] = {"battery.family", AT(family), 9, HEARD_FAMILY},
};

int32_t report_get(const struct battery_report *report, enum report_field field)
{
    const struct report_field_row *row = &report_fields[field];
    const unsigned char *at = (const unsigned char *)report + row->offset;
    int32_t i32 = 0;
    uint32_t u32;
    uint16_t u16;
    int16_t i16;
    if (row->get != NULL) {
        return row->get(report);
    }
    switch ((enum field_store)row->store) {
    case STORE_NONE: return 0;
    case STORE_BOOL:
    case STORE_U8: return *at;
    case STORE_U16: memcpy(&u16, at, sizeof u16); return u16;
    case STORE_I16: memcpy(&i16, at, sizeof i16); return i16;
    case STORE_I32: memcpy(&i32, at, sizeof i32); return i32;
    case STORE_U32: memcpy(&u32, at, sizeof u32); return u32 > INT32_MAX ? INT32_MAX : (int32_t)u32;
    }
    return 0;
}

void report_set(struct battery_report *report, enum report_field field, int32_t value)
{
    const struct report_field_row *row = &report_fields[field];
    unsigned char *at = (unsigned char *)report + row->offset;
    uint32_t u32 = (uint32_t)max_i32(value, 0);
    uint16_t u16 = (uint16_t)clamp_i32(value, 0, UINT16_MAX);
    int16_t i16 = (int16_t)clamp_i32(value, INT16_MIN, INT16_MAX);
    if (row->set != NULL) {
        row->set(report, value);
        return;
    }
    switch ((enum field_store)row->store) {
    case STORE_NONE: break;
    case STORE_BOOL: *at = value != 0; break;
    case STORE_U8: *at = (unsigned char)clamp_i32(value, 0, UINT8_MAX); break;
    case STORE_U16: memcpy(at, &u16, sizeof u16); break;
    case STORE_I16: memcpy(at, &i16, sizeof i16); break;
    case STORE_I32: memcpy(at, &value, sizeof value); break;
    case STORE_U32: memcpy(at, &u32, sizeof u32); break;
    }
}
