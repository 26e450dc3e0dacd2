/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INPUT_SUNCHECK_H
#define HEARTH_HOST_INPUT_SUNCHECK_H

/*
 * Does a file's light fit the sun at its place and by its clock? A wrong zone or hemisphere spoils
 * a simulation without looking wrong, so every weather file is asked. Private to host/input.
 *
 * The clock's error is read two ways. Where all three components are given, GHI = DHI + DNI
 * cos(zenith) closes only at the right time. Otherwise the centre of a clear day's light is
 * compared with that of a cloudless sky; clouds that prefer afternoons move it by some minutes, not
 * by more.
 */

#include "host/input/rows.h"

struct sun_question {
    const struct grid *grid;
    int64_t centre_s; /* of the first slot's interval */
    double latitude_deg, longitude_deg;
    int32_t zone_s; /* what the stamps were taken to be, for the words */
    const char *zone;
};

void sun_check(const struct sun_question *question, struct input_sun_check *out);

#endif
