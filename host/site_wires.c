/* SPDX-License-Identifier: Apache-2.0 */
/* The section "wires" of a site file: real buses on which the virtual devices answer. */
#include <string.h>

#include "host/ends/inverter_reader.h"
#include "host/site_reader.h"

static bool read_wire(struct site_reader *read, yaml_node *map, struct site_wire *wire)
{
    static const char *const keys[] = {"bus", "protocol", NULL};
    char why[400];
    if (!yaml_keys(read->file, map, "wires", keys, read->error)) {
        return false;
    }
    yaml_node *bus = yaml_get(map, "bus");
    const char *name = bus != NULL ? yaml_text(bus) : NULL;
    if (name == NULL || !bus_address_read(name, &wire->address, why, sizeof why)) {
        return FAIL(bus != NULL ? bus : map, "bus: %s", name != NULL ? why : "is missing");
    }
    yaml_node *node = yaml_get(map, "protocol");
    const char *protocol = node != NULL ? yaml_text(node) : NULL;
    if (node == NULL) {
        return true; /* what the packs are set to */
    }
    wire->protocol = protocol != NULL ? protocol_find(protocol) : NULL;
    if (wire->protocol != NULL && wire->protocol->kind == PROTOCOL_OF_HOST) {
        return inverter_bus_fits(&wire->address, wire->protocol, why, sizeof why) ||
               FAIL(bus, "bus: %s", why);
    }
    if (!protocol_speakable(wire->protocol, protocol != NULL ? protocol : "?", why, sizeof why)) {
        return FAIL(node, "protocol: %s", why);
    }
    return true;
}

bool site_read_wires(struct site_reader *read, yaml_node *list)
{
    struct site_config *c = read->config;
    if (!yaml_is_list(list) || yaml_count(list) > SITE_WIRES) {
        return FAIL(list, "wires should be a list of at most %d buses", SITE_WIRES);
    }
    for (int i = 0; i < yaml_count(list); i++) {
        struct site_wire *wire = &c->wire[c->n_wires];
        if (!read_wire(read, yaml_item(list, i), wire)) {
            return false;
        }
        bool of_packs = wire->protocol == NULL || wire->protocol->kind != PROTOCOL_OF_HOST;
        if (of_packs && c->house.battery != HOUSE_PACKS) {
            return FAIL(yaml_item(list, i), "wires: this battery has no packs that could answer");
        }
        c->n_wires++;
    }
    return true;
}
