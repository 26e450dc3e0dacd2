/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_BUS_PORT_H
#define HEARTH_HOST_BUS_PORT_H

/*
 * A real bus, opened. No call waits. What unplugs, goes bus-off or refuses is counted, said in a
 * sentence and tried again later and later (0.25 s doubling to 10 s); what a slow reader does not
 * take is dropped by whole messages; the echo some RS485 adapters make of what was sent is taken
 * out: on a line that does not hear itself an answer may be the same as its question.
 *
 * A port carries bytes or CAN frames. On modbus: the bytes are Modbus RTU frames, with Modbus TCP
 * on the way. Frames travel over SocketCAN as they are and over serial lines, TCP and ptys as
 * slcan; on a pty and as a TCP server we are the adapter, else its user. A server has several
 * lines, one for each client; a client or a serial port has one, number 0.
 */

#include <poll.h>

#include "core/proto/slcan.h"
#include "host/bus/address.h"
#include "host/bus/mbap.h"

enum { BUS_LINES = 16, BUS_OUT = 8192, BUS_ECHO = 4096, BUS_IN_FRAMES = 256 };

struct bus_counters {
    uint64_t bytes_in, bytes_out, frames_in, frames_out;
    uint32_t dropped_out; /* messages a slow reader did not take */
    uint32_t dropped_in;  /* frames nobody took out of the queue in time */
    uint32_t garbage;     /* lines that were no frame, error frames, remote requests */
    uint32_t echoed;      /* own messages that came back */
    uint32_t opened, lost, refused;
    uint32_t turned_away; /* clients for whom no line was free */
    uint32_t bus_off, bus_passive;
};

struct bus_options {
    bool frames;        /* CAN frames instead of bytes */
    bool server;        /* tcp: and modbus: listen */
    bool listen_only;   /* of an slcan adapter: acknowledges nothing, sends nothing */
    uint32_t baud;      /* where the address says none */
    uint32_t bit_per_s; /* of CAN; 0: 500 kbit/s */
};

/* One connection. */
struct bus_line {
    int fd; /* -1: free */
    size_t n_out;
    uint8_t out[BUS_OUT];
    size_t n_echo;   /* own bytes that may come back */
    size_t n_same;   /* of them, that came: held back until it is clear what they are */
    int64_t echo_ms; /* until then */
    enum line_echo { ECHO_UNKNOWN, ECHO_YES, ECHO_NO } hears_itself; /* by what came last */
    bool in_doubt; /* what was sent came back whole, and was taken for an answer */
    uint8_t echo[BUS_ECHO];
    struct mbap mbap; /* of modbus: */
    struct slcan_reader reader;
    struct slcan_channel channel;
    int64_t quiet_ms; /* of slcan over TCP: until then no frames, unless it is opened */
};

struct bus_port {
    struct bus_address address;
    struct bus_options options;
    struct bus_counters counters;
    char state[160]; /* "connected", or what is the matter */
    bool up;         /* somebody can hear us */
    bool is_bus_off;
    bool is_short; /* of lines: somebody was turned away and all are still taken */
    int listener;
    struct bus_line line[BUS_LINES];
    int64_t now_ms;             /* of the last step */
    int64_t retry_ms, pause_ms; /* next try, distance of the tries */
    struct can_frame queue[BUS_IN_FRAMES];
    unsigned head, count;
};

/* Opens; false with a sentence when the very first try fails (the caller may go on: a port that is
   not there yet is tried again by bus_port_step). `port` keeps the address and options. */
bool bus_port_open(struct bus_port *port, const struct bus_address *address,
                   const struct bus_options *options, int64_t now_ms, char *why, size_t room);
void bus_port_close(struct bus_port *port);

/* Accepts, reconnects, sends what waits, takes frames in. */
void bus_port_step(struct bus_port *port, int64_t now_ms);

/* Descriptors to wait on; returns how many. */
int bus_port_fds(const struct bus_port *port, struct pollfd *fds, int room);

/* Bytes of line `i` (0 .. BUS_LINES - 1); 0: nothing there. */
size_t bus_port_read(struct bus_port *port, int i, uint8_t *bytes, size_t room);
/* Sends a whole message on one line; false when it was dropped. */
bool bus_port_write(struct bus_port *port, int i, const uint8_t *bytes, size_t length);

/* Frames, from and to all lines. */
bool bus_port_take(struct bus_port *port, struct can_frame *frame);
bool bus_port_send(struct bus_port *port, const struct can_frame *frame);

/* Line `line` has somebody at its other end. */
static inline bool bus_port_has(const struct bus_port *port, int line)
{
    return port->line[line].fd >= 0;
}

/* private to host/bus: openers give a descriptor, or -1 and errno */
int bus_open_serial(const struct bus_address *address, uint32_t baud);
int bus_open_tcp(const struct bus_address *address);
int bus_listen_tcp(const struct bus_address *address);
int bus_open_pty(const struct bus_address *address);
int bus_open_can(const struct bus_address *address);
bool bus_can_read(struct bus_port *port, struct can_frame *frame);
bool bus_can_write(struct bus_port *port, const struct can_frame *frame);
bool bus_pty_has_peer(int fd);
void bus_before_send(const struct bus_port *port, int fd);
void bus_after_send(const struct bus_port *port, int fd);

#endif
