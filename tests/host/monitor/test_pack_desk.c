/* SPDX-License-Identifier: Apache-2.0 */
/* Many parameters at once: an order the pack takes is found whenever the values agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/product/product.h"
#include "host/pack_desk.h"

static struct bms bms;

static int fresh(void **state)
{
    (void)state;
    bms_init(&bms, product_find("vt12040")->pack, 5000, 1000);
    bms.now_ms = 1000;
    return 0;
}

static bool plan(const struct parameter_text *list, int n, struct pack_changes *changes)
{
    struct desk_answer answer;
    bool taken = pack_changes_plan(&bms, list, n, changes, &answer);
    assert_int_equal(taken, answer.result == DESK_OK);
    assert_int_equal(taken, answer.why[0] == '\0');
    return taken;
}

/* Each change in turn, as the wire would write them. */
static void apply_strictly(const struct pack_changes *changes)
{
    for (int i = 0; i < changes->n; i++) {
        assert_int_equal(bms_check_parameter(&bms, changes->row[i].id, changes->row[i].value), 0);
        bms_set_parameter(&bms, changes->row[i].id, changes->row[i].value);
    }
}

static void levels_move_past_each_other_either_way(void **state)
{
    (void)state;
    struct pack_changes changes;
    static const struct parameter_text up[] = {
        {"Cell OVP Release", "3.7"}, {"Cell OV Alarm", "3.75"}, {"Cell OV Protect", "3.8"}};
    static const struct parameter_text down[] = {
        {"Cell OV Protect", "3.5"}, {"Cell OV Alarm", "3.45"}, {"Cell OVP Release", "3.3"}};
    assert_true(plan(up, 3, &changes));
    assert_int_equal(changes.n, 3);
    apply_strictly(&changes);
    assert_true(plan(down, 3, &changes));
    apply_strictly(&changes);
    assert_int_equal(bms.param[PARAM_CELL_OV_PROTECT], 3500);
    assert_true(plan(down, 3, &changes));
    assert_int_equal(changes.n, 0); /* nothing is written twice */
}

static void every_models_defaults_can_be_written_over_any_others(void **state)
{
    (void)state;
    static const char *const packs[] = {"es51_2_100lp", "es51_2_230lp", "vt12040"};
    for (size_t k = 0; k < sizeof packs / sizeof packs[0]; k++) {
        struct parameter_text list[PARAM_COUNT];
        char text[PARAM_COUNT][40];
        const struct pack_profile *profile = product_find(packs[k])->pack;
        struct pack_changes changes;
        int n = 0;
        for (int i = 0; i < PARAM_COUNT; i++) {
            enum parameter_id id = (enum parameter_id)i;
            int32_t value = parameters[i].def[profile->model];
            int32_t min;
            int32_t max;
            parameter_range(bms.profile, id, &min, &max);
            if (value >= min && value <= max && (value - min) % parameters[i].step == 0) {
                parameter_format(&parameters[i], value, text[n], sizeof text[n]);
                list[n] = (struct parameter_text){parameters[i].name, text[n]};
                n++;
            }
        }
        assert_true(plan(list, n, &changes));
        apply_strictly(&changes);
    }
}

static void values_at_odds_are_named_and_nothing_is_planned_to_be_written(void **state)
{
    (void)state;
    struct pack_changes changes;
    struct desk_answer answer;
    static const struct parameter_text list[] = {{"Cell UV Protect", "2.9"},
                                                 {"Cell UV Alarm", "2.85"}};
    assert_false(pack_changes_plan(&bms, list, 2, &changes, &answer));
    assert_int_equal(answer.result, DESK_REFUSED);
    assert_true(strstr(answer.why, "must not be") != NULL);
    assert_true(strstr(answer.why, "Cell UV") != NULL);
    assert_int_equal(bms.param[PARAM_CELL_UV_PROTECT], 2500);
}

static void a_session_at_the_packs_port_outlives_the_pages_password(void **state)
{
    (void)state;
    struct desk_answer answer;
    struct desk_hand hand = {ROLE_INSTALLER, "123456"};
    assert_int_equal(bms_login(&bms, "123456"), ACCESS_GRANTED);
    assert_true(pack_admin(&bms, &hand, &answer));
    assert_true(access_use(&bms.access, bms.now_ms));
    access_logout(&bms.access);
    assert_true(pack_admin(&bms, &hand, &answer));
    assert_false(access_use(&bms.access, bms.now_ms)); /* the page leaves none behind */
    hand.role = ROLE_OWNER;
    assert_false(pack_admin(&bms, &hand, &answer));
    assert_int_equal(answer.result, DESK_DENIED);
}

static void a_silent_bus_is_said_in_the_text_of_the_change(void **state)
{
    (void)state;
    char text[160];
    int32_t code;
    assert_true(parameter_parse(&parameters[PARAM_RS485_PROTOCOL], "LUXPOWER", &code));
    const struct pack_change change = {PARAM_RS485_PROTOCOL, code};
    pack_change_text(&change, text, sizeof text);
    assert_string_equal(text,
                        "RS485 Protocol set to LUXPOWER; nothing is spoken on the RS485 bus now");
    assert_null(pack_silent_bus(PARAM_CAN_PROTOCOL, 1));
    assert_null(pack_silent_bus(PARAM_CELL_OV_ALARM, 1));
    assert_true(site_protocol_is_silent("CAN Protocol", "SOLIS"));
    assert_false(site_protocol_is_silent("CAN Protocol", "PYLON"));
    assert_false(site_protocol_is_silent("WFM", "SBU"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(levels_move_past_each_other_either_way, fresh),
        cmocka_unit_test_setup(every_models_defaults_can_be_written_over_any_others, fresh),
        cmocka_unit_test_setup(values_at_odds_are_named_and_nothing_is_planned_to_be_written,
                               fresh),
        cmocka_unit_test_setup(a_session_at_the_packs_port_outlives_the_pages_password, fresh),
        cmocka_unit_test_setup(a_silent_bus_is_said_in_the_text_of_the_change, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
