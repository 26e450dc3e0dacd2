/* SPDX-License-Identifier: Apache-2.0 */
/* hearth list: the const tables of the products, as a table, CSV or JSON. */
#include <stdlib.h>
#include <string.h>

#include "core/product/product.h"
#include "host/cli.h"
#include "host/list_writer.h"
#include "sim/points.h"

static void cell(struct writer *writer, const char *text) { list_cell(writer, text); }
static void begin_row(struct writer *writer) { list_begin(writer); }
static void end_row(struct writer *writer) { list_end(writer); }

static void number(struct writer *writer, int32_t value, int32_t scale, int decimals)
{
    char text[24];
    decimal_format(value, scale, decimals, text, sizeof text);
    cell(writer, text);
}

static const char *const product_columns[] = {"product", "name", "maker", "kind", "manual", NULL};
static const int product_widths[] = {16, 26, 8, 10, 8};

static bool list_products(struct writer *w, const struct product *only)
{
    for (int i = 0; i < product_count; i++) {
        const struct product *p = &products[i];
        if (only != NULL && only != p) {
            continue;
        }
        begin_row(w);
        cell(w, p->id);
        cell(w, p->name);
        cell(w, p->maker);
        cell(w, p->kind);
        cell(w, p->pack != NULL ? p->pack->manual : p->inverter->manual);
        end_row(w);
    }
    return true;
}

static const char *const setting_columns[] = {
    "product", "id",   "mnemonic", "name",         "type",   "options", "default", "min",
    "max",     "step", "unit",     "applies_when", "access", "effect",  NULL};
static const int setting_widths[] = {0, 4, 9, 42, 8, 34, 8, 7, 7, 6, 5, 0, 10, 0};

static void setting_cell(struct writer *w, const struct setting_row *row, int32_t value, bool shown)
{
    char text[40] = "";
    if (shown) {
        setting_format(row, value, text, sizeof text);
    }
    cell(w, text);
}

static bool list_settings(struct writer *w, const struct product *product)
{
    static const char *const types[] = {"enum", "enum", "bool", "int", "decimal"};
    if (product->inverter == NULL) {
        return false;
    }
    for (int i = 0; i < product->inverter->n_settings; i++) {
        const struct setting_row *row = &product->inverter->settings[i];
        char no[8];
        bool ranged = row->type == SETTING_INT || row->type == SETTING_DECIMAL;
        snprintf(no, sizeof no, "%d", row->no);
        begin_row(w);
        cell(w, product->id);
        cell(w, no);
        cell(w, row->mnemonic);
        cell(w, row->name);
        cell(w, types[row->type]);
        cell(w, row->options);
        setting_cell(w, row, row->def, true);
        setting_cell(w, row, row->min, ranged);
        setting_cell(w, row, row->max, ranged);
        setting_cell(w, row, row->step, ranged);
        cell(w, row->unit);
        cell(w, row->applies);
        cell(w, row->access == ACCESS_USER ? "user" : "installer");
        cell(w, row->effect);
        end_row(w);
    }
    return true;
}

static const char *const fault_columns[] = {"product",   "code",     "class",    "source", "name",
                                            "condition", "reaction", "recovery", "advice", NULL};
static const int fault_widths[] = {0, 5, 7, 0, 40, 0, 48, 0, 0};

static bool list_faults(struct writer *w, const struct product *product)
{
    if (product->inverter == NULL) {
        return false;
    }
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct fault_row *row = &product->inverter->faults[i];
        begin_row(w);
        cell(w, product->id);
        cell(w, row->code);
        cell(w, row->class == CLASS_FAULT ? "fault" : "alarm");
        cell(w, "-");
        cell(w, row->name);
        cell(w, row->condition);
        cell(w, row->reaction);
        cell(w, row->recovery);
        cell(w, row->advice);
        end_row(w);
    }
    return true;
}

static const char *const protection_columns[] = {"product",
                                                 "code",
                                                 "name",
                                                 "kind",
                                                 "quantity",
                                                 "alarm_threshold",
                                                 "alarm_recover",
                                                 "protect_threshold",
                                                 "protect_delay_s",
                                                 "protect_recover",
                                                 "action",
                                                 "release_rule",
                                                 "source",
                                                 "unit",
                                                 "alarm_delay_s",
                                                 "lock_rule",
                                                 "hmi_no",
                                                 "notes",
                                                 NULL};
static const int protection_widths[] = {0,  8,  42, 11, 0, 10, 10, 10, 8,
                                        10, 20, 0,  0,  5, 0,  0,  0,  0};

/* The levels of a row as the model's default parameters make them. */
struct shown_levels {
    char set[80], clear[80], delay[16];
};

static void show_level(const struct protection *row, int32_t value, int decimals, char *text)
{
    int32_t scale = row->quantity == Q_SOC_PCT100 ? 100 : row->unit[0] == 'd' ? 10 : 1000;
    decimal_format(value, scale, decimals, text, 40);
}

static int decimals_of(const struct protection *row, enum parameter_id id)
{
    if (id != PARAM_NONE) {
        return parameters[id].decimals;
    }
    return row->unit[0] == 'V' ? 2 : 0;
}

static void levels_of(const struct pack_profile *profile, const struct protection *row,
                      struct shown_levels *shown)
{
    static struct bms bms; /* only as a calculator of levels */
    bms_init(&bms, profile, 5000, 0);
    const struct row_levels *levels = &bms.levels[row - profile->rows];
    *shown = (struct shown_levels){0};
    if (row->set_text != NULL) {
        snprintf(shown->set, sizeof shown->set, "%s", row->set_text);
    } else if (row->trip == TRIP_FULL) {
        int32_t tail = bms.param[PARAM_PACK_FULL_CHARGE_CURRENT];
        snprintf(shown->set, sizeof shown->set, ">= %d.%02d V and < %d.%d A", levels->set / 1000,
                 levels->set % 1000 / 10, tail / 1000, tail % 1000 / 100);
        snprintf(shown->clear, sizeof shown->clear, "SOC < 96 %%");
    } else if (row->trip == TRIP_SHORT) {
        snprintf(shown->set, sizeof shown->set, "%d", profile->short_ma / 1000);
        snprintf(shown->clear, sizeof shown->clear, "load removed");
    } else if (row->quantity != Q_COUNT) {
        show_level(row, levels->set, decimals_of(row, row->set), shown->set);
        if (row->release == RELEASE_TIMED || row->release == RELEASE_AFTER) {
            snprintf(shown->clear, sizeof shown->clear, "60 s timer");
        } else {
            int decimals = decimals_of(row, row->clear != PARAM_NONE ? row->clear : row->set);
            show_level(row, levels->clear, decimals, shown->clear);
        }
    }
    if (row->clear_text != NULL) {
        snprintf(shown->clear, sizeof shown->clear, "%s", row->clear_text);
    }
    double delay_s = row->trip == TRIP_SHORT ? bms.short_us / 1e6 : levels->delay_ms / 1000.0;
    snprintf(shown->delay, sizeof shown->delay, row->trip == TRIP_SHORT ? "%.4g" : "%.1f", delay_s);
}

/* One line: an alarm and the protection that shares its code are told together. */
static void list_protection(struct writer *w, const struct product *product, int i)
{
    static const char *const kinds[] = {"protection", "protection", "alarm"};
    const struct pack_profile *profile = product->pack;
    const struct protection *row = &profile->rows[i];
    bool alarm = row->kind == KIND_ALARM;
    bool both = alarm && profile->listed != NULL && row->partner != 0;
    struct shown_levels own;
    struct shown_levels protect = {0};
    levels_of(profile, row, &own);
    if (both) {
        levels_of(profile, &profile->rows[row->partner], &protect);
    } else if (!alarm) {
        protect = own;
    }
    begin_row(w);
    cell(w, product->id);
    cell(w, row->code);
    cell(w, row->name);
    cell(w, kinds[row->kind]);
    cell(w, row->quantity_text);
    cell(w, alarm ? own.set : "");
    cell(w, alarm ? own.clear : "");
    cell(w, protect.set);
    cell(w, protect.delay);
    cell(w, protect.clear);
    cell(w, row->action_text);
    cell(w, row->release_text);
    cell(w, protection_source(profile, (enum protection_id)i));
    cell(w, row->unit);
    cell(w, alarm ? (row->quantity == Q_COUNT ? "1.0" : own.delay) : "");
    cell(w, row->lock_text);
    if (row->hmi_no > 0) {
        number(w, row->hmi_no, 1, 0);
    } else {
        cell(w, "");
    }
    cell(w, row->notes);
    end_row(w);
}

static bool list_protections(struct writer *w, const struct product *product)
{
    const struct pack_profile *profile = product->pack;
    int n = profile->listed != NULL ? profile->n_listed : ROW_COUNT;
    for (int k = 0; k < n; k++) {
        int i = profile->listed != NULL ? profile->listed[k] : k;
        if (protection_present(profile, (enum protection_id)i)) {
            list_protection(w, product, i);
        }
    }
    return true;
}

static const char *const parameter_columns[] = {
    "parameter", "pc_tool_page", "unit", "default", "min", "max", "step", "source", NULL};
static const int parameter_widths[] = {30, 20, 7, 10, 9, 9, 8, 0};

static bool list_parameters(struct writer *w, const struct product *product)
{
    static const char *const pages[] = {"Parameter Setting", "System Config",
                                        "Realtime Monitoring"};
    if (product->pack == NULL) {
        return false;
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        const struct parameter *p = &parameters[i];
        int32_t values[3];
        values[0] = p->def[product->pack->model];
        parameter_range(product->pack, (enum parameter_id)i, &values[1], &values[2]);
        begin_row(w);
        cell(w, p->name);
        cell(w, pages[p->page]);
        cell(w, p->shown);
        for (int k = 0; k < 3; k++) {
            char text[24];
            bool ranged = k == 0 || p->unit != UNIT_CODE; /* codes are a list, not a range */
            parameter_format(p, values[k], text, sizeof text);
            cell(w, ranged ? text : "");
        }
        if (p->unit == UNIT_CODE) {
            cell(w, "");
        } else {
            number(w, p->step, parameter_scale(p), p->decimals);
        }
        cell(w, p->src);
        end_row(w);
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
        begin_row(w);
        cell(w, point->pattern);
        cell(w, point->use);
        cell(w, kinds[point->kind]);
        cell(w, point->words);
        cell(w, here ? "yes" : "later");
        end_row(w);
    }
    return true;
}

static const struct table {
    const char *name;
    bool needs_product;
    enum { OF_ANY, OF_PACKS, OF_INVERTERS } of;
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
    {"leds", false, OF_PACKS, led_columns, led_widths, list_leds},
    {"soc-leds", false, OF_PACKS, soc_led_columns, soc_led_widths, list_soc_leds},
    {"guide", true, OF_PACKS, guide_columns, guide_widths, list_guide},
};

static const struct table *table_of(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (strcmp(tables[i].name, name) == 0) {
            return &tables[i];
        }
    }
    return NULL;
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
    const struct table *table = n > 0 ? table_of(argv[1]) : NULL;
    if (n > 2) {
        fprintf(stderr, "hearth list: \"%s\" is one word too many (a table and a product)\n",
                argv[3]);
        return NULL;
    }
    if (table == NULL) {
        fprintf(stderr,
                "hearth list: %s%s%s (allowed: products, settings, faults, protections, "
                "parameters, points, protocols, compat, pins, pages, leds, soc-leds, guide)\n",
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
    bool fits = product == NULL || table->of == OF_ANY ||
                (table->of == OF_PACKS ? product->pack != NULL : product->inverter != NULL);
    if (!fits) {
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
