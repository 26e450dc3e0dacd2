/* SPDX-License-Identifier: Apache-2.0 */
/* What is recorded comes back: exact seconds, right means, gaps as gaps, the newest run winning. */
#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct test {
    char folder[64], path[128];
    struct store *store;
    struct points *points;
    int power;
};

static int begin(void **state)
{
    struct test *t = calloc(1, sizeof *t);
    fixture_folder(t->folder, sizeof t->folder);
    fixture_path(t->path, sizeof t->path, t->folder, "h.db");
    t->store = fixture_open(t->path);
    t->points = points_new();
    points_define(t->points, "house.time", POINT_TEXT, 0, true);
    t->power = points_define(t->points, "pv.power_w", POINT_NUMBER, 0, true);
    points_define(t->points, "grid.present", POINT_FLAG, 0, true);
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

static void sample(struct test *t, int64_t at_ms, double power)
{
    fixture_real_ms += 1000;
    points_set_number(t->points, t->power, power, at_ms);
    store_sample(t->store, t->points, at_ms);
}

static struct store_history query(struct test *t, int64_t from_s, int64_t to_s, int64_t step_s)
{
    static const char *const names[] = {"pv.power_w"};
    char why[200] = "";
    struct store_query q = {.names = names,
                            .n_names = 1,
                            .from_ms = DAY_MS + from_s * 1000,
                            .to_ms = DAY_MS + to_s * 1000,
                            .step_s = step_s};
    struct store_history history;
    if (!store_history(t->store, &q, &history, why, sizeof why)) {
        fail_msg("%s", why);
    }
    return history;
}

static void seconds_come_back_exactly(void **state)
{
    struct test *t = *state;
    for (int i = 0; i < 300; i++) {
        sample(t, DAY_MS + i * 1000, (i * 37) % 5000 - 100);
    }
    struct store_history h = query(t, 0, 300, 1);
    assert_int_equal(h.n_bins, 300);
    for (int i = 0; i < 300; i++) {
        assert_true(h.bins[i].valid);
        assert_true(h.bins[i].mean == (i * 37) % 5000 - 100);
    }
    store_history_free(&h);
}

static void means_and_extremes_are_those_of_the_minute(void **state)
{
    struct test *t = *state;
    for (int i = 0; i < 3700; i++) {
        sample(t, DAY_MS + i * 1000, i % 60 < 30 ? 1000 : 3000);
    }
    struct store_history h = query(t, 0, 3600, 60);
    for (int i = 0; i < 60; i++) {
        assert_true(h.bins[i].valid);
        assert_true(h.bins[i].mean == 2000 && h.bins[i].min == 1000 && h.bins[i].max == 3000);
    }
    store_history_free(&h);
    h = query(t, 0, 3600, 900);
    for (int i = 0; i < 4; i++) {
        assert_true(h.bins[i].mean == 2000 && h.bins[i].min == 1000 && h.bins[i].max == 3000);
    }
    store_history_free(&h);
}

static void a_gap_stays_a_gap(void **state)
{
    struct test *t = *state;
    for (int i = 0; i < 600; i++) {
        sample(t, DAY_MS + i * 1000, 500);
    }
    fixture_real_ms += 3000000;
    for (int i = 3600; i < 4200; i++) { /* the daemon was off */
        sample(t, DAY_MS + i * 1000, 500);
    }
    points_invalidate(t->points, t->power);
    for (int i = 4200; i < 4800; i++) { /* the device fell silent */
        fixture_real_ms += 1000;
        store_sample(t->store, t->points, DAY_MS + i * INT64_C(1000));
    }
    const int64_t steps[] = {1, 10, 60};
    for (int k = 0; k < 3; k++) {
        struct store_history h = query(t, 0, 4800, steps[k]);
        for (int i = 0; i < h.n_bins; i++) {
            int64_t at = i * steps[k];
            bool known = at < 600 || (at >= 3600 && at < 4200);
            if (at == 600 || at == 599) {
                continue; /* the minute the gap begins in */
            }
            assert_int_equal(h.bins[i].valid, known);
        }
        store_history_free(&h);
    }
}

static void a_fast_simulation_keeps_right_minutes(void **state)
{
    struct test *t = *state;
    /* 3600x: 60 site seconds per step, 60 steps per real second, one day. */
    for (int i = 0; i <= 1440; i++) {
        fixture_real_ms += 17;
        int64_t at_ms = DAY_MS + i * INT64_C(60000);
        points_set_number(t->points, t->power, i, at_ms);
        store_sample(t->store, t->points, at_ms);
    }
    struct store_history h = query(t, 0, 86400, 60);
    for (int i = 0; i < 1439; i++) {
        assert_true(h.bins[i].valid && h.bins[i].mean == i);
    }
    store_history_free(&h);
    h = query(t, 0, 86400, 3600);
    for (int i = 0; i < 23; i++) {
        assert_true(fabs(h.bins[i].mean - (60 * i + 29.5)) <= 0.5);
        assert_true(h.bins[i].min == 60 * i && h.bins[i].max == 60 * i + 59);
    }
    store_history_free(&h);
    struct store_stats stats = store_stats(t->store);
    assert_true(stats.n_seconds < 60);
}

static void a_clock_that_goes_back_lets_the_newer_run_win(void **state)
{
    struct test *t = *state;
    for (int i = 0; i < 1000; i++) {
        sample(t, DAY_MS + i * 1000, 100);
    }
    for (int i = 300; i < 600; i++) {
        sample(t, DAY_MS + i * 1000, 200);
    }
    struct store_history h = query(t, 0, 1000, 1);
    for (int i = 0; i < 1000; i++) {
        bool newer = i >= 300 && i < 600;
        bool torn = i >= 600 && i < 660; /* until the older run's next key */
        assert_true(torn || (h.bins[i].valid && h.bins[i].mean == (newer ? 200 : 100)));
    }
    store_history_free(&h);
    assert_int_equal(store_stats(t->store).n_seconds, 1000);
}

static void a_restart_goes_on_with_the_minute_and_quarter_in_the_making(void **state)
{
    struct test *t = *state;
    for (int i = 0; i < 1000; i++) {
        if (i == 330 || i == 455) {
            store_close(t->store);
            t->store = fixture_open(t->path);
        }
        sample(t, DAY_MS + i * 1000, i < 450 ? 1000 : 2000);
    }
    struct store_history h = query(t, 0, 900, 900);
    assert_true(h.bins[0].valid);
    assert_true(fabs(h.bins[0].mean - 1500) < 5);
    assert_true(h.bins[0].min == 1000 && h.bins[0].max == 2000);
    store_history_free(&h);
}

static void a_year_is_read_in_a_blink(void **state)
{
    struct test *t = *state;
    for (int i = 0; i < 120; i++) {
        char name[32];
        snprintf(name, sizeof name, "extra.value_%d", i);
        points_define(t->points, name, POINT_NUMBER, 2, true);
    }
    for (int i = 0; i < 366 * 96; i++) { /* 15 min steps */
        fixture_real_ms += 17;
        int64_t at_ms = DAY_MS + i * INT64_C(900000);
        for (int k = 0; k < points_count(t->points); k++) {
            points_set_number(t->points, k, (double)((i * (k + 1)) % 997), at_ms);
        }
        store_sample(t->store, t->points, at_ms);
    }
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    struct store_history h = query(t, 0, INT64_C(366) * 86400, 0);
    clock_gettime(CLOCK_MONOTONIC, &b);
    double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
    print_message("# a year, %d bins of %lld s, in %.1f ms; file %lld bytes\n", h.n_bins,
                  (long long)h.step_s, ms, (long long)store_stats(t->store).size_bytes);
    assert_true(h.n_bins <= 520);
    assert_true(ms < 3000);
    store_history_free(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(seconds_come_back_exactly, begin, end),
        cmocka_unit_test_setup_teardown(means_and_extremes_are_those_of_the_minute, begin, end),
        cmocka_unit_test_setup_teardown(a_gap_stays_a_gap, begin, end),
        cmocka_unit_test_setup_teardown(a_fast_simulation_keeps_right_minutes, begin, end),
        cmocka_unit_test_setup_teardown(a_clock_that_goes_back_lets_the_newer_run_win, begin, end),
        cmocka_unit_test_setup_teardown(a_restart_goes_on_with_the_minute_and_quarter_in_the_making,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_year_is_read_in_a_blink, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
