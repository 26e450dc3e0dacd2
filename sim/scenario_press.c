/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a scenario: which there are, and what may follow each. */
#include <stdlib.h>
#include <string.h>

#include "sim/lcd.h"
#include "sim/panels.h"
#include "sim/scenario_loader.h"

/* Keys and what may follow them. */
static const struct press_key {
    const char *name;
    enum { TAKES_HOLD, TAKES_WORDS, TAKES_FIELD, TAKES_NOTHING } takes;
    bool later;
} press_keys[] = {
    {"RST", TAKES_HOLD, false},
    {"BATTERY", TAKES_HOLD, false},
    {"RS232_BYTE", TAKES_NOTHING, false},
    {"CLEAR_FAULTS", TAKES_NOTHING, false},
    {"PC.LOGIN", TAKES_WORDS, false},
    {"PC.SHUTDOWN", TAKES_NOTHING, false},
    {"PC.RESTORE_DEFAULTS", TAKES_NOTHING, false},
    {"PC.ERASE_RECORDS", TAKES_NOTHING, false},
    {"PC.PASSWORD", TAKES_WORDS, false},
    {"PC.WRITE_CLOCK", TAKES_WORDS, false},
    {"PC.TOOL_READ", TAKES_NOTHING, false},
    {"PC.TOOL_WRITE", TAKES_WORDS, false},
    {"GUIDE", TAKES_WORDS, false},
    {"TOUCH", TAKES_FIELD, false},
    {"UP", TAKES_HOLD, false},
    {"DOWN", TAKES_HOLD, false},
    {"LEFT", TAKES_HOLD, false},
    {"RIGHT", TAKES_HOLD, false},
    {"ESC", TAKES_HOLD, false},
    {"ENTER", TAKES_HOLD, false},
    {"POWER", TAKES_HOLD, true},
    {"LOCK", TAKES_WORDS, true},
    {"UNLOCK", TAKES_NOTHING, true},
    {"COMMISSION", TAKES_WORDS, true},
    {"FACTORY_RESET", TAKES_WORDS, true},
};

static const struct press_key *key_of(const char *name)
{
    for (size_t i = 0; i < sizeof press_keys / sizeof press_keys[0]; i++) {
        if (strcmp(press_keys[i].name, name) == 0) {
            return &press_keys[i];
        }
    }
    return NULL;
}

/* What follows TOUCH: nothing, a hold, or a field and perhaps an entry of its list or the password:
   "TOUCH can GROWATT", "TOUCH password 123456". */
static bool load_touch(struct loader *load, yaml_node *item, char *rest,
                       struct scenario_action *action)
{
    const struct product *pack = load->scenario->spec.pack;
    action->touched = "";
    if (rest == NULL || text_duration(rest, &action->hold_ms)) {
        return true;
    }
    bool whole = pack != NULL && panel_knows(pack->pack->panel, rest); /* "GROWATT 485" */
    char *blank = whole ? NULL : strchr(rest, ' ');
    if (blank != NULL) {
        *blank++ = '\0';
    }
    action->touched = rest;
    action->argument = blank;
    /* a site file's packs are known when it runs */
    return pack == NULL || panel_knows(pack->pack->panel, rest) ||
           FAIL(item, "the panel of %s has no field \"%s\" (hearth list pages %s)", pack->id, rest,
                pack->id);
}

/* "RST 7s", "pack2.RST 7s", "PC.LOGIN 123456", "TOUCH pack_info". */
bool load_press(struct loader *load, yaml_node *item, struct scenario_action *action)
{
    const char *text = yaml_text(item);
    if (text == NULL) {
        return FAIL(item, "press wants keys, as in [RST 7s]");
    }
    char *copy = arena_take(load->scenario, strlen(text) + 1);
    const char *action_text = copy;
    memcpy(copy, text, strlen(text) + 1);
    char *after = strchr(copy, ' ');
    if (after != NULL) {
        *after++ = '\0';
    }
    action->kind = ACT_PRESS;
    action->line = yaml_line(item);
    action->hold_ms = 100;
    action->place.n = 1;
    if (strncmp(copy, "pack", 4) == 0 && strchr(copy, '.') != NULL) {
        action->place.n = (int)strtol(copy + 4, NULL, 10); /* checked against the packs */
        copy = strchr(copy, '.') + 1;
    }
    action->name = copy;
    const struct press_key *key = key_of(copy);
    if (key == NULL) {
        return FAIL(item, "there is no key \"%s\"", copy);
    }
    if (key->later) {
        return FAIL(item, "key %s is not here yet", copy);
    }
    enum lcd_key lcd_key;
    action->of_inverter = copy == action_text && lcd_key_named(copy, &lcd_key);
    if (key->takes == TAKES_FIELD) {
        return load_touch(load, item, after, action);
    }
    if (key->takes == TAKES_WORDS && after != NULL) {
        snprintf(action->value.text, sizeof action->value.text, "%s", after);
        return true;
    }
    if (after != NULL && key->takes == TAKES_NOTHING) {
        return FAIL(item, "key %s takes nothing, not \"%s\"", copy, after);
    }
    return after == NULL || text_duration(after, &action->hold_ms) ||
           FAIL(item, "\"%s\" is not a duration (a number and ms, s, min, h or d)", after);
}
