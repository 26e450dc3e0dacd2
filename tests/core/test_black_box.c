/* SPDX-License-Identifier: Apache-2.0 */
/* The minute before each protection, at the rate of the samples. */
#include "core_test.h"

#include "core/bms/black_box.h"

static struct black_sample samples[BLACK_BOXES * BLACK_BOX_SAMPLES];

struct box_bench {
    struct bench b;
    struct black_box box;
    uint32_t step;
};

static void box_init(struct box_bench *x)
{
    bench_init(&x->b, pack_of("es51_2_100lp"));
    black_box_init(&x->box, samples);
    x->step = 0;
}

/* Each sample carries its number in cell 16. */
static void run(struct box_bench *x, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        x->step++;
        x->b.in.cell_mv[15] = (uint16_t)(3250 + x->step % 50);
        bench_step(&x->b);
        black_box_step(&x->box, &x->b.bms, &x->b.in);
    }
}

static void trip_by_heat(struct box_bench *x)
{
    x->b.in.env_c10 = 710;
    run(x, 11); /* 1 s of delay */
    assert_true(bms_has(&x->b.bms, ROW_EOTP));
    x->b.in.env_c10 = 250;
    run(x, 1);
    assert_false(bms_has(&x->b.bms, ROW_EOTP));
}

static void assert_minute(const struct box_bench *x, uint32_t trip, uint32_t last_step, uint32_t n)
{
    for (uint32_t back = 0; back < n; back++) {
        const struct black_sample *s = black_box_sample(&x->box, trip, back);
        assert_non_null(s);
        assert_int_equal(s->cell_mv[15], 3250 + (last_step - back) % 50);
        if (back > 0) {
            const struct black_sample *later = black_box_sample(&x->box, trip, back - 1);
            assert_int_equal(later->at_ms - s->at_ms, 100);
        }
    }
}

static void the_minute_before_a_protection_is_kept_whole(void **state)
{
    (void)state;
    struct box_bench x;
    uint32_t first;
    uint32_t last;
    uint32_t at_ms;
    box_init(&x);
    run(&x, 5000);
    assert_false(black_box_span(&x.box, &first, &last));
    trip_by_heat(&x);
    uint32_t trip_step = x.step - 1;
    run(&x, 4000);
    assert_true(black_box_span(&x.box, &first, &last));
    assert_int_equal(first, 1);
    assert_int_equal(last, 1);
    assert_int_equal(black_box_cause(&x.box, 1, &at_ms), ROW_EOTP);
    assert_int_equal(at_ms, x.b.in.now_ms - 4001U * 100U);
    assert_minute(&x, 1, trip_step, BLACK_BOX_SAMPLES);
    assert_null(black_box_sample(&x.box, 1, BLACK_BOX_SAMPLES));
    assert_int_equal(black_box_sample(&x.box, 1, 0)->temp_c10[PACK_TEMPS], 710);
    assert_int_equal(black_box_sample(&x.box, 1, 11)->temp_c10[PACK_TEMPS], 250);
    assert_int_equal(black_box_sample(&x.box, 1, 1)->gates, 7);
    assert_int_equal(black_box_sample(&x.box, 1, 0)->gates, 4);
}

static void a_trip_soon_after_another_has_its_whole_minute_too(void **state)
{
    (void)state;
    struct box_bench x;
    box_init(&x);
    run(&x, 700);
    trip_by_heat(&x);
    run(&x, 100);
    trip_by_heat(&x);
    uint32_t second = x.step - 1;
    run(&x, 30);
    assert_minute(&x, 2, second, BLACK_BOX_SAMPLES);
}

static void the_newest_trips_are_kept(void **state)
{
    (void)state;
    struct box_bench x;
    uint32_t first;
    uint32_t last;
    box_init(&x);
    uint32_t at[21] = {0};
    for (int i = 1; i <= 20; i++) {
        run(&x, 650);
        trip_by_heat(&x);
        at[i] = x.step - 1;
        assert_true(black_box_span(&x.box, &first, &last));
        assert_int_equal(last, i);
        assert_int_equal(first, i <= 3 ? 1 : i - 2);
        for (uint32_t k = first; k <= last; k++) {
            assert_minute(&x, k, at[k], BLACK_BOX_SAMPLES);
        }
    }
    assert_null(black_box_sample(&x.box, first - 1, 0));
    assert_null(black_box_sample(&x.box, last + 1, 0));
}

static void alarms_and_the_end_of_a_charge_close_no_box(void **state)
{
    (void)state;
    struct box_bench x;
    uint32_t first;
    uint32_t last;
    box_init(&x);
    x.b.in.mos_c10 = 910;
    run(&x, 50);
    assert_true(bms_has(&x.b.bms, ROW_MOS_OT));
    for (int i = 0; i < PACK_CELLS_MAX - 1; i++) {
        x.b.in.cell_mv[i] = 3560;
    }
    x.b.in.current_ma = 1500;
    run(&x, 200);
    assert_true(bms_has(&x.b.bms, ROW_FULLY));
    assert_false(black_box_span(&x.box, &first, &last));
}

static void a_young_pack_has_what_there_is(void **state)
{
    (void)state;
    struct box_bench x;
    box_init(&x);
    run(&x, 20);
    trip_by_heat(&x);
    assert_minute(&x, 1, x.step - 1, 31);
    assert_null(black_box_sample(&x.box, 1, 31));
}

static void without_memory_nothing_is_kept(void **state)
{
    (void)state;
    struct box_bench x;
    uint32_t first;
    uint32_t last;
    box_init(&x);
    black_box_init(&x.box, NULL);
    run(&x, 20);
    trip_by_heat(&x);
    assert_false(black_box_span(&x.box, &first, &last));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_minute_before_a_protection_is_kept_whole),
        cmocka_unit_test(a_trip_soon_after_another_has_its_whole_minute_too),
        cmocka_unit_test(the_newest_trips_are_kept),
        cmocka_unit_test(alarms_and_the_end_of_a_charge_close_no_box),
        cmocka_unit_test(a_young_pack_has_what_there_is),
        cmocka_unit_test(without_memory_nothing_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
