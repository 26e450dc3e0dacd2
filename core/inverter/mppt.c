/* SPDX-License-Identifier: Apache-2.0 */
/* Perturb and observe. Shares of the voltage are per mille so that any string fits. */
#include "core/inverter/mppt.h"

#include "core/units.h"

enum {
    LOOK_MS = 100,
    START_PERMILLE = 830,     /* of the open-circuit voltage: where silicon modules peak */
    STEP_MIN_PERMILLE10 = 15, /* 0.15 % of the voltage: costs below 0.01 % of the power */
    STEP_MAX_PERMILLE10 = 200,
    STEP_START_PERMILLE10 = 100
};

static int32_t share(int32_t mv, int32_t permille10)
{
    return max_i32((int32_t)((int64_t)mv * permille10 / 10000), 50);
}

void mppt_start(struct mppt *mppt, const struct mppt_range *range, int32_t open_mv, uint32_t now_ms)
{
    int32_t ref = (int32_t)((int64_t)open_mv * START_PERMILLE / 1000);
    *mppt = (struct mppt){
        .ref_mv = clamp_i32(ref, range->min_mv, range->max_mv),
        .step_mv = share(open_mv, STEP_START_PERMILLE10),
        .direction = -1,
        .looked_ms = now_ms,
    };
}

void mppt_step(struct mppt *mppt, const struct mppt_range *range, int32_t pv_mv, int32_t pv_ma,
               bool held_back, uint32_t now_ms)
{
    if (!time_reached(now_ms, mppt->looked_ms + LOOK_MS)) {
        return;
    }
    mppt->looked_ms = now_ms;
    if (held_back) {
        mppt->last_w10 = 0; /* the next free look starts a new comparison */
        return;
    }
    int32_t w10 = (int32_t)((int64_t)pv_mv * pv_ma / 100000);
    if (w10 < mppt->last_w10) {
        mppt->direction = (int8_t)-mppt->direction;
        mppt->step_mv = max_i32(mppt->step_mv / 2, share(mppt->ref_mv, STEP_MIN_PERMILLE10));
    } else {
        mppt->step_mv = min_i32(mppt->step_mv + mppt->step_mv / 8 + 1,
                                share(mppt->ref_mv, STEP_MAX_PERMILLE10));
    }
    mppt->last_w10 = w10;
    mppt->ref_mv =
        clamp_i32(mppt->ref_mv + mppt->direction * mppt->step_mv, range->min_mv, range->max_mv);
}
