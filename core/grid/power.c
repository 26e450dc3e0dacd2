/* SPDX-License-Identifier: Apache-2.0 */
/* Curves over voltage and power, reactive power, the circle of apparent power. */
#include "core/grid/grid.h"

enum { PERMILLE = 1000 };

int32_t grid_curve_at(const struct grid_curve *curve, int32_t x, int32_t otherwise)
{
    if (curve->n == 0) {
        return otherwise;
    }
    int i = 1;
    while (i + 1 < curve->n && x > curve->x[i]) {
        i++;
    }
    return curve->n == 1 ? curve->y[0]
                         : line_i32(x, curve->x[i - 1], curve->y[i - 1], curve->x[i], curve->y[i]);
}

uint32_t root_u64(uint64_t value)
{
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit != 0; bit >>= 1) {
        if ((root | bit) * (root | bit) <= value) {
            root |= bit;
        }
    }
    return (uint32_t)root;
}

/* The other leg of a circle. */
static int32_t other_leg(int32_t radius, int32_t leg)
{
    int64_t rest = (int64_t)radius * radius - (int64_t)leg * leg;
    return rest > 0 ? (int32_t)root_u64((uint64_t)rest) : 0;
}

/* Reactive power that goes with a power at a power factor; its sign is the factor's. */
static int32_t var_at(int32_t watt, int32_t pf_permille)
{
    int32_t pf = clamp_i32(abs_i32(pf_permille), 1, PERMILLE);
    int64_t va = (int64_t)abs_i32(watt) * PERMILLE / pf;
    int32_t var = other_leg((int32_t)min_i32((int32_t)va, 1 << 30), abs_i32(watt));
    return pf_permille < 0 ? -var : var;
}

/* The most power whose own reactive share stays within the circle. */
static int32_t at_factor(int32_t watt, int32_t rated_va, int32_t pf_permille)
{
    int32_t most = (int32_t)((int64_t)rated_va * abs_i32(pf_permille) / PERMILLE);
    return clamp_i32(watt, -most, most);
}

struct grid_power grid_within(const struct grid_code *code, const struct grid_order *order,
                              int32_t watt)
{
    struct grid_power out = {clamp_i32(watt, -order->rated_va, order->rated_va), 0};
    int32_t pf = PERMILLE;
    switch (order->mode) {
    case REACTIVE_NONE: return out;
    case REACTIVE_FIXED_PF: pf = order->pf_permille; break;
    case REACTIVE_COSPHI_P: {
        int32_t share =
            (int32_t)((int64_t)abs_i32(out.watt) * PERMILLE / max_i32(order->rated_va, 1));
        pf = grid_curve_at(&code->cosphi_p, share, PERMILLE);
        break;
    }
    case REACTIVE_VOLT_VAR:
        out.var = (int32_t)((int64_t)grid_curve_at(&code->volt_var, order->mv, 0) *
                            order->rated_va / PERMILLE);
        int32_t left = other_leg(order->rated_va, out.var);
        out.watt = clamp_i32(out.watt, -left, left);
        return out;
    }
    out.watt = at_factor(out.watt, order->rated_va, pf);
    out.var = var_at(out.watt, pf);
    return out;
}
