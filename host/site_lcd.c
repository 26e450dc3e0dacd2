/* SPDX-License-Identifier: Apache-2.0 */
/* Hands and eyes before the segment display of a simulated site's inverter. */
#include <stdio.h>
#include <string.h>

#include "host/site_internal.h"
#include "sim/lcd.h"
#include "sim/settings.h"

enum { TIRED_MS = 60000 }; /* a key that nobody lets go: the page that pressed it is gone */

static const char denied[] =
    "This changes a setting of the inverter; log in as the owner or the installer.";

static void show_place(const struct house *house, struct site_lcd *out)
{
    const struct inverter_profile *profile = house->inverter.profile;
    if (out->mode == LCD_PAGES) {
        const struct lcd_page *page = &profile->pages[out->page - 1];
        out->left_quantity = page->left.quantity;
        out->right_quantity = page->right.quantity;
    } else {
        out->setting = &profile->settings[house->lcd.item];
    }
}

static void show_codes(const struct inverter *inverter, struct site_lcd *out)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (inverter_has(inverter, (enum fault_id)i)) {
            out->code[out->n_codes++] = &inverter->profile->faults[i];
        }
    }
}

static void show_lamps(const struct house *house, struct site_lcd *out)
{
    for (int i = 0; i < LCD_LAMPS; i++) {
        out->lamp[i] = lcd_lamp(&house->inverter, (enum lcd_lamp)i);
        out->half_ms[i] = lcd_flash_ms(&house->inverter, (enum lcd_lamp)i);
    }
}

/* A look at what ENTER would come to, as the installer, as write_setting(). */
static void show_trial(const struct site *site, struct site_lcd *out)
{
    const struct house *house = &site->house;
    char text[32];
    if (out->mode == LCD_EDIT) {
        setting_format(out->setting, house->lcd.value, text, sizeof text);
        const struct setting_trial trial = {out->setting->mnemonic, text, ROLE_INSTALLER};
        out->tried =
            site_setting_try(site, "inverter", &trial, out->tried_why, sizeof out->tried_why);
    }
}

static bool has_lcd(const struct site *site)
{
    return site->real == NULL && house_has_lcd(&site->house);
}

bool site_lcd(const struct site *site, struct site_lcd *out)
{
    const struct house *house = &site->house;
    if (!has_lcd(site)) {
        return false;
    }
    uint32_t now_ms = house_lcd_now(house);
    *out = (struct site_lcd){.product = house->spec.inverter->id,
                             .name = house->spec.inverter->name,
                             .mode = house->lcd.mode,
                             .page = house->lcd.page,
                             .n_pages = house->inverter.profile->n_pages,
                             .left_quantity = "",
                             .right_quantity = "",
                             .muted = house->inverter.set[SET_BUZZER] == 0,
                             .reminded = house->lcd.reminds,
                             .reminded_ms_ago = now_ms - house->lcd.remind_ms,
                             .wrote = site->lcd_wrote.name,
                             .wrote_result = site->lcd_wrote.result,
                             .wrote_why = site->lcd_wrote.why,
                             .phase_ms = now_ms};
    lcd_show(&house->lcd, &house->inverter, now_ms, &out->screen);
    if (!house->devices_on) { /* no supply: nothing glows */
        memset(&out->screen, 0, sizeof out->screen);
        out->screen.left_label = out->screen.left_unit = "";
        out->screen.right_label = out->screen.right_unit = "";
        return true;
    }
    memcpy(out->down, house->lcd.down, sizeof out->down);
    out->sound = lcd_sound(&house->lcd, &house->inverter, now_ms);
    out->reminded = out->reminded && house->inverter.set[SET_MODE_REMINDER] != 0 && !out->muted;
    show_place(house, out);
    show_codes(&house->inverter, out);
    show_lamps(house, out);
    show_trial(site, out);
    return true;
}

/* As the installer, as at the device itself: the role stood for being let into the house (P-11). */
static void write_setting(struct site *site, enum setting_id id, int32_t value)
{
    struct house *house = &site->house;
    const struct setting_row *row = inverter_setting(&house->inverter, id);
    char text[32];
    setting_format(row, value, text, sizeof text);
    const struct setting_trial trial = {row->mnemonic, text, ROLE_INSTALLER};
    char *why = site->lcd_wrote.why;
    size_t room = sizeof site->lcd_wrote.why;
    site->lcd_wrote.name = row->mnemonic;
    site->lcd_wrote.result = site_setting_try(site, "inverter", &trial, why, room);
    enum setting_result result =
        site_setting_write(site, "inverter", row->mnemonic, text, ROLE_INSTALLER, why, room);
    bool taken = result == SETTING_OK || result == SETTING_FAILED; /* it has it, the store not */
    lcd_answer(&house->lcd, taken, house_lcd_now(house));
}

/* The key goes up without effect. */
static void abandon(struct site *site, enum lcd_key key)
{
    struct house *house = &site->house;
    site->lcd_hand[key].until_ms = 0;
    house->lcd.done[key] = true;
    lcd_press(&house->lcd, &house->inverter, key, false, house_lcd_now(house));
}

/* Tried on a copy first: a hand that may not change settings lets go without effect. */
static enum touch_result let_go(struct site *site, enum lcd_key key, enum role role)
{
    struct house *house = &site->house;
    struct lcd tried = house->lcd;
    enum setting_id id;
    int32_t value;
    site->lcd_hand[key].until_ms = 0;
    lcd_press(&tried, &house->inverter, key, false, house_lcd_now(house));
    bool writes = lcd_take_request(&tried, &id, &value);
    if (writes && role < ROLE_OWNER) {
        abandon(site, key);
        return TOUCH_DENIED;
    }
    house->lcd = tried;
    if (writes) {
        write_setting(site, id, value);
    }
    return TOUCH_OK;
}

static void put_down(struct site *site, enum lcd_key key, uint32_t hold_ms, enum role role)
{
    struct house *house = &site->house;
    bool holds = hold_ms > 0;
    site->lcd_wrote.name = NULL;
    site->lcd_hand[key] =
        (struct lcd_hand){site->real_ms + (holds ? (int64_t)hold_ms : TIRED_MS), role, !holds};
    lcd_press(&house->lcd, &house->inverter, key, true, house_lcd_now(house));
}

enum touch_result site_lcd_press(struct site *site, const struct site_press *press, enum role role,
                                 char *why, size_t room)
{
    enum lcd_key key;
    if (!has_lcd(site)) {
        snprintf(why, room, "There is no inverter with a display.");
        return TOUCH_UNKNOWN;
    }
    if (!lcd_key_named(press->key, &key)) {
        snprintf(why, room, "There is no key \"%.20s\" (UP, DOWN, ESC, ENTER).", press->key);
        return TOUCH_UNKNOWN;
    }
    if (!site->house.devices_on) {
        snprintf(why, room, "The inverter has no supply: its display is dark.");
        return TOUCH_REFUSED;
    }
    enum touch_result result = TOUCH_OK;
    switch (press->action) {
    case PRESS_DOWN: put_down(site, key, press->hold_ms, role); break;
    case PRESS_UP: result = let_go(site, key, role); break;
    case PRESS_CANCEL: abandon(site, key); break;
    }
    if (result == TOUCH_DENIED) {
        snprintf(why, room, "%s", denied);
    }
    return result;
}

void site_lcd_pass(struct site *site)
{
    struct house *house = &site->house;
    if (!has_lcd(site)) {
        return;
    }
    house_lcd_by_hand(house, (uint32_t)site->real_ms);
    if (!house->devices_on) {
        memset(site->lcd_hand, 0, sizeof site->lcd_hand);
        return;
    }
    house_lcd_tick(house); /* also while the house's time stands */
    for (int i = 0; i < LCD_KEYS; i++) {
        const struct lcd_hand *hand = &site->lcd_hand[i];
        if (hand->until_ms == 0 || site->real_ms < hand->until_ms) {
            continue;
        }
        if (hand->tired) {
            abandon(site, (enum lcd_key)i);
        } else if (let_go(site, (enum lcd_key)i, hand->role) == TOUCH_DENIED) { /* told later */
            site->lcd_wrote.name = lcd_key_name((enum lcd_key)i);
            site->lcd_wrote.result = write_result_word(WRITE_DENIED);
            snprintf(site->lcd_wrote.why, sizeof site->lcd_wrote.why, "%s", denied);
        }
    }
}
