/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_SOC_H
#define HEARTH_CORE_BMS_SOC_H

/*
 * State of charge and of health of one pack: what the estimator knows beyond the counted charge of
 * `struct bms`. Three unknowns are followed with their uncertainty (docs/bms.md, "SOC"): the charge
 * itself, the offset of the current sensor (with what the electronics draw behind it) and the full
 * capacity. Counting is exact and costs a multiplication; all else happens every 10 s, at a step of
 * the current, or when an end of the scale is met.
 *
 * Promises:
 *  1. Voltage corrects the charge only at the ends (manual), after a rest of half an hour below the
 *     plateau, or on the way down through the bottom knee with charge really moving.
 *  2. Offset and capacity are learned only between two ends that were measured; a SOC that somebody
 *     said starts no such window.
 *  3. While somebody says the SOC (hold_charge) nothing here moves.
 *  4. What no sensor can say (current beyond five times the rating, cells outside 2..4 V) is not
 *     counted and teaches nothing.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/product/pack.h"

struct bms;
struct bms_inputs;

/* Covariance of charge, offset and capacity (upper triangle), in 1e-8 of (% of design)^2, the
   offset in % of design per hour. */
enum { SOC_QQ, SOC_QO, SOC_QC, SOC_OO, SOC_OC, SOC_CC, SOC_COVARIANCES };

/* All that must outlive a loss of power, as one block of fixed layout (version 1). Filled by
   bms_soc_save(); the caller stores it as bytes. Times are of the pack's own clock. */
struct soc_memory {
    uint32_t version; /* SOC_MEMORY_VERSION */
    int32_t design_mah;
    int64_t full_mams, remaining_mams, throughput_mams, learn_mams;
    int64_t var[SOC_COVARIANCES];
    int32_t offset_ma;
    uint32_t cycles;
    uint32_t since_full_s;
    uint32_t resistance_weight;
    uint32_t cell_uohm[PACK_CELLS_MAX];
    uint8_t calibrated, learning, anchored, n_cells;
    uint32_t check; /* of all before */
};

enum { SOC_MEMORY_VERSION = 1 };
_Static_assert(sizeof(struct soc_memory) == 176, "stored as bytes: no holes, no change of layout");

enum { SOC_DESCENTS = 3 };

/* The estimator's own state, inside struct bms. */
struct soc_state {
    int64_t var[SOC_COVARIANCES]; /* as of `age_s` ago */
    int32_t offset_ma;            /* reading - true cell current; subtracted from each sample */
    int32_t bound_pct100;         /* half width that holds in 99 % of the samples or more */
    int32_t soh_resistance_pct100;
    uint32_t pack_uohm;                 /* sum of the cells at 25 degC */
    uint32_t cell_uohm[PACK_CELLS_MAX]; /* ohmic, at 25 degC */
    uint32_t resistance_weight;         /* steps seen, in (0.1 A)^2, saturated */
    uint32_t since_full_s;              /* since a full charge or the start */
    bool anchored;                      /* the last end was measured, not said */
    bool full_charge_request;

    /* private: since the last event or tick */
    int64_t beyond_mams; /* counted past full or empty and clipped */
    int64_t ticked_mams; /* learn_mams at the last tick */
    uint32_t tick_ms, age_s;
    int64_t moved_mams; /* through the pack since the last event, either way */
    int32_t branch;     /* where in the hysteresis loop, 1e-6: -1 discharged .. 1 charged */
    int32_t last_ma;    /* last good reading */
    int32_t minute_ma;  /* mean of the last minute or so */
    int32_t doubt_ma;   /* the sensor's offset at the start, one sigma */
    uint16_t last_mv[PACK_CELLS_MAX];
    bool last_good;
    int32_t rest_ticks, rest_blocks, rest_sum_mv, rest_sum_ma, rest_mv;
    int32_t zero_ticks, zero_sum_ma;
    int32_t anchor_permille;            /* where the charge was last measured */
    int32_t level_mv10;                 /* rest voltage as estimated under load, smoothed */
    int64_t descent_mams[SOC_DESCENTS]; /* drawn since the top of each way down */
    bool descending[SOC_DESCENTS];
    uint8_t contradictions;
};

/* Fills the block to be stored; any time. */
void bms_soc_save(const struct bms *bms, struct soc_memory *memory);

/* Takes a stored block over after `away_s` without power (UINT32_MAX: nobody knows). False and
   nothing changed when it is damaged, of another version, of another pack or holds what cannot be;
   the SOC is then a guess with a bound as wide as the scale (bms_guess_soc()). */
bool bms_soc_restore(struct bms *bms, const struct soc_memory *memory, uint32_t away_s)
    __attribute__((warn_unused_result));

/* The pack slept this long with its count standing still: own consumption widens the bound, and a
   sleep of more than a day cancels the run that learns the capacity (not to be told of a UV sleep).
 */
void bms_soc_slept(struct bms *bms, uint32_t slept_s);

/* SOC from cell voltage, as far as it says anything: the present value moved into the range that
   the lowest and highest cell allow, with the rest of that range as its bound. For a first start
   and after a change of the design capacity. */
void bms_guess_soc(struct bms *bms);

/* How far the current sensor may be off before anything is learned (one sigma; 300 mA unless said):
   a sensor that was zeroed is worth saying. */
void bms_doubt_sensor(struct bms *bms, int32_t sigma_ma);

/* private to core/bms */
void soc_start(struct bms *bms);                      /* nothing is known */
void soc_said(struct bms *bms, int32_t sigma_pct100); /* somebody said the SOC */
void soc_met_full(struct bms *bms, bool learned);
void soc_met_empty(struct bms *bms);
void soc_watch(struct bms *bms, const struct bms_inputs *in, uint32_t dt_ms);
void soc_suspend(struct bms *bms);
void soc_forget_descents(struct bms *bms);
void soc_measured(struct bms *bms, float soc, float sigma);
void soc_zero_measured(struct bms *bms, int32_t offset_ma, int32_t sigma_ma);
void soc_covariance_now(const struct bms *bms, int64_t *var); /* grown up to now */
bool soc_run_is_sure(const struct bms *bms);
void soc_refresh_bound(struct bms *bms);
/* The part of the bound that a full charge would take away, 0.01 %. */
int32_t soc_to_gain_pct100(const struct bms *bms);
void soc_move(struct bms *bms, int64_t by_mams);
void soc_set_full(struct bms *bms, int64_t full_mams);
void resistance_start(struct bms *bms);
void resistance_step(struct bms *bms, const struct bms_inputs *in);
/* What a mean cell drops at this current and the last minute's, mV, + when charging. */
float resistance_drop_mv(const struct bms *bms, int32_t ma);

#endif
