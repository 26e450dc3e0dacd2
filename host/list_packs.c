/* SPDX-License-Identifier: Apache-2.0 */
/* hearth list: protections and parameters of a pack. */
#include <string.h>

#include "core/bms/bms.h"
#include "core/product/product.h"
#include "host/list_writer.h"

const char *const protection_columns[] = {"product",
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
const int protection_widths[] = {0, 8, 42, 11, 0, 10, 10, 10, 8, 10, 20, 0, 0, 5, 0, 0, 0, 0};

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
    list_begin(w);
    list_cell(w, product->id);
    list_cell(w, row->code);
    list_cell(w, row->name);
    list_cell(w, kinds[row->kind]);
    list_cell(w, row->quantity_text);
    list_cell(w, alarm ? own.set : "");
    list_cell(w, alarm ? own.clear : "");
    list_cell(w, protect.set);
    list_cell(w, protect.delay);
    list_cell(w, protect.clear);
    list_cell(w, row->action_text);
    list_cell(w, row->release_text);
    list_cell(w, protection_source(profile, (enum protection_id)i));
    list_cell(w, row->unit);
    list_cell(w, alarm ? (row->quantity == Q_COUNT ? "1.0" : own.delay) : "");
    list_cell(w, row->lock_text);
    if (row->hmi_no > 0) {
        list_number(w, row->hmi_no, 1, 0);
    } else {
        list_cell(w, "");
    }
    list_cell(w, row->notes);
    list_end(w);
}

bool list_protections(struct writer *w, const struct product *product)
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

const char *const parameter_columns[] = {"parameter", "pc_tool_page", "unit",   "default", "min",
                                         "max",       "step",         "source", NULL};
const int parameter_widths[] = {30, 20, 7, 10, 9, 9, 8, 0};

bool list_parameters(struct writer *w, const struct product *product)
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
        list_begin(w);
        list_cell(w, p->name);
        list_cell(w, pages[p->page]);
        list_cell(w, p->shown);
        for (int k = 0; k < 3; k++) {
            char text[24];
            bool ranged = k == 0 || p->unit != UNIT_CODE; /* codes are a list, not a range */
            parameter_format(p, values[k], text, sizeof text);
            list_cell(w, ranged ? text : "");
        }
        if (p->unit == UNIT_CODE) {
            list_cell(w, "");
        } else {
            list_number(w, p->step, parameter_scale(p), p->decimals);
        }
        list_cell(w, p->src);
        list_end(w);
    }
    return true;
}
