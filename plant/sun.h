/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_SUN_H
#define HEARTH_PLANT_SUN_H

/*
 * Where the sun stands and how strong it is above the atmosphere.
 *
 * Source: Michalsky, "The Astronomical Almanac's algorithm for approximate solar position
 * (1950-2050)", Solar Energy 40 (1988): within 0.01 degree of the almanac in those years.
 * Refraction after Saemundsson, as in NREL SPA. Extraterrestrial irradiance: Spencer's series on
 * 1361 W/m2. Times are unix seconds, UTC (UT1 - UTC below a second is neglected).
 *
 * Directions are unit vectors east, north, up: what transposition to a tilted plane needs, without
 * an angle anywhere. `sun_track` serves the 1 s step of a simulation: it computes the sun once a
 * minute and interpolates between; the direction is then within 3e-6 of the exact one.
 */

#include <stdbool.h>
#include <stdint.h>

struct sun_dir {
    float east, north, up; /* up = cosine of the zenith angle, without refraction */
    float extra_w_m2;      /* on a plane normal to the sun, above the atmosphere */
};

struct sun_angles {
    double zenith_deg;          /* without refraction */
    double apparent_zenith_deg; /* with refraction */
    double azimuth_deg;         /* compass: 90 = east, 180 = south */
};

enum sun_day { SUN_DAY_NORMAL, SUN_DAY_POLAR_DAY, SUN_DAY_POLAR_NIGHT };

/* Exact direction; latitude + north, longitude + east, in degrees. */
void sun_direction(double latitude_deg, double longitude_deg, int64_t t_s, struct sun_dir *out);

/* Angles for people and tests; pressure and temperature are for the refraction. */
struct sun_angles sun_angles_at(double latitude_deg, double longitude_deg, int64_t t_s,
                                double pressure_mbar, double temperature_c);

/* Solar noon nearest to t_s. */
int64_t sun_noon(double longitude_deg, int64_t t_s);

/* Rise and set (upper rim, with refraction: 90.833 degrees) of the solar day around t_s. */
enum sun_day sun_rise_set(double latitude_deg, double longitude_deg, int64_t t_s, int64_t *rise_s,
                          int64_t *set_s);

struct sun_track {
    double latitude_deg, longitude_deg;
    /* private */
    int64_t start_s; /* of the current minute, or INT64_MIN */
    struct sun_dir at, slope, next;
};

void sun_track_init(struct sun_track *track, double latitude_deg, double longitude_deg);

/* Moves the track to the minute of t_s; called by sun_track_at when needed. */
void sun_track_seek(struct sun_track *track, int64_t t_s);

/* The direction at any t_s; cheap while t_s stays within a minute or moves to the next. */
static inline struct sun_dir sun_track_at(struct sun_track *track, int64_t t_s)
{
    if ((uint64_t)t_s - (uint64_t)track->start_s >= 60U) {
        sun_track_seek(track, t_s);
    }
    float s = (float)(t_s - track->start_s);
    return (struct sun_dir){.east = track->at.east + track->slope.east * s,
                            .north = track->at.north + track->slope.north * s,
                            .up = track->at.up + track->slope.up * s,
                            .extra_w_m2 = track->at.extra_w_m2};
}

#endif
