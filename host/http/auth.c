/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is asking: three accounts (owner, installer, viewer), each with a password of its own once
 * one is set; sessions known by the hash of a random token; and the addresses that guessed wrong.
 * Kept in the store under "auth.ROLE" and "session.HASH".
 */
#include "host/http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SESSION_S = 30 * 86400, FREE_TRIES = 3, WAIT_MAX_S = 300 };

static const char *const role_names[] = {"none", "viewer", "owner", "installer"};

const char *role_name(enum role role) { return role_names[role]; }

enum role role_by_name(const char *name)
{
    for (int role = ROLE_VIEWER; role <= ROLE_INSTALLER; role++) {
        if (name != NULL && strcmp(name, role_names[role]) == 0) {
            return (enum role)role;
        }
    }
    return ROLE_NONE;
}

static void load_session(void *context, const char *key, const char *value)
{
    struct web *web = context;
    long long until_s = 0;
    char role[16] = "";
    const char *hash = key + strlen("session.");
    if (sscanf(value, "%15s %lld", role, &until_s) != 2 || // NOLINT(cert-err34-c)
        strlen(hash) != TOKEN_HEX - 1) {
        return;
    }
    for (int i = 0; i < SESSIONS_MAX; i++) {
        struct session *session = &web->auth.sessions[i];
        if (session->hash[0] == '\0') {
            memcpy(session->hash, hash, TOKEN_HEX);
            session->role = role_by_name(role);
            session->until_s = until_s;
            return;
        }
    }
}

void auth_load(struct web *web)
{
    for (int role = ROLE_VIEWER; role <= ROLE_INSTALLER; role++) {
        char key[32];
        snprintf(key, sizeof key, "auth.%s", role_names[role]);
        web->auth.hashes[role] = store_kv_get(web->store, key);
    }
    store_kv_each(web->store, "session.", load_session, web);
    snprintf(web->auth.setup_code, sizeof web->auth.setup_code, "%08u",
             (unsigned)randombytes_uniform(100000000));
}

void auth_free(struct web *web)
{
    for (int role = 0; role <= ROLE_INSTALLER; role++) {
        free(web->auth.hashes[role]);
        web->auth.hashes[role] = NULL;
    }
}

/* --- Sessions --------------------------------------------------------------------------------- */

static void token_hash(const char *token, char *out)
{
    unsigned char hash[32];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)token, strlen(token), NULL, 0);
    sodium_bin2hex(out, TOKEN_HEX, hash, sizeof hash);
}

static void forget(struct web *web, struct session *session)
{
    char key[TOKEN_HEX + 16];
    snprintf(key, sizeof key, "session.%s", session->hash);
    (void)store_kv_delete(web->store, key);
    *session = (struct session){0};
}

/* The token is told to the browser once and known here by its hash only. */
void auth_open_session(struct web *web, enum role role, char *token)
{
    unsigned char random[32];
    struct session *session = &web->auth.sessions[0];
    for (int i = 0; i < SESSIONS_MAX && session->hash[0] != '\0'; i++) {
        struct session *other = &web->auth.sessions[i];
        session = other->hash[0] == '\0' || other->until_s < session->until_s ? other : session;
    }
    if (session->hash[0] != '\0') {
        forget(web, session); /* the one nearest its end makes room */
    }
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(token, TOKEN_HEX, random, sizeof random);
    token_hash(token, session->hash);
    session->role = role;
    session->until_s = (int64_t)time(NULL) + SESSION_S;
    char key[TOKEN_HEX + 16], value[48];
    snprintf(key, sizeof key, "session.%s", session->hash);
    snprintf(value, sizeof value, "%s %lld", role_names[role], (long long)session->until_s);
    if (!store_kv_put(web->store, key, value)) {
        return; /* a full disk: the session lasts until the next start */
    }
}

static struct session *find_session(struct web *web, const char *token)
{
    char hash[TOKEN_HEX];
    token_hash(token, hash);
    for (int i = 0; i < SESSIONS_MAX; i++) {
        struct session *session = &web->auth.sessions[i];
        if (session->hash[0] != '\0' && sodium_memcmp(session->hash, hash, TOKEN_HEX) == 0) {
            if (session->until_s > (int64_t)time(NULL)) {
                return session;
            }
            forget(web, session);
        }
    }
    return NULL;
}

void auth_close_session(struct web *web, const char *token)
{
    struct session *session = find_session(web, token);
    if (session != NULL) {
        forget(web, session);
    }
}

void auth_close_sessions_of(struct web *web, enum role role)
{
    for (int i = 0; i < SESSIONS_MAX; i++) {
        if (web->auth.sessions[i].hash[0] != '\0' && web->auth.sessions[i].role == role) {
            forget(web, &web->auth.sessions[i]);
        }
    }
}

/* From "Authorization: Bearer …" or the cookie. */
bool auth_token_of(const struct request *request, char *token)
{
    const char *given =
        MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Authorization");
    given = given != NULL && strncmp(given, "Bearer ", 7) == 0 ? given + 7 : NULL;
    if (given == NULL) {
        given = MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, "hearth_session");
    }
    if (given == NULL || strlen(given) != TOKEN_HEX - 1) {
        return false;
    }
    memcpy(token, given, TOKEN_HEX);
    return true;
}

enum role auth_role_of(const struct request *request)
{
    char token[TOKEN_HEX];
    const struct session *session =
        auth_token_of(request, token) ? find_session(request->web, token) : NULL;
    return session == NULL ? ROLE_NONE : session->role;
}

/* A simulated house on this machine's own address is a demonstration: it may be looked at and
   played with by whoever sits at the machine. Everything else needs an account. */
bool auth_may(const struct request *request, enum access access)
{
    const struct web *web = request->web;
    bool is_demo = web->on_loopback && request->from_loopback && site_about(web->site).simulated;
    switch (access) {
    case ACCESS_OPEN: return true;
    case ACCESS_READ: return is_demo || request->role != ROLE_NONE;
    case ACCESS_SIMULATE:
    case ACCESS_WRITE:
        return (access == ACCESS_SIMULATE && is_demo) || request->role == ROLE_OWNER ||
               request->role == ROLE_INSTALLER;
    case ACCESS_INSTALL: return request->role == ROLE_INSTALLER;
    }
    return false;
}

/* --- Guessing --------------------------------------------------------------------------------- */

static struct source *source_of(struct web *web, const char *address)
{
    struct source *oldest = &web->auth.sources[0];
    for (int i = 0; i < SOURCES_MAX; i++) {
        struct source *source = &web->auth.sources[i];
        if (strcmp(source->address, address) == 0) {
            return source;
        }
        oldest = source->at_ms < oldest->at_ms ? source : oldest;
    }
    *oldest = (struct source){0};
    snprintf(oldest->address, sizeof oldest->address, "%s", address);
    return oldest;
}

int auth_wait_s(struct web *web, const char *address)
{
    const struct source *source = source_of(web, address);
    uint64_t now_ms = uv_now(web->loop);
    return source->until_ms > now_ms ? (int)((source->until_ms - now_ms + 999) / 1000) : 0;
}

int auth_failed(struct web *web, const char *address)
{
    struct source *source = source_of(web, address);
    int over = ++source->failures - FREE_TRIES;
    int wait_s = over < 0 ? 0 : over > 8 ? WAIT_MAX_S : 1 << over;
    source->at_ms = uv_now(web->loop) + 1;
    source->until_ms = uv_now(web->loop) + (uint64_t)wait_s * 1000;
    return source->failures;
}

void auth_forgive(struct web *web, const char *address)
{
    *source_of(web, address) = (struct source){0};
}

void access_event(struct web *web, const char *code, const char *text)
{
    struct site_event event = {
        .at_ms = site_now_ms(web->site), .device = "site", .kind = "access", .active = true};
    snprintf(event.code, sizeof event.code, "%s", code);
    snprintf(event.text, sizeof event.text, "%s", text);
    event.id = store_event(web->store, &event);
    web_event(web, &event);
}
