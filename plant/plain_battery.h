/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_PLAIN_BATTERY_H
#define HEARTH_PLANT_PLAIN_BATTERY_H

/*
 * A battery without electronics: lead-acid or ternary (NMC) cells as one voltage source over charge
 * behind one resistance that grows near full when charging (lead-acid gasses there: what it takes
 * beyond is lost as heat). Figures are textbook ones, our choice.
 */

#include <stdbool.h>

enum plain_kind { PLAIN_LEAD_ACID, PLAIN_NMC };

struct plain_battery {
    enum plain_kind kind;
    int n_cells;
    double capacity_as, charge_as;
    double lost_j;
};

/* n_cells 0: 24 of lead-acid, 14 of NMC (48 V class). */
void plain_battery_init(struct plain_battery *battery, enum plain_kind kind, int n_cells,
                        double capacity_ah, double soc);

void plain_battery_source(const struct plain_battery *battery, bool charging, double *source_v,
                          double *resistance_ohm);

/* Lets a current flow, + charges. */
void plain_battery_step(struct plain_battery *battery, double current_a, double dt_s);

double plain_battery_soc(const struct plain_battery *battery);

/* Energy stored above empty, J. */
double plain_battery_audit(const struct plain_battery *battery);

#endif
