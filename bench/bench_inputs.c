/* SPDX-License-Identifier: Apache-2.0 */
/* Cost of a second of inputs: sun, light on a roof, strings, weather and household. */
#include <math.h>
#include <stddef.h>

#include "bench/bench.h"
#include "plant/household.h"
#include "plant/pv.h"
#include "plant/weather.h"

enum { DAY_S = 86400, HOURS = 365 * 24 };
static const int64_t START_S = 1780272000; /* 2026-06-01 */

static struct household house;
static struct weather_source generated, from_file;
static float ghi[HOURS], share[HOURS], temperature[HOURS], wind[HOURS];
static volatile float sink; /* keeps results alive */

static void one_household(void *context, long n)
{
    (void)context;
    float sum = 0;
    for (long i = 0; i < n; i++) {
        sum += household_at(&house, START_S + i, 7200);
    }
    sink = sum;
}

static void one_weather(void *context, long n)
{
    struct weather_source *source = context;
    struct weather w = {0, 0, 0, 0, 0};
    float sum = 0;
    for (long i = 0; i < n; i++) {
        weather_at(source, START_S + i, &w);
        sum += w.ghi_w_m2;
    }
    sink = sum;
}

static void one_series(void *context, long n)
{
    struct series series;
    float sum = 0;
    (void)context;
    series_init(&series, ghi, HOURS, 60, START_S);
    for (long i = 0; i < n; i++) {
        sum += series_at(&series, START_S + i % (HOURS * 60L));
    }
    sink = sum;
}

/* The sun and the light on a roof; `context` NULL: the sun alone. */
static void one_roof(void *context, long n)
{
    struct sun_track track;
    struct plane plane;
    float sum = 0;
    sun_track_init(&track, 52.4, 13.06);
    plane_init(&plane, 35, 180);
    for (long i = 0; i < n; i++) { /* from 8 to 16 h, again and again */
        struct sun_dir sun = sun_track_at(&track, START_S + 8 * 3600 + i % 28800);
        struct irradiance sky = {200 + 500 * sun.up, 600, 200};
        sum += context != NULL ? plane_effective(&plane, &sun, &sky, 0.2F) : sun.up;
    }
    sink = sum;
}

/* By day: light and temperature drift, the tracker moves the voltage. `context` NULL: at night. */
static void one_string(void *context, long n)
{
    struct pv_module module;
    struct pv_string string;
    float sum = 0, light = context != NULL ? 500 : 0;
    pv_module_for_watt(&module, 450);
    pv_string_init(&string, &module, 10);
    for (long i = 0; i < n; i++) {
        float drift = (float)(i % 4096) * (light * 1e-4F);
        pv_string_set(&string, light + drift, 40 + drift * 0.02F);
        sum += pv_string_current(&string, 385 + (float)(i % 16) * 0.1F);
    }
    sink = sum;
}

static void prepare(void)
{
    household_init(&house, &(struct household_options){.seed = 1});
    weather_generate(&generated, 52.4, 13.06, 1, NULL);
    for (int i = 0; i < HOURS; i++) {
        struct weather w;
        weather_at(&generated, START_S + (int64_t)i * 3600 + 1800, &w);
        ghi[i] = w.ghi_w_m2;
        share[i] = w.ghi_w_m2 > 0 ? w.dhi_w_m2 / w.ghi_w_m2 : 1;
        temperature[i] = w.temperature_c;
        wind[i] = w.wind_m_s;
    }
    weather_from_samples(&from_file, &(struct weather_samples){.latitude_deg = 52.4,
                                                               .longitude_deg = 13.06,
                                                               .start_s = START_S,
                                                               .step_s = 3600,
                                                               .count = HOURS,
                                                               .repeat = SERIES_DATE,
                                                               .ghi_w_m2 = ghi,
                                                               .diffuse_share = share,
                                                               .temperature_c = temperature,
                                                               .wind_m_s = wind});
}

int main(void)
{
    prepare();
    bench_row("series_at", bench_ns(one_series, NULL, 0.2), "ns", 3);
    bench_row("household_at", bench_ns(one_household, NULL, 0.2), "ns", 10);
    bench_row("weather_at, generated", bench_ns(one_weather, &generated, 0.2), "ns", 20);
    bench_row("weather_at, hourly file", bench_ns(one_weather, &from_file, 0.2), "ns", 20);
    bench_row("sun_track_at", bench_ns(one_roof, NULL, 0.2), "ns", 5);
    bench_row("sun_track_at + plane_effective", bench_ns(one_roof, &house, 0.2), "ns", 15);
    bench_row("pv set + current, by day", bench_ns(one_string, &house, 0.2), "ns", 30);
    bench_row("pv set + current, at night", bench_ns(one_string, NULL, 0.2), "ns", 3);
    return 0;
}
