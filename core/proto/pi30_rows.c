/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each reply of PI30 has in its columns and what each order writes. Sources: jblance/mpp-solar
 * pi30.py and pi30max.py with their captures. Columns this inverter has nothing for are constant.
 */
#include "core/proto/pi30.h"

static const struct hostlink_code supply_codes[] = {{0, 1}, {1, 0}, {2, 2}, {-1, 0}};
/* utility first (0) is none of this inverter's */
static const struct hostlink_code charge_codes[] = {{1, 0}, {2, 1}, {3, 2}, {-1, 0}};
/* Of the ten types four can be chosen: sealed, flooded, user and the one led by a Pylontech BMS.
   Gel is told as sealed, other lithium as third-party lithium. */
static const struct hostlink_code battery_codes[] = {{0, 1}, {1, 2}, {2, 0}, {3, 9}, {0, 3}, {9, 6},
                                                     {9, 4}, {9, 5}, {9, 7}, {9, 8}, {-1, 0}};
static const struct hostlink_code mode_letters[] = {{'S', VIEW_STATE_STANDBY},
                                                    {'L', VIEW_STATE_BYPASS},
                                                    {'B', VIEW_STATE_INVERTING},
                                                    {'F', VIEW_STATE_FAULT},
                                                    {'P', VIEW_STATE_UPDATE},
                                                    {'S', VIEW_STATE_OFF},
                                                    {'L', VIEW_STATE_ON_GRID},
                                                    {'Y', VIEW_STATE_BYPASS},
                                                    {'H', VIEW_STATE_INVERTING},
                                                    {'D', VIEW_STATE_OFF},
                                                    {-1, 0}};
static const struct hostlink_code stage_codes[] = {
    {10, VIEW_STAGE_OFF},        {11, VIEW_STAGE_BULK},
    {12, VIEW_STAGE_ABSORPTION}, {13, VIEW_STAGE_FLOAT},
    {12, VIEW_STAGE_EQUALIZE},   {10, VIEW_STAGE_FULL},
    {10, VIEW_STAGE_WAKE},       {-1, 0}};

/* b7 SBU version added, b6 configuration changed, b5 SCC firmware updated, b4 load on, b3 steady
   while charging, b2 charging, b1 from PV, b0 from AC */
static const struct pi30_bit status_bits[] = {
    {BIT_ZERO, 0, 0},
    {BIT_ZERO, 0, 0},
    {BIT_ZERO, 0, 0},
    {BIT_LIVE, LIVE_OUTPUT_ON, 0},
    {BIT_ZERO, 0, 0},
    {BIT_LIVE_2, LIVE_PV_CHARGE_A, LIVE_GRID_CHARGE_A},
    {BIT_LIVE, LIVE_PV_CHARGE_A, 0},
    {BIT_LIVE, LIVE_GRID_CHARGE_A, 0},
};
/* charging to float, switched on, reserved */
static const struct pi30_bit status2_bits[] = {
    {BIT_EQUAL, LIVE_STAGE, VIEW_STAGE_FLOAT}, {BIT_SET, SET_POWER_ON, 0}, {BIT_ZERO, 0, 0}};
/* SCC, AC charging, SCC charging, battery over, under, line lost, load on, configuration changed */
static const struct pi30_bit parallel_bits[] = {
    {BIT_LIVE, LIVE_PV_W, 0},
    {BIT_LIVE, LIVE_GRID_CHARGE_A, 0},
    {BIT_LIVE, LIVE_PV_CHARGE_A, 0},
    {BIT_FAULT, FAULT_F_BATTERY_HIGH, FAULT_F_BATTERY_HIGH},
    {BIT_FAULT, FAULT_A_BATTERY_LOW, FAULT_A_BATTERY_EMPTY},
    {BIT_FAULT, FAULT_A_GRID_GONE, FAULT_A_GRID_VOLTAGE},
    {BIT_LIVE, LIVE_OUTPUT_ON, 0},
    {BIT_ZERO, 0, 0},
};

#define LIVE_COLUMN(width_, decimals_, id_)                                             \
    {                                                                                   \
        .from = FROM_LIVE, .width = (width_), .decimals = (decimals_), .id = LIVE_##id_ \
    }
#define CHARGE_COLUMN(width_)                                                       \
    {                                                                               \
        .from = FROM_CHARGE, .width = (width_), .decimals = 0, .id = LIVE_BATTERY_A \
    }
#define DISCHARGE_COLUMN(width_)                                                       \
    {                                                                                  \
        .from = FROM_DISCHARGE, .width = (width_), .decimals = 0, .id = LIVE_BATTERY_A \
    }
#define SET_COLUMN(width_, decimals_, id_, scale_)                                     \
    {                                                                                  \
        .from = FROM_SET, .width = (width_), .decimals = (decimals_), .id = SET_##id_, \
        .scale = (scale_)                                                              \
    }
#define CODE_COLUMN(width_, id_, codes_)                                                    \
    {                                                                                       \
        .from = FROM_SET, .width = (width_), .id = SET_##id_, .scale = 1, .codes = (codes_) \
    }
#define ZERO_COLUMN(width_, decimals_, number_)                                        \
    {                                                                                  \
        .from = FROM_ZERO, .width = (width_), .decimals = (decimals_), .id = (number_) \
    }
#define BITS_COLUMN(bits_)                                                            \
    {                                                                                 \
        .from = FROM_BITS, .width = sizeof(bits_) / sizeof(bits_)[0], .bits = (bits_) \
    }
#define WORDS_COLUMN(words_)                  \
    {                                         \
        .from = FROM_WORDS, .words = (words_) \
    }
#define RATED_A_COLUMN                                  \
    {                                                   \
        .from = FROM_RATED_A, .width = 4, .decimals = 1 \
    }

static const struct pi30_column qpi[] = {WORDS_COLUMN("PI30")};
static const struct pi30_column qid[] = {{.from = FROM_SERIAL}};
static const struct pi30_column qmn[] = {{.from = FROM_MODEL}};
static const struct pi30_column qgmn[] = {WORDS_COLUMN("044")};
static const struct pi30_column qvfw[] = {
    {.from = FROM_VERSION, .width = 8, .decimals = 2, .id = LIVE_VERSION, .words = "VERFW:"}};
static const struct pi30_column qvfw2[] = {
    {.from = FROM_VERSION, .width = 8, .decimals = 2, .id = LIVE_VERSION, .words = "VERFW2:"}};
static const struct pi30_column qsid[] = {{.from = FROM_LONG_SERIAL}};
static const struct pi30_column qboot[] = {WORDS_COLUMN("1")};
static const struct pi30_column qopm[] = {SET_COLUMN(1, 0, PARALLEL_MODE, 1)};
static const struct pi30_column qmod[] = {
    {.from = FROM_LETTER, .id = LIVE_STATE, .codes = mode_letters}};
static const struct pi30_column qt[] = {{.from = FROM_CLOCK}};
/* in Wh */
static const struct pi30_column qet[] = {
    {.from = FROM_LIVE, .width = 8, .id = LIVE_PV_TOTAL, .scale = 1}};
static const struct pi30_column qlt[] = {
    {.from = FROM_LIVE, .width = 8, .id = LIVE_LOAD_TOTAL, .scale = 1}};

/* The current of PV is that into the battery, as mpp-solar names it and its capture has it. */
static const struct pi30_column qpigs[] = {
    LIVE_COLUMN(5, 1, GRID_V),      LIVE_COLUMN(4, 1, GRID_HZ),
    LIVE_COLUMN(5, 1, OUTPUT_V),    LIVE_COLUMN(4, 1, OUTPUT_HZ),
    LIVE_COLUMN(4, 0, OUTPUT_VA),   LIVE_COLUMN(4, 0, LOAD_W),
    LIVE_COLUMN(3, 0, LOAD_PCT),    LIVE_COLUMN(3, 0, BUS_V),
    LIVE_COLUMN(5, 2, BATTERY_V),   CHARGE_COLUMN(3),
    LIVE_COLUMN(3, 0, BATTERY_SOC), LIVE_COLUMN(4, 0, HEATSINK_C),
    LIVE_COLUMN(4, 0, PV_CHARGE_A), LIVE_COLUMN(5, 1, PV_V),
    LIVE_COLUMN(5, 2, BATTERY_V),   DISCHARGE_COLUMN(5),
    BITS_COLUMN(status_bits),       ZERO_COLUMN(2, 0, 0),
    ZERO_COLUMN(2, 0, 0),           LIVE_COLUMN(5, 0, PV_W),
    BITS_COLUMN(status2_bits),
};
static const struct pi30_column qpigs2[] = {ZERO_COLUMN(4, 1, 0), ZERO_COLUMN(5, 1, 0),
                                            ZERO_COLUMN(5, 0, 0)};

/* Parallel units at most: 9; off-grid; without a transformer; PV is well when one has it; PV may
   feed the load too. */
static const struct pi30_column qpiri[] = {
    SET_COLUMN(5, 1, OUTPUT_V, 1),
    RATED_A_COLUMN,
    SET_COLUMN(5, 1, OUTPUT_V, 1),
    SET_COLUMN(4, 1, OUTPUT_FREQUENCY, 1),
    RATED_A_COLUMN,
    LIVE_COLUMN(4, 0, RATED_W),
    LIVE_COLUMN(4, 0, RATED_W),
    LIVE_COLUMN(4, 1, BATTERY_CLASS_V),
    SET_COLUMN(4, 1, BATTERY_TO_GRID_V, 1000),
    SET_COLUMN(4, 1, BATTERY_CUTOFF_V, 1000),
    SET_COLUMN(4, 1, BOOST_V, 1000),
    SET_COLUMN(4, 1, FLOAT_V, 1000),
    CODE_COLUMN(1, BATTERY_TYPE, battery_codes),
    SET_COLUMN(3, 0, GRID_CHARGE_CURRENT_MAX, 1000),
    SET_COLUMN(3, 0, CHARGE_CURRENT_MAX, 1000),
    SET_COLUMN(1, 0, INPUT_WINDOW, 1),
    CODE_COLUMN(1, SUPPLY_MODE, supply_codes),
    CODE_COLUMN(1, CHARGE_PRIORITY, charge_codes),
    WORDS_COLUMN("9"),
    WORDS_COLUMN("01"),
    WORDS_COLUMN("0"),
    SET_COLUMN(1, 0, PARALLEL_MODE, 1),
    SET_COLUMN(4, 1, GRID_TO_BATTERY_V, 1000),
    WORDS_COLUMN("0"),
    WORDS_COLUMN("1"),
};

static const struct pi30_column qdi[] = {
    SET_COLUMN(5, 1, OUTPUT_V, 1),
    SET_COLUMN(4, 1, OUTPUT_FREQUENCY, 1),
    SET_COLUMN(4, 0, GRID_CHARGE_CURRENT_MAX, 1000),
    SET_COLUMN(4, 1, BATTERY_CUTOFF_V, 1000),
    SET_COLUMN(4, 1, FLOAT_V, 1000),
    SET_COLUMN(4, 1, BOOST_V, 1000),
    SET_COLUMN(4, 1, BATTERY_TO_GRID_V, 1000),
    SET_COLUMN(2, 0, CHARGE_CURRENT_MAX, 1000),
    SET_COLUMN(1, 0, INPUT_WINDOW, 1),
    CODE_COLUMN(1, SUPPLY_MODE, supply_codes),
    CODE_COLUMN(1, CHARGE_PRIORITY, charge_codes),
    CODE_COLUMN(1, BATTERY_TYPE, battery_codes),
    {.from = FROM_NOT_SET, .width = 1, .id = SET_BUZZER, .scale = 1},
    SET_COLUMN(1, 0, ENERGY_SAVING, 1),
    SET_COLUMN(1, 0, OVERLOAD_RESTART, 1),
    SET_COLUMN(1, 0, OVERTEMP_RESTART, 1),
    ZERO_COLUMN(1, 0, 0), /* backlight */
    SET_COLUMN(1, 0, MODE_REMINDER, 1),
    ZERO_COLUMN(1, 0, 0), /* record of faults */
    SET_COLUMN(1, 0, OVERLOAD_BYPASS, 1),
    ZERO_COLUMN(1, 0, 0), /* display goes back to its first page */
    SET_COLUMN(1, 0, PARALLEL_MODE, 1),
    SET_COLUMN(4, 1, GRID_TO_BATTERY_V, 1000),
    WORDS_COLUMN("0"),
    WORDS_COLUMN("1"),
    SET_COLUMN(3, 0, BOOST_TIME, 1),
};

static const struct pi30_column qbeqi[] = {
    SET_COLUMN(1, 0, EQUALIZE_ENABLE, 1),
    SET_COLUMN(3, 0, EQUALIZE_TIME, 1),
    SET_COLUMN(3, 0, EQUALIZE_INTERVAL, 1),
    LIVE_COLUMN(3, 0, CHARGE_MAX_A),
    ZERO_COLUMN(3, 0, 0),
    SET_COLUMN(5, 2, EQUALIZE_V, 1000),
    ZERO_COLUMN(3, 0, 0),
    SET_COLUMN(3, 0, EQUALIZE_DELAY, 1),
    SET_COLUMN(1, 0, EQUALIZE_NOW, 1),
    ZERO_COLUMN(4, 0, 0),
};

static const struct pi30_column qpgs0[] = {
    WORDS_COLUMN("1"),
    {.from = FROM_SERIAL},
    {.from = FROM_LETTER, .id = LIVE_STATE, .codes = mode_letters},
    {.from = FROM_FAULT, .width = 2},
    LIVE_COLUMN(5, 1, GRID_V),
    LIVE_COLUMN(5, 2, GRID_HZ),
    LIVE_COLUMN(5, 1, OUTPUT_V),
    LIVE_COLUMN(5, 2, OUTPUT_HZ),
    LIVE_COLUMN(4, 0, OUTPUT_VA),
    LIVE_COLUMN(4, 0, LOAD_W),
    LIVE_COLUMN(3, 0, LOAD_PCT),
    LIVE_COLUMN(4, 1, BATTERY_V),
    CHARGE_COLUMN(3),
    LIVE_COLUMN(3, 0, BATTERY_SOC),
    LIVE_COLUMN(5, 1, PV_V),
    CHARGE_COLUMN(3),
    LIVE_COLUMN(5, 0, OUTPUT_VA),
    LIVE_COLUMN(5, 0, LOAD_W),
    LIVE_COLUMN(3, 0, LOAD_PCT),
    BITS_COLUMN(parallel_bits),
    SET_COLUMN(1, 0, PARALLEL_MODE, 1),
    CODE_COLUMN(1, CHARGE_PRIORITY, charge_codes),
    SET_COLUMN(3, 0, CHARGE_CURRENT_MAX, 1000),
    LIVE_COLUMN(3, 0, CHARGE_MAX_A),
    SET_COLUMN(3, 0, GRID_CHARGE_CURRENT_MAX, 1000),
    LIVE_COLUMN(2, 0, PV_CHARGE_A),
    DISCHARGE_COLUMN(3),
};

static const struct pi30_column q1[] = {
    ZERO_COLUMN(5, 0, 0),
    ZERO_COLUMN(5, 0, 0),
    ZERO_COLUMN(2, 0, 1),
    ZERO_COLUMN(2, 0, 1),
    CHARGE_COLUMN(2),
    LIVE_COLUMN(3, 0, HEATSINK_C),
    LIVE_COLUMN(3, 0, HEATSINK_C),
    LIVE_COLUMN(3, 0, BATTERY_C),
    LIVE_COLUMN(3, 0, HEATSINK_C),
    ZERO_COLUMN(2, 0, 0),
    ZERO_COLUMN(2, 0, 0),
    ZERO_COLUMN(3, 0, 0),
    ZERO_COLUMN(4, 0, 0),
    LIVE_COLUMN(4, 0, CHARGE_W),
    ZERO_COLUMN(4, 0, 0),
    LIVE_COLUMN(5, 2, OUTPUT_HZ),
    {.from = FROM_LIVE, .width = 2, .id = LIVE_STAGE, .codes = stage_codes},
};

#define COLUMNS(columns_) .n_columns = sizeof(columns_) / sizeof(columns_)[0], .columns = (columns_)

const struct pi30_query pi30_queries[] = {
    {.name = "QPI", COLUMNS(qpi)},
    {.name = "QID", COLUMNS(qid)},
    {.name = "QSID", COLUMNS(qsid)},
    {.name = "QMN", COLUMNS(qmn)},
    {.name = "QGMN", COLUMNS(qgmn)},
    {.name = "QVFW", COLUMNS(qvfw)},
    {.name = "QVFW2", COLUMNS(qvfw2)},
    {.name = "QVFW3", COLUMNS(qvfw)},
    {.name = "QBOOT", COLUMNS(qboot)},
    {.name = "QOPM", COLUMNS(qopm)},
    {.name = "QMOD", COLUMNS(qmod)},
    {.name = "QPIGS", COLUMNS(qpigs)},
    {.name = "QPIGS2", COLUMNS(qpigs2), .tail = " "},
    {.name = "QPIRI", COLUMNS(qpiri)},
    {.name = "QDI", .reply = REPLY_DEFAULTS, COLUMNS(qdi)},
    {.name = "QBEQI", COLUMNS(qbeqi)},
    {.name = "QPGS0", COLUMNS(qpgs0)},
    {.name = "Q1", COLUMNS(q1)},
    {.name = "QT", COLUMNS(qt)},
    {.name = "QET", COLUMNS(qet)},
    {.name = "QLT", COLUMNS(qlt)},
    {.name = "QFLAG", .reply = REPLY_FLAGS},
    {.name = "QPIWS", .reply = REPLY_WARNINGS},
    {.name = "QMCHGCR", .reply = REPLY_CURRENTS, .id = LIVE_CHARGE_MAX_A},
    {.name = "QMUCHGCR", .reply = REPLY_CURRENTS, .id = LIVE_GRID_CHARGE_MAX_A},
};
const int pi30_query_count = sizeof pi30_queries / sizeof pi30_queries[0];

const struct pi30_order pi30_orders[] = {
    {"F", false, 2, 0, SET_OUTPUT_FREQUENCY, 1, NULL, 0},
    {"V", false, 3, 0, SET_OUTPUT_V, 1, NULL, 0},
    {"POP", false, 2, 0, SET_SUPPLY_MODE, 1, supply_codes, 0},
    {"PCP", false, 2, 0, SET_CHARGE_PRIORITY, 1, charge_codes, 0},
    {"PPCP", true, 2, 0, SET_CHARGE_PRIORITY, 1, charge_codes, 0},
    {"PGR", false, 2, 0, SET_INPUT_WINDOW, 1, NULL, 0},
    {"PBT", false, 2, 0, SET_BATTERY_TYPE, 1, battery_codes, 3},
    {"POPM", true, 1, 0, SET_PARALLEL_MODE, 1, NULL, 0},
    {"PBCV", false, 4, 1, SET_BATTERY_TO_GRID_V, 1000, NULL, 0},
    {"PBDV", false, 4, 1, SET_GRID_TO_BATTERY_V, 1000, NULL, 0},
    {"PSDV", false, 4, 1, SET_BATTERY_CUTOFF_V, 1000, NULL, 0},
    {"PCVV", false, 4, 1, SET_BOOST_V, 1000, NULL, 0},
    {"PBFT", false, 4, 1, SET_FLOAT_V, 1000, NULL, 0},
    {"MCHGC", true, 2, 0, SET_CHARGE_CURRENT_MAX, 1000, NULL, 0},
    {"MNCHGC", true, 3, 0, SET_CHARGE_CURRENT_MAX, 1000, NULL, 0},
    {"MUCHGC", true, 2, 0, SET_GRID_CHARGE_CURRENT_MAX, 1000, NULL, 0},
    {"MUCHGC", true, 3, 0, SET_GRID_CHARGE_CURRENT_MAX, 1000, NULL, 0},
    {"PBEQE", false, 1, 0, SET_EQUALIZE_ENABLE, 1, NULL, 0},
    {"PBEQT", false, 3, 0, SET_EQUALIZE_TIME, 1, NULL, 0},
    {"PBEQP", false, 3, 0, SET_EQUALIZE_INTERVAL, 1, NULL, 0},
    {"PBEQV", false, 5, 2, SET_EQUALIZE_V, 1000, NULL, 0},
    {"PBEQV", false, 4, 1, SET_EQUALIZE_V, 1000, NULL, 0},
    {"PBEQOT", false, 3, 0, SET_EQUALIZE_DELAY, 1, NULL, 0},
    {"PBEQA", false, 1, 0, SET_EQUALIZE_NOW, 1, NULL, 0},
};
const int pi30_order_count = sizeof pi30_orders / sizeof pi30_orders[0];

const struct pi30_flag pi30_flags[] = {{'a', SET_BUZZER},           {'b', SET_OVERLOAD_BYPASS},
                                       {'j', SET_ENERGY_SAVING},    {'u', SET_OVERLOAD_RESTART},
                                       {'v', SET_OVERTEMP_RESTART}, {'y', SET_MODE_REMINDER}};
const int pi30_flag_count = sizeof pi30_flags / sizeof pi30_flags[0];

const char *const pi30_warning_names[PI30_WARNINGS] = {
    "reserved",
    "inverter fault",
    "bus over",
    "bus under",
    "bus soft fail",
    "line fail",
    "output short",
    "inverter voltage low",
    "inverter voltage high",
    "over temperature",
    "fan locked",
    "battery high",
    "battery low",
    "reserved",
    "battery under shutdown",
    "reserved",
    "overload",
    "EEPROM",
    "inverter over current",
    "inverter soft fail",
    "self test fail",
    "output DC over",
    "battery open",
    "current sensor",
    "battery short",
    "power limit",
    "PV high",
    "MPPT overload fault",
    "MPPT overload",
    "battery too low to charge",
    "reserved",
    "reserved",
};
