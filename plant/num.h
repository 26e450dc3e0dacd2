/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_NUM_H
#define HEARTH_PLANT_NUM_H

/* Smaller and larger of two numbers that are never NaN: one instruction, where fmin and fmax call a
   function to treat NaN. */

static inline double lesser(double a, double b) { return a < b ? a : b; }
static inline double greater(double a, double b) { return a > b ? a : b; }

#endif
