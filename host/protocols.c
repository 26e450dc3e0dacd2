/* SPDX-License-Identifier: Apache-2.0 */
/* The list of protocols. */
#include "host/protocols.h"

#include <stdio.h>
#include <string.h>

#include "core/proto/can_dialect.h"
#include "core/proto/hostlink.h"
#include "core/proto/meter.h"
#include "core/proto/rs485.h"

#define BOTH_ENDS "battery, inverter"
#define CAN_LINE  "500 kbit/s, 11 bit"
#define CAN(name, dialect, version)                                         \
    {                                                                       \
        name, PROTOCOL_OF_CAN, dialect, BOTH_ENDS, CAN_LINE, version, "yes" \
    }
#define RS485(name, no, baud)                                                  \
    {                                                                          \
        name, PROTOCOL_OF_RS485, no, "battery, reader", baud " 8N1", "", "yes" \
    }

const struct wire_protocol wire_protocols[] = {
    CAN("pylon-can", CAN_PYLON, "V1.2"),
    CAN("pylon13-can", CAN_PYLON13, "V1.3"),
    CAN("pylon20-can", CAN_PYLON20, "V2.0.6"),
    CAN("victron-can", CAN_VICTRON, "as captured"),
    CAN("growatt-can", CAN_GROWATT, "V1.04"),
    CAN("goodwe-can", CAN_GOODWE, "as captured"),
    CAN("sma-can", CAN_SMA, "FSS 1.0"),
    CAN("sofar-can", CAN_SOFAR, "as captured"),
    CAN("deye-can", CAN_DEYE, "V1.2"),
    CAN("deye-pcs-can", CAN_DEYE_PCS, "V3.3"),
    CAN("luxpower-can", CAN_LUXPOWER, "V04.2"),
    RS485("pylon-rs485", RS485_PYLON, "115200"),
    RS485("voltronic-rs485", RS485_VOLTRONIC, "9600"),
    RS485("growatt-rs485", RS485_GROWATT, "9600"),
    RS485("pace", RS485_PACE, "9600"),
    RS485("pace-modbus", RS485_PACE_MODBUS, "9600"),
    RS485("jbd", RS485_JBD, "9600"),
    {"seplos", PROTOCOL_OF_RS485, RS485_SEPLOS, "reader", "9600 8N1", "V2.0", "yes"},
    {"seplos-modbus", PROTOCOL_OF_RS485, RS485_SEPLOS3, "reader", "19200 8N1", "V3", "yes"},
    {"daly", PROTOCOL_OF_RS485, RS485_DALY, "reader", "9600 8N1", "V1.2", "yes"},
    {"jk", PROTOCOL_OF_RS485, RS485_JK, "reader", "115200 8N1", "0x4E57", "yes"},
    {"pi30", PROTOCOL_OF_HOST, HOSTLINK_PI30, "inverter, reader", "2400 8N1", "PI30", "yes"},
    {"srne-modbus", PROTOCOL_OF_HOST, HOSTLINK_SRNE, "inverter, reader", "9600 8N1", "V1.96",
     "yes"},
    {"ddsu666", PROTOCOL_OF_METER, METER_DDSU666, "meter, reader", "9600 8N1", "CHINT", "yes"},
    {"dtsu666", PROTOCOL_OF_METER, METER_DTSU666, "meter, reader", "9600 8N1", "CHINT", "yes"},
    {"luxpower-rs485", PROTOCOL_OF_RS485, -1, "", "", "",
     "no: there is no register-level source of it"},
};
const int wire_protocol_count = sizeof wire_protocols / sizeof wire_protocols[0];

const struct wire_protocol *protocol_find(const char *name)
{
    for (int i = 0; i < wire_protocol_count; i++) {
        if (strcmp(wire_protocols[i].name, name) == 0) {
            return &wire_protocols[i];
        }
    }
    return NULL;
}

bool protocol_is_here(const struct wire_protocol *protocol) { return protocol->index >= 0; }

bool protocol_is_playable(const struct wire_protocol *protocol, char *why, size_t room)
{
    bool well = protocol->kind == PROTOCOL_OF_CAN ||
                (protocol->kind == PROTOCOL_OF_RS485 &&
                 rs485_has_server((enum rs485_protocol)protocol->index));
    if (!well) {
        snprintf(why, room, "%s can be read, but not spoken as a battery", protocol->name);
    }
    return well;
}

const struct wire_protocol *protocol_of_command(const char *command, const char *name)
{
    const struct wire_protocol *protocol = name != NULL ? protocol_find(name) : NULL;
    if (protocol == NULL) {
        fprintf(stderr, "hearth %s: there is no protocol \"%s\" (allowed:", command,
                name != NULL ? name : "");
        for (int i = 0; i < wire_protocol_count; i++) {
            if (protocol_is_here(&wire_protocols[i])) {
                fprintf(stderr, " %s", wire_protocols[i].name);
            }
        }
        fprintf(stderr, ")\n");
        return NULL;
    }
    if (!protocol_is_here(protocol)) {
        fprintf(stderr, "hearth %s: %s is not here: %s\n", command, name, protocol->status + 4);
        return NULL;
    }
    char why[120];
    if (protocol->kind == PROTOCOL_OF_RS485 && !protocol_is_playable(protocol, why, sizeof why)) {
        fprintf(stderr, "hearth %s: %s (hearth monitor and hearth bridge read it)\n", command, why);
        return NULL;
    }
    return protocol;
}

static bool is_known(const struct wire_protocol *protocol, const char *name, char *why, size_t room)
{
    if (protocol == NULL) {
        snprintf(why, room, "there is no protocol \"%.60s\" (see hearth list protocols)", name);
        return false;
    }
    if (!protocol_is_here(protocol)) {
        snprintf(why, room, "%s is not here: %s", protocol->name, protocol->status + 4);
        return false;
    }
    return true;
}

bool protocol_speakable(const struct wire_protocol *protocol, const char *name, char *why,
                        size_t room)
{
    if (!is_known(protocol, name, why, room)) {
        return false;
    }
    if (protocol->kind == PROTOCOL_OF_METER) {
        snprintf(why, room, "%s is spoken by a meter, not by batteries (see hearth get --help)",
                 protocol->name);
        return false;
    }
    if (protocol->kind == PROTOCOL_OF_HOST) {
        snprintf(why, room, "%s is spoken by inverters, not by batteries (see hearth get --help)",
                 protocol->name);
        return false;
    }
    return true;
}

const struct wire_protocol *protocol_of_host(const char *name, char *why, size_t room)
{
    const struct wire_protocol *protocol = protocol_find(name);
    if (protocol != NULL && protocol->kind == PROTOCOL_OF_HOST) {
        return protocol;
    }
    snprintf(why, room, "\"%.60s\" is no protocol of inverters (allowed: pi30, srne-modbus)", name);
    return NULL;
}

const struct wire_protocol *protocol_of_meter(const char *name)
{
    const struct wire_protocol *protocol = protocol_find(name);
    return protocol != NULL && protocol->kind == PROTOCOL_OF_METER ? protocol : NULL;
}

bool protocol_and_bus(const char *text, const struct wire_protocol **protocol,
                      struct bus_address *address, char *why, size_t room)
{
    char name[40];
    size_t length = strcspn(text, ":");
    if (text[length] == '\0' || length >= sizeof name) {
        snprintf(why, room, "\"%.80s\" is not PROTOCOL:BUS (pylon-can:can:can0)", text);
        return false;
    }
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    *protocol = protocol_find(name);
    return is_known(*protocol, name, why, room) &&
           bus_address_read(text + length + 1, address, why, room);
}
