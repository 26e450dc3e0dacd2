/* SPDX-License-Identifier: Apache-2.0 */
/* Two wells, a resistance, gas and layers. */
#include "plant/plain_battery.h"

#include <math.h>

#include "plant/num.h"

static const struct chemistry {
    int n_cells;
    double empty_v, full_v; /* per cell at rest, a straight line over the charge */
    double ohm_ah;          /* cell resistance x capacity */
    double end_ohm;         /* x (1 + this / room, or charge, left at the plates) */
    double near_share;      /* of the capacity */
    double diffusion_per_s; /* of the difference of both levels */
    double gas_a_per_ah;    /* at gas_v and 25 degC; 0: gasses not */
    double gas_v, gas_per_v, gas_per_k;
} chemistries[] = {
    [PLAIN_LEAD_ACID] = {24, 1.97, 2.13, 0.10, 0.02, 0.5, 2.0e-4, 0.0002, 2.23, 11.0, 0.06},
    [PLAIN_NMC] = {14, 3.40, 4.15, 0.15, 0.004, 0.8, 2.0e-3, 0.0, 0.0, 0.0, 0.0},
};

static const double LEAST_LEFT = 1e-6;      /* of the near well */
static const double LAYER_PER_CYCLE = 0.15; /* stratified by a whole discharge */
static const double STIR_SHARE = 0.003;     /* gassing this share of the capacity mixes to 1/e */
static const double CALM_CELL_V = 2.27;     /* the few bubbles of float stir nothing */
static const double LAYER_OHM = 0.6;        /* resistance x (1 + this) when wholly stratified */
static const double LAYER_SLOW = 0.7;       /* diffusion x (1 - this) */

void plain_battery_init(struct plain_battery *battery, enum plain_kind kind, int n_cells,
                        double capacity_ah, double soc)
{
    *battery = (struct plain_battery){
        .kind = kind,
        .n_cells = n_cells > 0 ? n_cells : chemistries[kind].n_cells,
        .capacity_as = capacity_ah * 3600.0,
        .temperature_c = 25.0,
    };
    plain_battery_set_soc(battery, soc);
}

static double near_capacity(const struct plain_battery *battery)
{
    return battery->capacity_as * chemistries[battery->kind].near_share;
}

static double far_capacity(const struct plain_battery *battery)
{
    return battery->capacity_as - near_capacity(battery);
}

void plain_battery_set_soc(struct plain_battery *battery, double soc)
{
    battery->near_as = near_capacity(battery) * soc;
    battery->far_as = far_capacity(battery) * soc;
}

double plain_battery_soc(const struct plain_battery *battery)
{
    double soc = (battery->near_as + battery->far_as) / battery->capacity_as;
    return lesser(greater(soc, 0.0), 1.0);
}

bool plain_battery_gives(const struct plain_battery *battery) { return battery->near_as > 0.0; }

static double level(const struct plain_battery *battery)
{
    return battery->near_as / near_capacity(battery);
}

void plain_battery_source(const struct plain_battery *battery, bool charging, double *source_v,
                          double *resistance_ohm)
{
    const struct chemistry *c = &chemistries[battery->kind];
    double ohm = c->ohm_ah / (battery->capacity_as / 3600.0);
    ohm *= 1.0 + LAYER_OHM * battery->stratified;
    double left = charging ? 1.0 - level(battery) : level(battery);
    ohm *= 1.0 + c->end_ohm / greater(left, LEAST_LEFT);
    *source_v = battery->n_cells * (c->empty_v + (c->full_v - c->empty_v) * level(battery));
    *resistance_ohm = ohm * battery->n_cells;
}

static double gas_current(const struct plain_battery *battery, double volts)
{
    const struct chemistry *c = &chemistries[battery->kind];
    double cell_v = volts / battery->n_cells;
    double warm_k = battery->temperature_c - 25.0;
    return c->gas_a_per_ah * battery->capacity_as / 3600.0 *
           exp(c->gas_per_v * (cell_v - c->gas_v) + c->gas_per_k * warm_k);
}

static double well_j(const struct plain_battery *battery, double charge_as, double capacity_as)
{
    const struct chemistry *c = &chemistries[battery->kind];
    double mean_v = c->empty_v + 0.5 * (c->full_v - c->empty_v) * charge_as / capacity_as;
    return battery->n_cells * charge_as * mean_v;
}

double plain_battery_audit(const struct plain_battery *battery)
{
    return well_j(battery, battery->near_as, near_capacity(battery)) +
           well_j(battery, battery->far_as, far_capacity(battery));
}

/* Charge creeps between the wells towards one level. */
static void diffuse(struct plain_battery *battery, double dt_s)
{
    const struct chemistry *c = &chemistries[battery->kind];
    double slow = 1.0 - LAYER_SLOW * battery->stratified;
    double fall = level(battery) - battery->far_as / far_capacity(battery);
    double both = near_capacity(battery) * far_capacity(battery) / battery->capacity_as;
    double moved = fall * both * (1.0 - exp(-c->diffusion_per_s * slow * dt_s));
    battery->near_as -= moved;
    battery->far_as += moved;
}

static void stir(struct plain_battery *battery, double current_a, double gas_as, double dt_s)
{
    if (chemistries[battery->kind].gas_a_per_ah <= 0.0) {
        return;
    }
    double drawn = greater(-current_a, 0.0) * dt_s / battery->capacity_as;
    battery->stratified += drawn * LAYER_PER_CYCLE * (1.0 - battery->stratified);
    double calm = gas_current(battery, CALM_CELL_V * battery->n_cells) * dt_s;
    battery->stratified *= exp(-greater(gas_as - calm, 0.0) / (STIR_SHARE * battery->capacity_as));
    battery->gassed_as += gas_as;
}

void plain_battery_step(struct plain_battery *battery, double volts, double current_a, double dt_s)
{
    double before_j = plain_battery_audit(battery);
    /* gas also takes what the plates hold: a full battery settles where both are equal */
    double gas_a = current_a > 0.0 ? gas_current(battery, volts) : 0.0;
    double room = greater(near_capacity(battery) - battery->near_as, 0.0);
    double taken = (current_a - gas_a) * dt_s;
    double beyond = greater(taken - room, 0.0);
    double gas_as = gas_a * dt_s + beyond;
    battery->near_as = greater(battery->near_as + taken - beyond, 0.0);
    diffuse(battery, dt_s);
    stir(battery, current_a, gas_as, dt_s);
    battery->lost_j += volts * current_a * dt_s - (plain_battery_audit(battery) - before_j);
}
