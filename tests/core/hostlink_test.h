/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_HOSTLINK_TEST_H
#define HEARTH_TESTS_HOSTLINK_TEST_H

/* An inverter behind its host link, and a line to it: what the tests of both protocols share. */

#include "core_test.h"

#include "core/inverter/host_link.h"

enum { LINK_RECORDS = 3 };

struct link_bench {
    struct inverter inverter;
    struct inverter_view view;
    struct hostlink_desk desk;
    struct hostlink_server server;
    struct view_clock clock;
    uint32_t now_ms;
    unsigned orders; /* bit per enum hostlink_order that was given */
    int writes;
    uint8_t reply[HOSTLINK_FRAME_MAX];
};

static inline enum setting_verdict bench_set(void *context, const struct hostlink_value *values,
                                             size_t n)
{
    struct link_bench *bench = context;
    bench->writes++;
    return host_link_set(&bench->inverter, values, n);
}

static inline bool bench_order(void *context, enum hostlink_order order)
{
    struct link_bench *bench = context;
    bench->orders |= 1U << order;
    if (order == ORDER_DEFAULTS) {
        host_link_defaults(&bench->inverter);
    }
    return true;
}

static inline bool bench_set_clock(void *context, const struct view_clock *clock)
{
    struct link_bench *bench = context;
    bench->clock = *clock;
    return true;
}

static inline bool bench_record(void *context, unsigned index, struct hostlink_record *record)
{
    struct link_bench *bench = context;
    *record = (struct hostlink_record){FAULT_F_OVERLOAD, bench->clock};
    return index < LINK_RECORDS;
}

/* 6 kW, switched on, on the grid, 52 V battery of a free type. */
static inline void link_bench_init(struct link_bench *bench, enum hostlink_protocol protocol,
                                   const char *product)
{
    memset(bench, 0, sizeof *bench);
    bench->now_ms = UINT32_MAX - 9000U; /* its counter wraps soon */
    inverter_init(&bench->inverter, product_find(product)->inverter, bench->now_ms);
    struct inverter_inputs *in = &bench->inverter.in;
    in->grid_mv = 231200;
    in->grid_hz100 = 4998;
    in->battery_mv = 52340;
    in->battery_ma = -12400;
    in->pv_charge_ma = 9000;
    in->pv_mv = 321500;
    in->pv_ma = 3400;
    in->load_w = 1230;
    in->load_va = 1310;
    in->heatsink_c10 = 414;
    in->port_w = 900;
    in->bus_mv = 421000;
    in->battery_c10 = 233;
    for (int i = 0; i < 800; i++) { /* the grid is believed after 5 s */
        bench->now_ms += 10;
        in->now_ms = bench->now_ms;
        inverter_step(&bench->inverter);
    }
    bench->clock = (struct view_clock){2026, 6, 1, 12, 34, 56};
    bench->desk =
        (struct hostlink_desk){bench, bench_set, bench_order, bench_set_clock, bench_record, NULL};
    hostlink_server_init(&bench->server, protocol);
}

static inline void bench_view(struct link_bench *bench)
{
    static const char serial[] = "96320000000001";
    static const char model[] = "HEARTH-6000";
    host_link_view(&bench->inverter, &bench->view);
    view_text(bench->view.serial, serial, sizeof serial - 1);
    view_text(bench->view.model, model, sizeof model - 1);
    bench->view.clock = bench->clock;
    for (enum view_live live = LIVE_PV_TODAY; live <= LIVE_GRID_CHARGED_TOTAL; live++) {
        view_put(&bench->view, live, 12300000 + 1000000 * (int64_t)live);
    }
}

/* Gives these bytes to the inverter as one read; the reply's length (the last, of several). */
static inline size_t bench_give(struct link_bench *bench, const uint8_t *bytes, size_t n)
{
    size_t last = 0;
    for (size_t at = 0; at < n;) {
        size_t used;
        bench_view(bench);
        struct hostlink_job job = {&bench->view, bench->inverter.profile, &bench->desk,
                                   bench->now_ms};
        size_t length =
            hostlink_server_take(&bench->server, bytes + at, n - at, &used, &job, bench->reply);
        last = length > 0 ? length : last;
        at += used;
    }
    return last;
}

/* The line is quiet for this long. */
static inline size_t bench_quiet(struct link_bench *bench, uint32_t ms)
{
    size_t used;
    bench->now_ms += ms;
    bench_view(bench);
    struct hostlink_job job = {&bench->view, bench->inverter.profile, &bench->desk, bench->now_ms};
    return hostlink_server_take(&bench->server, NULL, 0, &used, &job, bench->reply);
}

/* Lets a reader and the inverter talk until the reader has done this many rounds. */
static inline void bench_talk(struct link_bench *bench, struct hostlink_client *client,
                              uint32_t rounds)
{
    for (int i = 0; i < 4000 && (client->rounds < rounds || client->write == HOSTLINK_WAITS); i++) {
        uint8_t out[HOSTLINK_FRAME_MAX];
        size_t n = hostlink_client_poll(client, bench->now_ms, out);
        bench->now_ms += 10;
        n = n > 0 ? bench_give(bench, out, n) : 0;
        (void)hostlink_client_take(client, bench->reply, n, bench->now_ms);
    }
    assert_true(client->rounds >= rounds);
}

/* A value of this setting that is not in place and would be taken now. */
static inline bool other_value(const struct inverter *inverter, const struct setting_row *row,
                               uint32_t *seed, int32_t *value)
{
    for (int tries = 0; tries < 60; tries++) {
        int32_t step = row->step > 0 ? row->step : 1;
        *value = row->type == SETTING_CHOICE
                     ? option_number(row->options,
                                     (int)(dice(seed) % (uint32_t)option_count(row->options)))
                     : row->min + step * dice_range(seed, 0, (row->max - row->min) / step);
        if (*value != inverter->set[row->id] &&
            inverter_check(inverter, row->id, *value) == VERDICT_OK) {
            return true;
        }
    }
    return false;
}

#endif
