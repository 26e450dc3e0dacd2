/* SPDX-License-Identifier: Apache-2.0 */
#include "plant/household.h"

#include <math.h>
#include <stdlib.h>

#include "plant/household_plan.h"

enum { DAY_S = 86400, NOISE_S = 16 };
enum { STREAM_TRAITS = 0x7001, STREAM_NOISE = 0x7002 };

static int64_t floor_div(int64_t a, int64_t b) { return (a >= 0 ? a : a - b + 1) / b; }

static int edge_order(const void *a, const void *b)
{
    const struct household_edge *x = a, *y = b;
    return (x->at_s > y->at_s) - (x->at_s < y->at_s);
}

static void enter_day(struct household *h, int64_t day)
{
    h->day = day;
    h->n_edges = 0;
    household_plan(h, day - 1, -DAY_S); /* what still runs past midnight */
    household_plan(h, day, 0);
    qsort(h->edges, (size_t)h->n_edges, sizeof h->edges[0], edge_order);
}

/* Small unrest of electronics: new every 16 s, a watt and half a percent. */
static float unrest(const struct household *h, int64_t slot, float power_w)
{
    float n = rng_hash_normal(rng_stream(h->options.seed, STREAM_NOISE), (uint64_t)slot);
    return n * (0.7F + 0.004F * power_w);
}

void household_seek(struct household *h, int64_t local_s)
{
    int64_t day = floor_div(local_s, DAY_S), midnight = day * DAY_S;
    if (day != h->day) {
        enter_day(h, day);
        h->from_s = INT64_MAX;
    }
    if (local_s < h->from_s) {
        h->next = 0;
        h->level_dw = 0;
    }
    int32_t of_day = (int32_t)(local_s - midnight);
    while (h->next < h->n_edges && h->edges[h->next].at_s <= of_day) {
        h->level_dw += h->edges[h->next++].delta_dw;
    }
    int64_t slot = floor_div(local_s, NOISE_S);
    int64_t until = (slot + 1) * NOISE_S;
    if (h->next < h->n_edges && midnight + h->edges[h->next].at_s < until) {
        until = midnight + h->edges[h->next].at_s;
    }
    float power = h->base_w + (float)h->level_dw * 0.1F;
    power += unrest(h, slot, power);
    h->power_w = power > 0 ? power : 0;
    h->from_s = local_s;
    h->until_s = until;
}

/* Mean daily energy of a year's plans. */
static double mean_day_kwh(struct household *h)
{
    double sum_j = 0;
    for (int64_t day = 19723; day < 19723 + 364; day++) { /* 2024 */
        h->n_edges = 0;
        h->planned_j = 0;
        household_plan(h, day, 0);
        sum_j += h->planned_j;
    }
    return sum_j / 364 / 3.6e6 + (double)h->base_w * 0.024;
}

static void calibrate(struct household *h)
{
    double want = (double)h->options.annual_kwh / 365;
    h->use = 0;
    double fixed = mean_day_kwh(h);
    if (fixed > want * 0.7) { /* a frugal house: its standby is low as well */
        h->base_w = (float)fmax(5, (double)h->base_w - (fixed - want * 0.7) / 0.024);
        fixed = mean_day_kwh(h);
    }
    h->use = 1;
    for (int i = 0; i < 4; i++) {
        double used = mean_day_kwh(h) - fixed;
        double factor = used > 0 ? (want - fixed) / used : 1;
        h->use = (float)fmin(fmax((double)h->use * factor, 0.02), 20);
    }
}

void household_init(struct household *h, const struct household_options *options)
{
    *h = (struct household){.options = *options};
    struct household_options *o = &h->options;
    struct rng rng;
    rng_seed(&rng, o->seed, STREAM_TRAITS);
    int drawn = 2 + (int)(rng_u32(&rng) % 3);
    if (o->occupants <= 0) {
        o->occupants = drawn;
    }
    if (o->occupants > 6) {
        o->occupants = 6;
    }
    if (!(o->annual_kwh > 0)) {
        o->annual_kwh = 3500;
    }
    if (o->latitude_deg == 0) {
        o->latitude_deg = 50;
    }
    h->base_w = o->annual_kwh * 0.033F * rng_range(&rng, 0.8F, 1.2F);
    h->at_home = rng_range(&rng, 0.25F, 0.75F);
    h->fridge_w = rng_range(&rng, 70, 105);
    h->fridge_period_s = rng_range(&rng, 2700, 4500);
    h->fridge_duty = rng_range(&rng, 0.32F, 0.48F);
    h->freezer_w = rng_chance(&rng, 0.4F) ? rng_range(&rng, 60, 90) : 0;
    calibrate(h);
    h->day = INT64_MIN;
    h->from_s = INT64_MAX;
    h->until_s = INT64_MIN;
}
