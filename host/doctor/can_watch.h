/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DOCTOR_CAN_WATCH_H
#define HEARTH_HOST_DOCTOR_CAN_WATCH_H

/* Listens to a CAN bus between battery and inverter and says what is the matter. Pure: frames and
   time come in. */

#include "host/doctor/finding.h"
#include "host/ends/guess.h"

enum { WATCH_IDS = 96 };

struct can_watch {
    struct can_guess guess;
    uint32_t begun_ms, now_ms;
    int n_ids;
    struct watched_id {
        uint32_t id, n, first_ms, last_ms;
        uint32_t swings; /* contents that were those before the last again */
        uint8_t length;
        uint8_t last[8], before[8];
    } of[WATCH_IDS];
};

void can_watch_begin(struct can_watch *watch, uint32_t now_ms);
void can_watch_hear(struct can_watch *watch, const struct can_frame *frame, uint32_t now_ms);

/* `wanted`: the dialect the battery should speak, NULL: any. Adds nothing when nothing was heard.
 */
void can_watch_judge(const struct can_watch *watch, const struct can_dialect *wanted,
                     uint32_t now_ms, struct diagnosis *diagnosis);

#endif
