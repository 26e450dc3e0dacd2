/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_CAN_ROWS_H
#define HEARTH_CORE_PROTO_CAN_ROWS_H

/* Short forms for the tables of dialects, the messages several share, and the slots of each. */

#include "core/proto/can_dialect.h"

/* name, FIELD_, first byte, TYPE_, report's units in a count, rules */
#define SIGNAL(n, f, b, w, u, r) \
    .name = (n), .field = FIELD_##f, .byte = (b), .type = TYPE_##w, .unit = (u), .rule = (r)
#define CONST(n, b, w, value) \
    .name = (n), .field = FIELD_NUMBER, .byte = (b), .type = TYPE_##w, .unit = 1, .fixed = (value)
#define BIT(n, f, b, s)         SIGNAL(n, f, b, U8, 1, 0), .shift = (s), .width = 1
#define SHOWN(n, f, b, w, u, p) SIGNAL(n, f, b, w, u, RULE_SHOWN), .point = (p)

#define ROWS(of, list) .n_##of = sizeof(list) / sizeof(list)[0], .of = (list)

#define REPORT_ANY_MOS    (REPORT_CHARGE_MOS | REPORT_DISCHARGE_MOS)
#define REPORT_ANY_SENSOR (REPORT_TEMPERATURE_SENSOR | REPORT_FRONT_END)

/* can_common.c: little endian, of Pylontech's and SMA's descent */
extern const struct can_message msg_limits, msg_soc, msg_measured, msg_flags, msg_request, msg_name,
    msg_pairs, msg_extremes, msg_places, msg_modules, msg_extremes_k, msg_cell_min_id,
    msg_cell_max_id, msg_temp_min_id, msg_temp_max_id, msg_energy, msg_installed, msg_version,
    msg_alive, msg_alive_time;
extern const struct can_pair pairs_35a[CAN_PAIRS];
extern const struct can_signal rows_limits[4], rows_request[5];
enum { N_FLAGS_359 = 14, N_FLAGS_359_FOREIGN = 4 };
extern const struct can_flag flags_359[N_FLAGS_359 + N_FLAGS_359_FOREIGN];

void settle_voltage(struct battery_report *report);
void settle_temperatures(struct battery_report *report);

/* each family's file */
extern const struct can_slot pylon_slots[], pylon13_slots[], pylon20_slots[], growatt_slots[],
    goodwe_slots[], sma_slots[], sofar_slots[], victron_slots[], deye_slots[], deye_pcs_slots[],
    luxpower_slots[];

#endif
