/* SPDX-License-Identifier: Apache-2.0 */
/* A pack's board: what it is, its clock, its switches, its administrator password. */
#include "host/http/internal.h"

#include <string.h>

#include "host/site_desk.h"

enum MHD_Result no_such_pack(struct request *request)
{
    return reply_problem(request, (struct problem){.status = MHD_HTTP_NOT_FOUND,
                                                   .detail = "There is no such pack.",
                                                   .field = "device",
                                                   .value = request->device,
                                                   .allowed = "pack1, pack2, …"});
}

static unsigned status_of(enum desk_result result)
{
    switch (result) {
    case DESK_OK: return MHD_HTTP_OK;
    case DESK_UNKNOWN: return MHD_HTTP_NOT_FOUND;
    case DESK_REFUSED:
    case DESK_PASSWORD: return HTTP_UNPROCESSABLE;
    case DESK_DENIED: return MHD_HTTP_FORBIDDEN;
    case DESK_WAITS: return MHD_HTTP_TOO_MANY_REQUESTS;
    case DESK_ABSENT: return MHD_HTTP_CONFLICT;
    case DESK_FAILED: return MHD_HTTP_BAD_GATEWAY;
    }
    return MHD_HTTP_INTERNAL_SERVER_ERROR;
}

enum MHD_Result reply_desk(struct request *request, const struct desk_answer *answer)
{
    struct problem problem = {.status = status_of(answer->result),
                              .detail = answer->why,
                              .field = answer->field[0] != '\0' ? answer->field : NULL,
                              .value = answer->value[0] != '\0' ? answer->value : NULL,
                              .allowed = answer->allowed[0] != '\0' ? answer->allowed : NULL,
                              .retry_after_s = (int)answer->wait_s};
    return reply_problem(request, problem);
}

struct desk_hand hand_of(const struct request *request)
{
    const char *password = json_string_value(json_object_get(request->json, "password"));
    bool fits = password != NULL && strlen(password) <= 64;
    return (struct desk_hand){.role = request->role, .password = fits ? password : NULL};
}

enum MHD_Result desk_get(struct request *request)
{
    struct site_desk desk;
    char at[40];
    if (!site_desk(request->web->site, request->device, &desk)) {
        return no_such_pack(request);
    }
    int64_t ahead_s = desk.clock_s - site_now_ms(request->web->site) / 1000;
    bool here = desk.absent[0] == '\0';
    time_text(desk.clock_s * 1000, at, sizeof at);
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "device", request->device, "model",
                  desk.model, "maker", desk.maker, "version", desk.version, "serial", desk.serial,
                  "absent", desk.absent, "wait_s", (int)desk.wait_s);
    json_object_set_new(json, "clock", here ? json_string(at) : json_null());
    json_object_set_new(json, "clock_ms", here ? json_integer(desk.clock_s * 1000) : json_null());
    json_object_set_new(json, "ahead_s", here ? json_integer(ahead_s) : json_null());
    return reply_json(request, MHD_HTTP_OK, json);
}

enum MHD_Result desk_clock_put(struct request *request)
{
    struct desk_answer answer;
    const json_t *time = json_object_get(request->json, "time");
    int64_t at_ms = site_now_ms(request->web->site);
    bool good =
        time == NULL || (json_is_string(time) && time_parse(json_string_value(time), &at_ms) &&
                         at_ms >= INT64_C(946684800000) && at_ms < INT64_C(4102444800000));
    if (!good) {
        return reply_problem(request, (struct problem){.status = HTTP_UNPROCESSABLE,
                                                       .detail = "This is no time for a pack's "
                                                                 "clock.",
                                                       .field = "time",
                                                       .value = json_string_value(time),
                                                       .allowed = "ISO 8601, years 2000 to 2099"});
    }
    site_desk_clock(request->web->site, request->device, at_ms / 1000, request->role, &answer);
    return answer.result == DESK_OK ? desk_get(request) : reply_desk(request, &answer);
}

enum MHD_Result desk_switch_put(struct request *request)
{
    struct desk_answer answer;
    const struct desk_hand hand = hand_of(request);
    const char *name = json_string_value(json_object_get(request->json, "name"));
    const json_t *on = json_object_get(request->json, "on");
    if (name == NULL || !json_is_boolean(on)) {
        return reply_problem(request, (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                                       .detail = "Say which switch, and whether "
                                                                 "on.",
                                                       .field = name == NULL ? "name" : "on",
                                                       .allowed = "{\"name\": …, \"on\": true, "
                                                                  "\"password\": …}"});
    }
    const struct parameter_text flip = {name, json_is_true(on) ? "on" : "off"};
    site_desk_switch(request->web->site, request->device, &flip, &hand, &answer);
    return answer.result == DESK_OK ? parameters_get(request) : reply_desk(request, &answer);
}

enum MHD_Result desk_password_post(struct request *request)
{
    struct desk_answer answer;
    const struct desk_hand hand = hand_of(request);
    site_desk_login(request->web->site, request->device, &hand, &answer);
    return answer.result == DESK_OK ? desk_get(request) : reply_desk(request, &answer);
}
