/* SPDX-License-Identifier: Apache-2.0 */
/* What a real battery tells of all of it becomes points; what it tells no more is not known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/proto/can_ends.h"
#include "host/driver_report.h"

static struct points *points;
static struct report_points out;

static int begin(void **state)
{
    (void)state;
    points = points_new();
    report_points_init(&out, points);
    return points == NULL;
}

static int end(void **state)
{
    (void)state;
    points_free(points);
    return 0;
}

static const struct point *point(const char *name)
{
    int index = points_find(points, name);
    if (index < 0) {
        fail_msg("no point %s", name);
    }
    return points_get(points, index);
}

static const struct battery_report told = {
    .heard = HEARD_LIMITS | HEARD_SOC | HEARD_MEASURED | HEARD_FLAGS | HEARD_NAME,
    .charge_mv = 57600,
    .charge_limit_ma = 80000,
    .discharge_limit_ma = 120000,
    .soc_pct = 64,
    .soc_pct100 = 6437,
    .voltage_mv = 53120,
    .current_ma = 20000, /* charges */
    .alarms = REPORT_CELL_OVER_VOLTAGE,
    .name = "PYLON",
};

static void what_is_heard_is_known_with_the_signs_of_points(void **state)
{
    (void)state;
    report_points_put(&out, &told, 1000);
    assert_true(point("battery.voltage_v")->number == 53.12);
    assert_true(point("battery.current_a")->number == -20.0);
    assert_true(point("battery.power_w")->number == -1062.0);
    assert_true(point("battery.charge_voltage_v")->number == 57.6);
    assert_true(point("battery.charge_limit_a")->number == 80.0);
    assert_true(point("battery.discharge_limit_a")->number == 120.0);
    assert_true(point("battery.soc_pct")->number == 64.4); /* the fine one, where it is told */
    assert_string_not_equal(point("battery.alarms")->text, "");
    assert_string_equal(point("battery.protections")->text, "");
    assert_false(point("battery.temperature_c")->valid); /* never told */
    assert_int_equal(points_find(points, "battery.cell_max_v"), -1);
}

static void what_is_heard_no_more_is_unknown_and_comes_back(void **state)
{
    struct battery_report now = told;
    (void)state;
    report_points_put(&out, &now, 1000);
    now.heard = HEARD_SOC;
    report_points_put(&out, &now, 2000);
    assert_true(point("battery.soc_pct")->valid);
    assert_false(point("battery.voltage_v")->valid);
    assert_false(point("battery.power_w")->valid);
    assert_false(point("battery.charge_limit_a")->valid);
    assert_false(point("battery.alarms")->valid);
    now.heard = 0;
    report_points_put(&out, &now, 3000);
    for (int i = 0; i < points_count(points); i++) {
        assert_false(points_get(points, i)->valid);
    }
    report_points_put(&out, &told, 4000);
    assert_true(point("battery.charge_limit_a")->valid);
}

static void a_listener_that_hears_nothing_knows_nothing(void **state)
{
    struct can_listener listener;
    struct can_sender sender;
    struct can_frame frame;
    struct battery_report now;
    (void)state;
    can_listener_init(&listener, &can_dialects[CAN_PYLON], 0);
    can_sender_init(&sender, &can_dialects[CAN_PYLON], 0);
    for (uint32_t ms = 0; ms < 3000; ms += 10) {
        while (can_sender_poll(&sender, ms, &told, &frame)) {
            (void)can_listener_hear(&listener, &frame, ms);
        }
    }
    can_listener_report(&listener, 3000, &now);
    report_points_put(&out, &now, 3000);
    assert_true(point("battery.charge_limit_a")->number == 80.0);
    can_listener_report(&listener, 3000 + listener.lost_ms, &now);
    report_points_put(&out, &now, 3000 + listener.lost_ms);
    assert_false(point("battery.charge_limit_a")->valid);
    assert_false(point("battery.voltage_v")->valid);
    assert_false(point("battery.soc_pct")->valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_heard_is_known_with_the_signs_of_points, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_is_heard_no_more_is_unknown_and_comes_back, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_listener_that_hears_nothing_knows_nothing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
