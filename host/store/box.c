/* SPDX-License-Identifier: Apache-2.0 */
/* Black boxes: each a row with its samples; the newest STORE_BOXES stay. */
#include "host/store/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool drop_old(struct store *store)
{
    sqlite3_stmt *statement =
        db_prepare(store->db, "DELETE FROM blackbox WHERE id <="
                              " (SELECT id FROM blackbox ORDER BY id DESC LIMIT 1 OFFSET ?)");
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int(statement, 1, STORE_BOXES);
    bool took = db_took(store, sqlite3_step(statement));
    sqlite3_finalize(statement);
    return took;
}

int64_t store_box_put(struct store *store, const struct store_box *box, const void *samples,
                      size_t n)
{
    sqlite3_stmt *statement =
        db_prepare(store->db, "INSERT INTO blackbox(at_ms, device, code, name, trip, cells, rows,"
                              " samples) VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    if (statement == NULL) {
        return 0;
    }
    sqlite3_bind_int64(statement, 1, box->at_ms);
    sqlite3_bind_text(statement, 2, box->device, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, box->code, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, box->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 5, box->trip);
    sqlite3_bind_int(statement, 6, box->n_cells);
    sqlite3_bind_int(statement, 7, box->n_rows);
    sqlite3_bind_blob(statement, 8, samples, (int)n, SQLITE_STATIC);
    db_exec(store->db, "PRAGMA synchronous=FULL");
    bool took = db_took(store, sqlite3_step(statement));
    sqlite3_finalize(statement);
    int64_t id = took ? sqlite3_last_insert_rowid(store->db) : 0;
    db_exec(store->db, "PRAGMA synchronous=NORMAL");
    if (took) {
        (void)drop_old(store); /* what stays too long goes with the next one */
    }
    return id;
}

static struct store_box row_box(sqlite3_stmt *row)
{
    struct store_box box = {.id = sqlite3_column_int64(row, 0),
                            .at_ms = sqlite3_column_int64(row, 1),
                            .trip = (uint32_t)sqlite3_column_int64(row, 5),
                            .n_cells = sqlite3_column_int(row, 6),
                            .n_rows = sqlite3_column_int(row, 7)};
    snprintf(box.device, sizeof box.device, "%s", (const char *)sqlite3_column_text(row, 2));
    snprintf(box.code, sizeof box.code, "%s", (const char *)sqlite3_column_text(row, 3));
    snprintf(box.name, sizeof box.name, "%s", (const char *)sqlite3_column_text(row, 4));
    return box;
}

int store_boxes(struct store *store, const char *device, store_box_fn *row, void *context)
{
    sqlite3_stmt *statement = db_prepare(
        store->db, "SELECT id, at_ms, device, code, name, trip, cells, rows FROM blackbox"
                   " WHERE ?1 = '' OR device = ?1 ORDER BY id DESC");
    if (statement == NULL) {
        return -1;
    }
    sqlite3_bind_text(statement, 1, device == NULL ? "" : device, -1, SQLITE_STATIC);
    int n = 0;
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct store_box box = row_box(statement);
        row(context, &box);
        n++;
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? n : -1;
}

void *store_box_get(struct store *store, int64_t id, struct store_box *box, size_t *n)
{
    void *samples = NULL;
    sqlite3_stmt *statement = db_prepare(
        store->db, "SELECT id, at_ms, device, code, name, trip, cells, rows, samples FROM blackbox"
                   " WHERE id = ?");
    if (statement == NULL) {
        return NULL;
    }
    sqlite3_bind_int64(statement, 1, id);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        *box = row_box(statement);
        const void *blob = sqlite3_column_blob(statement, 8);
        *n = (size_t)sqlite3_column_bytes(statement, 8);
        samples = blob != NULL && *n > 0 ? malloc(*n) : NULL;
        if (samples != NULL) {
            memcpy(samples, blob, *n);
        }
    }
    sqlite3_finalize(statement);
    return samples;
}
