/* SPDX-License-Identifier: Apache-2.0 */
/* The real bus of a device in a site file: where it is and what is spoken there. */
#include <string.h>

#include "host/ends/inverter_reader.h"
#include "host/site_reader.h"

bool site_bus_is_real(yaml_node *device)
{
    yaml_node *node = device != NULL && yaml_is_map(device) ? yaml_get(device, "bus") : NULL;
    const char *bus = node != NULL ? yaml_text(node) : NULL;
    return node != NULL && (bus == NULL || strcmp(bus, "sim") != 0);
}

/* The protocol of the key, or NULL with an error. */
static const struct wire_protocol *read_protocol(struct site_reader *read, yaml_node *map,
                                                 bool of_inverter)
{
    char why[200];
    yaml_node *node = yaml_get(map, "protocol");
    const char *name = node != NULL ? yaml_text(node) : NULL;
    if (name == NULL) {
        FAIL(node != NULL ? node : map, "protocol: say what the device speaks (%s)",
             of_inverter ? "pi30, srne-modbus" : "see hearth list protocols");
        return NULL;
    }
    const struct wire_protocol *protocol =
        of_inverter ? protocol_of_host(name, why, sizeof why) : protocol_find(name);
    bool good = protocol != NULL;
    if (!of_inverter) {
        good = protocol_speakable(protocol, name, why, sizeof why);
    }
    if (!good) {
        FAIL(node, "protocol: %s", why);
        return NULL;
    }
    return protocol;
}

bool site_read_bus(struct site_reader *read, yaml_node *map, bool of_inverter, struct site_bus *out)
{
    char why[400];
    yaml_node *node = yaml_get(map, "bus");
    const char *bus = node != NULL ? yaml_text(node) : NULL;
    if (bus == NULL || strcmp(bus, "sim") == 0) {
        return FAIL(node != NULL ? node : map,
                    "bus: beside a real device there is no simulated one: name its bus, or leave "
                    "the section out");
    }
    if (!bus_address_read(bus, &out->address, why, sizeof why) ||
        !bus_address_may_open(&out->address, why, sizeof why)) {
        return FAIL(node, "bus: %s (or sim)", why);
    }
    out->protocol = read_protocol(read, map, of_inverter);
    if (out->protocol == NULL) {
        return false;
    }
    bool fits = of_inverter ? inverter_bus_fits(&out->address, out->protocol, why, sizeof why)
                : out->protocol->kind == PROTOCOL_OF_CAN ? bus_carries_frames(out->address.kind)
                                                         : bus_carries_bytes(out->address.kind);
    return fits || FAIL(node, "bus: %s cannot carry %s", bus, out->protocol->name);
}
