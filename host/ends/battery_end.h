/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_BATTERY_END_H
#define HEARTH_HOST_ENDS_BATTERY_END_H

/*
 * Plays a battery on one real bus, in any of the protocols: a virtual pack of the emulator, or what
 * a bridge hears elsewhere. On a bus with several clients each is served on its own, one after the
 * other. The protocol may change while it runs: what was half heard is dropped, the old one is
 * silent at once.
 */

#include "core/proto/can_ends.h"
#include "core/proto/rs485.h"
#include "host/bus/port.h"
#include "host/protocols.h"

struct battery_end {
    struct bus_port port;
    const struct wire_protocol *protocol; /* NULL: nothing is spoken */
    struct can_sender sender;
    struct rs485_server server[BUS_LINES];
    int64_t heard_ms; /* somebody asked, or an inverter lives; INT64_MIN / 2: never */
};

/* Opens the bus for the protocol; false with a sentence, and it is tried again by the step. */
bool battery_end_open(struct battery_end *end, const struct bus_address *address,
                      const struct wire_protocol *protocol, int64_t now_ms, char *why, size_t room);
void battery_end_close(struct battery_end *end);

/* Speaks another protocol from now on; false: the bus cannot carry it, and nothing changed. */
bool battery_end_speak(struct battery_end *end, const struct wire_protocol *protocol,
                       int64_t now_ms);

/* Serves what was asked and sends what is due. `bank` NULL: the battery sleeps, nothing is said. */
void battery_end_step(struct battery_end *end, int64_t now_ms, const struct battery_bank *bank,
                      const struct bank_desk *desk);

/* Somebody at the other end was heard within this time. */
static inline bool battery_end_heard(const struct battery_end *end, int64_t now_ms,
                                     int64_t within_ms)
{
    return now_ms - end->heard_ms <= within_ms;
}

#endif
