/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_PAGES_H
#define HEARTH_HOST_MONITOR_PAGES_H

/* The monitor's pages on a sheet: what is drawn and where, in three languages. */

#include "host/monitor/monitor.h"
#include "host/monitor/sheet.h"

enum monitor_page {
    MPAGE_REALTIME,
    MPAGE_MULTI,
    MPAGE_MEMORY,
    MPAGE_PARAMETERS,
    MPAGE_SYSTEM,
    MPAGE_EXPORT,
    MPAGE_HELP,
    MPAGE_COUNT
};

enum word {
#define WORD(id, en, zh, de) WORD_##id,
#include "host/monitor/words.def"
#undef WORD
    WORD_COUNT
};

/* What the terminal adds to the monitor: where one looks. */
struct monitor_view {
    enum monitor_page page;
    enum monitor_language language;
    int focus;         /* row of a list */
    int top;           /* first row shown */
    char input[64];    /* being typed; with a question before it */
    char question[48]; /* "" when nothing is asked */
    bool secret;       /* what is typed is not shown */
    char port[120];
};

const char *monitor_word(enum monitor_language language, enum word word);

void monitor_draw(const struct monitor *monitor, struct monitor_view *view, struct sheet *sheet);

/* Parameters of a page in the order they are listed; returns how many. */
int monitor_listed_params(bool system, enum parameter_id list[PARAM_COUNT]);

/* Codes of reasons, comma-joined: "OVP,COCP" of protections, "OV" of alarms. */
void monitor_reasons(uint32_t reasons, bool protections, char *text, size_t room);

/* Switches of the realtime page. */
enum { MONITOR_SWITCHES = 5 };
struct monitor_switch_row {
    enum word word;
    enum pace_switch which;
};
extern const struct monitor_switch_row monitor_switches[MONITOR_SWITCHES];

/* private: the pages, one file each for the larger ones */
void draw_realtime(const struct monitor *monitor, const struct monitor_view *view,
                   struct sheet *sheet);
void draw_lists(const struct monitor *monitor, struct monitor_view *view, struct sheet *sheet);

#endif
