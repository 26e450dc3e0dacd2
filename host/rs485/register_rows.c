/* SPDX-License-Identifier: Apache-2.0 */
#include "host/rs485/register_rows.h"

#include <stddef.h>

#define ROWS(list) .rows = (list), .n_rows = sizeof(list) / sizeof(list)[0]

static const struct register_row voltronic_rows[] = {
    {0x10, 1, 0, 0, "battery.cell_count"},
    {0x11, 1, 20, 1, "cell_%d_v"},
    {0x26, 1, 4, 1, "temperature_%d_c"},
    {0x2A, 1, 0, 0, "environment_temperature_c"},
    {0x2B, 1, 0, 0, "mos_temperature_c"},
    {0x2C, 1, 4, 5, "temperature_%d_c"},
    {0x30, 2, 0, 0, "battery.current_a"},
    {0x32, 1, 0, 0, "battery.voltage_v"},
    {0x33, 1, 0, 0, "battery.soc_pct"},
    {0x34, 2, 0, 0, "battery.full_ah"},
    {0x36, 1, 0, 0, "battery.pack_count"},
    {0x37, 2, 0, 0, "battery.alarms"},
    {0x39, 4, 0, 0, "battery.protections"},
    {0x3E, 2, 0, 0, "design_ah"},
    {0x41, 10, 0, 0, "cells_low"},
    {0x41, 10, 0, 0, "cells_high"},
    {0x70, 1, 0, 0, "battery.charge_voltage_v"},
    {0x71, 1, 0, 0, "battery.discharge_voltage_v"},
    {0x72, 1, 0, 0, "battery.charge_limit_a"},
    {0x73, 1, 0, 0, "battery.discharge_limit_a"},
    {0x74, 1, 0, 0, "battery.charge_enable"},
    {0x74, 1, 0, 0, "battery.discharge_enable"},
    {0x74, 1, 0, 0, "battery.force_charge"},
    {0x76, 2, 0, 0, "battery.remaining_ah"},
};

static const struct register_row growatt_rows[] = {
    {0x01, 1, 0, 0, "version"},
    {0x09, 4, 0, 0, "serial"},
    {0x13, 1, 0, 0, "battery.charge_enable"},
    {0x13, 1, 0, 0, "battery.discharge_enable"},
    {0x13, 1, 0, 0, "battery.force_charge"},
    {0x13, 1, 0, 0, "battery.balancing"},
    {0x14, 1, 0, 0, "battery.protections"},
    {0x15, 1, 0, 0, "battery.soc_pct"},
    {0x16, 1, 0, 0, "battery.voltage_v"},
    {0x17, 1, 0, 0, "battery.current_a"},
    {0x18, 1, 0, 0, "battery.temperature_c"},
    {0x19, 1, 0, 0, "battery.charge_limit_a"},
    {0x1A, 1, 0, 0, "battery.remaining_ah"},
    {0x1B, 1, 0, 0, "battery.full_ah"},
    {0x1E, 1, 0, 0, "battery.cycles"},
    {0x20, 1, 0, 0, "battery.soh_pct"},
    {0x21, 1, 0, 0, "battery.charge_voltage_v"},
    {0x22, 1, 0, 0, "battery.alarms"},
    {0x23, 1, 0, 0, "battery.discharge_limit_a"},
    {0x25, 1, 0, 0, "battery.cell_max_v"},
    {0x26, 1, 0, 0, "battery.cell_min_v"},
    {0x71, 1, 16, 1, "cell_%d_v"},
};

static const struct register_row pace_rows[] = {
    {0, 1, 0, 0, "current_a"},
    {1, 1, 0, 0, "voltage_v"},
    {2, 1, 0, 0, "soc_pct"},
    {3, 1, 0, 0, "soh_pct"},
    {4, 1, 0, 0, "remaining_ah"},
    {5, 1, 0, 0, "full_ah"},
    {6, 1, 0, 0, "design_ah"},
    {7, 1, 0, 0, "cycles"},
    {9, 1, 0, 0, "alarms"},
    {10, 2, 0, 0, "protections"},
    {11, 1, 0, 0, "charge_mos"},
    {11, 1, 0, 0, "discharge_mos"},
    {11, 1, 0, 0, "charging"},
    {11, 1, 0, 0, "discharging"},
    {11, 1, 0, 0, "limiter"},
    {11, 1, 0, 0, "heater"},
    {12, 1, 0, 0, "cells_balancing"},
    {15, 1, 16, 1, "cell_%d_v"},
    {31, 1, 4, 1, "temperature_%d_c"},
    {35, 1, 0, 0, "mos_temperature_c"},
    {36, 1, 0, 0, "environment_temperature_c"},
    {150, 10, 0, 0, "version"},
    {160, 10, 0, 0, "model"},
    {170, 10, 0, 0, "serial"},
};

const struct register_map *register_map_of(enum rs485_protocol protocol)
{
    static const struct register_map maps[RS485_COUNT] = {
        [RS485_VOLTRONIC] = {ROWS(voltronic_rows), 0x10, 16, 0x25, 6},
        [RS485_GROWATT] = {ROWS(growatt_rows), 0x29, 16, 0, 0},
        [RS485_PACE_MODBUS] = {ROWS(pace_rows), 0, 0, 0, 0},
    };
    return maps[protocol].rows != NULL ? &maps[protocol] : NULL;
}
