/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_PROTOCOLS_H
#define HEARTH_HOST_PROTOCOLS_H

/* The protocols a command may name: one list for list, decode, encode and whoever opens a bus. */

#include <stdbool.h>
#include <stddef.h>

#include "host/bus/address.h"

enum protocol_kind { PROTOCOL_OF_CAN, PROTOCOL_OF_RS485, PROTOCOL_OF_HOST, PROTOCOL_OF_METER };

struct wire_protocol {
    const char *name;
    enum protocol_kind kind;
    int index; /* enum can_dialect_id, rs485_protocol, hostlink_protocol, meter_type; -1: there is
                  none */
    const char *ends, *line, *version;
    const char *status; /* "yes", or why not */
};

extern const struct wire_protocol wire_protocols[];
extern const int wire_protocol_count;

const struct wire_protocol *protocol_find(const char *name);

/* True when the protocol can be spoken here. */
bool protocol_is_here(const struct wire_protocol *protocol);

/* Finds the protocol a command was given, or says on stderr which there are; NULL then. */
const struct wire_protocol *protocol_of_command(const char *command, const char *name);

/* False with a sentence for NULL (no such name), for one we cannot speak, and for one that is of
   inverters or meters and not of batteries. */
bool protocol_speakable(const struct wire_protocol *protocol, const char *name, char *why,
                        size_t room);

/* False with a sentence for one whose battery's end is not here. */
bool protocol_is_playable(const struct wire_protocol *protocol, char *why, size_t room);

/* The host link of this name; NULL with a sentence when it is none. */
const struct wire_protocol *protocol_of_host(const char *name, char *why, size_t room);

/* The meter of this name, which is its protocol's too; NULL: none is called so. */
const struct wire_protocol *protocol_of_meter(const char *name);

/* "PROTOCOL:BUS", of any kind of protocol that is here. */
bool protocol_and_bus(const char *text, const struct wire_protocol **protocol,
                      struct bus_address *address, char *why, size_t room);

#endif
