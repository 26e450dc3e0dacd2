/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_FLAG_ROWS_H
#define HEARTH_CORE_PROTO_FLAG_ROWS_H

/*
 * Reasons of a battery as bits of a frame: one table per protocol serves both ends. A row is sent
 * when any of `sent_for` holds; when it is read, `means` is set.
 */

#include <stddef.h>
#include <stdint.h>

struct flag_row {
    uint8_t at;    /* byte or word of the block */
    uint16_t mask; /* bit in it */
    uint32_t means, sent_for;
};

static inline void flags_put(const struct flag_row *rows, size_t n, uint32_t reasons,
                             uint16_t *words)
{
    for (size_t i = 0; i < n; i++) {
        words[rows[i].at] |= (reasons & rows[i].sent_for) != 0 ? rows[i].mask : 0;
    }
}

static inline uint32_t flags_take(const struct flag_row *rows, size_t n, const uint16_t *words)
{
    uint32_t reasons = 0;
    for (size_t i = 0; i < n; i++) {
        reasons |= (words[rows[i].at] & rows[i].mask) != 0 ? rows[i].means : 0;
    }
    return reasons;
}

#endif
