/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulated site shows beside what its drivers read: the house's own points, totals, the
   weather, and of each pack what its monitoring protocol does not carry. */
#include "host/site_internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    uint8_t decimals;
    bool recorded;
} shown[] = {
    {"grid.present", 0, false},
    {"grid.voltage_v", 1, true},
    {"grid.frequency_hz", 2, true},
    {"grid.connected", 0, false},
    {"grid.power_w", 0, true},
    {"load.power_w", 0, true},
    {"pv.power_w", 0, true},
    {"pv1.power_w", 0, false},
    {"pv1.voltage_v", 1, true},
    {"pv1.current_a", 2, false},
    {"battery.soc_pct", 0, true},
    {"battery.soc_bound_pct", 1, true},
    {"battery.voltage_v", 2, true},
    {"battery.temperature_c", 1, true},
    {"battery.current_a", 1, true},
    {"battery.power_w", 0, true},
    {"battery.charge_limit_a", 1, true},
    {"battery.discharge_limit_a", 1, true},
    {"battery.charge_voltage_v", 1, false},
    {"battery.pack_count", 0, false},
    {"battery.packs_known", 0, false},
    {"battery.partial", 0, false},
    {"battery.address_conflict", 0, false},
    {"battery.mixed", 0, false},
    {"battery.join_voltage_v", 2, false},
    {"battery.join_window_v", 2, false},
    {"battery.capacity_wh", 0, false},
    {"inverter.state", 0, false},
    {"inverter.source", 0, false},
    {"inverter.charge_stage", 0, false},
    {"inverter.faults", 0, false},
    {"inverter.alarms", 0, false},
    {"inverter.temperature_c", 1, true},
    {"inverter.output1_on", 0, false},
    {"inverter.output2_on", 0, false},
    {"inverter.output_voltage_v", 1, true},
    {"inverter.output_frequency_hz", 2, false},
    {"inverter.output_power_w", 0, false},
    {"inverter.output_apparent_va", 0, false},
    {"inverter.power_factor", 2, false},
    {"inverter.pv_limit_w", 0, false},
    {"inverter.charge_current_a", 1, false},
    {"inverter.pv_charge_current_a", 1, false},
    {"inverter.grid_charge_current_a", 1, false},
    {"inverter.charge_target_v", 1, false},
    {"inverter.transfer_gap_ms", 0, false},
    {"inverter.led.ac", 0, false},
    {"inverter.led.dc", 0, false},
    {"inverter.led.charge", 0, false},
    {"inverter.led.fault", 0, false},
};

/* Of a pack, over and above its Pylontech frames. */
static const char *const extra[] = {"state",
                                    "soh_pct",
                                    "protections",
                                    "faults",
                                    "alarms",
                                    "balancing",
                                    "led.run",
                                    "led.alm",
                                    "led.soc",
                                    "buzzer",
                                    "contact_1",
                                    "contact_2",
                                    "calibrated",
                                    "soc_bound_pct",
                                    "soh_resistance_pct",
                                    "resistance_mohm",
                                    "full_charge_request",
                                    "address",
                                    "joined",
                                    "warnings",
                                    "wake_failures",
                                    "record_count",
                                    "precharge",
                                    "limiter"};
_Static_assert(sizeof extra / sizeof extra[0] <= SITE_PACK_EXTRA, "room in struct site");
enum { N_EXTRA = sizeof extra / sizeof extra[0] };

static const char *const total_names[] = {
    "pv.energy_total_kwh", "load.energy_total_kwh",     "grid.bought_total_kwh",
    "grid.sold_total_kwh", "battery.charged_total_kwh", "battery.discharged_total_kwh",
    "site.cost_total"};
static const char *const today_names[] = {
    "pv.energy_today_kwh", "load.energy_today_kwh",     "grid.bought_today_kwh",
    "grid.sold_today_kwh", "battery.charged_today_kwh", "battery.discharged_today_kwh",
    "site.cost_today"};
enum { N_TOTALS = sizeof total_names / sizeof total_names[0] };

static const char *const weather_names[] = {"weather.ghi_w_m2", "weather.temperature_c",
                                            "weather.wind_m_s", "site.price_import",
                                            "load.demand_w",    "pv.available_w"};
enum { N_WEATHER = sizeof weather_names / sizeof weather_names[0] };

static enum point_kind kind_of(enum value_kind kind)
{
    switch (kind) {
    case VALUE_FLAG: return POINT_FLAG;
    case VALUE_NUMBER:
    case VALUE_INT: return POINT_NUMBER;
    case VALUE_LIST: return POINT_LIST;
    case VALUE_WORD:
    case VALUE_TEXT:
    case VALUE_SETTING:
    case VALUE_TIME: break;
    }
    return POINT_TEXT;
}

static void publish_row(struct site *site, const char *name, uint8_t decimals, bool recorded)
{
    struct published *value = &site->values[site->n_values];
    value->row = point_find(name, &value->place);
    if (value->row == NULL || site->n_values == SITE_VALUES) {
        return;
    }
    value->index = points_define(site->points, name, kind_of(value->row->kind), decimals, recorded);
    site->n_values++;
}

static void define_packs(struct site *site)
{
    for (int i = 0; i < site->driver.n_packs; i++) {
        for (int k = 0; k < N_EXTRA; k++) {
            char name[POINT_NAME_MAX];
            snprintf(name, sizeof name, "pack%d.%s", i + 1, extra[k]);
            struct published *value = &site->pack_extra[i][k];
            value->row = point_find(name, &value->place);
            value->index = points_define(site->points, name, kind_of(value->row->kind),
                                         value->row->kind == VALUE_INT ? 0 : 1, false);
        }
    }
}

void site_define_links(struct site *site)
{
    for (int i = 0; i < site->driver.n_packs; i++) {
        char name[POINT_NAME_MAX];
        snprintf(name, sizeof name, "pack%d.link", i + 1);
        site->link_index[i] = points_define(site->points, name, POINT_TEXT, 0, false);
    }
}

void site_define_totals(struct site *site)
{
    for (int i = 0; i < N_TOTALS; i++) {
        site->total_index[i] = points_define(site->points, total_names[i], POINT_NUMBER, 4, false);
        site->today_index[i] = points_define(site->points, today_names[i], POINT_NUMBER, 3, false);
    }
}

void site_define_points(struct site *site)
{
    site->time_index = points_define(site->points, "house.time", POINT_TEXT, 0, false);
    site->speed_index = points_define(site->points, "site.speed", POINT_NUMBER, 1, false);
    site->paused_index = points_define(site->points, "site.paused", POINT_FLAG, 0, false);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        publish_row(site, shown[i].name, shown[i].decimals, shown[i].recorded);
    }
    site_define_totals(site);
    for (int i = 0; i < N_WEATHER; i++) {
        site->weather_index[i] =
            points_define(site->points, weather_names[i], POINT_NUMBER, i == 3 ? 4 : 1, true);
    }
    define_packs(site);
    site_define_links(site);
}

static void put(struct points *points, const struct sim_point *row, int index,
                const struct value *value, int64_t now_ms)
{
    if (row->kind == VALUE_NUMBER || row->kind == VALUE_INT || row->kind == VALUE_FLAG) {
        points_set_number(points, index, value->number, now_ms);
    } else {
        points_set_text(points, index, value->text, now_ms);
    }
}

/* "online", or why a pack says nothing; "" before it was heard first. */
static const char *link_of(const struct site *site, int i)
{
    if (!battery_driver_misses(&site->driver, i)) {
        return battery_driver_knows(&site->driver, i) ? "online" : "";
    }
    return site->real == NULL && bms_asleep(&site->house.bms[i]) ? "asleep" : "silent";
}

void site_publish_links(struct site *site, int64_t now_ms)
{
    for (int i = 0; i < site->driver.n_packs; i++) {
        points_set_text(site->points, site->link_index[i], link_of(site, i), now_ms);
    }
}

/* A pack that is silent on its line is silent in everything. */
static void publish_packs(struct site *site, int64_t now_ms)
{
    for (int i = 0; i < site->driver.n_packs; i++) {
        bool here =
            battery_driver_knows(&site->driver, i) && !battery_driver_misses(&site->driver, i);
        for (int k = 0; k < N_EXTRA; k++) {
            const struct published *point = &site->pack_extra[i][k];
            struct value value;
            if (!here || point_read(&site->house, point->row, &point->place, &value) != POINT_OK) {
                points_invalidate(site->points, point->index);
            } else {
                put(site->points, point->row, point->index, &value, now_ms);
            }
        }
    }
    site_publish_links(site, now_ms);
}

void site_publish_totals(struct site *site, int64_t now_ms)
{
    const double totals[] = {site->totals.pv,   site->totals.load,    site->totals.bought,
                             site->totals.sold, site->totals.charged, site->totals.discharged,
                             site->totals.cost};
    const double base[] = {site->today.pv,   site->today.load,    site->today.bought,
                           site->today.sold, site->today.charged, site->today.discharged,
                           site->today.cost};
    for (int i = 0; i < N_TOTALS; i++) {
        if (site->real != NULL && (site->real->flows >> i & 1) == 0) {
            continue; /* no device tells of it: not known, never zero */
        }
        points_set_number(site->points, site->total_index[i], totals[i], now_ms);
        points_set_number(site->points, site->today_index[i], totals[i] - base[i], now_ms);
    }
}

static void publish_world(struct site *site, int64_t now_ms)
{
    const struct env *env = site->config->env;
    const double values[] = {(double)env->air.ghi_w_m2, (double)env->air.temperature_c,
                             (double)env->air.wind_m_s, tariff_import(site->config, now_ms / 1000),
                             site->house.load_demand_w, site->house.stage_in.pv_w};
    for (int i = 0; i < N_WEATHER; i++) {
        points_set_number(site->points, site->weather_index[i], values[i], now_ms);
    }
    struct value clock;
    struct place place;
    if (point_read(&site->house, point_find("clock", &place), &place, &clock) == POINT_OK) {
        points_set_text(site->points, site->time_index, clock.text, now_ms);
    }
    points_set_number(site->points, site->speed_index, site->speed, now_ms);
    points_set_flag(site->points, site->paused_index, site->paused, now_ms);
}

void site_publish(struct site *site)
{
    int64_t now_ms = site_now_ms(site);
    for (int i = 0; i < site->n_values; i++) {
        struct published *value = &site->values[i];
        struct value read;
        if (point_read(&site->house, value->row, &value->place, &read) == POINT_OK) {
            put(site->points, value->row, value->index, &read, now_ms);
        } else {
            points_invalidate(site->points, value->index);
        }
    }
    publish_packs(site, now_ms);
    site_publish_totals(site, now_ms);
    publish_world(site, now_ms);
}

void site_add_energy(struct site *site, const struct site_totals *flowed, double scale, int64_t t_s)
{
    struct site_totals *totals = &site->totals;
    totals->pv += flowed->pv * scale;
    totals->load += flowed->load * scale;
    totals->bought += flowed->bought * scale;
    totals->sold += flowed->sold * scale;
    totals->charged += flowed->charged * scale;
    totals->discharged += flowed->discharged * scale;
    totals->cost += (flowed->bought * tariff_import(site->config, t_s - 1) -
                     flowed->sold * site->config->tariff.export) *
                    scale;
    int64_t day = (t_s + tz_offset_s(site->config->tz, t_s)) / 86400;
    if (day != site->today_day) {
        site->today_day = day;
        site->today = *totals;
    }
}

/* Moves what flowed since the last call into the totals, at the price of now. */
void site_book(struct site *site, int64_t t_s)
{
    const struct ledger *now = &site->house.ledger;
    const struct ledger *was = &site->booked;
    const struct site_totals flowed = {.pv = now->pv - was->pv,
                                       .load = now->load - was->load,
                                       .bought = now->bought - was->bought,
                                       .sold = now->sold - was->sold,
                                       .charged = now->charged - was->charged,
                                       .discharged = now->discharged - was->discharged};
    site_add_energy(site, &flowed, 1.0 / 3.6e6, t_s);
    site->booked = *now;
}
