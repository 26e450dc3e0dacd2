/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_INVERTER_PORT_H
#define HEARTH_SIM_INVERTER_PORT_H

/* The host link of a house's inverter: what it tells there, counters, clock and fault records with
   it, and what may be done to it from there. */

#include "core/inverter/host_link.h"
#include "sim/house.h"

/* What flowed through the battery, mAh: the inverter itself counts energy. */
enum port_charge { PORT_CHARGED, PORT_DISCHARGED, PORT_GRID_CHARGED, PORT_CHARGES };

enum { PORT_RECORDS = 32 };

struct inverter_port {
    struct house *house;
    struct inverter_view view;
    struct hostlink_desk desk;
    /* private */
    struct ledger counted; /* of the house, as far as it is in the totals */
    double total[PORT_CHARGES], today[PORT_CHARGES];
    int64_t day;
    uint64_t faults; /* as they were last seen */
    int n_records;
    struct hostlink_record record[PORT_RECORDS]; /* newest first */
    char serial[VIEW_SERIAL];
};

void inverter_port_init(struct inverter_port *port, struct house *house);

/* Brings the view up to now: to be called about once a second at least, and before it is read. */
void inverter_port_fill(struct inverter_port *port);

#endif
