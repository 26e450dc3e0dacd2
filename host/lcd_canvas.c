/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing a segment display into lines: frame, icons, arrows, figures of three rows, lamps, keys.
 */
#include "host/lcd_canvas.h"

#include <string.h>

enum {
    BOX_BOTTOM = 16,
    BOX_WIDTH = 62,
    LAMPS_COLUMN = 65,
    LABELS_ROW = 10,
    FIGURES_ROW = 11,
    NAME_ROW = 15,
    KEYS_ROW = 17,
    NOTE_ROW = 18,
    NOTE_LINES = 16,
    FLASH_MS = 500
};

struct brush {
    struct canvas *canvas;
    const struct lcd_picture *picture;
};

// NOLINTNEXTLINE(readability-function-size): a place, a look, and what stands there
static void put(const struct brush *brush, int row, int column, enum canvas_style style,
                const char *text)
{
    (void)canvas_put(brush->canvas, row, column, CANVAS_COLUMNS - column, style, 0, text);
}

static bool is_flash_on(const struct brush *brush, uint32_t half_ms)
{
    return brush->picture->still || brush->picture->phase_ms / half_ms % 2 == 0;
}

/* A part of the glass: there, dim as the ghost of a dark one, or left out without colours. */
static void segment(const struct brush *brush, int row, int column, bool on, const char *text)
{
    if (on || !brush->picture->mono) {
        put(brush, row, column, on ? STYLE_TITLE : STYLE_DIM, text);
    }
}

static void box(const struct brush *brush)
{
    for (int row = 1; row <= BOX_BOTTOM; row++) {
        put(brush, row, 0, STYLE_DIM, "│");
        put(brush, row, BOX_WIDTH - 1, STYLE_DIM, "│");
    }
    for (int column = 0; column < BOX_WIDTH; column++) {
        bool first = column == 0;
        bool last = column == BOX_WIDTH - 1;
        put(brush, 1, column, STYLE_DIM, first ? "┌" : last ? "┐" : "─");
        put(brush, BOX_BOTTOM, column, STYLE_DIM, first ? "└" : last ? "┘" : "─");
    }
}

/* --- icons and arrows --- */

static const struct {
    enum lcd_icon icon;
    uint8_t row, column;
    const char *text;
} icons[] = {
    {ICON_SETTINGS, 2, 3, "SETTING"},
    {ICON_ENERGY_SAVING, 2, 12, "ECO"},
    {ICON_HOST, 2, 17, "HOST"},
    {ICON_MUTE, 2, 23, "MUTE"},
    {ICON_OVERLOAD, 2, 29, "OVERLOAD"},
    {ICON_ALARM, 2, 41, "/!\\ ALARM"},
    {ICON_ERROR, 2, 53, "ERROR"},
    {ICON_AC_INPUT, 4, 3, "[AC IN]"},
    {ICON_APL, 5, 4, "APL"},
    {ICON_BYPASS, 4, 24, "[BYPASS]"},
    {ICON_AC_OUTPUT, 4, 47, "[AC OUT]"},
    {ICON_PV, 7, 3, "[PV]"},
    {ICON_CHARGING, 7, 14, "[CHARGE]"},
    {ICON_INVERTER, 7, 45, "[INVERTER]"},
    {ICON_LOW_BATT, 8, 29, "LOW BATT."},
};

static const struct {
    uint8_t arrow, row, column;
    const char *text;
} arrows[] = {
    {1, 4, 11, "────────────"},
    {1, 4, 33, "────────────▶"},
    {2, 5, 17, "│"},
    {2, 6, 17, "▼"},
    {3, 7, 8, "────▶"},
    {4, 7, 23, "───▶"},
    {6, 7, 39, "────▶"},
    {7, 6, 50, "│"},
    {7, 5, 50, "▲"},
};

static bool has(const struct brush *brush, enum lcd_icon icon)
{
    return (brush->picture->screen.icons >> icon & 1) != 0;
}

/* Bars of a level 1 to 4, "▮▮▮▯" without colours. */
static void bars(const struct brush *brush, int row, int column, enum lcd_icon first)
{
    int level = 0;
    for (int i = 0; i < 4; i++) {
        level = has(brush, (enum lcd_icon)((int)first + i)) ? i + 1 : level;
    }
    for (int i = 0; i < 4; i++) {
        put(brush, row, column + i * 2, i < level ? STYLE_TITLE : STYLE_DIM, i < level ? "▮" : "▯");
    }
}

static void signs(const struct brush *brush)
{
    const struct lcd_screen *screen = &brush->picture->screen;
    bool battery = has(brush, ICON_LOW_BATT);
    for (size_t i = 0; i < sizeof icons / sizeof icons[0]; i++) {
        bool flashes = (screen->flashing >> icons[i].icon & 1) != 0;
        bool on = has(brush, icons[i].icon) && (!flashes || is_flash_on(brush, FLASH_MS));
        segment(brush, icons[i].row, icons[i].column, on, icons[i].text);
    }
    for (size_t i = 0; i < sizeof arrows / sizeof arrows[0]; i++) {
        bool on = (screen->arrows >> arrows[i].arrow & 1) != 0;
        segment(brush, arrows[i].row, arrows[i].column, on, arrows[i].text);
    }
    for (int i = 0; i < 4; i++) {
        battery = battery || has(brush, (enum lcd_icon)((int)ICON_BATTERY_1 + i));
    }
    segment(brush, 7, 28, battery, "[");
    segment(brush, 7, 37, battery, "]");
    bars(brush, 7, 29, ICON_BATTERY_1);
    bars(brush, 3, 48, ICON_LOAD_1);
}

/* --- figures --- */

/* Bits: a top, b right above, c right below, d bottom, e left below, f left above, g middle. */
enum { A = 1, B = 2, C = 4, D = 8, E = 16, F = 32, G = 64 };

static const struct {
    char glyph;
    uint8_t lit;
} shapes[] = {
    {'0', A | B | C | D | E | F},
    {'1', B | C},
    {'2', A | B | D | E | G},
    {'3', A | B | C | D | G},
    {'4', B | C | F | G},
    {'5', A | C | D | F | G},
    {'6', A | C | D | E | F | G},
    {'7', A | B | C},
    {'8', A | B | C | D | E | F | G},
    {'9', A | B | C | D | F | G},
    {'-', G},
    {'A', A | B | C | E | F | G},
    {'B', C | D | E | F | G},
    {'C', A | D | E | F},
    {'D', B | C | D | E | G},
    {'E', A | D | E | F | G},
    {'F', A | E | F | G},
    {'G', A | C | D | E | F},
    {'I', E | F},
    {'L', D | E | F},
    {'M', A | B | C | E | F},
    {'N', C | E | G},
    {'O', A | B | C | D | E | F},
    {'P', A | B | E | F | G},
    {'R', E | G},
    {'S', A | C | D | F | G},
    {'T', D | E | F | G},
    {'U', B | C | D | E | F},
    {'Y', B | C | D | F | G},
};

static unsigned lit_of(char glyph)
{
    char upper = glyph >= 'a' && glyph <= 'z' ? (char)(glyph - 'a' + 'A') : glyph;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (shapes[i].glyph == upper) {
            return shapes[i].lit;
        }
    }
    return 0;
}

static void digit(const struct brush *brush, int column, unsigned lit, bool point)
{
    static const struct {
        unsigned bit;
        int row, column;
        const char *text;
    } strokes[] = {{A, 0, 1, "_"}, {F, 1, 0, "|"}, {G, 1, 1, "_"}, {B, 1, 2, "|"},
                   {E, 2, 0, "|"}, {D, 2, 1, "_"}, {C, 2, 2, "|"}};
    for (size_t i = 0; i < sizeof strokes / sizeof strokes[0]; i++) {
        segment(brush, FIGURES_ROW + strokes[i].row, column + strokes[i].column,
                (lit & strokes[i].bit) != 0, strokes[i].text);
    }
    segment(brush, FIGURES_ROW + 2, column + 3, point, ".");
}

/* Text in `n` digits, to the right; a point belongs to the digit before it. */
static void figure(const struct brush *brush, int column, int n, const char *text)
{
    int used = 0;
    for (const char *c = text; *c != '\0'; c++) {
        used += *c != '.';
    }
    int place = n - used;
    for (int i = 0; i < place; i++) {
        digit(brush, column + i * 4, 0, false);
    }
    for (const char *c = text; *c != '\0'; c++) {
        if (*c != '.' && place >= 0 && place < n) {
            digit(brush, column + place * 4, lit_of(*c), c[1] == '.');
        }
        place += *c != '.';
    }
}

static void figures(const struct brush *brush)
{
    const struct lcd_screen *screen = &brush->picture->screen;
    bool shown = !screen->blinking || is_flash_on(brush, FLASH_MS);
    put(brush, LABELS_ROW, 3, STYLE_PLAIN, screen->left_label);
    put(brush, LABELS_ROW, 37, STYLE_PLAIN, screen->right_label);
    put(brush, LABELS_ROW, 26, brush->picture->setting != NULL ? STYLE_TITLE : STYLE_DIM,
        brush->picture->setting != NULL ? "SET" : "PAGE");
    figure(brush, 3, 4, screen->left);
    figure(brush, 25, 2, screen->number);
    figure(brush, 37, 4, shown ? screen->right : "");
    put(brush, FIGURES_ROW + 2, 20, STYLE_TITLE, screen->left_unit);
    put(brush, FIGURES_ROW + 2, 54, STYLE_TITLE, screen->right_unit);
    for (int column = 2; column < BOX_WIDTH - 2; column++) {
        put(brush, 9, column, STYLE_DIM, "·");
    }
}

/* The setting's name, which the glass has no room for. */
static void name_setting(const struct brush *brush)
{
    const struct setting_row *row = brush->picture->setting;
    char text[BOX_WIDTH];
    if (row != NULL) {
        snprintf(text, sizeof text, "%s  %.50s", row->mnemonic, row->name);
        put(brush, NAME_ROW, 3, STYLE_PLAIN, text);
    }
}

/* --- around the glass --- */

static void lamps(const struct brush *brush)
{
    static const char *const labels[LCD_LAMPS] = {[LCD_LAMP_AC] = "AC",
                                                  [LCD_LAMP_DC] = "DC",
                                                  [LCD_LAMP_CHARGE] = "CHARGE",
                                                  [LCD_LAMP_FAULT] = "FAULT"};
    static const enum canvas_style styles[LCD_LAMPS] = {[LCD_LAMP_AC] = STYLE_GREEN,
                                                        [LCD_LAMP_DC] = STYLE_YELLOW,
                                                        [LCD_LAMP_CHARGE] = STYLE_YELLOW,
                                                        [LCD_LAMP_FAULT] = STYLE_RED};
    const struct lcd_picture *picture = brush->picture;
    for (int i = 0; i < LCD_LAMPS; i++) {
        int row = 2 + 2 * i;
        bool lit = picture->lamp[i] == LCD_LAMP_ON ||
                   (picture->lamp[i] == LCD_LAMP_FLASH && is_flash_on(brush, picture->half_ms[i]));
        put(brush, row, LAMPS_COLUMN - 2, lit ? styles[i] : STYLE_DIM, lit ? "●" : "○");
        put(brush, row, LAMPS_COLUMN, STYLE_PLAIN, labels[i]);
        put(brush, row, LAMPS_COLUMN + 8, STYLE_DIM, lcd_lamp_word(picture->lamp[i]));
    }
    put(brush, 11, LAMPS_COLUMN - 2, picture->sound != LCD_QUIET ? STYLE_TITLE : STYLE_DIM, "♪");
    put(brush, 11, LAMPS_COLUMN, STYLE_PLAIN, "BUZZER");
    put(brush, 11, LAMPS_COLUMN + 8, STYLE_DIM, lcd_sound_word(picture->sound));
}

static void keys(const struct brush *brush)
{
    int column = 3;
    for (int i = 0; i < LCD_KEYS; i++) {
        char text[16];
        snprintf(text, sizeof text, "[  %s  ]", lcd_key_name((enum lcd_key)i));
        enum canvas_style style = brush->picture->down[i] ? STYLE_FOCUS : STYLE_PLAIN;
        column =
            canvas_put(brush->canvas, KEYS_ROW, column, CANVAS_COLUMNS, style, i + 1, text) + 3;
    }
}

/* Length of the first line of a text that is broken between words. */
static int line_of(const char *text)
{
    size_t n = strlen(text);
    if (n <= CANVAS_COLUMNS) {
        return (int)n;
    }
    n = CANVAS_COLUMNS;
    while (n > 0 && text[n] != ' ') {
        n--;
    }
    return n > 0 ? (int)n : CANVAS_COLUMNS;
}

/* Under the keys over as many rows as it takes, over the foot and the keys rather than cut off. */
static void note(const struct brush *brush)
{
    const char *lines[NOTE_LINES];
    int n = 0;
    for (const char *text = brush->picture->note; *text != '\0' && n < NOTE_LINES; n++) {
        lines[n] = text;
        text += line_of(text);
        text += strspn(text, " ");
    }
    int row = NOTE_ROW + n > CANVAS_ROWS ? CANVAS_ROWS - n : NOTE_ROW;
    for (int i = 0; i < n; i++) {
        char line[CANVAS_COLUMNS + 1];
        snprintf(line, sizeof line, "%-*.*s", CANVAS_COLUMNS, line_of(lines[i]), lines[i]);
        put(brush, row + i, 0, STYLE_YELLOW, line);
    }
}

void lcd_canvas_draw(struct canvas *canvas, const struct lcd_picture *picture)
{
    const struct brush brush = {canvas, picture};
    memset(canvas, 0, sizeof *canvas);
    put(&brush, 0, 0, STYLE_TITLE, picture->head);
    put(&brush, CANVAS_ROWS - 1, 0, STYLE_DIM, picture->foot);
    box(&brush);
    lamps(&brush);
    keys(&brush);
    if (picture->screen.lit) {
        signs(&brush);
        figures(&brush);
        name_setting(&brush);
    } else {
        put(&brush, 9, 28, STYLE_DIM, "(dark)");
    }
    note(&brush);
}
