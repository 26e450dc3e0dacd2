/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_PACK_ORDERS_H
#define HEARTH_SIM_PACK_ORDERS_H

/* What a request on a pack's serial port may do to it: the desk of core/proto/rs485.h over a house.
   Everything is checked by the pack's own BMS and its password. */

#include "sim/pack_bank.h"

enum { LEASE_MS = 10000 };

struct pack_orders {
    struct house *house;
    const struct pack_bank *packs;
    bool reads_only; /* the parallel port (ES s1.3(12)) */
    /* private */
    struct lease {
        bool on;
        uint32_t until_ms;
        int32_t charge_mv, discharge_mv, charge_ma, discharge_ma;
    } lease[STACK_PACKS];
    struct pack_view recorded;
};

struct bank_desk pack_orders_desk(struct pack_orders *orders);

/* Narrows what the packs offer to what a master lent them, for as long as it holds. The packs'
   protections stay their own. */
void pack_orders_lease(struct pack_orders *orders, struct pack_bank *packs);

#endif
