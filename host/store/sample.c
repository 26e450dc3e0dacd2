/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples: each call takes the recorded points into the means of their minute and quarter (a value
 * holds until the next sample, unless that leaves a gap), and once per real second into a second
 * frame. Frames wait in a list until the next commit, so a full disk costs the oldest, not the
 * process.
 */
#include "host/store/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COMMIT_MS = 900 };

int64_t floor_to(int64_t value, int64_t step)
{
    int64_t rest = value % step;
    return value - (rest < 0 ? rest + step : rest);
}

/* --- Which points, under which id ----------------------------------------------------------- */

static int point_id(struct store *store, const struct point *point)
{
    sqlite3_stmt *insert =
        db_prepare(store->db, "INSERT OR IGNORE INTO point(name, decimals) VALUES(?, ?)");
    sqlite3_stmt *find =
        db_prepare(store->db, "SELECT id FROM point WHERE name = ? AND decimals = ?");
    int id = 0;
    sqlite3_stmt *both[] = {insert, find};
    for (int i = 0; i < 2 && insert != NULL && find != NULL; i++) {
        sqlite3_bind_text(both[i], 1, point->name, -1, SQLITE_STATIC);
        sqlite3_bind_int(both[i], 2, point->kind == POINT_FLAG ? 0 : point->decimals);
        if (sqlite3_step(both[i]) == SQLITE_ROW) {
            id = sqlite3_column_int(both[i], 0);
        }
    }
    sqlite3_finalize(insert);
    sqlite3_finalize(find);
    return id;
}

/* Brings the tracks in step with the table: points are only ever added. */
static bool follow(struct store *store, const struct points *points)
{
    int count = points_count(points);
    if (store->points != points) {
        store->points = points;
        store->n_tracks = 0;
        store->has_frame = false;
    }
    if (count <= store->n_tracks) {
        return true;
    }
    struct track *tracks = realloc(store->tracks, (size_t)count * sizeof *tracks);
    if (tracks == NULL) {
        return false;
    }
    store->tracks = tracks;
    if (!db_begin(store)) {
        return false;
    }
    for (int i = store->n_tracks; i < count; i++) {
        const struct point *point = points_get(points, i);
        bool counts = point->recorded && (point->kind == POINT_NUMBER || point->kind == POINT_FLAG);
        tracks[i] = (struct track){.id = counts ? point_id(store, point) : 0};
    }
    if (!db_commit(store)) {
        return false;
    }
    store->n_tracks = count;
    store->has_frame = false; /* the next second frame is a key */
    return true;
}

/* --- Frames that wait ------------------------------------------------------------------------ */

void pending_drop_all(struct store *store)
{
    while (store->first != NULL) {
        struct pending *next = store->first->next;
        free(store->first);
        store->first = next;
    }
    store->last = NULL;
    store->pending_bytes = 0;
}

/* Queues the frame in `scratch`. When too much waits, the oldest is given up and counted. */
void pending_add(struct store *store, enum tier tier, int64_t at_s, int64_t clear_after_s)
{
    size_t n = store->scratch.n;
    struct pending *item = store->scratch.failed ? NULL : malloc(sizeof *item + n);
    if (item == NULL) {
        store->writes_lost++;
        return;
    }
    *item = (struct pending){.tier = tier, .at_s = at_s, .clear_after_s = clear_after_s, .n = n};
    memcpy(item->data, store->scratch.data, n);
    if (store->last == NULL) {
        store->first = item;
    } else {
        store->last->next = item;
    }
    store->last = item;
    store->pending_bytes += sizeof *item + n;
    while (store->pending_bytes > PENDING_BYTES_MAX && store->first != store->last) {
        struct pending *oldest = store->first;
        store->first = oldest->next;
        store->pending_bytes -= sizeof *oldest + oldest->n;
        store->writes_lost++;
        free(oldest);
    }
}

/* --- Means ------------------------------------------------------------------------------------ */

static void sum_add(struct sum *sum, int64_t value, int64_t ms)
{
    if (sum->ms == 0 || value < sum->min) {
        sum->min = value;
    }
    if (sum->ms == 0 || value > sum->max) {
        sum->max = value;
    }
    sum->integral += (double)value * (double)ms;
    sum->ms += ms;
}

static void close_span(struct store *store, enum tier tier, int64_t start_s)
{
    int last_id = 0;
    bytes_free(&store->scratch);
    for (int i = 0; i < store->n_tracks; i++) {
        struct track *track = &store->tracks[i];
        struct sum *sum = tier == TIER_MINUTE ? &track->minute : &track->quarter;
        if (track->id != 0 && sum->ms > 0 && track->id > last_id) {
            int64_t mean = llround(sum->integral / (double)sum->ms);
            mean = mean < sum->min ? sum->min : mean > sum->max ? sum->max : mean;
            frame_put_mean(&store->scratch, &last_id, track->id,
                           (struct frame_mean){mean, sum->min, sum->max});
        }
        *sum = (struct sum){0};
    }
    if (store->scratch.n > 0) {
        pending_add(store, tier, start_s, INT64_MAX);
    }
}

/* The held values count from `from_ms` to `to_ms`, cut at the ends of minutes and quarters. */
static void integrate(struct store *store, int64_t from_ms, int64_t to_ms)
{
    while (from_ms < to_ms) {
        int64_t minute_ms = floor_to(from_ms, 60000);
        int64_t end_ms = minute_ms + 60000 < to_ms ? minute_ms + 60000 : to_ms;
        for (int i = 0; i < store->n_tracks; i++) {
            struct track *track = &store->tracks[i];
            if (track->id != 0 && track->known) {
                sum_add(&track->minute, track->value, end_ms - from_ms);
                sum_add(&track->quarter, track->value, end_ms - from_ms);
            }
        }
        if (end_ms == minute_ms + 60000) {
            close_span(store, TIER_MINUTE, minute_ms / 1000);
            if (floor_to(end_ms, 900000) == end_ms) {
                close_span(store, TIER_QUARTER, end_ms / 1000 - 900);
            }
        }
        from_ms = end_ms;
    }
}

/* --- Second frames ---------------------------------------------------------------------------- */

static void take_frame(struct store *store, int64_t now_s)
{
    int64_t gap_s = now_s - store->frame_s;
    bool chained = store->has_frame && gap_s > 0 && gap_s <= FRAME_GAP_MAX;
    bool is_key = !chained || floor_to(now_s, 60) != store->frame_key_minute;
    struct frame_head head = {is_key, (uint8_t)(is_key ? 0 : gap_s), store->chain};
    int last_id = 0;
    frame_begin(&store->scratch, head);
    for (int i = 0; i < store->n_tracks; i++) {
        struct track *track = &store->tracks[i];
        bool differs = track->known != track->written_known ||
                       (track->known && track->value != track->written);
        if (track->id > last_id && (is_key ? track->known : differs)) {
            bool from_zero = is_key || !track->written_known;
            frame_put_value(&store->scratch, &last_id, track->id, track->known,
                            track->value - (from_zero ? 0 : track->written));
        }
        track->written_known = track->known;
        track->written = track->known ? track->value : 0;
    }
    int64_t clear_after_s = now_s <= store->newest_s && chained ? store->frame_s : INT64_MAX;
    pending_add(store, TIER_SECOND, now_s, clear_after_s);
    if (is_key) {
        store->frame_key_minute = floor_to(now_s, 60);
    }
    store->frame_s = now_s;
    store->has_frame = true;
}

static void take_values(struct store *store, const struct points *points)
{
    static const double scale[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    for (int i = 0; i < store->n_tracks; i++) {
        struct track *track = &store->tracks[i];
        const struct point *point = points_get(points, i);
        if (track->id == 0 || point == NULL) {
            continue;
        }
        unsigned decimals = point->kind == POINT_FLAG ? 0
                            : point->decimals < 6     ? point->decimals
                                                      : 6;
        double scaled = point->number * scale[decimals];
        track->known = point->valid && scaled < 9e15 && scaled > -9e15;
        track->value = track->known ? llround(scaled) : 0;
    }
}

void store_sample(struct store *store, const struct points *points, int64_t now_ms)
{
    if (!follow(store, points)) {
        store->writes_lost++;
        return;
    }
    if (!store->is_seeded) {
        store->is_seeded = true;
        store->site_s = floor_to(now_ms, 1000) / 1000;
        seed(store, points, now_ms);
    }
    int64_t step_ms = store->last_ms == INT64_MIN ? -1 : now_ms - store->last_ms;
    if (step_ms < 0 && store->last_ms != INT64_MIN) {
        /* The clock went back: what was gathered belongs to its own minute; begin anew. */
        close_span(store, TIER_MINUTE, floor_to(store->last_ms, 60000) / 1000);
        close_span(store, TIER_QUARTER, floor_to(store->last_ms, 900000) / 1000);
        store->newest_s = store->newest_s > store->frame_s ? store->newest_s : store->frame_s;
        store->chain++;
        store->has_frame = false;
    }
    int64_t real_ms = store->options.real_ms();
    bool is_gap = step_ms > HOLD_MAX_MS ||
                  (step_ms > HOLD_MS && real_ms - store->sample_real_ms > REAL_HOLD_MS);
    store->sample_real_ms = real_ms;
    if (is_gap) { /* a gap: the minute before it is closed with what it has */
        close_span(store, TIER_MINUTE, floor_to(store->last_ms, 60000) / 1000);
        close_span(store, TIER_QUARTER, floor_to(store->last_ms, 900000) / 1000);
    } else if (step_ms > 0) {
        integrate(store, store->last_ms, now_ms);
    }
    take_values(store, points);
    int64_t now_s = floor_to(now_ms, 1000) / 1000;
    if (store->ledger.at_s == 0 || step_ms < 0 || now_s - store->ledger.at_s >= 60) {
        ledger_book(store, points, now_s);
    }
    store->last_ms = now_ms;
    store->site_s = now_s;
    if (store->pending_bytes > PENDING_BYTES_SOON || ledger_is_crowded(store) ||
        real_ms - store->commit_real_ms >= COMMIT_MS || store->commit_real_ms == 0) {
        if (!store->has_frame || now_s > store->frame_s) {
            take_frame(store, now_s);
        }
        store->commit_real_ms = real_ms;
        (void)store_flush(store);
    }
}
