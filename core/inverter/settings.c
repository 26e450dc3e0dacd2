/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of an inverter: find, check, store. A battery type brings its preset along (O-08: what a
   preset stores may lie outside the menu's range until somebody edits it). */
#include "core/inverter/inverter.h"

#include <stddef.h>

const struct setting_row *inverter_setting(const struct inverter *inverter, enum setting_id id)
{
    const struct inverter_profile *profile = inverter->profile;
    for (int i = 0; i < profile->n_settings; i++) {
        if (profile->settings[i].id == id) {
            return &profile->settings[i];
        }
    }
    return NULL;
}

const struct battery_preset *inverter_preset(const struct inverter *inverter)
{
    return &inverter->profile->presets[inverter->set[SET_BATTERY_TYPE]];
}

static bool editable_now(const struct inverter *inverter, enum setting_when when)
{
    const struct battery_preset *preset = inverter_preset(inverter);
    bool free_type = preset->chemistry == CHEMISTRY_LITHIUM || inverter->set[SET_BATTERY_TYPE] == 0;
    switch (when) {
    case WHEN_ALWAYS: return true;
    case WHEN_FREE_BATTERY: return free_type;
    case WHEN_EQUALIZING: return preset->equalizes;
    case WHEN_STANDBY: return inverter->set[SET_POWER_ON] == 0;
    }
    return false;
}

bool inverter_editable(const struct inverter *inverter, enum setting_id id)
{
    const struct setting_row *row = inverter_setting(inverter, id);
    return row != NULL && editable_now(inverter, row->when);
}

/* What a battery type brings along. */
static const struct preset_field {
    enum setting_id id;
    size_t at;
    bool equalizing; /* only of types that equalise */
} preset_fields[] = {
#define FIELD(id, field, equalizing)                                 \
    {                                                                \
        SET_##id, offsetof(struct battery_preset, field), equalizing \
    }
    FIELD(BOOST_V, boost_mv, false),
    FIELD(FLOAT_V, float_mv, false),
    FIELD(BATTERY_HIGH_V, high_mv, false),
    FIELD(RECHARGE_V, recharge_mv, false),
    FIELD(BATTERY_ALARM_V, alarm_mv, false),
    FIELD(BATTERY_CUTOFF_V, cutoff_mv, false),
    FIELD(BATTERY_RECOVER_V, recover_mv, false),
    FIELD(BATTERY_SHUTDOWN_V, shutdown_mv, false),
    FIELD(SHUTDOWN_DELAY, shutdown_s, false),
    FIELD(BOOST_TIME, boost_min, false),
    FIELD(EQUALIZE_V, equalize_mv, true),
    FIELD(EQUALIZE_TIME, equalize_min, true),
    FIELD(EQUALIZE_INTERVAL, equalize_days, true),
#undef FIELD
};

enum { N_PRESET_FIELDS = sizeof preset_fields / sizeof preset_fields[0] };

/* What the preset stores for a setting, or what stands there now. */
static int32_t preset_value(const struct inverter *inverter, int32_t type, enum setting_id id)
{
    const struct battery_preset *preset = &inverter->profile->presets[type];
    for (int i = 0; i < N_PRESET_FIELDS; i++) {
        const struct preset_field *field = &preset_fields[i];
        if (field->id == id && (preset->equalizes || !field->equalizing)) {
            return *(const int32_t *)(const void *)((const char *)preset + field->at);
        }
    }
    return inverter->set[id];
}

static void load_preset(struct inverter *inverter)
{
    int32_t type = inverter->set[SET_BATTERY_TYPE];
    for (int i = 0; i < N_PRESET_FIELDS; i++) {
        enum setting_id id = preset_fields[i].id;
        inverter->set[id] = preset_value(inverter, type, id);
    }
}

/* Pairs that keep their order, the lower one by at least `margin`. The hard ones are printed in the
   manual (4.2; [5] < [6], [43] < [44], [45] < [46]) or would make the settings senseless at once;
   the others are stored and explained (O-16). */
static const struct setting_pair pairs[] = {
    {SET_BATTERY_TO_GRID_V, SET_GRID_TO_BATTERY_V, 1, PAIR_HARD, "the load would move to and fro"},
    {SET_ON_GRID_CUTOFF_SOC, SET_ON_GRID_RECOVER_SOC, 1, PAIR_HARD,
     "the load would move to and fro"},
    {SET_OFF_GRID_CUTOFF_SOC, SET_OFF_GRID_RECOVER_SOC, 1, PAIR_HARD,
     "the output would go off and on again"},
    {SET_BATTERY_SHUTDOWN_V, SET_BATTERY_CUTOFF_V, 0, PAIR_HARD,
     "the delayed shutdown would come before the immediate one"},
    {SET_BOOST_V, SET_BATTERY_HIGH_V, 1, PAIR_HARD, "charging would switch the battery off"},
    {SET_FLOAT_V, SET_BATTERY_HIGH_V, 1, PAIR_HARD, "charging would switch the battery off"},
    {SET_EQUALIZE_V, SET_BATTERY_HIGH_V, 400, PAIR_VOLTS,
     "equalising would switch the battery off; it stays 0.4 V below"},
    {SET_OFF_GRID_CUTOFF_SOC, SET_CHARGE_CUTOFF_SOC, 1, PAIR_HARD,
     "charging would end before the battery may be used"},
    {SET_BATTERY_CUTOFF_V, SET_BATTERY_RECOVER_V, 400, PAIR_VOLTS,
     "the battery would count as recovered when it is cut off; the output waits for 0.4 V more"},
    {SET_BATTERY_CUTOFF_V, SET_BATTERY_TO_GRID_V, 401, PAIR_VOLTS,
     "the battery is cut off before the load goes back to the grid"},
    {SET_BATTERY_TO_GRID_V, SET_RECHARGE_V, 0, PAIR_VOLTS,
     "the load goes to the grid while the battery still counts as charged"},
    {SET_BATTERY_CUTOFF_V, SET_OUTPUT2_CUTOFF_V, 401, PAIR_VOLTS,
     "the battery is cut off before output 2 is shed"},
    {SET_BATTERY_CUTOFF_V, SET_BATTERY_ALARM_V, 1, PAIR_VOLTS,
     "the alarm comes after the output is off"},
    {SET_FLOAT_V, SET_BOOST_V, 0, PAIR_VOLTS, "float would be higher than boost"},
    {SET_RECHARGE_V, SET_FLOAT_V, 1, PAIR_VOLTS, "charging begins anew as soon as it has ended"},
    {SET_FLOAT_V, SET_EQUALIZE_V, 0, PAIR_VOLTS, "equalising would be lower than float"},
    {SET_BATTERY_RECOVER_V, SET_BOOST_V, 1, PAIR_VOLTS,
     "charging does not reach it; the output comes back when the battery is full"},
    {SET_GRID_TO_BATTERY_V, SET_BOOST_V, 1, PAIR_VOLTS,
     "charging does not reach it; the load comes back when the battery is full"},
    {SET_OFF_GRID_CUTOFF_SOC, SET_ON_GRID_CUTOFF_SOC, 0, PAIR_SOC,
     "the output would be off before the load goes back to the grid"},
    {SET_OFF_GRID_RECOVER_SOC, SET_CHARGE_CUTOFF_SOC, 0, PAIR_SOC,
     "charging ends before the output may come back"},
    {SET_ON_GRID_RECOVER_SOC, SET_CHARGE_CUTOFF_SOC, 0, PAIR_SOC,
     "charging ends before the battery may feed the load again"},
};

/* Settings that wait for something else before they do anything, or that the model caps. */
static bool no_bms(const struct inverter *inverter, int32_t value)
{
    (void)value;
    return inverter->set[SET_BMS_LINK] == 0 && !inverter_preset(inverter)->by_bms;
}
static bool no_equalizing(const struct inverter *inverter, int32_t value)
{
    (void)value;
    return inverter->set[SET_EQUALIZE_ENABLE] == 0;
}
static bool not_utility(const struct inverter *inverter, int32_t value)
{
    (void)value;
    return inverter->set[SET_SUPPLY_MODE] != SUPPLY_UTI;
}
static bool one_output(const struct inverter *inverter, int32_t value)
{
    (void)value;
    return !inverter->profile->dual_output;
}
static bool over_charge_max(const struct inverter *inverter, int32_t value)
{
    return value > inverter->profile->charge_max_ma;
}
static bool over_grid_charge_max(const struct inverter *inverter, int32_t value)
{
    return value > inverter->profile->grid_charge_max_ma;
}

static bool unlinked(const struct inverter *inverter, int32_t value)
{
    return inverter->profile->presets[value].by_bms && inverter->set[SET_BMS_LINK] == BMS_NONE;
}
static bool not_lithium(const struct inverter *inverter, int32_t value)
{
    return value != BMS_NONE && inverter_preset(inverter)->chemistry != CHEMISTRY_LITHIUM;
}

static const struct idle_row {
    enum setting_id id;
    bool (*idle)(const struct inverter *inverter, int32_t value);
    const char *why;
} idle_rows[] = {
    {SET_ON_GRID_CUTOFF_SOC, no_bms, "it has no effect while no BMS is linked (BMS)"},
    {SET_ON_GRID_RECOVER_SOC, no_bms, "it has no effect while no BMS is linked (BMS)"},
    {SET_OFF_GRID_CUTOFF_SOC, no_bms, "it has no effect while no BMS is linked (BMS)"},
    {SET_OFF_GRID_RECOVER_SOC, no_bms, "it has no effect while no BMS is linked (BMS)"},
    {SET_CHARGE_CUTOFF_SOC, no_bms, "it has no effect while no BMS is linked (BMS)"},
    {SET_EQUALIZE_NOW, no_equalizing, "nothing begins while equalising is off (EQE)"},
    {SET_GRID_FEED, not_utility, "the grid is only fed in supply mode UTI (WFM)"},
    {SET_DUAL_OUTPUT, one_output, "this model has one output"},
    {SET_BATTERY_TYPE, unlinked, "its figures stand in until a BMS is linked (BMS)"},
    {SET_BMS_LINK, not_lithium,
     "the battery type is no lithium type (BTP): the BMS rules all the same"},
    {SET_CHARGE_CURRENT_MAX, over_charge_max, "this model charges with less"},
    {SET_GRID_CHARGE_CURRENT_MAX, over_grid_charge_max, "this model charges with less"},
};
enum { N_IDLE_ROWS = sizeof idle_rows / sizeof idle_rows[0] };

const char *inverter_idle(const struct inverter *inverter, enum setting_id id, int32_t value)
{
    const struct setting_row *row = inverter_setting(inverter, id);
    for (int i = 0; row != NULL && value != row->def && i < N_IDLE_ROWS; i++) {
        if (idle_rows[i].id == id && idle_rows[i].idle(inverter, value)) {
            return idle_rows[i].why;
        }
    }
    return NULL;
}

/* A setting as it would be with `value` stored in `id`. */
static int32_t imagined(const struct inverter *inverter, enum setting_id id, int32_t value,
                        enum setting_id asked)
{
    if (asked == id) {
        return value;
    }
    return id == SET_BATTERY_TYPE ? preset_value(inverter, value, asked) : inverter->set[asked];
}

const struct setting_pair *inverter_conflict(const struct inverter *inverter, enum setting_id id,
                                             int32_t value, int nth)
{
    int32_t type = imagined(inverter, id, value, SET_BATTERY_TYPE);
    bool bms = inverter->set[SET_BMS_LINK] != 0 || inverter->profile->presets[type].by_bms;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const struct setting_pair *pair = &pairs[i];
        bool touched = pair->lower == id || pair->upper == id || id == SET_BATTERY_TYPE;
        touched = touched && (pair->kind == PAIR_HARD || (pair->kind == PAIR_SOC) == bms);
        int32_t lower = imagined(inverter, id, value, pair->lower);
        int32_t upper = imagined(inverter, id, value, pair->upper);
        if (touched && lower + pair->margin > upper && nth-- == 0) {
            return pair;
        }
    }
    return NULL;
}

static bool contradicts(const struct inverter *inverter, enum setting_id id, int32_t value)
{
    const struct setting_pair *pair;
    for (int i = 0; (pair = inverter_conflict(inverter, id, value, i)) != NULL; i++) {
        if (pair->kind == PAIR_HARD) {
            return true;
        }
    }
    return false;
}

struct setting_row inverter_range(const struct inverter *inverter, const struct setting_row *row)
{
    int32_t preset = preset_value(inverter, inverter->set[SET_BATTERY_TYPE], row->id);
    struct setting_row wide = *row;
    bool ranged = row->type == SETTING_INT || row->type == SETTING_DECIMAL;
    if (ranged && preset < row->min) { /* on the menu's steps */
        int32_t steps = (row->min - preset) / row->step;
        wide.min = row->min - steps * row->step;
    }
    if (ranged) {
        wide.max = max_i32(row->max, preset);
    }
    return wide;
}

static enum setting_verdict check_range(const struct inverter *inverter,
                                        const struct setting_row *row, int32_t value)
{
    if (value == preset_value(inverter, inverter->set[SET_BATTERY_TYPE], row->id)) {
        return VERDICT_OK;
    }
    const struct setting_row wide = inverter_range(inverter, row);
    return setting_check_range(&wide, value);
}

enum setting_verdict inverter_check(const struct inverter *inverter, enum setting_id id,
                                    int32_t value)
{
    const struct setting_row *row = inverter_setting(inverter, id);
    if (row == NULL) {
        return VERDICT_NOT_ON_MODEL;
    }
    if (value == inverter->set[id]) {
        return VERDICT_OK; /* writing what is there changes nothing, preset or not */
    }
    enum setting_verdict verdict = check_range(inverter, row, value);
    if (verdict != VERDICT_OK) {
        return verdict;
    }
    if (id == SET_PARALLEL_MODE && value != 0 && !inverter->profile->parallel) {
        return VERDICT_NOT_ON_MODEL;
    }
    if (!editable_now(inverter, row->when)) {
        return VERDICT_NOT_NOW;
    }
    return contradicts(inverter, id, value) ? VERDICT_CONTRADICTS : VERDICT_OK;
}

enum setting_verdict inverter_set(struct inverter *inverter, enum setting_id id, int32_t value)
{
    enum setting_verdict verdict = inverter_check(inverter, id, value);
    if (verdict == VERDICT_OK && id == SET_EQUALIZE_NOW && value == 0) {
        inverter->equalize_ended = true; /* also one that its interval started */
    }
    if (verdict != VERDICT_OK || inverter->set[id] == value) {
        return verdict;
    }
    inverter->set[id] = value;
    if (id == SET_PARALLEL_MODE && value == PARALLEL_3P1) {
        inverter->set[SET_PARALLEL_ROLE] = 0; /* host; it may be changed (O-26) */
    }
    if (id == SET_BATTERY_TYPE) { /* another battery: nothing of the last one's charge goes on */
        load_preset(inverter);
        inverter->set[SET_EQUALIZE_NOW] = 0;
        inverter_restart_charge(inverter);
    }
    return VERDICT_OK;
}

void inverter_load_defaults(struct inverter *inverter)
{
    const struct inverter_profile *profile = inverter->profile;
    for (int i = 0; i < profile->n_settings; i++) {
        inverter->set[profile->settings[i].id] = profile->settings[i].def;
    }
    load_preset(inverter);
}

bool inverter_restore(struct inverter *inverter, const int32_t set[SET_COUNT])
{
    const struct inverter_profile *profile = inverter->profile;
    bool whole = true;
    int32_t type = set[SET_BATTERY_TYPE];
    if (type >= 0 && type < profile->n_presets) {
        inverter->set[SET_BATTERY_TYPE] = type;
        load_preset(inverter);
    }
    for (int i = 0; i < profile->n_settings; i++) {
        const struct setting_row *row = &profile->settings[i];
        bool fits = check_range(inverter, row, set[row->id]) == VERDICT_OK;
        inverter->set[row->id] = fits ? set[row->id] : inverter->set[row->id];
        whole = whole && fits;
    }
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const struct setting_pair *pair = &pairs[i];
        if (pair->kind == PAIR_HARD &&
            inverter->set[pair->lower] + pair->margin > inverter->set[pair->upper]) {
            inverter_load_defaults(inverter);
            return false;
        }
    }
    return whole;
}
