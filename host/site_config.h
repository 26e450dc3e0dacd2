/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_SITE_CONFIG_H
#define HEARTH_HOST_SITE_CONFIG_H

/*
 * A site file, read and checked (docs/site-file.md), and the virtual house it describes. Unknown
 * keys, wrong units, values out of range and missing files are errors with file, line and column.
 */

#include "host/input/input.h"
#include "host/protocols.h"
#include "host/tz.h"
#include "sim/house.h"
#include "sim/pack_port.h"
#include "sim/yaml.h"

enum { SITE_SETTINGS = 64, SITE_PRICES = 48, SITE_WIRES = 4 };

struct price_step {
    int32_t from_s; /* local time of day */
    double price;
};

struct tariff {
    struct price_step import[SITE_PRICES];
    int n_import;
    struct input_set *import_file; /* instead of the list */
    double import_add;             /* on top of a file's price: fees and tax */
    double export;
    char currency[8];
};

struct site_setting {
    char device[12], name[40], value[32];
    int line;
};

/* A real bus on which the virtual packs, or the inverter, answer. */
struct site_wire {
    struct bus_address address;
    const struct wire_protocol *protocol; /* NULL: what the packs are set to */
};

/* A real device's bus; `protocol` NULL: there is none. */
struct site_bus {
    struct bus_address address;
    const struct wire_protocol *protocol;
    uint8_t unit; /* 0: the protocol's usual address */
};

struct site_config {
    char path[512];
    char name[64], timezone[48];
    double latitude_deg, longitude_deg;
    struct house_spec house;
    struct site_setting settings[SITE_SETTINGS];
    int n_settings;
    bool simulated;
    struct site_bus battery_bus, inverter_bus; /* of a site that is not */
    int real_packs;                            /* read on the battery's bus */
    int64_t start_s;                           /* UTC; simulated sites */
    struct tariff tariff;
    char battery_protocol[24];
    enum rs485_protocol battery_line; /* what the packs are read with */
    enum pack_port_kind battery_port; /* and where */
    struct site_wire wire[SITE_WIRES];
    int n_wires;
    struct env *env;
    struct tz *tz;
    struct input_set *weather, *load;
    char note[256]; /* what was filled in or is not here yet */
};

/* Keys at the top of a site file, ends with NULL. */
extern const char *const site_sections[];

/* NULL with an error. Heap; free with site_config_free. */
struct site_config *site_config_load(const char *path, struct yaml_error *error);
void site_config_free(struct site_config *config);

/* Starts the house and writes the file's settings to it; false with an error, as for a site of real
   devices. */
bool site_config_start(struct site_config *config, struct house *house, int64_t start_s,
                       struct yaml_error *error);

/* Import price at a moment. */
double tariff_import(struct site_config *config, int64_t t_s);

/* Checks that the input files cover a run. */
bool site_config_covers(struct site_config *config, int64_t from_s, int64_t to_s,
                        struct yaml_error *error);

#endif
