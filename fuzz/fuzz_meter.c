/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A meter (FUZZ_PROTOCOL) at both its ends: whatever comes over the line, no byte is read beyond
 * it, no reply is too long, words of the configuration stay in their range and what a reader
 * believes is of a size its consumers can count in. Then the meter answers the next honest question
 * as if nothing had been.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/proto/meter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct meter_unit unit;
static struct meter_view view;
static struct meter_server server;
static struct meter_client client;

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

static void check_words(void)
{
    const struct meter_map *map = &meter_maps[unit.type];
    for (int i = 0; i < map->n_words; i++) {
        require(unit.word[i] >= map->words[i].min && unit.word[i] <= map->words[i].max);
    }
}

/* In pieces, with pauses now and then, in memory of their exact size. */
static uint32_t feed_server(const uint8_t *data, size_t size)
{
    static uint8_t reply[MODBUS_FRAME_MAX];
    uint32_t now_ms = 0;
    for (size_t at = 0; at < size;) {
        size_t n = 1 + data[at] % 64;
        n = n < size - at ? n : size - at;
        uint8_t *piece = malloc(n);
        require(piece != NULL);
        memcpy(piece, data + at, n);
        for (size_t done = 0; done < n;) {
            size_t used;
            const struct meter_job job = {&unit, &view, now_ms};
            size_t length = meter_server_take(&server, piece + done, n - done, &used, &job, reply);
            require((used > 0 || length > 0) && used <= n - done && length <= sizeof reply);
            require(length == 0 || modbus_crc_ok(reply, length));
            done += used;
        }
        free(piece);
        check_words();
        now_ms += data[at] % 5 == 0 ? 700 : 1;
        at += n;
    }
    return now_ms;
}

static void check_view(const struct meter_source *source)
{
    for (enum meter_value id = 0; id < METER_IMPORTED_WH; id++) {
        require(!meter_has(&source->view, id) ||
                (source->view.value[id] <= INT32_MAX && source->view.value[id] >= INT32_MIN));
    }
    require(source->scaling.ct >= 1 && source->scaling.pt10 >= 1);
}

/* As what comes to each question of a while: the bytes as they are, and as the data of a right
   answer. */
static void feed_client(const uint8_t *data, size_t size)
{
    uint8_t out[MODBUS_FRAME_MAX];
    uint32_t now_ms = 0;
    size_t at = 0;
    meter_client_init(&client);
    require(meter_client_add(&client, FUZZ_PROTOCOL, 1));
    require(meter_client_add(&client, METER_DDSU666, 2));
    for (int i = 0; i < 60; i++, now_ms += 60) {
        size_t n = meter_client_poll(&client, now_ms, out);
        require(n <= sizeof out);
        if (n == 0 || size == 0) {
            continue;
        }
        size_t length = 2U * (size_t)out[5];
        require(out[1] == MODBUS_READ && out[4] == 0 && length <= 2 * MODBUS_READ_MAX);
        out[2] = (uint8_t)length;
        for (size_t k = 0; k < length; k++) {
            out[3 + k] = data[at++ % size];
        }
        (void)meter_client_take(&client, data, size < 300 ? size : 300, now_ms);
        (void)meter_client_take(&client, out, modbus_seal(out, 3 + length), now_ms);
        check_view(&client.meter[0]);
        check_view(&client.meter[1]);
    }
}

/* Whatever was written to it: it is asked where it is now. */
static void ask_honestly(uint32_t now_ms)
{
    uint8_t ask[MODBUS_FRAME_MAX];
    uint8_t reply[MODBUS_FRAME_MAX];
    size_t used;
    size_t length;
    const struct meter_job job = {&unit, &view, now_ms + 1000};
    do { /* requests that were held behind half a frame */
        length = meter_server_take(&server, NULL, 0, &used, &job, reply);
    } while (length > 0);
    size_t n =
        modbus_ask(ask, (uint8_t)meter_unit_word(&unit, WORD_ADDRESS), MODBUS_READ, 0x2000, 16);
    length = meter_server_take(&server, ask, n, &used, &job, reply);
    require(used == n);
    require(length == 37 || meter_unit_word(&unit, WORD_PROTOCOL) == METER_DLT645);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&server, 0, sizeof server);
    meter_unit_init(&unit, FUZZ_PROTOCOL, 1);
    for (enum meter_value id = 0; id < METER_VALUES; id++) {
        meter_put(&view, id, 1000 * (int64_t)id - 5000);
    }
    feed_client(data, size);
    ask_honestly(feed_server(data, size));
    return 0;
}
