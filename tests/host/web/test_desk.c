/* SPDX-License-Identifier: Apache-2.0 */
/* /api/packs: board, clock, switches and the pack's own password; /api/guide. */
#include "http_fixture.h"

#include <string.h>

#define PACK "/api/packs/pack1"

static int64_t number_at(const json_t *json, const char *key)
{
    return json_integer_value(json_object_get(json, key));
}

static void installer_in(struct test *t)
{
    set_up_owner(t);
    ask_only(t, "PUT", "/api/auth/password",
             "{\"role\": \"installer\", \"password\": \"correct tools\"}", 200);
    struct answer answer = client_ask(&t->loop, t->port, "POST", "/api/auth/login", "",
                                      "{\"role\": \"installer\", \"password\": \"correct tools\"}");
    assert_int_equal(answer.status, 200);
    keep_cookie(t, &answer);
    answer_free(&answer);
}

static void the_board_tells_what_it_is_and_its_clock(void **state)
{
    struct test *t = *state;
    json_t *desk = ask(t, "GET", PACK, NULL, 200);
    assert_string_equal(text_at(desk, "model"), "ES51.2-100LP");
    assert_string_equal(text_at(desk, "serial"), "PAPER001");
    assert_string_equal(text_at(desk, "version"), "1.0");
    assert_string_equal(text_at(desk, "clock"), "2026-06-01T12:00:00.000Z");
    assert_int_equal(number_at(desk, "ahead_s"), 0);
    json_decref(desk);
    desk = ask(t, "GET", "/api/packs/pack2", NULL, 200);
    assert_int_equal(number_at(desk, "ahead_s"), -90);
    json_decref(desk);
    ask_only(t, "GET", "/api/packs/pack9", NULL, 404);
    ask_only(t, "GET", "/api/packs/inverter", NULL, 404);
}

static void the_clock_is_the_owners_to_set(void **state)
{
    struct test *t = *state;
    ask_only(t, "PUT", "/api/packs/pack2/clock", "{}", 401);
    set_up_owner(t);
    json_t *desk = ask(t, "PUT", "/api/packs/pack2/clock", "{}", 200);
    assert_int_equal(number_at(desk, "ahead_s"), 0);
    json_decref(desk);
    desk =
        ask(t, "PUT", "/api/packs/pack2/clock", "{\"time\": \"2026-06-01T14:10:00+02:00\"}", 200);
    assert_int_equal(number_at(desk, "ahead_s"), 600);
    json_decref(desk);
    ask_only(t, "PUT", "/api/packs/pack2/clock", "{\"time\": \"noon\"}", 422);
    ask_only(t, "PUT", "/api/packs/pack2/clock", "{\"time\": 5}", 422);
    ask_only(t, "PUT", "/api/packs/pack2/clock", "{\"time\": \"1999-01-01T00:00:00Z\"}", 422);
    ask_only(t, "PUT", "/api/packs/pack9/clock", "{}", 404);
}

static void a_switch_needs_the_installer_and_the_packs_password(void **state)
{
    struct test *t = *state;
    static const char off[] =
        "{\"name\": \"CHG Circuit\", \"on\": false, \"password\": \"123456\"}";
    ask_only(t, "PUT", PACK "/switches", off, 401);
    set_up_owner(t);
    ask_only(t, "PUT", PACK "/switches", off, 403); /* the owner is not the installer */
    ask_only(t, "PUT", "/api/auth/password",
             "{\"role\": \"installer\", \"password\": \"correct tools\"}", 200);
    struct answer answer = client_ask(&t->loop, t->port, "POST", "/api/auth/login", "",
                                      "{\"role\": \"installer\", \"password\": \"correct tools\"}");
    keep_cookie(t, &answer);
    answer_free(&answer);
    json_t *problem =
        ask(t, "PUT", PACK "/switches", "{\"name\": \"CHG Circuit\", \"on\": false}", 422);
    assert_string_equal(text_at(problem, "detail"), "administrator password required");
    assert_string_equal(text_at(problem, "field"), "password");
    json_decref(problem);
    ask_only(t, "PUT", PACK "/switches", off, 200);
    problem = ask(t, "PUT", PACK "/switches",
                  "{\"name\": \"DISCHG Circuit\", \"on\": false, \"password\": \"123456\"}", 422);
    assert_non_null(strstr(text_at(problem, "detail"), "both be off"));
    json_decref(problem);
    ask_only(t, "PUT", PACK "/switches",
             "{\"name\": \"Cell OV Alarm\", \"on\": true, \"password\": \"123456\"}", 404);
    ask_only(t, "PUT", PACK "/switches", "{\"on\": true, \"password\": \"123456\"}", 400);
    ask_only(t, "PUT", PACK "/switches", "{\"name\": \"LED Alarm\", \"on\": \"x\"}", 400);
}

static void the_pack_counts_wrong_passwords_and_makes_wait(void **state)
{
    struct test *t = *state;
    installer_in(t);
    ask_only(t, "POST", PACK "/password", "{\"password\": \"123456\"}", 200);
    for (int i = 1; i <= 3; i++) {
        json_t *problem = ask(t, "POST", PACK "/password", "{\"password\": \"000000\"}", 422);
        char told[20];
        (void)snprintf(told, sizeof told, "(%d in a row)", i);
        assert_non_null(strstr(text_at(problem, "detail"), told));
        json_decref(problem);
    }
    struct answer answer = client_ask(&t->loop, t->port, "POST", PACK "/password", t->cookie,
                                      "{\"password\": \"123456\"}"); /* even the right one */
    char retry[20] = "";
    assert_int_equal(answer.status, 429);
    answer_header(&answer, "Retry-After", retry, sizeof retry);
    assert_string_equal(retry, "30");
    answer_free(&answer);
    json_t *desk = ask(t, "GET", PACK, NULL, 200);
    assert_int_equal(number_at(desk, "wait_s"), 30);
    json_decref(desk);
    fake_site_advance(t->site, 31000);
    ask_only(t, "POST", PACK "/password", "{\"password\": \"123456\"}", 200);
}

static void a_pack_that_cannot_be_reached_says_so(void **state)
{
    struct test *t = *state;
    installer_in(t);
    ask_only(t, "POST", "/api/simulation", "{\"wire.can0\": \"cut\"}", 200);
    json_t *desk = ask(t, "GET", PACK, NULL, 200);
    assert_true(strlen(text_at(desk, "absent")) > 10);
    assert_true(json_is_null(json_object_get(desk, "clock")));
    json_decref(desk);
    ask_only(t, "PUT", PACK "/clock", "{}", 409);
    ask_only(t, "GET", PACK "/parameters", NULL, 409);
    ask_only(t, "PUT", PACK "/parameters", "{\"password\": \"123456\", \"values\": {}}", 409);
    ask_only(t, "POST", PACK "/defaults", "{\"password\": \"123456\"}", 409);
    ask_only(t, "POST", PACK "/password", "{\"password\": \"123456\"}", 409);
}

static void the_guide_goes_step_by_step(void **state)
{
    struct test *t = *state;
    json_t *guide = ask(t, "GET", "/api/guide", NULL, 200);
    assert_int_equal(number_at(guide, "next"), 0);
    assert_int_equal(json_array_size(json_object_get(guide, "steps")), 2);
    json_decref(guide);
    ask_only(t, "POST", "/api/guide", "{\"step\": 1}", 422);
    ask_only(t, "POST", "/api/guide", /* 41 letters */
             "{\"step\": 0, \"by\": \"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddE\"}", 422);
    ask_only(t, "POST", "/api/guide", "{\"step\": -1}", 400);
    ask_only(t, "POST", "/api/guide", "{\"step\": \"x\"}", 400);
    guide = ask(t, "POST", "/api/guide", "{\"step\": 0, \"by\": \"Ada\"}", 200);
    const json_t *first = json_array_get(json_object_get(guide, "steps"), 0);
    assert_true(json_is_true(json_object_get(first, "done")));
    assert_string_equal(text_at(first, "by"), "Ada");
    assert_int_equal(number_at(guide, "wait_s"), 60);
    json_decref(guide);
    ask_only(t, "POST", "/api/guide", "{\"step\": 1}", 422); /* too early */
    fake_site_advance(t->site, 61000);
    guide = ask(t, "POST", "/api/guide", "{\"step\": 1}", 200);
    assert_int_equal(number_at(guide, "next"), 2);
    json_decref(guide);
    guide = ask(t, "POST", "/api/guide", "{\"restart\": true}", 200);
    assert_int_equal(number_at(guide, "next"), 0);
    json_decref(guide);
}

static void a_real_site_has_no_guide(void **state)
{
    struct test *t = *state;
    set_up_owner(t);
    ask_only(t, "GET", "/api/guide", NULL, 404);
    ask_only(t, "POST", "/api/guide", "{\"step\": 0}", 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_board_tells_what_it_is_and_its_clock, begin_demo),
        TEST(the_clock_is_the_owners_to_set, begin_demo),
        TEST(a_switch_needs_the_installer_and_the_packs_password, begin_demo),
        TEST(the_pack_counts_wrong_passwords_and_makes_wait, begin_demo),
        TEST(a_pack_that_cannot_be_reached_says_so, begin_demo),
        TEST(the_guide_goes_step_by_step, begin_demo),
        TEST(a_real_site_has_no_guide, begin_real),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
