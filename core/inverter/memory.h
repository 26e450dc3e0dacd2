/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_INVERTER_MEMORY_H
#define HEARTH_CORE_INVERTER_MEMORY_H

/*
 * What an inverter remembers over a loss of power: its settings, its energy counters, the days
 * since it last equalised. The caller gives a flash and calls inverter_memory_step() after each
 * inverter_step(). Settings are written when they change, counters each hour, at midnight and when
 * the supply fails; with a setting changed each day a sector of 4 kB wears some 4 000 times in 20
 * years (a test counts it; flash stands 100 000). Journal and its promises under power cuts:
 * core/nvm/nvm.h.
 *
 * A stored setting that its row refuses is not used: the default stands instead, alarm 502 tells it
 * until the memory was written well again.
 */

#include "core/inverter/inverter.h"
#include "core/nvm/nvm.h"

enum { INVERTER_MEMORY_SECTORS = 2 };

/* Kinds of stored values. */
enum inverter_region { INVERTER_SETTINGS, INVERTER_COUNTERS };

struct inverter_memory {
    struct nvm nvm;
    bool mounted;
    bool unsaved; /* something could not be written, or was found broken */
    /* private */
    int32_t stored[SET_COUNT];
    int32_t stored_day;
    uint32_t saved_ms;
    uint8_t scratch[4 * SET_COUNT]; /* kept off the stack */
};

/* Finds the flash's content and puts it into an inverter fresh from inverter_init(): called once at
   power-up, before the first step. The inverter runs with defaults when the flash fails. */
enum nvm_result inverter_memory_mount(struct inverter_memory *memory, const struct flash *flash,
                                      struct inverter *inverter) MUST_USE;

/* Saves what is due. */
void inverter_memory_step(struct inverter_memory *memory, struct inverter *inverter);

/* Saves everything now: the supply fails. */
enum nvm_result inverter_memory_save(struct inverter_memory *memory,
                                     const struct inverter *inverter);

#endif
