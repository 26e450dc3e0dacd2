/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up guides of the batteries, and what confirms a step. */
#include "core/product/guide.h"

static const struct guide_step vt_steps[] = {
    {"Battery in place: correct, firm, reliable", 0},
    {"Cables laid reasonably and as the user wants", 0},
    {"Cable ties uniform, without sharp ends", 0},
    {"Grounding correct, firm, reliable", 0},
    {"DC switch and all storage switches off", 0},
    {"DC input, storage and signal cables correct and firm", 0},
    {"Unused terminals insulated with tape", 0},
    {"Surroundings: space reasonable, clean, nothing left behind", 0},
    {"RST held 3 to 6 s activates the board", 0},
};

/* The surge of an inverter that starts on the battery would burn the BMS. */
static const struct guide_step es_steps[] = {
    {"Battery and inverter connected, both off", 0},
    {"Inverter on", 300},
    {"Battery on", 0},
};

static const struct guide_step b1_steps[] = {
    {"DC switch of B1 No.3 on", 0},
    {"DC switch of B1 No.2 on", 0},
    {"DC switch of B1 No.1 on", 0},
    {"DC switch of the AS1 on", 0},
    {"Battery switch of B1 No.3 on: blue", 0},
    {"Battery switch of B1 No.2 on: blue", 0},
    {"Battery switch of B1 No.1 on: blue", 0},
    {"Battery switch of the AS1 on: blue", 30},
    {"Lamps and display read", 0},
};

#define GUIDE(list)                            \
    {                                          \
        (list), sizeof(list) / sizeof(list)[0] \
    }
const struct guide guide_vt12040 = GUIDE(vt_steps);
const struct guide guide_es_series = GUIDE(es_steps);
const struct guide guide_b1 = GUIDE(b1_steps);

void guide_begin(struct guide_state *state, const struct guide *guide, uint32_t now_ms)
{
    *state = (struct guide_state){.guide = guide, .confirmed_ms = now_ms};
}

uint32_t guide_wait_ms(const struct guide_state *state, uint32_t now_ms)
{
    if (state->next == 0 || state->next > state->guide->n) {
        return 0;
    }
    uint32_t wait_ms = state->guide->steps[state->next - 1].wait_s * 1000U;
    uint32_t passed_ms = now_ms - state->confirmed_ms;
    return passed_ms >= wait_ms ? 0 : wait_ms - passed_ms;
}

enum guide_answer guide_confirm(struct guide_state *state, int step, uint32_t now_ms)
{
    if (state->next >= state->guide->n) {
        return GUIDE_OVER;
    }
    if (step != state->next) {
        return GUIDE_OUT_OF_ORDER;
    }
    if (guide_wait_ms(state, now_ms) > 0) {
        return GUIDE_TOO_EARLY;
    }
    state->next++;
    state->confirmed_ms = now_ms;
    return GUIDE_DONE;
}
