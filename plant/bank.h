/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_BANK_H
#define HEARTH_PLANT_BANK_H

/*
 * What hangs on the inverter's battery terminals: packs in parallel, each behind its two MOS, or a
 * plain battery of another chemistry. Current divides as copper lets it, by each pack's voltage and
 * resistance; a MOS that is off blocks its direction (the other one's body diode still conducts).
 * Bank current is + when it discharges, as the inverter counts.
 */

#include <stdbool.h>

enum { BANK_BATTERIES = 15 };

struct bank_branch {
    double source_v, resistance_ohm;
    bool charge_on, discharge_on;
    double current_a; /* result, + charges this branch */
};

struct bank {
    int n;
    struct bank_branch branch[BANK_BATTERIES];
    /* of the branches that conduct in either direction, as one source */
    double source_v, resistance_ohm;
    bool can_charge, can_discharge;
};

/* Makes the one source of the branches. */
void bank_gather(struct bank *bank);

/* Terminal voltage with this bank current (+ discharges). */
double bank_voltage(const struct bank *bank, double current_a);

/* Shares a bank current (+ discharges) out to the branches; the voltage that results. */
double bank_share(struct bank *bank, double current_a);

/* Current (A) at which the bank takes or gives this power (W, + discharges); a discharge beyond
   what the resistance lets through gives the current of the greatest power and sets *short_fall. */
double bank_current(const struct bank *bank, double power_w, bool *short_fall);

#endif
