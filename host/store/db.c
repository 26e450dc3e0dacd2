/* SPDX-License-Identifier: Apache-2.0 */
/* The database file: opened, judged, given its tables; and the few SQL helpers the others use. */
#include "host/store/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x48727468 /* "Hrth" */, SCHEMA_VERSION = 1 };

const char *const tier_tables[TIER_COUNT] = {"second", "minute", "quarter"};
const int tier_seconds[TIER_COUNT] = {1, 60, 900};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS point(id INTEGER PRIMARY KEY, name TEXT NOT NULL,"
    " decimals INTEGER NOT NULL, UNIQUE(name, decimals));"
    "CREATE TABLE IF NOT EXISTS second(at INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS minute(at INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS quarter(at INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS event(id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL,"
    " device TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, active INTEGER NOT NULL,"
    " text TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS event_at ON event(at_ms);"
    "CREATE TABLE IF NOT EXISTS blackbox(id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at_ms INTEGER NOT NULL, device TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,"
    " trip INTEGER NOT NULL, cells INTEGER NOT NULL, rows INTEGER NOT NULL,"
    " samples BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS kv(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS counter(flow INTEGER PRIMARY KEY, value REAL NOT NULL,"
    " at INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS energy_day(day INTEGER PRIMARY KEY, last INTEGER NOT NULL,"
    " pv_kwh REAL, load_kwh REAL, bought_kwh REAL, sold_kwh REAL, charged_kwh REAL,"
    " discharged_kwh REAL, cost REAL);";

bool db_exec(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    return sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK ? statement : NULL;
}

int64_t db_number(sqlite3 *db, const char *sql, int64_t otherwise)
{
    sqlite3_stmt *statement = db_prepare(db, sql);
    if (statement != NULL && sqlite3_step(statement) == SQLITE_ROW &&
        sqlite3_column_type(statement, 0) != SQLITE_NULL) {
        otherwise = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return otherwise;
}

bool db_took(struct store *store, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) {
        return true;
    }
    int primary = code & 0xFF;
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) {
        store->is_damaged = true;
    } else {
        store->is_full = true; /* FULL, IOERR, READONLY, CANTOPEN: the disk does not take it */
    }
    return false;
}

bool db_begin(struct store *store)
{
    return db_took(store, sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
}

bool db_commit(struct store *store)
{
    if (db_took(store, sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL))) {
        return true;
    }
    db_exec(store->db, "ROLLBACK");
    return false;
}

static bool check_is_ok(sqlite3 *db)
{
    sqlite3_stmt *check = db_prepare(db, "PRAGMA quick_check(1)");
    bool is_ok = check != NULL && sqlite3_step(check) == SQLITE_ROW &&
                 sqlite3_column_text(check, 0) != NULL &&
                 strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0;
    sqlite3_finalize(check);
    return is_ok;
}

/* Before SQLite is asked: what a person got wrong with the path, in words. */
static bool path_is_usable(const char *path, char *why, size_t room)
{
    struct stat status;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            snprintf(why, room, "%s: is a folder; the store needs the name of a file in it.", path);
            return false;
        }
        if (!S_ISREG(status.st_mode)) {
            snprintf(why, room, "%s: is not a regular file.", path);
            return false;
        }
        if (access(path, W_OK) != 0) {
            snprintf(why, room, "%s: cannot be written: %s.", path, strerror(errno));
            return false;
        }
        return true;
    }
    if (errno != ENOENT) {
        snprintf(why, room, "%s: %s.", path, strerror(errno));
        return false;
    }
    return true;
}

static enum db_state judge(sqlite3 *db)
{
    int code = sqlite3_exec(db, "PRAGMA schema_version", NULL, NULL, NULL) & 0xFF;
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
        return DB_DAMAGED;
    }
    if (code != SQLITE_OK) {
        return DB_UNUSABLE;
    }
    if (!check_is_ok(db)) {
        return DB_DAMAGED;
    }
    int64_t id = db_number(db, "PRAGMA application_id", 0);
    int64_t tables = db_number(db, "SELECT count(*) FROM sqlite_master", 0);
    return id == APPLICATION_ID || tables == 0 ? DB_OK : DB_FOREIGN;
}

static bool make_tables(sqlite3 *db)
{
    char pragma[160];
    snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d; PRAGMA user_version=%d;",
             APPLICATION_ID, SCHEMA_VERSION);
    return db_exec(db, "BEGIN IMMEDIATE") && db_exec(db, schema) && db_exec(db, pragma) &&
           db_exec(db, "COMMIT");
}

static enum db_state prepare(struct store *store, char *why, size_t room)
{
    sqlite3 *db = store->db;
    enum db_state state = judge(db);
    if (state == DB_FOREIGN) {
        snprintf(why, room, "%s: is a database of another program; choose another file.",
                 store->path);
    }
    if (state == DB_OK && db_number(db, "PRAGMA user_version", 0) > SCHEMA_VERSION) {
        snprintf(why, room, "%s: was written by a newer Hearth; this one cannot read it.",
                 store->path);
        return DB_FOREIGN;
    }
    if (state != DB_OK) {
        return state;
    }
    /* 4 KiB pages: one commit a second touches one leaf. WAL grows to 8 MiB before it is copied
       back, so that a leaf goes to the main file once, not once a second. */
    db_exec(db, "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                "PRAGMA wal_autocheckpoint=2000; PRAGMA journal_size_limit=8388608;"
                "PRAGMA cache_size=-1024; PRAGMA temp_store=MEMORY;");
    if (!make_tables(db)) {
        snprintf(why, room, "%s: cannot be set up: %s.", store->path, sqlite3_errmsg(db));
        db_exec(db, "ROLLBACK");
        return DB_UNUSABLE;
    }
    if (store->options.hard_pages > 0) {
        char pragma[80];
        snprintf(pragma, sizeof pragma, "PRAGMA max_page_count=%lld",
                 (long long)store->options.hard_pages);
        db_exec(db, pragma);
    }
    return DB_OK;
}

enum db_state db_open(struct store *store, char *why, size_t room)
{
    if (!path_is_usable(store->path, why, room)) {
        return DB_UNUSABLE;
    }
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(store->path, &store->db, flags, NULL);
    enum db_state state = DB_UNUSABLE;
    why[0] = '\0';
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(store->db, 2000);
        state = prepare(store, why, room);
    }
    if (state == DB_UNUSABLE && why[0] == '\0') {
        snprintf(why, room, "%s: cannot be opened: %s (%s).", store->path,
                 store->db == NULL ? "no memory" : sqlite3_errmsg(store->db),
                 store->db == NULL ? "" : strerror(sqlite3_system_errno(store->db)));
    }
    if (state != DB_OK) {
        sqlite3_close(store->db);
        store->db = NULL;
    }
    return state;
}
