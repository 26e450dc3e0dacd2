/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GoodWe low voltage (EM, ES, S-BP, BP), little endian: Pylontech V1.2 in frames of 8 bytes with
 * the extremes of V2, as captured from a JK BMS in that profile. The vendor's text (EN V1.5) was
 * not found. Also taken: 0x399, 0x3DA and 0x3DB of "BMS Protocol (CAN) Hybrid EN V1.0".
 */
#include "core/proto/can_rows.h"

/* 0x371: where the Cubix has the pack in the high byte, the JK of GoodWe's capture has a plain
   number and 0. */
static const struct can_signal rows_numbers[] = {
    {SIGNAL("TemperatureMaxSensor", TEMP_MAX_INDEX, 0, U8, 1, 0)},
    {SIGNAL("TemperatureMinSensor", TEMP_MIN_INDEX, 2, U8, 1, 0)},
    {SIGNAL("CellMaxNumber", CELL_MAX_NO, 4, U8, 1, 0)},
    {SIGNAL("CellMinNumber", CELL_MIN_NO, 6, U8, 1, 0)},
};
static const struct can_message msg_numbers = {0x371, "Places", .least = 1, .needs = HEARD_PLACES,
                                               ROWS(signals, rows_numbers)};

static const struct can_signal rows_399[] = {
    {SHOWN("Specification", NUMBER, 0, U16, 1, "battery.specification_kwh10")},
    {SHOWN("CellHighVoltage", NUMBER, 2, U8, 1, "battery.cell_high_voltage_warning"), .width = 1},
    {SHOWN("CellLowVoltage", NUMBER, 2, U8, 1, "battery.cell_low_voltage_warning"), .shift = 1,
     .width = 1},
};
static const struct can_message msg_399 = {0x399, "Specification", .least = 2,
                                           ROWS(signals, rows_399)};

static const struct can_signal rows_3da[] = {
    {SIGNAL("CellVoltageMax", CELL_MAX, 0, U16, 1, 0)},
    {SIGNAL("CellVoltageMin", CELL_MIN, 2, U16, 1, 0)},
    {SIGNAL("CellMaxNumber", CELL_MAX_NO, 4, U8, 1, 0)},
    {SIGNAL("CellMinNumber", CELL_MIN_NO, 5, U8, 1, 0)},
};
static const struct can_message msg_3da = {0x3DA, "Cells", .least = 2, ROWS(signals, rows_3da)};

static const struct can_signal rows_3db[] = {
    {SIGNAL("TemperatureMax", TEMP_MAX, 0, U8, 10, RULE_COARSE), .offset = 50},
    {SIGNAL("TemperatureMin", TEMP_MIN, 1, U8, 10, RULE_COARSE), .offset = 50},
    {SIGNAL("TemperatureMaxSensor", TEMP_MAX_INDEX, 2, U8, 1, 0)},
    {SIGNAL("TemperatureMinSensor", TEMP_MIN_INDEX, 3, U8, 1, 0)},
};
static const struct can_message msg_3db = {0x3DB, "Temperatures", .least = 1,
                                           ROWS(signals, rows_3db)};

const struct can_slot goodwe_slots[] = {
    {&msg_limits, 8}, {&msg_soc, 8},      {&msg_measured, 8}, {&msg_flags, 8},   {&msg_request, 8},
    {&msg_name, 8},   {&msg_extremes, 8}, {&msg_numbers, 8},  {&msg_alive, 8},   {&msg_pairs, 0},
    {&msg_399, 0},    {&msg_3da, 0},      {&msg_3db, 0},      {.message = NULL},
};
