/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of a site file, each read by one function from its keys. */
#include "host/site_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/proto/hostlink.h"
#include "sim/settings.h"

static bool read_site(struct site_reader *read, yaml_node *map)
{
    static const char *const keys[] = {"name", "timezone", "latitude", "longitude", NULL};
    struct site_config *c = read->config;
    if (!yaml_keys(read->file, map, "site", keys, read->error) ||
        !site_read_text(read, map, "name", c->name, sizeof c->name) ||
        !site_read_text(read, map, "timezone", c->timezone, sizeof c->timezone) ||
        !site_read_number(read, map, "latitude", -90, 90, &c->latitude_deg) ||
        !site_read_number(read, map, "longitude", -180, 180, &c->longitude_deg)) {
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

/* What the packs are read with. Without a word of it they are read on their parallel line, in
   Pylon, as it is beside a battery that speaks CAN to the inverter. */
static bool read_protocol(struct site_reader *read, yaml_node *map)
{
    struct site_config *c = read->config;
    yaml_node *node = yaml_get(map, "protocol");
    c->battery_line = RS485_PYLON;
    c->battery_port = PORT_PARALLEL;
    if (c->battery_protocol[0] == '\0' || strcmp(c->battery_protocol, "pylon-can") == 0) {
        return true;
    }
    for (int p = 0; p < RS485_COUNT; p++) {
        if (strcmp(c->battery_protocol, rs485_facts[p].name) != 0) {
            continue;
        }
        c->battery_line = (enum rs485_protocol)p;
        c->battery_port = rs485_protocol_code(c->battery_line) >= 0 ? PORT_TO_INVERTER : PORT_TO_PC;
        if (p == RS485_JBD && c->house.packs > 1) {
            return FAIL(node, "protocol: jbd has no addresses, it reads 1 pack (packs: %d)",
                        c->house.packs);
        }
        return true;
    }
    return FAIL(node,
                "protocol: \"%s\" is not here yet (allowed: pylon-can, pylon-rs485, "
                "voltronic-rs485, growatt-rs485, pace, pace-modbus, jbd)",
                c->battery_protocol);
}

static bool no_such_product(struct site_reader *read, yaml_node *node, const char *device,
                            const char *id)
{
    return FAIL(node, "%s: there is no %s product \"%s\" (see hearth list products)", device,
                device, id != NULL ? id : "?");
}

/* A battery on a real bus. What it is it tells itself; a product's name is for people. */
static bool read_real_battery(struct site_reader *read, yaml_node *map)
{
    static const char *const keys[] = {"product", "packs", "bus", "protocol", NULL};
    struct site_config *c = read->config;
    struct site_bus *bus = &c->battery_bus;
    yaml_node *product = yaml_get(map, "product");
    yaml_node *packs = yaml_get(map, "packs");
    if (!yaml_keys(read->file, map, "a real battery", keys, read->error) ||
        !site_read_bus(read, map, false, bus)) {
        return false;
    }
    const char *id = product != NULL ? yaml_text(product) : NULL;
    if (product != NULL && (id == NULL || product_find(id) == NULL)) {
        return no_such_product(read, product, "battery", id);
    }
    if (packs != NULL && bus->protocol->kind == PROTOCOL_OF_CAN) {
        return FAIL(packs, "packs: a battery on CAN tells for itself how many they are");
    }
    c->real_packs = 1;
    return bus->protocol->kind == PROTOCOL_OF_CAN ||
           site_read_whole(read, map, "packs", 1, STACK_PACKS, &c->real_packs);
}

static bool read_battery(struct site_reader *read, yaml_node *map)
{
    if (read->real) {
        return read_real_battery(read, map);
    }
    static const char *const keys[] = {"product", "packs", "bus",        "protocol",
                                       "soc",     "cells", "nominal_ah", NULL};
    struct house_spec *spec = &read->config->house;
    double soc = 60.0;
    if (!yaml_keys(read->file, map, "battery", keys, read->error) ||
        !site_read_number(read, map, "soc", 0, 100, &soc)) {
        return false;
    }
    spec->soc = soc / 100.0;
    yaml_node *node = yaml_get(map, "product");
    const char *id = node != NULL ? yaml_text(node) : NULL;
    if (id != NULL && (strcmp(id, "lead_acid") == 0 || strcmp(id, "nmc") == 0)) {
        spec->battery = HOUSE_PLAIN;
        spec->plain_kind = strcmp(id, "nmc") == 0 ? PLAIN_NMC : PLAIN_LEAD_ACID;
        spec->plain_ah = 200.0;
        return site_read_number(read, map, "nominal_ah", 1, 10000, &spec->plain_ah) &&
               site_read_whole(read, map, "cells", 1, 100, &spec->plain_cells);
    }
    spec->pack = id != NULL ? product_find(id) : NULL;
    if (spec->pack == NULL || spec->pack->pack == NULL) {
        return no_such_product(read, node != NULL ? node : map, "battery", id);
    }
    spec->battery = HOUSE_PACKS;
    spec->packs = 1;
    if (!site_read_whole(read, map, "packs", 1, STACK_PACKS, &spec->packs) ||
        !site_read_text(read, map, "protocol", read->config->battery_protocol,
                        sizeof read->config->battery_protocol)) {
        return false;
    }
    return read_protocol(read, map);
}

static bool read_settings(struct site_reader *read, yaml_node *map, const char *device)
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

/* Address of an inverter on its line. */
static bool read_unit(struct site_reader *read, yaml_node *map, struct site_bus *bus)
{
    yaml_node *node = yaml_get(map, "address");
    int unit = 0;
    if (node != NULL && hostlink_facts[bus->protocol->index].address == 0) {
        return FAIL(node, "address: %s has no addresses", bus->protocol->name);
    }
    if (!site_read_whole(read, map, "address", 1, 247, &unit)) {
        return false;
    }
    bus->unit = (uint8_t)unit;
    return true;
}

static bool read_inverter(struct site_reader *read, yaml_node *map)
{
    static const char *const keys[] = {"product", "bus", "settings", NULL};
    static const char *const real_keys[] = {"product", "bus", "protocol", "address", NULL};
    struct house_spec *spec = &read->config->house;
    if (!yaml_keys(read->file, map, read->real ? "a real inverter" : "inverter",
                   read->real ? real_keys : keys, read->error)) {
        return false;
    }
    yaml_node *node = yaml_get(map, "product");
    const char *id = node != NULL ? yaml_text(node) : NULL;
    spec->inverter = id != NULL ? product_find(id) : NULL;
    if (spec->inverter == NULL || spec->inverter->inverter == NULL) {
        return no_such_product(read, node != NULL ? node : map, "inverter", id);
    }
    if (read->real) {
        struct site_bus *bus = &read->config->inverter_bus;
        return site_read_bus(read, map, true, bus) && read_unit(read, map, bus);
    }
    return read_settings(read, yaml_get(map, "settings"), "inverter");
}

static bool read_later(struct site_reader *read, yaml_node *map)
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

/* The last two are an installer's form: hearth check reads them, the site does not. */
const char *const site_sections[] = {"site",    "battery",      "inverter", "simulation",
                                     "tariff",  "modbus",       "mqtt",     "wires",
                                     "product", "installation", NULL};

static bool read_all(struct site_reader *read, yaml_node *root)
{
    enum { NEEDED = 1, NEEDED_SIMULATED = 2, SIMULATED_ONLY = 4 };
    static const struct section {
        const char *key;
        unsigned rule;
        bool (*read)(struct site_reader *, yaml_node *);
    } sections[] = {
        {"site", NEEDED, read_site},
        {"battery", NEEDED_SIMULATED, read_battery},
        {"inverter", NEEDED_SIMULATED, read_inverter},
        {"simulation", NEEDED_SIMULATED | SIMULATED_ONLY, site_read_simulation},
        {"tariff", 0, site_read_tariff},
        {"modbus", 0, read_later},
        {"mqtt", 0, read_later},
        {"wires", SIMULATED_ONLY, site_read_wires},
    };
    if (!yaml_keys(read->file, root, "a site", site_sections, read->error)) {
        return false;
    }
    read->real =
        site_bus_is_real(yaml_get(root, "battery")) || site_bus_is_real(yaml_get(root, "inverter"));
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        yaml_node *node = yaml_get(root, sections[i].key);
        unsigned needed = read->real ? NEEDED : NEEDED | NEEDED_SIMULATED;
        if (node == NULL && (sections[i].rule & needed) != 0) {
            return FAIL(root, "the section \"%s\" is missing", sections[i].key);
        }
        if (node != NULL && read->real && (sections[i].rule & SIMULATED_ONLY) != 0) {
            return FAIL(node, "%s: the devices of this site are real, none of it is simulated",
                        sections[i].key);
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
    struct site_reader read = {.config = config, .file = file, .error = error};
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
    free(config->env);
    free(config);
}

bool site_config_start(struct site_config *config, struct house *house, int64_t start_s,
                       struct yaml_error *error)
{
    if (!config->simulated) {
        snprintf(
            error->text, sizeof error->text,
            "%s: the devices of this site are real: hearth run watches them, there is nothing to "
            "simulate",
            config->path);
        return false;
    }
    config->house.start_ms = start_s * 1000;
    config->env->local_offset_s = tz_offset_s(config->tz, start_s);
    env_at(config->env, start_s);
    house_init(house, &config->house);
    error->text[0] = '\0';
    if (config->battery_port == PORT_TO_INVERTER) { /* the packs are told to speak it */
        for (int i = 0; i < house->spec.packs; i++) {
            bms_set_parameter(&house->bms[i], PARAM_RS485_PROTOCOL,
                              rs485_protocol_code(config->battery_line));
        }
    }
    struct setting_text list[SITE_SETTINGS];
    char why[400];
    for (int i = 0; i < config->n_settings; i++) {
        const struct site_setting *setting = &config->settings[i];
        list[i] = (struct setting_text){setting->device, setting->name, setting->value, false};
    }
    int refused = house_write_settings(house, list, config->n_settings, why, sizeof why);
    if (refused >= 0) {
        snprintf(error->text, sizeof error->text, "%s:%d: %s", config->path,
                 config->settings[refused].line, why);
        return false;
    }
    return true;
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
