/* SPDX-License-Identifier: Apache-2.0 */
/* The battery's start-up guide as a checklist. */
#include "host/http/internal.h"

#include "host/site_desk.h"

enum MHD_Result guide_get(struct request *request)
{
    struct site_guide guide;
    if (!site_about(request->web->site).simulated || !site_guide(request->web->site, &guide)) {
        return reply_problem(request, (struct problem){.status = MHD_HTTP_NOT_FOUND,
                                                       .detail = "There is no start-up guide here: "
                                                                 "the site is real, or its battery "
                                                                 "has none."});
    }
    json_t *steps = json_array();
    for (int i = 0; i < guide.n; i++) {
        json_t *step = json_pack("{s:s, s:i, s:b}", "text", guide.step[i].text, "wait_s",
                                 (int)guide.step[i].wait_s, "done", (int)(i < guide.next));
        if (i < guide.next) {
            json_object_set_new(step, "at_ms", json_integer(guide.step[i].at_ms));
            json_object_set_new(step, "by", json_string(guide.step[i].by));
        }
        json_array_append_new(steps, step);
    }
    return reply_json(request, MHD_HTTP_OK,
                      json_pack("{s:s, s:i, s:i, s:o}", "model", guide.model, "next", guide.next,
                                "wait_s", (int)guide.wait_s, "steps", steps));
}

enum { BY_LETTERS = 40 };

/* Of UTF-8: what follows a first byte is none. */
static int letters(const char *text)
{
    int n = 0;
    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

enum MHD_Result guide_post(struct request *request)
{
    struct desk_answer answer;
    const json_t *step = json_object_get(request->json, "step");
    const char *by = json_string_value(json_object_get(request->json, "by"));
    bool restart = json_is_true(json_object_get(request->json, "restart"));
    if (by != NULL && letters(by) > BY_LETTERS) {
        return reply_problem(request, (struct problem){.status = HTTP_UNPROCESSABLE,
                                                       .detail = "This name is too long.",
                                                       .field = "by",
                                                       .allowed = "at most 40 letters"});
    }
    if (!restart && (!json_is_integer(step) || json_integer_value(step) < 0 ||
                     json_integer_value(step) >= GUIDE_STEPS_MAX)) {
        return reply_problem(request, (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                                       .detail = "Say which step is confirmed.",
                                                       .field = "step",
                                                       .allowed = "a whole number from 0 on"});
    }
    if (!site_about(request->web->site).simulated) {
        return guide_get(request);
    }
    site_guide_confirm(request->web->site, restart ? -1 : (int)json_integer_value(step),
                       by != NULL ? by : "", &answer);
    return answer.result == DESK_OK ? guide_get(request) : reply_desk(request, &answer);
}
