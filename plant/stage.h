/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_STAGE_H
#define HEARTH_PLANT_STAGE_H

/*
 * The power stage of a hybrid inverter with its inner loops, which settle within a control step:
 * bus voltage, charge current, constant voltage. It is told limits and a PV voltage by the control
 * core and finds what then flows, so that at every moment
 *
 *   PV + battery + grid = load + losses
 *
 * Signs: battery + discharges, grid + buys, PV and load never negative. Losses: quadratic curves of
 * the data sheet (or none at all, when a scenario wants exact balances).
 */

#include <stdbool.h>
#include "plant/bank.h"

struct stage_losses {
    double idle, linear, square; /* share of `rated_w`, see core/product/inverter.h */
    double rated_w;
};

struct stage_in {
    /* what the control core asks */
    bool ac_relay, /* the load hangs on the grid or the generator */
        bridge_on, pv_on, battery_on, output_on;
    double charge_limit_a, ac_charge_a, charge_v, feed_limit_w, pv_limit_w, output_v;
    /* what is there */
    double pv_w;                            /* what the modules give at the asked voltage */
    double load_w;                          /* demand at the output */
    double ac_v;                            /* of that source */
    const struct stage_losses *bridge, *pv; /* NULL: lossless */
};

struct stage_out {
    double pv_w; /* drawn */
    double battery_a, battery_w, battery_v;
    double pv_charge_a, ac_charge_a;
    double ac_w, load_w, loss_w; /* ac_w: of the outside source, + buys */
    double output_v;
    bool pv_held_back; /* drawn less than the modules could give */
    bool collapsed;    /* the bridge could not carry the load */
};

/* Power lost in a path that carries `w`. */
double stage_loss(const struct stage_losses *losses, double w);

void stage_solve(const struct stage_in *in, const struct bank *bank, struct stage_out *out);

#endif
