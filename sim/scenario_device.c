/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario is about: the device under test and its battery, or a site file; which places and
   values it has. */
#include <string.h>

#include "sim/points_text.h"
#include "sim/scenario_loader.h"

static bool load_plain(struct loader *load, yaml_node *map, const char *product,
                       struct house_spec *spec)
{
    spec->battery = HOUSE_PLAIN;
    spec->plain_ah = 200.0;
    spec->plain_kind = strcmp(product, "nmc") == 0 ? PLAIN_NMC : PLAIN_LEAD_ACID;
    yaml_node *ah = yaml_get(map, "nominal_ah");
    yaml_node *cells = yaml_get(map, "cells");
    return (ah == NULL ||
            yaml_number(load->file, ah, "nominal_ah", 1, 10000, &spec->plain_ah, load->error)) &&
           (cells == NULL ||
            yaml_int(load->file, cells, "cells", 1, 100, &spec->plain_cells, load->error));
}

static bool load_battery(struct loader *load, yaml_node *map, struct house_spec *spec)
{
    static const char *const keys[] = {"product", "packs",    "nominal_ah", "cells",
                                       "soc",     "protocol", NULL};
    double soc = 60.0;
    static const char *const own_keys[] = {"product", "soc", NULL};
    bool own = spec->inverter == NULL; /* the pack under test: its SOC can be said, no more */
    if (!yaml_keys(load->file, map, "battery", own ? own_keys : keys, load->error)) {
        return false;
    }
    yaml_node *soc_node = yaml_get(map, "soc");
    if (soc_node != NULL && !yaml_number(load->file, soc_node, "soc", 0, 100, &soc, load->error)) {
        return false;
    }
    spec->soc = soc / 100.0;
    yaml_node *node = yaml_get(map, "product");
    const char *product = node != NULL ? yaml_text(node) : NULL;
    if (own) {
        return product == NULL || FAIL(node, "a pack under test has no other battery");
    }
    if (product == NULL || strcmp(product, "lead_acid") == 0 || strcmp(product, "nmc") == 0) {
        return load_plain(load, map, product != NULL ? product : "lead_acid", spec);
    }
    if (strcmp(product, "none") == 0) {
        spec->battery = HOUSE_NO_BATTERY;
        return true;
    }
    spec->pack = product_find(product);
    if (spec->pack == NULL || spec->pack->pack == NULL) {
        return FAIL(node, "there is no battery \"%s\" (hearth list products)", product);
    }
    spec->battery = HOUSE_PACKS;
    spec->packs = 1;
    yaml_node *packs = yaml_get(map, "packs");
    return packs == NULL || yaml_int(load->file, packs, "packs", 1, 15, &spec->packs, load->error);
}

/* A site file beside the scenario: devices, plant and losses come from it. */
static bool load_site(struct loader *load, yaml_node *root)
{
    static const char *const foreign[] = {"product", "packs", "units", "battery", NULL};
    const char *name = yaml_text(yaml_get(root, "site"));
    for (const char *const *key = foreign; *key != NULL; key++) {
        if (yaml_get(root, *key) != NULL) {
            return FAIL(yaml_get(root, *key), "%s comes from the site file", *key);
        }
    }
    if (name == NULL || name[0] == '\0') {
        return FAIL(yaml_get(root, "site"), "site should be a site file");
    }
    const char *own = yaml_path(load->file);
    const char *slash = strrchr(own, '/');
    int folder = name[0] == '/' || slash == NULL ? 0 : (int)(slash - own) + 1;
    size_t room = (size_t)folder + strlen(name) + 1;
    char *path = arena_take(load->scenario, room);
    snprintf(path, room, "%.*s%s", folder, own, name);
    load->scenario->site = path;
    return true;
}

bool load_device(struct loader *load, yaml_node *root)
{
    struct house_spec *spec = &load->scenario->spec;
    yaml_node *node = yaml_get(root, "product");
    const char *id = node != NULL ? yaml_text(node) : NULL;
    if (yaml_get(root, "site") != NULL) {
        return load_site(load, root);
    }
    const struct product *product = id != NULL ? product_find(id) : NULL;
    if (product == NULL) {
        return FAIL(node != NULL ? node : root,
                    "product: there is no \"%s\" (hearth list products)", id != NULL ? id : "?");
    }
    if (product->hybrid != NULL) {
        return FAIL(node, "product: %s cannot be simulated yet: only its tables are here", id);
    }
    *spec = (struct house_spec){.soc = 0.6, .temperature_c = 25.0, .frames = true, .packs = 0};
    yaml_node *packs = yaml_get(root, "packs");
    if (product->pack != NULL) {
        spec->battery = HOUSE_PACKS;
        spec->pack = product;
        spec->packs = 1;
        if (packs != NULL &&
            !yaml_int(load->file, packs, "packs", 1, 15, &spec->packs, load->error)) {
            return false;
        }
    } else {
        spec->inverter = product;
        spec->battery = HOUSE_PLAIN;
        spec->plain_ah = 200.0;
    }
    yaml_node *units = yaml_get(root, "units");
    int n = 1;
    if (units != NULL && !yaml_int(load->file, units, "units", 1, 9, &n, load->error)) {
        return false;
    }
    if (n > 1) {
        return FAIL(units, "groups of inverters are not here yet");
    }
    yaml_node *battery = yaml_get(root, "battery");
    return battery == NULL || load_battery(load, battery, spec);
}

bool load_check_range(const struct loader *load, yaml_node *node, const struct scenario_action *set)
{
    char why[300];
    return value_in_range(set->point, set->name, &set->value, why, sizeof why) ||
           FAIL(node, "%s", why);
}

bool load_check_place(const struct loader *load, yaml_node *node, const char *name,
                      const struct place *place)
{
    const struct house_spec *spec = &load->scenario->spec;
    const char *rest = strchr(name, '.');
    bool of_pack = strncmp(name, "pack", 4) == 0 && name[4] >= '0' && name[4] <= '9';
    if (!of_pack || rest == NULL || load->scenario->site != NULL) {
        return true; /* a site file's packs are known when it runs */
    }
    int packs = spec->battery == HOUSE_PACKS ? spec->packs : 0;
    if (place->n < 1 || place->n > packs) {
        return packs == 0 ? FAIL(node, "%s: this house has no packs", name)
                          : FAIL(node, "%s: there is no such pack (allowed 1 to %d)", name, packs);
    }
    int cells = spec->pack->pack->n_cells;
    bool of_cell = strncmp(rest, ".cell_", 6) == 0 && rest[6] >= '0' && rest[6] <= '9';
    return !of_cell || (place->m >= 1 && place->m <= cells) ||
           FAIL(node, "%s: there is no such cell (allowed 1 to %d)", name, cells);
}
