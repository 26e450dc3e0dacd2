/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_BUS_H
#define HEARTH_HOST_BUS_H

/*
 * A byte bus as a driver sees it, real (serial, TCP, pty) or virtual (a wire in memory). Neither
 * call waits: write queues, read takes what is there.
 */

#include <stddef.h>
#include <stdint.h>

struct bus {
    void *context;
    void (*write)(void *context, const uint8_t *bytes, size_t length);
    size_t (*read)(void *context, uint8_t *bytes, size_t room);
};

#endif
