/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP interface over loopback sockets: every route, every refusal, accounts, live streams. */
#include <setjmp.h> /* IWYU pragma: keep */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "fake_site.h"
#include "host/http/web.h"

struct test {
    uv_loop_t loop;
    struct site *site;
    struct store *store;
    struct web *web;
    char folder[64], path[100], cookie[160];
    uint16_t port;
};

static void on_event(void *context, const struct site_event *event)
{
    struct test *t = context;
    struct site_event stored = *event;
    stored.id = store_event(t->store, event);
    if (t->web != NULL) {
        web_event(t->web, &stored);
    }
}

static int begin_with(void **state, bool simulated, const char *listen)
{
    char why[200] = "";
    struct test *t = calloc(1, sizeof *t);
    snprintf(t->folder, sizeof t->folder, "/tmp/hearth-http-XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    snprintf(t->path, sizeof t->path, "%s/h.db", t->folder);
    assert_int_equal(uv_loop_init(&t->loop), 0);
    t->site = fake_site_new(simulated);
    t->store = store_open(t->path, why, sizeof why);
    site_set_event_sink(t->site, on_event, t);
    static const char *const names[] = {"hearth.example"};
    struct web_options options = {.names = names, .n_names = 1, .version = "9.9", .listen = listen};
    t->web = web_start(&t->loop, t->site, t->store, &options, why, sizeof why);
    if (t->web == NULL) {
        fail_msg("%s", why);
    }
    t->port = web_port(t->web);
    *state = t;
    return 0;
}

static int begin_demo(void **state) { return begin_with(state, true, NULL); }
static int begin_real(void **state) { return begin_with(state, false, NULL); }
static int begin_open(void **state) { return begin_with(state, true, "0.0.0.0"); }

static int end(void **state)
{
    struct test *t = *state;
    char command[100];
    web_stop(t->web);
    uv_run(&t->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&t->loop), 0);
    store_close(t->store);
    fake_site_free(t->site);
    snprintf(command, sizeof command, "rm -r %s", t->folder);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c)
    free(t);
    return 0;
}

/* Asks, asserts the status, and gives the JSON (or NULL when the body is none). */
static json_t *ask(struct test *t, const char *method, const char *path, const char *body,
                   int status)
{
    struct answer answer = client_ask(&t->loop, t->port, method, path, t->cookie, body);
    if (answer.status != status) {
        fail_msg("%s %s: %d instead of %d: %s", method, path, answer.status, status,
                 answer.body == NULL ? "" : answer.body);
    }
    char type[80];
    answer_header(&answer, "Content-Type", type, sizeof type);
    if (status >= 400) {
        assert_string_equal(type, "application/problem+json");
    }
    json_t *json = answer.body == NULL ? NULL : json_loads(answer.body, 0, NULL);
    answer_free(&answer);
    return json;
}

static void ask_only(struct test *t, const char *method, const char *path, const char *body,
                     int status)
{
    json_decref(ask(t, method, path, body, status));
}

static const char *text_at(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text == NULL ? "" : text;
}

static void keep_cookie(struct test *t, const struct answer *answer)
{
    char cookie[200];
    answer_header(answer, "Set-Cookie", cookie, sizeof cookie);
    assert_non_null(strstr(cookie, "HttpOnly"));
    assert_non_null(strstr(cookie, "SameSite=Strict"));
    snprintf(t->cookie, sizeof t->cookie, "Cookie: %.*s\r\n", (int)strcspn(cookie, ";"), cookie);
}

static void set_up_owner(struct test *t)
{
    struct answer answer = client_ask(&t->loop, t->port, "POST", "/api/auth/setup", "",
                                      "{\"password\": \"correct horse\"}");
    assert_int_equal(answer.status, 200);
    keep_cookie(t, &answer);
    answer_free(&answer);
}

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
            if (strcmp(method, "get") != 0 || strcmp(path, "/api/stream") == 0) {
                continue;
            }
            char url[120] = "";
            for (const char *at = path; *at != '\0'; at++) {
                const char *fill = strncmp(at, "{device}", 8) == 0 ? "inverter"
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
            ask_only(t, "DELETE", url, NULL, 405);
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
    ask_only(t, "POST", "/api/simulation", "[1]", 400);
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

static void a_demo_may_be_looked_at_but_its_settings_need_an_owner(void **state)
{
    struct test *t = *state;
    json_t *auth = ask(t, "GET", "/api/auth", NULL, 200);
    assert_string_equal(text_at(auth, "state"), "setup");
    assert_true(json_is_true(json_object_get(auth, "may_read")));
    assert_true(json_is_true(json_object_get(auth, "may_simulate")));
    assert_true(json_is_false(json_object_get(auth, "may_write")));
    json_decref(auth);
    ask_only(t, "GET", "/api/points", NULL, 200);
    ask_only(t, "PUT", "/api/settings/inverter/MCC", "{\"value\": 50}", 401);
    ask_only(t, "PUT", "/api/auth/password", "{\"role\": \"owner\", \"password\": \"12345678\"}",
             401);
}

static void a_real_site_shows_nothing_before_the_login(void **state)
{
    struct test *t = *state;
    static const char *const paths[] = {
        "/api/points",   "/api/stream",     "/api/history", "/api/events", "/api/energy",
        "/api/settings", "/api/simulation", "/api/about",   "/api/store",  "/metrics"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        ask_only(t, "GET", paths[i], NULL, 401);
    }
    ask_only(t, "POST", "/api/simulation", "{\"speed\": 2}", 401);
    set_up_owner(t);
    ask_only(t, "GET", "/api/points", NULL, 200);
    ask_only(t, "POST", "/api/simulation", "{\"speed\": 2}", 409);
}

static void accounts_have_roles_and_sessions_survive_a_restart(void **state)
{
    struct test *t = *state;
    ask_only(t, "POST", "/api/auth/setup", "{\"password\": \"short\"}", 422);
    set_up_owner(t);
    ask_only(t, "POST", "/api/auth/setup", "{\"password\": \"another one\"}", 409);
    ask_only(t, "PUT", "/api/auth/password",
             "{\"role\": \"viewer\", \"password\": \"just looking\"}", 200);
    ask_only(t, "PUT", "/api/auth/password",
             "{\"role\": \"installer\", \"password\": \"screwdriver\"}", 200);
    char owner[160];
    memcpy(owner, t->cookie, sizeof owner);
    t->cookie[0] = '\0';
    json_t *login =
        ask(t, "POST", "/api/auth/login",
            "{\"role\": \"viewer\", \"password\": \"just looking\", \"token\": true}", 200);
    snprintf(t->cookie, sizeof t->cookie, "Authorization: Bearer %s\r\n", text_at(login, "token"));
    json_decref(login);
    ask_only(t, "GET", "/api/points", NULL, 200);
    ask_only(t, "PUT", "/api/settings/inverter/MCC", "{\"value\": 50}", 403);
    struct answer answer = client_ask(&t->loop, t->port, "POST", "/api/auth/login", "",
                                      "{\"role\": \"installer\", \"password\": \"screwdriver\"}");
    assert_int_equal(answer.status, 200);
    keep_cookie(t, &answer);
    answer_free(&answer);
    ask_only(t, "PUT", "/api/settings/inverter/BULK", "{\"value\": 56.0}", 200);
    ask_only(t, "PUT", "/api/auth/password", "{\"role\": \"owner\", \"password\": \"stolen it\"}",
             403);
    /* The daemon starts again: the owner's session still holds, then ends by logging out. */
    char why[200];
    struct web_options options = {0};
    web_stop(t->web);
    uv_run(&t->loop, UV_RUN_DEFAULT);
    t->web = web_start(&t->loop, t->site, t->store, &options, why, sizeof why);
    t->port = web_port(t->web);
    memcpy(t->cookie, owner, sizeof owner);
    ask_only(t, "GET", "/api/points", NULL, 200);
    ask_only(t, "POST", "/api/auth/logout", "{}", 200);
    ask_only(t, "GET", "/api/points", NULL, 401);
}

static void wrong_passwords_wait_longer_each_time_and_are_told(void **state)
{
    struct test *t = *state;
    set_up_owner(t);
    t->cookie[0] = '\0';
    static const char wrong[] = "{\"password\": \"a wrong guess\"}";
    ask_only(t, "POST", "/api/auth/login", wrong, 401);
    ask_only(t, "POST", "/api/auth/login", wrong, 401);
    ask_only(t, "POST", "/api/auth/login", wrong, 401);
    struct answer answer =
        client_ask(&t->loop, t->port, "POST", "/api/auth/login", "",
                   "{\"password\": \"correct horse\"}"); /* even the right one has to wait */
    char after[16];
    assert_int_equal(answer.status, 429);
    answer_header(&answer, "Retry-After", after, sizeof after);
    assert_string_equal(after, "1");
    answer_free(&answer);
    client_turn(&t->loop, 1100);
    ask_only(t, "POST", "/api/auth/login", wrong, 401);
    json_t *problem = ask(t, "POST", "/api/auth/login", wrong, 429);
    assert_non_null(strstr(text_at(problem, "detail"), "wait 2 s"));
    json_decref(problem);
    client_turn(&t->loop, 2100);
    ask_only(t, "POST", "/api/auth/login", "{\"password\": \"correct horse\"}", 200);
    ask_only(t, "POST", "/api/auth/login", wrong, 401); /* forgiven: counting begins anew */
    int64_t n = store_stats(t->store).n_events;
    assert_int_equal(n, 1 + 4 + 1 + 1); /* setup, wrong x4, login, wrong */
    ask_only(t, "POST", "/api/auth/login", "{\"role\": \"viewer\", \"password\": \"12345678\"}",
             422);
}

static void a_foreign_name_or_page_is_turned_away(void **state)
{
    struct test *t = *state;
    static const struct {
        const char *headers;
        int get, post;
    } cases[] = {
        {"Host: evil.example\r\n", 421, 421},
        {"Host: evil.example:8080\r\n", 421, 421},
        {"Host: 127.0.0.1.evil.example\r\n", 421, 421},
        {"Host: localhost@evil.example\r\n", 421, 421},
        {"Host: localhost:8080\r\n", 200, 200},
        {"Host: hearth.example\r\n", 200, 200},
        {"Host: HEARTH.EXAMPLE:80\r\n", 200, 200},
        {"Host: [::1]:8080\r\n", 200, 200},
        {"Host: 192.168.1.7\r\n", 200, 200},
        {"Host: localhost\r\nOrigin: http://localhost\r\n", 200, 200},
        {"Host: localhost\r\nOrigin: http://evil.example\r\n", 200, 403},
        {"Host: localhost:8080\r\nOrigin: http://localhost:9\r\n", 200, 403},
        {"Host: localhost\r\nOrigin: null\r\n", 200, 403},
        {"Host: localhost\r\nSec-Fetch-Site: cross-site\r\n", 200, 403},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct answer a =
            client_ask(&t->loop, t->port, "GET", "/api/points", cases[i].headers, NULL);
        struct answer b = client_ask(&t->loop, t->port, "POST", "/api/simulation", cases[i].headers,
                                     "{\"speed\": 1}");
        if (a.status != cases[i].get || b.status != cases[i].post) {
            fail_msg("%s: %d, %d", cases[i].headers, a.status, b.status);
        }
        answer_free(&a);
        answer_free(&b);
    }
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

static size_t read_some(struct test *t, int fd, char *out, size_t room, int ms)
{
    size_t n = 0;
    for (int waited = 0; waited < ms; waited += 10) {
        client_turn(&t->loop, 10);
        ssize_t got;
        while (n + 1 < room && (got = recv(fd, out + n, room - 1 - n, 0)) > 0) {
            n += (size_t)got;
        }
    }
    out[n] = '\0';
    return n;
}

static int open_stream(struct test *t)
{
    static const char request[] = "GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    int fd = client_connect(t->port);
    assert_int_equal(send(fd, request, sizeof request - 1, 0), sizeof request - 1);
    return fd;
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++) {
        n++;
    }
    return n;
}

static void a_stream_gives_a_snapshot_then_changes_and_events(void **state)
{
    struct test *t = *state;
    static char text[1 << 18];
    int fd = open_stream(t);
    read_some(t, fd, text, sizeof text, 100);
    assert_non_null(strstr(text, "Content-Type: text/event-stream"));
    assert_non_null(strstr(text, "event: snapshot\ndata: {"));
    assert_non_null(strstr(text, "\"pack2.cell_16_v\":"));
    fake_site_raise(t->site, "pack1", "fault", "F64", true, "A test");
    for (int i = 0; i < 100; i++) { /* a change every 10 ms for a second */
        fake_site_advance(t->site, 1000);
        read_some(t, fd, text + strlen(text), sizeof text - strlen(text), 10);
    }
    assert_non_null(strstr(text, "event: event\ndata: {\"id\":1,"));
    assert_in_range(count(text, "event: points"), 5, 12); /* coalesced to ten a second */
    /* A request whose own handling raises an event must not leave the stream asleep. */
    ask_only(t, "POST", "/api/simulation", "{\"grid\": \"outage\"}", 200);
    read_some(t, fd, text, sizeof text, 300);
    assert_non_null(strstr(text, "\"F21\""));
    assert_non_null(strstr(text, "\"grid.present\":false"));
    read_some(t, fd, text, sizeof text, 2100);
    assert_in_range(count(text, "event: clock\ndata: {\"now_ms\":"), 2, 3);
    close(fd);
    client_turn(&t->loop, 50);
}

static void a_client_that_does_not_read_is_dropped(void **state)
{
    struct test *t = *state;
    int small = 2048, fd = open_stream(t), other = open_stream(t);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    static char text[1 << 21];
    char filler[140];
    memset(filler, 'x', sizeof filler - 1);
    filler[sizeof filler - 1] = '\0';
    size_t n_other = 0;
    for (int i = 0; i < 300; i++) { /* MBs of events: more than socket and buffer hold */
        struct site_event event = {.id = i + 1, .device = "pack1", .kind = "info", .code = "x"};
        snprintf(event.text, sizeof event.text, "%s", filler);
        for (int k = 0; k < 100; k++) {
            web_event(t->web, &event);
        }
        n_other += read_some(t, other, text, sizeof text, 10);
    }
    assert_true(n_other > 5000000);
    /* What was sent before it was dropped can be read; then the end. */
    ssize_t got = 0;
    size_t n = 0;
    for (int i = 0; i < 2000; i++) {
        got = recv(fd, text, sizeof text, 0);
        if (got == 0 || (got < 0 && errno == ECONNRESET)) {
            got = 0;
            break;
        }
        n += got > 0 ? (size_t)got : 0;
        client_turn(&t->loop, 1);
    }
    assert_int_equal(got, 0);
    assert_true(n < n_other);
    close(fd);
    close(other);
    client_turn(&t->loop, 50);
}

static void broken_requests_harm_nobody(void **state)
{
    struct test *t = *state;
    static const char *const cases[] = {
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "POST /api/simulation HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        "POST /api/simulation HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
        "GET /api/points?prefix=%00%ff%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = client_connect(t->port);
        assert_true(send(fd, cases[i], strlen(cases[i]), 0) > 0);
        client_turn(&t->loop, 20);
        close(fd);
    }
    char *many = calloc(1, 70000);
    strcpy(many, "GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
    memset(many + strlen(many), 'a', 60000);
    int fd = client_connect(t->port);
    (void)send(fd, many, strlen(many), 0);
    client_turn(&t->loop, 50);
    close(fd);
    free(many);
    /* A login left in the middle of its hashing. */
    static const char login[] = "POST /api/auth/setup HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                                "application/json\r\nContent-Length: 24\r\n\r\n"
                                "{\"password\":\"12345678\"} ";
    fd = client_connect(t->port);
    (void)send(fd, login, sizeof login - 1, 0);
    client_turn(&t->loop, 10);
    close(fd);
    client_turn(&t->loop, 1000);
    ask_only(t, "GET", "/api/points", NULL, 200);
    fd = client_connect(t->port); /* and one the server is stopped in */
    (void)send(fd, login, sizeof login - 1, 0);
    client_turn(&t->loop, 5);
    close(fd);
}

static void a_port_in_use_and_a_bad_address_are_named(void **state)
{
    struct test *t = *state;
    char why[200] = "", port[16];
    struct web_options options = {.port = t->port};
    assert_null(web_start(&t->loop, t->site, t->store, &options, why, sizeof why));
    snprintf(port, sizeof port, "%u", (unsigned)t->port);
    assert_non_null(strstr(why, port));
    assert_non_null(strstr(why, "in use"));
    options = (struct web_options){.listen = "not an address"};
    assert_null(web_start(&t->loop, t->site, t->store, &options, why, sizeof why));
    assert_non_null(strstr(why, "not an address"));
}

static void a_server_open_to_others_shows_no_demo(void **state)
{
    struct test *t = *state;
    assert_int_equal(strlen(web_setup_code(t->web)), 8);
    ask_only(t, "GET", "/api/points", NULL, 401);
    set_up_owner(t); /* from this machine no code is needed */
    assert_string_equal(web_setup_code(t->web), "");
    ask_only(t, "GET", "/api/points", NULL, 200);
}

#define TEST(function, begin) cmocka_unit_test_setup_teardown(function, begin, end)

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
        TEST(a_demo_may_be_looked_at_but_its_settings_need_an_owner, begin_demo),
        TEST(a_real_site_shows_nothing_before_the_login, begin_real),
        TEST(accounts_have_roles_and_sessions_survive_a_restart, begin_real),
        TEST(wrong_passwords_wait_longer_each_time_and_are_told, begin_real),
        TEST(a_foreign_name_or_page_is_turned_away, begin_demo),
        TEST(the_page_is_compressed_cached_and_careful, begin_demo),
        TEST(metrics_are_openmetrics, begin_demo),
        TEST(a_stream_gives_a_snapshot_then_changes_and_events, begin_demo),
        TEST(a_client_that_does_not_read_is_dropped, begin_demo),
        TEST(broken_requests_harm_nobody, begin_demo),
        TEST(a_port_in_use_and_a_bad_address_are_named, begin_demo),
        TEST(a_server_open_to_others_shows_no_demo, begin_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
