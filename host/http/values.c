/* SPDX-License-Identifier: Apache-2.0 */
/* Points, events and times as JSON and text have them. */
#include "host/http/internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static json_t *list_json(const char *text)
{
    json_t *list = json_array();
    while (*text != '\0') {
        size_t n = strcspn(text, ","); /* codes such as "MOS OT" hold blanks */
        if (n > 0) {
            json_array_append_new(list, json_stringn(text, n));
        }
        text += n + strspn(text + n, ",");
    }
    return list;
}

json_t *point_json(const struct point *point)
{
    return point->valid ? point_value_json(point) : json_null();
}

/* As it was when it was last known. */
json_t *point_value_json(const struct point *point)
{
    json_t *json = NULL;
    switch (point->kind) {
    case POINT_NUMBER:
        json =
            point->decimals == 0 ? json_integer(llround(point->number)) : json_real(point->number);
        break;
    case POINT_FLAG: json = json_boolean(point->number != 0); break;
    case POINT_TEXT: json = json_string(point->text); break;
    case POINT_LIST: json = list_json(point->text); break;
    }
    return json == NULL ? json_null() : json; /* a text that is not UTF-8 */
}

void time_text(int64_t ms, char *out, size_t room)
{
    time_t seconds = (time_t)(ms / 1000 - (ms % 1000 < 0 ? 1 : 0));
    struct tm parts;
    if (gmtime_r(&seconds, &parts) == NULL ||
        strftime(out, room, "%Y-%m-%dT%H:%M:%S", &parts) == 0) {
        snprintf(out, room, "1970-01-01T00:00:00Z");
        return;
    }
    size_t n = strlen(out);
    snprintf(out + n, room - n, ".%03dZ", (int)((ms % 1000 + 1000) % 1000));
}

json_t *event_json(const struct site_event *event)
{
    char at[40];
    time_text(event->at_ms, at, sizeof at);
    return json_pack("{s:I, s:s, s:I, s:s, s:s, s:s, s:b, s:s}", "id", (json_int_t)event->id, "at",
                     at, "at_ms", (json_int_t)event->at_ms, "device", event->device, "kind",
                     event->kind, "code", event->code, "active", event->active ? 1 : 0, "text",
                     event->text);
}

/* Exactly `n` digits. */
static bool digits(const char **text, int n, int *out)
{
    int sum = 0;
    for (int i = 0; i < n; i++) {
        char c = *(*text)++;
        if (c < '0' || c > '9') {
            return false;
        }
        sum = sum * 10 + (c - '0');
    }
    *out = sum;
    return true;
}

/* "Z", "+02:00", "-0330" or nothing (UTC); seconds to the east. */
static bool zone_parse(const char *text, int *east_s)
{
    int hours, minutes;
    *east_s = 0;
    if (*text == '\0' || strcmp(text, "Z") == 0) {
        return true;
    }
    /* In a query an unescaped + arrives as a blank. */
    int sign = *text == '-' ? -1 : *text == '+' || *text == ' ' ? 1 : 0;
    text++;
    if (sign == 0 || !digits(&text, 2, &hours)) {
        return false;
    }
    text += *text == ':' ? 1 : 0;
    if (!digits(&text, 2, &minutes) || *text != '\0' || hours > 14 || minutes > 59) {
        return false;
    }
    *east_s = sign * (hours * 3600 + minutes * 60);
    return true;
}

static bool clock_parse(const char **text, struct tm *parts)
{
    if (**text != 'T' && **text != ' ') {
        return true; /* a date alone: midnight */
    }
    ++*text;
    if (!digits(text, 2, &parts->tm_hour) || *(*text)++ != ':' ||
        !digits(text, 2, &parts->tm_min)) {
        return false;
    }
    if (**text == ':') {
        ++*text;
        if (!digits(text, 2, &parts->tm_sec)) {
            return false;
        }
    }
    if (**text == '.') {
        ++*text;
        *text += strspn(*text, "0123456789");
    }
    return parts->tm_hour <= 24 && parts->tm_min <= 59 && parts->tm_sec <= 60;
}

bool time_parse(const char *text, int64_t *ms)
{
    struct tm parts = {0};
    int year, month, east_s;
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (end != text && *end == '\0') {
        *ms = fabs(seconds) < 1e11 ? (int64_t)(seconds * 1000) : 0;
        return fabs(seconds) < 1e11;
    }
    const char *at = text;
    if (strnlen(text, 64) < 10 || !digits(&at, 4, &year) || *at++ != '-' ||
        !digits(&at, 2, &month) || *at++ != '-' || !digits(&at, 2, &parts.tm_mday) || month < 1 ||
        month > 12 || parts.tm_mday < 1 || parts.tm_mday > 31) {
        return false;
    }
    parts.tm_year = year - 1900;
    parts.tm_mon = month - 1;
    if (!clock_parse(&at, &parts) || !zone_parse(at, &east_s)) {
        return false;
    }
    *ms = ((int64_t)timegm(&parts) - east_s) * 1000;
    return true;
}
