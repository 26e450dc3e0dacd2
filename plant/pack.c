/* SPDX-License-Identifier: Apache-2.0 */
/* Cells, their heat and their energy. See pack.h for the model and its sources. */
#include "plant/pack.h"

#include <math.h>
#include <string.h>

#include "plant/num.h"
#include "plant/rng.h"

/* Segments of the cell curves: OCV at 25 degC, V; hysteresis, V (half the loop); entropy, V/K. The
   last row only ends the one before it; beyond it the last slope goes on (overcharge). */
static const struct curve_point {
    double soc, ocv_v, hysteresis_v, entropy_v_per_k;
} curve[] = {
    {0.00, 2.2862, 0.0300, -0.00049}, {0.01, 2.7833, 0.0300, -0.00046},
    {0.02, 2.8952, 0.0300, -0.00042}, {0.035, 2.9961, 0.0290, -0.00038},
    {0.05, 3.0647, 0.0280, -0.00033}, {0.075, 3.1455, 0.0265, -0.00025},
    {0.10, 3.1967, 0.0251, -0.00016}, {0.15, 3.2120, 0.0250, -0.00014},
    {0.20, 3.2343, 0.0249, -0.00012}, {0.25, 3.2547, 0.0270, -0.00008},
    {0.30, 3.2703, 0.0288, -0.00004}, {0.35, 3.2826, 0.0260, 0.00003},
    {0.40, 3.2921, 0.0226, 0.00010},  {0.50, 3.2995, 0.0187, 0.00011},
    {0.60, 3.3035, 0.0191, 0.00013},  {0.65, 3.3063, 0.0200, 0.00014},
    {0.70, 3.3108, 0.0209, 0.00015},  {0.75, 3.3185, 0.0200, 0.00012},
    {0.80, 3.3345, 0.0194, 0.00010},  {0.85, 3.3403, 0.0182, 0.00009},
    {0.90, 3.3425, 0.0171, 0.00008},  {0.95, 3.3447, 0.0200, 0.00010},
    {0.97, 3.3463, 0.0240, 0.00011},  {0.98, 3.3487, 0.0270, 0.00011},
    {0.99, 3.3618, 0.0300, 0.00012},  {1.00, 3.5305, 0.0300, 0.00012},
};

enum { N_POINTS = sizeof curve / sizeof curve[0], N_SEGMENTS = N_POINTS - 1 };

/* Resistance over temperature, relative to 25 degC (means of the data at 10, 25, 40 and 60 degC,
   continued below 10 degC by its own slope: our choice). */
static const double r_at_c[] = {-20, 0, 10, 25, 40, 60};
static const double r_factor[] = {4.0, 2.1, 1.45, 1.0, 0.79, 0.76};

static const double REFERENCE_K = 298.15;
static const double ZERO_C_K = 273.15;
static const double RC_S = 60.0;
static const double R0_OHM_AH = 0.060;      /* 0.6 mOhm at 100 Ah; falls with capacity */
static const double R1_PER_R0 = 0.667;      /* 0.4 mOhm */
static const double HEAT_J_PER_K_AH = 20.0; /* 2.0 kJ/K at 100 Ah */
static const double ROOM_W_PER_K = 3.0;     /* whole pack of 16 */
static const double HYSTERESIS_RATE = 50.0; /* loops close within some 2 % of charge */
static const double LEAD_OHM = 0.0010;
static const double BLEED_OHM = 34.0; /* 0.1 A near the top */
static const double SELF_W = 1.5;
static const double NEAR_END = 1e-12; /* of a charge: far beyond what rounding moves it */
static const double REFRESH_S = 16.0; /* temperature moves slowly: coefficients follow */

static double resistance_factor(double celsius)
{
    int i = 0;
    int last = (int)(sizeof r_at_c / sizeof r_at_c[0]) - 2;
    while (i < last && celsius > r_at_c[i + 1]) {
        i++;
    }
    double x = (celsius - r_at_c[i]) / (r_at_c[i + 1] - r_at_c[i]);
    double factor = r_factor[i] + x * (r_factor[i + 1] - r_factor[i]);
    return lesser(greater(factor, 0.7), 8.0);
}

/* Puts a cell on its segment of the curves, by its charge. */
static void place_cell(struct plant_pack *pack, int i)
{
    double capacity = pack->capacity_as[i];
    double soc = pack->charge_as[i] / capacity;
    int s = pack->segment[i];
    while (s > 0 && soc < curve[s].soc) {
        s--;
    }
    while (s < N_SEGMENTS - 1 && soc >= curve[s + 1].soc) {
        s++;
    }
    const struct curve_point *low = &curve[s];
    const struct curve_point *high = &curve[s + 1];
    double slope = (high->ocv_v - low->ocv_v) / ((high->soc - low->soc) * capacity);
    pack->segment[i] = (uint8_t)s;
    pack->segment_low_as[i] = s == 0 ? -HUGE_VAL : low->soc * capacity;
    pack->segment_high_as[i] = s == N_SEGMENTS - 1 ? HUGE_VAL : high->soc * capacity;
    pack->line_v_per_as[i] = slope;
    pack->line_25_v[i] = low->ocv_v - slope * low->soc * capacity;
    pack->entropy_v_per_k[i] = 0.5 * (low->entropy_v_per_k + high->entropy_v_per_k);
    pack->hysteresis_max_v[i] = 0.5 * (low->hysteresis_v + high->hysteresis_v);
}

/* Farther from both ends of its segment than any rounding: no division is needed to know it. */
static bool well_inside(const struct plant_pack *pack, int i)
{
    return pack->charge_as[i] > pack->segment_low_as[i] * (1.0 + NEAR_END) &&
           pack->charge_as[i] < pack->segment_high_as[i] * (1.0 - NEAR_END);
}

/* What a group's temperature makes of its cells; returns the sum of their resistances on top of
   `ohm`. */
static double warm_cells(struct plant_pack *pack, int group, double ohm)
{
    double celsius = pack->group_c[group];
    double factor = resistance_factor(celsius);
    int per_group = pack->n / PLANT_GROUPS;
    for (int i = group * per_group; i < (group + 1) * per_group; i++) {
        pack->line_v[i] = pack->line_25_v[i] + pack->entropy_v_per_k[i] * (celsius - 25.0);
        pack->reaction_v[i] = pack->entropy_v_per_k[i] * (celsius + ZERO_C_K);
        pack->r0_ohm[i] = pack->base_r_ohm[i] * factor;
        pack->r1_ohm[i] = pack->base_r_ohm[i] * R1_PER_R0 * factor;
        pack->step_ohm[i] = pack->r0_ohm[i] + pack->line_v_per_as[i] * pack->half_dt_s;
        ohm += pack->step_ohm[i];
    }
    return ohm;
}

/* Makes every cell's line of OCV anew: its segment and its temperature. */
static void refresh_all(struct plant_pack *pack)
{
    double ohm = pack->lead_ohm;
    for (int i = 0; i < pack->n; i++) {
        if (!well_inside(pack, i)) {
            place_cell(pack, i);
        }
    }
    for (int g = 0; g < PLANT_GROUPS; g++) {
        ohm = warm_cells(pack, g, ohm);
    }
    pack->source_ohm = ohm;
    pack->group_k_per_w = 2.0 * pack->half_dt_s / pack->group_j[0]; /* groups are alike */
    pack->refresh_in_s = REFRESH_S;
}

/* Eight sums, so that the adds do not wait for each other; the order is fixed. */
static inline double sum_of(const double *cell)
{
    double sum[PLANT_CELLS / 2];
    for (int i = 0; i < PLANT_CELLS / 2; i++) {
        sum[i] = cell[i] + cell[i + PLANT_CELLS / 2];
    }
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

/* The electronics' own current drops its share over the cells as well. */
static void find_source(struct plant_pack *pack, double inner_v)
{
    pack->source_v = inner_v - (pack->source_ohm - pack->lead_ohm) * pack->self_a;
}

static void sum_inner(struct plant_pack *pack)
{
    for (int i = 0; i < PLANT_CELLS; i++) {
        pack->inner_v[i] = pack->line_v[i] + pack->line_v_per_as[i] * pack->charge_as[i] +
                           pack->hysteresis_v[i] + pack->rc_v[i];
    }
    find_source(pack, sum_of(pack->inner_v));
}

static double age_factor(double factor) { return factor > 0.0 ? factor : 1.0; }

void pack_init(struct plant_pack *pack, const struct pack_spec *spec)
{
    memset(pack, 0, sizeof *pack);
    pack->n = spec->n_cells;
    struct rng rng;
    rng_seed(&rng, spec->seed, 1);
    for (int i = 0; i < PLANT_CELLS; i++) {
        bool real = i < spec->n_cells;
        bool spread = real && spec->seed != 0;
        double capacity = spec->capacity_ah * 3600.0 * age_factor(spec->capacity_factor);
        /* As sorted cells are delivered: capacity within some 0.5 %, resistance within 4 %. */
        pack->capacity_as[i] = capacity * (spread ? 1.0 + 0.005 * (double)rng_normal(&rng) : 1.0);
        pack->built_as[i] = pack->capacity_as[i];
        pack->loop_per_as[i] = HYSTERESIS_RATE / pack->capacity_as[i];
        double r = real ? R0_OHM_AH / spec->capacity_ah * age_factor(spec->resistance_factor) : 0.0;
        pack->base_r_ohm[i] = r * (spread ? fmax(1.0 + 0.04 * (double)rng_normal(&rng), 0.8) : 1.0);
        double off = spread ? 0.002 * (double)rng_normal(&rng) : 0.0;
        pack->charge_as[i] = pack->capacity_as[i] * fmin(fmax(spec->soc + off, 0.0), 1.0);
        pack->segment_low_as[i] = -HUGE_VAL;
        pack->segment_high_as[i] = HUGE_VAL;
    }
    for (int i = 0; i < PLANT_GROUPS; i++) {
        pack->group_c[i] = spec->temperature_c;
        pack->group_j[i] = HEAT_J_PER_K_AH * spec->capacity_ah * spec->n_cells / PLANT_GROUPS;
    }
    pack->room_c = spec->temperature_c;
    pack->lead_ohm = LEAD_OHM;
    pack->half_dt_s = 0.5;
    pack->rc_decay = exp(-1.0 / RC_S);
    pack->self_a = spec->self_use ? SELF_W / (3.3 * spec->n_cells) : 0.0;
    for (int i = 0; i < pack->n; i++) {
        place_cell(pack, i);
    }
    refresh_all(pack);
    sum_inner(pack);
    memcpy(pack->cell_v, pack->inner_v, sizeof pack->cell_v);
}

void pack_source(const struct plant_pack *pack, double *source_v, double *resistance_ohm)
{
    *source_v = pack->source_v;
    *resistance_ohm = pack->source_ohm;
}

/* Cells: the same arithmetic for each, heat of each into `heat_w`, the sum of their inner voltages
   into `inner_v`; true when one left its segment. Branches are arithmetic, so that the loop runs in
   vectors. */
WIDE_VECTORS static bool step_cells(struct plant_pack *restrict pack, double current_a, double dt_s,
                                    double *restrict heat_w, double *restrict inner_v)
{
    double decay = pack->rc_decay;
    double through = current_a - pack->self_a;
    double inner[PLANT_CELLS];
    int64_t left = 0; /* as wide as what it is made of */
    for (int i = 0; i < PLANT_CELLS; i++) {
        double v = pack->inner_v[i] + pack->step_ohm[i] * through;
        double bleed = pack->bleed_s[i] * v;
        double amps = through - bleed - pack->leak_a[i];
        double charge = pack->charge_as[i] + amps * dt_s;
        double hysteresis = pack->hysteresis_v[i];
        double rc = pack->rc_v[i];
        left |= charge < pack->segment_low_as[i] ? 1 : 0;
        left |= charge > pack->segment_high_as[i] ? 1 : 0;
        /* what the terminals give beyond the enthalpy stored is heat, reaction heat included; the
           little energy in the RC pair counts as heat at once */
        heat_w[i] = (pack->r0_ohm[i] * through + rc + hysteresis + pack->reaction_v[i]) * amps +
                    (bleed + pack->leak_a[i]) * v;
        double share = fabs(amps) * dt_s * pack->loop_per_as[i];
        share = share < 1.0 ? share : 1.0;
        double toward = copysign(pack->hysteresis_max_v[i], amps);
        rc = decay * rc + (1.0 - decay) * pack->r1_ohm[i] * amps;
        hysteresis = hysteresis + share * (toward - hysteresis);
        inner[i] = pack->line_v[i] + pack->line_v_per_as[i] * charge + hysteresis + rc;
        pack->inner_v[i] = inner[i];
        pack->rc_v[i] = rc;
        pack->hysteresis_v[i] = hysteresis;
        pack->charge_as[i] = charge;
        pack->cell_v[i] = v;
    }
    *inner_v = sum_of(inner);
    return left != 0;
}

static inline void heat_groups(struct plant_pack *pack, const double *heat_w, double dt_s,
                               int per_group)
{
    double conductance = ROOM_W_PER_K / PLANT_GROUPS * pack->n / PLANT_CELLS;
    double lost_j = pack->lost_to_room_j;
    for (int g = 0; g < PLANT_GROUPS; g++) {
        double heat = 0.0;
        for (int i = g * per_group; i < (g + 1) * per_group; i++) {
            heat += heat_w[i];
        }
        double out = conductance * (pack->group_c[g] - pack->room_c);
        lost_j += out * dt_s;
        pack->group_c[g] += (heat - out) * pack->group_k_per_w;
    }
    pack->lost_to_room_j = lost_j;
}

/* A full pack's loops have a length that the compiler knows. */
static void step_heat(struct plant_pack *pack, const double *heat_w, double dt_s)
{
    if (pack->n == PLANT_CELLS) {
        heat_groups(pack, heat_w, dt_s, PLANT_CELLS / PLANT_GROUPS);
    } else {
        heat_groups(pack, heat_w, dt_s, pack->n / PLANT_GROUPS);
    }
}

void pack_step(struct plant_pack *pack, double current_a, double dt_s)
{
    if (0.5 * dt_s != pack->half_dt_s) {
        pack->rc_decay = exp(-dt_s / RC_S);
        pack->half_dt_s = 0.5 * dt_s;
        refresh_all(pack);
    }
    double heat_w[PLANT_CELLS];
    double terminal_w = (pack->source_v + pack->source_ohm * current_a) * current_a;
    double lead_w = pack->lead_ohm * current_a * current_a;
    double cells_v = pack->source_v + (pack->source_ohm - pack->lead_ohm) * current_a;
    double self_w = cells_v * pack->self_a;
    double inner_v;
    bool left = step_cells(pack, current_a, dt_s, heat_w, &inner_v);
    step_heat(pack, heat_w, dt_s);
    pack->current_a = current_a;
    pack->self_used_j += self_w * dt_s;
    pack->lost_to_room_j += lead_w * dt_s; /* leads are outside the cells: their heat leaves */
    if (terminal_w > 0.0) {
        pack->charged_j += terminal_w * dt_s;
    } else {
        pack->discharged_j -= terminal_w * dt_s;
    }
    pack->refresh_in_s -= dt_s;
    if (left || pack->refresh_in_s <= 0.0) {
        refresh_all(pack);
        sum_inner(pack);
    } else {
        find_source(pack, inner_v);
    }
}

void pack_bleed(struct plant_pack *pack, uint16_t mask)
{
    for (int i = 0; i < pack->n; i++) {
        pack->bleed_s[i] = (mask >> i & 1) != 0 ? 1.0 / BLEED_OHM : 0.0;
    }
}

void pack_set_capacity(struct plant_pack *pack, int cell, double factor)
{
    double soc = pack->charge_as[cell] / pack->capacity_as[cell];
    pack->capacity_as[cell] = pack->built_as[cell] * factor;
    pack->charge_as[cell] = soc * pack->capacity_as[cell];
    pack->loop_per_as[cell] = HYSTERESIS_RATE / pack->capacity_as[cell];
    place_cell(pack, cell);
    refresh_all(pack);
    sum_inner(pack);
}

void pack_set_resistance(struct plant_pack *pack, int cell, double ohm)
{
    pack->base_r_ohm[cell] = ohm;
    refresh_all(pack);
    sum_inner(pack);
}

void pack_set_leak(struct plant_pack *pack, int cell, double leak_a)
{
    pack->leak_a[cell] = leak_a;
}

void pack_set_soc(struct plant_pack *pack, double soc)
{
    for (int i = 0; i < pack->n; i++) {
        pack->charge_as[i] = soc * pack->capacity_as[i];
        pack->rc_v[i] = pack->hysteresis_v[i] = 0.0;
    }
    refresh_all(pack);
    sum_inner(pack);
}

double pack_soc(const struct plant_pack *pack)
{
    double least_left = HUGE_VAL;
    double least_room = HUGE_VAL;
    for (int i = 0; i < pack->n; i++) {
        least_left = fmin(least_left, pack->charge_as[i]);
        least_room = fmin(least_room, pack->capacity_as[i] - pack->charge_as[i]);
    }
    return fmin(fmax(least_left / (least_left + least_room), 0.0), 1.0);
}

/* Integral of the enthalpy potential U - T dU/dT, a function of the charge alone: with entropy
   constant in a segment, OCV(q, T) = U25 + (T - 25) S, so U - T S = U25 - 298.15 S. */
static double enthalpy_j(double charge_as, double capacity_as)
{
    double sum = 0.0;
    double soc = charge_as / capacity_as;
    for (int s = 0; s < N_SEGMENTS; s++) {
        double from = curve[s].soc;
        double to = s == N_SEGMENTS - 1 ? soc : fmin(soc, curve[s + 1].soc);
        if (s == 0 && soc < 0.0) {
            from = 0.0;
            to = soc;
        } else if (to <= from) {
            break;
        }
        double slope = (curve[s + 1].ocv_v - curve[s].ocv_v) / (curve[s + 1].soc - curve[s].soc);
        double mid = curve[s].ocv_v + slope * (0.5 * (from + to) - curve[s].soc);
        double entropy = 0.5 * (curve[s].entropy_v_per_k + curve[s + 1].entropy_v_per_k);
        sum += (mid - REFERENCE_K * entropy) * (to - from) * capacity_as;
        if (soc < 0.0) {
            break;
        }
    }
    return sum;
}

double pack_audit(const struct plant_pack *pack)
{
    double sum = 0.0;
    for (int i = 0; i < pack->n; i++) {
        sum += enthalpy_j(pack->charge_as[i], pack->capacity_as[i]);
    }
    for (int g = 0; g < PLANT_GROUPS; g++) {
        sum += pack->group_j[g] * (pack->group_c[g] + ZERO_C_K);
    }
    return sum;
}
