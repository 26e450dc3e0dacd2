/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_ASCII_FRAME_H
#define HEARTH_CORE_PROTO_ASCII_FRAME_H

/*
 * The ASCII-hex frame of YD/T 1363 that Pylontech, PACE and Seplos batteries speak:
 *
 *   '~'  VER ADR CID1 CID2|RTN  LENGTH (checksum nibble + 12-bit count of INFO characters)
 *   INFO  CHKSUM (16 bits)  CR
 *
 * Each byte between '~' and CR travels as two upper-case hex characters.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/units.h"

enum {
    ASCII_INFO_MAX = 1024,                     /* bytes of payload we take or send */
    ASCII_FRAME_MAX = 18 + 2 * ASCII_INFO_MAX, /* characters on the wire */
    ASCII_LENID_MAX = 4095
};

enum ascii_error {
    ASCII_SHORT = -1,
    ASCII_NOT_HEX = -2,
    ASCII_LENGTH_SUM = -3, /* LCHKSUM wrong: RTN 03 */
    ASCII_LENGTH = -4,     /* LENID is not the INFO's length */
    ASCII_SUM = -5,        /* CHKSUM wrong: RTN 02 */
    ASCII_TOO_LONG = -6,
    ASCII_ENDS = -7 /* does not begin with '~' and end with CR */
};

struct ascii_frame {
    uint8_t version, address, cid1;
    uint8_t cid2; /* a command in a request, the return code in a reply */
    uint16_t length;
    uint8_t info[ASCII_INFO_MAX];
};

/* Frame to characters, '~' to CR; returns the count or a negative ascii_error. */
int ascii_frame_encode(const struct ascii_frame *frame, uint8_t *out, size_t room) MUST_USE;

/* Characters '~' .. CR to frame; 0 or a negative ascii_error, and then `frame` is untouched. */
int ascii_frame_decode(const uint8_t *in, size_t length, struct ascii_frame *frame) MUST_USE;

/* Finds frames in a stream: feed it bytes, it says when a whole '~' .. CR lies in `buffer`. */
struct ascii_reader {
    uint16_t length; /* 0: waiting for '~' */
    uint8_t buffer[ASCII_FRAME_MAX];
    uint32_t dropped; /* bytes outside of any frame, over-long frames */
};

/* Takes one byte; true when buffer[0 .. length) is a whole frame (valid until the next call). */
bool ascii_reader_take(struct ascii_reader *reader, uint8_t byte);

/* Big-endian fields of INFO. */
static inline uint16_t be16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static inline int16_t be16s(const uint8_t *at) { return (int16_t)be16(at); }
static inline uint32_t be24(const uint8_t *at)
{
    return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}
static inline void put_be16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}
static inline void put_be24(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 16);
    put_be16(at + 1, value);
}

#endif
