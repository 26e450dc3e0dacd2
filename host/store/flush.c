/* SPDX-License-Identifier: Apache-2.0 */
/* What waits goes to the disk in one transaction; when it does not fit, it goes on waiting. */
#include "host/store/internal.h"

#include <string.h>

static bool write_one(struct store *store, const struct pending *item)
{
    static const char *const inserts[TIER_COUNT] = {"INSERT OR IGNORE INTO second VALUES(?, ?)",
                                                    "INSERT OR IGNORE INTO minute VALUES(?, ?)",
                                                    "INSERT OR IGNORE INTO quarter VALUES(?, ?)"};
    static const char *const updates[TIER_COUNT] = {"UPDATE second SET data = ?2 WHERE at = ?1",
                                                    "UPDATE minute SET data = ?2 WHERE at = ?1",
                                                    "UPDATE quarter SET data = ?2 WHERE at = ?1"};
    bool took = true;
    for (int pass = 0; pass < 2 && took; pass++) {
        sqlite3_stmt *statement =
            db_prepare(store->db, (pass == 0 ? inserts : updates)[item->tier]);
        sqlite3_bind_int64(statement, 1, item->at_s);
        sqlite3_bind_blob(statement, 2, item->data, (int)item->n, SQLITE_STATIC);
        took = statement != NULL && db_took(store, sqlite3_step(statement));
        sqlite3_finalize(statement);
        if (took && pass == 0 && sqlite3_changes(store->db) > 0) {
            store->rows[item->tier]++;
            store->rows_added++;
            break;
        }
    }
    if (took && item->clear_after_s != INT64_MAX) {
        sqlite3_stmt *clear = db_prepare(store->db, "DELETE FROM second WHERE at > ? AND at < ?");
        sqlite3_bind_int64(clear, 1, item->clear_after_s);
        sqlite3_bind_int64(clear, 2, item->at_s);
        took = clear != NULL && db_took(store, sqlite3_step(clear));
        sqlite3_finalize(clear);
        store->rows[TIER_SECOND] -= took ? sqlite3_changes(store->db) : 0;
    }
    return took;
}

static bool write_kept(struct store *store)
{
    if (store->kept_key[0] == '\0') {
        return true;
    }
    sqlite3_stmt *statement = db_prepare(store->db, "INSERT OR REPLACE INTO kv VALUES(?, ?)");
    sqlite3_bind_text(statement, 1, store->kept_key, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, store->kept_text, -1, SQLITE_STATIC);
    bool took = statement != NULL && db_took(store, sqlite3_step(statement));
    sqlite3_finalize(statement);
    return took;
}

bool store_flush(struct store *store)
{
    bool was_full = store->is_full;
    if (store->first == NULL && !store->ledger.dirty && store->n_waiting == 0 &&
        store->kept_key[0] == '\0') {
        return true;
    }
    int64_t rows[TIER_COUNT];
    memcpy(rows, store->rows, sizeof rows);
    if (!db_begin(store)) {
        return false;
    }
    bool took = true;
    for (const struct pending *item = store->first; item != NULL && took; item = item->next) {
        took = write_one(store, item);
    }
    took = took && ledger_write(store) && write_kept(store);
    if (!took) {
        db_exec(store->db, "ROLLBACK");
    }
    if (!took || !db_commit(store)) {
        memcpy(store->rows, rows, sizeof rows);
        return false;
    }
    pending_drop_all(store);
    store->kept_key[0] = '\0';
    store->ledger.dirty = false;
    memset(store->ledger.deltas, 0, sizeof store->ledger.deltas);
    store->is_full = false;
    events_retry(store, store->site_s * 1000);
    if (was_full && !store->is_full) {
        struct site_event event = {.at_ms = store->site_s * 1000,
                                   .device = "site",
                                   .kind = "alarm",
                                   .code = "store_full",
                                   .active = false,
                                   .text = "The disk takes the history again."};
        (void)store_event(store, &event);
    }
    if (++store->commits >= 60 || store->rows_added > 5000) {
        store->commits = 0;
        store->rows_added = 0;
        retain(store);
    }
    return true;
}
