/* SPDX-License-Identifier: Apache-2.0 */
/* Text in the cells of a canvas, UTF-8 with wide characters, and the canvas as text. */
#include "host/panel_canvas.h"

#include <string.h>

/* Bytes of the UTF-8 character at `text`. */
static int length_of(const char *text)
{
    unsigned char first = (unsigned char)*text;
    int n = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    for (int i = 1; i < n; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 1;
        }
    }
    return n;
}

/* Columns it takes: ideographs and their punctuation two. */
static int width_of(const char *text, int n)
{
    unsigned char first = (unsigned char)text[0];
    return n == 3 && ((first >= 0xE3 && first <= 0xED) || first == 0xEF) ? 2 : 1;
}

int canvas_columns(const char *text)
{
    int columns = 0;
    while (*text != '\0') {
        int n = length_of(text);
        columns += width_of(text, n);
        text += n;
    }
    return columns;
}

// NOLINTNEXTLINE(readability-function-size): a place, a look, and what stands there
int canvas_put(struct canvas *canvas, int row, int column, int room, enum canvas_style style,
               int item, const char *text)
{
    int end = column + room < CANVAS_COLUMNS ? column + room : CANVAS_COLUMNS;
    while (*text != '\0' && row >= 0 && row < CANVAS_ROWS) {
        int n = length_of(text);
        int width = width_of(text, n);
        if (column + width > end) {
            break;
        }
        for (int i = 0; i < width; i++) {
            struct canvas_cell *cell = &canvas->cell[row][column + i];
            *cell = (struct canvas_cell){.style = (uint8_t)style, .item = (uint8_t)item};
            if (i == 0) {
                memcpy(cell->glyph, text, (size_t)n);
            }
        }
        column += width;
        text += n;
    }
    return column;
}

/* True in the right half of a wide character. */
static bool beside_wide(const struct canvas_cell *row, int column)
{
    const char *before = column > 0 ? row[column - 1].glyph : "";
    return before[0] != '\0' && width_of(before, length_of(before)) == 2;
}

void canvas_print(const struct canvas *canvas, FILE *out)
{
    for (int row = 0; row < CANVAS_ROWS; row++) {
        const struct canvas_cell *cells = canvas->cell[row];
        int end = CANVAS_COLUMNS;
        while (end > 0 && (cells[end - 1].glyph[0] == '\0' || cells[end - 1].glyph[0] == ' ')) {
            end--;
        }
        for (int column = 0; column < end; column++) {
            const char *glyph = cells[column].glyph;
            fputs(glyph[0] != '\0' ? glyph : beside_wide(cells, column) ? "" : " ", out);
        }
        fputc('\n', out);
    }
}
