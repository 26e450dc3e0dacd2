/* SPDX-License-Identifier: Apache-2.0 */
/* The panel on a terminal: colours, keys and the mouse by ncurses; time goes on between them. */
#include <string.h>
#include <time.h>

#include <curses.h>

#include "host/cmd_panel.h"
#include "host/terminal.h"
#include "sim/lcd.h"

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
    mousemask(BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON1_CLICKED | BUTTON4_PRESSED |
                  BUTTON5_PRESSED,
              NULL);
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

/* The inverter's keys go down and up with the button. */
static void mouse_on_keys(struct panel_desk *desk, const MEVENT *event)
{
    int item = desk->canvas.cell[event->y][event->x].item;
    bool click = (event->bstate & BUTTON1_CLICKED) != 0;
    if (item > 0 && (click || (event->bstate & BUTTON1_PRESSED) != 0)) {
        house_lcd_key(&desk->house, (enum lcd_key)(item - 1), true);
    }
    for (int i = 0; i < LCD_KEYS && (click || (event->bstate & BUTTON1_RELEASED) != 0); i++) {
        house_lcd_key(&desk->house, (enum lcd_key)i, false);
    }
}

static void on_mouse(struct panel_desk *desk)
{
    MEVENT event;
    if (getmouse(&event) != OK || event.y < 0 || event.y >= CANVAS_ROWS || event.x < 0 ||
        event.x >= CANVAS_COLUMNS) {
        return;
    }
    if (desk->lcd) {
        mouse_on_keys(desk, &event);
        return;
    }
    if ((event.bstate & BUTTON1_RELEASED) != 0) {
        return; /* a pack's panel is touched as the button goes down */
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

/* A terminal tells no key going up: a key is a click, "m" holds ENTER long enough. */
static bool lcd_press_key(struct panel_desk *desk, int key)
{
    enum { MENU_MS = 2200 };
    switch (key) {
    case KEY_UP: lcd_desk_click(desk, LCD_UP); return true;
    case KEY_DOWN: lcd_desk_click(desk, LCD_DOWN); return true;
    case 27: lcd_desk_click(desk, LCD_ESC); return true;
    case KEY_ENTER:
    case '\n':
    case '\r': lcd_desk_click(desk, LCD_ENTER); return true;
    case 'm':
        house_lcd_key(&desk->house, LCD_ENTER, true);
        desk->lcd_until_ms = now_ms() + MENU_MS;
        return true;
    default: return false;
    }
}

/* The inverter's display lives by the terminal's clock, however fast the house runs. */
static void live_lcd(struct panel_desk *desk, double now)
{
    struct house *house = &desk->house;
    if (!house_has_lcd(house)) {
        return;
    }
    house_lcd_by_hand(house, (uint32_t)(int64_t)now);
    house_lcd_tick(house); /* also at speed 0 */
    bool open = house->lcd.mode != LCD_PAGES;
    if (desk->lcd_until_ms > 0.0 && (open || now >= desk->lcd_until_ms)) {
        desk->lcd_until_ms = 0.0;
        house_lcd_key(house, LCD_ENTER, false);
    }
}

static void next_panel(struct panel_desk *desk)
{
    int packs = desk->house.spec.battery == HOUSE_PACKS ? desk->house.spec.packs : 0;
    bool last = desk->lcd || desk->pack + 1 >= packs;
    bool had_lcd = desk->lcd;
    desk->lcd = packs == 0 || (!had_lcd && last && house_has_lcd(&desk->house));
    desk->pack = last ? 0 : desk->pack + 1;
}

/* False: the hand has had enough. */
static bool press(struct panel_desk *desk, int key)
{
    if (key == 'q' || key == 'Q') {
        return false;
    }
    if (desk->lcd ? lcd_press_key(desk, key) : panel_press(desk, key)) {
        return true;
    }
    if (key == KEY_MOUSE) {
        on_mouse(desk);
    } else if (key == 'p') {
        next_panel(desk);
    } else if (key >= '0' && key <= '9' && !desk->lcd) {
        const char digit[2] = {(char)key, '\0'};
        touch(desk, digit);
    } else if (!desk->lcd && (key == KEY_BACKSPACE || key == 127 || key == 8)) {
        touch(desk, "delete");
    } else if (!desk->lcd && key == ' ') {
        touch(desk, "");
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
    live_lcd(desk, before);
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
        live_lcd(desk, now);
        panel_desk_wait(desk, passed * desk->speed);
    }
    endwin();
    return 0;
}
