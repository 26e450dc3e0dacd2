/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of devices and knobs of the simulation: the two things that can be written. */
#include "host/http/internal.h"

#include <stdio.h>
#include <string.h>

#include "host/shown_text.h"
#include "host/site_desk.h"

enum { WHY = SETTING_WHY, TEXT = 300 };

static json_t *options_json(const char *options)
{
    json_t *list = json_array();
    while (options != NULL && *options != '\0') {
        size_t n = strcspn(options, "|");
        json_array_append_new(list, json_stringn(options, n));
        options += n + (options[n] == '|' ? 1 : 0);
    }
    return list;
}

static const char *some(const char *text) { return text == NULL ? "" : text; }

static json_t *setting_json(const struct setting_view *s, enum role role)
{
    bool is_user = strcmp(some(s->access), "user") == 0;
    bool writable = role == ROLE_INSTALLER || (role == ROLE_OWNER && is_user);
    char effect[TEXT], applies[TEXT];
    shown_text(some(s->effect), effect, sizeof effect);
    shown_text(some(s->applies), applies, sizeof applies);
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s}", "name",
                  some(s->name), "title", some(s->title), "type", some(s->type), "options",
                  options_json(s->options), "unit", some(s->unit), "effect", effect, "applies",
                  applies, "access", some(s->access), "writable", (int)writable, "value", s->value,
                  "default", s->fallback, "min", s->min, "max", s->max, "step", s->step);
    if (site_protocol_is_silent(some(s->name), s->value)) {
        json_object_set_new(json, "silent", json_true());
    }
    return json;
}

static bool device_exists(const struct site *site, const char *device)
{
    const char *name;
    for (int i = 0; (name = site_device(site, i)) != NULL; i++) {
        if (strcmp(name, device) == 0) {
            return true;
        }
    }
    return false;
}

static bool find_setting(struct request *request, const char *name, struct setting_view *out)
{
    for (int i = 0; site_setting(request->web->site, request->device, i, out); i++) {
        if (strcmp(out->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static enum MHD_Result no_device(struct request *request)
{
    return reply_problem(request, (struct problem){.status = MHD_HTTP_NOT_FOUND,
                                                   .detail = "There is no such device.",
                                                   .field = "device",
                                                   .value = request->device,
                                                   .allowed = "a device of GET /api/settings"});
}

static enum MHD_Result no_setting(struct request *request, const char *name)
{
    return reply_problem(request,
                         (struct problem){.status = MHD_HTTP_NOT_FOUND,
                                          .detail = "The device has no such setting.",
                                          .field = name,
                                          .value = name,
                                          .allowed = "a name of GET /api/settings/DEVICE"});
}

enum MHD_Result settings_devices(struct request *request)
{
    json_t *devices = json_array();
    const char *name;
    for (int i = 0; (name = site_device(request->web->site, i)) != NULL; i++) {
        json_array_append_new(devices, json_string(name));
    }
    return reply_json(request, MHD_HTTP_OK, json_pack("{s:o}", "devices", devices));
}

/* One, with what is to be known of its write. */
static enum MHD_Result answer_one(struct request *request, unsigned status, const char *warning)
{
    struct setting_view view;
    if (!find_setting(request, request->name, &view)) {
        return no_setting(request, request->name);
    }
    json_t *json = setting_json(&view, request->role);
    if (warning[0] != '\0') {
        json_object_set_new(json, "warning", json_string(warning));
    }
    if (status == MHD_HTTP_ACCEPTED) {
        json_object_set_new(json, "sent", json_true());
    }
    return reply_json(request, status, json);
}

/* All of a device; takes `warnings`, sentences by name. */
static enum MHD_Result answer_all(struct request *request, json_t *warnings)
{
    struct setting_view view;
    json_t *settings = json_array();
    for (int i = 0; site_setting(request->web->site, request->device, i, &view); i++) {
        json_array_append_new(settings, setting_json(&view, request->role));
    }
    json_t *json = json_pack("{s:s, s:o}", "device", request->device, "settings", settings);
    if (json_object_size(warnings) > 0) {
        json_object_set(json, "warnings", warnings);
    }
    json_decref(warnings);
    return reply_json(request, MHD_HTTP_OK, json);
}

/* "false"/"true" for a bool whose options are words of the manual's. */
static void match_bool(const struct setting_view *view, char *text, size_t room)
{
    const char *bar = strchr(some(view->options), '|');
    if (strcmp(some(view->type), "bool") != 0 || bar == NULL) {
        return;
    }
    if (strcmp(text, "true") == 0) {
        snprintf(text, room, "%s", bar + 1);
    } else if (strcmp(text, "false") == 0) {
        snprintf(text, room, "%.*s", (int)(bar - view->options), view->options);
    }
}

/* ?try=VALUE: what a write would lead to. */
static enum MHD_Result try_one(struct request *request, const char *value)
{
    char text[64];
    char why[WHY] = "";
    struct setting_view view;
    if (!find_setting(request, request->name, &view)) {
        return no_setting(request, request->name);
    }
    snprintf(text, sizeof text, "%s", value);
    match_bool(&view, text, sizeof text);
    const struct setting_trial trial = {request->name, text, request->role};
    const char *result =
        site_setting_try(request->web->site, request->device, &trial, why, sizeof why);
    return reply_json(request, MHD_HTTP_OK,
                      json_pack("{s:s, s:s}", "result", result, "reason", why));
}

enum MHD_Result settings_get(struct request *request)
{
    const char *value = query_of(request, "try");
    if (!device_exists(request->web->site, request->device)) {
        return no_device(request);
    }
    if (request->name[0] == '\0') {
        return answer_all(request, json_object());
    }
    return value != NULL ? try_one(request, value) : answer_one(request, MHD_HTTP_OK, "");
}

/* A JSON value as the text that site.h wants; false for objects, arrays and overlong texts. */
static bool value_text(const json_t *json, const char *when_null, char *out, size_t room)
{
    int n = -1;
    switch (json_typeof(json)) {
    case JSON_STRING: n = snprintf(out, room, "%s", json_string_value(json)); break;
    case JSON_INTEGER: n = snprintf(out, room, "%lld", (long long)json_integer_value(json)); break;
    case JSON_REAL: n = snprintf(out, room, "%.10g", json_real_value(json)); break;
    case JSON_TRUE: n = snprintf(out, room, "true"); break;
    case JSON_FALSE: n = snprintf(out, room, "false"); break;
    case JSON_NULL: n = when_null == NULL ? -1 : snprintf(out, room, "%s", when_null); break;
    case JSON_OBJECT:
    case JSON_ARRAY: break;
    }
    return n >= 0 && (size_t)n < room;
}

static unsigned status_of(enum setting_result result)
{
    switch (result) {
    case SETTING_OK: return MHD_HTTP_OK;
    case SETTING_SENT: return MHD_HTTP_ACCEPTED;
    case SETTING_UNKNOWN: return MHD_HTTP_NOT_FOUND;
    case SETTING_INVALID: return HTTP_UNPROCESSABLE;
    case SETTING_DENIED: return MHD_HTTP_FORBIDDEN;
    case SETTING_FAILED: return MHD_HTTP_BAD_GATEWAY;
    }
    return MHD_HTTP_INTERNAL_SERVER_ERROR;
}

static void allowed_text(const struct setting_view *view, char *out, size_t room)
{
    if (view->options != NULL && view->options[0] != '\0') {
        snprintf(out, room, "%s", view->options);
    } else if (view->min[0] != '\0') {
        snprintf(out, room, "%s to %s %s%s%s", view->min, view->max, some(view->unit),
                 view->step[0] != '\0' ? " in steps of " : "", view->step);
    } else {
        snprintf(out, room, "%s", some(view->type));
    }
}

static bool took(unsigned status) { return status == MHD_HTTP_OK || status == MHD_HTTP_ACCEPTED; }

/* Writes one; a status that took() with a warning in `why` where one is due, or that of the problem
   it has answered with in `*result`. */
static unsigned put_one(struct request *request, const char *name, const json_t *json, char *why,
                        enum MHD_Result *result)
{
    char text[64] = "", allowed[160];
    struct setting_view view;
    if (!find_setting(request, name, &view)) {
        *result = no_setting(request, name);
        return MHD_HTTP_NOT_FOUND;
    }
    allowed_text(&view, allowed, sizeof allowed);
    enum setting_result written = SETTING_INVALID;
    if (value_text(json, NULL, text, sizeof text)) {
        match_bool(&view, text, sizeof text);
        written = site_setting_write(request->web->site, request->device, name, text, request->role,
                                     why, WHY);
    } else {
        snprintf(why, WHY, "A setting's value is a text, a number or true or false.");
    }
    if (!took(status_of(written))) {
        *result = reply_problem(request, (struct problem){.status = status_of(written),
                                                          .detail = why,
                                                          .field = name,
                                                          .value = text,
                                                          .allowed = allowed});
    }
    return status_of(written);
}

enum MHD_Result settings_put(struct request *request)
{
    enum MHD_Result result = MHD_NO;
    char why[WHY] = "";
    const char *name;
    json_t *value;
    if (!device_exists(request->web->site, request->device)) {
        return no_device(request);
    }
    if (request->name[0] != '\0') {
        value = json_object_get(request->json, "value");
        if (value == NULL) {
            return reply_problem(request, (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                                           .detail = "Say the value to write.",
                                                           .field = "value",
                                                           .allowed = "{\"value\": …}"});
        }
        unsigned status = put_one(request, request->name, value, why, &result);
        return took(status) ? answer_one(request, status, why) : result;
    }
    /* In the order given; the first refusal ends it and says which, the ones before it hold. */
    json_t *warnings = json_object();
    json_object_foreach(request->json, name, value)
    {
        why[0] = '\0';
        if (!took(put_one(request, name, value, why, &result))) {
            json_decref(warnings);
            return result;
        }
        if (why[0] != '\0') {
            json_object_set_new(warnings, name, json_string(why));
        }
    }
    return answer_all(request, warnings);
}

static enum MHD_Result not_simulated(struct request *request)
{
    return reply_problem(request, (struct problem){.status = MHD_HTTP_CONFLICT,
                                                   .detail = "This site is real: it has no "
                                                             "simulation to steer."});
}

enum MHD_Result simulation_get(struct request *request)
{
    struct knob_view knob;
    bool simulated = site_about(request->web->site).simulated;
    json_t *knobs = json_array();
    for (int i = 0; simulated && site_knob(request->web->site, i, &knob); i++) {
        json_array_append_new(
            knobs, json_pack("{s:s, s:s, s:s, s:o, s:s, s:f, s:f, s:f, s:s}", "name",
                             some(knob.name), "title", some(knob.title), "type", some(knob.type),
                             "options", options_json(knob.options), "unit", some(knob.unit), "min",
                             knob.min, "max", knob.max, "step", knob.step, "value", knob.value));
    }
    return reply_json(request, MHD_HTTP_OK,
                      json_pack("{s:b, s:o}", "simulated", (int)simulated, "knobs", knobs));
}

enum MHD_Result simulation_post(struct request *request)
{
    const char *name;
    json_t *value;
    if (!site_about(request->web->site).simulated) {
        return not_simulated(request);
    }
    json_object_foreach(request->json, name, value)
    {
        char text[64] = "", why[200] = "A knob's value is a text, a number, true, false or null.";
        enum setting_result written = SETTING_INVALID;
        if (value_text(value, "auto", text, sizeof text)) {
            written = site_knob_write(request->web->site, name, text, why, sizeof why);
        }
        if (written != SETTING_OK) {
            return reply_problem(request, (struct problem){.status = status_of(written),
                                                           .detail = why,
                                                           .field = name,
                                                           .value = text,
                                                           .allowed = "see GET /api/simulation"});
        }
    }
    return simulation_get(request);
}
