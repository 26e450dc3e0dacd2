/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_WAIT_H
#define HEARTH_HOST_ENDS_WAIT_H

/* The small loop of commands that serve a bus from a terminal: time, waiting, signals, messages. */

#include <stdbool.h>
#include <stdint.h>

#include "host/bus/port.h"

/* A clock that never jumps, ms. */
int64_t wait_now_ms(void);

/* SIGINT and SIGTERM end the loop instead of the program. */
void wait_for_signals(void);
bool wait_ended(void);

/* Waits until a port or `fd` (-1: none) has something, at most `ms`. True: `fd` has. */
bool wait_on(const struct bus_port *const *ports, int n, int fd, int ms);

/* One line on stderr, with the time of day. */
void wait_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
