/* SPDX-License-Identifier: Apache-2.0 */
/* After a restart the minute and the quarter in the making go on from what the file has of them,
   so that their means are those of the whole span and not of its rest. */
#include "host/store/internal.h"

#include <math.h>

static void take(struct sum *sum, const struct store_bin *bin, double scale, int64_t ms)
{
    ms = ms < 60000 ? ms : 60000;
    if (!bin->valid || ms <= 0) {
        return;
    }
    int64_t min = llround(bin->min * scale), max = llround(bin->max * scale);
    sum->min = sum->ms == 0 || min < sum->min ? min : sum->min;
    sum->max = sum->ms == 0 || max > sum->max ? max : sum->max;
    sum->integral += bin->mean * scale * (double)ms;
    sum->ms += ms;
}

static void seed_batch(struct store *store, const struct points *points, const int *indices, int n,
                       int64_t now_ms)
{
    static const double scales[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    const char *names[STORE_NAMES_MAX];
    char why[120];
    for (int i = 0; i < n; i++) {
        names[i] = points_get(points, indices[i])->name;
    }
    struct store_query query = {.names = names,
                                .n_names = n,
                                .from_ms = floor_to(now_ms, 900000),
                                .to_ms = now_ms,
                                .step_s = 60};
    struct store_history history;
    if (!store_history(store, &query, &history, why, sizeof why)) {
        return;
    }
    for (int i = 0; i < n; i++) {
        const struct point *point = points_get(points, indices[i]);
        double scale = scales[point->kind == POINT_FLAG ? 0 : point->decimals % 7];
        struct track *track = &store->tracks[indices[i]];
        for (int bin = 0; bin < history.n_bins; bin++) {
            const struct store_bin *value = &history.bins[i * history.n_bins + bin];
            int64_t start_ms = (history.from_s + bin * history.step_s) * 1000;
            take(&track->quarter, value, scale, now_ms - start_ms);
            if (now_ms - start_ms < 60000) {
                take(&track->minute, value, scale, now_ms - start_ms);
            }
        }
    }
    store_history_free(&history);
}

void seed(struct store *store, const struct points *points, int64_t now_ms)
{
    if (store->newest_s < floor_to(now_ms, 900000) / 1000 || store->newest_s > now_ms / 1000) {
        return; /* nothing of this quarter, or what there is belongs to another run of the clock */
    }
    int indices[STORE_NAMES_MAX], n = 0;
    for (int i = 0; i < store->n_tracks; i++) {
        if (store->tracks[i].id != 0) {
            indices[n++] = i;
        }
        if (n == STORE_NAMES_MAX || (n > 0 && i == store->n_tracks - 1)) {
            seed_batch(store, points, indices, n, now_ms);
            n = 0;
        }
    }
}
