/* SPDX-License-Identifier: Apache-2.0 */
/* The protection table at work, driven by the table itself: every compared row of every pack.
   Rules: docs/bms.md, from the conventions of the battery facts. */
#include "core_test.h"

#define BIT(row) (UINT64_C(1) << ROW_##row)

typedef void row_check(const struct pack_profile *profile, enum protection_id row);

static bool is_compared(const struct pack_profile *profile, enum protection_id row)
{
    const struct protection *p = &profile->rows[row];
    enum trip_rule trip = p->trip;
    return p->code != NULL && p->quantity != Q_COUNT &&
           (trip == TRIP_OVER || trip == TRIP_UNDER || trip == TRIP_AT_OR_UNDER);
}

static void each_compared_row(row_check *check)
{
    int n = 0;
    for (int p = 0; p < product_count; p++) {
        for (int row = 0; products[p].pack != NULL && row < ROW_COUNT; row++) {
            if (is_compared(products[p].pack, (enum protection_id)row)) {
                check(products[p].pack, (enum protection_id)row);
                n++;
            }
        }
    }
    assert_int_equal(n, 5 * 28 + 21);
}

/* Last value that does not trip, and first that does. */
static int32_t inside(const struct bms *bms, enum protection_id row)
{
    return bms->levels[row].set + (bms->profile->rows[row].trip == TRIP_AT_OR_UNDER ? 1 : 0);
}

static int32_t beyond(const struct bms *bms, enum protection_id row)
{
    return inside(bms, row) + (bms->profile->rows[row].trip == TRIP_OVER ? 1 : -1);
}

static void put(struct bench *bench, enum protection_id row, int32_t value)
{
    put_quantity(bench, bench->bms.profile->rows[row].quantity, value);
}

#define ASSERT_ROW(bench, row, on)                                                          \
    do {                                                                                    \
        if (bms_has(&(bench)->bms, row) != (on)) {                                          \
            fail_msg("%s (%d cells, %d A): %s at set %d clear %d",                          \
                     (bench)->bms.profile->rows[row].name, (bench)->bms.profile->n_cells,   \
                     (bench)->bms.profile->rated_ma / 1000, (on) ? "not active" : "active", \
                     (bench)->bms.levels[row].set, (bench)->bms.levels[row].clear);         \
        }                                                                                   \
    } while (0)

static void trip(struct bench *bench, enum protection_id row)
{
    put(bench, row, beyond(&bench->bms, row));
    bench_step(bench);
    bench_run(bench, bench->bms.levels[row].delay_ms);
    ASSERT_ROW(bench, row, true);
}

static void check_trip(const struct pack_profile *profile, enum protection_id row)
{
    struct bench b;
    bench_init(&b, profile);
    uint32_t delay_ms = b.bms.levels[row].delay_ms;
    assert_true(delay_ms >= 100);
    put(&b, row, inside(&b.bms, row));
    bench_run(&b, 3 * delay_ms + 1000);
    ASSERT_ROW(&b, row, false);
    put(&b, row, beyond(&b.bms, row));
    for (uint32_t t = 0; t < delay_ms; t += 100) {
        bench_step(&b);
        ASSERT_ROW(&b, row, false);
    }
    bench_step(&b);
    ASSERT_ROW(&b, row, true);
}

static void a_row_trips_one_unit_beyond_its_level_after_its_whole_delay(void **state)
{
    (void)state;
    each_compared_row(check_trip);
}

static void check_reset(const struct pack_profile *profile, enum protection_id row)
{
    struct bench b;
    bench_init(&b, profile);
    uint32_t delay_ms = b.bms.levels[row].delay_ms;
    for (int round = 0; round < 3; round++) {
        put(&b, row, beyond(&b.bms, row));
        bench_run(&b, delay_ms);
        put(&b, row, inside(&b.bms, row));
        bench_step(&b);
        ASSERT_ROW(&b, row, false);
    }
}

static void one_sample_back_inside_starts_the_delay_anew(void **state)
{
    (void)state;
    each_compared_row(check_reset);
}

static void check_recovery(const struct pack_profile *profile, enum protection_id row)
{
    const struct protection *p = &profile->rows[row];
    struct bench b;
    if (p->release != RELEASE_LEVEL && p->release != RELEASE_OVER_CHARGE) {
        return;
    }
    bench_init(&b, profile);
    trip(&b, row);
    int32_t clear = b.bms.levels[row].clear;
    put(&b, row, clear + (p->trip == TRIP_OVER ? 1 : -1));
    bench_run(&b, 10000);
    ASSERT_ROW(&b, row, true);
    put(&b, row, clear);
    uint32_t wait_ms = p->kind == KIND_ALARM ? 1000 : 0;
    for (uint32_t t = 0; t < wait_ms; t += 100) {
        bench_step(&b);
        ASSERT_ROW(&b, row, true);
    }
    bench_step(&b);
    ASSERT_ROW(&b, row, false);
}

static void a_row_stays_one_unit_short_of_its_recovery_and_clears_at_it(void **state)
{
    (void)state;
    each_compared_row(check_recovery);
}

static void check_mos(const struct pack_profile *profile, enum protection_id row)
{
    struct bench b;
    bench_init(&b, profile);
    assert_true(b.bms.out.charge_mos && b.bms.out.discharge_mos);
    trip(&b, row);
    unsigned stopped = 0;
    for (int i = 0; i < ROW_COUNT; i++) {
        stopped |= bms_has(&b.bms, (enum protection_id)i) ? profile->rows[i].action : 0U;
    }
    assert_int_equal(b.bms.out.charge_mos, (stopped & ACTION_CHARGE) == 0);
    assert_int_equal(b.bms.out.discharge_mos, (stopped & ACTION_DISCHARGE) == 0);
    assert_int_equal(stopped & profile->rows[row].action, profile->rows[row].action);
    if (profile->rows[row].kind == KIND_ALARM) {
        assert_int_equal(profile->rows[row].action, ACTION_NONE);
    } else {
        assert_int_not_equal(profile->rows[row].action, ACTION_NONE);
        assert_int_equal(b.bms.out.state, PACK_PROTECT);
    }
}

static void the_mos_are_off_by_the_union_of_the_active_rows(void **state)
{
    (void)state;
    each_compared_row(check_mos);
}

static void every_change_of_a_row_is_an_event(void **state)
{
    (void)state;
    struct bench b;
    struct bms_event event;
    bench_init(&b, pack_of("es51_2_100lp"));
    trip(&b, ROW_EOTP);
    put(&b, ROW_EOTP, 250);
    bench_run(&b, 2000);
    int found = 0;
    while (bms_next_event(&b.bms, &event)) {
        if (event.what == ROW_EOTP) {
            assert_int_equal(event.kind == EVENT_ROW_SET, found == 0);
            found++;
        }
    }
    assert_int_equal(found, 2);
    assert_false(bms_next_event(&b.bms, &event));
}

static void a_full_queue_of_events_keeps_the_newest(void **state)
{
    (void)state;
    struct bench b;
    struct bms_event event;
    bench_init(&b, pack_of("es51_2_100lp"));
    for (int i = 0; i < 40; i++) {
        trip(&b, ROW_EOTP);
        put(&b, ROW_EOTP, 250);
        bench_run(&b, 2000);
    }
    uint32_t last_ms = 0;
    int n = 0;
    while (bms_next_event(&b.bms, &event)) {
        last_ms = event.at_ms;
        n++;
    }
    assert_int_equal(n, BMS_EVENTS);
    assert_true(b.in.now_ms - last_ms <= 2000);
}

/* Over-current: 60 s, or the opposite current; five trips in a row lock. */
static const enum protection_id timed[] = {ROW_DOCP, ROW_DOCP2, ROW_COCP};

static void over_current_comes_back_after_its_recovery_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct bench b;
        bench_init(&b, pack_of("vt12040"));
        trip(&b, timed[i]);
        b.in.current_ma = 0;
        bench_run(&b, 59900);
        ASSERT_ROW(&b, timed[i], true);
        bench_step(&b);
        ASSERT_ROW(&b, timed[i], false);
        assert_true(b.bms.out.charge_mos && b.bms.out.discharge_mos);
    }
}

static void opposite_current_of_1_a_releases_over_current_at_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        int32_t sign = timed[i] == ROW_COCP ? -1 : 1;
        struct bench b;
        bench_init(&b, pack_of("vt12040"));
        trip(&b, timed[i]);
        b.in.current_ma = sign * 999;
        bench_run(&b, 2000);
        ASSERT_ROW(&b, timed[i], true);
        b.in.current_ma = sign * 1000;
        bench_step(&b);
        ASSERT_ROW(&b, timed[i], false);
    }
}

static void lock_by_trips(struct bench *b, enum protection_id row)
{
    for (int k = 0; k < 5; k++) {
        assert_false((b->bms.locked >> row & 1) != 0);
        trip(b, row);
        b->in.current_ma = 0;
        bench_run(b, 60000);
    }
    assert_true((b->bms.locked >> row & 1) != 0);
}

static void five_trips_soon_after_each_other_lock_over_current(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_230lp"));
        lock_by_trips(&b, timed[i]);
        bench_run(&b, 600000);
        ASSERT_ROW(&b, timed[i], true);
        b.in.current_ma = timed[i] == ROW_COCP ? -1000 : 1000;
        bench_step(&b);
        ASSERT_ROW(&b, timed[i], false);
        assert_true(b.bms.locked == 0);
        b.in.current_ma = 0;
        lock_by_trips(&b, timed[i]); /* and the count begins anew */
        bms_reset(&b.bms);
        bench_step(&b);
        ASSERT_ROW(&b, timed[i], false);
        assert_true(b.bms.locked == 0);
    }
}

static void trips_more_than_60_s_apart_never_lock(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    for (int k = 0; k < 12; k++) {
        trip(&b, ROW_DOCP);
        b.in.current_ma = 0;
        bench_run(&b, 60100 + 61000);
        ASSERT_ROW(&b, ROW_DOCP, false);
    }
    assert_true(b.bms.locked == 0);
}

/* Short circuit: the comparator's time, both MOS at once, three trips lock. */
static void short_circuit_opens_both_mos_at_its_delay(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    uint32_t now_ms = b.in.now_ms;
    bms_sense_short(&b.bms, -300000, 1000, now_ms); /* at the comparator's level: not */
    ASSERT_ROW(&b, ROW_CP, false);
    bms_sense_short(&b.bms, 300001, 1000, now_ms); /* charging: not */
    ASSERT_ROW(&b, ROW_CP, false);
    bms_sense_short(&b.bms, -300001, 299, now_ms);
    ASSERT_ROW(&b, ROW_CP, false);
    bms_sense_short(&b.bms, -300001, 300, now_ms);
    ASSERT_ROW(&b, ROW_CP, true);
    assert_false(b.bms.out.charge_mos || b.bms.out.discharge_mos);
}

static void short_out(struct bench *b)
{
    bms_sense_short(&b->bms, -400000, 300, b->in.now_ms);
    bms_sense_short(&b->bms, 0, 0, b->in.now_ms);
    ASSERT_ROW(b, ROW_CP, true);
}

static void short_circuit_ends_when_the_load_is_gone_for_1_s(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    short_out(&b);
    b.in.load_sensed = true;
    bench_run(&b, 30000);
    ASSERT_ROW(&b, ROW_CP, true);
    b.in.load_sensed = false;
    bench_run(&b, 1000);
    ASSERT_ROW(&b, ROW_CP, true);
    bench_step(&b);
    ASSERT_ROW(&b, ROW_CP, false);
}

static void three_short_circuits_lock_until_a_charger_or_reset(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    b.in.load_sensed = true;
    for (int k = 0; k < 3; k++) {
        short_out(&b);
        bench_run(&b, 60000); /* the retry */
    }
    ASSERT_ROW(&b, ROW_CP, true);
    bench_run(&b, 600000);
    ASSERT_ROW(&b, ROW_CP, true);
    b.in.terminal_mv = b.bms.q[Q_PACK_MV] + 501;
    bench_step(&b);
    ASSERT_ROW(&b, ROW_CP, false);
    b.in.terminal_mv = 0;
    for (int k = 0; k < 3; k++) {
        short_out(&b);
        bench_run(&b, 60000);
    }
    ASSERT_ROW(&b, ROW_CP, true);
    bms_reset(&b.bms);
    ASSERT_ROW(&b, ROW_CP, false);
}

/* B-1 of docs/decisions.md */
static void ovp_goes_when_the_cells_that_were_over_are_back_whatever_the_others_do(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    put_quantity(&b, Q_PACK_MV, 16 * 3400); /* above the release of 3.380 V */
    b.in.cell_mv[4] = 3651;
    bench_run(&b, 1100);
    ASSERT_ROW(&b, ROW_OVP, true);
    b.in.cell_mv[4] = 3381;
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_OVP, true);
    b.in.cell_mv[4] = 3380;
    bench_step(&b);
    ASSERT_ROW(&b, ROW_OVP, false);
}

static void a_cell_that_joins_an_ovp_must_come_back_too(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    b.in.cell_mv[4] = 3651;
    bench_run(&b, 1100);
    ASSERT_ROW(&b, ROW_OVP, true);
    b.in.cell_mv[9] = 3651;
    bench_step(&b);
    b.in.cell_mv[4] = 3300;
    b.in.cell_mv[9] = 3381;
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_OVP, true);
    b.in.cell_mv[9] = 3380;
    bench_step(&b);
    ASSERT_ROW(&b, ROW_OVP, false);
}

/* OVP and TOVP also go by SOC or discharge, but only at or below the protect level. */
static void check_over_charge(enum protection_id row, bool by_soc)
{
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    trip(&b, row);
    assert_int_equal(b.bms.soc_pct100, 10000);
    b.in.hold_charge = true;
    if (by_soc) {
        bms_set_soc(&b.bms, 9599);
    } else {
        b.in.current_ma = -1001;
    }
    bench_run(&b, 2000);
    ASSERT_ROW(&b, row, true); /* still beyond */
    put(&b, row, b.bms.levels[row].set);
    bench_step(&b);
    ASSERT_ROW(&b, row, false);
}

static void over_charge_goes_by_soc_or_discharge_once_at_the_protect_level(void **state)
{
    (void)state;
    check_over_charge(ROW_OVP, true);
    check_over_charge(ROW_OVP, false);
    check_over_charge(ROW_TOVP, true);
    check_over_charge(ROW_TOVP, false);
}

static void over_charge_stays_at_96_percent_and_1_a(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    trip(&b, ROW_OVP);
    put(&b, ROW_OVP, b.bms.levels[ROW_OVP].set);
    b.in.hold_charge = true;
    bms_set_soc(&b.bms, 9600);
    b.in.current_ma = -1000;
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_OVP, true);
}

static void over_charge_goes_after_48_h_in_standby(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    trip(&b, ROW_OVP);
    put(&b, ROW_OVP, b.bms.levels[ROW_OVP].set);
    b.in.hold_charge = true;
    for (int minutes = 0; minutes < 48 * 60 - 2; minutes++) {
        b.in.now_ms += 60000;
        bms_heard(&b.bms, PORT_CAN, b.in.now_ms); /* else it sleeps after 24 h */
        bms_step(&b.bms, &b.in);
    }
    ASSERT_ROW(&b, ROW_OVP, true);
    b.in.now_ms += 2 * 60000;
    bms_step(&b.bms, &b.in);
    ASSERT_ROW(&b, ROW_OVP, false);
}

/* Fully: voltage, small current, a charger, 10 s; each missing alone. */
struct full_case {
    int32_t pack_mv, current_ma, terminal_mv;
    bool full;
};

static void fully_needs_voltage_small_current_charger_and_10_s(void **state)
{
    (void)state;
    const struct full_case cases[] = {
        {56000, 1999, 56501, true},  {55999, 1999, 56500, false},  {56000, 2000, 57000, false},
        {56000, 0, 56500, false}, /* a charger is more than 0.5 V above */
        {56000, 0, 56501, true},     {56000, 101, 0, true},        {56000, 100, 0, false},
        {56000, -1000, 57000, true}, {56000, -1001, 57000, false}, {57600, 1999, 58200, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_100lp"));
        put_quantity(&b, Q_PACK_MV, cases[i].pack_mv);
        b.in.current_ma = cases[i].current_ma;
        b.in.terminal_mv = cases[i].terminal_mv;
        bench_run(&b, 10000);
        ASSERT_ROW(&b, ROW_FULLY, false);
        bench_step(&b);
        ASSERT_ROW(&b, ROW_FULLY, cases[i].full);
        if (cases[i].full) {
            assert_int_equal(b.bms.soc_pct100, 10000);
            assert_false(b.bms.out.charge_mos);
            assert_true(b.bms.out.discharge_mos);
            assert_int_not_equal(b.bms.out.state, PACK_PROTECT);
            assert_int_equal(b.bms.out.buzzer, BUZZER_OFF);
            assert_false(b.bms.out.contact_1);
        }
    }
}

static void fully_goes_by_soc_below_96_or_more_than_1_a_of_discharge(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    put_quantity(&b, Q_PACK_MV, 56000);
    b.in.terminal_mv = 57000;
    bench_run(&b, 10200);
    ASSERT_ROW(&b, ROW_FULLY, true);
    put_quantity(&b, Q_PACK_MV, 53000); /* voltage alone does not bring charging back */
    b.in.terminal_mv = 0;
    b.in.current_ma = -1000;
    b.in.hold_charge = true;
    bms_set_soc(&b.bms, 9600);
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_FULLY, true);
    b.in.current_ma = -1001;
    bench_step(&b);
    ASSERT_ROW(&b, ROW_FULLY, false);
}

/* Sensors. */
static void put_sensor(struct bench *b, int sensor, int16_t c10)
{
    if (sensor < PACK_TEMPS) {
        b->in.temp_c10[sensor] = c10;
    } else if (sensor == PACK_TEMPS) {
        b->in.env_c10 = c10;
    } else {
        b->in.mos_c10 = c10;
    }
}

static void any_sensor_outside_40_below_to_125_is_ntc_after_2_s_and_left_out_at_once(void **state)
{
    (void)state;
    const int16_t bad[] = {-401, 1251, -600, INT16_MAX};
    for (int sensor = 0; sensor < PACK_TEMPS + 2; sensor++) {
        for (size_t i = 0; i < 4; i++) {
            struct bench b;
            bench_init(&b, pack_of("es51_2_100lp"));
            put_sensor(&b, sensor, bad[i]);
            bench_run(&b, 2000);
            ASSERT_ROW(&b, ROW_NTC, false);
            assert_int_equal(b.bms.q[Q_TEMP_MIN_C10], 250);
            assert_int_equal(b.bms.q[Q_TEMP_MAX_C10], 250);
            assert_int_equal(b.bms.q[Q_MOS_C10], 250);
            bench_step(&b);
            ASSERT_ROW(&b, ROW_NTC, true);
            assert_int_equal(b.bms.out.state, PACK_FAULT);
            assert_false(b.bms.out.charge_mos || b.bms.out.discharge_mos);
            put_sensor(&b, sensor, 250);
            bench_run(&b, 5000);
            ASSERT_ROW(&b, ROW_NTC, true);
            bench_step(&b);
            ASSERT_ROW(&b, ROW_NTC, false);
        }
    }
}

static void a_silent_front_end_is_a_fault_after_5_s_and_goes_5_s_after_it_is_back(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    int32_t pack_mv = b.bms.q[Q_PACK_MV];
    b.in.sampled = false;
    put_quantity(&b, Q_PACK_MV, 30000); /* what it would say must not be looked at */
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_SAMPLE, false);
    assert_int_equal(b.bms.q[Q_PACK_MV], pack_mv);
    bench_step(&b);
    ASSERT_ROW(&b, ROW_SAMPLE, true);
    assert_false(b.bms.out.charge_mos || b.bms.out.discharge_mos);
    put_quantity(&b, Q_PACK_MV, 52800);
    b.in.sampled = true;
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_SAMPLE, true);
    bench_step(&b);
    ASSERT_ROW(&b, ROW_SAMPLE, false);
}

static void a_failed_self_check_latches_until_reset(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    b.in.self_check_ok = false;
    bench_run(&b, 1000);
    ASSERT_ROW(&b, ROW_PCB, false);
    bench_step(&b);
    ASSERT_ROW(&b, ROW_PCB, true);
    b.in.self_check_ok = true;
    bench_run(&b, 100000);
    ASSERT_ROW(&b, ROW_PCB, true);
    bms_reset(&b.bms);
    bench_step(&b);
    ASSERT_ROW(&b, ROW_PCB, false);
    b.in.self_check_ok = false;
    bench_run(&b, 1100);
    bms_reset(&b.bms); /* with the cause still there it comes back */
    bench_run(&b, 1100);
    ASSERT_ROW(&b, ROW_PCB, true);
}

static void cells_no_healthy_pack_has_are_a_fault_after_5_s(void **state)
{
    (void)state;
    const struct {
        uint16_t low, high;
        bool fault;
    } cases[] = {{2600, 3600, false}, {2600, 3601, true}, {2000, 2000, false}, {1999, 2000, true}};
    for (size_t i = 0; i < 4; i++) {
        struct bench b;
        bench_init(&b, pack_of("es25_6_100lp"));
        for (int k = 0; k < 8; k++) {
            b.in.cell_mv[k] = k == 3 ? cases[i].high : cases[i].low;
        }
        bench_run(&b, 5000);
        ASSERT_ROW(&b, ROW_CELLS, false);
        bench_step(&b);
        ASSERT_ROW(&b, ROW_CELLS, cases[i].fault);
    }
}

static void cells_beyond_the_pack_are_not_looked_at(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es25_6_100lp"));
    for (int k = 8; k < PACK_CELLS_MAX; k++) {
        b.in.cell_mv[k] = 0;
    }
    bench_run(&b, 20000);
    assert_true(b.bms.active == 0);
    assert_int_equal(b.bms.q[Q_PACK_MV], 8 * 3300);
}

static void current_against_an_open_gate_is_a_mos_fault_after_10_s(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    bms_set_parameter(&b.bms, PARAM_CHG_CIRCUIT, 0);
    b.in.current_ma = 1000;
    bench_run(&b, 20000);
    ASSERT_ROW(&b, ROW_CHG_MOS, false);
    b.in.current_ma = 1001;
    bench_run(&b, 10000);
    ASSERT_ROW(&b, ROW_CHG_MOS, false);
    bench_step(&b);
    ASSERT_ROW(&b, ROW_CHG_MOS, true);

    bench_init(&b, pack_of("vt12040"));
    bms_set_parameter(&b.bms, PARAM_DISCHG_CIRCUIT, 0);
    b.in.current_ma = -1001;
    bench_run(&b, 10100);
    ASSERT_ROW(&b, ROW_DHG_MOS, false);
    bench_run(&b, 100);
    ASSERT_ROW(&b, ROW_DHG_MOS, true);
    b.in.current_ma = 0;
    bench_run(&b, 60000);
    ASSERT_ROW(&b, ROW_DHG_MOS, true);
}

static void reversed_terminals_trip_only_boards_that_sense_them(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    b.in.terminal_mv = -1000;
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_RVP, false);
    b.in.terminal_mv = -1001;
    bench_run(&b, 200);
    ASSERT_ROW(&b, ROW_RVP, true);
    assert_false(b.bms.out.charge_mos || b.bms.out.discharge_mos);
    b.in.terminal_mv = 0;
    bench_run(&b, 60000);
    ASSERT_ROW(&b, ROW_RVP, true);
    bms_reset(&b.bms);
    ASSERT_ROW(&b, ROW_RVP, false);

    bench_init(&b, pack_of("vt12040"));
    b.in.terminal_mv = -50000;
    bench_run(&b, 5000);
    ASSERT_ROW(&b, ROW_RVP, false);
}

/* Parameters: a change is judged anew from the next sample on. */
static void a_changed_parameter_moves_its_row(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    put_quantity(&b, Q_ENV_C10, 550);
    bench_run(&b, 10000);
    ASSERT_ROW(&b, ROW_EOTP, false);
    assert_int_equal(bms_check_parameter(&b.bms, PARAM_ENV_OT_PROTECT, 540), -3);
    assert_int_equal(bms_check_parameter(&b.bms, PARAM_ENV_OT_RELEASE, 500), 0);
    bms_set_parameter(&b.bms, PARAM_ENV_OT_RELEASE, 500);
    assert_int_equal(bms_check_parameter(&b.bms, PARAM_ENV_OT_PROTECT, 540), -3);
    bms_set_parameter(&b.bms, PARAM_ENV_OT_ALARM, 520);
    assert_int_equal(bms_check_parameter(&b.bms, PARAM_ENV_OT_PROTECT, 540), 0);
    bms_set_parameter(&b.bms, PARAM_ENV_OT_PROTECT, 540);
    bench_run(&b, 1100);
    ASSERT_ROW(&b, ROW_EOTP, true);
}

struct contradiction {
    enum parameter_id id;
    int32_t good, bad;
};

/* Of the VT-12040's defaults: the last value allowed, and one step beyond. */
static void what_contradicts_another_level_is_refused(void **state)
{
    (void)state;
    const struct contradiction cases[] = {
        {PARAM_CELL_OV_ALARM, 3650, 3660},    /* alarm beyond protection */
        {PARAM_CELL_OV_PROTECT, 3600, 3590},  /* protection before alarm */
        {PARAM_CELL_OVP_RELEASE, 3650, 3660}, /* release beyond protection */
        {PARAM_CELL_UV_ALARM, 2500, 2490},
        {PARAM_CELL_UV_PROTECT, 2800, 2810},
        {PARAM_CELL_UVP_RELEASE, 2500, 2490},
        {PARAM_PACK_OV_ALARM, 58400, 58410},
        {PARAM_PACK_UV_ALARM, 40000, 39990},
        {PARAM_CHARGE_OC_ALARM, 110000, 111000},
        {PARAM_DISCHARGE_OC_ALARM, 110000, 111000},
        {PARAM_DISCHARGE_OC_1_PROTECT, 150000, 151000}, /* level 1 above level 2 */
        {PARAM_DISCHARGE_OC_2_PROTECT, 110000, 105000},
        {PARAM_CHARGE_OT_ALARM, 550, 560},
        {PARAM_CHARGE_UT_ALARM, 0, -10},
        {PARAM_CHARGE_UT_RELEASE, 0, -10},
        {PARAM_DISCHARGE_UT_PROTECT, -150, -140},
        {PARAM_MOS_OT_ALARM, 1100, 1110},
        {PARAM_ENV_UT_ALARM, -250, -260},
        {PARAM_PACK_FULL_CHARGE_VOLTAGE, 58400, 58410},
    };
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct contradiction *c = &cases[i];
        if (bms_check_parameter(&b.bms, c->id, c->good) != 0 ||
            bms_check_parameter(&b.bms, c->id, c->bad) != -3) {
            fail_msg("%s: %d gives %d, %d gives %d", parameters[c->id].name, c->good,
                     bms_check_parameter(&b.bms, c->id, c->good), c->bad,
                     bms_check_parameter(&b.bms, c->id, c->bad));
        }
    }
}

/* Invariant 3 of protect.c: skipping a pass in the quiet band gives the same pack, bit by bit. */
static void wander(struct bench *b, uint32_t *seed)
{
    struct bms_inputs *in = &b->in;
    in->now_ms += 100;
    int cell = dice_range(seed, 0, b->bms.profile->n_cells - 1);
    switch (dice(seed) % 28) {
    case 0: in->cell_mv[cell] = (uint16_t)dice_range(seed, 1900, 3800); break;
    case 1:
        for (int i = 0; i < PACK_CELLS_MAX; i++) {
            in->cell_mv[i] = (uint16_t)dice_range(seed, 3280, 3320);
        }
        break;
    case 2: in->current_ma = dice_range(seed, -320000, 320000); break;
    case 3: in->current_ma = dice_range(seed, -1100, 1100); break;
    case 4: in->current_ma = 0; break;
    case 5: in->temp_c10[cell % PACK_TEMPS] = (int16_t)dice_range(seed, -450, 700); break;
    case 6:
        for (int i = 0; i < PACK_TEMPS; i++) {
            in->temp_c10[i] = 250;
        }
        in->env_c10 = in->mos_c10 = 250;
        break;
    case 7: in->env_c10 = (int16_t)dice_range(seed, -300, 800); break;
    case 8: in->mos_c10 = (int16_t)dice_range(seed, 700, 1300); break;
    case 9: in->terminal_mv = dice_range(seed, -2000, 60000); break;
    case 10: in->sampled = dice(seed) % 8 != 0; break;
    case 11: in->self_check_ok = dice(seed) % 8 != 0; break;
    case 12: in->hold_charge = dice(seed) % 4 == 0; break;
    case 13: in->load_sensed = dice(seed) % 2 == 0; break;
    case 14: /* full, or nearly, with a charger there */
        for (int i = 0; i < PACK_CELLS_MAX; i++) {
            in->cell_mv[i] = (uint16_t)dice_range(seed, 3490, 3520);
        }
        in->terminal_mv = 60000;
        in->current_ma = dice_range(seed, -200, 3000);
        break;
    case 15: in->terminal_mv = dice(seed) % 4 == 0 ? -5000 : 0; break;
    case 16: in->link_silent = dice(seed) % 4 == 0; break;
    case 17: in->bus_silent = dice(seed) % 4 == 0; break;
    case 18: in->ordered = dice(seed) % 2 == 0; break;
    case 19: in->wait_to_join = dice(seed) % 4 == 0; break;
    case 20: /* the bus behind the MOS: absent, empty, half full, full */
        in->bus_sensed = dice(seed) % 2 == 0;
        in->bus_mv = dice_range(seed, 0, 1) * dice_range(seed, 10000, 60000);
        break;
    case 21: in->switch_off = dice(seed) % 16 == 0; break;
    case 22: { /* all cells low or high together */
        static const int32_t from_mv[] = {1850, 2450, 2780, 3570, 3640, 3700};
        int32_t mv = from_mv[dice(seed) % 6] + dice_range(seed, 0, 80);
        for (int i = 0; i < PACK_CELLS_MAX; i++) {
            in->cell_mv[i] = (uint16_t)(mv + dice_range(seed, 0, 3));
        }
        break;
    }
    default: break; /* most of the time a thing stays as it is */
    }
}

/* What reaches a pack beside its samples; the same to both. */
static void meddle(struct bms *bms, uint32_t what, uint32_t value, uint32_t now_ms)
{
    static const enum parameter_id stirred[] = {PARAM_CHG_CIRCUIT, PARAM_DISCHG_CIRCUIT,
                                                PARAM_CHARGE_LIMITER_SWITCH, PARAM_SOUND_ALARM};
    switch (what) {
    case 0: bms_key(bms, value % 2 == 0 ? KEY_RST : KEY_BATTERY, value / 2 % 2 == 0, now_ms); break;
    case 1: bms_set_parameter(bms, stirred[value % 4], (int32_t)(value / 4 % 4 != 0)); break;
    case 2: bms_sense_fast(bms, (int32_t)(value % 700001) - 350000, now_ms); break;
    case 3: bms_sense_short(bms, -(int32_t)(value % 700001), value % 2000, now_ms); break;
    case 4: bms_wake_byte(bms); break;
    case 5: bms_heard(bms, PORT_CAN, now_ms); break;
    case 6: bms_wake_by_host(bms); break;
    case 7: bms_shutdown(bms, value % 2 == 0 ? SLEEP_HOST : SLEEP_PC); break;
    case 8:
        bms_set_parameter(bms, PARAM_ENV_OT_PROTECT, bms->param[PARAM_ENV_OT_PROTECT] ^ 1);
        break;
    default: break;
    }
}

static bool same_pack(const struct bms *a, const struct bms *b)
{
    static struct bms x;
    static struct bms y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    x.quiet = y.quiet = false; /* what may differ: how it came about */
    x.quiet_until_recharge = y.quiet_until_recharge = false;
    x.loud = y.loud = 0;
    memset(x.quiet_low, 0, sizeof x.quiet_low);
    memset(y.quiet_low, 0, sizeof y.quiet_low);
    memset(x.quiet_high, 0, sizeof x.quiet_high);
    memset(y.quiet_high, 0, sizeof y.quiet_high);
    return memcmp(&x, &y, sizeof x) == 0;
}

static void press_battery_key(struct bms *a, struct bms *b, uint32_t now_ms)
{
    struct bms *both[] = {a, b};
    for (size_t i = 0; i < 2; i++) {
        bms_key(both[i], KEY_BATTERY, true, now_ms - 2000);
        bms_key(both[i], KEY_BATTERY, false, now_ms);
    }
}

/* What a walk has come through. */
struct walk {
    long skipped, full_skipped, asleep;
    uint64_t seen; /* rows */
};

static void check_quiet(const struct pack_profile *profile, uint32_t seed, int steps)
{
    static struct bench b;
    static struct bms full;
    struct walk walk = {0};
    bench_init(&b, profile);
    memcpy(&full, &b.bms, sizeof full);
    for (int i = 0; i < steps; i++) {
        int pauses = dice(&seed) % 50 == 0 ? 200 : 1; /* now and then twenty quiet seconds */
        wander(&b, &seed);
        if (dice(&seed) % 4 == 0) {
            uint32_t what = dice(&seed) % 40;
            uint32_t value = dice(&seed);
            uint32_t now_ms = b.in.now_ms + dice(&seed) % 100;
            full.quiet = false;
            meddle(&b.bms, what, value, now_ms);
            meddle(&full, what, value, now_ms);
        }
        if (bms_asleep(&b.bms) && profile->battery_key && dice(&seed) % 16 == 0) {
            press_battery_key(&b.bms, &full, b.in.now_ms); /* nothing else wakes it */
        }
        for (int k = 0; k < pauses; k++) {
            b.in.now_ms += 100;
            walk.skipped += b.bms.quiet;
            walk.full_skipped += b.bms.quiet && bms_has(&b.bms, ROW_FULLY);
            walk.asleep += bms_asleep(&b.bms);
            bms_step(&b.bms, &b.in);
            full.quiet = false;
            bms_step(&full, &b.in);
            walk.seen |= b.bms.active;
        }
        if (dice(&seed) % 1000 == 0) { /* hours in which nothing is looked at */
            b.in.now_ms += 20 * 3600000U;
        }
        if (dice(&seed) % 5000 == 0) {
            bms_reset(&b.bms);
            bms_reset(&full);
        }
        if (!same_pack(&b.bms, &full)) {
            fail_msg("%d cells differ at step %d: active %llx and %llx", profile->n_cells, i,
                     (unsigned long long)b.bms.active, (unsigned long long)full.active);
        }
    }
    assert_true(walk.full_skipped > 0);
    /* the short cut was taken at all; orders and silent links keep a B1 awake to every pass */
    assert_true(walk.skipped > steps / (profile->battery_key ? 40 : 20));
    assert_true(walk.asleep > 0);
    if (walk.seen != b.bms.present) { /* and each row was there once */
        fail_msg("%d cells: rows never seen: %llx", profile->n_cells,
                 (unsigned long long)(b.bms.present & ~walk.seen));
    }
}

static void skipping_quiet_passes_gives_the_same_pack_bit_by_bit(void **state)
{
    (void)state;
    int n = 0;
    for (int p = 0; p < product_count; p++) {
        if (products[p].pack != NULL) {
            check_quiet(products[p].pack, (uint32_t)++n, 70000);
        }
    }
    assert_int_equal(n, 6);
}

static void levels_that_contradict_already_may_be_moved_towards_each_other(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    bms_set_parameter(&b.bms, PARAM_CELL_OV_ALARM, 3700); /* as an old memory may hold it */
    assert_int_equal(bms_check_parameter(&b.bms, PARAM_CELL_OV_ALARM, 3680), 0);
    assert_int_equal(bms_check_parameter(&b.bms, PARAM_CELL_OV_ALARM, 3650), 0);
    assert_int_equal(bms_check_parameter(&b.bms, PARAM_CELL_OVP_RELEASE, 3660), -3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_trips_one_unit_beyond_its_level_after_its_whole_delay),
        cmocka_unit_test(one_sample_back_inside_starts_the_delay_anew),
        cmocka_unit_test(a_row_stays_one_unit_short_of_its_recovery_and_clears_at_it),
        cmocka_unit_test(the_mos_are_off_by_the_union_of_the_active_rows),
        cmocka_unit_test(every_change_of_a_row_is_an_event),
        cmocka_unit_test(a_full_queue_of_events_keeps_the_newest),
        cmocka_unit_test(over_current_comes_back_after_its_recovery_time),
        cmocka_unit_test(opposite_current_of_1_a_releases_over_current_at_once),
        cmocka_unit_test(five_trips_soon_after_each_other_lock_over_current),
        cmocka_unit_test(trips_more_than_60_s_apart_never_lock),
        cmocka_unit_test(short_circuit_opens_both_mos_at_its_delay),
        cmocka_unit_test(short_circuit_ends_when_the_load_is_gone_for_1_s),
        cmocka_unit_test(three_short_circuits_lock_until_a_charger_or_reset),
        cmocka_unit_test(ovp_goes_when_the_cells_that_were_over_are_back_whatever_the_others_do),
        cmocka_unit_test(a_cell_that_joins_an_ovp_must_come_back_too),
        cmocka_unit_test(over_charge_goes_by_soc_or_discharge_once_at_the_protect_level),
        cmocka_unit_test(over_charge_stays_at_96_percent_and_1_a),
        cmocka_unit_test(over_charge_goes_after_48_h_in_standby),
        cmocka_unit_test(fully_needs_voltage_small_current_charger_and_10_s),
        cmocka_unit_test(fully_goes_by_soc_below_96_or_more_than_1_a_of_discharge),
        cmocka_unit_test(any_sensor_outside_40_below_to_125_is_ntc_after_2_s_and_left_out_at_once),
        cmocka_unit_test(a_silent_front_end_is_a_fault_after_5_s_and_goes_5_s_after_it_is_back),
        cmocka_unit_test(a_failed_self_check_latches_until_reset),
        cmocka_unit_test(cells_no_healthy_pack_has_are_a_fault_after_5_s),
        cmocka_unit_test(cells_beyond_the_pack_are_not_looked_at),
        cmocka_unit_test(current_against_an_open_gate_is_a_mos_fault_after_10_s),
        cmocka_unit_test(reversed_terminals_trip_only_boards_that_sense_them),
        cmocka_unit_test(a_changed_parameter_moves_its_row),
        cmocka_unit_test(what_contradicts_another_level_is_refused),
        cmocka_unit_test(skipping_quiet_passes_gives_the_same_pack_bit_by_bit),
        cmocka_unit_test(levels_that_contradict_already_may_be_moved_towards_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
