/* SPDX-License-Identifier: Apache-2.0 */
/* What the estimator remembers over a loss of power: out as one block, in only when it can be. */
#include "core/bms/bms.h"
#include "core/bms/ocv.h"

#include <string.h>

enum {
    MAMS_PER_MAH = 3600000,
    LOOP_MV = 30, /* hysteresis and a little more, either side, when nothing is known */
    UNKNOWN_AWAY_S = 30 * 86400,
    LONG_SLEEP_S = 86400,
    OFFSET_MOST_MA = 1200
};
static const float VAR_SCALE = 1.0e8F;
static const float VAR_MOST = 1.0e12F;
static const float AWAY_PCT_PER_DAY = 1.0F; /* own consumption and self-discharge, as uncertainty */

/* FNV-1a over all but the check itself. */
static uint32_t check_of(const struct soc_memory *memory)
{
    uint32_t hash = 2166136261U;
    const uint8_t *byte = (const uint8_t *)memory;
    for (size_t i = 0; i < offsetof(struct soc_memory, check); i++) {
        hash = (hash ^ byte[i]) * 16777619U;
    }
    return hash;
}

void bms_soc_save(const struct bms *bms, struct soc_memory *memory)
{
    memset(memory, 0, sizeof *memory);
    const struct soc_state *soc = &bms->soc;
    memory->version = SOC_MEMORY_VERSION;
    memory->design_mah = bms->param[PARAM_DESIGN_CAPACITY];
    memory->full_mams = bms->full_mams;
    memory->remaining_mams = bms->remaining_mams;
    memory->throughput_mams = bms->throughput_mams;
    memory->learn_mams = bms->learn_mams;
    soc_covariance_now(bms, memory->var);
    memory->offset_ma = soc->offset_ma;
    memory->cycles = bms->cycles;
    memory->since_full_s = soc->since_full_s;
    memory->resistance_weight = soc->resistance_weight;
    memcpy(memory->cell_uohm, soc->cell_uohm, sizeof memory->cell_uohm);
    memory->calibrated = bms->calibrated;
    memory->learning = bms->learning;
    memory->anchored = soc->anchored;
    memory->n_cells = bms->profile->n_cells;
    memory->check = check_of(memory);
}

static bool can_be(const struct bms *bms, const struct soc_memory *m)
{
    int64_t design = (int64_t)m->design_mah * MAMS_PER_MAH;
    if (m->version != SOC_MEMORY_VERSION || m->check != check_of(m) ||
        m->n_cells != bms->profile->n_cells || m->design_mah != bms->param[PARAM_DESIGN_CAPACITY] ||
        m->full_mams < design / 2 || m->full_mams > design / 5 * 6 || m->remaining_mams < 0 ||
        m->remaining_mams > m->full_mams || m->offset_ma > OFFSET_MOST_MA ||
        m->offset_ma < -OFFSET_MOST_MA || m->throughput_mams < 0) {
        return false;
    }
    for (int i = 0; i < SOC_COVARIANCES; i++) {
        float var = (float)m->var[i];
        bool own = i == SOC_QQ || i == SOC_OO || i == SOC_CC;
        if (var > VAR_MOST || var < -VAR_MOST || (own && var < 0.0F)) {
            return false;
        }
    }
    for (int i = 0; i < m->n_cells; i++) {
        if (m->cell_uohm[i] == 0 || m->cell_uohm[i] > 100000) {
            return false;
        }
    }
    return m->calibrated <= 1 && m->learning <= 1 && m->anchored <= 1;
}

static void stood_still(struct bms *bms, uint32_t away_s)
{
    uint32_t away = away_s < UNKNOWN_AWAY_S ? away_s : UNKNOWN_AWAY_S;
    float doubt = AWAY_PCT_PER_DAY * (float)away / 86400.0F;
    bms->soc.var[SOC_QQ] += (int64_t)(doubt * doubt * VAR_SCALE);
    bms->soc.since_full_s += away;
    soc_refresh_bound(bms);
}

void bms_soc_slept(struct bms *bms, uint32_t slept_s)
{
    bms->learning = bms->learning && slept_s <= LONG_SLEEP_S;
    soc_suspend(bms);
    stood_still(bms, slept_s);
}

bool bms_soc_restore(struct bms *bms, const struct soc_memory *memory, uint32_t away_s)
{
    if (!can_be(bms, memory)) {
        return false;
    }
    struct soc_state *soc = &bms->soc;
    bms->full_mams = memory->full_mams;
    bms_set_soc(bms, 0);
    soc_move(bms, memory->remaining_mams);
    soc_set_full(bms, memory->full_mams);
    bms->throughput_mams = memory->throughput_mams;
    bms->cycles = memory->cycles;
    bms->calibrated = memory->calibrated != 0;
    bms->learning = false; /* a reset cancels the run */
    memcpy(soc->var, memory->var, sizeof soc->var);
    soc->offset_ma = memory->offset_ma;
    soc->resistance_weight = memory->resistance_weight;
    memcpy(soc->cell_uohm, memory->cell_uohm, sizeof soc->cell_uohm);
    resistance_start(bms);
    soc->since_full_s = memory->since_full_s;
    soc->anchored = false; /* nor does a window of ours outlive it */
    soc->age_s = 0;
    stood_still(bms, away_s);
    return true;
}

void bms_guess_soc(struct bms *bms)
{
    float slope;
    float low = ocv_charge((float)(bms->q[Q_CELL_MIN_MV] - LOOP_MV), &slope);
    float high = ocv_charge((float)(bms->q[Q_CELL_MAX_MV] + LOOP_MV), &slope);
    int32_t low_pct100 = (int32_t)(low * 10000.0F);
    int32_t high_pct100 = (int32_t)(high * 10000.0F);
    int32_t soc = clamp_i32(bms->soc_pct100, low_pct100, high_pct100);
    bool still =
        bms->q[Q_CHARGE_MA] + bms->q[Q_DISCHARGE_MA] <= bms->param[PARAM_DESIGN_CAPACITY] / 25;
    if (!still || !bms->sampled) {
        soc = bms->soc_pct100; /* under load, or not measured: keep, and say so */
        low_pct100 = 0;
        high_pct100 = 10000;
    }
    bms_set_soc(bms, soc);
    soc_said(bms, max_i32(high_pct100 - soc, soc - low_pct100) / 3 + 100);
}
