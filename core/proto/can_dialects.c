/* SPDX-License-Identifier: Apache-2.0 */
/* The list of CAN dialects. Their messages: can_pylon.c, can_growatt.c ... */
#include "core/proto/can_rows.h"

/* No document names a time-out but SMA's (60 s) and Victron's (3 s, from hearsay). */
#define USUAL                                                                                 \
    .kbit_s = 500, .period_ms = 1000, .alive_id = 0x305, .limits_id = 0x351, .warn_ms = 5000, \
    .lost_ms = 60000

const struct can_dialect can_dialects[CAN_DIALECT_COUNT] = {
    [CAN_PYLON] = {"pylon-can", "Pylontech low voltage", "V1.2 (2018-04-08)", "PYLON",
                   "vendor document, captures", pylon_slots, USUAL},
    [CAN_PYLON13] = {"pylon13-can", "Pylontech low voltage", "V1.3", "PYLON", "capture of a US5000",
                     pylon13_slots, USUAL},
    [CAN_PYLON20] = {"pylon20-can", "Pylontech low voltage", "V2.0.6", "PYLON",
                     "capture of a Cubix 100, no vendor text", pylon20_slots, USUAL},
    [CAN_GROWATT] = {"growatt-can", "Growatt low voltage", "V1.04", "HE",
                     "vendor document, captures", growatt_slots, .flags = DIALECT_BIG_ENDIAN,
                     .kbit_s = 500, .period_ms = 1000, .alive_id = 0x301, .limits_id = 0x311,
                     .warn_ms = 5000, .lost_ms = 60000},
    [CAN_GOODWE] = {"goodwe-can", "GoodWe low voltage", "as captured", "GOODWE",
                    "capture of a JK BMS, no vendor text", goodwe_slots, USUAL},
    [CAN_SMA] = {"sma-can", "SMA Sunny Island", "FSS-ConnectingBat 1.0", "HEARTH",
                 "vendor document, capture", sma_slots, USUAL,
                 .flags = DIALECT_DROPS | DIALECT_LATCHES},
    [CAN_SOFAR] = {"sofar-can", "Sofar low voltage", "as captured", "Sofar",
                   "capture of a Seplos BMS, no vendor text", sofar_slots, USUAL},
    [CAN_VICTRON] = {"victron-can", "Victron CAN-bus BMS, BYD LVS", "as captured", "HEARTH",
                     "captures, no vendor text", victron_slots, .flags = DIALECT_STOPS_BY_VOLTAGE,
                     .kbit_s = 500, .period_ms = 1000, .alive_id = 0x305, .limits_id = 0x351,
                     .warn_ms = 3000, .lost_ms = 60000},
    [CAN_DEYE] = {"deye-can", "Deye and Sol-Ark inverters", "V1.2", "DEYE", "vendor document",
                  deye_slots, USUAL, .flags = DIALECT_WHOLE_FRAMES},
    [CAN_DEYE_PCS] = {"deye-pcs-can", "Deye batteries, PCS port", "V3.3", "DY001",
                      "translated document, capture", deye_pcs_slots, USUAL},
    [CAN_LUXPOWER] = {"luxpower-can", "LuxPower", "V04.2 (2024-03-13)", "HEARTH",
                      "vendor document, no capture", luxpower_slots, USUAL},
};
