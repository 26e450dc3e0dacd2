/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_PROTOCOLS_H
#define HEARTH_HOST_PROTOCOLS_H

/* The protocols a command may name: one list for list, decode, encode and whoever opens a bus. */

#include <stdbool.h>
#include <stdio.h>

enum protocol_kind { PROTOCOL_CAN, PROTOCOL_RS485 };

struct wire_protocol;

/* One run of `hearth decode`; `state` is the codec's own. */
struct decode_job {
    const struct wire_protocol *protocol;
    FILE *out;
    bool json;
    long broken; /* lines that were told as broken */
    void *state;
};

/* How `hearth decode` reads a protocol: begin once, then line by line, then end. */
struct protocol_reader {
    bool (*begin)(struct decode_job *job); /* false: no memory */
    void (*line)(struct decode_job *job, const char *line);
    void (*end)(struct decode_job *job);
};

struct wire_protocol {
    const char *name;
    enum protocol_kind kind;
    int index; /* enum can_dialect_id, enum rs485_protocol; -1: there is none */
    const char *ends, *line, *version;
    const char *status;                   /* "yes", or why not */
    const struct protocol_reader *reader; /* NULL: decode cannot read it */
};

extern const struct wire_protocol wire_protocols[];
extern const int wire_protocol_count;

const struct wire_protocol *protocol_find(const char *name);

/* True when the protocol can be spoken here. */
bool protocol_is_here(const struct wire_protocol *protocol);

/* Finds the protocol a command was given, or says on stderr which there are; NULL then. */
const struct wire_protocol *protocol_of_command(const char *command, const char *name);

/* decode_can.c */
extern const struct protocol_reader can_reader;

#endif
