/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of an inverter: find, check, store. A battery type brings its preset along (O-08: what a
   preset stores may lie outside the menu's range until somebody edits it). */
#include "core/inverter/inverter.h"

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

/* Pairs that must keep their order (manual 003, 4.2; [5] < [6], [43] < [44], [45] < [46]). */
static const struct ordered_pair {
    enum setting_id lower, upper;
    bool may_equal;
} ordered_pairs[] = {
    {SET_BATTERY_TO_GRID_V, SET_GRID_TO_BATTERY_V, false},
    {SET_ON_GRID_CUTOFF_SOC, SET_ON_GRID_RECOVER_SOC, false},
    {SET_OFF_GRID_CUTOFF_SOC, SET_OFF_GRID_RECOVER_SOC, false},
    {SET_BATTERY_SHUTDOWN_V, SET_BATTERY_CUTOFF_V, true},
    {SET_BOOST_V, SET_BATTERY_HIGH_V, false},
    {SET_OFF_GRID_CUTOFF_SOC, SET_CHARGE_CUTOFF_SOC, false},
};

static bool contradicts(const struct inverter *inverter, enum setting_id id, int32_t value)
{
    for (size_t i = 0; i < sizeof ordered_pairs / sizeof ordered_pairs[0]; i++) {
        const struct ordered_pair *pair = &ordered_pairs[i];
        if (pair->lower != id && pair->upper != id) {
            continue;
        }
        int32_t lower = pair->lower == id ? value : inverter->set[pair->lower];
        int32_t upper = pair->upper == id ? value : inverter->set[pair->upper];
        if (lower > upper || (lower == upper && !pair->may_equal)) {
            return true;
        }
    }
    return false;
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
    enum setting_verdict verdict = setting_check_range(row, value);
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

static void load_preset(struct inverter *inverter)
{
    const struct battery_preset *preset = inverter_preset(inverter);
    int32_t *set = inverter->set;
    set[SET_BOOST_V] = preset->boost_mv;
    set[SET_FLOAT_V] = preset->float_mv;
    set[SET_BATTERY_HIGH_V] = preset->high_mv;
    set[SET_RECHARGE_V] = preset->recharge_mv;
    set[SET_BATTERY_ALARM_V] = preset->alarm_mv;
    set[SET_BATTERY_CUTOFF_V] = preset->cutoff_mv;
    set[SET_BATTERY_RECOVER_V] = preset->recover_mv;
    set[SET_BATTERY_SHUTDOWN_V] = preset->shutdown_mv;
    set[SET_SHUTDOWN_DELAY] = preset->shutdown_s;
    set[SET_BOOST_TIME] = preset->boost_min;
    if (preset->equalizes) {
        set[SET_EQUALIZE_V] = preset->equalize_mv;
        set[SET_EQUALIZE_TIME] = preset->equalize_min;
        set[SET_EQUALIZE_INTERVAL] = preset->equalize_days;
    }
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
    if (id == SET_BATTERY_TYPE) {
        load_preset(inverter);
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
