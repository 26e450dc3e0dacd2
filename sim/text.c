/* SPDX-License-Identifier: Apache-2.0 */
/* Scalars of our files: numbers, flags, durations, clock faces. Strict: all of the text counts. */
#include "sim/yaml.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plant/series.h"

bool text_number(const char *text, double *out)
{
    char *end;
    if (*text == '\0' || strspn(text, "+-0123456789.eE") != strlen(text)) {
        return false; /* no hex, no nan, no blanks */
    }
    *out = strtod(text, &end);
    return *end == '\0' && isfinite(*out);
}

bool text_flag(const char *text, bool *out)
{
    static const char *const words[] = {"off", "on", "false", "true", "0", "1", "no", "yes"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = i % 2 == 1;
            return true;
        }
    }
    return false;
}

bool text_duration(const char *text, int64_t *ms)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"ms", 1}, {"s", 1e3}, {"min", 6e4}, {"h", 3.6e6}, {"d", 8.64e7}};
    char *end;
    if (*text < '0' || *text > '9') {
        return false;
    }
    double value = strtod(text, &end);
    while (*end == ' ') {
        end++;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].name) == 0 && value * units[i].ms < 1e13) {
            *ms = llround(value * units[i].ms);
            return true;
        }
    }
    return false;
}

bool text_clock(const char *text, int64_t *clock_s)
{
    int year;
    int month;
    int day;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int used = 0;
    // NOLINTNEXTLINE(cert-err34-c): so few digits cannot overflow
    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used != 10) {
        return false;
    }
    const char *rest = text + used;
    if (*rest == 'T' || *rest == ' ') {
        used = 0;
        // NOLINTNEXTLINE(cert-err34-c): nor can these
        int n = sscanf(rest + 1, "%2d:%2d%n:%2d%n", &hour, &minute, &used, &second, &used);
        if (n < 2 || rest[1 + used] != '\0') {
            return false;
        }
    } else if (*rest != '\0') {
        return false;
    }
    int check_year;
    int check_month;
    int check_day;
    int64_t days = civil_days(year, month, day);
    civil_date(days, &check_year, &check_month, &check_day);
    bool real_date = check_year == year && check_month == month && check_day == day;
    if (!real_date || hour > 23 || minute > 59 || second > 59 || hour < 0 || minute < 0 ||
        second < 0) {
        return false;
    }
    *clock_s = days * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}
