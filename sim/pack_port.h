/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_PACK_PORT_H
#define HEARTH_SIM_PACK_PORT_H

/*
 * A serial port of the packs on a virtual wire; they hang on end A. Which of their ports it is
 * decides what it speaks and what it lets happen. As on a real line a wrong address, a broken frame
 * and a pack that sleeps answer with silence.
 */

#include "sim/pack_orders.h"

enum pack_port_kind {
    PORT_TO_INVERTER, /* RS485; speaks what the host's parameter says, orders are taken */
    PORT_PARALLEL,    /* RS485 between the packs, for monitoring: reads alone (ES s1.3(12)) */
    PORT_TO_PC        /* RS232 of the host; a byte wakes it, orders are taken */
};

struct pack_port {
    struct serial_wire wire;
    enum pack_port_kind kind;
    enum rs485_protocol protocol; /* of the latter two kinds */
    /* private */
    bool speaks; /* the server is set up, for `server.protocol` */
    struct rs485_server server;
    struct pack_bank packs;
    struct pack_orders orders;
};

/* Takes what came in and answers it. */
void pack_port_serve(struct pack_port *port, struct house *house);

#endif
