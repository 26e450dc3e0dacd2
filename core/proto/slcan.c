/* SPDX-License-Identifier: Apache-2.0 */
#include "core/proto/slcan.h"

#include <string.h>

enum { CR = '\r', BEL = 7, ID_STANDARD = 0x7FF, ID_EXTENDED = 0x1FFFFFFF };

static const char digits[] = "0123456789ABCDEF";

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* `n` hex characters at `text`; false when one is none. */
static bool hex(const char *text, int n, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < n; i++) {
        int d = digit(text[i]);
        if (d < 0) {
            return false;
        }
        *value = *value << 4 | (uint32_t)d;
    }
    return true;
}

/* A line that begins with t, T, r or R. A time stamp of four digits may follow the data. */
static enum slcan_kind frame_of(const char *line, int length, struct can_frame *frame)
{
    bool extended = line[0] == 'T' || line[0] == 'R';
    bool remote = line[0] == 'r' || line[0] == 'R';
    int head = extended ? 9 : 4;
    uint32_t id;
    uint32_t byte;
    if (length < head + 1 || !hex(line + 1, head - 1, &id)) {
        return SLCAN_GARBAGE;
    }
    int n = line[head] - '0';
    int data = remote ? 0 : 2 * n;
    bool whole = length == head + 1 + data || length == head + 1 + data + 4;
    if (n < 0 || n > 8 || !whole || id > (extended ? ID_EXTENDED : ID_STANDARD)) {
        return SLCAN_GARBAGE;
    }
    struct can_frame read = {.id = id, .extended = extended, .length = (uint8_t)n};
    for (int i = 0; i < data / 2; i++) {
        if (!hex(line + head + 1 + 2 * i, 2, &byte)) {
            return SLCAN_GARBAGE;
        }
        read.data[i] = (uint8_t)byte;
    }
    *frame = read;
    return remote ? SLCAN_REMOTE : SLCAN_FRAME;
}

static enum slcan_kind line_of(const struct slcan_reader *reader, struct can_frame *frame)
{
    switch (reader->line[0]) {
    case '\0': return SLCAN_NOTHING;
    case 't':
    case 'T':
    case 'r':
    case 'R': return frame_of(reader->line, reader->length, frame);
    case 'z':
    case 'Z': return reader->length == 1 ? SLCAN_NOTHING : SLCAN_COMMAND;
    case 'S':
    case 's':
    case 'O':
    case 'L':
    case 'C':
    case 'V':
    case 'v':
    case 'N':
    case 'F':
    case 'M':
    case 'm':
    case 'X':
    case 'W':
    case 'Q': return SLCAN_COMMAND;
    default: return SLCAN_GARBAGE;
    }
}

enum slcan_kind slcan_take(struct slcan_reader *reader, uint8_t byte, struct can_frame *frame)
{
    if (byte == BEL) {
        reader->length = 0;
        reader->too_long = false;
        return SLCAN_REFUSED;
    }
    if (byte == '\n' || byte == 0) {
        return SLCAN_NOTHING; /* some adapters send CR LF */
    }
    if (byte != CR) {
        if (reader->length >= SLCAN_LINE_MAX - 1) {
            reader->too_long = true;
        } else {
            reader->line[reader->length++] = (char)byte;
        }
        return SLCAN_NOTHING;
    }
    reader->line[reader->length] = '\0';
    enum slcan_kind kind = reader->too_long ? SLCAN_GARBAGE : line_of(reader, frame);
    reader->garbage += kind == SLCAN_GARBAGE;
    reader->length = 0;
    reader->too_long = false;
    return kind;
}

size_t slcan_put(const struct can_frame *frame, char text[SLCAN_FRAME_TEXT])
{
    char *at = text;
    *at++ = frame->extended ? 'T' : 't';
    for (int shift = frame->extended ? 28 : 8; shift >= 0; shift -= 4) {
        *at++ = digits[frame->id >> shift & 15U];
    }
    uint8_t length = frame->length <= 8 ? frame->length : 8;
    *at++ = digits[length];
    for (int i = 0; i < length; i++) {
        *at++ = digits[frame->data[i] >> 4];
        *at++ = digits[frame->data[i] & 15];
    }
    *at++ = CR;
    return (size_t)(at - text);
}

int slcan_rate(uint32_t bit_per_s)
{
    static const uint32_t rates[] = {10000,  20000,  50000,  100000, 125000,
                                     250000, 500000, 800000, 1000000};
    for (int i = 0; i < (int)(sizeof rates / sizeof rates[0]); i++) {
        if (rates[i] == bit_per_s) {
            return i;
        }
    }
    return -1;
}

const char *slcan_answer(struct slcan_channel *channel, const char *command)
{
    channel->commanded = true;
    switch (command[0]) {
    case 'S':
        if (channel->open || command[1] < '0' || command[1] > '8' || command[2] != '\0') {
            return "\a";
        }
        return "\r";
    case 'O':
    case 'L':
        channel->open = true;
        channel->listen_only = command[0] == 'L';
        return "\r";
    case 'C': channel->open = channel->listen_only = false; return "\r";
    case 'V': return "V1013\r";
    case 'N': return "NHEAR\r";
    case 'F': {
        static const char *const status[] = {"F00\r", "F80\r"}; /* 0x80: bus error */
        return status[channel->errors != 0];
    }
    case 'Z': return command[1] == '0' ? "\r" : "\a"; /* no time stamps */
    case 's':
    case 'M':
    case 'm':
    case 'X':
    case 'W':
    case 'Q': return "\r"; /* taken, and without meaning here */
    default: return "\a";
    }
}
