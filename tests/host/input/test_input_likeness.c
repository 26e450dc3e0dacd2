/* SPDX-License-Identifier: Apache-2.0 */
#include "input_test.h"

#include "plant/household.h"

/*
 * The generators beside measured years. One year of one station or house is no climate: tolerances
 * are wide where years and houses differ, and docs/inputs.md says which numbers were calibrated.
 */

enum { DAYS = 365, MINUTES = DAYS * 1440 };

static int by_size(const void *a, const void *b)
{
    const float *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static float quantile(float *sorted, int n, double p) { return sorted[(int)((n - 1) * p)]; }

/* --- weather --- */

struct year {
    float clearness[DAYS], day_mean_c[DAYS], day_range_c[DAYS];
    double ghi_kwh_m2, diffuse_share, mean_c, summer_less_winter_c, mean_range_c, wind_m_s;
};

static void fill_year(struct weather_source *source, double latitude, double longitude,
                      int64_t start, struct year *year)
{
    struct clear_track clear;
    clear_track_init(&clear, latitude, longitude, 50, 3);
    *year = (struct year){0};
    double diffuse = 0, season[2] = {0, 0};
    for (int day = 0; day < DAYS; day++) {
        double sum = 0, clear_sum = 0, warm = 0;
        float low = 100, high = -100;
        for (int i = 0; i < 288; i++) {
            struct weather w;
            struct sun_dir sun;
            int64_t t = start + (int64_t)day * 86400 + (int64_t)i * 300 + 150;
            weather_at(source, t, &w);
            sum += (double)w.ghi_w_m2;
            diffuse += (double)w.dhi_w_m2 / 12000;
            clear_sum += (double)clear_track_at(&clear, t, &sun).ghi_w_m2;
            warm += (double)w.temperature_c / 288;
            low = fminf(low, w.temperature_c);
            high = fmaxf(high, w.temperature_c);
            year->wind_m_s += (double)w.wind_m_s / 288 / DAYS;
        }
        year->clearness[day] = (float)(sum / clear_sum);
        year->ghi_kwh_m2 += sum / 12000;
        year->mean_c += warm / DAYS;
        year->mean_range_c += (double)(high - low) / DAYS;
        season[0] += day >= 151 && day < 243 ? warm / 92 : 0; /* June to August */
        season[1] += day < 59 || day >= 334 ? warm / 90 : 0;  /* December to February */
    }
    year->diffuse_share = diffuse / year->ghi_kwh_m2;
    year->summer_less_winter_c = season[0] - season[1];
    qsort(year->clearness, DAYS, sizeof(float), by_size);
}

static double share_below(const struct year *year, float limit)
{
    int n = 0;
    while (n < DAYS && year->clearness[n] < limit) {
        n++;
    }
    return (double)n / DAYS;
}

static void generated_years_resemble_the_measured_station(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        double latitude, longitude;
    } stations[] = {{"weather/dwd_aachen_2021_10min.csv.gz", 50.775, 6.083},
                    {"weather/nsrdb_potsdam_2019_15min.csv.gz", 52.41, 13.06}};
    static struct year real, made;
    for (size_t k = 0; k < 2; k++) {
        struct input_report report = {0};
        struct input_set *set = load_data(stations[k].file, &(struct input_options){0}, &report);
        struct weather_source source;
        weather_from_samples(&source, &set->weather);
        int64_t start = set->start_s + 7200 - set->start_s % 3600;
        fill_year(&source, stations[k].latitude, stations[k].longitude, start, &real);
        double ghi = 0, clear = 0, dull = 0, mean = 0, range = 0, season = 0, diffuse = 0, wind = 0;
        enum { SEEDS = 4 };
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            weather_generate(&source, stations[k].latitude, stations[k].longitude, seed, NULL);
            fill_year(&source, stations[k].latitude, stations[k].longitude, start, &made);
            ghi += made.ghi_kwh_m2 / SEEDS;
            clear += (1 - share_below(&made, 0.85F)) / SEEDS;
            dull += share_below(&made, 0.35F) / SEEDS;
            mean += made.mean_c / SEEDS;
            range += made.mean_range_c / SEEDS;
            season += made.summer_less_winter_c / SEEDS;
            diffuse += made.diffuse_share / SEEDS;
            wind += made.wind_m_s / SEEDS;
        }
        near(ghi, real.ghi_kwh_m2, 0.12 * real.ghi_kwh_m2);
        near(clear, 1 - share_below(&real, 0.85F), 0.10);
        near(dull, share_below(&real, 0.35F), 0.15);
        near(diffuse, real.diffuse_share, 0.12);
        near(mean, real.mean_c, 2.5);
        near(season, real.summer_less_winter_c, 5);
        near(range, real.mean_range_c, 2.5);
        near(wind, real.wind_m_s, 1.5);
        input_free(set);
        input_report_clear(&report);
    }
}

/* Steps of one minute under broken clouds against the two measured days of one-minute data. */
static void minute_ramps_are_as_steep_as_measured_ones(void **state)
{
    (void)state;
    static float ramps[60 * 1440];
    struct weather_source source;
    weather_generate(&source, 39.742, -105.18, 1, NULL);
    int n = 0;
    float last = 0;
    for (int64_t minute = 0; minute < (int64_t)60 * 1440; minute++) {
        int64_t t = civil_days(2018, 9, 1) * 86400 + minute * 60;
        float sum = 0;
        struct weather w;
        for (int s = 0; s < 60; s += 10) {
            weather_at(&source, t + s, &w);
            sum += w.ghi_w_m2 / 6;
        }
        if (sum > 50 && last > 50) {
            ramps[n++] = fabsf(sum - last);
        }
        last = sum;
    }
    qsort(ramps, (size_t)n, sizeof(float), by_size);
    struct input_report report = {0};
    struct input_options options = {
        .has_place = true, .latitude_deg = 39.742, .longitude_deg = -105.18};
    struct input_set *set =
        load_data("weather/midc_nrel_2018-10-14_1min.txt.gz", &options, &report);
    static float real[1440];
    int m = 0;
    for (int i = 1; i < set->weather.count; i++) {
        const float *g = &set->weather.ghi_w_m2[i];
        if (g[0] > 50 && g[-1] > 50) {
            real[m++] = fabsf(g[0] - g[-1]);
        }
    }
    qsort(real, (size_t)m, sizeof(float), by_size);
    /* a day of broken cloud lies between the usual and the steepest of two months */
    assert_true(quantile(real, m, 0.95) > quantile(ramps, n, 0.80));
    assert_true(quantile(real, m, 0.95) < quantile(ramps, n, 0.995));
    near((double)quantile(ramps, n, 0.999), 450, 250);
    input_free(set);
    input_report_clear(&report);
}

/* --- load --- */

static float load[MINUTES], ramp[MINUTES], day_kwh[DAYS];

struct house_year {
    double kwh, day_mean, day_sd;
    float q[7], peak_w, ramp[4];
};

static const double load_p[7] = {0.05, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99};
static const double ramp_p[4] = {0.5, 0.75, 0.9, 0.99};

/* Takes the year in `load`. */
static struct house_year look_at_year(void)
{
    struct house_year y = {0};
    for (int day = 0; day < DAYS; day++) {
        double sum = 0;
        for (int i = 0; i < 1440; i++) {
            sum += (double)load[day * 1440 + i] / 60000;
        }
        day_kwh[day] = (float)sum;
        y.kwh += sum;
    }
    y.day_mean = y.kwh / DAYS;
    for (int day = 0; day < DAYS; day++) {
        y.day_sd += pow((double)day_kwh[day] - y.day_mean, 2) / DAYS;
    }
    y.day_sd = sqrt(y.day_sd);
    for (int i = 0; i < MINUTES - 1; i++) {
        ramp[i] = fabsf(load[i + 1] - load[i]);
    }
    qsort(load, MINUTES, sizeof(float), by_size);
    qsort(ramp, MINUTES - 1, sizeof(float), by_size);
    for (int i = 0; i < 7; i++) {
        y.q[i] = quantile(load, MINUTES, load_p[i]);
    }
    for (int i = 0; i < 4; i++) {
        y.ramp[i] = quantile(ramp, MINUTES - 1, ramp_p[i]);
    }
    y.peak_w = load[MINUTES - 1];
    return y;
}

static void generated_households_resemble_a_measured_one(void **state)
{
    (void)state;
    static struct household house;
    struct input_report report = {0};
    struct input_set *set = load_data("load/refit_house20_1min_2014-04_2015-03.csv.gz",
                                      &(struct input_options){0}, &report);
    int64_t start = set->start_s;
    for (int i = 0; i < MINUTES; i++) {
        load[i] = series_at(&set->load_w, start + (int64_t)i * 60);
    }
    struct house_year real = look_at_year();
    near(real.kwh, 3277, 1);
    input_free(set);
    input_report_clear(&report);
    for (uint64_t seed = 1; seed <= 4; seed++) {
        household_init(&house, &(struct household_options){.annual_kwh = 3277, .seed = seed});
        for (int i = 0; i < MINUTES; i++) {
            double sum = 0;
            for (int s = 0; s < 60; s += 6) {
                sum += (double)household_at(&house, start + (int64_t)i * 60 + s, 0) / 10;
            }
            load[i] = (float)sum;
        }
        struct house_year made = look_at_year();
        near(made.kwh, real.kwh, 0.06 * real.kwh);
        near(made.day_sd, real.day_sd, 0.4 * real.day_sd);
        for (int i = 0; i < 7; i++) { /* the load duration curve, each point within 40 % */
            near((double)made.q[i], (double)real.q[i], 0.4 * (double)real.q[i]);
        }
        assert_true(made.peak_w > 5000 && made.peak_w < 15000); /* REFIT is clipped at 6 kW */
        for (int i = 0; i < 4; i++) { /* from watts to kilowatts: within a factor of 3.5 */
            assert_true(made.ramp[i] < 3.5F * real.ramp[i] && made.ramp[i] * 3.5F > real.ramp[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_years_resemble_the_measured_station),
        cmocka_unit_test(minute_ramps_are_as_steep_as_measured_ones),
        cmocka_unit_test(generated_households_resemble_a_measured_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
