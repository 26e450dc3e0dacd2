/* SPDX-License-Identifier: Apache-2.0 */
/* CSV without a provider: names that tell their units, or one column at a step. */
#include "host/input/layout.h"

#include "host/input/stamp.h"

static char delimiter_of(struct span line)
{
    static const char candidates[] = {',', ';', '\t'};
    char best = ',';
    int most = 0;
    for (unsigned k = 0; k < sizeof candidates; k++) {
        int n = 0;
        for (int i = 0; i < line.length; i++) {
            n += line.at[i] == candidates[k] ? 1 : 0;
        }
        if (n > most) {
            most = n;
            best = candidates[k];
        }
    }
    return best;
}

static bool is_time_name(struct span name)
{
    static const char *const names[] = {"time",      "timestamp", "datetime",  "date time",
                                        "date_time", "date",      "time(utc)", "time_utc"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (span_is(name, names[i])) {
            return true;
        }
    }
    return false;
}

/* No names: "0.4086" per line, or "2025-02-24 00:00:00+00:00,0.1419". */
static bool headless(const struct span *fields, int n, const struct input_options *options,
                     struct reporter *r, struct layout *layout)
{
    struct stamp stamp;
    struct column column;
    bool stamped = n >= 2 && stamp_read(fields[0], &stamp);
    if (!column_of_kind(options, r, &column)) {
        return false;
    }
    if (!stamped && options->step_s <= 0) {
        say(r, INPUT_ERROR, 1, "no times in the file: give the step between its lines");
        return false;
    }
    column.field = stamped ? 1 : 0;
    layout->form = stamped ? STAMP_FIELD : STAMP_NONE;
    layout->columns[layout->n_columns++] = column;
    layout->first_line = 1;
    layout->format = stamped ? "CSV without names" : "one column without times";
    return true;
}

static bool headed(const struct span *names, int n, const struct input_options *options,
                   struct reporter *r, struct layout *layout)
{
    int time_field = -1;
    for (int i = 0; i < n; i++) {
        if (time_field < 0 && is_time_name(names[i])) {
            time_field = i;
            layout->zone_fixed = span_has(names[i], "utc");
        }
        if (layout->zone_field < 0 && span_starts(names[i], "zone")) {
            layout->zone_field = i;
        }
    }
    layout->form = time_field >= 0 ? STAMP_FIELD : STAMP_NONE;
    layout->stamp_field[0] = time_field;
    if (time_field < 0 && options->step_s <= 0) {
        say(r, INPUT_ERROR, 1, "no column named 'time' and no step given");
        return false;
    }
    layout->first_line = 2;
    layout->format = "CSV";
    return layout_columns(layout, names, n, 1, options, r);
}

bool layout_plain(struct text *text, const struct input_options *options, struct reporter *r,
                  struct layout *layout)
{
    struct span line, fields[FIELDS_MOST];
    text_rewind(text);
    if (!text_line(text, &line)) {
        return false;
    }
    layout->delimiter = delimiter_of(line);
    layout->label = INPUT_LABEL_BEGIN;
    int n = span_split(line, layout->delimiter, fields);
    struct stamp stamp;
    double number;
    if (span_number(fields[0], &number) || stamp_read(fields[0], &stamp)) {
        return headless(fields, n, options, r, layout);
    }
    if (!headed(fields, n, options, r, layout)) {
        return false;
    }
    if (layout->n_columns == 0) {
        char shown[80];
        span_copy(line, shown, sizeof shown);
        say(r, INPUT_ERROR, 1,
            "no column is known in '%s' (known: ghi dni dhi temperature wind load price pv, with "
            "units such as ghi_w_m2, load_kw, 'price [ct/kWh]')",
            shown);
        return false;
    }
    return true;
}
