/* SPDX-License-Identifier: Apache-2.0 */
/* /api/panel: what a panel shows, who may touch it, what is refused and how. */
#include "http_fixture.h"

#include <stdio.h>
#include <string.h>

#define PANEL "/api/panel/pack1"

static json_t *screen_of(json_t *panel) { return json_object_get(panel, "screen"); }

static const json_t *item_of(json_t *panel, const char *id)
{
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(screen_of(panel), "items"), i, item)
    {
        if (strcmp(text_at(item, "id"), id) == 0) {
            return item;
        }
    }
    return NULL;
}

static void assert_shown(struct test *t, const char *page, const char *window)
{
    json_t *panel = ask(t, "GET", PANEL, NULL, 200);
    assert_string_equal(text_at(screen_of(panel), "page"), page);
    assert_string_equal(text_at(screen_of(panel), "window"), window);
    json_decref(panel);
}

static void the_panel_is_told_with_its_lamps(void **state)
{
    struct test *t = *state;
    json_t *panel = ask(t, "GET", PANEL, NULL, 200);
    assert_string_equal(text_at(panel, "family"), "es_series");
    assert_string_equal(text_at(screen_of(panel), "page"), "Touch: Main state");
    assert_true(json_is_true(json_object_get(screen_of(panel), "lit")));
    const json_t *soc = item_of(panel, "total_soc");
    assert_non_null(soc);
    assert_string_equal(text_at(soc, "text"), "62");
    assert_string_equal(text_at(soc, "unit"), "%");
    const json_t *lamps = json_object_get(panel, "lamps");
    assert_int_equal(json_array_size(lamps), 8);
    assert_string_equal(text_at(json_array_get(lamps, 7), "pattern"), "flash1");
    assert_true(json_is_integer(json_object_get(panel, "phase_ms")));
    json_decref(panel);
    ask_only(t, "GET", "/api/panel/pack9", NULL, 404);
    ask_only(t, "PUT", PANEL, "{}", 405);
}

static void anybody_before_a_demo_may_turn_its_pages(void **state)
{
    struct test *t = *state;
    ask_only(t, "POST", PANEL, "{}", 200);
    assert_shown(t, "Touch: Home", "none");
    ask_only(t, "POST", PANEL, "{\"touch\": \"pack_info\"}", 200);
    assert_shown(t, "Touch: PACK Info", "none");
    ask_only(t, "POST", PANEL, "{\"touch\": \">>\"}", 200);
    assert_shown(t, "Touch: BMS Status", "none");
    ask_only(t, "POST", PANEL, "{\"key\": \"ESC\"}", 200);
    assert_shown(t, "Touch: Home", "none");
    json_t *panel = ask(t, "POST", PANEL, "{\"touch\": \"system\"}", 200);
    assert_string_equal(text_at(screen_of(panel), "title"), "SYSTEM");
    json_decref(panel);
    panel = ask(t, "POST", PANEL, "{\"touch\": \"language\", \"argument\": \"Chinese\"}", 200);
    assert_string_equal(text_at(screen_of(panel), "language"), "zh");
    json_decref(panel);
}

static void what_is_not_there_is_refused_with_a_reason(void **state)
{
    struct test *t = *state;
    ask_only(t, "POST", PANEL, "{}", 200);
    ask_only(t, "POST", PANEL, "{\"touch\": \"colour\"}", 404);
    ask_only(t, "POST", PANEL, "{\"touch\": \"can\"}", 422); /* on another page */
    ask_only(t, "POST", PANEL, "{\"key\": \"SHOUT\"}", 404);
    ask_only(t, "POST", PANEL, "{\"touch\": 5}", 400);
    ask_only(t, "POST", PANEL,
             "{\"touch\": \"0123456789012345678901234567890123456789012345678901234567890123\"}",
             400);
    ask_only(t, "POST", PANEL, "[]", 400);
    ask_only(t, "POST", "/api/panel/pack9", "{}", 404);
    assert_shown(t, "Touch: Home", "none");
}

static void a_setting_needs_the_owner_and_the_panels_password(void **state)
{
    struct test *t = *state;
    static const char choose[] = "{\"touch\": \"can\", \"argument\": \"GROWATT\"}";
    ask_only(t, "POST", PANEL, "{}", 200);
    ask_only(t, "POST", PANEL, "{\"touch\": \"protocol\"}", 200);
    ask_only(t, "POST", PANEL, choose, 401);
    assert_shown(t, "Touch: PROTOCOL", "none"); /* no trace is left */
    set_up_owner(t);
    ask_only(t, "POST", PANEL, choose, 200);
    assert_shown(t, "Touch: PROTOCOL", "password");
    json_t *problem = ask(t, "POST", PANEL, "{\"password\": \"000000\"}", 422);
    assert_true(strlen(text_at(problem, "detail")) > 10);
    json_decref(problem);
    json_t *panel = ask(t, "GET", PANEL, NULL, 200);
    assert_string_equal(text_at(screen_of(panel), "message"), "Wrong password");
    json_decref(panel);
    panel = ask(t, "POST", PANEL, "{\"password\": \"123456\"}", 200);
    assert_string_equal(text_at(item_of(panel, "can"), "text"), "GROWATT");
    json_decref(panel);
}

static void guessing_is_slowed_down(void **state)
{
    struct test *t = *state;
    set_up_owner(t);
    for (int i = 0; i < 3; i++) {
        ask_only(t, "POST", PANEL, "{\"password\": \"1\"}", 422);
    }
    struct answer answer = client_ask(&t->loop, t->port, "POST", PANEL, t->cookie,
                                      "{\"password\": \"123456\"}"); /* even the right one */
    char retry[20] = "";
    assert_int_equal(answer.status, 429);
    answer_header(&answer, "Retry-After", retry, sizeof retry);
    assert_string_equal(retry, "30");
    answer_free(&answer);
}

static void a_viewer_looks_and_does_not_touch(void **state)
{
    struct test *t = *state;
    set_up_owner(t);
    ask_only(t, "PUT", "/api/auth/password",
             "{\"role\": \"viewer\", \"password\": \"just looking\"}", 200);
    t->cookie[0] = '\0';
    ask_only(t, "GET", PANEL, NULL, 401); /* others can reach this server: nothing before a login */
    json_t *login =
        ask(t, "POST", "/api/auth/login",
            "{\"role\": \"viewer\", \"password\": \"just looking\", \"token\": true}", 200);
    snprintf(t->cookie, sizeof t->cookie, "Authorization: Bearer %s\r\n", text_at(login, "token"));
    json_decref(login);
    ask_only(t, "GET", PANEL, NULL, 200);
    ask_only(t, "POST", PANEL, "{}", 403);
}

static void a_real_site_says_why_it_has_no_panel(void **state)
{
    struct test *t = *state;
    set_up_owner(t);
    json_t *problem = ask(t, "GET", PANEL, NULL, 409);
    assert_non_null(strstr(text_at(problem, "detail"), "real"));
    json_decref(problem);
    ask_only(t, "POST", PANEL, "{}", 409);
}

static void the_document_lists_the_panel(void **state)
{
    struct test *t = *state;
    json_t *document = ask(t, "GET", "/openapi.json", NULL, 200);
    const json_t *path = json_object_get(json_object_get(document, "paths"), "/api/panel/{device}");
    assert_non_null(json_object_get(path, "get"));
    assert_non_null(json_object_get(json_object_get(path, "post"), "requestBody"));
    json_decref(document);
}

#define DEMO(test) cmocka_unit_test_setup_teardown(test, begin_demo, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEMO(the_panel_is_told_with_its_lamps),
        DEMO(anybody_before_a_demo_may_turn_its_pages),
        DEMO(what_is_not_there_is_refused_with_a_reason),
        DEMO(a_setting_needs_the_owner_and_the_panels_password),
        DEMO(guessing_is_slowed_down),
        cmocka_unit_test_setup_teardown(a_viewer_looks_and_does_not_touch, begin_open, end),
        cmocka_unit_test_setup_teardown(a_real_site_says_why_it_has_no_panel, begin_real, end),
        DEMO(the_document_lists_the_panel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
