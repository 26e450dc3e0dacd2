/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_GET_METER_H
#define HEARTH_HOST_GET_METER_H

/* hearth get of a meter. */

#include "host/protocols.h"
#include "host/rs485/items.h"

struct get_meter_words {
    const struct wire_protocol *meter;
    const char *bus, *address; /* address NULL: 1 */
    int n;
    char **names; /* points meter1.*; none: everything */
};

/* Reads the meter once and puts what is wanted into `items`. The exit status; not 0 with a sentence
   on stderr. */
int get_meter(const struct get_meter_words *words, struct items *items);

#endif
