/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMA Sunny Island (FSS-ConnectingBat-TI-en-10, read in full) and Sofar low voltage, whose set a
 * Seplos sends byte for byte as SMA's but for the name (capture; no vendor text was found).
 *
 * SMA passes over a value out of its range (a 24 V battery's) and keeps the last, so the true value
 * is sent, not the nearest that is allowed: that would charge eight cells to 41 V; 0x8000 or 0xFFFF
 * sets a value to its default. Only documented ids may appear on its bus.
 *
 *   0x355  4-5 u16 SOC 0.01 %, used in place of SOC where there is one
 *   0x35F  0-1 type   2 major 3 minor version   4-5 u16 Ah   6-7 maker
 *   0x305  from the inverter: 0.1 V, 0.1 A (- charges), 0.1 degC, SOC 0.1 %
 *   0x306  SOH %, 10 = external BMS, state, error, charge voltage 0.1 V
 */
#include "core/proto/can_rows.h"

#define LIMIT (RULE_DOWN | RULE_MAGNITUDE | RULE_DEFAULT)

static const struct can_signal rows_sma_limits[] = {
    {SIGNAL("ChargeVoltage", CHARGE_V, 0, U16, 100, RULE_DOWN | RULE_NEVER_ZERO | RULE_DEFAULT),
     .low = 410, .high = 630, .invalid = 0xFFFF, .otherwise = 540},
    {SIGNAL("ChargeCurrentLimit", CHARGE_LIMIT, 2, S16, 100, LIMIT), .high = 12000,
     .invalid = INT16_MIN},
    {SIGNAL("DischargeCurrentLimit", DISCHARGE_LIMIT, 4, S16, 100, LIMIT), .high = 12000,
     .invalid = INT16_MIN},
    {SIGNAL("DischargeVoltage", DISCHARGE_V, 6, U16, 100,
            RULE_UP | RULE_ZERO_ABSENT | RULE_DEFAULT),
     .low = 410, .high = 480, .invalid = 0xFFFF, .otherwise = 410},
};
static const struct can_message msg_sma_limits = {
    0x351, "Limits", .least = 2, .needs = HEARD_LIMITS, ROWS(signals, rows_sma_limits)};

static const struct can_signal rows_sma_soc[] = {
    {SIGNAL("StateOfCharge", SOC, 0, U16, 1, RULE_DEFAULT), .high = 100, .invalid = 0xFFFF},
    {SIGNAL("StateOfHealth", SOH, 2, U16, 1, RULE_DEFAULT), .high = 100, .invalid = 0xFFFF,
     .otherwise = 100},
    {SIGNAL("StateOfChargeFine", SOC_FINE, 4, U16, 1, RULE_DEFAULT | RULE_ABSENT_IS_ZERO),
     .high = 10000, .invalid = 0xFFFF},
};
static const struct can_message msg_sma_soc = {0x355, "StateOfCharge", .least = 2,
                                               .needs = HEARD_SOC, ROWS(signals, rows_sma_soc)};

static const struct can_signal rows_sma_measured[] = {
    {SIGNAL("Voltage", VOLTAGE, 0, S16, 10, RULE_DEFAULT), .low = -32767, .high = 32767,
     .invalid = INT16_MIN},
    {SIGNAL("Current", CURRENT, 2, S16, 100, RULE_DEFAULT), .low = -32767, .high = 32767,
     .invalid = INT16_MIN},
    {SIGNAL("Temperature", TEMP, 4, S16, 1, RULE_DEFAULT), .low = -32767, .high = 32767,
     .invalid = INT16_MIN, .otherwise = 250},
};
static const struct can_message msg_sma_measured = {0x356,
                                                    "Measured",
                                                    .least = 2,
                                                    .needs = HEARD_MEASURED,
                                                    ROWS(signals, rows_sma_measured),
                                                    .settle = settle_voltage};

static const struct can_signal rows_sma_battery[] = {
    {CONST("BatteryType", 0, U16, 0)},
    {SIGNAL("VersionMajor", MAJOR, 2, U8, 1, 0)},
    {SIGNAL("VersionMinor", MINOR, 3, U8, 1, 0)},
    {SIGNAL("CapacityInstalled", FULL, 4, U16, 1000, RULE_DOWN | RULE_COARSE | RULE_ZERO_ABSENT)},
    {CONST("MakerId", 6, U16, 0)},
};
static const struct can_message msg_sma_battery = {0x35F, "Battery", .least = 2,
                                                   ROWS(signals, rows_sma_battery)};

static const struct can_signal rows_events[] = {
    {SHOWN("Events", NUMBER, 0, U8, 1, "battery.events")}};
static const struct can_message msg_events = {0x35B, "Events", .least = 1,
                                              ROWS(signals, rows_events)};
static const struct can_message msg_quick_stop = {CAN_QUICK_STOP_ID, "QuickStop", .least = 0};

/* --- what the Sunny Island says --- */

static const struct can_signal rows_si_battery[] = {
    {SIGNAL("Voltage", VOLTAGE, 0, U16, 100, RULE_SHOWN)},
    {SIGNAL("Current", CURRENT, 2, S16, 100, RULE_SHOWN | RULE_NEGATED)},
    {SIGNAL("Temperature", TEMP, 4, S16, 1, RULE_SHOWN)},
    {SIGNAL("StateOfCharge", SOC_FINE, 6, S16, 10, RULE_SHOWN)},
};
static const struct can_message msg_si_battery = {0x305, "InverterBattery", .from_inverter = true,
                                                  ROWS(signals, rows_si_battery)};

static const struct can_signal rows_si_state[] = {
    {SIGNAL("StateOfHealth", SOH, 0, U16, 1, RULE_SHOWN)},
    {CONST("ChargeProcedure", 2, U8, 10)},
    {CONST("State", 3, U8, 1)},
    {CONST("Error", 4, U16, 0)},
    {SIGNAL("ChargeVoltage", CHARGE_V, 6, U16, 100, RULE_SHOWN)},
};
static const struct can_message msg_si_state = {0x306, "InverterState", .from_inverter = true,
                                                ROWS(signals, rows_si_state)};

static const struct can_signal rows_si_relays[] = {
    {SHOWN("Relays", NUMBER, 0, U16, 1, "inverter.relays")}};
static const struct can_message msg_si_relays = {0x307, "InverterRelays", .from_inverter = true,
                                                 ROWS(signals, rows_si_relays)};

const struct can_slot sma_slots[] = {
    {&msg_sma_limits, 8}, {&msg_sma_soc, 8},     {&msg_sma_measured, 8}, {&msg_pairs, 8},
    {&msg_name, 8},       {&msg_sma_battery, 8}, {&msg_si_battery, 8},   {&msg_si_state, 8},
    {&msg_si_relays, 8},  {&msg_events, 0},      {&msg_quick_stop, 0},   {.message = NULL},
};

/* --- Sofar --- */

static const struct can_signal rows_sofar_soc[] = {
    {SIGNAL("StateOfCharge", SOC, 0, U16, 1, 0), .high = 100},
    {SIGNAL("StateOfHealth", SOH, 2, U16, 1, 0), .high = 100},
    {SIGNAL("StateOfChargeFine", SOC_FINE, 4, U16, 1, RULE_ABSENT_IS_ZERO), .high = 10000},
    /* 1 Ah or 0.1 Ah: the sources disagree, so it is shown and not taken */
    {SHOWN("CapacityRemaining", NUMBER, 6, U16, 1, "battery.remaining_counts")},
};
static const struct can_message msg_sofar_soc = {0x355, "StateOfCharge", .least = 2,
                                                 .needs = HEARD_SOC, ROWS(signals, rows_sofar_soc)};

static const struct can_signal rows_sofar_measured[] = {
    {SIGNAL("Voltage", VOLTAGE, 0, S16, 10, 0)},
    {SIGNAL("Current", CURRENT, 2, S16, 100, 0)},
    {SIGNAL("Temperature", TEMP, 4, S16, 1, 0)},
    {SIGNAL("Cycles", CYCLES, 6, U16, 1, RULE_ZERO_ABSENT)},
};
static const struct can_message msg_sofar_measured = {0x356,
                                                      "Measured",
                                                      .least = 2,
                                                      .needs = HEARD_MEASURED,
                                                      ROWS(signals, rows_sofar_measured),
                                                      .settle = settle_voltage};

static const struct can_signal rows_remote[] = {
    {SHOWN("RemoteCommand", NUMBER, 0, U8, 1, "inverter.remote_command")},
    {SHOWN("RemoteDischarge", NUMBER, 1, U8, 1, "inverter.remote_discharge"), .width = 1},
    {SHOWN("RemoteCharge", NUMBER, 1, U8, 1, "inverter.remote_charge"), .shift = 1, .width = 1},
};
static const struct can_message msg_remote = {0x30F, "Remote", .from_inverter = true,
                                              ROWS(signals, rows_remote)};

const struct can_slot sofar_slots[] = {
    {&msg_limits, 8},  {&msg_sofar_soc, 8},   {&msg_sofar_measured, 8}, {&msg_pairs, 8},
    {&msg_name, 8},    {&msg_sma_battery, 8}, {&msg_alive, 8},          {&msg_remote, 0},
    {&msg_flags, 0},   {&msg_request, 0},     {&msg_extremes, 0},       {&msg_places, 0},
    {.message = NULL},
};
