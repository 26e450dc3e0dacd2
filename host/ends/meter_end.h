/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_METER_END_H
#define HEARTH_HOST_ENDS_METER_END_H

/* Plays meters on one real bus. Of several clients each is heard on its own. */

#include "core/proto/meter.h"
#include "host/bus/port.h"

struct meter_end {
    struct bus_port port;
    struct meter_server server[METERS_ON_LINE][BUS_LINES];
    char said_state[160];
};

/* Opens the bus; false with a sentence, and it is tried again by the step. */
bool meter_end_open(struct meter_end *end, const struct bus_address *address, int64_t now_ms,
                    char *why, size_t room);
void meter_end_close(struct meter_end *end);

/* Serves what was asked from `n` meters; their time is set here. */
void meter_end_step(struct meter_end *end, int64_t now_ms, struct meter_job *meter, int n);

/* False with a sentence for a bus that cannot carry Modbus. */
bool meter_bus_fits(const struct bus_address *address, char *why, size_t room);

enum { METER_BAUD = 9600 }; /* where the bus's name says none */

#endif
