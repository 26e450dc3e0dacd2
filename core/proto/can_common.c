/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages several dialects share, all little endian. Sources: Pylontech low-voltage CAN V1.2
 * (2018-04-08); SMA FSS-ConnectingBat-TI-en-10 (0x35A, 0x35F); captures of a Cubix 100 in profile
 * V2.0.6 (0x370 to 0x379) and of BYD LVS (0x378), see docs/protocols.md.
 *
 *   0x351  0-1 u16 charge voltage 0.1 V   2-3 s16 charge limit 0.1 A   4-5 s16 discharge limit
 *          6-7 u16 discharge voltage
 *   0x355  0-1 u16 SOC %   2-3 u16 SOH %
 *   0x356  0-1 s16 0.01 V   2-3 s16 0.1 A, + charges   4-5 s16 0.1 degC
 *   0x359  0-1 protections   2-3 alarms   4 packs   5-6 "PN"
 *   0x35A  0-3 protections   4-7 alarms, two bits each: 01 active, 10 cleared, 00 not supported
 *   0x35C  0 bit 7 charge, 6 discharge enable, 5 force charge I, 4 II, 3 full charge
 */
#include "core/proto/can_rows.h"

#define LIMIT (RULE_DOWN | RULE_MAGNITUDE)

const struct can_signal rows_limits[4] = {
    {SIGNAL("ChargeVoltage", CHARGE_V, 0, U16, 100, RULE_DOWN | RULE_NEVER_ZERO), .high = 750},
    {SIGNAL("ChargeCurrentLimit", CHARGE_LIMIT, 2, S16, 100, LIMIT)},
    {SIGNAL("DischargeCurrentLimit", DISCHARGE_LIMIT, 4, S16, 100, LIMIT)},
    {SIGNAL("DischargeVoltage", DISCHARGE_V, 6, U16, 100,
            RULE_UP | RULE_ZERO_ABSENT | RULE_LEFT_OUT)},
};
const struct can_message msg_limits = {0x351, "Limits", .least = 2, .needs = HEARD_LIMITS,
                                       ROWS(signals, rows_limits)};

static const struct can_signal rows_soc[] = {
    {SIGNAL("StateOfCharge", SOC, 0, U16, 1, 0), .high = 100},
    {SIGNAL("StateOfHealth", SOH, 2, U16, 1, 0), .high = 100},
};
const struct can_message msg_soc = {0x355, "StateOfCharge", .least = 2, .needs = HEARD_SOC,
                                    ROWS(signals, rows_soc)};

static const struct can_signal rows_measured[] = {
    {SIGNAL("Voltage", VOLTAGE, 0, S16, 10, 0)},
    {SIGNAL("Current", CURRENT, 2, S16, 100, 0)},
    {SIGNAL("Temperature", TEMP, 4, S16, 1, 0)},
};
const struct can_message msg_measured = {0x356,
                                         "Measured",
                                         .least = 2,
                                         .needs = HEARD_MEASURED,
                                         ROWS(signals, rows_measured),
                                         .settle = settle_voltage};

/* The vendor's table of 0x359. The last four are of others who use its free bits (Seplos, the
   "Hybrid EN V1.0" document): taken, never sent. */
const struct can_flag flags_359[N_FLAGS_359 + N_FLAGS_359_FOREIGN] = {
    {0, 1, false, "OverVoltage", REPORT_ANY_OVER_VOLTAGE, REPORT_OVER_VOLTAGE},
    {0, 2, false, "UnderVoltage", REPORT_ANY_UNDER_VOLTAGE, REPORT_UNDER_VOLTAGE},
    {0, 3, false, "OverTemperature", REPORT_ANY_OVER_TEMPERATURE, REPORT_OVER_TEMPERATURE},
    {0, 4, false, "UnderTemperature", REPORT_ANY_UNDER_TEMPERATURE, REPORT_UNDER_TEMPERATURE},
    {0, 7, false, "DischargeOverCurrent", REPORT_ANY_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {1, 0, false, "ChargeOverCurrent", REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {1, 3, false, "SystemError", REPORT_ANY_SYSTEM, REPORT_SYSTEM},
    {2, 1, true, "HighVoltage", REPORT_ANY_OVER_VOLTAGE, REPORT_OVER_VOLTAGE},
    {2, 2, true, "LowVoltage", REPORT_ANY_UNDER_VOLTAGE, REPORT_UNDER_VOLTAGE},
    {2, 3, true, "HighTemperature", REPORT_ANY_OVER_TEMPERATURE, REPORT_OVER_TEMPERATURE},
    {2, 4, true, "LowTemperature", REPORT_ANY_UNDER_TEMPERATURE, REPORT_UNDER_TEMPERATURE},
    {2, 7, true, "DischargeHighCurrent", REPORT_ANY_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {3, 0, true, "ChargeHighCurrent", REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {3, 3, true, "InternalCommunication", REPORT_ANY_SYSTEM, REPORT_SYSTEM},
    {0, 0, false, "RelayFault", 0, REPORT_ANY_MOS},
    {1, 4, false, "CellImbalance", 0, REPORT_IMBALANCE},
    {3, 4, true, "CellImbalanceWarning", 0, REPORT_IMBALANCE},
    {3, 5, true, "SubPack1Error", 0, REPORT_COMMUNICATION},
};
static const struct can_signal rows_flags[] = {
    {SIGNAL("Modules", PACKS, 4, U8, 1, RULE_ZERO_ABSENT)},
    {CONST("LetterP", 5, U8, 'P')},
    {CONST("LetterN", 6, U8, 'N')},
    {SHOWN("PacksOnline", NUMBER, 7, U8, 1, "battery.packs_online_bits")},
};
const struct can_message msg_flags = {0x359,
                                      "Flags",
                                      .least = 1,
                                      .heard = HEARD_FLAGS | HEARD_FLAG_BITS,
                                      ROWS(signals, rows_flags),
                                      ROWS(flags, flags_359)};

const struct can_signal rows_request[5] = {
    {BIT("ChargeEnable", CHARGE_ENABLE, 0, 7)},
    {BIT("DischargeEnable", DISCHARGE_ENABLE, 0, 6)},
    {BIT("ForceCharge1", FORCE_CHARGE, 0, 5)},
    {BIT("ForceCharge2", FORCE_SOON, 0, 4)},
    {BIT("FullChargeRequest", FULL_REQUEST, 0, 3)},
};
const struct can_message msg_request = {0x35C, "Request", .least = 1, ROWS(signals, rows_request)};

static const struct can_text texts_name[] = {{"Name", 0, 8, LABEL_NAME, 0, 0, ' '}};
const struct can_message msg_name = {0x35E, "Name", .least = 1, ROWS(texts, texts_name)};

/* --- of SMA's descent --- */

/* Pair p: byte p/4, bits 2(p%4). Victron reads the same (frames replayed against Venus OS). */
const struct can_pair pairs_35a[CAN_PAIRS] = {
    {"General", REPORT_REVERSED, REPORT_SYSTEM},
    {"HighVoltage", REPORT_ANY_OVER_VOLTAGE, REPORT_OVER_VOLTAGE},
    {"LowVoltage", REPORT_ANY_UNDER_VOLTAGE, REPORT_UNDER_VOLTAGE},
    {"HighTemperature", REPORT_ANY_OVER_TEMPERATURE & ~(uint32_t)REPORT_CHARGE_OVER_TEMPERATURE,
     REPORT_OVER_TEMPERATURE},
    {"LowTemperature", REPORT_ANY_UNDER_TEMPERATURE & ~(uint32_t)REPORT_CHARGE_UNDER_TEMPERATURE,
     REPORT_UNDER_TEMPERATURE},
    {"HighTemperatureCharge", REPORT_CHARGE_OVER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
    {"LowTemperatureCharge", REPORT_CHARGE_UNDER_TEMPERATURE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {"HighDischargeCurrent", REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {"HighChargeCurrent", REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {"Contactor", REPORT_ANY_MOS, REPORT_ANY_MOS},
    {"ShortCircuit", REPORT_SHORT_CIRCUIT, REPORT_SHORT_CIRCUIT},
    {"Internal", REPORT_SYSTEM | REPORT_ANY_SENSOR | REPORT_COMMUNICATION, REPORT_SYSTEM},
    {"CellImbalance", REPORT_IMBALANCE, REPORT_IMBALANCE},
    {NULL, 0, 0},
};
const struct can_message msg_pairs = {0x35A,
                                      "Alarms",
                                      .least = 1,
                                      .heard = HEARD_FLAGS,
                                      .unless = HEARD_FLAG_BITS,
                                      .pairs = pairs_35a};

/* --- of the larger sets --- */

static const struct can_signal rows_extremes[] = {
    {SIGNAL("TemperatureMax", TEMP_MAX, 0, S16, 1, 0)},
    {SIGNAL("TemperatureMin", TEMP_MIN, 2, S16, 1, 0)},
    {SIGNAL("CellVoltageMax", CELL_MAX, 4, U16, 1, 0)},
    {SIGNAL("CellVoltageMin", CELL_MIN, 6, U16, 1, 0)},
};
const struct can_message msg_extremes = {0x370,
                                         "Extremes",
                                         .least = 2,
                                         .needs = HEARD_CELLS | HEARD_TEMPERATURES,
                                         ROWS(signals, rows_extremes),
                                         .settle = settle_temperatures};

static const struct can_signal rows_places[] = {
    {SIGNAL("TemperatureMaxSensor", TEMP_MAX_INDEX, 0, U8, 1, 0)},
    {SIGNAL("TemperatureMaxPack", TEMP_MAX_PACK, 1, U8, 1, 0)},
    {SIGNAL("TemperatureMinSensor", TEMP_MIN_INDEX, 2, U8, 1, 0)},
    {SIGNAL("TemperatureMinPack", TEMP_MIN_PACK, 3, U8, 1, 0)},
    {SIGNAL("CellMaxNumber", CELL_MAX_INDEX, 4, U8, 1, 0)},
    {SIGNAL("CellMaxPack", CELL_MAX_PACK, 5, U8, 1, 0)},
    {SIGNAL("CellMinNumber", CELL_MIN_INDEX, 6, U8, 1, 0)},
    {SIGNAL("CellMinPack", CELL_MIN_PACK, 7, U8, 1, 0)},
};
const struct can_message msg_places = {0x371, "Places", .least = 1, .needs = HEARD_PLACES,
                                       ROWS(signals, rows_places)};

/* Discover sends these two ids in 4 bytes, with something else in them. */
enum { NOT_DISCOVERS = 5 };

static const struct can_signal rows_modules[] = {
    {SIGNAL("ModulesOnline", ONLINE, 0, U16, 1, 0), .high = 255},
    {SIGNAL("ModulesBlockingCharge", NO_CHARGE, 2, U16, 1, 0), .high = 255},
    {SIGNAL("ModulesBlockingDischarge", NO_DISCHARGE, 4, U16, 1, 0), .high = 255},
    {SIGNAL("ModulesOffline", OFFLINE, 6, U16, 1, 0), .high = 255},
};
const struct can_message msg_modules = {0x372, "Modules", .least = NOT_DISCOVERS,
                                        .needs = HEARD_MODULES, ROWS(signals, rows_modules)};

static const struct can_signal rows_extremes_k[] = {
    {SIGNAL("CellVoltageMin", CELL_MIN, 0, U16, 1, 0)},
    {SIGNAL("CellVoltageMax", CELL_MAX, 2, U16, 1, 0)},
    {SIGNAL("TemperatureMinKelvin", TEMP_MIN, 4, U16, 10, RULE_DOWN | RULE_COARSE), .offset = 273,
     .low = 1, .high = 3000},
    {SIGNAL("TemperatureMaxKelvin", TEMP_MAX, 6, U16, 10, RULE_DOWN | RULE_COARSE), .offset = 273,
     .low = 1, .high = 3000},
};
const struct can_message msg_extremes_k = {0x373, "ExtremesKelvin", .least = NOT_DISCOVERS,
                                           .needs = HEARD_CELLS | HEARD_TEMPERATURES,
                                           ROWS(signals, rows_extremes_k)};

#define PLACE(name, field)                                     \
    {                                                          \
        {                                                      \
            name, 0, 8, LABEL_NAME, 0, FIELD_##field##_PACK, 0 \
        }                                                      \
    }
static const struct can_text texts_cell_min[] = PLACE("CellMinId", CELL_MIN);
static const struct can_text texts_cell_max[] = PLACE("CellMaxId", CELL_MAX);
static const struct can_text texts_temp_min[] = PLACE("TemperatureMinId", TEMP_MIN);
static const struct can_text texts_temp_max[] = PLACE("TemperatureMaxId", TEMP_MAX);
#define ID_MESSAGE(id, name, list)                                     \
    {                                                                  \
        id, name, .least = 1, .needs = HEARD_PLACES, ROWS(texts, list) \
    }
const struct can_message msg_cell_min_id = ID_MESSAGE(0x374, "CellMinId", texts_cell_min);
const struct can_message msg_cell_max_id = ID_MESSAGE(0x375, "CellMaxId", texts_cell_max);
const struct can_message msg_temp_min_id = ID_MESSAGE(0x376, "TemperatureMinId", texts_temp_min);
const struct can_message msg_temp_max_id = ID_MESSAGE(0x377, "TemperatureMaxId", texts_temp_max);

static const struct can_signal rows_energy[] = {
    {SIGNAL("EnergyCharged", CHARGED, 0, U32, 1, 0)},
    {SIGNAL("EnergyDischarged", DISCHARGED, 4, U32, 1, 0)},
};
const struct can_message msg_energy = {0x378, "Energy", .least = 4, .needs = HEARD_ENERGY,
                                       ROWS(signals, rows_energy)};

static const struct can_signal rows_installed[] = {
    {SIGNAL("CapacityInstalled", FULL, 0, U16, 1000, RULE_DOWN | RULE_COARSE)},
};
const struct can_message msg_installed = {0x379, "Installed", .least = 2, .needs = HEARD_FULL,
                                          ROWS(signals, rows_installed)};

/* Victron, Pylon V2: what is there now, not what is installed. */
static const struct can_signal rows_version[] = {
    {CONST("Chemistry", 0, U16, 'L' | 'i' << 8)},
    {SIGNAL("VersionMajor", MAJOR, 2, U8, 1, 0)},
    {SIGNAL("VersionMinor", MINOR, 3, U8, 1, 0)},
    {SIGNAL("CapacityNow", REMAINING, 4, U16, 1000, RULE_DOWN | RULE_ZERO_ABSENT)},
    {SIGNAL("HardwareVersion", HARDWARE, 6, U16, 1, 0)},
};
const struct can_message msg_version = {0x35F, "Version", .least = 2, ROWS(signals, rows_version)};

/* --- from the inverter --- */

static const struct can_signal rows_alive[] = {{CONST("Content1", 0, U32, 0)},
                                               {CONST("Content2", 4, U32, 0)}};
const struct can_message msg_alive = {0x305, "Alive", .from_inverter = true,
                                      ROWS(signals, rows_alive)};

static const struct can_signal rows_alive_time[] = {
    {SHOWN("Second", NUMBER, 0, U8, 1, "inverter.second")},
    {SHOWN("Minute", NUMBER, 1, U8, 1, "inverter.minute")},
    {SHOWN("Hour", NUMBER, 2, U8, 1, "inverter.hour")},
    {SHOWN("Day", NUMBER, 3, U8, 1, "inverter.day")},
    {SHOWN("Month", NUMBER, 4, U8, 1, "inverter.month")},
    {SHOWN("Year", NUMBER, 5, U8, 1, "inverter.year")},
};
const struct can_message msg_alive_time = {0x305, "AliveTime", .from_inverter = true,
                                           ROWS(signals, rows_alive_time)};

/* --- what some senders scale otherwise --- */

/* Discover and some Sol-Ark documents send 0.1 V where 0.01 V is meant: a 48 V battery would read
   as one of 5 V. Taken as tenths when that, and only that, fits the charge voltage. */
void settle_voltage(struct battery_report *report)
{
    int32_t tenths_mv = clamp_i32(report->voltage_mv, 0, INT16_MAX * 10) * 10;
    bool known = (report->heard & HEARD_LIMITS) != 0;
    bool fits = tenths_mv > report->charge_mv / 2 && tenths_mv < report->charge_mv / 4 * 5;
    if (known && fits) {
        report->voltage_mv = tenths_mv;
    }
}

/* JK sends whole degrees where tenths are meant: then ten times the value is near the average and
   the value is not. */
void settle_temperatures(struct battery_report *report)
{
    int32_t high = report->temp_max_c10;
    int32_t low = report->temp_min_c10;
    bool known = (report->heard & HEARD_MEASURED) != 0;
    bool fits = report->temp_c10 >= low - 50 && report->temp_c10 <= high + 50;
    bool fits_whole = report->temp_c10 >= 10 * low - 50 && report->temp_c10 <= 10 * high + 50;
    if (known && !fits && fits_whole && abs_i32(high) <= 125 && abs_i32(low) <= 125) {
        report->temp_max_c10 = (int16_t)(10 * high);
        report->temp_min_c10 = (int16_t)(10 * low);
    }
}
