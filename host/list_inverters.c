/* SPDX-License-Identifier: Apache-2.0 */
/* hearth list settings, faults and pages of inverters, in the columns of the facts. */
#include "core/product/product.h"
#include "host/list_writer.h"
#include "host/shown_text.h"

const char *const setting_columns[] = {"product", "id",           "mnemonic", "name",   "type",
                                       "options", "default",      "min",      "max",    "step",
                                       "unit",    "applies_when", "access",   "effect", NULL};
const int setting_widths[] = {0, 4, 9, 42, 8, 34, 8, 7, 7, 6, 5, 0, 10, 0};

static void setting_cell(struct writer *w, const struct setting_row *row, int32_t value, bool shown)
{
    char text[40] = "";
    if (shown) {
        setting_format(row, value, text, sizeof text);
    }
    list_cell(w, text);
}

/* As delivered: of several values one, where they are the same. */
static void default_cell(struct writer *w, const struct setting_row *row)
{
    char text[120] = "";
    if (row->each != NULL) {
        setting_format_all(row, row->each, text, sizeof text);
    } else if (row->type != SETTING_WINDOWS && row->type != SETTING_CLOCK) {
        setting_format(row, row->def, text, sizeof text);
    }
    list_cell(w, text);
}

/* "MCC"; "tou_power[1..6]" of several values. */
static void mnemonic_cell(struct writer *w, const struct setting_row *row)
{
    char text[60];
    bool slots = row->count > 1 && row->type != SETTING_WINDOWS;
    if (slots) {
        snprintf(text, sizeof text, "%s[1..%d]", row->mnemonic, row->count);
    }
    list_cell(w, slots ? text : row->mnemonic);
}

/* A table is read by people; CSV and JSON have the cells as they are, remarks and all. */
static void prose_cell(struct writer *w, const char *text)
{
    char shown[300];
    shown_text(text, shown, sizeof shown);
    list_cell(w, w->form == FORM_TABLE ? shown : text);
}

static void setting_line(struct writer *w, const struct product *product,
                         const struct setting_row *row)
{
    static const char *const types[] = {"enum",    "enum", "bool", "int",
                                        "decimal", "time", "time", "time"};
    static const char *const accesses[] = {"user", "installer", "locked"};
    char no[8];
    bool ranged = row->type != SETTING_ENUM && row->type != SETTING_CHOICE &&
                  row->type != SETTING_BOOL && row->type != SETTING_CLOCK;
    snprintf(no, sizeof no, "%d", row->no);
    list_begin(w);
    list_cell(w, product->id);
    list_cell(w, row->place != NULL ? row->place : no);
    mnemonic_cell(w, row);
    list_cell(w, row->name);
    list_cell(w, types[row->type]);
    list_cell(w, row->options);
    default_cell(w, row);
    setting_cell(w, row, row->min, ranged);
    setting_cell(w, row, row->max, ranged);
    if (row->type == SETTING_TIME || row->type == SETTING_WINDOWS) {
        char minutes[8];
        snprintf(minutes, sizeof minutes, "%d", row->step);
        list_cell(w, minutes);
    } else {
        setting_cell(w, row, row->step, ranged && row->step > 0);
    }
    list_cell(w, row->unit);
    prose_cell(w, row->applies);
    list_cell(w, accesses[row->access]);
    prose_cell(w, row->effect);
    list_end(w);
}

bool list_settings(struct writer *w, const struct product *product)
{
    const struct setting_row *rows =
        product->hybrid != NULL ? product->hybrid->settings : product->inverter->settings;
    int n = product->hybrid != NULL ? product->hybrid->n_settings : product->inverter->n_settings;
    for (int i = 0; i < n; i++) {
        setting_line(w, product, &rows[i]);
    }
    return true;
}

const char *const fault_columns[] = {"product",   "code",     "class",    "source", "name",
                                     "condition", "reaction", "recovery", "advice", NULL};
const int fault_widths[] = {0, 5, 7, 0, 40, 0, 48, 0, 0};

bool list_faults(struct writer *w, const struct product *product)
{
    static const char *const classes[] = {"fault", "alarm", "error", "warning"};
    const struct fault_row *rows =
        product->hybrid != NULL ? product->hybrid->faults : product->inverter->faults;
    int n = product->hybrid != NULL ? product->hybrid->n_faults : FAULT_COUNT;
    for (int i = 0; i < n; i++) {
        const struct fault_row *row = &rows[i];
        list_begin(w);
        list_cell(w, product->id);
        list_cell(w, row->code);
        list_cell(w, classes[row->class]);
        list_cell(w, row->source != NULL ? row->source : "-");
        list_cell(w, row->name);
        list_cell(w, row->condition);
        list_cell(w, row->reaction);
        list_cell(w, row->recovery);
        list_cell(w, row->advice);
        list_end(w);
    }
    return true;
}

const char *const lcd_page_columns[] = {
    "product",     "page",           "left_label", "left_quantity", "left_unit",
    "right_label", "right_quantity", "right_unit", "note",          NULL};
const int lcd_page_widths[] = {0, 5, 12, 26, 10, 16, 28, 11, 0};

bool list_lcd_pages(struct writer *w, const struct product *product)
{
    for (int i = 0; i < product->inverter->n_pages; i++) {
        const struct lcd_page *page = &product->inverter->pages[i];
        char no[8];
        snprintf(no, sizeof no, "%d", page->no);
        list_begin(w);
        list_cell(w, product->id);
        list_cell(w, no);
        list_cell(w, page->left.label);
        list_cell(w, page->left.quantity);
        list_cell(w, page->left.unit);
        list_cell(w, page->right.label);
        list_cell(w, page->right.quantity);
        list_cell(w, page->right.unit);
        list_cell(w, page->note);
        list_end(w);
    }
    return true;
}
