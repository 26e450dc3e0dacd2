/* SPDX-License-Identifier: Apache-2.0 */
/* Reading an installer's form. */
#include "host/install_form.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "host/install_text.h"
#include "host/site_config.h"

struct sheet_reader {
    struct install_sheet *sheet;
    const struct yaml_file *file;
    struct yaml_error *error;
};

#define FAIL(node, ...) yaml_fail(read->file, node, read->error, __VA_ARGS__)

static bool is_listed(enum install_quantity q)
{
    return install_quantities[q].key[install_stem(q)] == '[';
}

/* The quantity of a key, the first one of a list; INSTALL_NONE: there is none. */
static enum install_quantity quantity_of(const char *key)
{
    for (int q = INSTALL_NONE + 1; q < INSTALL_QUANTITIES; q++) {
        size_t n = (size_t)install_stem((enum install_quantity)q);
        if (strlen(key) == n && strncmp(install_quantities[q].key, key, n) == 0) {
            return (enum install_quantity)q;
        }
    }
    return INSTALL_NONE;
}

/* A key that is known in another unit: "ac_cable_awg" is told in mm2. */
static enum install_quantity other_unit(const char *key)
{
    const char *end = strrchr(key, '_');
    char stem[64];
    snprintf(stem, sizeof stem, "%.*s_", end != NULL ? (int)(end - key) : 60, key);
    for (int q = INSTALL_NONE + 1; q < INSTALL_QUANTITIES; q++) {
        const struct install_quantity_row *row = &install_quantities[q];
        bool same = strncmp(row->key, stem, strlen(stem)) == 0;
        if (same && row->kind == INSTALL_NUMBER && row->unit[0] != '\0') {
            return (enum install_quantity)q;
        }
    }
    return INSTALL_NONE;
}

static bool unknown_key(struct sheet_reader *read, yaml_node *node, const char *key)
{
    enum install_quantity near = key != NULL ? other_unit(key) : INSTALL_NONE;
    if (near != INSTALL_NONE) {
        return FAIL(node, "unknown key \"%s\" in installation (allowed: \"%s\", in %s)", key,
                    install_quantities[near].key, install_quantities[near].unit);
    }
    return FAIL(node,
                "unknown key \"%s\" in installation (allowed: those of hearth list install %s)",
                key != NULL ? key : "?", read->sheet->product->id);
}

static bool read_word(struct sheet_reader *read, yaml_node *node, enum install_quantity q)
{
    const struct install_quantity_row *row = &install_quantities[q];
    const char *text = yaml_text(node);
    for (int i = 0; text != NULL && row->words[i] != NULL; i++) {
        if (strcmp(row->words[i], text) == 0) {
            read->sheet->form.value[q] = i;
            return true;
        }
    }
    return FAIL(node, "%s: \"%s\" is none (allowed: %s)", row->key, text != NULL ? text : "?",
                row->what);
}

/* `name`: the key as the form has it. */
static bool read_number(struct sheet_reader *read, yaml_node *node, enum install_quantity q,
                        const char *name)
{
    const struct install_quantity_row *row = &install_quantities[q];
    char what[80];
    double value = 0.0;
    snprintf(what, sizeof what, "%s%s%s", name, row->unit[0] != '\0' ? " in " : "", row->unit);
    if (!yaml_number(read->file, node, what, row->min / 1000.0, row->max / 1000.0, &value,
                     read->error)) {
        return false;
    }
    double thousandths = value * 1000.0;
    if (fabs(thousandths - round(thousandths)) > 1e-4) { /* rounded it might keep a limit */
        return FAIL(node, "%s: %s is told too finely (allowed: three decimal places)", what,
                    yaml_text(node));
    }
    read->sheet->form.value[q] = (int32_t)lround(thousandths);
    return true;
}

static bool read_value(struct sheet_reader *read, yaml_node *node, enum install_quantity q)
{
    const struct install_quantity_row *row = &install_quantities[q];
    bool flag = false;
    bool good = false;
    switch (row->kind) {
    case INSTALL_NUMBER: good = read_number(read, node, q, row->key); break;
    case INSTALL_WORD: good = read_word(read, node, q); break;
    case INSTALL_FLAG:
        good = yaml_flag(read->file, node, row->key, &flag, read->error);
        read->sheet->form.value[q] = flag;
        break;
    }
    read->sheet->form.said[q] = good;
    return good;
}

/* How many places a list has, as far as the product has packs for them. */
static int places_of(const struct sheet_reader *read, enum install_quantity first)
{
    const char *key = install_quantities[first].key;
    size_t stem = (size_t)install_stem(first) + 1; /* with its bracket */
    int n = 0;
    for (int q = (int)first; q < (int)INSTALL_QUANTITIES; q++) {
        n += strncmp(install_quantities[q].key, key, stem) == 0;
    }
    int packs = read->sheet->product->own_packs;
    if (packs == 0) {
        return n;
    }
    /* a list of values begins with the unit itself, one of yes and no with its first added pack */
    return install_quantities[first].kind == INSTALL_FLAG ? packs - 1 : packs;
}

/* "dip: [2, 1, 2]": a value for each unit. */
static bool read_values(struct sheet_reader *read, yaml_node *list, enum install_quantity first,
                        const char *key)
{
    int places = places_of(read, first);
    if (yaml_count(list) != places) {
        return FAIL(list, "%s: %d values (allowed: %d, one for each unit of %s)", key,
                    yaml_count(list), places, read->sheet->product->id);
    }
    for (int i = 0; i < places; i++) {
        enum install_quantity q = (enum install_quantity)((int)first + i);
        if (!read_number(read, yaml_item(list, i), q, key)) {
            return false;
        }
        read->sheet->form.said[q] = true;
    }
    return true;
}

/* "end_plugs: [2]": the added packs that have one; the others are said to have none. */
static bool read_numbers(struct sheet_reader *read, yaml_node *list, enum install_quantity first,
                         const char *key)
{
    int places = places_of(read, first);
    struct install_form *form = &read->sheet->form;
    for (int i = 0; i < places; i++) {
        form->said[(int)first + i] = true;
    }
    for (int i = 0; i < yaml_count(list); i++) {
        int pack = 0;
        if (places == 0) {
            return FAIL(list, "%s: %s has no added packs (allowed: an empty list)", key,
                        read->sheet->product->id);
        }
        if (!yaml_int(read->file, yaml_item(list, i), key, 1, places, &pack, read->error)) {
            return false;
        }
        form->value[(int)first + pack - 1] = 1;
    }
    return true;
}

static bool read_list(struct sheet_reader *read, yaml_node *node, enum install_quantity first,
                      const char *key)
{
    bool flags = install_quantities[first].kind == INSTALL_FLAG;
    if (!yaml_is_list(node)) {
        return FAIL(node, "%s should be a list (allowed: %s)", key,
                    flags ? "numbers of added packs, [2]" : "a number for each unit, [2, 1, 2]");
    }
    return flags ? read_numbers(read, node, first, key) : read_values(read, node, first, key);
}

/* An empty value has no place in the file, its key has. */
static bool no_value(struct sheet_reader *read, yaml_node *key, enum install_quantity q,
                     const char *name)
{
    const struct install_quantity_row *row = &install_quantities[q];
    if (is_listed(q) || row->kind != INSTALL_NUMBER) {
        return FAIL(key, "%s: the value is missing (allowed: %s)", name,
                    is_listed(q)                ? "a list"
                    : row->kind == INSTALL_FLAG ? "yes, no"
                                                : row->what);
    }
    return FAIL(key, "%s: the value is missing (allowed %.10g to %.10g%s%s)", name,
                row->min / 1000.0, row->max / 1000.0, row->unit[0] != '\0' ? " " : "", row->unit);
}

static bool read_installation(struct sheet_reader *read, yaml_node *map)
{
    if (!yaml_is_map(map)) {
        return FAIL(map, "installation should be a map of quantities and values");
    }
    for (int i = 0; i < yaml_count(map); i++) {
        yaml_node *key = yaml_key(map, i);
        const char *name = yaml_text(key);
        enum install_quantity q = name != NULL ? quantity_of(name) : INSTALL_NONE;
        if (q == INSTALL_NONE) {
            return unknown_key(read, key, name);
        }
        yaml_node *value = yaml_value(map, i);
        if (value == NULL || (yaml_text(value) != NULL && yaml_text(value)[0] == '\0')) {
            return no_value(read, key, q, name);
        }
        if (!(is_listed(q) ? read_list(read, value, q, name) : read_value(read, value, q))) {
            return false;
        }
    }
    return true;
}

static void list_installable(char *text, size_t room)
{
    size_t used = 0;
    for (int i = 0; i < product_count && used < room; i++) {
        if (products[i].install != NULL) {
            int n =
                snprintf(text + used, room - used, "%s%s", used > 0 ? ", " : "", products[i].id);
            used += n > 0 ? (size_t)n : 0;
        }
    }
}

/* The form's own product, else a site file's inverter. */
static bool read_product(struct sheet_reader *read, yaml_node *root)
{
    yaml_node *node = yaml_get(root, "product");
    yaml_node *inverter = yaml_get(root, "inverter");
    char all[300] = "";
    if (node == NULL && inverter != NULL && yaml_is_map(inverter)) {
        node = yaml_get(inverter, "product");
    }
    const char *id = node != NULL ? yaml_text(node) : NULL;
    const struct product *product = id != NULL ? product_find(id) : NULL;
    list_installable(all, sizeof all);
    if (node == NULL) {
        return FAIL(root, "the key \"product\" is missing (allowed: %s)", all);
    }
    if (product == NULL || product->install == NULL) {
        return FAIL(node, "product: \"%s\" %s (allowed: %s)", id != NULL ? id : "?",
                    product == NULL ? "is not known" : "has no rules of installation", all);
    }
    read->sheet->product = product;
    return true;
}

static bool read_root(struct sheet_reader *read, yaml_node *root)
{
    if (!yaml_keys(read->file, root, "a form", site_sections, read->error) ||
        !read_product(read, root)) {
        return false;
    }
    yaml_node *map = yaml_get(root, "installation");
    return map != NULL ? read_installation(read, map)
                       : FAIL(root, "the section \"installation\" is missing");
}

bool install_sheet_load(const char *path, struct install_sheet *sheet, struct yaml_error *error)
{
    struct yaml_file *file = yaml_open(path, error);
    yaml_node *root = file != NULL ? yaml_next(file, error) : NULL;
    struct sheet_reader read = {sheet, file, error};
    *sheet = (struct install_sheet){0};
    bool good = root != NULL && read_root(&read, root);
    if (!good && error->text[0] == '\0') {
        snprintf(error->text, sizeof error->text, "%s: holds no YAML document", path);
    }
    if (file != NULL) {
        yaml_close(file);
    }
    return good;
}
