/* SPDX-License-Identifier: Apache-2.0 */
#include "host/pack_desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/product/panel.h"
#include "core/product/setting.h"
#include "host/monitor/params.h"

/* --- Views --- */

/* Groups of the tool's pages by the parameter each begins with. */
static const struct {
    enum parameter_id first;
    const char *name;
} groups[] = {
    {PARAM_CELL_OV_ALARM, "cell_voltage_high"},
    {PARAM_PACK_OV_ALARM, "pack_voltage_high"},
    {PARAM_CELL_UV_ALARM, "cell_voltage_low"},
    {PARAM_PACK_UV_ALARM, "pack_voltage_low"},
    {PARAM_CHARGE_OC_ALARM, "charge_current"},
    {PARAM_DISCHARGE_OC_ALARM, "discharge_current"},
    {PARAM_OVER_CURRENT_RECOVERY_DELAY, "current_recovery"},
    {PARAM_BALANCE_THRESHOLD, "balancing"},
    {PARAM_SLEEP_CELL_VOLTAGE, "sleep"},
    {PARAM_PACK_FULL_CHARGE_VOLTAGE, "full_charge"},
    {PARAM_CHARGE_OT_ALARM, "temperature_high"},
    {PARAM_CHARGE_UT_ALARM, "temperature_low"},
    {PARAM_MOS_OT_ALARM, "mos_temperature"},
    {PARAM_ENV_UT_ALARM, "environment"},
    {PARAM_CHARGE_LIMITER_START_CURRENT, "limiter"},
    {PARAM_SOUND_ALARM, "switches"},
    {PARAM_DESIGN_CAPACITY, "capacity"},
    {PARAM_CAN_PROTOCOL, "protocols"},
};

static const char *group_of(enum parameter_id id)
{
    size_t i = sizeof groups / sizeof groups[0] - 1;
    while (i > 0 && groups[i].first > id) {
        i--;
    }
    return groups[i].name;
}

/* Names of the protocols of each bus, "|PACE|PYLON…". */
#define PROTOCOL(bus, code, name, speaks) OPTION_##bus(name)
#define OPTION_CAN(name)                  "|" name
#define OPTION_RS485(name)
static const char can_options[] =
#include "core/product/battery/protocols.def"
    ;
#undef OPTION_CAN
#undef OPTION_RS485
#define OPTION_CAN(name)
#define OPTION_RS485(name) "|" name
static const char rs485_options[] =
#include "core/product/battery/protocols.def"
    ;
#undef PROTOCOL

static const char *options_of(const struct parameter *parameter)
{
    if (parameter->unit == UNIT_CODE) {
        return parameter == &parameters[PARAM_CAN_PROTOCOL] ? can_options + 1 : rs485_options + 1;
    }
    return parameter->unit == UNIT_ONOFF ? "off|on" : "";
}

const char *pack_silent_bus(enum parameter_id id, int32_t value)
{
    bool can = id == PARAM_CAN_PROTOCOL;
    if (!can && id != PARAM_RS485_PROTOCOL) {
        return NULL;
    }
    const struct protocol *protocol = protocol_of_code(can ? PROTOCOL_CAN : PROTOCOL_RS485, value);
    return protocol != NULL && protocol->speaks != NULL ? NULL : can ? "CAN" : "RS485";
}

bool site_protocol_is_silent(const char *parameter, const char *option)
{
    int32_t value;
    enum parameter_id id = parameter_find(parameter);
    return id != PARAM_NONE && parameter_parse(&parameters[id], option, &value) &&
           pack_silent_bus(id, value) != NULL;
}

static const char *type_of(const struct parameter *parameter)
{
    return parameter->unit == UNIT_ONOFF  ? "bool"
           : parameter->unit == UNIT_CODE ? "enum"
           : parameter->decimals > 0      ? "decimal"
                                          : "int";
}

static void put_range(const struct bms *bms, enum parameter_id id, struct setting_view *out)
{
    const struct parameter *parameter = &parameters[id];
    int32_t min;
    int32_t max;
    parameter_range(bms->profile, id, &min, &max);
    parameter_format(parameter, min, out->min, sizeof out->min);
    parameter_format(parameter, max, out->max, sizeof out->max);
    decimal_format(parameter->step, parameter_scale(parameter), parameter->decimals, out->step,
                   sizeof out->step);
}

void pack_parameter_view(const struct bms *bms, enum parameter_id id, struct parameter_view *out)
{
    static const char *const pages[] = {
        [PAGE_SETTING] = "setting", [PAGE_CONFIG] = "config", [PAGE_REALTIME] = "switch"};
    const struct parameter *parameter = &parameters[id];
    bool number = parameter->unit != UNIT_ONOFF && parameter->unit != UNIT_CODE;
    *out = (struct parameter_view){.setting = {.name = parameter->name,
                                               .title = parameter->name,
                                               .type = type_of(parameter),
                                               .options = options_of(parameter),
                                               .unit = number ? parameter->shown : "",
                                               .effect = "",
                                               .applies = "",
                                               .access = "installer"},
                                   .page = pages[parameter->page],
                                   .group = group_of(id),
                                   .shown = parameter->shown,
                                   .silent = pack_silent_bus(id, bms->param[id]) != NULL};
    struct setting_view *setting = &out->setting;
    parameter_format(parameter, bms->param[id], setting->value, sizeof setting->value);
    parameter_format(parameter, parameter->def[bms->profile->model], setting->fallback,
                     sizeof setting->fallback);
    if (number) {
        put_range(bms, id, setting);
    }
}

void pack_change_text(const struct pack_change *change, char *text, size_t room)
{
    char value[40];
    const char *bus = pack_silent_bus(change->id, change->value);
    parameter_format(&parameters[change->id], change->value, value, sizeof value);
    int n = snprintf(text, room, "%.60s set to %.40s", parameters[change->id].name, value);
    if (bus != NULL && n > 0 && (size_t)n < room) {
        snprintf(text + n, room - (size_t)n, "; nothing is spoken on the %s bus now", bus);
    }
}

/* --- Writing --- */

static const char *const switch_names[] = {"CHG Circuit", "DISCHG Circuit", "Sound Alarm",
                                           "LED Alarm", "Charge Limiter Switch"};

static bool refuse(struct desk_answer *out, enum desk_result result, const char *field,
                   const char *value)
{
    out->result = result;
    snprintf(out->field, sizeof out->field, "%s", field);
    snprintf(out->value, sizeof out->value, "%s", value);
    return false;
}

static void allow(const struct bms *bms, enum parameter_id id, struct desk_answer *out)
{
    struct parameter_view view;
    pack_parameter_view(bms, id, &view);
    const struct setting_view *s = &view.setting;
    if (s->min[0] != '\0') {
        snprintf(out->allowed, sizeof out->allowed, "%s to %s %s in steps of %s", s->min, s->max,
                 s->unit, s->step);
    } else {
        snprintf(out->allowed, sizeof out->allowed, "%s",
                 parameters[id].unit == UNIT_CODE ? "a name of its list" : "on or off");
    }
}

/* Texts to values: known names, each once, each a value of the parameter in its own range. */
struct wanted {
    bool given[PARAM_COUNT];
    int32_t value[PARAM_COUNT];
};

static bool take_text(const struct bms *bms, const struct parameter_text *text,
                      struct wanted *wanted, struct desk_answer *out)
{
    enum parameter_id id = parameter_find(text->name);
    int32_t value = 0;
    if (id == PARAM_NONE) {
        snprintf(out->why, sizeof out->why, "The pack has no parameter \"%.40s\".", text->name);
        return refuse(out, DESK_UNKNOWN, text->name, text->value);
    }
    bool good = parameter_parse(&parameters[id], text->value, &value);
    int verdict = good && value != bms->param[id] ? bms_check_parameter(bms, id, value) : 0;
    if (!good || verdict == -1 || verdict == -2) {
        static const char *const reasons[] = {"is not a value", "is out of range", "is off step"};
        allow(bms, id, out);
        snprintf(out->why, sizeof out->why, "%s: %.40s %s (allowed %s).", parameters[id].name,
                 text->value, reasons[-verdict], out->allowed);
        return refuse(out, DESK_REFUSED, parameters[id].name, text->value);
    }
    wanted->given[id] = true;
    wanted->value[id] = value;
    return true;
}

/* Takes whatever the copy takes, again and again; false: something is left that it never takes. */
static bool order_changes(struct bms *copy, const struct wanted *wanted,
                          struct pack_changes *changes)
{
    int left;
    bool moved;
    do {
        left = 0;
        moved = false;
        for (int i = 0; i < PARAM_COUNT; i++) {
            enum parameter_id id = (enum parameter_id)i;
            if (!wanted->given[id] || wanted->value[id] == copy->param[id]) {
                continue;
            }
            if (bms_check_parameter(copy, id, wanted->value[id]) != 0) {
                left++;
                continue;
            }
            copy->param[id] = wanted->value[id];
            changes->row[changes->n++] = (struct pack_change){id, wanted->value[id]};
            moved = true;
        }
    } while (left > 0 && moved);
    return left == 0;
}

/* Says which two of the values are at odds. */
static bool explain(const struct bms *copy, const struct wanted *wanted, struct desk_answer *out)
{
    for (int i = 0; i < PARAM_COUNT; i++) {
        enum parameter_id id = (enum parameter_id)i;
        if (!wanted->given[id] || wanted->value[id] == copy->param[id]) {
            continue;
        }
        char value[40];
        char beside[40];
        enum parameter_id other = bms_contradicted(copy, id, wanted->value[id]);
        parameter_format(&parameters[id], wanted->value[id], value, sizeof value);
        if (other == PARAM_NONE) {
            snprintf(out->why, sizeof out->why, "%s: the pack does not take %s.",
                     parameters[id].name, value);
            return refuse(out, DESK_REFUSED, parameters[id].name, value);
        }
        int32_t stands = wanted->given[other] ? wanted->value[other] : copy->param[other];
        parameter_format(&parameters[other], stands, beside, sizeof beside);
        bool above = wanted->value[id] > stands;
        snprintf(out->why, sizeof out->why,
                 "%s: %s %s must not be %s %s (%s %s). Change that one too, or this one less.",
                 parameters[id].name, value, parameters[id].shown, above ? "above" : "below",
                 parameters[other].name, beside, parameters[other].shown);
        snprintf(out->allowed, sizeof out->allowed, "%s %s %s", above ? "at most" : "at least",
                 beside, parameters[other].shown);
        return refuse(out, DESK_REFUSED, parameters[id].name, value);
    }
    return true;
}

static bool both_off(const struct bms *bms, const struct bms *then, struct desk_answer *out)
{
    bool was = bms->param[PARAM_CHG_CIRCUIT] == 0 && bms->param[PARAM_DISCHG_CIRCUIT] == 0;
    if (was || then->param[PARAM_CHG_CIRCUIT] != 0 || then->param[PARAM_DISCHG_CIRCUIT] != 0) {
        return false;
    }
    bool last = bms->param[PARAM_CHG_CIRCUIT] != 0;
    snprintf(out->why, sizeof out->why,
             "The charge and the discharge circuit cannot both be off: the pack could neither take "
             "nor give.");
    snprintf(out->allowed, sizeof out->allowed, "one of the two on");
    (void)refuse(out, DESK_REFUSED,
                 parameters[last ? PARAM_CHG_CIRCUIT : PARAM_DISCHG_CIRCUIT].name, "off");
    return true;
}

bool pack_changes_plan(const struct bms *bms, const struct parameter_text *list, int n,
                       struct pack_changes *changes, struct desk_answer *out)
{
    struct wanted wanted = {0};
    *out = (struct desk_answer){0};
    changes->n = 0;
    for (int i = 0; i < n; i++) {
        if (!take_text(bms, &list[i], &wanted, out)) {
            return false;
        }
    }
    struct bms *copy = malloc(sizeof *copy);
    if (copy == NULL) {
        snprintf(out->why, sizeof out->why, "Out of memory.");
        return refuse(out, DESK_FAILED, "", "");
    }
    *copy = *bms;
    bool good = order_changes(copy, &wanted, changes) || explain(copy, &wanted, out);
    good = good && !both_off(bms, copy, out);
    free(copy);
    return good;
}

void pack_changes_apply(struct bms *bms, const struct pack_changes *changes)
{
    for (int i = 0; i < changes->n; i++) {
        bms_set_parameter(bms, changes->row[i].id, changes->row[i].value);
    }
}

bool pack_switch_plan(const struct bms *bms, const struct parameter_text *flip,
                      struct pack_changes *changes, struct desk_answer *out)
{
    *out = (struct desk_answer){0};
    for (size_t i = 0; i < sizeof switch_names / sizeof switch_names[0]; i++) {
        if (strcmp(switch_names[i], flip->name) == 0) {
            return pack_changes_plan(bms, flip, 1, changes, out);
        }
    }
    snprintf(out->why, sizeof out->why, "The pack has no switch \"%.40s\".", flip->name);
    snprintf(out->allowed, sizeof out->allowed, "a parameter of type bool");
    return refuse(out, DESK_UNKNOWN, "name", flip->name);
}

bool pack_admin(struct bms *bms, const struct desk_hand *hand, struct desk_answer *out)
{
    *out = (struct desk_answer){0};
    if (hand->role != ROLE_INSTALLER) {
        snprintf(out->why, sizeof out->why, "Only the installer may do this.");
        return refuse(out, DESK_DENIED, "", "");
    }
    if (hand->password == NULL || hand->password[0] == '\0') {
        snprintf(out->why, sizeof out->why, "administrator password required");
        return refuse(out, DESK_PASSWORD, "password", "");
    }
    struct bms_access before = bms->access;
    enum access_result result = bms_login(bms, hand->password);
    out->wait_s = (access_wait_ms(&bms->access, bms->now_ms) + 999) / 1000;
    bms->access.granted = before.granted; /* whoever works at the pack's port goes on */
    bms->access.granted_ms = before.granted_ms;
    if (result == ACCESS_GRANTED) {
        return true;
    }
    if (result == ACCESS_WAIT) {
        snprintf(out->why, sizeof out->why,
                 "Too many wrong administrator passwords: the pack looks at none for %u s.",
                 (unsigned)out->wait_s);
        return refuse(out, DESK_WAITS, "password", "");
    }
    snprintf(out->why, sizeof out->why, "Wrong administrator password (%u in a row).",
             (unsigned)bms->access.wrong);
    return refuse(out, DESK_PASSWORD, "password", "");
}

void pack_import(const struct bms *bms, const char *name, const char *text, struct site_import *out)
{
    struct param_page page;
    param_page_init(&page, bms->profile);
    *out = (struct site_import){0};
    FILE *errors = fmemopen(out->errors, sizeof out->errors - 1, "w");
    FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r"); /* read only */
    if (in != NULL && errors != NULL) {
        (void)param_import(&page, in, name, errors);
    } else {
        snprintf(out->errors, sizeof out->errors, "%s:1: holds no parameter", name);
    }
    if (in != NULL) {
        (void)fclose(in);
    }
    if (errors != NULL) {
        (void)fclose(errors);
    }
    for (int i = 0; i < PARAM_COUNT && out->n < IMPORT_VALUES; i++) {
        if (page.shown[i]) {
            out->row[out->n].name = parameters[i].name;
            parameter_format(&parameters[i], page.page[i], out->row[out->n].value,
                             sizeof out->row[0].value);
            out->n++;
        }
    }
}
