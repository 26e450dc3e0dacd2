/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DOCTOR_SWAPPED_H
#define HEARTH_HOST_DOCTOR_SWAPPED_H

/*
 * What a UART receives of known bytes when A and B of an RS485 line are swapped. The line is then
 * inverted: it rests at break, start bits are marks, and frames of 8N1 are found where none are.
 * The garbage is not random: from what should have come follows what does come, bit by bit, and
 * finding it is proof.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What receivers do after a framing error: wait for a mark, or take the missing stop bit as the
   next start bit (as a 16550 does). */
enum swapped_uart { UART_WAITS, UART_RESYNCS, UART_KINDS };

/* Bytes received of `n` bytes sent back to back over a swapped pair; returns how many. */
size_t swapped_receive(const uint8_t *sent, size_t n, enum swapped_uart uart, uint8_t *out,
                       size_t room);

/* True when `heard` holds the garbage of `known`, the first bytes of a frame (at least 4), as any
   of the receivers would give it. */
bool swapped_found(const uint8_t *heard, size_t n_heard, const uint8_t *known, size_t n_known);

#endif
