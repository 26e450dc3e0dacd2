/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_SERIES_H
#define HEARTH_PLANT_SERIES_H

/*
 * Samples at a fixed step, read at any second. Value i belongs to the interval
 * [start + i step, start + (i+1) step). As SERIES_STEP it holds there: means of power stay means,
 * prices stay prices. As SERIES_LINEAR it is passed in the middle of the interval.
 *
 * Outside its time a series either holds its ends or repeats by the year: the same day of the week
 * nearest to the same date (SERIES_WEEKDAY, loads and prices), which needs 364 days at least, or
 * the same date (SERIES_DATE, weather), which needs 365; 29 February then repeats the 28th.
 * `series_covers` says whether a time is inside or can be mapped.
 *
 * The samples belong to the caller and must outlive the series. Reading forward second by second
 * costs a comparison, a multiplication and an addition.
 */

#include <stdbool.h>
#include <stdint.h>

enum series_shape { SERIES_STEP, SERIES_LINEAR };
enum series_repeat { SERIES_ONCE, SERIES_WEEKDAY, SERIES_DATE };

struct series {
    const float *values;
    int32_t count, step_s;
    int64_t start_s; /* UTC */
    enum series_shape shape;
    enum series_repeat repeat;
    /* private: the piece that holds the last time asked for */
    int64_t from_s, until_s;
    float value, slope;
};

/* `repeat` falls back to SERIES_ONCE when the samples are too few for it. */
void series_init(struct series *series, const float *values, int32_t count, int32_t step_s,
                 int64_t start_s);
void series_repeat_by(struct series *series, enum series_repeat repeat);

/* One past the last second of the samples. */
int64_t series_end(const struct series *series);
bool series_covers(const struct series *series, int64_t t_s);

/* The time within the samples that stands for t_s: t_s itself, its image, or the nearer end. */
int64_t series_map(const struct series *series, int64_t t_s);

/* Finds the piece for t_s; called by series_at when needed. */
void series_seek(struct series *series, int64_t t_s);

static inline float series_at(struct series *series, int64_t t_s)
{
    if (t_s < series->from_s || t_s >= series->until_s) {
        series_seek(series, t_s);
    }
    return series->value + series->slope * (float)(t_s - series->from_s);
}

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and back. */
int64_t civil_days(int year, int month, int day);
void civil_date(int64_t days, int *year, int *month, int *day);

#endif
