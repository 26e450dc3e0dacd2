/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DECODE_LIVE_H
#define HEARTH_HOST_DECODE_LIVE_H

/* hearth decode --bus: what passes on a bus, both ways, until it is told to end. Nothing is sent.
   `protocol` NULL: the one that is heard. Returns the exit status. */

#include "host/bus/address.h"
#include "host/protocols.h"

int decode_live(const struct bus_address *address, const struct wire_protocol *protocol, bool json);

/* private: the two halves */
int decode_live_can(const struct bus_address *address, const struct wire_protocol *protocol,
                    bool json);
int decode_live_line(const struct bus_address *address, const struct wire_protocol *protocol,
                     bool json);
double live_now_s(void);

#endif
