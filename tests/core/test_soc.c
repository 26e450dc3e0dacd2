/* SPDX-License-Identifier: Apache-2.0 */
/* Charge counted exactly, set at the ends, capacity learned. Rules: docs/bms.md. */
#include "core_test.h"

enum { MAMS_PER_MAH = 3600000 };

static int64_t design(const struct bms *bms)
{
    return (int64_t)bms->param[PARAM_DESIGN_CAPACITY] * MAMS_PER_MAH;
}

/* The figure people see is always the counted charge, rounded down. */
static void assert_soc_is_counted(const struct bms *bms)
{
    int64_t soc = bms->remaining_mams * 10000 / bms->full_mams;
    if (soc != bms->soc_pct100 || soc != bms->q[Q_SOC_PCT100]) {
        fail_msg("SOC %d, counted %d", bms->soc_pct100, (int)soc);
    }
}

static void a_million_steps_are_counted_without_any_rounding(void **state)
{
    (void)state;
    struct bench b;
    uint32_t seed = 7;
    bench_init(&b, pack_of("es51_2_230lp"));
    int64_t want = b.bms.remaining_mams;
    for (int i = 0; i < 1000000; i++) {
        uint32_t dt_ms = 1 + dice(&seed) % 100;
        b.in.current_ma = dice_range(&seed, -3001, 3001) + (i % 2 == 0 ? 7 : -7);
        b.in.now_ms += dt_ms;
        want += (int64_t)b.in.current_ma * dt_ms;
        bms_step(&b.bms, &b.in);
        assert_true(b.bms.remaining_mams == want);
        assert_soc_is_counted(&b.bms);
    }
}

static void a_step_of_one_milliampere_counts(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    int64_t before = b.bms.remaining_mams;
    b.in.current_ma = 1;
    bench_run(&b, 1000000);
    assert_true(b.bms.remaining_mams - before == 1000000);
}

static void the_charge_stays_between_empty_and_full(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    b.in.current_ma = 50000;
    bench_run(&b, 3600000);
    assert_true(b.bms.remaining_mams == b.bms.full_mams);
    assert_int_equal(b.bms.soc_pct100, 10000);
    b.in.current_ma = -50000;
    bench_run(&b, 100);
    assert_true(b.bms.remaining_mams == b.bms.full_mams - 5000000);
    bench_run(&b, 3 * 3600000);
    assert_true(b.bms.remaining_mams == 0);
    assert_int_equal(b.bms.soc_pct100, 0);
}

static void nothing_is_counted_while_somebody_says_the_soc_or_no_sample_comes(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    int64_t before = b.bms.remaining_mams;
    b.in.current_ma = -20000;
    b.in.hold_charge = true;
    bench_run(&b, 60000);
    b.in.hold_charge = false;
    b.in.sampled = false;
    bench_run(&b, 4000);
    assert_true(b.bms.remaining_mams == before);
}

static void every_soc_that_is_set_is_the_soc_that_is_told(void **state)
{
    (void)state;
    struct bench b;
    for (int p = 0; p < product_count; p++) {
        if (products[p].pack == NULL) {
            continue;
        }
        bench_init(&b, products[p].pack);
        for (int soc = 0; soc <= 10000; soc++) {
            bms_set_soc(&b.bms, soc);
            assert_int_equal(b.bms.soc_pct100, soc);
        }
        bms_set_soc(&b.bms, -5);
        assert_int_equal(b.bms.soc_pct100, 0);
        bms_set_soc(&b.bms, 10001);
        assert_int_equal(b.bms.soc_pct100, 10000);
    }
}

/* Ends of the scale. */
static void run_empty(struct bench *b)
{
    b->in.current_ma = 0;
    put_quantity(b, Q_PACK_MV, b->bms.profile->n_cells * 3000);
    b->in.cell_mv[2] = 2499;
    bench_run(b, 1100);
    assert_true(bms_has(&b->bms, ROW_UVP));
    put_quantity(b, Q_PACK_MV, b->bms.profile->n_cells * 3300);
    bench_run(b, 200);
    assert_false(bms_has(&b->bms, ROW_UVP));
}

static void run_full(struct bench *b)
{
    b->in.current_ma = 0;
    b->in.cell_mv[2] = 3701;
    bench_run(b, 1100);
    assert_true(bms_has(&b->bms, ROW_OVP));
    b->in.cell_mv[2] = 3300;
    bench_run(b, 200);
    assert_false(bms_has(&b->bms, ROW_OVP));
}

static void under_voltage_says_empty_and_over_voltage_says_full(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    run_empty(&b);
    assert_int_equal(b.bms.soc_pct100, 0);
    assert_true(b.bms.remaining_mams == 0);
    run_full(&b);
    assert_int_equal(b.bms.soc_pct100, 10000);
    assert_true(b.bms.remaining_mams == b.bms.full_mams);
}

/* Charges `permille` of the design from empty, then full. */
static void learn(struct bench *b, int permille)
{
    run_empty(b);
    b->in.current_ma = 36000;
    int64_t want = design(&b->bms) / 1000 * permille;
    b->in.now_ms += 100;
    bms_step(&b->bms, &b->in);
    while (b->bms.learn_mams + 36000 * 1000 < want) {
        b->in.now_ms += 1000;
        bms_step(&b->bms, &b->in);
    }
    while (b->bms.learn_mams < want) {
        b->in.now_ms += 10;
        bms_step(&b->bms, &b->in);
    }
    assert_true(b->bms.learn_mams == want);
    run_full(b);
}

static void a_whole_run_from_empty_to_full_is_the_capacity(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    assert_false(b.bms.calibrated);
    learn(&b, 950);
    assert_true(b.bms.calibrated);
    assert_true(b.bms.full_mams == design(&b.bms) / 1000 * 950);
    assert_int_equal(b.bms.soh_pct100, 9500);
    assert_int_equal(b.bms.soc_pct100, 10000);
}

static void a_run_outside_50_to_120_percent_teaches_nothing(void **state)
{
    (void)state;
    const struct {
        int permille;
        bool taken;
    } cases[] = {{499, false}, {500, true}, {1000, true}, {1200, true}, {1201, false}};
    for (size_t i = 0; i < 5; i++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_100lp"));
        learn(&b, cases[i].permille);
        assert_int_equal(b.bms.calibrated, cases[i].taken);
        int64_t want = cases[i].taken ? design(&b.bms) / 1000 * cases[i].permille : design(&b.bms);
        assert_true(b.bms.full_mams == want);
        assert_true(b.bms.soh_pct100 <= 10000);
    }
}

/* B-12 of docs/decisions.md */
static void a_run_that_was_counted_badly_teaches_nothing(void **state)
{
    (void)state;
    for (int bad = 0; bad <= 1; bad++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_100lp"));
        bms_doubt_sensor(&b.bms, bad ? 10000 : 300); /* 10 A unknown over hours */
        learn(&b, 900);
        assert_int_equal(b.bms.calibrated, !bad);
        assert_int_equal(b.bms.soh_pct100, bad ? 10000 : 9000);
        assert_int_equal(b.bms.soc_pct100, 10000);
    }
}

static void full_without_having_been_empty_teaches_nothing(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    b.in.current_ma = 50000;
    bench_run(&b, 3000000);
    run_full(&b);
    assert_false(b.bms.calibrated);
    assert_true(b.bms.full_mams == design(&b.bms));
}

static void a_cycle_is_the_full_capacity_discharged_whatever_came_between(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    /* 100 Ah in pieces of 10 Ah, each put back */
    for (int i = 0; i < 30; i++) {
        assert_int_equal(b.bms.cycles, i / 10);
        b.in.current_ma = -50000;
        bench_run(&b, 720000);
        b.in.current_ma = 50000;
        bench_run(&b, 720000);
    }
    assert_int_equal(b.bms.cycles, 3);
}

static void a_new_design_capacity_keeps_the_soc_and_forgets_what_was_learned(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    learn(&b, 950);
    bms_set_soc(&b.bms, 4321);
    int32_t capacity = b.bms.param[PARAM_DESIGN_CAPACITY];
    bms_set_parameter(&b.bms, PARAM_DESIGN_CAPACITY, capacity - 10000);
    assert_true(b.bms.full_mams == design(&b.bms));
    assert_int_equal(b.bms.soc_pct100, 4321);
    assert_false(b.bms.calibrated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_steps_are_counted_without_any_rounding),
        cmocka_unit_test(a_step_of_one_milliampere_counts),
        cmocka_unit_test(the_charge_stays_between_empty_and_full),
        cmocka_unit_test(nothing_is_counted_while_somebody_says_the_soc_or_no_sample_comes),
        cmocka_unit_test(every_soc_that_is_set_is_the_soc_that_is_told),
        cmocka_unit_test(under_voltage_says_empty_and_over_voltage_says_full),
        cmocka_unit_test(a_whole_run_from_empty_to_full_is_the_capacity),
        cmocka_unit_test(a_run_outside_50_to_120_percent_teaches_nothing),
        cmocka_unit_test(a_run_that_was_counted_badly_teaches_nothing),
        cmocka_unit_test(full_without_having_been_empty_teaches_nothing),
        cmocka_unit_test(a_cycle_is_the_full_capacity_discharged_whatever_came_between),
        cmocka_unit_test(a_new_design_capacity_keeps_the_soc_and_forgets_what_was_learned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
