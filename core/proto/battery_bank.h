/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_BATTERY_BANK_H
#define HEARTH_CORE_PROTO_BATTERY_BANK_H

/*
 * A battery pack by pack, whatever the protocol: the battery's end fills it from its BMS and every
 * RS485 codec answers out of it, a reader's end fills it from what it heard. Current is + when it
 * charges, limits are magnitudes.
 */

#include "core/proto/battery_report.h"

enum { BANK_PACKS = 16, BANK_CELLS = 24, BANK_TEMPS = 8, BANK_TEXT = 21 };

/* A temperature no sensor gives. */
enum { TEMP_ABSENT = INT16_MIN };

/* Parts of a pack_view that have been heard, in `heard`. */
enum {
    VIEW_ANALOG = 1 << 0, /* cells, temperatures, current, voltage */
    VIEW_CAPACITY = 1 << 1,
    VIEW_FLAGS = 1 << 2,
    VIEW_LIMITS = 1 << 3,
    VIEW_TEXTS = 1 << 4,
    VIEW_SOC = 1 << 5,
    VIEW_SOH = 1 << 6
};

struct pack_view {
    uint16_t heard;
    uint32_t heard_ms;
    uint8_t address; /* by its switches: 1 host, 2..15, 0 alone */
    uint8_t n_cells, n_temps;
    uint16_t cell_mv[BANK_CELLS];
    int16_t temp_c10[BANK_TEMPS]; /* groups of cells */
    int16_t mos_c10, env_c10;
    int32_t current_ma, voltage_mv;
    uint32_t remaining_mah, full_mah, design_mah;
    uint16_t cycles;
    uint8_t soc_pct, soh_pct;
    int32_t charge_mv, discharge_mv, charge_limit_ma, discharge_limit_ma;
    uint32_t protections, alarms;   /* REPORT_* */
    uint32_t cells_low, cells_high; /* bit per cell beyond a protection's level */
    uint32_t balance;               /* bit per cell */
    bool charge_mos, discharge_mos, charge_enable, discharge_enable;
    bool charging, discharging, full, limiter, heater, buzzer, asleep;
    bool force_charge, force_charge_soon, full_charge_request;
    char model[BANK_TEXT], version[BANK_TEXT], serial[BANK_TEXT], maker[BANK_TEXT];
};

struct battery_bank {
    struct battery_report whole; /* what the host tells of all of them */
    uint8_t n_packs;
    struct pack_view pack[BANK_PACKS];
};

#endif
