/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State of charge: coulombs counted in mA x ms (exact: no rounding from step to step), set to 100 %
 * at Fully, OVP or TOVP and to 0 % at UVP or TUVP, full capacity learned on a whole run from the
 * bottom to the top (VT manual s5.1; ES manual s9 item 6).
 */
#include "core/bms/bms.h"

enum { MAMS_PER_MAH = 3600000, LEARN_LOW_PCT = 50, LEARN_HIGH_PCT = 120 };

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

void bms_set_soc(struct bms *bms, int32_t soc_pct100)
{
    bms->remaining_mams = (bms->full_mams * clamp_i32(soc_pct100, 0, 10000) + 9999) / 10000;
    refresh_soc(bms);
}

void bms_anchor_full(struct bms *bms)
{
    if (bms->learning) {
        int64_t design = (int64_t)bms->param[PARAM_DESIGN_CAPACITY] * MAMS_PER_MAH;
        if (bms->learn_mams >= design / 100 * LEARN_LOW_PCT &&
            bms->learn_mams <= design / 100 * LEARN_HIGH_PCT) {
            bms->full_mams = bms->learn_mams;
            bms->soh_pct100 = (int32_t)min_i32((int32_t)(bms->learn_mams * 10000 / design), 10000);
            bms->calibrated = true;
        }
        bms->learning = false;
    }
    bms->remaining_mams = bms->full_mams;
    refresh_soc(bms);
}

void bms_anchor_empty(struct bms *bms)
{
    bms->remaining_mams = 0;
    bms->learning = true;
    bms->learn_mams = 0;
    refresh_soc(bms);
}

void bms_count(struct bms *bms, int32_t current_ma, uint32_t dt_ms)
{
    int64_t moved = (int64_t)current_ma * dt_ms;
    if (moved == 0) {
        return;
    }
    bms->learn_mams += moved;
    int64_t remaining = bms->remaining_mams + moved;
    remaining = remaining < 0 ? 0 : remaining;
    bms->remaining_mams = remaining > bms->full_mams ? bms->full_mams : remaining;
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
