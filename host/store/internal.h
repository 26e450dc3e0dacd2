/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_STORE_INTERNAL_H
#define HEARTH_HOST_STORE_INTERNAL_H

/* What the files of the store share; not for callers. */

#include <sqlite3.h>

#include "host/store/frame.h"
#include "host/store/store.h"

enum tier { TIER_SECOND, TIER_MINUTE, TIER_QUARTER, TIER_COUNT };
extern const char *const tier_tables[TIER_COUNT];
extern const int tier_seconds[TIER_COUNT];

enum {
    /* A value counts until the next sample, unless that is later than HOLD_MS of site time and of
       REAL_HOLD_MS of real time (a fast simulation steps far in little), or HOLD_MAX_MS: a gap. */
    HOLD_MS = 60 * 1000,
    REAL_HOLD_MS = 10 * 1000,
    HOLD_MAX_MS = 3600 * 1000,
    EVENTS_WAITING_MAX = 256, /* held while the disk is full */
    PENDING_BYTES_MAX = 4 << 20,
    PENDING_BYTES_SOON = 1 << 20, /* a fast simulation fills this before its real second is over */
    ENERGY_DAYS_MAX = 24,         /* dirty days held between two commits */
};

/* A mean in the making: integral over time, and the extremes, of scaled values. */
struct sum {
    double integral;
    int64_t ms, min, max;
};

struct track {
    int id; /* in table `point`, 0: not recorded */
    bool known, written_known;
    int64_t value, written; /* scaled; `written`: as the last second frame has it */
    struct sum minute, quarter;
};

struct pending {
    struct pending *next;
    enum tier tier;
    int64_t at_s, clear_after_s; /* older runs' rows in (clear_after_s, at_s) go; INT64_MAX: none */
    size_t n;
    uint8_t data[];
};

struct energy_delta {
    int day; /* yyyymmdd, local; 0: free */
    bool begins_anew;
    int64_t last_s;
    double amount[ENERGY_COUNT];
    bool known[ENERGY_COUNT];
};

struct ledger {
    bool known[ENERGY_COUNT];
    double last[ENERGY_COUNT]; /* counters as last booked */
    int64_t at_s;              /* when; 0: never */
    bool went_back;            /* the clock jumped back: days with later bookings begin anew */
    int anew_checked_day;
    struct energy_delta deltas[ENERGY_DAYS_MAX];
    bool dirty;
};

struct store {
    sqlite3 *db;
    char *path;
    struct store_options options;
    struct store_zone zone;
    char notice[400];
    bool notice_told, is_full, is_damaged, is_seeded;

    const struct points *points; /* the table `tracks` is in step with */
    struct track *tracks;
    int n_tracks;
    int64_t sample_real_ms; /* real time of the last sample */
    int64_t last_ms;        /* site time of the last sample, INT64_MIN: none in this run */

    uint16_t chain;
    int64_t frame_s, frame_key_minute; /* the last second frame */
    bool has_frame;
    int64_t frame_real_ms, commit_real_ms;
    int64_t newest_s; /* newest second row on disk when the run began */
    int64_t site_s;   /* newest site time seen, for retention */
    struct bytes scratch;

    char kept_key[48], kept_text[STORE_KEPT_MAX]; /* store_keep; empty key: none waits */

    struct pending *first, *last;
    size_t pending_bytes;
    int64_t writes_lost;
    struct ledger ledger;

    struct site_event *waiting;
    int n_waiting;
    int64_t rows[TIER_COUNT], n_events;
    unsigned commits, rows_added; /* since the last retention pass */
};

/* db.c */
enum db_state { DB_OK, DB_DAMAGED, DB_FOREIGN, DB_UNUSABLE };
enum db_state db_open(struct store *store, char *why, size_t room);
bool db_exec(sqlite3 *db, const char *sql);
int64_t db_number(sqlite3 *db, const char *sql, int64_t otherwise);
sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql);
/* Notes SQLITE_FULL and SQLITE_CORRUPT in the store's flags; returns whether `code` is success. */
bool db_took(struct store *store, int code);
bool db_begin(struct store *store);
bool db_commit(struct store *store); /* rolls back when it cannot */

/* salvage.c */
bool salvage(struct store *store, char *why, size_t room);

/* sample.c, flush.c, ledger.c, retain.c, event.c */
void pending_add(struct store *store, enum tier tier, int64_t at_s, int64_t clear_after_s);
void pending_drop_all(struct store *store);
void ledger_load(struct store *store);
void ledger_book(struct store *store, const struct points *points, int64_t now_s);
bool ledger_write(struct store *store);
bool ledger_is_crowded(const struct store *store); /* most of the days it holds are taken */
void retain(struct store *store);
void seed(struct store *store, const struct points *points, int64_t now_ms);
void events_retry(struct store *store, int64_t now_ms);
int64_t floor_to(int64_t value, int64_t step);

#endif
