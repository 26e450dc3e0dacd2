/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_HYBRID_H
#define HEARTH_CORE_PRODUCT_HYBRID_H

/*
 * Grid-tied inverters with a battery as data: the three-phase hybrid (manual 000) and the
 * AC-coupled retrofit (manual 001). Control code asks for a setting by its meaning; a product that
 * lacks it has no row of it. Figures marked (i) are inferred: docs/decisions.md J-xx, A-xx.
 */

#include "core/grid/grid.h"
#include "core/product/inverter.h"

/* Meanings; a row of several values takes as many places. Append-only: stored data names them. */
enum hybrid_setting {
#define SETTING(meaning, n, ...) HSET_##meaning, HSET_##meaning##_LAST = HSET_##meaning + (n)-1,
#include "core/product/hybrid/jso_settings.def"
#include "core/product/hybrid/as1_settings.def"
#undef SETTING
    HSET_COUNT
};

enum jso_fault {
#define FAULT(id, ...) JSO_##id,
#include "core/product/hybrid/jso_faults.def"
#undef FAULT
    JSO_FAULTS
};

enum as1_fault {
#define FAULT(id, ...) AS1_##id,
#include "core/product/hybrid/as1_faults.def"
#undef FAULT
    AS1_FAULTS
};

enum { HYBRID_PHASES = 3, HYBRID_PV_INPUTS = 2, TOU_SLOTS = 6, HYBRID_FAULTS_MAX = 64 };
_Static_assert((int)JSO_FAULTS <= (int)HYBRID_FAULTS_MAX, "one bit each");
_Static_assert((int)AS1_FAULTS <= (int)HYBRID_FAULTS_MAX, "one bit each");

struct hybrid_profile {
    uint8_t phases;          /* of its grid and back-up ports */
    int32_t rated_w;         /* AC, all phases together */
    int32_t max_w;           /* continuous */
    int32_t peak_w, peak_ms; /* off grid; beyond max_w for at most this long */
    int32_t phase_max_ma, pass_max_ma;
    int32_t pv_max_w, pv_max_mv, pv_start_mv, mppt_min_mv, mppt_max_mv; /* 0: it has no PV input */
    int32_t pv_max_ma[HYBRID_PV_INPUTS];
    int32_t battery_min_mv, battery_max_mv;
    int32_t charge_max_ma, discharge_max_ma;
    int16_t derate_from_c10, derate_to_c10; /* full power up to, and what is left of it at */
    int32_t derate_left_permille;
    int32_t transfer_ms;
    bool generator_port, drm, meters;
    struct loss_curve bridge_loss, pv_loss;
    const struct setting_row *settings;
    uint8_t n_settings;
    const struct fault_row *faults;
    uint8_t n_faults;
    const struct grid_code *grid; /* as delivered */
    const char *manual;
};

extern const struct grid_code grid_as4777_a, grid_general;
extern const struct hybrid_profile jso12048156, as1_3ks;

#endif
