/* SPDX-License-Identifier: Apache-2.0 */
#include "input_test.h"

#include <zlib.h>

/* A load file of n lines at 15 min from 2024-01-01, values = index; edited by the test. */
enum { LINE = 40, MOST = 2000 };
static char lines[MOST][LINE];

static void lay_out(int n)
{
    for (int i = 0; i < n; i++) {
        (void)snprintf(lines[i], LINE, "2024-01-%02dT%02d:%02d:00Z,%d\n", i / 96 + 1, i / 4 % 24,
                       i % 4 * 15, i);
    }
}

static char joined[MOST * LINE];

static const char *join(int n)
{
    char *to = joined;
    to += snprintf(to, LINE, "time,load_w\n");
    for (int i = 0; i < n; i++) {
        to += snprintf(to, LINE, "%s", lines[i]);
    }
    return joined;
}

static struct input_set *read_lines(int n, struct input_report *report)
{
    return parse(join(n), &(struct input_options){0}, report);
}

static void cut_out(int from, int to)
{
    for (int i = from; i < to; i++) {
        lines[i][0] = '\0';
    }
}

static void short_gaps_are_bridged_by_a_line_and_told(void **state)
{
    (void)state;
    struct input_report report = {0};
    lay_out(200);
    cut_out(50, 58); /* two hours */
    struct input_set *set = read_lines(200, &report);
    assert_int_equal(set->filled, 8);
    assert_int_equal(set->longest_gap_s, 7200);
    near((double)set->load_w.values[53], 53, 0.01);
    expect_message(&report, "8 values in 1 gaps");
    input_free(set);
    input_report_clear(&report);
}

static void longer_gaps_are_filled_from_the_neighbouring_day_and_told(void **state)
{
    (void)state;
    struct input_report report = {0};
    lay_out(400);
    cut_out(150, 160);
    struct input_set *set = read_lines(400, &report);
    near((double)set->load_w.values[155], 155 - 96, 0.01);
    expect_message(&report, "load lacks 2.5 h from 2024-01-02 13:30 UTC; filled");
    assert_int_equal(report.warnings, 1);
    input_free(set);
    input_report_clear(&report);
}

static void gaps_of_days_are_refused(void **state)
{
    (void)state;
    struct input_report report = {0};
    lay_out(1000);
    cut_out(300, 300 + 4 * 73);
    assert_null(read_lines(1000, &report));
    expect_message(&report, "load lacks 73.0 h from 2024-01-04 03:00 UTC (allowed 72 h)");
    input_report_clear(&report);
}

static void bad_values_are_told_with_line_value_and_range(void **state)
{
    (void)state;
    struct input_report report = {0};
    lay_out(200);
    (void)snprintf(lines[10], LINE, "2024-01-01T02:30:00Z,12x\n");
    (void)snprintf(lines[20], LINE, "2024-01-01T05:00:00Z,-5\n");
    (void)snprintf(lines[30], LINE, "2024-01-01T07:30:00Z\n");
    (void)snprintf(lines[40], LINE, "2024-01-01T10:00:00Z,nan\n");
    (void)snprintf(lines[50], LINE, "2024-01-41T10:00:00Z,5\n");
    struct input_set *set = read_lines(200, &report);
    expect_message(&report, "file.csv:12: load is no number ('12x')");
    expect_message(&report, "file.csv:22: load out of range (-5 W, allowed 0 to 1e+06)");
    expect_message(&report, "file.csv:32: has 1 fields, load is field 2");
    expect_message(&report, "file.csv:52: no time that exists ('2024-01-41T10:00:00Z,5')");
    assert_int_equal(set->filled, 5);
    input_free(set);
    input_report_clear(&report);
}

static void many_bad_lines_are_counted_not_repeated(void **state)
{
    (void)state;
    struct input_report report = {0};
    lay_out(500);
    for (int i = 0; i < 500; i += 5) {
        (void)snprintf(lines[i], LINE, "2024-01-%02dT%02d:%02d:00Z,?\n", i / 96 + 1, i / 4 % 24,
                       i % 4 * 15);
    }
    struct input_set *set = read_lines(500, &report);
    assert_true(report.count < 8);
    expect_message(&report, "in all 100 values are no numbers");
    input_free(set);
    input_report_clear(&report);
}

static void doubled_and_disordered_times_are_put_right_and_told(void **state)
{
    (void)state;
    struct input_report report = {0};
    lay_out(200);
    char copy[LINE];
    memcpy(copy, lines[100], LINE);
    memcpy(lines[100], lines[101], LINE);
    memcpy(lines[101], copy, LINE);
    struct input_set *set = read_lines(200, &report);
    expect_message(&report, "file.csv:103: time runs backwards by 900 s; sorted");
    near((double)set->load_w.values[100], 100, 0);
    near((double)set->load_w.values[101], 101, 0);
    input_free(set);
    input_report_clear(&report);

    lay_out(200);
    (void)snprintf(lines[60], LINE, "%s", lines[59]);
    (void)snprintf(lines[80], LINE, "2024-01-01T19:45:00Z,777\n");
    set = read_lines(200, &report);
    expect_message(&report, "1 times come twice");
    expect_message(&report, "file.csv:82: the same time again with other values");
    near((double)set->load_w.values[79], 79, 0);
    input_free(set);
    input_report_clear(&report);
}

static void times_in_disorder_throughout_are_refused(void **state)
{
    (void)state;
    struct input_report report = {0};
    lay_out(400);
    for (int i = 0; i < 400; i += 2) {
        char copy[LINE];
        memcpy(copy, lines[i], LINE);
        memcpy(lines[i], lines[i + 1], LINE);
        memcpy(lines[i + 1], copy, LINE);
    }
    assert_null(read_lines(400, &report));
    expect_message(&report, "times run backwards 200 times in 400 lines (allowed 1 %)");
    input_report_clear(&report);
}

/* Local stamps of a logger that follows the clock: hour 2 twice in autumn, never in spring. */
static void clock_changes_of_local_stamps_leave_no_gap(void **state)
{
    (void)state;
    struct input_report report = {0};
    char text[4000], *to = text;
    to += sprintf(to, "time,load_w\n");
    static const int hours[26] = {0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    for (int i = 0; i < 14; i++) {
        to += sprintf(to, "2024-10-27 %02d:00:00,%d\n", hours[i], i);
    }
    struct input_set *set =
        parse(text, &(struct input_options){.timezone = "Europe/Berlin"}, &report);
    if (has_message(&report, "no such time zone")) {
        skip();
    }
    assert_int_equal(set->filled, 0);
    assert_int_equal(set->load_w.count, 14);
    near((double)set->load_w.values[3], 3, 0);
    expect_message(&report, "1 lines are of the second of two hours");
    input_free(set);
    input_report_clear(&report);
    set = parse("time,load_w\n2024-03-31 00:00,0\n2024-03-31 01:00,1\n2024-03-31 03:00,2\n"
                "2024-03-31 04:00,3\n",
                &(struct input_options){.timezone = "Europe/Berlin"}, &report);
    assert_int_equal(set->filled, 0);
    assert_int_equal(set->load_w.count, 4);
    input_free(set);
    input_report_clear(&report);
}

static void what_is_no_input_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "file.csv: is empty"},
        {"\n", "no column"},
        {"time,load_w\n", "holds no data after its head"},
        {"time,load_w\n2024-01-01,5\n", "holds 1 line of data (allowed 2 and more)"},
        {"time,load_w\n2024-01-01,5\n2024-01-01,5\n", "no step between times"},
        {"time,load_hp\n2024-01-01,5\n", "no column is known"},
        {"time,load [hp]\n2024-01-01,5\n", "file.csv:1: column 'load [hp]': unit 'hp'"},
        {"time,load [W/m2]\n2024-01-01,5\n", "unit 'W/m2' does not measure load (allowed: W, kW"},
        {"time,price\n2024-01-01,5\n", "column 'price' does not tell its unit"},
        {"load_w\n5\n6\n", "no column named 'time' and no step given"},
        {"time,load_w\n2024-01-01 00:00,5\n2024-01-01 00:15,5\n2094-01-01 00:00,5\n",
         "there are only 3 lines"},
        {"time,dni_w_m2\n2024-01-01 00:00,5\n2024-01-01 00:15,5\n", "one of DNI and DHI"},
        {"time,temperature_c\n2024-01-01 00:00,5\n2024-01-01 00:15,5\n", "holds neither light"},
        {"Latitude (decimal degrees): 45\nnothing\n", "no line 'time(UTC)"},
        {"Source,Location ID,Time Zone,Latitude,Longitude,Elevation\nNSRDB,1,99,5,5,0\n"
         "Year,Month,Day,Hour,Minute,GHI\n",
         "time zone 99 is none (allowed -13 to 15)"},
        {"DATE (MM/DD/YYYY),XXT,Global PSP [W/m^2]\n", "names no known time zone ('XXT')"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct input_report report = {0};
        assert_null(parse(rows[i].text, &(struct input_options){0}, &report));
        expect_message(&report, rows[i].message);
        assert_int_equal(report.errors, 1);
        input_report_clear(&report);
    }
    struct input_report report = {0};
    assert_null(parse("time,load_w\n2024-01-01,5\n2024-01-02,5\n",
                      &(struct input_options){.timezone = "Mars/Base"}, &report));
    expect_message(&report, "no such time zone ('Mars/Base'");
    input_report_clear(&report);
}

static void write_file(const char *path, const void *data, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void refused(const char *path, const char *message)
{
    struct input_report report = {0};
    struct input_set *set = NULL;
    assert_int_equal(input_load(path, &(struct input_options){0}, &set, &report), INPUT_REFUSED);
    assert_null(set);
    expect_message(&report, message);
    input_report_clear(&report);
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    char path[] = "/tmp/hearth-input-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    refused("/nonexistent/file.csv", "cannot be opened (No such file or directory)");
    refused("/tmp", "Is a directory");
    write_file(path, "", 0);
    refused(path, "is empty");
    unsigned char junk[2000];
    for (size_t i = 0; i < sizeof junk; i++) {
        junk[i] = (unsigned char)(i * 7919 >> 3);
    }
    write_file(path, junk, sizeof junk);
    refused(path, "is not text");
    lay_out(200);
    const char *text = join(200);
    gzFile gz = gzopen(path, "wb");
    assert_int_equal(gzwrite(gz, text, (unsigned)strlen(text)), (int)strlen(text));
    assert_int_equal(gzclose(gz), Z_OK);
    struct input_report report = {0};
    struct input_set *set = NULL;
    assert_int_equal(input_load(path, &(struct input_options){0}, &set, &report), INPUT_OK);
    input_free(set);
    input_report_clear(&report);
    FILE *file = fopen(path, "rb");
    size_t length = fread(junk, 1, sizeof junk, file);
    (void)fclose(file);
    write_file(path, junk, length / 2);
    refused(path, "the gzip file is cut off");
    (void)unlink(path);
}

static void no_truncation_of_a_file_does_harm(void **state)
{
    (void)state;
    lay_out(6);
    const char *text = join(6);
    for (size_t n = 0; n <= strlen(text); n++) {
        struct input_report report = {0};
        struct input_set *set = NULL;
        char *copy = malloc(n + 1); /* of exactly n bytes for the sanitizer's sake */
        char *exact = n > 0 ? realloc(copy, n) : copy;
        memcpy(exact, text, n);
        (void)input_parse("cut", exact, n, &(struct input_options){0}, &set, &report);
        input_free(set);
        input_report_clear(&report);
        free(exact);
    }
}

static void short_files_say_what_they_do_not_cover(void **state)
{
    (void)state;
    struct input_report report = {0};
    lay_out(200);
    struct input_set *set = read_lines(200, &report);
    assert_true(input_covers(set, "l.csv", set->start_s, set->end_s, &report));
    assert_false(input_covers(set, "l.csv", set->start_s, set->end_s + 86400, &report));
    expect_message(&report, "l.csv: covers 2024-01-01 to 2024-01-03, wanted is 2024-01-01 to");
    input_free(set);
    input_report_clear(&report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_gaps_are_bridged_by_a_line_and_told),
        cmocka_unit_test(longer_gaps_are_filled_from_the_neighbouring_day_and_told),
        cmocka_unit_test(gaps_of_days_are_refused),
        cmocka_unit_test(bad_values_are_told_with_line_value_and_range),
        cmocka_unit_test(many_bad_lines_are_counted_not_repeated),
        cmocka_unit_test(doubled_and_disordered_times_are_put_right_and_told),
        cmocka_unit_test(times_in_disorder_throughout_are_refused),
        cmocka_unit_test(clock_changes_of_local_stamps_leave_no_gap),
        cmocka_unit_test(what_is_no_input_is_refused_with_its_reason),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(no_truncation_of_a_file_does_harm),
        cmocka_unit_test(short_files_say_what_they_do_not_cover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
