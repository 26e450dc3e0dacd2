/* SPDX-License-Identifier: Apache-2.0 */
/* Names of events. */
#include "core/bms/event.h"

static const char *const words[EVENT_KIND_COUNT] = {
    [EVENT_ROW_SET] = "set",
    [EVENT_ROW_CLEAR] = "clear",
    [EVENT_SLEEP] = "sleep",
    [EVENT_WAKE] = "wake",
    [EVENT_WAKE_FAILED] = "wake failed",
    [EVENT_RESET] = "reset",
    [EVENT_PARAMETER] = "parameter write",
    [EVENT_DEFAULTS] = "restore default",
    [EVENT_ERASED] = "record erase",
    [EVENT_CLOCK] = "clock write",
    [EVENT_PASSWORD] = "password write",
    [EVENT_PASSWORD_WRONG] = "password wrong",
    [EVENT_PRECHARGE_FAILED] = "pre-charge failed",
    [EVENT_PACK_LOST] = "pack lost",
    [EVENT_PACK_BACK] = "pack back",
    [EVENT_ADDRESS_CONFLICT] = "address conflict",
    [EVENT_MIXED_PACKS] = "mixed pack",
    [EVENT_JOIN_WAITS] = "join waits",
    [EVENT_JOINED] = "joined",
    [EVENT_WARNING_SET] = "warning set",
    [EVENT_WARNING_CLEAR] = "warning clear",
    [EVENT_MEMORY_DAMAGED] = "memory damaged",
};

static const char *const sleep_words[] = {
    [SLEEP_NONE] = "",           [SLEEP_UNDER_VOLTAGE] = "UV",
    [SLEEP_SWITCH] = "switch",   [SLEEP_LOW_CELL] = "low cell",
    [SLEEP_STANDBY] = "standby", [SLEEP_PC] = "PC",
    [SLEEP_KEY] = "RST",         [SLEEP_HOST] = "host"};

static const char *const wake_words[] = {
    [WAKE_POWER_UP] = "power", [WAKE_CHARGER] = "charger", [WAKE_SWITCH] = "switch",
    [WAKE_RS232] = "RS232",    [WAKE_TIMER] = "timer",     [WAKE_KEY] = "RST",
    [WAKE_HOST] = "host"};

static const char *const warning_words[WARN_COUNT] = {[WARN_WEAK_CELL] = "weak cell",
                                                      [WARN_CONNECTION] = "connection",
                                                      [WARN_SELF_DISCHARGE] = "self-discharge"};

const char *warning_text(enum bms_warning warning) { return warning_words[warning]; }

struct line {
    char *text;
    size_t used, room;
};

static void add(struct line *line, const char *words_in)
{
    while (*words_in != '\0' && line->used + 1 < line->room) {
        line->text[line->used++] = *words_in++;
    }
    line->text[line->used] = '\0';
}

static void add_number(struct line *line, unsigned value)
{
    char digits[4] = {0};
    int n = value >= 100 ? 3 : value >= 10 ? 2 : 1;
    for (int i = n - 1; i >= 0; i--) {
        digits[i] = (char)('0' + value % 10);
        value /= 10;
    }
    add(line, digits);
}

const char *event_word(enum bms_event_kind kind) { return words[kind]; }

/* What of the kind it was: a code, a cause, a name; false when the kind says all. */
static bool add_detail(struct line *line, const struct protection *rows,
                       const struct bms_event *event)
{
    unsigned what = event->what;
    switch (event->kind) {
    case EVENT_ROW_SET:
    case EVENT_ROW_CLEAR:
        add(line, what < ROW_COUNT && rows[what].code != NULL ? rows[what].code : "?");
        return true;
    case EVENT_WARNING_SET:
    case EVENT_WARNING_CLEAR:
        add(line, (what & 15) < WARN_COUNT ? warning_words[what & 15] : "?");
        add(line, " ");
        add_number(line, (what >> 4) + 1);
        return true;
    case EVENT_SLEEP: add(line, what <= SLEEP_HOST ? sleep_words[what] : "?"); return true;
    case EVENT_WAKE: add(line, what <= WAKE_HOST ? wake_words[what] : "?"); return true;
    case EVENT_PARAMETER: add(line, what < PARAM_COUNT ? parameters[what].name : "?"); return true;
    case EVENT_PASSWORD_WRONG:
    case EVENT_PACK_LOST:
    case EVENT_PACK_BACK:
    case EVENT_ADDRESS_CONFLICT:
    case EVENT_MIXED_PACKS:
    case EVENT_MEMORY_DAMAGED: add_number(line, what); return true;
    default: return false;
    }
}

void event_text(const struct protection *rows, const struct bms_event *event, char *text,
                size_t room)
{
    struct line line = {text, 0, room};
    const char *word = event->kind < EVENT_KIND_COUNT ? words[event->kind] : "?";
    bool word_last = event->kind == EVENT_ROW_SET || event->kind == EVENT_ROW_CLEAR ||
                     event->kind == EVENT_WARNING_SET || event->kind == EVENT_WARNING_CLEAR;
    text[0] = '\0';
    if (word_last) {
        (void)add_detail(&line, rows, event);
        add(&line, " ");
        add(&line, word);
        return;
    }
    add(&line, word);
    size_t before = line.used;
    add(&line, " ");
    if (!add_detail(&line, rows, event)) {
        text[before] = '\0';
    }
}
