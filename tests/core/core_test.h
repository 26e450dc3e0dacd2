/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_CORE_TEST_H
#define HEARTH_TESTS_CORE_TEST_H

/* What every test of the core needs: cmocka, the pack products, a pack at rest, reproducible random
   numbers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/bms/bms.h"
#include "core/product/product.h"

/* xorshift: the tests' own, so that they do not lean on what they test. */
static inline uint32_t dice(uint32_t *seed)
{
    uint32_t x = *seed;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *seed = x;
    return x;
}

/* Even over low..high. */
static inline int32_t dice_range(uint32_t *seed, int32_t low, int32_t high)
{
    return low + (int32_t)(dice(seed) % (uint32_t)((int64_t)high - low + 1));
}

static inline const struct pack_profile *pack_of(const char *id)
{
    const struct product *product = product_find(id);
    assert_non_null(product);
    assert_non_null(product->pack);
    return product->pack;
}

/* 3.300 V per cell, 25 degC everywhere, no current, nothing on the terminals. */
static inline void inputs_at_rest(struct bms_inputs *in, uint32_t now_ms)
{
    *in = (struct bms_inputs){
        .now_ms = now_ms, .env_c10 = 250, .mos_c10 = 250, .sampled = true, .self_check_ok = true};
    for (int i = 0; i < PACK_CELLS_MAX; i++) {
        in->cell_mv[i] = 3300;
    }
    for (int i = 0; i < PACK_TEMPS; i++) {
        in->temp_c10[i] = 250;
    }
}

/* A pack and its inputs, stepped at 100 ms; the clock starts near the wrap of the counter. */
struct bench {
    struct bms bms;
    struct bms_inputs in;
};

static inline void bench_init(struct bench *bench, const struct pack_profile *profile)
{
    uint32_t now_ms = UINT32_MAX - 1500U;
    inputs_at_rest(&bench->in, now_ms);
    bms_init(&bench->bms, profile, 6000, now_ms);
    bms_step(&bench->bms, &bench->in);
}

static inline void bench_step(struct bench *bench)
{
    bench->in.now_ms += 100;
    bms_step(&bench->bms, &bench->in);
}

static inline void bench_run(struct bench *bench, uint32_t ms)
{
    for (uint32_t t = 0; t < ms; t += 100) {
        bench_step(bench);
    }
}

/* Makes one quantity of the sample this value and leaves the others as they can be. */
static inline void put_quantity(struct bench *bench, enum quantity q, int32_t value)
{
    struct bms_inputs *in = &bench->in;
    int n = bench->bms.profile->n_cells;
    switch (q) {
    case Q_CELL_MAX_MV:
    case Q_CELL_MIN_MV: in->cell_mv[1] = (uint16_t)value; return;
    case Q_CELL_SPREAD_MV: in->cell_mv[1] = (uint16_t)(in->cell_mv[0] + value); return;
    case Q_PACK_MV:
        for (int i = 0; i < n; i++) {
            in->cell_mv[i] = (uint16_t)(value / n + (i < value % n ? 1 : 0));
        }
        return;
    case Q_CHARGE_MA: in->current_ma = value; return;
    case Q_BATTERY_MA:
    case Q_DISCHARGE_MA: in->current_ma = -value; return;
    case Q_TEMP_MAX_C10:
    case Q_TEMP_MIN_C10:
        for (int i = 0; i < PACK_TEMPS; i++) {
            in->temp_c10[i] = (int16_t)value;
        }
        return;
    case Q_ENV_C10: in->env_c10 = (int16_t)value; return;
    case Q_MOS_C10: in->mos_c10 = (int16_t)value; return;
    case Q_SOC_PCT100:
        in->hold_charge = true;
        bms_set_soc(&bench->bms, value);
        return;
    case Q_COUNT: break;
    }
    fail_msg("no such quantity");
}

#endif
