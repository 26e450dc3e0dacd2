/* SPDX-License-Identifier: Apache-2.0 */
/* The public grid keeps the statistics its header promises. */
#include "plant_test.h"

#include "plant/grid.h"

enum { DAY_S = 86400 };

static void voltage_and_frequency_wander_as_promised(void **state)
{
    (void)state;
    struct grid grid;
    struct grid_options options = {.seed = 3};
    double v = 0, v2 = 0, f = 0, f2 = 0;
    int n = 0;
    grid_init(&grid, &options);
    for (int64_t t = 0; t < 60 * DAY_S; t += 37) {
        struct grid_now now;
        grid_at(&grid, t, &now);
        assert_true(now.present);
        int64_t hour = t % DAY_S / 3600;
        if (hour < 16 || hour > 21) {
            v += (double)now.voltage_v;
            v2 += (double)now.voltage_v * (double)now.voltage_v;
            f += (double)now.frequency_hz;
            f2 += (double)now.frequency_hz * (double)now.frequency_hz;
            n++;
        }
        assert_true(now.voltage_v > 207.0F && now.voltage_v < 253.0F); /* EN 50160, +-10 % */
        assert_true(now.frequency_hz > 49.8F && now.frequency_hz < 50.2F);
    }
    near(v / n, 230.0, 0.2);
    near(sqrt(v2 / n - v / n * (v / n)), 1.5, 0.3);
    near(f / n, 50.0, 0.005);
    near(sqrt(f2 / n - f / n * (f / n)), 0.02, 0.005);
}

static void it_moves_slowly(void **state)
{
    (void)state;
    struct grid grid;
    struct grid_options options = {.seed = 4};
    struct grid_now last;
    grid_init(&grid, &options);
    grid_at(&grid, 0, &last);
    for (int64_t t = 1; t < DAY_S; t++) {
        struct grid_now now;
        grid_at(&grid, t, &now);
        assert_true(fabsf(now.voltage_v - last.voltage_v) < 0.5F);
        last = now;
    }
}

static void outages_come_on_about_one_day_in_the_given_number_for_2_to_90_minutes(void **state)
{
    (void)state;
    struct grid grid;
    struct grid_options options = {.seed = 5, .outage_days = 10.0};
    int outages = 0;
    int64_t from = 0;
    bool was = true;
    const int days = 3000;
    grid_init(&grid, &options);
    for (int64_t t = 0; t < (int64_t)days * DAY_S; t += 10) {
        struct grid_now now;
        grid_at(&grid, t, &now);
        if (was && !now.present) {
            outages++;
            from = t;
        } else if (!was && now.present) {
            assert_true(t - from >= 110 && t - from <= 5410);
        }
        was = now.present;
    }
    print_message("%d outages in %d days\n", outages, days);
    near(outages, days / 10.0, 3.0 * sqrt(days / 10.0));
}

static void any_moment_may_be_asked_for_in_any_order(void **state)
{
    (void)state;
    struct grid forward;
    struct grid random;
    struct grid_options options = {.seed = 6, .outage_days = 2.0};
    struct rng rng;
    rng_seed(&rng, 1, 1);
    grid_init(&random, &options);
    for (int i = 0; i < 5000; i++) {
        int64_t t = rng_u32(&rng) % (100 * DAY_S);
        struct grid_now a;
        struct grid_now b;
        grid_init(&forward, &options);
        grid_at(&forward, t, &a);
        grid_at(&random, t, &b);
        assert_int_equal(a.present, b.present);
        assert_true(a.voltage_v == b.voltage_v && a.frequency_hz == b.frequency_hz);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(voltage_and_frequency_wander_as_promised),
        cmocka_unit_test(it_moves_slowly),
        cmocka_unit_test(outages_come_on_about_one_day_in_the_given_number_for_2_to_90_minutes),
        cmocka_unit_test(any_moment_may_be_asked_for_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
