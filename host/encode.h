/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENCODE_H
#define HEARTH_HOST_ENCODE_H

/* hearth encode: points to the battery they describe, and that to frames. */

#include <stdio.h>

#include "core/proto/battery_bank.h"
#include "core/proto/can_dialect.h"
#include "host/protocols.h"

enum { ENCODE_POINTS = 1200, ENCODE_POINT = 64, ENCODE_VALUE = 200 };

struct encode_job {
    const struct can_dialect *dialect; /* NULL: a serial protocol, which has packs too */
    struct battery_report report;
    struct battery_bank bank; /* of the packs the parts that were said */
    /* points of packs, in the order they were said */
    int n_points;
    struct {
        int pack; /* 0 first */
        char name[ENCODE_POINT], value[ENCODE_VALUE];
    } point[ENCODE_POINTS];
};

/* "POINT=VALUE"; false with a sentence on stderr. */
bool encode_assign(struct encode_job *job, const char *text);

/* Objects {POINT: value}, or those of decode --json. */
bool encode_read_json(struct encode_job *job, FILE *in);

/* What a serial battery says: one request of `commands` each ("42", "42@3", "0x10:36"), or with
   none of them the protocol's round. */
struct encode_command {
    bool reply; /* else the request */
    const char *text;
};
bool encode_rs485(struct encode_job *job, const struct wire_protocol *protocol,
                  const struct encode_command *commands, int n, FILE *out);

#endif
