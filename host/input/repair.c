/* SPDX-License-Identifier: Apache-2.0 */
#include "host/input/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_S = 2 * 3600, NEIGHBOUR_S = 72 * 3600, DAY_S = 86400 };

static void fill_line(float *v, int n, int from, int to)
{
    float before = from > 0 ? v[from - 1] : v[to];
    float after = to < n ? v[to] : before;
    for (int i = from; i < to; i++) {
        v[i] = before + (after - before) * (float)(i - from + 1) / (float)(to - from + 1);
    }
}

/* From the day before or after, whichever is nearer to having it; false if none within a week. */
static bool fill_neighbour(float *v, const struct grid *grid, int from, int to)
{
    if (DAY_S % grid->step_s != 0) {
        return false;
    }
    int per_day = DAY_S / grid->step_s;
    for (int i = from; i < to; i++) {
        for (int days = 1; days <= 7 && isnan(v[i]); days++) {
            /* long: near the ends of large grids the sum may pass the int */
            long before = (long)i - (long)days * per_day, after = (long)i + (long)days * per_day;
            if (before >= 0 && !isnan(v[before])) {
                v[i] = v[before];
            } else if (after < grid->n && after >= to) {
                v[i] = v[after];
            }
        }
        if (isnan(v[i])) {
            return false;
        }
    }
    return true;
}

static void day_name(int64_t t_s, char text[24])
{
    int year, month, day;
    civil_date(t_s / DAY_S, &year, &month, &day);
    (void)snprintf(text, 24, "%04d-%02d-%02d %02d:%02d", year % 10000, month, day,
                   (int)(t_s % DAY_S / 3600), (int)(t_s % 3600 / 60));
}

/* A gap in several columns is told once. */
struct told {
    int from, to;
};

static bool repair_gap(struct grid *grid, enum quantity q, struct told gap, struct told *told,
                       struct reporter *r)
{
    int from = gap.from, to = gap.to;
    int64_t length = (int64_t)(to - from) * grid->step_s;
    char when[24];
    day_name(grid->start_s + (int64_t)from * grid->step_s, when);
    if (length <= LINE_S) {
        fill_line(grid->columns[q], grid->n, from, to);
        return true;
    }
    if (length <= NEIGHBOUR_S && fill_neighbour(grid->columns[q], grid, from, to)) {
        if (told->from != from || told->to != to) {
            say(r, INPUT_WARNING, 0, "%s lacks %.1f h from %s UTC; filled from the nearest day",
                quantities[q].name, (double)length / 3600, when);
            *told = gap;
        }
        return true;
    }
    say(r, INPUT_ERROR, 0, "%s lacks %.1f h from %s UTC (allowed 72 h)", quantities[q].name,
        (double)length / 3600, when);
    return false;
}

static bool repair_column(struct grid *grid, enum quantity q, struct told *told,
                          struct repaired *repaired, struct reporter *r)
{
    float *v = grid->columns[q];
    int short_gaps = 0, short_values = 0;
    for (int i = 0; i < grid->n; i++) {
        int from = i;
        while (i < grid->n && isnan(v[i])) {
            i++;
        }
        if (i == from) {
            continue;
        }
        if (!repair_gap(grid, q, (struct told){from, i}, told, r)) {
            return false;
        }
        int length_s = (i - from) * grid->step_s;
        repaired->values += i - from;
        repaired->longest_s = length_s > repaired->longest_s ? length_s : repaired->longest_s;
        short_gaps += length_s <= LINE_S ? 1 : 0;
        short_values += length_s <= LINE_S ? i - from : 0;
    }
    if (short_gaps > 0) {
        say(r, INPUT_NOTE, 0, "%s: %d values in %d gaps of at most 2 h interpolated",
            quantities[q].name, short_values, short_gaps);
    }
    return true;
}

static bool all_missing(const float *v, int n)
{
    for (int i = 0; i < n; i++) {
        if (!isnan(v[i])) {
            return false;
        }
    }
    return true;
}

bool grid_repair(struct grid *grid, struct reporter *r, struct repaired *repaired)
{
    *repaired = (struct repaired){0, 0};
    bool any = false, ok = true;
    struct told told = {-1, -1};
    for (int q = 0; q < Q_COUNT; q++) {
        if (grid->columns[q] == NULL) {
            continue;
        }
        if (all_missing(grid->columns[q], grid->n)) {
            say(r, INPUT_WARNING, 0, "%s has no value in the whole file", quantities[q].name);
            free(grid->columns[q]);
            grid->columns[q] = NULL;
            continue;
        }
        any = true;
        ok = repair_column(grid, (enum quantity)q, &told, repaired, r) && ok;
    }
    if (!any) {
        say(r, INPUT_ERROR, 0, "holds no value");
    }
    return any && ok;
}
