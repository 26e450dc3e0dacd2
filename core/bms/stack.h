/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_STACK_H
#define HEARTH_CORE_BMS_STACK_H

/*
 * Packs in parallel: pack 1 is host, hears the others over their own link and speaks for all to the
 * inverter (manual 002 s4.3, 004 s1.3). A pack not heard for 30 s leaves the totals. Limits add up
 * over the packs that can work, the charge voltage is the lowest, any pack's flag is the stack's.
 */

#include "core/bms/bms.h"
#include "core/proto/battery_report.h"

enum { STACK_PACKS = 15, STACK_LOST_MS = 30000 };

struct stack {
    int n; /* packs that were ever there, pack 1 included */
    uint32_t heard_ms[STACK_PACKS];
    struct battery_report report; /* what the inverter is told, as exact as the protocols are */
    uint8_t online;               /* packs in the totals */
    uint8_t soc_pct;
};

void stack_init(struct stack *stack, int n, uint32_t now_ms);

/* Makes the report from the packs' own figures; `linked` bit i: pack i+1 answered just now. Call
   once a second. */
void stack_step(struct stack *stack, const struct bms *packs, uint16_t linked, uint32_t now_ms);

#endif
