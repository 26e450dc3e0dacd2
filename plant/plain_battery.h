/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_PLAIN_BATTERY_H
#define HEARTH_PLANT_PLAIN_BATTERY_H

/*
 * A battery without electronics, lead-acid or ternary (NMC), as one voltage behind one resistance.
 *
 * Charge sits in two wells (kinetic model of Manwell and McGowan): the near one is at the plates
 * and makes the voltage, the far one follows by diffusion. So a hard discharge ends early and
 * recovers, and a charge reaches its voltage before it is full and tapers from there. Lead-acid
 * gasses: current beyond what the plates take splits water, the more the higher the voltage and the
 * temperature (figures of Schiffer et al. 2007: 20 mA per 100 Ah at 2.23 V and 25 degC, times e per
 * 91 mV and per 17 K). And it stratifies: acid sinks with every discharge, which raises the
 * resistance and slows diffusion, until gassing stirs it. That is what boost and equalising are
 * for. The other figures are textbook ones, our choice.
 */

#include <stdbool.h>

enum plain_kind { PLAIN_LEAD_ACID, PLAIN_NMC };

struct plain_battery {
    enum plain_kind kind;
    int n_cells;
    double capacity_as;
    double near_as, far_as; /* charge in the wells */
    double stratified;      /* 0 mixed .. 1 */
    double temperature_c;
    double lost_j, gassed_as;
};

/* n_cells 0: 24 of lead-acid, 14 of NMC (48 V class). */
void plain_battery_init(struct plain_battery *battery, enum plain_kind kind, int n_cells,
                        double capacity_ah, double soc);

void plain_battery_source(const struct plain_battery *battery, bool charging, double *source_v,
                          double *resistance_ohm);

/* Lets a current flow, + charges, at the voltage it has at the terminals. */
void plain_battery_step(struct plain_battery *battery, double volts, double current_a, double dt_s);

/* Share of the whole charge, and what is left at the plates: at 0 nothing more comes out. */
double plain_battery_soc(const struct plain_battery *battery);
bool plain_battery_gives(const struct plain_battery *battery);

void plain_battery_set_soc(struct plain_battery *battery, double soc);

/* Energy stored above empty, J. */
double plain_battery_audit(const struct plain_battery *battery);

#endif
