/* SPDX-License-Identifier: Apache-2.0 */
/* The battery's end: finds requests in what comes and has the protocol's file answer them. */
#include <string.h>

#include "core/proto/rs485_ends.h"

enum {
    ASCII_PAUSE_MS = 500, /* within a frame; more ends it */
    ECHO_SLACK_MS = 100
};

void rs485_server_init(struct rs485_server *server, enum rs485_protocol protocol)
{
    memset(server, 0, sizeof *server);
    server->protocol = protocol;
}

static size_t answered(struct rs485_server *server, size_t length)
{
    server->replies += length > 0 ? 1 : 0;
    return length;
}

/* A whole frame of characters lies in the reader. */
static size_t take_characters(struct rs485_server *server, const struct rs485_end *end,
                              const struct rs485_job *job, uint8_t *reply, size_t room)
{
    struct rs485_held *held = &server->held;
    if (ascii_frame_decode(held->reader.buffer, held->reader.length, &held->frame) != 0) {
        server->broken++; /* it names no address one could trust: silence */
        return 0;
    }
    if (!end->answer_frame(server, job)) {
        server->foreign++;
        return 0;
    }
    server->requests++;
    int n = ascii_frame_encode(&held->frame, reply, room);
    return answered(server, n > 0 ? (size_t)n : 0);
}

static void drop(struct rs485_server *server, size_t n)
{
    struct rs485_held *held = &server->held;
    held->n = (uint16_t)(held->n - n);
    memmove(held->bytes, held->bytes + n, held->n);
}

/* Bytes that are an echo of the last reply, as far as they came; -1: they are not. */
static int echo(const struct rs485_server *server, uint32_t now_ms)
{
    uint32_t baud = rs485_facts[server->protocol].baud;
    uint32_t line_ms = server->n_sent * 10000U / baud + ECHO_SLACK_MS;
    size_t n = server->held.n < server->n_sent ? server->held.n : server->n_sent;
    bool young = server->n_sent > 0 && now_ms - server->sent_ms <= line_ms;
    if (!young || memcmp(server->held.bytes, server->sent, n) != 0) {
        return -1;
    }
    return n == server->n_sent ? (int)n : 0;
}

/* Looks at the head of what is held: the reply's length; *more: the head needs more bytes. */
static size_t take_head(struct rs485_server *server, const struct rs485_end *end,
                        const struct rs485_job *job, uint8_t *reply, bool *more)
{
    struct rs485_held *held = &server->held;
    *more = false;
    int own = echo(server, job->now_ms);
    if (own >= 0) {
        *more = own == 0;
        server->foreign += own > 0 ? 1 : 0;
        server->n_sent = own > 0 ? 0 : server->n_sent;
        drop(server, (size_t)own);
        return 0;
    }
    int request = end->request_length(held->bytes, held->n);
    if (request > 0) {
        size_t length = end->answer(server, held->bytes, (size_t)request, job, reply);
        drop(server, (size_t)request);
        server->requests += length > 0 ? 1 : 0;
        server->foreign += length > 0 ? 0 : 1;
        if (length > 0 && length <= sizeof server->sent) {
            memcpy(server->sent, reply, length);
            server->n_sent = (uint16_t)length;
            server->sent_ms = job->now_ms;
        }
        return answered(server, length);
    }
    int foreign = request < 0 ? end->foreign_length(held->bytes, held->n) : 0;
    if (foreign > 0) {
        server->foreign++;
        drop(server, (size_t)foreign);
    } else if (foreign < 0 || held->n == sizeof held->bytes) {
        server->dropped++;
        drop(server, 1);
    } else {
        *more = true;
    }
    return 0;
}

/* Goes through what is held. `quiet`: no more comes, so a head that needs more is given up. */
static size_t take_held(struct rs485_server *server, const struct rs485_end *end,
                        const struct rs485_job *job, uint8_t *reply, bool quiet)
{
    while (server->held.n > 0) {
        bool more;
        size_t length = take_head(server, end, job, reply, &more);
        if (length > 0) {
            return length;
        }
        if (more && !quiet) {
            return 0;
        }
        if (more) {
            server->dropped++;
            drop(server, 1);
        }
    }
    return 0;
}

static bool paused(const struct rs485_server *server, const struct rs485_end *end, uint32_t now_ms)
{
    uint32_t pause_ms =
        end->ascii ? ASCII_PAUSE_MS : modbus_gap_ms(rs485_facts[server->protocol].baud);
    return now_ms - server->heard_ms > pause_ms;
}

// NOLINTNEXTLINE(readability-function-size): a line, a battery and what may be done to it
size_t rs485_server_take(struct rs485_server *server, const uint8_t *bytes, size_t n, size_t *used,
                         uint32_t now_ms, const struct battery_bank *bank,
                         const struct bank_desk *desk, uint8_t *reply, size_t room)
{
    static const struct bank_desk nobody;
    const struct rs485_end *end = rs485_end_of(server->protocol);
    struct rs485_job job = {bank, desk != NULL ? desk : &nobody, now_ms};
    struct rs485_held *held = &server->held;
    size_t length = 0;
    *used = 0;
    if (room < (end->ascii ? RS485_FRAME_MAX : sizeof server->sent)) {
        return 0;
    }
    if (paused(server, end, now_ms)) {
        server->dropped += held->reader.length;
        held->reader.length = 0;
        length = take_held(server, end, &job, reply, true);
    }
    for (; *used < n && length == 0; (*used)++) {
        server->heard_ms = now_ms;
        if (!end->ascii) {
            held->bytes[held->n++] = bytes[*used];
            length = take_held(server, end, &job, reply, false);
        } else if (ascii_reader_take(&held->reader, bytes[*used])) {
            length = take_characters(server, end, &job, reply, room);
            server->dropped += held->reader.dropped;
            held->reader.dropped = 0;
            held->reader.length = 0;
        }
    }
    return length;
}
