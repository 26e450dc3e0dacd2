/* SPDX-License-Identifier: Apache-2.0 */
/* hearth decode, encode and list protocols as they are used. argv[1] is hearth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "shell.h"

static void frames_are_told_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *line, *shown[4];
        int status;
    } cases[] = {
        {"echo '(1.5) can0 351#1402740E740ECC01' | % decode pylon-can",
         {"(1.500000) 351#1402740E740ECC01 Limits: ", "ChargeVoltage 53.200 V",
          "DischargeCurrentLimit 370.0 A", "DischargeVoltage 46.000 V"},
         0},
        {"echo 'can0  356   [6]  7A 13 F2 FE 6B 01' | % decode pylon-can -",
         {"Voltage 49.860 V", "Current -27.0 A", "Temperature 36.3 degC"},
         0},
        {"echo '359#8200080006504E' | % decode pylon-can",
         {"OverVoltage, DischargeOverCurrent", "alarms [HighTemperature]"},
         0},
        {"echo '311#0240017C076C0069' | % decode growatt-can", {"57.600 V", "Balancing yes"}, 0},
        {"echo '351#64' | % decode pylon-can", {"broken: 1 bytes, at least 2 are needed"}, 1},
        {"echo '351#3002E803' | % decode pylon-can",
         {"Limits: ChargeVoltage 56.000 V, ChargeCurrentLimit 100.0 A\n"},
         0},
        {"echo '359#0200' | % decode pylon-can", {"Flags: protections [OverVoltage]\n"}, 0},
        {"echo '355#FA006400' | % decode pylon-can",
         {"broken: StateOfCharge 250 %", "(allowed: 0 "},
         1},
        {"echo '7FF#00' | % decode pylon-can", {"not of pylon-can"}, 0},
        {"echo nonsense | % decode pylon-can", {"broken: "}, 1},
        {"echo '305#0000000000000000' | % decode pylon-can", {"Alive"}, 0},
        {"% decode nothing-can </dev/null", {"there is no protocol \"nothing-can\"", "sma-can"}, 2},
        {"% decode luxpower-rs485 </dev/null", {"no register-level source"}, 2},
        {"% decode pylon-can /no/such", {"/no/such: No such file"}, 1},
        {"% decode", {"hearth decode --help"}, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[400];
        snprintf(line, sizeof line, "%s", cases[i].line);
        int status = shell(line);
        for (int k = 0; k < 4 && cases[i].shown[k] != NULL; k++) {
            if (status != cases[i].status || strstr(text, cases[i].shown[k]) == NULL) {
                fail_msg("%s: status %d, no \"%s\" in\n%s", line, status, cases[i].shown[k], text);
            }
        }
    }
}

static json_t *object_of(const char *line, int status)
{
    json_error_t error;
    assert_int_equal(shell(line), status);
    json_t *object = json_loads(text, 0, &error);
    if (object == NULL) {
        fail_msg("%s: %s in %s", line, error.text, text);
    }
    return object;
}

static double value(json_t *object, const char *point)
{
    json_t *found = json_object_get(json_object_get(object, "values"), point);
    assert_non_null(found);
    return json_is_boolean(found) ? json_is_true(found) : json_number_value(found);
}

static void json_has_points_with_the_signs_of_points(void **state)
{
    (void)state;
    json_t *o = object_of("echo '(1.25) can0 356#7A13F2FE6B01' | % decode pylon-can --json", 0);
    assert_float_equal(json_number_value(json_object_get(o, "t")), 1.25, 1e-9);
    assert_string_equal(json_string_value(json_object_get(o, "frame")), "356#7A13F2FE6B01");
    assert_string_equal(json_string_value(json_object_get(o, "name")), "Measured");
    assert_float_equal(value(o, "battery.voltage_v"), 49.86, 1e-9);
    assert_float_equal(value(o, "battery.current_a"), 27.0, 1e-9); /* discharges: + on points */
    assert_float_equal(value(o, "battery.temperature_c"), 36.3, 1e-9);
    json_decref(o);
    o = object_of("echo '35C#A0' | % decode pylon-can --json", 0);
    assert_true(json_is_null(json_object_get(o, "t")));
    assert_true(
        json_is_true(json_object_get(json_object_get(o, "values"), "battery.charge_enable")));
    assert_float_equal(value(o, "battery.discharge_enable"), 0, 0);
    assert_float_equal(value(o, "battery.force_charge"), 1, 0);
    json_decref(o);
    o = object_of("echo '35A#04AAAA02AAAAAA02' | % decode victron-can --json", 0);
    json_t *list = json_object_get(json_object_get(o, "values"), "battery.protections");
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(json_string_value(json_array_get(list, 0)), "HighVoltage");
    json_decref(o);
    o = object_of("echo '152#0002E7FF20038403' | % decode deye-pcs-can --json", 0);
    assert_float_equal(value(o, "pack3.voltage_v"), 51.2, 1e-9);
    assert_float_equal(value(o, "pack3.current_a"), -2.5, 1e-9);
    assert_float_equal(value(o, "pack3.soc_pct"), 80.0, 1e-9);
    json_decref(o);
    o = object_of("echo '351#64' | % decode pylon-can --json", 1);
    assert_non_null(json_object_get(o, "error"));
    assert_null(json_object_get(o, "values"));
    json_decref(o);
    o = object_of("echo '123#64' | % decode pylon-can --json", 0);
    assert_non_null(json_object_get(o, "error"));
    json_decref(o);
}

static void values_become_frames_and_frames_values(void **state)
{
    (void)state;
    assert_int_equal(shell("% encode pylon-can --set battery.soc_pct=50 --set battery.soh_pct=99 "
                           "battery.charge_voltage_v=56.05 battery.current_a=-12.5 "
                           "battery.voltage_v=52.1 battery.name=HOME "
                           "battery.protections=SystemError"),
                     0);
    assert_non_null(strstr(text, "can0 355#32006300"));
    assert_non_null(strstr(text, "can0 351#3002"));             /* rounded down */
    assert_non_null(strstr(text, "can0 356#5A147D00"));         /* charges with 12.5 A */
    assert_non_null(strstr(text, "can0 35E#484F4D4520202020")); /* "HOME    " */
    assert_non_null(strstr(text, "can0 359#0008"));
    assert_int_equal(shell("echo '{\"battery.soc_pct\": 50, \"battery.charge_enable\": true}' | "
                           "% encode growatt-can"),
                     0);
    assert_non_null(strstr(text, "can0 319#80"));
    assert_int_equal(shell("% encode growatt-can battery.soc_pct=50 battery.voltage_v=52 "
                           "battery.charge_voltage_v=56 battery.charge_limit_a=10 "
                           "battery.current_a=3 battery.alarms=CellHighVoltage | "
                           "% decode growatt-can --json | % encode pylon-can"),
                     0);
    assert_non_null(strstr(text, "can0 351#300264000000"));
    assert_non_null(strstr(text, "can0 356#5014E2FF"));
    assert_non_null(strstr(text, "can0 359#000002"));
}

static void what_cannot_be_sent_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line, *shown;
        int status;
    } cases[] = {
        {"% encode pylon-can battery.soc_pct=101", "(allowed: 0 to 100 %)", 1},
        {"% encode pylon-can battery.soc_pct=abc",
         "battery.soc_pct: \"abc\" is no number (allowed: 0 to 100 %)", 1},
        {"% encode pylon-can battery.temperature_c=warm",
         "is no number (allowed: -3276.8 to 3276.7 degC)", 1},
        {"% encode pylon-can battery.charge_enable=2", "is out of range (allowed: 0 to 1)", 1},
        {"% encode pylon-can battery.soc_pct=nan", "is no number", 1},
        {"% encode pylon-can battery.colour=red", "battery.colour", 1},
        {"% encode pylon-can soc", "is not POINT=VALUE", 1},
        {"% encode pylon-can battery.protections=Nothing", "is no flag", 1},
        {"% encode pylon-can battery.name=MUCH_TOO_LONG", "is too long (up to 8 characters)", 1},
        {"% encode pylon-can --wrong", "there is no option --wrong", 2},
        {"% encode pylon-can --set", "a value is missing after --set", 2},
        {"% encode jbd battery.soc_pct=101", "(allowed: 0 to 100 %)", 1},
        {"echo '[1]' | % encode pylon-can", "an object {POINT: value}", 1},
        {"echo '{' | % encode pylon-can", "line ", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int status = shell(cases[i].line);
        if (status != cases[i].status || strstr(text, cases[i].shown) == NULL) {
            fail_msg("%s: status %d, no \"%s\" in %s", cases[i].line, status, cases[i].shown, text);
        }
    }
}

static void protocols_are_listed_and_described(void **state)
{
    (void)state;
    assert_int_equal(shell("% list protocols --csv"), 0);
    static const char *const names[] = {
        "pylon-can", "victron-can", "growatt-can",  "goodwe-can",  "sma-can",
        "sofar-can", "deye-can",    "luxpower-can", "pylon-rs485", "luxpower-rs485"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_non_null(strstr(text, names[i]));
    }
    assert_int_equal(shell("% list protocols growatt-can --dbc"), 0);
    assert_non_null(strstr(text, "BO_ 785 Limits: 8 Battery"));
    assert_non_null(strstr(text, " SG_ ChargeVoltage : 7|16@0+ (0.1,0)"));
    assert_int_equal(shell("% list protocols jbd --dbc"), 1);
    assert_int_equal(shell("% list protocols growatt-can"), 2);
    assert_int_equal(shell("% list products --dbc"), 2);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_told_in_words),
        cmocka_unit_test(json_has_points_with_the_signs_of_points),
        cmocka_unit_test(values_become_frames_and_frames_values),
        cmocka_unit_test(what_cannot_be_sent_is_refused),
        cmocka_unit_test(protocols_are_listed_and_described),
    };
    program = argc > 1 ? argv[1] : "hearth";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
