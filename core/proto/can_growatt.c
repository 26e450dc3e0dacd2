/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growatt low voltage, BIG endian. Document Rev_04 / V1.04 and two captures of a Growatt inverter
 * with a JK BMS; 0x322 and 0x323 as captured, V1.05 and later were not found.
 *
 *   0x311  charge voltage 0.1 V, charge limit 0.1 A, discharge limit 0.1 A, status bits
 *   0x312  0-1 protections  2-3 warnings  4 packs  5-6 maker's code  7 cells in series
 *   0x313  s16 0.01 V, s16 0.1 A (+ charges), s16 0.1 degC, SOC %, SOH % (bit 7: end of life)
 *   0x314  remaining and full 10 mAh, cell spread mV, cycles
 *   0x319  0 requests and chemistry  1-2 highest 3-4 lowest cell mV  5, 6 their numbers  7 fault
 *   0x320  two capitals, hardware, software, date   0x321 update (zeros)
 *   0x322  s16 highest, lowest 0.1 degC, their sensors, highest and lowest SOC   0x323 cells
 */
#include "core/proto/can_rows.h"

static const struct can_signal rows_311[] = {
    {SIGNAL("ChargeVoltage", CHARGE_V, 0, U16, 100, RULE_DOWN | RULE_NEVER_ZERO)},
    {SIGNAL("ChargeCurrentLimit", CHARGE_LIMIT, 2, U16, 100, RULE_DOWN | RULE_MAGNITUDE)},
    {SIGNAL("DischargeCurrentLimit", DISCHARGE_LIMIT, 4, U16, 100, RULE_DOWN | RULE_MAGNITUDE)},
    {SIGNAL("State", FLOW, 7, U8, 1, RULE_SHOWN), .width = 2, .point = "battery.state_code"},
    {SIGNAL("ErrorValid", TROUBLE, 7, U8, 1, RULE_SHOWN), .shift = 2, .width = 1,
     .point = "battery.error_valid"},
    {SIGNAL("Balancing", BALANCING, 7, U8, 1, 0), .shift = 3, .width = 1},
    {SIGNAL("Asleep", ASLEEP, 7, U8, 1, 0), .shift = 4, .width = 1},
    {SIGNAL("DischargeOutput", DISCHARGE_ENABLE, 7, U8, 1, RULE_SHOWN), .shift = 5, .width = 1},
    {SIGNAL("ChargeOutput", CHARGE_ENABLE, 7, U8, 1, RULE_SHOWN), .shift = 6, .width = 1},
    {SHOWN("TerminalOpen", NUMBER, 7, U8, 1, "battery.terminal_open"), .shift = 7, .width = 1},
    {SHOWN("ParallelMode", PARALLEL, 6, U8, 1, "battery.parallel_code"), .width = 2},
    {SHOWN("InverterState", NUMBER, 6, U8, 1, "battery.inverter_state_code"), .shift = 2,
     .width = 2},
};
static const struct can_message msg_311 = {0x311, "Limits", .least = 2, .needs = HEARD_LIMITS,
                                           ROWS(signals, rows_311)};

/* A coarse reason becomes the finer one that says least: of the module, not of a cell. */
#define MODULE_OV    (REPORT_PACK_OVER_VOLTAGE | REPORT_OVER_VOLTAGE | REPORT_CHARGER_VOLTAGE)
#define MODULE_UV    (REPORT_PACK_UNDER_VOLTAGE | REPORT_UNDER_VOLTAGE)
#define OT_DISCHARGE (REPORT_ANY_OVER_TEMPERATURE & ~(uint32_t)REPORT_CHARGE_OVER_TEMPERATURE)
#define UT_CHARGE    (REPORT_ANY_UNDER_TEMPERATURE & ~(uint32_t)REPORT_DISCHARGE_UNDER_TEMPERATURE)
#define SYSTEM       (REPORT_ANY_SYSTEM & ~(uint32_t)REPORT_IMBALANCE)

static const struct can_flag flags_312[] = {
    {0, 7, false, "DischargeOverCurrent", REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {0, 6, false, "ChargeOverCurrent", REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {0, 5, false, "ShortCircuit", REPORT_SHORT_CIRCUIT, REPORT_SHORT_CIRCUIT},
    {0, 4, false, "CellOverVoltage", REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {0, 3, false, "CellUnderVoltage", REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {0, 2, false, "ModuleOverVoltage", MODULE_OV, REPORT_PACK_OVER_VOLTAGE},
    {0, 1, false, "ModuleUnderVoltage", MODULE_UV, REPORT_PACK_UNDER_VOLTAGE},
    {0, 0, false, "SoftStartFail", 0, REPORT_SYSTEM},
    {1, 7, false, "OverTemperatureDischarge", OT_DISCHARGE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {1, 6, false, "OverTemperatureCharge", REPORT_CHARGE_OVER_TEMPERATURE,
     REPORT_CHARGE_OVER_TEMPERATURE},
    {1, 5, false, "UnderTemperatureDischarge", REPORT_DISCHARGE_UNDER_TEMPERATURE,
     REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {1, 4, false, "UnderTemperatureCharge", UT_CHARGE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {1, 3, false, "SystemError", SYSTEM, REPORT_SYSTEM},
    {1, 2, false, "CellSpreadFail", REPORT_IMBALANCE, REPORT_IMBALANCE},
    {2, 7, true, "DischargeHighCurrent", REPORT_ANY_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {2, 6, true, "ChargeHighCurrent", REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {2, 4, true, "CellHighVoltage", REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {2, 3, true, "CellLowVoltage", REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {2, 2, true, "ModuleHighVoltage", MODULE_OV, REPORT_PACK_OVER_VOLTAGE},
    {2, 1, true, "ModuleLowVoltage", MODULE_UV, REPORT_PACK_UNDER_VOLTAGE},
    {3, 7, true, "HighTemperatureDischarge", OT_DISCHARGE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {3, 6, true, "HighTemperatureCharge", REPORT_CHARGE_OVER_TEMPERATURE,
     REPORT_CHARGE_OVER_TEMPERATURE},
    {3, 5, true, "LowTemperatureDischarge", REPORT_DISCHARGE_UNDER_TEMPERATURE,
     REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {3, 4, true, "LowTemperatureCharge", UT_CHARGE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {3, 2, true, "CellSpreadWarning", REPORT_IMBALANCE, REPORT_IMBALANCE},
    {3, 1, true, "AboutToTurnOff", REPORT_LOW_SOC, REPORT_LOW_SOC},
    {3, 0, true, "InternalCommunication", SYSTEM, REPORT_COMMUNICATION},
};
static const struct can_signal rows_312[] = {
    {SIGNAL("Packs", PACKS, 4, U8, 1, RULE_ZERO_ABSENT)},
    {CONST("MakerCode", 5, U16, 0)},
    {SIGNAL("Cells", N_CELLS, 7, U8, 1, RULE_ZERO_ABSENT)},
};
static const struct can_message msg_312 = {0x312,
                                           "Flags",
                                           .least = 1,
                                           .heard = HEARD_FLAGS,
                                           ROWS(signals, rows_312),
                                           ROWS(flags, flags_312)};

static const struct can_signal rows_313[] = {
    {SIGNAL("Voltage", VOLTAGE, 0, S16, 10, 0)},
    {SIGNAL("Current", CURRENT, 2, S16, 100, 0)},
    {SIGNAL("Temperature", TEMP, 4, S16, 1, 0)},
    {SIGNAL("StateOfCharge", SOC, 6, U8, 1, 0), .high = 100},
    {SIGNAL("StateOfHealth", SOH, 7, U8, 1, 0), .width = 7, .high = 100},
    {SHOWN("EndOfLife", NUMBER, 7, U8, 1, "battery.end_of_life"), .shift = 7, .width = 1},
};
static const struct can_message msg_313 = {0x313,
                                           "Measured",
                                           .least = 2,
                                           .needs = HEARD_MEASURED | HEARD_SOC,
                                           ROWS(signals, rows_313),
                                           .settle = settle_voltage};

static const struct can_signal rows_314[] = {
    {SIGNAL("CapacityRemaining", REMAINING, 0, U16, 10, RULE_DOWN)},
    {SIGNAL("CapacityFull", FULL, 2, U16, 10, RULE_DOWN)},
    {SIGNAL("CellSpread", CELL_SPREAD, 4, U16, 1, RULE_SHOWN)},
    {SIGNAL("Cycles", CYCLES, 6, U16, 1, 0)},
};
static const struct can_message msg_314 = {
    0x314, "Capacity", .least = 2, .needs = HEARD_REMAINING | HEARD_FULL, ROWS(signals, rows_314)};

/* 0x315..0x318: four cells each, of a single pack */
#define CELLS(list, id, a, b, c, d)                                                   \
    static const struct can_signal list[] = {                                         \
        {SHOWN("Cell" #a, MV, 0, U16, 1, "pack1.cell_" #a "_v")},                     \
        {SHOWN("Cell" #b, MV, 2, U16, 1, "pack1.cell_" #b "_v")},                     \
        {SHOWN("Cell" #c, MV, 4, U16, 1, "pack1.cell_" #c "_v")},                     \
        {SHOWN("Cell" #d, MV, 6, U16, 1, "pack1.cell_" #d "_v")},                     \
    };                                                                                \
    static const struct can_message msg_##list = {id, "Cells" #a "to" #d, .least = 2, \
                                                  ROWS(signals, list)}
CELLS(cells1, 0x315, 1, 2, 3, 4);
CELLS(cells5, 0x316, 5, 6, 7, 8);
CELLS(cells9, 0x317, 9, 10, 11, 12);
CELLS(cells13, 0x318, 13, 14, 15, 16);

static const struct can_signal rows_319[] = {
    {BIT("ChargeEnable", CHARGE_ENABLE, 0, 7)},
    {BIT("DischargeEnable", DISCHARGE_ENABLE, 0, 6)},
    {BIT("ForceCharge1", FORCE_CHARGE, 0, 5)},
    {BIT("ForceCharge2", FORCE_SOON, 0, 4)},
    {SHOWN("Chemistry", NUMBER, 0, U8, 1, "battery.chemistry_code"), .width = 2},
    {SIGNAL("CellVoltageMax", CELL_MAX, 1, U16, 1, RULE_ZERO_ABSENT)},
    {SIGNAL("CellVoltageMin", CELL_MIN, 3, U16, 1, RULE_ZERO_ABSENT)},
    {SIGNAL("CellMaxNumber", CELL_MAX_NO, 5, U8, 1, RULE_ZERO_ABSENT)},
    {SIGNAL("CellMinNumber", CELL_MIN_NO, 6, U8, 1, RULE_ZERO_ABSENT)},
    {SHOWN("FaultPack", NUMBER, 7, U8, 1, "battery.fault_pack")},
};
static const struct can_message msg_319 = {0x319, "Request", .least = 1, ROWS(signals, rows_319)};

static const struct can_text texts_320[] = {{"Maker", 0, 2, LABEL_NAME, 0, 0, ' '}};
static const struct can_signal rows_320[] = {
    {SIGNAL("HardwareVersion", HARDWARE, 2, U8, 1, 0)},
    {SIGNAL("SoftwareVersion", MAJOR, 3, U8, 1, 0)},
    {CONST("DateTime", 4, U32, 0)},
};
static const struct can_message msg_320 = {0x320, "Maker", .least = 2, ROWS(signals, rows_320),
                                           ROWS(texts, texts_320)};

static const struct can_signal rows_321[] = {
    {SHOWN("UpdateStatus", NUMBER, 0, U8, 1, "battery.update_status")},
    {SHOWN("UpdateProgress", NUMBER, 1, U8, 1, "battery.update_progress")},
    {SHOWN("UpdatePack", NUMBER, 2, U8, 1, "battery.update_pack")},
    {SHOWN("UpdateDone", NUMBER, 3, U8, 1, "battery.update_done")},
};
static const struct can_message msg_321 = {0x321, "Update", .least = 1, ROWS(signals, rows_321)};

/* JK leaves the lowest temperature at 0; 15 degC between cells are not believed. */
static void settle_lowest(struct battery_report *report)
{
    if (report->temp_min_c10 == 0 && report->temp_max_c10 >= 150) {
        report->heard &= ~(uint32_t)HEARD_TEMPERATURES;
    }
}

static const struct can_signal rows_322[] = {
    {SIGNAL("TemperatureMax", TEMP_MAX, 0, S16, 1, 0)},
    {SIGNAL("TemperatureMin", TEMP_MIN, 2, S16, 1, 0)},
    {SIGNAL("TemperatureMaxSensor", TEMP_MAX_INDEX, 4, U8, 1, 0)},
    {SIGNAL("TemperatureMinSensor", TEMP_MIN_INDEX, 5, U8, 1, 0)},
    {SIGNAL("PackSocMax", SOC, 6, U8, 1, RULE_SHOWN), .point = "battery.soc_max_pct"},
    {SIGNAL("PackSocMin", SOC, 7, U8, 1, RULE_SHOWN), .point = "battery.soc_min_pct"},
};
static const struct can_message msg_322 = {0x322,
                                           "Temperatures",
                                           .least = 2,
                                           .needs = HEARD_TEMPERATURES,
                                           ROWS(signals, rows_322),
                                           .settle = settle_lowest};

static const struct can_signal rows_323[] = {
    {SIGNAL("CellCount", N_CELLS, 0, U8, 1, RULE_ZERO_ABSENT)},
    {SHOWN("Protection3", NUMBER, 4, U8, 1, "battery.protection_3_bits")},
    {SHOWN("Protection4", NUMBER, 5, U8, 1, "battery.protection_4_bits")},
    {SHOWN("Protection5", NUMBER, 6, U8, 1, "battery.protection_5_bits")},
    {SHOWN("Warning3", NUMBER, 7, U8, 1, "battery.warning_3_bits")},
};
static const struct can_message msg_323 = {0x323, "Cells", .least = 1, ROWS(signals, rows_323)};

/* decimal 11 22 33 44 55 66 77 88 */
static const struct can_signal rows_301[] = {{CONST("Mark1", 0, U32, 0x0B16212C)},
                                             {CONST("Mark2", 4, U32, 0x37424D58)}};
static const struct can_message msg_301 = {0x301, "Alive", .from_inverter = true,
                                           ROWS(signals, rows_301)};
static const struct can_signal rows_211[] = {
    {SHOWN("FrequencyAdjust", NUMBER, 0, U8, 1, "inverter.frequency_adjust")},
    {SHOWN("Year", NUMBER, 1, U8, 1, "inverter.year")},
    {SHOWN("Month", NUMBER, 2, U8, 1, "inverter.month")},
    {SHOWN("Day", NUMBER, 3, U8, 1, "inverter.day")},
    {SHOWN("Hour", NUMBER, 4, U8, 1, "inverter.hour")},
    {SHOWN("Minute", NUMBER, 5, U8, 1, "inverter.minute")},
};
static const struct can_message msg_211 = {0x211, "Clock", .from_inverter = true,
                                           ROWS(signals, rows_211)};
static const struct can_message msg_212 = {0x212, "Query", .from_inverter = true};

const struct can_slot growatt_slots[] = {
    {&msg_311, 8},    {&msg_312, 8},     {&msg_313, 8},    {&msg_314, 8},     {&msg_319, 8},
    {&msg_320, 8},    {&msg_321, 8},     {&msg_322, 8},    {&msg_323, 8},     {&msg_301, 8},
    {&msg_cells1, 0}, {&msg_cells5, 0},  {&msg_cells9, 0}, {&msg_cells13, 0}, {&msg_211, 0},
    {&msg_212, 0},    {.message = NULL},
};
