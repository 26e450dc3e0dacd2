/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_INVERTER_H
#define HEARTH_CORE_PRODUCT_INVERTER_H

/*
 * Inverters as data: ratings, battery presets, fault table, loss curve. Sources: manual 003
 * (off-grid family), section numbers at the rows; figures marked (i) are inferred.
 */

#include "core/product/lcd.h"
#include "core/product/setting.h"
#include "core/update/update.h"

enum fault_class { CLASS_FAULT, CLASS_ALARM, CLASS_ERROR, CLASS_WARNING };

/* It stops something; the other two tell. */
static inline bool class_stops(enum fault_class class)
{
    return class == CLASS_FAULT || class == CLASS_ERROR;
}

enum fault_id {
#define FAULT(id, ...) FAULT_##id,
#include "core/product/offgrid/faults.def"
#undef FAULT
    FAULT_COUNT
};

struct fault_row {
    const char *code;
    enum fault_class class;
    const char *source; /* which of its controllers tells, or NULL */
    const char *name, *condition, *reaction, *recovery, *advice;
};

enum battery_chemistry { CHEMISTRY_LEAD, CHEMISTRY_LITHIUM, CHEMISTRY_ANY /* as its owner says */ };

/* What choosing a battery type stores (manual 003, 3.3; docs/decisions.md O-05..O-08, O-36). */
struct battery_preset {
    const char *mnemonic;
    enum battery_chemistry chemistry;
    bool equalizes;
    int32_t boost_mv, float_mv, equalize_mv, high_mv, recharge_mv, alarm_mv, cutoff_mv, recover_mv;
    int32_t shutdown_mv, shutdown_s, boost_min, equalize_min, equalize_days;
    bool by_bms; /* its figures only stand in until the BMS speaks */
};

/* Conversion loss of one path as a share of its rating: idle + linear * x + square * x^2, where x
   is the power through it over the rating. The plant uses it; the core only its idle part. */
struct loss_curve {
    float idle, linear, square;
};

struct inverter_profile {
    int32_t rated_w; /* output, also the base of the overload ladder */
    int32_t peak_va;
    int32_t pv_max_w, pv_max_mv, pv_start_mv, pv_stop_mv, mppt_min_mv, mppt_max_mv, pv_max_ma;
    int32_t pv_short_ma; /* most the modules may drive into a short circuit */
    int32_t pv_charge_max_ma, grid_charge_max_ma, charge_max_ma, discharge_max_ma;
    int32_t charge_max_w;
    int32_t input_max_w; /* AC input, load and charging together */
    int32_t transfer_ms; /* relay time within the printed transfer time */
    bool dual_output, parallel, generator_port;
    struct loss_curve bridge_loss; /* DC-AC either way, of rated_w */
    struct loss_curve pv_loss;     /* PV to bus, of pv_max_w */
    const struct setting_row *settings;
    uint8_t n_settings;
    const struct battery_preset *presets;
    uint8_t n_presets;
    const struct fault_row *faults; /* by enum fault_id */
    const struct lcd_page *pages;   /* of its segment display; NULL: it has none */
    uint8_t n_pages;
    const struct update_model *update;
    uint8_t battery_v; /* class of the battery, as its page says */
    const char *manual;
};

#endif
