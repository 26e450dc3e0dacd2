/* SPDX-License-Identifier: Apache-2.0 */
/* The fake site's segment display: the real one before an inverter that rests. A key with `hold_ms`
   takes no time of ours. */
#include "fake_model.h"

#include <stdio.h>
#include <string.h>

#include "core/product/product.h"

void fake_lcd_start(struct site *site)
{
    const struct product *product = product_find("offgrid_6000");
    site->lcd_ms = UINT32_MAX - 1000U; /* about to wrap */
    inverter_init(&site->inverter, product->inverter, 0);
    site->inverter.in.battery_mv = 51200;
    lcd_init(&site->lcd, site->lcd_ms);
}

bool site_lcd(const struct site *site, struct site_lcd *out)
{
    const struct inverter *inverter = &site->inverter;
    if (!site->simulated) {
        return false;
    }
    *out = (struct site_lcd){.product = "offgrid_6000",
                             .name = "Off-grid",
                             .mode = site->lcd.mode,
                             .page = site->lcd.page,
                             .n_pages = inverter->profile->n_pages,
                             .left_quantity = "left",
                             .right_quantity = "right",
                             .setting = site->lcd.mode != LCD_PAGES
                                            ? &inverter->profile->settings[site->lcd.item]
                                            : NULL,
                             .wrote = site->wrote != NULL ? site->wrote->mnemonic : NULL,
                             .wrote_result = "accepted",
                             .wrote_why = "",
                             .phase_ms = site->lcd_ms};
    if (site->lcd.mode == LCD_EDIT) {
        out->tried = "warned";
        snprintf(out->tried_why, sizeof out->tried_why, "%s: %d is possible, but odd.",
                 out->setting->mnemonic, (int)site->lcd.value);
    }
    lcd_show(&site->lcd, inverter, site->lcd_ms, &out->screen);
    memcpy(out->down, site->lcd.down, sizeof out->down);
    for (int i = 0; i < LCD_LAMPS; i++) {
        out->lamp[i] = lcd_lamp(inverter, (enum lcd_lamp)i);
        out->half_ms[i] = lcd_flash_ms(inverter, (enum lcd_lamp)i);
    }
    return true;
}

void fake_lcd_pass(struct site *site, int64_t ms)
{
    site->lcd_ms += (uint32_t)ms;
    lcd_tick(&site->lcd, &site->inverter, site->lcd_ms);
}

static enum touch_result move(struct site *site, enum lcd_key key, bool down, enum role role)
{
    enum setting_id id;
    int32_t value;
    struct lcd tried = site->lcd;
    lcd_press(&tried, &site->inverter, key, down, site->lcd_ms);
    bool writes = lcd_take_request(&tried, &id, &value);
    if (writes && role < ROLE_OWNER) {
        site->lcd.done[key] = true; /* goes up without effect */
        lcd_press(&site->lcd, &site->inverter, key, false, site->lcd_ms);
        return TOUCH_DENIED;
    }
    site->lcd = tried;
    if (writes) {
        site->wrote = inverter_setting(&site->inverter, id);
        lcd_answer(&site->lcd, inverter_set(&site->inverter, id, value) == VERDICT_OK,
                   site->lcd_ms);
    }
    return TOUCH_OK;
}

enum touch_result site_lcd_press(struct site *site, const struct site_press *press, enum role role,
                                 char *why, size_t room)
{
    snprintf(why, room, "No, or not by you.");
    for (int i = 0; i < LCD_KEYS; i++) {
        enum lcd_key key = (enum lcd_key)i;
        if (strcmp(lcd_key_name(key), press->key) != 0) {
            continue;
        }
        if (press->action == PRESS_CANCEL) {
            site->lcd.done[key] = true;
            return move(site, key, false, role);
        }
        if (press->hold_ms == 0) {
            return move(site, key, press->action == PRESS_DOWN, role);
        }
        (void)move(site, key, true, role);
        site->lcd_ms += press->hold_ms;
        lcd_tick(&site->lcd, &site->inverter, site->lcd_ms);
        return move(site, key, false, role);
    }
    return TOUCH_UNKNOWN;
}
