/* SPDX-License-Identifier: Apache-2.0 */
/* Faults and alarms of an inverter: raise, react, restart. What raises each stands in watch.c;
   every change of a row is an event. */
#include <string.h>

#include "core/inverter/watch.h"

enum {
    OVERLOAD_1_PERMILLE = 1100,
    OVERLOAD_2_PERMILLE = 1300,
    OVERLOAD_3_PERMILLE = 1500,
    OVERLOAD_1_MS = 10000,
    OVERLOAD_2_MS = 3000,
    OVERLOAD_3_MS = 200, /* (i) */
    CALM_MS = 600000,    /* this long without a trip forgets the trips (O-19) */
    RETRIES = 3,
    SHORT_WAIT_MS = 30000,
    LONG_WAIT_MS = 3600000,
    OUTPUT2_BACK_MV = 2000,
    OUTPUT2_BACK_MS = 60000
};

bool inverter_stops_output(const struct inverter *inverter)
{
    return (inverter->stops & STOPS_OUTPUT) != 0;
}

bool inverter_stops_battery(const struct inverter *inverter)
{
    return (inverter->stops & STOPS_BATTERY) != 0;
}

bool inverter_stops_pv(const struct inverter *inverter)
{
    return (inverter->stops & STOPS_PV) != 0;
}

static void find_stops(struct inverter *inverter)
{
    inverter->stops = 0;
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (inverter_has(inverter, (enum fault_id)i)) {
            inverter->stops |= watch_rows[i].stops;
        }
    }
}

void inverter_raise(struct inverter *inverter, enum fault_id fault, bool on)
{
    if (on == inverter_has(inverter, fault)) {
        return;
    }
    inverter->active ^= UINT64_C(1) << fault;
    find_stops(inverter);
    if (inverter->n_events == INVERTER_EVENTS) {
        memmove(inverter->events, inverter->events + 1,
                sizeof inverter->events - sizeof inverter->events[0]);
        inverter->n_events--;
    }
    inverter->events[inverter->n_events++] =
        (struct inverter_event){.at_ms = inverter->in.now_ms, .fault = (uint8_t)fault, .set = on};
}

/* Ladder of the manual: 110..130 % 10 s, 130..150 % 3 s, above at once (O-20). A band counts the
   time above its floor, so that moving up keeps the shorter rest. */
static void time_overload(struct inverter *inverter)
{
    uint32_t now_ms = inverter->in.now_ms;
    int32_t load = inverter->out.feed == FEED_INVERTER ? inverter->load_permille : 0;
    bool due =
        since_held(&inverter->overload_110, load >= OVERLOAD_1_PERMILLE, now_ms, OVERLOAD_1_MS);
    due |= since_held(&inverter->overload_130, load >= OVERLOAD_2_PERMILLE, now_ms, OVERLOAD_2_MS);
    due |= since_held(&inverter->overload_150, load > OVERLOAD_3_PERMILLE, now_ms, OVERLOAD_3_MS);
    inverter->overload_due = due;
    if (inverter->overload_bypass && inverter->load_permille < 1000) {
        inverter->overload_bypass = false;
    }
}

/* [26]: an overload of our own moves to the grid where there is one. */
static bool moves_to_grid(const struct inverter *inverter, enum fault_id fault)
{
    bool ours = fault == FAULT_F_OVERLOAD || fault == FAULT_F_BATTERY_CURRENT;
    return ours && inverter->set[SET_OVERLOAD_BYPASS] != 0 && inverter->grid_ok &&
           inverter->out.feed == FEED_INVERTER;
}

static void trip(struct inverter *inverter, enum fault_id fault)
{
    struct fault_watch *watch = &inverter->watch[fault];
    watch->timer.on = false;
    if (moves_to_grid(inverter, fault)) {
        inverter->overload_bypass = true;
        return;
    }
    if (watch->trips < UINT8_MAX) {
        watch->trips++;
    }
    watch->calm.on = false;
    inverter_raise(inverter, fault, true);
}

/* 30 s, 30 s, 1 h, and no more until a person restarts. */
static bool ladder_is_over(struct inverter *inverter, struct fault_watch *watch)
{
    uint32_t wait_ms = watch->trips < RETRIES ? SHORT_WAIT_MS : LONG_WAIT_MS;
    bool waited = since_held(&watch->timer, true, inverter->in.now_ms, wait_ms);
    return waited && inverter->set[SET_OVERLOAD_RESTART] != 0 && watch->trips <= RETRIES;
}

static bool has_ended(struct inverter *inverter, enum fault_id fault, bool seen)
{
    const struct watch_row *row = &watch_rows[fault];
    struct fault_watch *watch = &inverter->watch[fault];
    bool raised = (inverter->in.raised >> fault & 1) != 0;
    bool away = !raised && (row->away != NULL ? row->away(inverter) : !seen);
    bool long_away = since_held(&watch->timer, away || row->end == END_BY_LADDER,
                                inverter->in.now_ms, row->back_ms);
    switch (row->end) {
    case END_BY_ITSELF: return long_away;
    case END_BY_HAND: return false;
    case END_BY_LADDER: return !raised && ladder_is_over(inverter, watch);
    case END_BY_COOLING: return long_away && inverter->set[SET_OVERTEMP_RESTART] != 0;
    case END_BY_TRIES: return long_away && watch->trips <= RETRIES;
    }
    return false;
}

static void judge(struct inverter *inverter, enum fault_id fault, bool seen)
{
    struct fault_watch *watch = &inverter->watch[fault];
    uint32_t now_ms = inverter->in.now_ms;
    bool raised = (inverter->in.raised >> fault & 1) != 0;
    if (inverter_has(inverter, fault)) {
        if (has_ended(inverter, fault, seen)) {
            watch->timer.on = false;
            inverter_raise(inverter, fault, false);
        }
        return;
    }
    /* A step longer than the time has all of it inside. */
    uint32_t after_ms =
        inverter->dt_ms >= watch_rows[fault].after_ms ? 0 : watch_rows[fault].after_ms;
    if (raised || since_held(&watch->timer, seen, now_ms, after_ms)) {
        trip(inverter, fault);
    } else if (since_held(&watch->calm, !seen && watch->trips > 0, now_ms, CALM_MS)) {
        watch->trips = 0;
    }
}

/* Only what is seen, raised, or still has a time running is looked at: mostly nothing. */
static void judge_all(struct inverter *inverter)
{
    uint64_t seen = watch_seen(inverter) | inverter->in.raised;
    uint64_t open = seen | inverter->active | inverter->watching;
    for (int i = 0; i < FAULT_COUNT && open != 0; i++, open >>= 1) {
        if ((open & 1) == 0) {
            continue;
        }
        uint64_t bit = UINT64_C(1) << i;
        const struct fault_watch *watch = &inverter->watch[i];
        judge(inverter, (enum fault_id)i, (seen & bit) != 0);
        bool waits = watch->timer.on || watch->trips > 0;
        inverter->watching = waits ? inverter->watching | bit : inverter->watching & ~bit;
    }
}

/* [38], [39]: output 2 is shed on battery below its voltage; O-23 for the way back. */
static void shed_output2(struct inverter *inverter)
{
    const int32_t *set = inverter->set;
    int32_t mv = inverter->in.battery_mv;
    if (!inverter->profile->dual_output || set[SET_DUAL_OUTPUT] == 0 ||
        inverter_on_bypass(inverter)) {
        inverter->output2_shed = false;
        return;
    }
    if (!inverter->output2_shed) {
        inverter->output2_shed = mv < set[SET_OUTPUT2_CUTOFF_V];
        inverter->output2_back.on = false;
        return;
    }
    int32_t back_mv =
        max_i32(set[SET_BATTERY_RECOVER_V], set[SET_OUTPUT2_CUTOFF_V] + OUTPUT2_BACK_MV);
    inverter->output2_shed =
        !since_held(&inverter->output2_back, mv >= back_mv, inverter->in.now_ms, OUTPUT2_BACK_MS);
}

void inverter_clear_faults(struct inverter *inverter)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (inverter->profile->faults[i].class == CLASS_FAULT) {
            inverter_raise(inverter, (enum fault_id)i, false);
            inverter->watch[i] = (struct fault_watch){0};
        }
    }
}

void inverter_protect(struct inverter *inverter)
{
    time_overload(inverter);
    judge_all(inverter);
    shed_output2(inverter);
}

bool inverter_next_event(struct inverter *inverter, struct inverter_event *event)
{
    if (inverter->n_events == 0) {
        return false;
    }
    *event = inverter->events[0];
    inverter->n_events--;
    memmove(inverter->events, inverter->events + 1,
            inverter->n_events * sizeof inverter->events[0]);
    return true;
}
