/* SPDX-License-Identifier: Apache-2.0 */
/* The off-grid hybrid family (manual 003): tables shared by its models, and each model's ratings.
 */
#include "core/product/offgrid/offgrid.h"

static const struct setting_row settings[] = {
#define SETTING(meaning, ...) {.id = SET_##meaning, __VA_ARGS__},
#include "core/product/offgrid/settings.def"
#undef SETTING
};

enum { N_SETTINGS = sizeof settings / sizeof settings[0] };
_Static_assert(N_SETTINGS == 50, "the LCD menu of the manual has 50 entries");

static const struct fault_row faults[FAULT_COUNT] = {
#define FAULT(id, ...) [FAULT_##id] = {__VA_ARGS__},
#include "core/product/offgrid/faults.def"
#undef FAULT
};

static const struct lcd_page pages[] = {
#define SIDE(...)   \
    {               \
        __VA_ARGS__ \
    }
#define PAGE(number, left_side, right_side, remark) \
    {.no = (number), .left = left_side, .right = right_side, .note = (remark)},
#include "core/product/offgrid/pages.def"
#undef PAGE
#undef SIDE
};

/* Files of manual 003, 5.2: sizes printed there, with room to grow; times printed there. */
static const struct update_model update = {
    .product = "offgrid",
    .part =
        {{.pattern = "MDSP_BA*.hex", .most_bytes = 320 * 1024, .write_ms = 60000, .version_of = 0},
         {.pattern = "SDSP_BA*.hex", .most_bytes = 160 * 1024, .write_ms = 60000, .version_of = 1},
         {.pattern = "ABAA????.bin", .most_bytes = 512 * 1024, .write_ms = 15000, .version_of = 2}},
    .n_parts = 3,
    .gap_ms = 5000,
};

/* In the order of setting 9's options. */
/* clang-format off */
static const struct battery_preset presets[] = {
    {"USE", CHEMISTRY_ANY, true, .boost_mv = 56800, .float_mv = 55200, .equalize_mv = 58400,
     .high_mv = 60000, .recharge_mv = 52000, .alarm_mv = 44000, .cutoff_mv = 42000, .recover_mv = 52000,
     .shutdown_mv = 40000, .shutdown_s = 5, .boost_min = 120, .equalize_min = 120, .equalize_days = 30},
    {"SLD", CHEMISTRY_LEAD, true, .boost_mv = 58400, .float_mv = 57600, .equalize_mv = 58400,
     .high_mv = 60000, .recharge_mv = 52000, .alarm_mv = 44000, .cutoff_mv = 42000, .recover_mv = 52000,
     .shutdown_mv = 40000, .shutdown_s = 5, .boost_min = 120, .equalize_min = 120, .equalize_days = 30},
    {"FLD", CHEMISTRY_LEAD, true, .boost_mv = 58400, .float_mv = 55200, .equalize_mv = 59200,
     .high_mv = 60000, .recharge_mv = 52000, .alarm_mv = 44000, .cutoff_mv = 42000, .recover_mv = 52000,
     .shutdown_mv = 40000, .shutdown_s = 5, .boost_min = 120, .equalize_min = 120, .equalize_days = 30},
    {"GEL", CHEMISTRY_LEAD, false, .boost_mv = 56800, .float_mv = 55200, .equalize_mv = 0,
     .high_mv = 60000, .recharge_mv = 52000, .alarm_mv = 44000, .cutoff_mv = 42000, .recover_mv = 52000,
     .shutdown_mv = 40000, .shutdown_s = 5, .boost_min = 120, .equalize_min = 0, .equalize_days = 0},
    {"L14", CHEMISTRY_LITHIUM, false, .boost_mv = 49200, .float_mv = 49200, .equalize_mv = 0,
     .high_mv = 60000, .recharge_mv = 47600, .alarm_mv = 43200, .cutoff_mv = 42000, .recover_mv = 46000,
     .shutdown_mv = 40800, .shutdown_s = 30, .boost_min = 120, .equalize_min = 0, .equalize_days = 0},
    {"L15", CHEMISTRY_LITHIUM, false, .boost_mv = 53200, .float_mv = 53200, .equalize_mv = 0,
     .high_mv = 60000, .recharge_mv = 50400, .alarm_mv = 46400, .cutoff_mv = 45600, .recover_mv = 49600,
     .shutdown_mv = 43600, .shutdown_s = 30, .boost_min = 120, .equalize_min = 0, .equalize_days = 0},
    {"L16", CHEMISTRY_LITHIUM, false, .boost_mv = 56800, .float_mv = 56800, .equalize_mv = 0,
     .high_mv = 60000, .recharge_mv = 53600, .alarm_mv = 49600, .cutoff_mv = 48800, .recover_mv = 52800,
     .shutdown_mv = 46400, .shutdown_s = 30, .boost_min = 120, .equalize_min = 0, .equalize_days = 0},
    {"N13", CHEMISTRY_LITHIUM, false, .boost_mv = 53200, .float_mv = 53200, .equalize_mv = 0,
     .high_mv = 60000, .recharge_mv = 50400, .alarm_mv = 43600, .cutoff_mv = 38800, .recover_mv = 46000,
     .shutdown_mv = 36400, .shutdown_s = 30, .boost_min = 120, .equalize_min = 0, .equalize_days = 0},
    {"N14", CHEMISTRY_LITHIUM, false, .boost_mv = 57600, .float_mv = 57600, .equalize_mv = 0,
     .high_mv = 60000, .recharge_mv = 54800, .alarm_mv = 46800, .cutoff_mv = 42000, .recover_mv = 49600,
     .shutdown_mv = 39200, .shutdown_s = 30, .boost_min = 120, .equalize_min = 0, .equalize_days = 0},
    {"LIT", CHEMISTRY_LITHIUM, false, .boost_mv = 56800, .float_mv = 56800, .equalize_mv = 0,
     .high_mv = 60000, .recharge_mv = 53600, .alarm_mv = 49600, .cutoff_mv = 48800, .recover_mv = 52800,
     .shutdown_mv = 46400, .shutdown_s = 30, .boost_min = 120, .equalize_min = 0, .equalize_days = 0,
     .by_bms = true},
};
/* clang-format on */

/* The data sheet prints 94 % peak efficiency. With these figures battery to output peaks at 94.0 %
   at 40 % load and still gives 92.4 % at full load; idle draw is 0.8 % of the rating. The split of
   the loss over load is our choice, only its peak is printed (manual 003, 9). */
#define BRIDGE_LOSS                                        \
    {                                                      \
        .idle = 0.008F, .linear = 0.0238F, .square = 0.05F \
    }
/* MPPT stage: 98 % at full power; the data sheet prints tracking (99.9 %), not conversion. */
#define PV_LOSS                                            \
    {                                                      \
        .idle = 0.001F, .linear = 0.010F, .square = 0.009F \
    }

#define FAMILY                                                                                     \
    .pv_max_mv = 550000, .pv_start_mv = 120000, .pv_stop_mv = 90000, .mppt_min_mv = 90000,         \
    .mppt_max_mv = 500000, .input_max_w = 8050, .transfer_ms = 4, .bridge_loss = BRIDGE_LOSS,      \
    .pv_loss = PV_LOSS, .settings = settings, .n_settings = N_SETTINGS, .presets = presets,        \
    .n_presets = sizeof presets / sizeof presets[0], .faults = faults, .generator_port = true,     \
    .pages = pages, .n_pages = sizeof pages / sizeof pages[0], .battery_v = 48, .update = &update, \
    .manual = "003"

const struct inverter_profile offgrid_3000 = {
    FAMILY,
    .rated_w = 3000,
    .peak_va = 6000,
    .pv_max_w = 3300,
    .pv_max_ma = 18000,
    .pv_short_ma = 22500,
    .pv_charge_max_ma = 80000,
    .grid_charge_max_ma = 60000,
    .charge_max_ma = 80000,
    .discharge_max_ma = 80000,
    .charge_max_w = 3000,
};

const struct inverter_profile offgrid_5000 = {
    FAMILY,
    .rated_w = 5000,
    .peak_va = 10000,
    .pv_max_w = 6000,
    .pv_max_ma = 27000,
    .pv_short_ma = 33750,
    .pv_charge_max_ma = 100000,
    .grid_charge_max_ma = 80000,
    .charge_max_ma = 100000,
    .discharge_max_ma = 115000,
    .charge_max_w = 5000,
    .dual_output = true,
    .parallel = true,
};

const struct inverter_profile offgrid_6000 = {
    FAMILY,
    .rated_w = 6000,
    .peak_va = 12000,
    .pv_max_w = 7800,
    .pv_max_ma = 27000,
    .pv_short_ma = 33750,
    .pv_charge_max_ma = 120000,
    .grid_charge_max_ma = 100000,
    .charge_max_ma = 120000,
    .discharge_max_ma = 137000,
    .charge_max_w = 6000,
    .dual_output = true,
    .parallel = true,
};
