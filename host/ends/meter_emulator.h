/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_METER_EMULATOR_H
#define HEARTH_HOST_ENDS_METER_EMULATOR_H

/* One or two virtual meters on real buses, with a prompt: the first at the grid, the second at the
   PV. */

#include <stdio.h>

#include "core/panel/meter_keys.h"
#include "host/ends/meter_end.h"
#include "host/ends/meter_model.h"

enum { METER_BUSES = 4 };

struct meter_emulator {
    int n_meters, n_buses;
    struct emulated_meter {
        struct meter_unit unit;
        struct meter_model model;
        struct meter_keys keys;
        bool cut; /* off the line */
    } meter[METERS_ON_LINE];
    struct meter_end bus[METER_BUSES];
};

/* `n` meters of a type at these addresses. */
void meter_emulator_init(struct meter_emulator *emulator, enum meter_type type,
                         const uint8_t *address, int n);
void meter_emulator_close(struct meter_emulator *emulator);

/* Adds a bus; false with a sentence. One that is not there yet is tried again, `why` says so. */
bool meter_emulator_add(struct meter_emulator *emulator, const struct bus_address *address,
                        char *why, size_t room);

/* Lets the time since the last step pass and serves the buses. */
void meter_emulator_step(struct meter_emulator *emulator, int64_t now_ms);

/* One line typed at the prompt; writes the answer to `out`. False: the end was asked for. */
bool meter_emulator_command(struct meter_emulator *emulator, char *line, FILE *out);

#endif
