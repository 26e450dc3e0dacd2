/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_HOUSEHOLD_H
#define HEARTH_PLANT_HOUSEHOLD_H

/*
 * The electrical load of a household by the second, from a seed: who is up and at home decides when
 * appliances run, each with its own way of switching. Our own model; docs/inputs.md shows it beside
 * measured houses.
 *
 * A day's plan depends on the seed and the date alone, so any time may be asked for. The plan is a
 * sorted list of switchings; between two of them a call costs a comparison.
 */

#include <stdbool.h>
#include <stdint.h>

struct household_options {
    float annual_kwh; /* 0: 3500 */
    int occupants;    /* 1..6; 0: 2 to 4 by the seed */
    uint64_t seed;
    float latitude_deg; /* for the hours of daylight; 0: 50 */
};

/* private: at_s seconds after local midnight the load changes by delta_dw (0.1 W) */
struct household_edge {
    int32_t at_s, delta_dw;
};

enum { HOUSEHOLD_EDGES = 4096 };

struct household {
    struct household_options options;
    /* private */
    float base_w, use, at_home; /* standby; how often things are used; share of days at home */
    float fridge_w, fridge_period_s, fridge_duty, freezer_w;
    int64_t day;             /* local day in hand */
    int64_t from_s, until_s; /* local time of the level in hand */
    float power_w;
    int32_t level_dw;
    int next, n_edges;
    double planned_j; /* energy of the runs planned last */
    struct household_edge edges[HOUSEHOLD_EDGES];
};

/*
 * Draws the household's habits and sets how often its appliances run so that a usual year meets
 * annual_kwh (within some 3 %: years differ). Takes a few milliseconds.
 */
void household_init(struct household *household, const struct household_options *options);

/* Finds the level at a local time; called by household_at when needed. */
void household_seek(struct household *household, int64_t local_s);

/* Load in W at a time in UTC; the caller knows the site's offset to UTC. Never negative. */
static inline float household_at(struct household *household, int64_t t_s_utc, int local_offset_s)
{
    int64_t local_s = t_s_utc + local_offset_s;
    if (local_s < household->from_s || local_s >= household->until_s) {
        household_seek(household, local_s);
    }
    return household->power_w;
}

#endif
