/* SPDX-License-Identifier: Apache-2.0 */
/* When a row that tripped may go: one rule each, by the row's release column. */
#include "core/bms/rows.h"

enum {
    VALID_MS = 5000, /* sensors and sampling back for this long */
    LOAD_GONE_MS = 1000,
    LOAD_GONE_MA = 500,
    ALARM_CLEAR_MS = 1000
};

static void add_over_cells(struct bms *bms)
{
    for (int i = 0; i < bms->profile->n_cells; i++) {
        if (bms->cell_mv[i] > bms->levels[ROW_OVP].set) {
            bms->over_cells |= (uint16_t)(1U << i);
        }
    }
}

void row_mark_over_cells(struct bms *bms)
{
    bms->over_cells = bms->sampled ? 0 : UINT16_MAX; /* in a silence it may be any of them */
    if (bms->sampled) {
        add_over_cells(bms);
    }
}

/* OVP goes when every cell that was over is back at the release voltage; others may rest above it
   (docs/decisions.md B-1). */
static bool over_cells_back(struct bms *bms)
{
    if (!bms->sampled) {
        return false;
    }
    add_over_cells(bms);
    for (int i = 0; i < bms->profile->n_cells; i++) {
        if ((bms->over_cells >> i & 1) != 0 && bms->cell_mv[i] > bms->levels[ROW_OVP].clear) {
            return false;
        }
    }
    return true;
}

/* A cell's sensor that broke is out of the extremes at once, but what it said last may still be
   true: nothing is released on it (docs/decisions.md B-21). */
static bool blind(const struct bms *bms, enum quantity q)
{
    return (q == Q_TEMP_MAX_C10 || q == Q_TEMP_MIN_C10) &&
           (bms->bad_sensors & ((1U << PACK_TEMPS) - 1U)) != 0;
}

/* Over rows come back at or below their clear level, under rows at or above it; rows that compare
   nothing when their condition is gone. */
static bool back_inside(const struct bms *bms, enum protection_id row)
{
    const struct protection *p = &bms->profile->rows[row];
    if (p->quantity == Q_COUNT) {
        return !row_beyond(bms, row);
    }
    if (blind(bms, p->quantity)) {
        return false;
    }
    int32_t q = bms->q[p->quantity];
    return p->trip == TRIP_OVER ? q <= bms->levels[row].clear : q >= bms->levels[row].clear;
}

bool row_recharge_due(const struct bms *bms)
{
    uint32_t wait_ms = (uint32_t)bms->param[PARAM_RECHARGE_AFTER_STANDBY] * 3600000U;
    return bms->flow == CURRENT_NONE && time_reached(bms->now_ms, bms->standby_since_ms + wait_ms);
}

static bool not_full_any_more(const struct bms *bms)
{
    return bms->soc_pct100 < SOC_NOT_FULL_PCT100 || bms->q[Q_DISCHARGE_MA] > OPPOSITE_MA;
}

static bool over_charge_released(struct bms *bms, enum protection_id row)
{
    if (row == ROW_OVP ? over_cells_back(bms) : back_inside(bms, row)) {
        return true;
    }
    bool inside = bms->q[bms->profile->rows[row].quantity] <= bms->levels[row].set;
    return inside && (not_full_any_more(bms) || row_recharge_due(bms));
}

static bool recovery_over(const struct bms *bms, enum protection_id row)
{
    uint32_t wait_ms = (uint32_t)bms->param[PARAM_OVER_CURRENT_RECOVERY_DELAY] * 1000U;
    return time_reached(bms->now_ms, bms->rows[row].changed_ms + wait_ms);
}

static bool timed_released(struct bms *bms, enum protection_id row)
{
    bool charge_side = bms->profile->rows[row].quantity == Q_CHARGE_MA;
    int32_t opposite = bms->q[charge_side ? Q_DISCHARGE_MA : Q_CHARGE_MA];
    if (opposite >= OPPOSITE_MA) {
        bms->rows[row].trips = 0;
        return true;
    }
    return (bms->locked >> row & 1) == 0 && recovery_over(bms, row);
}

static bool load_released(struct bms *bms, enum protection_id row)
{
    struct row_state *state = &bms->rows[row];
    if (bms->charger_present) {
        state->trips = 0;
        return true;
    }
    if ((bms->locked >> row & 1) != 0) {
        return false;
    }
    bool load_gone = bms->sampled && bms->q[Q_DISCHARGE_MA] < LOAD_GONE_MA && !bms->load_sensed;
    if (row_held(bms, state, load_gone, LOAD_GONE_MS)) {
        state->trips = 0;
        return true;
    }
    return time_reached(bms->now_ms, state->changed_ms + LOAD_RETRY_MS);
}

bool row_released(struct bms *bms, enum protection_id row)
{
    struct row_state *state = &bms->rows[row];
    const struct protection *p = &bms->profile->rows[row];
    switch (p->release) {
    case RELEASE_LEVEL:
        return row_held(bms, state, back_inside(bms, row),
                        p->kind == KIND_ALARM ? ALARM_CLEAR_MS : 0);
    case RELEASE_OVER_CHARGE: return over_charge_released(bms, row);
    case RELEASE_FULL: return not_full_any_more(bms) || row_recharge_due(bms);
    case RELEASE_TIMED: return timed_released(bms, row);
    case RELEASE_AFTER: return recovery_over(bms, row);
    case RELEASE_LOAD: return load_released(bms, row);
    case RELEASE_VALID:
        return row_held(bms, state, bms->sampled && !row_beyond(bms, row), VALID_MS);
    case RELEASE_MANUAL: return false;
    }
    return false;
}
