/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_FLOAT_BITS_H
#define HEARTH_CORE_PROTO_FLOAT_BITS_H

/*
 * Numbers that travel as IEEE-754 single precision, to integers at rest and back, with integer
 * arithmetic alone: energy counters have more digits than a product in single precision keeps, and
 * every machine gets the same bits.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/units.h"

#define FLOAT_BITS_MOST ((int64_t)1 << 53)

/* The number times up / down, rounded to the nearest, halves away from zero; 0 < up <= 2^34,
   0 < down <= 1000. False for what is no number, and beyond FLOAT_BITS_MOST. */
bool float_bits_scaled(uint32_t bits, int64_t up, int64_t down, int64_t *value) MUST_USE;

/* The nearest float to value * up / down; value within FLOAT_BITS_MOST, 0 < up <= 256,
   0 < down <= 2^34. */
uint32_t float_bits_of(int64_t value, int64_t up, int64_t down);

#endif
