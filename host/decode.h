/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DECODE_H
#define HEARTH_HOST_DECODE_H

/* How `hearth decode` reads a kind of protocol. */

#include <stdio.h>

#include "host/protocols.h"

/* One run of `hearth decode`; `state` is the codec's own. */
struct decode_job {
    const struct wire_protocol *protocol;
    FILE *out;
    bool json;
    long broken; /* lines that were told as broken */
    void *state;
};

/* Begin once, then line by line, then end. */
struct protocol_reader {
    bool (*begin)(struct decode_job *job); /* false: no memory */
    void (*line)(struct decode_job *job, const char *line);
    void (*end)(struct decode_job *job);
};

/* decode_can.c */
extern const struct protocol_reader can_reader;

#endif
