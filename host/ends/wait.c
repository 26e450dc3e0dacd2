/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/wait.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum { WAIT_FDS = 128 };

static volatile sig_atomic_t ended;

int64_t wait_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_signal(int number)
{
    (void)number;
    ended = 1;
}

void wait_for_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool wait_ended(void) { return ended != 0; }

bool wait_on(const struct bus_port *const *ports, int n, int fd, int ms)
{
    struct pollfd fds[WAIT_FDS];
    int count = 0;
    if (fd >= 0) {
        fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
    for (int i = 0; i < n; i++) {
        count += bus_port_fds(ports[i], fds + count, WAIT_FDS - count);
    }
    int ready = poll(fds, (nfds_t)count, ms);
    return ready > 0 && fd >= 0 && fds[0].revents != 0;
}

void wait_say(const char *format, ...)
{
    char stamp[16];
    struct tm parts;
    time_t now = time(NULL);
    va_list args;
    localtime_r(&now, &parts);
    strftime(stamp, sizeof stamp, "%H:%M:%S", &parts);
    fprintf(stderr, "%s  ", stamp);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}
