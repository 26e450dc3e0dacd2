/* SPDX-License-Identifier: Apache-2.0 */
/* The scenario runner: what passes, what fails with which sentence. Contract: docs/scenarios.md. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/scenario.h"

struct outcome {
    bool passed;
    char *text; /* TAP */
};

static void run_text(const char *yaml, struct outcome *outcome)
{
    char path[] = "/tmp/hearth-scenario-XXXXXX";
    char *const paths[] = {path};
    size_t size;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, yaml, strlen(yaml)), strlen(yaml));
    close(fd);
    FILE *out = open_memstream(&outcome->text, &size);
    assert_non_null(out);
    fflush(stderr); /* the runner tells mistakes there as well: not into the test's log */
    int saved = dup(2);
    int quiet = open("/dev/null", O_WRONLY);
    assert_true(saved >= 0 && quiet >= 0 && dup2(quiet, 2) == 2);
    outcome->passed = scenario_files(paths, 1, NULL, out);
    fflush(stderr);
    assert_true(dup2(saved, 2) == 2);
    close(saved);
    close(quiet);
    fclose(out);
    unlink(path);
}

static void check(const char *yaml, bool passes, const char *sentence)
{
    struct outcome outcome;
    run_text(yaml, &outcome);
    if (outcome.passed != passes || strstr(outcome.text, sentence) == NULL) {
        print_error("%s\n-- gave --\n%s\n-- wanted %s with \"%s\"\n", yaml, outcome.text,
                    passes ? "passed" : "failed", sentence);
        fail();
    }
    free(outcome.text);
}

#define PACK     "name: t\nproduct: es51_2_100lp\n"
#define INVERTER "name: t\nproduct: offgrid_6000\n"
#define STEPS    "steps:\n"

static void passes(const char *yaml) { check(yaml, true, "ok 1 - "); }

/* Errors of a file: refused before anything runs, with line and what is allowed. */
static void mistakes_in_a_file_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *yaml, *sentence;
    } cases[] = {
        {PACK STEPS "  - {after: 1s, expect: {pack1.colour: red}}\n",
         ":4:26: there is no point \"pack1.colour\""},
        {PACK STEPS "  - {set: {pack1.voltage_v: 50}}\n", "pack1.voltage_v can only be expected"},
        {PACK STEPS "  - {after: 1s, expect: {pack1.demand_current_a: 5}}\n",
         "pack1.demand_current_a can only be set"},
        {PACK STEPS "  - {set: {smart_load.power_w: 5}}\n", "smart_load.power_w is not here yet"},
        {PACK STEPS "  - {press: [POWER]}\n", "key POWER is not here yet"},
        {PACK STEPS "  - {press: [TOUCH colour]}\n", "has no field \"colour\""},
        {PACK STEPS "  - {press: [SHOUT]}\n", "there is no key \"SHOUT\""},
        {PACK STEPS "  - {press: [RST 7x]}\n", "\"7x\" is not a duration"},
        {PACK STEPS "  - {set: {pack1.cells_v: 3.3}, expect: {pack1.state: standby}}\n",
         "needs \"after\""},
        {PACK STEPS "  - {after: 5}\n", "\"5\" is not a duration"},
        {PACK STEPS "  - {after: -5s}\n", "is not a duration"},
        {PACK STEPS "  - {after: 1s, expect: {pack1.state: asleep}}\n",
         "\"asleep\" is not a word it can have"},
        {PACK STEPS "  - {after: 1s, expect: {pack1.voltage_v: high}}\n",
         "\"high\" is not a number"},
        {PACK STEPS "  - {after: 1s, expect: {pack1.charge_mos: maybe}}\n",
         "\"maybe\" is neither on nor off"},
        {PACK STEPS "  - {after: 1s, expect: {pack1.voltage_v: {near: 3}}}\n", "go together"},
        {PACK STEPS "  - {after: 1s, expect: {pack1.state: {min: 3}}}\n", "is not a number"},
        {PACK STEPS "  - {set: {battery.soc_pct: 300}, after: 1s}\n",
         "battery.soc_pct: 300 is out of range (allowed 0 to 100)"},
        {PACK STEPS "  - {set: {pack1.cell_1_v: 1e300}, after: 1s}\n", "is out of range"},
        {PACK STEPS "  - {set: {pack2.cell_1_v: 3}, after: 1s}\n", "allowed 1 to 1"},
        {PACK STEPS "  - {set: {pack1.cell_17_v: 3}, after: 1s}\n", "allowed 1 to 16"},
        {PACK STEPS "  - {after: 1s, expect: {pack4.state: standby}}\n", "allowed 1 to 1"},
        {PACK "battery: {soc: 50, packs: 3}\n" STEPS "  - {after: 1s}\n", "packs"},
        {PACK STEPS "  - {after: 1s, expect: {pack1.voltage_v: {has: [3]}}}\n", "is not a list"},
        {PACK STEPS "  - {after: 1s, expect: {pack1.voltage_v: {about: 3}}}\n", "about"},
        {PACK STEPS "  - {after: 1s, expect: {pack1.voltage_v: {not: 3, min: 2}}}\n",
         "\"not\" stands alone"},
        {PACK STEPS "  - {wait: 5s}\n", "wait"},
        {PACK STEPS "  - {after: 1s, after: 2s}\n", "duplicate key"},
        {PACK STEPS "  - {repeat: 0, steps: [{after: 1s}]}\n", "repeat"},
        {PACK STEPS "  - {repeat: 2, after: 1s, steps: [{after: 1s}]}\n", "after"},
        {PACK STEPS "  - {repeat: 2}\n", "steps should be a list"},
        {PACK "steps: []\n", "steps should be a list of at least one step"},
        {PACK, "steps should be a list"},
        {"product: es51_2_100lp\n" STEPS "  - {after: 1s}\n", "needs a name"},
        {"name: t\n" STEPS "  - {after: 1s}\n", "product: there is no"},
        {"name: t\nproduct: es99\n" STEPS "  - {after: 1s}\n", "there is no \"es99\""},
        {PACK "packs: 16\n" STEPS "  - {after: 1s}\n", "packs"},
        {PACK "clock: noon\n" STEPS "  - {after: 1s}\n", "\"noon\" is not a time"},
        {PACK "settle: long\n" STEPS "  - {after: 1s}\n", "\"long\" is not a duration"},
        {INVERTER "units: 2\n" STEPS "  - {after: 1s}\n", "groups of inverters are not here yet"},
        {INVERTER "battery: {product: potato}\n" STEPS "  - {after: 1s}\n",
         "there is no battery \"potato\""},
        {INVERTER "battery: {soc: 130}\n" STEPS "  - {after: 1s}\n", "soc"},
        {"name: t\nsite: home.yaml\n" STEPS "  - {after: 1s}\n", "site: this program opens none"},
        {PACK "colour: red\n" STEPS "  - {after: 1s}\n", "colour"},
        {"name: [t\n", "can be read"},
        {"- a\n- b\n", "can be read"},
        {"%YAML 1.2\n---\n" PACK STEPS "  - {after: 1s}\n", ":1: a line begins with %"},
        {"%#nI-a\xff", ":1: "}, /* libfyaml alone would never return */
        {PACK "# caf\xe9\n" STEPS "  - {after: 1s}\n", ":3: not a text in UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check(cases[i].yaml, false, cases[i].sentence);
    }
}

static void a_refused_setting_fails_with_its_reason(void **state)
{
    (void)state;
    check(INVERTER "settings: {BTG: 46.3}\n" STEPS "  - {after: 1s}\n", false, "is off step");
    check(INVERTER "settings: {MCC: 121}\n" STEPS "  - {after: 1s}\n", false, "out of range");
    check(INVERTER "settings: {WFM: XYZ}\n" STEPS "  - {after: 1s}\n", false,
          "allowed SOL|UTI|SBU");
    check(INVERTER "settings: {NOPE: 1}\n" STEPS "  - {after: 1s}\n", false, "NOPE");
    check(PACK "settings: {Cell OV Protect: 9.9}\n" STEPS "  - {after: 1s}\n", false,
          "out of range");
    passes(PACK "settings: {Cell OV Protect: 3.75}\n" STEPS
                "  - {after: 1s, expect: {settings.Cell OV Protect: '3.750'}}\n");
}

static void at_goes_to_a_time_and_never_back(void **state)
{
    (void)state;
    passes(PACK "clock: 2026-06-01T12:00:00\n" STEPS
                "  - {at: 10s, expect: {clock: 2026-06-01T12:00:10}}\n"
                "  - {at: 1min, after: 5s, expect: {clock: 2026-06-01T12:01:05}}\n");
    check(PACK STEPS "  - {after: 10s}\n  - {at: 5s}\n", false,
          "5.000 s has already passed (allowed 10.000 s and later)");
}

static void during_must_hold_at_every_control_step(void **state)
{
    (void)state;
    /* COC sets after 1 s: present at the end, and not before */
    check(PACK STEPS "  - {set: {pack1.demand_current_a: 106}, after: 3s, during: {pack1.alarms: "
                     "[]}}\n",
          false, "pack1.alarms: wanted [], found [COC]");
    check(PACK STEPS "  - {set: {pack1.demand_current_a: 106}, after: 3s, during: {pack1.alarms: "
                     "[]}, expect: {pack1.alarms: [COC]}}\n",
          false, "at 1.");
    passes(PACK STEPS
           "  - {set: {pack1.demand_current_a: 106}, after: 900ms, during: {pack1.alarms: []}}\n");
}

static void every_failing_point_of_a_step_is_told(void **state)
{
    (void)state;
    struct outcome outcome;
    run_text(PACK STEPS "  - {after: 1s, expect: {pack1.state: charge, pack1.voltage_v: 40, "
                        "pack1.soc_pct: 60}}\n",
             &outcome);
    assert_false(outcome.passed);
    assert_non_null(strstr(outcome.text, "pack1.state: wanted charge, found standby"));
    assert_non_null(strstr(outcome.text, "pack1.voltage_v: wanted 40, found 52.8"));
    assert_null(strstr(outcome.text, "pack1.soc_pct"));
    assert_non_null(strstr(outcome.text, "step 1 at 1.000 s"));
    assert_non_null(strstr(outcome.text, "not ok 1 - t"));
    assert_non_null(strstr(outcome.text, "1..1"));
    free(outcome.text);
}

/* `52` takes 51.5 to 52.49, `52.0` takes 51.95 to 52.04. */
static void a_number_matches_after_rounding_to_the_decimals_written(void **state)
{
    (void)state;
    static const struct {
        const char *cell_v, *wanted;
        bool holds;
    } cases[] = {
        {"3.219", "'52'", true},   {"3.218", "'52'", false}, /* 51.504 and 51.488 V */
        {"3.280", "'52'", true},   {"3.282", "'52'", false}, /* 52.480 and 52.512 */
        {"3.250", "'52.0'", true}, {"3.246", "'52.0'", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char yaml[300];
        snprintf(yaml, sizeof yaml,
                 PACK STEPS "  - {set: {pack1.cells_v: %s}, after: 1s, expect: {pack1.voltage_v: "
                            "%s}}\n",
                 cases[i].cell_v, cases[i].wanted);
        check(yaml, cases[i].holds, cases[i].holds ? "ok 1 - t" : "not ok 1 - t");
    }
    struct expectation whole = {.kind = EXPECT_EQUAL, .number = 52.0, .decimals = 0};
    struct expectation tenth = {.kind = EXPECT_EQUAL, .number = 52.0, .decimals = 1};
    static const struct {
        double found;
        bool whole, tenth;
    } edges[] = {{51.49, false, false}, {51.5, true, false}, {52.49, true, false},
                 {52.5, false, false},  {51.95, true, true}, {51.94, true, false},
                 {52.04, true, true},   {52.05, true, false}};
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        struct value value = {.number = edges[i].found};
        assert_int_equal(expect_holds(&whole, VALUE_NUMBER, &value), edges[i].whole);
        assert_int_equal(expect_holds(&tenth, VALUE_NUMBER, &value), edges[i].tenth);
    }
}

static void expectations_of_every_kind_hold_and_fail(void **state)
{
    (void)state;
    static const struct {
        const char *expect;
        bool holds;
    } cases[] = {
        {"{pack1.voltage_v: {min: 52.8}}", true},
        {"{pack1.voltage_v: {max: 52.8}}", true},
        {"{pack1.voltage_v: {min: 52.81}}", false},
        {"{pack1.voltage_v: {min: 52, max: 53}}", true},
        {"{pack1.voltage_v: {near: 52.7, within: 0.1}}", true},
        {"{pack1.voltage_v: {near: 52.6, within: 0.1}}", false},
        {"{pack1.voltage_v: {not: 53}}", false},
        {"{pack1.voltage_v: {not: 52}}", true},
        {"{pack1.voltage_v: {not: {min: 53}}}", true},
        {"{pack1.voltage_v: {not: {not: 53}}}", true},
        {"{pack1.state: {not: charge}}", true},
        {"{pack1.charge_mos: on}", true},
        {"{pack1.charge_mos: 'true'}", true},
        {"{pack1.charge_mos: 0}", false},
        {"{pack1.alarms: []}", true},
        {"{pack1.alarms: [COC]}", false},
        {"{pack1.alarms: {not: {has: [COC]}}}", true},
        {"{pack1.led.soc: '--1111'}", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char yaml[300];
        snprintf(yaml, sizeof yaml, PACK STEPS "  - {after: 1s, expect: %s}\n", cases[i].expect);
        check(yaml, cases[i].holds, cases[i].holds ? "ok 1 - t" : "not ok 1 - t");
    }
}

static void lists_match_as_sets(void **state)
{
    (void)state;
    static const struct {
        const char *expect;
        bool holds;
    } cases[] = {
        {"[DOT, COT]", true},      {"[COT, DOT]", true},         {"[COT]", false},
        {"[COT, DOT, UV]", false}, {"{has: [COT]}", true},       {"{has: [COT, DOT]}", true},
        {"{has: [UV]}", false},    {"{not: {has: [UV]}}", true}, {"[]", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char yaml[300];
        snprintf(yaml, sizeof yaml,
                 PACK STEPS "  - {set: {pack1.temperatures_c: 57}, after: 5s, expect: "
                            "{pack1.alarms: %s}}\n",
                 cases[i].expect);
        check(yaml, cases[i].holds, cases[i].holds ? "ok 1 - t" : "not ok 1 - t");
    }
}

static void repeats_run_their_steps_and_nest(void **state)
{
    (void)state;
    passes(PACK "clock: 2026-06-01T12:00:00\n" STEPS
                "  - {repeat: 3, steps: [{after: 1s}, {repeat: 2, steps: [{after: 2s}]}]}\n"
                "  - {at: 15s, expect: {clock: 2026-06-01T12:00:15}}\n");
    check(PACK STEPS "  - {repeat: 3, steps: [{after: 1s, expect: {pack1.state: charge}}]}\n",
          false, "step 3 at 3.000 s");
    check(PACK STEPS "  - {repeat: 2, steps: [{repeat: 2, steps: [{repeat: 2, steps: [{repeat: 2, "
                     "steps: [{repeat: 2, steps: [{repeat: 2, steps: [{after: 1s}]}]}]}]}]}]}\n",
          false, "nest at most four deep");
}

static void forced_values_hold_until_they_are_released(void **state)
{
    (void)state;
    passes(
        PACK STEPS
        "  - {set: {pack1.temperature_2_c: 40}, after: 5s, expect: {pack1.temperature_2_c: 40}}\n"
        "  - {after: 1h, expect: {pack1.temperature_2_c: 40, pack1.temperature_1_c: 25}}\n"
        "  - {release: [pack1.temperature_2_c], after: 1s, expect: {pack1.temperature_2_c: "
        "25}}\n");
    passes(PACK STEPS
           "  - {set: {pack1.soc_pct: 30, pack1.demand_current_a: -50}, after: 30min, expect: "
           "{pack1.soc_pct: 30.0}}\n"
           "  - {release: [pack1.soc_pct], after: 30min, expect: {pack1.soc_pct: {near: 5, within: "
           "1}}}\n");
    passes(PACK STEPS "  - {set: {pack1.cells_v: 3.35, pack1.cell_3_v: 3.40}, after: 1s, expect: "
                      "{pack1.cell_3_v: 3.400, pack1.cell_4_v: 3.350}}\n");
    check(PACK STEPS "  - {set: {pack2.cells_v: 3.3}, after: 1s}\n", false,
          "pack2.cells_v: there is no such pack (allowed 1 to 1)");
    check(PACK STEPS "  - {set: {pack1.cell_17_v: 3.3}, after: 1s}\n", false,
          "there is no such cell (allowed 1 to 16)");
}

static void power_off_keeps_what_is_not_volatile(void **state)
{
    (void)state;
    passes(
        PACK STEPS
        "  - {set: {settings.Cell OV Protect: 3.75, pack1.selfcheck_ok: off}, after: 2s, expect: "
        "{pack1.faults: [PCB]}}\n"
        "  - {set: {pack1.selfcheck_ok: on}, after: 5s, expect: {pack1.faults: [PCB]}}\n"
        "  - {power: off, after: 5s, expect: {pack1.charge_mos: off, pack1.discharge_mos: off}}\n"
        "  - {power: on, after: 5s, expect: {pack1.faults: [], pack1.charge_mos: on, "
        "settings.Cell OV Protect: '3.750', pack1.soc_pct: 60}}\n");
}

static void wires_are_cut_and_mended(void **state)
{
    (void)state;
    passes(PACK "packs: 3\n" STEPS "  - {after: 10s, expect: {battery.pack_count: 3}}\n"
                "  - {wire: {cut: [pack2, pack3]}, after: 25s, expect: {battery.pack_count: 3}}\n"
                "  - {after: 10s, expect: {battery.pack_count: 1}}\n"
                "  - {wire: {restore: pack2}, after: 3s, expect: {battery.pack_count: 2}}\n");
    passes(PACK STEPS "  - {wire: {cut: pack1.afe}, after: 7s, expect: {pack1.faults: [Sample]}}\n"
                      "  - {wire: {restore: pack1.afe}, after: 7s, expect: {pack1.faults: []}}\n");
    check(PACK STEPS "  - {wire: {cut: can7}, after: 1s}\n", false,
          "can7 is not a link of this house");
    check(PACK STEPS "  - {wire: {sever: can0}, after: 1s}\n", false, "sever");
}

static void a_key_is_held_for_its_time_and_then_paused(void **state)
{
    (void)state;
    passes(PACK "clock: 2026-06-01T12:00:00\n" STEPS
                "  - {press: [RST 900ms], after: 0s, expect: {clock: 2026-06-01T12:00:01}}\n");
    passes(PACK STEPS
           "  - {set: {pack1.selfcheck_ok: off}, after: 2s, expect: {pack1.faults: [PCB]}}\n"
           "  - {set: {pack1.selfcheck_ok: on}, press: [RST 2s], after: 1s, expect: "
           "{pack1.faults: [PCB]}}\n"
           "  - {press: [pack1.RST 7s], after: 1s, expect: {pack1.faults: []}}\n");
}

static void many_documents_are_many_scenarios(void **state)
{
    (void)state;
    struct outcome outcome;
    run_text(PACK STEPS "  - {after: 1s}\n---\n" PACK STEPS
                        "  - {after: 1s, expect: {pack1.state: charge}}\n---\n" PACK STEPS
                        "  - {after: 1s}\n",
             &outcome);
    assert_false(outcome.passed);
    assert_non_null(strstr(outcome.text, "ok 1 - t"));
    assert_non_null(strstr(outcome.text, "not ok 2 - t"));
    assert_non_null(strstr(outcome.text, "ok 3 - t"));
    assert_non_null(strstr(outcome.text, "# 2 passed, 1 failed"));
    free(outcome.text);
}

static void a_file_that_is_not_there_fails(void **state)
{
    (void)state;
    char path[] = "/nowhere/x.yaml";
    char *const paths[] = {path};
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_false(scenario_files(paths, 1, NULL, out));
    fclose(out);
    assert_non_null(strstr(text, "not ok 1 - /nowhere/x.yaml"));
    free(text);
}

/* A long wait gives the same as many short ones. */
static void a_long_wait_is_the_sum_of_short_ones(void **state)
{
    (void)state;
    struct outcome a;
    struct outcome b;
    run_text(INVERTER "start: {load.power_w: 800, pv.power_w: 1500}\nsettings: {WFM: SBU}\n" STEPS
                      "  - {after: 1h, expect: {battery.voltage_v: 1, pv.energy_total_kwh: 1}}\n",
             &a);
    run_text(INVERTER "start: {load.power_w: 800, pv.power_w: 1500}\nsettings: {WFM: SBU}\n" STEPS
                      "  - {repeat: 360, steps: [{after: 10s}]}\n"
                      "  - {after: 0s, expect: {battery.voltage_v: 1, pv.energy_total_kwh: 1}}\n",
             &b);
    const char *x = strstr(a.text, "found");
    const char *y = strstr(b.text, "found");
    assert_non_null(x);
    assert_non_null(y);
    assert_int_equal(strncmp(x, y, 14), 0);
    free(a.text);
    free(b.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_in_a_file_are_told_with_their_line),
        cmocka_unit_test(a_refused_setting_fails_with_its_reason),
        cmocka_unit_test(at_goes_to_a_time_and_never_back),
        cmocka_unit_test(during_must_hold_at_every_control_step),
        cmocka_unit_test(every_failing_point_of_a_step_is_told),
        cmocka_unit_test(a_number_matches_after_rounding_to_the_decimals_written),
        cmocka_unit_test(expectations_of_every_kind_hold_and_fail),
        cmocka_unit_test(lists_match_as_sets),
        cmocka_unit_test(repeats_run_their_steps_and_nest),
        cmocka_unit_test(forced_values_hold_until_they_are_released),
        cmocka_unit_test(power_off_keeps_what_is_not_volatile),
        cmocka_unit_test(wires_are_cut_and_mended),
        cmocka_unit_test(a_key_is_held_for_its_time_and_then_paused),
        cmocka_unit_test(many_documents_are_many_scenarios),
        cmocka_unit_test(a_file_that_is_not_there_fails),
        cmocka_unit_test(a_long_wait_is_the_sum_of_short_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
