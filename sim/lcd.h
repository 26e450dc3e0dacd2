/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_LCD_H
#define HEARTH_SIM_LCD_H

/* The segment display of a house's inverter: its time, its keys, what it asks to be stored. */

#include "core/panel/lcd.h"
#include "sim/house.h"

/* True when the house's inverter has one. */
bool house_has_lcd(const struct house *house);

/* The clock it lives by: the devices', or that of the hand before it. */
static inline uint32_t house_lcd_now(const struct house *house)
{
    return house->lcd_by_hand ? house->lcd_ms : house->now_ms;
}

/* From now on it lives by a clock of the hand's, however fast the house's time runs: two seconds
   that a key is held are two seconds of the one who holds it (docs/decisions.md P-14). Called
   before each step with that clock. */
void house_lcd_by_hand(struct house *house, uint32_t hand_ms);

/* Lets its time pass, after the inverter's step. */
void house_lcd_tick(struct house *house);

/* Page 1, just come to: where a scenario begins. */
void house_lcd_rest(struct house *house);

/* A key goes down or up; the setting it confirms is stored when the inverter takes it. */
void house_lcd_key(struct house *house, enum lcd_key key, bool down);

/* A key by its name: "UP"; false when it is none of its. */
bool lcd_key_named(const char *name, enum lcd_key *key);

#endif
