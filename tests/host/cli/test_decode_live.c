/* SPDX-License-Identifier: Apache-2.0 */
/* hearth decode --bus as it is used: somebody talks on a pty, hearth listens. argv[1] is hearth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/proto/can_ends.h"
#include "core/proto/rs485.h"
#include "host/bus/port.h"
#include "tests/host/sample_pack.h"

enum { AT_MOST_MS = 20000 };

static const char *program;
static char link_path[64], out_path[64];
static char text[400000];
static struct bus_port port;
static struct battery_bank bank, heard;

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static pid_t start(const char *bus, const char *protocol)
{
    char address[100];
    const char *argv[8] = {program, "decode", "--bus", NULL, "--json", protocol, NULL};
    snprintf(address, sizeof address, "%s:%s", bus, link_path);
    argv[3] = address;
    (void)unlink(out_path);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(out_path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
        dup2(fd, 1);
        dup2(fd, 2);
        execv(program, (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    return child;
}

static bool printed(const char *const *shown)
{
    FILE *file = fopen(out_path, "r");
    size_t n = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    text[n] = '\0';
    if (file != NULL) {
        fclose(file);
    }
    for (; *shown != NULL; shown++) {
        if (strstr(text, *shown) == NULL) {
            return false;
        }
    }
    return true;
}

static void stop(pid_t child, int status)
{
    int how = 0;
    assert_int_equal(kill(child, SIGINT), 0);
    assert_int_equal(waitpid(child, &how, 0), child);
    if (!WIFEXITED(how) || WEXITSTATUS(how) != status) {
        fail_msg("ended with %x:\n%s", (unsigned)how, text);
    }
}

static void open_far_end(bool frames)
{
    char name[100];
    char why[300];
    struct bus_address address;
    struct bus_options options = {.frames = frames};
    snprintf(name, sizeof name, "pty:%s", link_path);
    assert_true(bus_address_read(name, &address, why, sizeof why));
    assert_true(bus_port_open(&port, &address, &options, now_ms(), why, sizeof why));
}

static void make_battery(void)
{
    memset(&bank, 0, sizeof bank);
    bank.n_packs = 1;
    bank.pack[0] = sample_pack(1);
    bank_combine(&bank, 0, UINT32_MAX);
}

/* A master and a battery talk until hearth has printed all of it. */
static void listen_to_line(enum rs485_protocol protocol, const char *named, const char *bus,
                           const char *const *shown)
{
    static struct rs485_server server;
    static struct rs485_client client;
    static uint8_t reply[RS485_FRAME_MAX];
    make_battery();
    memset(&heard, 0, sizeof heard);
    rs485_server_init(&server, protocol);
    rs485_client_init(&client, protocol, rs485_facts[protocol].first_address, 1);
    open_far_end(false);
    pid_t child = start(bus, named);
    int64_t end_ms = now_ms() + AT_MOST_MS;
    while (!printed(shown)) {
        uint8_t bytes[512];
        size_t used = 0;
        uint32_t at_ms = (uint32_t)now_ms();
        bus_port_step(&port, now_ms());
        assert_int_equal(bus_port_read(&port, 0, bytes, sizeof bytes), 0); /* it only listens */
        size_t n = rs485_client_poll(&client, at_ms, bytes, sizeof bytes);
        if (n > 0) {
            (void)bus_port_write(&port, 0, bytes, n);
            n = rs485_server_take(&server, bytes, n, &used, at_ms, &bank, NULL, reply,
                                  sizeof reply);
            (void)bus_port_write(&port, 0, reply, n);
            (void)rs485_client_take(&client, reply, n, at_ms, &heard);
        }
        if (now_ms() > end_ms) {
            fail_msg("%s: not all is in\n%s", rs485_facts[protocol].name, text);
        }
        usleep(20000);
    }
    stop(child, 0);
    bus_port_close(&port);
}

static void both_ways_of_a_serial_line_are_told(void **state)
{
    (void)state;
    static const char *const pylon[] = {"this is pylon-rs485",          "asks for analog values",
                                        "\"pack1.cell_16_v\": 3.3",     "\"way\": \"request\"",
                                        "\"pack1.charge_limit_a\": 80", NULL};
    static const char *const growatt[] = {"this is growatt-rs485", "asks for registers 16 to 30",
                                          "\"battery.soc_pct\": 55", NULL};
    static const char *const voltronic[] = {"\"battery.soc_pct\": 55",
                                            "\"battery.charge_voltage_v\": 56", NULL};
    listen_to_line(RS485_PYLON, NULL, "serial", pylon);
    listen_to_line(RS485_GROWATT, NULL, "serial", growatt);
    listen_to_line(RS485_VOLTRONIC, "voltronic-rs485", "serial", voltronic);
}

static void a_can_bus_is_told_with_the_dialect_that_is_believed(void **state)
{
    (void)state;
    static const char *const shown[] = {"this is growatt-can", "\"battery.soc_pct\": 55",
                                        "\"frame\": \"305#", "\"frame\": \"301#", NULL};
    static struct can_sender sender;
    static struct can_listener own, foreign;
    struct can_frame frame;
    make_battery();
    can_sender_init(&sender, &can_dialects[CAN_GROWATT], (uint32_t)now_ms());
    can_listener_init(&own, &can_dialects[CAN_GROWATT], (uint32_t)now_ms());
    can_listener_init(&foreign, &can_dialects[CAN_PYLON], (uint32_t)now_ms());
    open_far_end(true);
    pid_t child = start("slcan", NULL);
    int64_t end_ms = now_ms() + AT_MOST_MS;
    while (!printed(shown)) {
        uint32_t at_ms = (uint32_t)now_ms();
        bus_port_step(&port, now_ms());
        assert_false(bus_port_take(&port, &frame)); /* it only listens */
        while (can_sender_poll(&sender, at_ms, &bank.whole, &frame) ||
               can_listener_poll(&own, at_ms, &frame) ||
               can_listener_poll(&foreign, at_ms, &frame)) {
            (void)bus_port_send(&port, &frame);
        }
        if (now_ms() > end_ms) {
            fail_msg("not all is in\n%s", text);
        }
        usleep(10000);
    }
    stop(child, 0);
    bus_port_close(&port);
}

int main(int argc, char **argv)
{
    program = argc > 1 ? argv[1] : "hearth";
    snprintf(link_path, sizeof link_path, "/tmp/hearth-live-%d", (int)getpid());
    snprintf(out_path, sizeof out_path, "/tmp/hearth-live-%d.out", (int)getpid());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_of_a_serial_line_are_told),
        cmocka_unit_test(a_can_bus_is_told_with_the_dialect_that_is_believed),
    };
    int status = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(out_path);
    return status;
}
