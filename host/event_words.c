/* SPDX-License-Identifier: Apache-2.0 */
/* One table of sentences; a cause, a cell or a number completes them. */
#include "host/event_words.h"

#include <stdio.h>
#include <string.h>

#include "core/bms/memory.h"

#define N(list) (sizeof(list) / sizeof((list)[0]))

static const char *const sleep_causes[] = {
    [SLEEP_NONE] = "for a reason it does not tell",
    [SLEEP_UNDER_VOLTAGE] = "it was empty and nothing charged it; a charger wakes it",
    [SLEEP_SWITCH] = "its BMS switch was set to off",
    [SLEEP_LOW_CELL] = "its lowest cell stayed low and nothing used or charged it",
    [SLEEP_STANDBY] = "for a long time nothing talked to it and no current flowed",
    [SLEEP_PC] = "its service port asked for it",
    [SLEEP_KEY] = "its RST key was pressed",
    [SLEEP_HOST] = "the first pack of the stack sleeps"};

static const char *const wake_causes[] = {[WAKE_POWER_UP] = "its supply came on",
                                          [WAKE_CHARGER] = "there is a charger at its terminals",
                                          [WAKE_SWITCH] = "its BMS switch was set to on",
                                          [WAKE_RS232] = "its service port was used",
                                          [WAKE_TIMER] = "it was time to look for a charger",
                                          [WAKE_KEY] = "its RST key was pressed",
                                          [WAKE_HOST] = "the first pack of the stack is awake"};

static const char *const memory_regions[] = {
    [MEMORY_PARAMETERS] = "The pack's stored parameters were damaged; defaults stand instead.",
    [MEMORY_COUNTERS] = "The pack's stored counters were damaged; they begin anew.",
    [MEMORY_LEARNED] = "What the pack had learned of its charge was damaged; it estimates anew.",
    [MEMORY_ACCESS] = "The pack's stored password was damaged; the default one stands.",
    [MEMORY_ERASED_BELOW] = "The pack's note of deleted records was damaged; old ones may be back.",
    [MEMORY_RECORDS] = "Some of the pack's event records are damaged and left out.",
    [MEMORY_JOURNAL] = "The pack's memory has damaged entries; older ones stand where they can."};

static const char *const warnings_set[] = {
    [WARN_WEAK_CELL] =
        "Cell %u is weaker than the others: it was as full as they were and is empty "
        "well before them.",
    [WARN_CONNECTION] = "Cell %u: the resistance of its connection has jumped. Have its bolts and "
                        "busbars checked.",
    [WARN_SELF_DISCHARGE] = "Cell %u loses charge by itself: it fell behind the others at several "
                            "full charges in a row."};

static const char *const warnings_clear[] = {
    [WARN_WEAK_CELL] = "Cell %u keeps up with the others again.",
    [WARN_CONNECTION] = "Cell %u: the resistance of its connection is as usual again.",
    [WARN_SELF_DISCHARGE] = "Cell %u no longer loses charge against the others."};

/* What completes a kind's sentence. */
enum completion { NOTHING, NUMBER, CAUSE, WHOLE, CELL, ROW_NAME, PARAMETER_NAME };

static const struct kind_row {
    enum completion by;
    const char *sentence; /* with one %s or %u, unless nothing completes it */
    const char *const *list;
    size_t n_list;
} kinds[EVENT_KIND_COUNT] = {
    [EVENT_ROW_SET] = {ROW_NAME, "%s", NULL, 0},
    [EVENT_ROW_CLEAR] = {ROW_NAME, "%s: over", NULL, 0},
    [EVENT_SLEEP] = {CAUSE, "The pack went to sleep: %s.", sleep_causes, N(sleep_causes)},
    [EVENT_WAKE] = {CAUSE, "The pack is awake: %s.", wake_causes, N(wake_causes)},
    [EVENT_WAKE_FAILED] = {NOTHING, "The pack looked for a charger, found none and sleeps on.",
                           NULL, 0},
    [EVENT_RESET] = {NOTHING, "The pack was reset: it judges all its protections anew.", NULL, 0},
    [EVENT_PARAMETER] = {PARAMETER_NAME, "The parameter %s was written.", NULL, 0},
    [EVENT_DEFAULTS] = {NOTHING, "All parameters of the pack are back at their defaults.", NULL, 0},
    [EVENT_ERASED] = {NOTHING, "The event records of the pack were deleted.", NULL, 0},
    [EVENT_CLOCK] = {NOTHING, "The pack's clock was set.", NULL, 0},
    [EVENT_PASSWORD] = {NOTHING, "The pack's administrator password was changed.", NULL, 0},
    [EVENT_PASSWORD_WRONG] = {NUMBER,
                              "A wrong administrator password was given to the pack, %u in "
                              "a row.",
                              NULL, 0},
    [EVENT_PRECHARGE_FAILED] = {NOTHING,
                                "Pre-charge failed: the voltage on the pack's output did not rise. "
                                "Look for a short circuit or a load that is on.",
                                NULL, 0},
    [EVENT_PACK_LOST] = {NUMBER, "Pack %u has been silent for 30 s and is left out of the totals.",
                         NULL, 0},
    [EVENT_PACK_BACK] = {NUMBER, "Pack %u answers again and is back in the totals.", NULL, 0},
    [EVENT_ADDRESS_CONFLICT] = {NUMBER,
                                "Two packs have address %u; the second one is left out. Give it a "
                                "free address with its switches and hold RST for 7 s.",
                                NULL, 0},
    [EVENT_MIXED_PACKS] = {NUMBER,
                           "Pack %u is another model than the first pack and is left out of the "
                           "totals.",
                           NULL, 0},
    [EVENT_JOIN_WAITS] = {NOTHING,
                          "The pack waits to join: its voltage is too far from that of the stack.",
                          NULL, 0},
    [EVENT_JOINED] = {NOTHING, "The pack joined the stack: its voltage is near enough.", NULL, 0},
    [EVENT_WARNING_SET] = {CELL, NULL, warnings_set, N(warnings_set)},
    [EVENT_WARNING_CLEAR] = {CELL, NULL, warnings_clear, N(warnings_clear)},
    [EVENT_MEMORY_DAMAGED] = {WHOLE, NULL, memory_regions, N(memory_regions)},
};

static const char *pick(const struct kind_row *kind, unsigned i)
{
    return i < kind->n_list && kind->list[i] != NULL ? kind->list[i] : NULL;
}

/* The formats are the tables' above: each takes what its completion says. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static bool complete(const struct kind_row *kind, const struct protection *rows,
                     const struct bms_event *event, char *text, size_t room)
{
    unsigned what = event->what;
    const char *detail = NULL;
    switch (kind->by) {
    case NOTHING: detail = ""; break;
    case NUMBER: return snprintf(text, room, kind->sentence, what) > 0;
    case CELL:
        detail = pick(kind, what & 15);
        return detail != NULL && snprintf(text, room, detail, (what >> 4) + 1) > 0;
    case WHOLE:
        detail = pick(kind, what);
        return detail != NULL && snprintf(text, room, "%s", detail) > 0;
    case CAUSE: detail = pick(kind, what); break;
    case ROW_NAME: detail = what < ROW_COUNT ? rows[what].name : NULL; break;
    case PARAMETER_NAME: detail = what < PARAM_COUNT ? parameters[what].name : NULL; break;
    }
    return detail != NULL && snprintf(text, room, kind->sentence, detail) > 0;
}

#pragma GCC diagnostic pop

void event_sentence(const struct protection *rows, const struct bms_event *event, char *text,
                    size_t room)
{
    if (event->kind >= EVENT_KIND_COUNT ||
        !complete(&kinds[event->kind], rows, event, text, room)) {
        event_text(rows, event, text, room); /* written by a newer core: its short words */
    }
}
