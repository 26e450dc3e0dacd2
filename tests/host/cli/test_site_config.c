/* SPDX-License-Identifier: Apache-2.0 */
/* Site files: every mistake is told with file, line, the value and what is allowed. Keys:
   docs/site-file.md. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/site_config.h"

#define SITE         "site: {name: T, timezone: Europe/Berlin, latitude: 52.5, longitude: 13.4}\n"
#define BATTERY      "battery: {product: es51_2_100lp, packs: 2}\n"
#define INVERTER     "inverter: {product: offgrid_6000}\n"
#define REAL_BATTERY "battery: {bus: can:can0, protocol: pylon-can}\n"
#define SIMULATION   "simulation: {pv: [{modules: 10}], seed: 3}\n"

static char path[] = "/tmp/hearth-site-XXXXXX";

static struct site_config *load(const char *yaml, struct yaml_error *error)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(yaml, file);
    fclose(file);
    memset(error, 0, sizeof *error);
    return site_config_load(path, error);
}

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd >= 0 ? close(fd) : -1;
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void a_good_file_becomes_a_house(void **state)
{
    (void)state;
    struct yaml_error error;
    struct site_config *c = load(SITE BATTERY INVERTER SIMULATION
                                 "tariff: {import: [{from: \"00:00\", price: 0.3}, {from: "
                                 "\"06:30\", price: 0.4}], export: 0.08}\n",
                                 &error);
    if (c == NULL) {
        fail_msg("%s", error.text);
    }
    struct house *house = calloc(1, sizeof *house);
    assert_non_null(house);
    assert_int_equal(c->house.packs, 2);
    assert_true(c->simulated);
    assert_true(site_config_start(c, house, c->start_s, &error));
    assert_int_equal(house->inverter.set[SET_BMS_LINK], BMS_CAN); /* joined, as the note tells */
    assert_non_null(strstr(c->note, "BMS=CAN"));
    assert_true(fabs(tariff_import(c, c->start_s) - 0.3) < 1e-9);
    assert_true(fabs(tariff_import(c, c->start_s + 6 * 3600 + 1799) - 0.3) < 1e-9);
    assert_true(fabs(tariff_import(c, c->start_s + 6 * 3600 + 1800) - 0.4) < 1e-9);
    free(house);
    site_config_free(c);
}

struct mistake {
    const char *yaml;
    const char *at;      /* ":LINE:" or ":LINE:COLUMN:" */
    const char *name;    /* what is wrong … */
    const char *allowed; /* … and what would be right */
};

static const struct mistake mistakes[] = {
    {SITE BATTERY INVERTER "simulation: {sede: 1}\n", ":4:", "\"sede\"", "seed"},
    {SITE BATTERY INVERTER SIMULATION "colour: red\n", ":5:", "\"colour\"", "tariff"},
    {"site: {nme: T}\n" BATTERY INVERTER SIMULATION, ":1:", "\"nme\"", "timezone"},
    {"site: [a]\n" BATTERY INVERTER SIMULATION, ":1:", "site", "map"},
    {"site: {latitude: high}\n" BATTERY INVERTER SIMULATION, ":1:", "\"high\"", "-90"},
    {"site: {latitude: 91}\n" BATTERY INVERTER SIMULATION, ":1:", "91", "-90 to 90"},
    {"site: {longitude: -181}\n" BATTERY INVERTER SIMULATION, ":1:", "-181", "-180 to 180"},
    {"site: {timezone: Mars/Olympus}\n" BATTERY INVERTER SIMULATION, ":1:", "Mars/Olympus",
     "Europe/Berlin"},
    {SITE "battery: {product: es99}\n" INVERTER SIMULATION, ":2:", "\"es99\"",
     "hearth list products"},
    {SITE "battery: {product: offgrid_6000}\n" INVERTER SIMULATION, ":2:", "offgrid_6000",
     "hearth list products"},
    {SITE "battery: {product: es51_2_100lp, packs: 16}\n" INVERTER SIMULATION, ":2:", "16",
     "1 to 15"},
    {SITE "battery: {product: es51_2_100lp, packs: 1.5}\n" INVERTER SIMULATION, ":2:", "1.5",
     "1 to 15"},
    {SITE "battery: {product: es51_2_100lp, soc: 101}\n" INVERTER SIMULATION, ":2:", "101",
     "0 to 100"},
    {SITE "battery: {bus: can:can0, protocol: pylon-can}\n" INVERTER, ":3:", "bus", "leave the"},
    {SITE REAL_BATTERY SIMULATION, ":3:", "simulation", "real"},
    {SITE REAL_BATTERY "wires: [{bus: \"pty:/tmp/x\"}]\n", ":3:", "wires", "real"},
    {SITE "battery: {bus: can:can0}\n", ":2:", "protocol", "hearth list protocols"},
    {SITE "battery: {bus: can:can0, protocol: pylon-rs485}\n", ":2:", "can:can0", "pylon-rs485"},
    {SITE "battery: {bus: can:can0, protocol: pi30}\n", ":2:", "pi30", "inverters"},
    {SITE "battery: {bus: \"serial:/dev/null\", protocol: jbd}\n", ":2:", "/dev/null", "sim"},
    {SITE "battery: {bus: canal0, protocol: jbd}\n", ":2:", "canal0", "sim"},
    {SITE "battery: {bus: can:can0, protocol: pylon-can, packs: 2}\n", ":2:", "packs", "CAN"},
    {SITE "battery: {bus: can:can0, protocol: pylon-can, soc: 5}\n", ":2:", "\"soc\"", "packs"},
    {SITE "inverter: {product: offgrid_6000, bus: \"serial:/dev/ttyUSB0\"}\n", ":2:", "protocol",
     "pi30, srne-modbus"},
    {SITE "inverter: {product: offgrid_6000, bus: \"serial:/dev/ttyUSB0\", protocol: pace}\n",
     ":2:", "pace", "pi30, srne-modbus"},
    {SITE "inverter: {product: offgrid_6000, bus: \"modbus:box:502\", protocol: pi30}\n",
     ":2:", "modbus:box:502", "pi30"},
    {SITE "inverter: {product: offgrid_6000, bus: \"tcp:box:502\", protocol: pi30, address: 1}\n",
     ":2:", "address", "no addresses"},
    {SITE "inverter: {product: offgrid_6000, bus: \"tcp:box:502\", protocol: srne-modbus, "
          "address: 248}\n",
     ":2:", "248", "1 to 247"},
    {SITE "inverter: {bus: \"tcp:box:502\", protocol: srne-modbus}\n", ":2:", "product",
     "hearth list products"},
    {SITE "inverter: {product: offgrid_6000, bus: \"tcp:box:502\", protocol: srne-modbus, "
          "settings: {MCC: 30}}\n",
     ":2:", "\"settings\"", "protocol"},
    {SITE "battery: {product: es51_2_100lp, protocol: sma-can}\n" INVERTER SIMULATION,
     ":2:", "sma-can", "pylon-can"},
    {SITE "battery: {product: es51_2_100lp, packs: 2, protocol: jbd}\n" INVERTER SIMULATION,
     ":2:", "jbd", "1 pack"},
    {SITE "battery: {product: es51_2_100lp, protocol: luxpower-rs485}\n" INVERTER SIMULATION,
     ":2:", "luxpower-rs485", "growatt-rs485"},
    {SITE BATTERY "inverter: {product: toaster}\n" SIMULATION, ":3:", "toaster",
     "hearth list products"},
    {SITE BATTERY "inverter: {product: offgrid_6000, settings: [1]}\n" SIMULATION,
     ":3:", "settings", "map"},
    {SITE BATTERY INVERTER "simulation: {seed: 0}\n", ":4:", "0", "1 to 1000000000"},
    {SITE BATTERY INVERTER "simulation: {pv: [{modules: 41}]}\n", ":4:", "41", "1 to 40"},
    {SITE BATTERY INVERTER "simulation: {pv: [{tilt: 91}]}\n", ":4:", "91", "0 to 90"},
    {SITE BATTERY INVERTER "simulation: {pv: 5}\n", ":4:", "pv", "list"},
    {SITE BATTERY INVERTER "simulation: {start: tomorrow}\n", ":4:", "tomorrow", "2026-06-01"},
    {SITE BATTERY INVERTER "simulation: {start: 2026-02-30}\n", ":4:", "2026-02-30", "2026-06-01"},
    {SITE BATTERY INVERTER "simulation: {grid: perhaps}\n", ":4:", "perhaps", "on"},
    {SITE BATTERY INVERTER "simulation: {load: -5}\n", ":4:", "-5", "0 to 100000"},
    {SITE BATTERY INVERTER "simulation: {sensors: {offset_a: 3}}\n", ":4:", "3", "-2 to 2"},
    {SITE BATTERY INVERTER "simulation: {sensors: {offset: 1}}\n", ":4:", "\"offset\"", "gain_pct"},
    {SITE BATTERY INVERTER "simulation: {ageing: {capacity_pct: 20}}\n", ":4:", "20", "50 to 110"},
    {SITE BATTERY INVERTER "simulation: {weather: nowhere.csv}\n", ":4:", "nowhere.csv", "weather"},
    {SITE BATTERY INVERTER "simulation: {load: nowhere.csv}\n", ":4:", "nowhere.csv", "load"},
    {SITE BATTERY INVERTER SIMULATION "tariff: {export: 11}\n", ":5:", "11", "-10 to 10"},
    {SITE BATTERY INVERTER SIMULATION "tariff: {import: [{from: \"25:00\", price: 1}]}\n",
     ":5:", "25:00", "23:59"},
    {SITE BATTERY INVERTER SIMULATION
     "tariff: {import: [{from: \"06:00\", price: 1}, {from: \"06:00\", price: 1}]}\n",
     ":5:", "times", "rise"},
    {BATTERY INVERTER SIMULATION, ":1:", "\"site\"", "missing"},
    {SITE BATTERY INVERTER, ":1:", "\"simulation\"", "missing"},
    {"site: {name: x\n", ":", "", ""},
};

static void each_mistake_is_told_with_line_value_and_what_is_allowed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        const struct mistake *m = &mistakes[i];
        struct yaml_error error;
        struct site_config *c = load(m->yaml, &error);
        if (c != NULL) {
            fail_msg("case %zu was taken: %s", i, m->yaml);
        }
        if (strncmp(error.text, path, strlen(path)) != 0 || strstr(error.text, m->at) == NULL ||
            strstr(error.text, m->name) == NULL || strstr(error.text, m->allowed) == NULL) {
            fail_msg("case %zu: \"%s\" lacks %s, %s or %s", i, error.text, m->at, m->name,
                     m->allowed);
        }
    }
}

static void a_refused_setting_is_told_when_the_house_starts(void **state)
{
    (void)state;
    static const struct {
        const char *setting, *told;
    } cases[] = {{"MCC: 121", "allowed 1 to 120 A"}, {"MCC: 60.5", "steps of 1)"},
                 {"MCC: many", "not a number"},      {"WFM: XXX", "allowed SOL|UTI|SBU"},
                 {"BTG: 46.3", "steps of 0.5"},      {"NOPE: 1", "has no setting \"NOPE\""},
                 {"GSD: 90", "contradicts"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char yaml[600];
        struct yaml_error error;
        snprintf(yaml, sizeof yaml,
                 SITE BATTERY
                 "inverter:\n  product: offgrid_6000\n  settings:\n    %s\n" SIMULATION,
                 cases[i].setting);
        struct site_config *c = load(yaml, &error);
        if (c == NULL) {
            fail_msg("%s", error.text);
        }
        struct house *house = calloc(1, sizeof *house);
        assert_non_null(house);
        assert_false(site_config_start(c, house, c->start_s, &error));
        if (strstr(error.text, ":6: ") == NULL || strstr(error.text, cases[i].told) == NULL) {
            fail_msg("%s: \"%s\" lacks :6: or %s", cases[i].setting, error.text, cases[i].told);
        }
        free(house);
        site_config_free(c);
    }
}

static void bad_sensors_and_old_cells_reach_the_packs(void **state)
{
    (void)state;
    struct yaml_error error;
    struct site_config *c =
        load(SITE BATTERY INVERTER "simulation: {sensors: {offset_a: 0.5, gain_pct: -1}, ageing: "
                                   "{capacity_pct: 85, resistance_pct: 130}, load: 0}\n",
             &error);
    if (c == NULL) {
        fail_msg("%s", error.text);
    }
    struct house *house = calloc(1, sizeof *house);
    assert_non_null(house);
    assert_true(site_config_start(c, house, c->start_s, &error));
    for (int i = 0; i < 2; i++) {
        assert_true(house->sensor[i].spec.on && house->sensor[i].spec.noise);
        assert_true(fabs(house->sensor[i].spec.offset_a - 0.5) < 1e-9);
        assert_true(fabs(house->sensor[i].spec.gain_pct + 1.0) < 1e-9);
        assert_in_range((int)(house->plant[i].capacity_as[0] / 3600.0), 82, 88);
        assert_in_range((int)(house->plant[i].base_r_ohm[0] * 1e6), 650, 900);
    }
    free(house);
    site_config_free(c);
}

static void a_real_site_has_buses_and_nothing_to_simulate(void **state)
{
    (void)state;
    struct yaml_error error;
    struct site_config *c =
        load(SITE "battery: {bus: \"serial:/dev/ttyUSB1\", protocol: jk, packs: 3}\n"
                  "inverter: {product: offgrid_6000, bus: \"modbus:10.0.0.7:502\", protocol: "
                  "srne-modbus, address: 4}\n"
                  "tariff: {import: 0.3}\n",
             &error);
    if (c == NULL) {
        fail_msg("%s", error.text);
    }
    assert_false(c->simulated);
    assert_string_equal(c->battery_bus.protocol->name, "jk");
    assert_string_equal(c->battery_bus.address.path, "/dev/ttyUSB1");
    assert_int_equal(c->real_packs, 3);
    assert_string_equal(c->inverter_bus.protocol->name, "srne-modbus");
    assert_int_equal(c->inverter_bus.address.port, 502);
    assert_int_equal(c->inverter_bus.unit, 4);
    struct house *house = calloc(1, sizeof *house);
    assert_non_null(house);
    assert_false(site_config_start(c, house, 0, &error));
    assert_non_null(strstr(error.text, "are real"));
    free(house);
    site_config_free(c);
}

static void a_file_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct yaml_error error = {.text = ""};
    assert_null(site_config_load("/nowhere/home.yaml", &error));
    assert_non_null(strstr(error.text, "/nowhere/home.yaml"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file_becomes_a_house),
        cmocka_unit_test(each_mistake_is_told_with_line_value_and_what_is_allowed),
        cmocka_unit_test(a_refused_setting_is_told_when_the_house_starts),
        cmocka_unit_test(bad_sensors_and_old_cells_reach_the_packs),
        cmocka_unit_test(a_real_site_has_buses_and_nothing_to_simulate),
        cmocka_unit_test(a_file_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, make_file, drop_file);
}
