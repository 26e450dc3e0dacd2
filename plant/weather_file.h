/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_WEATHER_FILE_H
#define HEARTH_PLANT_WEATHER_FILE_H

/*
 * Weather from samples of minutes to an hour, evaluated at any second.
 *
 * Between samples the light follows the sun's height, not a straight line: each interval keeps its
 * own mean (so day sums are those of the file), neighbours meet, and no light appears while the
 * sun is down. Light that a file claims for an interval without any sun is left out.
 * Diffuse light is kept as its share of GHI, so the components always close.
 */

#include "plant/series.h"
#include "plant/weather_now.h"

struct weather_samples {
    double latitude_deg, longitude_deg;
    float elevation_m;
    int64_t start_s; /* start of the first interval, UTC */
    int32_t step_s, count;
    enum series_repeat repeat; /* SERIES_DATE for years and TMY */
    const float *ghi_w_m2;
    const float *diffuse_share; /* 0..1 */
    const float *temperature_c, *wind_m_s;
};

struct weather_file {
    float cloud; /* 0..1 forces the cover, -1: as sampled */
    /* private */
    struct clear_track clear;
    struct series ghi, share, temperature, wind;
    int64_t from_s, middle_s, until_s; /* the interval in hand, in the caller's time */
    float rise, fall, start_k, middle_k, scale;
    int64_t shape_s; /* minute for which the sun's shape is known */
    float shape, shape_slope;
    int64_t mean_until_s;       /* end of the interval of the last two means */
    float mean_here, mean_next; /* of the sun's shape, for the interval in hand and the next */
};

void weather_file_init(struct weather_file *file, const struct weather_samples *samples);
void weather_file_at(struct weather_file *file, int64_t t_s, struct weather *out);

#endif
