/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INPUT_TEXT_H
#define HEARTH_HOST_INPUT_TEXT_H

/* Text of an input file in memory: lines, fields, numbers. Nothing here reads past `length`. */

#include <stdbool.h>
#include <stddef.h>

struct span {
    const char *at;
    int length;
};

/* A cursor over lines; accepts LF, CRLF and a last line without end. */
struct text {
    const char *data;
    size_t length, next;
    int line; /* number of the line read last, from 1 */
};

bool text_line(struct text *text, struct span *line);

/* Goes back to the start, behind a byte order mark. */
void text_rewind(struct text *text);

enum { FIELDS_MOST = 64 };

/*
 * Splits at the delimiter, ' ' meaning any run of blanks; fields come without blanks and quotes
 * around them. Returns the number of fields; what exceeds FIELDS_MOST is left out.
 */
int span_split(struct span line, char delimiter, struct span fields[FIELDS_MOST]);

struct span span_trim(struct span span);
bool span_is(struct span span, const char *word);     /* ignoring case */
bool span_starts(struct span span, const char *word); /* ignoring case */
bool span_has(struct span span, const char *word);    /* ignoring case */
void span_copy(struct span span, char *to, size_t room);

/* A decimal number that fills the span; false for anything else, also inf, nan and hex. */
bool span_number(struct span span, double *out);

/* `digits` decimal digits at an offset; -1 if there are others. */
int span_digits(struct span span, int offset, int digits);

#endif
