/* SPDX-License-Identifier: Apache-2.0 */
/* Around every page: head, tabs, message, keys. */
#include "host/monitor/pages.h"

#include <string.h>

static const char *const words[WORD_COUNT][LANGUAGE_COUNT] = {
#define WORD(id, en, zh, de) {en, zh, de},
#include "host/monitor/words.def"
#undef WORD
};

const char *monitor_word(enum monitor_language language, enum word word)
{
    return words[word][language];
}

static const enum word tabs[MPAGE_COUNT] = {
    WORD_REALTIME, WORD_MULTI, WORD_MEMORY, WORD_PARAMETERS, WORD_SYSTEM, WORD_EXPORT, WORD_HELP};

static void draw_head(const struct monitor *monitor, const struct monitor_view *view,
                      struct sheet *sheet)
{
    bool alive = monitor->open && link_alive(&monitor->link, monitor->now_ms);
    enum word state = !monitor->open ? WORD_CLOSED : alive ? WORD_CONNECTED : WORD_NO_ANSWER;
    char pack[8] = "FF";
    if (monitor->pack != MONITOR_ALL) {
        snprintf(pack, sizeof pack, "%d", monitor->pack);
    }
    const char *admin = monitor->admin ? monitor_word(view->language, WORD_ADMIN) : "";
    int right = sheet_width(monitor_word(view->language, state)) + sheet_width(admin) +
                (monitor->admin ? 5 : 1);
    int room = sheet->columns - right - (int)sizeof "Hearth monitor    PACK FF (15)  ";
    int length = (int)strlen(view->port);
    bool fits = length <= room; /* else its end, which tells more */
    sheet_fill(sheet, 0, 0, SHEET_REVERSE);
    int column = sheet_put(sheet, 0, 1, SHEET_REVERSE, "Hearth monitor  %s%s  ", fits ? "" : "..",
                           view->port + (fits || room < 2 ? 0 : length - room + 2));
    column = sheet_put(sheet, 0, column, SHEET_REVERSE, "PACK %s (%d)  ", pack,
                       monitor->link.bank.n_packs);
    column = sheet_put(sheet, 0, column, SHEET_REVERSE, "%s", monitor_word(view->language, state));
    if (monitor->admin) {
        (void)sheet_put(sheet, 0, column + 2, SHEET_GREEN, " %s ", admin);
    }
    column = 1;
    for (int i = 0; i < MPAGE_COUNT; i++) {
        column = sheet_put(sheet, 1, column, i == (int)view->page ? SHEET_CHOSEN : SHEET_PLAIN,
                           " %d %s ", i + 1, monitor_word(view->language, tabs[i]));
    }
}

static void draw_foot(const struct monitor *monitor, const struct monitor_view *view,
                      struct sheet *sheet)
{
    static const char *const keys[MPAGE_COUNT] = {
        "[ ] pack  a Auto  arrows Space switches  p password  o close  7 help  q end",
        "b to the bottom  c clear  r record  7 help  q end",
        "r read  p pause  s save  d delete  t clock from PC  7 help  q end",
        "r read  Enter edit  w write  u undo  x,i CSV  D default  p login  7 help  q end",
        "r read  Enter edit  w write  u undo  p login  7 help  q end",
        "Enter export as CSV  7 help  q end",
        "any page by its number  q end"};
    int row = sheet->rows - 2;
    if (view->question[0] != '\0') {
        int column = sheet_put(sheet, row, 1, SHEET_BOLD, "%s ", view->question);
        for (const char *c = view->input; *c != '\0'; c++) {
            column = sheet_put(sheet, row, column, SHEET_PLAIN, "%c", view->secret ? '*' : *c);
        }
        (void)sheet_put(sheet, row, column, SHEET_REVERSE, " ");
    } else {
        (void)sheet_put(sheet, row, 1, monitor->is_error ? SHEET_RED : SHEET_PLAIN, "%s",
                        monitor->message);
    }
    (void)sheet_put(sheet, sheet->rows - 1, 1, SHEET_DIM, "%s",
                    monitor_phrase(view->language, keys[view->page]));
}

void monitor_draw(const struct monitor *monitor, struct monitor_view *view, struct sheet *sheet)
{
    draw_head(monitor, view, sheet);
    if (view->page == MPAGE_REALTIME) {
        draw_realtime(monitor, view, sheet);
    } else {
        draw_lists(monitor, view, sheet);
    }
    draw_foot(monitor, view, sheet);
}
