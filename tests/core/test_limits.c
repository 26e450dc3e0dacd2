/* SPDX-License-Identifier: Apache-2.0 */
/* CCL, DCL and CVL: corners of the curves, fall at once, rise slowly. Rules: docs/bms.md. */
#include "core_test.h"

typedef void pack_check(const struct pack_profile *profile);

static void each_pack(pack_check *check)
{
    for (int p = 0; p < product_count; p++) {
        if (products[p].pack != NULL) {
            check(products[p].pack);
        }
    }
}

/* Limits with one quantity moved, at rest for one sample: no delay of a protection has passed. */
static void limits_with(const struct pack_profile *profile, enum quantity q, int32_t value,
                        struct bms_outputs *out)
{
    struct bench b;
    bench_init(&b, profile);
    put_quantity(&b, q, value);
    bench_step(&b);
    *out = b.bms.out;
}

static void check_rest(const struct pack_profile *profile)
{
    struct bench b;
    bench_init(&b, profile);
    assert_int_equal(b.bms.out.charge_limit_ma, profile->rated_ma);
    assert_int_equal(b.bms.out.discharge_limit_ma, profile->rated_ma);
    assert_int_equal(b.bms.out.charge_mv, profile->charge_mv);
    assert_int_equal(b.bms.out.discharge_mv, profile->discharge_mv);
}

static void a_pack_at_rest_offers_its_rating(void **state)
{
    (void)state;
    each_pack(check_rest);
}

struct corner {
    enum quantity q;
    enum parameter_id level;
    int32_t off;
    int32_t charge_permille, discharge_permille; /* -1: not looked at */
};

static const struct corner corners[] = {
    {Q_TEMP_MIN_C10, PARAM_CHARGE_UT_PROTECT, 0, 100, -1},
    {Q_TEMP_MIN_C10, PARAM_CHARGE_UT_PROTECT, -100, 100, -1},
    {Q_TEMP_MIN_C10, PARAM_CHARGE_UT_ALARM, 50, 1000, -1},
    {Q_TEMP_MIN_C10, PARAM_DISCHARGE_UT_PROTECT, 0, -1, 100},
    {Q_TEMP_MIN_C10, PARAM_DISCHARGE_UT_ALARM, 50, -1, 1000},
    {Q_TEMP_MAX_C10, PARAM_CHARGE_OT_ALARM, 0, 1000, -1},
    {Q_TEMP_MAX_C10, PARAM_CHARGE_OT_PROTECT, 0, 200, -1},
    {Q_TEMP_MAX_C10, PARAM_DISCHARGE_OT_ALARM, 0, -1, 1000},
    {Q_TEMP_MAX_C10, PARAM_DISCHARGE_OT_PROTECT, 0, -1, 200},
    {Q_CELL_MAX_MV, PARAM_CELL_OV_ALARM, -200, 1000, 1000},
    {Q_CELL_MAX_MV, PARAM_CELL_OV_ALARM, -50, 20, 1000},
    {Q_CELL_MAX_MV, PARAM_CELL_OV_ALARM, 0, 0, 1000},
    {Q_CELL_MAX_MV, PARAM_CELL_OV_PROTECT, 20, 0, 1000},
    {Q_CELL_MIN_MV, PARAM_CELL_UV_ALARM, 0, 1000, 1000},
    {Q_CELL_MIN_MV, PARAM_CELL_UV_PROTECT, 50, -1, 100},
    {Q_CELL_MIN_MV, PARAM_CELL_UV_PROTECT, -20, 50, 100},
    {Q_CELL_MIN_MV, PARAM_CELL_UV_PROTECT, 0, 50, -1},
    {Q_CELL_MIN_MV, PARAM_CELL_UV_PROTECT, 150, 525, -1},
};

static void check_corners(const struct pack_profile *profile)
{
    for (size_t i = 0; i < sizeof corners / sizeof corners[0]; i++) {
        const struct corner *c = &corners[i];
        struct bms_outputs out;
        bool temperature = c->q == Q_TEMP_MIN_C10 || c->q == Q_TEMP_MAX_C10;
        if (temperature && profile->stop_c10 != 0) {
            continue; /* has its own derating, below */
        }
        limits_with(profile, c->q, parameters[c->level].def[profile->model] + c->off, &out);
        if (c->charge_permille >= 0) {
            assert_int_equal(out.charge_limit_ma, profile->rated_ma / 1000 * c->charge_permille);
        }
        if (c->discharge_permille >= 0) {
            assert_int_equal(out.discharge_limit_ma,
                             profile->rated_ma / 1000 * c->discharge_permille);
        }
    }
}

static void the_curves_have_their_corners_where_the_parameters_put_them(void **state)
{
    (void)state;
    each_pack(check_corners);
}

static void check_monotone(const struct pack_profile *profile)
{
    int32_t last_charge = INT32_MAX;
    int32_t last_discharge = 0;
    struct bms_outputs out;
    for (int32_t mv = 3300; mv <= 3700; mv++) {
        limits_with(profile, Q_CELL_MAX_MV, mv, &out);
        assert_true(out.charge_limit_ma <= last_charge);
        assert_in_range(out.charge_limit_ma, 0, profile->rated_ma);
        last_charge = out.charge_limit_ma;
    }
    for (int32_t mv = 2450; mv <= 3300; mv++) {
        limits_with(profile, Q_CELL_MIN_MV, mv, &out);
        assert_true(out.discharge_limit_ma >= last_discharge);
        assert_in_range(out.discharge_limit_ma, 0, profile->rated_ma);
        last_discharge = out.discharge_limit_ma;
    }
}

static void limits_only_fall_toward_the_ends_and_never_pass_the_rating(void **state)
{
    (void)state;
    each_pack(check_monotone);
}

static void a_limit_falls_at_once_and_comes_back_at_2_percent_a_second(void **state)
{
    (void)state;
    struct bench b;
    const struct pack_profile *profile = pack_of("es51_2_100lp");
    bench_init(&b, profile);
    put_quantity(&b, Q_CELL_MAX_MV, 3690);
    bench_step(&b);
    assert_int_equal(b.bms.out.charge_limit_ma, 0);
    put_quantity(&b, Q_CELL_MAX_MV, 3300);
    int32_t last = 0;
    for (int s = 1; s <= 50; s++) {
        bench_run(&b, 1000);
        int32_t now = b.bms.out.charge_limit_ma;
        assert_in_range(now - last, 1, profile->rated_ma / 50 + 10);
        assert_in_range(now, profile->rated_ma / 50 * s - 20, profile->rated_ma / 50 * s + 20 * s);
        last = now;
    }
    assert_int_equal(last, profile->rated_ma);
}

static void check_mos_off(const struct pack_profile *profile)
{
    struct bench b;
    bench_init(&b, profile);
    bms_set_parameter(&b.bms, PARAM_CHG_CIRCUIT, 0);
    bench_step(&b);
    assert_int_equal(b.bms.out.charge_limit_ma, 0);
    assert_int_equal(b.bms.out.discharge_limit_ma, profile->rated_ma);
    bms_set_parameter(&b.bms, PARAM_DISCHG_CIRCUIT, 0);
    bench_step(&b);
    assert_int_equal(b.bms.out.discharge_limit_ma, 0);
}

static void a_direction_whose_mos_is_off_is_offered_nothing(void **state)
{
    (void)state;
    each_pack(check_mos_off);
}

static void the_charge_voltage_falls_by_8_mv_per_mv_of_a_cell_over_its_alarm(void **state)
{
    (void)state;
    const struct pack_profile *profile = pack_of("es51_2_100lp");
    struct bms_outputs out;
    limits_with(profile, Q_CELL_MAX_MV, 3650, &out);
    assert_int_equal(out.charge_mv, 58400);
    limits_with(profile, Q_CELL_MAX_MV, 3651, &out);
    assert_int_equal(out.charge_mv, 58392);
    limits_with(profile, Q_CELL_MAX_MV, 3950, &out);
    assert_int_equal(out.charge_mv, 56400);
    limits_with(profile, Q_CELL_MAX_MV, 4200, &out);
    assert_int_equal(out.charge_mv, 56400);
}

/* Balancing bleeds what stands above the lowest cell, near the top, never while discharging. */
static void balancing_bleeds_high_cells_near_the_top_only(void **state)
{
    (void)state;
    const struct {
        uint16_t low, high;
        int32_t current_ma;
        uint16_t bled;
    } cases[] = {
        {3390, 3421, 5000, 1U << 3}, {3390, 3420, 5000, 0},    {3360, 3400, 5000, 0},
        {3360, 3401, 5000, 1U << 3}, {3390, 3450, 0, 1U << 3}, {3390, 3450, -5000, 0},
        {3200, 3300, 5000, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_100lp"));
        for (int k = 0; k < PACK_CELLS_MAX; k++) {
            b.in.cell_mv[k] = k == 3 ? cases[i].high : cases[i].low;
        }
        b.in.current_ma = cases[i].current_ma;
        bench_run(&b, 2000);
        assert_int_equal(b.bms.out.balance, cases[i].bled);
    }
}

static void a_data_sheets_derating_ends_in_nothing(void **state)
{
    (void)state;
    const struct pack_profile *b1 = pack_of("b1_5_1_48");
    const struct {
        enum quantity q;
        int32_t c10, limit_ma;
    } cases[] = {{Q_TEMP_MAX_C10, 450, 60000}, {Q_TEMP_MAX_C10, 475, 30000},
                 {Q_TEMP_MAX_C10, 500, 0},     {Q_TEMP_MAX_C10, 600, 0},
                 {Q_TEMP_MIN_C10, 100, 60000}, {Q_TEMP_MIN_C10, 0, 6000},
                 {Q_TEMP_MIN_C10, -1, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bms_outputs out;
        limits_with(b1, cases[i].q, cases[i].c10, &out);
        assert_int_equal(out.charge_limit_ma, cases[i].limit_ma);
        assert_int_equal(out.discharge_limit_ma, cases[i].limit_ma);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_data_sheets_derating_ends_in_nothing),
        cmocka_unit_test(a_pack_at_rest_offers_its_rating),
        cmocka_unit_test(the_curves_have_their_corners_where_the_parameters_put_them),
        cmocka_unit_test(limits_only_fall_toward_the_ends_and_never_pass_the_rating),
        cmocka_unit_test(a_limit_falls_at_once_and_comes_back_at_2_percent_a_second),
        cmocka_unit_test(a_direction_whose_mos_is_off_is_offered_nothing),
        cmocka_unit_test(the_charge_voltage_falls_by_8_mv_per_mv_of_a_cell_over_its_alarm),
        cmocka_unit_test(balancing_bleeds_high_cells_near_the_top_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
