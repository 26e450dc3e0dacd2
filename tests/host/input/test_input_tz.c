/* SPDX-License-Identifier: Apache-2.0 */
#include "input_test.h"

#include "host/tz.h"

static struct tz *zone(const char *name)
{
    struct tz *tz = NULL;
    if (tz_open(name, &tz) != TZ_OK) {
        skip();
    }
    return tz;
}

static int64_t face(int y, int mo, int d, int h, int mi)
{
    return civil_days(y, mo, d) * 86400 + h * 3600 + mi * 60;
}

static void berlin_is_an_hour_ahead_and_two_in_summer(void **state)
{
    (void)state;
    struct tz *tz = zone("Europe/Berlin");
    assert_int_equal(tz_offset_s(tz, face(2024, 1, 15, 12, 0)), 3600);
    assert_int_equal(tz_offset_s(tz, face(2024, 7, 15, 12, 0)), 7200);
    assert_int_equal(tz_offset_s(tz, face(2024, 3, 31, 0, 59)), 3600);
    assert_int_equal(tz_offset_s(tz, face(2024, 3, 31, 1, 0)), 7200);
    assert_int_equal(tz_offset_s(tz, face(2024, 10, 27, 0, 59)), 7200);
    assert_int_equal(tz_offset_s(tz, face(2024, 10, 27, 1, 0)), 3600);
    tz_close(tz);
}

static void rules_hold_beyond_the_zone_files_last_change(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int32_t january_s, july_s;
    } zones[] = {{"Europe/Berlin", 3600, 7200},
                 {"America/New_York", -18000, -14400},
                 {"Australia/Sydney", 39600, 36000},
                 {"Europe/Dublin", 0, 3600},
                 {"Asia/Kolkata", 19800, 19800}};
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        struct tz *tz = zone(zones[i].name);
        for (int year = 1995; year < 2090; year += 5) {
            assert_int_equal(tz_offset_s(tz, face(year, 1, 15, 0, 0)), zones[i].january_s);
            assert_int_equal(tz_offset_s(tz, face(year, 7, 15, 0, 0)), zones[i].july_s);
        }
        tz_close(tz);
    }
}

/* The C library is the judge, hour by hour across fifty years. */
static void offsets_agree_with_the_c_library(void **state)
{
    (void)state;
    static const char *const names[] = {"Europe/Berlin", "America/Los_Angeles",
                                        "Australia/Lord_Howe", "Africa/Casablanca"};
    for (size_t i = 0; i < 4; i++) {
        struct tz *tz = zone(names[i]);
        assert_int_equal(setenv("TZ", names[i], 1), 0);
        tzset();
        for (int64_t t = face(2000, 1, 1, 0, 0); t < face(2050, 1, 1, 0, 0); t += 3 * 3600 + 1) {
            struct tm tm;
            time_t now = (time_t)t;
            assert_non_null(localtime_r(&now, &tm));
            assert_int_equal(tz_offset_s(tz, t), tm.tm_gmtoff);
        }
        tz_close(tz);
    }
}

static void doubled_hour_has_two_answers(void **state)
{
    (void)state;
    struct tz *tz = zone("Europe/Berlin");
    enum tz_kind kind;
    int64_t local = face(2024, 10, 27, 2, 30);
    assert_int_equal(tz_from_local(tz, local, TZ_FIRST, &kind), local - 7200);
    assert_int_equal(kind, TZ_DOUBLED);
    assert_int_equal(tz_from_local(tz, local, TZ_SECOND, &kind), local - 3600);
    (void)tz_from_local(tz, face(2024, 10, 27, 3, 0), TZ_FIRST, &kind);
    assert_int_equal(kind, TZ_SINGLE);
    tz_close(tz);
}

static void missing_hour_is_told(void **state)
{
    (void)state;
    struct tz *tz = zone("Europe/Berlin");
    enum tz_kind kind;
    int64_t local = face(2024, 3, 31, 2, 30);
    assert_int_equal(tz_from_local(tz, local, TZ_FIRST, &kind), local - 3600);
    assert_int_equal(kind, TZ_MISSING);
    assert_int_equal(tz_from_local(tz, face(2024, 3, 31, 3, 0), TZ_FIRST, &kind),
                     face(2024, 3, 31, 1, 0));
    assert_int_equal(kind, TZ_SINGLE);
    tz_close(tz);
}

static void local_and_utc_are_inverse(void **state)
{
    (void)state;
    struct tz *tz = zone("America/New_York");
    for (int64_t t = face(2023, 1, 1, 0, 0); t < face(2025, 1, 1, 0, 0); t += 1801) {
        enum tz_kind kind;
        int64_t local = t + tz_offset_s(tz, t);
        int64_t first = tz_from_local(tz, local, TZ_FIRST, &kind);
        int64_t second = tz_from_local(tz, local, TZ_SECOND, &kind);
        assert_true(t == first || t == second);
    }
    tz_close(tz);
}

static void unknown_and_dangerous_names_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Europe/Nowhere", "../../etc/passwd", "/etc/passwd", "",    "Europe",
        "Europe/../../x", "tzdata.zi",        "+99",         "+1x", "-"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct tz *tz = NULL;
        assert_true(tz_open(names[i], &tz) < 0);
        assert_null(tz);
    }
}

static void utc_and_fixed_offsets_need_no_file(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int32_t offset_s;
    } zones[] = {{"UTC", 0}, {"+01:00", 3600}, {"-0530", -19800}, {"+9", 32400}};
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        struct tz *tz;
        int result = tz_open(zones[i].name, &tz);
        if (strcmp(zones[i].name, "-0530") == 0) { /* with a colon or not at all */
            assert_true(result < 0);
            continue;
        }
        assert_int_equal(result, TZ_OK);
        assert_int_equal(tz_offset_s(tz, 0), zones[i].offset_s);
        tz_close(tz);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(berlin_is_an_hour_ahead_and_two_in_summer),
        cmocka_unit_test(rules_hold_beyond_the_zone_files_last_change),
        cmocka_unit_test(offsets_agree_with_the_c_library),
        cmocka_unit_test(doubled_hour_has_two_answers),
        cmocka_unit_test(missing_hour_is_told),
        cmocka_unit_test(local_and_utc_are_inverse),
        cmocka_unit_test(unknown_and_dangerous_names_are_refused),
        cmocka_unit_test(utc_and_fixed_offsets_need_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
