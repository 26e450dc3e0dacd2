/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_INVERTER_MPPT_H
#define HEARTH_CORE_INVERTER_MPPT_H

/*
 * Maximum power point tracking of one PV input: perturb and observe with a step that shrinks on
 * each reversal and grows while the power rises. While the power stage holds the input back (the
 * battery is full, nobody wants more) the tracker rests: what it would see is not the modules.
 */

#include <stdbool.h>
#include <stdint.h>

struct mppt {
    int32_t ref_mv; /* voltage asked of the power stage; 0: not running */
    int32_t step_mv;
    int32_t last_w10; /* power at the last look, 0.1 W */
    int8_t direction; /* +1 or -1 */
    uint32_t looked_ms;
};

struct mppt_range {
    int32_t min_mv, max_mv;
};

/* Starts tracking from the open-circuit voltage seen. */
void mppt_start(struct mppt *mppt, const struct mppt_range *range, int32_t open_mv,
                uint32_t now_ms);

/* Looks at the input and moves the reference; call each control step. `held_back`: the stage draws
   less than the modules could give. */
void mppt_step(struct mppt *mppt, const struct mppt_range *range, int32_t pv_mv, int32_t pv_ma,
               bool held_back, uint32_t now_ms);

#endif
