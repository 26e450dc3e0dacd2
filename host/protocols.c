/* SPDX-License-Identifier: Apache-2.0 */
#include "host/protocols.h"

#include <stdio.h>
#include <string.h>

#include "core/proto/can_dialect.h"
#include "core/proto/rs485.h"

const struct protocol_row protocol_rows[] = {
    {"pylon-can", PROTOCOL_OF_CAN, CAN_PYLON, NULL},
    {"pylon13-can", PROTOCOL_OF_CAN, CAN_PYLON13, NULL},
    {"pylon20-can", PROTOCOL_OF_CAN, CAN_PYLON20, NULL},
    {"growatt-can", PROTOCOL_OF_CAN, CAN_GROWATT, NULL},
    {"goodwe-can", PROTOCOL_OF_CAN, CAN_GOODWE, NULL},
    {"sma-can", PROTOCOL_OF_CAN, CAN_SMA, NULL},
    {"sofar-can", PROTOCOL_OF_CAN, CAN_SOFAR, NULL},
    {"victron-can", PROTOCOL_OF_CAN, CAN_VICTRON, NULL},
    {"deye-can", PROTOCOL_OF_CAN, CAN_DEYE, NULL},
    {"deye-pcs-can", PROTOCOL_OF_CAN, CAN_DEYE_PCS, NULL},
    {"luxpower-can", PROTOCOL_OF_CAN, CAN_LUXPOWER, NULL},
    {"pylon-rs485", PROTOCOL_OF_RS485, RS485_PYLON, NULL},
    {"voltronic-rs485", PROTOCOL_OF_RS485, RS485_VOLTRONIC, NULL},
    {"growatt-rs485", PROTOCOL_OF_RS485, RS485_GROWATT, NULL},
    {"pace", PROTOCOL_OF_RS485, RS485_PACE, NULL},
    {"pace-modbus", PROTOCOL_OF_RS485, RS485_PACE_MODBUS, NULL},
    {"jbd", PROTOCOL_OF_RS485, RS485_JBD, NULL},
    {"luxpower-rs485", PROTOCOL_OF_RS485, -1, "no register-level source of it is public"},
    {NULL, PROTOCOL_OF_CAN, -1, NULL},
};

const struct protocol_row *protocol_find(const char *name)
{
    for (const struct protocol_row *row = protocol_rows; row->name != NULL; row++) {
        if (strcmp(row->name, name) == 0) {
            return row;
        }
    }
    return NULL;
}

bool protocol_speakable(const struct protocol_row *row, const char *name, char *why, size_t room)
{
    if (row == NULL) {
        snprintf(why, room, "there is no protocol \"%.60s\" (see hearth list protocols)", name);
        return false;
    }
    if (row->index < 0) {
        snprintf(why, room, "%s is not supported: %s", row->name, row->why);
        return false;
    }
    return true;
}

bool protocol_and_bus(const char *text, const struct protocol_row **row,
                      struct bus_address *address, char *why, size_t room)
{
    char name[40];
    size_t length = strcspn(text, ":");
    if (text[length] == '\0' || length >= sizeof name) {
        snprintf(why, room, "\"%.80s\" is not PROTOCOL:BUS (pylon-can:can:can0)", text);
        return false;
    }
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    *row = protocol_find(name);
    return protocol_speakable(*row, name, why, room) &&
           bus_address_read(text + length + 1, address, why, room);
}
