/* SPDX-License-Identifier: Apache-2.0 */
/* hearth list: the const tables of the products, as a table, CSV or JSON. */
#include <stdlib.h>
#include <string.h>

#include "core/product/product.h"
#include "host/cli.h"
#include "host/list_writer.h"
#include "sim/points.h"

static const char *const product_columns[] = {"product", "name", "maker", "kind", "manual", NULL};
static const int product_widths[] = {16, 26, 8, 10, 8};

static bool list_products(struct writer *w, const struct product *only)
{
    for (int i = 0; i < product_count; i++) {
        const struct product *p = &products[i];
        if (only != NULL && only != p) {
            continue;
        }
        list_begin(w);
        list_cell(w, p->id);
        list_cell(w, p->name);
        list_cell(w, p->maker);
        list_cell(w, p->kind);
        list_cell(w, p->pack != NULL     ? p->pack->manual
                     : p->hybrid != NULL ? p->hybrid->manual
                                         : p->inverter->manual);
        list_end(w);
    }
    return true;
}

static const char *const point_columns[] = {"point", "use", "type", "words", "here", NULL};
static const int point_widths[] = {36, 4, 8, 44, 5};

static bool list_points(struct writer *w, const struct product *product)
{
    static const char *const kinds[] = {"on/off", "number", "int",  "word",
                                        "text",   "text",   "list", "time"};
    (void)product;
    const struct sim_point *point;
    for (int i = 0; (point = point_row(i)) != NULL; i++) {
        bool here = point->read != NULL || point->write != NULL || point->forced != 0;
        list_begin(w);
        list_cell(w, point->pattern);
        list_cell(w, point->use);
        list_cell(w, kinds[point->kind]);
        list_cell(w, point->words);
        list_cell(w, here ? "yes" : "later");
        list_end(w);
    }
    return true;
}

static const struct table {
    const char *name;
    bool needs_product;
    enum { OF_ANY, OF_PACKS, OF_INVERTERS, OF_LCDS, OF_INSTALLED } of;
    const char *const *columns;
    const int *widths;
    bool (*list)(struct writer *, const struct product *);
} tables[] = {
    {"products", false, OF_ANY, product_columns, product_widths, list_products},
    {"settings", true, OF_INVERTERS, setting_columns, setting_widths, list_settings},
    {"faults", true, OF_INVERTERS, fault_columns, fault_widths, list_faults},
    {"protections", true, OF_PACKS, protection_columns, protection_widths, list_protections},
    {"parameters", true, OF_PACKS, parameter_columns, parameter_widths, list_parameters},
    {"points", false, OF_ANY, point_columns, point_widths, list_points},
    {"protocols", false, OF_ANY, protocol_columns, protocol_widths, list_protocols},
    {"compat", false, OF_PACKS, compat_columns, compat_widths, list_compat},
    {"pins", false, OF_PACKS, pin_columns, pin_widths, list_pins},
    {"pages", false, OF_PACKS, page_columns, page_widths, list_pages},
    {"pages", true, OF_LCDS, lcd_page_columns, lcd_page_widths, list_lcd_pages},
    {"leds", false, OF_PACKS, led_columns, led_widths, list_leds},
    {"soc-leds", false, OF_PACKS, soc_led_columns, soc_led_widths, list_soc_leds},
    {"install", true, OF_INSTALLED, install_columns, install_widths, list_install},
    {"guide", true, OF_PACKS, guide_columns, guide_widths, list_guide},
};

static bool is_of(const struct table *table, const struct product *product)
{
    switch (table->of) {
    case OF_ANY: break;
    case OF_PACKS: return product->pack != NULL;
    case OF_INVERTERS: return product->pack == NULL;
    case OF_LCDS: return product->inverter != NULL;
    case OF_INSTALLED: return product->install != NULL;
    }
    return true;
}

/* The table of a name; of two, the one for the kind of product that was named. */
static const struct table *table_of(const char *name, const char *product_name)
{
    const struct product *product = product_name != NULL ? product_find(product_name) : NULL;
    const struct table *found = NULL;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        bool fits = product != NULL && is_of(&tables[i], product);
        if (strcmp(tables[i].name, name) == 0 && (found == NULL || fits)) {
            found = &tables[i];
        }
    }
    return found;
}

static int list_one_protocol(const struct table *table, const char *name, bool dbc)
{
    if (table->list != list_protocols || name == NULL || !dbc) {
        fprintf(stderr, "hearth list: --dbc is for one of the protocols: "
                        "hearth list protocols NAME --dbc\n");
        return 2;
    }
    return list_dbc(name);
}

/* The table that was named; NULL after telling which there are. */
static const struct table *named_table(int n, char **argv)
{
    const struct table *table = n > 0 ? table_of(argv[1], n > 1 ? argv[2] : NULL) : NULL;
    if (n > 2) {
        fprintf(stderr, "hearth list: \"%s\" is one word too many (a table and a product)\n",
                argv[3]);
        return NULL;
    }
    if (table == NULL) {
        fprintf(
            stderr,
            "hearth list: %s%s%s (allowed: products, settings, faults, protections, "
            "parameters, points, protocols, compat, pins, pages, leds, soc-leds, guide, install)\n",
            n > 0 ? "there is no table \"" : "which table", n > 0 ? argv[1] : "?",
            n > 0 ? "\"" : "");
    }
    return table;
}

/* The product that was named, as far as the table wants one; an exit status other than 0 after
   telling why not. */
static int named_product(const struct table *table, const char *name, const struct product **out)
{
    const struct product *product = name != NULL ? product_find(name) : NULL;
    if (name != NULL && product == NULL) {
        fprintf(stderr, "hearth list: there is no product \"%s\" (see hearth list products)\n",
                name);
        return 1;
    }
    if (table->needs_product && product == NULL) {
        fprintf(stderr, "hearth list %s: of which product? (see hearth list products)\n",
                table->name);
        return 2;
    }
    if (product != NULL && !is_of(table, product)) {
        fprintf(stderr, "hearth list: %s has no %s\n", product->id, table->name);
        return 1;
    }
    *out = product;
    return 0;
}

int cmd_list(int argc, char **argv)
{
    const struct cli_command *self = cli_find("list");
    const char *values[4] = {0};
    const struct product *product = NULL;
    int n = cli_options(self, argc, argv, values);
    const struct table *table = n >= 0 ? named_table(n, argv) : NULL;
    if (table == NULL) {
        return 2;
    }
    const char *name = n > 1 ? argv[2] : NULL;
    if (values[2] != NULL || (name != NULL && table->list == list_protocols)) {
        return list_one_protocol(table, name, values[2] != NULL);
    }
    int status = named_product(table, name, &product);
    if (status != 0) {
        return status;
    }
    struct writer writer = {.out = stdout,
                            .form = values[0] != NULL   ? FORM_CSV
                                    : values[1] != NULL ? FORM_JSON
                                                        : FORM_TABLE,
                            .columns = table->columns,
                            .widths = table->widths,
                            .brand = values[3]};
    if (writer.brand != NULL && writer.brand[0] == '\0') {
        fprintf(stderr, "hearth list: --brand wants a name (hearth list compat)\n");
        return 1;
    }
    list_head(&writer);
    (void)table->list(&writer, product);
    list_tail(&writer);
    if (writer.brand != NULL && writer.rows == 0) {
        fprintf(stderr,
                "hearth list: there is no inverter brand \"%s\" here (hearth list compat)\n",
                writer.brand);
        return 1;
    }
    return 0;
}
