/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_ENV_H
#define HEARTH_SIM_ENV_H

/*
 * The world around a virtual house, second by second: weather on its roof, the household's demand,
 * the public grid. Built by a site; a scenario leaves it out and sets what it wants.
 */

#include "plant/grid.h"
#include "plant/household.h"
#include "plant/pv.h"
#include "plant/sky.h"
#include "plant/series.h"
#include "plant/weather.h"

enum { ENV_ROOFS = 6 };

struct env_roof {
    struct plane plane;
    struct pv_string string;
    int strings; /* alike, in parallel */
};

enum env_load { ENV_LOAD_NONE, ENV_LOAD_HOUSEHOLD, ENV_LOAD_SERIES, ENV_LOAD_CONSTANT };

struct env {
    double latitude_deg, longitude_deg;
    struct weather_source weather;
    struct sun_track sun;
    struct env_roof roof[ENV_ROOFS];
    int n_roofs;
    float shading; /* knob: share of the light left, 1 = all */
    enum env_load load_kind;
    struct household household;
    struct series load;
    float constant_w;
    int32_t local_offset_s;
    struct grid grid;
    bool has_grid;

    /* now */
    int64_t t_s;
    struct weather air;
    struct grid_now power;
    float load_w, room_c;
    bool dark;
};

/* Moves the world to a second; cheap when called with the next one. */
void env_at(struct env *env, int64_t t_s);

/* Current of all strings at this voltage, A. */
float env_pv_current(struct env *env, float voltage_v);

/* Highest open-circuit voltage of the strings. */
float env_pv_voc(struct env *env);

/* The voltage above `from_v` at which the strings give only `watt`: where an input that draws less
   than it could comes to rest. */
float env_pv_voltage_at(struct env *env, float from_v, float watt);

#endif
