/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INVERTER_DESK_H
#define HEARTH_HOST_INVERTER_DESK_H

/* What hearth get and hearth set share: a real inverter, found by the command line, read once and
   written setting by setting. */

#include "core/product/product.h"
#include "host/cli.h"
#include "host/ends/inverter_reader.h"

struct inverter_desk {
    const char *command; /* for what is said on stderr */
    struct inverter_reader reader;
    const struct product *product; /* whose settings and rules count */
    bool named;                    /* by the user */
};

/* Values of the command's options, in this order. */
enum { DESK_PROTOCOL, DESK_ADDRESS, DESK_PRODUCT, DESK_OPTIONS };

/* Opens the inverter of a command line: its bus and options. 0, or the exit status with a sentence
   on stderr. */
int inverter_desk_open(struct inverter_desk *desk, const char *command, const char *bus,
                       const char *const *values);
void inverter_desk_close(struct inverter_desk *desk);

/* Reads all of it once; false with a sentence on stderr when nobody answers. */
bool inverter_desk_read(struct inverter_desk *desk);

/* Writes one setting and reads all anew. `why` says what the device said when it is not there
   then. */
bool inverter_desk_write(struct inverter_desk *desk, const struct setting_row *row, int32_t value,
                         char *why, size_t room);

#endif
