/* SPDX-License-Identifier: Apache-2.0 */
/* Recordings of the monitor: rows, names, two months, and what a kill leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/monitor/recorder.h"

/* 2026-01-15 12:03:01 */
static const int64_t begin_s = INT64_C(1768478581);
enum { DAY_S = 86400 };
static char folder[64], path[96];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/hearth-recorder-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    snprintf(path, sizeof path, "%s/monitor.db", folder);
    return 0;
}

static int drop_folder(void **state)
{
    char command[120];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static struct recorder *open_at(int64_t now_s)
{
    char why[400] = "";
    struct recorder *recorder = recorder_open(path, now_s, why, sizeof why);
    if (recorder == NULL) {
        print_error("%s\n", why);
    }
    assert_non_null(recorder);
    return recorder;
}

static struct pack_view sample(int i)
{
    struct pack_view pack = {.address = 1,
                             .n_cells = 16,
                             .n_temps = 4,
                             .current_ma = -12340 + i,
                             .voltage_mv = 52810,
                             .soc_pct = 55,
                             .soh_pct = 100,
                             .remaining_mah = 55000,
                             .full_mah = 100000,
                             .mos_c10 = 312,
                             .env_c10 = TEMP_ABSENT};
    for (int k = 0; k < 16; k++) {
        pack.cell_mv[k] = (uint16_t)(3300 + k);
    }
    return pack;
}

static void record(struct recorder *recorder, int64_t from_s, int n)
{
    for (int i = 0; i < n; i++) {
        struct pack_view pack = sample(i);
        assert_true(recorder_add(recorder, &pack, from_s + i));
    }
}

static void a_recording_is_named_by_its_start_and_counts_its_rows(void **state)
{
    struct recorder *recorder = open_at(begin_s);
    struct recording list[4];
    (void)state;
    assert_null(recorder_running(recorder));
    struct pack_view pack = sample(0);
    assert_false(recorder_add(recorder, &pack, begin_s));
    assert_true(recorder_begin(recorder, begin_s));
    assert_false(recorder_begin(recorder, begin_s));
    record(recorder, begin_s, 100);
    assert_int_equal(recorder_running(recorder)->rows, 100);
    assert_string_equal(recorder_running(recorder)->name, "20260115_120301");
    recorder_end(recorder);
    assert_true(recorder_begin(recorder, begin_s)); /* again within the second */
    recorder_end(recorder);
    assert_int_equal(recorder_list(recorder, list, 4), 2);
    assert_string_equal(list[1].name, "20260115_120301");
    assert_int_equal(list[1].rows, 100);
    assert_string_equal(list[0].name, "20260115_120302");
    recorder_close(recorder);
}

static void the_export_has_every_row_and_empty_cells_for_what_is_not_there(void **state)
{
    struct recorder *recorder = open_at(begin_s);
    char line[800];
    int lines = 0;
    (void)state;
    FILE *out = tmpfile();
    assert_int_equal(recorder_export(recorder, "20260115_120301", out), 100);
    assert_int_equal(recorder_export(recorder, "20990101_000000", out), -1);
    assert_int_equal(recorder_export(recorder, "x\"; DROP TABLE recordings; --", out), -1);
    rewind(out);
    assert_non_null(fgets(line, sizeof line, out));
    assert_non_null(strstr(line, "time,pack,current_a,voltage_v,soc_pct,"));
    assert_non_null(strstr(line, ",cell_16_v,temperature_1_c,"));
    assert_non_null(fgets(line, sizeof line, out));
    const char *wanted =
        "2026-01-15 12:03:01,1,-12.34,52.81,55,100,55.0,100.0,0,0,0,0,0,0,31.2,,3.3,";
    assert_memory_equal(line, wanted, strlen(wanted));
    while (fgets(line, sizeof line, out) != NULL) {
        lines++;
    }
    assert_int_equal(lines, 99);
    fclose(out);
    recorder_close(recorder);
}

static void it_is_kept_two_calendar_months(void **state)
{
    struct recording list[4];
    (void)state;
    struct recorder *recorder = open_at(begin_s + 58 * DAY_S); /* 14 March */
    assert_int_equal(recorder_list(recorder, list, 4), 2);
    recorder_close(recorder);
    recorder = open_at(begin_s + 60 * DAY_S); /* 16 March */
    assert_int_equal(recorder_list(recorder, list, 4), 0);
    recorder_close(recorder);
    static const struct {
        int64_t began_s, until_s;
    } cases[] = {
        {1767225599, 1772236800}, /* 2025-12-31 23:59:59: 28 February 2026 */
        {1703980800, 1709164800}, /* 2023-12-31: 29 February 2024 */
        {1763251200, 1768521600}, /* 2025-11-16: 16 January 2026 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(recorder_keep_until_day(cases[i].began_s), cases[i].until_s / DAY_S);
    }
}

static void the_running_one_stays_however_old(void **state)
{
    struct recording list[4];
    (void)state;
    struct recorder *recorder = open_at(begin_s);
    assert_true(recorder_begin(recorder, begin_s));
    recorder_retain(recorder, begin_s + 400 * DAY_S);
    assert_int_equal(recorder_list(recorder, list, 4), 1);
    recorder_end(recorder);
    recorder_retain(recorder, begin_s + 400 * DAY_S);
    assert_int_equal(recorder_list(recorder, list, 4), 0);
    recorder_close(recorder);
}

static void a_kill_loses_no_second_that_was_over(void **state)
{
    struct recording list[4];
    int status;
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char why[100];
        struct recorder *recorder = recorder_open(path, begin_s, why, sizeof why);
        (void)recorder_begin(recorder, begin_s);
        for (int i = 0; i < 50; i++) {
            struct pack_view pack = sample(i);
            (void)recorder_add(recorder, &pack, begin_s + i);
        }
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    struct recorder *recorder = open_at(begin_s);
    assert_int_equal(recorder_list(recorder, list, 4), 1);
    assert_int_equal(list[0].rows, 49);
    recorder_close(recorder);
}

/* Three days of rows an hour apart, in a recording of two days and one that runs. */
static void over_its_limit_the_oldest_day_goes_first_and_today_stays(void **state)
{
    struct recording list[4];
    enum { HOUR_S = 3600 };
    int64_t day_s = begin_s / DAY_S * DAY_S;
    (void)state;
    assert_int_equal(unlink(path), 0); /* of the tests before */
    struct recorder *recorder = open_at(day_s);
    assert_true(recorder_begin(recorder, day_s));
    for (int i = 0; i < 4800; i++) {
        struct pack_view pack = sample(i);
        assert_true(recorder_add(recorder, &pack, day_s + i / 100 * HOUR_S));
    }
    recorder_end(recorder);
    int64_t two_days = recorder_bytes(recorder);
    recorder_limit(recorder, two_days + 4096);
    recorder_trim(recorder, day_s + 2 * DAY_S);
    assert_int_equal(recorder_list(recorder, list, 4), 1);
    assert_int_equal(list[0].rows, 4800);
    assert_true(recorder_begin(recorder, day_s + 2 * DAY_S));
    for (int i = 0; i < 2400; i++) {
        struct pack_view pack = sample(i);
        assert_true(recorder_add(recorder, &pack, day_s + 2 * DAY_S + i / 100 * HOUR_S));
    }
    assert_in_range(recorder_bytes(recorder), 1, two_days + 100 * 4096);
    assert_int_equal(recorder_list(recorder, list, 4), 2);
    assert_int_equal(list[1].rows, 2400); /* the first day is gone, the second whole */
    FILE *out = tmpfile();
    char line[800];
    assert_int_equal(recorder_export(recorder, list[1].name, out), 2400);
    rewind(out);
    assert_non_null(fgets(line, sizeof line, out));
    assert_non_null(fgets(line, sizeof line, out));
    assert_memory_equal(line, "2026-01-16 00:00:00", 19);
    fclose(out);
    recorder_limit(recorder, 4096);
    recorder_trim(recorder, day_s + 2 * DAY_S);
    assert_int_equal(recorder_list(recorder, list, 4), 1); /* only today's is left */
    assert_int_equal(list[0].rows, 2400);
    recorder_trim(recorder, day_s + 3 * DAY_S);
    assert_int_equal(recorder_running(recorder)->rows, 0); /* it runs on, empty */
    struct pack_view pack = sample(0);
    recorder_limit(recorder, RECORDER_MAX_BYTES);
    assert_true(recorder_add(recorder, &pack, day_s + 3 * DAY_S));
    assert_int_equal(recorder_running(recorder)->rows, 1);
    recorder_close(recorder);
}

static void a_file_that_is_none_is_told(void **state)
{
    char why[400] = "";
    (void)state;
    char other[100];
    snprintf(other, sizeof other, "%s/other.db", folder);
    FILE *file = fopen(other, "w");
    assert_non_null(file);
    for (int i = 0; i < 2000; i++) {
        fputs("not a database ", file);
    }
    fclose(file);
    assert_null(recorder_open(other, begin_s, why, sizeof why));
    assert_non_null(strstr(why, "other.db"));
    assert_non_null(strstr(why, "not a database"));
    assert_null(recorder_open("/nowhere/x.db", begin_s, why, sizeof why));
    assert_non_null(strstr(why, "/nowhere/x.db"));
}

static void a_recording_is_read_in_pieces_while_it_runs_and_may_not_vanish_meanwhile(void **state)
{
    (void)state;
    enum { ROWS = 50, PIECE = 777 };   /* the first piece ends within a row */
    assert_int_equal(unlink(path), 0); /* of the tests before */
    struct recorder *recorder = open_at(begin_s);
    assert_true(recorder_begin(recorder, begin_s));
    for (int i = 0; i < ROWS; i++) {
        struct pack_view pack = sample(i);
        assert_true(recorder_add(recorder, &pack, begin_s + i));
    }
    struct recorder_reader *reader = recorder_read_begin(recorder, "20260115_120301");
    assert_non_null(reader);
    char piece[PIECE];
    size_t n;
    int lines = 0;
    int64_t late_s = begin_s + 100 * (int64_t)DAY_S;
    struct recording list[2];
    while ((n = recorder_read(reader, piece, sizeof piece)) > 0) {
        struct pack_view pack = sample(0);
        if (recorder_running(recorder) != NULL) { /* a row that comes now is the next reader's */
            assert_true(recorder_add(recorder, &pack, begin_s + ROWS));
            recorder_end(recorder);
            recorder_retain(recorder, late_s); /* old, but being read: it stays */
            assert_int_equal(recorder_list(recorder, list, 2), 1);
        }
        for (size_t i = 0; i < n; i++) {
            lines += piece[i] == '\n';
        }
    }
    recorder_read_end(reader);
    assert_int_equal(lines, ROWS + 1);
    recorder_retain(recorder, late_s);
    assert_int_equal(recorder_list(recorder, list, 2), 0);
    assert_true(recorder_begin(recorder, late_s)); /* nothing is stuck */
    assert_true(recorder_add(recorder, &(struct pack_view){.address = 1}, late_s));
    recorder_close(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_recording_is_named_by_its_start_and_counts_its_rows),
        cmocka_unit_test(the_export_has_every_row_and_empty_cells_for_what_is_not_there),
        cmocka_unit_test(it_is_kept_two_calendar_months),
        cmocka_unit_test(the_running_one_stays_however_old),
        cmocka_unit_test(a_kill_loses_no_second_that_was_over),
        cmocka_unit_test(a_recording_is_read_in_pieces_while_it_runs_and_may_not_vanish_meanwhile),
        cmocka_unit_test(over_its_limit_the_oldest_day_goes_first_and_today_stays),
        cmocka_unit_test(a_file_that_is_none_is_told),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
