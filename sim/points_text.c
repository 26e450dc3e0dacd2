/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/points_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/product/text.h"
#include "sim/yaml.h"

__attribute__((format(printf, 3, 4))) static bool fail(char *why, size_t room, const char *format,
                                                       ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(why, room, format, args);
    va_end(args);
    return false;
}

static bool word_known(const char *words, const char *word)
{
    return words[0] == '\0' || option_index(words, word, strlen(word)) >= 0;
}

bool value_read(const struct sim_point *point, const char *name, const char *text,
                struct value *out, char *why, size_t room)
{
    /* a page may be named with its screen: "Touch: Main state" */
    bool prefixed = point->kind == VALUE_TEXT && strncmp(text, "Touch: ", 7) == 0;
    bool flag = false;
    int64_t clock_s;
    *out = (struct value){0};
    snprintf(out->text, sizeof out->text, "%s", prefixed ? text + 7 : text);
    switch (point->kind) {
    case VALUE_FLAG:
        if (!text_flag(text, &flag)) {
            return fail(why, room, "%s: \"%s\" is neither on nor off", name, text);
        }
        out->number = flag;
        return true;
    case VALUE_NUMBER:
    case VALUE_INT:
        return text_number(text, &out->number) ||
               fail(why, room, "%s: \"%s\" is not a number", name, text);
    case VALUE_WORD:
        return word_known(point->words, text) ||
               fail(why, room, "%s: \"%s\" is not a word it can have (%s)", name, text,
                    point->words);
    case VALUE_TIME:
        return text_clock(text, &clock_s) ||
               fail(why, room, "%s: \"%s\" is not a time (2026-06-01T12:00:00)", name, text);
    case VALUE_TEXT:
    case VALUE_SETTING:
    case VALUE_LIST: break;
    }
    return true;
}

/* Wide enough for every broken sensor, and no further. */
static const struct unit_range {
    const char *ending;
    double min, max;
} ranges[] = {
    {"soc_pct", 0, 100},   {"_pct", -1000, 1000}, {"_v", -2000, 2000}, {"_c", -300, 3000},
    {"_a", -10000, 10000}, {"_w", -1e7, 1e7},     {"_hz", 0, 1000},
};

bool value_in_range(const struct sim_point *point, const char *name, const struct value *value,
                    char *why, size_t room)
{
    size_t length = strlen(name);
    bool number = point->kind == VALUE_NUMBER || point->kind == VALUE_INT;
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0] && number; i++) {
        size_t n = strlen(ranges[i].ending);
        if (length >= n && strcmp(name + length - n, ranges[i].ending) == 0) {
            return (value->number >= ranges[i].min && value->number <= ranges[i].max) ||
                   fail(why, room, "%s: %s is out of range (allowed %g to %g)", name, value->text,
                        ranges[i].min, ranges[i].max);
        }
    }
    return true;
}

void value_write(enum value_kind kind, const struct value *value, char *text, size_t room)
{
    if (kind == VALUE_NUMBER || kind == VALUE_INT) {
        snprintf(text, room, "%.6g", value->number);
    } else if (kind == VALUE_FLAG) {
        snprintf(text, room, "%s", value->number > 0.5 ? "on" : "off");
    } else {
        snprintf(text, room, kind == VALUE_LIST ? "[%s]" : "%s", value->text);
    }
}

const char *point_fault_text(enum point_fault fault)
{
    switch (fault) {
    case POINT_OK: return "";
    case POINT_UNKNOWN: return "is not a point";
    case POINT_LATER: return "is not here yet";
    case POINT_ABSENT: return "does not exist in this house, or cannot take this value";
    case POINT_NOT_SET: return "can only be expected";
    case POINT_NOT_READ: return "can only be set";
    case POINT_BAD_VALUE: return "cannot take this value";
    }
    return "";
}
