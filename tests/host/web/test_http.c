/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP interface over loopback sockets: every route and every refusal. */
#include "http_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void every_route_of_the_document_answers(void **state)
{
    struct test *t = *state;
    set_up_owner(t);
    json_t *document = ask(t, "GET", "/openapi.json", NULL, 200);
    assert_string_equal(text_at(document, "openapi"), "3.1.0");
    const char *path, *method;
    json_t *operations, *operation;
    int n = 0;
    json_object_foreach(json_object_get(document, "paths"), path, operations)
    {
        json_object_foreach(operations, method, operation)
        {
            assert_string_not_equal(text_at(operation, "summary"), "");
            n++;
            if (strcmp(method, "get") != 0 || strcmp(path, "/api/stream") == 0 ||
                strcmp(path, "/api/recordings/{name}") == 0 || /* none yet: test_recordings.c */
                strcmp(path, "/api/blackbox/{id}") == 0) {     /* none yet: test_records.c */
                continue;
            }
            char url[120] = "";
            for (const char *at = path; *at != '\0'; at++) {
                bool of_pack = strncmp(path, "/api/panel/", 11) == 0 ||
                               strncmp(path, "/api/packs/", 11) == 0 ||
                               strncmp(path, "/api/records/", 13) == 0;
                const char *fill = strncmp(at, "{device}", 8) == 0 ? of_pack ? "pack1" : "inverter"
                                   : strncmp(at, "{name}", 6) == 0 ? "MCC"
                                                                   : NULL;
                size_t length = strlen(url);
                snprintf(url + length, sizeof url - length, fill == NULL ? "%.1s" : "%s",
                         fill == NULL ? at : fill);
                at = fill == NULL ? at : strchr(at, '}');
            }
            if (strcmp(path, "/api/history") == 0) {
                strcat(url, "?point=pv.power_w");
            }
            ask_only(t, "GET", url, NULL, 200);
            ask_only(t, "PATCH", url, NULL, 405);
        }
    }
    assert_true(n >= 20);
    json_decref(document);
}

static void points_come_with_a_prefix_and_unknown_ones_are_null(void **state)
{
    struct test *t = *state;
    json_t *all = ask(t, "GET", "/api/points", NULL, 200);
    json_t *pack = ask(t, "GET", "/api/points?prefix=pack1.", NULL, 200);
    assert_true(json_object_size(pack) > 20 && json_object_size(pack) < json_object_size(all));
    assert_true(json_is_integer(json_object_get(all, "pv.power_w")));
    assert_true(json_is_true(json_object_get(all, "grid.present")));
    assert_true(json_is_array(json_object_get(pack, "pack1.protections")));
    json_decref(all);
    json_decref(pack);
    ask_only(t, "POST", "/api/simulation", "{\"wire.can0\": \"cut\"}", 200);
    all = ask(t, "GET", "/api/points", NULL, 200);
    assert_true(json_is_null(json_object_get(all, "battery.soc_pct")));
    json_decref(all);
}

static void history_and_energy_give_what_was_recorded(void **state)
{
    struct test *t = *state;
    for (int i = 0; i < 3 * 1440; i++) {
        ask_only(t, "GET", "/api/auth", NULL, 200);
        if (i == 0) {
            ask_only(t, "POST", "/api/simulation", "{\"speed\": 3600}", 200);
        }
        if (i == 20) {
            break;
        }
    }
    for (int i = 0; i < 100; i++) {
        fake_site_advance(t->site, 500);
        store_sample(t->store, site_points(t->site), site_now_ms(t->site));
    }
    json_t *history =
        ask(t, "GET",
            "/api/history?point=pv.power_w,battery.soc_pct&from=2026-06-01T12:00:00Z&step=30m",
            NULL, 200);
    assert_int_equal(json_integer_value(json_object_get(history, "step_s")), 1800);
    const json_t *series = json_object_get(json_object_get(history, "points"), "battery.soc_pct");
    assert_int_equal(json_array_size(json_object_get(series, "mean")),
                     json_integer_value(json_object_get(history, "count")));
    assert_true(json_is_real(json_array_get(json_object_get(series, "mean"), 2)));
    json_decref(history);
    json_t *energy = ask(t, "GET", "/api/energy?by=day", NULL, 200);
    assert_true(json_array_size(json_object_get(energy, "rows")) >= 2);
    json_decref(energy);
    ask_only(t, "GET", "/api/energy?by=year&from=2026-01-01&to=2026-12-31", NULL, 200);
}

static void bad_parameters_are_refused_by_name_with_what_is_allowed(void **state)
{
    struct test *t = *state;
    static const char *const cases[][2] = {
        {"/api/history", "point"},
        {"/api/history?point=no.such", "point"},
        {"/api/history?point=pv.power_w&from=yesterday", "from"},
        {"/api/history?point=pv.power_w&to=2026-13-01", "to"},
        {"/api/history?point=pv.power_w&from=2026-06-02&to=2026-06-01", "from"},
        {"/api/history?point=pv.power_w&step=5x", "step"},
        {"/api/history?point=pv.power_w&step=-5", "step"},
        {"/api/history?point=pv.power_w&from=2000-01-01&to=2026-01-01&step=1s", "step"},
        {"/api/events?limit=0", "limit"},
        {"/api/events?limit=1001", "limit"},
        {"/api/events?before=x", "before"},
        {"/api/events?from=2026-06-01T25:61", "from"},
        {"/api/energy?by=week", "by"},
        {"/api/energy?from=June", "from"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *problem = ask(t, "GET", cases[i][0], NULL, 400);
        assert_string_equal(text_at(problem, "field"), cases[i][1]);
        assert_string_not_equal(text_at(problem, "detail"), "");
        assert_int_equal(json_integer_value(json_object_get(problem, "status")), 400);
        json_decref(problem);
    }
    ask_only(t, "GET", "/api/nothing", NULL, 404);
    ask_only(t, "GET", "/../etc/passwd", NULL, 404);
    ask_only(t, "GET", "/assets/%2e%2e/%2e%2e/etc/passwd", NULL, 404);
    ask_only(t, "GET", "/api/settings/nobody", NULL, 404);
    ask_only(t, "GET", "/api/settings/inverter/NONE", NULL, 404);
}

static void settings_are_written_by_the_owner_and_refused_in_words(void **state)
{
    struct test *t = *state;
    ask_only(t, "PUT", "/api/settings/inverter/MCC", "{\"value\": 50}", 401);
    set_up_owner(t);
    json_t *setting = ask(t, "PUT", "/api/settings/inverter/MCC", "{\"value\": 50}", 200);
    assert_string_equal(text_at(setting, "value"), "50");
    assert_string_equal(text_at(setting, "max"), "100");
    json_decref(setting);
    json_t *problem = ask(t, "PUT", "/api/settings/inverter/MCC", "{\"value\": 500}", 422);
    assert_string_equal(text_at(problem, "field"), "MCC");
    assert_string_equal(text_at(problem, "value"), "500");
    assert_non_null(strstr(text_at(problem, "allowed"), "0 to 100 A"));
    json_decref(problem);
    ask_only(t, "PUT", "/api/settings/inverter/BULK", "{\"value\": 56}", 403);
    ask_only(t, "PUT", "/api/settings/inverter/WFM", "{\"value\": \"XYZ\"}", 422);
    ask_only(t, "PUT", "/api/settings/inverter/WFM", "{\"value\": [1]}", 422);
    ask_only(t, "PUT", "/api/settings/inverter/WFM", "{}", 400);
    ask_only(t, "PUT", "/api/settings/inverter/NONE", "{\"value\": 1}", 404);
    ask_only(t, "PUT", "/api/settings/inverter", "{\"WFM\": \"SOL\", \"BUZ\": false}", 200);
    setting = ask(t, "GET", "/api/settings/inverter/BUZ", NULL, 200);
    assert_string_equal(text_at(setting, "value"), "OFF");
    json_decref(setting);
    problem = ask(t, "PUT", "/api/settings/inverter", "{\"WFM\": \"UTI\", \"MCC\": 101}", 422);
    assert_string_equal(text_at(problem, "field"), "MCC");
    json_decref(problem);
    json_t *events = ask(t, "GET", "/api/events?kind=setting&device=inverter", NULL, 200);
    assert_int_equal(json_array_size(json_object_get(events, "events")), 4);
    json_decref(events);
}

static void a_body_that_is_no_json_object_is_refused(void **state)
{
    struct test *t = *state;
    ask_only(t, "POST", "/api/simulation", "{\"speed\": ", 400);
    json_t *problem = ask(t, "POST", "/api/simulation", "[1]", 400);
    assert_string_equal(text_at(problem, "detail"),
                        "The body is a JSON list; it must be an object.");
    json_decref(problem);
    ask_only(t, "POST", "/api/simulation", "", 400);
    ask_only(t, "POST", "/api/simulation", "{\"speed\": 1, \"speed\": 2}", 400);
    struct answer answer = client_ask(&t->loop, t->port, "POST", "/api/simulation",
                                      "Content-Type: text/plain\r\n", "{\"speed\": 2}");
    assert_int_equal(answer.status, 415);
    answer_free(&answer);
    char *large = calloc(1, 40001);
    memset(large, ' ', 40000);
    answer = client_ask(&t->loop, t->port, "POST", "/api/simulation", "", large);
    assert_int_equal(answer.status, 413);
    answer_free(&answer);
    free(large);
}

static void knobs_turn_and_say_what_they_take(void **state)
{
    struct test *t = *state;
    json_t *knobs = ask(t, "POST", "/api/simulation", "{\"speed\": 60, \"cloud\": null}", 200);
    assert_string_equal(text_at(json_array_get(json_object_get(knobs, "knobs"), 0), "value"), "60");
    json_decref(knobs);
    json_t *problem = ask(t, "POST", "/api/simulation", "{\"speed\": 9000}", 422);
    assert_string_equal(text_at(problem, "field"), "speed");
    json_decref(problem);
    ask_only(t, "POST", "/api/simulation", "{\"nothing\": 1}", 404);
    ask_only(t, "POST", "/api/simulation", "{\"speed\": {}}", 422);
}

static void the_page_is_compressed_cached_and_careful(void **state)
{
    struct test *t = *state;
    char value[200], etag[120];
    struct answer a = client_ask(&t->loop, t->port, "GET", "/", "Accept-Encoding: gzip\r\n", NULL);
    assert_int_equal(a.status, 200);
    answer_header(&a, "Content-Encoding", value, sizeof value);
    assert_string_equal(value, "gzip");
    answer_header(&a, "Content-Security-Policy", value, sizeof value);
    assert_non_null(strstr(value, "default-src 'self'"));
    answer_header(&a, "X-Content-Type-Options", value, sizeof value);
    assert_string_equal(value, "nosniff");
    answer_header(&a, "ETag", value, sizeof value);
    snprintf(etag, sizeof etag, "If-None-Match: %.60s\r\n", value);
    answer_free(&a);
    a = client_ask(&t->loop, t->port, "GET", "/", etag, NULL);
    assert_int_equal(a.status, 304);
    answer_free(&a);
    a = client_ask(&t->loop, t->port, "GET", "/", "", NULL);
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "<title>Hearth</title>"));
    answer_free(&a);
    a = client_ask(&t->loop, t->port, "HEAD", "/", "", NULL);
    assert_int_equal(a.status, 200);
    assert_int_equal(a.n_body, 0);
    answer_free(&a);
}

static void metrics_are_openmetrics(void **state)
{
    struct test *t = *state;
    struct answer a = client_ask(&t->loop, t->port, "GET", "/metrics", "", NULL);
    char type[120];
    answer_header(&a, "Content-Type", type, sizeof type);
    assert_non_null(strstr(type, "application/openmetrics-text; version=1.0.0"));
    assert_non_null(
        strstr(a.body, "# TYPE hearth_pv_energy_kwh counter\nhearth_pv_energy_kwh_total "));
    assert_non_null(strstr(a.body, "hearth_pack_cell_v{pack=\"2\",cell=\"16\"} "));
    assert_non_null(strstr(a.body, "hearth_grid_present 1\n"));
    assert_non_null(strstr(a.body, "hearth_inverter_state{text=\"on_grid\"} 1\n"));
    assert_string_equal(a.body + a.n_body - 6, "# EOF\n");
    /* each family once, its samples together */
    char *rest = NULL, family[100] = "";
    for (char *line = strtok_r(a.body, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "# TYPE ", 7) == 0) {
            char next[100];
            snprintf(next, sizeof next, "%.*s", (int)strcspn(line + 7, " "), line + 7);
            assert_true(strcmp(next, family) > 0);
            memcpy(family, next, sizeof family);
        } else if (line[0] != '#') {
            assert_true(strncmp(line, family, strlen(family)) == 0);
        }
    }
    answer_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_route_of_the_document_answers, begin_demo),
        TEST(points_come_with_a_prefix_and_unknown_ones_are_null, begin_demo),
        TEST(history_and_energy_give_what_was_recorded, begin_demo),
        TEST(bad_parameters_are_refused_by_name_with_what_is_allowed, begin_demo),
        TEST(settings_are_written_by_the_owner_and_refused_in_words, begin_demo),
        TEST(a_body_that_is_no_json_object_is_refused, begin_demo),
        TEST(knobs_turn_and_say_what_they_take, begin_demo),
        TEST(the_page_is_compressed_cached_and_careful, begin_demo),
        TEST(metrics_are_openmetrics, begin_demo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
