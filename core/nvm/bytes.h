/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_NVM_BYTES_H
#define HEARTH_CORE_NVM_BYTES_H

/* Numbers in stored values: little-endian, whatever the machine. */

#include <stdint.h>

static inline uint8_t *put_number(uint8_t *p, uint64_t value, int n)
{
    for (int i = 0; i < n; i++) {
        *p++ = (uint8_t)(value >> 8 * i);
    }
    return p;
}

static inline uint64_t take_number(const uint8_t **p, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++) {
        value |= (uint64_t) * (*p)++ << 8 * i;
    }
    return value;
}

#endif
