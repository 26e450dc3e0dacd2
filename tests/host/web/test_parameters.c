/* SPDX-License-Identifier: Apache-2.0 */
/* /api/packs/{device}/parameters: read, written all or none, restored, checked out of a file. */
#include "http_fixture.h"

#include <stdio.h>
#include <string.h>

#define PARAMETERS "/api/packs/pack1/parameters"
#define IMPORT     "/api/packs/pack1/import"

static int begin_installer(void **state)
{
    if (begin_demo(state) != 0) {
        return 1;
    }
    struct test *t = *state;
    set_up_owner(t);
    ask_only(t, "PUT", "/api/auth/password",
             "{\"role\": \"installer\", \"password\": \"correct tools\"}", 200);
    struct answer answer = client_ask(&t->loop, t->port, "POST", "/api/auth/login", "",
                                      "{\"role\": \"installer\", \"password\": \"correct tools\"}");
    keep_cookie(t, &answer);
    answer_free(&answer);
    return 0;
}

static const json_t *find(const json_t *all, const char *name)
{
    size_t i;
    const json_t *one;
    json_array_foreach(json_object_get(all, "parameters"), i, one)
    {
        if (strcmp(text_at(one, "name"), name) == 0) {
            return one;
        }
    }
    return NULL;
}

static void assert_value(struct test *t, const char *name, const char *value)
{
    json_t *all = ask(t, "GET", PARAMETERS, NULL, 200);
    assert_string_equal(text_at(find(all, name), "value"), value);
    json_decref(all);
}

static json_t *write_values(struct test *t, const char *values, int status)
{
    char body[1000];
    (void)snprintf(body, sizeof body, "{\"password\": \"123456\", \"values\": {%s}}", values);
    return ask(t, "PUT", PARAMETERS, body, status);
}

static void all_parameters_are_read_in_groups_with_their_range(void **state)
{
    struct test *t = *state;
    json_t *all = ask(t, "GET", PARAMETERS, NULL, 200);
    assert_int_equal(json_array_size(json_object_get(all, "parameters")), 72);
    const json_t *alarm = find(all, "Cell OV Alarm");
    assert_string_equal(text_at(alarm, "group"), "cell_voltage_high");
    assert_string_equal(text_at(alarm, "page"), "setting");
    assert_string_equal(text_at(alarm, "value"), "3.650");
    assert_string_equal(text_at(alarm, "min"), "2.500");
    assert_string_equal(text_at(alarm, "max"), "4.500");
    assert_string_equal(text_at(alarm, "unit"), "V");
    const json_t *bus = find(all, "RS485 Protocol");
    assert_string_equal(text_at(bus, "page"), "config");
    assert_string_equal(text_at(bus, "file_unit"), "code");
    size_t options = json_array_size(json_object_get(bus, "options"));
    size_t silent = json_array_size(json_object_get(bus, "silent"));
    assert_true(silent > 0 && silent < options);
    assert_string_equal(text_at(find(all, "CHG Circuit"), "page"), "switch");
    json_decref(all);
    ask_only(t, "GET", "/api/packs/pack9/parameters", NULL, 404);
}

static void writing_needs_the_installer_and_the_password(void **state)
{
    struct test *t = *state;
    static const char body[] = "{\"password\": \"123456\", \"values\": {\"Cell OV Alarm\": 3.64}}";
    ask_only(t, "PUT", PARAMETERS, body, 401);
    set_up_owner(t);
    ask_only(t, "PUT", PARAMETERS, body, 403);
    ask_only(t, "POST", "/api/packs/pack1/defaults", "{\"password\": \"123456\"}", 403);
    assert_value(t, "Cell OV Alarm", "3.650");
}

static void a_wrong_password_changes_nothing(void **state)
{
    struct test *t = *state;
    json_t *problem = ask(t, "PUT", PARAMETERS,
                          "{\"password\": \"1\", \"values\": {\"Cell OV Alarm\": \"3.640\"}}", 422);
    assert_string_equal(text_at(problem, "field"), "password");
    json_decref(problem);
    problem = ask(t, "PUT", PARAMETERS, "{\"values\": {\"Cell OV Alarm\": \"3.640\"}}", 422);
    assert_string_equal(text_at(problem, "detail"), "administrator password required");
    json_decref(problem);
    ask_only(t, "PUT", PARAMETERS, "{\"password\": \"123456\"}", 400);
    ask_only(t, "PUT", PARAMETERS, "{\"password\": \"123456\", \"values\": {\"X\": []}}", 400);
    assert_value(t, "Cell OV Alarm", "3.650");
}

static void what_belongs_together_is_written_in_an_order_the_pack_takes(void **state)
{
    struct test *t = *state;
    /* the alarm would stand above the protection if it went first */
    json_t *all = write_values(t, "\"Cell OV Alarm\": \"3.75\", \"Cell OV Protect\": 3.8", 200);
    assert_int_equal(json_integer_value(json_object_get(all, "written")), 2);
    assert_string_equal(text_at(find(all, "Cell OV Alarm"), "value"), "3.750");
    json_decref(all);
    /* and back, where the protection would stand below the alarm */
    all = write_values(t, "\"Cell OV Protect\": 3.7, \"Cell OV Alarm\": 3.65", 200);
    assert_int_equal(json_integer_value(json_object_get(all, "written")), 2);
    json_decref(all);
    all = write_values(t, "\"Cell OV Protect\": 3.7, \"CHG Circuit\": true", 200);
    assert_int_equal(json_integer_value(json_object_get(all, "written")), 0); /* as it was */
    json_decref(all);
}

static void all_or_none_and_the_reason_is_told(void **state)
{
    struct test *t = *state;
    json_t *problem = write_values(t, "\"SOC Low Alarm\": 20, \"Cell OV Alarm\": 3.75", 422);
    assert_string_equal(text_at(problem, "field"), "Cell OV Alarm");
    assert_non_null(strstr(text_at(problem, "detail"), "above Cell OV Protect (3.700 V)"));
    json_decref(problem);
    problem = write_values(t, "\"SOC Low Alarm\": 20, \"Cell UV Alarm\": 9", 422);
    assert_string_equal(text_at(problem, "allowed"), "2.000 to 3.500 V in steps of 0.010");
    json_decref(problem);
    problem = write_values(t, "\"SOC Low Alarm\": 20, \"Cell UV Alarm\": 2.805", 422);
    assert_non_null(strstr(text_at(problem, "detail"), "off step"));
    json_decref(problem);
    problem = write_values(t, "\"SOC Low Alarm\": 20, \"RS485 Protocol\": \"MORSE\"", 422);
    json_decref(problem);
    json_decref(write_values(t, "\"SOC Low Alarm\": 20, \"Colour\": 1", 404));
    problem = write_values(t, "\"CHG Circuit\": \"off\", \"DISCHG Circuit\": false", 422);
    assert_non_null(strstr(text_at(problem, "detail"), "both be off"));
    json_decref(problem);
    json_t *all = ask(t, "GET", PARAMETERS, NULL, 200);
    assert_string_equal(text_at(find(all, "SOC Low Alarm"), "value"),
                        text_at(find(all, "SOC Low Alarm"), "default"));
    json_decref(all);
}

static void a_protocol_without_a_source_is_told(void **state)
{
    struct test *t = *state;
    json_t *all = write_values(t, "\"RS485 Protocol\": \"LUXPOWER\"", 200);
    assert_non_null(strstr(text_at(all, "note"), "Nothing is spoken"));
    json_decref(all);
    json_t *events = ask(t, "GET", "/api/events?kind=setting&limit=1", NULL, 200);
    const json_t *event = json_array_get(json_object_get(events, "events"), 0);
    assert_string_equal(text_at(event, "text"), "RS485 Protocol set to LUXPOWER; nothing is spoken "
                                                "on the RS485 bus now");
    json_decref(events);
    all = write_values(t, "\"RS485 Protocol\": \"PYLON\"", 200);
    assert_string_equal(text_at(all, "note"), "");
    json_decref(all);
}

static void defaults_come_back(void **state)
{
    struct test *t = *state;
    json_decref(write_values(t, "\"Cell OV Alarm\": 3.6", 200));
    ask_only(t, "POST", "/api/packs/pack1/defaults", "{\"password\": \"bad\"}", 422);
    assert_value(t, "Cell OV Alarm", "3.600");
    ask_only(t, "POST", "/api/packs/pack1/defaults", "{\"password\": \"123456\"}", 200);
    assert_value(t, "Cell OV Alarm", "3.650");
}

static void a_file_is_checked_and_nothing_is_written(void **state)
{
    struct test *t = *state;
    json_t *import = ask(t, "POST", IMPORT,
                         "{\"name\": \"p.csv\", \"text\": \"# remark\\nCell OV Alarm,3.6,V\\n"
                         "Sound Alarm,on,on/off\\nRS485 Protocol,LUXPOWER,code\\n\"}",
                         200);
    const json_t *values = json_object_get(import, "values");
    assert_int_equal(json_object_size(values), 3);
    assert_string_equal(text_at(values, "Cell OV Alarm"), "3.600");
    json_decref(import);
    assert_value(t, "Cell OV Alarm", "3.650");
    json_t *problem =
        ask(t, "POST", IMPORT,
            "{\"name\": \"p.csv\", \"text\": \"Cell OV Alarm,9,V\\nColour,1,V\\n\"}", 422);
    const char *detail = text_at(problem, "detail");
    assert_non_null(strstr(detail, "p.csv:1: Cell OV Alarm: 9 is out of range (allowed 2.500 to "
                                   "4.500 V)"));
    assert_non_null(strstr(detail, "p.csv:2: there is no parameter \"Colour\""));
    json_decref(problem);
    ask_only(t, "POST", IMPORT, "{\"text\": \"\"}", 422);
    ask_only(t, "POST", IMPORT, "{\"name\": \"p.csv\"}", 400);
    ask_only(t, "POST", "/api/packs/pack9/import", "{\"text\": \"a\"}", 404);
}

static void the_document_lists_them(void **state)
{
    struct test *t = *state;
    json_t *document = ask(t, "GET", "/openapi.json", NULL, 200);
    const json_t *paths = json_object_get(document, "paths");
    const json_t *path = json_object_get(paths, "/api/packs/{device}/parameters");
    assert_non_null(json_object_get(path, "get"));
    assert_non_null(json_object_get(json_object_get(path, "put"), "requestBody"));
    assert_non_null(json_object_get(paths, "/api/recordings/{name}"));
    json_decref(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_parameters_are_read_in_groups_with_their_range, begin_demo),
        TEST(writing_needs_the_installer_and_the_password, begin_demo),
        TEST(a_wrong_password_changes_nothing, begin_installer),
        TEST(what_belongs_together_is_written_in_an_order_the_pack_takes, begin_installer),
        TEST(all_or_none_and_the_reason_is_told, begin_installer),
        TEST(a_protocol_without_a_source_is_told, begin_installer),
        TEST(defaults_come_back, begin_installer),
        TEST(a_file_is_checked_and_nothing_is_written, begin_installer),
        TEST(the_document_lists_them, begin_demo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
