/* SPDX-License-Identifier: Apache-2.0 */
/* Wires are rings; cutting one also loses what was under way. */
#include "sim/wire.h"

void can_wire_send(struct can_wire *wire, enum wire_end from, const struct can_frame *frame)
{
    struct can_queue *queue = &wire->to[from == WIRE_A ? WIRE_B : WIRE_A];
    if (wire->cut || queue->count == WIRE_FRAMES) {
        wire->lost++;
        return;
    }
    queue->ring[(queue->head + queue->count) % WIRE_FRAMES] = *frame;
    queue->count++;
}

bool can_wire_take(struct can_wire *wire, enum wire_end at, struct can_frame *frame)
{
    struct can_queue *queue = &wire->to[at];
    if (wire->cut) {
        wire->lost += queue->count;
        queue->count = 0;
    }
    if (queue->count == 0) {
        return false;
    }
    *frame = queue->ring[queue->head];
    queue->head = (queue->head + 1) % WIRE_FRAMES;
    queue->count--;
    return true;
}

void serial_wire_send(struct serial_wire *wire, enum wire_end from, const uint8_t *bytes,
                      size_t length)
{
    struct byte_queue *queue = &wire->to[from == WIRE_A ? WIRE_B : WIRE_A];
    for (size_t i = 0; i < length; i++) {
        if (wire->cut || queue->count == WIRE_BYTES) {
            wire->lost += (uint32_t)(length - i);
            return;
        }
        queue->ring[(queue->head + queue->count) % WIRE_BYTES] = bytes[i];
        queue->count++;
    }
}

size_t serial_wire_take(struct serial_wire *wire, enum wire_end at, uint8_t *bytes, size_t room)
{
    struct byte_queue *queue = &wire->to[at];
    if (wire->cut) {
        wire->lost += queue->count;
        queue->count = 0;
    }
    size_t n = 0;
    while (n < room && queue->count > 0) {
        bytes[n++] = queue->ring[queue->head];
        queue->head = (queue->head + 1) % WIRE_BYTES;
        queue->count--;
    }
    return n;
}
