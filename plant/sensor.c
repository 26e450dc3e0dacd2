/* SPDX-License-Identifier: Apache-2.0 */
/* Imperfect sensors of a pack. */
#include "plant/sensor.h"

#include <math.h>
#include <string.h>

enum { STEPS = 4096 };

static const double RANGE_PER_RATED = 2.5; /* to either side */
static const double NOISE_A = 0.1;         /* at 100 A rating */
static const double CELL_NOISE_V = 0.001;
static const double TEMPERATURE_STEP_C = 0.5;

void sensor_init(struct sensor *sensor, const struct sensor_spec *spec, double rated_a,
                 uint64_t seed)
{
    memset(sensor, 0, sizeof *sensor);
    sensor->spec = *spec;
    sensor->step_a = 2.0 * RANGE_PER_RATED * rated_a / STEPS;
    rng_seed(&sensor->rng, seed, 77);
}

/* Near normal, one sigma: the sum of four bytes of one number. Enough for noise, and cheap. */
static double noise(struct sensor *sensor)
{
    uint32_t u = rng_u32(&sensor->rng);
    uint32_t sum = (u & 255U) + (u >> 8 & 255U) + (u >> 16 & 255U) + (u >> 24);
    return ((double)sum - 510.0) / 147.8;
}

double sensor_current(struct sensor *sensor, double amps)
{
    const struct sensor_spec *spec = &sensor->spec;
    if (!spec->on) {
        return amps;
    }
    double read = amps * (1.0 + spec->gain_pct * 0.01) + spec->offset_a;
    if (!spec->noise) {
        return read;
    }
    read += noise(sensor) * NOISE_A * sensor->step_a * STEPS / (2.0 * RANGE_PER_RATED * 100.0);
    double half = STEPS * 0.5;
    double steps = fmin(fmax(rint(read / sensor->step_a), -half), half - 1.0);
    return steps * sensor->step_a;
}

double sensor_cell(struct sensor *sensor, double volts)
{
    return sensor->spec.on && sensor->spec.noise ? volts + CELL_NOISE_V * noise(sensor) : volts;
}

double sensor_temperature(const struct sensor *sensor, double celsius)
{
    return sensor->spec.on && sensor->spec.noise
               ? rint(celsius / TEMPERATURE_STEP_C) * TEMPERATURE_STEP_C
               : celsius;
}
