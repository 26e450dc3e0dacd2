/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INPUT_COLUMN_H
#define HEARTH_HOST_INPUT_COLUMN_H

/* What a column is called, measured in and allowed to hold. Private to host/input. */

#include "host/input/report.h"
#include "host/input/text.h"

enum quantity { Q_GHI, Q_DNI, Q_DHI, Q_TEMPERATURE, Q_WIND, Q_LOAD, Q_PRICE, Q_PV, Q_COUNT };

enum dimension { DIM_IRRADIANCE, DIM_TEMPERATURE, DIM_SPEED, DIM_POWER, DIM_PRICE };

struct quantity_row {
    const char *name, *unit, *allowed_units;
    enum dimension dimension;
    float min, max; /* in our unit */
};
extern const struct quantity_row quantities[Q_COUNT];

/* A field that holds a quantity: value = (number * factor + offset), energy per step as power. */
struct column {
    double factor, offset;
    int field;
    int flag_field; /* -1, or a field that must be 0 (SURFRAD's quality) */
    enum quantity quantity;
    bool per_step; /* an energy: to be divided by the step in hours */
};

enum column_result { COLUMN_USED, COLUMN_IGNORED, COLUMN_REFUSED };

/*
 * Reads a header field: name, unit in [] or () or as a suffix. `unit` (may be NULL) is for names
 * without one, `kind` for names that do not tell. COLUMN_REFUSED has been said.
 */
enum column_result column_of_header(struct span header, const struct input_options *options,
                                    struct reporter *reporter, int line, struct column *out);

/* A column known by kind only, its unit from the options. */
bool column_of_kind(const struct input_options *options, struct reporter *reporter,
                    struct column *out);

#endif
