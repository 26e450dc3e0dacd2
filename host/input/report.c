/* SPDX-License-Identifier: Apache-2.0 */
#include "host/input/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD = 3, MOST_MESSAGES = 200 };

static void add(struct reporter *r, enum input_severity severity, int line, const char *text)
{
    struct input_report *report = r->report;
    report->errors += severity == INPUT_ERROR ? 1 : 0;
    report->warnings += severity == INPUT_WARNING ? 1 : 0;
    if (report->count >= MOST_MESSAGES) {
        return;
    }
    size_t size = sizeof *report->list * ((size_t)report->count + 1);
    struct input_message *list = realloc(report->list, size);
    if (list == NULL) {
        r->no_memory = true;
        return;
    }
    report->list = list;
    char *copy = strdup(text);
    if (copy == NULL) {
        r->no_memory = true;
        return;
    }
    list[report->count++] = (struct input_message){severity, line, copy};
}

void say(struct reporter *r, enum input_severity severity, int line, const char *format, ...)
{
    char text[600];
    int n = line > 0 ? snprintf(text, sizeof text, "%s:%d: ", r->name, line)
                     : snprintf(text, sizeof text, "%s: ", r->name);
    size_t at = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    va_list arguments;
    va_start(arguments, format);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is right above
    (void)vsnprintf(text + at, sizeof text - at, format, arguments);
    va_end(arguments);
    add(r, severity, line, text);
}

bool say_this(struct repeated *repeated, int line)
{
    if (repeated->count == 0) {
        repeated->first_line = line;
    }
    return repeated->count++ < TOLD;
}

void say_rest(struct reporter *r, const struct repeated *repeated, const char *what)
{
    if (repeated->count > TOLD) {
        say(r, INPUT_WARNING, repeated->first_line, "in all %d %s, the first here", repeated->count,
            what);
    }
}

void input_report_clear(struct input_report *report)
{
    for (int i = 0; i < report->count; i++) {
        free(report->list[i].text);
    }
    free(report->list);
    *report = (struct input_report){0};
}
