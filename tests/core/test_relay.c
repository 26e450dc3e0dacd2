/* SPDX-License-Identifier: Apache-2.0 */
/* The converter's rules of silence: hold, taper, stop, and back only after a while. */
#include "core_test.h"

#include "core/proto/relay.h"

static const struct relay_rules rules = {.hold_ms = 5000, .stop_ms = 25000, .back_ms = 3000};
static const uint32_t begin_ms = UINT32_MAX - 10000; /* the clock wraps on the way */

static struct battery_report battery(void)
{
    return (struct battery_report){
        .heard = HEARD_LIMITS | HEARD_SOC | HEARD_SOH | HEARD_MEASURED | HEARD_TEMPERATURE |
                 HEARD_FLAGS | HEARD_REQUEST,
        .charge_mv = 56000,
        .charge_limit_ma = 100000,
        .discharge_limit_ma = 80000,
        .discharge_mv = 46000,
        .soc_pct = 55,
        .soh_pct = 99,
        .voltage_mv = 52800,
        .current_ma = 12000,
        .charge_enable = true,
        .discharge_enable = true,
        .full_charge_request = true,
    };
}

static struct relay heard_at(uint32_t now_ms)
{
    struct relay relay;
    struct battery_report report = battery();
    relay_init(&relay, &rules);
    relay_hear(&relay, &report, report.heard, now_ms);
    return relay;
}

static void nothing_is_told_before_the_battery_was_heard(void **state)
{
    struct relay relay;
    struct battery_report report = battery();
    struct battery_report out;
    (void)state;
    relay_init(&relay, &rules);
    assert_int_equal(relay_tell(&relay, begin_ms, &out), RELAY_NEVER);
    assert_int_equal(out.heard, 0);
    report.heard = HEARD_LIMITS | HEARD_MEASURED; /* no SOC yet */
    relay_hear(&relay, &report, report.heard, begin_ms);
    assert_int_equal(relay_tell(&relay, begin_ms + 100, &out), RELAY_NEVER);
    assert_int_equal(out.charge_mv, 0);
}

static void what_is_fresh_is_told_as_it_is(void **state)
{
    struct relay relay = heard_at(begin_ms);
    struct battery_report report = battery();
    struct battery_report out;
    (void)state;
    assert_int_equal(relay_tell(&relay, begin_ms + 5000, &out), RELAY_FRESH);
    assert_memory_equal(&out, &report, sizeof out);
}

static void limits_fall_with_the_silence_and_never_rise(void **state)
{
    struct relay relay = heard_at(begin_ms);
    struct battery_report out;
    int32_t last = INT32_MAX;
    (void)state;
    for (uint32_t t = 0; t <= 24900; t += 100) {
        enum relay_stage stage = relay_tell(&relay, begin_ms + t, &out);
        assert_int_equal(stage, t <= 5000 ? RELAY_FRESH : RELAY_TAPER);
        assert_true(out.charge_limit_ma <= last);
        last = out.charge_limit_ma;
        assert_int_equal((out.alarms & REPORT_COMMUNICATION) != 0, t > 5000);
    }
    (void)relay_tell(&relay, begin_ms + 15000, &out); /* half way */
    assert_int_equal(out.charge_limit_ma, 50000);
    assert_int_equal(out.discharge_limit_ma, 40000);
    assert_int_equal(out.soc_pct, 55);
}

static void a_silent_battery_is_a_stop_with_flags_and_limits(void **state)
{
    struct relay relay = heard_at(begin_ms);
    struct battery_report out;
    (void)state;
    assert_int_equal(relay_tell(&relay, begin_ms + 25000, &out), RELAY_STOPPED);
    assert_int_equal(out.charge_limit_ma, 0);
    assert_int_equal(out.discharge_limit_ma, 0);
    assert_false(out.charge_enable);
    assert_false(out.discharge_enable);
    assert_false(out.full_charge_request);
    assert_int_equal(out.charge_mv, 56000); /* never 0 */
    assert_int_equal(out.current_ma, 0);
    assert_true((out.protections & REPORT_SYSTEM) != 0);
    assert_int_equal(relay.stops, 1);
    (void)relay_tell(&relay, begin_ms + 26000, &out);
    assert_int_equal(relay.stops, 1);
}

static void it_comes_back_only_after_a_while_of_hearing(void **state)
{
    struct relay relay = heard_at(begin_ms);
    struct battery_report report = battery();
    struct battery_report out;
    (void)state;
    (void)relay_tell(&relay, begin_ms + 30000, &out);
    for (uint32_t t = 30100; t < 33100; t += 100) {
        relay_hear(&relay, &report, report.heard, begin_ms + t);
        assert_int_equal(relay_tell(&relay, begin_ms + t, &out), RELAY_STOPPED);
        assert_int_equal(out.charge_limit_ma, 0);
    }
    relay_hear(&relay, &report, report.heard, begin_ms + 33100);
    assert_int_equal(relay_tell(&relay, begin_ms + 33100, &out), RELAY_FRESH);
    assert_int_equal(out.charge_limit_ma, 100000);
}

/* SOC frames that go on do not make old limits new. */
static void each_needed_part_ages_on_its_own(void **state)
{
    static const uint32_t parts[] = {HEARD_LIMITS, HEARD_SOC, HEARD_MEASURED};
    struct battery_report report = battery();
    struct battery_report out;
    (void)state;
    for (int silent = 0; silent < 3; silent++) {
        struct relay relay = heard_at(begin_ms);
        for (uint32_t t = 1000; t <= 25000; t += 1000) {
            uint32_t rest = report.heard & ~parts[silent];
            relay_hear(&relay, &report, rest, begin_ms + t);
            enum relay_stage stage = relay_tell(&relay, begin_ms + t, &out);
            assert_int_equal(stage, t <= 5000   ? RELAY_FRESH
                                    : t < 25000 ? RELAY_TAPER
                                                : RELAY_STOPPED);
        }
    }
}

static void caps_hold_whatever_the_battery_says(void **state)
{
    struct relay relay = heard_at(begin_ms);
    struct battery_report out;
    (void)state;
    relay.rules.charge_cap_ma = 60000;
    relay.rules.discharge_cap_ma = 90000;
    relay.rules.voltage_cap_mv = 55200;
    (void)relay_tell(&relay, begin_ms, &out);
    assert_int_equal(out.charge_limit_ma, 60000);
    assert_int_equal(out.discharge_limit_ma, 80000);
    assert_int_equal(out.charge_mv, 55200);
    (void)relay_tell(&relay, begin_ms + 15000, &out); /* half of what was capped */
    assert_int_equal(out.charge_limit_ma, 30000);
}

static void a_voltage_that_cannot_be_is_not_handed_on(void **state)
{
    static const int32_t wrong_mv[] = {0, 560, 5600, 39000, 66100, 560000};
    struct battery_report out;
    (void)state;
    for (size_t i = 0; i < sizeof wrong_mv / sizeof wrong_mv[0]; i++) {
        struct relay relay = heard_at(begin_ms);
        struct battery_report report = battery();
        report.charge_mv = wrong_mv[i];
        relay_hear(&relay, &report, report.heard, begin_ms + 6000);
        assert_int_equal(relay.implausible, 1);
        assert_int_equal(relay_tell(&relay, begin_ms + 6000, &out), RELAY_TAPER);
        assert_int_equal(out.charge_mv, 56000);
    }
}

static void a_dialect_without_enable_bits_allows_by_its_limits(void **state)
{
    struct relay relay;
    struct battery_report report = battery();
    struct battery_report out;
    (void)state;
    report.heard &= ~(uint32_t)HEARD_REQUEST;
    report.charge_enable = report.discharge_enable = false;
    report.charge_limit_ma = 0;
    relay_init(&relay, &rules);
    relay_hear(&relay, &report, report.heard, begin_ms);
    (void)relay_tell(&relay, begin_ms, &out);
    assert_false(out.charge_enable);
    assert_true(out.discharge_enable);
}

static struct battery_report mute_battery(void)
{
    struct battery_report report = battery();
    report.heard = HEARD_SOC | HEARD_MEASURED | HEARD_CELLS | HEARD_TEMPERATURES | HEARD_REQUEST;
    report.charge_mv = report.charge_limit_ma = report.discharge_limit_ma = 0;
    report.cell_min_mv = 3290;
    report.cell_max_mv = 3310;
    report.temp_min_c10 = 200;
    report.temp_max_c10 = 250;
    return report;
}

/* Limits a battery does not tell are the caps, and less where its cells need it. */
static void limits_nobody_told_are_the_caps_and_less_at_the_edges(void **state)
{
    static const struct {
        uint16_t cell_min_mv, cell_max_mv;
        int16_t cold_c10, hot_c10;
        bool charge_mos, discharge_mos;
        int32_t charge_ma, discharge_ma;
    } cases[] = {
        {3290, 3310, 200, 250, true, true, 50000, 60000},
        {3290, 3450, 200, 250, true, true, 50000, 60000},
        {3290, 3500, 200, 250, true, true, 25000, 60000},
        {3290, 3550, 200, 250, true, true, 0, 60000},
        {2900, 3310, 200, 250, true, true, 50000, 30000},
        {2800, 3310, 200, 250, true, true, 50000, 0},
        {3290, 3310, 0, 250, true, true, 0, 60000},
        {3290, 3310, 50, 250, true, true, 25000, 60000},
        {3290, 3310, 200, 500, true, true, 25000, 60000},
        {3290, 3310, 200, 550, true, true, 0, 30000},
        {3290, 3310, 200, 250, false, true, 0, 60000},
        {3290, 3310, 200, 250, true, false, 50000, 0},
    };
    const struct relay_rules made = {.hold_ms = 5000,
                                     .stop_ms = 25000,
                                     .back_ms = 3000,
                                     .charge_cap_ma = 50000,
                                     .discharge_cap_ma = 60000,
                                     .voltage_cap_mv = 56000,
                                     .own_limits = true};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct relay relay;
        struct battery_report out;
        struct battery_report report = mute_battery();
        report.cell_min_mv = cases[i].cell_min_mv;
        report.cell_max_mv = cases[i].cell_max_mv;
        report.temp_min_c10 = cases[i].cold_c10;
        report.temp_max_c10 = cases[i].hot_c10;
        report.charge_enable = cases[i].charge_mos;
        report.discharge_enable = cases[i].discharge_mos;
        relay_init(&relay, &made);
        relay_hear(&relay, &report, report.heard, begin_ms);
        assert_int_equal(relay_tell(&relay, begin_ms, &out), RELAY_FRESH);
        assert_int_equal(out.charge_mv, 56000);
        assert_int_equal(out.charge_limit_ma, cases[i].charge_ma);
        assert_int_equal(out.discharge_limit_ma, cases[i].discharge_ma);
        assert_int_equal(relay_tell(&relay, begin_ms + 25000, &out), RELAY_STOPPED);
    }
}

/* SMA, Victron and Pylon 1.3 say stop by an alarm alone. */
static void a_protection_stops_where_no_enables_are_told(void **state)
{
    static const struct {
        uint32_t protections;
        bool charge, discharge;
    } cases[] = {{0, true, true},
                 {REPORT_CELL_OVER_VOLTAGE, false, true},
                 {REPORT_UNDER_VOLTAGE, true, false},
                 {REPORT_CHARGE_UNDER_TEMPERATURE, false, true},
                 {REPORT_DISCHARGE_CURRENT, true, false},
                 {REPORT_SYSTEM, false, false},
                 {REPORT_SHORT_CIRCUIT, false, false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct relay relay;
        struct battery_report report = battery();
        struct battery_report out;
        report.heard &= ~(uint32_t)HEARD_REQUEST;
        report.protections = cases[i].protections;
        relay_init(&relay, &rules);
        relay_hear(&relay, &report, report.heard, begin_ms);
        (void)relay_tell(&relay, begin_ms, &out);
        assert_int_equal(out.charge_enable, cases[i].charge);
        assert_int_equal(out.discharge_enable, cases[i].discharge);
        assert_int_equal(out.charge_limit_ma, cases[i].charge ? 100000 : 0);
        assert_int_equal(out.discharge_limit_ma, cases[i].discharge ? 80000 : 0);
    }
}

static void a_limit_without_its_enable_is_none(void **state)
{
    struct relay relay;
    struct battery_report report = battery();
    struct battery_report out;
    (void)state;
    report.charge_enable = false; /* and a charge limit of 100 A */
    relay_init(&relay, &rules);
    relay_hear(&relay, &report, report.heard, begin_ms);
    (void)relay_tell(&relay, begin_ms, &out);
    assert_int_equal(out.charge_limit_ma, 0);
    assert_int_equal(out.discharge_limit_ma, 80000);
}

static void figures_that_mean_not_known_are_not_handed_on(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct relay relay = heard_at(begin_ms);
        struct battery_report report = battery();
        report.charge_limit_ma = i == 0 ? 3276700 : i == 1 ? 3276800 : 100000;
        report.discharge_limit_ma = i == 2 ? 3276700 : 80000;
        report.temp_c10 = i == 3 ? 32767 : 250;
        relay_hear(&relay, &report, report.heard, begin_ms + 100);
        assert_int_equal(relay.implausible, 1);
    }
}

static void packs_that_are_out_lend_nothing_of_the_caps(void **state)
{
    const struct relay_rules made = {.hold_ms = 5000,
                                     .stop_ms = 25000,
                                     .back_ms = 3000,
                                     .charge_cap_ma = 50000,
                                     .discharge_cap_ma = 60000,
                                     .voltage_cap_mv = 56000,
                                     .own_limits = true};
    struct relay relay;
    struct battery_report out;
    struct battery_report report = mute_battery();
    (void)state;
    report.heard |= HEARD_MODULES;
    report.modules_online = 3;
    report.modules_offline = 1;
    report.modules_no_charge = 0;
    report.modules_no_discharge = 1;
    relay_init(&relay, &made);
    relay_hear(&relay, &report, report.heard, begin_ms);
    (void)relay_tell(&relay, begin_ms, &out);
    assert_int_equal(out.charge_limit_ma, 37500);
    assert_int_equal(out.discharge_limit_ma, 30000);
}

static void without_caps_or_cells_no_limit_is_made_up(void **state)
{
    struct relay relay = {.rules = rules};
    struct battery_report report = mute_battery();
    struct battery_report out;
    (void)state;
    relay_hear(&relay, &report, report.heard, begin_ms);
    assert_int_equal(relay_tell(&relay, begin_ms, &out), RELAY_NEVER);
    relay.rules.own_limits = true;
    report.heard &= ~(uint32_t)HEARD_CELLS;
    relay_hear(&relay, &report, report.heard, begin_ms);
    assert_int_equal(relay_tell(&relay, begin_ms, &out), RELAY_NEVER);
}

static void a_refused_report_still_forbids(void **state)
{
    (void)state;
    struct relay relay = heard_at(begin_ms);
    struct battery_report zeros = battery();
    struct battery_report out;
    zeros.charge_mv = zeros.charge_limit_ma = zeros.discharge_limit_ma = 0;
    zeros.charge_enable = zeros.discharge_enable = false;
    relay_hear(&relay, &zeros, zeros.heard, begin_ms + 1000);
    assert_int_equal(relay.implausible, 1);
    assert_int_equal(relay_tell(&relay, begin_ms + 1000, &out), RELAY_FRESH);
    assert_int_equal(out.charge_mv, 56000);
    assert_int_equal(out.charge_limit_ma, 0);
    assert_int_equal(out.discharge_limit_ma, 0);
    assert_false(out.charge_enable || out.discharge_enable || out.full_charge_request);
    struct battery_report good = battery();
    relay_hear(&relay, &good, good.heard, begin_ms + 2000);
    (void)relay_tell(&relay, begin_ms + 2000, &out);
    assert_int_equal(out.charge_limit_ma, 100000);
    assert_true(out.charge_enable);
}

static void a_part_that_is_told_no_more_ages_to_a_stop(void **state)
{
    (void)state;
    struct relay relay = heard_at(begin_ms);
    struct battery_report rest = battery();
    struct battery_report out;
    rest.heard &= ~(uint32_t)HEARD_LIMITS;
    rest.charge_mv = rest.charge_limit_ma = rest.discharge_limit_ma = 0;
    for (uint32_t t = 0; t < 30000; t += 1000) {
        relay_hear(&relay, &rest, rest.heard, begin_ms + t);
        enum relay_stage stage = relay_tell(&relay, begin_ms + t, &out);
        assert_int_equal(stage, t <= 5000 ? RELAY_FRESH : t < 25000 ? RELAY_TAPER : RELAY_STOPPED);
        assert_int_equal(out.charge_mv, 56000);
    }
    assert_int_equal(out.charge_limit_ma, 0);
}

static void a_limit_of_zero_is_no_enable_and_no_request(void **state)
{
    (void)state;
    struct relay relay = heard_at(begin_ms);
    struct battery_report report = battery();
    struct battery_report out;
    report.charge_limit_ma = 0;
    report.force_charge = true;
    relay_hear(&relay, &report, report.heard, begin_ms);
    (void)relay_tell(&relay, begin_ms, &out);
    assert_false(out.charge_enable || out.force_charge || out.full_charge_request);
    assert_true(out.discharge_enable);
}

static void a_dialect_that_stops_by_voltage_keeps_the_limit(void **state)
{
    (void)state;
    struct relay relay = heard_at(begin_ms);
    struct battery_report report = battery();
    struct battery_report out;
    relay.rules.stops_by_voltage = true;
    report.charge_enable = false;
    relay_hear(&relay, &report, report.heard, begin_ms);
    (void)relay_tell(&relay, begin_ms, &out);
    assert_int_equal(out.charge_limit_ma, 100000);
    assert_false(out.charge_enable);
    assert_int_equal(relay_tell(&relay, begin_ms + 25000, &out), RELAY_STOPPED);
    assert_int_equal(out.charge_limit_ma, 0);
}

static void two_months_of_silence_are_silence(void **state)
{
    struct relay relay = heard_at(begin_ms);
    struct battery_report out;
    (void)state;
    for (uint64_t t = 60000; t < UINT64_C(5200000000); t += 1000000) {
        assert_int_equal(relay_tell(&relay, (uint32_t)(begin_ms + t), &out), RELAY_STOPPED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_before_the_battery_was_heard),
        cmocka_unit_test(what_is_fresh_is_told_as_it_is),
        cmocka_unit_test(limits_fall_with_the_silence_and_never_rise),
        cmocka_unit_test(a_silent_battery_is_a_stop_with_flags_and_limits),
        cmocka_unit_test(it_comes_back_only_after_a_while_of_hearing),
        cmocka_unit_test(each_needed_part_ages_on_its_own),
        cmocka_unit_test(limits_nobody_told_are_the_caps_and_less_at_the_edges),
        cmocka_unit_test(a_protection_stops_where_no_enables_are_told),
        cmocka_unit_test(a_limit_without_its_enable_is_none),
        cmocka_unit_test(figures_that_mean_not_known_are_not_handed_on),
        cmocka_unit_test(packs_that_are_out_lend_nothing_of_the_caps),
        cmocka_unit_test(without_caps_or_cells_no_limit_is_made_up),
        cmocka_unit_test(a_refused_report_still_forbids),
        cmocka_unit_test(a_part_that_is_told_no_more_ages_to_a_stop),
        cmocka_unit_test(a_limit_of_zero_is_no_enable_and_no_request),
        cmocka_unit_test(a_dialect_that_stops_by_voltage_keeps_the_limit),
        cmocka_unit_test(two_months_of_silence_are_silence),
        cmocka_unit_test(caps_hold_whatever_the_battery_says),
        cmocka_unit_test(a_voltage_that_cannot_be_is_not_handed_on),
        cmocka_unit_test(a_dialect_without_enable_bits_allows_by_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
