/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_POINTS_H
#define HEARTH_SIM_POINTS_H

/*
 * A virtual house by names: every point a scenario may set or expect, one row each, as the contract
 * of scenario files lists them (docs/scenarios.md). A row without a reader or a writer belongs to a
 * device that is not here yet: asking for it is told as that, not as a misspelling.
 */

#include "sim/house.h"

enum value_kind {
    VALUE_FLAG,
    VALUE_NUMBER,
    VALUE_INT,
    VALUE_WORD,
    VALUE_TEXT,
    VALUE_SETTING, /* text; two numbers are equal whatever their zeros */
    VALUE_LIST,    /* codes joined by a comma */
    VALUE_TIME
};

struct value {
    double number;
    char text[1024];
};

/* Numbers and names out of a point's name: pack3.cell_16_v has n = 3, m = 16. */
struct place {
    int n, m;
    char name[48];
};

enum point_fault {
    POINT_OK = 0,
    POINT_UNKNOWN = -1,  /* no such name */
    POINT_LATER = -2,    /* known, not here yet */
    POINT_ABSENT = -3,   /* this house has no such device */
    POINT_NOT_SET = -4,  /* can only be expected */
    POINT_NOT_READ = -5, /* can only be set */
    POINT_BAD_VALUE = -6
};

struct sim_point {
    const char *pattern;
    const char *use; /* "S", "E", "SE" */
    enum value_kind kind;
    const char *words; /* allowed words of VALUE_WORD, "a|b" */
    bool (*read)(const struct house *house, const struct place *place, struct value *out);
    /* either a quantity that is forced, by its place in struct force … */
    size_t forced; /* offset + 1; 0: none */
    enum force_where { FORCE_HOUSE, FORCE_PACK, FORCE_PACK_M } where;
    /* … or something of its own */
    bool (*write)(struct house *house, const struct place *place, const struct value *value);
};

/* Finds the row of a name; NULL and POINT_UNKNOWN when there is none. */
const struct sim_point *point_find(const char *name, struct place *place);

/* Row by index, for lists; NULL past the end. */
const struct sim_point *point_row(int index);

enum point_fault point_read(const struct house *house, const struct sim_point *point,
                            const struct place *place, struct value *out);
enum point_fault point_write(struct house *house, const struct sim_point *point,
                             const struct place *place, const struct value *value);
enum point_fault point_release(struct house *house, const struct sim_point *point,
                               const struct place *place);

/* The base state of a pack on the bench: 25 degC, 3.300 V, nothing on the terminals. */
void house_bench_state(struct house *house);

/* Words of the enumerations, for every interface. */
const char *pack_state_word(enum pack_state state);
const char *lamp_word(enum lamp lamp);
const char *inverter_state_word(enum inverter_state state);
const char *charge_stage_word(enum charge_stage stage);

/* Codes of the active rows of a class, comma-joined, each once. */
void pack_codes(const struct protection *table, uint64_t rows, enum protection_kind kind,
                char *list, size_t room);
void inverter_codes(const struct inverter *inverter, enum fault_class class, char *list,
                    size_t room);
/* What feeds the load now: "none" or pv, battery, grid, generator joined by +. */
void house_source(const struct house *house, char *words, size_t room);

/* The lamps of an inverter of the off-grid kind: "off", "on" or "flash". */
const char *inverter_lamp_word(const struct house *house, const char *name);

#endif
