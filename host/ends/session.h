/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_SESSION_H
#define HEARTH_HOST_ENDS_SESSION_H

/* The loop of an emulator: serves its buses and does what is typed at its prompt, until it is told
   to end. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "host/bus/port.h"

enum { SESSION_PORTS = 32 };

struct session {
    void *context;
    /* the buses to wait for, at most SESSION_PORTS */
    int (*ports)(void *context, const struct bus_port **ports);
    void (*step)(void *context, int64_t now_ms);
    /* one line typed; false: the end was asked for */
    bool (*command)(void *context, char *line, FILE *out);
};

void session_run(const struct session *session);

/* A word of the line, "" when there is none; the rest stays in `*rest`. */
char *session_word(char **rest);

/* A bus, what is spoken there and what passed on it. */
void session_tell_port(const struct bus_port *port, const char *protocol, FILE *out);

#endif
