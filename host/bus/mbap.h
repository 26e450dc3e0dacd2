/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_BUS_MBAP_H
#define HEARTH_HOST_BUS_MBAP_H

/*
 * Modbus TCP around Modbus RTU (Modbus messaging on TCP/IP, 1.0b): what is above sees RTU frames
 * with their CRC, what travels has the seven-byte head instead: transaction, protocol 0, length,
 * unit. A server gives back the transaction it was asked with, a client counts them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MBAP_HEAD = 6, MBAP_MAX = 260, MBAP_BROKEN = -1 };

struct mbap {
    uint16_t transaction;
    size_t n;
    uint8_t in[MBAP_MAX];
};

/* Takes bytes of the connection up to a whole frame: `*used` says how many. Returns the length of
   the RTU frame put into `out` (room for MBAP_MAX), 0: not whole yet, MBAP_BROKEN: this is no
   Modbus TCP, the connection is of no more use. */
int mbap_take(struct mbap *mbap, const uint8_t *bytes, size_t n, size_t *used, uint8_t *out);

/* Bytes that may be read without touching the next frame. */
size_t mbap_wants(const struct mbap *mbap);

/* An RTU frame as it travels; `asks`: a client's request, a new transaction. Returns the length, 0
   for what is no RTU frame. */
size_t mbap_put(struct mbap *mbap, bool asks, const uint8_t *rtu, size_t n, uint8_t out[MBAP_MAX]);

#endif
