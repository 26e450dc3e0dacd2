/* SPDX-License-Identifier: Apache-2.0 */
/* Recordings of a site's packs, in one file beside its store: STORE.recordings */
#include "host/site_recordings.h"

#include <stdio.h>
#include <stdlib.h>

#include "host/site_internal.h"
#include "sim/pack_bank.h"

enum { ROW_EACH_MS = 950, DAY_S = 86400 };

static const char interval_key[] = "recording.interval_s"; /* there while one runs */

/* Names and times of recordings are local. */
static int64_t local_s(const struct site *site)
{
    int64_t now_s = site_now_ms(site) / 1000;
    return now_s + tz_offset_s(site->config->tz, now_s);
}

struct site_recorder site_recorder(const struct site *site)
{
    struct site_recorder out = {.available = site->recorder != NULL};
    const struct recording *running =
        site->recorder != NULL ? recorder_running(site->recorder) : NULL;
    if (running != NULL) {
        out.running = true;
        out.interval_s = site->record_interval_s;
        out.current = *running;
    }
    return out;
}

bool site_recording_begin(struct site *site, int interval_s, char *why, size_t room)
{
    char text[16];
    if (interval_s < 1 || interval_s > RECORDING_INTERVAL_MAX_S) {
        snprintf(why, room, "An interval of %d s is not allowed (1 to %d s).", interval_s,
                 RECORDING_INTERVAL_MAX_S);
        return false;
    }
    if (site->recorder == NULL || !recorder_begin(site->recorder, local_s(site))) {
        snprintf(why, room, "%s",
                 site->recorder == NULL ? "There is no place to keep recordings."
                 : recorder_running(site->recorder) != NULL
                     ? "A recording runs already."
                     : "The disk does not take a recording.");
        return false;
    }
    site->record_interval_s = interval_s;
    site->recorded_s = 0;
    snprintf(text, sizeof text, "%d", interval_s);
    if (site->store != NULL && !store_kv_put(site->store, interval_key, text)) {
        site_tell(site, "site", "info", "recording", true,
                  "The recording runs, but will not go on after a restart.");
    }
    return true;
}

void site_recording_end(struct site *site)
{
    if (site->recorder != NULL) {
        recorder_end(site->recorder);
    }
    if (site->store != NULL) {
        (void)store_kv_delete(site->store, interval_key);
    }
}

int site_recordings(struct site *site, struct recording *out, int room)
{
    return site->recorder != NULL ? recorder_list(site->recorder, out, room) : 0;
}

struct recorder_reader *site_recording_read(struct site *site, const char *name)
{
    return site->recorder != NULL ? recorder_read_begin(site->recorder, name) : NULL;
}

void site_recordings_open(struct site *site)
{
    char path[700];
    char why[500];
    if (site->store == NULL) {
        return;
    }
    snprintf(path, sizeof path, "%.600s.recordings", store_path(site->store));
    site->recorder = recorder_open(path, local_s(site), why, sizeof why);
    site->retained_day = local_s(site) / DAY_S;
    if (site->recorder == NULL) {
        fprintf(stderr, "hearth run: %s\n", why);
        return;
    }
    char *kept = store_kv_get(site->store, interval_key);
    if (kept != NULL && !site_recording_begin(site, (int)strtol(kept, NULL, 10), why, sizeof why)) {
        fprintf(stderr, "hearth run: %s\n", why);
    }
    free(kept);
}

void site_recordings_close(struct site *site)
{
    recorder_close(site->recorder);
    site->recorder = NULL;
}

/* As the gateway heard them on their line. */
static bool add_real_rows(struct site *site, int64_t now_s)
{
    bool well = true;
    for (int i = 0; i < site->driver.n_packs; i++) {
        bool here =
            battery_driver_knows(&site->driver, i) && !battery_driver_misses(&site->driver, i);
        well = (!here || recorder_add(site->recorder, &site->driver.bank.pack[i], now_s)) && well;
    }
    return well;
}

/* As the packs' service port tells of them: asleep and unlinked ones are left out. */
static bool add_rows(struct site *site, int64_t now_s)
{
    static struct pack_bank packs; /* large, and of this call alone */
    bool well = true;
    pack_bank_fill(&packs, &site->house, true);
    for (int i = 0; i < packs.bank.n_packs; i++) {
        struct pack_view *view = &packs.bank.pack[i];
        view->address = (uint8_t)(packs.pack[i] + 1);
        well = !battery_driver_misses(&site->driver, packs.pack[i])
                   ? recorder_add(site->recorder, view, now_s) && well
                   : well;
    }
    return well;
}

void site_record_rows(struct site *site, int64_t real_now_ms)
{
    int64_t now_s = local_s(site);
    if (site->recorder == NULL) {
        return;
    }
    if (now_s / DAY_S != site->retained_day) {
        site->retained_day = now_s / DAY_S;
        recorder_retain(site->recorder, now_s);
    }
    bool due = recorder_running(site->recorder) != NULL &&
               (now_s >= site->recorded_s + site->record_interval_s || now_s < site->recorded_s) &&
               real_now_ms - site->recorded_real_ms >= ROW_EACH_MS;
    if (!due) {
        return;
    }
    site->recorded_s = now_s;
    site->recorded_real_ms = real_now_ms;
    if (!(site->real != NULL ? add_real_rows : add_rows)(site, now_s)) {
        site_recording_end(site);
        site_tell(site, "site", "alarm", "recording", true,
                  "The disk takes no more rows: the recording has ended.");
    }
}
