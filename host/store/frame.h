/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_STORE_FRAME_H
#define HEARTH_HOST_STORE_FRAME_H

/*
 * Frames: the values of all recorded points at one time, packed. Pure bytes <-> numbers, no I/O.
 * Values are integers (number x 10^decimals), so rounding happens once, in the point table.
 *
 * Second frame:  kind u8 (1 key, 0 delta), gap u8 (seconds since the frame before it; 0 in a key),
 *                chain u16 little-endian, then entries: varint(id - id before), varint(code).
 *                code 0: not known any more; else zigzag(value or difference) + 1.
 *                A key holds every known point, a delta what changed. A delta counts only behind
 *                the frame it names: same chain, exactly `gap` seconds earlier.
 * Mean frame:    entries: varint(id - id before), varint(zigzag(mean)), varint(mean - min),
 *                varint(max - mean).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data;
    size_t n, room;
    bool failed; /* memory ran out: the content is not to be used */
};

struct frame_reader {
    const uint8_t *next, *end;
    int id; /* of the entry last read */
};

enum { FRAME_HEAD = 4, FRAME_GAP_MAX = 60 };
struct frame_head {
    bool is_key;
    uint8_t gap_s;
    uint16_t chain;
};
struct frame_mean {
    int64_t mean, min, max;
};

void bytes_free(struct bytes *bytes);
void frame_begin(struct bytes *out, struct frame_head head);
void frame_put_value(struct bytes *out, int *last_id, int id, bool known, int64_t value);
void frame_put_mean(struct bytes *out, int *last_id, int id, struct frame_mean value);

/* Readers return false at the end and on broken bytes; they never read past `n`. */
bool frame_open(struct frame_reader *reader, const void *data, size_t n, struct frame_head *head);
void frame_open_mean(struct frame_reader *reader, const void *data, size_t n);
bool frame_next_value(struct frame_reader *reader, bool *known, int64_t *value);
bool frame_next_mean(struct frame_reader *reader, struct frame_mean *value);

#endif
