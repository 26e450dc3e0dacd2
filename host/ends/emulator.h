/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_EMULATOR_H
#define HEARTH_HOST_ENDS_EMULATOR_H

/* Virtual packs, or an inverter with its packs, with their plant in real time, on real buses, with
   a prompt. */

#include <stdio.h>

#include "host/ends/inverter_end.h"
#include "host/ends/pack_wires.h"
#include "sim/inverter_port.h"

enum { EMULATOR_LINKS = 4 };

struct emulator {
    struct house house;
    struct pack_board *boards;
    struct pack_wires wires;
    struct inverter_port inverter; /* of a house that has one */
    struct inverter_end link[EMULATOR_LINKS];
    int n_links;
    double speed, rest_ms;
    int64_t stepped_ms;
};

/* Makes the packs: `product` with `packs` of them at this SOC; their clocks show `clock_s`. Of an
   inverter: it with the packs of the first battery that fits it, on a grid of 230 V, with some sun
   and some load. */
bool emulator_init(struct emulator *emulator, const struct product *product, int packs,
                   double soc_pct, int64_t clock_s);
void emulator_free(struct emulator *emulator);

/* Adds a bus of the packs or, of a protocol of inverters, of the inverter. False with a sentence; a
   bus that is not there yet is tried again, and `why` says so. */
bool emulator_add(struct emulator *emulator, const struct bus_address *address,
                  const struct wire_protocol *protocol, char *why, size_t room);

/* Lets the time since the last step pass and serves the buses. */
void emulator_step(struct emulator *emulator, int64_t now_ms);

/* One line typed at the prompt; writes the answer to `out`. False: the end was asked for. */
bool emulator_command(struct emulator *emulator, char *line, FILE *out);

#endif
