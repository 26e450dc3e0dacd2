/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_CAN_H
#define HEARTH_CORE_PROTO_CAN_H

/* One classic CAN frame, as codecs, wires and buses pass it on. */

#include <stdbool.h>
#include <stdint.h>

struct can_frame {
    uint32_t id;    /* 11 or 29 bits */
    bool extended;  /* 29-bit id; never the same frame as the 11-bit one of that number */
    bool remote;    /* asks for a frame, carries no data */
    uint8_t length; /* 0..8 */
    uint8_t data[8];
};

#endif
