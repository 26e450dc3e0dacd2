/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "plant/household.h"
#include "plant/series.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) {
        fail_msg("%.7g, expected %.7g within %.3g", got, want, within);
    }
}

enum { DAY = 86400 };

static struct household house, other; /* large: not on the stack */

static void make(struct household *h, float annual_kwh, int occupants, uint64_t seed)
{
    household_init(h, &(struct household_options){
                          .annual_kwh = annual_kwh, .occupants = occupants, .seed = seed});
}

static double kwh_of(struct household *h, int64_t from, int64_t to)
{
    double sum = 0;
    for (int64_t t = from; t < to; t++) {
        sum += (double)household_at(h, t, 3600);
    }
    return sum / 3.6e6;
}

static void year_meets_the_annual_energy_within_six_percent(void **state)
{
    (void)state;
    int64_t start = civil_days(2026, 1, 1) * DAY;
    static const float annual[] = {1500, 3500, 9000};
    for (int i = 0; i < 3; i++) {
        make(&house, annual[i], 0, (uint64_t)(100 + i));
        near(kwh_of(&house, start, start + (int64_t)365 * DAY), (double)annual[i],
             0.06 * (double)annual[i]);
    }
}

static void any_order_of_times_gives_the_same_load(void **state)
{
    (void)state;
    make(&house, 3500, 3, 7);
    make(&other, 3500, 3, 7);
    int64_t start = civil_days(2026, 10, 1) * DAY;
    for (int64_t k = 0; k < 200000; k++) {
        int64_t t = start + k * 3;
        float forward = household_at(&house, t, 7200);
        if (k % 50 == 0) {
            (void)household_at(&other, start + (k * 7919) % 9000000, 7200);
            assert_true(household_at(&other, t, 7200) == forward);
        }
    }
}

static void clock_set_back_repeats_the_hour_and_goes_on(void **state)
{
    (void)state;
    make(&house, 3500, 3, 7);
    int64_t change = civil_days(2026, 10, 25) * DAY + 3600;
    float first = household_at(&house, change - 1800, 7200);
    for (int64_t t = change - 1800; t < change; t++) {
        (void)household_at(&house, t, 7200);
    }
    for (int64_t t = change; t < change + 1800; t++) {
        (void)household_at(&house, t, 3600);
    }
    assert_true(household_at(&house, change + 1800, 3600) == first);
}

static void load_is_never_negative_nor_beyond_the_connection(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 12; seed++) {
        make(&house, 5000, 5, seed);
        int64_t start = civil_days(2026, 2, 1) * DAY;
        for (int64_t t = start; t < start + (int64_t)10 * DAY; t++) {
            float p = household_at(&house, t, 3600);
            assert_true(p >= 0 && p < 25000);
        }
        assert_true(house.n_edges < HOUSEHOLD_EDGES - 100);
    }
}

static void evenings_are_busier_than_nights(void **state)
{
    (void)state;
    make(&house, 3500, 3, 21);
    double hour[24] = {0};
    int64_t start = civil_days(2026, 1, 1) * DAY - 3600;
    for (int64_t t = start; t < start + (int64_t)120 * DAY; t++) {
        hour[(t - start) / 3600 % 24] += (double)household_at(&house, t, 3600);
    }
    double night = (hour[2] + hour[3]) / 2, evening = (hour[18] + hour[19]) / 2;
    assert_true(evening > 2 * night);
    assert_true(hour[7] > 1.3 * night);
}

static void winter_uses_more_than_summer(void **state)
{
    (void)state;
    double winter = 0, summer = 0;
    for (uint64_t seed = 0; seed < 6; seed++) {
        make(&house, 3500, 3, seed);
        int64_t january = civil_days(2026, 1, 5) * DAY, july = civil_days(2026, 7, 6) * DAY;
        winter += kwh_of(&house, january, january + (int64_t)28 * DAY);
        summer += kwh_of(&house, july, july + (int64_t)28 * DAY);
    }
    assert_true(winter > 1.1 * summer);
}

static void compressors_start_with_inrush(void **state)
{
    (void)state;
    make(&house, 3500, 2, 4);
    int64_t start = civil_days(2026, 3, 3) * DAY; /* the small hours: only the cold runs */
    int starts = 0;
    float last = household_at(&house, start, 0);
    for (int64_t t = start + 1; t < start + 5 * 3600; t++) {
        float now = household_at(&house, t, 0), next = household_at(&house, t + 1, 0);
        starts += now - last > 200 && now - next > 150 ? 1 : 0;
        last = now;
    }
    assert_true(starts >= 3);
}

static void seeds_give_different_houses(void **state)
{
    (void)state;
    make(&house, 3500, 0, 1);
    make(&other, 3500, 0, 2);
    int64_t start = civil_days(2026, 5, 5) * DAY;
    double difference = 0;
    for (int64_t t = start; t < start + DAY; t += 60) {
        difference += (double)fabsf(household_at(&house, t, 0) - household_at(&other, t, 0)) / 1440;
    }
    assert_true(difference > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(year_meets_the_annual_energy_within_six_percent),
        cmocka_unit_test(any_order_of_times_gives_the_same_load),
        cmocka_unit_test(clock_set_back_repeats_the_hour_and_goes_on),
        cmocka_unit_test(load_is_never_negative_nor_beyond_the_connection),
        cmocka_unit_test(evenings_are_busier_than_nights),
        cmocka_unit_test(winter_uses_more_than_summer),
        cmocka_unit_test(compressors_start_with_inrush),
        cmocka_unit_test(seeds_give_different_houses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
