/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deye, little endian. deye-can is what a Deye or Sol-Ark inverter reads: Pylontech V1.2 (the
 * "DEYE" V1.2 document), every frame of 8 bytes, with 0x379 of Sol-Ark V1.3. deye-pcs-can is what
 * Deye's own batteries say on their PCS port (V3.3, a machine translation, and a capture).
 *
 *   0x356  current + DISCHARGES          0x359  56 flags of its own, no packs, no "PN"
 *   0x35E  "DY001" or "PYLON", maker of the cells, u16 0.1 Ah
 *   0x361  cell extremes mV, 0.1 degC    0x364  modules: normal, no charge, no discharge, gone
 *   0x371  limits on the grid            0x110+n .. 0x650+n  of pack n + 1
 */
#include "core/proto/can_rows.h"

const struct can_slot deye_slots[] = {
    {&msg_limits, 8},   {&msg_soc, 8},     {&msg_measured, 8},  {&msg_flags, 8},
    {&msg_request, 8},  {&msg_name, 8},    {&msg_installed, 8}, {&msg_alive_time, 8},
    {&msg_extremes, 0}, {&msg_places, 0},  {&msg_modules, 0},   {&msg_extremes_k, 0},
    {&msg_pairs, 0},    {.message = NULL},
};

static const struct can_signal rows_pcs_measured[] = {
    {SIGNAL("Voltage", VOLTAGE, 0, S16, 10, 0)},
    {SIGNAL("Current", CURRENT, 2, S16, 100, RULE_NEGATED)},
    {SIGNAL("Temperature", TEMP, 4, S16, 1, 0)},
};
static const struct can_message msg_pcs_measured = {
    0x356, "Measured", .least = 2, .needs = HEARD_MEASURED, ROWS(signals, rows_pcs_measured)};

#define MODULE_OV (REPORT_PACK_OVER_VOLTAGE | REPORT_OVER_VOLTAGE | REPORT_CHARGER_VOLTAGE)
#define MODULE_UV (REPORT_PACK_UNDER_VOLTAGE | REPORT_UNDER_VOLTAGE)
#define OT_DISCHARGE \
    (REPORT_DISCHARGE_OVER_TEMPERATURE | REPORT_OVER_TEMPERATURE | REPORT_ENV_OVER_TEMPERATURE)
#define UT_CHARGE     (REPORT_ANY_UNDER_TEMPERATURE & ~(uint32_t)REPORT_DISCHARGE_UNDER_TEMPERATURE)
#define COMMUNICATION (REPORT_COMMUNICATION | REPORT_SYSTEM)

static const struct can_flag flags_pcs[] = {
    {0, 7, false, "UnderTemperatureCharge", UT_CHARGE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {0, 6, false, "OverTemperatureCharge", REPORT_CHARGE_OVER_TEMPERATURE,
     REPORT_CHARGE_OVER_TEMPERATURE},
    {0, 5, false, "DischargeOverCurrent", REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {0, 4, false, "ChargeOverCurrent", REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {0, 3, false, "ModuleUnderVoltage", MODULE_UV, REPORT_PACK_UNDER_VOLTAGE},
    {0, 2, false, "ModuleOverVoltage", MODULE_OV, REPORT_PACK_OVER_VOLTAGE},
    {0, 1, false, "CellUnderVoltage", REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {0, 0, false, "CellOverVoltage", REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {1, 7, false, "AfeDischarge2", 0, REPORT_DISCHARGE_CURRENT},
    {1, 6, false, "AfeDischarge1", 0, REPORT_DISCHARGE_CURRENT},
    {1, 5, false, "HeaterOverTemperature", 0, REPORT_SYSTEM},
    {1, 4, false, "MosOverTemperature", REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {1, 3, false, "TemperatureSpread", 0, REPORT_SYSTEM},
    {1, 2, false, "CellSpread", REPORT_IMBALANCE, REPORT_IMBALANCE},
    {1, 1, false, "UnderTemperatureDischarge", REPORT_DISCHARGE_UNDER_TEMPERATURE,
     REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {1, 0, false, "OverTemperatureDischarge", OT_DISCHARGE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {2, 7, false, "AfeShortLatched", 0, REPORT_SHORT_CIRCUIT},
    {2, 6, false, "AfeOverTemperature", 0, REPORT_FRONT_END},
    {2, 5, false, "AfeUnderTemperature", 0, REPORT_FRONT_END},
    {2, 4, false, "AfeShortCircuit", REPORT_SHORT_CIRCUIT, REPORT_SHORT_CIRCUIT},
    {2, 3, false, "AfeCharge", 0, REPORT_CHARGE_CURRENT},
    {2, 2, false, "AfeDischarge", 0, REPORT_DISCHARGE_CURRENT},
    {2, 1, false, "AfeOverVoltage", 0, REPORT_CELL_OVER_VOLTAGE},
    {2, 0, false, "AfeUnderVoltage", 0, REPORT_CELL_UNDER_VOLTAGE},
    {3, 7, false, "AddressRepeat", 0, REPORT_COMMUNICATION},
    {3, 6, false, "PcsCommunication", 0, REPORT_COMMUNICATION},
    {3, 5, false, "InternalCommunication", REPORT_COMMUNICATION, REPORT_COMMUNICATION},
    {3, 4, false, "Eeprom", REPORT_SYSTEM | REPORT_REVERSED, REPORT_SYSTEM},
    {3, 3, false, "MosShort", REPORT_ANY_MOS, REPORT_ANY_MOS},
    {3, 2, false, "TemperatureSampling", REPORT_TEMPERATURE_SENSOR, REPORT_TEMPERATURE_SENSOR},
    {3, 1, false, "CellSampling", REPORT_FRONT_END, REPORT_FRONT_END},
    {3, 0, false, "AfeCommunication", 0, REPORT_FRONT_END},
    {4, 7, true, "LowTemperatureCharge", UT_CHARGE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {4, 6, true, "HighTemperatureCharge", REPORT_CHARGE_OVER_TEMPERATURE,
     REPORT_CHARGE_OVER_TEMPERATURE},
    {4, 5, true, "DischargeHighCurrent", REPORT_ANY_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {4, 4, true, "ChargeHighCurrent", REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {4, 3, true, "ModuleLowVoltage", MODULE_UV, REPORT_PACK_UNDER_VOLTAGE},
    {4, 2, true, "ModuleHighVoltage", MODULE_OV, REPORT_PACK_OVER_VOLTAGE},
    {4, 1, true, "CellLowVoltage", REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {4, 0, true, "CellHighVoltage", REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {5, 7, true, "HeatError", 0, REPORT_SYSTEM},
    {5, 6, true, "HeatMosStuck", 0, REPORT_SYSTEM},
    {5, 5, true, "HeaterHighTemperature", 0, REPORT_SYSTEM},
    {5, 4, true, "MosHighTemperature", REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {5, 3, true, "TemperatureSpreadWarning", 0, REPORT_SYSTEM},
    {5, 2, true, "CellSpreadWarning", REPORT_IMBALANCE, REPORT_IMBALANCE},
    {5, 1, true, "LowTemperatureDischarge", REPORT_DISCHARGE_UNDER_TEMPERATURE,
     REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {5, 0, true, "HighTemperatureDischarge", OT_DISCHARGE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {6, 7, true, "ChargeVoltageLow", 0, REPORT_CHARGER_VOLTAGE},
    {6, 6, true, "TemperatureWireOpen", REPORT_TEMPERATURE_SENSOR, REPORT_TEMPERATURE_SENSOR},
    {6, 5, true, "VoltageWireOpen", REPORT_FRONT_END, REPORT_FRONT_END},
    {6, 4, true, "FuseBlown", REPORT_ANY_MOS, REPORT_ANY_MOS},
    {6, 3, true, "ChargeReversed", REPORT_REVERSED, REPORT_REVERSED},
    {6, 2, true, "PrechargeFailed", COMMUNICATION, REPORT_SYSTEM},
    {6, 1, true, "ConnectorOverTemperature", 0, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {6, 0, true, "TerminalOverTemperature", 0, REPORT_DISCHARGE_OVER_TEMPERATURE},
};
static const struct can_message msg_pcs_flags = {0x359, "Flags", .least = 1, .heard = HEARD_FLAGS,
                                                 ROWS(flags, flags_pcs)};

static const struct can_text texts_pcs_name[] = {{"Name", 0, 5, LABEL_NAME, 0, 0, ' '}};
static const struct can_signal rows_pcs_name[] = {
    {SHOWN("CellMaker", NUMBER, 5, U8, 1, "battery.cell_maker_code")},
    {SIGNAL("CapacityNominal", FULL, 6, U16, 100, RULE_DOWN | RULE_ZERO_ABSENT)},
};
static const struct can_message msg_pcs_name = {
    0x35E, "Name", .least = 1, ROWS(signals, rows_pcs_name), ROWS(texts, texts_pcs_name)};

static const struct can_signal rows_361[] = {
    {SIGNAL("CellVoltageMax", CELL_MAX, 0, U16, 1, 0)},
    {SIGNAL("CellVoltageMin", CELL_MIN, 2, U16, 1, 0)},
    {SIGNAL("TemperatureMax", TEMP_MAX, 4, S16, 1, 0)},
    {SIGNAL("TemperatureMin", TEMP_MIN, 6, S16, 1, 0)},
};
static const struct can_message msg_361 = {0x361, "Extremes", .least = 2,
                                           .needs = HEARD_CELLS | HEARD_TEMPERATURES,
                                           ROWS(signals, rows_361)};

static const struct can_signal rows_363[] = {
    {SIGNAL("SoftwareMinor", MINOR, 0, U8, 1, 0)},
    {SIGNAL("SoftwareMajor", MAJOR, 1, U8, 1, 0)},
    {SIGNAL("HardwareVersion", HARDWARE, 2, U16, 1, 0)},
};
static const struct can_message msg_363 = {0x363, "Version", .least = 1, .needs = HEARD_VERSION,
                                           ROWS(signals, rows_363)};

static const struct can_signal rows_364[] = {
    {SIGNAL("ModulesOnline", ONLINE, 0, U8, 1, 0)},
    {SIGNAL("ModulesBlockingCharge", NO_CHARGE, 1, U8, 1, 0)},
    {SIGNAL("ModulesBlockingDischarge", NO_DISCHARGE, 2, U8, 1, 0)},
    {SIGNAL("ModulesOffline", OFFLINE, 3, U8, 1, 0)},
    {SIGNAL("ModulesTotal", TOTAL, 4, U8, 1, RULE_SHOWN), .point = "battery.modules_total"},
};
static const struct can_message msg_364 = {0x364, "Modules", .least = 1, .needs = HEARD_MODULES,
                                           ROWS(signals, rows_364)};

/* the same limits for both: the report knows no grid */
static const struct can_signal rows_371[] = {
    {SIGNAL("OnGridChargeLimit", CHARGE_LIMIT, 0, S16, 100,
            RULE_DOWN | RULE_MAGNITUDE | RULE_SHOWN),
     .point = "battery.on_grid_charge_limit_a"},
    {SIGNAL("OnGridDischargeLimit", DISCHARGE_LIMIT, 2, S16, 100,
            RULE_DOWN | RULE_MAGNITUDE | RULE_SHOWN),
     .point = "battery.on_grid_discharge_limit_a"},
};
static const struct can_message msg_371 = {0x371, "OnGridLimits", .least = 2, .needs = HEARD_LIMITS,
                                           ROWS(signals, rows_371)};

static const struct can_signal rows_358[] = {
    {SHOWN("UsbPower", DW, 0, U16, 1, "battery.usb_power_w")},
    {SHOWN("UsbEnergy", DWH, 2, U32, 1, "battery.usb_energy_wh")},
    {SHOWN("UsbSwitch", NUMBER, 6, U8, 1, "battery.usb_switch")},
};
static const struct can_message msg_358 = {0x358, "Usb", .least = 2, ROWS(signals, rows_358)};

static const struct can_signal rows_306[] = {
    {SHOWN("UsbSwitch", NUMBER, 0, U8, 1, "inverter.usb_switch")},
    {SHOWN("UsbDisable", SECONDS, 1, U16, 1, "inverter.usb_disable_s")},
};
static const struct can_message msg_306 = {0x306, "UsbSwitch", .from_inverter = true,
                                           ROWS(signals, rows_306)};

/* --- pack by pack: shown --- */

static const struct can_signal rows_110[] = {
    {SHOWN("Faults0to3", NUMBER, 0, U32, 1, "packN.fault_bits")},
    {SHOWN("Alarms4to6", NUMBER, 4, U24, 1, "packN.alarm_bits")},
    {SHOWN("ParallelDone", NUMBER, 7, U8, 1, "packN.parallel_done"), .width = 1},
    {SHOWN("ChargeMos", NUMBER, 7, U8, 1, "packN.charge_mos"), .shift = 4, .width = 1},
    {SHOWN("DischargeMos", NUMBER, 7, U8, 1, "packN.discharge_mos"), .shift = 5, .width = 1},
    {SHOWN("PrechargeMos", NUMBER, 7, U8, 1, "packN.precharge_mos"), .shift = 6, .width = 1},
    {SHOWN("HeatMos", NUMBER, 7, U8, 1, "packN.heat_mos"), .shift = 7, .width = 1},
};
static const struct can_signal rows_150[] = {
    {SHOWN("Voltage", MV, 0, U16, 100, "packN.voltage_v")},
    {SHOWN("Current", MA, 2, S16, 100, "packN.current_a")},
    {SHOWN("StateOfCharge", PERMILLE, 4, U16, 1, "packN.soc_pct")},
    {SHOWN("StateOfHealth", PERMILLE, 6, U16, 1, "packN.soh_pct")},
};
static const struct can_signal rows_200[] = {
    {SHOWN("CellMax", MV, 0, U16, 1, "packN.cell_max_v")},
    {SHOWN("CellMin", MV, 2, U16, 1, "packN.cell_min_v")},
    {SHOWN("TemperatureMax", C10, 4, S16, 1, "packN.temperature_max_c")},
    {SHOWN("TemperatureMin", C10, 6, S16, 1, "packN.temperature_min_c")},
};
static const struct can_signal rows_250[] = {
    {SHOWN("MosTemperature", C10, 0, S16, 1, "packN.mos_temperature_c")},
    {SHOWN("HeaterTemperature", C10, 2, S16, 1, "packN.heater_temperature_c")},
    {SHOWN("ChargeLimit", MA, 4, U16, 1000, "packN.charge_limit_a")},
    {SHOWN("DischargeLimit", MA, 6, U16, 1000, "packN.discharge_limit_a")},
};
static const struct can_signal rows_400[] = {
    {SHOWN("Mode", NUMBER, 0, U8, 1, "packN.mode_code")},
    {SHOWN("FaultLevel", NUMBER, 1, U8, 1, "packN.fault_level")},
    {SHOWN("Cycles", NUMBER, 2, U16, 1, "packN.cycles")},
    {SHOWN("BalanceBits", NUMBER, 4, U16, 1, "packN.balance_bits")},
    {SHOWN("SubState", NUMBER, 6, U8, 1, "packN.sub_state_bits")},
};
static const struct can_signal rows_500[] = {
    {SHOWN("Software", NUMBER, 0, U32, 1, "packN.software_code")},
    {SHOWN("Boot", NUMBER, 4, U32, 1, "packN.boot_code")},
};
static const struct can_signal rows_550[] = {
    {SHOWN("EnergyCharged", DWH, 0, U32, 10, "packN.charged_wh")},
    {SHOWN("EnergyDischarged", DWH, 4, U32, 10, "packN.discharged_wh")},
};
#define OF_PACKS(no, title, first, list)                             \
    {                                                                \
        no, title, .least = (first), .span = 16, ROWS(signals, list) \
    }
static const struct can_message msg_110 = OF_PACKS(0x110, "PackFaults", 4, rows_110);
static const struct can_message msg_150 = OF_PACKS(0x150, "PackMeasured", 2, rows_150);
static const struct can_message msg_200 = OF_PACKS(0x200, "PackExtremes", 2, rows_200);
static const struct can_message msg_250 = OF_PACKS(0x250, "PackLimits", 2, rows_250);
static const struct can_message msg_400 = OF_PACKS(0x400, "PackState", 1, rows_400);
static const struct can_message msg_500 = OF_PACKS(0x500, "PackSoftware", 4, rows_500);
static const struct can_message msg_550 = OF_PACKS(0x550, "PackEnergy", 4, rows_550);
static const struct can_message msg_600 = {0x600, "PackSerial1", .least = 1, .span = 16};
static const struct can_message msg_650 = {0x650, "PackSerial2", .least = 1, .span = 16};

const struct can_slot deye_pcs_slots[] = {
    {&msg_limits, 8},  {&msg_soc, 8},      {&msg_pcs_measured, 8}, {&msg_pcs_flags, 8},
    {&msg_request, 8}, {&msg_pcs_name, 8}, {&msg_361, 8},          {&msg_363, 8},
    {&msg_364, 8},     {&msg_371, 8},      {&msg_alive_time, 8},   {&msg_306, 0},
    {&msg_358, 0},     {&msg_110, 0},      {&msg_150, 0},          {&msg_200, 0},
    {&msg_250, 0},     {&msg_400, 0},      {&msg_500, 0},          {&msg_550, 0},
    {&msg_600, 0},     {&msg_650, 0},      {.message = NULL},
};
