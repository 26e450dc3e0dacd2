/* SPDX-License-Identifier: Apache-2.0 */
/* The display as a state machine: pages, light, lists, password. VT s5.1, ES s5 s7. */
#include "panel_test.h"

enum { MINUTE_MS = 60000, DARK_MS = 3 * MINUTE_MS };

static void logo_stands_five_seconds_across_the_wrap_of_the_clock(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "es51_2_100lp");
    assert_page(&desk, "Touch: Boot");
    desk_wait(&desk, 4999);
    assert_page(&desk, "Touch: Boot");
    desk_wait(&desk, 1);
    assert_page(&desk, "Touch: Main state");
}

static void a_touch_or_a_key_during_the_logo_opens_the_menu(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "es51_2_100lp");
    desk_wait(&desk, 2000);
    assert_int_equal(desk_touch(&desk, "", NULL), PANEL_DONE);
    assert_page(&desk, "Touch: Home");
    desk_init(&desk, "es51_2_100lp");
    assert_int_equal(desk_key(&desk, PANEL_KEY_ENTER), PANEL_DONE);
    assert_page(&desk, "Touch: Home");
}

static void the_screen_goes_dark_after_three_minutes_to_the_millisecond(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "es51_2_100lp");
    desk_wait(&desk, 10000);
    desk_touch(&desk, "", NULL);
    desk_touch(&desk, "pack_info", NULL);
    desk_wait(&desk, DARK_MS - 1);
    assert_true(desk.screen.lit);
    assert_page(&desk, "Touch: PACK Info");
    desk_wait(&desk, 1);
    assert_false(desk.screen.lit);
    assert_int_equal(desk.screen.n, 0);
    assert_int_equal(desk_touch(&desk, "system", NULL), PANEL_WOKE); /* only lights it */
    assert_true(desk.screen.lit);
    assert_page(&desk, "Touch: Main state");
    desk_wait(&desk, DARK_MS - 1);
    desk_key(&desk, PANEL_KEY_DOWN); /* a key counts as a touch */
    desk_wait(&desk, DARK_MS - 1);
    assert_true(desk.screen.lit);
    panel_stir(&desk.panel, desk.now_ms); /* and RST as well */
    desk_wait(&desk, DARK_MS - 1);
    assert_true(desk.screen.lit);
    desk_wait(&desk, 1);
    assert_false(desk.screen.lit);
    panel_stir(&desk.panel, desk.now_ms);
    desk_look(&desk);
    assert_true(desk.screen.lit);
    assert_page(&desk, "Touch: Main state");
}

static void the_hmi_of_the_wall_battery_stays_lit(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "vt12040");
    assert_page(&desk, "Home");
    for (int i = 0; i < 60; i++) {
        desk_wait(&desk, MINUTE_MS);
    }
    assert_true(desk.screen.lit);
}

static void in_sleep_the_screen_is_dark_and_dead_and_boots_at_waking(void **state)
{
    (void)state;
    struct desk desk;
    static const char *const products_[] = {"vt12040", "es25_6_230lp"};
    static const char *const begins[] = {"Home", "Touch: Boot"};
    for (int i = 0; i < 2; i++) {
        desk_init(&desk, products_[i]);
        desk_wait(&desk, 6000);
        panel_tick(&desk.panel, false, desk.now_ms);
        desk_look(&desk);
        assert_false(desk.screen.lit);
        assert_int_equal(desk_touch(&desk, "", NULL), PANEL_DEAD);
        assert_int_equal(desk_key(&desk, PANEL_KEY_UP), PANEL_DEAD);
        panel_stir(&desk.panel, desk.now_ms);
        panel_rest(&desk.panel, desk.now_ms);
        desk_look(&desk);
        assert_false(desk.screen.lit);
        desk_wait(&desk, 60000);
        assert_true(desk.screen.lit);
        assert_page(&desk, begins[i]);
    }
}

static void main_state_leads_to_the_menu_from_anywhere(void **state)
{
    (void)state;
    static const struct {
        const char *touch, *page;
    } ways[] = {{"", "Touch: Home"},
                {"total_soc", "Touch: Home"},
                {"pack_info", "Touch: Home"},
                {">>", "Touch: Home"},
                {"nine-square_grid_(top_left)", "Touch: Home"},
                {"battery_icon", "Touch: BMS Status"}};
    struct desk desk;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        desk_init(&desk, "es51_2_100lp");
        panel_rest(&desk.panel, desk.now_ms);
        assert_int_equal(desk_touch(&desk, ways[i].touch, NULL), PANEL_DONE);
        assert_page(&desk, ways[i].page);
    }
}

static void buttons_arrows_and_tools_reach_every_page(void **state)
{
    (void)state;
    static const struct {
        const char *touch, *page;
    } way[] = {{"pack_info", "Touch: PACK Info"},
               {"nine-square_grid_(top_left)", "Touch: Home"},
               {"bms_status", "Touch: BMS Status"},
               {"nine-square_grid_(top_left)", "Touch: Home"},
               {"protocol", "Touch: PROTOCOL"},
               {"nine-square_grid_(top_left)", "Touch: Home"},
               {"system", "Touch: SYSTEM"},
               {"battery_icon", "Touch: BMS Status"},
               {"<<", "Touch: PACK Info"},
               {"<<", "Touch: Home"},
               {"<<", "Touch: SYSTEM"},
               {">>", "Touch: Home"},
               {">>_and_<<", "Touch: PACK Info"}};
    struct desk desk;
    desk_init(&desk, "es51_2_100lp");
    desk_touch(&desk, "", NULL);
    for (size_t i = 0; i < sizeof way / sizeof way[0]; i++) {
        assert_int_equal(desk_touch(&desk, way[i].touch, NULL), PANEL_DONE);
        assert_page(&desk, way[i].page);
    }
    assert_int_equal(desk_touch(&desk, ">>_and_<<", "<<"), PANEL_DONE);
    assert_page(&desk, "Touch: Home");
    assert_int_equal(desk_touch(&desk, "can", NULL), PANEL_NOT_HERE);
    assert_int_equal(desk_touch(&desk, "prot_cp", NULL), PANEL_UNKNOWN);
    assert_page(&desk, "Touch: Home");
}

static void keys_walk_the_buttons_and_pages(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "es51_2_100lp");
    desk_touch(&desk, "", NULL);
    desk_key(&desk, PANEL_KEY_DOWN);
    assert_true(desk.screen.item[1].focused);
    desk_key(&desk, PANEL_KEY_ENTER);
    assert_page(&desk, "Touch: BMS Status");
    desk_key(&desk, PANEL_KEY_RIGHT);
    assert_page(&desk, "Touch: PROTOCOL");
    desk_key(&desk, PANEL_KEY_LEFT);
    assert_page(&desk, "Touch: BMS Status");
    desk_key(&desk, PANEL_KEY_ESC);
    assert_page(&desk, "Touch: Home");
    desk_key(&desk, PANEL_KEY_ESC);
    assert_page(&desk, "Touch: Main state");
    desk_key(&desk, PANEL_KEY_UP);
    assert_page(&desk, "Touch: Home");
    desk_key(&desk, PANEL_KEY_UP); /* wraps to the last one */
    desk_key(&desk, PANEL_KEY_DOWN);
    assert_true(desk.screen.item[0].focused);
}

static void the_five_pages_of_the_hmi_by_links_and_keys(void **state)
{
    (void)state;
    static const char *const pages[] = {"Battery Information", "Protection Status", "Alarm Status",
                                        "System Information", "Home"};
    struct desk desk;
    desk_init(&desk, "vt12040");
    for (int i = 0; i < 5; i++) {
        desk_key(&desk, PANEL_KEY_RIGHT);
        assert_page(&desk, pages[i]);
    }
    for (int i = 4; i >= 0; i--) {
        assert_int_equal(desk_touch(&desk, pages[i], NULL), PANEL_DONE);
        assert_page(&desk, pages[i]);
    }
    assert_int_equal(desk_touch(&desk, "system_information", NULL), PANEL_DONE);
    assert_page(&desk, "System Information");
    assert_int_equal(desk_touch(&desk, "password", "123456"), PANEL_UNKNOWN);
    assert_int_equal(desk_touch(&desk, ">>", NULL), PANEL_UNKNOWN);
    desk_key(&desk, PANEL_KEY_ESC);
    assert_page(&desk, "Home");
}

static void each_of_the_ten_inverters_sets_its_code(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int can, rs485;
    } entries[] = {{"PYLON", 0x01, 0x01},      {"GROWATT", 0x02, 0x01}, {"SOFAR", 0x0A, 0x01},
                   {"LUXPOWER", 0x05, 0x01},   {"GOODWE", 0x08, 0x01},  {"SOLIS", 0x0C, 0x01},
                   {"SMA", 0x07, 0x01},        {"VICTRON", 0x03, 0x01}, {"VOLTRONIC", 0x03, 0x03},
                   {"GROWATT 485", 0x03, 0x02}};
    struct desk desk;
    desk_init(&desk, "vt12040");
    assert_field(&desk, "inverter", "PYLON");
    desk_touch(&desk, "System Information", NULL);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(desk_touch(&desk, "inverter", NULL), PANEL_DONE);
        assert_int_equal(desk.screen.window, WINDOW_LIST);
        bool has_no_source = strcmp(entries[i].name, "SOLIS") == 0;
        assert_int_equal(desk_touch(&desk, entries[i].name, NULL),
                         has_no_source ? PANEL_SILENT : PANEL_DONE);
        assert_int_equal(desk.screen.window, WINDOW_NONE);
        assert_int_equal(desk.bench.bms.param[PARAM_CAN_PROTOCOL], entries[i].can);
        assert_int_equal(desk.bench.bms.param[PARAM_RS485_PROTOCOL], entries[i].rs485);
        assert_field(&desk, "inverter", entries[i].name);
    }
    bms_reset(&desk.bench.bms); /* a reset keeps it */
    assert_field(&desk, "inverter", "GROWATT 485");
    assert_int_equal(desk_touch(&desk, "inverter", "VICTORIA"), PANEL_UNKNOWN);
    bms_init(&desk.bench.bms, desk.bench.bms.profile, 6000, 0);
    assert_field(&desk, "inverter", "PYLON"); /* the defaults bring Pylon back */
}

static void a_list_is_walked_by_keys_and_left_by_esc(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "vt12040");
    desk_touch(&desk, "System Information", NULL);
    desk_key(&desk, PANEL_KEY_ENTER);
    assert_int_equal(desk.screen.window, WINDOW_LIST);
    desk_key(&desk, PANEL_KEY_ESC);
    assert_int_equal(desk.screen.window, WINDOW_NONE);
    desk_key(&desk, PANEL_KEY_DOWN);
    desk_key(&desk, PANEL_KEY_ENTER); /* language */
    desk_key(&desk, PANEL_KEY_DOWN);
    desk_key(&desk, PANEL_KEY_DOWN);
    desk_key(&desk, PANEL_KEY_ENTER);
    assert_int_equal(desk.panel.language, LANGUAGE_GERMAN);
    assert_string_equal(desk.screen.title, "System");
}

static void languages_change_the_words_and_not_the_pages(void **state)
{
    (void)state;
    struct desk desk;
    desk_init(&desk, "es51_2_100lp");
    desk_touch(&desk, "", NULL);
    desk_touch(&desk, "system", NULL);
    assert_int_equal(desk_touch(&desk, "language", "German"), PANEL_UNKNOWN); /* has two */
    assert_int_equal(desk_touch(&desk, "language", "Chinese"), PANEL_DONE);
    assert_page(&desk, "Touch: SYSTEM");
    assert_string_equal(desk.screen.title, "系统");
    assert_field(&desk, "language", "Chinese");
    assert_int_equal(desk_touch(&desk, "language", "中文"), PANEL_DONE);
    assert_int_equal(desk_touch(&desk, "language", "English"), PANEL_DONE);
    assert_string_equal(desk.screen.title, "SYSTEM");
}

static void to_protocols(struct desk *desk)
{
    desk_init(desk, "es51_2_100lp");
    desk_touch(desk, "", NULL);
    desk_touch(desk, "protocol", NULL);
}

static void a_protocol_changes_with_the_password_only(void **state)
{
    (void)state;
    struct desk desk;
    to_protocols(&desk);
    assert_field(&desk, "can", "PYLON 2.0");
    assert_field(&desk, "rs485", "USER_485PYLON");
    assert_int_equal(desk_touch(&desk, "can", "GROWATT"), PANEL_ASKS);
    assert_int_equal(desk.screen.window, WINDOW_PASSWORD);
    assert_int_equal(desk_touch(&desk, "password", "000000"), PANEL_WRONG);
    assert_string_equal(desk.screen.message, "Wrong password");
    assert_field(&desk, "can", "PYLON 2.0");
    assert_int_equal(desk_touch(&desk, "password", "123456"), PANEL_DONE);
    assert_field(&desk, "can", "GROWATT");
    assert_int_equal(desk.bench.bms.param[PARAM_CAN_PROTOCOL], 0x02);
    assert_int_equal(desk.bench.bms.param[PARAM_RS485_PROTOCOL], 0x01);
    /* on this visit the page stays open, later it asks again */
    assert_int_equal(desk_touch(&desk, "rs485", "USER_485_LUXPOWER"), PANEL_SILENT);
    assert_int_equal(desk.bench.bms.param[PARAM_RS485_PROTOCOL], 0x06);
    assert_string_equal(desk.screen.message, "No source: this bus is silent now");
    desk_touch(&desk, ">>", NULL);
    assert_string_equal(desk.screen.message, ""); /* said once */
    desk_touch(&desk, "<<", NULL);
    assert_int_equal(desk_touch(&desk, "can", "SMA PROTOCOL"), PANEL_ASKS);
    desk_touch(&desk, "cancel", NULL);
    assert_int_equal(desk_touch(&desk, "password", "123456"), PANEL_DONE);
    assert_field(&desk, "can", "GROWATT"); /* what was cancelled is not done later */
}

static void the_password_is_typed_on_the_keypad(void **state)
{
    (void)state;
    struct desk desk;
    to_protocols(&desk);
    desk_touch(&desk, "can", "SOFAR");
    for (const char *p = "1235"; *p != '\0'; p++) {
        const char digit[2] = {*p, '\0'};
        assert_int_equal(desk_touch(&desk, digit, NULL), PANEL_DONE);
    }
    desk_touch(&desk, "delete", NULL);
    for (const char *p = "4567"; *p != '\0'; p++) { /* a seventh digit is not taken */
        const char digit[2] = {*p, '\0'};
        desk_touch(&desk, digit, NULL);
    }
    assert_int_equal(desk.screen.n_typed, 6);
    assert_int_equal(desk_touch(&desk, "ok", NULL), PANEL_DONE);
    assert_field(&desk, "can", "SOFAR");
}

static void three_wrong_passwords_cost_thirty_seconds_and_each_more_twice_as_long(void **state)
{
    (void)state;
    struct desk desk;
    to_protocols(&desk);
    desk_touch(&desk, "can", "SOFAR");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(desk_touch(&desk, "password", "1"), PANEL_WRONG);
    }
    uint32_t wait_ms = 30000;
    for (int i = 0; i < 5; i++) {
        desk_look(&desk);
        assert_int_equal(desk.screen.wait_s, wait_ms / 1000);
        for (uint32_t left = wait_ms - 1; left > 0;) { /* hands keep the screen lit meanwhile */
            uint32_t ms = left > 100000 ? 100000 : left;
            desk_wait(&desk, ms);
            left -= ms;
            assert_int_equal(desk_touch(&desk, "password", "123456"), PANEL_WAITS);
        }
        desk_wait(&desk, 1);
        assert_int_equal(desk.screen.wait_s, 0);
        assert_int_equal(desk_touch(&desk, "password", "2"), PANEL_WRONG);
        wait_ms *= 2;
    }
    for (uint32_t waited = 0; waited < wait_ms; waited += 100000) {
        desk_wait(&desk, 100000);
        desk_touch(&desk, "", NULL);
    }
    assert_int_equal(desk_touch(&desk, "password", "123456"), PANEL_DONE);
    assert_field(&desk, "can", "SOFAR");
    assert_int_equal(desk.bench.bms.access.wrong, 0);
}

static void the_delay_outlasts_a_dark_screen(void **state)
{
    (void)state;
    struct desk desk;
    to_protocols(&desk);
    for (int i = 0; i < 6; i++) { /* 3 free ones, then 30 s … 120 s */
        desk_wait(&desk, i < 3 ? 0 : 130000);
        desk_touch(&desk, "password", "9");
    }
    desk_wait(&desk, DARK_MS);
    assert_false(desk.screen.lit);
    desk_touch(&desk, "", NULL);
    desk_touch(&desk, "", NULL);
    desk_touch(&desk, "protocol", NULL);
    assert_int_equal(desk_touch(&desk, "password", "123456"), PANEL_WAITS);
    desk_wait(&desk, 60000);
    assert_int_equal(desk_touch(&desk, "password", "123456"), PANEL_DONE);
}

static void nothing_a_hand_can_do_breaks_a_panel(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",     "can",    "rs485",   "inverter",     "language", "protocol", "system", "<<",
        ">>",   "ok",     "1",       "cancel",       "delete",   "password", "SMA",    "VICTRON",
        "Home", "German", "Chinese", "battery_icon", "icon_1",   "pack_info"};
    static const char *const arguments[] = {NULL, "SMA", "VICTRON", "123456", "Chinese", ""};
    struct desk desk;
    uint32_t seed = 7;
    for (int k = 0; k < 2; k++) {
        desk_init(&desk, k == 0 ? "vt12040" : "es25_6_100lp");
        for (int i = 0; i < 20000; i++) {
            uint32_t what = dice(&seed) % 4;
            if (what == 0) {
                desk_key(&desk, (enum panel_key)(dice(&seed) % 6));
            } else if (what == 1) {
                desk_wait(&desk, dice(&seed) % 100000);
            } else {
                desk_touch(&desk, names[dice(&seed) % (sizeof names / sizeof names[0])],
                           arguments[dice(&seed) % 6]);
            }
            int focused = 0;
            for (int j = 0; j < desk.screen.n; j++) {
                focused += desk.screen.item[j].focused;
            }
            bool plain = desk.screen.lit && strcmp(desk.screen.page, "Touch: Boot") != 0;
            assert_int_equal(focused, plain ? 1 : 0); /* exactly one has the focus */
            assert_true(desk.screen.n < SCREEN_ITEMS);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logo_stands_five_seconds_across_the_wrap_of_the_clock),
        cmocka_unit_test(a_touch_or_a_key_during_the_logo_opens_the_menu),
        cmocka_unit_test(the_screen_goes_dark_after_three_minutes_to_the_millisecond),
        cmocka_unit_test(the_hmi_of_the_wall_battery_stays_lit),
        cmocka_unit_test(in_sleep_the_screen_is_dark_and_dead_and_boots_at_waking),
        cmocka_unit_test(main_state_leads_to_the_menu_from_anywhere),
        cmocka_unit_test(buttons_arrows_and_tools_reach_every_page),
        cmocka_unit_test(keys_walk_the_buttons_and_pages),
        cmocka_unit_test(the_five_pages_of_the_hmi_by_links_and_keys),
        cmocka_unit_test(each_of_the_ten_inverters_sets_its_code),
        cmocka_unit_test(a_list_is_walked_by_keys_and_left_by_esc),
        cmocka_unit_test(languages_change_the_words_and_not_the_pages),
        cmocka_unit_test(a_protocol_changes_with_the_password_only),
        cmocka_unit_test(the_password_is_typed_on_the_keypad),
        cmocka_unit_test(three_wrong_passwords_cost_thirty_seconds_and_each_more_twice_as_long),
        cmocka_unit_test(the_delay_outlasts_a_dark_screen),
        cmocka_unit_test(nothing_a_hand_can_do_breaks_a_panel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
