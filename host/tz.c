/* SPDX-License-Identifier: Apache-2.0 */
#include "host/tz.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plant/series.h" /* civil_days */

enum { DAY_S = 86400, MOST_BYTES = 1 << 18 };

/* "Mm.w.d/time": the w-th (5 = last) weekday d of month m, at a second of the local day. */
struct rule_day {
    int month, week, weekday;
    int32_t at_s;
};

struct tz {
    int n;            /* changes */
    int64_t *at_s;    /* when */
    int32_t *after_s; /* offset from then on */
    int32_t first_s;  /* offset before the first */
    bool has_rule, rule_has_dst;
    int32_t std_s, dst_s;
    struct rule_day to_dst, to_std;
    int64_t from_s, until_s; /* stretch in which offset_s holds */
    int32_t offset_s;
};

/* --- the rule of the footer (POSIX TZ) --- */

static const char *skip_name(const char *p)
{
    if (*p == '<') {
        const char *end = strchr(p, '>');
        return end == NULL ? p + strlen(p) : end + 1;
    }
    while (isalpha((unsigned char)*p)) {
        p++;
    }
    return p;
}

/* [+-]h[h][:mm[:ss]] */
static const char *read_time(const char *p, int32_t *out)
{
    int32_t sign = *p == '-' ? -1 : 1, total = 0, unit = 3600;
    if (*p == '+' || *p == '-') {
        p++;
    }
    for (; unit > 0; unit /= 60) {
        int32_t value = 0;
        for (int i = 0; i < 3 && isdigit((unsigned char)*p); i++, p++) {
            value = value * 10 + (*p - '0');
        }
        total += value * unit;
        if (*p != ':') {
            break;
        }
        p++;
    }
    *out = sign * total;
    return p;
}

static const char *read_rule_day(const char *p, struct rule_day *out)
{
    out->at_s = 7200;
    int length = 0;
    if (sscanf(p, ",M%2d.%1d.%1d%n", // NOLINT(cert-err34-c): widths bound the numbers
               &out->month, &out->week, &out->weekday, &length) != 3 ||
        out->month < 1 || out->month > 12 || out->week < 1 || out->week > 5) {
        return NULL;
    }
    p += length;
    return *p == '/' ? read_time(p + 1, &out->at_s) : p;
}

static void read_rule(struct tz *tz, const char *text)
{
    const char *p = skip_name(text);
    if (p == text || *p == '\0') {
        return;
    }
    p = read_time(p, &tz->std_s);
    tz->std_s = -tz->std_s; /* POSIX counts to the west */
    tz->has_rule = true;
    if (*p == '\0') {
        return;
    }
    p = skip_name(p);
    tz->dst_s = tz->std_s + 3600;
    if (*p != ',' && *p != '\0') {
        p = read_time(p, &tz->dst_s);
        tz->dst_s = -tz->dst_s;
    }
    p = read_rule_day(p, &tz->to_dst);
    tz->rule_has_dst = p != NULL && read_rule_day(p, &tz->to_std) != NULL;
}

static int64_t rule_change(const struct rule_day *rule, int year, int32_t offset_before_s)
{
    int64_t first = civil_days(year, rule->month, 1);
    int weekday = (int)((first + 4) % 7); /* 0 = Sunday; only used for years after 1970 */
    int64_t day = first + (rule->weekday - weekday + 7) % 7 + (int64_t)(rule->week - 1) * 7;
    int64_t next_month =
        rule->month == 12 ? civil_days(year + 1, 1, 1) : civil_days(year, rule->month + 1, 1);
    while (day >= next_month) {
        day -= 7;
    }
    return day * DAY_S + rule->at_s - offset_before_s;
}

static void seek_rule(struct tz *tz, int64_t utc_s, int64_t rule_from_s)
{
    tz->from_s = rule_from_s;
    tz->until_s = INT64_MAX;
    tz->offset_s = tz->std_s;
    if (!tz->rule_has_dst) {
        return;
    }
    int year, month, day;
    civil_date(utc_s / DAY_S, &year, &month, &day);
    for (int y = year - 1; y <= year + 1; y++) {
        int64_t change[2] = {rule_change(&tz->to_dst, y, tz->std_s),
                             rule_change(&tz->to_std, y, tz->dst_s)};
        int first = change[0] < change[1] ? 0 : 1;
        for (int k = 0; k < 2; k++) {
            int i = k == 0 ? first : 1 - first;
            if (change[i] <= utc_s) {
                tz->from_s = change[i] > rule_from_s ? change[i] : rule_from_s;
                tz->offset_s = i == 0 ? tz->dst_s : tz->std_s;
            } else if (change[i] < tz->until_s) {
                tz->until_s = change[i];
            }
        }
    }
}

/* --- the zone file --- */

static int64_t big_endian(const unsigned char *p, int n)
{
    uint64_t v = (p[0] & 0x80) != 0 ? ~0ULL : 0;
    for (int i = 0; i < n; i++) {
        v = v << 8 | p[i];
    }
    return (int64_t)v;
}

struct counts {
    size_t isut, isstd, leap, time, type, chars;
};

static bool read_counts(const unsigned char *p, size_t left, struct counts *c)
{
    if (left < 44 || memcmp(p, "TZif", 4) != 0) {
        return false;
    }
    size_t *all[6] = {&c->isut, &c->isstd, &c->leap, &c->time, &c->type, &c->chars};
    for (int i = 0; i < 6; i++) {
        int64_t v = big_endian(p + 20 + (ptrdiff_t)4 * i, 4);
        if (v < 0 || v > 10000) {
            return false;
        }
        *all[i] = (size_t)v;
    }
    return c->type > 0;
}

static size_t block_size(const struct counts *c, size_t width)
{
    return c->time * (width + 1) + c->type * 6 + c->chars + c->leap * (width + 4) + c->isstd +
           c->isut;
}

static int read_changes(struct tz *tz, const unsigned char *p, const struct counts *c, size_t width)
{
    const unsigned char *index = p + c->time * width, *types = index + c->time;
    tz->at_s = calloc(c->time + 1, sizeof *tz->at_s);
    tz->after_s = calloc(c->time + 1, sizeof *tz->after_s);
    if (tz->at_s == NULL || tz->after_s == NULL) {
        return TZ_NO_MEMORY;
    }
    for (size_t i = 0; i < c->time; i++) {
        tz->at_s[i] = big_endian(p + i * width, (int)width);
        if (index[i] >= c->type || (i > 0 && tz->at_s[i] <= tz->at_s[i - 1])) {
            return TZ_DAMAGED;
        }
        tz->after_s[i] = (int32_t)big_endian(types + (size_t)index[i] * 6, 4);
    }
    tz->n = (int)c->time;
    tz->first_s = (int32_t)big_endian(types, 4);
    return TZ_OK;
}

static int parse_file(struct tz *tz, unsigned char *data, size_t length)
{
    struct counts c;
    if (!read_counts(data, length, &c) || 44 + block_size(&c, 4) > length) {
        return TZ_DAMAGED;
    }
    if (data[4] < '2') {
        return read_changes(tz, data + 44, &c, 4);
    }
    size_t second = 44 + block_size(&c, 4);
    if (!read_counts(data + second, length - second, &c) ||
        second + 44 + block_size(&c, 8) > length) {
        return TZ_DAMAGED;
    }
    size_t footer = second + 44 + block_size(&c, 8);
    data[length] = '\0'; /* the buffer has room for it */
    if (footer < length && data[footer] == '\n') {
        char *rule = (char *)data + footer + 1;
        rule[strcspn(rule, "\n")] = '\0';
        read_rule(tz, rule);
    }
    return read_changes(tz, data + second + 44, &c, 8);
}

static bool name_ok(const char *name)
{
    if (!isalpha((unsigned char)name[0]) || strlen(name) > 64 || strstr(name, "..") != NULL) {
        return false;
    }
    for (const char *p = name; *p != '\0'; p++) {
        if (!isalnum((unsigned char)*p) && strchr("_+-/", *p) == NULL) {
            return false;
        }
    }
    return true;
}

static int load_zone(struct tz *tz, const char *name)
{
    const char *folder = getenv("TZDIR");
    char path[512];
    int n =
        snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : "/usr/share/zoneinfo", name);
    if (!name_ok(name) || n < 0 || (size_t)n >= sizeof path) {
        return TZ_UNKNOWN;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return TZ_UNKNOWN;
    }
    unsigned char *data = malloc(MOST_BYTES + 1);
    size_t length = data != NULL ? fread(data, 1, MOST_BYTES, file) : 0;
    bool failed = ferror(file) != 0; /* a folder opens but does not read */
    (void)fclose(file);
    int result = data == NULL ? TZ_NO_MEMORY : failed ? TZ_UNKNOWN : parse_file(tz, data, length);
    free(data);
    return result;
}

static bool fixed_offset(struct tz *tz, const char *name)
{
    if (strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0 || strcmp(name, "Z") == 0) {
        return true;
    }
    if (name[0] != '+' && name[0] != '-') {
        return false;
    }
    const char *end = read_time(name, &tz->first_s);
    return *end == '\0' && end > name + 1 && abs(tz->first_s) <= 15 * 3600;
}

int tz_open(const char *iana, struct tz **out)
{
    struct tz *tz = calloc(1, sizeof *tz);
    if (tz == NULL) {
        return TZ_NO_MEMORY;
    }
    int result = fixed_offset(tz, iana) ? TZ_OK : load_zone(tz, iana);
    if (result != TZ_OK) {
        tz_close(tz);
        return result;
    }
    tz->from_s = INT64_MAX;
    tz->until_s = INT64_MIN;
    *out = tz;
    return TZ_OK;
}

void tz_close(struct tz *tz)
{
    if (tz != NULL) {
        free(tz->at_s);
        free(tz->after_s);
        free(tz);
    }
}

static void seek(struct tz *tz, int64_t utc_s)
{
    int low = 0, high = tz->n; /* the number of changes at or before utc_s */
    while (low < high) {
        int middle = (low + high) / 2;
        if (tz->at_s[middle] <= utc_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == tz->n && tz->has_rule) {
        seek_rule(tz, utc_s, low > 0 ? tz->at_s[low - 1] : INT64_MIN);
        return;
    }
    tz->from_s = low > 0 ? tz->at_s[low - 1] : INT64_MIN;
    tz->until_s = low < tz->n ? tz->at_s[low] : INT64_MAX;
    tz->offset_s = low > 0 ? tz->after_s[low - 1] : tz->first_s;
}

int32_t tz_offset_s(struct tz *tz, int64_t utc_s)
{
    if (utc_s < tz->from_s || utc_s >= tz->until_s) {
        seek(tz, utc_s);
    }
    return tz->offset_s;
}

int64_t tz_from_local(struct tz *tz, int64_t local_s, enum tz_which which, enum tz_kind *kind)
{
    int32_t before_s = tz_offset_s(tz, local_s - DAY_S), after_s = tz_offset_s(tz, local_s + DAY_S);
    int64_t first = local_s - before_s, second = local_s - after_s;
    bool first_ok = tz_offset_s(tz, first) == before_s;
    bool second_ok = tz_offset_s(tz, second) == after_s;
    *kind = TZ_SINGLE;
    if (first_ok && second_ok && first != second) {
        *kind = TZ_DOUBLED;
        return which == TZ_FIRST ? first : second;
    }
    if (!first_ok && !second_ok) {
        *kind = TZ_MISSING;
        return first;
    }
    return first_ok ? first : second;
}
