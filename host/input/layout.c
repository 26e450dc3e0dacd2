/* SPDX-License-Identifier: Apache-2.0 */
/* The providers' formats, told by what their heads look like. */
#include "host/input/layout.h"

#include <string.h>

#include "host/input/stamp.h"

static bool place_ok(double latitude_deg, double longitude_deg)
{
    return latitude_deg >= -90 && latitude_deg <= 90 && longitude_deg >= -180 &&
           longitude_deg <= 180;
}

static void set_place(struct layout *layout, double latitude_deg, double longitude_deg)
{
    layout->has_place = place_ok(latitude_deg, longitude_deg);
    layout->latitude_deg = latitude_deg;
    layout->longitude_deg = longitude_deg;
}

static int find_field(const struct span *names, int n, const char *name)
{
    for (int i = 0; i < n; i++) {
        if (span_is(names[i], name)) {
            return i;
        }
    }
    return -1;
}

bool layout_columns(struct layout *layout, const struct span *names, int n, int line,
                    const struct input_options *options, struct reporter *r)
{
    bool taken[Q_COUNT] = {false};
    for (int i = 0; i < n; i++) {
        struct column column;
        switch (column_of_header(names[i], options, r, line, &column)) {
        case COLUMN_REFUSED: return false;
        case COLUMN_IGNORED: continue;
        case COLUMN_USED: break;
        }
        if (taken[column.quantity]) {
            say(r, INPUT_WARNING, line, "a second column of %s is left out (column %d)",
                quantities[column.quantity].name, i + 1);
            continue;
        }
        taken[column.quantity] = true;
        column.field = i;
        layout->columns[layout->n_columns++] = column;
    }
    return true;
}

static bool parts_of_date(struct layout *layout, const struct span *names, int n)
{
    static const char *const parts[5] = {"year", "month", "day", "hour", "minute"};
    layout->form = STAMP_PARTS;
    for (int i = 0; i < 5; i++) {
        layout->stamp_field[i] = find_field(names, n, parts[i]);
        if (layout->stamp_field[i] < 0) {
            return false;
        }
    }
    return true;
}

/* "Latitude (decimal degrees): 45.000" … then "time(UTC),T2m,…" */
static bool detect_pvgis(struct text *text, const struct input_options *options, struct reporter *r,
                         struct layout *layout)
{
    struct span line, names[FIELDS_MOST];
    double place[4] = {91, 181, 0, 0};
    static const char *const keys[4] = {"Latitude", "Longitude", "Elevation",
                                        "Irradiance Time Offset"};
    text_rewind(text);
    while (text->line < 60 && text_line(text, &line)) {
        for (int i = 0; i < 4; i++) {
            const char *colon = memchr(line.at, ':', (size_t)line.length);
            if (span_starts(line, keys[i]) && colon != NULL) {
                int rest = line.length - (int)(colon + 1 - line.at);
                (void)span_number(span_trim((struct span){colon + 1, rest}), &place[i]);
            }
        }
        if (span_starts(line, "time(")) {
            int n = span_split(line, ',', names);
            layout->format = "PVGIS";
            layout->ends_at_blank = true;
            layout->delimiter = ',';
            layout->form = STAMP_FIELD;
            layout->zone_fixed = true;
            layout->label = INPUT_LABEL_MIDDLE;
            layout->late_s = place[3] > -2 && place[3] < 2 ? (int32_t)(place[3] * 3600) : 0;
            layout->first_line = text->line + 1;
            layout->elevation_m = (float)place[2];
            set_place(layout, place[0], place[1]);
            return layout_columns(layout, names, n, text->line, options, r);
        }
    }
    say(r, INPUT_ERROR, 1, "looks like PVGIS, but no line 'time(UTC),…' follows within 60 lines");
    return false;
}

/*
 * "Source,Location ID,…" names, their values, then "Year,Month,…". The time zone of the second
 * line is that of the stamps; SAM's hours run 1 to 24 when a 24 occurs, which the rows tell.
 */
static bool detect_nsrdb(struct text *text, const struct input_options *options, struct reporter *r,
                         struct layout *layout)
{
    static const char *const keys[4] = {"Latitude", "Longitude", "Time Zone", "Elevation"};
    struct span line, names[FIELDS_MOST], values[FIELDS_MOST];
    double place[4] = {91, 181, 0, 0};
    text_rewind(text);
    bool there = text_line(text, &line);
    int n = there ? span_split(line, ',', names) : 0;
    there = there && text_line(text, &line);
    int n_values = there ? span_split(line, ',', values) : 0;
    for (int i = 0; i < 4; i++) {
        int field = find_field(names, n, keys[i]);
        if (field < 0 || field >= n_values || !span_number(values[field], &place[i])) {
            say(r, INPUT_ERROR, 2, "the header has no number for '%s'", keys[i]);
            return false;
        }
    }
    there = there && text_line(text, &line);
    n = there ? span_split(line, ',', names) : 0;
    if (!parts_of_date(layout, names, n)) {
        say(r, INPUT_ERROR, 3, "needs the columns Year, Month, Day, Hour, Minute");
        return false;
    }
    if (!(place[2] >= -13 && place[2] <= 15)) {
        say(r, INPUT_ERROR, 2, "time zone %.6g is none (allowed -13 to 15)", place[2]);
        return false;
    }
    layout->format = span_is(values[0], "NSRDB") ? "NSRDB" : "SAM CSV";
    layout->delimiter = ',';
    layout->zone_fixed = true;
    layout->zone_s = (int32_t)(place[2] * 3600);
    layout->label = INPUT_LABEL_MIDDLE;
    layout->first_line = 4;
    layout->elevation_m = (float)place[3];
    set_place(layout, place[0], place[1]);
    return layout_columns(layout, names, n, 3, options, r);
}

/* "location,longitude,latitude" / values / "year,month,…,global_irradiance"; UTC, ends of 10 min */
static bool detect_dwd(struct text *text, const struct input_options *options, struct reporter *r,
                       struct layout *layout)
{
    struct span line, names[FIELDS_MOST], values[FIELDS_MOST];
    double longitude_deg = 181, latitude_deg = 91;
    text_rewind(text);
    (void)text_line(text, &line);
    int n = span_split(line, ',', names);
    int n_values = text_line(text, &line) ? span_split(line, ',', values) : 0;
    int at[2] = {find_field(names, n, "longitude"), find_field(names, n, "latitude")};
    if (at[0] < n_values && at[1] >= 0 && at[1] < n_values) {
        (void)span_number(values[at[0]], &longitude_deg);
        (void)span_number(values[at[1]], &latitude_deg);
    }
    n = text_line(text, &line) ? span_split(line, ',', names) : 0;
    if (!parts_of_date(layout, names, n)) {
        say(r, INPUT_ERROR, 3, "needs the columns year, month, day, hour, minute");
        return false;
    }
    layout->format = "DWD 10 min";
    layout->delimiter = ',';
    layout->zone_fixed = true;
    layout->label = INPUT_LABEL_END;
    layout->first_line = 4;
    set_place(layout, latitude_deg, longitude_deg);
    return layout_columns(layout, names, n, 3, options, r);
}

/* " Alamosa" / "   37.70  105.92 2317 m version 1" (longitude + west) / fixed columns, UTC */
static bool detect_surfrad(struct text *text, struct layout *layout)
{
    static const struct column columns[5] = {
        {1, 0, 8, 9, Q_GHI, false},    {1, 0, 12, 13, Q_DNI, false},
        {1, 0, 14, 15, Q_DHI, false},  {1, 0, 38, 39, Q_TEMPERATURE, false},
        {1, 0, 42, 43, Q_WIND, false},
    };
    static const int stamp_field[5] = {0, 2, 3, 4, 5}; /* field 1 is the day of the year */
    struct span line, fields[FIELDS_MOST];
    double place[3];
    text_rewind(text);
    (void)text_line(text, &line);
    (void)text_line(text, &line);
    int n = span_split(line, ' ', fields);
    for (int i = 0; i < 3; i++) {
        if (n < 3 || !span_number(fields[i], &place[i])) {
            return false;
        }
    }
    layout->format = "SURFRAD";
    layout->delimiter = ' ';
    layout->form = STAMP_PARTS;
    memcpy(layout->stamp_field, stamp_field, sizeof stamp_field);
    memcpy(layout->columns, columns, sizeof columns);
    layout->n_columns = 5;
    layout->zone_fixed = true;
    layout->label = INPUT_LABEL_BEGIN;
    layout->first_line = 3;
    layout->elevation_m = (float)place[2];
    set_place(layout, place[0], -place[1]);
    return true;
}

/* "DATE (MM/DD/YYYY),MST,Global PSP [W/m^2],…" */
static bool detect_midc(struct text *text, const struct input_options *options, struct reporter *r,
                        struct layout *layout)
{
    struct span line, names[FIELDS_MOST];
    text_rewind(text);
    (void)text_line(text, &line);
    int n = span_split(line, ',', names);
    if (n < 3 || !stamp_zone(names[1], &layout->zone_s)) {
        char shown[24] = "";
        span_copy(n > 1 ? names[1] : line, shown, sizeof shown);
        say(r, INPUT_ERROR, 1, "looks like MIDC, but column 2 names no known time zone ('%s')",
            shown);
        return false;
    }
    layout->format = "MIDC";
    layout->delimiter = ',';
    layout->form = STAMP_DATE_TIME;
    layout->stamp_field[0] = 0;
    layout->stamp_field[1] = 1;
    layout->zone_fixed = true;
    layout->label = INPUT_LABEL_BEGIN;
    layout->first_line = 2;
    return layout_columns(layout, names, n, 1, options, r);
}

static bool looks_binary(const struct text *text)
{
    size_t look = text->length < 4096 ? text->length : 4096, odd = 0;
    for (size_t i = 0; i < look; i++) {
        unsigned char c = (unsigned char)text->data[i];
        if (c == 0) {
            return true;
        }
        odd += c < ' ' && c != '\n' && c != '\r' && c != '\t' ? 1 : 0;
    }
    return odd * 20 > look;
}

bool layout_detect(struct text *text, const struct input_options *options, struct reporter *r,
                   struct layout *out)
{
    *out = (struct layout){.zone_field = -1};
    struct span first, second = {"", 0};
    text_rewind(text);
    if (looks_binary(text)) {
        say(r, INPUT_ERROR, 0, "is not text: neither CSV nor a provider's format");
        return false;
    }
    if (!text_line(text, &first)) {
        say(r, INPUT_ERROR, 0, "is empty");
        return false;
    }
    (void)text_line(text, &second);
    if (span_starts(first, "Latitude (decimal degrees)")) {
        return detect_pvgis(text, options, r, out);
    }
    if (span_has(first, "Location ID") && span_has(first, "Time Zone")) {
        return detect_nsrdb(text, options, r, out);
    }
    if (span_starts(first, "location,longitude,latitude")) {
        return detect_dwd(text, options, r, out);
    }
    if (span_starts(first, "DATE (MM/DD/YYYY)")) {
        return detect_midc(text, options, r, out);
    }
    if (span_has(second, " m version") && detect_surfrad(text, out)) {
        return true;
    }
    return layout_plain(text, options, r, out);
}
