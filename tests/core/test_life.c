/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, switch, forced sleep, sensors of the output and the pre-charge path. Rules: docs/bms.md,
   from VT s5.1 s5.3 s5.5, ES s1.3 and manual 001 s5.5. */
#include "core_test.h"

enum { HOUR_MS = 3600000 };

static bool asleep(const struct bench *b) { return bms_asleep(&b->bms); }

static bool mos_closed(const struct bench *b)
{
    return b->bms.out.charge_mos && b->bms.out.discharge_mos;
}

static int count_events(struct bench *b, enum bms_event_kind kind, int what)
{
    struct bms_event event;
    int n = 0;
    while (bms_next_event(&b->bms, &event)) {
        n += event.kind == kind && (what < 0 || event.what == what);
    }
    return n;
}

/* Holds a key for this long, stepping meanwhile, and lets it go between two steps. */
static void hold_key(struct bench *b, enum bms_key key, uint32_t ms)
{
    uint32_t down_ms = b->in.now_ms;
    bms_key(&b->bms, key, true, down_ms);
    bench_run(b, ms / 100 * 100);
    bms_key(&b->bms, key, false, down_ms + ms);
}

static void put_to_sleep(struct bench *b)
{
    bms_shutdown(&b->bms, SLEEP_PC);
    bench_step(b);
    assert_true(asleep(b));
    (void)count_events(b, EVENT_SLEEP, -1);
}

/* --- RST -------------------------------------------------------------------------------------- */

enum outcome { NOTHING, WAKES, SLEEPS, RESETS };

static enum outcome outcome_of(const char *product, bool from_sleep, uint32_t ms)
{
    struct bench b;
    bench_init(&b, pack_of(product));
    bench_run(&b, 2000);
    if (from_sleep) {
        put_to_sleep(&b);
    }
    hold_key(&b, KEY_RST, ms);
    bench_step(&b);
    struct bms_event event;
    enum outcome outcome = NOTHING;
    while (bms_next_event(&b.bms, &event)) {
        outcome = event.kind == EVENT_WAKE    ? WAKES
                  : event.kind == EVENT_SLEEP ? SLEEPS
                  : event.kind == EVENT_RESET ? RESETS
                                              : outcome;
    }
    assert_int_equal(asleep(&b), outcome == SLEEPS || (from_sleep && outcome == NOTHING));
    return outcome;
}

static void rst_acts_by_how_long_it_was_held(void **state)
{
    (void)state;
    static const struct {
        uint32_t ms;
        enum outcome asleep, vt, es;
    } cases[] = {{2999, NOTHING, NOTHING, NOTHING}, {3000, WAKES, NOTHING, SLEEPS},
                 {5999, WAKES, NOTHING, SLEEPS},    {6000, WAKES, RESETS, RESETS},
                 {10000, WAKES, RESETS, RESETS},    {10001, NOTHING, NOTHING, NOTHING},
                 {20000, NOTHING, NOTHING, NOTHING}};
    static const char *const es[] = {"es25_6_100lp", "es25_6_230lp", "es51_2_100lp",
                                     "es51_2_230lp"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(outcome_of("vt12040", true, cases[i].ms), cases[i].asleep);
        assert_int_equal(outcome_of("vt12040", false, cases[i].ms), cases[i].vt);
        for (size_t k = 0; k < 4; k++) {
            assert_int_equal(outcome_of(es[k], true, cases[i].ms), cases[i].asleep);
            assert_int_equal(outcome_of(es[k], false, cases[i].ms), cases[i].es);
        }
        assert_int_equal(outcome_of("b1_5_1_48", false, cases[i].ms), NOTHING); /* has none */
    }
}

static void with_the_switch_at_o_rst_wakes_nothing(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    b.in.switch_off = true;
    bench_step(&b);
    assert_true(asleep(&b));
    hold_key(&b, KEY_RST, 4000);
    bench_step(&b);
    assert_true(asleep(&b));
}

static void only_a_key_that_went_down_comes_up(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("b1_5_1_48"));
    put_to_sleep(&b);
    bms_key(&b.bms, KEY_BATTERY, false, b.in.now_ms + HOUR_MS); /* never went down */
    assert_true(asleep(&b));
    bms_key(&b.bms, KEY_RST, true, b.in.now_ms);
    bms_key(&b.bms, KEY_BATTERY, false, b.in.now_ms + 4000); /* another one did */
    assert_true(asleep(&b));
    bms_key(&b.bms, KEY_RST, false, b.in.now_ms + 4000);
    bms_key(&b.bms, KEY_BATTERY, true, b.in.now_ms + 5000);
    bms_key(&b.bms, KEY_BATTERY, false, b.in.now_ms + 6000);
    assert_false(asleep(&b));
}

/* --- battery switch of the B1 ------------------------------------------------------------------
 */

static void the_battery_switch_of_a_b1_switches_on_after_1_s_and_off_after_5(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("b1_5_1_48"));
    hold_key(&b, KEY_BATTERY, 4999);
    bench_step(&b);
    assert_false(asleep(&b));
    bms_key(&b.bms, KEY_BATTERY, true, b.in.now_ms);
    bench_run(&b, 4900);
    assert_false(asleep(&b));
    bench_step(&b); /* while it is still held */
    assert_true(asleep(&b));
    assert_int_equal(count_events(&b, EVENT_SLEEP, SLEEP_KEY), 1);
    bench_run(&b, 3000);
    bms_key(&b.bms, KEY_BATTERY, false, b.in.now_ms); /* letting go does not wake it */
    bench_step(&b);
    assert_true(asleep(&b));
    hold_key(&b, KEY_BATTERY, 999);
    assert_true(asleep(&b));
    hold_key(&b, KEY_BATTERY, 1000);
    assert_false(asleep(&b));
    bench_step(&b);
    assert_true(mos_closed(&b));
}

static void a_long_press_between_two_steps_counts_when_the_key_comes_up(void **state)
{
    (void)state;
    for (uint32_t ms = 4999; ms <= 5000; ms++) {
        struct bench b;
        bench_init(&b, pack_of("b1_5_1_48"));
        bms_key(&b.bms, KEY_BATTERY, true, b.in.now_ms);
        bms_key(&b.bms, KEY_BATTERY, false, b.in.now_ms + ms);
        b.in.now_ms += ms;
        bench_step(&b);
        assert_int_equal(asleep(&b), ms == 5000);
    }
}

static void a_b1_goes_off_under_a_foreign_voltage_too(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("b1_5_1_48"));
    b.in.terminal_mv = 54000;
    bench_run(&b, 1000);
    hold_key(&b, KEY_BATTERY, 5000);
    assert_true(asleep(&b));
    bench_run(&b, 10000); /* nor does that voltage wake it */
    assert_true(asleep(&b));
}

static void a_key_held_on_after_it_acted_acts_once(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("b1_5_1_48"));
    bms_key(&b.bms, KEY_BATTERY, true, b.in.now_ms);
    bench_run(&b, 5000);
    assert_true(asleep(&b));
    b.in.switch_off = true;
    bench_step(&b);
    b.in.switch_off = false; /* awake by another way, the key still down */
    bench_run(&b, 20000);
    assert_false(asleep(&b));
    bms_key(&b.bms, KEY_BATTERY, false, b.in.now_ms);
    bench_step(&b);
    assert_false(asleep(&b));
}

static void holding_rst_is_not_holding_the_battery_switch(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("b1_5_1_48"));
    bms_key(&b.bms, KEY_RST, true, b.in.now_ms);
    bench_run(&b, 20000);
    assert_false(asleep(&b));
}

static void the_breaker_of_a_wall_pack_is_no_key(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    hold_key(&b, KEY_BATTERY, 8000);
    bench_step(&b);
    assert_false(asleep(&b));
    put_to_sleep(&b);
    hold_key(&b, KEY_BATTERY, 2000);
    bench_step(&b);
    assert_true(asleep(&b));
}

/* --- forced sleep ----------------------------------------------------------------------------- */

static void a_forced_sleep_waits_for_free_terminals_with_both_mos_open(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    b.in.terminal_mv = 5001; /* somebody else's voltage begins above 5 V */
    bms_shutdown(&b.bms, SLEEP_PC);
    bench_run(&b, 60000);
    assert_false(asleep(&b));
    assert_false(b.bms.out.charge_mos || b.bms.out.discharge_mos);
    b.in.terminal_mv = 5000;
    bench_step(&b);
    assert_true(asleep(&b));
    assert_int_equal(count_events(&b, EVENT_SLEEP, SLEEP_PC), 1);
}

static void a_switch_back_at_i_before_it_could_sleep_takes_the_wish_back(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    b.in.terminal_mv = 54000;
    b.in.switch_off = true;
    bench_run(&b, 3000);
    assert_false(asleep(&b) || b.bms.out.discharge_mos);
    b.in.switch_off = false;
    bench_step(&b);
    assert_true(mos_closed(&b));
    b.in.terminal_mv = 0;
    bench_run(&b, 5000);
    assert_false(asleep(&b));
    /* but not the PC's wish */
    b.in.terminal_mv = 54000;
    b.in.switch_off = true;
    bench_step(&b);
    bms_shutdown(&b.bms, SLEEP_PC);
    b.in.switch_off = false;
    bench_run(&b, 3000);
    assert_false(b.bms.out.discharge_mos);
    b.in.terminal_mv = 0;
    bench_step(&b);
    assert_true(asleep(&b));
}

static void a_sleeping_pack_is_not_put_to_sleep_again(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    put_to_sleep(&b);
    bms_shutdown(&b.bms, SLEEP_HOST);
    bms_wake_byte(&b.bms);
    bench_run(&b, 2000);
    assert_false(asleep(&b));
}

static void a_host_wakes_only_whom_it_put_to_sleep_and_not_past_a_switch_at_o(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    bms_wake_by_host(&b.bms); /* awake: nothing to tell */
    assert_int_equal(count_events(&b, EVENT_WAKE, -1), 0);
    put_to_sleep(&b);
    bms_wake_by_host(&b.bms);
    assert_true(asleep(&b));
    bms_wake_byte(&b.bms);
    bench_step(&b);
    bms_shutdown(&b.bms, SLEEP_HOST);
    bench_step(&b);
    assert_true(asleep(&b));
    b.in.switch_off = true;
    bench_step(&b);
    bms_wake_by_host(&b.bms);
    assert_true(asleep(&b));
    b.in.switch_off = false;
    bench_step(&b);
    bms_shutdown(&b.bms, SLEEP_HOST);
    bench_step(&b);
    assert_true(asleep(&b));
    (void)count_events(&b, EVENT_WAKE, -1);
    bms_wake_by_host(&b.bms);
    assert_false(asleep(&b));
    assert_int_equal(count_events(&b, EVENT_WAKE, WAKE_HOST), 1);
}

static void a_pack_started_with_its_switch_at_o_sleeps_at_once(void **state)
{
    (void)state;
    struct bench b;
    inputs_at_rest(&b.in, 5000);
    bms_init(&b.bms, pack_of("vt12040"), 6000, 5000);
    b.in.switch_off = true;
    bms_step(&b.bms, &b.in);
    assert_true(asleep(&b));
    assert_int_equal(b.bms.out.state, PACK_SLEEP);
    b.in.switch_off = false;
    bench_step(&b);
    assert_false(asleep(&b));
}

/* --- the 30 s rule ---------------------------------------------------------------------------- */

static void thirty_seconds_of_under_voltage_put_to_sleep_and_any_break_counts_anew(void **state)
{
    (void)state;
    for (int tuvp = 0; tuvp <= 1; tuvp++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_100lp"));
        bms_set_parameter(&b.bms, PARAM_CELL_UV_PROTECT, tuvp ? 2000 : 2500);
        if (tuvp) {
            put_quantity(&b, Q_PACK_MV, 41999);
        } else {
            b.in.cell_mv[0] = 2499;
        }
        bench_run(&b, 1100);
        assert_true(bms_has(&b.bms, tuvp ? ROW_TUVP : ROW_UVP));
        bench_run(&b, 20000);
        b.in.terminal_mv = 5001; /* somebody is at the terminals for a moment */
        bench_step(&b);
        b.in.terminal_mv = 0;
        bench_run(&b, 29900);
        assert_false(asleep(&b));
        bench_step(&b);
        assert_true(asleep(&b));
        assert_true(bms_has(&b.bms, tuvp ? ROW_TUVP : ROW_UVP)); /* and stays set */
        assert_int_equal(count_events(&b, EVENT_SLEEP, SLEEP_UNDER_VOLTAGE), 1);
    }
}

/* --- pre-charge ------------------------------------------------------------------------------- */

static void reopen(struct bench *b)
{
    bench_init(b, pack_of("vt12040"));
    b->in.bus_sensed = true;
    b->in.bus_mv = 52800;
    bms_set_parameter(&b->bms, PARAM_DISCHG_CIRCUIT, 0);
    bench_run(b, 1000);
    assert_false(b->bms.out.discharge_mos);
    b->in.bus_mv = 0;
    bms_set_parameter(&b->bms, PARAM_DISCHG_CIRCUIT, 1);
}

static void an_empty_output_is_filled_through_the_resistor_to_90_percent(void **state)
{
    (void)state;
    struct bench b;
    reopen(&b);
    bench_run(&b, 500);
    assert_true(b.bms.out.precharge);
    assert_false(b.bms.out.discharge_mos);
    b.in.bus_mv = 47519;
    bench_step(&b);
    assert_true(b.bms.out.precharge && !b.bms.out.discharge_mos);
    b.in.bus_mv = 47520;
    bench_step(&b);
    assert_true(!b.bms.out.precharge && b.bms.out.discharge_mos);
    b.in.bus_mv = 0; /* once closed it is not opened by the bus */
    bench_run(&b, 5000);
    assert_true(b.bms.out.discharge_mos);
}

static void an_output_that_does_not_fill_is_left_alone_for_a_minute(void **state)
{
    (void)state;
    struct bench b;
    reopen(&b);
    (void)count_events(&b, EVENT_PRECHARGE_FAILED, -1);
    for (int try = 1; try <= 3; try++) {
        bench_run(&b, 1000);
        assert_true(b.bms.out.precharge);
        bench_step(&b);
        assert_false(b.bms.out.precharge || b.bms.out.discharge_mos);
        assert_int_equal(count_events(&b, EVENT_PRECHARGE_FAILED, -1), 1);
        bench_run(&b, 59900);
        assert_false(b.bms.out.precharge || b.bms.out.discharge_mos);
    }
    b.in.bus_mv = 52800; /* somebody else filled it */
    bench_step(&b);
    assert_true(b.bms.out.discharge_mos);
}

static void a_wish_that_goes_forgets_a_failed_pre_charge(void **state)
{
    (void)state;
    struct bench b;
    reopen(&b);
    bench_run(&b, 1200);
    assert_false(b.bms.out.precharge);
    bms_set_parameter(&b.bms, PARAM_DISCHG_CIRCUIT, 0);
    bench_step(&b);
    bms_set_parameter(&b.bms, PARAM_DISCHG_CIRCUIT, 1);
    bench_step(&b);
    assert_true(b.bms.out.precharge);
}

static void a_board_without_pre_charge_closes_at_once(void **state)
{
    (void)state;
    struct bench b;
    reopen(&b);
    b.in.bus_sensed = false;
    bench_step(&b);
    assert_true(b.bms.out.discharge_mos && !b.bms.out.precharge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rst_acts_by_how_long_it_was_held),
        cmocka_unit_test(with_the_switch_at_o_rst_wakes_nothing),
        cmocka_unit_test(only_a_key_that_went_down_comes_up),
        cmocka_unit_test(the_battery_switch_of_a_b1_switches_on_after_1_s_and_off_after_5),
        cmocka_unit_test(a_long_press_between_two_steps_counts_when_the_key_comes_up),
        cmocka_unit_test(a_b1_goes_off_under_a_foreign_voltage_too),
        cmocka_unit_test(a_key_held_on_after_it_acted_acts_once),
        cmocka_unit_test(holding_rst_is_not_holding_the_battery_switch),
        cmocka_unit_test(the_breaker_of_a_wall_pack_is_no_key),
        cmocka_unit_test(a_forced_sleep_waits_for_free_terminals_with_both_mos_open),
        cmocka_unit_test(a_switch_back_at_i_before_it_could_sleep_takes_the_wish_back),
        cmocka_unit_test(a_sleeping_pack_is_not_put_to_sleep_again),
        cmocka_unit_test(a_host_wakes_only_whom_it_put_to_sleep_and_not_past_a_switch_at_o),
        cmocka_unit_test(a_pack_started_with_its_switch_at_o_sleeps_at_once),
        cmocka_unit_test(thirty_seconds_of_under_voltage_put_to_sleep_and_any_break_counts_anew),
        cmocka_unit_test(an_empty_output_is_filled_through_the_resistor_to_90_percent),
        cmocka_unit_test(an_output_that_does_not_fill_is_left_alone_for_a_minute),
        cmocka_unit_test(a_wish_that_goes_forgets_a_failed_pre_charge),
        cmocka_unit_test(a_board_without_pre_charge_closes_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
