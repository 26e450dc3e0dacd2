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
    lcd_answer(lcd, write_took(result), house->now_ms);
}

void house_lcd_tick(struct house *house)
{
    if (house_has_lcd(house)) {
        lcd_tick(&house->lcd, &house->inverter, house->now_ms);
        serve(house);
    }
}

void house_lcd_rest(struct house *house)
{
    if (house_has_lcd(house)) {
        lcd_init(&house->lcd, house->now_ms);
        house->lcd.known = house->inverter.active; /* what was there makes no sound */
        house->lcd.carried_by = house->inverter.out.feed;
    }
}

void house_lcd_key(struct house *house, enum lcd_key key, bool down)
{
    if (house_has_lcd(house) && house->devices_on) {
        lcd_press(&house->lcd, &house->inverter, key, down, house->now_ms);
        serve(house);
    }
}

static int index_of(const char *const *names, int n, const char *name)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

bool lcd_key_named(const char *name, enum lcd_key *key)
{
    static const char *const names[LCD_KEYS] = {
        [LCD_UP] = "UP", [LCD_DOWN] = "DOWN", [LCD_ESC] = "ESC", [LCD_ENTER] = "ENTER"};
    int found = index_of(names, LCD_KEYS, name);
    *key = found >= 0 ? (enum lcd_key)found : LCD_UP;
    return found >= 0;
}

const char *lcd_icon_word(enum lcd_icon icon)
{
    static const char *const words[ICON_COUNT] = {[ICON_AC_INPUT] = "ac_input",
                                                  [ICON_INVERTER] = "inverter",
                                                  [ICON_APL] = "apl",
                                                  [ICON_BYPASS] = "bypass",
                                                  [ICON_PV] = "pv",
                                                  [ICON_OVERLOAD] = "overload",
                                                  [ICON_BATTERY_1] = "battery_1",
                                                  [ICON_BATTERY_2] = "battery_2",
                                                  [ICON_BATTERY_3] = "battery_3",
                                                  [ICON_BATTERY_4] = "battery_4",
                                                  [ICON_LOAD_1] = "load_1",
                                                  [ICON_LOAD_2] = "load_2",
                                                  [ICON_LOAD_3] = "load_3",
                                                  [ICON_LOAD_4] = "load_4",
                                                  [ICON_LOW_BATT] = "low_batt",
                                                  [ICON_MUTE] = "mute",
                                                  [ICON_CHARGING] = "charging",
                                                  [ICON_AC_OUTPUT] = "ac_output",
                                                  [ICON_ALARM] = "alarm",
                                                  [ICON_ERROR] = "error",
                                                  [ICON_HOST] = "host",
                                                  [ICON_SETTINGS] = "settings",
                                                  [ICON_ENERGY_SAVING] = "energy_saving"};
    return words[icon];
}

static const char *const lamp_names[LCD_LAMPS] = {[LCD_LAMP_AC] = "ac",
                                                  [LCD_LAMP_DC] = "dc",
                                                  [LCD_LAMP_CHARGE] = "charge",
                                                  [LCD_LAMP_FAULT] = "fault"};

const char *lcd_lamp_name(enum lcd_lamp lamp) { return lamp_names[lamp]; }

const char *lcd_lamp_word(enum lcd_lamp_state state)
{
    static const char *const words[] = {
        [LCD_LAMP_OFF] = "off", [LCD_LAMP_ON] = "on", [LCD_LAMP_FLASH] = "flash"};
    return words[state];
}

const char *lcd_sound_word(enum lcd_sound sound)
{
    static const char *const words[] = {[LCD_QUIET] = "off",
                                        [LCD_SOUND_ALARM] = "alarm",
                                        [LCD_SOUND_FAULT] = "fault",
                                        [LCD_SOUND_REMINDER] = "reminder"};
    return words[sound];
}

const char *inverter_lamp_word(const struct house *house, const char *name)
{
    int lamp = index_of(lamp_names, LCD_LAMPS, name);
    bool on = house_has_lcd(house) && house->devices_on;
    if (lamp < 0) {
        return NULL;
    }
    return on ? lcd_lamp_word(lcd_lamp(&house->inverter, (enum lcd_lamp)lamp)) : "off";
}

/* --- points --- */

static void show(const struct house *house, struct lcd_screen *screen)
{
    lcd_show(&house->lcd, &house->inverter, house->now_ms, screen);
}

bool read_buzzer(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    if (!house_has_lcd(house)) {
        return false;
    }
    enum lcd_sound sound = lcd_sound(&house->lcd, &house->inverter, house->now_ms);
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
