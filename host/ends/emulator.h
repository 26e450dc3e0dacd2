/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_EMULATOR_H
#define HEARTH_HOST_ENDS_EMULATOR_H

/* A virtual pack or stack with its plant in real time, on real buses, with a prompt. */

#include <stdio.h>

#include "host/ends/pack_wires.h"

struct emulator {
    struct house house;
    struct pack_board *boards;
    struct pack_wires wires;
    double speed, rest_ms;
    int64_t stepped_ms;
};

/* Makes the packs: `product` with `packs` of them at this SOC; their clocks show `clock_s`. */
bool emulator_init(struct emulator *emulator, const struct product *product, int packs,
                   double soc_pct, int64_t clock_s);
void emulator_free(struct emulator *emulator);

/* Lets the time since the last step pass and serves the buses. */
void emulator_step(struct emulator *emulator, int64_t now_ms);

/* One line typed at the prompt; writes the answer to `out`. False: the end was asked for. */
bool emulator_command(struct emulator *emulator, char *line, FILE *out);

#endif
