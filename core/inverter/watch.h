/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_INVERTER_WATCH_H
#define HEARTH_CORE_INVERTER_WATCH_H

/*
 * What raises each fault and alarm that inverter_protect() judges, for how long it must hold, what
 * it stops and how it ends: one row each (manual 003, 7.1; figures not printed there are inferred
 * and stand in the fault table).
 */

#include "core/inverter/inverter.h"

enum fault_end {
    END_BY_ITSELF,  /* once its condition is away for `back_ms` */
    END_BY_HAND,    /* a person restarts */
    END_BY_LADDER,  /* 30 s, 30 s, 1 h, then by hand; all by hand with [22] DIS */
    END_BY_COOLING, /* by itself with [23], else by hand */
    END_BY_TRIES    /* by itself three times, then by hand */
};

typedef bool watch_fn(const struct inverter *inverter);

struct watch_row {
    uint8_t stops;
    enum fault_end end;
    uint32_t after_ms, back_ms;
    watch_fn *away; /* NULL: when its condition is not seen */
};

extern const struct watch_row watch_rows[FAULT_COUNT]; /* by fault_id */

/* Whose condition holds now, a bit per fault_id. All in one stretch of code: it runs each step. */
uint64_t watch_seen(const struct inverter *inverter);

#endif
