/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_SENSOR_H
#define HEARTH_PLANT_SENSOR_H

/*
 * What a pack's front-end makes of the truth: a current sensor with offset and gain error, noise
 * and 12 bits over its range; cell voltages to the millivolt with noise; temperatures in steps. One
 * per pack; all off until initialised with a spec that is on. The same seed gives the same
 * readings.
 *
 * Figures (our choice, after usual shunt amplifiers and cell monitors): range +-250 A at 100 A
 * rating, noise 0.1 A and 1 mV (one sigma), temperature to 0.5 K.
 */

#include <stdbool.h>
#include <stdint.h>

#include "plant/rng.h"

struct sensor_spec {
    bool on; /* false: everything is read as it is */
    double offset_a, gain_pct;
    bool noise; /* noise and quantisation */
};

struct sensor {
    struct sensor_spec spec;
    double step_a;
    struct rng rng;
};

void sensor_init(struct sensor *sensor, const struct sensor_spec *spec, double rated_a,
                 uint64_t seed);

/* The reading of this current, A; of a cell, V; of a temperature, degC. */
double sensor_current(struct sensor *sensor, double amps);
double sensor_cell(struct sensor *sensor, double volts);
double sensor_temperature(const struct sensor *sensor, double celsius);

#endif
