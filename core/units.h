/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_UNITS_H
#define HEARTH_CORE_UNITS_H

/*
 * Quantities at rest are integers with the unit in the name (docs/glossary.md); this is the one
 * place where they change unit, compare times and saturate.
 */

#include <stdbool.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))

/* True once `now_ms` has come to `due_ms`. Right across the wrap of the counter (49 days) for
   spans below 24 days. */
static inline bool time_reached(uint32_t now_ms, uint32_t due_ms)
{
    return (int32_t)(now_ms - due_ms) >= 0;
}

enum { TIME_KEPT_MS = 1 << 30 }; /* 12 days */

/* Keeps a stamp of the past within the span that time_reached() is right for: what lasts for months
   stays long ago. To be called more often than every 12 days. */
static inline void time_keep(uint32_t *since_ms, uint32_t now_ms)
{
    if (now_ms - *since_ms > (uint32_t)TIME_KEPT_MS) {
        *since_ms = now_ms - (uint32_t)TIME_KEPT_MS;
    }
}

static inline int32_t clamp_i32(int32_t value, int32_t low, int32_t high)
{
    if (value < low) {
        return low;
    }
    return value > high ? high : value;
}

static inline int32_t min_i32(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t max_i32(int32_t a, int32_t b) { return a > b ? a : b; }
static inline int32_t abs_i32(int32_t value) { return value < 0 ? -value : value; }

/* Power of a voltage and a current, W, rounded toward zero. */
static inline int32_t power_w(int32_t mv, int32_t ma)
{
    return (int32_t)((int64_t)mv * ma / 1000000);
}

/* Current that carries `w` at `mv`, mA; 0 without voltage. Saturates at +-2 MA. */
static inline int32_t current_ma(int32_t w, int32_t mv)
{
    if (mv <= 0) {
        return 0;
    }
    int64_t ma = (int64_t)w * 1000000 / mv;
    if (ma > 2000000000) {
        return 2000000000;
    }
    return ma < -2000000000 ? -2000000000 : (int32_t)ma;
}

/* Straight line through (x0, y0) and (x1, y1), held at the ends; x0 < x1. */
static inline int32_t line_i32(int32_t x, int32_t x0, int32_t y0, int32_t x1, int32_t y1)
{
    if (x <= x0) {
        return y0;
    }
    if (x >= x1) {
        return y1;
    }
    return y0 + (int32_t)((int64_t)(x - x0) * (y1 - y0) / (x1 - x0));
}

#endif
