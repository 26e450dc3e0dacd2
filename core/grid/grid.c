/* SPDX-License-Identifier: Apache-2.0 */
/* Off the grid and back on. */
#include "core/grid/grid.h"

#include <string.h>

enum { PERMILLE = 1000, MINUTE_MS = 60000, SLOT_MS = 10000, NO_VOLTAGE_MV = 20000 };

void grid_watch_init(struct grid_watch *watch, const struct grid_code *code, uint32_t now_ms)
{
    memset(watch, 0, sizeof *watch);
    watch->code = code;
    watch->looked_ms = now_ms;
}

int32_t grid_mean_mv(const struct grid_watch *watch)
{
    int64_t sum = 0;
    for (int i = 0; i < watch->mean_n; i++) {
        sum += watch->mean_mv[i];
    }
    return watch->mean_n > 0 ? (int32_t)(sum / watch->mean_n) : 0;
}

/* The highest phase counts: it is the one that would be too high. */
static void count_mean(struct grid_watch *watch, int32_t high_mv, uint32_t dt_ms)
{
    watch->mean_sum += (int64_t)high_mv * dt_ms;
    watch->mean_ms += dt_ms;
    if (watch->mean_ms < SLOT_MS) {
        return;
    }
    watch->mean_mv[watch->mean_at] = (int32_t)(watch->mean_sum / watch->mean_ms);
    watch->mean_at = (uint8_t)((watch->mean_at + 1) % GRID_MEAN_SLOTS);
    watch->mean_n = (uint8_t)min_i32(watch->mean_n + 1, GRID_MEAN_SLOTS);
    watch->mean_sum = 0;
    watch->mean_ms = 0;
}

struct extremes {
    int32_t low_mv, high_mv;
};

static struct extremes extremes_of(const struct grid_sample *sample)
{
    struct extremes e = {sample->mv[0], sample->mv[0]};
    for (int i = 1; i < sample->phases && i < GRID_PHASES; i++) {
        e.low_mv = min_i32(e.low_mv, sample->mv[i]);
        e.high_mv = max_i32(e.high_mv, sample->mv[i]);
    }
    return e;
}

static bool is_beyond(const struct grid_watch *watch, const struct grid_trip *trip,
                      const struct extremes *e, int32_t hz100)
{
    bool there = e->low_mv > NO_VOLTAGE_MV && hz100 > 0;
    switch (trip->kind) {
    case TRIP_OVER_V: return e->high_mv > trip->limit;
    case TRIP_UNDER_V: return e->low_mv < trip->limit;
    case TRIP_OVER_HZ: return there && hz100 > trip->limit;
    case TRIP_UNDER_HZ: return there && hz100 < trip->limit;
    case TRIP_MEAN_V: return grid_mean_mv(watch) > trip->limit;
    }
    return false;
}

/* Bits of the kinds that have lasted for their time; `*beyond` of those that are beyond now. */
static uint8_t judge(struct grid_watch *watch, const struct extremes *e, int32_t hz100,
                     uint32_t now_ms, uint8_t *beyond)
{
    uint8_t due = 0;
    *beyond = 0;
    for (int i = 0; i < watch->code->n_trips; i++) {
        const struct grid_trip *trip = &watch->code->trip[i];
        uint16_t bit = (uint16_t)(1U << i);
        if (!is_beyond(watch, trip, e, hz100)) {
            watch->beyond = (uint16_t)(watch->beyond & ~bit);
            continue;
        }
        if ((watch->beyond & bit) == 0) {
            watch->since_ms[i] = now_ms;
            watch->beyond |= bit;
        }
        time_keep(&watch->since_ms[i], now_ms);
        *beyond = (uint8_t)(*beyond | 1U << trip->kind);
        if (time_reached(now_ms, watch->since_ms[i] + trip->after_ms)) {
            due = (uint8_t)(due | 1U << trip->kind);
        }
    }
    return due;
}

static bool may_come_back(const struct grid_code *code, const struct extremes *e, int32_t hz100)
{
    return e->low_mv >= code->back_min_mv && e->high_mv <= code->back_max_mv &&
           hz100 >= code->back_min_hz100 && hz100 <= code->back_max_hz100;
}

static void wait_outside(struct grid_watch *watch, bool inside, uint32_t now_ms)
{
    uint32_t wait_ms = watch->back_after_ms != 0 ? watch->back_after_ms : watch->code->back_ms;
    if (!inside) {
        watch->inside = false;
        return;
    }
    if (!watch->inside) {
        watch->inside = true;
        watch->inside_ms = now_ms;
    }
    time_keep(&watch->inside_ms, now_ms);
    if (time_reached(now_ms, watch->inside_ms + wait_ms)) {
        watch->ok = true;
        watch->trips = 0;
        watch->risen = 0;
        watch->allowed = watch->code->ramp_permille_min > 0 ? 0 : PERMILLE;
    }
}

/* Kept in permille times minutes' milliseconds: a step of 10 ms brings less than a permille. */
static void rise(struct grid_watch *watch, uint32_t dt_ms)
{
    if (watch->allowed >= PERMILLE) {
        return;
    }
    watch->risen += (int64_t)watch->code->ramp_permille_min * dt_ms;
    watch->allowed = (int32_t)min_i32((int32_t)(watch->risen / MINUTE_MS), PERMILLE);
}

void grid_watch_step(struct grid_watch *watch, const struct grid_sample *sample, uint32_t now_ms)
{
    uint32_t dt_ms = watch->begun ? now_ms - watch->looked_ms : 0;
    struct extremes e = extremes_of(sample);
    uint8_t beyond;
    watch->begun = true;
    watch->looked_ms = now_ms;
    if (e.high_mv > NO_VOLTAGE_MV) { /* an outage is no low mean */
        count_mean(watch, e.high_mv, dt_ms);
    }
    uint8_t due = judge(watch, &e, sample->hz100, now_ms, &beyond);
    if (watch->ok && due != 0) {
        watch->ok = watch->inside = false;
        watch->trips = due;
        watch->allowed = 0;
    } else if (watch->ok) {
        rise(watch, dt_ms);
    } else {
        watch->trips = due != 0 ? due : watch->trips;
        wait_outside(watch, beyond == 0 && may_come_back(watch->code, &e, sample->hz100), now_ms);
    }
}
