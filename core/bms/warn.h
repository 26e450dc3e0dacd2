/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_WARN_H
#define HEARTH_CORE_BMS_WARN_H

/*
 * Early warnings, beyond the manuals: they stop nothing and light nothing, they tell of a cell long
 * before a protection would. Rules and figures are our choice (docs/bms.md, "Early warnings").
 *
 *  weak cell       was as full as the others at the last full charge and is empty well before them
 *  connection      the resistance of one cell's place in the string jumped against the others'
 *  self-discharge  was in step with the others at full charges and falls behind at three in a row
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/bms/event.h"

struct bms;
struct bms_inputs;

struct bms_warnings {
    uint8_t active;           /* bit per enum bms_warning */
    uint8_t cell[WARN_COUNT]; /* which cell, from 0; the last one told */

    /* private */
    int32_t excess_uohm[PACK_CELLS_MAX]; /* above the mean of the others: fast ... */
    int32_t usual_uohm[PACK_CELLS_MAX];  /* ... and slow */
    uint8_t n_steps;                     /* steps of the current seen, saturated */
    uint32_t step_ms;
    bool emptying; /* one cell is ahead on the way down: since, and which */
    uint8_t emptying_cell;
    uint32_t emptying_ms;
    bool topped;        /* at least one full charge was seen */
    uint16_t in_family; /* bit per cell: was in step with the others at a full charge */
    uint8_t lagging[PACK_CELLS_MAX]; /* full charges in a row it fell behind at */
    int16_t top_behind_mv[PACK_CELLS_MAX];
    int64_t topped_s; /* BMS clock of the last full charge that counted */
};

/* Looks at a sample, before the estimator takes it as its last. */
void warn_step(struct bms *bms, const struct bms_inputs *in);

/* The end of a charge was met in this sample. */
void warn_at_top(struct bms *bms);

#endif
