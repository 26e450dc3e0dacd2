/* SPDX-License-Identifier: Apache-2.0 */
/* Early warnings; what they are in the header. */
#include "core/bms/warn.h"

#include "core/bms/bms.h"

enum {
    STEP_SHARE = 10,    /* of the rating: a step of the current to learn from */
    SENSOR_RANGE = 5,   /* x rating: beyond it no sensor can see */
    STEP_GAP_MS = 1200, /* between two samples at most */
    FAST = 4,
    SLOW = 64,
    STEPS_FIRST = 8,       /* steps before anything is said */
    LOOSE_UOHM_AH = 50000, /* 0.5 mOhm at 100 Ah: 50 mV and 5 W at 100 A */
    FAMILY_MV = 3150,      /* the others are still above the knee */
    AHEAD_MV = 80,
    AHEAD_MS = 60000,
    LEVEL_MV = 30, /* in step with the others at the top */
    BEHIND_MV = 60,
    BEHIND_TIMES = 3,
    DAY_S = 20 * 3600 /* full charges closer together count once */
};

static void set_warning(struct bms *bms, enum bms_warning warning, int cell, bool on)
{
    struct bms_warnings *w = &bms->warnings;
    unsigned bit = 1U << warning;
    if (((w->active & bit) != 0) == on) {
        return;
    }
    w->active = (uint8_t)(on ? w->active | bit : w->active & ~bit);
    w->cell[warning] = (uint8_t)cell;
    bms_tell(bms, on ? EVENT_WARNING_SET : EVENT_WARNING_CLEAR,
             (uint8_t)((unsigned)warning | (unsigned)cell << 4));
}

static bool is_set(const struct bms *bms, enum bms_warning warning)
{
    return (bms->warnings.active >> warning & 1) != 0;
}

/* --- connection ------------------------------------------------------------------------------ */

static void follow_excess(struct bms *bms, int cell, int32_t excess_uohm)
{
    struct bms_warnings *w = &bms->warnings;
    int32_t limit = LOOSE_UOHM_AH / max_i32(bms->param[PARAM_DESIGN_CAPACITY] / 1000, 1);
    w->excess_uohm[cell] += (excess_uohm - w->excess_uohm[cell]) / FAST;
    bool told = is_set(bms, WARN_CONNECTION) && w->cell[WARN_CONNECTION] == cell;
    if (w->n_steps < STEPS_FIRST) {
        w->usual_uohm[cell] = w->excess_uohm[cell];
        return;
    }
    int32_t jump = w->excess_uohm[cell] - w->usual_uohm[cell];
    if (told) {
        set_warning(bms, WARN_CONNECTION, cell, jump > limit / 2);
        return; /* what is usual stands still until it is mended */
    }
    w->usual_uohm[cell] += (excess_uohm - w->usual_uohm[cell]) / SLOW;
    if (jump > limit) {
        set_warning(bms, WARN_CONNECTION, cell, true);
    }
}

/* Jump of the current since the last sample; a reading no sensor can give is none. */
static int32_t step_of(const struct bms *bms, const struct bms_inputs *in)
{
    int32_t most_ma = bms->profile->rated_ma * SENSOR_RANGE;
    bool can_be = in->current_ma <= most_ma && in->current_ma >= -most_ma;
    return can_be ? in->current_ma - bms->soc.last_ma : 0;
}

static void look_at_step(struct bms *bms, const struct bms_inputs *in)
{
    struct bms_warnings *w = &bms->warnings;
    int32_t step_ma = step_of(bms, in);
    int n = bms->profile->n_cells;
    int32_t uohm[PACK_CELLS_MAX];
    int32_t sum = 0;
    for (int i = 0; i < n; i++) {
        int32_t rise_uv = (in->cell_mv[i] - bms->soc.last_mv[i]) * 1000;
        uohm[i] = (int32_t)((int64_t)rise_uv * 1000 / step_ma);
        sum += uohm[i];
    }
    for (int i = 0; i < n; i++) {
        follow_excess(bms, i, uohm[i] - (sum - uohm[i]) / (n - 1));
    }
    w->n_steps = w->n_steps < UINT8_MAX ? (uint8_t)(w->n_steps + 1) : UINT8_MAX;
}

/* --- weak cell ------------------------------------------------------------------------------- */

static int lowest_cell(const struct bms *bms, const uint16_t *cell_mv)
{
    int lowest = 0;
    for (int i = 1; i < bms->profile->n_cells; i++) {
        lowest = cell_mv[i] < cell_mv[lowest] ? i : lowest;
    }
    return lowest;
}

/* How far a cell is below the mean of the others, its own higher resistance not counted. */
static int32_t behind_mv(const struct bms *bms, const uint16_t *cell_mv, int cell,
                         int32_t *others_mv)
{
    int n = bms->profile->n_cells;
    int32_t mean_uohm = (int32_t)(bms->soc.pack_uohm / (uint32_t)n);
    int32_t extra_uohm = max_i32((int32_t)bms->soc.cell_uohm[cell] - mean_uohm, 0);
    int32_t drop_mv = (int32_t)((int64_t)bms->q[Q_DISCHARGE_MA] * extra_uohm / 1000000);
    *others_mv = (bms->q[Q_PACK_MV] - cell_mv[cell]) / (n - 1);
    return *others_mv - cell_mv[cell] - drop_mv;
}

/* Only once a full charge was seen. */
static void look_for_weak(struct bms *bms, const struct bms_inputs *in)
{
    struct bms_warnings *w = &bms->warnings;
    int cell = lowest_cell(bms, in->cell_mv);
    int32_t others_mv;
    int32_t mv = behind_mv(bms, in->cell_mv, cell, &others_mv);
    bool was_full = w->top_behind_mv[cell] < BEHIND_MV;
    bool ahead = was_full && others_mv > FAMILY_MV && mv > AHEAD_MV;
    if (!ahead || !w->emptying || w->emptying_cell != cell) {
        w->emptying = ahead;
        w->emptying_cell = (uint8_t)cell;
        w->emptying_ms = bms->now_ms;
    } else if (time_reached(bms->now_ms, w->emptying_ms + AHEAD_MS)) {
        set_warning(bms, WARN_WEAK_CELL, cell, true);
    }
    /* the others came down to their knee and it was still with them: it recovered, or was replaced
     */
    if (others_mv < FAMILY_MV && mv < AHEAD_MV / 2) {
        set_warning(bms, WARN_WEAK_CELL, w->cell[WARN_WEAK_CELL], false);
    }
}

void warn_step(struct bms *bms, const struct bms_inputs *in)
{
    struct bms_warnings *w = &bms->warnings;
    int32_t step_ma = abs_i32(step_of(bms, in));
    bool near = !time_reached(bms->now_ms, w->step_ms + STEP_GAP_MS);
    if (bms->soc.last_good && near && step_ma >= bms->profile->rated_ma / STEP_SHARE) {
        look_at_step(bms, in);
    }
    w->step_ms = bms->now_ms;
    bool spread = bms->q[Q_CELL_SPREAD_MV] > AHEAD_MV;
    bool low = bms->q[Q_CELL_MIN_MV] < FAMILY_MV;
    if (w->topped && low && (spread || is_set(bms, WARN_WEAK_CELL))) {
        look_for_weak(bms, in);
    }
}

/* --- self-discharge -------------------------------------------------------------------------- */

static void judge_lag(struct bms *bms, int cell, int32_t mv, bool new_day)
{
    struct bms_warnings *w = &bms->warnings;
    unsigned bit = 1U << cell;
    if (mv < LEVEL_MV) {
        w->in_family = (uint16_t)(w->in_family | bit);
        w->lagging[cell] = 0;
    } else if (mv > BEHIND_MV && (w->in_family & bit) != 0 && new_day) {
        w->lagging[cell] =
            w->lagging[cell] < UINT8_MAX ? (uint8_t)(w->lagging[cell] + 1) : UINT8_MAX;
    }
}

void warn_at_top(struct bms *bms)
{
    struct bms_warnings *w = &bms->warnings;
    int64_t clock_s = bms_clock(bms, bms->now_ms);
    bool new_day = !w->topped || clock_s - w->topped_s >= DAY_S;
    int worst = 0;
    for (int i = 0; i < bms->profile->n_cells; i++) {
        int32_t others_mv;
        int32_t mv = behind_mv(bms, bms->cell_mv, i, &others_mv);
        w->top_behind_mv[i] = (int16_t)clamp_i32(mv, INT16_MIN, INT16_MAX);
        judge_lag(bms, i, mv, new_day);
        worst = w->lagging[i] > w->lagging[worst] ? i : worst;
    }
    w->topped = true;
    w->topped_s = new_day ? clock_s : w->topped_s;
    bool lags = w->lagging[worst] >= BEHIND_TIMES;
    set_warning(bms, WARN_SELF_DISCHARGE, lags ? worst : w->cell[WARN_SELF_DISCHARGE], lags);
}
