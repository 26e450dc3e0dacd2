/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hybrid/gen_port.h"

#include "core/units.h"

enum { DAY_S = 86400, DAY_MS = DAY_S * 1000, SMART_HOLD_MS = 30000 };

static void count_run(struct gen_state *state, const struct gen_rules *rules, uint32_t dt_ms)
{
    if (!state->called) {
        return;
    }
    state->run_ms += dt_ms < (uint32_t)DAY_MS - state->run_ms ? dt_ms : 0;
    if (state->over) {
        state->over_ms += dt_ms;
        state->locked = state->locked || state->over_ms >= rules->down_ms;
    } else if (rules->run_max_ms < (uint32_t)DAY_MS && state->run_ms >= rules->run_max_ms) {
        state->over = true;
        state->over_ms = state->run_ms - rules->run_max_ms;
        state->locked = state->over_ms >= rules->down_ms;
    }
}

bool gen_contact(struct gen_state *state, const struct gen_rules *rules,
                 const struct gen_wants *wants, uint32_t dt_ms, int64_t local_s)
{
    int64_t day = local_s / DAY_S;
    count_run(state, rules, dt_ms);
    if (day != state->day) {
        *state = (struct gen_state){.called = state->called && !state->locked, .day = day};
    }
    bool by_level = wants->level <= rules->start ||
                    (state->called && !wants->slot && wants->level < rules->full);
    bool by_slot = wants->slot && !wants->slot_done;
    bool wanted = rules->charge && rules->signal && (by_level || by_slot);
    state->called = wanted && !state->locked;
    return state->called;
}

int32_t gen_share(int32_t rated_w, bool shaves, int32_t load_w, int32_t *charge_w,
                  int32_t *inverter_w)
{
    int32_t room = max_i32(rated_w - load_w, 0);
    *charge_w = min_i32(*charge_w, room);
    *inverter_w = shaves ? max_i32(load_w - rated_w, 0) : 0;
    return load_w + *charge_w - *inverter_w;
}

bool smart_load(struct smart_state *state, const struct smart_rules *rules, int32_t level,
                int32_t pv_w, bool grid, uint32_t now_ms)
{
    bool too_little = level < rules->off || pv_w < rules->pv_w;
    bool plenty = level >= rules->on && pv_w > rules->pv_w;
    bool on = (rules->always_on_grid && grid) || (!too_little && (plenty || state->on));
    time_keep(&state->moved_ms, now_ms);
    bool held = state->moved && !time_reached(now_ms, state->moved_ms + SMART_HOLD_MS);
    if (on != state->on && !held) {
        *state = (struct smart_state){.on = on, .moved = true, .moved_ms = now_ms};
    }
    return state->on;
}

int32_t micro_hz100(const struct micro_rules *rules, int32_t level)
{
    return line_i32(level, rules->on, rules->nominal_hz100, rules->off, rules->high_hz100);
}

bool micro_let(bool *let, const struct micro_rules *rules, int32_t level)
{
    if (level >= rules->off) {
        *let = false;
    } else if (level < rules->on) {
        *let = true;
    }
    return *let;
}
