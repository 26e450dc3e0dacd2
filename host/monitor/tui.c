/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor on a terminal: the only file of it that knows ncurses. */
#include "host/monitor/tui.h"

#include <curses.h>

#include "host/ends/wait.h"
#include "host/terminal.h"

enum { FRAME_MS = 40 };

static void begin(void)
{
    if (terminal_begin(FRAME_MS)) {
        init_pair(SHEET_GREEN, COLOR_GREEN, -1);
        init_pair(SHEET_RED, COLOR_RED, -1);
        init_pair(SHEET_YELLOW, COLOR_YELLOW, -1);
        init_pair(SHEET_CHOSEN, COLOR_WHITE, COLOR_BLUE);
    }
}

static attr_t attributes(enum sheet_style style)
{
    switch (style) {
    case SHEET_PLAIN: return A_NORMAL;
    case SHEET_DIM: return A_DIM;
    case SHEET_BOLD: return A_BOLD;
    case SHEET_REVERSE: return A_REVERSE;
    case SHEET_GREEN:
    case SHEET_RED:
    case SHEET_YELLOW:
    case SHEET_CHOSEN: break;
    }
    return A_BOLD | (has_colors()            ? (attr_t)COLOR_PAIR(style)
                     : style == SHEET_CHOSEN ? A_REVERSE
                                             : A_NORMAL);
}

static void paint(const struct sheet *sheet)
{
    erase();
    for (int r = 0; r < sheet->rows; r++) {
        for (int c = 0; c < sheet->columns; c++) {
            const struct sheet_cell *cell = &sheet->cell[r][c];
            if (cell->glyph[0] != '\0') {
                attrset((int)attributes((enum sheet_style)cell->style));
                mvaddstr(r, c, cell->glyph);
            }
        }
    }
    refresh();
}

static int key_of(int key)
{
    static const struct {
        int code, key;
    } keys[] = {{KEY_UP, MKEY_UP},
                {KEY_DOWN, MKEY_DOWN},
                {KEY_LEFT, MKEY_LEFT},
                {KEY_RIGHT, MKEY_RIGHT},
                {KEY_PPAGE, MKEY_PAGE_UP},
                {KEY_NPAGE, MKEY_PAGE_DOWN},
                {KEY_HOME, MKEY_HOME},
                {KEY_END, MKEY_END},
                {KEY_ENTER, MKEY_ENTER},
                {'\n', MKEY_ENTER},
                {'\r', MKEY_ENTER},
                {27, MKEY_ESC},
                {KEY_BACKSPACE, MKEY_BACKSPACE},
                {127, MKEY_BACKSPACE},
                {8, MKEY_BACKSPACE}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].code == key) {
            return keys[i].key;
        }
    }
    return key;
}

void monitor_tui(struct monitor_hand *hand, int64_t (*local_s)(void))
{
    static struct sheet sheet;
    bool on = true;
    begin();
    wait_for_signals();
    while (on && !wait_ended()) {
        monitor_step(hand->monitor, wait_now_ms(), local_s());
        sheet_clear(&sheet, LINES < SHEET_ROWS ? SHEET_ROWS : LINES,
                    COLS < SHEET_COLUMNS ? SHEET_COLUMNS : COLS);
        monitor_draw(hand->monitor, &hand->view, &sheet);
        paint(&sheet);
        int key = getch();
        on = key == ERR || key == KEY_RESIZE || monitor_press(hand, key_of(key));
    }
    endwin();
}
