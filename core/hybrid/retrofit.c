/* SPDX-License-Identifier: Apache-2.0 */
/* The retrofit's modes, and the six slots of a day. */
#include "core/hybrid/energy.h"
#include "core/units.h"

int32_t retrofit_plan(const struct retrofit_in *in, enum retrofit_mode mode)
{
    int32_t deficit = in->load_w - in->pv_w; /* + the house lacks */
    if (!in->grid) {                         /* back-up: whatever the mode */
        int32_t given = in->may_discharge ? min_i32(in->load_w, in->discharge_max_w) : 0;
        return in->pv_w > 0 ? max_i32(min_i32(deficit, given), -in->charge_max_w) : given;
    }
    if (!in->sampled) {
        return 0;
    }
    if (mode == RETROFIT_TIMED && in->window == WINDOW_CHARGE) {
        return -in->charge_max_w;
    }
    if (deficit <= 0) {
        return -min_i32(-deficit, in->charge_max_w);
    }
    bool may = in->may_discharge && (mode != RETROFIT_BACK_UP || in->above_reserve);
    return may ? min_i32(deficit, in->discharge_max_w) : 0;
}

/* Minutes from a time to another, round the clock. */
static int32_t until(int32_t from, int32_t to) { return (to - from + DAY_MIN) % DAY_MIN; }

int slot_at(const int32_t start_min[SLOTS], int32_t minute)
{
    for (int i = 0; i < SLOTS; i++) {
        int32_t start = start_min[i] % DAY_MIN;
        int32_t length = until(start, start_min[(i + 1) % SLOTS] % DAY_MIN);
        if (until(start, minute % DAY_MIN) < length) {
            return i;
        }
    }
    return 0;
}
