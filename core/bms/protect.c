/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protection table at work. Each row trips when its condition held for its whole delay and is
 * released by its own rule.
 *
 * Invariants:
 *  1. A row changes only here, in bms_sense_short() and in bms_reset(); every change is an event.
 *  2. A timer counts consecutive samples only: one sample back inside starts it anew.
 *  3. While `quiet` is set, a full pass over the table would change nothing: no timer runs, no
 *     active row waits for time, and every quantity lies in the band inside which no comparison
 *     turns. Skipping such a pass gives the same trace as making it (a test runs both).
 */
#include "core/bms/bms.h"

#include <string.h>

enum {
    CELL_SPREAD_FAULT_MV = 1000, /* Cells row, field practice [SEPLOS3] */
    CELL_FAULT_MV = 2000,
    MOS_LEAK_MA = 1000,         /* current against an open gate */
    OPPOSITE_MA = 1000,         /* releases over-current */
    SOC_NOT_FULL_PCT100 = 9600, /* releases the over-charge rows [ATLAS] */
    VALID_MS = 5000,            /* sensors and sampling back for this long */
    LOAD_GONE_MS = 1000,
    LOAD_GONE_MA = 500,
    LOAD_RETRY_MS = 60000,
    ALARM_CLEAR_MS = 1000,
    TRICKLE_MA = 100 /* Fully also without a charger seen on the terminals */
};

uint64_t protection_mask(enum protection_kind kind)
{
    uint64_t mask = 0;
    for (int i = 0; i < ROW_COUNT; i++) {
        if (protections[i].kind == kind) {
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
    int32_t by = row->clear_by;
    if (row->by_cells) {
        by = by * bms->profile->n_cells / PACK_CELLS_MAX;
    }
    if (row->by_board) {
        by = (int32_t)((int64_t)by * bms->profile->rated_ma / 100000);
    }
    return row->trip == TRIP_OVER ? set - by : set + by;
}

void bms_resolve(struct bms *bms)
{
    bms->present = bms->stops_charge = bms->stops_discharge = 0;
    bms->of_fault = protection_mask(KIND_FAULT);
    bms->of_protection = protection_mask(KIND_PROTECTION) & ~(UINT64_C(1) << ROW_FULLY);
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct protection *row = &protections[i];
        struct row_levels *levels = &bms->levels[i];
        levels->set = row->set != PARAM_NONE ? bms->param[row->set] : 0;
        levels->clear = clear_level(bms, row, levels->set);
        levels->delay_ms =
            row->delay != PARAM_NONE ? (uint32_t)bms->param[row->delay] : row->delay_ms;
        uint64_t bit = UINT64_C(1) << i;
        bms->present |= protection_present(bms->profile, (enum protection_id)i) ? bit : 0;
        bms->stops_charge |= (row->action & ACTION_CHARGE) != 0 ? bit : 0;
        bms->stops_discharge |= (row->action & ACTION_DISCHARGE) != 0 ? bit : 0;
    }
    bms->quiet = false;
}

void bms_tell(struct bms *bms, enum protection_id row, bool set)
{
    if (bms->n_events == BMS_EVENTS) { /* a full queue drops its oldest: the newest matter most */
        memmove(bms->events, bms->events + 1, sizeof bms->events - sizeof bms->events[0]);
        bms->n_events--;
    }
    bms->events[bms->n_events++] =
        (struct bms_event){.at_ms = bms->now_ms, .row = (uint8_t)row, .set = set};
}

/* OVP goes when every cell that was over is back at the release voltage; others may rest above it
   (docs/decisions.md B-1). */
static bool over_cells_back(struct bms *bms)
{
    bool back = bms->sampled;
    for (int i = 0; bms->sampled && i < bms->profile->n_cells; i++) {
        if (bms->cell_mv[i] > bms->levels[ROW_OVP].set) {
            bms->over_cells |= (uint16_t)(1U << i);
        }
        if ((bms->over_cells >> i & 1) != 0 && bms->cell_mv[i] > bms->levels[ROW_OVP].clear) {
            back = false;
        }
    }
    return back && bms->over_cells != 0;
}

static void raise(struct bms *bms, enum protection_id row)
{
    bms->active |= UINT64_C(1) << row;
    bms->rows[row].changed_ms = bms->now_ms;
    bms->rows[row].timing = false;
    bms_tell(bms, row, true);
    if (row == ROW_OVP) {
        bms->over_cells = 0;
        (void)over_cells_back(bms); /* marks them */
    }
    switch (protections[row].trip) {
    case TRIP_FULL: bms_anchor_full(bms); break;
    case TRIP_OVER:
        if (protections[row].release == RELEASE_OVER_CHARGE) {
            bms_anchor_full(bms);
        }
        break;
    case TRIP_UNDER:
        if (row == ROW_UVP || row == ROW_TUVP) {
            bms_anchor_empty(bms);
        }
        break;
    case TRIP_AT_OR_UNDER:
    case TRIP_SHORT:
    case TRIP_SELF_CHECK:
    case TRIP_SAMPLING:
    case TRIP_CELLS:
    case TRIP_SENSOR:
    case TRIP_CHARGE_MOS:
    case TRIP_DISCHARGE_MOS:
    case TRIP_REVERSED: break;
    }
}

static void release(struct bms *bms, enum protection_id row)
{
    bms->active &= ~(UINT64_C(1) << row);
    bms->locked &= ~(UINT64_C(1) << row);
    bms->rows[row].changed_ms = bms->now_ms;
    bms->rows[row].timing = false;
    bms_tell(bms, row, false);
}

static bool full_charge(const struct bms *bms)
{
    return bms->q[Q_PACK_MV] >= bms->levels[ROW_FULLY].set &&
           bms->q[Q_CHARGE_MA] < bms->param[PARAM_PACK_FULL_CHARGE_CURRENT] &&
           bms->q[Q_DISCHARGE_MA] == 0 &&
           (bms->charger_present || bms->q[Q_CHARGE_MA] > TRICKLE_MA);
}

/* True while the row's condition holds. */
static bool beyond(const struct bms *bms, enum protection_id row)
{
    const struct protection *p = &protections[row];
    int32_t set = bms->levels[row].set;
    switch (p->trip) {
    case TRIP_OVER: return bms->q[p->quantity] > set;
    case TRIP_UNDER: return bms->q[p->quantity] < set;
    case TRIP_AT_OR_UNDER: return bms->q[p->quantity] <= set;
    case TRIP_SHORT: return false; /* bms_sense_short() raises it */
    case TRIP_FULL: return full_charge(bms);
    case TRIP_SELF_CHECK: return !bms->self_check_ok;
    case TRIP_SAMPLING: return !bms->sampled;
    case TRIP_CELLS:
        return bms->q[Q_CELL_SPREAD_MV] > CELL_SPREAD_FAULT_MV ||
               bms->q[Q_CELL_MIN_MV] < CELL_FAULT_MV;
    case TRIP_SENSOR: return bms->bad_sensors != 0;
    case TRIP_CHARGE_MOS:
        return bms->sampled && !bms->charge_gate && bms->q[Q_CHARGE_MA] > MOS_LEAK_MA;
    case TRIP_DISCHARGE_MOS:
        return bms->sampled && !bms->discharge_gate && bms->q[Q_DISCHARGE_MA] > MOS_LEAK_MA;
    case TRIP_REVERSED: return bms->reversed;
    }
    return false;
}

/* Over rows come back at or below their clear level, under rows at or above it. */
static bool back_inside(const struct bms *bms, enum protection_id row)
{
    const struct protection *p = &protections[row];
    int32_t q = bms->q[p->quantity];
    return p->trip == TRIP_OVER ? q <= bms->levels[row].clear : q >= bms->levels[row].clear;
}

/* Times `condition`; true once it held for `delay_ms`. */
static bool held(struct bms *bms, struct row_state *state, bool condition, uint32_t delay_ms)
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

static bool recharge_due(const struct bms *bms)
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
    bool inside = bms->q[protections[row].quantity] <= bms->levels[row].set;
    return inside && (not_full_any_more(bms) || recharge_due(bms));
}

static bool timed_released(struct bms *bms, enum protection_id row)
{
    bool charge_side = protections[row].quantity == Q_CHARGE_MA;
    int32_t opposite = bms->q[charge_side ? Q_DISCHARGE_MA : Q_CHARGE_MA];
    if (opposite >= OPPOSITE_MA) {
        bms->rows[row].trips = 0;
        return true;
    }
    if ((bms->locked >> row & 1) != 0) {
        return false;
    }
    uint32_t wait_ms = (uint32_t)bms->param[PARAM_OVER_CURRENT_RECOVERY_DELAY] * 1000U;
    return time_reached(bms->now_ms, bms->rows[row].changed_ms + wait_ms);
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
    bool load_gone = bms->q[Q_DISCHARGE_MA] < LOAD_GONE_MA && !bms->load_sensed;
    if (held(bms, state, load_gone, LOAD_GONE_MS)) {
        state->trips = 0;
        return true;
    }
    return time_reached(bms->now_ms, state->changed_ms + LOAD_RETRY_MS);
}

static bool released(struct bms *bms, enum protection_id row)
{
    struct row_state *state = &bms->rows[row];
    switch (protections[row].release) {
    case RELEASE_LEVEL:
        return held(bms, state, back_inside(bms, row),
                    protections[row].kind == KIND_ALARM ? ALARM_CLEAR_MS : 0);
    case RELEASE_OVER_CHARGE: return over_charge_released(bms, row);
    case RELEASE_FULL: return not_full_any_more(bms) || recharge_due(bms);
    case RELEASE_TIMED: return timed_released(bms, row);
    case RELEASE_LOAD: return load_released(bms, row);
    case RELEASE_VALID: return held(bms, state, !beyond(bms, row), VALID_MS);
    case RELEASE_MANUAL: return false;
    }
    return false;
}

/* Repeated trips shortly after a release lock the row. */
static void count_trip(struct bms *bms, enum protection_id row, enum parameter_id lock_times,
                       bool consecutive)
{
    struct row_state *state = &bms->rows[row];
    state->trips = consecutive ? (uint8_t)(state->trips + 1) : 1;
    if (state->trips >= bms->param[lock_times]) {
        bms->locked |= UINT64_C(1) << row;
    }
}

static void judge(struct bms *bms, enum protection_id row)
{
    struct row_state *state = &bms->rows[row];
    if (bms_has(bms, row)) {
        if (released(bms, row)) {
            release(bms, row);
        }
        return;
    }
    if (!held(bms, state, beyond(bms, row), bms->levels[row].delay_ms)) {
        return;
    }
    if (protections[row].release == RELEASE_TIMED) {
        uint32_t window_ms = (uint32_t)bms->param[PARAM_OVER_CURRENT_RECOVERY_DELAY] * 1000U;
        bool soon = state->trips > 0 && !time_reached(bms->now_ms, state->changed_ms + window_ms);
        count_trip(bms, row, PARAM_OVER_CURRENT_LOCK_TIMES, soon);
    }
    raise(bms, row);
}

void bms_sense_short(struct bms *bms, int32_t current_ma, uint32_t for_us, uint32_t now_ms)
{
    bms->short_seen = -current_ma > bms->profile->short_ma;
    if (bms->short_seen) {
        bms->quiet = false;
    }
    if (!bms->short_seen || for_us < (uint32_t)bms->param[PARAM_SCP_DELAY_TIME] ||
        bms_has(bms, ROW_CP)) {
        return;
    }
    bms->now_ms = now_ms;
    struct row_state *state = &bms->rows[ROW_CP];
    bool soon = state->trips > 0 && !time_reached(now_ms, state->changed_ms + LOAD_RETRY_MS);
    count_trip(bms, ROW_CP, PARAM_SHORT_CIRCUIT_LOCK_TIMES, soon);
    raise(bms, ROW_CP);
    bms->charge_gate = bms->discharge_gate = false; /* at once, not at the next step */
    bms->out.charge_mos = bms->out.discharge_mos = false;
}

void bms_reset(struct bms *bms)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        if (bms_has(bms, (enum protection_id)i)) {
            release(bms, (enum protection_id)i);
        }
        bms->rows[i] = (struct row_state){.changed_ms = bms->now_ms};
    }
    bms->learning = false; /* a reset cancels the run that learns the capacity (ES manual s9) */
    bms->quiet = false;
}

static void narrow_low(struct bms *bms, enum quantity q, int32_t low)
{
    bms->quiet_low[q] = max_i32(bms->quiet_low[q], low);
}

static void narrow_high(struct bms *bms, enum quantity q, int32_t high)
{
    bms->quiet_high[q] = min_i32(bms->quiet_high[q], high);
}

/* A pack that is full stays so while nothing is drawn and its SOC stands; the recharge time is
   looked at by all_well(). OVP looks at single cells: not skipped. */
static bool quiet_full(struct bms *bms, enum protection_id row)
{
    if (row == ROW_OVP) {
        return false;
    }
    narrow_low(bms, Q_SOC_PCT100, SOC_NOT_FULL_PCT100);
    narrow_high(bms, Q_DISCHARGE_MA, OPPOSITE_MA);
    if (row == ROW_TOVP) {
        narrow_low(bms, Q_PACK_MV, bms->levels[row].clear + 1);
    }
    bms->quiet_until_recharge = true;
    return true;
}

/* Fully needs a high voltage and a small current: far from one of them is far enough. */
static bool quiet_not_full(struct bms *bms)
{
    int32_t tail_ma = bms->param[PARAM_PACK_FULL_CHARGE_CURRENT];
    if (bms->q[Q_PACK_MV] < bms->levels[ROW_FULLY].set) {
        narrow_high(bms, Q_PACK_MV, bms->levels[ROW_FULLY].set - 1);
    } else if (bms->q[Q_CHARGE_MA] >= tail_ma) {
        narrow_low(bms, Q_CHARGE_MA, tail_ma);
    } else if (bms->q[Q_DISCHARGE_MA] > 0) {
        narrow_low(bms, Q_DISCHARGE_MA, 1);
    } else {
        return false;
    }
    return true;
}

/* Narrows the band by one row; false when the row cannot be skipped at all. */
static bool quiet_row(struct bms *bms, enum protection_id row)
{
    const struct protection *p = &protections[row];
    const struct row_levels *levels = &bms->levels[row];
    bool active = bms_has(bms, row);
    if (bms->rows[row].timing) {
        return false;
    }
    if (active && (p->release == RELEASE_FULL || p->release == RELEASE_OVER_CHARGE)) {
        return quiet_full(bms, row);
    }
    if (active && p->release != RELEASE_LEVEL) {
        return p->release == RELEASE_MANUAL;
    }
    switch (p->trip) {
    case TRIP_OVER:
        active ? narrow_low(bms, p->quantity, levels->clear + 1)
               : narrow_high(bms, p->quantity, levels->set);
        return true;
    case TRIP_UNDER:
        active ? narrow_high(bms, p->quantity, levels->clear - 1)
               : narrow_low(bms, p->quantity, levels->set);
        return true;
    case TRIP_AT_OR_UNDER:
        active ? narrow_high(bms, p->quantity, levels->clear - 1)
               : narrow_low(bms, p->quantity, levels->set + 1);
        return true;
    case TRIP_FULL: return quiet_not_full(bms);
    case TRIP_CELLS:
        narrow_high(bms, Q_CELL_SPREAD_MV, CELL_SPREAD_FAULT_MV);
        narrow_low(bms, Q_CELL_MIN_MV, CELL_FAULT_MV);
        return true;
    case TRIP_CHARGE_MOS:
        narrow_high(bms, Q_CHARGE_MA, bms->charge_gate ? INT32_MAX : MOS_LEAK_MA);
        return true;
    case TRIP_DISCHARGE_MOS:
        narrow_high(bms, Q_DISCHARGE_MA, bms->discharge_gate ? INT32_MAX : MOS_LEAK_MA);
        return true;
    case TRIP_SHORT:
    case TRIP_SELF_CHECK:
    case TRIP_SAMPLING:
    case TRIP_SENSOR:
    case TRIP_REVERSED: return true; /* flags: all_well() looks at them */
    }
    return false;
}

static bool all_well(const struct bms *bms)
{
    return bms->sampled && bms->self_check_ok && bms->bad_sensors == 0 && !bms->reversed &&
           !bms->short_seen && !(bms->quiet_until_recharge && recharge_due(bms));
}

static void find_quiet_band(struct bms *bms)
{
    for (int i = 0; i < Q_COUNT; i++) {
        bms->quiet_low[i] = INT32_MIN;
        bms->quiet_high[i] = INT32_MAX;
    }
    bms->quiet_until_recharge = false;
    bms->quiet = all_well(bms);
    for (int i = 0; i < ROW_COUNT && bms->quiet; i++) {
        bms->quiet = quiet_row(bms, (enum protection_id)i);
    }
}

static bool inside_quiet_band(const struct bms *bms)
{
    int outside = 0;
    for (int i = 0; i < Q_COUNT; i++) {
        outside |= (bms->q[i] < bms->quiet_low[i]) | (bms->q[i] > bms->quiet_high[i]);
    }
    return outside == 0;
}

void bms_protect(struct bms *bms)
{
    if (bms->quiet && all_well(bms) && inside_quiet_band(bms)) {
        return; /* invariant 3 */
    }
    for (int i = 0; i < ROW_COUNT; i++) {
        if ((bms->present >> i & 1) != 0) {
            judge(bms, (enum protection_id)i);
        }
    }
    find_quiet_band(bms);
}
