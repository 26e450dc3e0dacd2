/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_PACK_WIRES_H
#define HEARTH_HOST_ENDS_PACK_WIRES_H

/*
 * The virtual packs of a house on real buses: the core of the real board, asked by anybody's
 * program. On a bus opened with a protocol of the packs' own list the packs' setting decides what
 * is spoken there, live; a protocol outside that list (the PC tool's), and a second bus of the same
 * kind, is a port of its own.
 */

#include "host/ends/battery_end.h"
#include "sim/pack_orders.h"

enum { PACK_WIRES = 4 };

struct pack_wire {
    struct battery_end end;
    bool follows; /* the packs' setting */
    bool pc;      /* the PC's port, RS232: a byte wakes the host */
    struct pack_bank packs;
    struct pack_orders orders;
    char said_state[160];
};

/* Says what happens on a bus, in one sentence. */
typedef void pack_wires_told_fn(void *context, const char *text);

struct pack_wires {
    struct house *house; /* whose packs they are; set before the first is added */
    struct pack_wire wire[PACK_WIRES];
    int n;
    pack_wires_told_fn *told;
    void *context;
};

/* Adds a bus. `protocol` NULL: what the packs' setting says. False with a sentence when the bus
   cannot carry it; a bus that is not there yet is tried again, and `why` says so. */
bool pack_wires_add(struct pack_wires *wires, const struct bus_address *address,
                    const struct wire_protocol *protocol, int64_t now_ms, char *why, size_t room);

/* Serves the buses; `now_ms` is real time. */
void pack_wires_step(struct pack_wires *wires, int64_t now_ms);

void pack_wires_close(struct pack_wires *wires);

#endif
