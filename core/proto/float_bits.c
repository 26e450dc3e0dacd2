/* SPDX-License-Identifier: Apache-2.0 */
/* value = mantissa * 2^(exponent - 150), of 24, 8 and one bit of sign. */
#include "core/proto/float_bits.h"

enum { MANTISSA_BITS = 23, EXPONENT_MASK = 0xFF, BIAS = 150, KEPT_SHIFT = 40 };

bool float_bits_scaled(uint32_t bits, int64_t up, int64_t down, int64_t *value)
{
    uint32_t exponent = bits >> MANTISSA_BITS & EXPONENT_MASK;
    int64_t mantissa = bits & ((1U << MANTISSA_BITS) - 1);
    if (exponent == EXPONENT_MASK) {
        return false; /* infinite, or not a number */
    }
    mantissa |= exponent > 0 ? 1 << MANTISSA_BITS : 0;
    int64_t product = mantissa * up; /* below 2^58 */
    int shift = (exponent > 0 ? (int)exponent : 1) - BIAS;
    for (; shift > 0; shift--) {
        if (product > FLOAT_BITS_MOST * down) {
            return false;
        }
        product *= 2;
    }
    for (; shift < -KEPT_SHIFT; shift++) {
        product /= 2; /* what this loses is 2^-40 of a unit */
    }
    int64_t divisor = down << -shift;
    int64_t whole = product / divisor;
    whole += 2 * (product % divisor) >= divisor ? 1 : 0;
    if (whole > FLOAT_BITS_MOST) {
        return false;
    }
    *value = bits >> 31 != 0 ? -whole : whole;
    return true;
}

uint32_t float_bits_of(int64_t value, int64_t up, int64_t down)
{
    uint64_t n = (uint64_t)(value < 0 ? -value : value) * (uint64_t)up;
    int exponent = BIAS;
    if (n == 0) {
        return 0;
    }
    for (; n < (uint64_t)1 << 62; exponent--) {
        n *= 2;
    }
    uint64_t rest = n % (uint64_t)down;
    n = n / (uint64_t)down;
    n |= rest != 0 ? 1 : 0;
    /* 24 bits, one to round by and one for all below */
    for (; n >= (uint64_t)1 << (MANTISSA_BITS + 3); exponent++) {
        n = n >> 1 | (n & 1);
    }
    uint32_t low = (uint32_t)n & 3;
    uint32_t mantissa = (uint32_t)(n >> 2);
    exponent += 2;
    mantissa += low == 3 || (low == 2 && (mantissa & 1) != 0) ? 1 : 0;
    if (mantissa >> (MANTISSA_BITS + 1) != 0) {
        mantissa >>= 1;
        exponent++;
    }
    return (value < 0 ? 1U << 31 : 0) | (uint32_t)exponent << MANTISSA_BITS |
           (mantissa & ((1U << MANTISSA_BITS) - 1));
}
