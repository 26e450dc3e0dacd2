/* SPDX-License-Identifier: Apache-2.0 */
/* From text to the core's check and back to a sentence. */
#include "sim/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *write_result_word(enum write_result result)
{
    if (result == WRITE_OK) {
        return "accepted";
    }
    return result == WRITE_WARNED ? "warned" : "refused";
}

int house_pack_index(const struct house *house, const char *device)
{
    char *end;
    if (strncmp(device, "pack", 4) != 0 || house->spec.battery != HOUSE_PACKS) {
        return -1;
    }
    long n = strtol(device + 4, &end, 10);
    return *end == '\0' && n >= 1 && n <= house->spec.packs ? (int)n - 1 : -1;
}

const struct setting_row *setting_by_mnemonic(const struct inverter_profile *profile,
                                              const char *mnemonic)
{
    for (int i = 0; i < profile->n_settings; i++) {
        if (strcmp(profile->settings[i].mnemonic, mnemonic) == 0) {
            return &profile->settings[i];
        }
    }
    return NULL;
}

/* The fixed choice of who may write a pack's parameters: the manual asks for the password. */
static bool may_write(const struct setting_row *row, bool installer)
{
    return installer || row->access == ACCESS_USER;
}

static const char *range_text(const struct setting_row *row, char *text, size_t room)
{
    char low[16];
    char high[16];
    char step[16];
    setting_format(row, row->min, low, sizeof low);
    setting_format(row, row->max, high, sizeof high);
    setting_format(row, row->step, step, sizeof step);
    snprintf(text, room, "allowed %s to %s %s in steps of %s", low, high, row->unit, step);
    return text;
}

/* "BTG (46.0 V)" */
static const char *named_value(const struct inverter *inverter, enum setting_id id, int32_t value,
                               char *text, size_t room)
{
    const struct setting_row *row = inverter_setting(inverter, id);
    char figure[16];
    setting_format(row, value, figure, sizeof figure);
    snprintf(text, room, "%s (%s%s%s)", row->mnemonic, figure, row->unit[0] != '\0' ? " " : "",
             row->unit);
    return text;
}

/* A write to the inverter: which row, what was typed, what it means. */
struct attempt {
    const struct inverter *inverter;
    const struct setting_row *row;
    const char *text;
    int32_t value;
};

/* Each order the value would break; what a battery type brings along is named as such. */
static void explain_conflicts(const struct attempt *attempt, bool hard, char *why, size_t room)
{
    const struct inverter *inverter = attempt->inverter;
    const struct setting_pair *pair;
    size_t used = strlen(why);
    for (int i = 0; (pair = inverter_conflict(inverter, attempt->row->id, attempt->value, i));
         i++) {
        char other[48];
        bool is_lower = pair->lower == attempt->row->id;
        enum setting_id with = is_lower ? pair->upper : pair->lower;
        const struct setting_row *lower = inverter_setting(inverter, pair->lower);
        if ((pair->kind == PAIR_HARD) != hard || used >= room) {
            continue;
        }
        if (attempt->row->id == SET_BATTERY_TYPE) {
            snprintf(why + used, room - used, " %s does not go with its %s: %s.",
                     inverter_setting(inverter, pair->upper)->mnemonic, lower->mnemonic, pair->why);
        } else {
            snprintf(
                why + used, room - used, " It should be %s %s: %s.", is_lower ? "below" : "above",
                named_value(inverter, with, inverter->set[with], other, sizeof other), pair->why);
        }
        used += strlen(why + used);
    }
}

static const char *when_text(enum setting_when when)
{
    switch (when) {
    case WHEN_ALWAYS: break;
    case WHEN_FREE_BATTERY:
        return "only with battery type USE or a lithium type; the others have fixed figures";
    case WHEN_EQUALIZING: return "only with a battery type that equalises (USE, SLD, FLD)";
    case WHEN_STANDBY: return "only in standby (POF=OFF)";
    }
    return "";
}

static void explain(const struct attempt *attempt, enum setting_verdict verdict, char *why,
                    size_t room)
{
    const struct setting_row *row = attempt->row;
    const char *text = attempt->text;
    char range[80];
    why[0] = '\0';
    switch (verdict) {
    case VERDICT_OK: return;
    case VERDICT_NOT_A_NUMBER:
        snprintf(why, room, "%s: \"%s\" is not a number (%s).", row->mnemonic, text,
                 range_text(row, range, sizeof range));
        return;
    case VERDICT_NOT_AN_OPTION:
        snprintf(why, room, "%s: \"%s\" is not an option (allowed %s).", row->mnemonic, text,
                 row->options);
        return;
    case VERDICT_OUT_OF_RANGE:
        snprintf(why, room, "%s: %s is out of range (%s).", row->mnemonic, text,
                 range_text(row, range, sizeof range));
        return;
    case VERDICT_OFF_STEP:
        snprintf(why, room, "%s: %s is off step (%s).", row->mnemonic, text,
                 range_text(row, range, sizeof range));
        return;
    case VERDICT_NOT_NOW:
        snprintf(why, room, "%s cannot be changed now: %s.", row->mnemonic, when_text(row->when));
        return;
    case VERDICT_CONTRADICTS:
        snprintf(why, room, "%s: %s contradicts another setting.", row->mnemonic, text);
        explain_conflicts(attempt, true, why, room);
        return;
    case VERDICT_NOT_ON_MODEL:
        snprintf(why, room, "%s: %s is not possible on this model.", row->mnemonic, text);
        return;
    }
}

static void warn(const struct attempt *attempt, char *why, size_t room)
{
    why[0] = '\0';
    explain_conflicts(attempt, false, why, room);
    if (why[0] != '\0') { /* the first sentence begins with the setting */
        char rest[SETTING_WHY];
        snprintf(rest, sizeof rest, "%s", why);
        snprintf(why, room, "%s: %s is allowed, but:%s", attempt->row->mnemonic, attempt->text,
                 rest);
    }
}

/* Stored, and nothing follows from it yet. */
static void say_later(const struct attempt *attempt, char *why, size_t room)
{
    const struct setting_row *row = attempt->row;
    const char *const told[] = {attempt->value != row->def ? row->later : NULL,
                                inverter_idle(attempt->inverter, row->id, attempt->value)};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        size_t used = strlen(why);
        if (told[i] != NULL && used < room) {
            snprintf(why + used, room - used, "%s%s: %s is allowed, but %s.", used > 0 ? " " : "",
                     row->mnemonic, attempt->text, told[i]);
        }
    }
}

/* What a person should know of a value that is taken; true when it does not go well with another
   setting, or has no effect as things stand. */
static bool doubt(const struct attempt *attempt, char *why, size_t room)
{
    warn(attempt, why, room);
    bool warned = why[0] != '\0' ||
                  inverter_idle(attempt->inverter, attempt->row->id, attempt->value) != NULL;
    say_later(attempt, why, room);
    return warned;
}

static enum write_result judge_inverter(struct attempt *attempt, const char *name, bool installer,
                                        char *why, size_t room)
{
    const struct inverter *inverter = attempt->inverter;
    attempt->row = setting_by_mnemonic(inverter->profile, name);
    if (attempt->row == NULL) {
        snprintf(why, room, "The inverter has no setting \"%s\".", name);
        return WRITE_UNKNOWN;
    }
    if (!may_write(attempt->row, installer)) {
        snprintf(why, room, "%s may only be changed by the installer.", attempt->row->mnemonic);
        return WRITE_DENIED;
    }
    enum setting_verdict verdict = setting_parse(attempt->row, attempt->text, &attempt->value);
    if (verdict == VERDICT_OK) {
        verdict = inverter_check(inverter, attempt->row->id, attempt->value);
    }
    explain(attempt, verdict, why, room);
    if (verdict != VERDICT_OK) {
        return WRITE_REFUSED;
    }
    if (attempt->value == inverter->set[attempt->row->id]) {
        return WRITE_OK;
    }
    return doubt(attempt, why, room) ? WRITE_WARNED : WRITE_OK;
}

bool house_setting_doubts(const struct house *house, const char *name, char *why, size_t room)
{
    const struct inverter *inverter = &house->inverter;
    const struct setting_row *row = setting_by_mnemonic(inverter->profile, name);
    char text[32];
    why[0] = '\0';
    if (row != NULL && row->id != SET_BATTERY_TYPE) { /* its preset's settings have their own */
        setting_format(row, inverter->set[row->id], text, sizeof text);
        const struct attempt attempt = {inverter, row, text, inverter->set[row->id]};
        (void)doubt(&attempt, why, room);
    }
    return why[0] != '\0';
}

static enum write_result write_inverter(struct inverter *inverter, const char *name,
                                        const char *text, bool installer, char *why, size_t room)
{
    struct attempt attempt = {.inverter = inverter, .text = text};
    enum write_result result = judge_inverter(&attempt, name, installer, why, room);
    if (write_took(result) &&
        inverter_set(inverter, attempt.row->id, attempt.value) != VERDICT_OK) {
        snprintf(why, room, "%s was not taken.", name); /* checked above: cannot be */
        return WRITE_REFUSED;
    }
    return result;
}

int house_write_settings(struct house *house, struct setting_text *list, int n, char *why,
                         size_t room)
{
    bool moved = true;
    int refused = -1;
    for (int i = 0; i < n; i++) {
        list[i].stored = false;
    }
    while (moved) {
        moved = false;
        refused = -1;
        for (int i = 0; i < n; i++) {
            char sentence[SETTING_WHY];
            if (list[i].stored) {
                continue;
            }
            list[i].stored =
                write_took(house_write_setting(house, list[i].device, list[i].name, list[i].value,
                                               true, sentence, sizeof sentence));
            moved |= list[i].stored;
            if (!list[i].stored && refused < 0) {
                refused = i;
                snprintf(why, room, "%s", sentence);
            }
        }
    }
    return refused;
}

/* The same for a pack's parameter. */
struct parameter_attempt {
    const struct bms *bms;
    const char *name, *text;
    enum parameter_id id;
    int32_t value;
};

static enum write_result refuse_parameter(const struct parameter_attempt *attempt, int verdict,
                                          char *why, size_t room)
{
    static const char *const reasons[] = {"is not a value", "is out of range", "is off step",
                                          "contradicts its protection or release"};
    const struct parameter *parameter = &parameters[attempt->id];
    struct parameter_bounds bounds;
    parameter_bounds(attempt->bms->profile, attempt->id, &bounds);
    snprintf(why, room, "%s: %s %s (allowed %s to %s %s in steps of %s).", parameter->name,
             attempt->text, reasons[-verdict], bounds.low, bounds.high, parameter->shown,
             bounds.step);
    return WRITE_REFUSED;
}

static enum write_result judge_pack(struct parameter_attempt *attempt, bool installer, char *why,
                                    size_t room)
{
    attempt->id = parameter_find(attempt->name);
    if (attempt->id == PARAM_NONE) {
        snprintf(why, room, "The pack has no parameter \"%s\".", attempt->name);
        return WRITE_UNKNOWN;
    }
    if (!installer) {
        snprintf(why, room, "%s may only be changed by the installer.", attempt->name);
        return WRITE_DENIED;
    }
    if (!parameter_parse(&parameters[attempt->id], attempt->text, &attempt->value)) {
        return refuse_parameter(attempt, 0, why, room);
    }
    int verdict = bms_check_parameter(attempt->bms, attempt->id, attempt->value);
    if (verdict != 0) {
        return refuse_parameter(attempt, verdict, why, room);
    }
    why[0] = '\0';
    return WRITE_OK;
}

static enum write_result no_device(const char *device, char *why, size_t room)
{
    snprintf(why, room, "There is no device \"%s\" with settings here.", device);
    return WRITE_UNKNOWN;
}

static bool is_inverter(const struct house *house, const char *device)
{
    return strcmp(device, "inverter") == 0 && house->spec.inverter != NULL;
}

enum write_result house_try_setting(const struct house *house, const struct setting_text *what,
                                    bool installer, char *why, size_t room)
{
    int pack = house_pack_index(house, what->device);
    if (pack >= 0) {
        struct parameter_attempt attempt = {
            .bms = &house->bms[pack], .name = what->name, .text = what->value};
        return judge_pack(&attempt, installer, why, room);
    }
    if (is_inverter(house, what->device)) {
        struct attempt attempt = {.inverter = &house->inverter, .text = what->value};
        return judge_inverter(&attempt, what->name, installer, why, room);
    }
    return no_device(what->device, why, room);
}

/* Once somebody tried the password, only the right one opens; before that the role decides. */
bool house_may_write(const struct house *house, struct bms *bms)
{
    if (house->desk[bms - house->bms].pc_on_parallel) {
        return false; /* the parallel port reads only (ES s1.3(12)) */
    }
    return access_use(&bms->access, bms->now_ms) || (!house->by_user && bms->access.wrong == 0);
}

static enum write_result write_pack(struct bms *bms, const char *name, const char *text,
                                    bool installer, char *why, size_t room)
{
    struct parameter_attempt attempt = {.bms = bms, .name = name, .text = text};
    enum write_result result = judge_pack(&attempt, installer, why, room);
    if (write_took(result)) {
        bms_set_parameter(bms, attempt.id, attempt.value);
    }
    return result;
}

// NOLINTNEXTLINE(readability-function-size): a write and where its reason goes
enum write_result house_write_setting(struct house *house, const char *device, const char *name,
                                      const char *text, bool installer, char *why, size_t room)
{
    int pack = house_pack_index(house, device);
    if (pack >= 0) {
        return write_pack(&house->bms[pack], name, text, installer, why, room);
    }
    return is_inverter(house, device)
               ? write_inverter(&house->inverter, name, text, installer, why, room)
               : no_device(device, why, room);
}

bool house_read_setting(const struct house *house, const char *device, const char *name, char *text,
                        size_t room)
{
    int pack = house_pack_index(house, device);
    if (pack >= 0) {
        enum parameter_id id = parameter_find(name);
        if (id == PARAM_NONE) {
            return false;
        }
        parameter_format(&parameters[id], house->bms[pack].param[id], text, room);
        return true;
    }
    if (!is_inverter(house, device)) {
        return false;
    }
    const struct setting_row *row = setting_by_mnemonic(house->inverter.profile, name);
    if (row == NULL) {
        return false;
    }
    setting_format(row, house->inverter.set[row->id], text, room);
    return true;
}
