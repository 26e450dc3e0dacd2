/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_PLANT_PACK_H
#define HEARTH_PLANT_PACK_H

/*
 * A pack of LFP cells in series as physics: each cell a voltage source OCV(charge, temperature)
 * with hysteresis, a resistance and one RC pair; heat in four groups of cells (one per sensor) that
 * lose it to the room. Current is + when it charges. No controller in here: MOS and balancers are
 * told.
 *
 * The arrays are laid out for vectors: every cell's step is the same straight-line arithmetic; the
 * curve is kept as a line per cell that is only replaced when the charge leaves its segment.
 *
 * Energy: what enters the terminals is stored enthalpy or heat; pack_audit() adds it up
 * from the state, so that a run can be checked against what flowed.
 *
 * Figures: OCV, hysteresis, entropy and the change of resistance with temperature from the LFP data
 * of Naumann et al. (Sony US26650FTC1); absolute resistance and heat of a 100 Ah prismatic cell,
 * our choice: 0.6 mOhm + 0.4 mOhm behind 60 s, 2.0 kJ/K, 3 W/K for the pack to the room.
 */

#include <stdbool.h>
#include <stdint.h>

enum { PLANT_CELLS = 16, PLANT_GROUPS = 4 };

struct pack_spec {
    int n_cells; /* 8 or 16 */
    double capacity_ah;
    double soc; /* 0..1 at start */
    double temperature_c;
    uint64_t seed;                             /* spread between cells; 0: all alike */
    bool self_use;                             /* the BMS draws from the cells */
    double capacity_factor, resistance_factor; /* age: of a new cell's figure; 0 counts as 1 */
};

struct plant_pack {
    int n;
    /* per cell; cells beyond n are inert */
    double charge_as[PLANT_CELLS];
    double capacity_as[PLANT_CELLS];
    double built_as[PLANT_CELLS];    /* capacity when it was new here */
    double loop_per_as[PLANT_CELLS]; /* how fast the hysteresis loop is walked */
    double rc_v[PLANT_CELLS];        /* across the RC pair */
    double hysteresis_v[PLANT_CELLS];
    double r0_ohm[PLANT_CELLS], r1_ohm[PLANT_CELLS];        /* at the cell's temperature */
    double base_r_ohm[PLANT_CELLS];                         /* at 25 degC */
    double line_v[PLANT_CELLS], line_v_per_as[PLANT_CELLS]; /* OCV in this segment */
    double line_25_v[PLANT_CELLS];                          /* line_v at 25 degC */
    double entropy_v_per_k[PLANT_CELLS];
    double reaction_v[PLANT_CELLS]; /* heat of reaction per ampere */
    double hysteresis_max_v[PLANT_CELLS];
    double segment_low_as[PLANT_CELLS], segment_high_as[PLANT_CELLS];
    double bleed_s[PLANT_CELLS];  /* balancer conductance, siemens; 0: open */
    double leak_a[PLANT_CELLS];   /* self-discharge */
    double inner_v[PLANT_CELLS];  /* OCV + hysteresis + RC: voltage without R0 */
    double step_ohm[PLANT_CELLS]; /* R0, and half a step's rise of OCV as a resistance */
    double cell_v[PLANT_CELLS];   /* at the current of the last step */
    uint8_t segment[PLANT_CELLS];
    double group_c[PLANT_GROUPS], group_j[PLANT_GROUPS];
    double room_c;
    /* for the step length in use */
    double rc_decay, half_dt_s;
    double group_k_per_w; /* what a watt over the step warms a group */
    double refresh_in_s;
    double self_a;
    double lead_ohm;             /* busbars and MOS */
    double source_v, source_ohm; /* of the whole pack, kept by each step */
    double current_a;            /* through the terminals in the last step */
    double lost_to_room_j, self_used_j, charged_j, discharged_j;
};

void pack_init(struct plant_pack *pack, const struct pack_spec *spec);

/* Open terminals' voltage and inner resistance right now: V = source + I * resistance. */
void pack_source(const struct plant_pack *pack, double *source_v, double *resistance_ohm);

/* Lets `current_a` flow for `dt_s` (at most a minute at once). */
void pack_step(struct plant_pack *pack, double current_a, double dt_s);

/* Balancers of the cells in `mask` on. */
void pack_bleed(struct plant_pack *pack, uint16_t mask);

/* Makes one cell another: its capacity as a share of what it was built with, the resistance of its
   place at 25 degC, its self-discharge. */
void pack_set_capacity(struct plant_pack *pack, int cell, double factor);
void pack_set_resistance(struct plant_pack *pack, int cell, double ohm);
void pack_set_leak(struct plant_pack *pack, int cell, double leak_a);

/* Sets every cell to this share of its capacity, at rest. */
void pack_set_soc(struct plant_pack *pack, double soc);

/* Mean of the cells' charge over the least capacity: what can really be used, 0..1. */
double pack_soc(const struct plant_pack *pack);

/* Energy in the pack above an arbitrary zero, J: enthalpy and heat. */
double pack_audit(const struct plant_pack *pack);

#endif
