/* SPDX-License-Identifier: Apache-2.0 */
#include "core/inverter/sampling.h"

enum { PHASE_A = 1, PHASE_C = 4, ALL_PHASES = 7 };

const struct sampling_plan sampling_plans[SAMPLING_COUNT] = {
    [SAMPLING_CT] = {.name = "ct"},
    [SAMPLING_METER_2X3PH] =
        {"meter_2x3ph", 2, METER_DTSU666, {1, 2}, {0, ALL_PHASES}, {1, ALL_PHASES}},
    [SAMPLING_METER_1X3PH] = {"meter_1x3ph", 1, METER_DTSU666, {1, 0}, {0, PHASE_A}, {0, PHASE_C}},
    [SAMPLING_METER_2X1PH] = {"meter_2x1ph", 2, METER_DDSU666, {1, 2}, {0, PHASE_A}, {1, PHASE_A}},
};

enum sampling_verdict sampling_check(enum sampling sampling, const struct sampling_parts *parts)
{
    const struct sampling_plan *plan = &sampling_plans[sampling];
    if (parts->n_meters > 0 && (parts->ct || plan->n_meters == 0)) {
        return SAMPLING_BOTH;
    }
    if (plan->n_meters > 0 && parts->ct) {
        return SAMPLING_BOTH;
    }
    if (parts->n_meters == 2 && parts->type[0] != parts->type[1]) {
        return SAMPLING_MIXED;
    }
    if (parts->n_meters > 0 && parts->type[0] != plan->type) {
        return SAMPLING_WRONG_TYPE;
    }
    bool enough = plan->n_meters > 0 ? parts->n_meters >= plan->n_meters : parts->ct;
    return enough ? SAMPLING_OK : SAMPLING_MISSING;
}

/* 0.1 W to W, rounded to the nearest. */
static int32_t whole_w(int64_t w10) { return (int32_t)((w10 + (w10 < 0 ? -5 : 5)) / 10); }

/* One side from its meter; `sign` turns what the meter counts into what the side means. */
static struct sampled read_side(const struct sampling_side *side, const struct meter_view *view,
                                int32_t sign)
{
    struct sampled out = {0};
    int64_t sum = 0;
    uint8_t wanted = 0;
    for (unsigned phase = 0; view != NULL && phase < METER_PHASES; phase++) {
        enum meter_value id = (enum meter_value)(METER_L1_W10 + phase);
        if ((side->phases >> phase & 1) == 0) {
            continue;
        }
        wanted++;
        if (meter_has(view, id)) {
            sum += sign * view->value[id];
            out.phase_w[out.n_phases++] = whole_w(sign * view->value[id]);
        }
    }
    bool all = wanted > 0 && out.n_phases == wanted;
    out.n_phases = all ? wanted : 0;
    out.known = all;
    if (view != NULL && side->phases == ALL_PHASES) { /* the meter's own sum, of the same moment */
        out.known = meter_has(view, METER_W10);
        sum = sign * view->value[METER_W10];
    }
    out.w = out.known ? whole_w(sum) : 0;
    return out;
}

static struct sampled read_ct(bool known, int32_t w)
{
    return (struct sampled){
        .known = known, .w = known ? w : 0, .n_phases = known ? 1 : 0, .phase_w = {known ? w : 0}};
}

void sampling_read(enum sampling sampling, const struct sampling_inputs *in, struct sampled *grid,
                   struct sampled *pv)
{
    const struct sampling_plan *plan = &sampling_plans[sampling];
    int32_t grid_sign = in->grid_reversed ? -1 : 1;
    int32_t pv_sign = in->pv_reversed ? -1 : 1;
    if (plan->n_meters == 0) {
        *grid = read_ct(in->ct.known, grid_sign * in->ct.grid_w);
        *pv = read_ct(in->ct.known, pv_sign * in->ct.pv_w);
        return;
    }
    *grid = read_side(&plan->grid, in->meter[plan->grid.meter], grid_sign);
    *pv = read_side(&plan->pv, in->meter[plan->pv.meter], -pv_sign);
}
