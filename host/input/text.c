/* SPDX-License-Identifier: Apache-2.0 */
#include "host/input/text.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

bool text_line(struct text *text, struct span *line)
{
    if (text->next >= text->length) {
        return false;
    }
    const char *start = text->data + text->next;
    size_t left = text->length - text->next;
    const char *end = memchr(start, '\n', left);
    size_t length = end != NULL ? (size_t)(end - start) : left;
    text->next += length + (end != NULL ? 1 : 0);
    text->line++;
    if (length > 0 && start[length - 1] == '\r') {
        length--;
    }
    enum { LONGEST = 1 << 20 };
    *line = (struct span){start, length < LONGEST ? (int)length : LONGEST};
    return true;
}

void text_rewind(struct text *text)
{
    bool marked = text->length >= 3 && memcmp(text->data, "\xEF\xBB\xBF", 3) == 0;
    text->next = marked ? 3 : 0;
    text->line = 0;
}

static bool blank(char c) { return c == ' ' || c == '\t'; }

struct span span_trim(struct span s)
{
    while (s.length > 0 && blank(s.at[0])) {
        s.at++;
        s.length--;
    }
    while (s.length > 0 && blank(s.at[s.length - 1])) {
        s.length--;
    }
    return s;
}

static struct span unquote(struct span s)
{
    s = span_trim(s);
    if (s.length >= 2 && s.at[0] == '"' && s.at[s.length - 1] == '"') {
        s = span_trim((struct span){s.at + 1, s.length - 2});
    }
    return s;
}

int span_split(struct span line, char delimiter, struct span fields[FIELDS_MOST])
{
    int n = 0, i = 0;
    if (delimiter == ' ') {
        line = span_trim(line);
    }
    while (n < FIELDS_MOST && i <= line.length) {
        int start = i;
        bool quoted = false;
        while (i < line.length) {
            char c = line.at[i];
            quoted = c == '"' ? !quoted : quoted;
            if (!quoted && (c == delimiter || (delimiter == ' ' && c == '\t'))) {
                break;
            }
            i++;
        }
        fields[n++] = unquote((struct span){line.at + start, i - start});
        i++;
        while (delimiter == ' ' && i < line.length && blank(line.at[i])) {
            i++;
        }
    }
    return n;
}

static bool same(char a, char b) { return tolower((unsigned char)a) == tolower((unsigned char)b); }

bool span_starts(struct span s, const char *word)
{
    int i = 0;
    for (; word[i] != '\0'; i++) {
        if (i >= s.length || !same(s.at[i], word[i])) {
            return false;
        }
    }
    return true;
}

bool span_is(struct span s, const char *word)
{
    return s.length >= 0 && (size_t)s.length == strlen(word) && span_starts(s, word);
}

bool span_has(struct span s, const char *word)
{
    for (; s.length > 0; s.at++, s.length--) {
        if (span_starts(s, word)) {
            return true;
        }
    }
    return false;
}

void span_copy(struct span s, char *to, size_t room)
{
    size_t n = 0;
    for (int i = 0; i < s.length && n + 1 < room; i++) {
        /* what a terminal might take as a command is shown as ? */
        to[n++] = (unsigned char)s.at[i] < ' ' || s.at[i] == 127 ? '?' : s.at[i];
    }
    to[n] = '\0';
}

static int exponent_of(const char *p, const char *end, const char **rest)
{
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) {
        p++;
    }
    const char *digits = p;
    int value = 0;
    for (; p < end && isdigit((unsigned char)*p); p++) {
        value = value < 1000 ? value * 10 + (*p - '0') : value;
    }
    *rest = p > digits ? p : NULL;
    return negative ? -value : value;
}

/* Digits with at most one point: value = mantissa * 10^scale; returns where they end. */
static const char *read_digits(const char *p, const char *end, double *mantissa, int *scale)
{
    int digits = 0;
    bool point = false;
    for (; p < end && (isdigit((unsigned char)*p) || (*p == '.' && !point)); p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        digits++;
        if (digits <= 18) {
            *mantissa = *mantissa * 10 + (*p - '0');
            *scale -= point ? 1 : 0;
        } else {
            *scale += point ? 0 : 1;
        }
    }
    return digits > 0 ? p : NULL;
}

bool span_number(struct span s, double *out)
{
    const char *p = s.at, *end = s.at + s.length;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) {
        p++;
    }
    double mantissa = 0;
    int scale = 0;
    p = read_digits(p, end, &mantissa, &scale);
    if (p != NULL && p < end && (*p == 'e' || *p == 'E')) {
        const char *rest;
        scale += exponent_of(p + 1, end, &rest);
        p = rest;
    }
    if (p == NULL || p != end || scale > 300 || scale < -320) {
        return false;
    }
    *out = (negative ? -mantissa : mantissa) * (scale == 0 ? 1 : pow(10, scale));
    return isfinite(*out);
}

int span_digits(struct span s, int offset, int digits)
{
    if (offset + digits > s.length) {
        return -1;
    }
    int value = 0;
    for (int i = 0; i < digits; i++) {
        char c = s.at[offset + i];
        if (!isdigit((unsigned char)c)) {
            return -1;
        }
        value = value * 10 + (c - '0');
    }
    return value;
}
