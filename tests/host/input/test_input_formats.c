/* SPDX-License-Identifier: Apache-2.0 */
#include "input_test.h"

static void berlin(struct input_options *o) { o->timezone = "Europe/Berlin"; }
static void london(struct input_options *o) { o->timezone = "Europe/London"; }
static void at_golden(struct input_options *o)
{
    o->has_place = true;
    o->latitude_deg = 39.742;
    o->longitude_deg = -105.18;
}

/* Yearly sums as shared/data/README.md states them, or as computed from the file by hand. */
static void weather_files_are_read_as_their_providers_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *file, *format;
        int step_s, rows;
        int64_t start_s; /* UTC */
        double ghi_kwh_m2;
    } rows[] = {
        {"weather/nsrdb_potsdam_2019_15min.csv.gz", "NSRDB", 900, 35040, 1546300800 - 450, 980.4},
        {"weather/nsrdb_london_2019_15min.csv.gz", "NSRDB", 900, 35040, 1546300800 - 450, 796.9},
        {"weather/nsrdb_losangeles_15min.csv.gz", "SAM CSV", 900, 35040, 1325404800, 1916.8},
        {"weather/nsrdb_phoenix_tmy_60min.csv.gz", "NSRDB", 3600, 8760, 1546326000, 2115.1},
        {"weather/pvgis_tmy_45N_8E_60min.csv.gz", "PVGIS", 3600, 8760, 1546300800 - 1800 + 633,
         1435.9},
        {"weather/dwd_aachen_2021_10min.csv.gz", "DWD 10 min", 600, 52560, 1609459200 - 600,
         1058.7},
        {"weather/surfrad_alamosa_2016-01-01_1min.dat.gz", "SURFRAD", 60, 1440, 1451606400, 3.395},
        {"weather/midc_nrel_2018-10-14_1min.txt.gz", "MIDC", 60, 1440, 1539500400, 3.090},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct input_report report = {0};
        struct input_options options = {0};
        at_golden(&options);
        struct input_set *set = load_data(rows[i].file, &options, &report);
        assert_string_equal(set->format, rows[i].format);
        assert_int_equal(set->step_s, rows[i].step_s);
        assert_int_equal(set->rows, rows[i].rows);
        assert_int_equal(set->start_s, rows[i].start_s);
        assert_true(set->has_weather && !set->has_load);
        double sum = 0;
        for (int k = 0; k < set->weather.count; k++) {
            sum += (double)set->weather.ghi_w_m2[k] * set->step_s / 3.6e6;
        }
        near(sum, rows[i].ghi_kwh_m2, 0.001 * rows[i].ghi_kwh_m2);
        assert_false(set->sun.clock_wrong);
        input_free(set);
        input_report_clear(&report);
    }
}

static void light_from_a_file_keeps_its_day_sums_at_every_second(void **state)
{
    (void)state;
    static const char *const files[] = {"weather/nsrdb_potsdam_2019_15min.csv.gz",
                                        "weather/pvgis_tmy_45N_8E_60min.csv.gz",
                                        "weather/dwd_aachen_2021_10min.csv.gz"};
    for (size_t i = 0; i < 3; i++) {
        struct input_report report = {0};
        struct input_set *set = load_data(files[i], &(struct input_options){0}, &report);
        struct weather_source source;
        weather_from_samples(&source, &set->weather);
        int per_day = 86400 / set->step_s;
        for (int day = 0; day < 365; day += 3) {
            double want = 0, got = 0;
            int64_t start = set->start_s + (int64_t)day * 86400;
            for (int k = 0; k < per_day; k++) {
                want += (double)set->weather.ghi_w_m2[day * per_day + k] * set->step_s;
            }
            for (int64_t t = start + 7; t < start + 86400; t += 15) {
                struct weather w;
                weather_at(&source, t, &w);
                got += (double)w.ghi_w_m2 * 15;
            }
            near(got, want, 0.01 * want + 3600);
        }
        input_free(set);
        input_report_clear(&report);
    }
}

static void typical_years_serve_any_year(void **state)
{
    (void)state;
    struct input_report report = {0};
    struct input_set *set =
        load_data("weather/pvgis_tmy_45N_8E_60min.csv.gz", &(struct input_options){0}, &report);
    assert_true(set->typical_year);
    expect_message(&report, "typical year");
    assert_true(input_covers(set, "x", civil_days(2028, 2, 1) * 86400,
                             civil_days(2031, 1, 1) * 86400, &report));
    struct weather_source source;
    weather_from_samples(&source, &set->weather);
    struct weather leap, day_before;
    weather_at(&source, civil_days(2028, 2, 29) * 86400 + 12 * 3600, &leap);
    weather_at(&source, civil_days(2028, 2, 28) * 86400 + 12 * 3600, &day_before);
    near((double)leap.temperature_c, (double)day_before.temperature_c, 0.001);
    assert_true(leap.ghi_w_m2 > 20);
    input_free(set);
    input_report_clear(&report);
}

static void load_files_are_read(void **state)
{
    (void)state;
    struct input_report report = {0};
    struct input_options options = {0};
    london(&options);
    struct input_set *set =
        load_data("load/refit_house20_1min_2014-04_2015-03.csv.gz", &options, &report);
    assert_true(set->has_load && !set->has_weather);
    assert_int_equal(set->start_s, civil_days(2014, 3, 31) * 86400 + 23 * 3600);
    near((double)series_at(&set->load_w, set->start_s), 119.7, 0.05);
    near((double)series_at(&set->load_w, set->start_s + 61), 119.6, 0.05);
    /* the file's clock never changes: 60 lines lie in the hour that spring leaves out */
    expect_message(&report, "does not exist");
    assert_int_equal(set->filled, 60);
    input_free(set);
    input_report_clear(&report);

    set =
        load_data("load/nrel_residential_load_15min_year.csv.gz",
                  &(struct input_options){
                      .kind = INPUT_KIND_LOAD, .unit = "kW", .step_s = 900, .start_s = 1325376000},
                  &report);
    near((double)series_at(&set->load_w, 1325376000), 408.6, 0.1);
    near((double)series_at(&set->load_w, 1325376000 + 4 * 900), 357.4, 0.1);
    input_free(set);
    input_report_clear(&report);
}

/* The published hours of both clock changes of 2024 (lines 2162 and 7203 of the file). */
static void prices_survive_both_clock_changes(void **state)
{
    (void)state;
    struct input_report report = {0};
    struct input_options options = {.unit = "ct/kWh"};
    berlin(&options);
    struct input_set *set = load_data("tariffs/de_spot_price_2024_60min.csv.gz", &options, &report);
    assert_int_equal(set->filled, 0);
    assert_int_equal(set->start_s, civil_days(2023, 12, 31) * 86400 + 23 * 3600);
    int64_t spring = civil_days(2024, 3, 31) * 86400, autumn = civil_days(2024, 10, 27) * 86400;
    struct series *price = &set->price_per_kwh;
    near((double)series_at(price, spring), 0.06671, 1e-6);        /* 01:00 CET */
    near((double)series_at(price, spring + 3600), 0.06498, 1e-6); /* 03:00 CEST */
    near((double)series_at(price, autumn), 0.08223, 1e-6);        /* 02:00 CEST */
    near((double)series_at(price, autumn + 3600), 0.08043, 1e-6); /* 02:00 CET */
    near((double)series_at(price, autumn + 7200), 0.07941, 1e-6);
    input_free(set);
    input_report_clear(&report);
}

static void prices_without_names_need_kind_and_unit(void **state)
{
    (void)state;
    struct input_report report = {0};
    struct input_options options = {.kind = INPUT_KIND_PRICE, .unit = "EUR/kWh"};
    struct input_set *set = load_data("tariffs/emhass_load_cost_forecast.csv", &options, &report);
    near((double)series_at(&set->price_per_kwh, civil_days(2025, 2, 24) * 86400), 0.1419, 1e-6);
    assert_int_equal(set->step_s, 1800);
    input_free(set);
    assert_null(parse("2025-02-24 00:00:00+00:00,0.1419\n2025-02-24 00:30:00+00:00,0.1419\n",
                      &(struct input_options){0}, &report));
    expect_message(&report, "file.csv:1: no line with names");
    input_report_clear(&report);
}

static void pv_files_are_read_with_their_unit_given(void **state)
{
    (void)state;
    struct input_report report = {0};
    struct input_set *set =
        load_data("pv/pv_2014-07_1min_week.csv.gz", &(struct input_options){.unit = "kW"}, &report);
    assert_true(set->has_pv);
    near((double)series_at(&set->pv_w, set->start_s + 12 * 3600), 900, 600);
    input_free(set);
    input_report_clear(&report);
}

/* --- plain CSV: one quantity in many clothes --- */

static void units_are_understood_in_every_form(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        double first, watt;
    } rows[] = {
        {"time,load_w", 750, 750},      {"time,load_kw", 0.75, 750},
        {"time,load [kW]", 0.75, 750},  {"time,load (W)", 750, 750},
        {"time,aggregate_w", 750, 750}, {"Time;Load [kW]", 0.75, 750},
        {"time,load_kwh", 0.1875, 750}, {"timestamp,consumption [Wh]", 187.5, 750},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[300], d = strchr(rows[i].head, ';') != NULL ? ';' : ',';
        (void)snprintf(text, sizeof text,
                       "%s\n2024-01-01T00:00:00Z%c%g\n2024-01-01T00:15:00Z%c%g\n", rows[i].head, d,
                       rows[i].first, d, rows[i].first);
        struct input_report report = {0};
        struct input_set *set = parse(text, &(struct input_options){0}, &report);
        assert_non_null(set);
        near((double)series_at(&set->load_w, 1704067200), rows[i].watt, 0.01);
        input_free(set);
        input_report_clear(&report);
    }
}

static void stamps_are_understood_in_every_form(void **state)
{
    (void)state;
    static const char *const stamps[] = {
        "2024-07-01 12:00:00",
        "2024-07-01T12:00",
        "2024-07-01T12:00:00.000",
        "2024-07-01T10:00:00Z",
        "2024-07-01T12:00:00+02:00",
        "2024-07-01 12:00:00+0200",
        "01.07.2024 12:00",
        "07/01/2024 12:00",
        "20240701:1200",
        "2024/07/01 12:00",
        "1719828000",
        "2024-07-01T15:30:00+05:30",
    };
    for (size_t i = 0; i < sizeof stamps / sizeof stamps[0]; i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "time,load_w\n%s,5\n2024-07-01T10:15:00Z,6\n", stamps[i]);
        struct input_report report = {0};
        struct input_options options = {0};
        berlin(&options);
        struct input_set *set = parse(text, &options, &report);
        assert_non_null(set);
        assert_int_equal(set->start_s, 1719828000);
        input_free(set);
        input_report_clear(&report);
    }
}

static void labels_say_which_interval_is_meant(void **state)
{
    (void)state;
    static const struct {
        enum input_label label;
        int back_s;
    } rows[] = {{INPUT_LABEL_AUTO, 0},
                {INPUT_LABEL_BEGIN, 0},
                {INPUT_LABEL_MIDDLE, 450},
                {INPUT_LABEL_END, 900}};
    for (size_t i = 0; i < 4; i++) {
        struct input_report report = {0};
        struct input_set *set = parse("time,load_w\n2024-01-01T00:00Z,1\n2024-01-01T00:15Z,2\n",
                                      &(struct input_options){.label = rows[i].label}, &report);
        assert_int_equal(set->start_s, 1704067200 - rows[i].back_s);
        input_free(set);
        input_report_clear(&report);
    }
}

static void weather_of_plain_csv_needs_a_place(void **state)
{
    (void)state;
    static const char text[] = "time,ghi_w_m2,temperature_c,wind_m_s\n"
                               "2024-06-01T10:00Z,500,20,3\n2024-06-01T11:00Z,600,21,3\n";
    struct input_report report = {0};
    assert_null(parse(text, &(struct input_options){0}, &report));
    expect_message(&report, "give latitude and longitude");
    input_report_clear(&report);
    struct input_set *set = parse(
        text, &(struct input_options){.has_place = true, .latitude_deg = 50, .longitude_deg = 10},
        &report);
    assert_non_null(set);
    assert_true(set->weather.diffuse_share[0] > 0.2F && set->weather.diffuse_share[0] < 0.9F);
    input_free(set);
    input_report_clear(&report);
}

static void several_quantities_may_share_a_file(void **state)
{
    (void)state;
    struct input_report report = {0};
    struct input_set *set = parse("time,load_w,price_eur_kwh,pv_kw\n2024-01-01T00:00Z,500,0.3,0\n"
                                  "2024-01-01T00:15Z,400,-0.01,1.5\n",
                                  &(struct input_options){0}, &report);
    assert_true(set->has_load && set->has_price && set->has_pv);
    near((double)series_at(&set->price_per_kwh, 1704067200 + 900), -0.01, 1e-6);
    near((double)series_at(&set->pv_w, 1704067200 + 900), 1500, 0.01);
    input_free(set);
    input_report_clear(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weather_files_are_read_as_their_providers_write_them),
        cmocka_unit_test(light_from_a_file_keeps_its_day_sums_at_every_second),
        cmocka_unit_test(typical_years_serve_any_year),
        cmocka_unit_test(load_files_are_read),
        cmocka_unit_test(prices_survive_both_clock_changes),
        cmocka_unit_test(prices_without_names_need_kind_and_unit),
        cmocka_unit_test(pv_files_are_read_with_their_unit_given),
        cmocka_unit_test(units_are_understood_in_every_form),
        cmocka_unit_test(stamps_are_understood_in_every_form),
        cmocka_unit_test(labels_say_which_interval_is_meant),
        cmocka_unit_test(weather_of_plain_csv_needs_a_place),
        cmocka_unit_test(several_quantities_may_share_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
