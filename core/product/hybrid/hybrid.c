/* SPDX-License-Identifier: Apache-2.0 */
/* The grid-tied products: ratings, settings and codes of manuals 000 and 001. */
#include "core/product/hybrid.h"

static const struct setting_row jso_settings[] = {
#define SETTING(meaning, n, ...) {.id = HSET_##meaning, .count = (n), __VA_ARGS__},
#include "core/product/hybrid/jso_settings.def"
#undef SETTING
};

static const struct setting_row as1_settings[] = {
#define SETTING(meaning, n, ...) {.id = HSET_##meaning, .count = (n), __VA_ARGS__},
#include "core/product/hybrid/as1_settings.def"
#undef SETTING
};

static const struct fault_row jso_faults[JSO_FAULTS] = {
#define FAULT(id, ...) [JSO_##id] = {__VA_ARGS__},
#include "core/product/hybrid/jso_faults.def"
#undef FAULT
};

static const struct fault_row as1_faults[AS1_FAULTS] = {
#define FAULT(id, ...) [AS1_##id] = {__VA_ARGS__},
#include "core/product/hybrid/as1_faults.def"
#undef FAULT
};

enum {
    N_JSO_SETTINGS = sizeof jso_settings / sizeof jso_settings[0],
    N_AS1_SETTINGS = sizeof as1_settings / sizeof as1_settings[0]
};
_Static_assert(HSET_COUNT <= UINT8_MAX, "a row's id holds every meaning");

/* Manual 000, section 9 and 3. Losses (i): 97.6 % at best, 97.0 % Euro. */
const struct hybrid_profile jso12048156 = {
    .phases = 3,
    .rated_w = 12000,
    .max_w = 13200,
    .peak_w = 24000,
    .peak_ms = 10000,
    .phase_max_ma = 27000,
    .pass_max_ma = 50000,
    .pv_max_w = 15600,
    .pv_max_mv = 800000,
    .pv_start_mv = 150000,
    .mppt_min_mv = 200000,
    .mppt_max_mv = 650000,
    .pv_max_ma = {25000, 12500},
    .battery_min_mv = 40000,
    .battery_max_mv = 60000,
    .charge_max_ma = 240000,
    .discharge_max_ma = 240000,
    .derate_from_c10 = 450,
    .derate_to_c10 = 600, /* J-37 (i) */
    .derate_left_permille = 0,
    .transfer_ms = 10, /* (i) */
    .generator_port = true,
    .drm = true,
    .meters = true,
    .bridge_loss = {0.004F, 0.012F, 0.012F},
    .pv_loss = {0.001F, 0.006F, 0.004F},
    .settings = jso_settings,
    .n_settings = N_JSO_SETTINGS,
    .faults = jso_faults,
    .n_faults = JSO_FAULTS,
    .grid = &grid_general,
    .manual = "000",
};

/* Manual 001, section 2.1 and data sheet. No PV input: it sits beside a PV inverter. */
const struct hybrid_profile as1_3ks = {
    .phases = 1,
    .rated_w = 3000,
    .max_w = 3000,
    .peak_w = 3600,
    .peak_ms = 10000,
    .phase_max_ma = 13100,
    .pass_max_ma = 28000,
    .battery_min_mv = 42000,
    .battery_max_mv = 58400,
    .charge_max_ma = 60000,
    .discharge_max_ma = 60000,
    .derate_from_c10 = 450,
    .derate_to_c10 = 500, /* A-01 (i) */
    .derate_left_permille = 500,
    .transfer_ms = 20, /* A-17 (i) */
    .drm = true,
    .meters = true,
    .bridge_loss = {0.006F, 0.018F, 0.02F},
    .settings = as1_settings,
    .n_settings = N_AS1_SETTINGS,
    .faults = as1_faults,
    .n_faults = AS1_FAULTS,
    .grid = &grid_as4777_a,
    .manual = "001",
};
