/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_SCENARIO_H
#define HEARTH_SIM_SCENARIO_H

/*
 * Scenario files: what a house is, what happens to it and what must then hold (docs/scenarios.md).
 * A file is read and checked as a whole before anything runs; the same scenario always gives the
 * same result.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/points.h"
#include "sim/yaml.h"

enum expect_kind { EXPECT_EQUAL, EXPECT_RANGE, EXPECT_NEAR, EXPECT_HAS, EXPECT_NOT };

struct expectation {
    enum expect_kind kind;
    double min, max; /* RANGE (infinite: open), NEAR as middle and width */
    double number;   /* EQUAL of a number */
    int decimals;
    char text[256];            /* EQUAL of a word or list, HAS */
    struct expectation *inner; /* NOT */
};

struct scenario_check {
    const char *name;
    const struct sim_point *point;
    struct place place;
    struct expectation expect;
    int line;
};

struct scenario_action {
    enum action_kind { ACT_SET, ACT_RELEASE, ACT_PRESS, ACT_POWER, ACT_CUT, ACT_RESTORE } kind;
    const char *name; /* point, key or link */
    const struct sim_point *point;
    struct place place;
    struct value value;
    bool of_inverter; /* a key its display has too; without a pack's name it is meant */
    int64_t hold_ms;  /* ACT_PRESS */
    const char *touched, *argument; /* of the key TOUCH: field and entry or password, or NULL */
    int line;
};

struct scenario_step {
    int line, repeat;
    int64_t at_ms, after_ms; /* -1: none */
    struct scenario_action *actions;
    int n_actions;
    struct scenario_check *during, *expect;
    int n_during, n_expect;
    struct scenario_step *steps; /* of a repeat */
    int n_steps;
};

enum { SCENARIO_SETTINGS = 256 };

struct scenario {
    const char *name;
    const char *site; /* path of a site file instead of a product, or NULL */
    struct house_spec spec;
    int64_t clock_s, settle_ms;
    struct scenario_action *settings, *start;
    int n_settings, n_start;
    struct scenario_step *steps;
    int n_steps;
    struct arena *arena;
};

/* Reads one document; NULL with an error when it is not a scenario or asks for what is not there.
 */
struct scenario *scenario_load(struct yaml_file *file, yaml_node *root, struct yaml_error *error);
void scenario_free(struct scenario *scenario);

/* Opens houses from site files, which live above this folder: fills `house`, whose local clock
   shows `clock_s`; false with a sentence. `close` is called when the scenario is over. */
struct scenario_sites {
    bool (*open)(void *context, const char *path, int64_t clock_s, struct house *house, char *why,
                 size_t room);
    void (*close)(void *context);
    void *context;
};

/* Runs it; every failing point is written to `out` as a comment line ("# …"). Returns how many
   failed, or -1 when the scenario could not go on (a point that is not there, time gone by).
   Without `sites` a site file cannot be opened. */
int scenario_run(const struct scenario *scenario, const char *path,
                 const struct scenario_sites *sites, FILE *out);

/* Runs every scenario of these files and writes TAP to `out`; true when all passed. */
bool scenario_files(char *const *paths, int n, const struct scenario_sites *sites, FILE *out);

/* private */
void *arena_take(struct scenario *scenario, size_t size);
bool load_value(const struct yaml_file *file, yaml_node *node, const struct sim_point *point,
                const char *name, struct value *out, struct yaml_error *error);
bool load_expectation(const struct yaml_file *file, yaml_node *node, struct scenario *scenario,
                      const struct scenario_check *check, struct expectation *out,
                      struct yaml_error *error);
bool expect_holds(const struct expectation *expect, enum value_kind kind,
                  const struct value *value);
void expect_text(const struct expectation *expect, enum value_kind kind, char *text, size_t room);

#endif
