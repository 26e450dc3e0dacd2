/* SPDX-License-Identifier: Apache-2.0 */
/* Retention: old seconds and minutes go, a bounded number per pass, so that no pass is long and a
   clock that jumps far ahead and back does not empty the file at once. */
#include "host/store/internal.h"

#include <stdio.h>

enum { ROWS_PER_PASS = 10000 };

static bool drop(struct store *store, enum tier tier, int64_t before_s)
{
    char sql[120];
    snprintf(sql, sizeof sql,
             "DELETE FROM %s WHERE at IN (SELECT at FROM %s WHERE at < ? ORDER BY at LIMIT ?)",
             tier_tables[tier], tier_tables[tier]);
    sqlite3_stmt *statement = db_prepare(store->db, sql);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, before_s);
    sqlite3_bind_int(statement, 2, ROWS_PER_PASS);
    bool took = db_took(store, sqlite3_step(statement));
    sqlite3_finalize(statement);
    int n = took ? sqlite3_changes(store->db) : 0;
    store->rows[tier] -= n;
    return n > 0;
}

void retain(struct store *store)
{
    drop(store, TIER_SECOND, store->site_s - store->options.seconds_kept_s);
    drop(store, TIER_MINUTE, store->site_s - store->options.minutes_kept_s);
    struct store_stats stats = store_stats(store);
    if (stats.size_bytes > stats.bound_bytes && !drop(store, TIER_SECOND, INT64_MAX)) {
        (void)drop(store, TIER_MINUTE, INT64_MAX);
    }
}
