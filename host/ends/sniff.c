/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/sniff.h"

#include <string.h>

#include "core/proto/jbd.h"
#include "core/proto/pace_ascii.h"
#include "core/proto/pylon_view.h"

enum {
    GAP_MS = 60,      /* of silence: a binary frame is over */
    GAP_TEXT_MS = 400 /* within characters */
};

void sniffer_begin(struct sniffer *sniffer, sniff_heard_fn *heard, void *context, uint32_t now_ms)
{
    memset(sniffer, 0, sizeof *sniffer);
    sniffer->heard = heard;
    sniffer->context = context;
    sniffer->last_ms = now_ms;
}

static void drop(struct sniffer *sniffer, size_t n)
{
    sniffer->n -= n;
    memmove(sniffer->held, sniffer->held + n, sniffer->n);
}

static void flush_waste(struct sniffer *sniffer)
{
    struct sniff_frame frame = {
        .kind = SNIFF_GARBAGE, .bytes = sniffer->waste, .n = sniffer->n_garbage};
    if (sniffer->n_garbage > 0) {
        sniffer->n_garbage = 0;
        sniffer->heard(sniffer->context, &frame);
    }
}

static void waste(struct sniffer *sniffer, size_t n)
{
    sniffer->garbage += (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        if (sniffer->n_garbage == sizeof sniffer->waste) {
            flush_waste(sniffer);
        }
        sniffer->waste[sniffer->n_garbage++] = sniffer->held[i];
    }
    drop(sniffer, n);
}

static void tell(struct sniffer *sniffer, struct sniff_frame *frame, size_t n)
{
    flush_waste(sniffer);
    frame->bytes = sniffer->held;
    frame->n = n;
    sniffer->broken += frame->broken;
    sniffer->replies += !frame->broken && frame->reply;
    sniffer->requests += !frame->broken && !frame->reply;
    sniffer->heard(sniffer->context, frame);
    drop(sniffer, n);
}

/* Return codes stand where requests have their command. */
static bool is_reply(const struct ascii_frame *frame)
{
    return frame->version == PACE_VERSION ? pace_is_return_code(frame->cid2)
                                          : pylon_is_return_code(frame->cid2);
}

/* '~' .. CR; 0: more is needed, -1: it is none. */
static int characters(struct sniffer *sniffer, struct sniff_frame *frame)
{
    static struct ascii_frame decoded;
    const uint8_t *held = sniffer->held;
    size_t end = 1;
    if (held[0] != '~') {
        return -1;
    }
    while (end < sniffer->n && held[end] != '\r' && held[end] != '~') {
        bool text = held[end] >= '0' && held[end] <= 'f';
        if (!text) {
            return -1;
        }
        end++;
    }
    if (end == sniffer->n) {
        return sniffer->n < sizeof sniffer->held ? 0 : -1;
    }
    if (held[end] == '~') {
        return -1;
    }
    frame->kind = SNIFF_CHARACTERS;
    frame->broken = ascii_frame_decode(held, end + 1, &decoded) != 0;
    frame->reply = !frame->broken && is_reply(&decoded);
    return (int)end + 1;
}

static int jbd(struct sniffer *sniffer, struct sniff_frame *frame)
{
    int request = jbd_request_length(sniffer->held, sniffer->n);
    int reply = jbd_reply_length(sniffer->held, sniffer->n);
    frame->kind = SNIFF_JBD;
    frame->reply = request <= 0;
    return request > 0 ? request : reply > 0 ? reply : request == 0 || reply == 0 ? 0 : -1;
}

/* Voltronic's reply counts words in two bytes. */
static int wide_length(const uint8_t *bytes, size_t n)
{
    if (n < 2 || bytes[1] != MODBUS_READ) {
        return n < 2 ? 0 : -1;
    }
    if (n < 4) {
        return 0;
    }
    size_t words = be16(bytes + 2);
    size_t whole = 6 + 2 * words;
    if (words == 0 || words > MODBUS_READ_MAX) {
        return -1;
    }
    return n < whole ? 0 : modbus_crc_ok(bytes, whole) ? (int)whole : -1;
}

static int registers(struct sniffer *sniffer, struct sniff_frame *frame)
{
    const uint8_t *held = sniffer->held;
    int request = modbus_request_length(held, sniffer->n);
    int reply = modbus_reply_length(held, sniffer->n);
    int wide = wide_length(held, sniffer->n);
    bool answers = sniffer->asked && sniffer->unit == held[0] && sniffer->n > 1 &&
                   sniffer->function == (held[1] & 0x7F);
    bool twin = answers && (held[1] != MODBUS_READ || (wide == 8 && sniffer->count == 1));
    frame->kind = SNIFF_REGISTERS;
    if (reply <= 0 && wide > 0) {
        reply = wide;
    }
    frame->reply = reply > 0 && (request <= 0 || twin);
    int length = frame->reply ? reply : request > 0 ? request : 0;
    if (length > 0) {
        sniffer->asked = !frame->reply;
        sniffer->unit = held[0];
        sniffer->function = held[1];
        sniffer->count = be16(held + 4);
        return length;
    }
    return request == 0 || reply == 0 || wide == 0 ? 0 : -1;
}

/* Takes what can be taken of the head; false: it needs more. */
static bool take_head(struct sniffer *sniffer, bool quiet)
{
    static int (*const finders[])(struct sniffer *, struct sniff_frame *) = {characters, jbd,
                                                                             registers};
    bool more = false;
    for (size_t i = 0; i < sizeof finders / sizeof finders[0]; i++) {
        struct sniff_frame frame = {.kind = SNIFF_GARBAGE};
        int length = finders[i](sniffer, &frame);
        if (length > 0) {
            tell(sniffer, &frame, (size_t)length);
            return true;
        }
        more = more || length == 0;
    }
    if (more && !quiet && sniffer->n < sizeof sniffer->held) {
        return false;
    }
    waste(sniffer, 1);
    return true;
}

void sniffer_take(struct sniffer *sniffer, const uint8_t *bytes, size_t n, uint32_t now_ms)
{
    uint32_t silent_ms = now_ms - sniffer->last_ms;
    bool text = sniffer->n > 0 && sniffer->held[0] == '~';
    if (silent_ms > (text ? GAP_TEXT_MS : GAP_MS)) {
        while (sniffer->n > 0) {
            (void)take_head(sniffer, true);
        }
        flush_waste(sniffer);
    }
    for (size_t i = 0; i < n; i++) {
        sniffer->last_ms = now_ms;
        sniffer->held[sniffer->n++] = bytes[i];
        while (sniffer->n > 0 && take_head(sniffer, false)) {
            continue;
        }
    }
}
