/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, values, events, bounds, and the bytes the disk pays. */
#include "fixture.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct test {
    char folder[64], path[128];
};

static int begin(void **state)
{
    struct test *t = calloc(1, sizeof *t);
    fixture_folder(t->folder, sizeof t->folder);
    fixture_path(t->path, sizeof t->path, t->folder, "h.db");
    *state = t;
    return 0;
}

static int end(void **state)
{
    struct test *t = *state;
    fixture_remove(t->folder);
    free(t);
    return 0;
}

static void values_and_events_are_there_after_reopening(void **state)
{
    const struct test *t = *state;
    struct store *store = fixture_open(t->path);
    assert_true(store_kv_put(store, "auth.owner", "secret"));
    assert_true(store_kv_put(store, "auth.owner", "secret2"));
    struct site_event event = {.at_ms = DAY_MS,
                               .device = "pack1",
                               .kind = "protection",
                               .code = "COCP",
                               .active = true,
                               .text = "Over current"};
    int64_t id = store_event(store, &event);
    assert_true(id > 0);
    assert_true(store_event(store, &event) > id);
    store_close(store);
    store = fixture_open(t->path);
    char *value = store_kv_get(store, "auth.owner");
    assert_string_equal(value, "secret2");
    free(value);
    assert_null(store_kv_get(store, "nothing"));
    assert_true(store_kv_delete(store, "auth.owner"));
    assert_null(store_kv_get(store, "auth.owner"));
    assert_int_equal(store_stats(store).n_events, 2);
    store_close(store);
}

static void keep_last(void *context, const struct site_event *event)
{
    *(struct site_event *)context = *event;
}

static void events_are_found_by_time_device_kind_and_page(void **state)
{
    const struct test *t = *state;
    struct store *store = fixture_open(t->path);
    for (int i = 0; i < 100; i++) {
        struct site_event event = {.at_ms = DAY_MS + i * 1000, .active = i % 2 == 0};
        snprintf(event.device, sizeof event.device, "pack%d", i % 4 + 1);
        snprintf(event.kind, sizeof event.kind, i % 10 == 0 ? "fault" : "info");
        snprintf(event.code, sizeof event.code, "C%d", i);
        assert_int_equal(store_event(store, &event), i + 1);
    }
    struct site_event last;
    struct store_event_query query = {.limit = 1000};
    assert_int_equal(store_events(store, &query, keep_last, &last), 100);
    assert_string_equal(last.code, "C0"); /* newest first */
    query = (struct store_event_query){.limit = 10, .before_id = 51};
    assert_int_equal(store_events(store, &query, keep_last, &last), 10);
    assert_string_equal(last.code, "C40");
    query = (struct store_event_query){.limit = 1000, .device = "pack3", .kind = "fault"};
    assert_int_equal(store_events(store, &query, keep_last, &last), 5);
    query = (struct store_event_query){
        .limit = 1000, .from_ms = DAY_MS + 10000, .to_ms = DAY_MS + 20000};
    assert_int_equal(store_events(store, &query, keep_last, &last), 10);
    store_close(store);
}

static void a_path_that_cannot_hold_a_store_is_refused_in_words(void **state)
{
    const struct test *t = *state;
    char why[300] = "", path[200];
    assert_null(store_open(t->folder, why, sizeof why));
    assert_non_null(strstr(why, "is a folder"));
    snprintf(path, sizeof path, "%s/no/such/folder.db", t->folder);
    assert_null(store_open(path, why, sizeof why));
    assert_non_null(strstr(why, path));
    assert_null(store_open("/proc/hearth.db", why, sizeof why)); /* read-only, even for root */
    assert_non_null(strstr(why, "/proc/hearth.db"));
}

static void a_database_of_another_program_is_left_alone(void **state)
{
    const struct test *t = *state;
    char command[300], why[300] = "";
    snprintf(command, sizeof command,
             "python3 -c \"import sqlite3; c=sqlite3.connect('%s'); "
             "c.execute('create table mine(x)'); c.commit()\"",
             t->path);
    if (system(command) != 0) { // NOLINT(cert-env33-c)
        skip();
    }
    assert_null(store_open(t->path, why, sizeof why));
    assert_non_null(strstr(why, "another program"));
    assert_int_equal(access(t->path, F_OK), 0);
}

static struct points *house(int n)
{
    struct points *points = points_new();
    for (int i = 0; i < n; i++) {
        char name[32];
        snprintf(name, sizeof name, "pack%d.value_%d", i / 20 + 1, i % 20);
        points_define(points, name, POINT_NUMBER, 3, true);
    }
    return points;
}

/* A third of the points moves every second, as in a house: powers, currents, some cells. */
static void move(struct points *points, int64_t at_ms)
{
    double s = (double)(at_ms / 1000);
    for (int i = 0; i < points_count(points); i++) {
        bool fast = i % 3 == 0;
        points_set_number(points, i, 3.3 + 0.05 * sin((fast ? s : floor(s / 60)) / 40 + i), at_ms);
    }
}

static int64_t written_bytes(void)
{
    char line[128];
    long long written = 0;
    FILE *file = fopen("/proc/self/io", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        (void)sscanf(line, "wchar: %lld", &written); // NOLINT(cert-err34-c)
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return written;
}

static void an_hour_of_120_points_costs_the_flash_little(void **state)
{
    const struct test *t = *state;
    struct store *store = fixture_open(t->path);
    struct points *points = house(120);
    int64_t before = written_bytes();
    for (int i = 0; i < 3600; i++) {
        fixture_real_ms += 1000;
        move(points, DAY_MS + i * 1000);
        store_sample(store, points, DAY_MS + i * 1000);
    }
    int64_t per_second = (written_bytes() - before) / 3600;
    struct store_stats stats = store_stats(store);
    print_message("# %lld bytes/s written, file %lld bytes/h of %d points\n", (long long)per_second,
                  (long long)stats.size_bytes, 120);
    assert_true(per_second < 16000);
    assert_int_equal(stats.n_seconds, 3600);
    assert_int_equal(stats.n_minutes, 59);
    store_close(store);
    points_free(points);
}

static void old_seconds_and_minutes_go_and_the_bound_holds(void **state)
{
    const struct test *t = *state;
    char why[200];
    struct store_options options = {.real_ms = fixture_clock,
                                    .seconds_kept_s = 600,
                                    .minutes_kept_s = 1800,
                                    .bound_bytes = 300000};
    struct store *store = store_open_with(t->path, &options, why, sizeof why);
    struct points *points = house(40);
    for (int i = 0; i < 4 * 3600; i++) {
        fixture_real_ms += 1000;
        move(points, DAY_MS + i * 1000);
        store_sample(store, points, DAY_MS + i * 1000);
    }
    struct store_stats stats = store_stats(store);
    assert_in_range(stats.n_seconds, 600, 661);
    assert_in_range(stats.n_minutes, 29, 32);
    assert_int_equal(stats.n_quarters, 15);
    assert_true(stats.size_bytes <= 300000);
    store_close(store);
    /* A bound too small for the seconds: they go first. */
    options.seconds_kept_s = 86400;
    options.bound_bytes = 250000;
    store = store_open_with(t->path, &options, why, sizeof why);
    for (int i = 0; i < 2 * 3600; i++) {
        fixture_real_ms += 1000;
        move(points, DAY_MS + (5 * 3600 + i) * INT64_C(1000));
        store_sample(store, points, DAY_MS + (5 * 3600 + i) * INT64_C(1000));
    }
    stats = store_stats(store);
    assert_true(stats.size_bytes < 400000);
    assert_true(stats.n_quarters >= 20);
    store_close(store);
    points_free(points);
}

static void a_full_disk_is_survived_and_told(void **state)
{
    const struct test *t = *state;
    char why[200];
    struct store_options options = {.real_ms = fixture_clock, .hard_pages = 30};
    struct store *store = store_open_with(t->path, &options, why, sizeof why);
    struct points *points = house(60);
    int64_t acknowledged = 0;
    struct site_event event = {.at_ms = DAY_MS,
                               .device = "site",
                               .kind = "info",
                               .code = "tick",
                               .active = true,
                               .text = "a text of some length to fill the pages"};
    for (int i = 0; i < 3000; i++) {
        fixture_real_ms += 1000;
        move(points, DAY_MS + i * 1000);
        store_sample(store, points, DAY_MS + i * 1000);
        if (i % 20 == 0 && store_event(store, &event) > 0) {
            acknowledged++;
        }
    }
    struct store_stats stats = store_stats(store);
    assert_true(stats.is_full);
    assert_true(stats.events_waiting > 0);
    assert_int_equal(stats.n_events, acknowledged);
    store_close(store);
    /* Room again: what is on the disk is sound, and it goes on. */
    store = fixture_open(t->path);
    assert_string_equal(store_notice(store), "");
    assert_int_equal(store_stats(store).n_events, acknowledged);
    fixture_real_ms += 1000;
    store_sample(store, points, DAY_MS + 4000000);
    assert_false(store_stats(store).is_full);
    store_close(store);
    points_free(points);
}

static void room_that_returns_lets_what_waited_in(void **state)
{
    const struct test *t = *state;
    if (geteuid() != 0) {
        skip();
    }
    char command[200], path[200], filler[200], why[200];
    snprintf(command, sizeof command, "mount -t tmpfs -o size=1m none %s", t->folder);
    if (system(command) != 0) { // NOLINT(cert-env33-c)
        skip();
    }
    snprintf(path, sizeof path, "%s/h.db", t->folder);
    snprintf(filler, sizeof filler, "%s/filler", t->folder);
    struct store_options options = {.real_ms = fixture_clock};
    struct store *store = store_open_with(path, &options, why, sizeof why);
    struct points *points = house(60);
    fixture_real_ms += 1000;
    move(points, DAY_MS - 1000);
    store_sample(store, points, DAY_MS - 1000);
    int fd = open(filler, O_CREAT | O_WRONLY, 0600);
    char block[4096] = {0};
    while (write(fd, block, sizeof block) > 0) {
    }
    close(fd);
    for (int i = 0; i < 120; i++) {
        fixture_real_ms += 1000;
        move(points, DAY_MS + i * 1000);
        store_sample(store, points, DAY_MS + i * 1000);
    }
    struct site_event event = {.at_ms = DAY_MS, .device = "site", .kind = "fault", .code = "X"};
    assert_int_equal(store_event(store, &event), 0);
    assert_true(store_stats(store).is_full);
    (void)unlink(filler);
    for (int i = 120; i < 124; i++) {
        fixture_real_ms += 1000;
        move(points, DAY_MS + i * 1000);
        store_sample(store, points, DAY_MS + i * 1000);
    }
    struct store_stats stats = store_stats(store);
    assert_false(stats.is_full);
    assert_int_equal(stats.events_waiting, 0);
    assert_int_equal(stats.n_seconds, 125);
    assert_int_equal(stats.n_events, 2); /* the fault that waited, and that there is room again */
    store_close(store);
    points_free(points);
    snprintf(command, sizeof command, "umount %s", t->folder);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c)
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_and_events_are_there_after_reopening, begin, end),
        cmocka_unit_test_setup_teardown(events_are_found_by_time_device_kind_and_page, begin, end),
        cmocka_unit_test_setup_teardown(a_path_that_cannot_hold_a_store_is_refused_in_words, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_database_of_another_program_is_left_alone, begin, end),
        cmocka_unit_test_setup_teardown(an_hour_of_120_points_costs_the_flash_little, begin, end),
        cmocka_unit_test_setup_teardown(old_seconds_and_minutes_go_and_the_bound_holds, begin, end),
        cmocka_unit_test_setup_teardown(a_full_disk_is_survived_and_told, begin, end),
        cmocka_unit_test_setup_teardown(room_that_returns_lets_what_waited_in, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
