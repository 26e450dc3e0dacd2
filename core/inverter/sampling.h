/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_INVERTER_SAMPLING_H
#define HEARTH_CORE_INVERTER_SAMPLING_H

/*
 * Where a retrofit inverter reads what its house buys and what the PV beside it gives: current
 * transformers, or one of three arrangements of meters. Called each step; no state.
 *
 * Signs: grid + is bought, PV + is given (a little below 0 at night is the PV inverter's own use).
 * Scenario 104 reads a PV of 2000 W as -2000 W at its meter: meters count PV as sold, transformers
 * that point to the load count it as given. A direction that was mounted the wrong way is set right
 * by the side's `reversed`.
 *
 * Source: manual 001 s4.7 (topologies, addresses, "CT and meters not in a same system", "single
 * phase and three phase meters not at a same time").
 */

#include "core/proto/meter.h"

enum sampling {
    SAMPLING_CT,
    SAMPLING_METER_2X3PH, /* two three-phase meters */
    SAMPLING_METER_1X3PH, /* one, split: phase A the grid, phase C the PV, B ignored */
    SAMPLING_METER_2X1PH, /* two single-phase meters */
    SAMPLING_COUNT
};

struct sampling_side {
    uint8_t meter;  /* its place in `meter` of the inputs */
    uint8_t phases; /* bit per phase of that meter, A first */
};

struct sampling_plan {
    const char *name; /* as the setting has it */
    uint8_t n_meters;
    enum meter_type type;
    uint8_t address[2]; /* as the manual wants them */
    struct sampling_side grid, pv;
};
extern const struct sampling_plan sampling_plans[SAMPLING_COUNT];

/* What a system has; a meter is what it is by type, or is not there. */
struct sampling_parts {
    bool ct;
    uint8_t n_meters;
    enum meter_type type[2];
};

enum sampling_verdict {
    SAMPLING_OK,
    SAMPLING_BOTH,       /* CT and meter together */
    SAMPLING_MIXED,      /* meters of both kinds */
    SAMPLING_WRONG_TYPE, /* of the other kind than the solution wants */
    SAMPLING_MISSING     /* of what the solution wants something is not there */
};

/* Whether a solution can be had with these parts. */
enum sampling_verdict sampling_check(enum sampling sampling, const struct sampling_parts *parts);

struct sampling_inputs {
    const struct meter_view *meter[2]; /* NULL: silent, or none */
    struct {
        bool known;
        int32_t grid_w, pv_w; /* arrows to the load: + bought, + given */
    } ct;
    bool grid_reversed, pv_reversed;
};

struct sampled {
    bool known; /* of `w` */
    int32_t w;
    uint8_t n_phases; /* of `phase_w` that are known; 0: only the sum */
    int32_t phase_w[METER_PHASES];
};

/* Power of the grid and of the PV. What a silent meter should have said is unknown, never 0. */
void sampling_read(enum sampling sampling, const struct sampling_inputs *in, struct sampled *grid,
                   struct sampled *pv);

#endif
