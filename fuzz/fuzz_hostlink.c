/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host link (FUZZ_PROTOCOL) at both its ends: whatever comes over the line, no byte is read
 * beyond it, no reply is too long, the inverter keeps only settings its own check would take, and
 * what a reader puts into its view stays within it. Then the inverter answers the next honest
 * question as if nothing had been.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/inverter/host_link.h"
#include "core/product/product.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct inverter inverter;
static struct inverter_view view;
static struct hostlink_server server;
static struct hostlink_client client;
static struct view_clock now = {2026, 6, 1, 12, 0, 0};

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

static enum setting_verdict set(void *context, const struct hostlink_value *values, size_t n)
{
    (void)context;
    require(n > 0 && n <= HOSTLINK_BATCH);
    for (size_t i = 0; i < n; i++) {
        require((int)values[i].id >= 0 && values[i].id < SET_COUNT);
    }
    enum setting_verdict verdict = host_link_set(&inverter, values, n);
    for (size_t i = 0; i < n && verdict == VERDICT_OK && n == 1; i++) {
        require(inverter.set[values[i].id] == values[i].value);
        require(inverter_check(&inverter, values[i].id, values[i].value) == VERDICT_OK);
    }
    return verdict;
}

static bool order(void *context, enum hostlink_order what)
{
    (void)context;
    require(what <= ORDER_CLEAR_FAULTS);
    return what != ORDER_RESTART;
}

static bool set_clock(void *context, const struct view_clock *clock)
{
    (void)context;
    require(view_clock_is_right(clock));
    now = *clock;
    return true;
}

static bool record(void *context, unsigned index, struct hostlink_record *out)
{
    (void)context;
    require(index < 33);
    *out = (struct hostlink_record){FAULT_F_FAN, now};
    return index < 5;
}

static const struct hostlink_desk desk = {
    .set = set, .order = order, .set_clock = set_clock, .record = record};

static struct hostlink_job job_at(uint32_t now_ms)
{
    host_link_view(&inverter, &view);
    view_text(view.serial, "96320000000001", 14);
    view.clock = now;
    return (struct hostlink_job){&view, inverter.profile, &desk, now_ms};
}

/* The bytes come in pieces, with pauses now and then, in memory of their exact size. */
static void feed_server(const uint8_t *data, size_t size, uint32_t *now_ms)
{
    static uint8_t reply[HOSTLINK_FRAME_MAX];
    for (size_t at = 0; at < size;) {
        size_t n = 1 + data[at] % 64;
        n = n < size - at ? n : size - at;
        uint8_t *piece = malloc(n);
        require(piece != NULL);
        memcpy(piece, data + at, n);
        for (size_t done = 0; done < n;) {
            size_t used;
            struct hostlink_job job = job_at(*now_ms);
            size_t length =
                hostlink_server_take(&server, piece + done, n - done, &used, &job, reply);
            require((used > 0 || length > 0) && used <= n - done && length <= sizeof reply);
            done += used;
        }
        free(piece);
        *now_ms += data[at] % 5 == 0 ? 700 : 1;
        at += n;
    }
}

static void check_view(const struct inverter_view *seen)
{
    require(seen->n_codes <= VIEW_CODES && seen->serial[VIEW_SERIAL - 1] == '\0');
    require(seen->model[VIEW_SERIAL - 1] == '\0');
    require(!seen->clock_heard || view_clock_is_right(&seen->clock));
    require((seen->faults >> FAULT_COUNT) == 0);
}

/* The same bytes as the answer to each question of a round, and to a write. */
static void feed_client(const uint8_t *data, size_t size)
{
    uint8_t out[HOSTLINK_FRAME_MAX];
    for (uint8_t step = 0; step < 15; step++) {
        hostlink_client_init(&client, (enum hostlink_protocol)FUZZ_PROTOCOL, 0);
        if (step == 14) {
            hostlink_client_write(&client, SET_SUPPLY_MODE, 2);
        }
        require(hostlink_client_poll(&client, 0, out) > 0);
        client.step = step < 12 ? step : 0;
        (void)hostlink_client_take(&client, data, size, 1);
        check_view(&client.view);
    }
}

static void both_ends(const uint8_t *data, size_t size)
{
    uint8_t ask[HOSTLINK_FRAME_MAX];
    uint8_t reply[HOSTLINK_FRAME_MAX];
    uint32_t now_ms = 0;
    size_t used;
    size_t length;
    inverter_init(&inverter, product_find("offgrid_6000")->inverter, 0);
    hostlink_server_init(&server, (enum hostlink_protocol)FUZZ_PROTOCOL);
    feed_server(data, size, &now_ms);
    do { /* requests that were held behind half a frame */
        now_ms += 1000;
        struct hostlink_job job = job_at(now_ms);
        length = hostlink_server_take(&server, NULL, 0, &used, &job, reply);
    } while (length > 0);
    hostlink_client_init(&client, (enum hostlink_protocol)FUZZ_PROTOCOL, 255);
    size_t n = hostlink_client_poll(&client, 0, ask);
    struct hostlink_job job = job_at(now_ms + 1000);
    length = hostlink_server_take(&server, ask, n, &used, &job, reply);
    require(length > 0 && used == n);
    require(hostlink_client_take(&client, reply, length, 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    feed_client(data, size);
    both_ends(data, size);
    return 0;
}
