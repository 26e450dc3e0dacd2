/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INPUT_ROWS_H
#define HEARTH_HOST_INPUT_ROWS_H

/*
 * The lines of a file as times and values, then as a regular grid. Private to host/input.
 * A missing value is NaN here and nowhere else.
 */

#include "host/input/layout.h"

struct row {
    int64_t time_s; /* the clock's face first, UTC after rows_to_utc */
    int32_t offset_s;
    int32_t line;
};

#define OFFSET_NONE INT32_MIN

struct rows {
    int n, room, width; /* width = columns of the layout */
    struct row *list;
    float *values; /* [n][width] */
    bool typical_year;
};

/* Each is false when the file is refused, which has been said, or memory is short. */
bool rows_read(struct rows *rows, struct text *text, const struct layout *layout,
               const struct input_options *options, struct reporter *reporter);
bool rows_to_utc(struct rows *rows, const struct layout *layout,
                 const struct input_options *options, struct reporter *reporter);
void rows_free(struct rows *rows);

/* Values of one column at each step; NaN where there are none. */
struct grid {
    int64_t start_s; /* time stamp of the first slot */
    int32_t step_s;
    int n;
    float *columns[Q_COUNT]; /* by quantity; NULL if not in the file */
};

bool grid_build(struct grid *grid, struct rows *rows, const struct layout *layout,
                struct reporter *reporter);

struct repaired {
    int values, longest_s;
};

/*
 * Fills what is missing: up to two hours by a straight line, up to three days by the same time of
 * the nearest day that has it; longer gaps are refused. Columns without any value are dropped.
 */
bool grid_repair(struct grid *grid, struct reporter *reporter, struct repaired *repaired);
void grid_free(struct grid *grid);

#endif
