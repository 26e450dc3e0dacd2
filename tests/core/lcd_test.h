/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_CORE_LCD_TEST_H
#define HEARTH_TESTS_CORE_LCD_TEST_H

/* An inverter's display before an inverter at rest; its clock is the test's. */
#include "core/panel/lcd.h"
#include "core_test.h"

struct lcd_desk {
    struct inverter inverter;
    struct lcd lcd;
    uint32_t now_ms;
};

static inline void lcd_desk_init(struct lcd_desk *desk, const char *product, uint32_t now_ms)
{
    memset(desk, 0, sizeof *desk);
    inverter_init(&desk->inverter, product_find(product)->inverter, now_ms);
    desk->now_ms = now_ms;
    lcd_init(&desk->lcd, now_ms);
}

static inline void lcd_desk_wait(struct lcd_desk *desk, uint32_t ms)
{
    for (uint32_t passed = 0; passed < ms; passed += 10) {
        desk->now_ms += 10;
        lcd_tick(&desk->lcd, &desk->inverter, desk->now_ms);
    }
}

static inline void lcd_desk_hold(struct lcd_desk *desk, enum lcd_key key, uint32_t ms)
{
    lcd_press(&desk->lcd, &desk->inverter, key, true, desk->now_ms);
    lcd_desk_wait(desk, ms);
    lcd_press(&desk->lcd, &desk->inverter, key, false, desk->now_ms);
}

static inline void lcd_desk_click(struct lcd_desk *desk, enum lcd_key key)
{
    lcd_desk_hold(desk, key, 50);
}

/* Opens the menu at the row `index`. */
static inline void lcd_desk_open(struct lcd_desk *desk, int index)
{
    lcd_desk_hold(desk, LCD_ENTER, 2100);
    assert_int_equal(desk->lcd.mode, LCD_LIST);
    for (int i = 0; i < index; i++) {
        lcd_desk_click(desk, LCD_DOWN);
    }
    assert_int_equal(desk->lcd.item, index);
}

#endif
