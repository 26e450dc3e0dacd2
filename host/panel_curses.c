/* SPDX-License-Identifier: Apache-2.0 */
/* The panel on a terminal: colours, keys and the mouse by ncurses; time goes on between them. */
#include <string.h>
#include <time.h>

#include <curses.h>

#include "host/cmd_panel.h"
#include "host/terminal.h"

enum { FRAME_MS = 50 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void begin(void)
{
    bool coloured = terminal_begin(FRAME_MS);
    mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
    mouseinterval(0);
    if (coloured) {
        static const short colours[] = {[STYLE_GREEN] = COLOR_GREEN,
                                        [STYLE_RED] = COLOR_RED,
                                        [STYLE_YELLOW] = COLOR_YELLOW,
                                        [STYLE_BLUE] = COLOR_BLUE};
        for (int i = STYLE_GREEN; i <= STYLE_BLUE; i++) {
            init_pair((short)i, colours[i], -1);
        }
    }
}

static attr_t attributes(enum canvas_style style)
{
    switch (style) {
    case STYLE_PLAIN: return A_NORMAL;
    case STYLE_DIM: return A_DIM;
    case STYLE_TITLE: return A_BOLD;
    case STYLE_FOCUS: return A_REVERSE;
    case STYLE_GREEN:
    case STYLE_RED:
    case STYLE_YELLOW:
    case STYLE_BLUE: break;
    }
    return A_BOLD | (has_colors() ? (attr_t)COLOR_PAIR(style) : 0);
}

static void paint(const struct canvas *canvas)
{
    erase();
    for (int row = 0; row < CANVAS_ROWS && row < LINES; row++) {
        for (int column = 0; column < CANVAS_COLUMNS && column < COLS; column++) {
            const struct canvas_cell *cell = &canvas->cell[row][column];
            if (cell->glyph[0] != '\0') {
                attrset((int)attributes((enum canvas_style)cell->style));
                mvaddstr(row, column, cell->glyph);
            }
        }
    }
    refresh();
}

static void touch(struct panel_desk *desk, const char *target)
{
    (void)house_panel_touch(&desk->house, desk->pack, target, NULL);
}

static void on_mouse(struct panel_desk *desk)
{
    MEVENT event;
    if (getmouse(&event) != OK || event.y < 0 || event.y >= CANVAS_ROWS || event.x < 0 ||
        event.x >= CANVAS_COLUMNS) {
        return;
    }
    if ((event.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED)) != 0) {
        touch(desk, (event.bstate & BUTTON4_PRESSED) != 0 ? "<<" : ">>");
        return;
    }
    int item = desk->canvas.cell[event.y][event.x].item;
    touch(desk, item > 0 ? desk->screen.item[item - 1].id : "");
}

/* Keys of the panel; false: none of them. */
static bool panel_press(struct panel_desk *desk, int key)
{
    static const struct {
        int code;
        enum panel_key key;
    } keys[] = {{KEY_UP, PANEL_KEY_UP},       {KEY_DOWN, PANEL_KEY_DOWN},
                {KEY_LEFT, PANEL_KEY_LEFT},   {KEY_RIGHT, PANEL_KEY_RIGHT},
                {KEY_ENTER, PANEL_KEY_ENTER}, {'\n', PANEL_KEY_ENTER},
                {'\r', PANEL_KEY_ENTER},      {27, PANEL_KEY_ESC}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].code == key) {
            (void)house_panel_key(&desk->house, desk->pack, keys[i].key);
            return true;
        }
    }
    return false;
}

/* False: the hand has had enough. */
static bool press(struct panel_desk *desk, int key)
{
    if (key == 'q' || key == 'Q') {
        return false;
    }
    if (panel_press(desk, key)) {
        return true;
    }
    if (key == KEY_MOUSE) {
        on_mouse(desk);
    } else if (key >= '0' && key <= '9') {
        const char digit[2] = {(char)key, '\0'};
        touch(desk, digit);
    } else if (key == KEY_BACKSPACE || key == 127 || key == 8) {
        touch(desk, "delete");
    } else if (key == ' ') {
        touch(desk, "");
    } else if (key == 'p') {
        desk->pack = (desk->pack + 1) % desk->house.spec.packs;
    } else if (key == '+' && desk->speed < 3600) {
        desk->speed = desk->speed < 1 ? 1 : desk->speed * 2;
    } else if (key == '-' && desk->speed > 1) {
        desk->speed /= 2;
    }
    return true;
}

int panel_desk_run(struct panel_desk *desk)
{
    enum { HELD_MS = 3 * 60 * 1000 };
    double before = now_ms();
    double touched = before - HELD_MS;
    begin();
    for (bool on = true; on;) {
        panel_desk_draw(desk, !has_colors());
        paint(&desk->canvas);
        int key = getch();
        on = key == ERR || press(desk, key);
        double now = now_ms();
        touched = key != ERR ? now : touched;
        desk->held = now - touched < HELD_MS;
        double passed = now - before < 1000.0 ? now - before : 1000.0; /* a stopped terminal */
        before = now;
        panel_desk_wait(desk, passed * desk->speed);
    }
    endwin();
    return 0;
}
