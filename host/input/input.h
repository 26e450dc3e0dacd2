/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INPUT_INPUT_H
#define HEARTH_HOST_INPUT_INPUT_H

/*
 * Files of weather, load, prices and measured PV, as their providers write them, into the series
 * the plant reads. Plain or gzip; the format is told by the content. docs/inputs.md lists formats,
 * columns, units, repairs and refusals.
 *
 * Called when a site starts or a file is checked, not in a loop. What was found, repaired or
 * refused is in the report; a set is returned only when the report has no error.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plant/series.h"
#include "plant/weather.h"

enum input_severity { INPUT_NOTE, INPUT_WARNING, INPUT_ERROR };

struct input_message {
    enum input_severity severity;
    int line;   /* 0: of the file as a whole */
    char *text; /* "FILE:LINE: what (value, allowed)" */
};

/* Zero before first use; free with input_report_clear. */
struct input_report {
    struct input_message *list;
    int count, errors, warnings;
};

void input_report_clear(struct input_report *report);

/* What a time stamp says of the interval its values are the mean of. */
enum input_label { INPUT_LABEL_AUTO, INPUT_LABEL_BEGIN, INPUT_LABEL_MIDDLE, INPUT_LABEL_END };

enum input_kind { INPUT_KIND_AUTO, INPUT_KIND_LOAD, INPUT_KIND_PRICE, INPUT_KIND_PV };

/* All zero: the file must say everything itself; stamps without a zone are UTC. */
struct input_options {
    bool has_place; /* the site's; a place in the file's header goes before it */
    double latitude_deg, longitude_deg;
    const char *timezone;   /* IANA zone of stamps that name none; NULL: UTC */
    enum input_label label; /* AUTO: what the provider uses; BEGIN for plain files */
    enum input_kind kind;   /* of a column whose name does not tell */
    const char *unit;       /* of a column that does not state one: "kW", "ct/kWh" */
    int32_t step_s;         /* of a file without stamps */
    int64_t start_s;        /* its first interval, UTC; 0: 2019-01-01 local */
};

/* How the file's light fits the sun at its place. */
struct input_sun_check {
    bool done;            /* there is light and a place */
    bool has_closure;     /* all three components are in the file */
    float closure_w_m2;   /* root mean square of GHI - DHI - DNI cos(zenith), by day */
    float night_permille; /* share of the energy while the sun is down */
    float shift_min;      /* + the light is later than the sun; 0 is right */
    int n_days;           /* clear enough to tell */
    bool clock_wrong;
    char verdict[200];
};

struct input_set {
    char format[64];
    char zone[48];          /* of the stamps, for people */
    int64_t start_s, end_s; /* UTC, of the intervals */
    int32_t step_s;
    int rows, filled, longest_gap_s; /* lines with data, values repaired, longest gap repaired */
    bool typical_year;               /* months of different years */
    bool has_place;
    double latitude_deg, longitude_deg;
    float elevation_m;
    bool has_weather, has_load, has_price, has_pv;
    struct weather_samples weather;
    struct series load_w, price_per_kwh, pv_w; /* price in the file's currency: EUR, USD … */
    struct input_sun_check sun;
    /* private */
    float *owned[8];
};

enum input_result { INPUT_OK = 0, INPUT_REFUSED = -1, INPUT_NO_MEMORY = -2 };

/* Reads a file. *out is set only for INPUT_OK; free with input_free. The report may hold notes. */
int input_load(const char *path, const struct input_options *options, struct input_set **out,
               struct input_report *report);

/* The same from memory; `name` is used in messages. */
int input_parse(const char *name, const char *data, size_t length,
                const struct input_options *options, struct input_set **out,
                struct input_report *report);

void input_free(struct input_set *set);

/*
 * Whether the set can serve from..to (UTC): inside its time, or by repeating whole years. If not,
 * the report gets an error that says what is covered.
 */
bool input_covers(const struct input_set *set, const char *name, int64_t from_s, int64_t to_s,
                  struct input_report *report);

#endif
