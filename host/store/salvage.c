/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A damaged file is never overwritten: it is moved to NAME.damaged-N with its WAL, a fresh one is
 * begun, and every row that can still be read is copied: from the front up to the first damaged
 * page, then from the back down to it. What came of it is the store's notice.
 */
#include "host/store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const tables[] = {"kv",         "event",   "point",  "counter", "blackbox",
                                     "energy_day", "quarter", "minute", "second"};

static bool move_aside(const char *path, char *aside, size_t room, char *why, size_t why_room)
{
    static const char *const tails[] = {"-wal", "-shm"};
    for (int n = 1; n < 1000; n++) {
        snprintf(aside, room, "%s.damaged-%d", path, n);
        if (access(aside, F_OK) == 0) {
            continue;
        }
        if (rename(path, aside) != 0) {
            break;
        }
        for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
            char from[1200], to[1200];
            snprintf(from, sizeof from, "%s%s", path, tails[i]);
            snprintf(to, sizeof to, "%s%s", aside, tails[i]);
            (void)rename(from, to); /* often there is none */
        }
        return true;
    }
    snprintf(why, why_room, "%s: is damaged and cannot be moved aside: %s.", path, strerror(errno));
    return false;
}

/* Copies rows in one direction; returns the last rowid that was read, and whether it came to the
   end. Going down it stops at `floor`, which was copied going up. */
static int64_t copy(sqlite3_stmt *read, sqlite3_stmt *write, int64_t floor, bool up, bool *ended,
                    int64_t *n)
{
    int code;
    int64_t last = INT64_MIN;
    while ((code = sqlite3_step(read)) == SQLITE_ROW) {
        last = sqlite3_column_int64(read, 0);
        if (!up && last <= floor) {
            break;
        }
        for (int i = 1; i < sqlite3_column_count(read); i++) {
            sqlite3_bind_value(write, i, sqlite3_column_value(read, i));
        }
        if (sqlite3_step(write) == SQLITE_DONE) {
            ++*n;
        }
        sqlite3_reset(write);
    }
    *ended = code == SQLITE_DONE;
    return last;
}

static int64_t copy_table(sqlite3 *from, sqlite3 *to, const char *table)
{
    char sql[200], marks[64] = "?";
    snprintf(sql, sizeof sql, "SELECT rowid, * FROM %s ORDER BY rowid", table);
    sqlite3_stmt *read = db_prepare(from, sql);
    if (read == NULL) {
        return 0;
    }
    for (int i = 2; i < sqlite3_column_count(read) && i < 20; i++) {
        size_t length = strlen(marks);
        snprintf(marks + length, sizeof marks - length, ",?");
    }
    snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO %s VALUES(%s)", table, marks);
    sqlite3_stmt *write = db_prepare(to, sql);
    int64_t n = 0;
    bool ended = false;
    int64_t floor = write == NULL ? 0 : copy(read, write, INT64_MIN, true, &ended, &n);
    sqlite3_finalize(read);
    if (write != NULL && !ended) {
        snprintf(sql, sizeof sql, "SELECT rowid, * FROM %s ORDER BY rowid DESC", table);
        read = db_prepare(from, sql);
        if (read != NULL) {
            copy(read, write, floor, false, &ended, &n);
        }
        sqlite3_finalize(read);
    }
    sqlite3_finalize(write);
    return n;
}

static int64_t copy_all(const char *aside, sqlite3 *to)
{
    sqlite3 *from = NULL;
    int64_t n = 0;
    if (sqlite3_open_v2(aside, &from, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
        sqlite3_db_config(from, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        db_exec(to, "BEGIN");
        for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
            n += copy_table(from, to, tables[i]);
        }
        db_exec(to, "COMMIT");
    }
    sqlite3_close(from);
    return n;
}

bool salvage(struct store *store, char *why, size_t room)
{
    char aside[1100];
    if (!move_aside(store->path, aside, sizeof aside, why, room)) {
        return false;
    }
    if (db_open(store, why, room) != DB_OK) {
        return false;
    }
    int64_t n = copy_all(aside, store->db);
    const char *name = strrchr(aside, '/');
    snprintf(store->notice, sizeof store->notice,
             "The history file was damaged. %lld rows could be saved; the damaged file is kept as "
             "%.80s.",
             (long long)n, name == NULL ? aside : name + 1);
    return true;
}
