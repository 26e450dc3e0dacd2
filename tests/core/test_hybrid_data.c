/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of the grid-tied products hold together; values of several parts go to text and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/product/product.h"

static const struct setting_row *row_of(const struct hybrid_profile *profile, int meaning)
{
    for (int i = 0; i < profile->n_settings; i++) {
        if (profile->settings[i].id == meaning) {
            return &profile->settings[i];
        }
    }
    fail_msg("no row of %d", meaning);
    return NULL;
}

static void every_default_is_allowed_and_survives_text(void **state)
{
    const struct hybrid_profile *const profiles[] = {&jso12048156, &as1_3ks};
    (void)state;
    for (int p = 0; p < 2; p++) {
        for (int i = 0; i < profiles[p]->n_settings; i++) {
            const struct setting_row *row = &profiles[p]->settings[i];
            int32_t values[SETTING_EACH] = {0};
            int32_t back[SETTING_EACH] = {0};
            char text[120];
            assert_true(setting_count(row) <= SETTING_EACH);
            if (row->type == SETTING_CLOCK) {
                continue;
            }
            for (int k = 0; k < setting_count(row); k++) {
                values[k] = setting_default(row, k);
                if (setting_check_range(row, values[k]) != VERDICT_OK) {
                    fail_msg("%s: default %d", row->mnemonic, (int)values[k]);
                }
            }
            setting_format_all(row, values, text, sizeof text);
            if (setting_parse_all(row, text, back) != VERDICT_OK ||
                memcmp(values, back, sizeof back) != 0) {
                fail_msg("%s: \"%s\" does not come back", row->mnemonic, text);
            }
        }
    }
}

static void meanings_do_not_overlap(void **state)
{
    const struct hybrid_profile *const profiles[] = {&jso12048156, &as1_3ks};
    bool taken[HSET_COUNT] = {false};
    (void)state;
    for (int p = 0; p < 2; p++) {
        for (int i = 0; i < profiles[p]->n_settings; i++) {
            const struct setting_row *row = &profiles[p]->settings[i];
            for (int k = 0; k < setting_count(row); k++) {
                assert_true(row->id + k < HSET_COUNT);
                assert_false(taken[row->id + k]);
                taken[row->id + k] = true;
            }
        }
    }
    for (int i = 0; i < HSET_COUNT; i++) {
        assert_true(taken[i]);
    }
}

static void times_windows_and_slots_are_strict(void **state)
{
    const struct setting_row *start = row_of(&jso12048156, HSET_TOU_START);
    const struct setting_row *windows = row_of(&as1_3ks, HSET_TOU_CHARGE_WINDOWS);
    static const char *const bad_starts[] = {"01:00",
                                             "01:00|05:00|09:00|13:00|17:00|21:00|22:00",
                                             "01:00|05:00|09:00|13:00|17:00|24:01",
                                             "01:00|05:00|09:00|13:00|17:00|2100",
                                             "01:00|05:00|09:00|13:00|17:00|",
                                             "a|b|c|d|e|f",
                                             "01:60|05:00|09:00|13:00|17:00|21:00"};
    static const char *const bad_windows[] = {
        "06:00",     "06:00-",       "-06:00",
        "0600-0700", "01:00-02:00|", "00:00-01:00|02:00-03:00|04:00-05:00|06:00-07:00"};
    int32_t values[SETTING_EACH];
    char text[80];
    (void)state;
    assert_int_equal(setting_parse_all(start, "1:00|05:00|09:00|13:00|17:00|24:00", values),
                     VERDICT_OK);
    assert_int_equal(values[0], 60);
    assert_int_equal(values[5], 1440);
    for (size_t i = 0; i < sizeof bad_starts / sizeof bad_starts[0]; i++) {
        assert_int_not_equal(setting_parse_all(start, bad_starts[i], values), VERDICT_OK);
    }
    assert_int_equal(setting_parse_all(windows, "", values), VERDICT_OK);
    assert_int_equal(setting_parse_all(windows, "22:30-06:00|12:00-13:00", values), VERDICT_OK);
    setting_format_all(windows, values, text, sizeof text);
    assert_string_equal(text, "22:30-06:00|12:00-13:00");
    assert_int_equal(values[4], values[5]); /* the third is none */
    for (size_t i = 0; i < sizeof bad_windows / sizeof bad_windows[0]; i++) {
        if (setting_parse_all(windows, bad_windows[i], values) == VERDICT_OK) {
            fail_msg("\"%s\" was taken", bad_windows[i]);
        }
    }
    setting_format_all(start, (int32_t[]){60, 300, 540, 780, 1020, 1260}, text, 8);
    assert_string_equal(text, "01:00|0"); /* cut, and ended */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_default_is_allowed_and_survives_text),
        cmocka_unit_test(meanings_do_not_overlap),
        cmocka_unit_test(times_windows_and_slots_are_strict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
