/* SPDX-License-Identifier: Apache-2.0 */
/*
 * History: bins of a chosen width, filled from the tier that fits; what it does not have (pruned,
 * thinned, not closed yet) from the coarser ones and then from the finer. A row counts for the span
 * it stands for; a bin is the mean over what is known of it, and unknown if nothing is.
 */
#include "host/store/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IDS_MAX = STORE_NAMES_MAX * 4, BINS_WANTED = 500 };

struct acc {
    double integral, weight, min, max;
};

struct wanted {
    int id, name; /* `name`: which column */
    double unit;  /* value = integer * unit */
    bool known;   /* of a second chain: the value that holds */
    int64_t value;
};

struct search {
    struct store *store;
    int64_t from_s, to_s, step_s;
    int n_bins, n_names, n_wanted;
    struct wanted wanted[IDS_MAX];
    struct acc *pass;    /* of the tier being read */
    struct acc *results; /* of all tiers so far */
};

static const int nice_steps[] = {1,   2,   5,    10,   15,   30,    60,    120,   300,
                                 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400};

static int64_t auto_step(int64_t span_s)
{
    for (size_t i = 0; i < sizeof nice_steps / sizeof *nice_steps; i++) {
        if (span_s / nice_steps[i] <= BINS_WANTED) {
            return nice_steps[i];
        }
    }
    return 86400;
}

static void spread(struct search *s, const struct wanted *want, int64_t a_s, int64_t b_s,
                   struct frame_mean value)
{
    a_s = a_s < s->from_s ? s->from_s : a_s;
    b_s = b_s > s->to_s ? s->to_s : b_s;
    while (a_s < b_s) {
        int64_t bin = (a_s - s->from_s) / s->step_s;
        int64_t end_s = s->from_s + (bin + 1) * s->step_s;
        end_s = end_s < b_s ? end_s : b_s;
        struct acc *acc = &s->pass[(int64_t)want->name * s->n_bins + bin];
        double weight = (double)(end_s - a_s), min = (double)value.min * want->unit,
               max = (double)value.max * want->unit;
        acc->min = acc->weight > 0 && acc->min < min ? acc->min : min;
        acc->max = acc->weight > 0 && acc->max > max ? acc->max : max;
        acc->integral += (double)value.mean * want->unit * weight;
        acc->weight += weight;
        a_s = end_s;
    }
}

static struct wanted *find(struct search *s, int id)
{
    for (int i = 0; i < s->n_wanted; i++) {
        if (s->wanted[i].id == id) {
            return &s->wanted[i];
        }
    }
    return NULL;
}

/* The values that hold count from their frame to the next one. */
static void emit_held(struct search *s, int64_t a_s, int64_t b_s)
{
    for (int i = 0; i < s->n_wanted; i++) {
        if (s->wanted[i].known) {
            int64_t v = s->wanted[i].value;
            spread(s, &s->wanted[i], a_s, b_s, (struct frame_mean){v, v, v});
        }
    }
}

static void apply_frame(struct search *s, struct frame_reader *reader, bool is_key)
{
    bool known;
    int64_t value;
    for (int i = 0; is_key && i < s->n_wanted; i++) {
        s->wanted[i].known = false;
    }
    while (frame_next_value(reader, &known, &value)) {
        struct wanted *want = find(s, reader->id);
        if (want != NULL) {
            int64_t base = is_key || !want->known ? 0 : want->value;
            want->value = (int64_t)((uint64_t)base + (uint64_t)value);
            want->known = known;
        }
    }
}

static bool read_seconds(struct search *s, sqlite3_stmt *rows)
{
    int64_t before_s = 0;
    uint16_t chain = 0;
    bool in_chain = false;
    int code;
    while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
        int64_t at_s = sqlite3_column_int64(rows, 0);
        struct frame_reader reader;
        struct frame_head head;
        if (!frame_open(&reader, sqlite3_column_blob(rows, 1),
                        (size_t)sqlite3_column_bytes(rows, 1), &head)) {
            in_chain = false;
            continue;
        }
        bool follows = in_chain && head.chain == chain && at_s - before_s <= FRAME_GAP_MAX;
        if (in_chain) {
            emit_held(s, before_s, follows ? at_s : before_s + 1);
        }
        in_chain = head.is_key || (follows && at_s - before_s == head.gap_s);
        if (in_chain) {
            apply_frame(s, &reader, head.is_key);
        }
        before_s = at_s;
        chain = head.chain;
    }
    if (in_chain) {
        emit_held(s, before_s, before_s + 1);
    }
    return code == SQLITE_DONE;
}

static bool read_means(struct search *s, sqlite3_stmt *rows, int span_s)
{
    int code;
    while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
        int64_t at_s = sqlite3_column_int64(rows, 0);
        struct frame_reader reader;
        struct frame_mean value;
        frame_open_mean(&reader, sqlite3_column_blob(rows, 1),
                        (size_t)sqlite3_column_bytes(rows, 1));
        while (frame_next_mean(&reader, &value)) {
            const struct wanted *want = find(s, reader.id);
            if (want != NULL) {
                spread(s, want, at_s, at_s + span_s, value);
            }
        }
    }
    return code == SQLITE_DONE;
}

/* Reads one tier over [from, to) and gives its bins to those that have nothing yet. */
static bool read_tier(struct search *s, enum tier tier, int64_t from_s, int64_t to_s)
{
    char sql[96];
    size_t n = (size_t)s->n_bins * (size_t)s->n_names;
    int64_t lead_s = tier == TIER_SECOND ? 2 * FRAME_GAP_MAX : tier_seconds[tier];
    snprintf(sql, sizeof sql, "SELECT at, data FROM %s WHERE at >= ? AND at < ? ORDER BY at",
             tier_tables[tier]);
    sqlite3_stmt *rows = db_prepare(s->store->db, sql);
    if (rows == NULL) {
        return false;
    }
    sqlite3_bind_int64(rows, 1, from_s - lead_s);
    sqlite3_bind_int64(rows, 2, to_s);
    memset(s->pass, 0, n * sizeof *s->pass);
    bool read =
        tier == TIER_SECOND ? read_seconds(s, rows) : read_means(s, rows, tier_seconds[tier]);
    sqlite3_finalize(rows);
    for (size_t i = 0; i < n; i++) {
        if (!(s->results[i].weight > 0)) {
            s->results[i] = s->pass[i];
        }
    }
    return read;
}

/* The first and last bin with nothing in some column; false when every bin has something. */
static bool empty_span(const struct search *s, int64_t *from_s, int64_t *to_s)
{
    int first = -1, last = -1;
    for (int bin = 0; bin < s->n_bins; bin++) {
        for (int name = 0; name < s->n_names; name++) {
            if (!(s->results[(size_t)name * (size_t)s->n_bins + (size_t)bin].weight > 0)) {
                first = first < 0 ? bin : first;
                last = bin;
                break;
            }
        }
    }
    *from_s = s->from_s + first * s->step_s;
    *to_s = s->from_s + (last + 1) * s->step_s;
    return first >= 0;
}

static bool read_coarser(struct search *s, int fit)
{
    int64_t from_s = s->from_s, to_s = s->to_s;
    for (int tier = fit; tier < TIER_COUNT && empty_span(s, &from_s, &to_s); tier++) {
        if (tier == TIER_QUARTER && fit != TIER_QUARTER) {
            /* Quarters stand in for pruned minutes only: elsewhere they would cover a gap. */
            int64_t kept_s = db_number(s->store->db, "SELECT min(at) FROM minute", to_s);
            to_s = to_s < kept_s ? to_s : kept_s;
        }
        if (from_s < to_s && !read_tier(s, (enum tier)tier, from_s, to_s)) {
            return false;
        }
    }
    return true;
}

/* Finer rows fill only what is too young to be closed: never more than a day of it. */
static bool read_finer(struct search *s, int fit)
{
    int64_t from_s, to_s, young_s = s->store->site_s - 86400;
    for (int tier = fit - 1; tier >= 0 && empty_span(s, &from_s, &to_s); tier--) {
        from_s = from_s > young_s ? from_s : young_s;
        if (from_s < to_s && !read_tier(s, (enum tier)tier, from_s, to_s)) {
            return false;
        }
    }
    return true;
}

static bool read_tiers(struct search *s)
{
    int fit = s->step_s >= 900 ? TIER_QUARTER : s->step_s >= 60 ? TIER_MINUTE : TIER_SECOND;
    return read_coarser(s, fit) && read_finer(s, fit);
}

static void resolve_names(struct search *s, const struct store_query *query)
{
    static const double units[] = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
    sqlite3_stmt *rows = db_prepare(s->store->db, "SELECT id, decimals FROM point WHERE name = ?");
    for (int i = 0; rows != NULL && i < query->n_names; i++) {
        sqlite3_bind_text(rows, 1, query->names[i], -1, SQLITE_STATIC);
        while (s->n_wanted < IDS_MAX && sqlite3_step(rows) == SQLITE_ROW) {
            int decimals = sqlite3_column_int(rows, 1);
            s->wanted[s->n_wanted++] =
                (struct wanted){.id = sqlite3_column_int(rows, 0),
                                .name = i,
                                .unit = units[decimals >= 0 && decimals <= 6 ? decimals : 6]};
        }
        sqlite3_reset(rows);
    }
    sqlite3_finalize(rows);
}

static void hand_over(const struct search *s, struct store_history *out)
{
    for (size_t i = 0; i < (size_t)s->n_bins * (size_t)s->n_names; i++) {
        const struct acc *acc = &s->results[i];
        if (acc->weight > 0) {
            out->bins[i] =
                (struct store_bin){true, acc->integral / acc->weight, acc->min, acc->max};
        }
    }
}

bool store_history(struct store *store, const struct store_query *query, struct store_history *out,
                   char *why, size_t room)
{
    int64_t from_s = floor_to(query->from_ms, 1000) / 1000;
    int64_t to_s = floor_to(query->to_ms + 999, 1000) / 1000;
    int64_t step_s = query->step_s > 0 ? query->step_s : auto_step(to_s - from_s);
    *out = (struct store_history){0};
    if (to_s <= from_s || query->n_names < 1 || query->n_names > STORE_NAMES_MAX) {
        snprintf(why, room, "from must be before to, and there must be 1 to %d points.",
                 STORE_NAMES_MAX);
        return false;
    }
    from_s = floor_to(from_s, step_s);
    int64_t n_bins = (to_s - from_s + step_s - 1) / step_s;
    if (n_bins * query->n_names > STORE_BINS_MAX * (int64_t)8 || n_bins > STORE_BINS_MAX) {
        snprintf(why, room, "That is %lld values; a step of %lld s or more is allowed here.",
                 (long long)n_bins * query->n_names,
                 (long long)(to_s - from_s) / (STORE_BINS_MAX / 2) + 1);
        return false;
    }
    (void)store_flush(store);
    struct search *s = calloc(1, sizeof *s);
    size_t n = (size_t)n_bins * (size_t)query->n_names;
    struct acc *accs = calloc(2 * n, sizeof *accs);
    out->bins = calloc(n, sizeof *out->bins);
    bool done = s != NULL && accs != NULL && out->bins != NULL;
    if (done) {
        *s = (struct search){.store = store,
                             .from_s = from_s,
                             .to_s = from_s + n_bins * step_s,
                             .step_s = step_s,
                             .n_bins = (int)n_bins,
                             .n_names = query->n_names,
                             .pass = accs,
                             .results = accs + n};
        resolve_names(s, query);
        done = s->n_wanted == 0 || read_tiers(s);
        hand_over(s, out);
    }
    out->from_s = from_s;
    out->step_s = step_s;
    out->n_bins = (int)n_bins;
    out->n_names = query->n_names;
    free(accs);
    free(s);
    if (!done) {
        snprintf(why, room, "The history cannot be read: %s.", sqlite3_errmsg(store->db));
        store_history_free(out);
    }
    return done;
}

void store_history_free(struct store_history *history)
{
    free(history->bins);
    *history = (struct store_history){0};
}
