/* SPDX-License-Identifier: Apache-2.0 */
#include "host/input/stamp.h"

#include <ctype.h>
#include <math.h>

#include "plant/series.h" /* civil_days */

static int month_days(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool date_ok(int year, int month, int day)
{
    return year >= 1900 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 &&
           day <= month_days(year, month);
}

static bool set_face(struct stamp *out, const int date[3], int hour, int minute, int second)
{
    bool ok = date_ok(date[0], date[1], date[2]) && hour >= 0 && hour <= 24 && minute >= 0 &&
              minute <= 59 && second >= 0 && second <= 60 && (hour < 24 || minute + second == 0);
    if (ok) {
        *out = (struct stamp){.face_s = civil_days(date[0], date[1], date[2]) * 86400 +
                                        hour * 3600 + minute * 60 + second};
    }
    return ok;
}

static char char_at(struct span s, int i) { return i < s.length ? s.at[i] : '\0'; }

/* Date at the start in one of three orders; returns its length or 0. */
static int read_date(struct span s, int date[3])
{
    char a = char_at(s, 4), b = char_at(s, 2);
    if ((a == '-' || a == '/') && char_at(s, 7) == a) {
        date[0] = span_digits(s, 0, 4);
        date[1] = span_digits(s, 5, 2);
        date[2] = span_digits(s, 8, 2);
        return 10;
    }
    if ((b == '.' || b == '/') && char_at(s, 5) == b) {
        date[0] = span_digits(s, 6, 4);
        date[1] = span_digits(s, b == '.' ? 3 : 0, 2);
        date[2] = span_digits(s, b == '.' ? 0 : 3, 2);
        return 10;
    }
    return 0;
}

/* Z, +hh, +hhmm, +hh:mm to the end; nothing means none. */
static bool read_offset(struct span s, struct stamp *out)
{
    s = span_trim(s);
    if (s.length == 0) {
        return true;
    }
    out->has_offset = true;
    if (span_is(s, "Z") || span_is(s, "UTC")) {
        return true;
    }
    int hour = span_digits(s, 1, 2), minute = 0, used = 3;
    if (s.length > 3) {
        used = char_at(s, 3) == ':' ? 4 : 3;
        minute = span_digits(s, used, 2);
        used += 2;
    }
    int32_t value = hour * 3600 + minute * 60;
    out->offset_s = s.at[0] == '-' ? -value : value;
    return (s.at[0] == '+' || s.at[0] == '-') && hour >= 0 && hour <= 15 && minute >= 0 &&
           minute < 60 && used == s.length;
}

static bool read_pvgis(struct span s, struct stamp *out)
{
    int date[3] = {span_digits(s, 0, 4), span_digits(s, 4, 2), span_digits(s, 6, 2)};
    return s.length == 13 && set_face(out, date, span_digits(s, 9, 2), span_digits(s, 11, 2), 0);
}

static bool read_unix(struct span s, struct stamp *out)
{
    int high = span_digits(s, 0, 5), low = span_digits(s, 5, 5);
    if (s.length != 10 || high < 0 || low < 0) {
        return false;
    }
    *out = (struct stamp){.face_s = (int64_t)high * 100000 + low, .has_offset = true};
    return true;
}

bool stamp_read(struct span s, struct stamp *out)
{
    if (char_at(s, 8) == ':') {
        return read_pvgis(s, out);
    }
    int date[3], at = read_date(s, date);
    if (at == 0) {
        return read_unix(s, out);
    }
    if (s.length == at) {
        return set_face(out, date, 0, 0, 0);
    }
    int hour = span_digits(s, at + 1, 2), minute = span_digits(s, at + 4, 2), second = 0;
    bool shape = (char_at(s, at) == ' ' || char_at(s, at) == 'T') && char_at(s, at + 3) == ':';
    at += 6;
    if (char_at(s, at) == ':') {
        second = span_digits(s, at + 1, 2);
        at += 3;
        if (char_at(s, at) == '.') {
            at++;
            while (isdigit((unsigned char)char_at(s, at))) {
                at++;
            }
        }
    }
    if (!shape || at > s.length || !set_face(out, date, hour, minute, second)) {
        return false;
    }
    return read_offset((struct span){s.at + at, s.length - at}, out);
}

bool stamp_from_parts(const double parts[5], struct stamp *out)
{
    for (int i = 0; i < 5; i++) {
        if (!(parts[i] >= 0 && parts[i] < 3000) || (i < 4 && parts[i] != floor(parts[i]))) {
            return false;
        }
    }
    int date[3] = {(int)parts[0], (int)parts[1], (int)parts[2]};
    if (!date_ok(date[0], date[1], date[2]) || parts[3] > 24 || parts[4] >= 60) {
        return false;
    }
    *out = (struct stamp){.face_s = civil_days(date[0], date[1], date[2]) * 86400 +
                                    (int64_t)parts[3] * 3600 + (int64_t)lround(parts[4] * 60)};
    return true;
}

bool stamp_zone(struct span text, int32_t *offset_s)
{
    static const struct {
        const char *name;
        int32_t hours;
    } zones[] = {{"UTC", 0},  {"GMT", 0},  {"Z", 0},    {"WET", 0},  {"WEST", 1}, {"BST", 1},
                 {"CET", 1},  {"CEST", 2}, {"EET", 2},  {"EEST", 3}, {"EST", -5}, {"EDT", -4},
                 {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
    for (unsigned i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (span_is(text, zones[i].name)) {
            *offset_s = zones[i].hours * 3600;
            return true;
        }
    }
    return false;
}
