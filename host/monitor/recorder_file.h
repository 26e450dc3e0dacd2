/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_RECORDER_FILE_H
#define HEARTH_HOST_MONITOR_RECORDER_FILE_H

/* The recorder's file as its own parts see it: rows in and out (recorder.c), what is taken out
   again (recorder_keep.c). */

#include <sqlite3.h>
#include <stdbool.h>

#include "host/monitor/recorder.h"

struct recorder {
    sqlite3 *db;
    sqlite3_stmt *add;
    struct recording running;
    bool runs;
    int64_t open_s;    /* second of the open transaction; 0: none */
    int64_t trimmed_s; /* when its size was last looked at */
    int64_t max_bytes;
};

bool recorder_sql(struct recorder *recorder, const char *sql);

/* Ends the open transaction. */
void recorder_commit(struct recorder *recorder);

/* Number that a query finds, `none` when it finds nothing or fails. */
int64_t recorder_number(struct recorder *recorder, const char *sql, int64_t none);

int64_t recorder_rows(struct recorder *recorder, const char *name);

#endif
