/* SPDX-License-Identifier: Apache-2.0 */
#include "host/input/rows.h"

#include <math.h>
#include <stdlib.h>

#include "host/input/stamp.h"
#include "host/tz.h"

static bool grow(struct rows *rows, struct reporter *r)
{
    if (rows->n < rows->room) {
        return true;
    }
    int room = rows->room > 0 ? rows->room * 2 : 1024;
    struct row *list = realloc(rows->list, sizeof *list * (size_t)room);
    rows->list = list != NULL ? list : rows->list;
    float *values =
        realloc(rows->values, sizeof *values * (size_t)room * (size_t)(rows->width + 1));
    rows->values = values != NULL ? values : rows->values;
    if (list == NULL || values == NULL) {
        r->no_memory = true;
        return false;
    }
    rows->room = room;
    return true;
}

void rows_free(struct rows *rows)
{
    free(rows->list);
    free(rows->values);
    *rows = (struct rows){0};
}

/* --- one line --- */

struct reading {
    const struct layout *layout;
    struct reporter *r;
    struct repeated bad_stamp, bad_number, out_of_range, short_line;
    int line;
    bool hour_0, hour_24; /* seen */
};

static bool missing_word(struct span s)
{
    static const char *const words[] = {"", "nan", "na", "n/a", "null", "none", "-", "--"};
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (span_is(s, words[i])) {
            return true;
        }
    }
    return false;
}

static bool read_parts(struct reading *reading, const struct span *fields, int n,
                       struct stamp *stamp)
{
    const struct layout *layout = reading->layout;
    double parts[5];
    for (int i = 0; i < 5; i++) {
        int field = layout->stamp_field[i];
        if (field >= n || !span_number(fields[field], &parts[i])) {
            return false;
        }
    }
    reading->hour_0 = reading->hour_0 || parts[3] == 0;
    reading->hour_24 = reading->hour_24 || parts[3] == 24;
    return stamp_from_parts(parts, stamp);
}

static bool read_date_time(const struct layout *layout, const struct span *fields, int n,
                           struct stamp *stamp)
{
    char text[40];
    int date = layout->stamp_field[0], time = layout->stamp_field[1];
    if (date >= n || time >= n || fields[date].length > 12 || fields[time].length > 12) {
        return false;
    }
    span_copy(fields[date], text, sizeof text);
    int at = fields[date].length;
    text[at++] = ' ';
    span_copy(fields[time], text + at, sizeof text - (size_t)at);
    return stamp_read((struct span){text, at + fields[time].length}, stamp);
}

static bool read_stamp(struct reading *reading, const struct span *fields, int n, struct row *row)
{
    const struct layout *layout = reading->layout;
    struct stamp stamp = {0};
    bool ok = true;
    switch (layout->form) {
    case STAMP_NONE: break;
    case STAMP_FIELD:
        ok = layout->stamp_field[0] < n && stamp_read(fields[layout->stamp_field[0]], &stamp);
        break;
    case STAMP_DATE_TIME: ok = read_date_time(layout, fields, n, &stamp); break;
    case STAMP_PARTS: ok = read_parts(reading, fields, n, &stamp); break;
    }
    if (ok && !stamp.has_offset && layout->zone_field >= 0 && layout->zone_field < n) {
        stamp.has_offset = stamp_zone(fields[layout->zone_field], &stamp.offset_s);
    }
    row->time_s = stamp.face_s;
    row->offset_s = stamp.has_offset ? stamp.offset_s : OFFSET_NONE;
    return ok;
}

static float read_value(struct reading *reading, const struct column *column,
                        const struct span *fields, int n)
{
    const struct quantity_row *q = &quantities[column->quantity];
    double number;
    if (column->field >= n) {
        if (say_this(&reading->short_line, reading->line)) {
            say(reading->r, INPUT_WARNING, reading->line, "has %d fields, %s is field %d", n,
                q->name, column->field + 1);
        }
        return NAN;
    }
    struct span field = fields[column->field];
    if (missing_word(field)) {
        return NAN;
    }
    if (!span_number(field, &number)) {
        if (say_this(&reading->bad_number, reading->line)) {
            char shown[32];
            span_copy(field, shown, sizeof shown);
            say(reading->r, INPUT_WARNING, reading->line, "%s is no number ('%s')", q->name, shown);
        }
        return NAN;
    }
    if (number <= -999 && number > -100000 && q->dimension != DIM_POWER) {
        return NAN; /* -999, -9999.9: the providers' word for missing */
    }
    double value = number * column->factor + column->offset;
    if (!(value >= (double)q->min && value <= (double)q->max)) {
        if (say_this(&reading->out_of_range, reading->line)) {
            say(reading->r, INPUT_WARNING, reading->line,
                "%s out of range (%.6g %s, allowed %g to %g)", q->name, value, q->unit,
                (double)q->min, (double)q->max);
        }
        return NAN;
    }
    bool light = q->dimension == DIM_IRRADIANCE || column->quantity == Q_PV;
    return light && value < 0 ? 0 : (float)value; /* sensors read below zero at night */
}

static bool flagged(const struct column *column, const struct span *fields, int n)
{
    return column->flag_field >= 0 &&
           (column->flag_field >= n || !span_is(fields[column->flag_field], "0"));
}

static bool read_line(struct rows *rows, struct reading *reading, struct span line)
{
    const struct layout *layout = reading->layout;
    struct span fields[FIELDS_MOST];
    int n = span_split(line, layout->delimiter, fields);
    if (!grow(rows, reading->r)) {
        return false;
    }
    struct row *row = &rows->list[rows->n];
    row->line = reading->line;
    if (!read_stamp(reading, fields, n, row)) {
        if (say_this(&reading->bad_stamp, reading->line)) {
            char shown[40];
            span_copy(line, shown, sizeof shown);
            say(reading->r, INPUT_WARNING, reading->line, "no time that exists ('%s')", shown);
        }
        return true;
    }
    float *values = rows->values + (size_t)rows->n * (size_t)rows->width;
    for (int i = 0; i < layout->n_columns; i++) {
        const struct column *column = &layout->columns[i];
        values[i] = flagged(column, fields, n) ? NAN : read_value(reading, column, fields, n);
    }
    rows->n++;
    return true;
}

static bool check_reading(const struct rows *rows, const struct reading *reading)
{
    struct reporter *r = reading->r;
    say_rest(r, &reading->bad_stamp, "lines have no time that exists");
    say_rest(r, &reading->bad_number, "values are no numbers");
    say_rest(r, &reading->out_of_range, "values are out of range");
    say_rest(r, &reading->short_line, "values lack because their lines are too short");
    if (rows->n == 0) {
        say(r, INPUT_ERROR, 0, "holds no data after its head");
        return false;
    }
    int bad = reading->bad_stamp.count;
    if (bad > 10 && bad > rows->n / 50) {
        say(r, INPUT_ERROR, reading->bad_stamp.first_line,
            "%d of %d lines have no time that exists (allowed 2 %%)", bad, bad + rows->n);
        return false;
    }
    return true;
}

bool rows_read(struct rows *rows, struct text *text, const struct layout *layout,
               const struct input_options *options, struct reporter *r)
{
    struct reading reading = {.layout = layout, .r = r};
    struct span line;
    *rows = (struct rows){.width = layout->n_columns};
    text_rewind(text);
    while (text_line(text, &line)) {
        if (text->line < layout->first_line) {
            continue;
        }
        if (span_trim(line).length == 0) {
            if (layout->ends_at_blank) {
                break; /* PVGIS explains its columns after an empty line */
            }
            continue;
        }
        reading.line = text->line;
        if (rows->n >= INT32_MAX / 16 || !read_line(rows, &reading, line)) {
            return false;
        }
        if (layout->form == STAMP_NONE && rows->n > 0) {
            rows->list[rows->n - 1].time_s = (int64_t)(rows->n - 1) * options->step_s;
        }
    }
    for (int i = 0; i < rows->n && reading.hour_24 && !reading.hour_0; i++) {
        rows->list[i].time_s -= 3600; /* SAM counts hours 1 to 24: 24:52.5 is 23:52.5 */
    }
    return check_reading(rows, &reading);
}

/* --- clock faces to UTC --- */

/* Row i takes the place of row `to` <= i. */
static void keep_row(struct rows *rows, int to, int i, struct row row)
{
    size_t width = (size_t)rows->width;
    rows->list[to] = row;
    for (size_t k = 0; k < width; k++) {
        rows->values[(size_t)to * width + k] = rows->values[(size_t)i * width + k];
    }
}

/* Months of different years, as typical years have: all become 2019, which has no 29 February. */
static void unite_years(struct rows *rows, const struct layout *layout, struct reporter *r)
{
    int year, month, day, last_year = 0, last_month = 0;
    int changes = 0; /* of the year elsewhere than at new year */
    for (int i = 0; i < rows->n && layout->form != STAMP_NONE; i++) {
        civil_date(rows->list[i].time_s / 86400, &year, &month, &day);
        bool new_year = month == 1 && last_month == 12 && year == last_year + 1;
        changes += last_year != 0 && year != last_year && !new_year ? 1 : 0;
        last_year = year;
        last_month = month;
    }
    /* some TMY change the year hours before the local month ends: they were joined in UTC */
    if (changes < 3 || changes > 12) {
        return;
    }
    int kept = 0;
    for (int i = 0; i < rows->n; i++) {
        struct row row = rows->list[i];
        int64_t of_day = row.time_s % 86400;
        civil_date(row.time_s / 86400, &year, &month, &day);
        if (month == 2 && day == 29) {
            continue;
        }
        row.time_s = civil_days(2019, month, day) * 86400 + of_day;
        keep_row(rows, kept++, i, row);
    }
    rows->n = kept;
    rows->typical_year = true;
    say(r, INPUT_NOTE, 0, "is a typical year: its months are of different years");
}

struct local_reading {
    struct tz *tz;
    struct reporter *r;
    struct repeated missing;
    int doubled;
    int64_t last_s;
};

/*
 * UTC of one row in the site's zone; a doubled hour is the second one when time would otherwise
 * stand or go back. False for an hour that does not exist.
 */
static bool row_to_utc(struct local_reading *l, struct row *row)
{
    if (row->offset_s != OFFSET_NONE) {
        row->time_s -= row->offset_s;
        return true;
    }
    enum tz_kind kind;
    int64_t face_s = row->time_s;
    row->time_s = tz_from_local(l->tz, face_s, TZ_FIRST, &kind);
    if (kind == TZ_MISSING) {
        if (say_this(&l->missing, row->line)) {
            say(l->r, INPUT_WARNING, row->line,
                "this hour does not exist: the clock was set forward; left out");
        }
        return false;
    }
    if (kind == TZ_DOUBLED && row->time_s <= l->last_s) {
        row->time_s = tz_from_local(l->tz, face_s, TZ_SECOND, &kind);
        l->doubled++;
    }
    return true;
}

static void local_to_utc(struct rows *rows, struct tz *tz, struct reporter *r)
{
    struct local_reading l = {.tz = tz, .r = r, .last_s = INT64_MIN};
    int kept = 0;
    for (int i = 0; i < rows->n; i++) {
        struct row row = rows->list[i];
        if (row_to_utc(&l, &row)) {
            l.last_s = row.time_s;
            keep_row(rows, kept++, i, row);
        }
    }
    rows->n = kept;
    say_rest(r, &l.missing, "lines are of hours that do not exist");
    if (l.doubled > 0) {
        say(r, INPUT_NOTE, 0, "%d lines are of the second of two hours when the clock was set back",
            l.doubled);
    }
}

bool rows_to_utc(struct rows *rows, const struct layout *layout,
                 const struct input_options *options, struct reporter *r)
{
    unite_years(rows, layout, r);
    if (layout->zone_fixed) {
        for (int i = 0; i < rows->n; i++) {
            struct row *row = &rows->list[i];
            row->time_s -= row->offset_s != OFFSET_NONE ? row->offset_s : layout->zone_s;
        }
        return true;
    }
    const char *zone = options->timezone != NULL ? options->timezone : "UTC";
    struct tz *tz;
    int result = tz_open(zone, &tz);
    if (result == TZ_NO_MEMORY) {
        r->no_memory = true;
        return false;
    }
    if (result != TZ_OK) {
        say(r, INPUT_ERROR, 0,
            "no such time zone ('%s', allowed: IANA names such as Europe/Berlin)", zone);
        return false;
    }
    if (layout->form == STAMP_NONE) {
        int64_t start = options->start_s;
        enum tz_kind kind;
        if (start == 0) {
            start = tz_from_local(tz, civil_days(2019, 1, 1) * 86400, TZ_FIRST, &kind);
        }
        for (int i = 0; i < rows->n; i++) {
            rows->list[i].time_s += start;
        }
    } else {
        local_to_utc(rows, tz, r);
    }
    tz_close(tz);
    return true;
}
