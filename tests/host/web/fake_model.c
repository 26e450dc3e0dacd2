/* SPDX-License-Identifier: Apache-2.0 */
/* The fake site's physics and points: simple formulas that move. */
#include "fake_model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PACKS = 2, CELLS = 16, SENSORS = 4 };

__attribute__((format(printf, 4, 5))) static void number(struct site *site, int decimals,
                                                         double value, const char *format, ...)
{
    char name[POINT_NAME_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(name, sizeof name, format, args);
    va_end(args);
    int index = points_define(site->points, name, POINT_NUMBER, (uint8_t)decimals, true);
    points_set_number(site->points, index, value, site->now_ms);
}

__attribute__((format(printf, 4, 5))) static void word(struct site *site, enum point_kind kind,
                                                       const char *value, const char *format, ...)
{
    char name[POINT_NAME_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(name, sizeof name, format, args);
    va_end(args);
    points_set_text(site->points, points_define(site->points, name, kind, 0, false), value,
                    site->now_ms);
}

static void flag(struct site *site, bool on, const char *name)
{
    points_set_flag(site->points, points_define(site->points, name, POINT_FLAG, 0, true), on,
                    site->now_ms);
}

static double knob_number(const struct site *site, const char *name, double otherwise)
{
    const char *value = knob_value(site, name);
    return strcmp(value, "auto") == 0 ? otherwise : strtod(value, NULL);
}

struct flows {
    double pv, load, battery, grid;
    bool grid_on;
};

static struct flows balance(const struct site *site)
{
    double hour = (double)(site->now_ms / 1000 % 86400) / 3600 + 2; /* Berlin in summer */
    double s = (double)(site->now_ms / 1000);
    double sun = fmax(0, sin((hour - 5) / 16 * 3.14159));
    double cloud = knob_number(site, "cloud", 25 + 15 * sin(s / 900)) / 100;
    struct flows f = {.grid_on = strcmp(knob_value(site, "grid"), "outage") != 0};
    f.pv = 4700 * pow(sun, 1.3) * (1 - 0.8 * cloud);
    f.load = knob_number(site, "load_w",
                         380 + 90 * sin(s / 70) + 40 * sin(s / 7) +
                             (fmod(hour, 6) < 0.6 ? 1900 : 0) + (hour > 18 && hour < 22 ? 550 : 0));
    double want = f.load - f.pv;
    f.battery = fmin(3000, fmax(-3000, want));
    if ((site->soc >= 100 && f.battery < 0) || (site->soc <= 8 && f.battery > 0)) {
        f.battery = 0;
    }
    f.grid = f.grid_on ? want - f.battery : 0;
    if (!f.grid_on) {
        f.pv = fmin(f.pv, f.load - fmin(0, f.battery));
    }
    return f;
}

static void count_energy(struct site *site, struct flows f, double hours)
{
    const double kwh[6] = {
        f.pv, f.load, fmax(0, f.grid), fmax(0, -f.grid), fmax(0, -f.battery), fmax(0, f.battery)};
    int64_t day = (site->now_ms + 7200000) / 86400000;
    double *totals[6] = {&site->pv_kwh,   &site->load_kwh,    &site->bought_kwh,
                         &site->sold_kwh, &site->charged_kwh, &site->discharged_kwh};
    for (int i = 0; i < 6; i++) {
        site->day[i] = day == site->day_of ? site->day[i] : 0;
        site->day[i] += kwh[i] * hours / 1000;
        *totals[i] += kwh[i] * hours / 1000;
    }
    site->day_of = day;
    site->cost += (kwh[2] * 0.30 - kwh[3] * 0.08) * hours / 1000;
    site->soc = fmin(100, fmax(5, site->soc - f.battery * hours / 10240 * 100));
}

static void show_house(struct site *site, struct flows f)
{
    number(site, 0, f.pv, "pv.power_w");
    for (int i = 1; i <= 2; i++) {
        number(site, 1, f.pv > 1 ? 310 - f.pv / 200 : 12, "pv%d.voltage_v", i);
        number(site, 1, f.pv / 620, "pv%d.current_a", i);
        number(site, 0, f.pv / 2, "pv%d.power_w", i);
    }
    number(site, 0, f.load, "load.power_w");
    number(site, 0, f.load, "home.power_w");
    number(site, 0, f.grid, "grid.power_w");
    flag(site, f.grid_on, "grid.present");
    flag(site, f.grid_on, "grid.connected");
    number(site, 1, f.grid_on ? 230 + sin((double)site->now_ms / 9000.0) : 0, "grid.voltage_v");
    number(site, 2, f.grid_on ? 50.0 : 0, "grid.frequency_hz");
    number(site, 0, f.battery, "battery.power_w");
    number(site, 1, site->soc, "battery.soc_pct");
    number(site, 2, 51.2 + site->soc / 40, "battery.voltage_v");
    number(site, 1, f.battery / 52.5, "battery.current_a");
    number(site, 1, 24.5, "battery.temperature_c");
    number(site, 0, site->soc > 95 ? 40 : 200, "battery.charge_limit_a");
    number(site, 0, 200, "battery.discharge_limit_a");
    number(site, 1, 57.6, "battery.charge_voltage_v");
    number(site, 1, 1.4, "battery.soc_bound_pct");
    number(site, 0, PACKS, "battery.pack_count");
    number(site, 0, PACKS, "battery.packs_known");
    flag(site, false, "battery.partial");
    flag(site, false, "battery.address_conflict");
    flag(site, false, "battery.mixed");
    const char *source = f.pv > f.load ? "pv" : f.pv > 20 ? "pv+battery" : "battery";
    word(site, POINT_TEXT, f.grid > 50 ? "grid" : source, "inverter.source");
    word(site, POINT_TEXT, f.grid_on ? "on_grid" : "inverting", "inverter.state");
    word(site, POINT_TEXT, f.battery < -50 ? "bulk" : "off", "inverter.charge_stage");
    word(site, POINT_LIST, "", "inverter.faults");
    word(site, POINT_LIST, f.grid_on ? "" : "F21", "inverter.alarms");
    word(site, POINT_TEXT, f.grid_on ? "on" : "flash", "inverter.led.ac");
    word(site, POINT_TEXT, "on", "inverter.led.dc");
    word(site, POINT_TEXT, f.battery < -50 ? "flash" : "off", "inverter.led.charge");
    word(site, POINT_TEXT, "off", "inverter.led.fault");
    number(site, 1, 31 + f.load / 400, "inverter.temperature_c");
    static const char *const today[6] = {
        "pv.energy_today_kwh", "load.energy_today_kwh",     "grid.bought_today_kwh",
        "grid.sold_today_kwh", "battery.charged_today_kwh", "battery.discharged_today_kwh"};
    for (int i = 0; i < 6; i++) {
        number(site, 2, site->day[i], "%s", today[i]);
    }
    number(site, 3, site->pv_kwh, "pv.energy_total_kwh");
    number(site, 3, site->load_kwh, "load.energy_total_kwh");
    number(site, 3, site->bought_kwh, "grid.bought_total_kwh");
    number(site, 3, site->sold_kwh, "grid.sold_total_kwh");
    number(site, 3, site->charged_kwh, "battery.charged_total_kwh");
    number(site, 3, site->discharged_kwh, "battery.discharged_total_kwh");
    number(site, 4, site->cost, "site.cost_total");
    number(site, 2, site->day[2] * 0.30 - site->day[3] * 0.08, "site.cost_today");
    number(site, 0, strtod(knob_value(site, "speed"), NULL), "site.speed");
    word(site, POINT_TEXT, "", "house.time");
}

static void show_lamps(struct site *site, int pack, bool charging)
{
    static const char *const bars[] = {"- - - - - 1", "- - - - 1 1", "- - - 1 1 1",
                                       "- - 1 1 1 1", "- 1 1 1 1 1", "1 1 1 1 1 1"};
    int lit = (int)fmin(5, site->soc / 16.7);
    char lamps[12];
    memcpy(lamps, bars[lit], sizeof lamps);
    if (charging) {
        lamps[10 - 2 * lit] = 'F';
    }
    word(site, POINT_TEXT, lamps, "pack%d.led.soc", pack);
    word(site, POINT_TEXT, charging ? "on" : "flash1", "pack%d.led.run", pack);
}

static void show_pack(struct site *site, int pack, struct flows f)
{
    double current = -f.battery / 105, base = 3.2 + site->soc / 800 + (site->soc > 97 ? 0.1 : 0);
    bool charging = current > 0.5, hot;
    word(site, POINT_TEXT,
         charging         ? "charge"
         : current < -0.5 ? "discharge"
                          : "standby",
         "pack%d.state", pack);
    number(site, 2, base * CELLS, "pack%d.voltage_v", pack);
    number(site, 1, current, "pack%d.current_a", pack);
    number(site, 1, fmin(100, site->soc + pack - 1.5), "pack%d.soc_pct", pack);
    number(site, 1, 1.4, "pack%d.soc_bound_pct", pack);
    number(site, 1, 99.2, "pack%d.soh_pct", pack);
    number(site, 1, site->soc, "pack%d.remaining_ah", pack);
    number(site, 0, 112 + pack, "pack%d.cycles", pack);
    number(site, 0, 100, "pack%d.charge_limit_a", pack);
    number(site, 0, 100, "pack%d.discharge_limit_a", pack);
    number(site, 1, 57.6, "pack%d.charge_voltage_v", pack);
    for (int i = 1; i <= CELLS; i++) {
        double noise = 0.004 * sin(i * 2.7 + pack) + 0.001 * sin((double)site->now_ms / 4e3 + i);
        number(site, 3, base + noise, "pack%d.cell_%d_v", pack, i);
    }
    for (int i = 1; i <= SENSORS; i++) {
        number(site, 1, 23.5 + i * 0.4, "pack%d.temperature_%d_c", pack, i);
    }
    double first = knob_number(site, "sensor.pack1.temperature_1_c", 23.9);
    hot = pack == 1 && first > 60;
    if (pack == 1) {
        number(site, 1, first, "pack1.temperature_1_c");
    }
    number(site, 1, 27.1 + fabs(current) / 20, "pack%d.mos_temperature_c", pack);
    word(site, POINT_LIST, hot ? "COTP DOTP" : "", "pack%d.protections", pack);
    word(site, POINT_LIST, "", "pack%d.alarms", pack);
    word(site, POINT_LIST, "", "pack%d.faults", pack);
    word(site, POINT_LIST, "", "pack%d.warnings", pack);
    word(site, POINT_TEXT, "online", "pack%d.link", pack);
    number(site, 0, pack, "pack%d.address", pack);
    char name[POINT_NAME_MAX];
    snprintf(name, sizeof name, "pack%d.joined", pack);
    flag(site, true, name);
    snprintf(name, sizeof name, "pack%d.charge_mos", pack);
    flag(site, !hot, name);
    snprintf(name, sizeof name, "pack%d.discharge_mos", pack);
    flag(site, !hot, name);
    word(site, POINT_TEXT, hot ? "on" : "off", "pack%d.led.alm", pack);
    show_lamps(site, pack, charging);
    if (pack == 1 && hot != site->was_hot) {
        site->was_hot = hot;
        fake_site_raise(site, "pack1", "protection", "COTP", hot,
                        "Charge over-temperature: a cell sensor is above its limit");
    }
}

static void lose_battery(struct site *site)
{
    for (int i = 0; i < points_count(site->points); i++) {
        const char *name = points_get(site->points, i)->name;
        if (strncmp(name, "pack", 4) == 0 || strncmp(name, "battery.", 8) == 0) {
            points_invalidate(site->points, i);
        }
    }
}

void fake_site_advance(struct site *site, int64_t ms)
{
    double speed = strcmp(knob_value(site, "paused"), "true") == 0
                       ? 0
                       : strtod(knob_value(site, "speed"), NULL);
    int64_t left_ms = (int64_t)((double)ms * speed);
    fake_lcd_pass(site, ms);
    do {
        int64_t step_ms = left_ms > 60000 ? 60000 : left_ms;
        site->now_ms += step_ms;
        left_ms -= step_ms;
        count_energy(site, balance(site), (double)step_ms / 3.6e6);
    } while (left_ms > 0);
    struct flows f = balance(site);
    fake_desk_record(site);
    show_house(site, f);
    for (int pack = 1; pack <= PACKS; pack++) {
        show_pack(site, pack, f);
    }
    if (strcmp(knob_value(site, "wire.can0"), "cut") == 0) {
        lose_battery(site);
    }
    if (f.grid_on == site->was_outage) {
        site->was_outage = !f.grid_on;
        fake_site_raise(site, "inverter", "alarm", "F21", !f.grid_on,
                        "Grid lost: the house runs "
                        "on its own");
    }
}
