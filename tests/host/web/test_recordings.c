/* SPDX-License-Identifier: Apache-2.0 */
/* /api/recordings: begun, counted, ended, listed, and one as CSV. */
#include "http_fixture.h"

#include <string.h>

static int64_t number_at(const json_t *json, const char *key)
{
    return json_integer_value(json_object_get(json, key));
}

static void a_recording_counts_its_rows_until_it_is_ended(void **state)
{
    struct test *t = *state;
    json_t *all = ask(t, "GET", "/api/recordings", NULL, 200);
    assert_true(json_is_false(json_object_get(all, "running")));
    assert_int_equal(json_array_size(json_object_get(all, "recordings")), 0);
    json_decref(all);
    ask_only(t, "POST", "/api/recordings", "{\"running\": true, \"interval_s\": 1}", 200);
    fake_site_advance(t->site, 1000);
    fake_site_advance(t->site, 1000);
    all = ask(t, "GET", "/api/recordings", NULL, 200);
    assert_int_equal(number_at(json_object_get(all, "current"), "rows"), 4);
    json_decref(all);
    ask_only(t, "POST", "/api/recordings", "{\"running\": true}", 409);
    all = ask(t, "POST", "/api/recordings", "{\"running\": false}", 200);
    assert_true(json_is_false(json_object_get(all, "running")));
    fake_site_advance(t->site, 1000);
    const json_t *one = json_array_get(json_object_get(all, "recordings"), 0);
    assert_string_equal(text_at(one, "name"), "20260601_120000");
    assert_int_equal(number_at(one, "rows"), 4);
    json_decref(all);
    ask_only(t, "POST", "/api/recordings", "{}", 400);
    ask_only(t, "POST", "/api/recordings", "{\"running\": true, \"interval_s\": 0}", 400);
    json_t *problem =
        ask(t, "POST", "/api/recordings", "{\"running\": true, \"interval_s\": -5}", 400);
    assert_string_equal(text_at(problem, "field"), "interval_s");
    assert_non_null(strstr(text_at(problem, "detail"), "interval"));
    json_decref(problem);
    ask_only(t, "POST", "/api/recordings", "{\"running\": true, \"interval_s\": \"x\"}", 400);
}

static void it_comes_as_csv_whole_also_when_it_is_long(void **state)
{
    struct test *t = *state;
    enum { ADVANCES = 1500 };
    ask_only(t, "POST", "/api/recordings", "{\"running\": true}", 200);
    for (int i = 0; i < ADVANCES; i++) {
        fake_site_advance(t->site, 1000);
    }
    struct answer answer =
        client_ask(&t->loop, t->port, "GET", "/api/recordings/20260601_120000", "", NULL);
    assert_int_equal(answer.status, 200);
    assert_ptr_equal(strstr(answer.body, "time,pack,current_a,voltage_v,soc_pct"), answer.body);
    assert_non_null(strstr(answer.body, "\n2026-06-01 12:00:01,1,-1.5,52.8,62,"));
    int lines = 0;
    for (const char *c = answer.body; (c = strchr(c, '\n')) != NULL; c++) {
        lines++;
    }
    assert_int_equal(lines, 1 + 2 * ADVANCES);
    char type[60];
    answer_header(&answer, "Content-Type", type, sizeof type);
    assert_string_equal(type, "text/csv; charset=utf-8");
    answer_free(&answer);
    ask_only(t, "GET", "/api/recordings/20200101_000000", NULL, 404);
    ask_only(t, "GET", "/api/recordings/%22;DROP", NULL, 404);
}

static void a_viewer_reads_them_and_does_not_record(void **state)
{
    struct test *t = *state;
    set_up_owner(t);
    ask_only(t, "PUT", "/api/auth/password",
             "{\"role\": \"viewer\", \"password\": \"just looking\"}", 200);
    ask_only(t, "POST", "/api/recordings", "{\"running\": true}", 200);
    t->cookie[0] = '\0';
    ask_only(t, "GET", "/api/recordings", NULL, 401);
    struct answer answer = client_ask(&t->loop, t->port, "POST", "/api/auth/login", "",
                                      "{\"role\": \"viewer\", \"password\": \"just looking\"}");
    keep_cookie(t, &answer);
    answer_free(&answer);
    ask_only(t, "GET", "/api/recordings", NULL, 200);
    ask_only(t, "POST", "/api/recordings", "{\"running\": false}", 403);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_recording_counts_its_rows_until_it_is_ended, begin_demo),
        TEST(it_comes_as_csv_whole_also_when_it_is_long, begin_demo),
        TEST(a_viewer_reads_them_and_does_not_record, begin_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
