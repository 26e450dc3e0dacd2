/* SPDX-License-Identifier: Apache-2.0 */
#include "input_test.h"

#include <zlib.h>

/* A real file in memory, unpacked. */
static char *unpack(const char *name)
{
    enum { ROOM = 12 << 20 };
    char path[600];
    gzFile file = gzopen(data_file(name, path), "rb");
    char *text = malloc(ROOM);
    assert_non_null(file);
    assert_non_null(text);
    int n = gzread(file, text, ROOM - 1);
    assert_true(n > 0);
    (void)gzclose(file);
    text[n] = '\0';
    return text;
}

/* Text with the first `from` replaced by `to`. */
static char *replaced(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    size_t before = (size_t)(at - text), size = strlen(text) + strlen(to) + 1;
    char *out = malloc(size);
    (void)snprintf(out, size, "%.*s%s%s", (int)before, text, to, at + strlen(from));
    return out;
}

static void real_files_with_another_zone_in_the_head_are_found_out(void **state)
{
    (void)state;
    static const struct {
        const char *file, *head;
        int zone; /* the right one */
    } rows[] = {{"weather/nsrdb_potsdam_2019_15min.csv.gz", ",52.41,13.06,", 0},
                {"weather/nsrdb_phoenix_tmy_60min.csv.gz", ",33.45,-111.98,", -7},
                {"weather/nsrdb_losangeles_15min.csv.gz", ",33.966674,-118.42282,", -8}};
    for (size_t i = 0; i < 3; i++) {
        char *text = unpack(rows[i].file);
        for (int wrong = -2; wrong <= 2; wrong++) {
            char from[60], to[60], words[60];
            (void)snprintf(from, sizeof from, "%s%d,", rows[i].head, rows[i].zone);
            (void)snprintf(to, sizeof to, "%s%d,", rows[i].head, rows[i].zone + wrong);
            char *shifted = replaced(text, from, to);
            struct input_report report = {0};
            struct input_set *set = parse(shifted, &(struct input_options){0}, &report);
            near((double)set->sun.shift_min, -60 * wrong, 5);
            assert_int_equal(set->sun.clock_wrong, wrong != 0);
            if (wrong != 0) {
                (void)snprintf(words, sizeof words,
                               "%s the sun by %d min: the stamps look like UTC%+d",
                               wrong > 0 ? "leads" : "lags", abs(wrong) * 60, rows[i].zone);
                expect_message(&report, words);
                assert_true(set->sun.closure_w_m2 > 20);
            } else {
                assert_true(set->sun.closure_w_m2 < 2);
                assert_true(set->sun.night_permille < 3);
            }
            input_free(set);
            input_report_clear(&report);
            free(shifted);
        }
        free(text);
    }
}

/* DWD's head names no zone; only symmetry can tell, at another place for an hour's shift. */
static void measured_light_without_beam_is_told_by_symmetry(void **state)
{
    (void)state;
    char *text = unpack("weather/dwd_aachen_2021_10min.csv.gz");
    struct input_report report = {0};
    struct input_set *set = parse(text, &(struct input_options){0}, &report);
    near((double)set->sun.shift_min, 0, 6);
    assert_true(set->sun.n_days > 30);
    input_free(set);
    input_report_clear(&report);
    char *east = replaced(text, "AACHEN,6.083,", "AACHEN,21.083,");
    set = parse(east, &(struct input_options){0}, &report);
    near((double)set->sun.shift_min, 60, 8);
    assert_true(set->sun.clock_wrong);
    assert_true(set->sun.night_permille > 1);
    input_free(set);
    input_report_clear(&report);
    free(east);
    free(text);
}

/* --- a cloudless sky whose logger's clock is wrong --- */

static char csv[2 << 20];

static const char *clear_csv(int step_s, int days, int clock_error_s, bool saving)
{
    struct clear_track track;
    clear_track_init(&track, 48, 11, 500, 3);
    int64_t start = civil_days(2025, 1, 1) * 86400;
    char *to = csv + sprintf(csv, "time,ghi_w_m2\n");
    for (int i = 0; i < days * 86400 / step_s; i++) {
        int64_t t = start + (int64_t)i * step_s;
        int64_t day = (t - start) / 86400;
        int shift = clock_error_s + (saving && day >= 88 && day < 298 ? 3600 : 0);
        struct sun_dir sun;
        struct irradiance light = clear_track_at(&track, t + step_s / 2 - shift, &sun);
        int y, m, d;
        civil_date(t / 86400, &y, &m, &d);
        int of_day = (int)(t % 86400);
        to += sprintf(to, "%04d-%02d-%02d %02d:%02d,%.1f\n", y, m, d, of_day / 3600,
                      of_day / 60 % 60, (double)light.ghi_w_m2);
    }
    return csv;
}

static const struct input_options munich = {
    .has_place = true, .latitude_deg = 48, .longitude_deg = 11};

static void a_wrong_clock_is_measured_within_five_minutes(void **state)
{
    (void)state;
    static const int steps[] = {300, 900, 3600};
    for (size_t k = 0; k < 3; k++) {
        for (int error_min = -180; error_min <= 180; error_min += 30) {
            struct input_report report = {0};
            struct input_set *set =
                parse(clear_csv(steps[k], 40, error_min * 60, false), &munich, &report);
            near((double)set->sun.shift_min, error_min, 5);
            assert_int_equal(set->sun.clock_wrong, abs(error_min) >= 30);
            input_free(set);
            input_report_clear(&report);
        }
    }
}

static void stamps_at_the_other_end_of_the_hour_are_suspected(void **state)
{
    (void)state;
    struct input_report report = {0};
    struct input_options options = munich;
    options.label = INPUT_LABEL_END; /* they are begins: half an hour to an hour off */
    struct input_set *set = parse(clear_csv(900, 40, 0, false), &options, &report);
    expect_message(&report, "are the stamps the begins of the intervals?");
    assert_false(set->sun.clock_wrong);
    input_free(set);
    input_report_clear(&report);
}

static void a_clock_that_follows_daylight_saving_is_told(void **state)
{
    (void)state;
    struct input_report report = {0};
    struct input_set *set = parse(clear_csv(900, 365, 0, true), &munich, &report);
    assert_true(set->sun.clock_wrong);
    expect_message(&report, "daylight saving");
    input_free(set);
    input_report_clear(&report);
}

static void without_a_clear_day_nothing_is_claimed(void **state)
{
    (void)state;
    struct input_report report = {0};
    struct input_options options = {
        .has_place = true, .latitude_deg = 39.742, .longitude_deg = -105.18};
    struct input_set *set =
        load_data("weather/midc_nrel_2018-10-14_1min.txt.gz", &options, &report);
    assert_false(set->sun.clock_wrong);
    assert_string_equal(set->sun.verdict, "no clear day to tell the clock by");
    input_free(set);
    input_report_clear(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_files_with_another_zone_in_the_head_are_found_out),
        cmocka_unit_test(measured_light_without_beam_is_told_by_symmetry),
        cmocka_unit_test(a_wrong_clock_is_measured_within_five_minutes),
        cmocka_unit_test(stamps_at_the_other_end_of_the_hour_are_suspected),
        cmocka_unit_test(a_clock_that_follows_daylight_saving_is_told),
        cmocka_unit_test(without_a_clear_day_nothing_is_claimed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
