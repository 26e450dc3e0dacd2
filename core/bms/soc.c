/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State of charge: coulombs counted in mA x ms (exact: no rounding from step to step) less the
 * learned offset of the sensor, set to 100 % at Fully, OVP or TOVP and to 0 % at UVP or TUVP, full
 * capacity learned on a whole run from the bottom to the top (VT manual s5.1; ES manual s9 item 6).
 * What is learned besides: soc_learn.c.
 */
#include "core/bms/bms.h"

enum {
    MAMS_PER_MAH = 3600000,
    LEARN_LOW_PCT = 50,
    LEARN_HIGH_PCT = 120,
    SENSOR_RANGE = 5, /* x rating: beyond it no sensor can see */
    SAID_PCT100 = 100 /* how well somebody who says the SOC knows it (one sigma) */
};

/* The SOC in whole 0.01 % and the span of charge in which it stays: a division only when it
   changes. */
static void refresh_soc(struct bms *bms)
{
    int64_t soc = bms->remaining_mams * 10000 / bms->full_mams;
    bms->soc_pct100 = (int32_t)soc;
    bms->q[Q_SOC_PCT100] = (int32_t)soc;
    bms->soc_low_mams = (soc * bms->full_mams + 9999) / 10000;
    bms->soc_high_mams = ((soc + 1) * bms->full_mams + 9999) / 10000 - 1;
}

/* Sets the charge; what lies outside the scale is cut off and remembered. */
static void put_remaining(struct bms *bms, int64_t mams)
{
    int64_t inside = mams < 0 ? 0 : mams;
    inside = inside > bms->full_mams ? bms->full_mams : inside;
    bms->soc.beyond_mams += mams - inside;
    bms->remaining_mams = inside;
}

void bms_set_soc(struct bms *bms, int32_t soc_pct100)
{
    bms->remaining_mams = (bms->full_mams * clamp_i32(soc_pct100, 0, 10000) + 9999) / 10000;
    refresh_soc(bms);
    soc_said(bms, SAID_PCT100);
}

void soc_move(struct bms *bms, int64_t by_mams)
{
    int64_t whole = bms->remaining_mams + bms->soc.beyond_mams + by_mams;
    bms->soc.beyond_mams = 0;
    put_remaining(bms, whole);
    refresh_soc(bms);
}

static int32_t health_of(const struct bms *bms, int64_t full_mams)
{
    int64_t design = (int64_t)bms->param[PARAM_DESIGN_CAPACITY] * MAMS_PER_MAH;
    return min_i32((int32_t)(full_mams * 10000 / design), 10000);
}

void soc_set_full(struct bms *bms, int64_t full_mams)
{
    bms->full_mams = full_mams;
    bms->soh_pct100 = health_of(bms, full_mams);
}

/* True when a run from the bottom to the top has just ended and its charge can be a capacity. */
static bool run_ended(struct bms *bms)
{
    int64_t design = (int64_t)bms->param[PARAM_DESIGN_CAPACITY] * MAMS_PER_MAH;
    bool counts = bms->learning && bms->learn_mams >= design / 100 * LEARN_LOW_PCT &&
                  bms->learn_mams <= design / 100 * LEARN_HIGH_PCT && soc_run_is_sure(bms);
    if (bms->learning && !counts) {
        bms->soc.anchored = false; /* a run that cannot be: nothing of it is used */
    }
    bms->learning = false;
    return counts;
}

void bms_anchor_full(struct bms *bms)
{
    bool learned = run_ended(bms);
    if (learned) {
        soc_set_full(bms, bms->learn_mams);
        bms->calibrated = true;
    }
    soc_met_full(bms, learned);
    bms->remaining_mams = bms->full_mams;
    bms->soc.beyond_mams = 0;
    refresh_soc(bms);
    soc_refresh_bound(bms);
}

void bms_anchor_empty(struct bms *bms)
{
    soc_met_empty(bms);
    bms->remaining_mams = 0;
    bms->soc.beyond_mams = 0;
    bms->learning = true;
    bms->learn_mams = bms->soc.ticked_mams = 0;
    refresh_soc(bms);
    soc_refresh_bound(bms);
}

void bms_count(struct bms *bms, int32_t current_ma, uint32_t dt_ms)
{
    int32_t range_ma = bms->profile->rated_ma * SENSOR_RANGE;
    if (current_ma > range_ma || current_ma < -range_ma) {
        current_ma = bms->soc.last_ma; /* no such current: the last one that could be goes on */
    }
    int64_t moved = (int64_t)(current_ma - bms->soc.offset_ma) * dt_ms;
    if (moved == 0) {
        return;
    }
    bms->learn_mams += moved;
    int64_t remaining = bms->remaining_mams + moved;
    if (remaining < 0 || remaining > bms->full_mams) {
        put_remaining(bms, remaining);
    } else {
        bms->remaining_mams = remaining;
    }
    if (moved < 0) {
        bms->throughput_mams -= moved;
        if (bms->throughput_mams >= bms->full_mams) {
            bms->throughput_mams -= bms->full_mams;
            bms->cycles++;
        }
    }
    if (bms->remaining_mams < bms->soc_low_mams || bms->remaining_mams > bms->soc_high_mams) {
        refresh_soc(bms);
    }
}
