/* SPDX-License-Identifier: Apache-2.0 */
/* Frames, packed and unpacked; the layout is in frame.h. */
#include "host/store/frame.h"

#include <stdlib.h>
#include <string.h>

static void put(struct bytes *out, uint8_t byte)
{
    if (out->n == out->room) {
        size_t room = out->room == 0 ? 256 : out->room * 2;
        uint8_t *data = realloc(out->data, room);
        if (data == NULL) {
            out->failed = true;
            return;
        }
        out->data = data;
        out->room = room;
    }
    out->data[out->n++] = byte;
}

static void put_varint(struct bytes *out, uint64_t value)
{
    while (value >= 0x80) {
        put(out, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    put(out, (uint8_t)value);
}

static uint64_t zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static int64_t unzigzag(uint64_t code) { return (int64_t)(code >> 1) ^ -(int64_t)(code & 1); }

static bool get_varint(struct frame_reader *reader, uint64_t *value)
{
    uint64_t sum = 0;
    for (unsigned shift = 0; shift < 64 && reader->next < reader->end; shift += 7) {
        uint8_t byte = *reader->next++;
        sum |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *value = sum;
            return true;
        }
    }
    return false;
}

/* Ids rise by at least one and stay far below what an int holds. */
static bool get_id(struct frame_reader *reader)
{
    uint64_t gap;
    if (!get_varint(reader, &gap) || gap == 0 || gap > 1000000 || reader->id > 100000000) {
        return false;
    }
    reader->id += (int)gap;
    return true;
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}

void frame_begin(struct bytes *out, struct frame_head head)
{
    out->n = 0;
    out->failed = false;
    put(out, head.is_key ? 1 : 0);
    put(out, head.gap_s);
    put(out, (uint8_t)head.chain);
    put(out, (uint8_t)(head.chain >> 8));
}

void frame_put_value(struct bytes *out, int *last_id, int id, bool known, int64_t value)
{
    put_varint(out, (uint64_t)(id - *last_id));
    put_varint(out, known ? zigzag(value) + 1 : 0);
    *last_id = id;
}

void frame_put_mean(struct bytes *out, int *last_id, int id, struct frame_mean value)
{
    put_varint(out, (uint64_t)(id - *last_id));
    put_varint(out, zigzag(value.mean));
    put_varint(out, (uint64_t)(value.mean - value.min));
    put_varint(out, (uint64_t)(value.max - value.mean));
    *last_id = id;
}

bool frame_open(struct frame_reader *reader, const void *data, size_t n, struct frame_head *head)
{
    const uint8_t *at = data;
    if (data == NULL || n < FRAME_HEAD || at[0] > 1) {
        return false;
    }
    *head = (struct frame_head){
        .is_key = at[0] == 1, .gap_s = at[1], .chain = (uint16_t)(at[2] | (uint16_t)(at[3] << 8))};
    *reader = (struct frame_reader){.next = at + FRAME_HEAD, .end = at + n};
    return true;
}

void frame_open_mean(struct frame_reader *reader, const void *data, size_t n)
{
    const uint8_t *at = data;
    *reader = (struct frame_reader){.next = at, .end = at == NULL ? at : at + n};
}

bool frame_next_value(struct frame_reader *reader, bool *known, int64_t *value)
{
    uint64_t code;
    if (!get_id(reader) || !get_varint(reader, &code)) {
        return false;
    }
    *known = code != 0;
    *value = code == 0 ? 0 : unzigzag(code - 1);
    return true;
}

bool frame_next_mean(struct frame_reader *reader, struct frame_mean *value)
{
    uint64_t mean, below, above;
    if (!get_id(reader) || !get_varint(reader, &mean) || !get_varint(reader, &below) ||
        !get_varint(reader, &above)) {
        return false;
    }
    int64_t middle = unzigzag(mean);
    const uint64_t most = UINT64_C(1) << 60;
    if (below > most || above > most || middle > (int64_t)most || middle < -(int64_t)most) {
        return false;
    }
    *value = (struct frame_mean){middle, middle - (int64_t)below, middle + (int64_t)above};
    return true;
}
