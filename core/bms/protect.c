/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protection table at work. Each row trips when its condition held for its whole delay and is
 * released by its own rule (release.c).
 *
 * Invariants:
 *  1. A row changes only here: in bms_protect(), in the two fast looks at the current, in
 *     bms_unlock_rows() and in bms_clear_rows(); every change is an event.
 *  2. A timer counts consecutive samples only: one sample back inside starts it anew.
 */
#include "core/bms/rows.h"

enum {
    TRICKLE_MA = 100,
    NO_DISCHARGE_MA = 500,
    US_PER_MS = 1000,
    LOCK_WINDOW_MS = 60000,     /* trips closer to the last release than this are repeated ones */
    CELL_SPREAD_CLEAR_MV = 500, /* Cells row, field practice [SEPLOS3] */
    CELL_CLEAR_MV = 2500,
    CELL_LEAST_MV = 1500, /* no LFP cell that still reads rightly lies outside */
    CELL_MOST_MV = 4500,
    STAMP_OLDEST_MS = 12 * 24 * 3600000 /* longer than any wait, shorter than half the counter */
};

uint64_t protection_mask(const struct pack_profile *profile, enum protection_kind kind)
{
    uint64_t mask = 0;
    for (int i = 0; i < ROW_COUNT; i++) {
        if (profile->rows[i].code != NULL && profile->rows[i].kind == kind) {
            mask |= UINT64_C(1) << i;
        }
    }
    return mask;
}

static int32_t clear_level(const struct bms *bms, const struct protection *row, int32_t set)
{
    if (row->clear != PARAM_NONE) {
        return bms->param[row->clear];
    }
    if (row->set == PARAM_NONE) {
        return row->clear_fixed;
    }
    int32_t by = row->clear_by;
    if (row->by_cells) {
        by = by * bms->profile->n_cells / PACK_CELLS_MAX;
    }
    if (row->by_board) {
        by = (int32_t)((int64_t)by * bms->profile->rated_ma / 100000);
    }
    /* an alarm near the end of its scale must still be able to end */
    bool current = row->quantity == Q_CHARGE_MA || row->quantity == Q_DISCHARGE_MA;
    if (row->trip == TRIP_OVER) {
        return current ? max_i32(set - by, 0) : set - by;
    }
    return row->quantity == Q_SOC_PCT100 ? min_i32(set + by, 10000) : set + by;
}

void bms_resolve(struct bms *bms)
{
    bms->present = bms->stops_charge = bms->stops_discharge = 0;
    bms->of_fault = protection_mask(bms->profile, KIND_FAULT);
    bms->of_protection = protection_mask(bms->profile, KIND_PROTECTION) & ~ROW_BIT(FULLY);
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct protection *row = &bms->profile->rows[i];
        if (!protection_present(bms->profile, (enum protection_id)i)) {
            continue;
        }
        struct row_levels *levels = &bms->levels[i];
        levels->set = row->set != PARAM_NONE ? bms->param[row->set] : row->set_fixed;
        levels->clear = clear_level(bms, row, levels->set);
        levels->delay_ms =
            row->delay != PARAM_NONE ? (uint32_t)bms->param[row->delay] : row->delay_ms;
        uint64_t bit = UINT64_C(1) << i;
        bms->present |= bit;
        bms->stops_charge |= (row->action & ACTION_CHARGE) != 0 ? bit : 0;
        bms->stops_discharge |= (row->action & ACTION_DISCHARGE) != 0 ? bit : 0;
    }
    const struct protection *cp = &bms->profile->rows[ROW_CP];
    bms->short_us =
        cp->delay != PARAM_NONE ? (uint32_t)bms->param[cp->delay] : cp->delay_ms * US_PER_MS;
    bms->derating.due = true;
    bms->quiet = false;
}

static bool full_charge(const struct bms *bms)
{
    return bms->q[Q_PACK_MV] >= bms->levels[ROW_FULLY].set &&
           bms->q[Q_CHARGE_MA] < bms->param[PARAM_PACK_FULL_CHARGE_CURRENT] &&
           bms->q[Q_DISCHARGE_MA] <= OPPOSITE_MA &&
           (bms->charger_present || bms->q[Q_CHARGE_MA] > TRICKLE_MA);
}

bool row_beyond(const struct bms *bms, enum protection_id row)
{
    const struct protection *p = &bms->profile->rows[row];
    int32_t set = bms->levels[row].set;
    switch (p->trip) {
    case TRIP_OVER: return bms->q[p->quantity] > set;
    case TRIP_UNDER: return bms->q[p->quantity] < set;
    case TRIP_AT_OR_UNDER: return bms->q[p->quantity] <= set;
    case TRIP_SHORT: return false; /* bms_sense_short() raises it */
    case TRIP_FULL: return full_charge(bms);
    case TRIP_SELF_CHECK: return (bms->flags & FLAG_SELF_CHECK) != 0;
    case TRIP_SAMPLING: return !bms->sampled;
    case TRIP_CELLS:
        return bms->q[Q_CELL_SPREAD_MV] > CELL_SPREAD_FAULT_MV ||
               bms->q[Q_CELL_MIN_MV] < CELL_FAULT_MV;
    case TRIP_SENSOR: return bms->bad_sensors != 0;
    case TRIP_CHARGE_MOS:
        return bms->sampled && !bms->charge_gate && bms->q[Q_CHARGE_MA] > MOS_LEAK_MA;
    case TRIP_DISCHARGE_MOS:
        return bms->sampled && !bms->discharge_gate && bms->q[Q_DISCHARGE_MA] > MOS_LEAK_MA;
    case TRIP_REVERSED: return (bms->flags & FLAG_REVERSED) != 0;
    case TRIP_EQUIPMENT:
        return (bms->flags & (FLAG_SELF_CHECK | FLAG_NO_SAMPLE)) != 0 || bms->bad_sensors != 0;
    case TRIP_NO_DISCHARGE:
        return (bms->flags & FLAG_ORDERED) != 0 && bms->discharge_gate &&
               bms->q[Q_DISCHARGE_MA] < NO_DISCHARGE_MA;
    case TRIP_LINK_SILENT: return (bms->flags & FLAG_LINK_SILENT) != 0;
    case TRIP_BUS_SILENT: return (bms->flags & FLAG_BUS_SILENT) != 0;
    }
    return false;
}

bool row_held(const struct bms *bms, struct row_state *state, bool condition, uint32_t delay_ms)
{
    if (!condition) {
        state->timing = false;
        return false;
    }
    if (!state->timing) {
        state->timing = true;
        state->since_ms = bms->now_ms;
    }
    return time_reached(bms->now_ms, state->since_ms + delay_ms);
}

static void raise(struct bms *bms, enum protection_id row)
{
    bms->active |= UINT64_C(1) << row;
    bms->rows[row].changed_ms = bms->now_ms;
    bms->rows[row].timing = false;
    bms_tell_row(bms, row, true);
    if (bms->profile->rows[row].kind != KIND_ALARM && bms->counters.trips[row] < UINT16_MAX) {
        bms->counters.trips[row]++;
    }
    uint64_t bit = UINT64_C(1) << row;
    /* a broken sense wire stops the pack and teaches nothing about its charge */
    bool believed = bms->q[Q_CELL_MIN_MV] >= CELL_LEAST_MV && bms->q[Q_CELL_MAX_MV] <= CELL_MOST_MV;
    if (believed && (bit & (ROW_BIT(FULLY) | ROW_BIT(OVP) | ROW_BIT(TOVP))) != 0) {
        bms_anchor_full(bms);
        bms->standby_since_ms = bms->now_ms; /* the wait for a recharge begins with the end */
    }
    if (believed && (bit & (ROW_BIT(UVP) | ROW_BIT(TUVP))) != 0) {
        bms_anchor_empty(bms);
    }
    if (row == ROW_FULLY) {
        warn_at_top(bms);
    }
    if (row == ROW_OVP) {
        row_mark_over_cells(bms);
    }
}

static void release(struct bms *bms, enum protection_id row)
{
    bms->active &= ~(UINT64_C(1) << row);
    bms->locked &= ~(UINT64_C(1) << row);
    bms->rows[row].changed_ms = bms->now_ms;
    bms->rows[row].timing = false;
    bms_tell_row(bms, row, false);
}

/* Repeated trips shortly after a release lock the row. */
static void count_trip(struct bms *bms, enum protection_id row, enum parameter_id lock_times,
                       uint32_t window_ms)
{
    struct row_state *state = &bms->rows[row];
    bool soon = state->trips > 0 && !time_reached(bms->now_ms, state->changed_ms + window_ms);
    state->trips = soon ? (uint8_t)(state->trips + 1) : 1;
    if (state->trips >= bms->param[lock_times]) {
        bms->locked |= UINT64_C(1) << row;
    }
}

/* Raises the row once its condition held for its delay. */
static void judge_trip(struct bms *bms, enum protection_id row)
{
    if (!row_held(bms, &bms->rows[row], row_beyond(bms, row), bms->levels[row].delay_ms)) {
        return;
    }
    if (bms->profile->rows[row].release == RELEASE_TIMED) {
        count_trip(bms, row, PARAM_OVER_CURRENT_LOCK_TIMES, LOCK_WINDOW_MS);
    }
    raise(bms, row);
}

/* True when the row changed, or its timer ended: the quiet band is to be found anew. */
static bool judge(struct bms *bms, enum protection_id row)
{
    bool was_active = bms_has(bms, row);
    bool was_timing = bms->rows[row].timing;
    if (!was_active) {
        judge_trip(bms, row);
    } else if (row_released(bms, row)) {
        release(bms, row);
    }
    return bms_has(bms, row) != was_active || (was_timing && !bms->rows[row].timing);
}

/* A fast trip opens the MOS at once, not at the next step. All fast rows stop the discharge. */
static void open_now(struct bms *bms, enum protection_id row)
{
    uint64_t bit = UINT64_C(1) << row;
    bms->charge_gate = bms->charge_gate && (bms->stops_charge & bit) == 0;
    bms->discharge_gate = false;
    bms->out.charge_mos = bms->charge_gate;
    bms->out.discharge_mos = bms->discharge_gate;
}

void bms_sense_short(struct bms *bms, int32_t current_ma, uint32_t for_us, uint32_t now_ms)
{
    bool either_way = bms->profile->rows[ROW_CP].quantity == Q_BATTERY_MA;
    int32_t ma = either_way ? abs_i32(current_ma) : -current_ma;
    bms->short_seen = ma > bms->profile->short_ma;
    if (bms->short_seen) {
        bms->quiet = false;
    }
    if (!bms->short_seen || for_us < bms->short_us || bms_has(bms, ROW_CP)) {
        return;
    }
    bms->now_ms = now_ms;
    count_trip(bms, ROW_CP, PARAM_SHORT_CIRCUIT_LOCK_TIMES, LOAD_RETRY_MS);
    raise(bms, ROW_CP);
    open_now(bms, ROW_CP);
    /* whatever charged until now is shorted too: only a charger seen from here on releases */
    bms->charger_present = false;
    bms->flow = bms->flow_next = CURRENT_NONE;
    bms->standby_since_ms = bms->now_ms;
}

void bms_sense_fast(struct bms *bms, int32_t current_ma, uint32_t now_ms)
{
    static const enum protection_id fast_rows[] = {ROW_DOCP2, ROW_OVER_CURRENT};
    if (bms_asleep(bms)) {
        return;
    }
    bms->now_ms = now_ms;
    bms->q[Q_CHARGE_MA] = max_i32(current_ma, 0);
    bms->q[Q_DISCHARGE_MA] = max_i32(-current_ma, 0);
    bms->q[Q_BATTERY_MA] = abs_i32(current_ma);
    bms->quiet = bms->fast_timing = false;
    for (size_t i = 0; i < sizeof fast_rows / sizeof fast_rows[0]; i++) {
        enum protection_id row = fast_rows[i];
        if ((bms->present >> row & 1) != 0 && !bms_has(bms, row)) {
            judge_trip(bms, row);
            bms->fast_timing |= bms->rows[row].timing;
            if (bms_has(bms, row)) {
                open_now(bms, row);
            }
        }
    }
}

int32_t bms_fast_ma(const struct bms *bms)
{
    bool wall = (bms->present & ROW_BIT(DOCP2)) != 0;
    return bms->levels[wall ? ROW_DOCP2 : ROW_OVER_CURRENT].set;
}

void bms_unlock_rows(struct bms *bms)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        if (bms->profile->rows[i].release != RELEASE_TIMED) {
            continue;
        }
        bms->rows[i].trips = 0;
        if ((bms->locked >> i & 1) != 0) {
            release(bms, (enum protection_id)i);
        }
    }
}

void bms_age_rows(struct bms *bms)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        if (bms->now_ms - bms->rows[i].changed_ms > STAMP_OLDEST_MS) {
            bms->rows[i].changed_ms = bms->now_ms - STAMP_OLDEST_MS;
        }
    }
}

/* Whether what tripped the row is still there: then no key clears it, and no MOS closes on it. */
static bool cause_stays(const struct bms *bms, enum protection_id row)
{
    if (bms->profile->rows[row].trip == TRIP_CELLS) {
        return bms->q[Q_CELL_SPREAD_MV] > CELL_SPREAD_CLEAR_MV ||
               bms->q[Q_CELL_MIN_MV] < CELL_CLEAR_MV;
    }
    return row_beyond(bms, row);
}

void bms_clear_rows(struct bms *bms)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        enum protection_id row = (enum protection_id)i;
        if (bms_has(bms, row) && !cause_stays(bms, row)) {
            release(bms, row);
        }
        bms->locked &= ~(UINT64_C(1) << i);
        bms->rows[i] = (struct row_state){.changed_ms = bms->now_ms};
    }
    bms->learning = false; /* a reset cancels the run that learns the capacity (ES manual s9) */
    bms->quiet = false;
}

void bms_protect(struct bms *bms)
{
    bool changed = !row_is_quiet(bms);
    uint64_t due = changed ? bms->present : bms->loud;
    for (int i = 0; due >> i != 0; i++) {
        if ((due >> i & 1) != 0 && judge(bms, (enum protection_id)i) && !changed) {
            changed = true;
            due = bms->present; /* those after it may look at what it moved, the SOC say */
        }
    }
    if (changed) {
        row_find_quiet(bms);
    }
}
