/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_GUESS_H
#define HEARTH_HOST_ENDS_GUESS_H

/*
 * Which CAN dialect is spoken on a bus, from what is heard: each dialect listens along; the one
 * that understands most and misunderstands least is named. Several dialects are the same frames
 * under another name (Pylon, Deye, GoodWe): then the battery's name decides, and else the plainest
 * is said.
 */

#include "core/proto/can_ends.h"

struct can_guess {
    struct can_listener listener[CAN_DIALECT_COUNT];
    uint32_t taken[CAN_DIALECT_COUNT], frames;
    uint32_t from_inverter; /* signs of life of an inverter */
    uint32_t extended;      /* frames of 29 bits: none of these dialects */
};

void can_guess_begin(struct can_guess *guess, uint32_t now_ms);
void can_guess_hear(struct can_guess *guess, const struct can_frame *frame, uint32_t now_ms);

/* The best dialect; NULL: nothing that fits any. `share_pct` of the battery's frames it takes. */
const struct can_dialect *can_guess_best(const struct can_guess *guess, int *share_pct);

#endif
