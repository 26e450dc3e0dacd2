/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_HTTP_INTERNAL_H
#define HEARTH_HOST_HTTP_INTERNAL_H

/* What the files of the server share; not for callers. */

#include <jansson.h>
#include <microhttpd.h>
#include <sodium.h>

#include "host/http/web.h"
#include "host/points.h"

enum {
    BODY_MAX = 32 * 1024,
    STREAMS_MAX = 24,
    SESSIONS_MAX = 64,
    SOURCES_MAX = 64,
    NAMES_MAX = 8,
    ADDRESS_MAX = 48,
    TOKEN_HEX = 2 * 32 + 1,
    HTTP_TOO_LARGE = 413, /* libmicrohttpd has renamed its own names for these two */
    HTTP_UNPROCESSABLE = 422,
};

struct session {
    char hash[TOKEN_HEX]; /* of the token; the token itself is never kept. "" : free */
    enum role role;
    int64_t until_s; /* real time */
};

/* One address that gave wrong passwords. */
struct source {
    char address[ADDRESS_MAX];
    int failures;
    uint64_t until_ms, at_ms; /* loop time */
};

struct auth {
    char *hashes[ROLE_INSTALLER + 1]; /* argon2id strings; NULL: no such account */
    struct session sessions[SESSIONS_MAX];
    struct source sources[SOURCES_MAX];
    char setup_code[12];
};

struct stream;

struct web {
    uv_loop_t *loop;
    struct site *site;
    struct store *store;
    char names[NAMES_MAX][64];
    char version[32], listen[64];
    uint16_t port;
    bool on_loopback, is_stopping, is_kicked;
    struct MHD_Daemon *daemon;
    uv_poll_t poll;
    uv_timer_t timer, tick;
    int n_open; /* handles and jobs that hold this struct */
    uint64_t started_ms;
    struct stream *streams;
    int n_streams;
    struct auth auth;
    struct job *job; /* the one password being hashed */
};

struct request {
    struct web *web;
    struct MHD_Connection *connection;
    const struct route *route;
    const char *method;
    char device[64], name[64]; /* path parameters */
    char address[ADDRESS_MAX];
    bool from_loopback;
    char *body;
    size_t n_body;
    enum role role;
    json_t *json; /* parsed body of a write */
    struct job *job;
    bool is_begun;
};

/* Who may: everybody; who may read; who may turn the simulation's knobs; who may write settings;
   the installer alone. */
enum access { ACCESS_OPEN, ACCESS_READ, ACCESS_SIMULATE, ACCESS_WRITE, ACCESS_INSTALL };

struct param {
    const char *name, *in, *type, *help;
};
struct route {
    const char *method, *path, *summary;
    enum access access;
    enum MHD_Result (*handle)(struct request *request);
    const char *produces; /* media type of a success */
    const char *body;     /* JSON schema of the body, or NULL */
    struct param params[7];
};
extern const struct route routes[];
extern const size_t n_routes;

/* reply.c: each answers the request and takes ownership of what it is given. */
struct problem {
    unsigned status;
    const char *detail, *field, *value, *allowed;
    int retry_after_s;
};
enum MHD_Result reply_json(struct request *request, unsigned status, json_t *json);
enum MHD_Result reply_problem(struct request *request, struct problem problem);
enum MHD_Result reply_text(struct request *request, const char *type, char *text, size_t n);
enum MHD_Result reply_with(struct request *request, unsigned status, struct MHD_Response *response);
enum MHD_Result reply_json_cookie(struct request *request, json_t *json, const char *cookie);
const char *query_of(const struct request *request, const char *name); /* NULL: not given */

/* api_records.c: asked for as CSV, by the query or the Accept header. */
bool wants_csv(const struct request *request);

/* guard.c */
bool host_is_ours(const struct request *request);
bool origin_is_ours(const struct request *request);
bool is_loopback_name(const char *address);

/* api_desk.c: what a pack's desk answered, as a problem; and who stands before it, from the body.
 */
struct desk_answer;
struct desk_hand;
enum MHD_Result reply_desk(struct request *request, const struct desk_answer *answer);
struct desk_hand hand_of(const struct request *request);
enum MHD_Result no_such_pack(struct request *request);

/* api_panel.c: why a touch or key did nothing, as a problem. */
enum MHD_Result refuse_touch(struct request *request, enum touch_result result, const char *why,
                             const char *what);
/* api_lcd.c: /api/panel/inverter */
enum MHD_Result lcd_get(struct request *request);
enum MHD_Result lcd_post(struct request *request);

/* values.c */
json_t *point_json(const struct point *point); /* null: not known */
json_t *point_value_json(const struct point *point);
json_t *event_json(const struct site_event *event);
/* ISO 8601 (zone optional: UTC) or unix seconds; false when it is neither. */
bool time_parse(const char *text, int64_t *ms);
void time_text(int64_t ms, char *out, size_t room);

/* auth.c, auth_api.c */
void auth_load(struct web *web);
void auth_free(struct web *web);
enum role auth_role_of(const struct request *request);
bool auth_may(const struct request *request, enum access access);
enum role role_by_name(const char *name);
const char *role_name(enum role role);
void auth_open_session(struct web *web, enum role role, char *token);
void auth_close_session(struct web *web, const char *token);
void auth_close_sessions_of(struct web *web, enum role role);
bool auth_token_of(const struct request *request, char *token); /* TOKEN_HEX bytes */
int auth_wait_s(struct web *web, const char *address);          /* 0: may try now */
int auth_failed(struct web *web, const char *address);          /* how often by now */
void auth_forgive(struct web *web, const char *address);
void access_event(struct web *web, const char *code, const char *text);

/* job.c: one password hashed off the loop; the request sleeps meanwhile. */
struct job {
    uv_work_t work;
    struct web *web;
    struct request *request; /* NULL: gone */
    char password[132], hash[crypto_pwhash_STRBYTES];
    enum role role;
    bool verify, is_done, succeeded;
};
/* False when another is under way. */
bool job_start(struct request *request, enum role role, const char *password, const char *hash);
void job_detach(struct request *request);

/* stream.c */
enum MHD_Result stream_open(struct request *request);
void streams_tick(struct web *web);
void streams_drop(struct web *web);

/* web.c */
void web_kick(struct web *web);

/* assets.c */
enum MHD_Result asset_get(struct request *request, const char *path, bool *found);

/* api_*.c */
enum MHD_Result openapi_get(struct request *request);
enum MHD_Result points_get_all(struct request *request);
enum MHD_Result last_get(struct request *request);
enum MHD_Result history_get(struct request *request);
enum MHD_Result events_get(struct request *request);
enum MHD_Result energy_get(struct request *request);
enum MHD_Result about_get(struct request *request);
enum MHD_Result store_get(struct request *request);
enum MHD_Result metrics_get(struct request *request);
enum MHD_Result settings_devices(struct request *request);
enum MHD_Result settings_get(struct request *request);
enum MHD_Result settings_put(struct request *request);
enum MHD_Result simulation_get(struct request *request);
enum MHD_Result simulation_post(struct request *request);
enum MHD_Result records_get(struct request *request);
enum MHD_Result records_delete(struct request *request);
enum MHD_Result boxes_get(struct request *request);
enum MHD_Result box_get(struct request *request);
enum MHD_Result desk_get(struct request *request);
enum MHD_Result desk_clock_put(struct request *request);
enum MHD_Result desk_switch_put(struct request *request);
enum MHD_Result desk_password_post(struct request *request);
enum MHD_Result parameters_get(struct request *request);
enum MHD_Result parameters_put(struct request *request);
enum MHD_Result parameters_restore(struct request *request);
enum MHD_Result parameters_import(struct request *request);
enum MHD_Result recordings_get(struct request *request);
enum MHD_Result recordings_post(struct request *request);
enum MHD_Result recording_get(struct request *request);
enum MHD_Result guide_get(struct request *request);
enum MHD_Result guide_post(struct request *request);
enum MHD_Result panel_get(struct request *request);
enum MHD_Result panel_post(struct request *request);
enum MHD_Result auth_get(struct request *request);
enum MHD_Result auth_setup(struct request *request);
enum MHD_Result auth_login(struct request *request);
enum MHD_Result auth_logout(struct request *request);
enum MHD_Result auth_password(struct request *request);
enum MHD_Result page_get(struct request *request);

#endif
