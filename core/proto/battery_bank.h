/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_BATTERY_BANK_H
#define HEARTH_CORE_PROTO_BATTERY_BANK_H

/*
 * A battery pack by pack, whatever the protocol: the battery's end fills it from its BMS and every
 * RS485 codec answers out of it, a reader's end fills it from what it heard. Current is + when it
 * charges, limits are magnitudes.
 */

#include <stddef.h>

#include "core/proto/battery_report.h"

enum { BANK_PACKS = 16, BANK_CELLS = 24, BANK_TEMPS = 8, BANK_TEXT = 21 };

/* A temperature no sensor gives. */
enum { TEMP_ABSENT = INT16_MIN };

/* Parts of a pack_view that have been heard, in `heard`. */
enum {
    VIEW_ANALOG = 1 << 0,   /* current, voltage */
    VIEW_CAPACITY = 1 << 1, /* remaining, full */
    VIEW_FLAGS = 1 << 2,
    VIEW_LIMITS = 1 << 3,
    VIEW_TEXTS = 1 << 4,
    VIEW_SOC = 1 << 5,
    VIEW_SOH = 1 << 6,
    VIEW_CELLS = 1 << 7,
    VIEW_TEMPS = 1 << 8, /* of the cells; MOS and environment may be absent */
    VIEW_CYCLES = 1 << 9,
    VIEW_DESIGN = 1 << 10,  /* design capacity */
    VIEW_MOS = 1 << 11,     /* charge_mos, discharge_mos */
    VIEW_BALANCE = 1 << 12, /* which cells are bled */
    VIEW_ENABLE = 1 << 13   /* charge_enable, discharge_enable */
};
enum { VIEW_PARTS = 14 };

/* Parts that say how the pack is now: old ones are not known any more. */
enum {
    VIEW_PASSING = VIEW_ANALOG | VIEW_CAPACITY | VIEW_FLAGS | VIEW_LIMITS | VIEW_SOC | VIEW_CELLS |
                   VIEW_TEMPS | VIEW_MOS | VIEW_BALANCE | VIEW_ENABLE
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
    /* of bank_combine(): it was heard once; it is silent now; its last voltage limits, 0 none */
    bool was_heard, gone;
    int32_t last_charge_mv, last_discharge_mv;
    uint8_t control; /* PACE: its switches as they stand, CONTROL_* */
    char model[BANK_TEXT], version[BANK_TEXT], serial[BANK_TEXT], maker[BANK_TEXT];
};

struct battery_bank {
    struct battery_report whole; /* what the host tells of all of them */
    uint8_t n_packs;
    struct pack_view pack[BANK_PACKS];
};

/* Index of the pack with this address, -1 when there is none. */
int bank_find(const struct battery_bank *bank, uint8_t address);

/* The same for protocols that count packs from 1: a pack that stands alone (0) is also number 1. */
int bank_at(const struct battery_bank *bank, uint8_t number);

/* Index of the pack that speaks for all: address 1, or 0 alone; -1: none of these is there. */
int bank_host(const struct battery_bank *bank);

/* Makes `whole` out of the packs heard within `fresh_ms`: sums of currents and limits, the lowest
   charge and the highest discharge voltage, extremes of cells, reasons of any. What no such pack
   told is absent. The name stays. A pack that was heard before is on the battery's bars all the
   same: see bank_bind(). Its last charge still counts for the SOC, which is the lower of the one
   with it and the one without. */
void bank_combine(struct battery_bank *bank, uint32_t now_ms, uint32_t fresh_ms);

/* Narrows `whole` to the last voltage limits of every pack that was ever heard, whatever its host
   says, and raises the alarm of the communication inside for one that fell silent. Also after what
   the host tells was laid over. */
void bank_bind(struct battery_bank *bank);

/* Puts the parts of `told` that were heard over those of `whole`. */
void report_overlay(struct battery_report *whole, const struct battery_report *told);

/* Coarse reasons as the mildest finer ones that stand for them (battery_report.h). */
uint32_t report_fine(uint32_t reasons);

/* SOC from the charge, whole percent. */
uint8_t charge_pct(uint32_t remaining_mah, uint32_t full_mah);

/* Text of a frame (NUL, space or '-' padded at its end) to at most BANK_TEXT - 1 characters; and a
   text to `n` bytes, padded. */
void text_take(char *text, const uint8_t *from, size_t n);
void text_put(uint8_t *at, size_t n, const char *text, char padding);

/* "2.3" or "x 2.3" to its two numbers (0 when there is none), and back. */
void version_take(const char *text, uint8_t *major, uint8_t *minor);
void version_put(char *text, unsigned major, unsigned minor);

#endif
