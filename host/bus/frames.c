/* SPDX-License-Identifier: Apache-2.0 */
#include "host/bus/frames.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A client that sets the adapter up does so at once; until then it gets no frames it would take for
   answers. */
enum { USUAL_BIT_PER_S = 500000, SET_UP_MS = 300 };

static bool listening(const struct bus_port *port)
{
    return port->address.kind == BUS_TCP && port->options.server;
}

/* True when we play the adapter: on a pty and for clients that come to us. */
static bool is_adapter(const struct bus_port *port)
{
    return port->address.kind == BUS_PTY || listening(port);
}

void frames_begin(struct bus_port *port, struct bus_line *line)
{
    if (is_adapter(port)) {
        line->quiet_ms = listening(port) ? port->now_ms + SET_UP_MS : 0;
        return;
    }
    uint32_t rate = port->address.bit_per_s != 0   ? port->address.bit_per_s
                    : port->options.bit_per_s != 0 ? port->options.bit_per_s
                                                   : USUAL_BIT_PER_S;
    /* empty lines first: whatever half a command lies in the adapter ends with them */
    int n = snprintf((char *)line->out, sizeof line->out, "\r\rC\rS%d\r%c\r", slcan_rate(rate),
                     port->options.listen_only ? 'L' : 'O');
    line->n_out = n > 0 ? (size_t)n : 0;
}

void frames_queue(struct bus_port *port, const struct can_frame *frame)
{
    port->counters.frames_in++;
    if (port->count == BUS_IN_FRAMES) {
        port->counters.dropped_in++;
        return;
    }
    port->queue[(port->head + port->count) % BUS_IN_FRAMES] = *frame;
    port->count++;
}

static void take_byte(struct bus_port *port, int i, uint8_t byte)
{
    struct bus_line *line = &port->line[i];
    struct can_frame frame;
    bool adapter = is_adapter(port);
    switch (slcan_take(&line->reader, byte, &frame)) {
    case SLCAN_FRAME:
        if (adapter && !slcan_sends(&line->channel)) {
            (void)bus_port_write(port, i, (const uint8_t *)"\a", 1);
            return;
        }
        frames_queue(port, &frame);
        if (adapter) { /* taken for transmission */
            (void)bus_port_write(port, i, (const uint8_t *)(frame.extended ? "Z\r" : "z\r"), 2);
        }
        return;
    case SLCAN_COMMAND:
        if (adapter) {
            const char *answer = slcan_answer(&line->channel, line->reader.line);
            (void)bus_port_write(port, i, (const uint8_t *)answer, strlen(answer));
        }
        return;
    case SLCAN_REMOTE:
    case SLCAN_GARBAGE:
        port->counters.garbage++;
        if (adapter) {
            (void)bus_port_write(port, i, (const uint8_t *)"\a", 1);
        }
        return;
    case SLCAN_REFUSED:
    case SLCAN_NOTHING: return;
    }
}

void frames_take(struct bus_port *port, int i)
{
    uint8_t bytes[512];
    size_t n;
    while ((n = bus_port_read(port, i, bytes, sizeof bytes)) > 0) {
        for (size_t k = 0; k < n; k++) {
            take_byte(port, i, bytes[k]);
        }
    }
}

bool bus_port_take(struct bus_port *port, struct can_frame *frame)
{
    if (port->count == 0) {
        return false;
    }
    *frame = port->queue[port->head];
    port->head = (port->head + 1) % BUS_IN_FRAMES;
    port->count--;
    return true;
}

static bool send_can(struct bus_port *port, const struct can_frame *frame)
{
    if (port->line[0].fd < 0 || port->is_bus_off) {
        return false;
    }
    if (!bus_can_write(port, frame)) {
        port->counters.dropped_out++; /* ENOBUFS: nobody on the bus acknowledges */
        return false;
    }
    return true;
}

bool bus_port_send(struct bus_port *port, const struct can_frame *frame)
{
    char text[SLCAN_FRAME_TEXT];
    bool sent = false;
    if (port->address.kind == BUS_CAN) {
        sent = send_can(port, frame);
    } else {
        size_t n = slcan_put(frame, text);
        for (int i = 0; i < BUS_LINES; i++) {
            const struct bus_line *line = &port->line[i];
            bool quiet = !line->channel.open && port->now_ms < line->quiet_ms;
            bool tells = !quiet && slcan_tells(&line->channel);
            sent |= tells && bus_port_write(port, i, (const uint8_t *)text, n);
        }
    }
    port->counters.frames_out += sent;
    return sent;
}
