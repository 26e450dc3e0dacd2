/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_PANEL_CANVAS_H
#define HEARTH_HOST_PANEL_CANVAS_H

/* A pack's panel as 24 lines of 80 characters: printed as they are, or shown by the terminal with
   colours. A place of the screen knows which item stands there, for the mouse. */

#include <stdio.h>

#include "core/panel/screen.h"

enum { CANVAS_ROWS = 24, CANVAS_COLUMNS = 80 };

enum canvas_style {
    STYLE_PLAIN,
    STYLE_DIM,
    STYLE_TITLE,
    STYLE_FOCUS,
    STYLE_GREEN,
    STYLE_RED,
    STYLE_YELLOW,
    STYLE_BLUE
};

struct canvas_cell {
    char glyph[5]; /* UTF-8; "" to the right of a wide one */
    uint8_t style;
    uint8_t item; /* of the screen, counted from 1; 0: none */
};

struct canvas {
    struct canvas_cell cell[CANVAS_ROWS][CANVAS_COLUMNS];
};

/* What is drawn around the display. */
struct canvas_frame {
    const char *head, *foot;
    const struct panel_lamp *lamps;
    int n_lamps;
    bool mono; /* alarms half filled, so that they differ without colour */
};

void canvas_draw(struct canvas *canvas, const struct panel_screen *screen,
                 const struct canvas_frame *frame);

/* As lines of text, without trailing blanks. */
void canvas_print(const struct canvas *canvas, FILE *out);

/* Text in the cells (canvas_text.c): writes from a column on, at most `room` columns; returns the
   column after it. */
// NOLINTNEXTLINE(readability-function-size): a place, a look, and what stands there
int canvas_put(struct canvas *canvas, int row, int column, int room, enum canvas_style style,
               int item, const char *text);
/* Columns a text takes: ideographs two. */
int canvas_columns(const char *text);

#endif
