/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_HOUSEHOLD_PLAN_H
#define HEARTH_PLANT_HOUSEHOLD_PLAN_H

/*
 * One day's plan of a household: private to plant/household. The plan writes runs (from, to, W)
 * into the household's list of edges, in seconds after the midnight of the day in hand.
 */

#include "plant/household.h"
#include "plant/rng.h"

/* What the day is like; times in seconds after local midnight. */
struct household_day {
    int64_t day;
    int32_t shift_s; /* of the day's midnight against that of the day in hand: 0 or -86400 */
    bool weekend, away, at_home;
    float summer; /* +1 midsummer, -1 midwinter, northern; by the latitude's sign */
    int32_t wake_s, leave_s, return_s, sleep_s, sunrise_s, sunset_s;
    struct rng rng;
};

/* Adds a load of `watt` from..to (seconds of the plan's day); what lies before the day is cut. */
void household_run(struct household *household, const struct household_day *day, int32_t from_s,
                   int32_t to_s, float watt);

void household_plan(struct household *household, int64_t day, int32_t shift_s);

/* Appliances that people use, and those that run by themselves. */
void household_plan_uses(struct household *household, struct household_day *day);
void household_plan_cold(struct household *household, const struct household_day *day);

#endif
