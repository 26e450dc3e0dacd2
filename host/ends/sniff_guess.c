/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the serial protocols is spoken. */
#include "core/proto/rs485_ends.h"
#include "host/ends/sniff.h"

enum { SURE = 16, USUAL = 4, POSSIBLE = 1, IMPOSSIBLE = -3 };

/* Registers by what they may hold; zero means "not used" and says nothing. */
static const struct rule {
    enum rs485_protocol protocol;
    uint16_t first, last, low, high;
} rules[] = {
    {RS485_VOLTRONIC, 0x10, 0x10, 1, 20},
    {RS485_VOLTRONIC, 0x11, 0x20, 20, 4500},
    {RS485_VOLTRONIC, 0x25, 0x25, 1, 10},
    {RS485_VOLTRONIC, 0x26, 0x2B, 2300, 3700},
    {RS485_VOLTRONIC, 0x32, 0x32, 80, 700},
    {RS485_VOLTRONIC, 0x33, 0x33, 1, 100},
    {RS485_VOLTRONIC, 0x70, 0x71, 80, 700},
    {RS485_GROWATT, 0x15, 0x15, 1, 100},
    {RS485_GROWATT, 0x16, 0x16, 800, 7000},
    {RS485_GROWATT, 0x18, 0x18, 1, 90},
    {RS485_GROWATT, 0x20, 0x20, 1, 127},
    {RS485_GROWATT, 0x21, 0x21, 800, 7000},
    {RS485_GROWATT, 0x70, 0x81, 1500, 4500},
    {RS485_PACE_MODBUS, 1, 1, 800, 7000},
    {RS485_PACE_MODBUS, 2, 3, 1, 100},
    {RS485_PACE_MODBUS, 15, 30, 1500, 4500},
    {RS485_PACE_MODBUS, 150, 179, 0x2020, 0x7E7E},
};

static const struct {
    enum rs485_protocol protocol;
    uint16_t first, last;
} maps[] = {
    {RS485_VOLTRONIC, 0x01, 0x77}, {RS485_GROWATT, 0x01, 0x106},  {RS485_PACE_MODBUS, 0, 36},
    {RS485_PACE_MODBUS, 60, 114},  {RS485_PACE_MODBUS, 150, 179},
};

static void hear_request(struct sniff_guess *guess, const struct sniff_frame *frame)
{
    struct modbus_request request;
    if (!modbus_request_take(frame->bytes, frame->n, &request)) {
        return;
    }
    uint32_t last = (uint32_t)request.start + request.count - 1;
    guess->asked = true;
    guess->unit = request.unit;
    guess->start = request.start;
    guess->count = request.count;
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        bool within = request.start >= maps[i].first && last <= maps[i].last;
        guess->score[maps[i].protocol] += within ? POSSIBLE : 0;
    }
    for (int p = 0; p < RS485_COUNT; p++) {
        const struct rs485_end *end = rs485_end_of((enum rs485_protocol)p);
        bool modbus = p == RS485_VOLTRONIC || p == RS485_GROWATT || p == RS485_PACE_MODBUS;
        for (int k = 0; modbus && k < end->n_steps; k++) {
            bool same = end->steps[k].code == request.start && end->steps[k].count == request.count;
            guess->score[p] += same ? USUAL : 0;
        }
    }
}

static void hear_reply(struct sniff_guess *guess, const struct sniff_frame *frame)
{
    const uint8_t *bytes = frame->bytes;
    bool wide = frame->n >= 8 && be16(bytes + 2) == (frame->n - 6) / 2;
    bool usual = frame->n == 5U + bytes[2];
    guess->score[RS485_VOLTRONIC] += wide && !usual ? SURE : 0;
    size_t count = (frame->n - (wide && !usual ? 6 : 5)) / 2;
    if (!guess->asked || guess->unit != bytes[0] || guess->count != count) {
        return;
    }
    guess->asked = false;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        for (size_t k = 0; k < count; k++) {
            uint16_t value = be16(bytes + (wide && !usual ? 4 : 3) + 2 * k);
            uint32_t at = guess->start + (uint32_t)k;
            if (at >= rules[i].first && at <= rules[i].last && value != 0) {
                bool may = value >= rules[i].low && value <= rules[i].high;
                guess->score[rules[i].protocol] += may ? POSSIBLE : IMPOSSIBLE;
            }
        }
    }
}

void sniff_guess_hear(struct sniff_guess *guess, const struct sniff_frame *frame)
{
    bool of_pace = frame->n > 2 && frame->bytes[1] == '2' && frame->bytes[2] == '5';
    if (frame->broken) {
        return;
    }
    switch (frame->kind) {
    case SNIFF_CHARACTERS: guess->score[of_pace ? RS485_PACE : RS485_PYLON] += SURE; break;
    case SNIFF_JBD: guess->score[RS485_JBD] += SURE; break;
    case SNIFF_REGISTERS:
        if (!frame->reply) {
            hear_request(guess, frame);
        } else if (frame->n > 7) {
            hear_reply(guess, frame);
        }
        break;
    case SNIFF_GARBAGE: break;
    }
}

enum rs485_protocol sniff_guess_best(const struct sniff_guess *guess)
{
    int best = RS485_COUNT;
    for (int p = 0; p < RS485_COUNT; p++) {
        int32_t least = best == RS485_COUNT ? 0 : guess->score[best];
        best = guess->score[p] > least ? p : best;
    }
    return (enum rs485_protocol)best;
}
