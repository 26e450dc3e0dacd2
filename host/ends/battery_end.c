/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/battery_end.h"

#include <stdio.h>
#include <string.h>

static bool of_frames(const struct wire_protocol *protocol)
{
    return protocol->kind == PROTOCOL_OF_CAN;
}

static void begin(struct battery_end *end, const struct wire_protocol *protocol, int64_t now_ms)
{
    end->protocol = protocol;
    if (protocol == NULL) {
        return;
    }
    if (of_frames(protocol)) {
        can_sender_init(&end->sender, &can_dialects[protocol->index], (uint32_t)now_ms);
    }
    for (int i = 0; i < BUS_LINES && !of_frames(protocol); i++) {
        rs485_server_init(&end->server[i], (enum rs485_protocol)protocol->index);
        end->server[i].any_address = protocol->index == RS485_PACE;
    }
}

bool battery_end_open(struct battery_end *end, const struct bus_address *address,
                      const struct wire_protocol *protocol, int64_t now_ms, char *why, size_t room)
{
    bool frames = of_frames(protocol);
    struct bus_options options = {
        .frames = frames, .server = true, .baud = frames ? 0 : rs485_facts[protocol->index].baud};
    memset(end, 0, sizeof *end);
    end->heard_ms = INT64_MIN / 2;
    begin(end, protocol, now_ms);
    return bus_port_open(&end->port, address, &options, now_ms, why, room);
}

void battery_end_close(struct battery_end *end) { bus_port_close(&end->port); }

bool battery_end_speak(struct battery_end *end, const struct wire_protocol *protocol,
                       int64_t now_ms)
{
    if (protocol == end->protocol) {
        return true;
    }
    if (protocol != NULL && of_frames(protocol) != end->port.options.frames) {
        return false;
    }
    begin(end, protocol, now_ms);
    return true;
}

/* Requests of one line, one after the other. */
static void serve_line(struct battery_end *end, int line, int64_t now_ms,
                       const struct battery_bank *bank, const struct bank_desk *desk)
{
    static uint8_t reply[RS485_FRAME_MAX];
    struct rs485_server *server = &end->server[line];
    uint8_t bytes[512];
    size_t n = bus_port_read(&end->port, line, bytes, sizeof bytes);
    size_t at = 0;
    do {
        size_t used = 0;
        size_t length = 0;
        uint32_t asked = server->requests;
        if (bank != NULL) {
            length = rs485_server_take(server, bytes + at, n - at, &used, (uint32_t)now_ms, bank,
                                       desk, reply, sizeof reply);
        }
        if (server->requests != asked) {
            end->heard_ms = now_ms;
        }
        if (length > 0) {
            (void)bus_port_write(&end->port, line, reply, length);
        }
        at += bank != NULL && used > 0 ? used : n - at;
    } while (at < n);
}

static void send_frames(struct battery_end *end, int64_t now_ms, const struct battery_bank *bank)
{
    struct can_frame frame;
    while (bus_port_take(&end->port, &frame)) {
        if (can_sender_hear(&end->sender, &frame, (uint32_t)now_ms)) {
            end->heard_ms = now_ms;
        }
    }
    while (bank != NULL && can_sender_poll(&end->sender, (uint32_t)now_ms, &bank->whole, &frame)) {
        (void)bus_port_send(&end->port, &frame);
    }
}

void battery_end_step(struct battery_end *end, int64_t now_ms, const struct battery_bank *bank,
                      const struct bank_desk *desk)
{
    struct can_frame frame;
    bus_port_step(&end->port, now_ms);
    if (end->port.options.frames && end->protocol == NULL) {
        while (bus_port_take(&end->port, &frame)) {
            continue; /* nobody listens */
        }
    } else if (end->port.options.frames) {
        send_frames(end, now_ms, bank);
    } else {
        for (int i = 0; i < BUS_LINES; i++) {
            if (bus_port_has(&end->port, i)) {
                serve_line(end, i, now_ms, end->protocol != NULL ? bank : NULL, desk);
            }
        }
    }
}
