/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_METER_TEST_H
#define HEARTH_TESTS_METER_TEST_H

/* Meters on a line, and a master to ask them: what the tests of the meters share. */

#include <stdlib.h>

#include "core_test.h"

#include "core/proto/ascii_frame.h"
#include "core/proto/meter.h"

struct meter_bench {
    int n; /* servers on the line */
    struct meter_unit meter[2];
    struct meter_server server[2];
    struct meter_view view[2];
    uint8_t unit;                 /* whom meter_ask asks */
    int cut;                      /* this one, from 1, is not on the line; 0: all are */
    bool no_new_energy, no_words; /* refuses 101E; the ratios */
    uint32_t now_ms;
    uint8_t reply[MODBUS_FRAME_MAX];
};

/* Bought 1.2 kW over three phases, 230 V; the clock starts near the wrap of the counter. */
static inline void meter_bench_init(struct meter_bench *bench, enum meter_type type)
{
    memset(bench, 0, sizeof *bench);
    bench->n = 1;
    bench->unit = 1;
    bench->now_ms = UINT32_MAX - 1500U;
    meter_unit_init(&bench->meter[0], type, 1);
    for (enum meter_value id = 0; id < METER_VALUES; id++) {
        meter_put(&bench->view[0], id, 10000 + id);
    }
    for (int phase = 0; phase < METER_PHASES; phase++) {
        meter_put(&bench->view[0], (enum meter_value)(METER_L1_MV + phase), 230000 + 100 * phase);
        meter_put(&bench->view[0], (enum meter_value)(METER_L1_MA + phase), 5300);
        meter_put(&bench->view[0], (enum meter_value)(METER_L1_W10 + phase), 4000);
    }
    meter_put(&bench->view[0], METER_W10, type == METER_DDSU666 ? 4000 : 12000);
    meter_put(&bench->view[0], METER_VAR10, 900);
    meter_put(&bench->view[0], METER_L1_VAR10, 900);
    meter_put(&bench->view[0], METER_L1_PF_PERMILLE, 980);
    meter_put(&bench->view[0], METER_PF_PERMILLE, 980);
    meter_put(&bench->view[0], METER_HZ100, 4998);
    meter_put(&bench->view[0], METER_IMPORTED_WH, 12345670);
    if (type == METER_DDSU666) {
        meter_put(&bench->view[0], METER_L1_W10, 4000);
    }
}

/* Another meter of the kind, on the same line: it sells 500 W. */
static inline void meter_bench_second(struct meter_bench *bench, uint8_t address)
{
    bench->n = 2;
    meter_unit_init(&bench->meter[1], bench->meter[0].type, address);
    bench->view[1] = bench->view[0];
    meter_put(&bench->view[1], METER_W10, -5000);
}

/* What can be, anywhere: values that fit each other of a single phase. */
static inline void meter_bench_scatter(struct meter_bench *bench, uint32_t *seed)
{
    struct meter_view *view = &bench->view[0];
    for (enum meter_value id = 0; id < METER_VALUES; id++) {
        meter_put(view, id, dice_range(seed, -1000000, 1000000));
    }
    for (enum meter_value id = METER_IMPORTED_WH; id < METER_VALUES; id++) {
        meter_put(view, id, (int64_t)dice_range(seed, 1, 99999999) * 10);
    }
    meter_put(view, METER_HZ100, dice_range(seed, 4500, 6500));
    meter_put(view, METER_VA10, dice_range(seed, 1, 100000));
    if (bench->meter[0].type == METER_DDSU666) {
        int32_t ma = dice_range(seed, 0, 80000);
        int32_t w10 = dice_range(seed, -23 * (ma / 10), 23 * (ma / 10));
        meter_put(view, METER_L1_MV, 230000);
        meter_put(view, METER_L1_MA, ma);
        meter_put(view, METER_W10, w10);
        meter_put(view, METER_L1_W10, w10);
        meter_put(view, METER_L1_VAR10, view->value[METER_VAR10]);
        meter_put(view, METER_L1_PF_PERMILLE, view->value[METER_PF_PERMILLE]);
    }
}

/* What this bench's meters refuse although ours would not. */
static inline bool meter_bench_refuses(const struct meter_bench *bench, const uint8_t *bytes,
                                       size_t n)
{
    uint16_t start = n == 8 ? be16(bytes + 2) : 0xFFFF;
    return (bench->no_new_energy && start == 0x101E) || (bench->no_words && start < 0x100);
}

/* Gives these bytes to the line as one read; the reply's length, 0: silence. */
static inline size_t meter_give(struct meter_bench *bench, const uint8_t *bytes, size_t n)
{
    size_t last = 0;
    if (meter_bench_refuses(bench, bytes, n)) {
        return modbus_refuse(bench->reply, bytes[0], bytes[1], MODBUS_NO_ADDRESS);
    }
    for (int i = 0; i < bench->n; i++) {
        for (size_t at = 0; at < n && bench->cut != i + 1;) {
            size_t used;
            const struct meter_job job = {&bench->meter[i], &bench->view[i], bench->now_ms};
            size_t length =
                meter_server_take(&bench->server[i], bytes + at, n - at, &used, &job, bench->reply);
            last = length > 0 ? length : last;
            at += used;
        }
    }
    return last;
}

/* The exception of what came back, 0: none; -1: silence. */
static inline int meter_exception(const struct meter_bench *bench, size_t n, uint8_t function)
{
    if (n == 0) {
        return -1;
    }
    assert_true(modbus_crc_ok(bench->reply, n));
    assert_int_equal(bench->reply[0], bench->unit);
    if (bench->reply[1] == (function | MODBUS_REFUSED)) {
        assert_int_equal(n, 5);
        return bench->reply[2];
    }
    assert_int_equal(bench->reply[1], function);
    return 0;
}

static inline int meter_ask(struct meter_bench *bench, uint8_t function, uint16_t start,
                            uint16_t count, uint16_t *words)
{
    uint8_t frame[MODBUS_FRAME_MAX];
    size_t n = meter_give(bench, frame, modbus_ask(frame, bench->unit, function, start, count));
    int exception = meter_exception(bench, n, function);
    if (exception != 0) {
        return exception;
    }
    assert_int_equal(n, 5 + 2 * count);
    for (size_t i = 0; i < count; i++) {
        words[i] = be16(bench->reply + 3 + 2 * i);
    }
    return 0;
}

static inline int meter_write(struct meter_bench *bench, uint16_t start, const uint16_t *words,
                              uint16_t count)
{
    uint8_t frame[MODBUS_FRAME_MAX];
    size_t n = meter_give(bench, frame, modbus_write(frame, bench->unit, start, words, count));
    int exception = meter_exception(bench, n, MODBUS_WRITE);
    assert_true(exception != 0 || n == 8);
    return exception;
}

/* Lets a reader and the line talk for so long; an answer takes 30 ms. */
static inline void meter_bench_talk(struct meter_bench *bench, struct meter_client *client,
                                    uint32_t ms)
{
    for (uint32_t t = 0; t < ms; t += 10) {
        uint8_t out[MODBUS_FRAME_MAX];
        size_t n = meter_client_poll(client, bench->now_ms, out);
        bench->now_ms += 10;
        n = n > 0 ? meter_give(bench, out, n) : 0;
        (void)meter_client_take(client, bench->reply, n, bench->now_ms);
    }
}

#endif
