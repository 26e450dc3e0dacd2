/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_BUS_FRAMES_H
#define HEARTH_HOST_BUS_FRAMES_H

/* CAN frames of a port: its queue, and slcan on byte lines. Private to host/bus. */

#include "host/bus/port.h"

/* A line was opened: as the user of an adapter, sets its bit rate and opens its channel. */
void frames_begin(struct bus_port *port, struct bus_line *line);

/* Takes what came in on a line. */
void frames_take(struct bus_port *port, int i);

/* A frame came in. */
void frames_queue(struct bus_port *port, const struct can_frame *frame);

#endif
