/* SPDX-License-Identifier: Apache-2.0 */
/* The store's life, its small values, and how it is. */
#include "host/store/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct store_options with_defaults(const struct store_options *given)
{
    struct store_options o = given == NULL ? (struct store_options){0} : *given;
    o.seconds_kept_s = o.seconds_kept_s > 0 ? o.seconds_kept_s : 86400;
    o.minutes_kept_s = o.minutes_kept_s > 0 ? o.minutes_kept_s : 90 * (int64_t)86400;
    o.bound_bytes = o.bound_bytes > 0 ? o.bound_bytes : (int64_t)256 << 20;
    o.real_ms = o.real_ms != NULL ? o.real_ms : monotonic_ms;
    return o;
}

static void load(struct store *store)
{
    static const char *const counts[TIER_COUNT] = {"SELECT count(*) FROM second",
                                                   "SELECT count(*) FROM minute",
                                                   "SELECT count(*) FROM quarter"};
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        store->rows[tier] = db_number(store->db, counts[tier], 0);
    }
    store->n_events = db_number(store->db, "SELECT count(*) FROM event", 0);
    store->newest_s = db_number(store->db, "SELECT max(at) FROM second", INT64_MIN);
    store->chain =
        (uint16_t)(db_number(store->db, "SELECT value FROM kv WHERE key='chain'", 0) + 1);
    char chain[16];
    snprintf(chain, sizeof chain, "%u", (unsigned)store->chain);
    if (!store_kv_put(store, "chain", chain)) {
        store->chain = (uint16_t)store->options.real_ms(); /* a full disk: differ some other way */
    }
    ledger_load(store);
}

struct store *store_open_with(const char *path, const struct store_options *options, char *why,
                              size_t room)
{
    struct store *store = calloc(1, sizeof *store);
    char *copy = strdup(path);
    struct site_event *waiting = calloc(EVENTS_WAITING_MAX, sizeof *waiting);
    if (store == NULL || copy == NULL || waiting == NULL) {
        snprintf(why, room, "%s: not enough memory.", path);
        free(store);
        free(copy);
        free(waiting);
        return NULL;
    }
    store->path = copy;
    store->waiting = waiting;
    store->options = with_defaults(options);
    store->last_ms = INT64_MIN;
    struct stat status;
    if (stat(path, &status) == 0 && status.st_size == 0) {
        snprintf(store->notice, sizeof store->notice,
                 "The history file was there but empty; a new history begins.");
    }
    enum db_state state = db_open(store, why, room);
    if (state == DB_DAMAGED && !salvage(store, why, room)) {
        state = DB_UNUSABLE;
    }
    if (state == DB_FOREIGN || state == DB_UNUSABLE) {
        store_close(store);
        return NULL;
    }
    load(store);
    return store;
}

struct store *store_open(const char *path, char *why, size_t room)
{
    return store_open_with(path, NULL, why, room);
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    if (store->db != NULL) {
        (void)store_flush(store);
        sqlite3_close(store->db);
    }
    pending_drop_all(store);
    bytes_free(&store->scratch);
    free(store->tracks);
    free(store->waiting);
    free(store->path);
    free(store);
}

void store_set_zone(struct store *store, struct store_zone zone) { store->zone = zone; }

const char *store_path(const struct store *store) { return store->path; }

const char *store_notice(const struct store *store) { return store->notice; }

/* One statement of its own, synced before it returns. */
static bool run_durably(struct store *store, const char *sql, const char *a, const char *b)
{
    sqlite3_stmt *statement = db_prepare(store->db, sql);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_text(statement, 1, a, -1, SQLITE_STATIC);
    if (b != NULL) {
        sqlite3_bind_text(statement, 2, b, -1, SQLITE_STATIC);
    }
    db_exec(store->db, "PRAGMA synchronous=FULL");
    bool took = db_took(store, sqlite3_step(statement));
    sqlite3_finalize(statement);
    db_exec(store->db, "PRAGMA synchronous=NORMAL");
    return took;
}

bool store_kv_put(struct store *store, const char *key, const char *value)
{
    return run_durably(store, "INSERT OR REPLACE INTO kv VALUES(?, ?)", key, value);
}

void store_keep(struct store *store, const char *key, const char *text)
{
    snprintf(store->kept_key, sizeof store->kept_key, "%s", key);
    snprintf(store->kept_text, sizeof store->kept_text, "%s", text);
}

bool store_kv_delete(struct store *store, const char *key)
{
    return run_durably(store, "DELETE FROM kv WHERE key = ?", key, NULL);
}

char *store_kv_get(struct store *store, const char *key)
{
    char *value = NULL;
    sqlite3_stmt *statement = db_prepare(store->db, "SELECT value FROM kv WHERE key = ?");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
        if (sqlite3_step(statement) == SQLITE_ROW) {
            const char *text = (const char *)sqlite3_column_text(statement, 0);
            value = text == NULL ? NULL : strdup(text);
        }
    }
    sqlite3_finalize(statement);
    return value;
}

void store_kv_each(struct store *store, const char *prefix, store_kv_fn *row, void *context)
{
    sqlite3_stmt *statement = db_prepare(
        store->db, "SELECT key, value FROM kv WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, prefix, -1, SQLITE_STATIC);
        while (sqlite3_step(statement) == SQLITE_ROW) {
            row(context, (const char *)sqlite3_column_text(statement, 0),
                (const char *)sqlite3_column_text(statement, 1));
        }
    }
    sqlite3_finalize(statement);
}

struct store_stats store_stats(struct store *store)
{
    int64_t pages = db_number(store->db, "PRAGMA page_count", 0);
    int64_t unused = db_number(store->db, "PRAGMA freelist_count", 0);
    return (struct store_stats){
        .size_bytes = (pages - unused) * db_number(store->db, "PRAGMA page_size", 4096),
        .bound_bytes = store->options.bound_bytes,
        .n_seconds = store->rows[TIER_SECOND],
        .n_minutes = store->rows[TIER_MINUTE],
        .n_quarters = store->rows[TIER_QUARTER],
        .n_events = store->n_events,
        .n_points = db_number(store->db, "SELECT count(*) FROM point", 0),
        .n_days = db_number(store->db, "SELECT count(*) FROM energy_day", 0),
        .is_full = store->is_full,
        .is_damaged = store->is_damaged,
        .writes_lost = store->writes_lost,
        .events_waiting = store->n_waiting,
    };
}
