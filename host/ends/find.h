/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_FIND_H
#define HEARTH_HOST_ENDS_FIND_H

/*
 * Finds a battery: which port, which baud rate, which protocol. Serial ports are asked in every
 * protocol at every usual rate; a CAN bus is listened to. Nothing is ever written to a battery.
 */

#include "host/bus/port.h"
#include "host/protocols.h"

struct found {
    struct bus_address address; /* with its baud rate */
    const struct wire_protocol *protocol;
    uint8_t unit; /* the address that answered */
};

/* Says what is being tried. */
typedef void find_told_fn(void *context, const char *text);

struct find_job {
    const struct bus_address *address;    /* NULL: every serial port of this machine */
    const struct wire_protocol *protocol; /* NULL: all */
    find_told_fn *told;
    void *context;
};

/* True when something answered. Takes some seconds to a minute; ends early with wait_ended(). */
bool find_battery(const struct find_job *job, struct found *found);

#endif
