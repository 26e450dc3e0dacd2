/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_HYBRID_CT_CHECK_H
#define HEARTH_CORE_HYBRID_CT_CHECK_H

/*
 * Commissioning test of the sensors at the connection point: the inverter moves power, phase after
 * phase, and sees which sensor answers and with which sign. Repeated, and against the home's own
 * noise: a verdict only where the answer is clear.
 */

#include <stdbool.h>
#include <stdint.h>

enum { CT_PHASES = 3, CT_MOVES = 4, CT_MOVE_W = 1000, CT_HOLD_MS = 4000 };

enum ct_verdict {
    CT_UNKNOWN, /* not tried yet, or the home moved too much: try again */
    CT_RIGHT,
    CT_REVERSED, /* the arrow shows the wrong way */
    CT_SWAPPED,  /* another phase's sensor answers: `answers` says which */
    CT_DEAD      /* no sensor answers: not there, not plugged, or beside the line */
};

struct ct_check {
    uint8_t phases;
    enum ct_verdict verdict[CT_PHASES];
    uint8_t answers[CT_PHASES]; /* the phase that answered, from 0 */
    bool reversed[CT_PHASES];   /* of the sensor that answered */
    bool done;
    /* private */
    uint8_t phase, move;
    uint32_t begun_ms;
    bool begun;
    int64_t sum[2][CT_PHASES]; /* readings without and with the move */
    int32_t n[2];
    int32_t answer_w[CT_MOVES][CT_PHASES];
};

void ct_check_begin(struct ct_check *check, uint8_t phases);

/* A reading of all phases (+ buys). What the inverter should now give on each phase is put into
   `move_w`. True while it goes on. */
bool ct_check_step(struct ct_check *check, const int32_t reading_w[CT_PHASES], uint32_t now_ms,
                   int32_t move_w[CT_PHASES]);

#endif
