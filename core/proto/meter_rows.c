/* SPDX-License-Identifier: Apache-2.0 */
/* The register maps of both meters, row by row. */
#include "core/proto/meter.h"

#define COUNT_OF(rows) (uint8_t)(sizeof(rows) / sizeof(rows)[0])

const struct meter_value_row meter_values[METER_VALUES] = {
#define METER_VALUE(id, ...) [METER_##id] = {__VA_ARGS__},
#include "core/proto/meter.def"
#undef METER_VALUE
};

/* clang-format off */
/* Its one phase is its total. */
static const struct meter_register ddsu_registers[] = {
    {0x2000, METER_L1_MV, METER_V, false},
    {0x2002, METER_L1_MA, METER_A, false},
    {0x2004, METER_W10, METER_P, false},       {0x2004, METER_L1_W10, METER_P, false},
    {0x2006, METER_VAR10, METER_P, false},     {0x2006, METER_L1_VAR10, METER_P, false},
    {0x2008, METER_VA10, METER_P, true},
    {0x200A, METER_PF_PERMILLE, METER_PF, false}, {0x200A, METER_L1_PF_PERMILLE, METER_PF, false},
    {0x200E, METER_HZ100, METER_HZ, false},
    {0x4000, METER_IMPORTED_WH, METER_E, false},
    {0x400A, METER_EXPORTED_WH, METER_E, false},
};

/* Counters stand twice: newer and CT firmware keeps them at 101E, that of 2016 at 401E with the
   ratios still to be applied. */
static const struct meter_register dtsu_registers[] = {
    {0x101E, METER_IMPORTED_WH, METER_E, false},
    {0x1020, METER_L1_IMPORTED_WH, METER_E, false},
    {0x1022, METER_L2_IMPORTED_WH, METER_E, false},
    {0x1024, METER_L3_IMPORTED_WH, METER_E, false},
    {0x1026, METER_NET_IMPORTED_WH, METER_E, false},
    {0x1028, METER_EXPORTED_WH, METER_E, false},
    {0x102A, METER_L1_EXPORTED_WH, METER_E, false},
    {0x102C, METER_L2_EXPORTED_WH, METER_E, false},
    {0x102E, METER_L3_EXPORTED_WH, METER_E, false},
    {0x1030, METER_NET_EXPORTED_WH, METER_E, false},
    {0x2000, METER_L12_MV, METER_V, false},
    {0x2002, METER_L23_MV, METER_V, false},
    {0x2004, METER_L31_MV, METER_V, false},
    {0x2006, METER_L1_MV, METER_V, false},
    {0x2008, METER_L2_MV, METER_V, false},
    {0x200A, METER_L3_MV, METER_V, false},
    {0x200C, METER_L1_MA, METER_A, false},
    {0x200E, METER_L2_MA, METER_A, false},
    {0x2010, METER_L3_MA, METER_A, false},
    {0x2012, METER_W10, METER_P, false},
    {0x2014, METER_L1_W10, METER_P, false},
    {0x2016, METER_L2_W10, METER_P, false},
    {0x2018, METER_L3_W10, METER_P, false},
    {0x201A, METER_VAR10, METER_P, false},
    {0x201C, METER_L1_VAR10, METER_P, false},
    {0x201E, METER_L2_VAR10, METER_P, false},
    {0x2020, METER_L3_VAR10, METER_P, false},
    {0x202A, METER_PF_PERMILLE, METER_PF, false},
    {0x202C, METER_L1_PF_PERMILLE, METER_PF, false},
    {0x202E, METER_L2_PF_PERMILLE, METER_PF, false},
    {0x2030, METER_L3_PF_PERMILLE, METER_PF, false},
    {0x2044, METER_HZ100, METER_HZ, false},
    {0x2050, METER_DEMAND_W10, METER_P, false},
    {0x401E, METER_IMPORTED_WH, METER_E_RATIO, false},
    {0x4028, METER_EXPORTED_WH, METER_E_RATIO, false},
    {0x4032, METER_Q1_VARH, METER_E_RATIO, false},
    {0x403C, METER_Q2_VARH, METER_E_RATIO, false},
    {0x4046, METER_Q3_VARH, METER_E_RATIO, false},
    {0x4050, METER_Q4_VARH, METER_E_RATIO, false},
};

/* Defaults after a published dump of 0001..000C; the words of it that nobody names are read only.
   Of the two places the baud code is said to be at, 0007 holds 10 there, which is no code. */
static const struct meter_word_row ddsu_words[] = {
    {0x0000, WORD_REV, false, 0, UINT16_MAX, 1},
    {0x0001, WORD_PASSWORD, false, 0, UINT16_MAX, 504},
    {0x0002, WORD_CLEAR, true, 0, 1, 0},
    {0x0003, WORD_OTHER, false, 0, UINT16_MAX, 166},
    {0x0004, WORD_OTHER, false, 0, UINT16_MAX, 5},
    {0x0005, WORD_OTHER, false, 0, UINT16_MAX, 5},
    {0x0006, WORD_ADDRESS, true, 1, METER_ADDRESS_MAX, 1},
    {0x0007, WORD_OTHER, false, 0, UINT16_MAX, 10},
    {0x0008, WORD_OTHER, false, 0, UINT16_MAX, 1},
    {0x0009, WORD_OTHER, false, 0, UINT16_MAX, 5},
    {0x000A, WORD_OTHER, false, 0, UINT16_MAX, 0},
    {0x000B, WORD_OTHER, false, 0, UINT16_MAX, 166},
    {0x000C, WORD_BAUD, true, METER_1200, METER_19200, METER_9600},
};

/* The order of 002D and 002E is that of the CT manual. Ranges of the rotation and of the backlight
   are ours: no source has them. */
static const struct meter_word_row dtsu_words[] = {
    {0x0000, WORD_REV, false, 0, UINT16_MAX, 1},
    {0x0001, WORD_PASSWORD, false, 0, UINT16_MAX, 701},
    {0x0002, WORD_CLEAR, true, 0, 1, 0},
    {0x0003, WORD_NET, true, 0, 1, 0},
    {0x0006, WORD_CT, true, 1, METER_RATIO_MAX, 1},
    {0x0007, WORD_PT10, true, 1, METER_RATIO_MAX, 10},
    {0x000A, WORD_OTHER, true, 0, 99, 0},
    {0x000B, WORD_OTHER, true, 0, 99, 0},
    {0x000C, WORD_OTHER, false, 0, UINT16_MAX, 0},
    {0x002C, WORD_PROTOCOL, true, METER_DLT645, METER_8O1, METER_8N1},
    {0x002D, WORD_BAUD, true, METER_1200, METER_19200, METER_9600},
    {0x002E, WORD_ADDRESS, true, 1, METER_ADDRESS_MAX, 1},
    {0x002F, WORD_SECOND, false, 0, 59, 0},
    {0x0030, WORD_MINUTE, false, 0, 59, 0},
    {0x0031, WORD_HOUR, false, 0, 23, 0},
    {0x0032, WORD_DAY, false, 1, 31, 1},
    {0x0033, WORD_MONTH, false, 1, 12, 1},
    {0x0034, WORD_YEAR, false, 0, 99, 26},
};
/* clang-format on */
_Static_assert(sizeof dtsu_words / sizeof dtsu_words[0] <= METER_WORDS, "room in the server");

static const struct meter_area ddsu_areas[] = {
    {0x0000, 0x000C}, {0x2000, 0x200F}, {0x4000, 0x400B}};
static const struct meter_area dtsu_areas[] = {
    {0x0000, 0x0034}, {0x101E, 0x1031}, {0x2000, 0x2051}, {0x401E, 0x4051}};

const struct meter_map meter_maps[METER_TYPES] = {
    [METER_DDSU666] = {.name = "ddsu666",
                       .phases = 1,
                       .flavour = METER_IN_KW,
                       .registers = ddsu_registers,
                       .words = ddsu_words,
                       .areas = ddsu_areas,
                       .n_registers = COUNT_OF(ddsu_registers),
                       .n_words = COUNT_OF(ddsu_words),
                       .n_areas = COUNT_OF(ddsu_areas),
                       .input_function = true},
    [METER_DTSU666] = {.name = "dtsu666",
                       .phases = METER_PHASES,
                       .flavour = METER_RAW,
                       .registers = dtsu_registers,
                       .words = dtsu_words,
                       .areas = dtsu_areas,
                       .n_registers = COUNT_OF(dtsu_registers),
                       .n_words = COUNT_OF(dtsu_words),
                       .n_areas = COUNT_OF(dtsu_areas)},
};
