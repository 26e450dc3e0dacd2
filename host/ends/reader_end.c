/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/reader_end.h"

#include <string.h>

bool reader_end_open(struct reader_end *end, const struct reader_spec *spec, int64_t now_ms,
                     char *why, size_t room)
{
    bool frames = spec->protocol->kind == PROTOCOL_OF_CAN;
    struct bus_options options = {.frames = frames,
                                  .baud = frames ? 0 : rs485_facts[spec->protocol->index].baud};
    memset(end, 0, sizeof *end);
    end->protocol = spec->protocol;
    if (frames) {
        can_listener_init(&end->listener, &can_dialects[spec->protocol->index], (uint32_t)now_ms);
    } else {
        rs485_client_init(&end->client, (enum rs485_protocol)spec->protocol->index,
                          rs485_facts[spec->protocol->index].first_address, (uint8_t)spec->packs);
    }
    return bus_port_open(&end->port, spec->address, &options, now_ms, why, room);
}

void reader_end_close(struct reader_end *end) { bus_port_close(&end->port); }

/* Parts of the whole whose last hearing is this step's. */
static uint32_t hear_frames(struct reader_end *end, int64_t now_ms)
{
    struct can_frame frame;
    uint32_t parts = 0;
    while (bus_port_take(&end->port, &frame)) {
        (void)can_listener_hear(&end->listener, &frame, (uint32_t)now_ms);
    }
    for (unsigned i = 0; i < HEARD_PARTS; i++) {
        bool now = end->listener.heard_ms[i] == (uint32_t)now_ms;
        parts |= now ? end->listener.report.heard & 1U << i : 0;
    }
    while (can_listener_poll(&end->listener, (uint32_t)now_ms, &frame)) {
        (void)bus_port_send(&end->port, &frame);
    }
    end->bank.whole = end->listener.report;
    return parts;
}

/* What an answer brought anew, in the words of a report. */
static uint32_t parts_of(const struct rs485_client *client, uint32_t told_now)
{
    static const struct {
        uint16_t view;
        uint32_t heard;
    } rows[] = {{VIEW_ANALOG, HEARD_MEASURED},
                {VIEW_SOC, HEARD_SOC},
                {VIEW_CAPACITY, HEARD_SOC | HEARD_CAPACITY},
                {VIEW_LIMITS, HEARD_LIMITS},
                {VIEW_ENABLE, HEARD_REQUEST},
                {VIEW_FLAGS, HEARD_FLAGS},
                {VIEW_CELLS, HEARD_CELLS}};
    uint32_t parts = told_now;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        parts |= (client->just_heard & rows[i].view) != 0 ? rows[i].heard : 0;
    }
    return parts;
}

/* Parts of what the host tells of all that came with the last answer. */
static uint32_t told_now(const struct rs485_client *client, uint32_t now_ms)
{
    uint32_t parts = 0;
    for (unsigned i = 0; i < HEARD_PARTS; i++) {
        bool now = client->told_part_ms[i] == now_ms && (client->told.heard >> i & 1U) != 0;
        parts |= now ? 1U << i : 0;
    }
    return parts;
}

static uint32_t ask(struct reader_end *end, int64_t now_ms)
{
    uint8_t bytes[512];
    uint32_t parts = 0;
    size_t n = bus_port_read(&end->port, 0, bytes, sizeof bytes);
    do {
        if (rs485_client_take(&end->client, bytes, n, (uint32_t)now_ms, &end->bank)) {
            parts |= parts_of(&end->client, told_now(&end->client, (uint32_t)now_ms));
        }
    } while (n > 0 && (n = bus_port_read(&end->port, 0, bytes, sizeof bytes)) > 0);
    size_t length = rs485_client_poll(&end->client, (uint32_t)now_ms, bytes, sizeof bytes);
    if (length > 0) {
        (void)bus_port_write(&end->port, 0, bytes, length);
    }
    return parts & end->bank.whole.heard;
}

uint32_t reader_end_step(struct reader_end *end, int64_t now_ms)
{
    bus_port_step(&end->port, now_ms);
    return end->port.options.frames ? hear_frames(end, now_ms) : ask(end, now_ms);
}
