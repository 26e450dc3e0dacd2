/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_HYBRID_GEN_PORT_H
#define HEARTH_CORE_HYBRID_GEN_PORT_H

/*
 * The generator port of the hybrid in its three uses (manual 000, sections 5.6, 5.9): a generator
 * that is called by a contact, a smart load, micro-inverters that are held by frequency. Levels are
 * thousandths of % or V, as set.
 */

#include <stdbool.h>
#include <stdint.h>

/* --- generator --- */

struct gen_rules {
    bool charge, signal; /* it may charge; its contact is used */
    int32_t start, full; /* called at or under; let go at or over */
    uint32_t run_max_ms; /* a day; 24 h is no limit */
    uint32_t down_ms;    /* from the limit to the stop */
};

/* The day's runs; locked from the limit to midnight (J-14, J-15). */
struct gen_state {
    bool called, over, locked;
    int64_t day;
    uint32_t run_ms, over_ms; /* run today; since the limit */
};

/* What asks for it now. */
struct gen_wants {
    int32_t level;
    bool slot, slot_done; /* its tick is on; its level is reached */
};

/* True: the contact is closed. */
bool gen_contact(struct gen_state *state, const struct gen_rules *rules,
                 const struct gen_wants *wants, uint32_t dt_ms, int64_t local_s);

/* Generator's share of load and charge within its rating: load first, the charge is cut; with peak
   shaving the inverter gives what exceeds. Returns its power; `*charge_w` is what may be charged.
 */
int32_t gen_share(int32_t rated_w, bool shaves, int32_t load_w, int32_t *charge_w,
                  int32_t *inverter_w);

/* --- smart load --- */

struct smart_rules {
    int32_t on, off, pv_w;
    bool always_on_grid;
};
struct smart_state {
    bool on, moved;
    uint32_t moved_ms; /* each state is kept for 30 s (i) */
};
bool smart_load(struct smart_state *state, const struct smart_rules *rules, int32_t level,
                int32_t pv_w, bool grid, uint32_t now_ms);

/* --- micro-inverters, off the grid --- */

struct micro_rules {
    int32_t on, off; /* level */
    int32_t nominal_hz100, high_hz100;
};

/* Frequency asked of the island: nominal up to `on`, straight to `high_hz100` at `off`. */
int32_t micro_hz100(const struct micro_rules *rules, int32_t level);

/* Whether they may give at all; `*let` is the state. */
bool micro_let(bool *let, const struct micro_rules *rules, int32_t level);

#endif
