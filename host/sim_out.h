/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_SIM_OUT_H
#define HEARTH_HOST_SIM_OUT_H

/* Rows of a simulation into a file: CSV, or SQLite when the name ends in .db. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/tz.h"

struct sim_row {
    int64_t t_s;
    double pv_w, load_w, grid_w, battery_w, battery_v, soc_pct, air_c;
    bool grid_present;
};

struct sim_out;

/* NULL and a sentence in `why` when the file cannot be made. An existing file is replaced. */
struct sim_out *sim_out_open(const char *path, struct tz *tz, char *why, size_t room);
bool sim_out_row(struct sim_out *out, const struct sim_row *row, char *why, size_t room);
/* Closes; false when the last rows could not be written. */
bool sim_out_close(struct sim_out *out, char *why, size_t room);

#endif
