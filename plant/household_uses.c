/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people switch on. One row per appliance: how often, when, how strong, and the way it
 * switches. Powers and durations are those of usual appliances (nameplates; cycles as seen in
 * REFIT's and IDEAL's appliance channels).
 */
#include "plant/household_plan.h"

enum { MINUTE_S = 60 };

/* Ways of switching. */
enum pattern {
    ONCE,    /* on for a while */
    CYCLING, /* heats up for a fifth of the time, then a thermostat */
    WASHER,
    DISHES,
    DRYER
};

/* Chances of starting in the morning, by day, in the early and in the late evening. */
struct hours_of_use {
    float morning, day, evening, late;
};

static const struct appliance {
    const char *name;
    float per_day, per_person; /* uses */
    float weekend, winter;     /* factors; winter = midwinter over the year's mean */
    float low_w, high_w;
    float low_min, high_min;
    enum pattern pattern;
    struct hours_of_use when;
} appliances[] = {
    // clang-format off
    {"kettle",          0.8F, 0.7F, 1.1F, 1.2F, 1800, 2900,  1,   4, ONCE,    {3, 2, 2, 1}},
    {"toaster",         0.2F, 0.2F, 1.2F, 1.0F,  800, 1100,  2,   4, ONCE,    {6, 1, 1, 0}},
    {"coffee machine",  0.5F, 0.2F, 1.2F, 1.0F, 1100, 1450,  1,   3, ONCE,    {4, 2, 1, 0}},
    {"microwave",       0.5F, 0.2F, 1.0F, 1.0F, 1000, 1400,  1,   6, ONCE,    {1, 2, 3, 1}},
    {"hob",             0.32F,0.08F,1.2F, 1.1F,  900, 1900, 10,  32, CYCLING, {1, 3, 8, 0}},
    {"oven",            0.14F,0.03F,1.6F, 1.2F, 2000, 2800, 25,  60, CYCLING, {0, 2, 7, 0}},
    {"washing machine", 0.12F,0.11F,1.5F, 1.0F, 1900, 2200, 55,  90, WASHER,  {3, 4, 3, 1}},
    {"dishwasher",      0.14F,0.08F,1.1F, 1.0F, 1900, 2200, 70, 110, DISHES,  {1, 3, 3, 5}},
    {"tumble dryer",    0.03F,0.04F,1.4F, 1.6F, 2000, 2500, 40,  80, DRYER,   {1, 4, 3, 1}},
    {"vacuum cleaner",  0.20F,0.0F, 1.8F, 1.0F,  700, 1200, 10,  35, ONCE,    {1, 5, 1, 0}},
    {"hair dryer",      0.0F, 0.25F,1.0F, 1.0F,  900, 1900,  2,   7, ONCE,    {6, 0, 1, 2}},
    {"iron",            0.06F,0.03F,1.5F, 1.0F, 1600, 2300, 15,  45, CYCLING, {1, 2, 3, 1}},
    {"television",      1.5F, 0.4F, 1.2F, 1.2F,   60,  160, 45, 200, ONCE,    {1, 2, 5, 7}},
    {"computer",        1.0F, 0.8F, 1.0F, 1.1F,   35,  130, 30, 240, ONCE,    {1, 5, 4, 3}},
    {"extractor hood",  0.4F, 0.0F, 1.2F, 1.0F,   80,  180, 10,  35, ONCE,    {0, 1, 6, 0}},
    {"small things",    4.0F, 2.0F, 1.0F, 1.1F,   20,  150, 15, 180, ONCE,    {2, 3, 3, 2}},
    // clang-format on
};

static void run_cycling(struct household *h, struct household_day *day, int32_t from, int32_t to,
                        float watt)
{
    int32_t hot = from + (to - from) / 5;
    household_run(h, day, from, hot, watt);
    float duty = rng_range(&day->rng, 0.2F, 0.5F);
    int32_t period = (int32_t)rng_range(&day->rng, 25, 110);
    for (int32_t t = hot; t < to; t += period) {
        int32_t on = t + period - (int32_t)(duty * (float)period);
        household_run(h, day, on, on + (int32_t)(duty * (float)period), watt);
    }
}

/* Heating, then a drum that turns and rests, then spinning. */
static void run_washer(struct household *h, struct household_day *day, int32_t from, int32_t to,
                       float watt)
{
    int32_t heat_end = from + 180 + (int32_t)rng_range(&day->rng, 500, 1100);
    household_run(h, day, from + 180, heat_end, watt);
    int32_t spin = to - 540;
    for (int32_t t = from; t < spin; t += 40) {
        household_run(h, day, t, t + 22, t % 3 == 0 ? 210 : 140);
    }
    household_run(h, day, spin, spin + 200, 180);
    household_run(h, day, spin + 200, to, 420);
    household_run(h, day, from, to, 12);
}

/* Two heatings with pumping between and around. */
static void run_dishes(struct household *h, struct household_day *day, int32_t from, int32_t to,
                       float watt)
{
    int32_t heat = (int32_t)rng_range(&day->rng, 480, 900), end = to - (to - from) / 4;
    household_run(h, day, from, end, 70);
    household_run(h, day, from + 420, from + 420 + heat, watt);
    household_run(h, day, end - heat, end - heat / 4, watt);
    household_run(h, day, end, to, 8);
}

static void run_dryer(struct household *h, struct household_day *day, int32_t from, int32_t to,
                      float watt)
{
    household_run(h, day, from, to, 180);
    for (int32_t t = from + 30; t < to - 420; t += 330) {
        household_run(h, day, t, t + 270, watt);
    }
}

static void run_pattern(struct household *h, struct household_day *day, const struct appliance *a,
                        int32_t from)
{
    float watt = rng_range(&day->rng, a->low_w, a->high_w);
    float u = rng_uniform(&day->rng); /* short uses are the more frequent ones */
    float minutes = a->low_min + (a->high_min - a->low_min) * u * u;
    int32_t to = from + (int32_t)(minutes * MINUTE_S);
    switch (a->pattern) {
    case ONCE: household_run(h, day, from, to, watt); break;
    case CYCLING: run_cycling(h, day, from, to, watt); break;
    case WASHER: run_washer(h, day, from, to, watt); break;
    case DISHES: run_dishes(h, day, from, to, watt); break;
    case DRYER: run_dryer(h, day, from, to, watt); break;
    }
}

static int32_t between(struct rng *rng, int32_t from, int32_t to)
{
    return from + (int32_t)((float)(to - from) * rng_uniform(rng));
}

/* When somebody there starts it; an empty house moves the use to the evening. */
static int32_t start_time(struct household_day *day, const struct hours_of_use *when)
{
    enum { EVENING_S = 20 * 3600 + 1800 };
    float by_day = day->at_home ? when->day : 0;
    float pick = rng_uniform(&day->rng) * (when->morning + by_day + when->evening + when->late);
    int32_t late = day->sleep_s > EVENING_S ? EVENING_S : day->sleep_s - 1800;
    if (pick < when->morning) {
        return between(&day->rng, day->wake_s, day->leave_s);
    }
    if (pick < when->morning + by_day) {
        return between(&day->rng, day->leave_s, day->return_s);
    }
    if (pick < when->morning + by_day + when->evening) {
        int32_t from = day->return_s < late ? day->return_s : late;
        return between(&day->rng, from, late + 1);
    }
    return between(&day->rng, late, day->sleep_s);
}

static int poisson(struct rng *rng, float mean)
{
    int n = 0;
    float sum = rng_exponential(rng, 1);
    while (sum < mean && n < 60) {
        sum += rng_exponential(rng, 1);
        n++;
    }
    return n;
}

/* Rooms lit while someone is up and it is dark (an hour around sunset counts as dark). */
static void plan_lights(struct household *h, struct household_day *day)
{
    int n = poisson(&day->rng, (2.0F + 1.5F * (float)h->options.occupants) * h->use);
    for (int i = 0; i < n; i++) {
        float watt = rng_range(&day->rng, 6, 50);
        bool morning = rng_chance(&day->rng, 0.25F);
        int32_t from = morning ? day->wake_s : day->sunset_s - 1800;
        int32_t to = morning ? day->sunrise_s + 1800 : day->sleep_s;
        if (!morning && from < day->wake_s) {
            from = day->wake_s;
        }
        if (to > from) {
            int32_t on = between(&day->rng, from, to);
            household_run(h, day, on, between(&day->rng, on, to) + 60, watt);
        }
    }
}

void household_plan_uses(struct household *h, struct household_day *day)
{
    float busy = 0.55F + 0.9F * rng_uniform(&day->rng); /* some days are quiet */
    for (unsigned i = 0; i < sizeof appliances / sizeof appliances[0]; i++) {
        const struct appliance *a = &appliances[i];
        float rate = (a->per_day + a->per_person * (float)h->options.occupants) * h->use * busy;
        rate *= day->weekend ? a->weekend : 1;
        rate *= 1 - (a->winter - 1) * day->summer;
        int n = poisson(&day->rng, rate);
        for (int k = 0; k < n; k++) {
            run_pattern(h, day, a, start_time(day, &a->when));
        }
    }
    plan_lights(h, day);
}
