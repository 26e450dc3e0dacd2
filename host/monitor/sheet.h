/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_SHEET_H
#define HEARTH_HOST_MONITOR_SHEET_H

/* A page of the monitor as characters with a style each, of any size from 80x24 on. Text is UTF-8;
   wide characters take two places. Writing outside of the sheet does nothing. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { SHEET_ROWS_MAX = 80, SHEET_COLUMNS_MAX = 240, SHEET_ROWS = 24, SHEET_COLUMNS = 80 };

enum sheet_style {
    SHEET_PLAIN,
    SHEET_DIM,
    SHEET_BOLD,
    SHEET_REVERSE,
    SHEET_GREEN,
    SHEET_RED,
    SHEET_YELLOW,
    SHEET_CHOSEN /* white on blue: the pack that is shown */
};

struct sheet_cell {
    char glyph[5]; /* "" to the right of a wide one */
    uint8_t style;
};

struct sheet {
    int rows, columns;
    struct sheet_cell cell[SHEET_ROWS_MAX][SHEET_COLUMNS_MAX];
};

void sheet_clear(struct sheet *sheet, int rows, int columns);

/* Writes from a place on; returns the column behind. */
int sheet_put(struct sheet *sheet, int row, int column, enum sheet_style style, const char *format,
              ...) __attribute__((format(printf, 5, 6)));

/* Fills a row's rest with blanks of a style. */
void sheet_fill(struct sheet *sheet, int row, int column, enum sheet_style style);

/* Columns a text takes. */
int sheet_width(const char *text);

/* As lines of text without trailing blanks. */
void sheet_print(const struct sheet *sheet, FILE *out);

#endif
