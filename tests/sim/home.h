/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_SIM_HOME_H
#define HEARTH_TESTS_SIM_HOME_H

/* The example home as the tests run it: two packs, a 6 kW off-grid inverter, a south roof,
   generated weather and household in Berlin; and a hash of its state. */

#include <stdbool.h>
#include <stdint.h>

#include "sim/house.h"

struct home {
    struct env env;
    struct house house;
};

struct home_options {
    bool frames;
    uint64_t seed;
    int packs;
    double outage_days;
};

extern const int64_t HOME_START_S; /* 2026-06-01 at midnight UTC */

/* Its weather, people, roof and grid. */
void home_world(struct env *env, const struct home_options *options);

/* Starts on 2026-06-01 at midnight UTC. */
void home_init(struct home *home, const struct home_options *options);

/* Runs `seconds` in steps of 1 s. */
void home_run(struct home *home, int64_t seconds);

/* Mixes what the home is at this moment into `hash` (start with 0): packs, inverter, what flows,
   what flowed; every bit of every number counts. */
uint64_t home_hash(const struct home *home, uint64_t hash);

/* What does not close of the energy since home_init, as a share of PV and purchase. `stored_j` is
   house_stored_j() of the start. */
double home_residual(const struct home *home, double stored_j);

#endif
