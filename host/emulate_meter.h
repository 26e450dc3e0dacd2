/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_EMULATE_METER_H
#define HEARTH_HOST_EMULATE_METER_H

/* hearth emulate of a meter. */

#include "host/protocols.h"

struct emulate_words {
    const struct wire_protocol *meter;
    const char *bus, *protocol, *address; /* NULL: not said */
    int n_more;
    char **more; /* PROTOCOL:BUS */
};

/* Runs until it is told to end; the exit status. */
int emulate_meter(const struct emulate_words *words);

#endif
