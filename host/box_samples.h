/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_BOX_SAMPLES_H
#define HEARTH_HOST_BOX_SAMPLES_H

/*
 * The samples of a black box as the store keeps them: little-endian rows of equal length, the
 * oldest first.
 *
 *   offset  0 i32 ms against the trip (0 or negative)   4 i32 current mA, + charges
 *           8 u16 SOC 0.01 %  10 u8 gates (1 charge MOS, 2 discharge MOS)  11 u8 pack state
 *          12 i16 0.1 degC: Temp1..4, Env, MOS          24 u16 cell mV x number of cells
 */

#include <stddef.h>

#include "core/bms/black_box.h"

enum { BOX_SPAN_MS = 60000 }; /* how far back a box reaches */

/* Bytes of one row. */
size_t box_row_bytes(int n_cells);

/* A closed box as fresh bytes (free them) and its number of rows; NULL when there is nothing in it
   or memory ran out. */
void *box_pack(const struct black_box *box, uint32_t trip, int n_cells, int *n_rows);

/* One row; `at_ms` is what offset 0 says. */
void box_row(const void *bytes, int n_cells, int row, struct black_sample *sample, int32_t *at_ms);

#endif
