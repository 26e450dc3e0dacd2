/* SPDX-License-Identifier: Apache-2.0 */
/* The words of events, as lists and records show them. */
#include "core_test.h"

static const char *said(uint8_t kind, uint8_t what, size_t room)
{
    static char text[64];
    struct bms_event event = {.kind = kind, .what = what};
    memset(text, '#', sizeof text);
    event_text(wall_protections, &event, text, room);
    return text;
}

#define ASSERT_SAID(kind, what, words) assert_string_equal(said(kind, what, 64), words)

static void an_event_says_what_it_was(void **state)
{
    (void)state;
    static const struct {
        uint8_t kind, what;
        const char *words;
    } cases[] = {
        {EVENT_ROW_SET, ROW_OVP, "OVP set"},
        {EVENT_ROW_CLEAR, ROW_MOS_OTP, "MOS OT clear"},
        {EVENT_ROW_SET, ROW_EQUIPMENT, "? set"}, /* not on this board */
        {EVENT_ROW_SET, ROW_COUNT, "? set"},
        {EVENT_WARNING_SET, WARN_WEAK_CELL | 4 << 4, "weak cell 5 warning set"},
        {EVENT_WARNING_CLEAR, WARN_SELF_DISCHARGE | 15 << 4, "self-discharge 16 warning clear"},
        {EVENT_WARNING_SET, 7, "? 1 warning set"},
        {EVENT_SLEEP, SLEEP_UNDER_VOLTAGE, "sleep UV"},
        {EVENT_SLEEP, SLEEP_HOST, "sleep host"},
        {EVENT_SLEEP, SLEEP_HOST + 1, "sleep ?"},
        {EVENT_WAKE, WAKE_RS232, "wake RS232"},
        {EVENT_WAKE, WAKE_HOST + 1, "wake ?"},
        {EVENT_WAKE_FAILED, 0, "wake failed"},
        {EVENT_RESET, 0, "reset"},
        {EVENT_PARAMETER, PARAM_CELL_OV_ALARM, "parameter write Cell OV Alarm"},
        {EVENT_PARAMETER, PARAM_COUNT, "parameter write ?"},
        {EVENT_DEFAULTS, 0, "restore default"},
        {EVENT_ERASED, 0, "record erase"},
        {EVENT_PASSWORD, 0, "password write"},
        {EVENT_PASSWORD_WRONG, 3, "password wrong 3"},
        {EVENT_PASSWORD_WRONG, 255, "password wrong 255"},
        {EVENT_PACK_LOST, 15, "pack lost 15"},
        {EVENT_PACK_BACK, 10, "pack back 10"},
        {EVENT_ADDRESS_CONFLICT, 100, "address conflict 100"},
        {EVENT_MIXED_PACKS, 9, "mixed pack 9"},
        {EVENT_MEMORY_DAMAGED, 0, "memory damaged 0"},
        {EVENT_JOIN_WAITS, 0, "join waits"},
        {EVENT_KIND_COUNT, 0, "?"},
        {255, 0, "?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ASSERT_SAID(cases[i].kind, cases[i].what, cases[i].words);
    }
}

static void a_warning_begins_with_its_name_and_ends_with_what_became_of_it(void **state)
{
    (void)state;
    static const struct {
        uint8_t kind, what;
        const char *begin, *end;
    } cases[] = {{EVENT_WARNING_SET, WARN_WEAK_CELL, "weak cell ", " set"},
                 {EVENT_WARNING_CLEAR, WARN_SELF_DISCHARGE, "self-discharge ", " clear"},
                 {EVENT_WARNING_SET, 15, "?", " set"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *text = said(cases[i].kind, cases[i].what, 64);
        assert_memory_equal(text, cases[i].begin, strlen(cases[i].begin));
        assert_string_equal(text + strlen(text) - strlen(cases[i].end), cases[i].end);
    }
}

static void every_kind_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < EVENT_KIND_COUNT; i++) {
        assert_non_null(event_word((enum bms_event_kind)i));
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(event_word((enum bms_event_kind)i),
                                    event_word((enum bms_event_kind)k));
        }
    }
    for (int i = 0; i < WARN_COUNT; i++) {
        assert_true(warning_text((enum bms_warning)i)[0] != '\0');
    }
}

static void a_text_that_does_not_fit_is_cut_and_writes_nothing_beyond(void **state)
{
    (void)state;
    const char *whole = "parameter write Cell OV Alarm";
    for (size_t room = 1; room <= strlen(whole) + 1; room++) {
        const char *text = said(EVENT_PARAMETER, PARAM_CELL_OV_ALARM, room);
        assert_int_equal(strlen(text), room - 1);
        assert_memory_equal(text, whole, room - 1);
        assert_int_equal(text[room], '#');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_says_what_it_was),
        cmocka_unit_test(a_warning_begins_with_its_name_and_ends_with_what_became_of_it),
        cmocka_unit_test(every_kind_has_a_word_of_its_own),
        cmocka_unit_test(a_text_that_does_not_fit_is_cut_and_writes_nothing_beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
