/* SPDX-License-Identifier: Apache-2.0 */
/* YD/T 1363 frames: layout in ascii_frame.h. */
#include "core/proto/ascii_frame.h"

#include <string.h>

enum { HEAD_CHARS = 13, SUM_CHARS = 4, SHORTEST = 18 };

static uint8_t *put_hex(uint8_t *at, uint8_t byte)
{
    static const char digits[] = "0123456789ABCDEF";
    at[0] = (uint8_t)digits[byte >> 4];
    at[1] = (uint8_t)digits[byte & 0xF];
    return at + 2;
}

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static unsigned hex_byte(const uint8_t *at)
{
    return (unsigned)digit(at[0]) << 4 | (unsigned)digit(at[1]);
}

/* Both sums are two's complements; masked, so that a sum of zero gives zero. */
static unsigned length_sum(unsigned lenid)
{
    return (0U - ((lenid >> 8) + (lenid >> 4 & 0xF) + (lenid & 0xF))) & 0xF;
}

static unsigned text_sum(const uint8_t *text, size_t length)
{
    unsigned sum = 0;
    for (size_t i = 0; i < length; i++) {
        sum += text[i];
    }
    return (0U - sum) & 0xFFFF;
}

int ascii_frame_encode(const struct ascii_frame *frame, uint8_t *out, size_t room)
{
    unsigned lenid = frame->length * 2U;
    if (frame->length > ASCII_INFO_MAX || lenid > ASCII_LENID_MAX || SHORTEST + lenid > room) {
        return ASCII_TOO_LONG;
    }
    uint8_t *at = out;
    *at++ = '~';
    at = put_hex(at, frame->version);
    at = put_hex(at, frame->address);
    at = put_hex(at, frame->cid1);
    at = put_hex(at, frame->cid2);
    at = put_hex(at, (uint8_t)(length_sum(lenid) << 4 | lenid >> 8));
    at = put_hex(at, (uint8_t)(lenid & 0xFF));
    for (unsigned i = 0; i < frame->length; i++) {
        at = put_hex(at, frame->info[i]);
    }
    unsigned sum = text_sum(out + 1, (size_t)(at - out - 1));
    at = put_hex(at, (uint8_t)(sum >> 8));
    at = put_hex(at, (uint8_t)(sum & 0xFF));
    *at++ = '\r';
    return (int)(at - out);
}

int ascii_frame_decode(const uint8_t *in, size_t length, struct ascii_frame *frame)
{
    if (length < SHORTEST) {
        return ASCII_SHORT;
    }
    if (in[0] != '~' || in[length - 1] != '\r') {
        return ASCII_ENDS;
    }
    for (size_t i = 1; i + 1 < length; i++) {
        if (digit(in[i]) < 0) {
            return ASCII_NOT_HEX;
        }
    }
    unsigned field = hex_byte(in + 9) << 8 | hex_byte(in + 11);
    unsigned lenid = field & 0xFFF;
    if (field >> 12 != length_sum(lenid)) {
        return ASCII_LENGTH_SUM;
    }
    if (lenid != length - SHORTEST || lenid % 2 != 0) {
        return ASCII_LENGTH;
    }
    if (lenid / 2 > ASCII_INFO_MAX) {
        return ASCII_TOO_LONG;
    }
    const uint8_t *sum = in + length - 1 - SUM_CHARS;
    if ((hex_byte(sum) << 8 | hex_byte(sum + 2)) != text_sum(in + 1, length - 2 - SUM_CHARS)) {
        return ASCII_SUM;
    }
    frame->version = (uint8_t)hex_byte(in + 1);
    frame->address = (uint8_t)hex_byte(in + 3);
    frame->cid1 = (uint8_t)hex_byte(in + 5);
    frame->cid2 = (uint8_t)hex_byte(in + 7);
    frame->length = (uint16_t)(lenid / 2);
    for (unsigned i = 0; i < frame->length; i++) {
        frame->info[i] = (uint8_t)hex_byte(in + HEAD_CHARS + 2 * (size_t)i);
    }
    return 0;
}

bool ascii_reader_take(struct ascii_reader *reader, uint8_t byte)
{
    bool done = reader->length > 0 && reader->buffer[reader->length - 1] == '\r';
    if (byte == '~') { /* always a fresh start: half a frame before it is lost anyway */
        reader->dropped += done ? 0U : reader->length;
        reader->length = 0;
    } else if (reader->length == 0 || done) {
        reader->length = 0;
        reader->dropped++;
        return false;
    } else if (reader->length == ASCII_FRAME_MAX) {
        reader->dropped += reader->length + 1U;
        reader->length = 0;
        return false;
    }
    reader->buffer[reader->length++] = byte;
    return byte == '\r';
}
