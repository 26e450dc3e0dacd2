/* SPDX-License-Identifier: Apache-2.0 */
#include "host/doctor/ask.h"

#include <string.h>

#include "core/proto/jbd.h"

enum { LEAST_BROKEN = 5, FLUSH_MS = 1000 };

void ask_begin(struct ask *ask, enum rs485_protocol protocol, uint8_t unit, uint32_t now_ms)
{
    uint8_t request[MODBUS_FRAME_MAX + 8];
    memset(ask, 0, sizeof *ask);
    ask->protocol = protocol;
    ask->unit = unit;
    rs485_client_init(&ask->client, protocol, unit, 1);
    size_t n = rs485_client_poll(&ask->client, now_ms, request, sizeof request);
    ask->n_request = n < sizeof ask->request ? n : 0;
    memcpy(ask->request, request, ask->n_request);
}

bool ask_take(struct ask *ask, const uint8_t *bytes, size_t n, uint32_t now_ms)
{
    size_t room = sizeof ask->heard - ask->n;
    size_t kept = n < room ? n : room;
    memcpy(ask->heard + ask->n, bytes, kept);
    ask->n += kept;
    (void)rs485_client_take(&ask->client, bytes, n, now_ms, &ask->bank);
    ask->answered = ask->client.answered + ask->client.refused > 0;
    return ask->answered;
}

/* Frames found in what came. */
struct found {
    uint32_t right, broken;
};

static void hear(void *context, const struct sniff_frame *frame)
{
    struct found *found = context;
    found->right += frame->kind != SNIFF_GARBAGE && !frame->broken;
    found->broken += frame->broken;
}

static bool begins_like_an_answer(const struct ask *ask, const uint8_t *bytes, size_t n)
{
    switch (ask->protocol) {
    case RS485_PYLON:
    case RS485_PACE: return memchr(bytes, '~', n) != NULL;
    case RS485_JBD: return bytes[0] == JBD_START;
    case RS485_VOLTRONIC:
    case RS485_GROWATT:
    case RS485_PACE_MODBUS: return bytes[0] == ask->unit && (bytes[1] & 0x7F) == MODBUS_READ;
    case RS485_SEPLOS:
    case RS485_SEPLOS3:
    case RS485_DALY:
    case RS485_JK:
    case RS485_COUNT:
    case RS485_ALL: break;
    }
    return false;
}

enum ask_result ask_result(const struct ask *ask, size_t *garbage_at)
{
    struct sniffer sniffer;
    struct found found = {0};
    bool echo = ask->n >= ask->n_request && ask->n_request > 0 &&
                memcmp(ask->heard, ask->request, ask->n_request) == 0;
    *garbage_at = echo ? ask->n_request : 0;
    const uint8_t *rest = ask->heard + *garbage_at;
    size_t n = ask->n - *garbage_at;
    if (ask->answered) {
        return ASK_ANSWERED;
    }
    if (n == 0) {
        return echo ? ASK_ECHO : ASK_SILENT;
    }
    sniffer_begin(&sniffer, hear, &found, 0);
    sniffer_take(&sniffer, rest, n, 0);
    sniffer_take(&sniffer, NULL, 0, FLUSH_MS);
    if (found.right > 0) {
        return ASK_FOREIGN;
    }
    bool broken = found.broken > 0 || (n >= LEAST_BROKEN && begins_like_an_answer(ask, rest, n));
    return broken ? ASK_BROKEN : ASK_GARBAGE;
}

static void pass(void *context, const struct sniff_frame *frame)
{
    sniff_guess_hear(context, frame);
}

void ask_guess(const struct ask *ask, struct sniff_guess *guess)
{
    struct sniffer sniffer;
    size_t at;
    sniffer_begin(&sniffer, pass, guess, 0);
    (void)ask_result(ask, &at);
    sniffer_take(&sniffer, ask->request, ask->n_request, 0);
    sniffer_take(&sniffer, ask->heard + at, ask->n - at, 1);
    sniffer_take(&sniffer, NULL, 0, FLUSH_MS);
}
