/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_PACK_BANK_H
#define HEARTH_SIM_PACK_BANK_H

/* The packs of a house as the serial battery protocols tell of them. */

#include "core/proto/rs485.h"
#include "sim/house.h"

struct pack_bank {
    struct battery_bank bank;
    uint8_t pack[BANK_PACKS]; /* index in the house of each of them */
};

/* Fills in the packs that can be reached: powered, awake and linked to the first. Their addresses
   are those of their switches, or their place in the house. */
void pack_bank_fill(struct pack_bank *packs, const struct house *house, bool by_place);

/* Model, maker, serial number and version of pack `i` (from 0). */
void pack_bank_names(const struct house *house, int i, struct pack_view *view);

/* Rows of a pack as reasons in its view. */
void pack_bank_reasons(const struct pack_profile *profile, uint64_t active, struct pack_view *view);

/* What the host's parameter has its RS485 port to the inverter speak; false: nothing known here. */
bool house_rs485_protocol(const struct house *house, enum rs485_protocol *protocol);

/* The parameter's code of a protocol; -1: none of the list is it. */
int32_t rs485_protocol_code(enum rs485_protocol protocol);

#endif
