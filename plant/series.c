/* SPDX-License-Identifier: Apache-2.0 */
#include "plant/series.h"

enum { DAY_S = 86400, WEEK_S = 7 * DAY_S };

int64_t civil_days(int year, int month, int day)
{
    /* Hinnant, "chrono-compatible low-level date algorithms" */
    int64_t y = month <= 2 ? (int64_t)year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void civil_date(int64_t days, int *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2 ? 1 : 0));
}

static int64_t floor_div(int64_t a, int64_t b) { return (a >= 0 ? a : a - b + 1) / b; }

void series_init(struct series *series, const float *values, int32_t count, int32_t step_s,
                 int64_t start_s)
{
    *series = (struct series){.values = values,
                              .count = count,
                              .step_s = step_s,
                              .start_s = start_s,
                              .from_s = INT64_MAX,
                              .until_s = INT64_MIN};
}

int64_t series_end(const struct series *series)
{
    return series->start_s + (int64_t)series->count * series->step_s;
}

void series_repeat_by(struct series *series, enum series_repeat repeat)
{
    int64_t span = series_end(series) - series->start_s;
    bool enough = (repeat == SERIES_WEEKDAY && span >= (int64_t)364 * DAY_S) ||
                  (repeat == SERIES_DATE && span >= (int64_t)365 * DAY_S);
    series->repeat = enough ? repeat : SERIES_ONCE;
    series->until_s = INT64_MIN; /* forget the cached piece */
}

bool series_covers(const struct series *series, int64_t t_s)
{
    bool inside = t_s >= series->start_s && t_s < series_end(series);
    return series->count > 0 && (inside || series->repeat != SERIES_ONCE);
}

static int64_t map_weekday(const struct series *series, int64_t t_s)
{
    int64_t end = series_end(series);
    int64_t years = floor_div(t_s - series->start_s, 31556952);
    int64_t mapped = t_s - floor_div(years * 31556952 + WEEK_S / 2, WEEK_S) * WEEK_S;
    while (mapped < series->start_s) {
        mapped += WEEK_S;
    }
    while (mapped >= end) {
        mapped -= WEEK_S;
    }
    return mapped;
}

/* The same date in the samples' years; the samples hold 365 days at least. */
static int64_t map_date(const struct series *series, int64_t t_s)
{
    int year, month, day, first_year, m, d;
    int64_t t_day = floor_div(t_s, DAY_S);
    civil_date(t_day, &year, &month, &day);
    civil_date(floor_div(series->start_s, DAY_S), &first_year, &m, &d);
    int64_t of_day = t_s - t_day * DAY_S;
    for (int y = first_year - 1; y <= first_year + 1; y++) {
        bool leap = civil_days(y, 3, 1) - civil_days(y, 2, 28) == 2;
        int there = month == 2 && day == 29 && !leap ? 28 : day;
        int64_t mapped = civil_days(y, month, there) * DAY_S + of_day;
        if (mapped >= series->start_s && mapped < series_end(series)) {
            return mapped;
        }
    }
    /* a year with a 29 February in 365 days lacks its last day: take the one before */
    int64_t last = series_end(series) - DAY_S;
    return last + ((of_day - last) % DAY_S + DAY_S) % DAY_S;
}

int64_t series_map(const struct series *series, int64_t t_s)
{
    int64_t end = series_end(series);
    if (t_s >= series->start_s && t_s < end) {
        return t_s;
    }
    switch (series->repeat) {
    case SERIES_WEEKDAY: return map_weekday(series, t_s);
    case SERIES_DATE: return map_date(series, t_s);
    case SERIES_ONCE: break;
    }
    return t_s < series->start_s ? series->start_s : end - 1;
}

static float sample(const struct series *series, int64_t i)
{
    if (i < 0 || i >= series->count) {
        bool around = series->repeat != SERIES_ONCE;
        i = i < 0 ? (around ? series->count - 1 : 0) : (around ? 0 : series->count - 1);
    }
    return series->values[i];
}

void series_seek(struct series *series, int64_t t_s)
{
    if (series->count <= 0) {
        series->from_s = t_s;
        series->until_s = INT64_MAX;
        return;
    }
    int64_t mapped = series_map(series, t_s);
    int64_t i = (mapped - series->start_s) / series->step_s;
    int64_t from = series->start_s + i * series->step_s, until = from + series->step_s;
    series->value = series->values[i];
    series->slope = 0;
    if (series->shape == SERIES_LINEAR) {
        int64_t half = series->step_s / 2, middle = from + half;
        float before, after;
        if (mapped < middle) {
            before = sample(series, i - 1), after = series->values[i];
            series->value = before + (after - before) * 0.5F;
            until = middle;
        } else {
            before = series->values[i], after = sample(series, i + 1);
            from = middle;
        }
        series->slope = (after - before) / (float)series->step_s;
    }
    /* shifts of the map are whole days, but at a join the piece may end early: stay within the day
     */
    series->from_s = from + (t_s - mapped);
    series->until_s = until + (t_s - mapped);
    if (mapped != t_s) {
        int64_t midnight = (floor_div(t_s, DAY_S) + 1) * DAY_S;
        series->until_s = series->until_s < midnight ? series->until_s : midnight;
        if (series->repeat == SERIES_ONCE) { /* holding an end: no piece reaches back inside */
            series->value = sample(series, i);
            series->slope = 0;
            bool before_start = t_s < series->start_s;
            series->from_s = before_start ? INT64_MIN / 2 : series_end(series);
            series->until_s = before_start ? series->start_s : INT64_MAX;
        }
    }
}
