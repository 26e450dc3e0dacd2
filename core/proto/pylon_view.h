/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_PYLON_VIEW_H
#define HEARTH_CORE_PROTO_PYLON_VIEW_H

/* Between a pack of the bank and the payloads of Pylontech's RS485, both ways. Temperatures of a
   payload: the board (environment), the groups of cells, and the MOS as the sixth or later one. */

#include "core/proto/pylon_rs485.h"
#include "core/proto/rs485_ends.h"

void pylon_analog_of(const struct pack_view *pack, struct pylon_analog *analog);
void pylon_alarm_of(const struct pack_view *pack, struct pylon_alarm *alarm);
void pylon_limits_of(const struct pack_view *pack, struct pylon_limits *limits);
void pylon_system_of(const struct battery_bank *bank, uint8_t group, struct pylon_system *system);

void pylon_analog_to(const struct pylon_analog *analog, struct pack_view *pack);
void pylon_alarm_to(const struct pylon_alarm *alarm, struct pack_view *pack);
void pylon_limits_to(const struct pylon_limits *limits, struct pack_view *pack);
void pylon_system_to(const struct pylon_system *system, struct battery_report *whole);

/* The battery's end (rs485_ends.h). */
bool pylon_answer(struct rs485_server *server, const struct rs485_job *job);

/* Codes a reply has where a request has its command. */
bool pylon_is_return_code(uint8_t code);

/* Address on the wire of the pack with these switches, in group m. */
uint8_t pylon_address(uint8_t switches, uint8_t group);

#endif
