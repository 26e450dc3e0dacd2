/* SPDX-License-Identifier: Apache-2.0 */
/* kill -9 at any moment, fifty times over one file: no acknowledged event is missing, at most the
   last second of samples is, and the file is sound each time. */
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 50 };

/* What the child tells through the pipe, each only after the store took it. */
struct told {
    int64_t event_id, sampled_s;
};

static void write_until_killed(const char *path, int out, int64_t from_s)
{
    int64_t real_ms = 0;
    struct store *store = fixture_open(path);
    struct points *points = points_new();
    for (int i = 0; i < 30; i++) {
        char name[32];
        snprintf(name, sizeof name, "a.value_%d", i);
        points_define(points, name, POINT_NUMBER, 2, true);
    }
    for (int64_t s = from_s;; s++) {
        struct told told = {0, s};
        real_ms += 1000;
        fixture_real_ms = real_ms;
        for (int i = 0; i < 30; i++) {
            points_set_number(points, i, (double)(s % 1000) + i, DAY_MS + s * 1000);
        }
        store_sample(store, points, DAY_MS + s * 1000);
        if (s % 3 == 0) {
            struct site_event event = {.at_ms = DAY_MS + s * 1000,
                                       .device = "pack1",
                                       .kind = "fault",
                                       .code = "K",
                                       .active = true};
            told.event_id = store_event(store, &event);
        }
        if (write(out, &told, sizeof told) != sizeof told) {
            _exit(1);
        }
    }
}

static struct told run_and_kill(const char *path, int64_t from_s, int ms)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        write_until_killed(path, ends[1], from_s);
    }
    close(ends[1]);
    struct told last = {0, from_s - 1}, told;
    assert_int_equal(read(ends[0], &told, sizeof told), sizeof told); /* it runs */
    last = told;
    struct timespec pause = {0, ms * 1000000L};
    nanosleep(&pause, NULL);
    kill(child, SIGKILL);
    while (read(ends[0], &told, sizeof told) == (ssize_t)sizeof told) {
        last.sampled_s = told.sampled_s;
        last.event_id = told.event_id > 0 ? told.event_id : last.event_id;
    }
    close(ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return last;
}

static void keep_newest(void *context, const struct site_event *event)
{
    int64_t *newest = context;
    *newest = event->id > *newest ? event->id : *newest;
}

static void nothing_acknowledged_is_lost(void **state)
{
    (void)state;
    static const char *const names[] = {"a.value_0"};
    char folder[64], path[128], why[200];
    fixture_folder(folder, sizeof folder);
    fixture_path(path, sizeof path, folder, "h.db");
    int64_t next_s = 0, total = 0, newest_ever = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct told told = run_and_kill(path, next_s, 3 + (round * 7) % 40);
        newest_ever = told.event_id > newest_ever ? told.event_id : newest_ever;
        struct store *store = fixture_open(path);
        assert_string_equal(store_notice(store), "");
        int64_t newest = 0;
        struct store_event_query events = {.limit = 1};
        (void)store_events(store, &events, keep_newest, &newest);
        assert_true(newest >= newest_ever);
        struct store_query query = {.names = names,
                                    .n_names = 1,
                                    .from_ms = DAY_MS + next_s * 1000,
                                    .to_ms = DAY_MS + (told.sampled_s + 1) * 1000,
                                    .step_s = 1};
        struct store_history history;
        assert_true(store_history(store, &query, &history, why, sizeof why));
        for (int i = 0; i < history.n_bins; i++) {
            assert_true(history.bins[i].valid);
            assert_true(history.bins[i].mean == (double)((next_s + i) % 1000));
        }
        total += history.n_bins;
        store_history_free(&history);
        store_close(store);
        next_s = told.sampled_s + 2;
    }
    print_message("# %d kills, %lld seconds and %lld events, none lost\n", ROUNDS, (long long)total,
                  (long long)newest_ever);
    fixture_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_acknowledged_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
