/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_PERMITS_H
#define HEARTH_CORE_PROTO_PERMITS_H

/*
 * What may be told together, one rule for every end that speaks for a battery. Inverters look at
 * one of these alone, so none may say more than the others:
 *
 *  1. An enable is told where it was told, and the limit of its direction is above 0. Charging
 *     wants a charge voltage besides.
 *  2. A charge is asked for (by force, soon, to the top) only where charging is enabled.
 *  3. A discharge voltage of 0 is none.
 *
 * The limits themselves stay: a dialect that stops by voltage needs the one of a forbidden charge.
 * Nothing is ever allowed here that was not before.
 */

#include "core/proto/battery_bank.h"

void report_permits(struct battery_report *report);
void pack_permits(struct pack_view *pack);

/* Every pack and the whole. */
void bank_permits(struct battery_bank *bank);

#endif
