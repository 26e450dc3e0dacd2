/* SPDX-License-Identifier: Apache-2.0 */
#include "host/inverter_items.h"

#include <stdio.h>
#include <string.h>

#include "sim/settings.h"

static const char *unit_of(const char *point)
{
    static const struct {
        const char *end, *unit;
    } rows[] = {{"_v", "V"},    {"_a", "A"},     {"_w", "W"},   {"_va", "VA"}, {"_hz", "Hz"},
                {"_c", "degC"}, {"_kwh", "kWh"}, {"_ah", "Ah"}, {"_pct", "%"}};
    const char *end = strrchr(point, '_');
    for (size_t i = 0; end != NULL && i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(end, rows[i].end) == 0) {
            return rows[i].unit;
        }
    }
    return "";
}

static void put_live(struct items *items, const struct inverter_view *view, enum view_live live)
{
    const struct live_row *row = &live_rows[live];
    char word[ITEM_TEXT];
    switch (row->kind) {
    case LIVE_NUMBER:
        items_number(items, row->point, (double)view->live[live] / row->scale, row->decimals,
                     unit_of(row->point));
        break;
    case LIVE_FLAG: items_bool(items, row->point, view->live[live] != 0); break;
    case LIVE_WORD:
        live_word(live, view->live[live], word, sizeof word);
        items_text(items, row->point, word);
        break;
    }
}

void inverter_setting_item(struct items *items, const struct setting_row *row, int32_t value)
{
    char point[ITEM_POINT];
    char text[ITEM_TEXT];
    snprintf(point, sizeof point, "settings.%s", row->mnemonic);
    if (row->type == SETTING_ENUM || row->type == SETTING_BOOL) {
        setting_format(row, value, text, sizeof text);
        items_text(items, point, text);
    } else {
        items_number(items, point, (double)value / row->scale, row->decimals, row->unit);
    }
}

/* Codes of a class, in the product's words. */
static void put_faults(struct items *items, const struct inverter_view *view,
                       const struct inverter_profile *profile, enum fault_class class)
{
    char list[ITEM_TEXT] = "";
    for (int i = 0; i < FAULT_COUNT; i++) {
        size_t used = strlen(list);
        if ((view->faults >> i & 1) != 0 && profile->faults[i].class == class) {
            snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? "," : "",
                     profile->faults[i].code);
        }
    }
    items_list(items, class == CLASS_FAULT ? "inverter.faults" : "inverter.alarms", list);
}

/* What the device itself calls them. */
static void put_codes(struct items *items, const struct inverter_view *view)
{
    char list[ITEM_TEXT] = "";
    for (int i = 0; i < view->n_codes; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%u", used > 0 ? "," : "", view->code[i]);
    }
    items_list(items, "inverter.device_codes", list);
}

static void put_clock(struct items *items, const struct view_clock *clock)
{
    char text[ITEM_TEXT];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", clock->year, clock->month,
             clock->day, clock->hour, clock->minute, clock->second);
    items_text(items, "inverter.clock", text);
}

void inverter_items(struct items *items, const struct inverter_view *view,
                    const struct inverter_profile *profile)
{
    for (enum view_live live = 0; live < LIVE_COUNT; live++) {
        if (view_has(view, live)) {
            put_live(items, view, live);
        }
    }
    if (view->faults_heard) {
        put_faults(items, view, profile, CLASS_FAULT);
        put_faults(items, view, profile, CLASS_ALARM);
        put_codes(items, view);
    }
    if (view->serial[0] != '\0') {
        items_text(items, "inverter.serial", view->serial);
    }
    if (view->model[0] != '\0') {
        items_text(items, "inverter.model", view->model);
    }
    if (view->clock_heard) {
        put_clock(items, &view->clock);
    }
    for (int i = 0; i < profile->n_settings; i++) {
        const struct setting_row *row = &profile->settings[i];
        if (view->set_heard[row->id]) {
            inverter_setting_item(items, row, view->set[row->id]);
        }
    }
}

static bool is_known(const struct inverter_profile *profile, const char *name)
{
    static const char *const others[] = {"inverter.faults",       "inverter.alarms",
                                         "inverter.device_codes", "inverter.serial",
                                         "inverter.model",        "inverter.clock"};
    for (enum view_live live = 0; live < LIVE_COUNT; live++) {
        if (strcmp(live_rows[live].point, name) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(others[i], name) == 0) {
            return true;
        }
    }
    return strncmp(name, "settings.", 9) == 0 && setting_by_mnemonic(profile, name + 9) != NULL;
}

bool inverter_item(struct items *items, const struct inverter_view *view,
                   const struct inverter_profile *profile, const char *name, bool *heard)
{
    static struct items all;
    char full[ITEM_POINT];
    bool mnemonic = setting_by_mnemonic(profile, name) != NULL;
    snprintf(full, sizeof full, "%s%s", mnemonic ? "settings." : "", name);
    all.n = 0;
    *heard = false;
    inverter_items(&all, view, profile);
    for (int i = 0; i < all.n && items->n < ITEMS_MAX; i++) {
        if (strcmp(all.of[i].point, full) == 0) {
            items->of[items->n++] = all.of[i];
            *heard = true;
            return true;
        }
    }
    return is_known(profile, full);
}

const struct product *inverter_product(const char *command, const char *name)
{
    for (int i = 0; i < product_count; i++) {
        bool wanted = name == NULL || strcmp(products[i].id, name) == 0;
        if (products[i].inverter != NULL && wanted) {
            return &products[i];
        }
    }
    fprintf(stderr, "hearth %s: there is no inverter \"%s\" (see hearth list products)\n", command,
            name != NULL ? name : "");
    return NULL;
}
