/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting remarks for maintainers out of texts for people. */
#include "host/shown_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The number of a decision or an open question: "O-09". */
static bool is_number(const char *p)
{
    return *p >= 'A' && *p <= 'Z' && p[1] == '-' && p[2] >= '0' && p[2] <= '9' && p[3] >= '0' &&
           p[3] <= '9';
}

/* Whether a part of a bracket speaks of our papers. */
static bool is_remark(const char *part, size_t n)
{
    static const char *const marks[] = {"docs/", "README", ".csv", "see ", "text says"};
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof marks / sizeof marks[0]; k++) {
            size_t length = strlen(marks[k]);
            if (length <= n - i && memcmp(part + i, marks[k], length) == 0) {
                return true;
            }
        }
        if (n - i >= 4 && is_number(part + i)) {
            return true;
        }
    }
    return false;
}

/* What is left of a bracket's parts, with the brackets, or nothing; `n` without them. */
static size_t keep_parts(const char *inside, size_t n, char *out, size_t room)
{
    size_t used = 0;
    for (size_t at = 0; at < n;) {
        const char *comma = memchr(inside + at, ',', n - at);
        size_t length = comma != NULL ? (size_t)(comma - inside) - at : n - at;
        size_t blank = inside[at] == ' ' ? 1 : 0;
        if (!is_remark(inside + at, length) && used < room) {
            used += (size_t)snprintf(out + used, room - used, "%s%.*s", used > 0 ? ", " : " (",
                                     (int)(length - blank), inside + at + blank);
        }
        at += length + 1;
    }
    if (used > 0 && used < room) {
        used += (size_t)snprintf(out + used, room - used, ")");
    }
    return used < room ? used : room - 1;
}

void shown_text(const char *text, char *out, size_t room)
{
    size_t used = 0;
    while (*text != '\0' && used + 1 < room) {
        const char *end = strncmp(text, " (", 2) == 0 ? strchr(text, ')') : NULL;
        if (end != NULL) {
            used += keep_parts(text + 2, (size_t)(end - text) - 2, out + used, room - used);
            text = end + 1;
        } else {
            out[used++] = *text++;
        }
    }
    if (room > 0) {
        out[used] = '\0';
    }
}
