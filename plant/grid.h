/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_GRID_H
#define HEARTH_PLANT_GRID_H

/*
 * The public grid: voltage and frequency that wander as they do, and an outage now and then.
 * Everything is a function of seed and time, so any moment can be asked for. Our choice: voltage
 * 230 V with 1.5 V of slow noise and a dip in the evening, frequency 50 Hz with 0.02 Hz, an outage
 * on about one day in `outage_days`, 2 to 90 minutes long.
 */

#include <stdbool.h>
#include <stdint.h>

struct grid_options {
    double voltage_v, frequency_hz; /* nominal; 0: 230 and 50 */
    double outage_days;             /* mean days between outages; 0: never */
    uint64_t seed;
};

struct grid {
    struct grid_options options;
    /* private: the day and the stretch in hand */
    int64_t day, out_from_s, out_until_s, stretch_s;
    float v0, v1, f0, f1;
};

struct grid_now {
    bool present;
    float voltage_v, frequency_hz;
};

void grid_init(struct grid *grid, const struct grid_options *options);
void grid_at(struct grid *grid, int64_t t_s, struct grid_now *now);

#endif
