/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing lines of can-utils. */
#include "host/candump.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t') {
        at++;
    }
    return at;
}

static const char *skip_word(const char *at)
{
    while (*at != '\0' && !isspace((unsigned char)*at)) {
        at++;
    }
    return at;
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum candump_line bad(struct candump *parsed, const char *error)
{
    parsed->error = error;
    return CANDUMP_BAD;
}

/* An id of 3 digits, or of 8 when it has 29 bits; NULL: it is none. */
static const char *read_id(const char *at, struct can_frame *frame)
{
    const char *from = at;
    uint32_t id = 0;
    while (nibble(*at) >= 0 && at - from < 8) {
        id = id << 4 | (uint32_t)nibble(*at++);
    }
    frame->id = id;
    frame->extended = at - from > 3;
    bool fits = id <= (frame->extended ? 0x1FFFFFFFU : 0x7FFU);
    return at > from && fits ? at : NULL;
}

/* Pairs of digits with blanks or dots between them; false: an odd one, or more than 8. */
static bool read_bytes(const char *at, struct can_frame *frame)
{
    frame->length = 0;
    for (at = skip_blanks(at); *at != '\0' && *at != '\''; at = skip_blanks(at)) {
        if (*at == '.') {
            at++;
            continue;
        }
        if (nibble(at[0]) < 0 || nibble(at[1]) < 0 || frame->length == 8) {
            return false;
        }
        frame->data[frame->length++] = (uint8_t)(nibble(at[0]) << 4 | nibble(at[1]));
        at += 2;
    }
    return true;
}

/* 351#1402, 351#R, 351#R8; at the '#'. */
static enum candump_line read_short(const char *at, struct candump *parsed)
{
    at++;
    if (*at == '#') {
        return bad(parsed, "a CAN FD frame");
    }
    if (*at == 'R' || *at == 'r') {
        parsed->frame.remote = true;
        return CANDUMP_FRAME;
    }
    return read_bytes(at, &parsed->frame) ? CANDUMP_FRAME
                                          : bad(parsed, "data is up to 8 pairs of hex digits");
}

/* [4]  14 02 74 0E; at the '['. */
static enum candump_line read_long(const char *at, struct candump *parsed)
{
    char *end;
    long length = strtol(at + 1, &end, 10);
    if (*end != ']' || length < 0) {
        return bad(parsed, "a length in brackets is missing");
    }
    at = skip_blanks(end + 1);
    if (strncmp(at, "remote", 6) == 0) {
        parsed->frame.remote = true;
        return CANDUMP_FRAME;
    }
    if (!read_bytes(at, &parsed->frame)) {
        return bad(parsed, "data is up to 8 pairs of hex digits");
    }
    return parsed->frame.length == length ? CANDUMP_FRAME
                                          : bad(parsed, "the length is not that of the data");
}

static const char *read_time(const char *at, struct candump *parsed)
{
    char *end;
    if (*at != '(') {
        return at;
    }
    double t_s = strtod(at + 1, &end);
    if (end == at + 1 || *end != ')' || !isfinite(t_s)) {
        return NULL;
    }
    parsed->has_time = true;
    parsed->t_s = t_s;
    return skip_blanks(end + 1);
}

enum candump_line candump_parse(const char *line, struct candump *parsed)
{
    memset(parsed, 0, sizeof *parsed);
    char text[256];
    line = skip_blanks(line);
    size_t length = strcspn(line, "\r\n");
    if (length == 0 || *line == '#' || *line == ';') {
        return CANDUMP_EMPTY;
    }
    if (length >= sizeof text) {
        return bad(parsed, "a line of that length is no frame");
    }
    memcpy(text, line, length);
    text[length] = '\0';
    const char *at = read_time(text, parsed);
    if (at == NULL) {
        return bad(parsed, "a time in parentheses is not readable");
    }
    const char *word = skip_word(at);
    const char *mark = memchr(at, '#', (size_t)(word - at));
    if (mark == NULL) { /* an interface's name comes first */
        at = skip_blanks(word);
        word = skip_word(at);
        mark = memchr(at, '#', (size_t)(word - at));
    }
    const char *after = read_id(at, &parsed->frame);
    if (after == NULL || (mark != NULL && after != mark)) {
        return bad(parsed, "there is no id of 3 or 8 hex digits");
    }
    after = skip_blanks(after);
    if (*after == '#') {
        return read_short(after, parsed);
    }
    return *after == '[' ? read_long(after, parsed) : bad(parsed, "it is no line of candump");
}

void candump_format(const struct can_frame *frame, char text[CANDUMP_TEXT])
{
    int n = snprintf(text, CANDUMP_TEXT, frame->extended ? "%08X#%s" : "%03X#%s",
                     (unsigned)frame->id, frame->remote ? "R" : "");
    for (int i = 0; i < frame->length && i < 8 && !frame->remote; i++) {
        n += snprintf(text + n, (size_t)(CANDUMP_TEXT - n), "%02X", frame->data[i]);
    }
}
