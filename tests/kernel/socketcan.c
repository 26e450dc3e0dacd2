/* SPDX-License-Identifier: Apache-2.0 */
/* SocketCAN in a booted kernel: runs as the only program of a virtual machine (boot.sh), prints
   TAP. The interface vcan0 is there and up; `ip` of busybox moves it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/bus/port.h"

static int n_checks, n_failed;
static int64_t now_ms;

static void check(bool well, const char *what)
{
    n_checks++;
    n_failed += !well;
    printf("%s %d - %s\n", well ? "ok" : "not ok", n_checks, what);
}

static void ip(const char *arguments)
{
    char command[200];
    snprintf(command, sizeof command, "/bin/busybox ip %s", arguments);
    if (system(command) != 0) {
        printf("# %s failed\n", command);
    }
}

static bool open_port(struct bus_port *port, const char *name)
{
    struct bus_address address;
    char why[300];
    bool well = bus_address_read(name, &address, why, sizeof why) &&
                bus_port_open(port, &address, &(struct bus_options){.frames = true}, now_ms, why,
                              sizeof why);
    if (!well) {
        printf("# %s\n", why);
    }
    return well;
}

static void step(struct bus_port *port)
{
    usleep(1000);
    now_ms += 100;
    bus_port_step(port, now_ms);
}

static bool passes(struct bus_port *from, struct bus_port *to, const struct can_frame *frame)
{
    struct can_frame got;
    bool sent = bus_port_send(from, frame);
    step(to);
    return sent && bus_port_take(to, &got) && memcmp(&got, frame, sizeof got) == 0;
}

static void frames_pass(struct bus_port *a, struct bus_port *b)
{
    struct can_frame frame = {.id = 0x351, .length = 8, .data = {1, 2, 3, 4, 5, 6, 7, 8}};
    check(passes(a, b, &frame), "a standard frame arrives as it was sent");
    frame.extended = true;
    check(passes(a, b, &frame), "an extended frame of the same number arrives as extended");
    frame = (struct can_frame){.id = 0x7FF};
    check(passes(b, a, &frame), "a frame without data arrives, the other way");
    step(a);
    check(!bus_port_take(a, &frame), "own frames do not come back");
}

/* Raw frames no codec of ours makes: `cansend` of busybox is not there, so a raw socket of our own
   behind the same face writes an id with the error flag set. */
static void troubles_are_told(struct bus_port *a, struct bus_port *b)
{
    struct can_frame bus_off = {.id = 0x20000040, .length = 8};
    struct can_frame fine = {.id = 0x305, .length = 8};
    check(bus_port_send(a, &bus_off), "an error frame can be made on vcan");
    step(b);
    check(b->is_bus_off && !b->up && b->counters.bus_off == 1 &&
              strstr(b->state, "bus-off") != NULL,
          "bus-off is counted and said");
    check(!bus_port_send(b, &fine), "nothing is sent while bus-off");
    bus_off.id = 0x20000100;
    (void)bus_port_send(a, &bus_off);
    step(b);
    check(!b->is_bus_off && b->up, "the controller's restart ends it");
    struct can_frame passive = {.id = 0x20000004, .length = 8, .data = {0, 0x20}};
    (void)bus_port_send(a, &passive);
    step(b);
    check(b->counters.bus_passive == 1 && b->up, "error-passive is counted, and no end");
    struct can_frame remote = {.id = 0x40000305, .length = 8};
    (void)bus_port_send(a, &remote);
    step(b);
    check(b->counters.garbage == 1 && !bus_port_take(b, &fine), "a remote request is no frame");
}

static void it_goes_and_comes_back(struct bus_port *a, struct bus_port *b)
{
    struct can_frame frame = {.id = 0x356, .length = 6};
    ip("link set vcan0 down");
    for (int i = 0; i < 5; i++) {
        step(a);
    }
    check(!a->up && a->counters.lost >= 1, "an interface that goes down is lost");
    check(!bus_port_send(a, &frame), "and nothing is sent on it");
    ip("link set vcan0 up");
    for (int i = 0; i < 200 && !(a->up && b->up); i++) {
        step(a);
        step(b);
    }
    check(a->up && b->up, "it is found again when it is up");
    check(passes(a, b, &frame), "and frames pass again");
}

static void it_comes_late(void)
{
    static struct bus_port port;
    check(!open_port(&port, "can:vcan7"), "an interface that is not there is told");
    ip("link add dev vcan7 type vcan");
    ip("link set vcan7 up");
    for (int i = 0; i < 200 && !port.up; i++) {
        step(&port);
    }
    check(port.up, "and found when it comes");
    bus_port_close(&port);
}

int main(void)
{
    static struct bus_port a;
    static struct bus_port b;
    check(open_port(&a, "can:vcan0") && open_port(&b, "can:vcan0"), "two programs open one bus");
    frames_pass(&a, &b);
    troubles_are_told(&a, &b);
    it_goes_and_comes_back(&a, &b);
    it_comes_late();
    bus_port_close(&a);
    bus_port_close(&b);
    printf("1..%d\n", n_checks);
    return n_failed != 0;
}
