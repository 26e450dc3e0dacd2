/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_PYLON_CAN_H
#define HEARTH_CORE_PROTO_PYLON_CAN_H

/*
 * Pylontech low-voltage CAN, V1.2: 11-bit ids, 500 kbit/s, little endian, the whole set once a
 * second. Facts and their trust: docs/protocols.md (vendor document 2018-04-08, real captures).
 *
 *   0x351  0-1 u16 CVL 0.1 V   2-3 s16 CCL 0.1 A   4-5 s16 DCL 0.1 A   6-7 u16 cut-off 0.1 V
 *   0x355  0-1 u16 SOC %       2-3 u16 SOH %
 *   0x356  0-1 s16 0.01 V      2-3 s16 0.1 A (+ charges)   4-5 s16 0.1 degC
 *   0x359  0-1 protection bits 2-3 alarm bits   4 packs    5-6 "PN"
 *   0x35C  0 bit 7 charge enable, 6 discharge enable, 5 force charge I, 4 force II, 3 full charge
 *   0x35E  name, 8 characters
 *   0x305  from the inverter, eight bytes of anything, each second
 */

#include "core/proto/battery_report.h"
#include "core/proto/can.h"
#include "core/units.h"

enum { PYLON_CAN_FRAMES = 6, PYLON_CAN_ALIVE_ID = 0x305 };

/* Rounds a report to what the frames can say; encode then decode gives it back unchanged. */
void pylon_can_quantize(struct battery_report *report);

/* Writes the set of frames; returns how many (limits are withheld while the CVL is not known:
   a charge voltage of 0 makes some inverters dump the battery). */
int pylon_can_encode(const struct battery_report *report,
                     struct can_frame frames[PYLON_CAN_FRAMES]);

/* Takes one frame into the report. False: not of this dialect, or too short to say anything; the
   report is then unchanged. Fields beyond a short frame stay as they were. */
bool pylon_can_decode(const struct can_frame *frame, struct battery_report *report) MUST_USE;

/* The inverter's sign of life. */
void pylon_can_alive(struct can_frame *frame);

#endif
