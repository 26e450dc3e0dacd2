/* SPDX-License-Identifier: Apache-2.0 */
/* Locks and each way out of them, per pack; what is between two samples, in a silence of the
   front-end, after weeks, and with parameters that change meanwhile. */
#include "core_test.h"

#define BIT(row) (UINT64_C(1) << ROW_##row)

enum { HOUR_MS = 3600000 };

#define ASSERT_ROW(b, row, on)                                                        \
    do {                                                                              \
        if (bms_has(&(b)->bms, row) != (on)) {                                        \
            fail_msg("line %d: %s is %s", __LINE__, (b)->bms.profile->rows[row].name, \
                     (on) ? "not active" : "active");                                 \
        }                                                                             \
    } while (0)

static bool locked(const struct bench *b, enum protection_id row)
{
    return (b->bms.locked >> row & 1) != 0;
}

static void put_over(struct bench *b, enum protection_id row)
{
    put_quantity(b, b->bms.profile->rows[row].quantity, b->bms.levels[row].set + 1);
}

/* Trips an over-current row and takes the current away; the trip is at the last step. */
static void trip_current(struct bench *b, enum protection_id row)
{
    put_over(b, row);
    bench_step(b);
    bench_run(b, b->bms.levels[row].delay_ms);
    ASSERT_ROW(b, row, true);
    b->in.current_ma = 0;
}

static void hours(struct bench *b, uint32_t n)
{
    for (uint32_t minutes = 0; minutes < 60 * n; minutes++) {
        b->in.now_ms += 60000;
        bms_heard(&b->bms, PORT_CAN, b->in.now_ms);
        bms_step(&b->bms, &b->in);
    }
}

static void hold_reset(struct bench *b)
{
    bms_key(&b->bms, KEY_RST, true, b->in.now_ms);
    bench_run(b, 7000);
    bms_key(&b->bms, KEY_RST, false, b->in.now_ms);
}

typedef void pack_check(const struct pack_profile *profile);

static void each_pack(bool wall, pack_check *check)
{
    int n = 0;
    for (int p = 0; p < product_count; p++) {
        if (products[p].pack != NULL && products[p].pack->battery_key != wall) {
            check(products[p].pack);
            n++;
        }
    }
    assert_int_equal(n, wall ? 5 : 1);
}

/* --- locks of over-current -------------------------------------------------------------------- */

static const enum protection_id timed[] = {ROW_DOCP, ROW_DOCP2, ROW_COCP};

static int32_t opposite(enum protection_id row) { return row == ROW_COCP ? -1 : 1; }

static void lock_current(struct bench *b, enum protection_id row)
{
    for (int k = 0; k < 5; k++) {
        assert_false(locked(b, row));
        trip_current(b, row);
        bench_run(b, k < 4 ? 60000 : 0);
        ASSERT_ROW(b, row, k == 4);
    }
    assert_true(locked(b, row));
}

enum way { BY_RESET, BY_SWITCH, BY_SWITCH_UNDER_VOLTAGE, BY_OPPOSITE, WAYS };

static void unlock(struct bench *b, enum protection_id row, enum way way)
{
    switch (way) {
    case BY_RESET: hold_reset(b); return;
    case BY_SWITCH:
        b->in.switch_off = true;
        bench_run(b, 2000);
        assert_true(bms_asleep(&b->bms));
        ASSERT_ROW(b, row, true);
        b->in.switch_off = false;
        return;
    case BY_SWITCH_UNDER_VOLTAGE: /* a charger holds the terminals: it cannot sleep */
        b->in.terminal_mv = 60000;
        b->in.switch_off = true;
        bench_run(b, 2000);
        assert_false(bms_asleep(&b->bms));
        assert_false(b->bms.out.charge_mos || b->bms.out.discharge_mos);
        ASSERT_ROW(b, row, true);
        b->in.switch_off = false;
        return;
    case BY_OPPOSITE:
        b->in.current_ma = 999 * opposite(row);
        bench_run(b, 5000);
        ASSERT_ROW(b, row, true);
        b->in.current_ma = 1000 * opposite(row);
        return;
    case WAYS: break;
    }
    fail();
}

static void check_locks(const struct pack_profile *profile)
{
    for (size_t i = 0; i < 3; i++) {
        for (int way = 0; way < WAYS; way++) {
            struct bench b;
            bench_init(&b, profile);
            lock_current(&b, timed[i]);
            b.in.terminal_mv = 60000; /* a charger alone is no way out, nor is time */
            hours(&b, 2);
            b.in.terminal_mv = 0;
            hours(&b, 1);
            ASSERT_ROW(&b, timed[i], true);
            assert_true(locked(&b, timed[i]));
            unlock(&b, timed[i], (enum way)way);
            bench_step(&b);
            ASSERT_ROW(&b, timed[i], false);
            assert_true(b.bms.locked == 0);
            assert_true(b.bms.out.charge_mos && b.bms.out.discharge_mos);
            b.in.current_ma = b.in.terminal_mv = 0;
            bench_run(&b, 2000);
            lock_current(&b, timed[i]); /* not before the fifth: the count began anew */
        }
    }
}

static void five_trips_lock_over_current_and_each_of_four_ways_unlocks_it(void **state)
{
    (void)state;
    each_pack(true, check_locks);
}

static void trips_within_60_s_of_the_release_count_and_later_ones_begin_anew(void **state)
{
    (void)state;
    for (uint32_t late = 0; late <= 1; late++) {
        struct bench b;
        bench_init(&b, pack_of("vt12040"));
        for (int k = 0; k < 4; k++) {
            trip_current(&b, ROW_COCP);
            bench_run(&b, 60000);
        }
        ASSERT_ROW(&b, ROW_COCP, false);   /* released at this step */
        bench_run(&b, 58800 + 100 * late); /* the trip comes 1.1 s after the current */
        trip_current(&b, ROW_COCP);
        assert_int_equal(locked(&b, ROW_COCP), late == 0);
    }
}

static void switch_o_then_i_makes_the_trips_count_anew(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    for (int k = 0; k < 4; k++) {
        trip_current(&b, ROW_DOCP);
        bench_run(&b, 60000);
    }
    b.in.switch_off = true;
    bench_step(&b);
    b.in.switch_off = false;
    bench_step(&b);
    trip_current(&b, ROW_DOCP);
    assert_false(locked(&b, ROW_DOCP));
    b.in.switch_off = true; /* and does not take a protection away that is not locked */
    bench_step(&b);
    b.in.switch_off = false;
    bench_step(&b);
    ASSERT_ROW(&b, ROW_DOCP, true);
    assert_false(b.bms.out.discharge_mos);
}

static void check_never_locks(const struct pack_profile *profile)
{
    static const enum protection_id rows[] = {ROW_DOCP, ROW_COCP, ROW_OVER_CURRENT};
    for (size_t i = 0; i < 3; i++) {
        struct bench b;
        bench_init(&b, profile);
        for (int k = 0; k < 12; k++) {
            trip_current(&b, rows[i]);
            bench_run(&b, 60000);
            ASSERT_ROW(&b, rows[i], false);
        }
        assert_true(b.bms.locked == 0);
    }
}

static void over_current_of_a_b1_never_locks(void **state)
{
    (void)state;
    each_pack(false, check_never_locks);
}

/* --- locks of the short circuit --------------------------------------------------------------- */

static void cut_short(struct bench *b)
{
    bms_sense_short(&b->bms, -1000000, 1000, b->in.now_ms);
    bms_sense_short(&b->bms, 0, 0, b->in.now_ms);
    ASSERT_ROW(b, ROW_CP, true);
}

static void lock_short(struct bench *b)
{
    b->in.load_sensed = true;
    for (int k = 0; k < 3; k++) {
        assert_false(locked(b, ROW_CP));
        cut_short(b);
        bench_run(b, k < 2 ? 60000 : 0);
    }
    assert_true(locked(b, ROW_CP));
}

static void check_short_lock(const struct pack_profile *profile)
{
    for (int way = 0; way < 3; way++) {
        struct bench b;
        bench_init(&b, profile);
        lock_short(&b);
        b.in.load_sensed = false; /* neither the load's going, nor time, nor the switch */
        hours(&b, 1);
        b.in.switch_off = true;
        bench_run(&b, 2000);
        b.in.switch_off = false;
        bench_run(&b, 2000);
        ASSERT_ROW(&b, ROW_CP, true);
        assert_true(locked(&b, ROW_CP));
        b.in.terminal_mv = way == 0 ? b.bms.q[Q_PACK_MV] + 501 : 0;
        b.in.current_ma = way == 1 ? 1000 : 0;
        if (way == 2) {
            hold_reset(&b);
        }
        bench_step(&b);
        ASSERT_ROW(&b, ROW_CP, false);
        assert_true(b.bms.locked == 0);
        b.in.terminal_mv = b.in.current_ma = 0;
        bench_run(&b, 2000);
        lock_short(&b); /* not before the third */
    }
}

static void three_shorts_lock_until_a_charger_or_reset_and_nothing_else(void **state)
{
    (void)state;
    each_pack(true, check_short_lock);
}

static void shorts_whose_load_went_are_not_in_a_row(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    for (int k = 0; k < 6; k++) {
        cut_short(&b);
        bench_run(&b, 1100);
        ASSERT_ROW(&b, ROW_CP, false);
    }
    assert_true(b.bms.locked == 0);
}

/* The charge state lags a second and counts as a charger; a short has ended it. */
static void a_short_during_charge_is_not_tried_again_before_its_minute(void **state)
{
    (void)state;
    for (int silent = 0; silent <= 1; silent++) {
        struct bench b;
        bench_init(&b, pack_of("vt12040"));
        b.in.current_ma = 20000;
        b.in.terminal_mv = 60000;
        bench_run(&b, 3000);
        assert_int_equal(b.bms.flow, CURRENT_CHARGE);
        cut_short(&b);
        b.in.current_ma = b.in.terminal_mv = 0;
        b.in.load_sensed = true;
        b.in.sampled = silent == 0; /* the drop may have taken the front-end with it */
        for (int t = 0; t < 49; t++) {
            bench_step(&b);
            ASSERT_ROW(&b, ROW_CP, true);
            assert_false(b.bms.out.discharge_mos);
        }
        b.in.sampled = true;
        bench_run(&b, 60000 - 4900 - 100);
        ASSERT_ROW(&b, ROW_CP, true);
        bench_step(&b);
        ASSERT_ROW(&b, ROW_CP, false);
    }
}

/* --- weeks: the counter of milliseconds comes round in 49 days ---------------------------------
 */

static void trips_a_month_apart_never_lock(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    for (int k = 0; k < 12; k++) {
        trip_current(&b, ROW_COCP);
        bench_run(&b, 61000);
        ASSERT_ROW(&b, ROW_COCP, false);
        b.in.load_sensed = true;
        cut_short(&b);
        bench_run(&b, 61000); /* the retry, in vain */
        b.in.load_sensed = false;
        for (int t = 0; t < 30 * 24; t++) {
            b.in.now_ms += HOUR_MS;
            bms_heard(&b.bms, PORT_CAN, b.in.now_ms);
            bms_set_clock(&b.bms, 1000000 + t * 3600); /* a host that keeps the clock right */
            bms_step(&b.bms, &b.in);
        }
        assert_true(b.bms.active == 0 && b.bms.locked == 0);
    }
}

static void over_current_is_over_when_a_pack_wakes_after_a_month(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    trip_current(&b, ROW_DOCP);
    b.in.switch_off = true;
    bench_step(&b);
    for (int t = 0; t < 30 * 24; t++) {
        b.in.now_ms += HOUR_MS;
        bms_step(&b.bms, &b.in);
    }
    assert_true(bms_asleep(&b.bms));
    b.in.switch_off = false;
    bench_step(&b);
    ASSERT_ROW(&b, ROW_DOCP, false);
    assert_true(b.bms.out.discharge_mos);
}

/* --- the wait of 48 h ------------------------------------------------------------------------- */

static void put_at_the_top(struct bench *b, enum protection_id row)
{
    put_quantity(b, b->bms.profile->rows[row].quantity,
                 b->bms.levels[row].set + (row == ROW_FULLY ? 0 : 1));
    b->in.terminal_mv = b->bms.levels[ROW_TOVP].set + 2000;
}

static void check_float(const struct pack_profile *profile)
{
    static const enum protection_id rows[] = {ROW_FULLY, ROW_OVP, ROW_TOVP};
    for (size_t i = 0; i < 3; i++) {
        enum protection_id row = rows[i];
        if (profile->rows[row].release == RELEASE_LEVEL) {
            continue; /* over-charge of a B1 goes by its level alone */
        }
        struct bench b;
        bench_init(&b, profile);
        bms_set_parameter(&b.bms, PARAM_CELL_OV_PROTECT, row == ROW_OVP ? 3700 : 4500);
        bms_set_parameter(&b.bms, PARAM_PACK_FULL_CHARGE_VOLTAGE,
                          row == ROW_FULLY ? b.bms.param[PARAM_PACK_FULL_CHARGE_VOLTAGE] : 65000);
        b.in.current_ma = 500; /* a float current is standby */
        hours(&b, 72);
        assert_true(b.bms.active == 0);
        put_at_the_top(&b, row);
        bench_run(&b, 11000);
        ASSERT_ROW(&b, row, true);
        if (row != ROW_FULLY) { /* back at the level, where 48 h begin to count */
            put_quantity(&b, b.bms.profile->rows[row].quantity, b.bms.levels[row].set);
        }
        b.in.current_ma = 0;
        for (int t = 0; t < 600; t++) {
            bench_step(&b);
            ASSERT_ROW(&b, row, true);
        }
        hours(&b, 47);
        ASSERT_ROW(&b, row, true);
        assert_false(b.bms.out.charge_mos);
        hours(&b, 1);
        uint32_t clears = 0;
        struct bms_event event;
        while (bms_next_event(&b.bms, &event)) {
            clears += event.kind == EVENT_ROW_CLEAR && event.what == row;
        }
        assert_int_equal(clears, 1);
    }
}

static void a_pack_on_float_waits_48_h_from_its_end_of_charge(void **state)
{
    (void)state;
    each_pack(true, check_float);
    each_pack(false, check_float);
}

static void while_a_current_flows_no_recharge_is_forced(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    b.in.cell_mv[4] = 3701;
    bench_run(&b, 1200);
    b.in.cell_mv[4] = 3700;
    b.in.hold_charge = true;
    b.in.current_ma = -1000; /* discharge state, and not yet more than 1 A */
    hours(&b, 60);
    ASSERT_ROW(&b, ROW_OVP, true);
}

/* --- silence of the front-end ------------------------------------------------------------------
 */

static void an_ovp_that_trips_in_a_silence_goes_when_all_cells_are_back(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    b.in.cell_mv[2] = 3651;
    bench_run(&b, 900);
    b.in.sampled = false;
    bench_run(&b, 300);
    ASSERT_ROW(&b, ROW_OVP, true); /* the last figures stay, and count */
    b.in.cell_mv[2] = 3300;
    bench_run(&b, 1000);
    ASSERT_ROW(&b, ROW_OVP, true); /* nobody saw it come back */
    b.in.cell_mv[9] = 3381;
    b.in.sampled = true;
    bench_run(&b, 1000);
    ASSERT_ROW(&b, ROW_OVP, true);
    b.in.cell_mv[9] = 3380;
    bench_step(&b);
    ASSERT_ROW(&b, ROW_OVP, false);
}

static void five_seconds_of_valid_sensors_need_samples(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es25_6_100lp"));
    b.in.env_c10 = -500;
    bench_run(&b, 2100);
    ASSERT_ROW(&b, ROW_NTC, true);
    b.in.env_c10 = 250;
    bench_run(&b, 1000);
    b.in.sampled = false;
    bench_run(&b, 4900);
    b.in.sampled = true;
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_NTC, true);
    bench_step(&b);
    ASSERT_ROW(&b, ROW_NTC, false);
}

/* B-21 of docs/decisions.md */
static void a_sensor_that_burns_off_releases_nothing(void **state)
{
    (void)state;
    for (int sensor = 0; sensor < PACK_TEMPS; sensor++) {
        for (int cold = 0; cold <= 1; cold++) {
            uint64_t rows = cold ? BIT(DUTP) | BIT(CUTP) : BIT(DOTP) | BIT(COTP);
            struct bench b;
            bench_init(&b, pack_of("es51_2_100lp"));
            b.in.temp_c10[sensor] = cold ? -101 : 601;
            bench_run(&b, 1100);
            assert_true((b.bms.active & rows) == rows);
            b.in.temp_c10[sensor] = cold ? -500 : 1300;
            bench_run(&b, 10000);
            assert_true((b.bms.active & rows) == rows);
            ASSERT_ROW(&b, ROW_NTC, true);
            b.in.temp_c10[sensor] = 250;
            b.in.env_c10 = -500; /* another sensor does not matter to the cells */
            bench_step(&b);
            assert_true((b.bms.active & rows) == 0);
        }
    }
}

static void without_any_cell_sensor_the_last_temperatures_stay(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    b.in.temp_c10[0] = 310;
    b.in.temp_c10[3] = 120;
    bench_step(&b);
    for (int i = 0; i < PACK_TEMPS; i++) {
        b.in.temp_c10[i] = -500;
    }
    bench_run(&b, 5000);
    assert_int_equal(b.bms.q[Q_TEMP_MIN_C10], 120);
    assert_int_equal(b.bms.q[Q_TEMP_MAX_C10], 310);
    ASSERT_ROW(&b, ROW_NTC, true);
    assert_false(b.bms.out.charge_mos || b.bms.out.discharge_mos);
}

/* --- parameters that change while a row is active or counts ------------------------------------
 */

static void a_release_level_that_moves_is_judged_by_the_next_sample(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    put_quantity(&b, Q_ENV_C10, 701);
    bench_run(&b, 1100);
    put_quantity(&b, Q_ENV_C10, 680);
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_EOTP, true); /* a quiet pack as well */
    bms_set_parameter(&b.bms, PARAM_ENV_OT_RELEASE, 680);
    bench_step(&b);
    ASSERT_ROW(&b, ROW_EOTP, false);
}

static void a_delay_that_is_shortened_counts_from_the_first_sample_beyond(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    bms_set_parameter(&b.bms, PARAM_CELL_UVP_DELAY_TIME, 20000);
    b.in.cell_mv[0] = 2499;
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_UVP, false);
    bms_set_parameter(&b.bms, PARAM_CELL_UVP_DELAY_TIME, 5000);
    bench_step(&b);
    ASSERT_ROW(&b, ROW_UVP, true);
}

static void a_recovery_time_that_is_shortened_releases(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    trip_current(&b, ROW_DOCP);
    bench_run(&b, 10000);
    bms_set_parameter(&b.bms, PARAM_OVER_CURRENT_RECOVERY_DELAY, 15);
    bench_run(&b, 4900);
    ASSERT_ROW(&b, ROW_DOCP, true);
    bench_step(&b);
    ASSERT_ROW(&b, ROW_DOCP, false);
}

static void fewer_lock_times_lock_at_the_next_trip(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    trip_current(&b, ROW_DOCP);
    bench_run(&b, 60000);
    trip_current(&b, ROW_DOCP);
    bench_run(&b, 60000);
    bms_set_parameter(&b.bms, PARAM_OVER_CURRENT_LOCK_TIMES, 2);
    assert_false(locked(&b, ROW_DOCP));
    trip_current(&b, ROW_DOCP);
    assert_true(locked(&b, ROW_DOCP));
    bms_restore_defaults(&b.bms); /* what is locked stays so until its own way out */
    bench_run(&b, 120000);
    ASSERT_ROW(&b, ROW_DOCP, true);
}

static void a_protect_level_moved_beyond_the_value_does_not_release(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    b.in.cell_mv[5] = 2400;
    bench_run(&b, 1100);
    ASSERT_ROW(&b, ROW_UVP, true);
    bms_set_parameter(&b.bms, PARAM_CELL_UV_PROTECT, 2300);
    bench_run(&b, 2000);
    ASSERT_ROW(&b, ROW_UVP, true); /* only the release level does */
    b.in.cell_mv[5] = 2900;
    bench_step(&b);
    ASSERT_ROW(&b, ROW_UVP, false);
}

/* --- counting --------------------------------------------------------------------------------- */

static void trips_of_a_lifetime_are_counted_alarms_not_and_the_count_stops_at_its_end(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    b.bms.counters.trips[ROW_OVP] = UINT16_MAX - 1;
    for (int k = 1; k <= 3; k++) {
        b.in.cell_mv[0] = 3701;
        bench_run(&b, 2000);
        b.in.cell_mv[0] = 3300;
        bench_run(&b, 2000);
        assert_int_equal(b.bms.counters.trips[ROW_OVP], UINT16_MAX);
    }
    assert_int_equal(b.bms.counters.trips[ROW_OV], 0);
    assert_int_equal(b.bms.counters.trips[ROW_UVP], 0);
}

static void ends_of_charge_set_the_soc_to_100_and_of_discharge_to_0(void **state)
{
    (void)state;
    static const struct {
        enum protection_id row;
        int32_t mv, soc;
    } cases[] = {{ROW_TOVP, 59201, 10000}, {ROW_TUVP, 41999, 0}, {ROW_FULLY, 56000, 10000}};
    for (size_t i = 0; i < 3; i++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_100lp"));
        bms_set_parameter(&b.bms, PARAM_CELL_OV_PROTECT, 4500);
        bms_set_parameter(&b.bms, PARAM_CELL_UV_PROTECT, 2000);
        put_quantity(&b, Q_PACK_MV, cases[i].mv);
        b.in.terminal_mv = cases[i].row == ROW_FULLY ? 60000 : 0;
        bench_run(&b, cases[i].row == ROW_FULLY ? 10000 : 1000);
        ASSERT_ROW(&b, cases[i].row, false);
        assert_int_equal(b.bms.soc_pct100, 6000);
        bench_step(&b);
        ASSERT_ROW(&b, cases[i].row, true);
        assert_int_equal(b.bms.soc_pct100, cases[i].soc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_trips_lock_over_current_and_each_of_four_ways_unlocks_it),
        cmocka_unit_test(trips_within_60_s_of_the_release_count_and_later_ones_begin_anew),
        cmocka_unit_test(switch_o_then_i_makes_the_trips_count_anew),
        cmocka_unit_test(over_current_of_a_b1_never_locks),
        cmocka_unit_test(three_shorts_lock_until_a_charger_or_reset_and_nothing_else),
        cmocka_unit_test(shorts_whose_load_went_are_not_in_a_row),
        cmocka_unit_test(a_short_during_charge_is_not_tried_again_before_its_minute),
        cmocka_unit_test(trips_a_month_apart_never_lock),
        cmocka_unit_test(over_current_is_over_when_a_pack_wakes_after_a_month),
        cmocka_unit_test(a_pack_on_float_waits_48_h_from_its_end_of_charge),
        cmocka_unit_test(while_a_current_flows_no_recharge_is_forced),
        cmocka_unit_test(an_ovp_that_trips_in_a_silence_goes_when_all_cells_are_back),
        cmocka_unit_test(five_seconds_of_valid_sensors_need_samples),
        cmocka_unit_test(a_sensor_that_burns_off_releases_nothing),
        cmocka_unit_test(without_any_cell_sensor_the_last_temperatures_stay),
        cmocka_unit_test(a_release_level_that_moves_is_judged_by_the_next_sample),
        cmocka_unit_test(a_delay_that_is_shortened_counts_from_the_first_sample_beyond),
        cmocka_unit_test(a_recovery_time_that_is_shortened_releases),
        cmocka_unit_test(fewer_lock_times_lock_at_the_next_trip),
        cmocka_unit_test(a_protect_level_moved_beyond_the_value_does_not_release),
        cmocka_unit_test(trips_of_a_lifetime_are_counted_alarms_not_and_the_count_stops_at_its_end),
        cmocka_unit_test(ends_of_charge_set_the_soc_to_100_and_of_discharge_to_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
