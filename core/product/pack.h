/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_PACK_H
#define HEARTH_CORE_PRODUCT_PACK_H

/*
 * Battery packs as data: ratings of each model, its settable parameters and its table of
 * protections and alarms. Values at rest: mV, mA, 0.1 degC (c10), 0.01 % (pct100), ms.
 * Sources: manuals 002 (VT-12040) and 004 (ES25.6/ES51.2); field practice where a row says so.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACK_CELLS_MAX = 16, PACK_TEMPS = 4, PACK_SOC_LEDS = 6 };

/* Column of a model in the parameter table. */
enum battery_model {
    BATTERY_VT12040,
    BATTERY_ES25_100,
    BATTERY_ES25_230,
    BATTERY_ES51_100,
    BATTERY_ES51_230,
    BATTERY_B1_51_100,
    BATTERY_MODEL_COUNT
};

enum parameter_unit {
    UNIT_MV,
    UNIT_MA,
    UNIT_C10,
    UNIT_PCT100,
    UNIT_MS,
    UNIT_US,
    UNIT_S,
    UNIT_MIN,
    UNIT_H,
    UNIT_TIMES,
    UNIT_MAH,
    UNIT_ONOFF,
    UNIT_CODE
};

enum parameter_page { PAGE_SETTING, PAGE_CONFIG, PAGE_REALTIME };

enum parameter_id {
#define PARAM(id, ...) PARAM_##id,
#include "core/product/battery/parameters.def"
#undef PARAM
    PARAM_COUNT,
    PARAM_NONE = PARAM_COUNT
};

/* One settable parameter. `min`, `max`, `step` and the defaults are at rest; `shown` is the unit
   people see and `decimals` its digits. */
struct parameter {
    const char *name;
    enum parameter_page page;
    enum parameter_unit unit;
    const char *shown;
    uint8_t decimals;
    int32_t def[BATTERY_MODEL_COUNT];
    int32_t min, max, step;
    int32_t min_8s, max_8s; /* range of 8-cell packs where it differs, else 0 */
    int32_t max_200a;       /* upper end on a 200 A board where it differs, else 0 */
    const char *src;
};

extern const struct parameter parameters[PARAM_COUNT];

/* What a row of the protection table looks at. */
enum quantity {
    Q_CELL_MAX_MV,
    Q_CELL_MIN_MV,
    Q_CELL_SPREAD_MV,
    Q_PACK_MV,
    Q_CHARGE_MA,    /* charge current, 0 when discharging */
    Q_DISCHARGE_MA, /* discharge current, 0 when charging */
    Q_BATTERY_MA,   /* either way */
    Q_TEMP_MAX_C10, /* of the valid cell sensors */
    Q_TEMP_MIN_C10,
    Q_ENV_C10,
    Q_MOS_C10,
    Q_SOC_PCT100,
    Q_COUNT
};

enum protection_kind { KIND_PROTECTION, KIND_FAULT, KIND_ALARM };

/* How a row trips. The compared ones are strict, as the spec's conventions say, but for the SOC. */
enum trip_rule {
    TRIP_OVER,        /* quantity > set */
    TRIP_UNDER,       /* quantity < set */
    TRIP_AT_OR_UNDER, /* quantity <= set */
    TRIP_SHORT,       /* the fast comparator, bms_sense_short() */
    TRIP_FULL,        /* pack voltage high, current small, charger there */
    TRIP_SELF_CHECK,
    TRIP_SAMPLING,
    TRIP_CELLS, /* spread or lowest cell beyond any healthy pack */
    TRIP_SENSOR,
    TRIP_CHARGE_MOS,
    TRIP_DISCHARGE_MOS,
    TRIP_REVERSED,
    TRIP_EQUIPMENT,    /* the board itself: self-check, sensors or sampling */
    TRIP_NO_DISCHARGE, /* ordered to discharge, path closed, and nothing flows */
    TRIP_LINK_SILENT,  /* the system's host does not answer this pack */
    TRIP_BUS_SILENT    /* nobody speaks on the packs' bus */
};

enum release_rule {
    RELEASE_LEVEL,       /* back at the clear level */
    RELEASE_OVER_CHARGE, /* level; or SOC < 96 % or discharge > 1 A once at or below `set` */
    RELEASE_FULL,        /* SOC < 96 % or discharge > 1 A */
    RELEASE_TIMED,       /* recovery time, or 1 A the other way; locks after repeated trips */
    RELEASE_AFTER,       /* recovery time alone */
    RELEASE_LOAD,        /* load gone 1 s or charger there, else retry; locks */
    RELEASE_VALID,       /* cause gone for 5 s */
    RELEASE_MANUAL       /* RST reset, cause gone */
};

enum { ACTION_NONE = 0, ACTION_CHARGE = 1, ACTION_DISCHARGE = 2, ACTION_BOTH = 3 };

enum protection_id {
#define PROTECTION(id, ...) ROW_##id,
#include "core/product/battery/protections.def"
#undef PROTECTION
    /* of B1 boards alone */
    ROW_TUV_MASTER,
    ROW_EQUIPMENT,
    ROW_LINK,
    ROW_BUS,
    ROW_OVER_VOLTAGE,
    ROW_OPEN_CIRCUIT,
    ROW_NO_DISCHARGE,
    ROW_OVER_CURRENT,
    ROW_COUNT
};

/* One protection, fault or alarm. `set`, `clear` and `delay` name parameters; where there is none
   the fixed figures stand. An alarm clears `clear_by` inside its level. */
struct protection {
    const char *code, *name;
    enum protection_kind kind;
    enum quantity quantity;
    enum trip_rule trip;
    enum release_rule release;
    uint8_t action;
    uint8_t hmi_no; /* item of the manual's status lists */
    enum parameter_id set, clear, delay;
    int32_t set_fixed, clear_fixed; /* levels where there is no parameter */
    int32_t clear_by;  /* alarms: distance of the clear level, scaled by the two flags below */
    bool by_cells;     /* clear_by is for 16 cells: half on 8 */
    bool by_board;     /* clear_by is for a 100 A board: double on 200 A */
    uint32_t delay_ms; /* when `delay` is PARAM_NONE */
    enum protection_id partner; /* alarm rows: the protection that shares the code and the list's
                                   row; ROW_COUNT and 0: none */
    bool silent;                /* no buzzer, no flashing ALM: over-charge rows */
    bool reverse_only;          /* only on boards that sense reversed terminals */
    const char *set_text, *clear_text; /* levels that are no parameter, in words */
    const char *quantity_text, *unit, *action_text, *release_text, *lock_text, *src, *notes;
};

/* Rows of a family, by id; a row without a code is not on its boards. */
extern const struct protection wall_protections[ROW_COUNT]; /* VT-12040 and ES */
extern const struct protection b1_protections[ROW_COUNT];

/* What RST does when it is released after being held this long. */
enum key_act { RST_WAKES, RST_SLEEPS, RST_RESETS };
struct key_rule {
    bool asleep; /* the state it is for */
    uint16_t from_ms, below_ms;
    enum key_act act;
};

struct guide;       /* core/product/guide.h */
struct panel_model; /* core/product/panel.h */

/* One model's ratings. */
struct pack_profile {
    enum battery_model model;
    uint8_t n_cells;
    uint8_t n_soc_leds; /* 0 on models with a display only */
    bool senses_reverse;
    bool wall_lamps;  /* RUN, ALM, buzzer and dry contacts; else the lamp in the battery switch */
    bool battery_key; /* goes on and off by its battery switch alone: no sleep rules */
    uint8_t n_key_rules;
    const struct key_rule *key_rules; /* of RST */
    int32_t capacity_mah;
    int32_t nominal_mv;
    int32_t charge_mv;             /* CVL offered to the inverter */
    int32_t discharge_mv;          /* cut-off voltage offered to the inverter */
    int32_t rated_ma;              /* charge and discharge, continuous */
    int32_t short_ma;              /* comparator of the short-circuit protection */
    int16_t derate_c10, stop_c10;  /* currents fall linearly to 0 between; 0: protections alone */
    int32_t energy_wh;             /* as printed */
    const struct protection *rows; /* by enum protection_id */
    const struct guide *guide;     /* how it is started */
    const uint8_t *listed;         /* order in which people list them; NULL: by id */
    uint8_t n_listed;
    const char *manual;
    const struct panel_model *panel; /* display and lamps */
};

/* A model's range of a parameter: limits at rest. */
void parameter_range(const struct pack_profile *profile, enum parameter_id id, int32_t *min,
                     int32_t *max);

/* At rest per shown unit: 1000 for V and A, 10 for degC, 100 for %, else 1. */
int32_t parameter_scale(const struct parameter *parameter);

/* Text as people write it ("3.650", "on") to a value at rest; false when it is neither. A number
   too large to rest becomes the largest, which no range takes. */
bool parameter_parse(const struct parameter *parameter, const char *text, int32_t *value);
void parameter_format(const struct parameter *parameter, int32_t value, char *text, size_t room);

/* What a pack allows of a parameter, as text. */
struct parameter_bounds {
    int32_t min, max;
    char low[24], high[24], step[24];
};
void parameter_bounds(const struct pack_profile *profile, enum parameter_id id,
                      struct parameter_bounds *bounds);

/* Index by the PC tool's name, PARAM_NONE when there is none. */
enum parameter_id parameter_find(const char *name);

/* Where the figures of a row come from, for this model. */
const char *protection_source(const struct pack_profile *profile, enum protection_id row);

/* True when the model's board has this row. */
bool protection_present(const struct pack_profile *profile, enum protection_id row);

#endif
