/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_INVERTER_END_H
#define HEARTH_HOST_ENDS_INVERTER_END_H

/* Plays an inverter's host link on one real bus. Of several clients each is served on its own. */

#include "core/proto/hostlink.h"
#include "host/bus/port.h"
#include "host/protocols.h"

struct inverter_end {
    struct bus_port port;
    const struct wire_protocol *protocol;
    struct hostlink_server server[BUS_LINES];
    char said_state[160];
};

/* Opens the bus; false with a sentence, and it is tried again by the step. */
bool inverter_end_open(struct inverter_end *end, const struct bus_address *address,
                       const struct wire_protocol *protocol, int64_t now_ms, char *why,
                       size_t room);
void inverter_end_close(struct inverter_end *end);

/* Serves what was asked from `job`, whose time is set here. With no view in it the inverter is
   without power: what comes is not heard. */
void inverter_end_step(struct inverter_end *end, int64_t now_ms, struct hostlink_job job);

#endif
