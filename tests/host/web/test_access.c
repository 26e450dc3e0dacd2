/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, roles, guessing, and pages of other sites. */
#include "http_fixture.h"

#include <stdio.h>
#include <string.h>

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

static void a_server_open_to_others_shows_no_demo(void **state)
{
    struct test *t = *state;
    assert_int_equal(strlen(web_setup_code(t->web)), 8);
    ask_only(t, "GET", "/api/points", NULL, 401);
    set_up_owner(t); /* from this machine no code is needed */
    assert_string_equal(web_setup_code(t->web), "");
    ask_only(t, "GET", "/api/points", NULL, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_demo_may_be_looked_at_but_its_settings_need_an_owner, begin_demo),
        TEST(a_real_site_shows_nothing_before_the_login, begin_real),
        TEST(accounts_have_roles_and_sessions_survive_a_restart, begin_real),
        TEST(wrong_passwords_wait_longer_each_time_and_are_told, begin_real),
        TEST(a_foreign_name_or_page_is_turned_away, begin_demo),
        TEST(a_server_open_to_others_shows_no_demo, begin_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
