/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_STORE_STORE_H
#define HEARTH_HOST_STORE_STORE_H

/*
 * What a site remembers: recorded points in three resolutions, energy per day, events, and small
 * durable values (accounts, counters). One SQLite file in WAL mode, written by the event loop's
 * thread only. Format and reasons: docs/store.md.
 *
 * What it promises:
 *   1. An event or value whose call returned success is on the disk (synchronous=FULL).
 *   2. Samples are grouped, one transaction per real second: a crash loses at most the last one.
 *   3. A gap stays a gap; nothing is filled in, and energy over a gap is booked over its days.
 *   4. A damaged file is moved aside and salvaged, a full disk is survived; both are told.
 *   5. The file stays within its bound: seconds go first, then minutes; never quarters or events.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/points.h"
#include "host/site.h" /* struct site_event */

#define MUST_USE __attribute__((warn_unused_result))

struct store;

struct store_options {
    int64_t seconds_kept_s;   /* how long 1 s values stay; 0: a day */
    int64_t minutes_kept_s;   /* how long 1 min values stay; 0: 90 days */
    int64_t bound_bytes;      /* the file's bound; 0: 256 MiB */
    int64_t hard_pages;       /* for tests of a full disk: SQLite's max_page_count; 0: none */
    int64_t (*real_ms)(void); /* the clock that groups commits; NULL: CLOCK_MONOTONIC */
};

/* Opens or makes the file. NULL with a sentence in `why` when the path cannot hold one (a folder,
   read-only, no such folder). A damaged file is moved to PATH.damaged-N and salvaged. */
struct store *store_open(const char *path, char *why, size_t room) MUST_USE;
struct store *store_open_with(const char *path, const struct store_options *options, char *why,
                              size_t room) MUST_USE;
void store_close(struct store *store); /* writes what is pending; NULL is fine */

/* The zone whose days the energy ledger keeps: local time less UTC, in seconds, at a UTC time.
   Until it is set days are UTC's. */
struct store_zone {
    int32_t (*offset_s)(void *context, int64_t utc_s);
    void *context;
};
void store_set_zone(struct store *store, struct store_zone zone);

/* Where the file lies. */
const char *store_path(const struct store *store);

/* What a person should know about the opening (damage, salvage), or "". */
const char *store_notice(const struct store *store);

/* Takes the recorded points at site time `now_ms` into the means and, at most once per real
   second, to the disk. Call it once per site second, or per step when the site runs faster. */
void store_sample(struct store *store, const struct points *points, int64_t now_ms);
/* Writes what is pending now; false when the disk did not take it. */
bool store_flush(struct store *store);

/* --- History ------------------------------------------------------------------------------- */
struct store_bin {
    bool valid; /* false: nothing is known of this span */
    double mean, min, max;
};
struct store_query {
    const char *const *names;
    int n_names;            /* 1..STORE_NAMES_MAX */
    int64_t from_ms, to_ms; /* UTC, from < to */
    int64_t step_s;         /* width of a bin; 0: chosen so that there are about 500 */
};
struct store_history {
    int64_t from_s, step_s;
    int n_bins, n_names;
    struct store_bin *bins; /* [name * n_bins + bin]; free with store_history_free */
};
enum { STORE_NAMES_MAX = 32, STORE_BINS_MAX = 20000 };

/* Fills `out`; false with a sentence in `why` (bad range, too many bins, disk error). */
bool store_history(struct store *store, const struct store_query *query, struct store_history *out,
                   char *why, size_t room) MUST_USE;
void store_history_free(struct store_history *history);

/* --- Events -------------------------------------------------------------------------------- */
/* Appends and returns its id (> 0), durable; 0 when the disk would not take it: the event is then
   held in memory and written when there is room again. */
int64_t store_event(struct store *store, const struct site_event *event);

struct store_event_query {
    int64_t from_ms, to_ms; /* to_ms 0: no end */
    int64_t before_id;      /* only ids below it; 0: from the newest */
    const char *device;     /* NULL or "": all */
    const char *kind;       /* NULL or "": all */
    int limit;              /* 1..1000 */
};
/* Newest first; returns how many, or -1 on a disk error. */
int store_events(struct store *store, const struct store_event_query *query, event_sink_fn *row,
                 void *context);

/* --- Black boxes --------------------------------------------------------------------------- */
/* What a pack measured before a protection; the samples are the caller's bytes. */
struct store_box {
    int64_t id, at_ms; /* of the protection: as the event of the same device and code */
    char device[24], code[24], name[64];
    uint32_t trip; /* how often this row has tripped by then */
    int n_cells, n_rows;
};
enum { STORE_BOXES = 200 }; /* the newest that are kept */
typedef void store_box_fn(void *context, const struct store_box *box);

/* Keeps one and returns its id (> 0), durable; 0 when the disk would not take it. */
int64_t store_box_put(struct store *store, const struct store_box *box, const void *samples,
                      size_t n);
/* Newest first, without samples; `device` NULL or "": all. How many, or -1 on a disk error. */
int store_boxes(struct store *store, const char *device, store_box_fn *row, void *context);
/* The samples of one (free them); NULL when there is none. */
void *store_box_get(struct store *store, int64_t id, struct store_box *box, size_t *n);

/* --- Values -------------------------------------------------------------------------------- */
bool store_kv_put(struct store *store, const char *key, const char *value) MUST_USE;
/* The value as a fresh string (free it), or NULL. */
char *store_kv_get(struct store *store, const char *key);
/* A text of less than STORE_KEPT_MAX that is written with the next group of samples, in the same
   transaction: what belongs to a moment of the history (counters, the site's clock) and costs no
   write of its own. One key; a newer text replaces one that waits. */
enum { STORE_KEPT_MAX = 900 };
void store_keep(struct store *store, const char *key, const char *text);
bool store_kv_delete(struct store *store, const char *key);
typedef void store_kv_fn(void *context, const char *key, const char *value);
void store_kv_each(struct store *store, const char *prefix, store_kv_fn *row, void *context);

/* --- Energy -------------------------------------------------------------------------------- */
enum energy_flow {
    ENERGY_PV,         /* pv.energy_total_kwh */
    ENERGY_LOAD,       /* load.energy_total_kwh */
    ENERGY_BOUGHT,     /* grid.bought_total_kwh */
    ENERGY_SOLD,       /* grid.sold_total_kwh */
    ENERGY_CHARGED,    /* battery.charged_total_kwh */
    ENERGY_DISCHARGED, /* battery.discharged_total_kwh */
    ENERGY_COST,       /* site.cost_total, money; may fall */
    ENERGY_COUNT
};
extern const char *const energy_flow_names[ENERGY_COUNT]; /* "pv_kwh" … "cost" */

enum energy_by { ENERGY_BY_DAY, ENERGY_BY_MONTH, ENERGY_BY_YEAR, ENERGY_BY_TOTAL };
struct energy_period {
    char label[12];              /* "2026-06-01", "2026-06", "2026", "total" */
    double amount[ENERGY_COUNT]; /* kWh; cost in the site's currency */
    bool known[ENERGY_COUNT];    /* false: this counter was never seen in the period */
};
typedef void energy_fn(void *context, const struct energy_period *period);
/* Oldest first; `from`/`to` are labels of days ("2026-06-01"), both included, or NULL. */
bool store_energy(struct store *store, enum energy_by by, const char *from, const char *to,
                  energy_fn *row, void *context);

/* --- How it is ------------------------------------------------------------------------------ */
struct store_stats {
    int64_t size_bytes, bound_bytes;
    int64_t n_seconds, n_minutes, n_quarters, n_events, n_points, n_days;
    bool is_full;        /* the disk did not take the last write */
    bool is_damaged;     /* SQLite met a damaged page while running; repaired at next start */
    int64_t writes_lost; /* groups of samples given up while the disk was full */
    int events_waiting;  /* events held in memory */
};
struct store_stats store_stats(struct store *store);

#endif
