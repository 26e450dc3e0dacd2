/* SPDX-License-Identifier: Apache-2.0 */
/* All parameters of a pack: read, written at once, restored, checked out of a file. */
#include "host/http/internal.h"

#include <stdio.h>
#include <string.h>

#include "host/site_desk.h"

enum { PARAMETERS_MOST = 128, VALUE_ROOM = 40 };

static json_t *options_json(const struct setting_view *s, bool silent)
{
    json_t *list = json_array();
    for (const char *at = s->options; *at != '\0';) {
        char option[40];
        size_t n = strcspn(at, "|");
        snprintf(option, sizeof option, "%.*s", (int)n, at);
        if (!silent || site_protocol_is_silent(s->name, option)) {
            json_array_append_new(list, json_string(option));
        }
        at += n + (at[n] == '|' ? 1 : 0);
    }
    return list;
}

static json_t *parameter_json(const struct parameter_view *view)
{
    const struct setting_view *s = &view->setting;
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "name", s->name,
                  "page", view->page, "group", view->group, "type", s->type, "unit", s->unit,
                  "file_unit", view->shown, "value", s->value, "default", s->fallback, "min",
                  s->min, "max", s->max, "step", s->step, "options", options_json(s, false));
    if (strcmp(s->type, "enum") == 0) {
        json_object_set_new(json, "silent", options_json(s, true));
    }
    return json;
}

static json_t *all_json(struct request *request)
{
    struct parameter_view view;
    json_t *list = json_array();
    for (int i = 0; site_parameter(request->web->site, request->device, i, &view); i++) {
        json_array_append_new(list, parameter_json(&view));
    }
    return json_pack("{s:s, s:o}", "device", request->device, "parameters", list);
}

enum MHD_Result parameters_get(struct request *request)
{
    struct site_desk desk;
    if (!site_desk(request->web->site, request->device, &desk)) {
        return no_such_pack(request);
    }
    if (desk.absent[0] != '\0') {
        return reply_problem(request,
                             (struct problem){.status = MHD_HTTP_CONFLICT, .detail = desk.absent});
    }
    return reply_json(request, MHD_HTTP_OK, all_json(request));
}

/* What was done, and all parameters as they are now. */
static enum MHD_Result reply_written(struct request *request, const struct desk_answer *answer)
{
    if (answer->result != DESK_OK) {
        return reply_desk(request, answer);
    }
    json_t *json = all_json(request);
    json_object_set_new(json, "written", json_integer(answer->written));
    json_object_set_new(json, "note", json_string(answer->why));
    return reply_json(request, MHD_HTTP_OK, json);
}

/* A JSON value as people write it. */
static bool value_text(const json_t *json, char *out, size_t room)
{
    int n = -1;
    if (json_is_string(json)) {
        n = snprintf(out, room, "%s", json_string_value(json));
    } else if (json_is_integer(json)) {
        n = snprintf(out, room, "%lld", (long long)json_integer_value(json));
    } else if (json_is_real(json)) {
        n = snprintf(out, room, "%.6g", json_real_value(json));
    } else if (json_is_boolean(json)) {
        n = snprintf(out, room, "%s", json_is_true(json) ? "on" : "off");
    }
    return n >= 0 && (size_t)n < room;
}

enum MHD_Result parameters_put(struct request *request)
{
    static char texts[PARAMETERS_MOST][VALUE_ROOM]; /* of this call alone */
    struct parameter_text list[PARAMETERS_MOST];
    struct desk_answer answer;
    const struct desk_hand hand = hand_of(request);
    const char *name;
    json_t *value;
    json_t *values = json_object_get(request->json, "values");
    int n = 0;
    bool good = json_is_object(values) && json_object_size(values) <= PARAMETERS_MOST;
    if (good) {
        json_object_foreach(values, name, value)
        {
            good = good && value_text(value, texts[n], sizeof texts[n]);
            list[n] = (struct parameter_text){name, texts[n]};
            n++;
        }
    }
    if (!good) {
        return reply_problem(request,
                             (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                              .detail = "Give the values to write, each a short "
                                                        "text, a number, true or false.",
                                              .field = "values",
                                              .allowed = "{\"values\": {NAME: VALUE}}"});
    }
    site_parameters_write(request->web->site, request->device, list, n, &hand, &answer);
    return reply_written(request, &answer);
}

enum MHD_Result parameters_restore(struct request *request)
{
    struct desk_answer answer;
    const struct desk_hand hand = hand_of(request);
    site_parameters_restore(request->web->site, request->device, &hand, &answer);
    return reply_written(request, &answer);
}

enum MHD_Result parameters_import(struct request *request)
{
    static struct site_import import; /* large, and of this call alone */
    const char *text = json_string_value(json_object_get(request->json, "text"));
    const char *name = json_string_value(json_object_get(request->json, "name"));
    if (text == NULL) {
        return reply_problem(request, (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                                       .detail = "Give the file's text.",
                                                       .field = "text",
                                                       .allowed = "{\"text\": …}"});
    }
    if (!site_parameters_import(request->web->site, request->device,
                                name == NULL || strlen(name) > 80 ? "file" : name, text, &import)) {
        return no_such_pack(request);
    }
    if (import.errors[0] != '\0') {
        return reply_problem(request, (struct problem){.status = HTTP_UNPROCESSABLE,
                                                       .detail = import.errors,
                                                       .field = "text",
                                                       .allowed = "lines NAME,VALUE,UNIT"});
    }
    json_t *values = json_object();
    for (int i = 0; i < import.n; i++) {
        json_object_set_new(values, import.row[i].name, json_string(import.row[i].value));
    }
    return reply_json(request, MHD_HTTP_OK,
                      json_pack("{s:s, s:o}", "device", request->device, "values", values));
}
