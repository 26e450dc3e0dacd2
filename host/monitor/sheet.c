/* SPDX-License-Identifier: Apache-2.0 */
#include "host/monitor/sheet.h"

#include <stdarg.h>
#include <string.h>

static int glyph_bytes(const char *text)
{
    unsigned char c = (unsigned char)*text;
    int wanted = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    for (int i = 1; i < wanted; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80) {
            return 1; /* not UTF-8: one byte, whatever it is */
        }
    }
    return wanted;
}

/* Chinese characters and their punctuation are two columns wide. */
static bool wide(const char *text)
{
    unsigned char c = (unsigned char)*text;
    return c >= 0xE3 && c <= 0xE9;
}

void sheet_clear(struct sheet *sheet, int rows, int columns)
{
    sheet->rows = rows < SHEET_ROWS_MAX ? rows : SHEET_ROWS_MAX;
    sheet->columns = columns < SHEET_COLUMNS_MAX ? columns : SHEET_COLUMNS_MAX;
    for (int r = 0; r < sheet->rows; r++) {
        for (int c = 0; c < sheet->columns; c++) {
            sheet->cell[r][c] = (struct sheet_cell){" ", SHEET_PLAIN};
        }
    }
}

static int put_text(struct sheet *sheet, int row, int column, enum sheet_style style,
                    const char *text)
{
    while (*text != '\0') {
        int n = glyph_bytes(text);
        int width = wide(text) ? 2 : 1;
        bool fits =
            row >= 0 && row < sheet->rows && column >= 0 && column + width <= sheet->columns;
        if (fits) {
            struct sheet_cell *cell = &sheet->cell[row][column];
            memset(cell->glyph, 0, sizeof cell->glyph);
            memcpy(cell->glyph, (unsigned char)*text < ' ' ? "?" : text, (size_t)n);
            cell->style = (uint8_t)style;
            if (width == 2) {
                cell[1] = (struct sheet_cell){"", (uint8_t)style};
            }
        }
        column += width;
        text += n;
    }
    return column;
}

int sheet_put(struct sheet *sheet, int row, int column, enum sheet_style style, const char *format,
              ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return put_text(sheet, row, column, style, text);
}

void sheet_fill(struct sheet *sheet, int row, int column, enum sheet_style style)
{
    while (column < sheet->columns) {
        column = put_text(sheet, row, column, style, " ");
    }
}

int sheet_width(const char *text)
{
    int width = 0;
    for (; *text != '\0'; text += glyph_bytes(text)) {
        width += wide(text) ? 2 : 1;
    }
    return width;
}

void sheet_print(const struct sheet *sheet, FILE *out)
{
    for (int r = 0; r < sheet->rows; r++) {
        int last = sheet->columns - 1;
        while (last >= 0 && strcmp(sheet->cell[r][last].glyph, " ") == 0) {
            last--;
        }
        for (int c = 0; c <= last; c++) {
            fputs(sheet->cell[r][c].glyph, out);
        }
        fputc('\n', out);
    }
}
