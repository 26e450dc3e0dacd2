/* SPDX-License-Identifier: Apache-2.0 */
/* hearth list settings, faults and pages of inverters, in the columns of the facts. */
#include "core/product/product.h"
#include "host/list_writer.h"

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

bool list_settings(struct writer *w, const struct product *product)
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
        list_begin(w);
        list_cell(w, product->id);
        list_cell(w, no);
        list_cell(w, row->mnemonic);
        list_cell(w, row->name);
        list_cell(w, types[row->type]);
        list_cell(w, row->options);
        setting_cell(w, row, row->def, true);
        setting_cell(w, row, row->min, ranged);
        setting_cell(w, row, row->max, ranged);
        setting_cell(w, row, row->step, ranged);
        list_cell(w, row->unit);
        list_cell(w, row->applies);
        list_cell(w, row->access == ACCESS_USER ? "user" : "installer");
        list_cell(w, row->effect);
        list_end(w);
    }
    return true;
}

const char *const fault_columns[] = {"product",   "code",     "class",    "source", "name",
                                     "condition", "reaction", "recovery", "advice", NULL};
const int fault_widths[] = {0, 5, 7, 0, 40, 0, 48, 0, 0};

bool list_faults(struct writer *w, const struct product *product)
{
    if (product->inverter == NULL) {
        return false;
    }
    for (int i = 0; i < FAULT_COUNT; i++) {
        const struct fault_row *row = &product->inverter->faults[i];
        list_begin(w);
        list_cell(w, product->id);
        list_cell(w, row->code);
        list_cell(w, row->class == CLASS_FAULT ? "fault" : "alarm");
        list_cell(w, "-");
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
