/* SPDX-License-Identifier: Apache-2.0 */
/* /api/records, /api/blackbox, /api/last: what they say, to whom, and what is refused. */
#include "http_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/box_samples.h"

#define RECORDS "/api/records/pack1"

static int64_t number_at(const json_t *json, const char *key)
{
    return json_integer_value(json_object_get(json, key));
}

static size_t count_at(const json_t *json, const char *key)
{
    return json_array_size(json_object_get(json, key));
}

static void records_come_in_pages_until_the_end(void **state)
{
    struct test *t = *state;
    json_t *page = ask(t, "GET", RECORDS, NULL, 200);
    assert_int_equal(number_at(page, "oldest"), 1);
    assert_int_equal(number_at(page, "newest"), 120);
    assert_int_equal(number_at(page, "count"), 120);
    assert_int_equal(count_at(page, "records"), 100);
    assert_true(json_is_false(json_object_get(page, "end")));
    const json_t *first = json_array_get(json_object_get(page, "records"), 0);
    assert_int_equal(number_at(first, "sequence"), 1);
    assert_string_equal(text_at(first, "event"), "COCP set");
    assert_int_equal(count_at(first, "cells_v"), 16);
    assert_int_equal(count_at(first, "temperatures_c"), 6);
    assert_int_equal(count_at(first, "protections"), 2);
    assert_int_equal(count_at(first, "faults"), 0);
    assert_true(fabs(json_real_value(json_object_get(first, "current_a")) - 12.345) < 1e-9);
    json_decref(page);
    page = ask(t, "GET", RECORDS "?from=102&max=50", NULL, 200);
    assert_int_equal(count_at(page, "records"), 19);
    assert_true(json_is_true(json_object_get(page, "end")));
    json_decref(page);
    page = ask(t, "GET", RECORDS "?from=49&max=2", NULL, 200); /* 50 is damaged */
    const json_t *second = json_array_get(json_object_get(page, "records"), 1);
    assert_int_equal(number_at(second, "sequence"), 51);
    json_decref(page);
    page = ask(t, "GET", RECORDS "?from=4294967295", NULL, 200);
    assert_int_equal(count_at(page, "records"), 0);
    assert_true(json_is_true(json_object_get(page, "end")));
    json_decref(page);
}

static void what_cannot_be_asked_is_refused(void **state)
{
    struct test *t = *state;
    ask_only(t, "GET", "/api/records/pack9", NULL, 404);
    ask_only(t, "GET", "/api/records/inverter", NULL, 404);
    ask_only(t, "GET", RECORDS "?from=x", NULL, 400);
    ask_only(t, "GET", RECORDS "?from=-1", NULL, 400);
    ask_only(t, "GET", RECORDS "?max=0", NULL, 400);
    ask_only(t, "GET", RECORDS "?max=501", NULL, 400);
    ask_only(t, "POST", RECORDS, "{}", 405);
}

static void records_come_as_csv_by_query_or_header(void **state)
{
    struct test *t = *state;
    const char *const headers[] = {"", "Accept: text/csv\r\n"};
    const char *const paths[] = {RECORDS "?format=csv", RECORDS};
    for (int i = 0; i < 2; i++) {
        char type[80];
        int lines = 0;
        struct answer answer = client_ask(&t->loop, t->port, "GET", paths[i], headers[i], NULL);
        assert_int_equal(answer.status, 200);
        answer_header(&answer, "Content-Type", type, sizeof type);
        assert_string_equal(type, "text/csv; charset=utf-8");
        for (const char *at = answer.body; (at = strstr(at, "\r\n")) != NULL; at += 2) {
            lines++;
        }
        assert_int_equal(lines, 120); /* a head, and all but the damaged one */
        assert_non_null(strstr(answer.body, "\"Charge over-current, the \"\"first\"\" level\""));
        assert_non_null(strstr(answer.body, "\"COCP,TOVP\""));
        answer_free(&answer);
    }
}

static void log_in_installer(struct test *t)
{
    ask_only(t, "PUT", "/api/auth/password",
             "{\"role\": \"installer\", \"password\": \"correct tools\"}", 200);
    struct answer answer = client_ask(&t->loop, t->port, "POST", "/api/auth/login", "",
                                      "{\"role\": \"installer\", \"password\": \"correct tools\"}");
    assert_int_equal(answer.status, 200);
    keep_cookie(t, &answer);
    answer_free(&answer);
}

static void only_the_installer_deletes_records(void **state)
{
    struct test *t = *state;
    ask_only(t, "DELETE", RECORDS, NULL, 401);
    set_up_owner(t);
    ask_only(t, "DELETE", RECORDS, NULL, 403);
    log_in_installer(t);
    ask_only(t, "DELETE", "/api/records/pack9", NULL, 404);
    json_t *done = ask(t, "DELETE", RECORDS, NULL, 200);
    assert_int_equal(number_at(done, "deleted"), 120);
    json_decref(done);
    json_t *page = ask(t, "GET", RECORDS, NULL, 200);
    assert_int_equal(number_at(page, "count"), 0);
    assert_true(json_is_true(json_object_get(page, "end")));
    json_decref(page);
}

/* A box as a board would close it: `n` samples of two cells, 100 ms apart, across the clock's wrap.
 */
static int64_t keep_box(struct test *t, int n, const char *device, const char *code)
{
    static struct black_sample samples[BLACK_BOXES * BLACK_BOX_SAMPLES];
    struct black_box memory;
    uint32_t trip_ms = 20000;
    black_box_init(&memory, samples);
    for (int i = 0; i < n; i++) {
        samples[i] = (struct black_sample){.at_ms = trip_ms - (uint32_t)(n - 1 - i) * 100U,
                                           .current_ma = -1000 * i,
                                           .cell_mv = {3300, (uint16_t)(3300 - i)},
                                           .temp_c10 = {-15, 250, 250, 250, 240, 310},
                                           .soc_pct100 = 5000,
                                           .gates = 3};
    }
    memory.n[0] = (uint16_t)n;
    memory.trip_ms[0] = trip_ms;
    memory.trips = 1;
    struct store_box box = {.at_ms = site_now_ms(t->site), .trip = 3, .n_cells = 2};
    snprintf(box.device, sizeof box.device, "%s", device);
    snprintf(box.code, sizeof box.code, "%s", code);
    snprintf(box.name, sizeof box.name, "Over-current");
    void *bytes = box_pack(&memory, 1, 2, &box.n_rows);
    assert_non_null(bytes);
    int64_t id =
        store_box_put(t->store, &box, bytes, (size_t)box.n_rows * box_row_bytes(box.n_cells));
    free(bytes);
    assert_true(id > 0);
    return id;
}

static void the_minute_before_a_protection_is_told(void **state)
{
    struct test *t = *state;
    char path[60];
    (void)keep_box(t, 10, "pack2", "COCP");
    int64_t id = keep_box(t, 600, "pack1", "DOCP");
    json_t *list = ask(t, "GET", "/api/blackbox", NULL, 200);
    assert_int_equal(count_at(list, "boxes"), 2);
    const json_t *newest = json_array_get(json_object_get(list, "boxes"), 0);
    assert_int_equal(number_at(newest, "id"), id);
    assert_string_equal(text_at(newest, "device"), "pack1");
    assert_string_equal(text_at(newest, "code"), "DOCP");
    assert_int_equal(number_at(newest, "trip"), 3);
    assert_int_equal(number_at(newest, "samples"), 600);
    json_decref(list);
    list = ask(t, "GET", "/api/blackbox?device=pack2", NULL, 200);
    assert_int_equal(count_at(list, "boxes"), 1);
    json_decref(list);
    snprintf(path, sizeof path, "/api/blackbox/%d", (int)id);
    json_t *box = ask(t, "GET", path, NULL, 200);
    assert_int_equal(count_at(box, "time_s"), 600);
    assert_int_equal(count_at(box, "cells_v"), 2);
    const json_t *times = json_object_get(box, "time_s");
    assert_true(fabs(json_real_value(json_array_get(times, 0)) + 59.9) < 1e-6);
    assert_true(json_real_value(json_array_get(times, 599)) == 0.0);
    const json_t *low = json_object_get(box, "cell_min_v");
    assert_true(fabs(json_real_value(json_array_get(low, 599)) - 2.701) < 1e-9);
    const json_t *amps = json_object_get(box, "current_a");
    assert_true(fabs(json_real_value(json_array_get(amps, 599)) + 599.0) < 1e-9);
    json_decref(box);
}

static void a_black_box_comes_as_csv_and_an_unknown_one_is_said(void **state)
{
    struct test *t = *state;
    char path[60];
    snprintf(path, sizeof path, "/api/blackbox/%d?format=csv", (int)keep_box(t, 5, "pack1", "UVP"));
    struct answer answer = client_ask(&t->loop, t->port, "GET", path, "", NULL);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(answer.body, "time_s,current_a,voltage_v"));
    assert_non_null(strstr(answer.body, "\r\n-0.4,0.000,6.600,3.300,3.300,50.00,1,1,-1.5,25.0"));
    answer_free(&answer);
    ask_only(t, "GET", "/api/blackbox/77", NULL, 404);
    ask_only(t, "GET", "/api/blackbox/x", NULL, 404);
}

static void what_was_known_once_is_told_apart_with_its_time(void **state)
{
    struct test *t = *state;
    struct points *points = site_points(t->site);
    int index = points_find(points, "pack2.voltage_v");
    double volts = points_get(points, index)->number;
    points_invalidate(points, index);
    json_t *last = ask(t, "GET", "/api/last?prefix=pack2.", NULL, 200);
    const json_t *value = json_object_get(last, "pack2.voltage_v");
    assert_true(fabs(json_real_value(json_object_get(value, "value")) - volts) < 1e-9);
    assert_int_equal(number_at(value, "at_ms"), site_now_ms(t->site));
    assert_null(json_object_get(last, "pack2.current_a")); /* known: not an old one */
    json_decref(last);
    json_t *live = ask(t, "GET", "/api/points?prefix=pack2.voltage", NULL, 200);
    assert_true(json_is_null(json_object_get(live, "pack2.voltage_v")));
    json_decref(live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(records_come_in_pages_until_the_end, begin_demo),
        TEST(what_cannot_be_asked_is_refused, begin_demo),
        TEST(records_come_as_csv_by_query_or_header, begin_demo),
        TEST(only_the_installer_deletes_records, begin_demo),
        TEST(the_minute_before_a_protection_is_told, begin_demo),
        TEST(a_black_box_comes_as_csv_and_an_unknown_one_is_said, begin_demo),
        TEST(what_was_known_once_is_told_apart_with_its_time, begin_demo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
