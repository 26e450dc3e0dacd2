/* SPDX-License-Identifier: Apache-2.0 */
/* The list of protocols. */
#include "host/protocols.h"

#include <string.h>

#include "core/proto/can_dialect.h"
#include "core/proto/rs485.h"

#define BOTH_ENDS "battery, inverter"
#define CAN_LINE  "500 kbit/s, 11 bit"
#define CAN(name, dialect, version)                                                   \
    {                                                                                 \
        name, PROTOCOL_CAN, dialect, BOTH_ENDS, CAN_LINE, version, "yes", &can_reader \
    }
#define RS485(name, no, baud)                                                     \
    {                                                                             \
        name, PROTOCOL_RS485, no, "battery, reader", baud " 8N1", "", "yes", NULL \
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
    {"luxpower-rs485", PROTOCOL_RS485, -1, "", "", "",
     "no: there is no register-level source of it", NULL},
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
    return protocol;
}
