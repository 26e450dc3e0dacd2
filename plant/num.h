/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_NUM_H
#define HEARTH_PLANT_NUM_H

/* Smaller and larger of two numbers that are never NaN: one instruction, where fmin and fmax call a
   function to treat NaN. */

/* Loops worth wider vectors get a second body, chosen when the program starts. Both give the same
   bits: only the width differs, and no multiply-add is fused. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) && \
    !defined(__SANITIZE_ADDRESS__)
#define WIDE_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define WIDE_VECTORS
#endif

static inline double lesser(double a, double b) { return a < b ? a : b; }
static inline double greater(double a, double b) { return a > b ? a : b; }

#endif
