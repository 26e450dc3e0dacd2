/* SPDX-License-Identifier: Apache-2.0 */
/* The segment display's keys and times: what can be reached, what is asked, what never happens. */
#include "lcd_test.h"

enum { NEAR_WRAP = 700 }; /* of the ms counter */

static const char *const models[] = {"offgrid_3000", "offgrid_5000", "offgrid_6000"};

static bool is_ranged(const struct setting_row *row)
{
    return row->type == SETTING_INT || row->type == SETTING_DECIMAL;
}

static void every_setting_is_reached_and_asked_for_by_keys(void **state)
{
    static struct lcd_desk desk;
    (void)state;
    for (size_t m = 0; m < sizeof models / sizeof models[0]; m++) {
        int n = product_find(models[m])->inverter->n_settings;
        assert_int_equal(n, 50);
        for (int i = 0; i < n; i++) {
            enum setting_id id;
            int32_t value;
            lcd_desk_init(&desk, models[m], 0);
            desk.inverter.set[SET_POWER_ON] = 0;     /* what wants standby may be changed */
            desk.inverter.set[SET_BATTERY_TYPE] = 0; /* USE: all may be changed */
            const struct setting_row *row = &desk.inverter.profile->settings[i];
            lcd_desk_open(&desk, i);
            lcd_desk_click(&desk, LCD_ENTER);
            assert_int_equal(desk.lcd.mode, LCD_EDIT);
            lcd_desk_click(&desk, LCD_UP);
            lcd_desk_click(&desk, LCD_ENTER);
            assert_int_equal(desk.lcd.mode, LCD_LIST);
            assert_true(lcd_take_request(&desk.lcd, &id, &value));
            assert_int_equal(id, row->id);
            assert_false(lcd_take_request(&desk.lcd, &id, &value));
        }
    }
}

static bool row_takes(const struct lcd_desk *desk, const struct setting_row *row, int32_t value)
{
    enum setting_verdict verdict = inverter_check(&desk->inverter, row->id, value);
    return verdict == VERDICT_OK || verdict == VERDICT_CONTRADICTS;
}

/* Clicks until the value stays; how many steps it took. */
static int run_to_the_end(struct lcd_desk *desk, const struct setting_row *row, enum lcd_key key)
{
    for (int n = 0; n < 20000; n++) {
        int32_t before = desk->lcd.value;
        lcd_press(&desk->lcd, &desk->inverter, key, true, desk->now_ms);
        lcd_press(&desk->lcd, &desk->inverter, key, false, desk->now_ms);
        if (!row_takes(desk, row, desk->lcd.value)) {
            fail_msg("%s: the keys offer %d, type %d", row->mnemonic, (int)desk->lcd.value,
                     (int)desk->inverter.set[SET_BATTERY_TYPE]);
        }
        if (desk->lcd.value == before) {
            return n;
        }
    }
    fail_msg("%s: no end", row->mnemonic);
    return 0;
}

static void run_over_range(struct lcd_desk *desk, int item)
{
    const struct setting_row *row = &desk->inverter.profile->settings[item];
    int32_t start = desk->inverter.set[row->id];
    desk->lcd.mode = LCD_LIST;
    desk->lcd.item = (uint8_t)item;
    lcd_desk_click(desk, LCD_ENTER);
    if (desk->lcd.mode != LCD_EDIT) {
        assert_false(inverter_editable(&desk->inverter, row->id));
        return;
    }
    assert_int_equal(desk->lcd.value, start);
    (void)run_to_the_end(desk, row, LCD_UP);
    const struct setting_row wide = inverter_range(&desk->inverter, row);
    assert_int_equal(desk->lcd.value, max_i32(wide.max, start));
    int steps = run_to_the_end(desk, row, LCD_DOWN);
    assert_int_equal(desk->lcd.value, wide.min);
    assert_true(steps >= (wide.max - wide.min) / row->step);
    lcd_desk_click(desk, LCD_ESC);
}

static void every_range_is_run_by_keys_for_every_battery_type(void **state)
{
    static struct lcd_desk desk;
    (void)state;
    for (size_t m = 0; m < sizeof models / sizeof models[0]; m++) {
        const struct inverter_profile *profile = product_find(models[m])->inverter;
        for (int type = 0; type < profile->n_presets; type++) {
            lcd_desk_init(&desk, models[m], 0);
            assert_int_equal(inverter_set(&desk.inverter, SET_BATTERY_TYPE, type), VERDICT_OK);
            for (int i = 0; i < profile->n_settings; i++) {
                if (is_ranged(&profile->settings[i])) {
                    run_over_range(&desk, i);
                }
            }
        }
    }
}

static void options_go_round_both_ways(void **state)
{
    static struct lcd_desk desk;
    (void)state;
    lcd_desk_init(&desk, "offgrid_6000", 0);
    desk.inverter.set[SET_POWER_ON] = 0;
    for (int i = 0; i < desk.inverter.profile->n_settings; i++) {
        const struct setting_row *row = &desk.inverter.profile->settings[i];
        if (is_ranged(row)) {
            continue;
        }
        desk.lcd.mode = LCD_LIST;
        desk.lcd.item = (uint8_t)i;
        lcd_desk_click(&desk, LCD_ENTER);
        if (desk.lcd.mode != LCD_EDIT) { /* not with this battery type */
            continue;
        }
        int32_t start = desk.lcd.value;
        for (int k = 0; k < option_count(row->options); k++) {
            lcd_desk_click(&desk, LCD_UP);
            assert_true(row_takes(&desk, row, desk.lcd.value));
        }
        assert_int_equal(desk.lcd.value, start);
        lcd_desk_click(&desk, LCD_DOWN);
        lcd_desk_click(&desk, LCD_UP);
        assert_int_equal(desk.lcd.value, start);
        lcd_desk_click(&desk, LCD_ESC);
    }
}

static void pages_turn_and_keys_are_held_across_the_wrap(void **state)
{
    static struct lcd_desk desk;
    (void)state;
    lcd_desk_init(&desk, "offgrid_6000", UINT32_MAX - NEAR_WRAP);
    desk.inverter.in.battery_mv = 51200;
    lcd_desk_wait(&desk, 2900);
    assert_int_equal(desk.lcd.page, 1);
    lcd_desk_wait(&desk, 200);
    assert_int_equal(desk.lcd.page, 2);
    lcd_desk_init(&desk, "offgrid_6000", UINT32_MAX - NEAR_WRAP);
    lcd_desk_click(&desk, LCD_DOWN);
    lcd_desk_wait(&desk, 9800);
    assert_int_equal(desk.lcd.page, 2);
    lcd_desk_wait(&desk, 400);
    assert_int_equal(desk.lcd.page, 3);
    lcd_desk_init(&desk, "offgrid_6000", UINT32_MAX - NEAR_WRAP);
    lcd_desk_hold(&desk, LCD_ENTER, 1900);
    assert_int_equal(desk.lcd.mode, LCD_PAGES);
    lcd_desk_init(&desk, "offgrid_6000", UINT32_MAX - NEAR_WRAP);
    lcd_desk_hold(&desk, LCD_ENTER, 2100);
    assert_int_equal(desk.lcd.mode, LCD_LIST);
    lcd_desk_wait(&desk, 299000);
    assert_int_equal(desk.lcd.mode, LCD_LIST);
    lcd_desk_wait(&desk, 2000);
    assert_int_equal(desk.lcd.mode, LCD_PAGES);
}

static void a_refusal_is_shown_two_seconds_across_the_wrap(void **state)
{
    static struct lcd_desk desk;
    struct lcd_screen screen;
    (void)state;
    lcd_desk_init(&desk, "offgrid_6000", UINT32_MAX - NEAR_WRAP - 3000);
    lcd_desk_open(&desk, 9); /* [10] of a gel battery is fixed */
    desk.now_ms = UINT32_MAX - NEAR_WRAP;
    desk.lcd.touched_ms = desk.now_ms;
    lcd_desk_click(&desk, LCD_ENTER);
    lcd_desk_wait(&desk, 1900);
    lcd_show(&desk.lcd, &desk.inverter, desk.now_ms, &screen);
    assert_string_equal(screen.right, "Err");
    lcd_desk_wait(&desk, 200);
    lcd_show(&desk.lcd, &desk.inverter, desk.now_ms, &screen);
    assert_string_equal(screen.right, "56.8");
}

/* Half the counter's round is 25 days: what sounded before that is not heard again. */
static void nothing_sounds_again_when_the_counter_comes_round(void **state)
{
    static struct lcd_desk desk;
    (void)state;
    lcd_desk_init(&desk, "offgrid_6000", 0);
    desk.inverter.active = UINT64_C(1) << FAULT_F_SHORT | UINT64_C(1) << FAULT_A_BATTERY_LOW;
    desk.inverter.out.feed = FEED_INVERTER;
    lcd_desk_wait(&desk, 100);
    assert_int_equal(lcd_sound(&desk.lcd, &desk.inverter, desk.now_ms), LCD_SOUND_FAULT);
    lcd_desk_wait(&desk, 70000);
    for (int hour = 0; hour < 24 * 60; hour++) {
        desk.now_ms += 3600000;
        lcd_tick(&desk.lcd, &desk.inverter, desk.now_ms);
        assert_int_equal(lcd_sound(&desk.lcd, &desk.inverter, desk.now_ms), LCD_QUIET);
        assert_int_equal(desk.lcd.page, desk.inverter.profile->n_pages);
        assert_true(desk.lcd.lit);
    }
}

static void a_dark_screen_is_only_woken(void **state)
{
    static struct lcd_desk desk;
    (void)state;
    lcd_desk_init(&desk, "offgrid_6000", UINT32_MAX - NEAR_WRAP);
    desk.inverter.set[SET_POWER_ON] = 0;
    desk.inverter.out.state = INVERTER_STANDBY;
    lcd_desk_wait(&desk, 301000);
    assert_false(desk.lcd.lit);
    uint8_t page = desk.lcd.page;
    lcd_desk_hold(&desk, LCD_ENTER, 2500);
    assert_true(desk.lcd.lit);
    assert_int_equal(desk.lcd.mode, LCD_PAGES);
    lcd_desk_click(&desk, LCD_ESC);
    assert_int_equal(desk.lcd.page, 1);
    assert_in_range(page, 1, 15);
}

static void whole(const struct lcd_desk *desk)
{
    struct lcd_screen screen;
    const struct lcd *lcd = &desk->lcd;
    assert_in_range(lcd->page, 1, desk->inverter.profile->n_pages);
    assert_true(lcd->mode == LCD_PAGES || lcd->mode == LCD_LIST || lcd->mode == LCD_EDIT);
    assert_true(lcd->item < desk->inverter.profile->n_settings);
    lcd_show(lcd, &desk->inverter, desk->now_ms, &screen);
    assert_non_null(memchr(screen.left, '\0', LCD_TEXT));
    assert_non_null(memchr(screen.right, '\0', LCD_TEXT));
    assert_non_null(memchr(screen.number, '\0', sizeof screen.number));
    assert_int_equal(screen.arrows & ~0xDEU, 0); /* the manual's arrow 5 is never shown */
    assert_int_equal(screen.icons >> ICON_COUNT, 0);
}

static void random_keys_write_nothing_but_what_they_ask_for(void **state)
{
    static struct lcd_desk desk;
    uint32_t seed = 2463534242U;
    int asked = 0;
    (void)state;
    lcd_desk_init(&desk, "offgrid_6000", UINT32_MAX - NEAR_WRAP);
    for (int i = 0; i < 100000; i++) {
        int32_t before[SET_COUNT];
        enum setting_id id;
        int32_t value;
        memcpy(before, desk.inverter.set, sizeof before);
        enum lcd_key key = (enum lcd_key)dice_range(&seed, 0, LCD_KEYS - 1);
        lcd_press(&desk.lcd, &desk.inverter, key, dice_range(&seed, 0, 1) == 1, desk.now_ms);
        desk.now_ms += (uint32_t)dice_range(&seed, 0, i % 50 == 0 ? 20000 : 700);
        desk.inverter.active = dice_range(&seed, 0, 40) == 0 ? dice(&seed) : desk.inverter.active;
        lcd_tick(&desk.lcd, &desk.inverter, desk.now_ms);
        assert_memory_equal(before, desk.inverter.set, sizeof before);
        if (lcd_take_request(&desk.lcd, &id, &value)) {
            const struct setting_row *row = inverter_setting(&desk.inverter, id);
            assert_non_null(row);
            enum setting_verdict verdict = inverter_check(&desk.inverter, id, value);
            assert_true(verdict != VERDICT_OUT_OF_RANGE && verdict != VERDICT_OFF_STEP &&
                        verdict != VERDICT_NOT_AN_OPTION && verdict != VERDICT_NOT_A_NUMBER);
            lcd_answer(&desk.lcd, inverter_set(&desk.inverter, id, value) == VERDICT_OK,
                       desk.now_ms);
            asked++;
        }
        whole(&desk);
    }
    assert_true(asked > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_setting_is_reached_and_asked_for_by_keys),
        cmocka_unit_test(every_range_is_run_by_keys_for_every_battery_type),
        cmocka_unit_test(options_go_round_both_ways),
        cmocka_unit_test(pages_turn_and_keys_are_held_across_the_wrap),
        cmocka_unit_test(a_refusal_is_shown_two_seconds_across_the_wrap),
        cmocka_unit_test(nothing_sounds_again_when_the_counter_comes_round),
        cmocka_unit_test(a_dark_screen_is_only_woken),
        cmocka_unit_test(random_keys_write_nothing_but_what_they_ask_for),
    };
    return cmocka_run_group_tests_name("lcd", tests, NULL, NULL);
}
