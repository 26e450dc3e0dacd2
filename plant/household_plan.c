/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of a day: who is there, when it is dark, and what runs without anybody. */
#include "plant/household_plan.h"

#include <math.h>

enum { DAY_S = 86400, HOUR_S = 3600 };
enum { STREAM_DAY = 0x8000, STREAM_AWAY, STREAM_FRIDGE, STREAM_FREEZER };

static int32_t hours(float h) { return (int32_t)(h * HOUR_S); }

void household_run(struct household *h, const struct household_day *day, int32_t from_s,
                   int32_t to_s, float watt)
{
    if (to_s <= from_s || watt <= 0) {
        return;
    }
    h->planned_j += (double)watt * (to_s - from_s);
    int32_t from = from_s + day->shift_s, to = to_s + day->shift_s;
    if (to <= 0 || from >= DAY_S || h->n_edges + 2 > HOUSEHOLD_EDGES) {
        return;
    }
    int32_t delta = (int32_t)lrintf(watt * 10);
    h->edges[h->n_edges++] = (struct household_edge){from > 0 ? from : 0, delta};
    h->edges[h->n_edges++] = (struct household_edge){to, -delta};
}

/*
 * A compressor: cycle k starts near k * period, whatever the day, so cycles run through midnight.
 * A second of inrush, then some minutes above the settled power.
 */
static void plan_compressor(struct household *h, const struct household_day *day, uint64_t stream,
                            float watt, float period_s, float duty)
{
    uint64_t starts = rng_stream(h->options.seed, stream);
    uint64_t lengths = rng_stream(starts, 1);
    int64_t start = day->day * DAY_S, period = (int64_t)period_s;
    for (int64_t k = start / period - 1; k * period < start + DAY_S; k++) {
        float u = rng_hash_uniform(starts, (uint64_t)k);
        float v = rng_hash_uniform(lengths, (uint64_t)k);
        int32_t from = (int32_t)(k * period - start) + (int32_t)(0.15F * u * period_s);
        int32_t length = (int32_t)(period_s * duty * (0.8F + 0.4F * v));
        if (from < 0 || from >= DAY_S) {
            continue; /* the neighbouring day plans it */
        }
        household_run(h, day, from, from + length, watt);
        household_run(h, day, from, from + 1, watt * 5);
        household_run(h, day, from, from + length / 3, watt * 0.16F);
        household_run(h, day, from, from + length / 9, watt * 0.12F);
    }
}

void household_plan_cold(struct household *h, const struct household_day *day)
{
    float warm = 1 + 0.12F * day->summer;
    plan_compressor(h, day, STREAM_FRIDGE, h->fridge_w, h->fridge_period_s, h->fridge_duty * warm);
    if (h->freezer_w > 0) {
        plan_compressor(h, day, STREAM_FREEZER, h->freezer_w, h->fridge_period_s * 1.37F,
                        h->fridge_duty * 0.9F * warm);
    }
    if (day->summer < 0.1F) { /* the heating's pump */
        household_run(h, day, hours(5.5F), hours(22.5F), 35);
    }
}

static void daylight(struct household_day *day, float latitude_deg)
{
    float declination = 0.4091F * day->summer * (latitude_deg < 0 ? -1.0F : 1.0F);
    float x = -tanf(latitude_deg * 0.0174533F) * tanf(declination);
    float half = x >= 1 ? 0 : x <= -1 ? 12 : acosf(x) * 3.8197186F;
    float noon = day->summer > 0 ? 13.2F : 12.3F; /* clocks run ahead of the sun in summer */
    day->sunrise_s = hours(noon - half);
    day->sunset_s = hours(noon + half);
}

static void presence(const struct household *h, struct household_day *day)
{
    struct rng *r = &day->rng;
    day->at_home = rng_chance(r, day->weekend ? 0.7F : h->at_home);
    day->wake_s = hours((day->weekend ? 8.0F : 6.4F) + 0.6F * rng_normal(r));
    day->leave_s = hours(8.2F + 0.5F * rng_normal(r));
    day->return_s = hours((day->weekend ? 15.0F : 16.8F) + 1.0F * rng_normal(r));
    day->sleep_s = hours((day->weekend ? 23.3F : 22.7F) + 0.6F * rng_normal(r));
    if (day->leave_s < day->wake_s + 1800) {
        day->leave_s = day->wake_s + 1800;
    }
    if (day->return_s < day->leave_s + HOUR_S) {
        day->return_s = day->leave_s + HOUR_S;
    }
    if (day->sleep_s < day->return_s + HOUR_S) {
        day->sleep_s = day->return_s + HOUR_S;
    }
}

void household_plan(struct household *h, int64_t day_number, int32_t shift_s)
{
    struct household_day day = {.day = day_number, .shift_s = shift_s};
    rng_seed(&day.rng, rng_stream(h->options.seed, STREAM_DAY), (uint64_t)day_number);
    int64_t week = (day_number + 3) / 7; /* 1970-01-01 was a Thursday: weeks start on Monday */
    int weekday = (int)((day_number + 3) % 7);
    day.weekend = weekday >= 5;
    day.summer = cosf(6.2831853F * ((float)day_number - 10400.0F) / 365.2425F);
    if (h->options.latitude_deg < 0) {
        day.summer = -day.summer;
    }
    float away = day.summer > 0.6F ? 0.12F : 0.025F;
    day.away = rng_hash_uniform(rng_stream(h->options.seed, STREAM_AWAY), (uint64_t)week) < away;
    daylight(&day, h->options.latitude_deg);
    presence(h, &day);
    household_plan_cold(h, &day);
    if (!day.away) {
        household_plan_uses(h, &day);
    }
}
