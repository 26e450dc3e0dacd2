/* SPDX-License-Identifier: Apache-2.0 */
/* Real buses over ptys and loopback: what is sent arrives, and what goes wrong is survived. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "host/bus/port.h"

static int64_t now_ms;
static char link_path[64];

static void open_ok(struct bus_port *port, const char *name, struct bus_options options)
{
    struct bus_address address;
    char why[300] = "";
    assert_true(bus_address_read(name, &address, why, sizeof why));
    bool well = bus_port_open(port, &address, &options, now_ms, why, sizeof why);
    if (!well) {
        print_error("%s: %s\n", name, why);
    }
    assert_true(well);
}

static void step(struct bus_port *port, int64_t ms)
{
    now_ms += ms;
    bus_port_step(port, now_ms);
}

/* Opens our end of a pty as any program would. */
static int open_peer(void)
{
    int fd = open(link_path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(fd >= 0);
    return fd;
}

static const char *pty_name(void)
{
    static char name[80];
    snprintf(link_path, sizeof link_path, "/tmp/hearth-bus-%d", (int)getpid());
    snprintf(name, sizeof name, "pty:%s", link_path);
    return name;
}

/* Bytes that may take a moment over loopback: waits until there are some, at most 2 s. */
static size_t read_some(struct bus_port *port, int i, uint8_t *bytes, size_t room)
{
    size_t n = 0;
    for (int tries = 0; tries < 2000 && n == 0; tries++) {
        n = bus_port_read(port, i, bytes, room);
        usleep(n == 0 ? 1000 : 0);
    }
    return n;
}

/* The kernel hands a pty's bytes on in its own time. */
static ssize_t peer_read(int fd, void *bytes, size_t wanted)
{
    size_t n = 0;
    for (int tries = 0; tries < 2000 && n < wanted; tries++) {
        ssize_t got = read(fd, (char *)bytes + n, wanted - n);
        n += got > 0 ? (size_t)got : 0;
        usleep(n < wanted ? 1000 : 0);
    }
    return (ssize_t)n;
}

/* Steps until so many frames wait, and so many lines were garbage. */
static void step_for(struct bus_port *port, unsigned frames, unsigned garbage)
{
    for (int tries = 0; tries < 2000 && (port->count < frames || port->counters.garbage < garbage);
         tries++) {
        usleep(1000);
        step(port, 0);
    }
}

static void step_until(struct bus_port *port, const char *state)
{
    for (int tries = 0; tries < 2000 && strcmp(port->state, state) != 0; tries++) {
        usleep(1000);
        step(port, 0);
    }
    assert_string_equal(port->state, state);
}

static void bytes_go_both_ways_over_a_pty(void **state)
{
    static struct bus_port port;
    uint8_t bytes[16];
    (void)state;
    open_ok(&port, pty_name(), (struct bus_options){0});
    step(&port, 10);
    assert_string_equal(port.state, "nobody connected");
    assert_false(port.up);
    assert_false(bus_port_write(&port, 0, (const uint8_t *)"lost", 4));
    int peer = open_peer();
    step(&port, 10);
    assert_true(port.up);
    assert_int_equal(write(peer, "hello\r\n\x03", 8), 8);
    assert_int_equal(read_some(&port, 0, bytes, sizeof bytes), 8); /* raw: nothing translated */
    assert_memory_equal(bytes, "hello\r\n\x03", 8);
    assert_true(bus_port_write(&port, 0, (const uint8_t *)"answer\r", 7));
    assert_int_equal(peer_read(peer, bytes, 7), 7);
    assert_memory_equal(bytes, "answer\r", 7);
    close(peer);
    step(&port, 10);
    assert_false(port.up);
    peer = open_peer(); /* and another one comes */
    step(&port, 10);
    assert_true(port.up);
    assert_int_equal(write(peer, "x", 1), 1);
    assert_int_equal(read_some(&port, 0, bytes, sizeof bytes), 1);
    close(peer);
    bus_port_close(&port);
    assert_int_not_equal(access(link_path, F_OK), 0);
}

static void a_pty_never_replaces_a_file(void **state)
{
    static struct bus_port port;
    struct bus_address address;
    char why[300];
    (void)state;
    assert_true(bus_address_read(pty_name(), &address, why, sizeof why));
    FILE *file = fopen(link_path, "w");
    assert_non_null(file);
    fclose(file);
    assert_false(bus_port_open(&port, &address, &(struct bus_options){0}, now_ms, why, sizeof why));
    assert_non_null(strstr(why, "File exists"));
    bus_port_close(&port);
    assert_int_equal(access(link_path, F_OK), 0);
    unlink(link_path);
}

static void a_slow_reader_loses_whole_messages_and_they_are_counted(void **state)
{
    static struct bus_port port;
    static char text[64];
    uint8_t bytes[512];
    (void)state;
    open_ok(&port, pty_name(), (struct bus_options){0});
    int peer = open_peer();
    int sent = 0;
    for (int i = 0; i < 2000; i++) {
        int n = snprintf(text, sizeof text, "<%050d>", i);
        sent += bus_port_write(&port, 0, (const uint8_t *)text, (size_t)n);
        step(&port, 1);
    }
    assert_true(sent < 2000);
    assert_int_equal(port.counters.dropped_out, 2000 - sent);
    int whole = 0;
    size_t in_message = 0;
    for (int i = 0; i < 4000 && whole < sent; i++) {
        ssize_t n = read(peer, bytes, sizeof bytes);
        usleep(n > 0 ? 0 : 1000);
        for (ssize_t k = 0; k < n; k++) {
            in_message = bytes[k] == '<' ? 1 : in_message + 1;
            if (bytes[k] == '>') {
                assert_int_equal(in_message, 52);
                whole++;
            }
        }
        step(&port, 1);
    }
    assert_int_equal(whole, sent);
    close(peer);
    bus_port_close(&port);
}

static void several_clients_are_lines_of_their_own(void **state)
{
    static struct bus_port server;
    static struct bus_port client[3];
    uint8_t bytes[16];
    (void)state;
    int port_number = 20000 + (int)getpid() % 20000;
    char name[40];
    snprintf(name, sizeof name, "tcp:127.0.0.1:%d", port_number);
    open_ok(&server, name, (struct bus_options){.server = true});
    for (int i = 0; i < 3; i++) {
        char wanted[40];
        snprintf(wanted, sizeof wanted, "listening, %d connected", i + 1);
        open_ok(&client[i], name, (struct bus_options){0});
        step_until(&server, wanted);
        step_until(&client[i], "connected");
    }
    for (int i = 0; i < 3; i++) {
        uint8_t byte = (uint8_t)('a' + i);
        step(&client[i], 10);
        assert_true(bus_port_write(&client[i], 0, &byte, 1));
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(read_some(&server, i, bytes, sizeof bytes), 1);
        assert_int_equal(bytes[0], 'a' + i);
        assert_true(bus_port_write(&server, i, bytes, 1));
        assert_int_equal(read_some(&client[i], 0, bytes, sizeof bytes), 1);
        assert_int_equal(bytes[0], 'a' + i);
    }
    bus_port_close(&client[1]);
    for (int tries = 0; tries < 2000 && bus_port_has(&server, 1); tries++) {
        assert_int_equal(bus_port_read(&server, 1, bytes, sizeof bytes), 0);
        usleep(1000);
    }
    step_until(&server, "listening, 2 connected");
    bus_port_close(&client[0]);
    bus_port_close(&client[2]);
    bus_port_close(&server);
}

static void a_client_too_many_is_counted_and_told(void **state)
{
    static struct bus_port server;
    static struct bus_port client[BUS_LINES + 1];
    char name[40];
    char wanted[80];
    (void)state;
    snprintf(name, sizeof name, "tcp:127.0.0.1:%d", 41000 + (int)getpid() % 20000);
    open_ok(&server, name, (struct bus_options){.server = true});
    for (int i = 0; i < BUS_LINES; i++) {
        open_ok(&client[i], name, (struct bus_options){0});
        snprintf(wanted, sizeof wanted, "listening, %d connected", i + 1);
        step_until(&server, wanted);
    }
    assert_int_equal(server.counters.turned_away, 0);
    open_ok(&client[BUS_LINES], name, (struct bus_options){0});
    snprintf(wanted, sizeof wanted, "listening, %d connected, others are turned away", BUS_LINES);
    step_until(&server, wanted);
    assert_int_equal(server.counters.turned_away, 1);
    uint8_t byte;
    bus_port_close(&client[3]);
    for (int tries = 0; tries < 2000 && bus_port_has(&server, 3); tries++) {
        assert_int_equal(bus_port_read(&server, 3, &byte, 1), 0);
        usleep(1000);
    }
    snprintf(wanted, sizeof wanted, "listening, %d connected", BUS_LINES - 1);
    step_until(&server, wanted);
    for (int i = 0; i <= BUS_LINES; i++) {
        bus_port_close(&client[i]);
    }
    bus_port_close(&server);
}

static void a_client_finds_a_server_that_comes_later_and_tries_ever_less_often(void **state)
{
    static struct bus_port server;
    static struct bus_port client;
    uint8_t bytes[4];
    (void)state;
    char name[40];
    snprintf(name, sizeof name, "tcp:127.0.0.1:%d", 41000 + (int)getpid() % 20000);
    open_ok(&client, name, (struct bus_options){0});
    int tries = 0;
    uint32_t before = client.counters.opened;
    for (int i = 0; i < 600; i++) { /* a minute */
        usleep(200);
        step(&client, 100);
        (void)bus_port_read(&client, 0, bytes, sizeof bytes);
        tries += client.counters.opened != before;
        before = client.counters.opened;
        assert_false(client.up);
    }
    assert_in_range(tries, 6, 14); /* 0.25, 0.5, 1 ... 10 s */
    assert_true(client.counters.lost > 5);
    open_ok(&server, name, (struct bus_options){.server = true});
    for (int i = 0; i < 400 && !client.up; i++) {
        usleep(2000);
        step(&client, 100);
        step(&server, 0);
    }
    assert_true(client.up);
    assert_string_equal(client.state, "connected");
    bus_port_close(&client);
    bus_port_close(&server);
}

static void frames_travel_as_slcan_and_garbage_is_counted(void **state)
{
    static struct bus_port port;
    char text[128];
    struct can_frame frame = {.id = 0x351, .length = 2, .data = {0x12, 0xAB}};
    (void)state;
    open_ok(&port, pty_name(), (struct bus_options){.frames = true});
    int peer = open_peer();
    step(&port, 1);
    assert_true(bus_port_send(&port, &frame));
    assert_int_equal(peer_read(peer, text, 10), 10);
    assert_memory_equal(text, "t351212AB\r", 10);
    assert_int_equal(write(peer, "C\rS6\rO\rV\rS3\r", 12), 12);
    for (int tries = 0; tries < 2000 && port.counters.bytes_out < 20; tries++) {
        usleep(1000);
        step(&port, 0);
    }
    assert_int_equal(peer_read(peer, text, 10),
                     10); /* done, done, done, version, refused while open */
    assert_memory_equal(text, "\r\r\rV1013\r\a", 10);
    const char *in = "t30580000000000000000\rgarbage\rt9991\rT0000035121122\rt3051\rr3058\r";
    assert_int_equal(write(peer, in, strlen(in)), (ssize_t)strlen(in));
    step_for(&port, 2, 4);
    assert_true(bus_port_take(&port, &frame));
    assert_int_equal(frame.id, 0x305);
    assert_int_equal(frame.length, 8);
    assert_true(bus_port_take(&port, &frame));
    assert_true(frame.extended);
    assert_int_equal(frame.id, 0x351);
    assert_false(bus_port_take(&port, &frame));
    assert_int_equal(port.counters.garbage, 4);
    assert_int_equal(write(peer, "C\r", 2), 2);
    for (int tries = 0; tries < 2000 && port.line[0].channel.open; tries++) {
        usleep(1000);
        step(&port, 0);
    }
    assert_false(bus_port_send(&port, &frame)); /* the channel is closed */
    close(peer);
    bus_port_close(&port);
}

/* Sends as a client, steps the server and gives it the client's answer: `n` bytes of it. */
static void assert_answer(struct bus_port *server, struct bus_port *client, const char *sent,
                          const char *wanted)
{
    char text[64] = "";
    size_t n = 0;
    assert_true(bus_port_write(client, 0, (const uint8_t *)sent, strlen(sent)));
    for (int tries = 0; tries < 2000 && n < strlen(wanted); tries++) {
        usleep(1000);
        step(server, 0);
        n += bus_port_read(client, 0, (uint8_t *)text + n, sizeof text - 1 - n);
    }
    assert_string_equal(text, wanted);
}

/* The adapter's client over TCP: no frames either way before its O is accepted. */
static void an_slcan_client_of_tcp_gets_and_sends_no_frames_before_it_opens(void **state)
{
    static struct bus_port server;
    static struct bus_port client;
    struct can_frame frame = {.id = 0x351, .length = 2, .data = {0x12, 0xAB}};
    char name[40];
    (void)state;
    snprintf(name, sizeof name, "tcp:127.0.0.1:%d", 41000 + (int)getpid() % 20000);
    open_ok(&server, name, (struct bus_options){.frames = true, .server = true});
    open_ok(&client, name, (struct bus_options){0});
    step_until(&server, "listening, 1 connected");
    step_until(&client, "connected");
    assert_false(bus_port_send(&server, &frame)); /* it may be about to set the channel up */
    assert_answer(&server, &client, "V\r", "V1013\r");
    step(&server, 1000);
    assert_false(bus_port_send(&server, &frame));
    assert_answer(&server, &client, "t30510A\rS6\r", "\a\r");
    assert_int_equal(server.count, 0);
    assert_answer(&server, &client, "O\rt30510A\r", "\rz\r");
    assert_int_equal(server.count, 1);
    assert_true(bus_port_send(&server, &frame));
    assert_answer(&server, &client, "C\r", "t351212AB\r\r");
    assert_answer(&server, &client, "L\rt30510A\r", "\r\a");
    assert_int_equal(server.count, 1);
    bus_port_close(&client);
    bus_port_close(&server);
}

/* Who only listens says nothing: after a moment it gets the frames (decision W-2). */
static void a_client_that_only_listens_gets_the_frames(void **state)
{
    static struct bus_port server;
    static struct bus_port client;
    struct can_frame frame = {.id = 0x351, .length = 2, .data = {0x12, 0xAB}};
    uint8_t bytes[32];
    char name[40];
    (void)state;
    snprintf(name, sizeof name, "tcp:127.0.0.1:%d", 41000 + (int)getpid() % 20000);
    open_ok(&server, name, (struct bus_options){.frames = true, .server = true});
    open_ok(&client, name, (struct bus_options){0});
    step_until(&server, "listening, 1 connected");
    step(&server, 1000);
    assert_true(bus_port_send(&server, &frame));
    assert_int_equal(read_some(&client, 0, bytes, sizeof bytes), 10);
    bus_port_close(&client);
    bus_port_close(&server);
}

/* An adapter's user: sets the rate, opens, sends; here the pty is the adapter. */
static void an_slcan_adapter_is_set_up_and_used(void **state)
{
    static struct bus_port adapter;
    static struct bus_port user;
    char name[100];
    struct can_frame frame = {.id = 0x1ABCDEF0, .extended = true, .length = 8, .data = {1, 2, 3}};
    struct can_frame got;
    (void)state;
    open_ok(&adapter, pty_name(), (struct bus_options){.frames = true});
    snprintf(name, sizeof name, "slcan:%s?250k", link_path);
    open_ok(&user, name, (struct bus_options){.frames = true});
    for (int i = 0; i < 2000 && !adapter.line[0].channel.open; i++) {
        usleep(500);
        step(&user, 0);
        step(&adapter, 0);
    }
    assert_true(adapter.line[0].channel.open);
    assert_true(bus_port_send(&user, &frame));
    step_for(&adapter, 1, 0);
    assert_true(bus_port_take(&adapter, &got));
    assert_memory_equal(&got, &frame, sizeof got);
    assert_true(bus_port_send(&adapter, &frame));
    step_for(&user, 1, 0);
    assert_true(bus_port_take(&user, &got));
    assert_int_equal(got.id, frame.id);
    bus_port_close(&adapter); /* pulled */
    for (int i = 0; i < 20; i++) {
        step(&user, 100);
    }
    assert_false(user.up);
    assert_int_equal(user.counters.lost, 1);
    open_ok(&adapter, pty_name(), (struct bus_options){.frames = true}); /* and plugged in again */
    for (int i = 0; i < 400 && !adapter.line[0].channel.open; i++) {
        usleep(500);
        step(&user, 100);
        step(&adapter, 0);
    }
    assert_true(adapter.line[0].channel.open);
    assert_true(user.up);
    bus_port_close(&user);
    bus_port_close(&adapter);
}

/* RS485 adapters that hear themselves: the echo goes, the answer stays. */
static void own_echo_is_taken_out(void **state)
{
    static struct bus_port adapter;
    static struct bus_port port;
    char name[100];
    uint8_t bytes[64];
    (void)state;
    open_ok(&adapter, pty_name(), (struct bus_options){0});
    snprintf(name, sizeof name, "serial:%s?9600-8N1", link_path);
    open_ok(&port, name, (struct bus_options){0});
    step(&adapter, 1);
    step(&port, 1);
    assert_true(bus_port_write(&port, 0, (const uint8_t *)"~question\r", 10));
    size_t n = read_some(&adapter, 0, bytes, sizeof bytes);
    assert_int_equal(n, 10);
    assert_true(bus_port_write(&adapter, 0, bytes, 4)); /* the echo, in two pieces */
    usleep(5000);
    assert_int_equal(bus_port_read(&port, 0, bytes + 32, 16), 0);
    memcpy(bytes + 10, "~answer\r", 8);
    assert_true(bus_port_write(&adapter, 0, bytes + 4, 14));
    n = read_some(&port, 0, bytes + 32, 32);
    assert_int_equal(n, 8);
    assert_memory_equal(bytes + 32, "~answer\r", 8);
    assert_int_equal(port.counters.echoed, 1);
    assert_true(bus_port_write(&port, 0, (const uint8_t *)"~question\r", 10));
    assert_true(bus_port_write(&adapter, 0, (const uint8_t *)"~an", 3)); /* no echo this time */
    assert_int_equal(read_some(&port, 0, bytes, sizeof bytes), 3);
    assert_memory_equal(bytes, "~an", 3);
    bus_port_close(&port);
    bus_port_close(&adapter);
}

/* A Modbus device repeats the write it took: on a line that does not hear itself that is its
   answer, on one that does the answer is what comes behind. */
static void an_answer_that_is_its_question_arrives(void **state)
{
    static const uint8_t write[] = {1, 6, 0x10, 0, 0, 7, 0xCD, 0x08};
    static struct bus_port adapter;
    static struct bus_port port;
    char name[100];
    uint8_t bytes[64];
    (void)state;
    open_ok(&adapter, pty_name(), (struct bus_options){0});
    snprintf(name, sizeof name, "serial:%s?9600-8N1", link_path);
    open_ok(&port, name, (struct bus_options){0});
    step(&adapter, 1);
    step(&port, 1);
    assert_true(bus_port_write(&port, 0, (const uint8_t *)"\x01\x03\x00\x10", 4));
    assert_int_equal(read_some(&adapter, 0, bytes, sizeof bytes), 4);
    assert_true(bus_port_write(&adapter, 0, (const uint8_t *)"\x01\x03\x02\x55", 4));
    assert_int_equal(read_some(&port, 0, bytes, sizeof bytes), 4);
    for (int i = 0; i < 2; i++) {
        assert_true(bus_port_write(&port, 0, write, sizeof write));
        assert_int_equal(read_some(&adapter, 0, bytes, sizeof bytes), sizeof write);
        assert_true(bus_port_write(&adapter, 0, write, sizeof write));
        assert_int_equal(read_some(&port, 0, bytes, sizeof bytes), sizeof write);
        assert_memory_equal(bytes, write, sizeof write);
    }
    /* the adapter is changed for one that echoes: one answer is lost on it, no more */
    for (int i = 0; i < 3; i++) {
        assert_true(bus_port_write(&port, 0, write, sizeof write));
        assert_int_equal(read_some(&adapter, 0, bytes, sizeof bytes), sizeof write);
        assert_true(bus_port_write(&adapter, 0, write, sizeof write));
        usleep(5000);
        size_t echo = bus_port_read(&port, 0, bytes, sizeof bytes);
        assert_int_equal(echo, i == 0 ? sizeof write : 0);
        assert_true(bus_port_write(&adapter, 0, write, sizeof write));
        assert_int_equal(read_some(&port, 0, bytes, sizeof bytes), sizeof write);
    }
    bus_port_close(&port);
    bus_port_close(&adapter);
}

/* An answer that begins like its question, in small pieces, loses nothing. */
static void an_answer_in_pieces_is_no_echo(void **state)
{
    static struct bus_port adapter;
    static struct bus_port port;
    char name[100];
    uint8_t bytes[64];
    uint8_t got[64];
    size_t n = 0;
    (void)state;
    open_ok(&adapter, pty_name(), (struct bus_options){0});
    snprintf(name, sizeof name, "serial:%s?9600-8N1", link_path);
    open_ok(&port, name, (struct bus_options){0});
    step(&adapter, 1);
    step(&port, 1);
    assert_true(bus_port_write(&port, 0, (const uint8_t *)"\x01\x03\x00\x10", 4));
    assert_int_equal(read_some(&adapter, 0, bytes, sizeof bytes), 4);
    for (const char *piece = "\x01\x03\x02\x55"; piece[0] != '\0'; piece++) {
        assert_true(bus_port_write(&adapter, 0, (const uint8_t *)piece, 1));
        usleep(3000);
        n += bus_port_read(&port, 0, got + n, sizeof got - n);
    }
    n += n < 4 ? read_some(&port, 0, got + n, sizeof got - n) : 0;
    assert_int_equal(n, 4);
    assert_memory_equal(got, "\x01\x03\x02\x55", 4);
    assert_int_equal(port.counters.echoed, 0);
    assert_true(bus_port_write(&port, 0, (const uint8_t *)"question", 8));
    assert_true(bus_port_write(&adapter, 0, (const uint8_t *)"ques", 4)); /* and no more */
    usleep(5000);
    assert_int_equal(bus_port_read(&port, 0, bytes, sizeof bytes), 0);
    step(&port, 1500);
    assert_int_equal(bus_port_read(&port, 0, bytes, sizeof bytes), 4);
    bus_port_close(&port);
    bus_port_close(&adapter);
}

/* Modbus TCP: frames are RTU above, and the transaction comes back. */
static void modbus_tcp_carries_rtu_frames(void **state)
{
    static struct bus_port server;
    static struct bus_port client;
    static struct bus_port raw;
    static const uint8_t ask[] = {0x01, 0x03, 0x00, 0x10, 0x00, 0x01, 0x85, 0xCF};
    static const uint8_t asked[] = {0x12, 0x34, 0, 0, 0, 6, 0x01, 0x03, 0x00, 0x10, 0x00, 0x01};
    uint8_t bytes[64];
    char name[40];
    (void)state;
    int number = 23000 + (int)getpid() % 20000;
    snprintf(name, sizeof name, "modbus:127.0.0.1:%d", number);
    open_ok(&server, name, (struct bus_options){.server = true});
    open_ok(&client, name, (struct bus_options){0});
    step_until(&server, "listening, 1 connected");
    step_until(&client, "connected");
    assert_true(bus_port_write(&client, 0, ask, sizeof ask));
    assert_int_equal(read_some(&server, 0, bytes, sizeof bytes), sizeof ask);
    assert_memory_equal(bytes, ask, sizeof ask);
    assert_true(bus_port_write(&server, 0, ask, sizeof ask));
    assert_int_equal(read_some(&client, 0, bytes, sizeof bytes), sizeof ask);
    assert_memory_equal(bytes, ask, sizeof ask);
    snprintf(name, sizeof name, "tcp:127.0.0.1:%d", number);
    open_ok(&raw, name, (struct bus_options){0});
    step_until(&server, "listening, 2 connected");
    step_until(&raw, "connected");
    assert_true(bus_port_write(&raw, 0, asked, 5)); /* in two pieces */
    usleep(5000);
    assert_int_equal(bus_port_read(&server, 1, bytes, sizeof bytes), 0);
    assert_true(bus_port_write(&raw, 0, asked + 5, sizeof asked - 5));
    assert_int_equal(read_some(&server, 1, bytes, sizeof bytes), sizeof ask);
    assert_true(bus_port_write(&server, 1, ask, sizeof ask));
    assert_int_equal(read_some(&raw, 0, bytes, sizeof bytes), sizeof asked);
    assert_memory_equal(bytes, asked, sizeof asked);
    assert_true(bus_port_write(&raw, 0, (const uint8_t *)"GET / HTTP/1.1\r\n\r\n", 18));
    for (int tries = 0; tries < 2000 && bus_port_has(&server, 1); tries++) {
        assert_int_equal(bus_port_read(&server, 1, bytes, sizeof bytes), 0);
        usleep(1000);
    }
    assert_int_equal(server.counters.garbage, 1); /* and that connection is closed */
    bus_port_close(&raw);
    bus_port_close(&client);
    bus_port_close(&server);
}

static void a_line_is_set_as_its_name_says(void **state)
{
    static struct bus_port adapter;
    static struct bus_port port;
    char name[100];
    struct termios t;
    (void)state;
    open_ok(&adapter, pty_name(), (struct bus_options){0});
    snprintf(name, sizeof name, "serial:%s?19200-8E2", link_path);
    open_ok(&port, name, (struct bus_options){.baud = 9600});
    assert_int_equal(tcgetattr(port.line[0].fd, &t), 0);
    assert_int_equal(cfgetospeed(&t), B19200);
    assert_int_equal(cfgetispeed(&t), B19200);
    assert_int_equal(t.c_cflag & CSTOPB, CSTOPB);
    assert_int_equal(t.c_cflag & CSIZE, CS8); /* a pty knows no parity */
    assert_int_equal(t.c_lflag & (ICANON | ECHO | ISIG), 0);
    assert_int_equal(t.c_iflag & (IXON | ICRNL | ISTRIP), 0);
    bus_port_close(&port);
    bus_port_close(&adapter);
}

static void what_cannot_carry_it_is_refused(void **state)
{
    static struct bus_port port;
    struct bus_address address;
    char why[300];
    (void)state;
    assert_true(bus_address_read("can:can9", &address, why, sizeof why));
    assert_false(bus_port_open(&port, &address, &(struct bus_options){0}, 0, why, sizeof why));
    assert_non_null(strstr(why, "cannot carry a serial protocol"));
    assert_false(
        bus_port_open(&port, &address, &(struct bus_options){.frames = true}, 0, why, sizeof why));
    assert_non_null(strstr(why, "can:can9"));
    assert_true(bus_address_read("serial:/dev/there-is-none", &address, why, sizeof why));
    assert_false(bus_port_open(&port, &address, &(struct bus_options){0}, 0, why, sizeof why));
    assert_non_null(strstr(why, "No such file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_go_both_ways_over_a_pty),
        cmocka_unit_test(a_pty_never_replaces_a_file),
        cmocka_unit_test(a_slow_reader_loses_whole_messages_and_they_are_counted),
        cmocka_unit_test(several_clients_are_lines_of_their_own),
        cmocka_unit_test(a_client_too_many_is_counted_and_told),
        cmocka_unit_test(a_client_finds_a_server_that_comes_later_and_tries_ever_less_often),
        cmocka_unit_test(frames_travel_as_slcan_and_garbage_is_counted),
        cmocka_unit_test(an_slcan_client_of_tcp_gets_and_sends_no_frames_before_it_opens),
        cmocka_unit_test(a_client_that_only_listens_gets_the_frames),
        cmocka_unit_test(an_slcan_adapter_is_set_up_and_used),
        cmocka_unit_test(own_echo_is_taken_out),
        cmocka_unit_test(an_answer_that_is_its_question_arrives),
        cmocka_unit_test(an_answer_in_pieces_is_no_echo),
        cmocka_unit_test(modbus_tcp_carries_rtu_frames),
        cmocka_unit_test(a_line_is_set_as_its_name_says),
        cmocka_unit_test(what_cannot_carry_it_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
