/* SPDX-License-Identifier: Apache-2.0 */
#include "host/doctor/swapped.h"

#include <string.h>

enum { BITS = 10, KNOWN_MAX = 32, LEAST = 3 };

/* Bit `i` of the inverted line: frames of start, eight data bits, stop; then rest. */
static bool line_at(const uint8_t *sent, size_t n, size_t i)
{
    size_t byte = i / BITS;
    size_t bit = i % BITS;
    if (byte >= n) {
        return false; /* rests at break */
    }
    bool level = bit == BITS - 1 || (bit > 0 && (sent[byte] >> (bit - 1) & 1) != 0);
    return !level;
}

size_t swapped_receive(const uint8_t *sent, size_t n, enum swapped_uart uart, uint8_t *out,
                       size_t room)
{
    size_t end = n * BITS;
    size_t at = 0;
    size_t count = 0;
    bool mark = false; /* the line was high since the last frame: a fall is a start */
    while (at < end && count < room) {
        if (line_at(sent, n, at)) {
            mark = true;
            at++;
            continue;
        }
        if (!mark) {
            at++;
            continue;
        }
        uint8_t byte = 0;
        for (size_t bit = 0; bit < 8; bit++) {
            byte |= (uint8_t)(line_at(sent, n, at + 1 + bit) ? 1U << bit : 0U);
        }
        out[count++] = byte;
        bool stop = line_at(sent, n, at + BITS - 1);
        bool resync = !stop && uart == UART_RESYNCS;
        at += resync ? BITS - 1 : BITS;
        mark = stop || resync;
    }
    return count;
}

static bool holds(const uint8_t *heard, size_t n, const uint8_t *part, size_t n_part)
{
    for (size_t i = 0; i + n_part <= n; i++) {
        if (memcmp(heard + i, part, n_part) == 0) {
            return true;
        }
    }
    return false;
}

bool swapped_found(const uint8_t *heard, size_t n_heard, const uint8_t *known, size_t n_known)
{
    n_known = n_known < KNOWN_MAX ? n_known : KNOWN_MAX;
    for (int uart = 0; uart < UART_KINDS; uart++) {
        uint8_t garbage[KNOWN_MAX];
        size_t n = swapped_receive(known, n_known, (enum swapped_uart)uart, garbage, KNOWN_MAX);
        n = n > 0 ? n - 1 : 0; /* the last may hold bits of what follows */
        bool same = n == n_known && memcmp(garbage, known, n) == 0;
        if (n >= LEAST && !same && holds(heard, n_heard, garbage, n)) {
            return true;
        }
    }
    return false;
}
