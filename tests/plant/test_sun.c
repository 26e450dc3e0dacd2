/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "plant/series.h"
#include "plant/sun.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) {
        fail_msg("%.7g, expected %.7g within %.3g", got, want, within);
    }
}

static int64_t utc(int y, int mo, int d, int h, int mi)
{
    return civil_days(y, mo, d) * 86400 + h * 3600 + mi * 60;
}

/* Reda and Andreas, NREL/TP-560-34302, example: 2003-10-17 12:30:30, UTC-7 */
static void position_agrees_with_the_nrel_spa_example(void **state)
{
    (void)state;
    struct sun_angles a =
        sun_angles_at(39.742476, -105.1786, utc(2003, 10, 17, 19, 30) + 30, 820, 11);
    near(a.apparent_zenith_deg, 50.11162, 0.005);
    near(a.azimuth_deg, 194.34024, 0.005);
}

static void noon_height_is_that_of_the_solstices(void **state)
{
    (void)state;
    int64_t june = sun_noon(13.4, utc(2026, 6, 21, 12, 0));
    int64_t december = sun_noon(13.4, utc(2026, 12, 21, 12, 0));
    near(sun_angles_at(52.5, 13.4, june, 0, 10).zenith_deg, 52.5 - 23.437, 0.02);
    near(sun_angles_at(52.5, 13.4, december, 0, 10).zenith_deg, 52.5 + 23.437, 0.02);
    near(sun_angles_at(52.5, 13.4, june, 0, 10).azimuth_deg, 180, 0.2);
}

static void morning_is_in_the_east_in_both_hemispheres(void **state)
{
    (void)state;
    for (int latitude = -50; latitude <= 50; latitude += 25) {
        struct sun_dir dir;
        sun_direction(latitude, 0, utc(2026, 3, 21, 8, 0), &dir);
        assert_true(dir.east > 0.5F);
        sun_direction(latitude, 0, utc(2026, 3, 21, 16, 0), &dir);
        assert_true(dir.east < -0.5F);
    }
}

/* timeanddate.com: Berlin (52.52 N, 13.40 E) 2024-06-21 04:43 and 21:33 CEST; 2024-12-21 08:15,
 * 15:54 CET */
static void rise_and_set_agree_with_published_times(void **state)
{
    (void)state;
    static const struct {
        int month, rise_h, rise_m, set_h, set_m;
    } days[] = {{6, 2, 43, 19, 33}, {12, 7, 15, 14, 54}};
    for (int i = 0; i < 2; i++) {
        int64_t rise, set;
        enum sun_day day =
            sun_rise_set(52.52, 13.40, utc(2024, days[i].month, 21, 12, 0), &rise, &set);
        assert_int_equal(day, SUN_DAY_NORMAL);
        near((double)rise, (double)utc(2024, days[i].month, 21, days[i].rise_h, days[i].rise_m),
             90);
        near((double)set, (double)utc(2024, days[i].month, 21, days[i].set_h, days[i].set_m), 90);
    }
}

static void beyond_the_polar_circle_days_may_have_no_rise(void **state)
{
    (void)state;
    int64_t rise, set;
    assert_int_equal(sun_rise_set(78, 15, utc(2026, 6, 21, 12, 0), &rise, &set), SUN_DAY_POLAR_DAY);
    assert_int_equal(sun_rise_set(78, 15, utc(2026, 12, 21, 12, 0), &rise, &set),
                     SUN_DAY_POLAR_NIGHT);
}

static void distance_to_the_sun_shows_in_the_irradiance(void **state)
{
    (void)state;
    struct sun_dir dir;
    sun_direction(0, 0, utc(2026, 1, 3, 0, 0), &dir);
    near((double)dir.extra_w_m2, 1361 * 1.0345, 3);
    sun_direction(0, 0, utc(2026, 7, 5, 0, 0), &dir);
    near((double)dir.extra_w_m2, 1361 * 0.9673, 3);
}

static void track_is_within_3e_6_of_the_exact_direction(void **state)
{
    (void)state;
    struct sun_track track;
    sun_track_init(&track, 52.4, 13.06);
    int64_t start = utc(2026, 6, 21, 0, 0);
    double worst = 0;
    for (int64_t t = start; t < start + 86400; t += 7) {
        struct sun_dir exact, got = sun_track_at(&track, t);
        sun_direction(52.4, 13.06, t, &exact);
        worst = fmax(worst, fabs((double)(got.up - exact.up)));
        worst = fmax(worst, fabs((double)(got.east - exact.east)));
        worst = fmax(worst, fabs((double)(got.north - exact.north)));
    }
    near(worst, 0, 3e-6);
}

static void track_answers_the_same_in_any_order(void **state)
{
    (void)state;
    struct sun_track forward, jumping;
    sun_track_init(&forward, -33, 151);
    sun_track_init(&jumping, -33, 151);
    int64_t start = utc(2026, 1, 1, 0, 0);
    for (int i = 0; i < 5000; i++) {
        int64_t t = start + (int64_t)i * 17;
        float up = sun_track_at(&forward, t).up;
        (void)sun_track_at(&jumping, start + (int64_t)((i * 7919) % 400000) * 61 - 10000000);
        assert_true(up == sun_track_at(&jumping, t).up);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(position_agrees_with_the_nrel_spa_example),
        cmocka_unit_test(noon_height_is_that_of_the_solstices),
        cmocka_unit_test(morning_is_in_the_east_in_both_hemispheres),
        cmocka_unit_test(rise_and_set_agree_with_published_times),
        cmocka_unit_test(beyond_the_polar_circle_days_may_have_no_rise),
        cmocka_unit_test(distance_to_the_sun_shows_in_the_irradiance),
        cmocka_unit_test(track_is_within_3e_6_of_the_exact_direction),
        cmocka_unit_test(track_answers_the_same_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
