/* SPDX-License-Identifier: Apache-2.0 */
/* Leaving the grid and coming back, curves, the circle, demand response: figures of AS/NZS 4777.2
   and manual 001 sections 4.6 and appendix II. */
#include "core_test.h"

#include "core/product/product.h"

enum { TICK_MS = 10 };

static struct grid_watch watch;
static struct grid_sample sample;
static uint32_t now_ms;

static void run(uint32_t ms)
{
    for (uint32_t t = 0; t < ms; t += TICK_MS) {
        now_ms += TICK_MS;
        grid_watch_step(&watch, &sample, now_ms);
    }
}

static void begin(const struct grid_code *code, uint8_t phases)
{
    now_ms = UINT32_MAX - 30000;
    grid_watch_init(&watch, code, now_ms);
    sample = (struct grid_sample){{230000, 230000, 230000}, phases, 5000};
}

static void on_grid(const struct grid_code *code, uint8_t phases)
{
    begin(code, phases);
    run(code->back_ms + 20);
    assert_true(watch.ok);
    run(7 * 60000);
    assert_int_equal(watch.allowed, 1000);
}

static void it_comes_on_after_the_wait_and_rises(void **state)
{
    (void)state;
    begin(&grid_as4777_a, 1);
    run(59980);
    assert_false(watch.ok);
    run(40);
    assert_true(watch.ok);
    assert_int_equal(watch.allowed, 0);
    run(60000);
    assert_in_range(watch.allowed, 160, 170);
    run(60000);
    assert_in_range(watch.allowed, 328, 336);
    run(5 * 60000);
    assert_int_equal(watch.allowed, 1000);
    begin(&grid_general, 3);
    run(60020);
    assert_int_equal(watch.allowed, 1000); /* no ramp */
}

static void put(const struct grid_trip *trip, int32_t beyond)
{
    int32_t sign = trip->kind == TRIP_OVER_V || trip->kind == TRIP_OVER_HZ ? 1 : -1;
    if (trip->kind == TRIP_OVER_V || trip->kind == TRIP_UNDER_V) {
        sample.mv[sample.phases - 1] = trip->limit + sign * beyond; /* one phase is enough */
    } else {
        sample.hz100 = trip->limit + sign * beyond;
    }
}

static void each_limit_trips_beyond_it_and_after_its_time(void **state)
{
    const struct grid_code *const codes[] = {&grid_as4777_a, &grid_general};
    (void)state;
    for (int c = 0; c < 2; c++) {
        for (int i = 0; i < codes[c]->n_trips; i++) {
            const struct grid_trip *trip = &codes[c]->trip[i];
            if (trip->kind == TRIP_MEAN_V) {
                continue;
            }
            on_grid(codes[c], 3);
            put(trip, 0); /* at the limit */
            uint32_t hold = trip->after_ms > 300 ? trip->after_ms - 200 : 50;
            run(hold);
            assert_true(watch.ok);
            on_grid(codes[c], 3);
            put(trip, 1);
            run(trip->after_ms - 20);
            assert_true(watch.ok);
            run(60);
            if (watch.ok || (watch.trips >> trip->kind & 1) == 0) {
                fail_msg("%s: trip %d did not", codes[c]->id, i);
            }
            assert_int_equal(watch.allowed, 0);
            sample = (struct grid_sample){{230000, 230000, 230000}, 3, 5000};
            run(codes[c]->back_ms - 100);
            assert_false(watch.ok);
            assert_true(watch.trips != 0); /* why it is off */
            run(200);
            assert_true(watch.ok);
        }
    }
}

static void the_wait_begins_anew_with_each_excursion(void **state)
{
    (void)state;
    on_grid(&grid_general, 3);
    sample.mv[0] = 0;
    run(1000);
    assert_false(watch.ok);
    sample.mv[0] = 230000;
    run(50000);
    sample.hz100 = 5295; /* within the trip, outside of the way back */
    run(TICK_MS);
    sample.hz100 = 5000;
    run(59900);
    assert_false(watch.ok);
    run(200);
    assert_true(watch.ok);
    watch.back_after_ms = 5000; /* a setting's */
    sample.mv[0] = 0;
    run(1000);
    sample.mv[0] = 230000;
    run(5100);
    assert_true(watch.ok);
}

static void the_mean_of_ten_minutes_trips_and_falls(void **state)
{
    (void)state;
    on_grid(&grid_as4777_a, 1);
    sample.mv[0] = 262000;
    run(5 * 60000);
    assert_true(watch.ok); /* the mean is not there yet */
    run(6 * 60000);
    assert_false(watch.ok);
    assert_int_equal(watch.trips, 1 << TRIP_MEAN_V);
    sample.mv[0] = 240000;
    run(11 * 60000);
    assert_true(watch.ok);
}

static void months_of_outage_end_as_minutes_do(void **state)
{
    (void)state;
    on_grid(&grid_general, 3);
    sample = (struct grid_sample){{0, 0, 0}, 3, 0};
    for (uint32_t minute = 0; minute < 30 * 24 * 60; minute++) {
        now_ms += 60000;
        grid_watch_step(&watch, &sample, now_ms);
        assert_false(minute > 1 && watch.ok);
    }
    sample = (struct grid_sample){{230000, 230000, 230000}, 3, 5000};
    run(60100);
    assert_true(watch.ok);
}

static void curves_are_those_of_the_code(void **state)
{
    static const struct {
        const struct grid_curve *curve;
        int32_t x, y;
    } points[] = {
        {&grid_as4777_a.volt_watt, 253000, 1000},       {&grid_as4777_a.volt_watt, 256500, 600},
        {&grid_as4777_a.volt_watt, 260000, 200},        {&grid_as4777_a.volt_watt, 270000, 200},
        {&grid_as4777_a.volt_watt_charge, 211000, 600}, {&grid_as4777_a.volt_var, 200000, 440},
        {&grid_as4777_a.volt_var, 213500, 220},         {&grid_as4777_a.volt_var, 230000, 0},
        {&grid_as4777_a.volt_var, 249000, -300},        {&grid_as4777_a.volt_var, 258000, -600},
        {&grid_as4777_a.cosphi_p, 750, -950},
    };
    (void)state;
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        assert_int_equal(grid_curve_at(points[i].curve, points[i].x, 7), points[i].y);
    }
    assert_int_equal(grid_curve_at(&grid_general.volt_watt, 230000, 1000), 1000);
}

/* Acceptance 113: fixed power factor 0.8, 3000 W wanted. */
static void a_power_factor_of_0_8_leaves_2400_w(void **state)
{
    const struct grid_order order = {REACTIVE_FIXED_PF, 800, 230000, 3000};
    struct grid_power out = grid_within(&grid_as4777_a, &order, 3000);
    (void)state;
    assert_int_equal(out.watt, 2400);
    assert_in_range(out.var, 1798, 1802);
}

static void power_stays_within_the_circle(void **state)
{
    uint32_t seed = 9;
    (void)state;
    for (int i = 0; i < 200000; i++) {
        const struct grid_order order = {
            (enum reactive_mode)(dice(&seed) % 4),
            (dice(&seed) % 2 == 0 ? 1 : -1) * dice_range(&seed, 800, 1000),
            dice_range(&seed, 180000, 280000), dice(&seed) % 2 == 0 ? 3000 : 12000};
        int32_t wanted = dice_range(&seed, -20000, 20000);
        struct grid_power out = grid_within(&grid_as4777_a, &order, wanted);
        int64_t va2 = (int64_t)out.watt * out.watt + (int64_t)out.var * out.var;
        int64_t rated2 = (int64_t)order.rated_va * order.rated_va;
        assert_true(va2 <= rated2 + 4 * (int64_t)order.rated_va); /* the roots are whole */
        assert_true((int64_t)out.watt * wanted >= 0);
        assert_true(abs_i32(out.watt) <= abs_i32(wanted));
    }
}

static void roots_are_whole_and_right(void **state)
{
    uint32_t seed = 3;
    (void)state;
    assert_int_equal(root_u64(0), 0);
    assert_int_equal(root_u64(UINT64_MAX), UINT32_MAX);
    for (int i = 0; i < 100000; i++) {
        uint64_t value = (uint64_t)dice(&seed) << 32 | dice(&seed);
        value >>= dice(&seed) % 64;
        uint64_t root = root_u64(value);
        assert_true(root * root <= value);
        assert_true(root == UINT32_MAX || (root + 1) * (root + 1) > value);
    }
}

/* The tightest of all pins counts, DRM0 beats them (acceptance 99 to 102, 127). */
static void joined_pins_limit_as_the_table_says(void **state)
{
    static const struct {
        const char *pins[4];
        int32_t consume, generate;
        bool standby;
    } cases[] = {
        {{NULL}, 1000, 1000, false},   {{"1-6"}, 0, 1000, false},
        {{"2-6"}, 500, 1000, false},   {{"3-6"}, 750, 1000, false},
        {{"4-6"}, 1000, 1000, false},  {{"1-5"}, 1000, 0, false},
        {{"2-5"}, 1000, 500, false},   {{"3-5"}, 1000, 750, false},
        {{"4-5"}, 1000, 1000, false},  {{"2-5", "3-5"}, 1000, 500, false},
        {{"1-6", "1-5"}, 0, 0, false}, {{"4-6", "2-6", "4-5"}, 500, 1000, false},
        {{"5-6"}, 0, 0, true},         {{"5-6", "4-6", "4-5"}, 0, 0, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint16_t pins = 0;
        for (int k = 0; k < 4 && cases[i].pins[k] != NULL; k++) {
            assert_true(drm_pin_named(cases[i].pins[k]) != 0);
            pins |= drm_pin_named(cases[i].pins[k]);
        }
        struct drm_limits limits = drm_of(pins);
        assert_int_equal(limits.consume, cases[i].consume);
        assert_int_equal(limits.generate, cases[i].generate);
        assert_int_equal(limits.standby, cases[i].standby);
    }
    assert_true(drm_of(DRM_3_6).supply_var);
    assert_true(drm_of(DRM_3_5).absorb_var);
    assert_int_equal(drm_of(DRM_5_6 | DRM_1_6).active, 3);
    assert_int_equal(drm_pin_named("6-5"), 0);
    assert_int_equal(drm_pin_named("1-66"), 0);
    assert_int_equal(drm_pin_named(""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_on_after_the_wait_and_rises),
        cmocka_unit_test(each_limit_trips_beyond_it_and_after_its_time),
        cmocka_unit_test(the_wait_begins_anew_with_each_excursion),
        cmocka_unit_test(the_mean_of_ten_minutes_trips_and_falls),
        cmocka_unit_test(months_of_outage_end_as_minutes_do),
        cmocka_unit_test(curves_are_those_of_the_code),
        cmocka_unit_test(a_power_factor_of_0_8_leaves_2400_w),
        cmocka_unit_test(power_stays_within_the_circle),
        cmocka_unit_test(roots_are_whole_and_right),
        cmocka_unit_test(joined_pins_limit_as_the_table_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
