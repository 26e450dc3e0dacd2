/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_FORCE_H
#define HEARTH_SIM_FORCE_H

/*
 * Quantities that somebody forces: a scenario's `set`, or the knobs of a simulated site. Each is a
 * value and a flag; while the flag is up, the value stands instead of what plant or sensor say.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/product/pack.h"

struct forced {
    bool on;
    double value;
};

struct force_pack {
    struct forced cell_v[PACK_CELLS_MAX], temp_c[PACK_TEMPS], env_c, mos_c;
    struct forced current_a, demand_a, terminal_v, soc_pct;
    bool any;
    bool self_check_failed;
};

struct force {
    struct forced ambient_c;
    struct forced grid_present, grid_v, grid_hz;
    struct forced load_w, load2_w, load_pf;
    struct forced pv_w, pv_v;
    struct forced battery_v, battery_soc_pct, battery_c;
    struct forced charge_limit_a, discharge_limit_a, charge_v;
    struct forced heatsink_c;
    struct forced gen_available, gen_delay_s, gen_v, gen_hz, load_short;
    uint64_t raised; /* inverter.raise, bit per fault */
    struct force_pack pack[15];
};

#endif
