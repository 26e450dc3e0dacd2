/* SPDX-License-Identifier: Apache-2.0 */
/* A file cut or overwritten anywhere opens, tells, and keeps what could be read. */
#include "fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct test {
    char folder[64], good[128], path[128];
    off_t size;
};

static void fill(const char *path)
{
    struct store *store = fixture_open(path);
    struct points *points = points_new();
    for (int i = 0; i < 50; i++) {
        char name[32];
        snprintf(name, sizeof name, "a.value_%d", i);
        points_define(points, name, POINT_NUMBER, 2, true);
    }
    for (int i = 0; i < 2000; i++) {
        fixture_real_ms += 1000;
        for (int k = 0; k < 50; k++) {
            points_set_number(points, k, (i * k) % 100, DAY_MS + i * 1000);
        }
        store_sample(store, points, DAY_MS + i * 1000);
    }
    for (int i = 0; i < 500; i++) {
        struct site_event event = {.at_ms = DAY_MS + i,
                                   .device = "pack1",
                                   .kind = "alarm",
                                   .code = "X",
                                   .text = "one of five hundred"};
        assert_true(store_event(store, &event) > 0);
    }
    assert_true(store_kv_put(store, "auth.owner", "kept"));
    store_close(store);
    points_free(points);
}

static int begin(void **state)
{
    struct test *t = calloc(1, sizeof *t);
    fixture_folder(t->folder, sizeof t->folder);
    fixture_path(t->good, sizeof t->good, t->folder, "good.db");
    fixture_path(t->path, sizeof t->path, t->folder, "h.db");
    fill(t->good);
    struct stat status;
    assert_int_equal(stat(t->good, &status), 0);
    t->size = status.st_size;
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

static void copy_good(const struct test *t, off_t length)
{
    char *data = calloc(1, (size_t)t->size);
    int in = open(t->good, O_RDONLY), out = open(t->path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_int_equal(read(in, data, (size_t)t->size), t->size);
    assert_int_equal(write(out, data, (size_t)length), length);
    close(in);
    close(out);
    free(data);
}

static void a_damaged_page_costs_little_and_is_told(void **state)
{
    const struct test *t = *state;
    int n_told = 0;
    int64_t most = 0;
    for (off_t page = 0; page < t->size / 4096; page += 7) {
        copy_good(t, t->size);
        int fd = open(t->path, O_WRONLY);
        char noise[4096];
        memset(noise, 0xA5, sizeof noise);
        assert_int_equal(pwrite(fd, noise, sizeof noise, page * 4096), sizeof noise);
        close(fd);
        struct store *store = fixture_open(t->path); /* asserts that it opens */
        n_told += store_notice(store)[0] != '\0';
        int64_t n = store_stats(store).n_events;
        most = n > most ? n : most;
        struct site_event event = {.at_ms = 1, .device = "a", .kind = "info", .code = "b"};
        assert_true(store_event(store, &event) > 0);
        store_close(store);
    }
    assert_true(n_told > 0);
    assert_int_equal(most, 500);
    char aside[160];
    snprintf(aside, sizeof aside, "%s.damaged-1", t->path);
    assert_int_equal(access(aside, F_OK), 0);
}

static void keep(void *context, const struct site_event *event)
{
    *(struct site_event *)context = *event;
}

static void a_file_cut_anywhere_opens_and_tells(void **state)
{
    const struct test *t = *state;
    for (int part = 0; part < 8; part++) {
        copy_good(t, t->size * part / 8 + (part == 1 ? 1234 : 0));
        struct store *store = fixture_open(t->path);
        assert_string_not_equal(store_notice(store), "");
        struct points *points = points_new();
        fixture_real_ms += 2000;
        points_set_number(points, points_define(points, "a.b", POINT_NUMBER, 0, true), 1, 1);
        store_sample(store, points, DAY_MS);
        struct store_event_query query = {.limit = 1, .device = "site"};
        struct site_event told = {0};
        assert_int_equal(store_events(store, &query, keep, &told), 1);
        assert_string_equal(told.code, "store");
        store_close(store);
        points_free(points);
    }
}

static void a_file_that_is_no_database_is_kept_aside(void **state)
{
    const struct test *t = *state;
    int fd = open(t->path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(write(fd, "not a database\n", 15), 15);
    }
    close(fd);
    struct store *store = fixture_open(t->path);
    assert_non_null(strstr(store_notice(store), "damaged-1"));
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_damaged_page_costs_little_and_is_told, begin, end),
        cmocka_unit_test_setup_teardown(a_file_cut_anywhere_opens_and_tells, begin, end),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_database_is_kept_aside, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
