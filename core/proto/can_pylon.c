/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pylontech low voltage, 0x35x little endian. V1.2: vendor document of 2018-04-08, lengths as
 * US2000 and US5000 stacks send them. V1.3: captured from a US5000 stack, pairs in place of 0x359
 * and 0x35C. V2.0.6: captured from a Cubix 100 stack. A listener of either takes all of them.
 */
#include "core/proto/can_rows.h"

/* 0x35F of V1.3: "LI", version, installed Ah, hardware */
static const struct can_signal rows_battery[] = {
    {CONST("Chemistry", 0, U16, 'L' | 'I' << 8)},
    {SIGNAL("VersionMajor", MAJOR, 2, U8, 1, 0)},
    {SIGNAL("VersionMinor", MINOR, 3, U8, 1, 0)},
    {SIGNAL("CapacityInstalled", FULL, 4, U16, 1000, RULE_DOWN | RULE_COARSE | RULE_ZERO_ABSENT)},
    {SIGNAL("HardwareVersion", HARDWARE, 6, U16, 1, 0)},
};
static const struct can_message msg_battery = {0x35F, "Battery", .least = 2,
                                               ROWS(signals, rows_battery)};

/* 0x355 of V1.3: bytes 4-5 zero */
static const struct can_signal rows_version20[] = {
    {CONST("Chemistry", 0, U16, 0)},
    {SIGNAL("VersionMajor", MAJOR, 2, U8, 1, 0)},
    {SIGNAL("VersionMinor", MINOR, 3, U8, 1, 0)},
    {SIGNAL("CapacityNow", REMAINING, 4, U16, 1000, RULE_DOWN | RULE_ZERO_ABSENT)},
    {SIGNAL("HardwareVersion", HARDWARE, 6, U16, 1, 0)},
};
static const struct can_message msg_version20 = {0x35F, "Version", .least = 2,
                                                 ROWS(signals, rows_version20)};

#define HEARD_EXTREMES                                                             \
    {&msg_extremes, 0}, {&msg_places, 0}, {&msg_modules, 0}, {&msg_extremes_k, 0}, \
        {&msg_cell_min_id, 0}, {&msg_cell_max_id, 0}, {&msg_temp_min_id, 0},       \
        {&msg_temp_max_id, 0},                                                     \
    {                                                                              \
        &msg_installed, 0                                                          \
    }

const struct can_slot pylon_slots[] = {
    {&msg_flags, 7},   {&msg_limits, 8}, {&msg_soc, 4},     {&msg_measured, 6},
    {&msg_request, 2}, {&msg_name, 8},   {&msg_alive, 8},   {&msg_pairs, 0},
    {&msg_battery, 0}, HEARD_EXTREMES,   {.message = NULL},
};

const struct can_slot pylon13_slots[] = {
    {&msg_limits, 8},  {&msg_soc, 6},     {&msg_measured, 6}, {&msg_pairs, 8},
    {&msg_name, 8},    {&msg_battery, 8}, {&msg_alive, 8},    {&msg_flags, 0},
    {&msg_request, 0}, HEARD_EXTREMES,    {.message = NULL},
};

const struct can_slot pylon20_slots[] = {
    {&msg_limits, 8},      {&msg_soc, 8},         {&msg_measured, 8},    {&msg_flags, 8},
    {&msg_request, 8},     {&msg_name, 8},        {&msg_version20, 8},   {&msg_extremes, 8},
    {&msg_places, 8},      {&msg_modules, 8},     {&msg_extremes_k, 8},  {&msg_cell_min_id, 8},
    {&msg_cell_max_id, 8}, {&msg_temp_min_id, 8}, {&msg_temp_max_id, 8}, {&msg_installed, 8},
    {&msg_alive, 8},       {&msg_pairs, 0},       {.message = NULL},
};
