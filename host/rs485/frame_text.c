/* SPDX-License-Identifier: Apache-2.0 */
#include "host/rs485/frame_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t') {
        at++;
    }
    return at;
}

static int nibble(char c)
{
    int low = tolower((unsigned char)c);
    return c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* Seconds, or hours:minutes:seconds; a date before it is passed over. NULL: no time. */
static const char *read_clock(const char *at, double *t_s)
{
    char *end;
    double parts[3] = {0};
    int n = 0;
    const char *date = at;
    while (isdigit((unsigned char)*date) || *date == '-' || *date == '/') {
        date++;
    }
    if (date - at == 10 && (*date == 'T' || *date == ' ')) {
        at = date + 1;
    }
    for (; n < 3; n++) {
        const char *digits = at;
        while (isdigit((unsigned char)*digits) || *digits == '.' || *digits == ',') {
            digits++;
        }
        parts[n] = strtod(at, &end);
        if (digits == at || end == at) {
            return NULL;
        }
        at = digits;
        if (*at != ':') {
            n++;
            break;
        }
        at++;
    }
    *t_s = n == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : parts[0];
    return n != 2 ? at : NULL;
}

static const char *read_time(const char *at, struct frame_text *frame)
{
    bool bracket = *at == '(' || *at == '[';
    double t_s = 0;
    const char *after = read_clock(skip_blanks(at + (bracket ? 1 : 0)), &t_s);
    if (after == NULL) {
        return at;
    }
    bool ends = *after == ' ' || *after == '\t' || *after == '\0' || *after == 'Z' ||
                (*after == ':' && (after[1] == ' ' || after[1] == '\t'));
    size_t length = (size_t)(after - at);
    bool clock = memchr(at, '.', length) != NULL || memchr(at, ':', length) != NULL;
    after = bracket ? skip_blanks(after) : after;
    if (bracket ? *after != ')' && *after != ']' : !ends || !clock) {
        return at; /* bytes, no time */
    }
    frame->has_time = true;
    frame->t_s = t_s;
    after += bracket ? 1 : *after == 'Z' ? 1 : 0;
    return skip_blanks(*after == ':' ? after + 1 : after);
}

static const char *read_way(const char *at, struct frame_text *frame)
{
    static const struct {
        const char *word;
        enum frame_way way;
    } words[] = {
        {"->", WAY_REQUEST},      {"<-", WAY_REPLY},     {">>", WAY_REQUEST},   {"<<", WAY_REPLY},
        {">", WAY_REQUEST},       {"<", WAY_REPLY},      {"tx", WAY_REQUEST},   {"rx", WAY_REPLY},
        {"request", WAY_REQUEST}, {"reply", WAY_REPLY},  {"req", WAY_REQUEST},  {"rsp", WAY_REPLY},
        {"response", WAY_REPLY},  {"res", WAY_REPLY},    {"send", WAY_REQUEST}, {"recv", WAY_REPLY},
        {"received", WAY_REPLY},  {"sent", WAY_REQUEST},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen(words[i].word);
        if (strncasecmp(at, words[i].word, n) != 0) {
            continue;
        }
        bool sign = !isalpha((unsigned char)words[i].word[0]);
        bool ends = at[n] == ' ' || at[n] == '\t' || at[n] == ':' || at[n] == '\0';
        if (sign || ends) {
            frame->way = words[i].way;
            at = skip_blanks(at + n);
            return skip_blanks(*at == ':' ? at + 1 : at);
        }
    }
    return at;
}

static enum frame_line bad(struct frame_text *frame, const char *error)
{
    frame->error = error;
    return FRAME_BAD;
}

/* '~' to the blank behind it; \r, \x0d, <CR> at the end are the CR. */
static enum frame_line read_characters(const char *at, size_t n, struct frame_text *frame)
{
    static const char *const ends[] = {"\\r", "\\x0d", "\\n", "<CR>", "<cr>", "\"", "'"};
    size_t length = 0;
    while (length < n && at[length] != ' ' && at[length] != '\t') {
        length++;
    }
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
            size_t tail = strlen(ends[i]);
            if (length > tail && strncmp(at + length - tail, ends[i], tail) == 0) {
                length -= tail;
                more = true;
            }
        }
    }
    if (length + 1 > sizeof frame->bytes) {
        return bad(frame, "longer than any frame");
    }
    memcpy(frame->bytes, at, length);
    frame->bytes[length] = '\r';
    frame->n = length + 1;
    return FRAME_LINE;
}

static enum frame_line read_hex(const char *at, size_t n, struct frame_text *frame)
{
    const char *end = at + n;
    while (at < end) {
        if (*at == ' ' || *at == '\t' || *at == ',' || *at == ':' || *at == '-') {
            at++;
            continue;
        }
        bool marked = at + 1 < end && at[0] == '0' && (at[1] == 'x' || at[1] == 'X');
        at += marked ? 2 : 0;
        if (end - at < 2 || nibble(at[0]) < 0 || nibble(at[1]) < 0) {
            return bad(frame, "it is neither characters from ~ on nor pairs of hex digits");
        }
        if (frame->n == sizeof frame->bytes) {
            return bad(frame, "longer than any frame");
        }
        frame->bytes[frame->n++] =
            (uint8_t)((unsigned)nibble(at[0]) << 4 | (unsigned)nibble(at[1]));
        at += 2;
    }
    return frame->n > 0 ? FRAME_LINE : FRAME_EMPTY;
}

enum frame_line frame_text_read(const char *line, struct frame_text *frame)
{
    memset(frame, 0, offsetof(struct frame_text, bytes));
    frame->error = NULL;
    const char *at = skip_blanks(line);
    at = read_time(at, frame);
    at = read_way(at, frame);
    if (!frame->has_time) {
        at = read_time(at, frame);
    }
    size_t n = strcspn(at, "#;\r\n");
    while (n > 0 && (at[n - 1] == ' ' || at[n - 1] == '\t')) {
        n--;
    }
    if (n > 0 && (*at == '"' || *at == '\'')) {
        at++;
        n--;
    }
    if (n == 0) {
        return FRAME_EMPTY;
    }
    const char *tilde = memchr(at, '~', n);
    return tilde != NULL ? read_characters(tilde, n - (size_t)(tilde - at), frame)
                         : read_hex(at, n, frame);
}

void frame_text_write(const uint8_t *bytes, size_t n, char *text, size_t room)
{
    size_t used = 0;
    bool characters = n > 0 && bytes[0] == '~';
    text[0] = '\0';
    for (size_t i = 0; i < n && used + 4 < room; i++) {
        if (characters && bytes[i] >= ' ' && bytes[i] < 0x7F) {
            text[used++] = (char)bytes[i];
            text[used] = '\0';
        } else if (!characters) {
            used += (size_t)snprintf(text + used, room - used, i > 0 ? " %02X" : "%02X", bytes[i]);
        }
    }
}
