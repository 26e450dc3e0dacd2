/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_WIRE_H
#define HEARTH_SIM_WIRE_H

/*
 * Virtual buses in memory. A wire has two ends; what one end sends the other end takes, in order,
 * unless the wire is cut. A full queue drops its newest, as a controller without room does, and
 * counts it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/proto/can.h"

enum { WIRE_FRAMES = 32, WIRE_BYTES = 4096 };

enum wire_end { WIRE_A, WIRE_B };

struct can_wire {
    bool cut;
    uint32_t lost;
    struct can_queue {
        struct can_frame ring[WIRE_FRAMES];
        unsigned head, count;
    } to[2]; /* frames waiting for that end */
};

void can_wire_send(struct can_wire *wire, enum wire_end from, const struct can_frame *frame);
bool can_wire_take(struct can_wire *wire, enum wire_end at, struct can_frame *frame);

struct serial_wire {
    bool cut;
    uint32_t lost;
    struct byte_queue {
        uint8_t ring[WIRE_BYTES];
        unsigned head, count;
    } to[2];
};

void serial_wire_send(struct serial_wire *wire, enum wire_end from, const uint8_t *bytes,
                      size_t length);
/* Takes up to `room` bytes; returns how many. */
size_t serial_wire_take(struct serial_wire *wire, enum wire_end at, uint8_t *bytes, size_t room);

#endif
