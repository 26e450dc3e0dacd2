/* SPDX-License-Identifier: Apache-2.0 */
/* The section "simulation" of a site file: roofs, weather, load, grid, start. */
#include "host/site_reader.h"

#include <stdio.h>
#include <string.h>

static bool read_roof(struct site_reader *read, yaml_node *map, struct env_roof *roof)
{
    static const char *const keys[] = {"modules", "watt", "tilt", "azimuth", "strings", NULL};
    int modules = 10;
    double watt = 450.0;
    double tilt = 35.0;
    double azimuth = 180.0;
    roof->strings = 1;
    if (!yaml_keys(read->file, map, "pv", keys, read->error) ||
        !site_read_whole(read, map, "modules", 1, 40, &modules) ||
        !site_read_number(read, map, "watt", 50, 1000, &watt) ||
        !site_read_number(read, map, "tilt", 0, 90, &tilt) ||
        !site_read_number(read, map, "azimuth", 0, 360, &azimuth) ||
        !site_read_whole(read, map, "strings", 1, 10, &roof->strings)) {
        return false;
    }
    struct pv_module module;
    pv_module_for_watt(&module, (float)watt);
    plane_init(&roof->plane, (float)tilt, (float)azimuth);
    pv_string_init(&roof->string, &module, modules);
    return true;
}

static bool read_weather(struct site_reader *read, yaml_node *node, uint64_t seed)
{
    struct site_config *c = read->config;
    const char *kind = node != NULL ? yaml_text(node) : "generated";
    if (kind != NULL && strcmp(kind, "generated") == 0) {
        weather_generate(&c->env->weather, c->latitude_deg, c->longitude_deg, seed, NULL);
        return true;
    }
    const struct site_input input = {.what = "weather", .kind = INPUT_KIND_AUTO};
    c->weather = kind != NULL ? site_read_input(read, node, &input) : NULL;
    if (c->weather == NULL) {
        return FAIL(node, "weather should be \"generated\" or a file");
    }
    if (!c->weather->has_weather) {
        return FAIL(node, "weather: %s holds no weather", kind);
    }
    weather_from_samples(&c->env->weather, &c->weather->weather);
    return true;
}

static bool read_load(struct site_reader *read, yaml_node *map, yaml_node *node, uint64_t seed)
{
    struct site_config *c = read->config;
    const char *kind = node != NULL ? yaml_text(node) : "generated";
    double watt;
    if (kind != NULL && text_number(kind, &watt)) {
        c->env->load_kind = ENV_LOAD_CONSTANT;
        c->env->constant_w = (float)watt;
        return (watt >= 0 && watt <= 100000) ||
               FAIL(node, "load: %s is out of range (allowed 0 to 100000 W)", kind);
    }
    if (kind != NULL && strcmp(kind, "generated") == 0) {
        double kwh = 3500.0;
        int occupants = 0;
        if (!site_read_number(read, map, "load_kwh", 100, 50000, &kwh) ||
            !site_read_whole(read, map, "occupants", 1, 6, &occupants)) {
            return false;
        }
        struct household_options options = {.annual_kwh = (float)kwh,
                                            .occupants = occupants,
                                            .seed = seed,
                                            .latitude_deg = (float)c->latitude_deg};
        household_init(&c->env->household, &options);
        c->env->load_kind = ENV_LOAD_HOUSEHOLD;
        return true;
    }
    const struct site_input input = {.what = "load",
                                     .kind = INPUT_KIND_LOAD,
                                     .map = map,
                                     .unit_key = "load_unit",
                                     .step_key = "load_step"};
    c->load = kind != NULL ? site_read_input(read, node, &input) : NULL;
    if (c->load == NULL) {
        return FAIL(node, "load should be \"generated\", a number of W, or a file");
    }
    if (!c->load->has_load) {
        return FAIL(node, "load: %s holds no load", kind);
    }
    c->env->load = c->load->load_w;
    c->env->load_kind = ENV_LOAD_SERIES;
    return true;
}

static bool read_start(struct site_reader *read, yaml_node *map)
{
    yaml_node *node = yaml_get(map, "start");
    const char *start = node != NULL ? yaml_text(node) : "2026-06-01";
    int64_t clock_s;
    if (start == NULL || !text_clock(start, &clock_s)) {
        return FAIL(node, "start: \"%s\" is not a date (2026-06-01, or with T12:00)",
                    start != NULL ? start : "?");
    }
    enum tz_kind kind;
    read->config->start_s = tz_from_local(read->config->tz, clock_s, TZ_FIRST, &kind);
    return true;
}

static bool read_roofs(struct site_reader *read, yaml_node *list)
{
    struct env *env = read->config->env;
    if (list == NULL) {
        return true;
    }
    if (!yaml_is_list(list) || yaml_count(list) > ENV_ROOFS) {
        return FAIL(list, "pv should be a list of at most %d roofs", ENV_ROOFS);
    }
    for (int i = 0; i < yaml_count(list); i++) {
        if (!read_roof(read, yaml_item(list, i), &env->roof[i])) {
            return false;
        }
        env->n_roofs++;
    }
    return true;
}

/* What the packs' front-ends make of the truth. */
static bool read_sensors(struct site_reader *read, yaml_node *map)
{
    static const char *const keys[] = {"offset_a", "gain_pct", "noise", NULL};
    struct sensor_spec *sensors = &read->config->house.sensors;
    if (map == NULL) {
        return true;
    }
    sensors->on = sensors->noise = true;
    yaml_node *noise = yaml_get(map, "noise");
    return yaml_keys(read->file, map, "sensors", keys, read->error) &&
           site_read_number(read, map, "offset_a", -2, 2, &sensors->offset_a) &&
           site_read_number(read, map, "gain_pct", -5, 5, &sensors->gain_pct) &&
           (noise == NULL || yaml_flag(read->file, noise, "noise", &sensors->noise, read->error));
}

/* Age of the packs' cells at the start. */
static bool read_ageing(struct site_reader *read, yaml_node *map)
{
    static const char *const keys[] = {"capacity_pct", "resistance_pct", NULL};
    double capacity_pct = 100.0;
    double resistance_pct = 100.0;
    if (map == NULL) {
        return true;
    }
    if (!yaml_keys(read->file, map, "ageing", keys, read->error) ||
        !site_read_number(read, map, "capacity_pct", 50, 110, &capacity_pct) ||
        !site_read_number(read, map, "resistance_pct", 50, 400, &resistance_pct)) {
        return false;
    }
    read->config->house.capacity_factor = capacity_pct / 100.0;
    read->config->house.resistance_factor = resistance_pct / 100.0;
    return true;
}

/* A generating set on the inverter's start contact. */
static bool read_generator(struct site_reader *read, yaml_node *map)
{
    static const char *const keys[] = {"rated_w",      "delay_s",  "voltage_v",
                                       "frequency_hz", "troubled", NULL};
    struct generator_options *options = &read->config->house.generator;
    if (map == NULL) {
        return true;
    }
    *options = (struct generator_options){.available = true,
                                          .rated_w = 5000.0,
                                          .delay_s = 10.0,
                                          .voltage_v = 230.0,
                                          .frequency_hz = 50.0,
                                          .seed = read->config->house.seed};
    yaml_node *troubled = yaml_get(map, "troubled");
    return yaml_keys(read->file, map, "generator", keys, read->error) &&
           site_read_number(read, map, "rated_w", 100, 100000, &options->rated_w) &&
           site_read_number(read, map, "delay_s", 1, 600, &options->delay_s) &&
           site_read_number(read, map, "voltage_v", 50, 400, &options->voltage_v) &&
           site_read_number(read, map, "frequency_hz", 30, 70, &options->frequency_hz) &&
           (troubled == NULL ||
            yaml_flag(read->file, troubled, "troubled", &options->troubled, read->error));
}

bool site_read_simulation(struct site_reader *read, yaml_node *map)
{
    static const char *const keys[] = {"pv",        "weather",   "load",      "load_kwh",
                                       "occupants", "seed",      "start",     "outage_days",
                                       "load_unit", "load_step", "grid",      "losses",
                                       "sensors",   "ageing",    "generator", NULL};
    struct site_config *c = read->config;
    int seed = 1;
    double outage_days = 20.0;
    bool grid = true;
    c->house.losses = true;
    if (!yaml_keys(read->file, map, "simulation", keys, read->error) ||
        !site_read_whole(read, map, "seed", 1, 1000000000, &seed) ||
        !site_read_number(read, map, "outage_days", 0, 10000, &outage_days)) {
        return false;
    }
    yaml_node *grid_node = yaml_get(map, "grid");
    yaml_node *losses = yaml_get(map, "losses");
    if ((grid_node != NULL && !yaml_flag(read->file, grid_node, "grid", &grid, read->error)) ||
        (losses != NULL &&
         !yaml_flag(read->file, losses, "losses", &c->house.losses, read->error))) {
        return false;
    }
    c->simulated = true;
    c->house.seed = (uint64_t)seed;
    c->env->has_grid = grid;
    struct grid_options options = {.outage_days = outage_days, .seed = (uint64_t)seed};
    grid_init(&c->env->grid, &options);
    return read_roofs(read, yaml_get(map, "pv")) && read_sensors(read, yaml_get(map, "sensors")) &&
           read_ageing(read, yaml_get(map, "ageing")) &&
           read_generator(read, yaml_get(map, "generator")) &&
           read_weather(read, yaml_get(map, "weather"), (uint64_t)seed) &&
           read_load(read, map, yaml_get(map, "load"), (uint64_t)seed) && read_start(read, map);
}
