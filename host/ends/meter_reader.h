/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_METER_READER_H
#define HEARTH_HOST_ENDS_METER_READER_H

/* Reads meters on a real bus. */

#include "core/proto/meter.h"
#include "host/bus/port.h"

struct meter_reader {
    struct bus_port port;
    struct meter_client client; /* meters are added to it once it is opened */
};

/* False with a sentence when the very first try fails; then it is tried again by the step. */
bool meter_reader_open(struct meter_reader *reader, const struct bus_address *address,
                       int64_t now_ms, char *why, size_t room);
void meter_reader_close(struct meter_reader *reader);

/* Asks and hears; true when an answer came. */
bool meter_reader_step(struct meter_reader *reader, int64_t now_ms);

#endif
