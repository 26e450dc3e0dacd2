/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_RECORDER_H
#define HEARTH_HOST_MONITOR_RECORDER_H

/*
 * Recordings of the battery monitor (VT manual s6.3.2, s6.3.6): a table for each, named after the
 * local time it began (20260115_120301), in one SQLite file; kept for two calendar months, then
 * cleared, and of that no more than RECORDER_MAX_BYTES: over it the oldest day goes first. What was
 * added survives a kill and a loss of power from the end of its second on.
 *
 * Times are seconds since 1970 of local time, as the names are.
 */

#include <stdint.h>
#include <stdio.h>

#include "core/proto/battery_bank.h"

enum { RECORDING_NAME = 24 };

/* Our choice: the two months of one pack each second (60 x 86 400 rows of some 250 bytes) fit. */
#define RECORDER_MAX_BYTES (INT64_C(2) << 30)

struct recording {
    char name[RECORDING_NAME];
    int64_t began_s;
    int64_t rows;
};

struct recorder;

/* Opens or makes the file and clears what is too old; NULL with a sentence. */
struct recorder *recorder_open(const char *path, int64_t now_s, char *why, size_t room);
void recorder_close(struct recorder *recorder);

/* Begins a recording; false: one runs already, or the file refuses. */
bool recorder_begin(struct recorder *recorder, int64_t now_s);
/* Adds one row to the running one; false: none runs, or the file refuses. */
bool recorder_add(struct recorder *recorder, const struct pack_view *pack, int64_t now_s);
void recorder_end(struct recorder *recorder);

/* Name and rows of the running one; NULL: none runs. */
const struct recording *recorder_running(const struct recorder *recorder);

/* Recordings, newest first; returns how many were written to `out`. */
int recorder_list(struct recorder *recorder, struct recording *out, int room);

/* Writes one as CSV; returns its rows, -1 when there is no such recording. */
int64_t recorder_export(struct recorder *recorder, const char *name, FILE *out);

/* The same piece by piece: reads up to `room` bytes, 0 at the end. The rows there are now; a
   recording that runs goes on meanwhile. NULL: no such recording. */
struct recorder_reader;
struct recorder_reader *recorder_read_begin(struct recorder *recorder, const char *name);
size_t recorder_read(struct recorder_reader *reader, char *out, size_t room);
void recorder_read_end(struct recorder_reader *reader);

/* Clears recordings that began more than two calendar months ago, and trims; the running one
   stays. */
void recorder_retain(struct recorder *recorder, int64_t now_s);

/* Last day a recording of this day is kept, as days since 1970: the same day two months on, or that
   month's last. */
int64_t recorder_keep_until_day(int64_t began_s);

/* Another limit than RECORDER_MAX_BYTES. */
void recorder_limit(struct recorder *recorder, int64_t bytes);
/* What the file holds, without what lies free in it. */
int64_t recorder_bytes(struct recorder *recorder);
/* Takes out day after day, the oldest first, until the limit is kept; today's rows stay. Adding
   does it each minute. */
void recorder_trim(struct recorder *recorder, int64_t now_s);

#endif
