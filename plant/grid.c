/* SPDX-License-Identifier: Apache-2.0 */
/* Grid by keyed random numbers: a value per half minute, lines between them. */
#include "plant/grid.h"

#include <string.h>

#include "plant/rng.h"

enum {
    DAY_S = 86400,
    STRETCH_S = 30,
    KEY_VOLTAGE = 1,
    KEY_FREQUENCY = 2,
    KEY_OUTAGE = 3,
    KEY_START = 4,
    KEY_LENGTH = 5,
    SHORTEST_S = 120,
    LONGEST_S = 5400
};

static const float VOLTAGE_SIGMA_V = 1.5F;
static const float FREQUENCY_SIGMA_HZ = 0.02F;
static const float EVENING_DIP_V = 3.0F;

static uint64_t key(uint64_t what, int64_t when) { return what << 56 ^ (uint64_t)when; }

void grid_init(struct grid *grid, const struct grid_options *options)
{
    memset(grid, 0, sizeof *grid);
    grid->options = *options;
    if (grid->options.voltage_v <= 0.0) {
        grid->options.voltage_v = 230.0;
    }
    if (grid->options.frequency_hz <= 0.0) {
        grid->options.frequency_hz = 50.0;
    }
    grid->day = INT64_MIN;
    grid->stretch_s = INT64_MIN;
}

static void plan_day(struct grid *grid, int64_t day)
{
    uint64_t seed = grid->options.seed;
    grid->day = day;
    grid->out_from_s = grid->out_until_s = 0;
    if (grid->options.outage_days <= 0.0 ||
        (double)rng_hash_uniform(seed, key(KEY_OUTAGE, day)) * grid->options.outage_days > 1.0) {
        return;
    }
    float length = rng_hash_uniform(seed, key(KEY_LENGTH, day));
    int64_t seconds = SHORTEST_S + (int64_t)((LONGEST_S - SHORTEST_S) * length * length);
    int64_t latest = DAY_S - seconds; /* an outage ends on its day */
    grid->out_from_s =
        day * DAY_S + (int64_t)((float)latest * rng_hash_uniform(seed, key(KEY_START, day)));
    grid->out_until_s = grid->out_from_s + seconds;
}

static float voltage_of(const struct grid *grid, int64_t stretch)
{
    /* three speeds of noise make a slow wander */
    float noise =
        rng_hash_normal(grid->options.seed, key(KEY_VOLTAGE, stretch)) * 0.4F +
        rng_hash_normal(grid->options.seed, key(KEY_VOLTAGE, stretch / 10 + 1000)) * 0.6F +
        rng_hash_normal(grid->options.seed, key(KEY_VOLTAGE, stretch / 120 + 2000)) * 0.7F;
    int64_t hour = stretch * STRETCH_S % DAY_S / 3600;
    float dip = hour >= 17 && hour < 21 ? EVENING_DIP_V : 0.0F;
    return (float)grid->options.voltage_v + VOLTAGE_SIGMA_V * noise - dip;
}

static float frequency_of(const struct grid *grid, int64_t stretch)
{
    float noise =
        rng_hash_normal(grid->options.seed, key(KEY_FREQUENCY, stretch)) * 0.6F +
        rng_hash_normal(grid->options.seed, key(KEY_FREQUENCY, stretch / 20 + 500)) * 0.8F;
    return (float)grid->options.frequency_hz + FREQUENCY_SIGMA_HZ * noise;
}

/* The end of the stretch before is the begin of the next. */
static void seek(struct grid *grid, int64_t stretch)
{
    bool next = grid->stretch_s != INT64_MIN && stretch == grid->stretch_s + 1;
    grid->v0 = next ? grid->v1 : voltage_of(grid, stretch);
    grid->f0 = next ? grid->f1 : frequency_of(grid, stretch);
    grid->v1 = voltage_of(grid, stretch + 1);
    grid->f1 = frequency_of(grid, stretch + 1);
    grid->stretch_s = stretch;
}

void grid_at(struct grid *grid, int64_t t_s, struct grid_now *now)
{
    int64_t day = t_s / DAY_S;
    if (day != grid->day) {
        plan_day(grid, day);
    }
    int64_t stretch = t_s / STRETCH_S;
    if (stretch != grid->stretch_s) {
        seek(grid, stretch);
    }
    float x = (float)(t_s - stretch * STRETCH_S) / STRETCH_S;
    now->present = t_s < grid->out_from_s || t_s >= grid->out_until_s;
    now->voltage_v = grid->v0 + x * (grid->v1 - grid->v0);
    now->frequency_hz = grid->f0 + x * (grid->f1 - grid->f0);
}
