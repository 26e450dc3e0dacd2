/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_SETTING_H
#define HEARTH_CORE_PRODUCT_SETTING_H

/*
 * Settings of inverters as data. Control code asks for a setting by its meaning (enum setting_id);
 * a product's row says how that meaning is numbered, named, bounded and shown there. LCD menu, web
 * form, Modbus map, command line, docs and the check that refuses a bad value read the same row.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/units.h"

/* Meanings, shared by all products. Append-only: stored data names them. */
enum setting_id {
    SET_POWER_ON,
    SET_SUPPLY_MODE,
    SET_OUTPUT_FREQUENCY,
    SET_INPUT_WINDOW,
    SET_BATTERY_TO_GRID_V,
    SET_GRID_TO_BATTERY_V,
    SET_CHARGE_PRIORITY,
    SET_CHARGE_CURRENT_MAX,
    SET_BATTERY_TYPE,
    SET_BOOST_V,
    SET_BOOST_TIME,
    SET_FLOAT_V,
    SET_BATTERY_ALARM_V,
    SET_BATTERY_CUTOFF_V,
    SET_EQUALIZE_ENABLE,
    SET_EQUALIZE_V,
    SET_EQUALIZE_TIME,
    SET_EQUALIZE_DELAY,
    SET_EQUALIZE_INTERVAL,
    SET_EQUALIZE_NOW,
    SET_ENERGY_SAVING,
    SET_OVERLOAD_RESTART,
    SET_OVERTEMP_RESTART,
    SET_BUZZER,
    SET_MODE_REMINDER,
    SET_OVERLOAD_BYPASS,
    SET_GRID_CHARGE_CURRENT_MAX,
    SET_SPLIT_PHASE,
    SET_DEVICE_ADDRESS,
    SET_PARALLEL_MODE,
    SET_PARALLEL_ROLE,
    SET_BMS_LINK,
    SET_BMS_PROTOCOL,
    SET_BATTERY_RECOVER_V,
    SET_RECHARGE_V,
    SET_OUTPUT_V,
    SET_GENERATOR_AUTO,
    SET_DUAL_OUTPUT,
    SET_OUTPUT2_CUTOFF_V,
    SET_BATTERY_HIGH_V,
    SET_BATTERY_SHUTDOWN_V,
    SET_SHUTDOWN_DELAY,
    SET_ON_GRID_CUTOFF_SOC,
    SET_ON_GRID_RECOVER_SOC,
    SET_OFF_GRID_CUTOFF_SOC,
    SET_OFF_GRID_RECOVER_SOC,
    SET_BLUETOOTH,
    SET_IMPORT_MIN_W,
    SET_GRID_FEED,
    SET_CHARGE_CUTOFF_SOC,
    SET_COUNT
};

enum setting_type {
    SETTING_ENUM,   /* place in `options` */
    SETTING_CHOICE, /* one of the numbers in `options` */
    SETTING_BOOL,   /* place in `options`, DIS|ENA */
    SETTING_INT,
    SETTING_DECIMAL,
    SETTING_TIME,    /* of day, minutes: "21:00", to "24:00" */
    SETTING_WINDOWS, /* pairs of such times: "00:00-06:00|17:00-21:00"; 0-0 is none */
    SETTING_CLOCK    /* date and time: an order, nothing is stored */
};

enum setting_access { ACCESS_USER, ACCESS_INSTALLER, ACCESS_LOCKED /* only the product itself */ };

enum { SETTING_EACH = 6 }; /* most values of one row */

/* Room for what is said of a write: a sentence for each setting it does not go well with. */
enum { SETTING_WHY = 640 };

/* When a write is taken. */
enum setting_when {
    WHEN_ALWAYS,
    WHEN_FREE_BATTERY, /* battery type USE or lithium: presets of the others are fixed */
    WHEN_EQUALIZING,   /* battery types that equalise */
    WHEN_STANDBY       /* switched off first */
};

struct setting_row {
    uint8_t id;        /* meaning: enum setting_id, of hybrids enum hybrid_setting */
    uint8_t no;        /* in the LCD menu */
    uint8_t count;     /* values, from `id` on; 0 is one */
    const char *place; /* in the manual, where it is more than `no`; else NULL */
    const char *mnemonic, *name;
    enum setting_type type;
    enum setting_access access;
    enum setting_when when;
    const char *options; /* "A|B|C" */
    const char *unit;    /* as shown */
    int32_t scale;       /* value at rest per shown unit: 1000 for V and A, else 1 */
    uint8_t decimals;    /* shown */
    int32_t def, min, max, step;
    const int32_t *each; /* defaults of the values where they differ, else NULL */
    const char *applies, *effect;
    const char *later; /* what any choice but the default asks for and nobody does yet, or NULL */
};

/* Why a value was refused. */
enum setting_verdict {
    VERDICT_OK,
    VERDICT_NOT_A_NUMBER,
    VERDICT_NOT_AN_OPTION,
    VERDICT_OUT_OF_RANGE,
    VERDICT_OFF_STEP,
    VERDICT_NOT_NOW,     /* the row's `when` does not hold */
    VERDICT_CONTRADICTS, /* another setting forbids it */
    VERDICT_NOT_ON_MODEL
};

/* Text to value at rest ("57.2", "SBU"); checks form and option. Of ranges it judges only what no
   value at rest can hold: too large, too fine. */
enum setting_verdict setting_parse(const struct setting_row *row, const char *text,
                                   int32_t *value) MUST_USE;

/* Value at rest to text as the manual shows it; always ends in NUL when `room` > 0. */
void setting_format(const struct setting_row *row, int32_t value, char *text, size_t room);

/* All values of a row that has several ("80|40|40", windows "00:00-06:00"), SETTING_EACH at most.
   What is left out of windows is none; of others it is VERDICT_NOT_A_NUMBER. */
enum setting_verdict setting_parse_all(const struct setting_row *row, const char *text,
                                       int32_t values[SETTING_EACH]) MUST_USE;
void setting_format_all(const struct setting_row *row, const int32_t *values, char *text,
                        size_t room);

static inline int setting_count(const struct setting_row *row)
{
    return row->count > 1 ? row->count : 1;
}

/* Default of the nth value. */
static inline int32_t setting_default(const struct setting_row *row, int nth)
{
    return row->each != NULL ? row->each[nth] : row->def;
}

/* Range and step of the row itself. `wide` also lets `wide_value` pass: a preset may lie outside
   the menu's range and stays storable (README O-08 of the inverter facts; docs/decisions.md). */
enum setting_verdict setting_check_range(const struct setting_row *row, int32_t value) MUST_USE;

/* Decimal text to `scale` times its value. VERDICT_NOT_A_NUMBER: it is none, `value` is untouched;
   VERDICT_OUT_OF_RANGE: `value` is the largest of its sign; VERDICT_OFF_STEP: it has more digits
   than `scale`, `value` is without them. */
enum setting_verdict decimal_read(const char *text, int32_t scale, int32_t *value) MUST_USE;

/* The same, true only for VERDICT_OK; `value` is untouched otherwise. */
bool decimal_parse(const char *text, int32_t scale, int32_t *value) MUST_USE;

/* `value` / `scale` with this many decimals; finer digits are cut off. */
void decimal_format(int32_t value, int32_t scale, int decimals, char *text, size_t room);

/* Number of "A|B|C" words, and the place of one of them (-1: none). */
int option_count(const char *options);
int option_index(const char *options, const char *word, size_t length);

/* The nth word of numeric options ("200|208|220"), as a number. */
int32_t option_number(const char *options, int index);

#endif
