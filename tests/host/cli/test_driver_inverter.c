/* SPDX-License-Identifier: Apache-2.0 */
/* A real inverter as the gateway reads it: here the virtual one, over a line in memory that can be
   cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "host/driver_inverter.h"
#include "sim/inverter_port.h"

enum { STEP_MS = 20 };

static struct house house, mirror;
static struct inverter_port port;
static struct hostlink_server server;
static struct inverter_driver driver;
static bool cut;
static size_t n_reply;
static uint8_t reply[HOSTLINK_FRAME_MAX];
static int64_t now_ms;
static int told_silent, told_back, written;
static char reason[200];

static void put(void *context, const uint8_t *bytes, size_t n)
{
    (void)context;
    size_t used;
    inverter_port_fill(&port);
    struct hostlink_job job = {&port.view, house.inverter.profile, &port.desk, (uint32_t)now_ms};
    n_reply = cut ? 0 : hostlink_server_take(&server, bytes, n, &used, &job, reply);
}

static size_t take(void *context, uint8_t *bytes, size_t room)
{
    (void)context;
    size_t n = n_reply < room ? n_reply : room;
    memcpy(bytes, reply, n);
    n_reply -= n;
    memmove(reply, reply + n, n_reply);
    return n;
}

static void tell(void *context, bool silent)
{
    (void)context;
    told_silent += silent;
    told_back += !silent;
}

static void tell_written(void *context, const struct setting_row *row, int32_t value,
                         const char *why)
{
    (void)context;
    (void)row;
    (void)value;
    written++;
    snprintf(reason, sizeof reason, "%s", why);
}

static void begin(enum hostlink_protocol protocol)
{
    const struct product *product = product_find("offgrid_5000");
    struct house_spec spec = {.inverter = product, .start_ms = 1780315200000};
    house_init(&house, &spec);
    for (int i = 0; i < 100; i++) {
        house_step(&house, 100);
    }
    inverter_port_init(&port, &house);
    hostlink_server_init(&server, protocol);
    cut = false;
    n_reply = 0;
    told_silent = told_back = written = 0;
    now_ms = 1000;
    driver = (struct inverter_driver){.bus = {NULL, put, take},
                                      .points = points_new(),
                                      .protocol = protocol,
                                      .product = product,
                                      .mirror = &mirror,
                                      .period_ms = 1000,
                                      .told = tell,
                                      .written = tell_written};
    inverter_driver_init(&driver);
}

static void end(void) { points_free(driver.points); }

static void pass(int64_t ms)
{
    for (int64_t until = now_ms + ms; now_ms < until; now_ms += STEP_MS) {
        (void)inverter_driver_step(&driver, now_ms, now_ms);
    }
}

static const struct point *point(const char *name)
{
    int index = points_find(driver.points, name);
    if (index < 0) {
        fail_msg("no point %s", name);
    }
    return points_get(driver.points, index);
}

static void what_it_tells_are_points(void **state)
{
    (void)state;
    for (int protocol = 0; protocol < HOSTLINK_COUNT; protocol++) {
        begin((enum hostlink_protocol)protocol);
        pass(5000);
        assert_true(point("grid.voltage_v")->valid);
        assert_true(point("grid.voltage_v")->number == 230.0);
        assert_string_equal(point("inverter.state")->text, "bypass");
        assert_string_equal(point("inverter.source")->text, "grid");
        assert_string_equal(point("inverter.faults")->text, "301"); /* it has no battery */
        assert_true(point("inverter.rated_power_w")->number == 5000);
        end();
    }
}

static void silence_makes_values_unknown_and_is_told_once(void **state)
{
    (void)state;
    begin(HOSTLINK_SRNE);
    pass(5000);
    cut = true;
    pass(10000);
    assert_int_equal(told_silent, 1);
    assert_false(point("grid.voltage_v")->valid);
    assert_false(point("inverter.faults")->valid);
    cut = false;
    pass(12000);
    assert_int_equal(told_back, 1);
    assert_true(point("grid.voltage_v")->valid);
    end();
}

static void settings_are_judged_here_then_there(void **state)
{
    (void)state;
    char why[400];
    for (int protocol = 0; protocol < HOSTLINK_COUNT; protocol++) {
        begin((enum hostlink_protocol)protocol);
        pass(5000);
        assert_int_equal(inverter_driver_write(&driver, "WFM", "SBU", false, why, sizeof why),
                         WRITE_OK);
        pass(3000);
        assert_int_equal(written, 1);
        assert_string_equal(reason, "");
        assert_int_equal(house.inverter.set[SET_SUPPLY_MODE], SUPPLY_SBU);
        uint32_t asked = server.requests;
        assert_int_equal(inverter_driver_write(&driver, "WFM", "SBU", false, why, sizeof why),
                         WRITE_OK); /* in place: nothing travels */
        assert_int_equal(written, 1);
        assert_int_equal(server.requests, asked);
        assert_int_equal(inverter_driver_write(&driver, "BTP", "USE", false, why, sizeof why),
                         WRITE_DENIED);
        assert_int_equal(inverter_driver_write(&driver, "BTG", "99", true, why, sizeof why),
                         WRITE_REFUSED);
        assert_int_equal(inverter_driver_write(&driver, "NOSUCH", "1", true, why, sizeof why),
                         WRITE_UNKNOWN);
        assert_int_equal(inverter_driver_write(&driver, "BTE", "DIS", true, why, sizeof why),
                         WRITE_REFUSED); /* neither protocol has it */
        cut = true;
        assert_int_equal(inverter_driver_write(&driver, "MCC", "30", false, why, sizeof why),
                         WRITE_OK);
        pass(15000);
        assert_int_equal(written, 2);
        assert_string_equal(reason, "The inverter does not answer.");
        end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_tells_are_points),
        cmocka_unit_test(silence_makes_values_unknown_and_is_told_once),
        cmocka_unit_test(settings_are_judged_here_then_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
