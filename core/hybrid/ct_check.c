/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hybrid/ct_check.h"

#include <string.h>

#include "core/units.h"

enum {
    SETTLE_MS = 2000, /* after a move: the meter's delay, the inverter's ramp */
    CLEAR_W = CT_MOVE_W * 6 / 10,
    QUIET_W = CT_MOVE_W * 3 / 10,
    AGREE = 3 /* of CT_MOVES */
};

void ct_check_begin(struct ct_check *check, uint8_t phases)
{
    memset(check, 0, sizeof *check);
    check->phases = phases < CT_PHASES ? phases : CT_PHASES;
}

/* How the moves of this phase were answered by a sensor: +1 the right way, -1 reversed, 0 not at
   all, 2 unclear. */
static int answer_of(const struct ct_check *check, int sensor)
{
    int right = 0;
    int wrong = 0;
    int quiet = 0;
    for (int i = 0; i < CT_MOVES; i++) {
        int32_t answer = check->answer_w[i][sensor]; /* what is given is bought less */
        right += answer < -CLEAR_W;
        wrong += answer > CLEAR_W;
        quiet += abs_i32(answer) < QUIET_W;
    }
    if (right >= AGREE || wrong >= AGREE) {
        return right >= AGREE ? 1 : -1;
    }
    return quiet >= AGREE ? 0 : 2;
}

static void judge(struct ct_check *check)
{
    int found = -1;
    int way = 0;
    bool unclear = false;
    for (int k = 0; k < check->phases; k++) {
        int answer = answer_of(check, k);
        if (answer == 1 || answer == -1) {
            unclear = unclear || found >= 0; /* two answer */
            found = k;
            way = answer;
        }
        unclear = unclear || answer == 2;
    }
    enum ct_verdict *verdict = &check->verdict[check->phase];
    if (unclear) {
        *verdict = CT_UNKNOWN;
        return;
    }
    *verdict = found < 0               ? CT_DEAD
               : found != check->phase ? CT_SWAPPED
               : way > 0               ? CT_RIGHT
                                       : CT_REVERSED;
    check->answers[check->phase] = (uint8_t)max_i32(found, 0);
    check->reversed[check->phase] = way < 0;
}

static void next(struct ct_check *check)
{
    for (int k = 0; k < check->phases; k++) {
        int64_t before = check->n[0] > 0 ? check->sum[0][k] / check->n[0] : 0;
        int64_t moved = check->n[1] > 0 ? check->sum[1][k] / check->n[1] : before;
        check->answer_w[check->move][k] = (int32_t)(moved - before);
    }
    memset(check->sum, 0, sizeof check->sum);
    memset(check->n, 0, sizeof check->n);
    check->begun = false;
    if (++check->move < CT_MOVES) {
        return;
    }
    judge(check);
    check->move = 0;
    check->phase++;
    check->done = check->phase >= check->phases;
}

bool ct_check_step(struct ct_check *check, const int32_t reading_w[CT_PHASES], uint32_t now_ms,
                   int32_t move_w[CT_PHASES])
{
    memset(move_w, 0, CT_PHASES * sizeof move_w[0]);
    if (check->done) {
        return false;
    }
    if (!check->begun) {
        check->begun = true;
        check->begun_ms = now_ms;
    }
    uint32_t passed = now_ms - check->begun_ms;
    bool moves = passed >= CT_HOLD_MS;
    uint32_t within = moves ? passed - CT_HOLD_MS : passed;
    if (within >= SETTLE_MS && within < CT_HOLD_MS) {
        for (int k = 0; k < check->phases; k++) {
            check->sum[moves][k] += reading_w[k];
        }
        check->n[moves]++;
    }
    if (within >= CT_HOLD_MS) {
        next(check);
        return !check->done;
    }
    move_w[check->phase] = moves ? CT_MOVE_W : 0;
    return true;
}
