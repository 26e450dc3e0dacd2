/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_INVERTER_INVERTER_H
#define HEARTH_CORE_INVERTER_INVERTER_H

/*
 * One inverter's control. The caller owns `struct inverter`, fills `in` and calls inverter_step()
 * at least every second (every 10 ms or faster where transfer times matter); `out` is what the
 * power stage, relays and lamps then do. One step, each arrow one file, nothing reaches back:
 *
 *   qualify sources -> choose the source (supply policy) -> charge stage -> limits and dispatch
 *   -> protect (faults, alarms, restarts) -> relays and lamps
 *
 * Signs: battery + discharges, grid + buys; PV and load never negative. Rules: docs/inverter.md,
 * from manual 003 and the resolutions O-xx in docs/decisions.md.
 */

#include "core/inverter/mppt.h"
#include "core/product/inverter.h"
#include "core/proto/battery_report.h"
#include "core/units.h"

enum supply_mode { SUPPLY_SOL, SUPPLY_UTI, SUPPLY_SBU, SUPPLY_COUNT }; /* options of SUPPLY_MODE */
enum charge_priority { CHARGE_CSO, CHARGE_SNU, CHARGE_OSO };           /* of CHARGE_PRIORITY */
enum input_window { WINDOW_WIDE, WINDOW_NARROW };                      /* APL, UPS */
enum bms_link { BMS_NONE, BMS_CAN, BMS_485 };

/* Who feeds the load. */
enum feed { FEED_NONE, FEED_GRID, FEED_INVERTER };

enum inverter_state {
    INVERTER_OFF,
    INVERTER_STANDBY,
    INVERTER_BYPASS,
    INVERTER_INVERTING,
    INVERTER_ON_GRID,
    INVERTER_FAULT,
    INVERTER_UPDATE
};

enum charge_stage { STAGE_OFF, STAGE_BULK, STAGE_ABSORPTION, STAGE_FLOAT, STAGE_EQUALIZE };

struct inverter_inputs {
    uint32_t now_ms;
    int32_t grid_mv, grid_hz100;
    int32_t pv_mv, pv_ma; /* at the PV terminals; negative voltage: reversed */
    bool pv_held_back;    /* the stage drew less than the modules could give */
    int32_t battery_mv, battery_ma;
    int32_t pv_charge_ma;    /* battery current that came from PV, measured by the PV stage */
    int32_t load_w, load_va; /* at the output, as served */
    int16_t heatsink_c10;
    struct battery_report bms; /* last report, if any was ever heard */
    uint32_t bms_at_ms;
    bool bms_heard;
    uint64_t raised; /* bit per fault_id: the hardware's own detection says so */
};

struct inverter_outputs {
    bool grid_relay;                 /* bypass closed: grid on the load */
    bool bridge_on;                  /* inverter makes the output voltage */
    bool output1, output2;           /* output relays */
    int32_t output_mv, output_hz100; /* asked of the bridge */
    bool pv_on;
    int32_t pv_ref_mv, pv_limit_w;
    bool battery_on;         /* the battery side may carry current at all */
    int32_t charge_limit_ma; /* total into the battery */
    int32_t grid_charge_ma;  /* part of it that may come from the grid */
    int32_t discharge_limit_ma;
    int32_t charge_mv;    /* constant-voltage ceiling of the charger */
    int32_t feed_limit_w; /* PV surplus the bridge may add beside the grid */
    enum feed feed;
    enum inverter_state state;
    enum charge_stage stage;
};

struct inverter_event {
    uint32_t at_ms;
    uint8_t fault; /* enum fault_id */
    bool set;
};

enum { INVERTER_EVENTS = 16 };

/* A condition timed: since when it holds. */
struct since {
    uint32_t ms;
    bool on;
};

struct inverter {
    const struct inverter_profile *profile;
    int32_t set[SET_COUNT];
    struct inverter_inputs in;
    struct inverter_outputs out;
    uint32_t last_ms, dt_ms;

    /* qualify */
    struct since grid_bad, grid_good, pv_away, battery_open, battery_back, bms_back;
    bool grid_ok, pv_ok, battery_present, bms_up, bms_wanted;
    uint32_t bms_age_ms;
    int32_t frequency_hz100; /* nominal in use: first grid seen, or the setting */
    bool frequency_known;
    int32_t load_permille; /* of the rating */

    /* battery judged for supply */
    bool battery_low; /* under [5] or [43]: the grid takes over where there is one */
    bool battery_cut; /* end of discharge: output off without another source */
    struct since below_shutdown;

    /* charge */
    enum charge_stage stage;
    struct since absorbing, tail, equalizing;
    uint32_t days_since_equalize;
    uint32_t day_ms;  /* rest of a day, counted */
    bool charge_full; /* with BMS: stopped at the cut-off SOC */
    int32_t charge_limit_ma, discharge_limit_ma;
    struct mppt mppt;

    /* transfer */
    enum feed fed_by;
    bool transferring;
    uint32_t transfer_until_ms;

    /* protect */
    uint64_t active; /* bit per fault_id */
    struct since overload_110, overload_130, overload_150, no_overload, over_voltage;
    struct since fault_clear[FAULT_COUNT];
    bool overload_bypass; /* moved to the grid because of overload */
    uint8_t overload_trips;
    struct since overload_wait;
    bool output2_shed;
    struct since output2_back;
    struct inverter_event events[INVERTER_EVENTS];
    uint8_t n_events;
};

/* Defaults of the product, the preset of its default battery type loaded. */
void inverter_init(struct inverter *inverter, const struct inverter_profile *profile,
                   uint32_t now_ms);

/* One step over inverter->in; results in inverter->out. */
void inverter_step(struct inverter *inverter);

/* The settings row of a meaning, NULL when this product has none. */
const struct setting_row *inverter_setting(const struct inverter *inverter, enum setting_id id);

/* Whether a value at rest may be stored now. */
enum setting_verdict inverter_check(const struct inverter *inverter, enum setting_id id,
                                    int32_t value) MUST_USE;

/* Checks, then stores; choosing a battery type also stores its preset. */
enum setting_verdict inverter_set(struct inverter *inverter, enum setting_id id,
                                  int32_t value) MUST_USE;

/* A user's restart: latched faults are forgotten; those whose cause is there come back. */
void inverter_clear_faults(struct inverter *inverter);

bool inverter_next_event(struct inverter *inverter, struct inverter_event *event);

static inline bool inverter_has(const struct inverter *inverter, enum fault_id fault)
{
    return (inverter->active >> fault & 1) != 0;
}

/* True while `condition` has held for `ms`. */
static inline bool since_held(struct since *since, bool condition, uint32_t now_ms, uint32_t ms)
{
    if (!condition) {
        since->on = false;
        return false;
    }
    if (!since->on) {
        since->on = true;
        since->ms = now_ms;
    }
    return time_reached(now_ms, since->ms + ms);
}

/* private to core/inverter: the steps, in order */
void inverter_qualify(struct inverter *inverter);
void inverter_choose(struct inverter *inverter);
void inverter_charge(struct inverter *inverter);
void inverter_dispatch(struct inverter *inverter);
void inverter_protect(struct inverter *inverter);
void inverter_raise(struct inverter *inverter, enum fault_id fault, bool on);
bool inverter_wants_full(const struct inverter *inverter); /* the BMS asks for the top */
bool inverter_keeps_charge(
    const struct inverter *inverter); /* ... or for charge, and can have it */
bool inverter_stops_output(const struct inverter *inverter);
bool inverter_stops_battery(const struct inverter *inverter);
bool inverter_stops_pv(const struct inverter *inverter);
const struct battery_preset *inverter_preset(const struct inverter *inverter);
void inverter_load_defaults(struct inverter *inverter);

#endif
