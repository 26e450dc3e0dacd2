/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DOCTOR_LINE_WATCH_H
#define HEARTH_HOST_DOCTOR_LINE_WATCH_H

/* What passes on a serial line at one baud rate, counted. Pure: bytes and time come in. */

#include "host/doctor/finding.h"
#include "host/ends/sniff.h"

enum { WATCH_GARBAGE = 1024 };

struct line_watch {
    struct sniffer sniffer;
    struct sniff_guess guess;
    uint32_t baud;
    uint32_t asked[4];   /* requests by enum sniff_kind; characters: Pylontech's */
    uint32_t asked_pace; /* characters of PACE */
    uint32_t garbage_runs;
    bool has_unit;
    uint8_t unit; /* of the last request */
    size_t n_garbage;
    uint8_t garbage[WATCH_GARBAGE];
};

void line_watch_begin(struct line_watch *watch, uint32_t baud, uint32_t now_ms);
void line_watch_take(struct line_watch *watch, const uint8_t *bytes, size_t n, uint32_t now_ms);

static inline bool line_watch_heard(const struct line_watch *watch)
{
    return watch->sniffer.requests + watch->sniffer.replies > 0;
}

/* What a passive ear says: masters, answers, broken frames, a swapped pair. */
void line_watch_judge(const struct line_watch *watch, struct diagnosis *diagnosis);

/* The garbage is that of a known frame over a swapped pair; its protocol's name, NULL: it is not.
 */
const char *swapped_protocol(const uint8_t *garbage, size_t n);

#endif
