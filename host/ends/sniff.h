/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_SNIFF_H
#define HEARTH_HOST_ENDS_SNIFF_H

/*
 * Finds the frames of the serial battery protocols in what passes on a line, requests and replies,
 * without asking anything. Pure: bytes and time come in. What is no frame is handed on too, run by
 * run: a broken frame, another baud rate, a swapped pair.
 */

#include "core/proto/rs485.h"

enum sniff_kind {
    SNIFF_CHARACTERS, /* Pylontech, PACE */
    SNIFF_REGISTERS,  /* Modbus: Voltronic, Growatt, PACE */
    SNIFF_JBD,
    SNIFF_GARBAGE
};

struct sniff_frame {
    enum sniff_kind kind;
    bool reply;
    bool broken; /* characters '~' .. CR with a wrong sum */
    const uint8_t *bytes;
    size_t n;
};

typedef void sniff_heard_fn(void *context, const struct sniff_frame *frame);

struct sniffer {
    sniff_heard_fn *heard;
    void *context;
    uint32_t requests, replies, broken, garbage; /* garbage: bytes */
    /* private */
    uint32_t last_ms;
    size_t n, n_garbage;
    bool asked; /* a Modbus request is open */
    uint8_t unit, function;
    uint16_t count;
    uint8_t held[RS485_FRAME_MAX];
    uint8_t waste[512];
};

void sniffer_begin(struct sniffer *sniffer, sniff_heard_fn *heard, void *context, uint32_t now_ms);

/* Takes what came; with n = 0 it judges the silence. */
void sniffer_take(struct sniffer *sniffer, const uint8_t *bytes, size_t n, uint32_t now_ms);

/*
 * Which protocol the frames are of. The three that are Modbus are told apart by the registers that
 * are asked and by whether the answers are possible there.
 */
struct sniff_guess {
    int32_t score[RS485_COUNT];
    bool asked;
    uint8_t unit;
    uint16_t start, count;
};

void sniff_guess_hear(struct sniff_guess *guess, const struct sniff_frame *frame);

/* The best; RS485_COUNT: none. */
enum rs485_protocol sniff_guess_best(const struct sniff_guess *guess);

#endif
