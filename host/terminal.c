/* SPDX-License-Identifier: Apache-2.0 */
#include "host/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>

#include <curses.h>

enum { ESC_MS = 25 };

bool terminal_begin(int frame_ms)
{
    setlocale(LC_ALL, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
    setlocale(LC_NUMERIC, "C");
    initscr();
    cbreak();
    noecho();
    keypad(stdscr, TRUE);
    set_escdelay(ESC_MS);
    timeout(frame_ms);
    curs_set(0);
    if (!has_colors()) {
        return false;
    }
    start_color();
    use_default_colors();
    return true;
}
