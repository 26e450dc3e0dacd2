/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "plant/weather.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) {
        fail_msg("%.7g, expected %.7g within %.3g", got, want, within);
    }
}

enum { DAY = 86400 };

static const double LATITUDE = 52.41, LONGITUDE = 13.06;

static struct weather_source generated(uint64_t seed)
{
    struct weather_source source;
    weather_generate(&source, LATITUDE, LONGITUDE, seed, NULL);
    return source;
}

static int64_t start_of(int year, int month, int day) { return civil_days(year, month, day) * DAY; }

static void same(const struct weather *a, const struct weather *b)
{
    near((double)a->ghi_w_m2, (double)b->ghi_w_m2, 1e-3);
    near((double)a->dni_w_m2, (double)b->dni_w_m2, 1e-3);
    near((double)a->dhi_w_m2, (double)b->dhi_w_m2, 1e-3);
    near((double)a->temperature_c, (double)b->temperature_c, 1e-4);
    near((double)a->wind_m_s, (double)b->wind_m_s, 1e-4);
}

static void generated_light_closes_and_is_dark_at_night(void **state)
{
    (void)state;
    struct weather_source source = generated(3);
    int64_t start = start_of(2026, 4, 1);
    double worst = 0;
    for (int64_t t = start; t < start + (int64_t)20 * DAY; t += 5) {
        struct weather w;
        struct sun_dir sun;
        weather_at(&source, t, &w);
        sun_direction(LATITUDE, LONGITUDE, t, &sun);
        if (sun.up < -1e-5F) {
            assert_true(w.ghi_w_m2 == 0 && w.dni_w_m2 == 0 && w.dhi_w_m2 == 0);
        } else {
            double error = (double)(w.ghi_w_m2 - w.dhi_w_m2 - w.dni_w_m2 * sun.up);
            worst = fmax(worst, fabs(error));
        }
        assert_true(w.ghi_w_m2 >= 0 && w.ghi_w_m2 < 1400 && w.dni_w_m2 < 1200);
        assert_true(w.wind_m_s > 0 && w.wind_m_s < 60);
    }
    near(worst, 0, 0.02);
}

static void any_order_of_times_gives_the_same_weather(void **state)
{
    (void)state;
    struct weather_source forward = generated(9), jumping = generated(9);
    int64_t start = start_of(2026, 6, 10) - 3600;
    for (int i = 0; i < 20000; i++) {
        int64_t t = start + (int64_t)i * 11;
        struct weather a, b;
        weather_at(&forward, t, &a);
        if (i % 10 == 0) {
            weather_at(&jumping, start + (int64_t)((i * 7919) % 900) * 9000 - 5000000, &b);
            weather_at(&jumping, t, &b);
            same(&a, &b);
        }
    }
}

static void seeds_give_different_skies(void **state)
{
    (void)state;
    struct weather_source a = generated(1), b = generated(2);
    int64_t noon = start_of(2026, 6, 10) + 11 * 3600;
    int equal = 0;
    for (int day = 0; day < 50; day++) {
        struct weather x, y;
        weather_at(&a, noon + (int64_t)day * DAY, &x);
        weather_at(&b, noon + (int64_t)day * DAY, &y);
        equal += fabsf(x.ghi_w_m2 - y.ghi_w_m2) < 1 ? 1 : 0;
    }
    assert_true(equal < 5);
}

static void any_place_and_year_has_sane_weather(void **state)
{
    (void)state;
    for (int latitude = -90; latitude <= 90; latitude += 30) {
        for (int longitude = -180; longitude <= 180; longitude += 90) {
            struct weather_source source;
            weather_generate(&source, latitude, longitude, 1, NULL);
            for (int year = 1990; year <= 2040; year += 25) {
                for (int k = 0; k < 300; k++) {
                    struct weather w;
                    weather_at(&source, start_of(year, 1, 1) + (int64_t)k * 105000, &w);
                    assert_true(isfinite(w.ghi_w_m2) && w.ghi_w_m2 >= 0 && w.ghi_w_m2 < 1500);
                    assert_true(w.dni_w_m2 >= 0 && w.dhi_w_m2 >= 0);
                    assert_true(w.temperature_c > -75 && w.temperature_c < 55);
                }
            }
        }
    }
}

static double day_light(struct weather_source *source, int64_t start)
{
    double sum = 0;
    for (int64_t t = start; t < start + DAY; t += 20) {
        struct weather w;
        weather_at(source, t, &w);
        sum += (double)w.ghi_w_m2 * 20 / 3.6e6;
    }
    return sum;
}

static void forced_cloud_goes_from_clear_to_dull(void **state)
{
    (void)state;
    struct weather_source source = generated(5);
    int64_t day = start_of(2026, 6, 15);
    double last = 1e9;
    for (int c = 0; c <= 10; c++) {
        weather_force_cloud(&source, (float)c / 10);
        double here = day_light(&source, day);
        assert_true(here < last);
        last = here;
        if (c == 0) {
            near(here, 8.2, 0.6); /* a cloudless June day at 52 N */
        }
    }
    near(last, 8.2 / 4, 0.3); /* Kasten and Czeplak: a quarter remains */
    weather_force_cloud(&source, -1);
    struct weather_source fresh = generated(5);
    near(day_light(&source, day), day_light(&fresh, day), 1e-6);
}

static void clouds_cross_the_sun_within_seconds(void **state)
{
    (void)state;
    struct weather_source source = generated(4);
    int steep = 0;
    float last = 0;
    for (int64_t t = start_of(2026, 6, 1); t < start_of(2026, 6, 21); t++) {
        struct weather w;
        weather_at(&source, t, &w);
        float change = fabsf(w.ghi_w_m2 - last);
        assert_true(change < 300); /* no jump within a second but a ramp */
        steep += change > 20 ? 1 : 0;
        last = w.ghi_w_m2;
    }
    assert_true(steep > 200);
}

/* --- samples --- */

enum { SLOTS = 365 * 24 * 6 };
static float ghi[SLOTS], share[SLOTS], temperature[SLOTS], wind[SLOTS];

/* Means of generated weather at a step; returns the count. */
static struct weather_samples sampled(int step_s, int days)
{
    struct weather_source source = generated(11);
    int n = days * DAY / step_s;
    int64_t start = start_of(2025, 3, 1);
    for (int i = 0; i < n; i++) {
        double sum[4] = {0, 0, 0, 0};
        for (int s = 0; s < step_s; s += 10) {
            struct weather w;
            weather_at(&source, start + (int64_t)i * step_s + s, &w);
            sum[0] += (double)w.ghi_w_m2;
            sum[1] += (double)w.dhi_w_m2;
            sum[2] += (double)w.temperature_c;
            sum[3] += (double)w.wind_m_s;
        }
        double k = 10.0 / step_s;
        ghi[i] = (float)(sum[0] * k);
        share[i] = sum[0] > 0 ? (float)(sum[1] / sum[0]) : 1;
        temperature[i] = (float)(sum[2] * k);
        wind[i] = (float)(sum[3] * k);
    }
    return (struct weather_samples){.latitude_deg = LATITUDE,
                                    .longitude_deg = LONGITUDE,
                                    .start_s = start,
                                    .step_s = step_s,
                                    .count = n,
                                    .ghi_w_m2 = ghi,
                                    .diffuse_share = share,
                                    .temperature_c = temperature,
                                    .wind_m_s = wind};
}

static void samples_keep_their_day_sums_within_one_percent(void **state)
{
    (void)state;
    static const int steps[] = {60, 600, 900, 3600};
    for (int k = 0; k < 4; k++) {
        int days = k == 0 ? 30 : 120;
        struct weather_samples samples = sampled(steps[k], days);
        struct weather_source source;
        weather_from_samples(&source, &samples);
        int per_day = DAY / steps[k];
        for (int day = 0; day < days; day++) {
            double want = 0;
            for (int i = day * per_day; i < (day + 1) * per_day; i++) {
                want += (double)ghi[i] * steps[k] / 3.6e6;
            }
            double got = day_light(&source, samples.start_s + (int64_t)day * DAY);
            near(got, want, 0.01 * want);
        }
    }
}

static void samples_bring_no_light_at_night_and_close(void **state)
{
    (void)state;
    struct weather_samples samples = sampled(3600, 20);
    struct weather_source source;
    weather_from_samples(&source, &samples);
    for (int64_t t = samples.start_s; t < samples.start_s + (int64_t)20 * DAY; t += 3) {
        struct weather w;
        struct sun_dir sun;
        weather_at(&source, t, &w);
        sun_direction(LATITUDE, LONGITUDE, t, &sun);
        if (sun.up < -1e-5F) {
            assert_true(w.ghi_w_m2 == 0 && w.dni_w_m2 == 0);
        } else {
            near((double)w.ghi_w_m2, (double)(w.dhi_w_m2 + w.dni_w_m2 * fmaxf(sun.up, 0)), 0.05);
            assert_true(w.dni_w_m2 <= sun.extra_w_m2 * 1.001F);
        }
    }
}

static void samples_answer_the_same_in_any_order(void **state)
{
    (void)state;
    struct weather_samples samples = sampled(900, 40);
    struct weather_source forward, jumping;
    weather_from_samples(&forward, &samples);
    weather_from_samples(&jumping, &samples);
    for (int i = 0; i < 30000; i++) {
        struct weather a, b;
        int64_t t = samples.start_s + (int64_t)i * 100;
        weather_at(&forward, t, &a);
        if (i % 7 == 0) {
            weather_at(&jumping, samples.start_s + (int64_t)((i * 7919) % 3000) * 1100, &b);
            weather_at(&jumping, t, &b);
            same(&a, &b);
        }
    }
}

static void a_sampled_year_serves_other_years(void **state)
{
    (void)state;
    struct weather_samples samples = sampled(3600, 365);
    samples.repeat = SERIES_DATE;
    struct weather_source source;
    weather_from_samples(&source, &samples);
    double year[2] = {0, 0};
    for (int day = 0; day < 365; day++) {
        year[0] += day_light(&source, samples.start_s + (int64_t)day * DAY);
        year[1] += day_light(&source, start_of(2032, 3, 1) + (int64_t)day * DAY);
    }
    near(year[1], year[0], 0.005 * year[0]);
}

static void beyond_its_samples_a_short_file_is_dark(void **state)
{
    (void)state;
    struct weather_samples samples = sampled(3600, 10);
    struct weather_source source;
    weather_from_samples(&source, &samples);
    struct weather w;
    weather_at(&source, samples.start_s + (int64_t)30 * DAY + 43200, &w);
    assert_true(w.ghi_w_m2 == 0 && isfinite(w.temperature_c));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_light_closes_and_is_dark_at_night),
        cmocka_unit_test(any_order_of_times_gives_the_same_weather),
        cmocka_unit_test(seeds_give_different_skies),
        cmocka_unit_test(any_place_and_year_has_sane_weather),
        cmocka_unit_test(forced_cloud_goes_from_clear_to_dull),
        cmocka_unit_test(clouds_cross_the_sun_within_seconds),
        cmocka_unit_test(samples_keep_their_day_sums_within_one_percent),
        cmocka_unit_test(samples_bring_no_light_at_night_and_close),
        cmocka_unit_test(samples_answer_the_same_in_any_order),
        cmocka_unit_test(a_sampled_year_serves_other_years),
        cmocka_unit_test(beyond_its_samples_a_short_file_is_dark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
