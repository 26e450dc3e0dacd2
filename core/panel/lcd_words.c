/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the segment display's keys, icons, lamps and sounds, the same for every interface. */
#include "core/panel/lcd.h"

const char *lcd_key_name(enum lcd_key key)
{
    static const char *const names[LCD_KEYS] = {
        [LCD_UP] = "UP", [LCD_DOWN] = "DOWN", [LCD_ESC] = "ESC", [LCD_ENTER] = "ENTER"};
    return names[key];
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

const char *lcd_lamp_name(enum lcd_lamp lamp)
{
    static const char *const names[LCD_LAMPS] = {[LCD_LAMP_AC] = "ac",
                                                 [LCD_LAMP_DC] = "dc",
                                                 [LCD_LAMP_CHARGE] = "charge",
                                                 [LCD_LAMP_FAULT] = "fault"};
    return names[lamp];
}

const char *lcd_lamp_word(enum lcd_lamp_state state)
{
    static const char *const words[] = {
        [LCD_LAMP_OFF] = "off", [LCD_LAMP_ON] = "on", [LCD_LAMP_FLASH] = "flash"};
    return words[state];
}

const char *lcd_mode_word(enum lcd_mode mode)
{
    static const char *const words[] = {
        [LCD_PAGES] = "pages", [LCD_LIST] = "settings", [LCD_EDIT] = "editing"};
    return words[mode];
}

const char *lcd_sound_word(enum lcd_sound sound)
{
    static const char *const words[] = {[LCD_QUIET] = "off",
                                        [LCD_SOUND_ALARM] = "alarm",
                                        [LCD_SOUND_FAULT] = "fault",
                                        [LCD_SOUND_REMINDER] = "reminder"};
    return words[sound];
}
