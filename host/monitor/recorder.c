/* SPDX-License-Identifier: Apache-2.0 */
#include "host/monitor/recorder_file.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CELLS = 16, TEMPS = 4, FIXED = 16, TRIM_S = 60 };

/* Columns before the cells, in the order of bind_row(). */
static const char fixed_columns[] =
    "time TEXT, pack INTEGER, current_a REAL, voltage_v REAL, soc_pct INTEGER, soh_pct INTEGER, "
    "remaining_ah REAL, full_ah REAL, cycles INTEGER, charge_mos INTEGER, discharge_mos INTEGER, "
    "protections INTEGER, alarms INTEGER, balance INTEGER, mos_temperature_c REAL, "
    "environment_temperature_c REAL";

bool recorder_sql(struct recorder *recorder, const char *sql)
{
    return sqlite3_exec(recorder->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

int64_t recorder_number(struct recorder *recorder, const char *sql, int64_t none)
{
    sqlite3_stmt *find = NULL;
    int64_t number = none;
    if (sqlite3_prepare_v2(recorder->db, sql, -1, &find, NULL) == SQLITE_OK &&
        sqlite3_step(find) == SQLITE_ROW) {
        number = sqlite3_column_int64(find, 0);
    }
    sqlite3_finalize(find);
    return number;
}

static void name_of(int64_t local_s, char name[RECORDING_NAME])
{
    time_t t = (time_t)local_s;
    struct tm parts;
    gmtime_r(&t, &parts);
    strftime(name, RECORDING_NAME, "%Y%m%d_%H%M%S", &parts);
}

struct recorder *recorder_open(const char *path, int64_t now_s, char *why, size_t room)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder == NULL) {
        return NULL;
    }
    recorder->max_bytes = RECORDER_MAX_BYTES;
    bool well = sqlite3_open(path, &recorder->db) == SQLITE_OK &&
                sqlite3_busy_timeout(recorder->db, 2000) == SQLITE_OK &&
                recorder_sql(recorder, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL") &&
                recorder_sql(recorder, "CREATE TABLE IF NOT EXISTS recordings"
                                       "(name TEXT PRIMARY KEY, began_s INTEGER NOT NULL)");
    if (!well) {
        snprintf(why, room, "recordings: %.200s: %.200s", path, sqlite3_errmsg(recorder->db));
        recorder_close(recorder);
        return NULL;
    }
    recorder_retain(recorder, now_s);
    return recorder;
}

void recorder_commit(struct recorder *recorder)
{
    if (recorder->open_s != 0) {
        (void)recorder_sql(recorder, "COMMIT");
        recorder->open_s = 0;
    }
}

void recorder_close(struct recorder *recorder)
{
    if (recorder == NULL) {
        return;
    }
    recorder_end(recorder);
    sqlite3_close(recorder->db);
    free(recorder);
}

/* Only names of the list are ever put into SQL. */
static bool known(struct recorder *recorder, const char *name)
{
    sqlite3_stmt *find = NULL;
    bool found = sqlite3_prepare_v2(recorder->db, "SELECT 1 FROM recordings WHERE name = ?", -1,
                                    &find, NULL) == SQLITE_OK &&
                 sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
                 sqlite3_step(find) == SQLITE_ROW;
    sqlite3_finalize(find);
    return found;
}

static bool make_table(struct recorder *recorder, const struct recording *recording)
{
    char sql[2000];
    int n = snprintf(sql, sizeof sql, "CREATE TABLE \"%s\"(%s", recording->name, fixed_columns);
    for (int i = 1; i <= CELLS; i++) {
        n += snprintf(sql + n, sizeof sql - (size_t)n, ", cell_%d_v REAL", i);
    }
    for (int i = 1; i <= TEMPS; i++) {
        n += snprintf(sql + n, sizeof sql - (size_t)n, ", temperature_%d_c REAL", i);
    }
    snprintf(sql + n, sizeof sql - (size_t)n, "); INSERT INTO recordings VALUES('%s', %lld)",
             recording->name, (long long)recording->began_s);
    if (!recorder_sql(recorder, "BEGIN")) {
        return false;
    }
    bool well = recorder_sql(recorder, sql);
    (void)recorder_sql(recorder, well ? "COMMIT" : "ROLLBACK");
    return well;
}

bool recorder_begin(struct recorder *recorder, int64_t now_s)
{
    char sql[160];
    if (recorder->runs) {
        return false;
    }
    recorder->running = (struct recording){.began_s = now_s};
    name_of(now_s, recorder->running.name);
    while (known(recorder, recorder->running.name)) {
        name_of(++now_s, recorder->running.name); /* two within a second: the next free name */
    }
    if (!make_table(recorder, &recorder->running)) {
        return false;
    }
    snprintf(sql, sizeof sql, "INSERT INTO \"%s\" VALUES(?%.*s)", recorder->running.name,
             2 * (FIXED + CELLS + TEMPS - 1),
             ",?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?");
    recorder->runs = sqlite3_prepare_v2(recorder->db, sql, -1, &recorder->add, NULL) == SQLITE_OK;
    return recorder->runs;
}

static void bind_temperature(sqlite3_stmt *add, int column, int16_t c10)
{
    if (c10 != TEMP_ABSENT) {
        sqlite3_bind_double(add, column, c10 / 10.0);
    }
}

static void bind_row(sqlite3_stmt *add, const struct pack_view *pack, const char *stamp)
{
    int column = 1;
    sqlite3_bind_text(add, column++, stamp, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(add, column++, pack->address);
    sqlite3_bind_double(add, column++, pack->current_ma / 1000.0);
    sqlite3_bind_double(add, column++, pack->voltage_mv / 1000.0);
    sqlite3_bind_int(add, column++, pack->soc_pct);
    sqlite3_bind_int(add, column++, pack->soh_pct);
    sqlite3_bind_double(add, column++, pack->remaining_mah / 1000.0);
    sqlite3_bind_double(add, column++, pack->full_mah / 1000.0);
    sqlite3_bind_int(add, column++, pack->cycles);
    sqlite3_bind_int(add, column++, pack->charge_mos);
    sqlite3_bind_int(add, column++, pack->discharge_mos);
    sqlite3_bind_int64(add, column++, pack->protections);
    sqlite3_bind_int64(add, column++, pack->alarms);
    sqlite3_bind_int64(add, column++, pack->balance);
    bind_temperature(add, column++, pack->mos_c10);
    bind_temperature(add, column++, pack->env_c10);
    for (int i = 0; i < CELLS; i++, column++) {
        if (i < pack->n_cells) { /* the rest stays empty, not zero */
            sqlite3_bind_double(add, column, pack->cell_mv[i] / 1000.0);
        }
    }
    for (int i = 0; i < TEMPS; i++, column++) {
        if (i < pack->n_temps) {
            bind_temperature(add, column, pack->temp_c10[i]);
        }
    }
}

bool recorder_add(struct recorder *recorder, const struct pack_view *pack, int64_t now_s)
{
    char stamp[24];
    time_t t = (time_t)now_s;
    struct tm parts;
    if (!recorder->runs) {
        return false;
    }
    if (recorder->open_s != 0 && recorder->open_s != now_s) {
        recorder_commit(recorder);
    }
    if (now_s < recorder->trimmed_s || now_s - recorder->trimmed_s >= TRIM_S) {
        recorder_trim(recorder, now_s);
    }
    if (recorder->open_s == 0) {
        if (!recorder_sql(recorder, "BEGIN")) {
            return false;
        }
        recorder->open_s = now_s;
    }
    gmtime_r(&t, &parts);
    strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &parts);
    bind_row(recorder->add, pack, stamp);
    bool well = sqlite3_step(recorder->add) == SQLITE_DONE;
    sqlite3_reset(recorder->add);
    sqlite3_clear_bindings(recorder->add);
    recorder->running.rows += well;
    return well;
}

void recorder_end(struct recorder *recorder)
{
    recorder_commit(recorder);
    sqlite3_finalize(recorder->add);
    recorder->add = NULL;
    recorder->runs = false;
}

const struct recording *recorder_running(const struct recorder *recorder)
{
    return recorder->runs ? &recorder->running : NULL;
}

static int64_t last_row(struct recorder *recorder, const char *name)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT MAX(rowid) FROM \"%.23s\"", name);
    return recorder_number(recorder, sql, 0);
}

/* Rows are only ever taken from the front: the first and the last number count them, at once. */
int64_t recorder_rows(struct recorder *recorder, const char *name)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT MIN(rowid) FROM \"%.23s\"", name);
    int64_t first = recorder_number(recorder, sql, 0);
    return first > 0 ? last_row(recorder, name) - first + 1 : 0;
}

int recorder_list(struct recorder *recorder, struct recording *out, int room)
{
    static const char sql[] =
        "SELECT name, began_s FROM recordings ORDER BY began_s DESC, name DESC";
    sqlite3_stmt *list = NULL;
    int n = 0;
    if (sqlite3_prepare_v2(recorder->db, sql, -1, &list, NULL) == SQLITE_OK) {
        while (n < room && sqlite3_step(list) == SQLITE_ROW) {
            snprintf(out[n].name, sizeof out[n].name, "%s",
                     (const char *)sqlite3_column_text(list, 0));
            out[n].began_s = sqlite3_column_int64(list, 1);
            out[n].rows = recorder_rows(recorder, out[n].name);
            n++;
        }
    }
    sqlite3_finalize(list);
    return n;
}

enum { LINE_ROOM = 2048 };

struct recorder_reader {
    sqlite3_stmt *rows;
    bool headed, over;
    int64_t told;
    size_t n, sent; /* of the line in hand */
    char line[LINE_ROOM];
};

struct recorder_reader *recorder_read_begin(struct recorder *recorder, const char *name)
{
    char sql[120];
    if (!known(recorder, name)) {
        return NULL;
    }
    struct recorder_reader *reader = calloc(1, sizeof *reader);
    snprintf(sql, sizeof sql, "SELECT * FROM \"%.23s\" WHERE rowid <= %lld", name,
             (long long)last_row(recorder, name));
    if (reader != NULL &&
        sqlite3_prepare_v2(recorder->db, sql, -1, &reader->rows, NULL) != SQLITE_OK) {
        free(reader);
        reader = NULL;
    }
    return reader;
}

void recorder_read_end(struct recorder_reader *reader)
{
    if (reader != NULL) {
        sqlite3_finalize(reader->rows);
        free(reader);
    }
}

/* The next line into the reader's hand; false: there are no more. */
static bool next_line(struct recorder_reader *reader)
{
    bool head = !reader->headed;
    reader->headed = true;
    reader->n = reader->sent = 0;
    if (!head && (reader->over || sqlite3_step(reader->rows) != SQLITE_ROW)) {
        reader->over = true;
        return false;
    }
    reader->told += !head;
    int columns = sqlite3_column_count(reader->rows);
    for (int i = 0; i < columns; i++) {
        const char *text = head ? sqlite3_column_name(reader->rows, i)
                                : (const char *)sqlite3_column_text(reader->rows, i);
        int n = snprintf(reader->line + reader->n, LINE_ROOM - reader->n, "%s%.40s",
                         i > 0 ? "," : "", text != NULL ? text : "");
        reader->n += n > 0 ? (size_t)n : 0;
    }
    reader->line[reader->n++] = '\n'; /* 36 columns of 41 at most fit */
    return true;
}

size_t recorder_read(struct recorder_reader *reader, char *out, size_t room)
{
    size_t used = 0;
    while (used < room) {
        if (reader->sent == reader->n && !next_line(reader)) {
            break;
        }
        size_t n = reader->n - reader->sent;
        n = n < room - used ? n : room - used;
        memcpy(out + used, reader->line + reader->sent, n);
        reader->sent += n;
        used += n;
    }
    return used;
}

int64_t recorder_export(struct recorder *recorder, const char *name, FILE *out)
{
    char bytes[LINE_ROOM];
    size_t n;
    struct recorder_reader *reader = recorder_read_begin(recorder, name);
    if (reader == NULL) {
        return -1;
    }
    while ((n = recorder_read(reader, bytes, sizeof bytes)) > 0) {
        (void)fwrite(bytes, 1, n, out);
    }
    int64_t told = reader->told;
    recorder_read_end(reader);
    return ferror(out) ? -1 : told;
}
