/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of packs against the virtual packs on a virtual line: values, silence,
 * noise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/driver_battery.h"
#include "sim/pack_port.h"

struct line {
    struct house house;
    struct pack_port port;
    struct battery_driver driver;
    int64_t now_ms;
    int told[DRIVER_PACKS]; /* times silent, less times back */
    uint32_t noise;         /* not 0: every so many bytes one is spoilt */
    uint32_t count;
};

static void line_write(void *context, const uint8_t *bytes, size_t length)
{
    struct line *line = context;
    serial_wire_send(&line->port.wire, WIRE_B, bytes, length);
}

static size_t line_read(void *context, uint8_t *bytes, size_t room)
{
    struct line *line = context;
    size_t n = serial_wire_take(&line->port.wire, WIRE_B, bytes, room);
    for (size_t i = 0; i < n && line->noise != 0; i++) {
        if (++line->count % line->noise == 0) {
            bytes[i] ^= 0x01;
        }
    }
    return n;
}

static void line_told(void *context, int pack, bool silent)
{
    struct line *line = context;
    line->told[pack] += silent ? 1 : -1;
}

static struct line *line_with(int packs, enum rs485_protocol protocol)
{
    struct line *line = calloc(1, sizeof *line);
    assert_non_null(line);
    struct house_spec spec = {.battery = HOUSE_PACKS,
                              .pack = product_find("es51_2_100lp"),
                              .packs = packs,
                              .soc = 0.5,
                              .temperature_c = 25.0};
    house_init(&line->house, &spec);
    line->driver = (struct battery_driver){.bus = {line, line_write, line_read},
                                           .points = points_new(),
                                           .protocol = protocol,
                                           .n_packs = packs,
                                           .period_ms = 1000,
                                           .timeout_ms = 200,
                                           .told = line_told,
                                           .context = line};
    line->port.kind = PORT_TO_PC;
    line->port.protocol = protocol;
    battery_driver_init(&line->driver);
    return line;
}

static struct line *line_new(int packs)
{
    struct line *line = line_with(packs, RS485_PYLON);
    line->port.kind = PORT_TO_INVERTER;
    return line;
}

static void line_free(struct line *line)
{
    points_free(line->driver.points);
    free(line);
}

static void line_run(struct line *line, int64_t ms)
{
    for (int64_t until = line->now_ms + ms; line->now_ms < until; line->now_ms += 10) {
        house_step(&line->house, 10);
        int turns = 0;
        while (battery_driver_step(&line->driver, line->now_ms, line->now_ms) && turns++ < 200) {
            pack_port_serve(&line->port, &line->house);
        }
        pack_port_serve(&line->port, &line->house);
    }
}

static const struct point *point(struct line *line, const char *name)
{
    const struct point *p = points_get(line->driver.points, points_find(line->driver.points, name));
    if (p == NULL) {
        fail_msg("no point %s", name);
    }
    return p;
}

static void assert_number(struct line *line, const char *name, double want, double within)
{
    const struct point *p = point(line, name);
    if (!p->valid || fabs(p->number - want) > within) {
        fail_msg("%s: valid %d, %g, expected %g", name, p->valid, p->number, want);
    }
}

static void every_pack_is_read_into_its_points(void **state)
{
    (void)state;
    struct line *line = line_new(3);
    bms_set_soc(&line->house.bms[2], 7000);
    line_run(line, 5000);
    assert_number(line, "pack1.voltage_v", line->house.bms[0].q[Q_PACK_MV] / 1000.0, 0.05);
    assert_number(line, "pack1.soc_pct", 50.0, 0.1);
    assert_number(line, "pack3.soc_pct", 70.0, 0.1);
    assert_number(line, "pack2.charge_limit_a", 100.0, 0.05);
    assert_number(line, "pack2.charge_voltage_v", 58.4, 0.05);
    assert_number(line, "pack2.cell_16_v", line->house.sensed[1].cell_mv[15] / 1000.0, 0.001);
    assert_number(line, "pack2.temperature_4_c", 25.0, 0.1);
    assert_int_equal(line->driver.client.broken, 0);
    assert_int_equal(line->driver.client.missed, 0);
    line_free(line);
}

static void a_silent_pack_has_unknown_points_and_its_return_is_told(void **state)
{
    (void)state;
    struct line *line = line_new(2);
    line_run(line, 3000);
    assert_true(house_cut(&line->house, "pack2", true));
    line_run(line, 10000);
    assert_false(point(line, "pack2.voltage_v")->valid);
    assert_false(point(line, "pack2.cell_1_v")->valid);
    assert_true(point(line, "pack1.voltage_v")->valid);
    assert_int_equal(line->told[1], 1);
    assert_int_equal(line->told[0], 0);
    assert_true(house_cut(&line->house, "pack2", false));
    line_run(line, 15000);
    assert_true(point(line, "pack2.voltage_v")->valid);
    assert_int_equal(line->told[1], 0);
    line_free(line);
}

static void a_sleeping_pack_answers_nobody_until_it_wakes(void **state)
{
    (void)state;
    struct line *line = line_new(2);
    line_run(line, 3000);
    line->house.desk[1].switch_off = true;
    line_run(line, 10000);
    assert_true(bms_asleep(&line->house.bms[1]));
    assert_false(point(line, "pack2.voltage_v")->valid);
    assert_true(point(line, "pack2.voltage_v")->number > 40.0); /* what was known last */
    assert_true(point(line, "pack1.voltage_v")->valid);
    assert_int_equal(line->told[1], 1);
    line->house.desk[1].switch_off = false;
    line_run(line, 15000);
    assert_true(point(line, "pack2.voltage_v")->valid);
    assert_int_equal(line->told[1], 0);
    line_free(line);
}

static void a_pack_without_power_goes_silent_and_nothing_stays_stale(void **state)
{
    (void)state;
    struct line *line = line_new(1);
    line_run(line, 3000);
    house_power(&line->house, false);
    line_run(line, 10000);
    for (int i = 0; i < points_count(line->driver.points); i++) {
        assert_false(points_get(line->driver.points, i)->valid);
    }
    line_free(line);
}

static void noise_on_the_line_never_becomes_a_value(void **state)
{
    (void)state;
    struct line *line = line_new(1);
    line_run(line, 3000);
    double volts = point(line, "pack1.voltage_v")->number;
    line->noise = 97; /* about two spoilt bytes per answer */
    for (int i = 0; i < 300; i++) {
        line_run(line, 100);
        const struct point *p = point(line, "pack1.voltage_v");
        assert_true(!p->valid || fabs(p->number - volts) < 0.05);
    }
    assert_true(line->driver.client.broken > 3);
    line->noise = 0;
    line_run(line, 15000);
    assert_true(point(line, "pack1.voltage_v")->valid);
    line_free(line);
}

/* What each protocol carries of a pack becomes its points; what it does not stays unknown. */
static void packs_are_read_in_any_protocol(void **state)
{
    (void)state;
    static const struct {
        double cell_within, volt_within;
        bool soc, limits, mos;
    } fine[RS485_COUNT] = {[RS485_PYLON] = {0.001, 0.01, true, true, true},
                           [RS485_VOLTRONIC] = {0.051, 0.11, true, true, false},
                           [RS485_GROWATT] = {0.001, 0.01, true, true, false},
                           [RS485_PACE] = {0.001, 0.01, true, false, true},
                           [RS485_PACE_MODBUS] = {0.001, 0.01, true, false, true},
                           [RS485_JBD] = {0.001, 0.01, true, false, true}};
    for (int p = 0; p < RS485_COUNT; p++) {
        struct line *line = line_with(1, (enum rs485_protocol)p);
        line_run(line, 8000);
        const struct house *house = &line->house;
        assert_int_equal(line->driver.client.broken, 0);
        assert_int_equal(line->driver.client.missed, 0);
        assert_number(line, "pack1.cell_16_v", house->sensed[0].cell_mv[15] / 1000.0,
                      fine[p].cell_within);
        assert_number(line, "pack1.voltage_v", house->bms[0].q[Q_PACK_MV] / 1000.0,
                      fine[p].volt_within);
        assert_number(line, "pack1.soc_pct", 50.0, 0.6);
        assert_int_equal(point(line, "pack1.charge_limit_a")->valid, fine[p].limits);
        assert_int_equal(point(line, "pack1.charge_mos")->valid, fine[p].mos);
        if (fine[p].limits) {
            assert_number(line, "pack1.charge_limit_a", 100.0, 0.1);
        }
        house_power(&line->house, false);
        line_run(line, 10000);
        for (int i = 0; i < points_count(line->driver.points); i++) {
            assert_false(points_get(line->driver.points, i)->valid);
        }
        line_free(line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pack_is_read_into_its_points),
        cmocka_unit_test(a_silent_pack_has_unknown_points_and_its_return_is_told),
        cmocka_unit_test(a_sleeping_pack_answers_nobody_until_it_wakes),
        cmocka_unit_test(a_pack_without_power_goes_silent_and_nothing_stays_stale),
        cmocka_unit_test(noise_on_the_line_never_becomes_a_value),
        cmocka_unit_test(packs_are_read_in_any_protocol),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
