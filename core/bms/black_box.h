/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_BLACK_BOX_H
#define HEARTH_CORE_BMS_BLACK_BOX_H

/*
 * What a pack measured in the 60 s before each protection or fault, sample by sample. The caller
 * gives the memory: a few boxes of 600 samples. A trip closes the box in hand and the next one is
 * begun, so nothing is copied while it matters; a trip that comes soon after another reads on in
 * the box before. With four boxes the last three trips are whole; a host takes each out as it
 * comes.
 */

#include "core/bms/bms.h"

enum { BLACK_BOX_SAMPLES = 600, BLACK_BOXES = 4 };

struct black_sample {
    uint32_t at_ms;
    int32_t current_ma;
    uint16_t cell_mv[PACK_CELLS_MAX];
    int16_t temp_c10[PACK_TEMPS + 2]; /* Temp1..4, Env, MOS */
    uint16_t soc_pct100;
    uint8_t gates; /* 1: charge MOS, 2: discharge MOS, 4: sample of the front-end */
    uint8_t state; /* enum pack_state */
};

struct black_box {
    struct black_sample *samples; /* BLACK_BOXES x BLACK_BOX_SAMPLES, the caller's; NULL: none */
    /* private */
    uint16_t n[BLACK_BOXES];  /* samples ever taken in a box */
    uint8_t row[BLACK_BOXES]; /* what closed it */
    uint32_t trip_ms[BLACK_BOXES];
    uint32_t trips; /* boxes ever closed; the one in hand is trips % BLACK_BOXES */
    uint32_t n_told;
};

void black_box_init(struct black_box *box, struct black_sample *samples);

/* Takes a sample, and closes the box when a protection or fault was set in this step. */
void black_box_step(struct black_box *box, const struct bms *bms, const struct bms_inputs *in);

/* Trips whose samples are kept: numbers first..last, from 1; false when there is none. */
bool black_box_span(const struct black_box *box, uint32_t *first, uint32_t *last);

/* What closed a box, and when. */
enum protection_id black_box_cause(const struct black_box *box, uint32_t trip, uint32_t *at_ms);

/* Sample `back` steps before the trip's last (0: the one at the trip itself); NULL when there is
   none that old. */
const struct black_sample *black_box_sample(const struct black_box *box, uint32_t trip,
                                            uint32_t back);

#endif
