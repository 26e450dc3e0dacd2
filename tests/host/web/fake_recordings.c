/* SPDX-License-Identifier: Apache-2.0 */
/* The paper site's recordings: the real recorder in memory, a row of both packs at each advance. */
#include <stdio.h>

#include "fake_model.h"
#include "host/site_recordings.h"

void fake_desk_record(struct site *site)
{
    if (site->recorder == NULL) {
        char why[200];
        site->recorder = recorder_open(":memory:", site->now_ms / 1000, why, sizeof why);
    }
    for (uint8_t pack = 1; site->recorder != NULL && pack <= 2; pack++) {
        const struct pack_view view = {.address = pack,
                                       .n_cells = 2,
                                       .cell_mv = {3300, 3301},
                                       .voltage_mv = 52800,
                                       .current_ma = -1500,
                                       .soc_pct = 62,
                                       .mos_c10 = 271,
                                       .env_c10 = TEMP_ABSENT};
        (void)recorder_add(site->recorder, &view, site->now_ms / 1000);
    }
}

void fake_desk_stop(struct site *site) { recorder_close(site->recorder); }

struct site_recorder site_recorder(const struct site *site)
{
    const struct recording *running = recorder_running(site->recorder);
    struct site_recorder out = {.available = true, .running = running != NULL, .interval_s = 1};
    if (running != NULL) {
        out.current = *running;
    }
    return out;
}

bool site_recording_begin(struct site *site, int interval_s, char *why, size_t room)
{
    (void)interval_s;
    bool begun = recorder_begin(site->recorder, site->now_ms / 1000);
    snprintf(why, room, "%s", begun ? "" : "A recording runs already.");
    return begun;
}

void site_recording_end(struct site *site) { recorder_end(site->recorder); }

int site_recordings(struct site *site, struct recording *out, int room)
{
    return recorder_list(site->recorder, out, room);
}

struct recorder_reader *site_recording_read(struct site *site, const char *name)
{
    return recorder_read_begin(site->recorder, name);
}
