/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_INPUT_TEST_H
#define HEARTH_TESTS_INPUT_TEST_H

/* What the tests of the importers share: real files where present, files of text otherwise. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "host/input/input.h"

static inline void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) {
        fail_msg("%.7g, expected %.7g within %.3g", got, want, within);
    }
}

/* Path of a real file; skips the test on machines without them. */
static inline const char *data_file(const char *name, char path[600])
{
    const char *folder = getenv("HEARTH_DATA");
    (void)snprintf(path, 600, "%s/%s", folder != NULL ? folder : DATA_DEFAULT, name);
    if (access(path, R_OK) != 0) {
        skip();
    }
    return path;
}

static inline struct input_set *load_data(const char *name, const struct input_options *options,
                                          struct input_report *report)
{
    char path[600];
    struct input_set *set = NULL;
    int result = input_load(data_file(name, path), options, &set, report);
    for (int i = 0; i < report->count && result != INPUT_OK; i++) {
        print_message("%s\n", report->list[i].text);
    }
    assert_int_equal(result, INPUT_OK);
    return set;
}

static inline struct input_set *parse(const char *text, const struct input_options *options,
                                      struct input_report *report)
{
    struct input_set *set = NULL;
    int result = input_parse("file.csv", text, strlen(text), options, &set, report);
    assert_true((result == INPUT_OK) == (set != NULL));
    return set;
}

static inline int has_message(const struct input_report *report, const char *part)
{
    for (int i = 0; i < report->count; i++) {
        if (strstr(report->list[i].text, part) != NULL) {
            return 1;
        }
    }
    return 0;
}

static inline void expect_message(const struct input_report *report, const char *part)
{
    if (!has_message(report, part)) {
        for (int i = 0; i < report->count; i++) {
            print_message("told: %s\n", report->list[i].text);
        }
        fail_msg("nobody said '%s'", part);
    }
}

#endif
