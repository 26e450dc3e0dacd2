/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INPUT_LAYOUT_H
#define HEARTH_HOST_INPUT_LAYOUT_H

/*
 * How the lines of a file are to be read: the outcome of looking at its head. After that, one
 * reader serves all formats. Private to host/input.
 */

#include "host/input/column.h"

enum stamp_form {
    STAMP_NONE,      /* lines at a step */
    STAMP_FIELD,     /* one field, stamp_field[0] */
    STAMP_DATE_TIME, /* date and time in two fields */
    STAMP_PARTS      /* year, month, day, hour, minute in five fields */
};

struct layout {
    const char *format; /* for people */
    char delimiter;
    int first_line;     /* of the data */
    bool ends_at_blank; /* what follows an empty line is prose */
    enum stamp_form form;
    int stamp_field[5];
    int zone_field; /* -1, or a field like CET */
    bool zone_fixed;
    int32_t zone_s; /* local less UTC when fixed; otherwise the site's zone */
    enum input_label label;
    int32_t late_s; /* the values are of this much after the stamp (PVGIS) */
    bool has_place;
    double latitude_deg, longitude_deg;
    float elevation_m;
    int n_columns;
    struct column columns[Q_COUNT];
};

/* Looks at the head; false if the file is refused, which has been said. */
bool layout_detect(struct text *text, const struct input_options *options,
                   struct reporter *reporter, struct layout *out);

/* Parts of layout_detect. */
bool layout_columns(struct layout *layout, const struct span *names, int n, int line,
                    const struct input_options *options, struct reporter *reporter);
bool layout_plain(struct text *text, const struct input_options *options, struct reporter *reporter,
                  struct layout *layout);

#endif
