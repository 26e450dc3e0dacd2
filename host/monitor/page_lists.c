/* SPDX-License-Identifier: Apache-2.0 */
/* The pages that are lists: values over time, event memory, parameters, recordings, help. */
#include <string.h>
#include <time.h>

#include "host/monitor/pages.h"

enum { TOP = 2, LEFT = 1, RECORDINGS = 200 };

/* A window on a list of `n` rows with the focus inside. */
struct window {
    int first, last; /* one behind */
    int row;         /* of the sheet */
};

static struct window window_of(struct monitor_view *view, const struct sheet *sheet, int n,
                               int head)
{
    int room = sheet->rows - TOP - head - 2;
    room = room > 0 ? room : 1;
    if (view->focus < view->top) {
        view->top = view->focus;
    }
    if (view->focus >= view->top + room) {
        view->top = view->focus - room + 1;
    }
    int most = n > room ? n - room : 0;
    view->top = view->top > most ? most : view->top < 0 ? 0 : view->top;
    return (struct window){view->top, view->top + room < n ? view->top + room : n, TOP + head};
}

static enum sheet_style row_style(const struct monitor_view *view, int i, enum sheet_style else_as)
{
    return view->focus == i ? SHEET_REVERSE : else_as;
}

static const char *say(const struct monitor_view *view, enum word word)
{
    return monitor_word(view->language, word);
}

static void nothing(struct sheet *sheet, const struct monitor_view *view)
{
    (void)sheet_put(sheet, TOP + 3, LEFT, SHEET_DIM, "%s", say(view, WORD_NO_DATA));
}

/* A head above figures: its last column, counted from LEFT. */
struct column {
    int end;
    const char *name;
};

static void draw_columns(const struct monitor_view *view, struct sheet *sheet, int row,
                         const struct column *columns, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = monitor_phrase(view->language, columns[i].name);
        int at = LEFT + columns[i].end - sheet_width(name);
        (void)sheet_put(sheet, row, at, SHEET_BOLD, "%s", name);
    }
}

static void draw_multi(const struct monitor *monitor, struct monitor_view *view,
                       struct sheet *sheet)
{
    if (monitor->to_bottom) {
        view->focus = monitor->n_samples > 0 ? monitor->n_samples - 1 : 0;
    }
    struct window w = window_of(view, sheet, monitor->n_samples, 1);
    (void)sheet_put(sheet, TOP, LEFT, SHEET_BOLD, "%s", say(view, WORD_TIME));
    (void)sheet_put(sheet, TOP, LEFT + 10, SHEET_BOLD, "%s", say(view, WORD_PACK));
    static const struct column columns[] = {{24, "V"},     {34, "A"},     {40, "SOC"},
                                            {48, "max V"}, {56, "min V"}, {63, "MOS C"}};
    draw_columns(view, sheet, TOP, columns, sizeof columns / sizeof columns[0]);
    const struct recording *running =
        monitor->recorder != NULL ? recorder_running(monitor->recorder) : NULL;
    if (running != NULL) {
        (void)sheet_put(sheet, sheet->rows - 2, 44, SHEET_GREEN, "%s %s: %lld %s",
                        say(view, WORD_RECORDING), running->name, (long long)running->rows,
                        say(view, WORD_ROWS));
    }
    if (monitor->n_samples == 0) {
        nothing(sheet, view);
    }
    for (int i = w.first; i < w.last; i++) {
        const struct monitor_sample *sample = monitor_sample(monitor, i);
        const struct pack_view *pack = &sample->pack;
        uint16_t low = UINT16_MAX;
        uint16_t high = 0;
        for (int k = 0; k < pack->n_cells && k < BANK_CELLS; k++) {
            low = pack->cell_mv[k] < low ? pack->cell_mv[k] : low;
            high = pack->cell_mv[k] > high ? pack->cell_mv[k] : high;
        }
        char mos[16] = "-";
        if (pack->mos_c10 != TEMP_ABSENT) {
            snprintf(mos, sizeof mos, "%.1f", pack->mos_c10 / 10.0);
        }
        (void)sheet_put(sheet, w.row + i - w.first, LEFT, row_style(view, i, SHEET_PLAIN),
                        "%02d:%02d:%02d  %-5d %8.2f %9.2f %4d%% %7.3f %7.3f %6s",
                        (int)(sample->at_s / 3600 % 24), (int)(sample->at_s / 60 % 60),
                        (int)(sample->at_s % 60), pack->address, pack->voltage_mv / 1000.0,
                        pack->current_ma / 1000.0, pack->soc_pct, high / 1000.0,
                        low == UINT16_MAX ? 0.0 : low / 1000.0, mos);
    }
}

static void draw_memory(const struct monitor *monitor, struct monitor_view *view,
                        struct sheet *sheet)
{
    struct window w = window_of(view, sheet, monitor->n_records, 2);
    const struct desk_clock *c = &monitor->link.clock;
    int column = sheet_put(sheet, TOP, LEFT, SHEET_DIM, "%s ", say(view, WORD_CLOCK));
    if (monitor->clock_known) {
        column = sheet_put(sheet, TOP, column, SHEET_PLAIN, "%04d-%02d-%02d %02d:%02d:%02d",
                           c->year, c->month, c->day, c->hour, c->minute, c->second);
    }
    if (monitor->paused || monitor->no_more) {
        (void)sheet_put(sheet, TOP, column + 4, SHEET_YELLOW, "%s",
                        say(view, monitor->paused ? WORD_PAUSED : WORD_NO_MORE));
    }
    (void)sheet_put(sheet, TOP + 1, LEFT, SHEET_BOLD, "%s", say(view, WORD_NUMBER));
    (void)sheet_put(sheet, TOP + 1, LEFT + 5, SHEET_BOLD, "%s", say(view, WORD_TIME));
    static const struct column columns[] = {
        {34, "V"}, {44, "A"}, {54, "Ah"}, {63, "max V"}, {72, "min V"}};
    draw_columns(view, sheet, TOP + 1, columns, sizeof columns / sizeof columns[0]);
    if (monitor->n_records == 0) {
        nothing(sheet, view);
    }
    for (int i = w.first; i < w.last; i++) {
        const struct pace_record *r = &monitor->records[i].record;
        uint16_t low = UINT16_MAX;
        uint16_t high = 0;
        for (int k = 0; k < r->pack.n_cells && k < BANK_CELLS; k++) {
            low = r->pack.cell_mv[k] < low ? r->pack.cell_mv[k] : low;
            high = r->pack.cell_mv[k] > high ? r->pack.cell_mv[k] : high;
        }
        (void)sheet_put(sheet, w.row + i - w.first, LEFT, row_style(view, i, SHEET_PLAIN),
                        "%-4d %04d-%02d-%02d %02d:%02d:%02d  %8.2f %9.2f %9.2f %8.3f %8.3f",
                        monitor->records[i].number + 1, r->at.year, r->at.month, r->at.day,
                        r->at.hour, r->at.minute, r->at.second, r->pack.voltage_mv / 1000.0,
                        r->pack.current_ma / 1000.0, r->pack.remaining_mah / 1000.0, high / 1000.0,
                        low == UINT16_MAX ? 0.0 : low / 1000.0);
    }
}

int monitor_listed_params(bool system, enum parameter_id list[PARAM_COUNT])
{
    int n = 0;
    for (int i = 0; i < PARAM_COUNT; i++) {
        bool config = parameters[i].page != PAGE_SETTING;
        if (monitor_has_param((enum parameter_id)i) && config == system) {
            list[n++] = (enum parameter_id)i;
        }
    }
    return n;
}

/* A protocol is shown by its name, not by its code. */
static void value_text(enum parameter_id id, int32_t value, char *text, size_t room)
{
    parameter_format(&parameters[id], value, text, room);
}

static void draw_params(const struct monitor *monitor, struct monitor_view *view,
                        struct sheet *sheet, bool system)
{
    enum parameter_id list[PARAM_COUNT];
    int n = monitor_listed_params(system, list);
    struct window w = window_of(view, sheet, n, 1);
    (void)sheet_put(sheet, TOP, LEFT, SHEET_BOLD, "%-32s", say(view, WORD_PARAMETER));
    (void)sheet_put(sheet, TOP, LEFT + 33, SHEET_BOLD, "%s", say(view, WORD_IN_BMS));
    (void)sheet_put(sheet, TOP, LEFT + 45, SHEET_BOLD, "%s", say(view, WORD_ON_PAGE));
    (void)sheet_put(sheet, TOP, LEFT + 57, SHEET_BOLD, "%s", say(view, WORD_ALLOWED));
    for (int i = w.first; i < w.last; i++) {
        const struct parameter *p = &parameters[list[i]];
        char bms[40] = "-";
        char page[40] = "-";
        char low[24];
        char high[24];
        int32_t min;
        int32_t max;
        parameter_range(monitor->params.profile, list[i], &min, &max);
        value_text(list[i], min, low, sizeof low);
        value_text(list[i], max, high, sizeof high);
        if (monitor->params.known[list[i]]) {
            value_text(list[i], monitor->params.bms[list[i]], bms, sizeof bms);
        }
        if (monitor->params.shown[list[i]]) {
            value_text(list[i], monitor->params.page[list[i]], page, sizeof page);
        }
        bool differs = param_differs(&monitor->params, list[i]);
        int row = w.row + i - w.first;
        (void)sheet_put(sheet, row, LEFT, row_style(view, i, SHEET_PLAIN), "%32s", "");
        (void)sheet_put(sheet, row, LEFT, row_style(view, i, SHEET_PLAIN), "%s",
                        monitor_phrase(view->language, p->name));
        (void)sheet_put(sheet, row, LEFT + 33, SHEET_PLAIN, "%.11s", bms);
        (void)sheet_put(sheet, row, LEFT + 45, differs ? SHEET_YELLOW : SHEET_PLAIN, "%.9s%s", page,
                        differs ? " *" : "");
        if (p->unit != UNIT_CODE) {
            (void)sheet_put(sheet, row, LEFT + 57, SHEET_DIM, "%s..%s %s", low, high, p->shown);
        }
    }
}

static void draw_export(const struct monitor *monitor, struct monitor_view *view,
                        struct sheet *sheet)
{
    static struct recording list[RECORDINGS];
    int n = monitor->recorder != NULL ? recorder_list(monitor->recorder, list, RECORDINGS) : 0;
    struct window w = window_of(view, sheet, n, 1);
    (void)sheet_put(sheet, TOP, LEFT, SHEET_BOLD, "%-20s %10s", say(view, WORD_RECORDING),
                    say(view, WORD_ROWS));
    if (n == 0) {
        nothing(sheet, view);
    }
    for (int i = w.first; i < w.last; i++) {
        (void)sheet_put(sheet, w.row + i - w.first, LEFT, row_style(view, i, SHEET_PLAIN),
                        "%-20s %10lld", list[i].name, (long long)list[i].rows);
    }
}

static const char *const help_lines[] = {
    "1 .. 7, Tab      pages                  q        end",
    "arrows, PgUp     move                   l        language",
    "o                open, close the port   f        PACK FF or one pack",
    "[ ]              the pack that is shown a        Auto: turns through (FF)",
    "p                administrator password P        change it",
    "",
    "Realtime         Space: the switch under the focus (administrator)",
    "Multi            b to the bottom   c clear the screen   r record",
    "Memory           r read  p pause  s save  t clock from this computer",
    "                 d delete (administrator)",
    "Parameters       r read  Enter edit  u undo  w write (administrator)",
    "                 x export  i import (to the page)  D defaults (administrator)",
    "System           as Parameters: protocols, limiter",
    "Export           Enter writes the recording as CSV",
    "",
    "Recordings are kept for two months. A lost password cannot be recovered.",
};

static void draw_help(const struct monitor_view *view, struct sheet *sheet)
{
    for (size_t i = 0; i < sizeof help_lines / sizeof help_lines[0]; i++) {
        (void)sheet_put(sheet, TOP + 1 + (int)i, LEFT, SHEET_PLAIN, "%s",
                        monitor_phrase(view->language, help_lines[i]));
    }
}

void draw_lists(const struct monitor *monitor, struct monitor_view *view, struct sheet *sheet)
{
    switch (view->page) {
    case MPAGE_MULTI: draw_multi(monitor, view, sheet); return;
    case MPAGE_MEMORY: draw_memory(monitor, view, sheet); return;
    case MPAGE_PARAMETERS: draw_params(monitor, view, sheet, false); return;
    case MPAGE_SYSTEM: draw_params(monitor, view, sheet, true); return;
    case MPAGE_EXPORT: draw_export(monitor, view, sheet); return;
    case MPAGE_HELP: draw_help(view, sheet); return;
    case MPAGE_REALTIME:
    case MPAGE_COUNT: return;
    }
}
