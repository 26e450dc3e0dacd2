/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in any order to values at a step. */
#include "host/input/rows.h"

#include <math.h>
#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->time_s != y->time_s) {
        return x->time_s < y->time_s ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

/*
 * Rows carry their index in offset_s while they are sorted: the values stay where they are.
 * Few steps back are a matter of order and are sorted; many mean that the times are not what we
 * take them for.
 */
static bool sort_rows(struct rows *rows, struct reporter *r)
{
    struct repeated back = {0};
    for (int i = 0; i < rows->n; i++) {
        rows->list[i].offset_s = i;
        if (i > 0 && rows->list[i].time_s < rows->list[i - 1].time_s &&
            say_this(&back, rows->list[i].line)) {
            say(r, INPUT_WARNING, rows->list[i].line, "time runs backwards by %lld s; sorted",
                (long long)(rows->list[i - 1].time_s - rows->list[i].time_s));
        }
    }
    say_rest(r, &back, "times run backwards");
    if (back.count > 3 && back.count > rows->n / 100) {
        say(r, INPUT_ERROR, back.first_line,
            "times run backwards %d times in %d lines (allowed 1 %%)", back.count, rows->n);
        return false;
    }
    if (back.count > 0) {
        qsort(rows->list, (size_t)rows->n, sizeof rows->list[0], by_time);
    }
    return true;
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The median difference of the first rows. */
static int64_t find_step(const struct rows *rows)
{
    enum { LOOK = 4001 };
    int64_t gaps[LOOK];
    int n = 0;
    for (int i = 1; i < rows->n && n < LOOK; i++) {
        int64_t gap = rows->list[i].time_s - rows->list[i - 1].time_s;
        if (gap > 0) {
            gaps[n++] = gap;
        }
    }
    qsort(gaps, (size_t)n, sizeof gaps[0], by_size);
    return n > 0 ? gaps[(n - 1) / 2] : 0;
}

static bool set_frame(struct grid *grid, const struct rows *rows, struct reporter *r)
{
    int64_t step = find_step(rows);
    if (step < 1 || step > 86400) {
        say(r, INPUT_ERROR, rows->list[0].line,
            "no step between times (%lld s, allowed 1 s to 1 day)", (long long)step);
        return false;
    }
    int64_t first = rows->list[0].time_s, last = rows->list[rows->n - 1].time_s;
    int64_t n = (last - first + step / 2) / step + 1;
    if (n > (int64_t)rows->n * 3 + 10000 || n > INT32_MAX / 8) {
        say(r, INPUT_ERROR, rows->list[rows->n - 1].line,
            "the times span %lld steps of %lld s, but there are only %d lines", (long long)n,
            (long long)step, rows->n);
        return false;
    }
    *grid = (struct grid){.start_s = first, .step_s = (int32_t)step, .n = (int)n};
    return true;
}

struct placing {
    struct repeated conflict;
    int duplicate, off_step;
    int64_t farthest_s;
};

/* The first of several values for a slot stays. */
static void place(struct grid *grid, const struct rows *rows, const struct layout *layout,
                  struct reporter *r, struct placing *p)
{
    int last_slot = -1;
    for (int i = 0; i < rows->n; i++) {
        const struct row *row = &rows->list[i];
        int64_t past = row->time_s - grid->start_s;
        int slot = (int)((past + grid->step_s / 2) / grid->step_s);
        int64_t off = llabs(past - (int64_t)slot * grid->step_s);
        p->off_step += off > 0 ? 1 : 0;
        p->farthest_s = off > p->farthest_s ? off : p->farthest_s;
        const float *values = rows->values + (size_t)row->offset_s * (size_t)rows->width;
        bool conflict = false;
        for (int k = 0; k < layout->n_columns && slot < grid->n; k++) {
            float *to = &grid->columns[layout->columns[k].quantity][slot];
            conflict = conflict || (!isnan(*to) && !isnan(values[k]) && *to != values[k]);
            *to = isnan(*to) ? values[k] : *to;
        }
        p->duplicate += slot == last_slot ? 1 : 0;
        if (slot == last_slot && off == 0 && conflict && say_this(&p->conflict, row->line)) {
            say(r, INPUT_WARNING, row->line, "the same time again with other values; left out");
        }
        last_slot = slot;
    }
}

static bool tell_placing(const struct rows *rows, const struct placing *p, struct reporter *r)
{
    say_rest(r, &p->conflict, "times come again with other values");
    if (p->conflict.count > 3 && p->conflict.count > rows->n / 50) {
        say(r, INPUT_ERROR, p->conflict.first_line,
            "%d times of %d come again with other values (allowed 2 %%)", p->conflict.count,
            rows->n);
        return false;
    }
    if (p->duplicate > p->conflict.count) {
        say(r, INPUT_NOTE, 0, "%d times come twice; the first is kept",
            p->duplicate - p->conflict.count);
    }
    if (p->off_step > 0) {
        say(r, INPUT_NOTE, 0, "%d times are off the step; moved by %lld s at most", p->off_step,
            (long long)p->farthest_s);
    }
    return true;
}

void grid_free(struct grid *grid)
{
    for (int q = 0; q < Q_COUNT; q++) {
        free(grid->columns[q]);
        grid->columns[q] = NULL;
    }
}

/* Energies per step become powers; only now the step is known. */
static void to_power(struct grid *grid, const struct layout *layout)
{
    for (int k = 0; k < layout->n_columns; k++) {
        float *values = grid->columns[layout->columns[k].quantity];
        for (int i = 0; i < grid->n && layout->columns[k].per_step; i++) {
            values[i] *= 3600.0F / (float)grid->step_s;
        }
    }
}

bool grid_build(struct grid *grid, struct rows *rows, const struct layout *layout,
                struct reporter *r)
{
    *grid = (struct grid){0};
    if (rows->n < 2) {
        say(r, INPUT_ERROR, 0, "holds %d line of data (allowed 2 and more)", rows->n);
        return false;
    }
    if (!sort_rows(rows, r) || !set_frame(grid, rows, r)) {
        return false;
    }
    for (int k = 0; k < layout->n_columns; k++) {
        float *values = malloc(sizeof *values * (size_t)grid->n);
        if (values == NULL) {
            r->no_memory = true;
            return false;
        }
        for (int i = 0; i < grid->n; i++) {
            values[i] = NAN;
        }
        grid->columns[layout->columns[k].quantity] = values;
    }
    struct placing placing = {0};
    place(grid, rows, layout, r, &placing);
    to_power(grid, layout);
    return tell_placing(rows, &placing, r);
}
