/* SPDX-License-Identifier: Apache-2.0 */
/* From a YAML document to a scenario: every name, value and duration is checked here, before
   anything runs. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_loader.h"

struct arena {
    struct arena *next;
    max_align_t data[];
};

void *arena_take(struct scenario *scenario, size_t size)
{
    struct arena *piece = calloc(1, sizeof *piece + size);
    if (piece == NULL) {
        abort(); /* a scenario is a few kilobytes: without them nothing sensible can follow */
    }
    piece->next = scenario->arena;
    scenario->arena = piece;
    return piece->data;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario == NULL) {
        return;
    }
    while (scenario->arena != NULL) {
        struct arena *next = scenario->arena->next;
        free(scenario->arena);
        scenario->arena = next;
    }
    free(scenario);
}

static bool find_point(struct loader *load, yaml_node *node, const char *name, char use,
                       const struct sim_point **point, struct place *place)
{
    *point = name != NULL ? point_find(name, place) : NULL;
    if (*point == NULL) {
        return FAIL(node, "there is no point \"%s\"", name != NULL ? name : "?");
    }
    if (strchr((*point)->use, use) == NULL) {
        return FAIL(node, "%s can only be %s", name, use == 'S' ? "expected" : "set");
    }
    bool there =
        use == 'E' ? (*point)->read != NULL : (*point)->write != NULL || (*point)->forced != 0;
    return there ? load_check_place(load, node, name, place)
                 : FAIL(node, "%s is not here yet", name);
}

static bool load_sets(struct loader *load, yaml_node *map, struct scenario_action *out)
{
    for (int i = 0; i < yaml_count(map); i++) {
        struct scenario_action *action = &out[i];
        yaml_node *key = yaml_key(map, i);
        action->kind = ACT_SET;
        action->name = yaml_text(key);
        action->line = yaml_line(key);
        if (!find_point(load, key, action->name, 'S', &action->point, &action->place) ||
            !load_value(load->file, yaml_value(map, i), action->point, action->name, &action->value,
                        load->error) ||
            !load_check_range(load, yaml_value(map, i), action)) {
            return false;
        }
    }
    return true;
}

static bool load_releases(struct loader *load, yaml_node *list, struct scenario_action *out)
{
    for (int i = 0; i < yaml_count(list); i++) {
        struct scenario_action *action = &out[i];
        yaml_node *item = yaml_item(list, i);
        action->kind = ACT_RELEASE;
        action->name = yaml_text(item);
        action->line = yaml_line(item);
        if (!find_point(load, item, action->name, 'S', &action->point, &action->place)) {
            return false;
        }
    }
    return true;
}

static bool load_links(struct loader *load, yaml_node *node, enum action_kind kind,
                       struct scenario_step *step)
{
    int n = yaml_is_list(node) ? yaml_count(node) : 1;
    for (int i = 0; i < n; i++) {
        yaml_node *item = yaml_is_list(node) ? yaml_item(node, i) : node;
        struct scenario_action *action = &step->actions[step->n_actions++];
        action->kind = kind;
        action->name = yaml_text(item);
        action->line = yaml_line(item);
        if (action->name == NULL) {
            return FAIL(item, "wire wants the name of a link, as in {cut: can0}");
        }
    }
    return true;
}

static bool load_wire(struct loader *load, yaml_node *map, struct scenario_step *step)
{
    static const char *const keys[] = {"cut", "restore", NULL};
    if (!yaml_keys(load->file, map, "wire", keys, load->error)) {
        return false;
    }
    yaml_node *cut = yaml_get(map, "cut");
    yaml_node *restore = yaml_get(map, "restore");
    return (cut == NULL || load_links(load, cut, ACT_CUT, step)) &&
           (restore == NULL || load_links(load, restore, ACT_RESTORE, step));
}

static bool load_checks(struct loader *load, yaml_node *map, struct scenario_check **out, int *n)
{
    if (map == NULL) {
        return true;
    }
    if (!yaml_is_map(map)) {
        return FAIL(map, "expect and during want a map of points");
    }
    *n = yaml_count(map);
    *out = arena_take(load->scenario, (size_t)*n * sizeof **out);
    for (int i = 0; i < *n; i++) {
        struct scenario_check *check = &(*out)[i];
        yaml_node *key = yaml_key(map, i);
        check->name = yaml_text(key);
        check->line = yaml_line(key);
        if (!find_point(load, key, check->name, 'E', &check->point, &check->place) ||
            !load_expectation(load->file, yaml_value(map, i), load->scenario, check, &check->expect,
                              load->error)) {
            return false;
        }
    }
    return true;
}

static bool load_time(struct loader *load, yaml_node *step, const char *key, int64_t *ms)
{
    yaml_node *node = yaml_get(step, key);
    *ms = -1;
    if (node == NULL) {
        return true;
    }
    const char *text = yaml_text(node);
    return (text != NULL && text_duration(text, ms)) ||
           FAIL(node, "%s: \"%s\" is not a duration (a number and ms, s, min, h or d)", key,
                text != NULL ? text : "?");
}

static bool load_power(struct loader *load, yaml_node *node, struct scenario_step *step)
{
    bool on = false;
    struct scenario_action *action = &step->actions[step->n_actions++];
    action->kind = ACT_POWER;
    action->line = yaml_line(node);
    bool read = yaml_flag(load->file, node, "power", &on, load->error);
    action->value.number = on;
    return read;
}

static bool load_actions(struct loader *load, yaml_node *node, struct scenario_step *step)
{
    yaml_node *set = yaml_get(node, "set");
    yaml_node *release = yaml_get(node, "release");
    yaml_node *press = yaml_get(node, "press");
    yaml_node *power = yaml_get(node, "power");
    yaml_node *wire = yaml_get(node, "wire");
    int most = yaml_count(set) + yaml_count(release) + yaml_count(press) + 1 +
               yaml_count(yaml_get(wire, "cut")) + yaml_count(yaml_get(wire, "restore")) + 2;
    step->actions = arena_take(load->scenario, (size_t)most * sizeof *step->actions);
    if ((set != NULL && !yaml_is_map(set)) || (release != NULL && !yaml_is_list(release)) ||
        (press != NULL && !yaml_is_list(press))) {
        return FAIL(node, "set wants a map, release and press want lists");
    }
    if (set != NULL && !load_sets(load, set, step->actions)) {
        return false;
    }
    step->n_actions = yaml_count(set);
    if (release != NULL && !load_releases(load, release, step->actions + step->n_actions)) {
        return false;
    }
    step->n_actions += yaml_count(release);
    for (int i = 0; i < yaml_count(press); i++) {
        if (!load_press(load, yaml_item(press, i), &step->actions[step->n_actions++])) {
            return false;
        }
    }
    return (power == NULL || load_power(load, power, step)) &&
           (wire == NULL || load_wire(load, wire, step));
}

static bool load_steps(struct loader *load, yaml_node *list, struct scenario_step **out, int *n,
                       int depth);

// NOLINTNEXTLINE(misc-no-recursion): four deep at most, checked here
static bool load_repeat(struct loader *load, yaml_node *node, struct scenario_step *step, int depth)
{
    static const char *const keys[] = {"repeat", "steps", NULL};
    if (!yaml_keys(load->file, node, "a repeat", keys, load->error) ||
        !yaml_int(load->file, yaml_get(node, "repeat"), "repeat", 1, 1000000, &step->repeat,
                  load->error)) {
        return false;
    }
    if (depth > 4) {
        return FAIL(node, "repeats nest at most four deep");
    }
    return load_steps(load, yaml_get(node, "steps"), &step->steps, &step->n_steps, depth + 1);
}

// NOLINTNEXTLINE(misc-no-recursion): depth is bounded by load_repeat
static bool load_step(struct loader *load, yaml_node *node, struct scenario_step *step, int depth)
{
    static const char *const keys[] = {"at",   "set",   "release", "press",  "power",
                                       "wire", "after", "during",  "expect", NULL};
    step->line = yaml_line(node);
    step->repeat = 0;
    if (yaml_get(node, "repeat") != NULL) {
        return load_repeat(load, node, step, depth);
    }
    if (!yaml_keys(load->file, node, "a step", keys, load->error) ||
        !load_actions(load, node, step) || !load_time(load, node, "at", &step->at_ms) ||
        !load_time(load, node, "after", &step->after_ms) ||
        !load_checks(load, yaml_get(node, "during"), &step->during, &step->n_during) ||
        !load_checks(load, yaml_get(node, "expect"), &step->expect, &step->n_expect)) {
        return false;
    }
    if (step->n_actions > 0 && step->n_expect > 0 && step->after_ms < 0) {
        return FAIL(node, "a step with actions and expect needs \"after\"");
    }
    return true;
}

// NOLINTNEXTLINE(misc-no-recursion): depth is bounded by load_repeat
static bool load_steps(struct loader *load, yaml_node *list, struct scenario_step **out, int *n,
                       int depth)
{
    if (!yaml_is_list(list) || yaml_count(list) == 0) {
        return FAIL(list, "steps should be a list of at least one step");
    }
    *n = yaml_count(list);
    *out = arena_take(load->scenario, (size_t)*n * sizeof **out);
    for (int i = 0; i < *n; i++) {
        if (!load_step(load, yaml_item(list, i), &(*out)[i], depth)) {
            return false;
        }
    }
    return true;
}

/* Settings are written as points "settings.NAME"; the battery type first, since it brings others.
 */
static bool load_settings(struct loader *load, yaml_node *map)
{
    struct scenario *scenario = load->scenario;
    if (map != NULL && !yaml_is_map(map)) {
        return FAIL(map, "settings should be a map of names and values");
    }
    scenario->n_settings = yaml_count(map);
    if (scenario->n_settings > SCENARIO_SETTINGS) {
        return FAIL(map, "%d settings are too many (allowed %d)", scenario->n_settings,
                    SCENARIO_SETTINGS);
    }
    scenario->settings =
        arena_take(scenario, ((size_t)scenario->n_settings + 1) * sizeof *scenario->settings);
    int n = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < yaml_count(map); i++) {
            const char *key = yaml_text(yaml_key(map, i));
            const char *value = yaml_text(yaml_value(map, i));
            if (key == NULL || value == NULL) {
                return FAIL(yaml_key(map, i), "a setting is a name and one value");
            }
            if ((strcmp(key, "BTP") == 0) != (pass == 0)) {
                continue;
            }
            struct scenario_action *action = &scenario->settings[n++];
            action->name = key;
            action->line = yaml_line(yaml_key(map, i));
            snprintf(action->value.text, sizeof action->value.text, "%s", value);
        }
    }
    return true;
}

static bool load_head(struct loader *load, yaml_node *root)
{
    static const char *const keys[] = {"name",     "product", "site",   "packs", "units", "battery",
                                       "settings", "clock",   "settle", "start", "steps", NULL};
    struct scenario *scenario = load->scenario;
    if (!yaml_keys(load->file, root, "a scenario", keys, load->error)) {
        return false;
    }
    scenario->name = yaml_text(yaml_get(root, "name"));
    if (scenario->name == NULL || scenario->name[0] == '\0') {
        return FAIL(root, "a scenario needs a name");
    }
    if (!load_device(load, root) || !load_settings(load, yaml_get(root, "settings"))) {
        return false;
    }
    yaml_node *clock = yaml_get(root, "clock");
    const char *text = clock != NULL ? yaml_text(clock) : "2026-06-01T12:00:00";
    if (text == NULL || !text_clock(text, &scenario->clock_s)) {
        return FAIL(clock, "clock: \"%s\" is not a time (2026-06-01T12:00:00)",
                    text != NULL ? text : "?");
    }
    if (!load_time(load, root, "settle", &scenario->settle_ms)) {
        return false;
    }
    if (scenario->settle_ms < 0) {
        bool inverter = scenario->spec.inverter != NULL || scenario->site != NULL;
        scenario->settle_ms = inverter ? 120000 : 10000;
    }
    yaml_node *start = yaml_get(root, "start");
    if (start != NULL && !yaml_is_map(start)) {
        return FAIL(start, "start should be a map of points and values");
    }
    scenario->n_start = yaml_count(start);
    scenario->start =
        arena_take(scenario, ((size_t)scenario->n_start + 1) * sizeof *scenario->start);
    return start == NULL || load_sets(load, start, scenario->start);
}

struct scenario *scenario_load(struct yaml_file *file, yaml_node *root, struct yaml_error *error)
{
    struct scenario *scenario = calloc(1, sizeof *scenario);
    if (scenario == NULL) {
        return NULL;
    }
    struct loader load = {file, error, scenario};
    if (!load_head(&load, root) ||
        !load_steps(&load, yaml_get(root, "steps"), &scenario->steps, &scenario->n_steps, 0)) {
        scenario_free(scenario);
        return NULL;
    }
    return scenario;
}
