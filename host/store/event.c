/* SPDX-License-Identifier: Apache-2.0 */
/* Events: appended one by one and synced; held in memory while the disk is full. */
#include "host/store/internal.h"

#include <stdio.h>
#include <string.h>

static int64_t append(struct store *store, const struct site_event *event)
{
    sqlite3_stmt *statement =
        db_prepare(store->db, "INSERT INTO event(at_ms, device, kind, code, active, text)"
                              " VALUES(?, ?, ?, ?, ?, ?)");
    if (statement == NULL) {
        return 0;
    }
    sqlite3_bind_int64(statement, 1, event->at_ms);
    sqlite3_bind_text(statement, 2, event->device, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, event->kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, event->code, -1, SQLITE_STATIC);
    sqlite3_bind_int(statement, 5, event->active ? 1 : 0);
    sqlite3_bind_text(statement, 6, event->text, -1, SQLITE_STATIC);
    db_exec(store->db, "PRAGMA synchronous=FULL");
    bool took = db_took(store, sqlite3_step(statement));
    sqlite3_finalize(statement);
    db_exec(store->db, "PRAGMA synchronous=NORMAL");
    if (took) {
        store->n_events++;
    }
    return took ? sqlite3_last_insert_rowid(store->db) : 0;
}

int64_t store_event(struct store *store, const struct site_event *event)
{
    int64_t id =
        store->n_waiting == 0 ? append(store, event) : 0; /* never overtake a waiting one */
    if (id == 0 && store->n_waiting < EVENTS_WAITING_MAX) {
        store->waiting[store->n_waiting++] = *event;
    }
    return id;
}

/* Called after a commit went through: there is room again. */
void events_retry(struct store *store, int64_t now_ms)
{
    int n = 0;
    while (n < store->n_waiting && append(store, &store->waiting[n]) != 0) {
        n++;
    }
    memmove(store->waiting, store->waiting + n,
            (size_t)(store->n_waiting - n) * sizeof *store->waiting);
    store->n_waiting -= n;
    if (store->notice[0] != '\0' && !store->notice_told) {
        struct site_event event = {
            .at_ms = now_ms, .device = "site", .kind = "alarm", .code = "store", .active = true};
        snprintf(event.text, sizeof event.text, "%.150s", store->notice);
        store->notice_told = append(store, &event) != 0;
    }
}

static struct site_event row_event(sqlite3_stmt *row)
{
    struct site_event event = {.id = sqlite3_column_int64(row, 0),
                               .at_ms = sqlite3_column_int64(row, 1),
                               .active = sqlite3_column_int(row, 5) != 0};
    snprintf(event.device, sizeof event.device, "%s", (const char *)sqlite3_column_text(row, 2));
    snprintf(event.kind, sizeof event.kind, "%s", (const char *)sqlite3_column_text(row, 3));
    snprintf(event.code, sizeof event.code, "%s", (const char *)sqlite3_column_text(row, 4));
    snprintf(event.text, sizeof event.text, "%s", (const char *)sqlite3_column_text(row, 6));
    return event;
}

int store_events(struct store *store, const struct store_event_query *query, event_sink_fn *row,
                 void *context)
{
    sqlite3_stmt *statement =
        db_prepare(store->db, "SELECT id, at_ms, device, kind, code, active, text FROM event"
                              " WHERE id < ?1 AND at_ms >= ?2 AND at_ms < ?3"
                              " AND (?4 = '' OR device = ?4) AND (?5 = '' OR kind = ?5)"
                              " ORDER BY id DESC LIMIT ?6");
    if (statement == NULL) {
        return -1;
    }
    sqlite3_bind_int64(statement, 1, query->before_id > 0 ? query->before_id : INT64_MAX);
    sqlite3_bind_int64(statement, 2, query->from_ms);
    sqlite3_bind_int64(statement, 3, query->to_ms > 0 ? query->to_ms : INT64_MAX);
    sqlite3_bind_text(statement, 4, query->device == NULL ? "" : query->device, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 5, query->kind == NULL ? "" : query->kind, -1, SQLITE_STATIC);
    sqlite3_bind_int(statement, 6, query->limit);
    int n = 0, code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct site_event event = row_event(statement);
        row(context, &event);
        n++;
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? n : -1;
}
