/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "plant/series.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) {
        fail_msg("%.7g, expected %.7g within %.3g", got, want, within);
    }
}

enum { DAY = 86400 };

static void steps_hold_and_lines_pass_the_middles(void **state)
{
    (void)state;
    static const float v[3] = {10, 20, 40};
    struct series s;
    series_init(&s, v, 3, 600, 1000000);
    near((double)series_at(&s, 1000000), 10, 0);
    near((double)series_at(&s, 1000599), 10, 0);
    near((double)series_at(&s, 1000600), 20, 0);
    s.shape = SERIES_LINEAR;
    series_init(&s, v, 3, 600, 1000000);
    s.shape = SERIES_LINEAR;
    near((double)series_at(&s, 1000300), 10, 1e-5);
    near((double)series_at(&s, 1000600), 15, 1e-5);
    near((double)series_at(&s, 1000900), 20, 1e-5);
    near((double)series_at(&s, 1001200), 30, 1e-5);
    near((double)series_at(&s, 1001799), 40, 1e-5);
}

static void ends_hold_outside(void **state)
{
    (void)state;
    static const float v[3] = {10, 20, 40};
    struct series s;
    series_init(&s, v, 3, 600, 1000000);
    near((double)series_at(&s, 0), 10, 0);
    near((double)series_at(&s, 2000000), 40, 0);
    near((double)series_at(&s, 1000700), 20, 0);
    assert_false(series_covers(&s, 999999));
    assert_true(series_covers(&s, 1001799));
    assert_false(series_covers(&s, 1001800));
}

static void too_short_a_series_does_not_repeat(void **state)
{
    (void)state;
    static float v[363];
    struct series s;
    series_init(&s, v, 363, DAY, 0);
    series_repeat_by(&s, SERIES_WEEKDAY);
    assert_int_equal(s.repeat, SERIES_ONCE);
    series_repeat_by(&s, SERIES_DATE);
    assert_int_equal(s.repeat, SERIES_ONCE);
}

static float year[366];

static struct series year_of_days(int first_year, int days, enum series_repeat repeat)
{
    struct series s;
    for (int i = 0; i < days; i++) {
        year[i] = (float)i;
    }
    series_init(&s, year, days, DAY, civil_days(first_year, 1, 1) * DAY);
    series_repeat_by(&s, repeat);
    return s;
}

/* A typical year serves every year; 29 February repeats the 28th. */
static void dates_map_onto_any_year(void **state)
{
    (void)state;
    struct series s = year_of_days(2019, 365, SERIES_DATE);
    for (int y = 1999; y <= 2040; y++) {
        near((double)series_at(&s, civil_days(y, 1, 1) * DAY), 0, 0);
        near((double)series_at(&s, civil_days(y, 3, 1) * DAY + 5000), 59, 0);
        near((double)series_at(&s, civil_days(y, 12, 31) * DAY + 86399), 364, 0);
    }
    near((double)series_at(&s, civil_days(2028, 2, 29) * DAY), 58, 0);
}

static void leap_files_serve_common_years(void **state)
{
    (void)state;
    struct series s = year_of_days(2024, 366, SERIES_DATE);
    near((double)series_at(&s, civil_days(2026, 3, 1) * DAY), 60, 0);
    near((double)series_at(&s, civil_days(2026, 12, 31) * DAY), 365, 0);
    near((double)series_at(&s, civil_days(2028, 2, 29) * DAY), 59, 0);
}

static void weekdays_stay_weekdays(void **state)
{
    (void)state;
    struct series s = year_of_days(2019, 365, SERIES_WEEKDAY);
    int64_t first = civil_days(2019, 1, 1);
    for (int64_t day = civil_days(2010, 1, 1); day < civil_days(2035, 1, 1); day++) {
        int64_t image = first + (int64_t)series_at(&s, day * DAY + 4000);
        assert_int_equal((image - day) % 7, 0);
        /* and the season: at most five days off, except across the turn of the year */
        int y, m, d, iy, im, id;
        civil_date(day, &y, &m, &d);
        civil_date(image, &iy, &im, &id);
        int64_t off = llabs(civil_days(2001, m, d) - civil_days(2001, im, id));
        assert_true(off <= 6 || off >= 358);
    }
}

static void any_order_gives_what_forward_gives(void **state)
{
    (void)state;
    static float v[1000];
    for (int i = 0; i < 1000; i++) {
        v[i] = (float)((i * 37) % 101);
    }
    struct series forward, jumping;
    series_init(&forward, v, 1000, 900, 86400 * 365LL * 40);
    forward.shape = SERIES_LINEAR;
    jumping = forward;
    for (int64_t k = -2000; k < 90000; k++) {
        int64_t t = forward.start_s + k * 10;
        float a = series_at(&forward, t);
        (void)series_at(&jumping, forward.start_s + (k * 7919) % 900000);
        near((double)series_at(&jumping, t), (double)a, 0);
    }
}

static void calendar_is_the_gregorian(void **state)
{
    (void)state;
    assert_int_equal(civil_days(1970, 1, 1), 0);
    assert_int_equal(civil_days(2000, 3, 1), 11017);
    assert_int_equal(civil_days(1969, 12, 31), -1);
    for (int64_t day = -200000; day < 200000; day += 13) {
        int y, m, d;
        civil_date(day, &y, &m, &d);
        assert_int_equal(civil_days(y, m, d), day);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_hold_and_lines_pass_the_middles),
        cmocka_unit_test(ends_hold_outside),
        cmocka_unit_test(too_short_a_series_does_not_repeat),
        cmocka_unit_test(dates_map_onto_any_year),
        cmocka_unit_test(leap_files_serve_common_years),
        cmocka_unit_test(weekdays_stay_weekdays),
        cmocka_unit_test(any_order_gives_what_forward_gives),
        cmocka_unit_test(calendar_is_the_gregorian),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
