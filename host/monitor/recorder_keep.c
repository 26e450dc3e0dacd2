/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of the recordings is kept: those of two calendar months, and of them no more than fits the
 * file's limit. Over it the oldest day goes first, whole; the day of today stays.
 */
#include <string.h>
#include <time.h>

#include "host/monitor/recorder_file.h"

enum { DAY_S = 86400, MONTHS_KEPT = 2, MAX_NAMES = 512, DAY_TEXT = 11 };

int64_t recorder_keep_until_day(int64_t began_s)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    time_t t = (time_t)began_s;
    struct tm parts;
    gmtime_r(&t, &parts);
    parts.tm_mon += MONTHS_KEPT;
    parts.tm_year += parts.tm_mon / 12;
    parts.tm_mon %= 12;
    int year = parts.tm_year + 1900;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int last = lengths[parts.tm_mon] + (parts.tm_mon == 1 && leap);
    parts.tm_mday = parts.tm_mday < last ? parts.tm_mday : last;
    parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
    return (int64_t)timegm(&parts) / DAY_S;
}

/* All or nothing; false: somebody reads it just now. */
static bool change(struct recorder *recorder, const char *sql)
{
    char all[400];
    recorder_commit(recorder);
    snprintf(all, sizeof all, "BEGIN; %s; COMMIT", sql);
    bool well = recorder_sql(recorder, all);
    if (!well) {
        (void)recorder_sql(recorder, "ROLLBACK");
    }
    return well;
}

static bool runs(const struct recorder *recorder, const char *name)
{
    return recorder->runs && strcmp(name, recorder->running.name) == 0;
}

static bool drop(struct recorder *recorder, const char *name)
{
    char sql[160];
    snprintf(sql, sizeof sql,
             "DROP TABLE IF EXISTS \"%.23s\"; DELETE FROM recordings WHERE name = '%.23s'", name,
             name);
    return change(recorder, sql);
}

void recorder_retain(struct recorder *recorder, int64_t now_s)
{
    static struct recording all[MAX_NAMES];
    int n = recorder_list(recorder, all, MAX_NAMES);
    for (int i = 0; i < n; i++) {
        if (!runs(recorder, all[i].name) &&
            now_s / DAY_S > recorder_keep_until_day(all[i].began_s)) {
            (void)drop(recorder, all[i].name); /* refused: the next time */
        }
    }
    recorder_trim(recorder, now_s);
}

void recorder_limit(struct recorder *recorder, int64_t bytes) { recorder->max_bytes = bytes; }

int64_t recorder_bytes(struct recorder *recorder)
{
    int64_t pages = recorder_number(recorder, "PRAGMA page_count", 0);
    int64_t free = recorder_number(recorder, "PRAGMA freelist_count", 0);
    return (pages - free) * recorder_number(recorder, "PRAGMA page_size", 0);
}

static bool oldest(struct recorder *recorder, char name[RECORDING_NAME])
{
    sqlite3_stmt *find = NULL;
    bool found = sqlite3_prepare_v2(recorder->db,
                                    "SELECT name FROM recordings ORDER BY began_s, name LIMIT 1",
                                    -1, &find, NULL) == SQLITE_OK &&
                 sqlite3_step(find) == SQLITE_ROW;
    if (found) {
        snprintf(name, RECORDING_NAME, "%s", (const char *)sqlite3_column_text(find, 0));
    }
    sqlite3_finalize(find);
    return found;
}

/* Takes the first day out of the oldest recording; false: there is none before today. Rows come in
   the order of their numbers, and none is taken from the middle. */
static bool drop_oldest_day(struct recorder *recorder, int64_t now_s)
{
    char name[RECORDING_NAME];
    char sql[300];
    if (!oldest(recorder, name)) {
        return false;
    }
    snprintf(sql, sizeof sql,
             "SELECT strftime('%%s', substr(time, 1, 10)) FROM \"%s\" ORDER BY rowid LIMIT 1",
             name);
    int64_t day = recorder_number(recorder, sql, -1) / DAY_S;
    if (day >= now_s / DAY_S) {
        return false;
    }
    snprintf(sql, sizeof sql,
             "SELECT rowid FROM \"%s\" WHERE strftime('%%s', substr(time, 1, 10)) > '%lld' "
             "ORDER BY rowid LIMIT 1",
             name, (long long)day * DAY_S);
    int64_t next = recorder_number(recorder, sql, -1);
    if (next < 0 && !runs(recorder, name)) {
        return drop(recorder, name);
    }
    snprintf(sql, sizeof sql, "DELETE FROM \"%s\" WHERE rowid < %lld", name,
             next < 0 ? (long long)INT64_MAX : (long long)next);
    if (recorder_rows(recorder, name) == 0 || !change(recorder, sql)) {
        return false;
    }
    if (runs(recorder, name)) {
        recorder->running.rows = recorder_rows(recorder, name);
    }
    return true;
}

void recorder_trim(struct recorder *recorder, int64_t now_s)
{
    recorder->trimmed_s = now_s;
    while (recorder_bytes(recorder) > recorder->max_bytes && drop_oldest_day(recorder, now_s)) {
        continue;
    }
}
