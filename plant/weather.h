/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_WEATHER_H
#define HEARTH_PLANT_WEATHER_H

/*
 * The weather at a place at any second: sun, air, wind. One face for two sources, samples of a file
 * and the generator. The caller owns the struct; copies of it are independent.
 *
 * Any order of times is answered with the same values; reading forward second by second is cheap.
 * Light is physical in both: none when the sun is down, GHI = DHI + DNI cos(zenith) to rounding.
 */

#include <stdint.h>

#include "plant/weather_file.h"
#include "plant/weather_gen.h"
#include "plant/weather_now.h"

enum weather_kind { WEATHER_GENERATED, WEATHER_FILE };

struct weather_source {
    enum weather_kind kind;
    union {
        struct weather_gen generated;
        struct weather_file file;
    } from;
};

/* Generated weather of the place; `climate` NULL takes that of the latitude. */
void weather_generate(struct weather_source *source, double latitude_deg, double longitude_deg,
                      uint64_t seed, const struct weather_climate *climate);

/* Weather from samples, which must outlive the source. */
void weather_from_samples(struct weather_source *source, const struct weather_samples *samples);

/* Forces the cloud cover of either source, 0 (none) to 1; -1 gives it back to the source. */
void weather_force_cloud(struct weather_source *source, float cloud);

void weather_at(struct weather_source *source, int64_t t_s, struct weather *out);

#endif
