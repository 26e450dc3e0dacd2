/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DOCTOR_ASK_H
#define HEARTH_HOST_DOCTOR_ASK_H

/*
 * One question to one address in one protocol, and what became of it. Pure: the caller carries the
 * bytes. Only what looks is asked, never what writes.
 */

#include "host/ends/sniff.h"

enum { ASK_HEARD = 1024 };

enum ask_result {
    ASK_SILENT,
    ASK_ANSWERED, /* also by a refusal: somebody is there */
    ASK_ECHO,     /* the question alone came back */
    ASK_BROKEN,   /* something that begins like the answer */
    ASK_FOREIGN,  /* a right frame, but not the answer */
    ASK_GARBAGE
};

struct ask {
    enum rs485_protocol protocol;
    uint8_t unit;
    bool answered;
    size_t n_request, n;
    uint8_t request[64];
    uint8_t heard[ASK_HEARD];
    /* private */
    struct rs485_client client;
    struct battery_bank bank;
};

/* Makes the question: `request`, `n_request`. */
void ask_begin(struct ask *ask, enum rs485_protocol protocol, uint8_t unit, uint32_t now_ms);

/* Takes what came; true when it is the answer. */
bool ask_take(struct ask *ask, const uint8_t *bytes, size_t n, uint32_t now_ms);

/* What became of it; `garbage_at` says where in `heard` the part begins that is no echo. */
enum ask_result ask_result(const struct ask *ask, size_t *garbage_at);

/* Tells the question and the answer to a guess (which of the Modbus protocols it is). */
void ask_guess(const struct ask *ask, struct sniff_guess *guess);

#endif
