/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request's way: known host, known path, known method, body within bounds, same origin for
 * writes, role, JSON; only then its handler. A body is collected first, so that a refusal does not
 * break the connection; one that is too long is refused by its header, or cut off.
 */
#include "host/http/request.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "host/http/internal.h"

/* Fits `url` to "/api/settings/{device}/{name}"; a parameter is one non-empty segment. */
static bool path_fits(const char *pattern, const char *url, struct request *request)
{
    while (*pattern != '\0') {
        if (*pattern != '{') {
            if (*pattern++ != *url++) {
                return false;
            }
            continue;
        }
        char *out = strncmp(pattern, "{device}", 8) == 0 ? request->device : request->name;
        size_t n = strcspn(url, "/");
        if (n == 0 || n >= sizeof request->name) {
            return false;
        }
        memcpy(out, url, n);
        out[n] = '\0';
        url += n;
        pattern = strchr(pattern, '}') + 1;
    }
    return *url == '\0';
}

static const struct route *find_route(struct request *request, const char *url, char *allow,
                                      size_t room)
{
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    allow[0] = '\0';
    for (size_t i = 0; i < n_routes; i++) {
        if (!path_fits(routes[i].path, url, request)) {
            continue;
        }
        if (strcmp(routes[i].method, method) == 0) {
            return &routes[i];
        }
        size_t n = strlen(allow);
        snprintf(allow + n, room - n, "%s%s", n == 0 ? "" : ", ", routes[i].method);
    }
    return NULL;
}

static void note_address(struct request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    snprintf(request->address, sizeof request->address, "?");
    if (info != NULL && info->client_addr != NULL) {
        socklen_t n = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                               : sizeof(struct sockaddr_in);
        (void)getnameinfo(info->client_addr, n, request->address, sizeof request->address, NULL, 0,
                          NI_NUMERICHOST);
    }
    request->from_loopback = is_loopback_name(request->address);
}

static struct request *request_new(struct web *web, struct MHD_Connection *connection,
                                   const char *method)
{
    struct request *request = calloc(1, sizeof *request);
    if (request != NULL) {
        *request = (struct request){.web = web, .connection = connection, .method = method};
        note_address(request);
    }
    return request;
}

static enum MHD_Result refuse_method(struct request *request, const char *allow)
{
    char detail[160];
    snprintf(detail, sizeof detail, "This path takes %s.", allow);
    return reply_problem(request, (struct problem){.status = MHD_HTTP_METHOD_NOT_ALLOWED,
                                                   .detail = detail,
                                                   .field = "method",
                                                   .value = request->method,
                                                   .allowed = allow});
}

static bool is_write(const struct request *request)
{
    return strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0;
}

static const char *header(const struct request *request, const char *name)
{
    const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
    return value == NULL ? "" : value;
}

static enum MHD_Result refuse_access(struct request *request)
{
    const char *detail =
        request->role != ROLE_NONE && request->route->access == ACCESS_INSTALL
            ? "Your role may not do this; log in as installer."
        : request->role != ROLE_NONE
            ? "Your role may not do this; log in as owner or installer."
            : "Log in first: POST /api/auth/login, or set the owner's password on the page.";
    unsigned status = request->role == ROLE_NONE ? MHD_HTTP_UNAUTHORIZED : MHD_HTTP_FORBIDDEN;
    return reply_problem(request, (struct problem){.status = status, .detail = detail});
}

static enum MHD_Result refuse_body(struct request *request, const json_error_t *error)
{
    char detail[240];
    if (request->json != NULL) { /* it is whole, but a list */
        snprintf(detail, sizeof detail, "The body is a JSON list; it must be an object.");
    } else {
        snprintf(detail, sizeof detail, "The body is not a JSON object (line %d: %.120s).",
                 error->line, error->text);
    }
    return reply_problem(request, (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                                   .detail = detail,
                                                   .field = "body",
                                                   .allowed = "a JSON object"});
}

/* The whole request is here: check it and hand it to its handler. */
static enum MHD_Result dispatch(struct request *request, const char *url)
{
    char allow[64];
    if (!host_is_ours(request)) {
        return reply_problem(
            request, (struct problem){.status = MHD_HTTP_MISDIRECTED_REQUEST,
                                      .detail = "This server does not answer to that host name; "
                                                "use its IP address, localhost or a name it was "
                                                "given.",
                                      .field = "Host",
                                      .value = header(request, "Host")});
    }
    request->route = find_route(request, url, allow, sizeof allow);
    if (request->route == NULL && allow[0] != '\0') {
        return refuse_method(request, allow);
    }
    if (request->route == NULL) {
        bool found = false;
        enum MHD_Result result = is_write(request) ? MHD_NO : asset_get(request, url, &found);
        return found ? result
                     : reply_problem(request, (struct problem){
                                                  .status = MHD_HTTP_NOT_FOUND,
                                                  .detail = "There is nothing here; /openapi.json "
                                                            "lists what there is.",
                                                  .field = "path",
                                                  .value = url});
    }
    if (is_write(request) && !origin_is_ours(request)) {
        return reply_problem(
            request, (struct problem){.status = MHD_HTTP_FORBIDDEN,
                                      .detail = "A page of another site may not write here.",
                                      .field = "Origin",
                                      .value = header(request, "Origin")});
    }
    request->role = auth_role_of(request);
    if (!auth_may(request, request->route->access)) {
        return refuse_access(request);
    }
    if (is_write(request) && strcmp(request->method, "DELETE") != 0) {
        if (strncmp(header(request, "Content-Type"), "application/json", 16) != 0) {
            return reply_problem(request,
                                 (struct problem){.status = MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
                                                  .detail = "Send the body as JSON.",
                                                  .field = "Content-Type",
                                                  .value = header(request, "Content-Type"),
                                                  .allowed = "application/json"});
        }
        json_error_t error = {0};
        request->json = json_loadb(request->body == NULL ? "" : request->body, request->n_body,
                                   JSON_REJECT_DUPLICATES, &error);
        if (!json_is_object(request->json)) {
            return refuse_body(request, &error);
        }
    }
    return request->route->handle(request);
}

/* Collects the body; MHD_NO (close) when it grows beyond what any route takes. */
static enum MHD_Result collect(struct request *request, const char *upload, size_t n)
{
    if (request->n_body + n > BODY_MAX) {
        return MHD_NO;
    }
    char *body = realloc(request->body, request->n_body + n);
    if (body == NULL) {
        return MHD_NO;
    }
    memcpy(body + request->n_body, upload, n);
    request->body = body;
    request->n_body += n;
    return MHD_YES;
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are libmicrohttpd's */
enum MHD_Result request_handle(void *context, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *upload,
                               size_t *n_upload, void **state)
{
    (void)version;
    struct request *request = *state;
    if (request == NULL) {
        request = request_new(context, connection, method);
        if (request == NULL) {
            return MHD_NO;
        }
        *state = request;
        const char *length = header(request, "Content-Length");
        if (strtoull(length, NULL, 10) > BODY_MAX) {
            return reply_problem(request, (struct problem){.status = HTTP_TOO_LARGE,
                                                           .detail = "The body is too long.",
                                                           .field = "Content-Length",
                                                           .value = length,
                                                           .allowed = "up to 32768 bytes"});
        }
        return MHD_YES;
    }
    if (*n_upload > 0) {
        enum MHD_Result result = collect(request, upload, *n_upload);
        *n_upload = 0;
        return result;
    }
    if (request->is_begun) { /* woken: the password has been hashed */
        return request->web->is_stopping ? MHD_NO : request->route->handle(request);
    }
    request->is_begun = true;
    return dispatch(request, url);
}

void request_completed(void *context, struct MHD_Connection *connection, void **state,
                       enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    struct request *request = *state;
    if (request != NULL) {
        job_detach(request);
        if (request->body != NULL) {
            sodium_memzero(request->body, request->n_body);
        }
        free(request->body);
        json_decref(request->json);
        free(request);
        *state = NULL;
    }
}
