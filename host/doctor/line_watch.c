/* SPDX-License-Identifier: Apache-2.0 */
#include "host/doctor/line_watch.h"

#include <string.h>

#include "core/proto/rs485_ends.h"
#include "host/doctor/swapped.h"

enum { KNOWN = 18, ADDRESSES = 16, COLLIDED = 2, SHARE = 4 };

static void hear(void *context, const struct sniff_frame *frame)
{
    struct line_watch *watch = context;
    sniff_guess_hear(&watch->guess, frame);
    if (frame->kind == SNIFF_GARBAGE) {
        size_t room = sizeof watch->garbage - watch->n_garbage;
        size_t n = frame->n < room ? frame->n : room;
        memcpy(watch->garbage + watch->n_garbage, frame->bytes, n);
        watch->n_garbage += n;
        watch->garbage_runs++;
        return;
    }
    if (frame->broken || frame->reply) {
        return;
    }
    bool pace = frame->kind == SNIFF_CHARACTERS && frame->bytes[2] == '5';
    watch->asked_pace += pace;
    watch->asked[frame->kind] += !pace;
    if (frame->kind == SNIFF_REGISTERS) {
        watch->has_unit = true;
        watch->unit = frame->bytes[0];
    } else if (frame->kind == SNIFF_CHARACTERS) {
        unsigned unit = 0;
        char digits[3] = {(char)frame->bytes[3], (char)frame->bytes[4], '\0'};
        watch->has_unit = sscanf(digits, "%2x", &unit) == 1; // NOLINT(cert-err34-c): two digits
        watch->unit = (uint8_t)unit;
    }
}

void line_watch_begin(struct line_watch *watch, uint32_t baud, uint32_t now_ms)
{
    memset(watch, 0, sizeof *watch);
    watch->baud = baud;
    sniffer_begin(&watch->sniffer, hear, watch, now_ms);
}

void line_watch_take(struct line_watch *watch, const uint8_t *bytes, size_t n, uint32_t now_ms)
{
    sniffer_take(&watch->sniffer, bytes, n, now_ms);
}

/* --- a swapped pair --- */

/* Requests are known from their first byte to the last, replies of characters by their head. */
static bool is_swapped(enum rs485_protocol protocol, uint8_t address, const uint8_t *garbage,
                       size_t n)
{
    static struct rs485_client client;
    const struct rs485_end *end = rs485_end_of(protocol);
    uint8_t frame[MODBUS_FRAME_MAX];
    rs485_client_init(&client, protocol, address, 1);
    for (int k = 0; k < end->n_steps; k++) {
        int length;
        client.step = (uint8_t)k;
        if (end->ascii) {
            end->ask_frame(&client, &end->steps[k]);
            length = ascii_frame_encode(&client.held.frame, frame, sizeof frame);
        } else {
            length = (int)end->ask(&client, &end->steps[k], frame);
        }
        size_t known = length > 0 ? (size_t)length : 0;
        if (known > 0 && swapped_found(garbage, n, frame, known < KNOWN ? known : KNOWN)) {
            return true;
        }
    }
    if (!end->ascii) {
        return false;
    }
    int length = snprintf((char *)frame, sizeof frame, "~%s%02X4600",
                          protocol == RS485_PACE ? "25" : "20", address);
    return length > 0 && swapped_found(garbage, n, frame, (size_t)length);
}

const char *swapped_protocol(const uint8_t *garbage, size_t n)
{
    for (int p = 0; p < RS485_COUNT; p++) {
        uint8_t first = rs485_facts[p].first_address;
        for (int i = 0; i < ADDRESSES && first + i <= rs485_facts[p].last_address; i++) {
            if (is_swapped((enum rs485_protocol)p, (uint8_t)(first + i), garbage, n)) {
                return rs485_facts[p].name;
            }
        }
    }
    return NULL;
}

/* --- what it says --- */

static int kinds_of_masters(const struct line_watch *watch)
{
    int n = watch->asked_pace >= COLLIDED;
    for (size_t k = 0; k < sizeof watch->asked / sizeof watch->asked[0]; k++) {
        n += watch->asked[k] >= COLLIDED;
    }
    return n;
}

static void judge_disturbed(const struct line_watch *watch, struct diagnosis *diagnosis)
{
    const struct sniffer *s = &watch->sniffer;
    uint32_t broken = s->broken + watch->garbage_runs;
    bool collide = s->requests > 0 && broken >= COLLIDED && broken * SHARE >= s->requests;
    if (kinds_of_masters(watch) > 1) {
        diagnose(diagnosis, FINDING_SERIAL_TWO_MASTERS, "requests of two protocols at %u baud",
                 (unsigned)watch->baud);
    } else if (collide) {
        diagnose(diagnosis, FINDING_SERIAL_TWO_MASTERS,
                 "%u right requests and %u broken frames at %u baud", (unsigned)s->requests,
                 (unsigned)broken, (unsigned)watch->baud);
    } else if (s->broken > 0) {
        diagnose(diagnosis, FINDING_SERIAL_BROKEN, "%u of %u at %u baud", (unsigned)s->broken,
                 (unsigned)(s->broken + s->requests + s->replies), (unsigned)watch->baud);
    }
}

void line_watch_judge(const struct line_watch *watch, struct diagnosis *diagnosis)
{
    const struct sniffer *s = &watch->sniffer;
    enum rs485_protocol protocol = sniff_guess_best(&watch->guess);
    const char *name = protocol < RS485_COUNT ? rs485_facts[protocol].name : "Modbus";
    const char *swapped = swapped_protocol(watch->garbage, watch->n_garbage);
    char unit[24] = "";
    if (watch->has_unit) {
        snprintf(unit, sizeof unit, ", address %u", watch->unit);
    }
    if (swapped != NULL) {
        diagnose(diagnosis, FINDING_SERIAL_SWAPPED, "%s at %u baud", swapped,
                 (unsigned)watch->baud);
        return;
    }
    judge_disturbed(watch, diagnosis);
    if (s->replies > 0) {
        diagnose(diagnosis, FINDING_SERIAL_MASTER, "%s at %u baud%s, %u requests, %u replies", name,
                 (unsigned)watch->baud, unit, (unsigned)s->requests, (unsigned)s->replies);
    } else if (s->requests > 0) {
        diagnose(diagnosis, FINDING_SERIAL_MASTER_UNANSWERED, "%u requests, %s at %u baud%s",
                 (unsigned)s->requests, name, (unsigned)watch->baud, unit);
    }
}
