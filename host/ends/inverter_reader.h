/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_INVERTER_READER_H
#define HEARTH_HOST_ENDS_INVERTER_READER_H

/* Reads and writes a real inverter on its host link: asks in rounds, hands settings over. */

#include "core/proto/hostlink.h"
#include "host/bus/port.h"
#include "host/protocols.h"

struct inverter_reader {
    struct bus_port port;
    const struct wire_protocol *protocol;
    struct hostlink_client client;
};

/* What is read, and where; `unit` 0: the protocol's usual address. */
struct inverter_spec {
    const struct bus_address *address;
    const struct wire_protocol *protocol;
    uint8_t unit;
};

/* False with a sentence when the bus cannot carry the protocol, or when the very first try fails;
   then it is tried again by the step. */
bool inverter_reader_open(struct inverter_reader *reader, const struct inverter_spec *spec,
                          int64_t now_ms, char *why, size_t room);
void inverter_reader_close(struct inverter_reader *reader);

/* Asks and hears; true when an answer came. */
bool inverter_reader_step(struct inverter_reader *reader, int64_t now_ms);

/* False with a sentence for a bus that cannot carry a host link. */
bool inverter_bus_fits(const struct bus_address *address, const struct wire_protocol *protocol,
                       char *why, size_t room);

#endif
