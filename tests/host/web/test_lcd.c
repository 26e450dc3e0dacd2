/* SPDX-License-Identifier: Apache-2.0 */
/* /api/panel/inverter: what the segment display shows, its four keys, who may confirm a setting. */
#include "http_fixture.h"

#include <stdlib.h>
#include <string.h>

#define PANEL "/api/panel/inverter"

static json_t *screen_of(json_t *panel) { return json_object_get(panel, "screen"); }

static void hold(struct test *t, const char *key, int ms, int status)
{
    json_t *body = json_pack("{s:s, s:i}", "key", key, "hold_ms", ms);
    char *text = json_dumps(body, 0);
    ask_only(t, "POST", PANEL, text, status);
    free(text);
    json_decref(body);
}

static void the_display_is_told_with_lamps_icons_and_arrows(void **state)
{
    struct test *t = *state;
    json_t *panel = ask(t, "GET", PANEL, NULL, 200);
    json_t *screen = screen_of(panel);
    assert_string_equal(text_at(panel, "family"), "segment_lcd");
    assert_string_equal(text_at(screen, "mode"), "pages");
    assert_int_equal(json_integer_value(json_object_get(screen, "pages")), 15);
    json_t *left = json_object_get(screen, "left");
    assert_string_equal(text_at(left, "text"), "51.2");
    assert_string_equal(text_at(left, "unit"), "V");
    assert_string_equal(text_at(left, "label"), "INPUT BATT");
    assert_true(json_is_array(json_object_get(screen, "icons")));
    assert_true(json_is_array(json_object_get(screen, "arrows")));
    json_t *lamps = json_object_get(panel, "lamps");
    assert_int_equal(json_array_size(lamps), 4);
    assert_string_equal(text_at(json_array_get(lamps, 3), "colour"), "red");
    assert_true(json_is_null(json_object_get(panel, "write")));
    json_decref(panel);
    ask_only(t, "PUT", PANEL, "{}", 405);
}

static void a_key_goes_down_and_up(void **state)
{
    struct test *t = *state;
    json_t *panel = ask(t, "POST", PANEL, "{\"key\": \"DOWN\", \"action\": \"down\"}", 200);
    assert_int_equal(json_array_size(json_object_get(panel, "keys_down")), 1);
    assert_string_equal(text_at(screen_of(panel), "number"), "1");
    json_decref(panel);
    panel = ask(t, "POST", PANEL, "{\"key\": \"DOWN\", \"action\": \"up\"}", 200);
    assert_int_equal(json_array_size(json_object_get(panel, "keys_down")), 0);
    assert_string_equal(text_at(screen_of(panel), "number"), "2");
    json_decref(panel);
}

static void a_key_that_is_cancelled_has_no_effect(void **state)
{
    struct test *t = *state;
    ask_only(t, "POST", PANEL, "{\"key\": \"DOWN\", \"action\": \"down\"}", 200);
    json_t *panel = ask(t, "POST", PANEL, "{\"key\": \"DOWN\", \"action\": \"cancel\"}", 200);
    assert_int_equal(json_array_size(json_object_get(panel, "keys_down")), 0);
    assert_string_equal(text_at(screen_of(panel), "number"), "1");
    json_decref(panel);
    hold(t, "DOWN", 10, 200); /* the next press is whole again */
    panel = ask(t, "GET", PANEL, NULL, 200);
    assert_string_equal(text_at(screen_of(panel), "number"), "2");
    json_decref(panel);
}

static void an_edited_value_is_explained_before_enter(void **state)
{
    struct test *t = *state;
    hold(t, "ENTER", 2100, 200);
    json_t *panel = ask(t, "GET", PANEL, NULL, 200);
    assert_true(json_is_null(json_object_get(panel, "trial")));
    json_decref(panel);
    hold(t, "ENTER", 50, 200);
    hold(t, "UP", 50, 200);
    panel = ask(t, "GET", PANEL, NULL, 200);
    json_t *trial = json_object_get(panel, "trial");
    assert_string_equal(text_at(trial, "result"), "warned");
    assert_string_equal(text_at(trial, "reason"), "POF: 0 is possible, but odd.");
    json_decref(panel);
}

static void a_press_that_is_none_is_refused(void **state)
{
    struct test *t = *state;
    static const char *const bad[] = {"{}",
                                      "{\"key\": \"UP\"}",
                                      "{\"key\": \"UP\", \"action\": \"sideways\"}",
                                      "{\"key\": \"UP\", \"hold_ms\": 0}",
                                      "{\"key\": \"UP\", \"hold_ms\": 30001}",
                                      "{\"key\": \"UP\", \"hold_ms\": \"long\"}",
                                      "{\"key\": \"UP\", \"hold_ms\": 5, \"action\": \"up\"}",
                                      "{\"key\": 5, \"action\": \"up\"}",
                                      "{\"key\": \"UP\", \"action\": \"up\", \"hold_ms\": -1}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ask_only(t, "POST", PANEL, bad[i], 400);
    }
    hold(t, "LEFT", 10, 404);
}

static void only_the_owner_confirms_a_setting(void **state)
{
    struct test *t = *state;
    hold(t, "ENTER", 2100, 200);
    hold(t, "ENTER", 50, 200);
    hold(t, "UP", 50, 200);
    hold(t, "ENTER", 50, 401);
    json_t *panel = ask(t, "GET", PANEL, NULL, 200);
    assert_string_equal(text_at(screen_of(panel), "mode"), "editing");
    assert_string_equal(text_at(json_object_get(screen_of(panel), "setting"), "name"), "POF");
    json_decref(panel);
    set_up_owner(t);
    hold(t, "ENTER", 50, 200);
    panel = ask(t, "GET", PANEL, NULL, 200);
    assert_string_equal(text_at(screen_of(panel), "mode"), "settings");
    assert_string_equal(text_at(json_object_get(panel, "write"), "result"), "accepted");
    json_decref(panel);
}

static void a_setting_can_be_tried_and_warns(void **state)
{
    struct test *t = *state;
    set_up_owner(t);
    json_t *answer = ask(t, "GET", "/api/settings/inverter/WFM?try=SOL", NULL, 200);
    assert_string_equal(text_at(answer, "result"), "warned");
    assert_string_equal(text_at(answer, "reason"), "SOL is stored, but odd.");
    json_decref(answer);
    answer = ask(t, "GET", "/api/settings/inverter/WFM", NULL, 200);
    assert_string_not_equal(text_at(answer, "value"), "SOL");
    json_decref(answer);
    answer = ask(t, "GET", "/api/settings/inverter/MCC?try=500", NULL, 200);
    assert_string_equal(text_at(answer, "result"), "refused");
    json_decref(answer);
    answer = ask(t, "PUT", "/api/settings/inverter/WFM", "{\"value\": \"SOL\"}", 200);
    assert_string_equal(text_at(answer, "warning"), "SOL is stored, but odd.");
    json_decref(answer);
    answer = ask(t, "PUT", "/api/settings/inverter/WFM", "{\"value\": \"UTI\"}", 200);
    assert_null(json_object_get(answer, "warning"));
    json_decref(answer);
    answer = ask(t, "PUT", "/api/settings/inverter", "{\"WFM\": \"SOL\", \"MCC\": 50}", 200);
    json_t *warnings = json_object_get(answer, "warnings");
    assert_int_equal(json_object_size(warnings), 1);
    assert_string_equal(text_at(warnings, "WFM"), "SOL is stored, but odd.");
    json_decref(answer);
    ask_only(t, "GET", "/api/settings/inverter/NONE?try=1", NULL, 404);
    answer = ask(t, "GET", "/api/settings/pack1/SOC%20Low%20Alarm?try=500", NULL, 200);
    assert_string_equal(text_at(answer, "result"), "refused");
    json_decref(answer);
    answer = ask(t, "GET", "/api/settings/pack1/SOC%20Low%20Alarm?try=20", NULL, 200);
    assert_string_equal(text_at(answer, "result"), "accepted");
    json_decref(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_display_is_told_with_lamps_icons_and_arrows, begin_demo),
        TEST(a_key_goes_down_and_up, begin_demo),
        TEST(a_key_that_is_cancelled_has_no_effect, begin_demo),
        TEST(an_edited_value_is_explained_before_enter, begin_demo),
        TEST(a_press_that_is_none_is_refused, begin_demo),
        TEST(only_the_owner_confirms_a_setting, begin_demo),
        TEST(a_setting_can_be_tried_and_warns, begin_demo),
    };
    return cmocka_run_group_tests_name("lcd", tests, NULL, NULL);
}
