/* SPDX-License-Identifier: Apache-2.0 */
/* Opening, losing and finding again; bytes in and out. Frames on byte lines: frames.c. */
#include "host/bus/port.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/bus/frames.h"

enum { PAUSE_MIN_MS = 250, PAUSE_MAX_MS = 10000, ECHO_MS = 1000 };

static bool listens(const struct bus_port *port)
{
    enum bus_kind kind = port->address.kind;
    return port->options.server && (kind == BUS_TCP || kind == BUS_MODBUS);
}

static void begin_line(struct bus_port *port, int i, int fd)
{
    struct bus_line *line = &port->line[i];
    memset(line, 0, sizeof *line);
    line->fd = fd;
    if (port->options.frames && port->address.kind != BUS_CAN) {
        frames_begin(port, line);
    }
}

static int open_descriptor(struct bus_port *port)
{
    switch (port->address.kind) {
    case BUS_CAN: return bus_open_can(&port->address);
    case BUS_SLCAN:
    case BUS_SERIAL: return bus_open_serial(&port->address, port->options.baud);
    case BUS_PTY: return bus_open_pty(&port->address);
    case BUS_TCP:
    case BUS_MODBUS: break;
    }
    return listens(port) ? bus_listen_tcp(&port->address) : bus_open_tcp(&port->address);
}

/* The next try, and twice as long to the one after it; what comes in ends the waiting. */
static void wait_longer(struct bus_port *port)
{
    port->retry_ms = port->now_ms + port->pause_ms;
    port->pause_ms = port->pause_ms * 2 < PAUSE_MAX_MS ? port->pause_ms * 2 : PAUSE_MAX_MS;
}

static bool try_open(struct bus_port *port)
{
    char name[300];
    int fd = open_descriptor(port);
    bus_address_write(&port->address, name, sizeof name);
    if (fd < 0) {
        port->counters.refused++;
        snprintf(port->state, sizeof port->state, "%.100s: %s", name,
                 port->address.kind == BUS_CAN && errno == ENODEV ? "there is no such interface"
                                                                  : strerror(errno));
        return false;
    }
    port->counters.opened++;
    if (listens(port)) {
        port->listener = fd;
        snprintf(port->state, sizeof port->state, "listening");
        return true;
    }
    begin_line(port, 0, fd);
    snprintf(port->state, sizeof port->state, "connected");
    return true;
}

bool bus_port_open(struct bus_port *port, const struct bus_address *address,
                   const struct bus_options *options, int64_t now_ms, char *why, size_t room)
{
    memset(port, 0, sizeof *port);
    port->address = *address;
    port->options = *options;
    port->listener = -1;
    port->pause_ms = PAUSE_MIN_MS;
    port->now_ms = now_ms;
    for (int i = 0; i < BUS_LINES; i++) {
        port->line[i].fd = -1;
    }
    if (!(options->frames ? bus_carries_frames : bus_carries_bytes)(address->kind)) {
        char name[300];
        bus_address_write(address, name, sizeof name);
        snprintf(why, room, "%.100s cannot carry %s", name,
                 options->frames ? "CAN frames" : "a serial protocol");
        snprintf(port->state, sizeof port->state, "%.150s", why);
        port->retry_ms = INT64_MAX;
        return false;
    }
    if (!try_open(port)) {
        snprintf(why, room, "%s", port->state);
        wait_longer(port);
        return false;
    }
    return true;
}

static void close_line(struct bus_line *line)
{
    if (line->fd >= 0) {
        close(line->fd);
        line->fd = -1;
    }
}

void bus_port_close(struct bus_port *port)
{
    for (int i = 0; i < BUS_LINES; i++) {
        close_line(&port->line[i]);
    }
    if (port->listener >= 0) {
        close(port->listener);
        port->listener = -1;
    }
    if (port->address.kind == BUS_PTY && port->counters.opened > 0) {
        (void)unlink(port->address.path);
    }
    port->up = false;
    port->retry_ms = INT64_MAX;
}

/* The other end is gone: a server waits for the next, the rest opens anew later. */
static void lose(struct bus_port *port, int i, const char *reason)
{
    close_line(&port->line[i]);
    port->counters.lost++;
    if (listens(port)) {
        return;
    }
    snprintf(port->state, sizeof port->state, "lost: %.100s", reason);
    wait_longer(port);
}

static void flush_line(struct bus_port *port, int i)
{
    struct bus_line *line = &port->line[i];
    if (line->fd < 0 || line->n_out == 0) {
        return;
    }
    bus_before_send(port, line->fd);
    ssize_t n = write(line->fd, line->out, line->n_out);
    bus_after_send(port, line->fd);
    if (n > 0) {
        port->counters.bytes_out += (uint64_t)n;
        line->n_out -= (size_t)n;
        memmove(line->out, line->out + n, line->n_out);
    } else if (n < 0 && errno != EAGAIN && errno != EINTR && errno != ENOTCONN) {
        lose(port, i, strerror(errno));
    }
}

/* Bytes held back as a likely echo turned out to be none: they go before what came. */
static size_t give_back(struct bus_line *line, uint8_t *bytes, size_t n)
{
    size_t held = line->n_same;
    memmove(bytes + held, bytes, n);
    memcpy(bytes, line->echo, held);
    line->n_same = line->n_echo = 0;
    return held + n;
}

/* What came back of what was sent is taken out; the rest stays. `bytes` has room for n and what is
   held back. An answer may begin like its question: only the whole of it is an echo. It may even be
   its question (a Modbus device answers a write so): then the line's own habit counts, and what
   comes behind it. */
static size_t take_out_echo(struct bus_port *port, struct bus_line *line, uint8_t *bytes, size_t n)
{
    if (line->in_doubt) {
        line->in_doubt = false;
        line->hears_itself = ECHO_YES; /* it was none: the answer comes now */
    }
    if (line->n_echo == 0 || port->now_ms > line->echo_ms) {
        return give_back(line, bytes, n);
    }
    size_t left = line->n_echo - line->n_same;
    size_t common = n < left ? n : left;
    if (memcmp(bytes, line->echo + line->n_same, common) != 0) {
        line->hears_itself = ECHO_NO;
        return give_back(line, bytes, n);
    }
    if (common < left) {
        line->n_same += common;
        return 0;
    }
    if (line->hears_itself == ECHO_NO && n == common) {
        line->in_doubt = true;
        return give_back(line, bytes, n);
    }
    line->hears_itself = ECHO_YES;
    port->counters.echoed++;
    line->n_same = line->n_echo = 0;
    memmove(bytes, bytes + common, n - common);
    return n - common;
}

/* Nothing came: nothing was there, or the line is gone. */
static void nothing_read(struct bus_port *port, int i, ssize_t n)
{
    bool pty = port->address.kind == BUS_PTY;
    bool serial = port->address.kind == BUS_SERIAL || port->address.kind == BUS_SLCAN;
    bool waits = n < 0 && (errno == EAGAIN || errno == EINTR || (pty && errno == EIO));
    if (waits || (n == 0 && pty)) {
        return;
    }
    if (n == 0 && serial) { /* with VMIN 0 nothing there reads as nothing, so does a pulled plug */
        struct pollfd look = {.fd = port->line[i].fd, .events = POLLIN};
        if (poll(&look, 1, 0) <= 0 || (look.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0) {
            return;
        }
    }
    lose(port, i, n == 0 ? "the other end closed" : strerror(errno));
}

/* Modbus TCP to Modbus RTU: the next whole frame. */
static size_t read_modbus(struct bus_port *port, int i, uint8_t *bytes, size_t room)
{
    struct bus_line *line = &port->line[i];
    uint8_t raw[MBAP_MAX];
    uint8_t rtu[MBAP_MAX + 2];
    size_t used;
    ssize_t n;
    while ((n = read(line->fd, raw, mbap_wants(&line->mbap))) > 0) { /* none of the next frame */
        port->counters.bytes_in += (uint64_t)n;
        port->pause_ms = PAUSE_MIN_MS;
        int length = mbap_take(&line->mbap, raw, (size_t)n, &used, rtu);
        if (length < 0) {
            port->counters.garbage++;
            lose(port, i, "what comes is no Modbus TCP");
            return 0;
        }
        if (length > 0 && (size_t)length <= room) {
            memcpy(bytes, rtu, (size_t)length);
            return (size_t)length;
        }
    }
    nothing_read(port, i, n);
    return 0;
}

size_t bus_port_read(struct bus_port *port, int i, uint8_t *bytes, size_t room)
{
    struct bus_line *line = &port->line[i];
    if (line->fd < 0 || room <= line->n_same) {
        return 0;
    }
    if (port->address.kind == BUS_MODBUS) {
        return read_modbus(port, i, bytes, room);
    }
    ssize_t n = read(line->fd, bytes, room - line->n_same);
    if (n > 0) {
        port->counters.bytes_in += (uint64_t)n;
        port->pause_ms = PAUSE_MIN_MS;
        return take_out_echo(port, line, bytes, (size_t)n);
    }
    nothing_read(port, i, n);
    bool late = line->n_same > 0 && port->now_ms > line->echo_ms;
    return late ? give_back(line, bytes, 0) : 0;
}

bool bus_port_write(struct bus_port *port, int i, const uint8_t *bytes, size_t length)
{
    struct bus_line *line = &port->line[i];
    if (line->fd < 0 || (port->address.kind == BUS_PTY && !bus_pty_has_peer(line->fd))) {
        return false;
    }
    uint8_t framed[MBAP_MAX];
    if (port->address.kind == BUS_MODBUS) {
        length = mbap_put(&line->mbap, !port->options.server, bytes, length, framed);
        bytes = framed;
    }
    if (length == 0 || line->n_out + length > BUS_OUT) {
        port->counters.dropped_out++;
        return false;
    }
    memcpy(line->out + line->n_out, bytes, length);
    line->n_out += length;
    if (port->address.kind == BUS_SERIAL && length <= BUS_ECHO && !port->options.frames) {
        memcpy(line->echo, bytes, length);
        line->n_echo = length;
        line->n_same = 0;
        line->in_doubt = false;
        line->echo_ms = port->now_ms + ECHO_MS;
    }
    flush_line(port, i);
    return true;
}

static void accept_clients(struct bus_port *port)
{
    int fd;
    while (port->listener >= 0 &&
           (fd = accept4(port->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int i = 0;
        while (i < BUS_LINES && port->line[i].fd >= 0) {
            i++;
        }
        if (i == BUS_LINES) {
            port->counters.turned_away++;
            port->is_short = true;
            close(fd);
            continue;
        }
        begin_line(port, i, fd);
    }
}

static void take_can_frames(struct bus_port *port)
{
    struct can_frame frame;
    while (bus_can_read(port, &frame)) {
        frames_queue(port, &frame);
    }
    if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS) {
        lose(port, 0, strerror(errno));
    }
}

static bool has_peer(const struct bus_port *port, const struct bus_line *line)
{
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    switch (port->address.kind) {
    case BUS_PTY: return line->fd >= 0 && bus_pty_has_peer(line->fd);
    case BUS_TCP: /* a connection may still be on its way */
    case BUS_MODBUS:
        return line->fd >= 0 && getpeername(line->fd, (struct sockaddr *)&peer, &length) == 0;
    case BUS_CAN:
    case BUS_SLCAN:
    case BUS_SERIAL: break;
    }
    return line->fd >= 0;
}

static void find_state(struct bus_port *port)
{
    int peers = 0;
    for (int i = 0; i < BUS_LINES; i++) {
        peers += has_peer(port, &port->line[i]);
    }
    port->up = peers > 0 && !port->is_bus_off;
    if (port->is_bus_off) {
        snprintf(port->state, sizeof port->state, "bus-off: check wiring, termination, bit rate");
    } else if (listens(port) && port->listener >= 0) {
        port->is_short = port->is_short && peers == BUS_LINES;
        snprintf(port->state, sizeof port->state, "listening, %d connected%s", peers,
                 port->is_short ? ", others are turned away" : "");
    } else if (port->line[0].fd >= 0) {
        snprintf(port->state, sizeof port->state,
                 peers > 0                       ? "connected"
                 : port->address.kind == BUS_PTY ? "nobody connected"
                                                 : "connecting");
    }
}

void bus_port_step(struct bus_port *port, int64_t now_ms)
{
    port->now_ms = now_ms;
    bool closed = port->listener < 0 && port->line[0].fd < 0;
    if (closed && now_ms >= port->retry_ms && !try_open(port)) {
        wait_longer(port);
    }
    accept_clients(port);
    if (port->options.frames && port->address.kind == BUS_CAN && port->line[0].fd >= 0) {
        take_can_frames(port);
    }
    for (int i = 0; i < BUS_LINES; i++) {
        flush_line(port, i);
        if (port->options.frames && port->address.kind != BUS_CAN && port->line[i].fd >= 0) {
            frames_take(port, i);
        }
    }
    find_state(port);
}

int bus_port_fds(const struct bus_port *port, struct pollfd *fds, int room)
{
    int n = 0;
    if (port->listener >= 0 && n < room) {
        fds[n++] = (struct pollfd){.fd = port->listener, .events = POLLIN};
    }
    for (int i = 0; i < BUS_LINES && n < room; i++) {
        const struct bus_line *line = &port->line[i];
        bool wakes = line->fd >= 0 && (port->address.kind != BUS_PTY || bus_pty_has_peer(line->fd));
        if (wakes) { /* a pty without a peer would wake us at once, always */
            short events = line->n_out > 0 ? POLLIN | POLLOUT : POLLIN;
            fds[n++] = (struct pollfd){.fd = line->fd, .events = events};
        }
    }
    return n;
}
