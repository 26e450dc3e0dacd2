/* SPDX-License-Identifier: Apache-2.0 */
/* Lead-acid and NMC as one source: V per cell rises in a straight line with the charge. */
#include "plant/plain_battery.h"

#include <math.h>

#include "plant/num.h"

static const struct chemistry {
    int n_cells;
    double empty_v, full_v; /* per cell at rest */
    double ohm_ah;          /* cell resistance x capacity */
    double gassing_soc;     /* charging takes more from here on */
    double gassing_ohm_ah;  /* added at full */
} chemistries[] = {
    [PLAIN_LEAD_ACID] = {24, 1.97, 2.13, 0.10, 0.80, 0.70},
    [PLAIN_NMC] = {14, 3.40, 4.15, 0.15, 0.95, 0.10},
};

void plain_battery_init(struct plain_battery *battery, enum plain_kind kind, int n_cells,
                        double capacity_ah, double soc)
{
    battery->kind = kind;
    battery->n_cells = n_cells > 0 ? n_cells : chemistries[kind].n_cells;
    battery->capacity_as = capacity_ah * 3600.0;
    battery->charge_as = battery->capacity_as * soc;
    battery->lost_j = 0.0;
}

double plain_battery_soc(const struct plain_battery *battery)
{
    return lesser(greater(battery->charge_as / battery->capacity_as, 0.0), 1.0);
}

static double rest_v(const struct plain_battery *battery)
{
    const struct chemistry *c = &chemistries[battery->kind];
    double soc = battery->charge_as / battery->capacity_as;
    return battery->n_cells * (c->empty_v + (c->full_v - c->empty_v) * soc);
}

void plain_battery_source(const struct plain_battery *battery, bool charging, double *source_v,
                          double *resistance_ohm)
{
    const struct chemistry *c = &chemistries[battery->kind];
    double ah = battery->capacity_as / 3600.0;
    double soc = plain_battery_soc(battery);
    double ohm = c->ohm_ah / ah;
    if (charging && soc > c->gassing_soc) {
        ohm += c->gassing_ohm_ah / ah * (soc - c->gassing_soc) / (1.0 - c->gassing_soc);
    }
    *source_v = rest_v(battery);
    *resistance_ohm = ohm * battery->n_cells;
}

void plain_battery_step(struct plain_battery *battery, double current_a, double dt_s)
{
    double source;
    double ohm;
    plain_battery_source(battery, current_a > 0.0, &source, &ohm);
    double stored = current_a * dt_s;
    double room = battery->capacity_as - battery->charge_as;
    double taken = lesser(stored, greater(room, 0.0));
    battery->lost_j += ohm * current_a * current_a * dt_s + (stored - taken) * source;
    battery->charge_as = greater(battery->charge_as + taken, 0.0);
}

double plain_battery_audit(const struct plain_battery *battery)
{
    const struct chemistry *c = &chemistries[battery->kind];
    double soc = battery->charge_as / battery->capacity_as;
    return battery->n_cells * battery->charge_as *
           (c->empty_v + 0.5 * (c->full_v - c->empty_v) * soc);
}
