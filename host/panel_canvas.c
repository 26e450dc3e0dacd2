/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing a panel into lines: frame, lamps, and the items of the page by their kind. */
#include "host/panel_canvas.h"

#include <string.h>

enum {
    BOX_TOP = 1,
    BOX_BOTTOM = 21,
    BOX_WIDTH = 62,
    BODY_TOP = 4,
    BODY_BOTTOM = 18, /* last row of the page's own items */
    TOOLS_ROW = 20,
    LEFT = 2,
    LAMPS_COLUMN = 64
};

struct pen {
    struct canvas *canvas;
    const struct panel_screen *screen;
    const struct canvas_frame *frame;
    int row;
};

// NOLINTNEXTLINE(readability-function-size): a place, a look, and what stands there
static int put(struct pen *pen, int row, int column, int room, enum canvas_style style, int item,
               const char *text)
{
    return canvas_put(pen->canvas, row, column, room, style, item, text);
}

static int put_plain(struct pen *pen, int row, int column, enum canvas_style style,
                     const char *text)
{
    return put(pen, row, column, BOX_WIDTH - 2 - column, style, 0, text);
}

static void put_middle(struct pen *pen, int row, enum canvas_style style, const char *text)
{
    int columns = canvas_columns(text);
    int column = columns < BOX_WIDTH ? (BOX_WIDTH - columns) / 2 : 1;
    (void)put(pen, row, column, BOX_WIDTH - 2, style, 0, text);
}

static enum canvas_style style_of(const struct panel_item *item, enum canvas_style plain)
{
    return item->focused ? STYLE_FOCUS : plain;
}

static int number_of(const struct pen *pen, const struct panel_item *item)
{
    return (int)(item - pen->screen->item) + 1;
}

/* "[ label ]", touchable. */
static int put_button(struct pen *pen, int row, int column, const struct panel_item *item,
                      const char *label)
{
    char text[80];
    snprintf(text, sizeof text, "[ %.70s ]", label);
    return put(pen, row, column, BOX_WIDTH - 1 - column,
               style_of(item, item->on ? STYLE_TITLE : STYLE_PLAIN), number_of(pen, item), text);
}

static void box(struct pen *pen)
{
    for (int row = BOX_TOP; row <= BOX_BOTTOM; row++) {
        (void)put(pen, row, 0, 1, STYLE_DIM, 0, "│");
        (void)put(pen, row, BOX_WIDTH - 1, 1, STYLE_DIM, 0, "│");
    }
    for (int column = 0; column < BOX_WIDTH; column++) {
        bool first = column == 0;
        bool last = column == BOX_WIDTH - 1;
        (void)put(pen, BOX_TOP, column, 1, STYLE_DIM, 0, first ? "┌" : last ? "┐" : "─");
        (void)put(pen, BOX_BOTTOM, column, 1, STYLE_DIM, 0, first ? "└" : last ? "┘" : "─");
    }
}

static enum canvas_style lamp_style(enum lamp_colour colour)
{
    return colour == COLOUR_RED ? STYLE_RED : colour == COLOUR_BLUE ? STYLE_BLUE : STYLE_GREEN;
}

static void lamps(struct pen *pen)
{
    static const char *const words[] = {[LAMP_OFF] = "off",
                                        [LAMP_ON] = "on",
                                        [LAMP_FLASH1] = "flash1",
                                        [LAMP_FLASH2] = "flash2",
                                        [LAMP_FLASH3] = "flash3"};
    for (int i = 0; i < pen->frame->n_lamps; i++) {
        const struct panel_lamp *lamp = &pen->frame->lamps[i];
        int row = BOX_TOP + 1 + 2 * i;
        enum canvas_style style = lamp->lit ? lamp_style(lamp->row->colour) : STYLE_DIM;
        (void)put(pen, row, LAMPS_COLUMN, 2, style, 0, lamp->lit ? "●" : "○");
        (void)put(pen, row, LAMPS_COLUMN + 2, 5, STYLE_PLAIN, 0, lamp->row->label);
        (void)put(pen, row, LAMPS_COLUMN + 7, 8, STYLE_DIM, 0, words[lamp->pattern]);
    }
}

/* The home page's battery: bars by its icon. */
static void battery(struct pen *pen)
{
    int bars = 0;
    for (int i = 0; i < pen->screen->n; i++) {
        const struct panel_item *item = &pen->screen->item[i];
        if (item->kind == ITEM_ICON && item->on && i < 4) {
            bars = i + 1;
        }
    }
    put_middle(pen, 7, STYLE_PLAIN, "┌──────────────────────┐  ");
    for (int row = 8; row < 12; row++) {
        bool pole = row == 9 || row == 10;
        put_middle(pen, row, STYLE_PLAIN,
                   pole ? "│                      │█ " : "│                      │  ");
        for (int bar = 0; bar < bars; bar++) {
            (void)put(pen, row, 20 + bar * 5, 4, bars == 1 ? STYLE_YELLOW : STYLE_GREEN, 0, "████");
        }
    }
    put_middle(pen, 12, STYLE_PLAIN, "└──────────────────────┘  ");
    if (bars == 0) {
        put_middle(pen, 9, STYLE_RED, "╲╱");
        put_middle(pen, 10, STYLE_RED, "╱╲");
    }
    for (int i = 0; i < pen->screen->n; i++) {
        const struct panel_item *item = &pen->screen->item[i];
        if (item->kind == ITEM_ICON && i == 5 && item->on) {
            char text[64];
            snprintf(text, sizeof text, "/!\\ %.50s", item->label);
            put_middle(pen, 15, STYLE_YELLOW, text);
        }
    }
}

static void value(struct pen *pen, int row, int column, int width, const struct panel_item *item)
{
    char text[64];
    bool degrees = strcmp(item->unit, "degC") == 0;
    snprintf(text, sizeof text, "%.40s %s", item->text, degrees ? "°C" : item->unit);
    (void)put(pen, row, column, width, STYLE_DIM, 0, item->label);
    int indent = width < 34 ? 11 : 16;
    (void)put(pen, row, column + indent, width - indent, STYLE_PLAIN, 0, text);
}

static void mark(struct pen *pen, int row, int column, int width, const struct panel_item *item)
{
    bool warn = item->kind == ITEM_WARN;
    enum canvas_style style = !item->on ? STYLE_PLAIN : warn ? STYLE_YELLOW : STYLE_RED;
    const char *dot = !item->on ? "○" : warn && pen->frame->mono ? "◐" : "●";
    (void)put(pen, row, column, 2, style, 0, dot);
    (void)put(pen, row, column + 2, width - 2, style, 0, item->label);
}

/* Values and marks in one to three columns, filled downwards. */
static void columns(struct pen *pen, enum item_kind kind)
{
    int n = 0;
    for (int i = 0; i < pen->screen->n; i++) {
        n += pen->screen->item[i].kind == kind;
    }
    int n_columns = n <= 8 ? 1 : 2;
    int rows = (n + n_columns - 1) / n_columns;
    int width = (BOX_WIDTH - 2 * LEFT) / n_columns;
    for (int i = 0, k = 0; i < pen->screen->n; i++) {
        const struct panel_item *item = &pen->screen->item[i];
        if (item->kind != kind) {
            continue;
        }
        int column = LEFT + k / rows * width;
        if (kind == ITEM_VALUE) {
            value(pen, pen->row + k % rows, column, width - 1, item);
        } else {
            mark(pen, pen->row + k % rows, column, width - 1, item);
        }
        k++;
    }
    pen->row += rows;
}

/* A text of words over as many lines as it takes. */
static void list(struct pen *pen, const struct panel_item *item)
{
    enum { INDENT = 16 };
    (void)put_plain(pen, pen->row, LEFT, STYLE_DIM, item->label);
    int column = LEFT + INDENT;
    const char *text = item->text;
    while (*text != '\0') {
        char one[40];
        size_t n = strcspn(text, " ");
        n = n < sizeof one - 1 ? n : sizeof one - 1;
        memcpy(one, text, n);
        one[n] = '\0';
        if (column + canvas_columns(one) > BOX_WIDTH - 2) {
            pen->row++;
            column = LEFT + INDENT;
        }
        column = put_plain(pen, pen->row, column, item->on ? STYLE_RED : STYLE_PLAIN, one) + 1;
        text += n + (text[n] == ' ');
    }
    pen->row += 2;
}

static void choice(struct pen *pen, const struct panel_item *item)
{
    char text[80];
    (void)put_plain(pen, pen->row, LEFT, STYLE_DIM, item->label);
    snprintf(text, sizeof text, "%.60s v", item->text);
    (void)put_button(pen, pen->row, LEFT + 16, item, text);
    pen->row += 2;
}

static void option(struct pen *pen, const struct panel_item *item)
{
    char text[240];
    snprintf(text, sizeof text, "%s %s", item->on ? "(*)" : "( )", item->label);
    int column =
        put(pen, pen->row, LEFT, 30, style_of(item, STYLE_PLAIN), number_of(pen, item), text);
    if (item->hint[0] != '\0') {
        (void)put_plain(pen, pen->row, column < 26 ? 26 : column + 2, STYLE_DIM, item->hint);
    }
    pen->row++;
}

/* The page's own items, in their order. */
static void page(struct pen *pen)
{
    const struct panel_screen *screen = pen->screen;
    unsigned done = 0; /* kinds that are drawn all at once */
    for (int i = 0; i < screen->n && pen->row <= BODY_BOTTOM; i++) {
        const struct panel_item *item = &screen->item[i];
        bool first = (done >> item->kind & 1) == 0;
        switch (item->kind) {
        case ITEM_SPLASH: put_middle(pen, 10, STYLE_TITLE, item->text); break;
        case ITEM_ICON:
            if (first) {
                battery(pen);
            }
            break;
        case ITEM_VALUE:
        case ITEM_STOP:
        case ITEM_WARN:
            if (first) {
                columns(pen, item->kind);
                pen->row++;
            }
            break;
        case ITEM_LIST: list(pen, item); break;
        case ITEM_CHOICE: choice(pen, item); break;
        case ITEM_BUTTON:
            (void)put_button(pen, pen->row, LEFT + 2, item, item->label);
            pen->row += 2;
            break;
        case ITEM_OPTION:
        case ITEM_TOOL:
        case ITEM_LINK:
        case ITEM_KEY: break;
        }
        done |= 1U << item->kind;
    }
}

static void window(struct pen *pen)
{
    char text[80];
    const struct panel_screen *screen = pen->screen;
    int column = LEFT;
    (void)put_plain(pen, pen->row, LEFT, STYLE_TITLE, screen->window_title);
    pen->row += 2;
    if (screen->window == WINDOW_PASSWORD) {
        for (int i = 0; i < PANEL_PASSWORD; i++) {
            (void)put_plain(pen, pen->row, LEFT + 2 * i, STYLE_PLAIN,
                            i < screen->n_typed ? "●" : "○");
        }
        snprintf(text, sizeof text, screen->wait_s > 0 ? "%s %u s" : "%s", screen->message,
                 (unsigned)screen->wait_s);
        (void)put_plain(pen, pen->row, LEFT + 16, STYLE_RED, text);
        pen->row += 2;
    }
    for (int i = 0; i < screen->n; i++) {
        const struct panel_item *item = &screen->item[i];
        if (item->kind == ITEM_OPTION) {
            option(pen, item);
        } else if (item->kind == ITEM_KEY) {
            bool next = strcmp(item->id, "delete") == 0 || strcmp(item->id, "6") == 0;
            pen->row += next ? 2 : 0;
            column = next ? LEFT : column;
            int row = screen->window == WINDOW_LIST ? TOOLS_ROW : pen->row;
            column = put_button(pen, row, column, item, item->label) + 1;
        }
    }
}

/* The bottom row: what stands on every page. */
static void tools(struct pen *pen)
{
    int column = LEFT;
    for (int i = 0; i < pen->screen->n; i++) {
        const struct panel_item *item = &pen->screen->item[i];
        if (item->kind == ITEM_TOOL) {
            bool turns = item->id[0] == '<' || item->id[0] == '>';
            column = put_button(pen, TOOLS_ROW, column, item, turns ? item->id : item->label) + 1;
        } else if (item->kind == ITEM_LINK) {
            char short_name[12];
            snprintf(short_name, sizeof short_name, "%.*s", (int)strcspn(item->id, " "), item->id);
            column = put_button(pen, TOOLS_ROW, column, item, short_name);
        }
    }
}

void canvas_draw(struct canvas *canvas, const struct panel_screen *screen,
                 const struct canvas_frame *frame)
{
    struct pen pen = {canvas, screen, frame, BODY_TOP};
    memset(canvas, 0, sizeof *canvas);
    (void)put(&pen, 0, 0, CANVAS_COLUMNS, STYLE_TITLE, 0, frame->head);
    (void)put(&pen, CANVAS_ROWS - 1, 0, CANVAS_COLUMNS, STYLE_DIM, 0, frame->foot);
    box(&pen);
    lamps(&pen);
    if (!screen->lit) {
        put_middle(&pen, 11, STYLE_DIM, "(dark)");
        return;
    }
    put_middle(&pen, 2, STYLE_TITLE, screen->title);
    if (screen->window != WINDOW_NONE) {
        window(&pen);
    } else {
        page(&pen);
        tools(&pen);
    }
}
