/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The quiet band: while every quantity stays inside and no flag rises, judging a row of it would
 * change nothing - no comparison turns. Rows whose timer runs, that wait for time or look at single
 * cells are loud: they are judged in each step, and when one of them changes, so are all after it.
 * Passing over the others gives the same trace as judging them (a test runs both).
 */
#include "core/bms/rows.h"

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
    } else if (bms->q[Q_DISCHARGE_MA] > OPPOSITE_MA) {
        narrow_low(bms, Q_DISCHARGE_MA, OPPOSITE_MA + 1);
    } else {
        return false;
    }
    return true;
}

/* Narrows the band by one row; false when the row is loud. */
static bool quiet_row(struct bms *bms, enum protection_id row)
{
    const struct protection *p = &bms->profile->rows[row];
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
    case TRIP_EQUIPMENT:
    case TRIP_NO_DISCHARGE:
    case TRIP_LINK_SILENT:
    case TRIP_BUS_SILENT:
    case TRIP_REVERSED: return true; /* flags: all_well() looks at them */
    }
    return false;
}

static bool all_well(const struct bms *bms)
{
    if (bms->quiet_until_recharge && row_recharge_due(bms)) {
        return false;
    }
    return bms->flags == 0 && bms->bad_sensors == 0 && !bms->short_seen;
}

void row_find_quiet(struct bms *bms)
{
    for (int i = 0; i < Q_COUNT; i++) {
        bms->quiet_low[i] = INT32_MIN;
        bms->quiet_high[i] = INT32_MAX;
    }
    bms->quiet_until_recharge = false;
    bms->loud = 0;
    bms->quiet = all_well(bms);
    for (int i = 0; i < ROW_COUNT && bms->quiet; i++) {
        if ((bms->present >> i & 1) != 0 && !quiet_row(bms, (enum protection_id)i)) {
            bms->loud |= UINT64_C(1) << i;
        }
    }
}

bool row_is_quiet(const struct bms *bms)
{
    if (!bms->quiet || !all_well(bms)) {
        return false;
    }
    int outside = 0;
    for (int i = 0; i < Q_COUNT; i++) {
        outside |= (bms->q[i] < bms->quiet_low[i]) | (bms->q[i] > bms->quiet_high[i]);
    }
    return outside == 0;
}
