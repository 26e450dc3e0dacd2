/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_GUIDE_H
#define HEARTH_CORE_PRODUCT_GUIDE_H

/*
 * Start-up guides as data: what an installer confirms, in which order, and how long a step has to
 * be waited for before the next is released (VT s5.1: eight checks; ES s4 note 3: five minutes
 * between inverter and battery; manual 001 s5.2 s5.5: order of the switches). The state machine
 * only knows order and time; it never touches a device.
 */

#include <stdbool.h>
#include <stdint.h>

struct guide_step {
    const char *text;
    uint16_t wait_s; /* after its confirmation, before the next one is taken */
};

struct guide {
    const struct guide_step *steps;
    uint8_t n;
};

extern const struct guide guide_vt12040, guide_es_series, guide_b1;

enum guide_answer {
    GUIDE_DONE = 0,
    GUIDE_OUT_OF_ORDER = -1,
    GUIDE_TOO_EARLY = -2,
    GUIDE_OVER = -3
};

struct guide_state {
    const struct guide *guide;
    uint8_t next; /* step to be confirmed, from 0 */
    uint32_t confirmed_ms;
};

void guide_begin(struct guide_state *state, const struct guide *guide, uint32_t now_ms);

/* Confirms step `step` (from 0); anything but GUIDE_DONE changes nothing. */
enum guide_answer guide_confirm(struct guide_state *state, int step, uint32_t now_ms);

/* Time until the next step is released, ms; 0: now. */
uint32_t guide_wait_ms(const struct guide_state *state, uint32_t now_ms);

#endif
