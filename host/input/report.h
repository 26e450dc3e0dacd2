/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INPUT_REPORT_H
#define HEARTH_HOST_INPUT_REPORT_H

/* How the importers speak: each message names file and line. Private to host/input. */

#include "host/input/input.h"

struct reporter {
    struct input_report *report;
    const char *name;
    bool no_memory;
};

/* Adds "NAME:LINE: text" (line 0: "NAME: text"). */
void say(struct reporter *reporter, enum input_severity severity, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Many alike: the first three are told, the rest counted. `say_rest` tells the count, `what` in
 * the plural: "values are no numbers".
 */
struct repeated {
    int count, first_line;
};
bool say_this(struct repeated *repeated, int line);
void say_rest(struct reporter *reporter, const struct repeated *repeated, const char *what);

#endif
