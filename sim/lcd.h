/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_LCD_H
#define HEARTH_SIM_LCD_H

/* The segment display of a house's inverter: its time, its keys, what it asks to be stored. */

#include "core/panel/lcd.h"
#include "sim/house.h"

/* True when the house's inverter has one. */
bool house_has_lcd(const struct house *house);

/* Lets its time pass, after the inverter's step. */
void house_lcd_tick(struct house *house);

/* Page 1, just come to: where a scenario begins. */
void house_lcd_rest(struct house *house);

/* A key goes down or up; the setting it confirms is stored when the inverter takes it. */
void house_lcd_key(struct house *house, enum lcd_key key, bool down);

/* A key by its name: "UP"; false when it is none of its. */
bool lcd_key_named(const char *name, enum lcd_key *key);

/* Words of its icons, lamps and sounds, for every interface. */
const char *lcd_icon_word(enum lcd_icon icon);
const char *lcd_lamp_name(enum lcd_lamp lamp);
const char *lcd_lamp_word(enum lcd_lamp_state state);
const char *lcd_sound_word(enum lcd_sound sound);

#endif
