/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PANEL_LCD_H
#define HEARTH_CORE_PANEL_LCD_H

/*
 * The segment display of an inverter with its four keys, four lamps and buzzer (manual 003, 4.1,
 * 7.1; what it leaves open: docs/decisions.md P-19 and on). The owner calls lcd_tick() after each
 * control step, hands on keys as they go down and up, and stores what the panel asks for
 * (lcd_take_request), which is checked by the inverter as every other write.
 *
 *   pages -- ENTER 2 s --> list of settings -- ENTER --> editing -- ENTER --> asks, back to the
 * list
 *     ^------- ESC -----------+   ^----------- ESC ----------+
 */

#include "core/inverter/inverter.h"

enum lcd_key { LCD_UP, LCD_DOWN, LCD_ESC, LCD_ENTER, LCD_KEYS };

enum lcd_mode { LCD_PAGES, LCD_LIST, LCD_EDIT };

enum lcd_lamp_state { LCD_LAMP_OFF, LCD_LAMP_ON, LCD_LAMP_FLASH };
enum lcd_lamp { LCD_LAMP_AC, LCD_LAMP_DC, LCD_LAMP_CHARGE, LCD_LAMP_FAULT, LCD_LAMPS };

enum lcd_sound { LCD_QUIET, LCD_SOUND_ALARM, LCD_SOUND_FAULT, LCD_SOUND_REMINDER };

/* Bits of `icons`. */
enum lcd_icon {
    ICON_AC_INPUT,
    ICON_INVERTER,
    ICON_APL,
    ICON_BYPASS,
    ICON_PV,
    ICON_OVERLOAD,
    ICON_BATTERY_1, /* 5..24 %, then each quarter */
    ICON_BATTERY_2,
    ICON_BATTERY_3,
    ICON_BATTERY_4,
    ICON_LOAD_1,
    ICON_LOAD_2,
    ICON_LOAD_3,
    ICON_LOAD_4,
    ICON_LOW_BATT,
    ICON_MUTE,
    ICON_CHARGING,
    ICON_AC_OUTPUT,
    ICON_ALARM,
    ICON_ERROR,
    ICON_HOST,
    ICON_SETTINGS,
    ICON_ENERGY_SAVING,
    ICON_COUNT
};

enum { LCD_TEXT = 12, LCD_NO_REQUEST = -1 };

struct lcd {
    enum lcd_mode mode;
    uint8_t page;  /* 1.. */
    uint8_t item;  /* index among the product's settings */
    int32_t value; /* edited, at rest */
    bool lit;
    uint32_t turn_ms;    /* next automatic page */
    uint32_t touched_ms; /* last key */
    bool refused;        /* the last write; shown for a moment */
    uint32_t refused_ms;
    int16_t asks; /* setting_id, LCD_NO_REQUEST */
    int32_t asks_value;
    /* private: keys */
    bool down[LCD_KEYS], done[LCD_KEYS]; /* done: its long press has acted */
    uint32_t down_ms[LCD_KEYS], repeat_ms;
    /* private: what was before, for sounds and for turning to a fault */
    uint64_t known;
    enum feed carried_by;
    bool by_sun; /* the inverter carries, and its sun is there */
    bool alarm_sounds, fault_sounds, reminds;
    uint32_t alarm_ms, fault_ms, remind_ms;
};

/* What is to be seen this moment. */
struct lcd_screen {
    bool lit;
    char left[LCD_TEXT], right[LCD_TEXT], number[4];
    const char *left_label, *left_unit, *right_label, *right_unit;
    uint32_t icons;    /* bit per lcd_icon */
    uint32_t flashing; /* of them: at 1 Hz */
    uint8_t arrows;    /* bit n: arrow n */
    bool blinking;     /* the value on the right, while it is edited */
};

/* Lit, on page 1. */
void lcd_init(struct lcd *lcd, uint32_t now_ms);

/* Lets time pass. */
void lcd_tick(struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms);

/* A key goes down or up. */
void lcd_press(struct lcd *lcd, const struct inverter *inverter, enum lcd_key key, bool down,
               uint32_t now_ms);

/* Takes the setting the panel wants written; false when there is none. Its answer, taken or not,
   goes back by lcd_answer(). */
bool lcd_take_request(struct lcd *lcd, enum setting_id *id, int32_t *value);
void lcd_answer(struct lcd *lcd, bool taken, uint32_t now_ms);

void lcd_show(const struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms,
              struct lcd_screen *screen);

enum lcd_lamp_state lcd_lamp(const struct inverter *inverter, enum lcd_lamp lamp);
/* Half period of a lamp that flashes. */
uint32_t lcd_flash_ms(const struct inverter *inverter, enum lcd_lamp lamp);

/* The rhythm now, and whether it sounds this instant. */
enum lcd_sound lcd_sound(const struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms);
bool lcd_sounding(const struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms);

/* Words for every interface (lcd_words.c): "ENTER", "pages", "battery_1", "ac", "flash", "alarm".
 */
const char *lcd_key_name(enum lcd_key key);
const char *lcd_mode_word(enum lcd_mode mode);
const char *lcd_icon_word(enum lcd_icon icon);
const char *lcd_lamp_name(enum lcd_lamp lamp);
const char *lcd_lamp_word(enum lcd_lamp_state state);
const char *lcd_sound_word(enum lcd_sound sound);

#endif
