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
enum parallel_mode { PARALLEL_NONE, PARALLEL_ONE_PHASE, PARALLEL_3P1, PARALLEL_3P2, PARALLEL_3P3 };

/* Who feeds the load. */
enum feed { FEED_NONE, FEED_GRID, FEED_INVERTER, FEED_GENERATOR };

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

/* A board without that sensor leaves it here, as inverter_init() does: its rows are not judged. */
enum { NOT_MEASURED = INT32_MIN };

/* Contacts of the board, bits of `relays` and `relays_seen`. */
enum relay_bit {
    RELAY_GRID = 1,
    RELAY_GENERATOR = 2,
    RELAY_BRIDGE = 4,
    RELAY_OUTPUT2 = 8,
    RELAY_DRY_CONTACT = 16
};

struct inverter_inputs {
    uint32_t now_ms;
    int32_t grid_mv, grid_hz100;
    int32_t pv_mv, pv_ma; /* at the PV terminals; negative voltage: reversed */
    bool pv_held_back;    /* the stage drew less than the modules could give */
    int32_t battery_mv, battery_ma;
    int32_t pv_charge_ma;      /* battery current that came from PV, measured by the PV stage */
    int32_t load_w, load_va;   /* at the output, as served */
    int32_t gen_mv, gen_hz100; /* at the generator input */
    int16_t heatsink_c10;
    /* what a board may lack: NOT_MEASURED */
    int32_t port_w;                     /* through the AC input in use, + draws */
    int32_t output_mv, output_ma;       /* at the bridge, RMS */
    int32_t output_dc_mv, output_dc_ma; /* direct part of both */
    int32_t bus_mv, bus2_mv;            /* DC bus, read twice */
    int32_t battery_c10;                /* BAT_NTC */
    int32_t relays_seen;                /* contacts as sensed, enum relay_bit */
    int32_t fan_rpm;
    int32_t peer_age_ms;       /* since the other controller's last frame */
    int32_t versions[3];       /* DSP, second DSP, ARM: fitting when hundreds are equal */
    bool updating;             /* firmware is being written: nothing may run */
    bool memory_bad;           /* the non-volatile memory failed its check */
    struct battery_report bms; /* last report, if any was ever heard */
    uint32_t bms_at_ms;
    bool bms_heard;
    uint64_t raised; /* bit per fault_id: the hardware's own detection says so */
};

struct inverter_outputs {
    bool grid_relay;                 /* bypass closed: grid on the load */
    bool generator_relay;            /* the same from the generator input */
    bool generator_start;            /* dry contact: NO-N closed, the generator is called */
    bool bridge_on;                  /* inverter makes the output voltage */
    bool output1, output2;           /* output relays */
    int32_t output_mv, output_hz100; /* asked of the bridge */
    bool pv_on;
    int32_t pv_ref_mv, pv_limit_w;
    bool battery_on;         /* the battery side may carry current at all */
    int32_t charge_limit_ma; /* total into the battery */
    int32_t grid_charge_ma;  /* part of it that may come from the grid or the generator */
    int32_t discharge_limit_ma;
    int32_t charge_mv;    /* constant-voltage ceiling of the charger */
    int32_t feed_limit_w; /* PV surplus the bridge may add beside the grid */
    bool fan_on;
    bool saving;        /* energy saving: the output sleeps until somebody wants power */
    bool battery_pulse; /* a weak charge to wake a battery whose switches are open */
    uint8_t relays;     /* contacts as they should be, enum relay_bit */
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

enum ac_trouble { TROUBLE_NONE, TROUBLE_GONE, TROUBLE_VOLTAGE, TROUBLE_FREQUENCY };

/* An AC input: good or what ails it. */
struct ac_source {
    struct since bad, good;
    bool ok;
    enum ac_trouble trouble;
};

/* What is kept of each fault and alarm: the time its condition holds (or, once raised, is away),
   how often it tripped, and since when all is calm. */
struct fault_watch {
    struct since timer, calm;
    uint8_t trips;
};

/* What a fault stops, bits of `stops`. */
enum { STOPS_OUTPUT = 1, STOPS_BATTERY = 2, STOPS_PV = 4, STOPS_GRID = 8 };

/* What flowed, by the inverter's own measurements. */
enum meter_flow {
    METER_PV,
    METER_LOAD,
    METER_BOUGHT,
    METER_SOLD,
    METER_GENERATED,
    METER_CHARGED,
    METER_DISCHARGED,
    METER_COUNT
};

struct inverter_energy {
    int64_t total_mws[METER_COUNT], today_mws[METER_COUNT];
    int32_t day; /* of its clock, since 1970 */
};

struct inverter {
    const struct inverter_profile *profile;
    int32_t set[SET_COUNT];
    int64_t clock_ms; /* local time since 1970; from 0 on while nobody set it */
    struct inverter_energy energy;
    struct inverter_inputs in;
    struct inverter_outputs out;
    uint32_t last_ms, dt_ms;

    /* qualify */
    struct ac_source grid, generator;
    struct since pv_away, battery_open, battery_back, bms_back;
    bool grid_ok; /* good, and no fault keeps us from it */
    bool pv_ok, battery_present;
    bool bms_up, bms_wanted, bms_lost, bms_refuses, bms_warns;
    struct since bms_refusing;
    uint32_t bms_age_ms;
    int32_t frequency_hz100; /* nominal in use: first grid seen, or the setting */
    bool frequency_known;
    int32_t load_permille; /* of the rating */

    /* battery judged for supply */
    bool battery_low; /* under [5] or [43]: the grid takes over where there is one */
    bool battery_cut; /* end of discharge: output off without another source */
    bool full_is_old; /* full before it was judged low: that does not bring it back */
    struct since low_for, fine_for;
    uint8_t bounces; /* times in a row it was low again soon after it had come back */
    struct since below_shutdown, bms_allows;
    bool bms_refused; /* that is what cut it, under load */

    /* charge */
    enum charge_stage stage;
    struct since absorbing, tail, equalizing;
    bool equalize_ended; /* a person ended it */
    bool charge_cold;    /* lithium without a BMS, below freezing */
    uint32_t days_since_equalize;
    uint32_t day_ms;  /* rest of a day, counted */
    bool charge_full; /* with BMS: stopped at the cut-off SOC */
    int32_t charge_limit_ma, discharge_limit_ma;
    struct mppt mppt;

    /* generator */
    bool gen_wanted; /* [37] on: its input counts */
    bool gen_called; /* the dry contact is closed */
    struct since gen_running;

    /* energy saving */
    struct since idle, asleep, probing;
    bool saving;

    /* a battery that sleeps */
    struct since pulse, pulse_rest;

    /* transfer */
    enum feed fed_by;
    enum feed opened; /* the source whose contacts opened last; none: the relays' time is over */
    uint32_t opened_ms;

    /* protect */
    uint64_t active;   /* bit per fault_id */
    uint64_t watching; /* whose `watch` has a time running, or trips */
    uint8_t stops;     /* what they stop together */
    struct fault_watch watch[FAULT_COUNT];
    struct since overload_110, overload_130, overload_150;
    bool overload_due, overload_bypass; /* moved to the grid because of overload */
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

/* Whether a setting may be changed now at all: its battery type, its state. */
bool inverter_editable(const struct inverter *inverter, enum setting_id id);

/* Whether a value at rest may be stored now. */
enum setting_verdict inverter_check(const struct inverter *inverter, enum setting_id id,
                                    int32_t value) MUST_USE;

/* Hard ones are refused. The others are stored all the same: of volts, for batteries that do not
   speak, and of SOC, for those that do. */
enum pair_kind { PAIR_HARD, PAIR_VOLTS, PAIR_SOC };

/* Two settings that keep an order, the lower one by `margin` or more at rest. */
struct setting_pair {
    enum setting_id lower, upper;
    int32_t margin;
    enum pair_kind kind;
    const char *why; /* what it would lead to, in half a sentence */
};

/* The nth pair whose order a value would break, NULL when there is none: to explain a refusal, or
   what is senseless but allowed before it is stored. */
const struct setting_pair *inverter_conflict(const struct inverter *inverter, enum setting_id id,
                                             int32_t value, int nth);

/* The row with its range as it is now: the menu's, widened to what the battery type presets (O-08).
 */
struct setting_row inverter_range(const struct inverter *inverter, const struct setting_row *row);

/* Why a value has no effect as things stand, or less, in half a sentence; NULL: it has. It may be
   stored all the same. */
const char *inverter_idle(const struct inverter *inverter, enum setting_id id, int32_t value);

/* Checks, then stores; choosing a battery type also stores its preset. */
enum setting_verdict inverter_set(struct inverter *inverter, enum setting_id id,
                                  int32_t value) MUST_USE;

/* All settings at once, as they were stored; one that its row refuses, or a hard pair that does not
   hold, falls to its default. False when that happened. */
bool inverter_restore(struct inverter *inverter, const int32_t set[SET_COUNT]) MUST_USE;

/* The clock: local seconds since 1970. Setting it changes no counter but which day is today. */
void inverter_set_clock(struct inverter *inverter, int64_t local_s);
int64_t inverter_clock(const struct inverter *inverter);

/* All counters begin anew. */
void inverter_clear_energy(struct inverter *inverter);

/* Energy of a flow, Wh: since midnight, or since it was made. */
int64_t inverter_energy_wh(const struct inverter *inverter, enum meter_flow flow, bool today);

/* A user's restart: latched faults are forgotten; those whose cause is there come back. */
void inverter_clear_faults(struct inverter *inverter);

bool inverter_next_event(struct inverter *inverter, struct inverter_event *event);

/* The load is over half of the rating: some thresholds are lower then. */
static inline bool inverter_half_loaded(const struct inverter *inverter)
{
    int64_t load = max_i32(inverter->in.load_w, inverter->in.load_va);
    return 2 * load > inverter->profile->rated_w;
}

static inline bool inverter_has(const struct inverter *inverter, enum fault_id fault)
{
    return (inverter->active >> fault & 1) != 0;
}

/* True while `condition` has held for `ms`, however long ago that was. */
static inline bool since_held(struct since *since, bool condition, uint32_t now_ms, uint32_t ms)
{
    if (!condition) {
        since->on = false;
        return false;
    }
    if (!since->on) {
        *since = (struct since){.ms = now_ms, .on = true};
    }
    time_keep(&since->ms, now_ms);
    return time_reached(now_ms, since->ms + ms);
}

/* private to core/inverter: the steps, in order */
void inverter_qualify(struct inverter *inverter);
void inverter_choose(struct inverter *inverter);
void inverter_call_generator(struct inverter *inverter);
void inverter_save_energy(struct inverter *inverter);
void inverter_charge(struct inverter *inverter);
void inverter_dispatch(struct inverter *inverter);
void inverter_protect(struct inverter *inverter);
void inverter_raise(struct inverter *inverter, enum fault_id fault, bool on);
void inverter_count_energy(struct inverter *inverter);
bool inverter_is_full(const struct inverter *inverter);
void inverter_restart_charge(struct inverter *inverter);
bool inverter_wants_full(const struct inverter *inverter); /* the BMS asks for the top */
bool inverter_keeps_charge(
    const struct inverter *inverter); /* ... or for charge, and can have it */
bool inverter_stops_output(const struct inverter *inverter);
bool inverter_stops_battery(const struct inverter *inverter);
bool inverter_stops_pv(const struct inverter *inverter);
const struct battery_preset *inverter_preset(const struct inverter *inverter);
void inverter_load_defaults(struct inverter *inverter);

/* On an outside source: the load's frequency and voltage are not ours. */
static inline bool inverter_on_bypass(const struct inverter *inverter)
{
    return inverter->out.feed == FEED_GRID || inverter->out.feed == FEED_GENERATOR;
}

#endif
