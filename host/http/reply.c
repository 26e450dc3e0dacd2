/* SPDX-License-Identifier: Apache-2.0 */
/* Answers: JSON, problems (RFC 9457), texts; each with the headers that keep a browser careful. */
#include "host/http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum MHD_Result reply_with(struct request *request, unsigned status, struct MHD_Response *response)
{
    static const char *const headers[][2] = {
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
        {"Content-Security-Policy",
         "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
         "form-action 'self'; frame-ancestors 'none'"},
    };
    if (response == NULL) {
        return MHD_NO;
    }
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    }
    if (MHD_get_response_header(response, "Cache-Control") == NULL) {
        MHD_add_response_header(response, "Cache-Control", "no-store");
    }
    enum MHD_Result result = MHD_queue_response(request->connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static struct MHD_Response *json_response(json_t *json, const char *type)
{
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(12));
    json_decref(json);
    if (text == NULL) {
        return NULL;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    if (response != NULL) {
        MHD_add_response_header(response, "Content-Type", type);
    }
    return response;
}

enum MHD_Result reply_json(struct request *request, unsigned status, json_t *json)
{
    return reply_with(request, status, json_response(json, "application/json"));
}

enum MHD_Result reply_json_cookie(struct request *request, json_t *json, const char *cookie)
{
    struct MHD_Response *response = json_response(json, "application/json");
    if (response != NULL && cookie != NULL) {
        MHD_add_response_header(response, "Set-Cookie", cookie);
    }
    return reply_with(request, MHD_HTTP_OK, response);
}

enum MHD_Result reply_problem(struct request *request, struct problem problem)
{
    json_t *json = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title",
                             MHD_get_reason_phrase_for(problem.status), "status",
                             (int)problem.status, "detail", problem.detail);
    if (problem.field != NULL) {
        json_object_set_new(json, "field", json_string(problem.field));
    }
    if (problem.value != NULL) {
        json_object_set_new(json, "value", json_string(problem.value));
    }
    if (problem.allowed != NULL) {
        json_object_set_new(json, "allowed", json_string(problem.allowed));
    }
    struct MHD_Response *response = json_response(json, "application/problem+json");
    if (response != NULL && problem.retry_after_s > 0) {
        char seconds[16];
        snprintf(seconds, sizeof seconds, "%d", problem.retry_after_s);
        MHD_add_response_header(response, "Retry-After", seconds);
    }
    if (response != NULL && problem.status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        MHD_add_response_header(response, "Allow", problem.allowed);
    }
    return reply_with(request, problem.status, response);
}

enum MHD_Result reply_text(struct request *request, const char *type, char *text, size_t n)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(n, text, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(text);
        return MHD_NO;
    }
    MHD_add_response_header(response, "Content-Type", type);
    return reply_with(request, MHD_HTTP_OK, response);
}

const char *query_of(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}
