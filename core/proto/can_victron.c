/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Victron CAN-bus BMS and BYD LVS, little endian, every frame of 8 bytes. No official text was
 * found: from captures of BYD LVS and JK, frames replayed against Venus OS and open drivers.
 *
 *   0x35F  "Li"   2 major 3 minor version   4-5 u16 Ah there now   6-7 hardware
 *   0x360  0 0xFF = charge by force
 *   0x370, 0x371  model, 16 characters   0x380, 0x381 serial number   0x382 family
 *   0x378  u32 charged, u32 discharged, 100 Wh
 */
#include "core/proto/can_rows.h"

static const struct can_signal rows_fine_soc[] = {
    {SIGNAL("StateOfCharge", SOC, 0, U16, 1, 0), .high = 100},
    {SIGNAL("StateOfHealth", SOH, 2, U16, 1, 0), .high = 100},
    {SIGNAL("StateOfChargeFine", SOC_FINE, 4, U16, 1, RULE_ABSENT_IS_ZERO), .high = 10000},
};
static const struct can_message msg_fine_soc = {0x355, "StateOfCharge", .least = 2,
                                                .needs = HEARD_SOC, ROWS(signals, rows_fine_soc)};

static const struct can_signal rows_force[] = {
    {SIGNAL("ForceCharge", FORCE_CHARGE, 0, U8, 1, RULE_ALL_ONES)}};
static const struct can_message msg_force = {0x360, "Force", .least = 1, ROWS(signals, rows_force)};

#define HALF(name, what, at)                   \
    {                                          \
        {                                      \
            name, 0, 8, LABEL_##what, at, 0, 0 \
        }                                      \
    }
static const struct can_text texts_model1[] = HALF("Model1", MODEL, 0);
static const struct can_text texts_model2[] = HALF("Model2", MODEL, 8);
static const struct can_text texts_serial1[] = HALF("Serial1", SERIAL, 0);
static const struct can_text texts_serial2[] = HALF("Serial2", SERIAL, 8);
static const struct can_text texts_family[] = HALF("Family", FAMILY, 0);
#define TEXT_MESSAGE(id, name, what, list)                             \
    {                                                                  \
        id, name, .least = 1, .needs = HEARD_##what, ROWS(texts, list) \
    }
static const struct can_message msg_model1 = TEXT_MESSAGE(0x370, "Model1", MODEL, texts_model1);
static const struct can_message msg_model2 = TEXT_MESSAGE(0x371, "Model2", MODEL, texts_model2);
static const struct can_message msg_serial1 = TEXT_MESSAGE(0x380, "Serial1", SERIAL, texts_serial1);
static const struct can_message msg_serial2 = TEXT_MESSAGE(0x381, "Serial2", SERIAL, texts_serial2);
static const struct can_message msg_family = TEXT_MESSAGE(0x382, "Family", FAMILY, texts_family);

static const struct can_signal rows_events[] = {
    {SHOWN("Events", NUMBER, 0, U8, 1, "battery.events")}};
static const struct can_message msg_events = {0x35B, "Events", .least = 1,
                                              ROWS(signals, rows_events)};

/* "VIC" in the GX device's own frame */
static const struct can_signal rows_gx[] = {{CONST("Mark1", 0, U32, 0x78563412)},
                                            {CONST("Mark2", 4, U32, 0x00434956)}};
static const struct can_message msg_gx = {0x307, "Gx", .from_inverter = true,
                                          ROWS(signals, rows_gx)};
static const struct can_signal rows_gx_battery[] = {{CONST("Content1", 0, U32, 0)},
                                                    {CONST("Content2", 4, U32, 0)}};
static const struct can_message msg_gx_battery = {0x306, "GxBattery", .from_inverter = true,
                                                  ROWS(signals, rows_gx_battery)};

const struct can_slot victron_slots[] = {
    {&msg_limits, 8},      {&msg_fine_soc, 8},    {&msg_measured, 8},    {&msg_pairs, 8},
    {&msg_name, 8},        {&msg_version, 8},     {&msg_force, 8},       {&msg_model1, 8},
    {&msg_model2, 8},      {&msg_modules, 8},     {&msg_extremes_k, 8},  {&msg_cell_min_id, 8},
    {&msg_cell_max_id, 8}, {&msg_temp_min_id, 8}, {&msg_temp_max_id, 8}, {&msg_energy, 8},
    {&msg_installed, 8},   {&msg_serial1, 8},     {&msg_serial2, 8},     {&msg_family, 8},
    {&msg_alive, 8},       {&msg_gx_battery, 0},  {&msg_gx, 8},          {&msg_events, 0},
    {.message = NULL},
};
