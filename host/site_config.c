/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of a site file, each read by one function from its keys. */
#include "host/site_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/settings.h"

struct reader {
    struct site_config *config;
    const struct yaml_file *file;
    struct yaml_error *error;
};

#define FAIL(node, ...) yaml_fail(read->file, node, read->error, __VA_ARGS__)

/* An optional number: true when it is missing or good. */
static bool number(struct reader *read, yaml_node *map, const char *key, double min, double max,
                   double *out)
{
    yaml_node *node = yaml_get(map, key);
    return node == NULL || yaml_number(read->file, node, key, min, max, out, read->error);
}

static bool whole(struct reader *read, yaml_node *map, const char *key, int min, int max, int *out)
{
    yaml_node *node = yaml_get(map, key);
    return node == NULL || yaml_int(read->file, node, key, min, max, out, read->error);
}

static bool text(struct reader *read, yaml_node *map, const char *key, char *out, size_t room)
{
    yaml_node *node = yaml_get(map, key);
    if (node == NULL) {
        return true;
    }
    const char *value = yaml_text(node);
    if (value == NULL || strlen(value) >= room) {
        return FAIL(node, "%s should be a text of at most %zu characters", key, room - 1);
    }
    snprintf(out, room, "%s", value);
    return true;
}

static bool read_site(struct reader *read, yaml_node *map)
{
    static const char *const keys[] = {"name", "timezone", "latitude", "longitude", NULL};
    struct site_config *c = read->config;
    if (!yaml_keys(read->file, map, "site", keys, read->error) ||
        !text(read, map, "name", c->name, sizeof c->name) ||
        !text(read, map, "timezone", c->timezone, sizeof c->timezone) ||
        !number(read, map, "latitude", -90, 90, &c->latitude_deg) ||
        !number(read, map, "longitude", -180, 180, &c->longitude_deg)) {
        return false;
    }
    int result = tz_open(c->timezone, &c->tz);
    if (result != TZ_OK) {
        return FAIL(yaml_get(map, "timezone"),
                    "timezone: \"%s\" is %s (an IANA name such as "
                    "Europe/Berlin)",
                    c->timezone,
                    result == TZ_UNKNOWN ? "not known on this machine" : "not readable");
    }
    return true;
}

static bool read_bus(struct reader *read, yaml_node *map)
{
    yaml_node *node = yaml_get(map, "bus");
    const char *bus = node != NULL ? yaml_text(node) : "sim";
    if (bus != NULL && strcmp(bus, "sim") == 0) {
        return true;
    }
    return FAIL(node, "bus: \"%s\" is not here yet (allowed: sim)", bus != NULL ? bus : "?");
}

static bool read_battery(struct reader *read, yaml_node *map)
{
    static const char *const keys[] = {"product", "packs", "bus",        "protocol",
                                       "soc",     "cells", "nominal_ah", NULL};
    struct house_spec *spec = &read->config->house;
    double soc = 60.0;
    if (!yaml_keys(read->file, map, "battery", keys, read->error) || !read_bus(read, map) ||
        !number(read, map, "soc", 0, 100, &soc)) {
        return false;
    }
    spec->soc = soc / 100.0;
    yaml_node *node = yaml_get(map, "product");
    const char *id = node != NULL ? yaml_text(node) : NULL;
    if (id != NULL && (strcmp(id, "lead_acid") == 0 || strcmp(id, "nmc") == 0)) {
        spec->battery = HOUSE_PLAIN;
        spec->plain_kind = strcmp(id, "nmc") == 0 ? PLAIN_NMC : PLAIN_LEAD_ACID;
        spec->plain_ah = 200.0;
        return number(read, map, "nominal_ah", 1, 10000, &spec->plain_ah) &&
               whole(read, map, "cells", 1, 100, &spec->plain_cells);
    }
    spec->pack = id != NULL ? product_find(id) : NULL;
    if (spec->pack == NULL || spec->pack->pack == NULL) {
        return FAIL(node != NULL ? node : map,
                    "battery: there is no battery product \"%s\" (see hearth list products)",
                    id != NULL ? id : "?");
    }
    spec->battery = HOUSE_PACKS;
    spec->packs = 1;
    if (!whole(read, map, "packs", 1, STACK_PACKS, &spec->packs) ||
        !text(read, map, "protocol", read->config->battery_protocol,
              sizeof read->config->battery_protocol)) {
        return false;
    }
    if (read->config->battery_protocol[0] != '\0' &&
        strcmp(read->config->battery_protocol, "pylon-can") != 0) {
        return FAIL(yaml_get(map, "protocol"),
                    "protocol: \"%s\" is not here yet (allowed: "
                    "pylon-can)",
                    read->config->battery_protocol);
    }
    return true;
}

static bool read_settings(struct reader *read, yaml_node *map, const char *device)
{
    struct site_config *c = read->config;
    if (map == NULL) {
        return true;
    }
    if (!yaml_is_map(map)) {
        return FAIL(map, "settings should be a map of names and values");
    }
    for (int pass = 0; pass < 2; pass++) { /* the battery type first: it brings others along */
        for (int i = 0; i < yaml_count(map); i++) {
            const char *name = yaml_text(yaml_key(map, i));
            const char *value = yaml_text(yaml_value(map, i));
            if (name == NULL || value == NULL || c->n_settings == SITE_SETTINGS) {
                return FAIL(yaml_key(map, i), "a setting is a name and one value");
            }
            if ((strcmp(name, "BTP") == 0) != (pass == 0)) {
                continue;
            }
            struct site_setting *setting = &c->settings[c->n_settings++];
            snprintf(setting->device, sizeof setting->device, "%s", device);
            snprintf(setting->name, sizeof setting->name, "%s", name);
            snprintf(setting->value, sizeof setting->value, "%s", value);
            setting->line = yaml_line(yaml_key(map, i));
        }
    }
    return true;
}

static bool read_inverter(struct reader *read, yaml_node *map)
{
    static const char *const keys[] = {"product", "bus", "settings", NULL};
    struct house_spec *spec = &read->config->house;
    if (!yaml_keys(read->file, map, "inverter", keys, read->error) || !read_bus(read, map)) {
        return false;
    }
    yaml_node *node = yaml_get(map, "product");
    const char *id = node != NULL ? yaml_text(node) : NULL;
    spec->inverter = id != NULL ? product_find(id) : NULL;
    if (spec->inverter == NULL || spec->inverter->inverter == NULL) {
        return FAIL(node != NULL ? node : map,
                    "inverter: there is no inverter product \"%s\" (see hearth list products)",
                    id != NULL ? id : "?");
    }
    return read_settings(read, yaml_get(map, "settings"), "inverter");
}

/* Path of a file named in the site file: beside it, unless absolute. */
static void beside(const struct site_config *c, const char *name, char *out, size_t room)
{
    const char *slash = strrchr(c->path, '/');
    if (name[0] == '/' || slash == NULL) {
        snprintf(out, room, "%s", name);
    } else {
        snprintf(out, room, "%.*s/%s", (int)(slash - c->path), c->path, name);
    }
}

static struct input_set *load_input(struct reader *read, yaml_node *node, const char *what,
                                    enum input_kind kind)
{
    struct site_config *c = read->config;
    char path[700];
    beside(c, yaml_text(node), path, sizeof path);
    struct input_options options = {.has_place = true,
                                    .latitude_deg = c->latitude_deg,
                                    .longitude_deg = c->longitude_deg,
                                    .timezone = c->timezone,
                                    .kind = kind};
    struct input_set *set = NULL;
    struct input_report report = {0};
    if (input_load(path, &options, &set, &report) != INPUT_OK) {
        const char *first = "cannot be read";
        for (int i = 0; i < report.count; i++) {
            if (report.list[i].severity == INPUT_ERROR) {
                first = report.list[i].text;
                break;
            }
        }
        (void)FAIL(node, "%s: %s", what, first);
        input_report_clear(&report);
        return NULL;
    }
    if (c->report.list == NULL) {
        c->report = report;
    } else {
        input_report_clear(&report);
    }
    return set;
}

static bool read_roof(struct reader *read, yaml_node *map, struct env_roof *roof)
{
    static const char *const keys[] = {"modules", "watt", "tilt", "azimuth", "strings", NULL};
    int modules = 10;
    double watt = 450.0;
    double tilt = 35.0;
    double azimuth = 180.0;
    roof->strings = 1;
    if (!yaml_keys(read->file, map, "pv", keys, read->error) ||
        !whole(read, map, "modules", 1, 40, &modules) ||
        !number(read, map, "watt", 50, 1000, &watt) || !number(read, map, "tilt", 0, 90, &tilt) ||
        !number(read, map, "azimuth", 0, 360, &azimuth) ||
        !whole(read, map, "strings", 1, 10, &roof->strings)) {
        return false;
    }
    struct pv_module module;
    pv_module_for_watt(&module, (float)watt);
    plane_init(&roof->plane, (float)tilt, (float)azimuth);
    pv_string_init(&roof->string, &module, modules);
    return true;
}

static bool read_weather(struct reader *read, yaml_node *node, uint64_t seed)
{
    struct site_config *c = read->config;
    const char *kind = node != NULL ? yaml_text(node) : "generated";
    if (kind != NULL && strcmp(kind, "generated") == 0) {
        weather_generate(&c->env->weather, c->latitude_deg, c->longitude_deg, seed, NULL);
        return true;
    }
    c->weather = kind != NULL ? load_input(read, node, "weather", INPUT_KIND_AUTO) : NULL;
    if (c->weather == NULL) {
        return FAIL(node, "weather should be \"generated\" or a file");
    }
    if (!c->weather->has_weather) {
        return FAIL(node, "weather: %s holds no weather", kind);
    }
    weather_from_samples(&c->env->weather, &c->weather->weather);
    return true;
}

static bool read_load(struct reader *read, yaml_node *map, yaml_node *node, uint64_t seed)
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
        if (!number(read, map, "load_kwh", 100, 50000, &kwh) ||
            !whole(read, map, "occupants", 1, 6, &occupants)) {
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
    c->load = kind != NULL ? load_input(read, node, "load", INPUT_KIND_LOAD) : NULL;
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

static bool read_start(struct reader *read, yaml_node *map)
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

static bool read_roofs(struct reader *read, yaml_node *list)
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

static bool read_simulation(struct reader *read, yaml_node *map)
{
    static const char *const keys[] = {"pv",        "weather", "load",  "load_kwh",
                                       "occupants", "seed",    "start", "outage_days",
                                       "grid",      "losses",  NULL};
    struct site_config *c = read->config;
    int seed = 1;
    double outage_days = 20.0;
    bool grid = true;
    c->house.losses = true;
    if (!yaml_keys(read->file, map, "simulation", keys, read->error) ||
        !whole(read, map, "seed", 1, 1000000000, &seed) ||
        !number(read, map, "outage_days", 0, 10000, &outage_days)) {
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
    return read_roofs(read, yaml_get(map, "pv")) &&
           read_weather(read, yaml_get(map, "weather"), (uint64_t)seed) &&
           read_load(read, map, yaml_get(map, "load"), (uint64_t)seed) && read_start(read, map);
}

static bool clock_of_day(const char *text_value, int32_t *from_s)
{
    int hour;
    int minute;
    int used = 0;
    if (sscanf(text_value, "%2d:%2d%n", &hour, &minute, &used) != 2 || text_value[used] != '\0' ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return false;
    }
    *from_s = hour * 3600 + minute * 60;
    return true;
}

static bool read_price(struct reader *read, yaml_node *map, struct price_step *step)
{
    static const char *const keys[] = {"from", "price", NULL};
    if (!yaml_keys(read->file, map, "a price", keys, read->error)) {
        return false;
    }
    yaml_node *from = yaml_get(map, "from");
    const char *value = from != NULL ? yaml_text(from) : NULL;
    if (value == NULL || !clock_of_day(value, &step->from_s)) {
        return FAIL(from != NULL ? from : map,
                    "from: \"%s\" is not a time of day (\"00:00\" to "
                    "\"23:59\")",
                    value != NULL ? value : "?");
    }
    yaml_node *price = yaml_get(map, "price");
    return yaml_number(read->file, price, "price", -10, 10, &step->price, read->error);
}

static bool read_import(struct reader *read, yaml_node *node)
{
    struct tariff *tariff = &read->config->tariff;
    if (node == NULL) {
        return true;
    }
    if (yaml_is_text(node)) {
        if (text_number(yaml_text(node), &tariff->import[0].price)) {
            tariff->n_import = 1;
            return yaml_number(read->file, node, "import", -10, 10, &tariff->import[0].price,
                               read->error);
        }
        tariff->import_file = load_input(read, node, "import", INPUT_KIND_PRICE);
        return tariff->import_file != NULL &&
               (tariff->import_file->has_price || FAIL(node, "import: the file holds no prices"));
    }
    if (!yaml_is_list(node) || yaml_count(node) > SITE_PRICES) {
        return FAIL(node, "import should be a price, a file, or a list of {from, price}");
    }
    for (int i = 0; i < yaml_count(node); i++) {
        struct price_step *step = &tariff->import[i];
        if (!read_price(read, yaml_item(node, i), step)) {
            return false;
        }
        if (i > 0 && step->from_s <= step[-1].from_s) {
            return FAIL(yaml_item(node, i), "import: the times should rise through the day");
        }
        tariff->n_import++;
    }
    return true;
}

static bool read_tariff(struct reader *read, yaml_node *map)
{
    static const char *const keys[] = {"import", "import_add", "export", "currency", NULL};
    struct tariff *tariff = &read->config->tariff;
    return yaml_keys(read->file, map, "tariff", keys, read->error) &&
           number(read, map, "export", -10, 10, &tariff->export) &&
           number(read, map, "import_add", -10, 10, &tariff->import_add) &&
           text(read, map, "currency", tariff->currency, sizeof tariff->currency) &&
           read_import(read, yaml_get(map, "import"));
}

static bool read_later(struct reader *read, yaml_node *map)
{
    struct site_config *c = read->config;
    size_t used = strlen(c->note);
    snprintf(c->note + used, sizeof c->note - used,
             "%s:%d: this section is for interfaces that are not here yet and is left alone. ",
             c->path, yaml_line(map));
    return true;
}

/* A battery that speaks CAN needs an inverter that listens: set it unless the file says otherwise.
 */
static void join_link(struct site_config *c)
{
    bool told = false;
    for (int i = 0; i < c->n_settings; i++) {
        told |= strcmp(c->settings[i].name, "BMS") == 0 || strcmp(c->settings[i].name, "BTP") == 0;
    }
    if (c->house.battery != HOUSE_PACKS || c->house.inverter == NULL || told ||
        c->n_settings + 2 > SITE_SETTINGS) {
        return;
    }
    memmove(c->settings + 2, c->settings, (size_t)c->n_settings * sizeof c->settings[0]);
    c->settings[0] = (struct site_setting){"inverter", "BTP", "LIT", 0};
    c->settings[1] = (struct site_setting){"inverter", "BMS", "CAN", 0};
    c->n_settings += 2;
    size_t used = strlen(c->note);
    snprintf(c->note + used, sizeof c->note - used,
             "The inverter is set to BTP=LIT and BMS=CAN, as the battery speaks pylon-can. ");
}

static bool read_all(struct reader *read, yaml_node *root)
{
    static const char *const keys[] = {"site",   "battery", "inverter", "simulation",
                                       "tariff", "modbus",  "mqtt",     NULL};
    static const struct section {
        const char *key;
        bool needed;
        bool (*read)(struct reader *, yaml_node *);
    } sections[] = {
        {"site", true, read_site},         {"battery", true, read_battery},
        {"inverter", true, read_inverter}, {"simulation", true, read_simulation},
        {"tariff", false, read_tariff},    {"modbus", false, read_later},
        {"mqtt", false, read_later},
    };
    if (!yaml_keys(read->file, root, "a site", keys, read->error)) {
        return false;
    }
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        yaml_node *node = yaml_get(root, sections[i].key);
        if (node == NULL && sections[i].needed) {
            return FAIL(root, "the section \"%s\" is missing", sections[i].key);
        }
        if (node != NULL && !sections[i].read(read, node)) {
            return false;
        }
    }
    join_link(read->config);
    return true;
}

struct site_config *site_config_load(const char *path, struct yaml_error *error)
{
    struct yaml_file *file = yaml_open(path, error);
    yaml_node *root = file != NULL ? yaml_next(file, error) : NULL;
    struct site_config *config = root != NULL ? calloc(1, sizeof *config) : NULL;
    struct env *env = config != NULL ? calloc(1, sizeof *env) : NULL;
    if (env == NULL) {
        if (error->text[0] == '\0') {
            snprintf(error->text, sizeof error->text, "%s: %s", path,
                     root == NULL ? "holds no YAML document" : "out of memory");
        }
        free(config);
        if (file != NULL) {
            yaml_close(file);
        }
        return NULL;
    }
    snprintf(config->path, sizeof config->path, "%s", path);
    snprintf(config->name, sizeof config->name, "Home");
    snprintf(config->timezone, sizeof config->timezone, "UTC");
    snprintf(config->tariff.currency, sizeof config->tariff.currency, "EUR");
    config->env = env;
    env->shading = 1.0F;
    config->house.temperature_c = 20.0;
    config->house.soc = 0.6;
    struct reader read = {config, file, error};
    bool good = read_all(&read, root);
    yaml_close(file);
    if (!good) {
        site_config_free(config);
        return NULL;
    }
    env->latitude_deg = config->latitude_deg;
    env->longitude_deg = config->longitude_deg;
    sun_track_init(&env->sun, env->latitude_deg, env->longitude_deg);
    config->house.env = env;
    return config;
}

void site_config_free(struct site_config *config)
{
    if (config == NULL) {
        return;
    }
    if (config->tz != NULL) {
        tz_close(config->tz);
    }
    input_free(config->weather);
    input_free(config->load);
    input_free(config->tariff.import_file);
    input_report_clear(&config->report);
    free(config->env);
    free(config);
}

bool site_config_start(struct site_config *config, struct house *house, int64_t start_s,
                       struct yaml_error *error)
{
    config->house.start_ms = start_s * 1000;
    config->env->local_offset_s = tz_offset_s(config->tz, start_s);
    env_at(config->env, start_s);
    house_init(house, &config->house);
    house->local_offset_s = config->env->local_offset_s;
    error->text[0] = '\0';
    for (int i = 0; i < config->n_settings; i++) {
        const struct site_setting *setting = &config->settings[i];
        char why[256];
        if (house_write_setting(house, setting->device, setting->name, setting->value, true, why,
                                sizeof why) != WRITE_OK) {
            snprintf(error->text, sizeof error->text, "%s:%d: %s", config->path, setting->line,
                     why);
            return false;
        }
    }
    return true;
}

double tariff_import(struct site_config *config, int64_t t_s)
{
    struct tariff *tariff = &config->tariff;
    if (tariff->import_file != NULL) {
        return (double)series_at(&tariff->import_file->price_per_kwh, t_s) + tariff->import_add;
    }
    int64_t local_s = t_s + tz_offset_s(config->tz, t_s);
    int32_t of_day = (int32_t)(((local_s % 86400) + 86400) % 86400);
    int i = tariff->n_import - 1;
    while (i > 0 && tariff->import[i].from_s > of_day) {
        i--;
    }
    if (i < 0) {
        return 0.0;
    }
    /* before the day's first step the last one of yesterday holds */
    bool before = tariff->import[0].from_s > of_day;
    return tariff->import[before ? tariff->n_import - 1 : i].price + tariff->import_add;
}

bool site_config_covers(struct site_config *config, int64_t from_s, int64_t to_s,
                        struct yaml_error *error)
{
    struct {
        const struct input_set *set;
        const char *name;
    } inputs[] = {{config->weather, "weather"},
                  {config->load, "load"},
                  {config->tariff.import_file, "import prices"}};
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        struct input_report report = {0};
        if (inputs[i].set != NULL &&
            !input_covers(inputs[i].set, inputs[i].name, from_s, to_s, &report)) {
            snprintf(error->text, sizeof error->text, "%s: %s", config->path,
                     report.count > 0 ? report.list[report.count - 1].text : inputs[i].name);
            input_report_clear(&report);
            return false;
        }
        input_report_clear(&report);
    }
    return true;
}
