/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_BMS_H
#define HEARTH_CORE_BMS_BMS_H

/*
 * One pack's battery management. The caller owns `struct bms`, fills `struct bms_inputs` with what
 * the front-end measured and calls bms_step() every 100 ms (a fast simulation may call less often;
 * then delays round up to its step). Order of a step: sense -> protections and alarms -> SOC ->
 * limits -> MOS -> lamps. No clock, no heap; the same inputs give the same outputs on every
 * machine.
 *
 * Inside a pack current is + when it charges. Rules and figures: docs/bms.md, from manuals 002 and
 * 004 and the conventions decided for them.
 */

#include "core/bms/access.h"
#include "core/bms/counters.h"
#include "core/bms/event.h"
#include "core/bms/life.h"
#include "core/bms/soc.h"
#include "core/bms/storage.h"
#include "core/bms/warn.h"
#include "core/product/pack.h"
#include "core/units.h"

enum { BMS_EVENTS = 24 };

struct bms_inputs {
    uint32_t now_ms;
    uint16_t cell_mv[PACK_CELLS_MAX];
    int16_t temp_c10[PACK_TEMPS]; /* -400..1250; anything else is a broken sensor */
    int16_t env_c10, mos_c10;
    int32_t current_ma;  /* + charges */
    int32_t terminal_mv; /* what somebody outside puts on the output; negative when reversed */
    int32_t bus_mv;      /* at the output behind the MOS, whoever feeds it; only if bus_sensed */
    bool sampled;        /* the front-end gave this sample; false keeps the last one */
    bool self_check_ok;
    bool hold_charge;  /* do not count: somebody says what the SOC is */
    bool load_sensed;  /* load detection: something of low resistance at the output */
    bool bus_sensed;   /* this board can pre-charge what hangs on its output */
    bool switch_off;   /* BMS switch at O */
    uint8_t dip;       /* address switches, #1 lowest; read at power-up and reset */
    bool ordered;      /* the system told this pack to discharge (B1) */
    bool link_silent;  /* the system's host does not answer (B1) */
    bool bus_silent;   /* nobody speaks on the packs' bus (B1) */
    bool wait_to_join; /* the stack is live and too far from this pack's voltage */
};

enum current_state { CURRENT_NONE, CURRENT_CHARGE, CURRENT_DISCHARGE };

enum pack_state {
    PACK_SLEEP,
    PACK_STANDBY,
    PACK_CHARGE,
    PACK_DISCHARGE,
    PACK_PROTECT, /* a protection other than Fully */
    PACK_FAULT    /* a row of class fault */
};

/* How a lamp burns, ES manual s5 table 3: flash1 0.25/3.75 s, flash2 0.5/0.5 s, flash3 0.5/1.5 s.
 */
enum lamp { LAMP_OFF, LAMP_ON, LAMP_FLASH1, LAMP_FLASH2, LAMP_FLASH3 };
enum buzzer { BUZZER_OFF, BUZZER_ALARM, BUZZER_PROTECTION, BUZZER_FAULT };

struct bms_outputs {
    bool charge_mos, discharge_mos;
    bool precharge;          /* the resistor path to the output is closed */
    bool limiter;            /* the charge limiter holds the charge current down */
    uint16_t balance;        /* bit i: bleed cell i */
    int32_t charge_limit_ma; /* CCL */
    int32_t discharge_limit_ma;
    int32_t charge_mv; /* CVL */
    int32_t discharge_mv;
    enum pack_state state;
    enum lamp run, alm;           /* patterns at rest; what burns now: bms_lamp() */
    enum lamp soc[PACK_SOC_LEDS]; /* L1 first */
    enum lamp blue;               /* lamp in the battery switch (B1) */
    enum buzzer buzzer;
    bool contact_1, contact_2; /* closed */
    bool full_charge_request;  /* the SOC's bound has grown too wide: please charge to the top */
};

/* Lamps of all models; a model without one never lights it. */
enum led { LED_RUN, LED_ALM, LED_L1, LED_L6 = LED_L1 + PACK_SOC_LEDS - 1, LED_BLUE, LED_COUNT };

/* Whole-panel sequences over the patterns at rest. */
enum lamp_show { SHOW_PATTERNS, SHOW_ACTIVATION, SHOW_RESET };

/* All that decides about lamps, buzzer and contacts. */
struct lamp_cause {
    uint64_t active;
    int16_t pct; /* SOC, whole percent */
    uint8_t flow, switches;
    bool charger, asleep, known;
};

/* Conditions that are no quantity. */
enum {
    FLAG_SELF_CHECK = 1, /* failed */
    FLAG_NO_SAMPLE = 2,
    FLAG_REVERSED = 4,
    FLAG_ORDERED = 8, /* to discharge, on boards that look at it */
    FLAG_LINK_SILENT = 16,
    FLAG_BUS_SILENT = 32
};

/* Levels of one row at rest, from the parameters. */
struct row_levels {
    int32_t set, clear;
    uint32_t delay_ms;
};

/* What is left of the rating by cells and temperatures; `due`: one of them reads another figure, or
   a parameter changed. */
struct bms_derating {
    bool due;
    int32_t charge_permille, discharge_permille;
};

/* What the last sample read: nothing is made anew of the same reading. */
struct bms_readings {
    bool known;
    uint16_t cell_mv[PACK_CELLS_MAX];
    int16_t temp_c10[PACK_TEMPS], env_c10, mos_c10;
};

struct row_state {
    uint32_t since_ms;   /* first sample of the run that is being timed */
    uint32_t changed_ms; /* last trip or release */
    uint8_t trips;       /* repeated trips, for the lock */
    bool timing;         /* `since_ms` counts */
};

struct bms {
    const struct pack_profile *profile;
    int32_t param[PARAM_COUNT];
    struct row_levels levels[ROW_COUNT];
    struct row_state rows[ROW_COUNT];
    uint64_t active, locked;                                         /* bit per row */
    uint64_t present;                                                /* rows of this board */
    uint64_t stops_charge, stops_discharge, of_fault, of_protection; /* rows by what they do */

    /* what the last sample said */
    uint32_t now_ms, last_ms;
    int32_t q[Q_COUNT];
    uint8_t flags;           /* FLAG_* that hold */
    uint8_t bad_sensors;     /* bits: Temp1..4, Env, MOS */
    uint32_t short_us;       /* delay of the short-circuit comparator */
    const uint16_t *cell_mv; /* of the sample in hand, within a step only */
    uint16_t over_cells;     /* cells that took part in the OVP; all when nobody saw which */
    bool started;
    bool charger_present, voltage_outside, sampled, short_seen, load_sensed;
    bool fast_timing; /* a fast row counts its delay: look again when the current is gone */
    enum current_state flow, flow_next;
    uint32_t flow_since_ms;

    /* quiet band: while every quantity stays inside, no row but the loud ones can change
       (docs/bms.md) */
    bool quiet, quiet_until_recharge;
    uint64_t loud; /* rows that wait for time or look at single cells: judged in each step */
    int32_t quiet_low[Q_COUNT], quiet_high[Q_COUNT];

    struct bms_readings readings;
    struct bms_derating derating;

    /* charge */
    int64_t full_mams, remaining_mams;   /* mA x ms */
    int64_t soc_low_mams, soc_high_mams; /* the SOC is the same between these */
    int32_t soc_pct100;
    int32_t soh_pct100;      /* capacity; of the resistance: soc.soh_resistance_pct100 */
    int64_t throughput_mams; /* discharged since the last counted cycle */
    uint32_t cycles;
    int64_t learn_mams; /* counted since the bottom; valid while `learning` */
    bool learning, calibrated;
    struct soc_state soc; /* bound, offset, resistance and what they are learned from */

    struct bms_life life;
    struct bms_access access;
    struct bms_precharge precharge;
    struct bms_limiter limiter;
    bool waits_to_join, join_told;
    bool starting; /* limits come at once until both MOS closed for the first time */
    bool fresh;    /* not stepped yet: its MOS may not have closed onto a live stack */
    uint32_t join_since_ms;
    uint8_t dip;     /* address switches as last seen */
    uint8_t address; /* as the switches stood at power-up or reset; 0: alone */
    int64_t clock_s; /* BMS clock: seconds since 1970, local, at `clock_at_ms` */
    uint32_t clock_at_ms;

    uint32_t standby_since_ms;
    bool charge_gate, discharge_gate;            /* MOS commanded */
    int32_t limit_charge_ma, limit_discharge_ma; /* limits as ramped */
    struct bms_event events[BMS_EVENTS];
    uint8_t n_events;
    uint32_t n_told; /* events ever told: a reader knows what it missed */
    struct bms_counters counters;
    struct bms_warnings warnings;
    struct bms_storage storage;
    struct lamp_cause lamp_cause; /* of what is shown */
    enum lamp_show show;
    uint32_t show_since_ms;
    enum lamp shown[LED_COUNT]; /* pattern of each lamp, and when it began */
    uint32_t lamp_since_ms[LED_COUNT], buzzer_since_ms;
    enum buzzer sounds;
    uint32_t beeps; /* of rhythms that are over */
    struct bms_outputs out;
};

/* Starts a pack with default parameters at this SOC (0.01 %) and these now. */
void bms_init(struct bms *bms, const struct pack_profile *profile, int32_t soc_pct100,
              uint32_t now_ms);

/* One step. Outputs are in bms->out. */
void bms_step(struct bms *bms, const struct bms_inputs *in);

/* The fast comparator of the short-circuit protection: true current seen for `for_us`; to be called
   from the front-end's interrupt (here: at 0.1 ms) while the current is above the comparator. */
void bms_sense_short(struct bms *bms, int32_t current_ma, uint32_t for_us, uint32_t now_ms);

/* The fast look at the current, each 10 ms while it is above bms_fast_ma() and once when it is not
   any more: level 2 over-current
   trips after its delay to the millisecond of this call, not of the next sample. */
void bms_sense_fast(struct bms *bms, int32_t current_ma, uint32_t now_ms);
int32_t bms_fast_ma(const struct bms *bms);

/* Clears every row; those whose cause is still there trip again after their delay. */
void bms_clear_rows(struct bms *bms);

/* What the BMS switch does at O and back at I: rows locked by repeated trips of the current go, and
   their trips count anew. A locked short circuit stays: RST or a charger. */
void bms_unlock_rows(struct bms *bms);

/* What RST held 6 to 10 s does: rows cleared and judged anew, address switches read, all lamps on
   for 1.5 s; parameters and switches stay (VT manual s5.1 s5.3). */
void bms_reset(struct bms *bms);

/* Initial parameters come back; records, energy and cycles stay (VT manual s5.3). */
void bms_restore_defaults(struct bms *bms);

/* The supply is gone: nothing is driven, lit or offered. What comes back is a pack fresh from
   bms_init() with its memory. */
void bms_power_off(struct bms *bms);

/* BMS clock: seconds since 1970 of local time. */
void bms_set_clock(struct bms *bms, int64_t clock_s);
int64_t bms_clock(const struct bms *bms, uint32_t now_ms);

/* Makes the counted charge say this SOC (start-up, a forced value). */
void bms_set_soc(struct bms *bms, int32_t soc_pct100);

/* Checks a parameter value at rest against the model's range and step; VERDICT as in setting.h is
   not used here since packs have no modes: 0 ok, -1 out of range, -2 off step, -3 contradicts a
   neighbour (alarm beyond protection, release beyond protection). */
int bms_check_parameter(const struct bms *bms, enum parameter_id id, int32_t value) MUST_USE;

/* The parameter that this value of `id` contradicts; PARAM_NONE: none. */
enum parameter_id bms_contradicted(const struct bms *bms, enum parameter_id id, int32_t value);

/* Tries the administrator password; a wrong one is told. */
enum access_result bms_login(struct bms *bms, const char *password);

/* Stores a checked value. */
void bms_set_parameter(struct bms *bms, enum parameter_id id, int32_t value);

/* Values that check each other, at most 64: in whatever order they can be taken. All are
   checked before the first is stored; false: one is refused and nothing was changed or told. */
struct parameter_value {
    enum parameter_id id;
    int32_t value;
};
bool bms_set_parameters(struct bms *bms, struct parameter_value *values, size_t n) MUST_USE;

/* Takes the oldest event out of the queue; false when there is none. */
bool bms_next_event(struct bms *bms, struct bms_event *event);

static inline bool bms_has(const struct bms *bms, enum protection_id row)
{
    return (bms->active >> row & 1) != 0;
}

/* Rows of a model by class, as masks. */
uint64_t protection_mask(const struct pack_profile *profile, enum protection_kind kind);

/* How a lamp burns now, sequences counted, and whether it is lit at this instant. */
enum lamp bms_lamp(const struct bms *bms, enum led led, uint32_t now_ms);
bool bms_lamp_lit(const struct bms *bms, enum led led, uint32_t now_ms);

/* True while a lamp of this pattern is lit, `phase_ms` after the pattern began. */
bool lamp_lit(enum lamp lamp, uint32_t phase_ms);

/* Whether the buzzer sounds at this instant, and how often it beeped since bms_init(). */
bool bms_buzzer_sounds(const struct bms *bms, uint32_t now_ms);
uint32_t bms_beeps(const struct bms *bms, uint32_t now_ms);

/* private to core/bms */
void bms_sense(struct bms *bms, const struct bms_inputs *in);
void bms_protect(struct bms *bms);
void bms_resolve(struct bms *bms);
void bms_age_rows(
    struct bms *bms); /* each hour: no stamp grows so old that the counter passes it */
void bms_count(struct bms *bms, int32_t current_ma, uint32_t dt_ms);
void bms_anchor_full(struct bms *bms);
void bms_anchor_empty(struct bms *bms);
void bms_limits(struct bms *bms, uint32_t dt_ms);
void bms_mos(struct bms *bms, const struct bms_inputs *in);
void bms_lamps(struct bms *bms);
/* Now and then: stamps of months ago stay long ago. */
void bms_keep_stamps(struct bms *bms, uint32_t before_ms);
void bms_tell(struct bms *bms, enum bms_event_kind kind, uint8_t what);
void bms_tell_row(struct bms *bms, enum protection_id row, bool set);
void bms_show(struct bms *bms, enum lamp_show show);

#endif
