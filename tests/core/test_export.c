/* SPDX-License-Identifier: Apache-2.0 */
/* The connection point is held by a meter that answers late: after each step within two seconds,
   without swinging, and on the safe side when the meter is silent. */
#include "core_test.h"

#include "sim/export_home.h"

static struct export_home home;

static void run(uint32_t ms)
{
    for (uint32_t t = 0; t < ms; t++) {
        export_home_step(&home);
    }
}

static const struct {
    uint32_t update_ms, poll_ms;
} meters[] = {{20, 60}, {100, 100}, {250, 200}, {500, 200}, {500, 500}};
enum { METERS = sizeof meters / sizeof meters[0] };

static void over_export_after_a_step_lasts_less_than_two_seconds(void **state)
{
    static const int32_t steps[] = {10000, 0, 3000, 9000, 500, 10000, 2000, 0};
    (void)state;
    for (int m = 0; m < METERS; m++) {
        export_home_init(&home, meters[m].update_ms, meters[m].poll_ms);
        run(5000);
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            uint32_t last_ms = 0;
            home.home_w = steps[i];
            for (uint32_t t = 0; t < 10000; t++) {
                run(1);
                last_ms = home.point_w < -1.0 ? t : last_ms;
            }
            if (last_ms >= 2000) {
                fail_msg("meter %d, step to %d: %u ms", m, (int)steps[i], (unsigned)last_ms);
            }
            assert_true(home.point_w > 15.0 && home.point_w < 25.0); /* held */
        }
    }
}

/* Whatever the meter's times are within what the loop was told: no swing that stays. */
static void it_does_not_swing(void **state)
{
    uint32_t seed = 31;
    (void)state;
    for (int i = 0; i < 60; i++) {
        export_home_init(&home, (uint32_t)dice_range(&seed, 10, 800),
                         (uint32_t)dice_range(&seed, 60, 1000));
        home.home_w = dice_range(&seed, 0, 9000);
        run(8000);
        home.home_w = dice_range(&seed, 0, 9000);
        run(8000);
        for (int t = 0; t < 2000; t++) {
            run(1);
            assert_true(home.point_w > 10.0 && home.point_w < 30.0);
        }
    }
}

static void a_silent_meter_ends_export_in_time(void **state)
{
    (void)state;
    export_home_init(&home, 250, 200);
    home.home_w = 5000;
    run(5000);
    assert_true(home.port_w < -4900);
    home.silent = true;
    run(3000);
    assert_true(home.port_w > -10.0);
    int32_t port_w;
    for (int day = 0; day < 60; day++) { /* and stays so through the wrap of the clock */
        home.now_ms += 86400000U;
        assert_false(export_target(&home.loop, home.now_ms, &port_w));
    }
    home.silent = false;
    run(3000);
    assert_true(home.port_w < -4900);
}

static void what_sun_and_battery_cannot_give_is_bought(void **state)
{
    (void)state;
    export_home_init(&home, 250, 200);
    home.port_min_w = -3000;
    home.home_w = 5000;
    run(5000);
    assert_true(home.point_w > 1995 && home.point_w < 2005);
    home.home_w = 1000;
    run(3000);
    assert_true(home.point_w > 15 && home.point_w < 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_export_after_a_step_lasts_less_than_two_seconds),
        cmocka_unit_test(it_does_not_swing),
        cmocka_unit_test(a_silent_meter_ends_export_in_time),
        cmocka_unit_test(what_sun_and_battery_cannot_give_is_bought),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
