/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test {
    char folder[64], path[128];
    struct store *store;
    struct points *points;
    int pv, cost;
    struct energy_period periods[64];
    int n;
};

static int32_t berlin_in_summer(void *context, int64_t utc_s)
{
    (void)context;
    (void)utc_s;
    return 7200;
}

static int begin(void **state)
{
    struct test *t = calloc(1, sizeof *t);
    fixture_folder(t->folder, sizeof t->folder);
    fixture_path(t->path, sizeof t->path, t->folder, "h.db");
    t->store = fixture_open(t->path);
    store_set_zone(t->store, (struct store_zone){.offset_s = berlin_in_summer});
    t->points = points_new();
    t->pv = points_define(t->points, "pv.energy_total_kwh", POINT_NUMBER, 3, true);
    t->cost = points_define(t->points, "site.cost_total", POINT_NUMBER, 4, true);
    *state = t;
    return 0;
}

static int end(void **state)
{
    struct test *t = *state;
    store_close(t->store);
    points_free(t->points);
    fixture_remove(t->folder);
    free(t);
    return 0;
}

static void sample(struct test *t, int64_t at_s, double pv, double cost)
{
    fixture_real_ms += 1000;
    int64_t at_ms = DAY_MS + at_s * 1000;
    points_set_number(t->points, t->pv, pv, at_ms);
    points_set_number(t->points, t->cost, cost, at_ms);
    store_sample(t->store, t->points, at_ms);
}

static void keep(void *context, const struct energy_period *period)
{
    struct test *t = context;
    t->periods[t->n++ % 64] = *period;
}

static int ask(struct test *t, enum energy_by by)
{
    t->n = 0;
    assert_true(store_energy(t->store, by, NULL, NULL, keep, t));
    return t->n;
}

static void days_are_local_and_add_up_to_months_years_and_the_total(void **state)
{
    struct test *t = *state;
    /* DAY_MS is 02:00 in Berlin; 1 kWh an hour for 48 h */
    for (int64_t at = 0; at <= 48 * 3600; at += 300) {
        sample(t, at, 100 + (double)at / 3600, -(double)at / 36000);
    }
    assert_int_equal(ask(t, ENERGY_BY_DAY), 3);
    assert_string_equal(t->periods[0].label, "2026-06-01");
    assert_true(fabs(t->periods[0].amount[ENERGY_PV] - 22) < 0.11);
    assert_true(fabs(t->periods[1].amount[ENERGY_PV] - 24) < 0.11);
    assert_true(fabs(t->periods[2].amount[ENERGY_PV] - 2) < 0.11);
    assert_false(t->periods[0].known[ENERGY_LOAD]);
    assert_int_equal(ask(t, ENERGY_BY_MONTH), 1);
    assert_string_equal(t->periods[0].label, "2026-06");
    assert_true(fabs(t->periods[0].amount[ENERGY_PV] - 48) < 0.01);
    assert_true(fabs(t->periods[0].amount[ENERGY_COST] + 4.8) < 0.01);
    assert_int_equal(ask(t, ENERGY_BY_TOTAL), 1);
    assert_string_equal(t->periods[0].label, "total");
}

static void energy_over_a_gap_is_booked_over_its_days(void **state)
{
    struct test *t = *state;
    sample(t, 0, 10, 0);
    sample(t, 3 * 86400, 10 + 72, 0); /* the daemon was off for three days */
    assert_int_equal(ask(t, ENERGY_BY_DAY), 4);
    assert_true(fabs(t->periods[0].amount[ENERGY_PV] - 22) < 0.01);
    assert_true(fabs(t->periods[1].amount[ENERGY_PV] - 24) < 0.01);
    assert_true(fabs(t->periods[3].amount[ENERGY_PV] - 2) < 0.01);
}

static void a_counter_that_falls_books_nothing_and_sums_never_fall(void **state)
{
    struct test *t = *state;
    sample(t, 0, 50, 5);
    sample(t, 60, 51, 6);
    sample(t, 120, 0, 0); /* the meter was exchanged */
    sample(t, 180, 2, 1);
    ask(t, ENERGY_BY_TOTAL);
    assert_true(fabs(t->periods[0].amount[ENERGY_PV] - 3) < 1e-6);
    assert_true(fabs(t->periods[0].amount[ENERGY_COST] - 2) < 1e-6);
}

static void a_counter_is_followed_across_a_restart(void **state)
{
    struct test *t = *state;
    sample(t, 0, 50, 0);
    sample(t, 60, 51, 0);
    store_close(t->store);
    t->store = fixture_open(t->path);
    store_set_zone(t->store, (struct store_zone){.offset_s = berlin_in_summer});
    sample(t, 3600, 54, 0);
    ask(t, ENERGY_BY_TOTAL);
    assert_true(fabs(t->periods[0].amount[ENERGY_PV] - 4) < 1e-6);
}

static void a_simulation_begun_again_does_not_count_its_days_twice(void **state)
{
    struct test *t = *state;
    for (int run = 0; run < 3; run++) {
        for (int64_t at = 0; at <= 12 * 3600; at += 60) {
            sample(t, at, (double)at / 3600, (double)at / 3600);
        }
        store_close(t->store);
        t->store = fixture_open(t->path);
        store_set_zone(t->store, (struct store_zone){.offset_s = berlin_in_summer});
    }
    assert_int_equal(ask(t, ENERGY_BY_DAY), 1);
    assert_true(fabs(t->periods[0].amount[ENERGY_PV] - 12) < 0.1);
    assert_true(fabs(t->periods[0].amount[ENERGY_COST] - 12) < 0.1);
}

static void a_fast_simulation_books_every_day_on_its_own(void **state)
{
    struct test *t = *state;
    for (int64_t at = 0; at <= INT64_C(60) * 86400; at += 600) {
        int64_t real_ms = fixture_real_ms;
        sample(t, at, (double)at / 3600, 0);
        fixture_real_ms = real_ms; /* no real time passes at all */
    }
    assert_int_equal(ask(t, ENERGY_BY_DAY), 61);
    for (int i = 1; i < 60; i++) {
        assert_true(fabs(t->periods[i].amount[ENERGY_PV] - 24) < 0.2);
    }
    assert_int_equal(store_stats(t->store).writes_lost, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(days_are_local_and_add_up_to_months_years_and_the_total,
                                        begin, end),
        cmocka_unit_test_setup_teardown(energy_over_a_gap_is_booked_over_its_days, begin, end),
        cmocka_unit_test_setup_teardown(a_counter_that_falls_books_nothing_and_sums_never_fall,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_counter_is_followed_across_a_restart, begin, end),
        cmocka_unit_test_setup_teardown(a_simulation_begun_again_does_not_count_its_days_twice,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_fast_simulation_books_every_day_on_its_own, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
