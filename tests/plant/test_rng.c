/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "plant/rng.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) {
        fail_msg("%.7g, expected %.7g within %.3g", got, want, within);
    }
}

/* Golden: these numbers are the promise that a seed means the same on every machine. */
static void same_seed_gives_the_same_numbers_everywhere(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 1, 0);
    uint32_t first[3] = {rng_u32(&rng), rng_u32(&rng), rng_u32(&rng)};
    rng_seed(&rng, 1, 0);
    assert_int_equal(first[0], 4174504055U);
    assert_int_equal(first[1], 1750270480U);
    assert_int_equal(first[2], 1329930569U);
    rng_seed(&rng, 1, 1);
    assert_int_not_equal(first[0], rng_u32(&rng));
}

static void distributions_have_their_moments(void **state)
{
    (void)state;
    enum { N = 200000 };
    struct rng rng;
    rng_seed(&rng, 42, 7);
    double u = 0, n = 0, n2 = 0, e = 0, n3 = 0;
    for (int i = 0; i < N; i++) {
        double x = (double)rng_normal(&rng), y = (double)rng_uniform(&rng);
        assert_true(y >= 0 && y < 1);
        u += y;
        n += x;
        n2 += x * x;
        n3 += fabs(x) > 2 ? 1 : 0;
        e += (double)rng_exponential(&rng, 3);
    }
    near(u / N, 0.5, 0.003);
    near(n / N, 0, 0.01);
    near(n2 / N, 1, 0.02);
    near(n3 / N, 0.0455, 0.002);
    near(e / N, 3, 0.04);
}

static void logarithm_agrees_with_libm(void **state)
{
    (void)state;
    for (double x = 1e-10; x < 1e10; x *= 1.37) {
        near(rng_ln(x), log(x), 2e-9 * fmax(1, fabs(log(x))));
    }
}

static void hashed_numbers_of_neighbours_are_independent(void **state)
{
    (void)state;
    double sum = 0, square = 0, product = 0;
    enum { N = 100000 };
    for (uint64_t k = 0; k < N; k++) {
        double a = (double)rng_hash_normal(5, k), b = (double)rng_hash_normal(5, k + 1);
        sum += a;
        square += a * a;
        product += a * b;
    }
    near(sum / N, 0, 0.012);
    near(square / N, 1, 0.02);
    near(product / N, 0, 0.012);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_gives_the_same_numbers_everywhere),
        cmocka_unit_test(distributions_have_their_moments),
        cmocka_unit_test(logarithm_agrees_with_libm),
        cmocka_unit_test(hashed_numbers_of_neighbours_are_independent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
