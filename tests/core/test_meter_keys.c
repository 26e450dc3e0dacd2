/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the meters' displays: the printed ways to set the address. */
#include "core_test.h"

#include "core/panel/meter_keys.h"

static struct meter_unit meter;
static struct meter_keys keys;
static uint32_t now_ms;

static void begin(enum meter_type type)
{
    meter_unit_init(&meter, type, 1);
    meter_keys_init(&keys);
    now_ms = UINT32_MAX - 1000U;
}

static void press(enum meter_key key, int times)
{
    for (int i = 0; i < times; i++) {
        now_ms += 300;
        meter_keys_press(&keys, &meter, key, now_ms);
    }
}

static void wait_ms(uint32_t ms)
{
    for (uint32_t t = 0; t < ms; t += 100) {
        now_ms += 100;
        meter_keys_tick(&keys, &meter, now_ms);
    }
}

static void password(int first, int second, int third)
{
    press(METER_KEY_ARROW, first);
    press(METER_KEY_SET, 1);
    press(METER_KEY_ARROW, second);
    press(METER_KEY_SET, 1);
    press(METER_KEY_ARROW, third);
}

static uint16_t address(void) { return meter_unit_word(&meter, WORD_ADDRESS); }

/* Scenario 122: SET, 701, SET, SET, SET x3, up, ESC x2. */
static void the_printed_script_stores_address_2(void **state)
{
    (void)state;
    begin(METER_DTSU666);
    press(METER_KEY_SET, 1);
    assert_int_equal(keys.page, METER_PAGE_PASSWORD);
    password(7, 0, 1);
    press(METER_KEY_SET, 1);
    assert_int_equal(keys.page, METER_PAGE_SETTINGS);
    press(METER_KEY_SET, 1);
    assert_int_equal(keys.page, METER_PAGE_PORT);
    press(METER_KEY_SET, 3);
    assert_int_equal(keys.page, METER_PAGE_ADDRESS);
    press(METER_KEY_ARROW, 1);
    assert_int_equal(address(), 1);
    press(METER_KEY_ESC, 2);
    assert_int_equal(keys.page, METER_PAGE_MEASURE);
    assert_int_equal(address(), 2);
}

/* Manual 001 s4.8.2: SET twice before the password, once more on the address page. */
static void the_manuals_words_do_too(void **state)
{
    (void)state;
    begin(METER_DTSU666);
    press(METER_KEY_SET, 2);
    password(7, 0, 1);
    press(METER_KEY_SET, 2);
    press(METER_KEY_SET, 3);
    press(METER_KEY_SET, 1);
    press(METER_KEY_ARROW, 1);
    press(METER_KEY_ESC, 2);
    assert_int_equal(keys.page, METER_PAGE_MEASURE);
    assert_int_equal(address(), 2);
    assert_int_equal(meter_unit_word(&meter, WORD_BAUD), METER_9600);
    assert_int_equal(meter_unit_word(&meter, WORD_PROTOCOL), METER_8N1);
}

static void a_wrong_password_opens_nothing(void **state)
{
    (void)state;
    begin(METER_DTSU666);
    press(METER_KEY_SET, 1);
    password(7, 0, 2);
    press(METER_KEY_SET, 1);
    assert_int_equal(keys.page, METER_PAGE_MEASURE);
    press(METER_KEY_ARROW, 5);
    press(METER_KEY_ESC, 2);
    assert_int_equal(address(), 1);
}

static void the_address_goes_round_from_247_to_1(void **state)
{
    (void)state;
    begin(METER_DTSU666);
    assert_true(meter_unit_set_word(&meter, WORD_ADDRESS, 247));
    press(METER_KEY_SET, 1);
    password(7, 0, 1);
    press(METER_KEY_SET, 5);
    press(METER_KEY_ARROW, 1);
    press(METER_KEY_ESC, 1);
    assert_int_equal(address(), 1);
}

static void escape_from_the_password_and_foreign_keys_change_nothing(void **state)
{
    (void)state;
    begin(METER_DTSU666);
    press(METER_KEY_PRESS, 3);
    press(METER_KEY_LONG, 1);
    press(METER_KEY_SET, 1);
    press(METER_KEY_ESC, 1);
    assert_int_equal(keys.page, METER_PAGE_MEASURE);
    begin(METER_DDSU666);
    press(METER_KEY_SET, 5);
    press(METER_KEY_ARROW, 5);
    wait_ms(5000);
    assert_int_equal(keys.page, METER_PAGE_MEASURE);
    assert_int_equal(address(), 1);
}

/* Manual 001 s4.8.1: long press, choose, 2 s, press to set, it returns by itself. */
static void the_single_phase_meter_is_set_by_its_one_button(void **state)
{
    (void)state;
    begin(METER_DDSU666);
    press(METER_KEY_LONG, 1);
    assert_int_equal(keys.page, METER_PAGE_SWITCH);
    press(METER_KEY_PRESS, 1);
    wait_ms(1900);
    assert_int_equal(keys.page, METER_PAGE_SWITCH);
    wait_ms(100);
    assert_int_equal(keys.page, METER_PAGE_ADDRESS);
    press(METER_KEY_PRESS, 1);
    assert_int_equal(address(), 1);
    wait_ms(2000);
    assert_int_equal(keys.page, METER_PAGE_MEASURE);
    assert_int_equal(address(), 2);
    press(METER_KEY_LONG, 1); /* and back to 1 */
    press(METER_KEY_PRESS, 1);
    wait_ms(2000);
    press(METER_KEY_PRESS, 1);
    wait_ms(2000);
    assert_int_equal(address(), 1);
}

static void a_switching_page_left_alone_leads_back(void **state)
{
    (void)state;
    begin(METER_DDSU666);
    press(METER_KEY_LONG, 1);
    wait_ms(2000);
    assert_int_equal(keys.page, METER_PAGE_MEASURE);
    wait_ms(5000);
    assert_int_equal(address(), 1);
}

static void whatever_is_pressed_the_words_stay_in_range(void **state)
{
    (void)state;
    uint32_t seed = 5;
    for (int i = 0; i < 200000; i++) {
        if (i % 1000 == 0) {
            begin(i % 2000 == 0 ? METER_DTSU666 : METER_DDSU666);
        }
        press((enum meter_key)(dice(&seed) % 5), 1);
        if (dice(&seed) % 8 == 0) {
            wait_ms(2100);
        }
        const struct meter_map *map = &meter_maps[meter.type];
        for (int k = 0; k < map->n_words; k++) {
            assert_in_range(meter.word[k], map->words[k].min, map->words[k].max);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printed_script_stores_address_2),
        cmocka_unit_test(the_manuals_words_do_too),
        cmocka_unit_test(a_wrong_password_opens_nothing),
        cmocka_unit_test(the_address_goes_round_from_247_to_1),
        cmocka_unit_test(escape_from_the_password_and_foreign_keys_change_nothing),
        cmocka_unit_test(the_single_phase_meter_is_set_by_its_one_button),
        cmocka_unit_test(a_switching_page_left_alone_leads_back),
        cmocka_unit_test(whatever_is_pressed_the_words_stay_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
