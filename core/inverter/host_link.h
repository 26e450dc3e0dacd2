/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_INVERTER_HOST_LINK_H
#define HEARTH_CORE_INVERTER_HOST_LINK_H

/* The inverter behind its host link: what it tells, and what may be done to it from there. */

#include "core/inverter/inverter.h"
#include "core/proto/hostlink.h"

/* Everything an inverter knows of itself: quantities, settings, faults. Left to the caller: names,
   clock, energy. */
void host_link_view(const struct inverter *inverter, struct inverter_view *view);

/* Stores all of the values as inverter_set() does, in whatever order they go in, or none of them;
   then why the first was refused. A battery type goes first: its preset must not undo the rest. */
enum setting_verdict host_link_set(struct inverter *inverter, const struct hostlink_value *values,
                                   size_t n) MUST_USE;

/* Settings as delivered. */
void host_link_defaults(struct inverter *inverter);

#endif
