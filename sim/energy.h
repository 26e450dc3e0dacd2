/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_ENERGY_H
#define HEARTH_SIM_ENERGY_H

/*
 * A home as energy alone, for steps of minutes to an hour: no cells, no control core, only what the
 * supply mode makes of sun and load, with the same loss curves as the power stage. For planning and
 * for many homes; the second-by-second house is the reference.
 */

#include <stdbool.h>
#include <stdint.h>

struct energy_home {
    double capacity_wh, high_wh;  /* charged to at most */
    double cutoff_wh, recover_wh; /* with a grid: it takes over below, until above */
    double empty_wh;              /* without a grid */
    double charge_w, discharge_w; /* limits at the battery */
    double cell_loss;             /* share of the power lost in the cells at 1 kW per 5 kWh */
    double bridge_idle_w, bridge_linear,
        bridge_square_w; /* loss = idle + linear p + p^2 / square */
    double pv_linear;
    bool grid_first; /* utility first: the grid feeds the load, surplus PV helps */
    bool needs_pv;   /* sun first: on the battery only while there is sun */
    bool grid_charges, grid_charges_in_the_dark; /* beside PV, or only without it */
    bool low;                                    /* state: the grid has taken over */
    double stored_wh;                            /* state */
};

struct home_flow {
    double pv_w, load_w, grid_w, battery_w; /* as everywhere: battery + discharges, grid + buys */
    double loss_w, curtailed_w;
};

/* One step with mean powers. */
void energy_step(struct energy_home *home, double pv_w, double load_w, bool grid, double dt_h,
                 struct home_flow *flow);

#endif
