/* SPDX-License-Identifier: Apache-2.0 */
/* Expectations: reading, judging and naming them. */
#include <math.h>
#include <string.h>

#include "sim/points_text.h"
#include "sim/scenario.h"

static bool is_number(enum value_kind kind) { return kind == VALUE_NUMBER || kind == VALUE_INT; }

static bool join_list(const struct yaml_file *file, yaml_node *node, const char *name,
                      struct value *out, struct yaml_error *error)
{
    if (yaml_is_text(node)) {
        snprintf(out->text, sizeof out->text, "%s", yaml_text(node));
        return true;
    }
    if (!yaml_is_list(node)) {
        return yaml_fail(file, node, error, "%s wants a list of codes", name);
    }
    out->text[0] = '\0';
    for (int i = 0; i < yaml_count(node); i++) {
        const char *item = yaml_text(yaml_item(node, i));
        size_t used = strlen(out->text);
        if (item == NULL || used + strlen(item) + 2 > sizeof out->text) {
            return yaml_fail(file, node, error, "%s: a list of codes has only plain items", name);
        }
        snprintf(out->text + used, sizeof out->text - used, "%s%s", used > 0 ? "," : "", item);
    }
    return true;
}

bool load_value(const struct yaml_file *file, yaml_node *node, const struct sim_point *point,
                const char *name, struct value *out, struct yaml_error *error)
{
    *out = (struct value){0};
    if (point->kind == VALUE_LIST) {
        return join_list(file, node, name, out, error);
    }
    const char *text = yaml_text(node);
    if (text == NULL) {
        return yaml_fail(file, node, error, "%s wants one value", name);
    }
    char why[300];
    return value_read(point, name, text, out, why, sizeof why) ||
           yaml_fail(file, node, error, "%s", why);
}

static bool bound(const struct yaml_file *file, yaml_node *map, const char *key, double *out,
                  struct yaml_error *error)
{
    yaml_node *node = yaml_get(map, key);
    return node == NULL || yaml_number(file, node, key, -1e12, 1e12, out, error);
}

// NOLINTNEXTLINE(misc-no-recursion): by "not" only; a file's depth is bounded by the parser
static bool load_map(const struct yaml_file *file, yaml_node *node, struct scenario *scenario,
                     const struct scenario_check *check, struct expectation *out,
                     struct yaml_error *error)
{
    static const char *const keys[] = {"min", "max", "near", "within", "has", "not", NULL};
    if (!yaml_keys(file, node, "an expectation", keys, error)) {
        return false;
    }
    if (yaml_get(node, "not") != NULL) {
        out->kind = EXPECT_NOT;
        out->inner = arena_take(scenario, sizeof *out->inner);
        return yaml_count(node) == 1 ? load_expectation(file, yaml_get(node, "not"), scenario,
                                                        check, out->inner, error)
                                     : yaml_fail(file, node, error, "\"not\" stands alone");
    }
    if (yaml_get(node, "has") != NULL) {
        struct value value = {0};
        out->kind = EXPECT_HAS;
        if (check->point->kind != VALUE_LIST) {
            return yaml_fail(file, node, error, "%s is not a list: \"has\" does not fit",
                             check->name);
        }
        bool read = join_list(file, yaml_get(node, "has"), check->name, &value, error);
        memcpy(out->text, value.text, sizeof out->text);
        return read;
    }
    if (!is_number(check->point->kind)) {
        return yaml_fail(file, node, error, "%s is not a number: min, max and near do not fit",
                         check->name);
    }
    bool near = yaml_get(node, "near") != NULL;
    if (near != (yaml_get(node, "within") != NULL)) {
        return yaml_fail(file, node, error, "\"near\" and \"within\" go together");
    }
    out->kind = near ? EXPECT_NEAR : EXPECT_RANGE;
    out->min = -HUGE_VAL;
    out->max = HUGE_VAL;
    return bound(file, node, near ? "near" : "min", &out->min, error) &&
           bound(file, node, near ? "within" : "max", &out->max, error);
}

/* Expectations nest by "not" only, and a file's depth is bounded by the parser. */
// NOLINTNEXTLINE(misc-no-recursion)
bool load_expectation(const struct yaml_file *file, yaml_node *node, struct scenario *scenario,
                      const struct scenario_check *check, struct expectation *out,
                      struct yaml_error *error)
{
    *out = (struct expectation){0};
    if (yaml_is_map(node)) {
        return load_map(file, node, scenario, check, out, error);
    }
    struct value value;
    if (!load_value(file, node, check->point, check->name, &value, error)) {
        return false;
    }
    out->kind = EXPECT_EQUAL;
    out->number = value.number;
    memcpy(out->text, value.text, sizeof out->text);
    const char *point = strchr(value.text, '.');
    out->decimals = point != NULL ? (int)strlen(point + 1) : 0;
    return true;
}

static bool list_has(const char *list, const char *code, size_t length)
{
    for (const char *p = list; *p != '\0';) {
        const char *end = strchr(p, ',');
        size_t n = end != NULL ? (size_t)(end - p) : strlen(p);
        if (n == length && memcmp(p, code, n) == 0) {
            return true;
        }
        p += n + (end != NULL);
    }
    return false;
}

/* Every code of `part` is in `list`. */
static bool list_covers(const char *list, const char *part)
{
    for (const char *p = part; *p != '\0';) {
        const char *end = strchr(p, ',');
        size_t n = end != NULL ? (size_t)(end - p) : strlen(p);
        if (!list_has(list, p, n)) {
            return false;
        }
        p += n + (end != NULL);
    }
    return true;
}

static bool equal(const struct expectation *expect, enum value_kind kind, const struct value *value)
{
    switch (kind) {
    case VALUE_NUMBER:
    case VALUE_INT: {
        double unit = pow(10.0, expect->decimals);
        /* half a digit to either side, the upper edge left out but for rounding of binary */
        double scaled = value->number * unit - expect->number * unit;
        return scaled >= -0.5 - 1e-9 && scaled < 0.5 - 1e-9;
    }
    case VALUE_FLAG: return (value->number > 0.5) == (expect->number > 0.5);
    case VALUE_LIST:
        return list_covers(value->text, expect->text) && list_covers(expect->text, value->text);
    case VALUE_SETTING: {
        double wanted;
        double found;
        if (text_number(expect->text, &wanted) && text_number(value->text, &found)) {
            return fabs(wanted - found) < 1e-9;
        }
        break;
    }
    case VALUE_WORD:
    case VALUE_TEXT:
    case VALUE_TIME: break;
    }
    return strcmp(value->text, expect->text) == 0;
}

bool expect_holds(const struct expectation *expect, enum value_kind kind, const struct value *value)
{
    bool turned = false;
    while (expect->kind == EXPECT_NOT) {
        turned = !turned;
        expect = expect->inner;
    }
    bool holds = false;
    switch (expect->kind) {
    case EXPECT_EQUAL: holds = equal(expect, kind, value); break;
    case EXPECT_RANGE:
        holds = value->number >= expect->min - 1e-9 && value->number <= expect->max + 1e-9;
        break;
    case EXPECT_NEAR: holds = fabs(value->number - expect->min) <= expect->max + 1e-9; break;
    case EXPECT_HAS: holds = list_covers(value->text, expect->text); break;
    case EXPECT_NOT: break;
    }
    return holds != turned;
}

void expect_text(const struct expectation *expect, enum value_kind kind, char *text, size_t room)
{
    const char *prefix = "";
    while (expect->kind == EXPECT_NOT) {
        prefix = prefix[0] == '\0' ? "not " : "";
        expect = expect->inner;
    }
    switch (expect->kind) {
    case EXPECT_EQUAL:
        snprintf(text, room, kind == VALUE_LIST ? "%s[%s]" : "%s%s", prefix, expect->text);
        break;
    case EXPECT_RANGE: snprintf(text, room, "%s%g to %g", prefix, expect->min, expect->max); break;
    case EXPECT_NEAR: snprintf(text, room, "%s%g +- %g", prefix, expect->min, expect->max); break;
    case EXPECT_HAS: snprintf(text, room, "%shas [%s]", prefix, expect->text); break;
    case EXPECT_NOT: break;
    }
}
