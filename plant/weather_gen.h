/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_WEATHER_GEN_H
#define HEARTH_PLANT_WEATHER_GEN_H

/*
 * Weather by the second for any place and year, from a seed. Our own model; docs/inputs.md shows it
 * beside measured years and says what was calibrated on them.
 *
 * A day has a cloudiness, a temperature anomaly and a wind that lean on the days before. Within the
 * day the sky passes through states (clear, thin, broken, overcast, heavy); in a broken sky clouds
 * cross the sun with edges of seconds, and the light beside them exceeds the cloudless one.
 *
 * Any time may be asked for: the day's sequence depends on the seed and the day alone, never on
 * what was asked before. A step back within a day replays the day.
 */

#include "plant/rng.h"
#include "plant/weather_now.h"

struct weather_climate {
    float temperature_mean_c;  /* of the year */
    float season_c, diurnal_c; /* half the summer-winter and the day-night difference */
    float anomaly_c;           /* standard deviation of daily means around the season */
    float cloudiness;          /* 0 desert .. 1 always overcast; Potsdam 0.62 */
    float cloud_season;        /* how much cloudier the winter is; 0 = as the summer */
    float wind_m_s;            /* mean of the year at 10 m */
    float linke_winter, linke_summer;
    float elevation_m;
};

/* What is usual at the latitude, at sea level; override what is known better. */
void weather_climate_for(struct weather_climate *climate, double latitude_deg);

/* private: what one day is like */
struct weather_day {
    float cover, anomaly_c, amplitude_c, wind_log;
};

/* private: light relative to the cloudless: beam * DNI, diffuse * DHI + cloud * GHI */
struct cloud_level {
    float beam, diffuse, cloud;
};

struct weather_gen {
    float cloud; /* 0..1 forces the cover, -1: the model's */
    /* private */
    struct weather_climate climate;
    struct clear_track clear;
    double latitude_deg, longitude_deg;
    uint64_t seed;
    int64_t solar_offset_s;     /* local mean solar time less UTC */
    int64_t day, day_end_s;     /* solar day in hand */
    struct weather_day days[3]; /* the one before, this, the next */
    struct rng rng;             /* of this day's sky */
    int state;                  /* enum sky_state */
    int64_t state_until_s;
    float state_level;
    bool shaded;
    int64_t from_s, until_s; /* the piece of sky in hand: level + slope * (t - from) */
    struct cloud_level level, slope, target;
    int64_t air_s; /* minute of the air's values */
    float temperature_c, temperature_slope, wind_m_s, wind_slope;
};

void weather_gen_init(struct weather_gen *gen, double latitude_deg, double longitude_deg,
                      uint64_t seed, const struct weather_climate *climate);
void weather_gen_at(struct weather_gen *gen, int64_t t_s, struct weather *out);

#endif
