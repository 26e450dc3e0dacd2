/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_PACK_PORT_H
#define HEARTH_SIM_PACK_PORT_H

/*
 * The packs' monitoring port: Pylontech RS485 on a virtual serial wire. The packs hang on end A;
 * pack i answers to address 2 + i. As on the real line a wrong address gets silence, a broken frame
 * its return code.
 */

#include "core/proto/ascii_frame.h"
#include "sim/house.h"

struct pack_port {
    struct serial_wire wire;
    struct ascii_reader reader;
    struct ascii_frame frame;
};

/* Takes what came in and answers it. */
void pack_port_serve(struct pack_port *port, const struct house *house);

#endif
