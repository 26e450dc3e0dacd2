/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_PROTOCOLS_H
#define HEARTH_HOST_PROTOCOLS_H

/* The protocols by their names on the command line, for every command. */

#include <stdbool.h>
#include <stddef.h>

#include "host/bus/address.h"

enum protocol_kind { PROTOCOL_OF_CAN, PROTOCOL_OF_RS485 };

struct protocol_row {
    const char *name; /* ends with NULL */
    enum protocol_kind kind;
    int index;       /* enum can_dialect_id or enum rs485_protocol; -1: not supported */
    const char *why; /* of one that is not */
};
extern const struct protocol_row protocol_rows[];

const struct protocol_row *protocol_find(const char *name);
/* False with a sentence for NULL (no such name) and for one we cannot speak. */
bool protocol_speakable(const struct protocol_row *row, const char *name, char *why, size_t room);
/* "PROTOCOL:BUS". */
bool protocol_and_bus(const char *text, const struct protocol_row **row,
                      struct bus_address *address, char *why, size_t room);

#endif
