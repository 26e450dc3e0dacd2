/* SPDX-License-Identifier: Apache-2.0 */
/* hearth list install: what a manual asks of an installation. */
#include <stdio.h>

#include "host/install_text.h"
#include "host/list_writer.h"

const char *const install_columns[] = {"product",  "quantity", "unit", "comparison", "low",
                                       "high",     "per",      "when", "severity",   "manual",
                                       "sentence", "what",     NULL};
const int install_widths[] = {0, 26, 8, 10, 8, 8, 18, 24, 9, 10, 90, 0};

static void limit_cell(struct writer *w, const struct install_rule *rule, int32_t limit, bool used)
{
    char text[INSTALL_TEXT] = "";
    if (used && install_quantities[rule->quantity].kind == INSTALL_FLAG) {
        snprintf(text, sizeof text, "%s", limit != 0 ? "yes" : "no");
    } else if (used) {
        install_number(limit, text);
    }
    list_cell(w, text);
}

bool list_install(struct writer *w, const struct product *product)
{
    static const char *const compares[] = {"at least", "at most", "above",
                                           "below",    "between", "is"};
    const struct install_rule *rule;
    for (int i = 0; (rule = install_rule_at(product, i)) != NULL; i++) {
        const struct install_quantity_row *row = &install_quantities[rule->quantity];
        enum install_compare how = rule->compare;
        char text[INSTALL_TEXT];
        list_begin(w);
        list_cell(w, product->id);
        list_cell(w, row->key);
        list_cell(w, row->unit);
        list_cell(w, compares[how]);
        limit_cell(w, rule, rule->low, how != INSTALL_AT_MOST && how != INSTALL_BELOW);
        limit_cell(w, rule, rule->high, how != INSTALL_AT_LEAST && how != INSTALL_ABOVE);
        list_cell(w, rule->per != INSTALL_NONE ? install_quantities[rule->per].key : "");
        install_condition(rule, text);
        list_cell(w, text);
        list_cell(w, rule->severity == INSTALL_REFUSED ? "refused" : "warning");
        snprintf(text, sizeof text, "%s %s", product->install->manual, rule->section);
        list_cell(w, text);
        list_cell(w, rule->sentence);
        list_cell(w, row->what);
        list_end(w);
    }
    return true;
}
