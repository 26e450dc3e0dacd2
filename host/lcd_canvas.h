/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_LCD_CANVAS_H
#define HEARTH_HOST_LCD_CANVAS_H

/* An inverter's segment display with its lamps and keys as 24 lines of 80 characters. */

#include "core/panel/lcd.h"
#include "host/panel_canvas.h"

/* What is drawn. */
struct lcd_picture {
    const char *head, *foot;
    const char *note; /* under the keys: what a key came to, or what ENTER would lead to */
    bool mono;        /* what is dark is left out instead of dim */
    bool still;       /* nothing is caught in the dark half of its flashing */
    struct lcd_screen screen;
    const struct setting_row *setting; /* in the menu, else NULL */
    enum lcd_lamp_state lamp[LCD_LAMPS];
    uint32_t half_ms[LCD_LAMPS];
    enum lcd_sound sound;
    bool down[LCD_KEYS];
    uint32_t phase_ms;
};

/* Keys are items 1 + enum lcd_key of the canvas, for the mouse. */
void lcd_canvas_draw(struct canvas *canvas, const struct lcd_picture *picture);

#endif
