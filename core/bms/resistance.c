/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resistance of each cell from steps of the current: what a cell's voltage does between two samples
 * in which the current jumped. Taken to 25 degC with the cell's own sensor, averaged by the square
 * of the step, so that large clean steps count and small noisy ones hardly do. A step that no cell
 * could answer (no answer at all, or ten times too much) is a sensor's doing and teaches nothing.
 *
 * Sources: change with temperature from the data of Naumann et al., below 10 degC by its own slope;
 * nominal 0.6 mOhm at 100 Ah, and two thirds of it more behind a minute: a usual prismatic cell.
 */
#include "core/bms/bms.h"

enum {
    NOMINAL_UOHM_AH = 60000,
    STEP_SHARE = 10,      /* of the rating: a step from here on */
    STEP_MS = 1200,       /* between the samples at most: later the minute's part has come too */
    WEIGHT_A = 20,        /* memory: as much as this many amperes ... */
    WEIGHT_STEPS = 150,   /* ... this many times */
    COLD_C10 = 50,        /* steps are looked at from here ... */
    HOT_C10 = 500,        /* ... to here: elsewhere the temperature says too little */
    LEAST_CELL_MV = 2600, /* and not where the curve itself is steep */
    MOST_CELL_MV = 3450
};
static const float MINUTE_PART = 0.667F;
static const float FIRST_WEIGHT = 10000.0F; /* of the nominal figure: one step of 10 A */

static uint32_t nominal_uohm(const struct bms *bms)
{
    int32_t ah = max_i32(bms->param[PARAM_DESIGN_CAPACITY] / 1000, 1);
    return (uint32_t)(NOMINAL_UOHM_AH / ah);
}

static float factor_at(int32_t c10)
{
    static const struct {
        int16_t c10, percent;
    } table[] = {{-200, 400}, {0, 210}, {100, 145}, {250, 100}, {400, 79}, {600, 76}};
    int i = 0;
    while (i < 4 && c10 > table[i + 1].c10) {
        i++;
    }
    return (float)line_i32(c10, table[i].c10, table[i].percent * 100, table[i + 1].c10,
                           table[i + 1].percent * 100) *
           0.0001F;
}

float resistance_drop_mv(const struct bms *bms, int32_t ma)
{
    float mean = (float)bms->soc.pack_uohm / (float)bms->profile->n_cells;
    float both_ma = (float)ma + MINUTE_PART * (float)bms->soc.minute_ma;
    return mean * factor_at(bms->q[Q_TEMP_MIN_C10]) * both_ma * 1.0e-6F;
}

static void sum_up(struct bms *bms)
{
    uint32_t sum = 0;
    for (int i = 0; i < bms->profile->n_cells; i++) {
        sum += bms->soc.cell_uohm[i];
    }
    bms->soc.pack_uohm = sum;
    float mah = (float)max_i32(bms->param[PARAM_DESIGN_CAPACITY], 1000);
    float nominal = (float)(NOMINAL_UOHM_AH * bms->profile->n_cells) * 1000.0F / mah;
    float health = nominal * 10000.0F / (float)(sum > 0 ? sum : 1);
    bms->soc.soh_resistance_pct100 = health < 10000.0F ? (int32_t)health : 10000;
}

void resistance_start(struct bms *bms)
{
    for (int i = 0; i < bms->profile->n_cells; i++) {
        if (bms->soc.resistance_weight == 0) {
            bms->soc.cell_uohm[i] = nominal_uohm(bms);
        }
    }
    sum_up(bms);
}

static bool plausible(const struct bms *bms, const struct bms_inputs *in)
{
    for (int i = 0; i < bms->profile->n_cells; i++) {
        if (in->cell_mv[i] < LEAST_CELL_MV || in->cell_mv[i] > MOST_CELL_MV) {
            return false;
        }
    }
    return bms->bad_sensors == 0 && bms->q[Q_TEMP_MIN_C10] >= COLD_C10 &&
           bms->q[Q_TEMP_MAX_C10] <= HOT_C10;
}

/* Called at a jump of the current only. */
static void learn(struct bms *bms, const struct bms_inputs *in, int32_t step_ma)
{
    struct soc_state *soc = &bms->soc;
    int n = bms->profile->n_cells;
    float step_a = (float)step_ma * 0.001F;
    float weight = step_a * step_a * 100.0F;
    float gain = weight / ((float)soc->resistance_weight + FIRST_WEIGHT + weight);
    float measured[PACK_CELLS_MAX];
    float nominal = (float)nominal_uohm(bms);
    for (int i = 0; i < n; i++) {
        float uohm = (float)(in->cell_mv[i] - soc->last_mv[i]) * 1000.0F / step_a;
        measured[i] = uohm / factor_at(in->temp_c10[i * PACK_TEMPS / n]);
        if (measured[i] < 0.3F * nominal || measured[i] > 10.0F * nominal) {
            return; /* one cell that cannot be spoils the sample */
        }
    }
    for (int i = 0; i < n; i++) {
        float old = (float)soc->cell_uohm[i];
        soc->cell_uohm[i] = (uint32_t)(old + gain * (measured[i] - old) + 0.5F);
    }
    float most = (float)(WEIGHT_A * WEIGHT_A * WEIGHT_STEPS) * 100.0F;
    float sum = (float)soc->resistance_weight + weight;
    soc->resistance_weight = (uint32_t)(sum < most ? sum : most);
    sum_up(bms);
}

void resistance_step(struct bms *bms, const struct bms_inputs *in)
{
    int32_t step_ma = in->current_ma - bms->soc.last_ma;
    if (abs_i32(step_ma) >= bms->profile->rated_ma / STEP_SHARE && plausible(bms, in)) {
        learn(bms, in, step_ma);
    }
}
