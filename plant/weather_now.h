/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_WEATHER_NOW_H
#define HEARTH_PLANT_WEATHER_NOW_H

/* The weather of one moment, and the cloudless sky it is measured against. */

#include "plant/sky.h"

struct weather {
    float ghi_w_m2, dni_w_m2, dhi_w_m2; /* global horizontal, direct normal, diffuse horizontal */
    float temperature_c, wind_m_s;      /* air at 2 m, wind at 10 m */
};

/*
 * Cloudless light and the sun at every second from values at whole minutes. Knots are computed
 * once each while time runs forward.
 */
struct clear_track {
    struct sun_track sun;
    struct sky_site site;
    /* private */
    int64_t start_s;
    struct irradiance at, slope, next;
};

void clear_track_init(struct clear_track *track, double latitude_deg, double longitude_deg,
                      float elevation_m, float linke);
struct irradiance clear_track_at(struct clear_track *track, int64_t t_s, struct sun_dir *sun);

/* Light under a uniform cloud cover 0..1 (Kasten and Czeplak, Solar Energy 24, 1980). */
struct irradiance sky_under_cloud(const struct irradiance *clear, float cloud,
                                  const struct sun_dir *sun);

#endif
