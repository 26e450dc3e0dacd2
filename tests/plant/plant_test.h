/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_PLANT_TEST_H
#define HEARTH_TESTS_PLANT_TEST_H

/* cmocka and closeness of numbers, for the tests of the electrical plant. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plant/rng.h"

static inline void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) {
        fail_msg("%.9g, expected %.9g within %.3g", got, want, within);
    }
}

static inline double between(struct rng *rng, double low, double high)
{
    return low + (high - low) * (double)rng_uniform(rng);
}

#endif
