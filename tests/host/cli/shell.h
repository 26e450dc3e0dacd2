/* SPDX-License-Identifier: Apache-2.0 */
/* Commands as they are typed, and what they print. One test file includes this, after cmocka.h. */
#ifndef HEARTH_TESTS_HOST_CLI_SHELL_H
#define HEARTH_TESTS_HOST_CLI_SHELL_H

#include <stdio.h>
#include <sys/wait.h>

static const char *program;
static char text[400000];

/* Runs a shell line in which % stands for the program; its status, what it printed in `text`. */
static int shell(const char *line)
{
    static char command[9000];
    size_t n = 0;
    for (const char *c = line; *c != '\0'; c++) {
        n += (size_t)snprintf(command + n, sizeof command - n, "%s", *c == '%' ? program : "");
        if (*c != '%') {
            command[n++] = *c;
        }
        assert_true(n + 300 < sizeof command);
    }
    snprintf(command + n, sizeof command - n, " 2>&1");
    FILE *out = popen(command, "r"); // NOLINT(cert-env33-c): the test's own command line
    assert_non_null(out);
    size_t got = fread(text, 1, sizeof text - 1, out);
    text[got] = '\0';
    int status = pclose(out);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

#endif
