/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LuxPower V04.2 (2024-03-13), little endian: Pylontech's ids with more in them.
 *
 *   0x355  4-5 highest 6-7 lowest cell mV   0x356  4-5 highest 6-7 lowest 0.1 degC, never equal
 *   0x359  5-6 u16 Ah in place of "PN"      0x35C  2-3 cycles   0x379 Ah, read by SNA models
 *   0x300  from the inverter: bit 0 shuts the battery down
 */
#include "core/proto/can_rows.h"

static const struct can_signal rows_lux_soc[] = {
    {SIGNAL("StateOfCharge", SOC, 0, U16, 1, 0), .high = 100},
    {SIGNAL("StateOfHealth", SOH, 2, U16, 1, 0), .high = 100},
    {SIGNAL("CellVoltageMax", CELL_MAX, 4, U16, 1, RULE_ZERO_ABSENT)},
    {SIGNAL("CellVoltageMin", CELL_MIN, 6, U16, 1, RULE_ZERO_ABSENT)},
};
static const struct can_message msg_lux_soc = {0x355, "StateOfCharge", .least = 2,
                                               .needs = HEARD_SOC, ROWS(signals, rows_lux_soc)};

static const struct can_signal rows_lux_measured[] = {
    {SIGNAL("Voltage", VOLTAGE, 0, S16, 10, 0)},
    {SIGNAL("Current", CURRENT, 2, S16, 100, 0)},
    {SIGNAL("TemperatureMax", WARMEST, 4, S16, 1, 0)},
    {SIGNAL("TemperatureMin", COLDEST, 6, S16, 1, 0)},
};
static const struct can_message msg_lux_measured = {0x356,
                                                    "Measured",
                                                    .least = 2,
                                                    .needs = HEARD_MEASURED,
                                                    ROWS(signals, rows_lux_measured),
                                                    .settle = settle_voltage};

static const struct can_signal rows_lux_flags[] = {
    {SIGNAL("Modules", PACKS, 4, U8, 1, RULE_ZERO_ABSENT)},
    {SIGNAL("CapacityInstalled", FULL, 5, U16, 1000, RULE_DOWN | RULE_COARSE | RULE_ZERO_ABSENT)},
};
static const struct can_message msg_lux_flags = {0x359,
                                                 "Flags",
                                                 .least = 1,
                                                 .heard = HEARD_FLAGS,
                                                 ROWS(signals, rows_lux_flags),
                                                 ROWS(flags, flags_359)};

static const struct can_signal rows_lux_request[] = {
    {BIT("ChargeEnable", CHARGE_ENABLE, 0, 7)},
    {BIT("DischargeEnable", DISCHARGE_ENABLE, 0, 6)},
    {BIT("ForceCharge2", FORCE_CHARGE, 0, 5)},
    {BIT("ForceCharge1", FORCE_SOON, 0, 4)},
    {BIT("FullChargeRequest", FULL_REQUEST, 0, 3)},
    {SIGNAL("Cycles", CYCLES, 2, U16, 1, 0)},
};
static const struct can_message msg_lux_request = {0x35C, "Request", .least = 1,
                                                   ROWS(signals, rows_lux_request)};

static const struct can_signal rows_shutdown[] = {
    {SHOWN("ShutDown", NUMBER, 0, U8, 1, "inverter.battery_shut_down"), .width = 1}};
static const struct can_message msg_shutdown = {
    CAN_SHUTDOWN_ID, "RapidShutdown", .from_inverter = true, ROWS(signals, rows_shutdown)};

const struct can_slot luxpower_slots[] = {
    {&msg_limits, 8},      {&msg_lux_soc, 8}, {&msg_lux_measured, 8}, {&msg_lux_flags, 8},
    {&msg_lux_request, 8}, {&msg_name, 8},    {&msg_installed, 8},    {&msg_alive, 8},
    {&msg_shutdown, 0},    {.message = NULL},
};
