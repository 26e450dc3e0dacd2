/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/guess.h"

#include <string.h>
#include <strings.h>

void can_guess_begin(struct can_guess *guess, uint32_t now_ms)
{
    memset(guess, 0, sizeof *guess);
    for (int i = 0; i < CAN_DIALECT_COUNT; i++) {
        can_listener_init(&guess->listener[i], &can_dialects[i], now_ms);
    }
}

void can_guess_hear(struct can_guess *guess, const struct can_frame *frame, uint32_t now_ms)
{
    bool inverter = false;
    guess->frames++;
    guess->extended += frame->extended;
    for (int i = 0; i < CAN_DIALECT_COUNT; i++) {
        const struct can_slot *slot = can_dialect_slot(&can_dialects[i], frame);
        inverter |= slot != NULL && slot->message->from_inverter;
        guess->taken[i] += can_listener_hear(&guess->listener[i], frame, now_ms) == CAN_TAKEN;
    }
    guess->from_inverter += inverter;
}

/* The name a battery gives itself fits the dialect's. Where a dialect has none of its own, our
   name stands there: it tells nothing. */
static bool named(const struct can_guess *guess, int i)
{
    const struct battery_report *report = &guess->listener[i].report;
    const char *name = can_dialects[i].maker_name;
    size_t n = strlen(name);
    if (strncmp("HEARTH", name, n) == 0) {
        return false;
    }
    while (n > 0 && name[n - 1] == ' ') {
        n--;
    }
    return n > 0 && (report->heard & HEARD_NAME) != 0 && strncasecmp(report->name, name, n) == 0;
}

const struct can_dialect *can_guess_best(const struct can_guess *guess, int *share_pct)
{
    int best = -1;
    int64_t best_score = 0;
    for (int i = 0; i < CAN_DIALECT_COUNT; i++) {
        /* a broken frame weighs more than one that is merely unknown; a name settles a draw */
        int64_t score = 8 * (int64_t)guess->taken[i] - 16 * (int64_t)guess->listener[i].broken +
                        (guess->taken[i] > 0 && named(guess, i) ? 4 : 0);
        if (guess->taken[i] > 0 && score > best_score) {
            best = i;
            best_score = score;
        }
    }
    uint32_t of_battery = guess->frames - guess->from_inverter;
    *share_pct = best >= 0 && of_battery > 0 ? (int)(guess->taken[best] * 100 / of_battery) : 0;
    return best >= 0 ? &can_dialects[best] : NULL;
}
