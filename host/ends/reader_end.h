/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_READER_END_H
#define HEARTH_HOST_ENDS_READER_END_H

/*
 * Reads a battery on one real bus, in any of the protocols: asks where it has to be asked, listens
 * where it speaks of its own, and says which parts came anew.
 */

#include "core/proto/can_ends.h"
#include "core/proto/rs485.h"
#include "host/bus/port.h"
#include "host/protocols.h"

struct reader_end {
    struct bus_port port;
    const struct wire_protocol *protocol;
    struct can_listener listener;
    struct rs485_client client;
    struct battery_bank bank; /* of a CAN dialect: `whole` alone */
};

/* What is read, and where. */
struct reader_spec {
    const struct bus_address *address;
    const struct wire_protocol *protocol;
    int packs; /* 0: looks for them */
};

/* Opens the bus for the protocol. False with a sentence, and it is tried again by the step. */
bool reader_end_open(struct reader_end *end, const struct reader_spec *spec, int64_t now_ms,
                     char *why, size_t room);
void reader_end_close(struct reader_end *end);

/* Asks and hears; returns the HEARD_* parts of `bank.whole` that came anew. */
uint32_t reader_end_step(struct reader_end *end, int64_t now_ms);

#endif
