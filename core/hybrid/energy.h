/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_HYBRID_ENERGY_H
#define HEARTH_CORE_HYBRID_ENERGY_H

/*
 * Which source, how much: the energy rules of the grid-tied products, as pure functions of what is
 * there and what is set. Balance at the inverter: pv + battery + port = load (back-up); at the
 * connection point: ct = port + home. Powers in W, + gives: PV and load never negative, battery +
 * discharges, grid + buys. Rules: manual 000 section 5.7 and its facts (J-xx), manual 001 appendix
 * I (A-xx); docs/hybrid.md.
 */

#include <stdbool.h>
#include <stdint.h>

/* A level that lets something happen until it is reached, and again when it is left by enough. */
struct level_gate {
    bool open;
};

/* Discharge: open above `floor` (shut at it), again from `back` on. */
bool gate_falls(struct level_gate *gate, int32_t level, int32_t floor, int32_t back);
/* Charge: open below `top` (shut at it), again from `back` down. */
bool gate_rises(struct level_gate *gate, int32_t level, int32_t top, int32_t back);

enum work_mode { WORK_SELL_FIRST, WORK_ZERO_EXPORT_LOAD, WORK_ZERO_EXPORT_CT }; /* as set */
enum energy_pattern { PATTERN_BATTERY_FIRST, PATTERN_LOAD_FIRST };

/* What is there. */
struct energy_in {
    bool grid;               /* connected */
    int32_t pv_w;            /* the modules could give */
    int32_t load_w, home_w;  /* back-up; upstream, between port and connection point */
    bool home_known;         /* a CT or meter tells it */
    int32_t charge_max_w;    /* what the battery may take now: stage, BMS, settings, rating */
    int32_t discharge_max_w; /* and give */
    int32_t grid_charge_w;   /* of the charge, what the grid may bring; 0: not permitted */
    bool may_discharge;      /* its level is above the floor that counts now */
    bool may_shave;          /* ... above the one that counts for peak shaving */
};

/* What is set. */
struct energy_rules {
    enum work_mode mode;
    enum energy_pattern pattern;
    bool solar_sell; /* PV surplus may be sold in the zero-export modes */
    bool slot;       /* time of use is on: the battery may give up to `slot_w` */
    int32_t slot_w;
    int32_t max_solar_w, max_sell_w, zero_export_w;
    bool shave;
    int32_t shave_w;  /* soft limit of what is bought */
    int32_t ac_max_w; /* of the inverter's bridge, either way */
};

/* What follows. */
struct energy_out {
    int32_t pv_w;      /* taken from the modules */
    int32_t battery_w; /* + discharges */
    int32_t port_w;    /* + buys, at the inverter's grid port */
    int32_t short_w;   /* of the load nobody carries: off the grid alone */
};

/* The hybrid's plan. */
void energy_plan(const struct energy_in *in, const struct energy_rules *rules,
                 struct energy_out *out);

/* --- the retrofit beside a PV inverter --- */

enum retrofit_mode { RETROFIT_SELF, RETROFIT_TIMED, RETROFIT_BACK_UP }; /* as set */
enum retrofit_window { WINDOW_NONE, WINDOW_CHARGE, WINDOW_DISCHARGE };

struct retrofit_in {
    bool grid;
    bool sampled;         /* CT or meters tell grid and PV */
    int32_t pv_w, load_w; /* the neighbour's; all of the house (back-up in an outage) */
    int32_t charge_max_w, discharge_max_w; /* battery, rating, demand response */
    enum retrofit_window window;           /* now, of RETROFIT_TIMED */
    bool may_discharge;                    /* above the end of discharge */
    bool above_reserve;                    /* above the back-up reserve */
};

/* Battery power wanted, + discharges. */
int32_t retrofit_plan(const struct retrofit_in *in, enum retrofit_mode mode);

/* --- six slots round the clock --- */

enum { SLOTS = 6, DAY_MIN = 1440 };

/* Slot (0..5) of a minute of the day: from its start to the next one's, the last to the first's,
   over midnight; one whose start is the next one's has no time; of all equal the first has the day.
   24:00 is 00:00. */
int slot_at(const int32_t start_min[SLOTS], int32_t minute);

#endif
