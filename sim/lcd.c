/* SPDX-License-Identifier: Apache-2.0 */
/* Hands and eyes before the inverter's display. */
#include "sim/lcd.h"

#include <stdio.h>
#include <string.h>

#include "sim/points_read.h"
#include "sim/settings.h"

bool house_has_lcd(const struct house *house)
{
    return house->spec.inverter != NULL && house->inverter.profile->pages != NULL;
}

static void serve(struct house *house)
{
    enum setting_id id;
    int32_t value;
    struct lcd *lcd = &house->lcd;
    if (!lcd_take_request(lcd, &id, &value)) {
        return;
    }
    const struct setting_row *row = inverter_setting(&house->inverter, id);
    char text[32];
    setting_format(row, value, text, sizeof text);
    enum write_result result = house_write_setting(house, "inverter", row->mnemonic, text, true,
                                                   house->write_reason, sizeof house->write_reason);
    house->write_result = write_result_word(result);
    lcd_answer(lcd, write_took(result), house_lcd_now(house));
}

void house_lcd_tick(struct house *house)
{
    if (house_has_lcd(house)) {
        lcd_tick(&house->lcd, &house->inverter, house_lcd_now(house));
        serve(house);
    }
}

void house_lcd_by_hand(struct house *house, uint32_t hand_ms)
{
    bool new = !house->lcd_by_hand;
    house->lcd_by_hand = true;
    house->lcd_ms = hand_ms;
    if (new) {
        house_lcd_rest(house); /* its times were of the other clock */
    }
}

void house_lcd_rest(struct house *house)
{
    if (house_has_lcd(house)) {
        lcd_init(&house->lcd, house_lcd_now(house));
        house->lcd.known = house->inverter.active; /* what was there makes no sound */
        house->lcd.carried_by = house->inverter.out.feed;
    }
}

void house_lcd_key(struct house *house, enum lcd_key key, bool down)
{
    if (house_has_lcd(house) && house->devices_on) {
        if (down) { /* of an earlier key */
            house->write_reason[0] = '\0';
        }
        lcd_press(&house->lcd, &house->inverter, key, down, house_lcd_now(house));
        serve(house);
    }
}

bool lcd_key_named(const char *name, enum lcd_key *key)
{
    *key = LCD_UP;
    for (int i = 0; i < LCD_KEYS; i++) {
        if (strcmp(lcd_key_name((enum lcd_key)i), name) == 0) {
            *key = (enum lcd_key)i;
            return true;
        }
    }
    return false;
}

const char *inverter_lamp_word(const struct house *house, const char *name)
{
    bool on = house_has_lcd(house) && house->devices_on;
    for (int i = 0; i < LCD_LAMPS; i++) {
        enum lcd_lamp lamp = (enum lcd_lamp)i;
        if (strcmp(lcd_lamp_name(lamp), name) == 0) {
            return on ? lcd_lamp_word(lcd_lamp(&house->inverter, lamp)) : "off";
        }
    }
    return NULL;
}

/* --- points --- */

static void show(const struct house *house, struct lcd_screen *screen)
{
    lcd_show(&house->lcd, &house->inverter, house_lcd_now(house), screen);
}

bool read_buzzer(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    if (!house_has_lcd(house)) {
        return false;
    }
    enum lcd_sound sound = lcd_sound(&house->lcd, &house->inverter, house_lcd_now(house));
    snprintf(out->text, sizeof out->text, "%s", house->devices_on ? lcd_sound_word(sound) : "off");
    return true;
}

bool read_lcd_page(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    if (!house_has_lcd(house)) {
        return false;
    }
    if (house->lcd.mode == LCD_PAGES) {
        snprintf(out->text, sizeof out->text, "%d", house->lcd.page);
    } else {
        snprintf(out->text, sizeof out->text, "settings");
    }
    return true;
}

bool read_lcd_field(const struct house *house, const struct place *place, struct value *out)
{
    struct lcd_screen screen;
    if (!house_has_lcd(house)) {
        return false;
    }
    show(house, &screen);
    const struct {
        const char *name, *text;
    } fields[] = {{"left", screen.left},
                  {"right", screen.right},
                  {"number", screen.number},
                  {"left_label", screen.left_label},
                  {"left_unit", screen.left_unit},
                  {"right_label", screen.right_label},
                  {"right_unit", screen.right_unit}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(fields[i].name, place->name) == 0) {
            snprintf(out->text, sizeof out->text, "%s", fields[i].text);
            return true;
        }
    }
    return false;
}

static void append(struct value *out, const char *word)
{
    size_t used = strlen(out->text);
    snprintf(out->text + used, sizeof out->text - used, "%s%s", used > 0 ? "," : "", word);
}

bool read_icons(const struct house *house, const struct place *place, struct value *out)
{
    struct lcd_screen screen;
    (void)place;
    if (!house_has_lcd(house)) {
        return false;
    }
    show(house, &screen);
    out->text[0] = '\0';
    for (int i = 0; i < ICON_COUNT; i++) {
        if ((screen.icons >> i & 1) != 0) {
            append(out, lcd_icon_word((enum lcd_icon)i));
        }
    }
    return true;
}

bool read_arrows(const struct house *house, const struct place *place, struct value *out)
{
    struct lcd_screen screen;
    (void)place;
    if (!house_has_lcd(house)) {
        return false;
    }
    show(house, &screen);
    out->text[0] = '\0';
    for (int i = 1; i <= 7; i++) {
        const char digit[2] = {(char)('0' + i), '\0'};
        if ((screen.arrows >> i & 1) != 0) {
            append(out, digit);
        }
    }
    return true;
}

bool read_lcd_lit(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    out->number = house_has_lcd(house) && house->devices_on && house->lcd.lit;
    return house_has_lcd(house);
}
