/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of installations in words. */
#include "host/install_text.h"

#include <stdio.h>
#include <string.h>

#include "core/product/setting.h"

static const char *const compare_words[] = {"at least", "at most", "above", "below", "", ""};

void install_number(int32_t thousandths, char *text)
{
    decimal_format(thousandths, 1000, 3, text, INSTALL_TEXT);
    size_t n = strlen(text);
    while (text[n - 1] == '0') {
        n--;
    }
    text[text[n - 1] == '.' ? n - 1 : n] = '\0';
}

/* A value without its unit. */
static void bare_value(enum install_quantity quantity, int32_t value, char *text)
{
    const struct install_quantity_row *row = &install_quantities[quantity];
    switch (row->kind) {
    case INSTALL_NUMBER: install_number(value, text); break;
    case INSTALL_FLAG: snprintf(text, INSTALL_TEXT, "%s", value != 0 ? "yes" : "no"); break;
    case INSTALL_WORD: snprintf(text, INSTALL_TEXT, "%s", row->words[value]); break;
    }
}

static void add_unit(enum install_quantity quantity, char *text)
{
    const char *unit = install_quantities[quantity].unit;
    size_t used = strlen(text);
    snprintf(text + used, INSTALL_TEXT - used, "%s%s", unit[0] != '\0' ? " " : "", unit);
}

void install_value(enum install_quantity quantity, int32_t value, char *text)
{
    bare_value(quantity, value, text);
    add_unit(quantity, text);
}

static void limits(enum install_quantity quantity, enum install_compare compare, int32_t low,
                   int32_t high, char *text)
{
    char first[INSTALL_TEXT];
    char last[INSTALL_TEXT];
    bool by_high = compare == INSTALL_AT_MOST || compare == INSTALL_BELOW;
    bare_value(quantity, by_high ? high : low, first);
    if (compare == INSTALL_BETWEEN) {
        bare_value(quantity, high, last);
        snprintf(text, INSTALL_TEXT, "%.40s to %.40s", first, last);
    } else {
        const char *word = compare_words[compare];
        snprintf(text, INSTALL_TEXT, "%s%s%.60s", word, word[0] != '\0' ? " " : "", first);
    }
}

void install_limits(const struct install_rule *rule, int32_t low, int32_t high, char *text)
{
    limits(rule->quantity, rule->compare, low, high, text);
    add_unit(rule->quantity, text);
}

void install_condition(const struct install_rule *rule, char *text)
{
    const struct install_when *when = &rule->when;
    char bounds[INSTALL_TEXT];
    text[0] = '\0';
    if (when->quantity != INSTALL_NONE) {
        limits(when->quantity, when->compare, when->low, when->high, bounds);
        snprintf(text, INSTALL_TEXT, "%s %.50s", install_quantities[when->quantity].key, bounds);
    }
}

int install_stem(enum install_quantity quantity)
{
    return (int)strcspn(install_quantities[quantity].key, "[");
}
