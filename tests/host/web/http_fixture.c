/* SPDX-License-Identifier: Apache-2.0 */
#include "http_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int begin_demo(void **state) { return begin_with(state, true, NULL); }

int begin_real(void **state) { return begin_with(state, false, NULL); }

int begin_open(void **state) { return begin_with(state, true, "0.0.0.0"); }

int end(void **state)
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
json_t *ask(struct test *t, const char *method, const char *path, const char *body, int status)
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

void ask_only(struct test *t, const char *method, const char *path, const char *body, int status)
{
    json_decref(ask(t, method, path, body, status));
}

const char *text_at(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text == NULL ? "" : text;
}

void keep_cookie(struct test *t, const struct answer *answer)
{
    char cookie[200];
    answer_header(answer, "Set-Cookie", cookie, sizeof cookie);
    assert_non_null(strstr(cookie, "HttpOnly"));
    assert_non_null(strstr(cookie, "SameSite=Strict"));
    snprintf(t->cookie, sizeof t->cookie, "Cookie: %.*s\r\n", (int)strcspn(cookie, ";"), cookie);
}

void set_up_owner(struct test *t)
{
    struct answer answer = client_ask(&t->loop, t->port, "POST", "/api/auth/setup", "",
                                      "{\"password\": \"correct horse\"}");
    assert_int_equal(answer.status, 200);
    keep_cookie(t, &answer);
    answer_free(&answer);
}
