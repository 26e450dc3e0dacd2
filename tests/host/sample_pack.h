/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_HOST_SAMPLE_PACK_H
#define HEARTH_TESTS_HOST_SAMPLE_PACK_H

#include "core/proto/battery_bank.h"

/* A healthy pack of 16 cells and 100 Ah at 55 % that gives 12.3 A. */
static inline struct pack_view sample_pack(uint8_t address)
{
    struct pack_view pack = {.heard = 0xFFFF,
                             .address = address,
                             .n_cells = 16,
                             .n_temps = 4,
                             .mos_c10 = 300,
                             .env_c10 = 240,
                             .current_ma = -12300,
                             .voltage_mv = 52800,
                             .remaining_mah = 55000,
                             .full_mah = 100000,
                             .design_mah = 100000,
                             .cycles = 42,
                             .soc_pct = 55,
                             .soh_pct = 100,
                             .charge_mv = 56000,
                             .discharge_mv = 46000,
                             .charge_limit_ma = 80000,
                             .discharge_limit_ma = 100000,
                             .charge_mos = true,
                             .discharge_mos = true,
                             .charge_enable = true,
                             .discharge_enable = true,
                             .discharging = true,
                             .model = "HEARTH",
                             .serial = "HEARTH0000000001"};
    for (int i = 0; i < 16; i++) {
        pack.cell_mv[i] = 3300;
    }
    for (int i = 0; i < 4; i++) {
        pack.temp_c10[i] = 250;
    }
    return pack;
}

#endif
