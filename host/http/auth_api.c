/* SPDX-License-Identifier: Apache-2.0 */
/* The first visit, logging in and out, and passwords. */
#include "host/http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 128 };

enum MHD_Result auth_get(struct request *request)
{
    struct web *web = request->web;
    request->role = auth_role_of(request);
    bool is_new = web->auth.hashes[ROLE_OWNER] == NULL;
    json_t *accounts = json_array();
    for (int role = ROLE_VIEWER; role <= ROLE_INSTALLER; role++) {
        if (web->auth.hashes[role] != NULL) {
            json_array_append_new(accounts, json_string(role_name((enum role)role)));
        }
    }
    const char *state = request->role != ROLE_NONE ? "in" : is_new ? "setup" : "login";
    return reply_json(request, MHD_HTTP_OK,
                      json_pack("{s:s, s:s?, s:b, s:b, s:b, s:b, s:o}", "state", state, "role",
                                request->role == ROLE_NONE ? NULL : role_name(request->role),
                                "may_read", (int)auth_may(request, ACCESS_READ), "may_simulate",
                                (int)auth_may(request, ACCESS_SIMULATE), "may_write",
                                (int)auth_may(request, ACCESS_WRITE), "needs_code",
                                (int)(is_new && !request->from_loopback), "accounts", accounts));
}

static const char *text_of(const struct request *request, const char *name)
{
    return json_string_value(json_object_get(request->json, name));
}

static enum MHD_Result refuse_password(struct request *request)
{
    return reply_problem(request,
                         (struct problem){.status = HTTP_UNPROCESSABLE,
                                          .detail = "The password must have 8 to 128 characters.",
                                          .field = "password",
                                          .allowed = "8 to 128 characters"});
}

static enum MHD_Result busy(struct request *request)
{
    return reply_problem(request, (struct problem){.status = MHD_HTTP_SERVICE_UNAVAILABLE,
                                                   .detail = "Another login is being checked; try "
                                                             "again in a moment.",
                                                   .retry_after_s = 1});
}

static bool is_password(const char *password)
{
    return password != NULL && strlen(password) >= PASSWORD_MIN && strlen(password) <= PASSWORD_MAX;
}

static enum MHD_Result refuse_for_now(struct request *request, int wait_s)
{
    char detail[120];
    snprintf(detail, sizeof detail, "Too many wrong passwords from here; wait %d s.", wait_s);
    return reply_problem(request, (struct problem){.status = MHD_HTTP_TOO_MANY_REQUESTS,
                                                   .detail = detail,
                                                   .retry_after_s = wait_s});
}

static enum MHD_Result welcome(struct request *request, enum role role)
{
    char token[TOKEN_HEX], cookie[200];
    auth_open_session(request->web, role, token);
    snprintf(cookie, sizeof cookie,
             "hearth_session=%s; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict", token);
    json_t *json = json_pack("{s:s, s:s}", "state", "in", "role", role_name(role));
    if (json_is_true(json_object_get(request->json, "token"))) {
        json_object_set_new(json, "token", json_string(token)); /* for programs: a bearer token */
        return reply_json(request, MHD_HTTP_OK, json);
    }
    return reply_json_cookie(request, json, cookie);
}

/* Keeps the hash the job made; false when the disk would not take it. */
static bool keep_hash(struct web *web, enum role role, const char *hash)
{
    char key[32];
    snprintf(key, sizeof key, "auth.%s", role_name(role));
    char *copy = strdup(hash);
    if (copy == NULL || !store_kv_put(web->store, key, hash)) {
        free(copy);
        return false;
    }
    free(web->auth.hashes[role]);
    web->auth.hashes[role] = copy;
    return true;
}

static enum MHD_Result not_kept(struct request *request)
{
    return reply_problem(request, (struct problem){.status = MHD_HTTP_INSUFFICIENT_STORAGE,
                                                   .detail = "The password could not be saved; is "
                                                             "the disk full?"});
}

static enum MHD_Result already_set_up(struct request *request)
{
    return reply_problem(request, (struct problem){.status = MHD_HTTP_CONFLICT,
                                                   .detail = "The owner's password is set "
                                                             "already; log in with it."});
}

static enum MHD_Result refuse_code(struct request *request)
{
    auth_failed(request->web, request->address);
    return reply_problem(
        request, (struct problem){.status = MHD_HTTP_FORBIDDEN,
                                  .detail = "From another machine the first visit needs the code "
                                            "that Hearth printed when it started.",
                                  .field = "code",
                                  .allowed = "the eight digits of the log"});
}

enum MHD_Result auth_setup(struct request *request)
{
    struct web *web = request->web;
    if (request->job == NULL) {
        const char *code = text_of(request, "code");
        int wait_s = auth_wait_s(web, request->address);
        if (web->auth.hashes[ROLE_OWNER] != NULL) {
            return already_set_up(request);
        }
        if (wait_s > 0) {
            return refuse_for_now(request, wait_s);
        }
        if (!request->from_loopback && (code == NULL || strcmp(code, web->auth.setup_code) != 0)) {
            return refuse_code(request);
        }
        if (!is_password(text_of(request, "password"))) {
            return refuse_password(request);
        }
        return job_start(request, ROLE_OWNER, text_of(request, "password"), NULL) ? MHD_YES
                                                                                  : busy(request);
    }
    if (web->auth.hashes[ROLE_OWNER] != NULL) {
        return already_set_up(request);
    }
    if (!request->job->succeeded || !keep_hash(web, ROLE_OWNER, request->job->hash)) {
        return not_kept(request);
    }
    access_event(web, "setup", "The owner's password was set.");
    return welcome(request, ROLE_OWNER);
}

static enum MHD_Result finish_login(struct request *request)
{
    char text[160];
    struct web *web = request->web;
    enum role role = request->job->role;
    if (!request->job->succeeded) {
        int n = auth_failed(web, request->address);
        snprintf(text, sizeof text, "Wrong password for %s from %s, %d in a row.", role_name(role),
                 request->address, n);
        access_event(web, "wrong_password", text);
        return reply_problem(request, (struct problem){.status = MHD_HTTP_UNAUTHORIZED,
                                                       .detail = "The password is wrong.",
                                                       .field = "password"});
    }
    auth_forgive(web, request->address);
    snprintf(text, sizeof text, "The %s logged in from %s.", role_name(role), request->address);
    access_event(web, "login", text);
    return welcome(request, role);
}

enum MHD_Result auth_login(struct request *request)
{
    if (request->job != NULL) {
        return finish_login(request);
    }
    const char *named = text_of(request, "role");
    enum role role = named == NULL ? ROLE_OWNER : role_by_name(named);
    const char *password = text_of(request, "password");
    int wait_s = auth_wait_s(request->web, request->address);
    if (wait_s > 0) {
        return refuse_for_now(request, wait_s);
    }
    if (role == ROLE_NONE || request->web->auth.hashes[role] == NULL) {
        return reply_problem(request,
                             (struct problem){.status = HTTP_UNPROCESSABLE,
                                              .detail = "There is no such account with a password.",
                                              .field = "role",
                                              .value = named,
                                              .allowed = "an account of GET /api/auth"});
    }
    if (!is_password(password)) {
        return refuse_password(request);
    }
    return job_start(request, role, password, request->web->auth.hashes[role]) ? MHD_YES
                                                                               : busy(request);
}

enum MHD_Result auth_logout(struct request *request)
{
    char token[TOKEN_HEX];
    if (auth_token_of(request, token)) {
        auth_close_session(request->web, token);
    }
    streams_drop(request->web);
    return reply_json_cookie(request, json_pack("{s:s}", "state", "login"),
                             "hearth_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

/* The owner sets any account's password, the installer their own. */
enum MHD_Result auth_password(struct request *request)
{
    char text[80];
    struct web *web = request->web;
    enum role role = role_by_name(text_of(request, "role"));
    if (request->job == NULL) {
        if (role == ROLE_NONE) {
            return reply_problem(request, (struct problem){.status = HTTP_UNPROCESSABLE,
                                                           .detail = "Name the account.",
                                                           .field = "role",
                                                           .allowed = "viewer, owner, installer"});
        }
        if (request->role != ROLE_OWNER && request->role != role) {
            return reply_problem(request,
                                 (struct problem){.status = MHD_HTTP_FORBIDDEN,
                                                  .detail = "Only the owner sets the passwords of "
                                                            "other accounts.",
                                                  .field = "role",
                                                  .value = role_name(role)});
        }
        if (!is_password(text_of(request, "password"))) {
            return refuse_password(request);
        }
        return job_start(request, role, text_of(request, "password"), NULL) ? MHD_YES
                                                                            : busy(request);
    }
    if (!request->job->succeeded || !keep_hash(web, role, request->job->hash)) {
        return not_kept(request);
    }
    auth_close_sessions_of(web, role);
    streams_drop(web);
    snprintf(text, sizeof text, "The %s's password was changed.", role_name(role));
    access_event(web, "password", text);
    return role == request->role
               ? welcome(request, role)
               : reply_json(request, MHD_HTTP_OK, json_pack("{s:s}", "role", role_name(role)));
}
