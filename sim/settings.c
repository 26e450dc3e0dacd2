/* SPDX-License-Identifier: Apache-2.0 */
/* From text to the core's check and back to a sentence. */
#include "sim/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void explain(const struct setting_row *row, const char *text, enum setting_verdict verdict,
                    char *why, size_t room)
{
    char range[80];
    switch (verdict) {
    case VERDICT_OK: why[0] = '\0'; return;
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
        snprintf(why, room, "%s cannot be changed now: %s.", row->mnemonic, row->applies);
        return;
    case VERDICT_CONTRADICTS:
        snprintf(why, room, "%s: %s contradicts another setting (%s).", row->mnemonic, text,
                 row->effect);
        return;
    case VERDICT_NOT_ON_MODEL:
        snprintf(why, room, "%s: %s is not possible on this model.", row->mnemonic, text);
        return;
    }
}

static enum write_result write_inverter(struct inverter *inverter, const char *name,
                                        const char *text, bool installer, char *why, size_t room)
{
    const struct setting_row *row = setting_by_mnemonic(inverter->profile, name);
    int32_t value = 0;
    if (row == NULL) {
        snprintf(why, room, "The inverter has no setting \"%s\".", name);
        return WRITE_UNKNOWN;
    }
    if (!may_write(row, installer)) {
        snprintf(why, room, "%s may only be changed by the installer.", row->mnemonic);
        return WRITE_DENIED;
    }
    enum setting_verdict verdict = setting_parse(row, text, &value);
    if (verdict == VERDICT_OK) {
        verdict = inverter_set(inverter, row->id, value);
    }
    explain(row, text, verdict, why, room);
    return verdict == VERDICT_OK ? WRITE_OK : WRITE_REFUSED;
}

static enum write_result refuse_parameter(const struct bms *bms, enum parameter_id id,
                                          const char *text, int verdict, char *why, size_t room)
{
    static const char *const reasons[] = {"is out of range", "is off step",
                                          "contradicts its protection or release"};
    const struct parameter *parameter = &parameters[id];
    struct parameter_bounds bounds;
    parameter_bounds(bms->profile, id, &bounds);
    snprintf(why, room, "%s: %s %s (allowed %s to %s %s in steps of %s).", parameter->name, text,
             verdict == 0 ? "is not a value" : reasons[-verdict - 1], bounds.low, bounds.high,
             parameter->shown, bounds.step);
    return WRITE_REFUSED;
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
    enum parameter_id id = parameter_find(name);
    int32_t value = 0;
    if (id == PARAM_NONE) {
        snprintf(why, room, "The pack has no parameter \"%s\".", name);
        return WRITE_UNKNOWN;
    }
    if (!installer) {
        snprintf(why, room, "%s may only be changed by the installer.", name);
        return WRITE_DENIED;
    }
    if (!parameter_parse(&parameters[id], text, &value)) {
        return refuse_parameter(bms, id, text, 0, why, room);
    }
    int verdict = bms_check_parameter(bms, id, value);
    if (verdict != 0) {
        return refuse_parameter(bms, id, text, verdict, why, room);
    }
    bms_set_parameter(bms, id, value);
    why[0] = '\0';
    return WRITE_OK;
}

// NOLINTNEXTLINE(readability-function-size): a write and where its reason goes
enum write_result house_write_setting(struct house *house, const char *device, const char *name,
                                      const char *text, bool installer, char *why, size_t room)
{
    int pack = house_pack_index(house, device);
    if (pack >= 0) {
        return write_pack(&house->bms[pack], name, text, installer, why, room);
    }
    if (strcmp(device, "inverter") == 0 && house->spec.inverter != NULL) {
        return write_inverter(&house->inverter, name, text, installer, why, room);
    }
    snprintf(why, room, "There is no device \"%s\" with settings here.", device);
    return WRITE_UNKNOWN;
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
    if (strcmp(device, "inverter") != 0 || house->spec.inverter == NULL) {
        return false;
    }
    const struct setting_row *row = setting_by_mnemonic(house->inverter.profile, name);
    if (row == NULL) {
        return false;
    }
    setting_format(row, house->inverter.set[row->id], text, room);
    return true;
}
