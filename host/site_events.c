/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulated site tells: its devices' events as sentences, and the black box of each
   protection. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/box_samples.h"
#include "host/event_words.h"
#include "host/site_internal.h"

/* A record that the page shows as an event is on the pack's flash by then. */
static void keep_and_tell(struct site *site, struct site_event *event)
{
    (void)pack_flash_sync(site->flash);
    if (site->store != NULL) {
        event->id = store_event(site->store, event);
    }
    if (site->sink != NULL) {
        site->sink(site->sink_context, event);
    }
}

void site_tell(struct site *site, const char *device, const char *kind, const char *code,
               bool active, const char *text)
{
    struct site_event event = {.at_ms = site_now_ms(site), .active = active};
    snprintf(event.device, sizeof event.device, "%s", device);
    snprintf(event.kind, sizeof event.kind, "%s", kind);
    snprintf(event.code, sizeof event.code, "%s", code);
    snprintf(event.text, sizeof event.text, "%s", text);
    keep_and_tell(site, &event);
}

/* A pack that goes to sleep has said so before it falls silent. */
void site_pack_told(void *context, int pack, bool silent)
{
    struct site *site = context;
    char device[24];
    bool asleep =
        silent ? site->real == NULL && bms_asleep(&site->house.bms[pack]) : site->told_asleep[pack];
    site->told_asleep[pack] = asleep;
    snprintf(device, sizeof device, "pack%d", pack + 1);
    site_tell(site, device, asleep ? "info" : "alarm", "silent", silent,
              !silent  ? "The pack answers again."
              : asleep ? "The pack sleeps and does not answer; its last values are shown as old."
                       : "The pack does not answer on its monitoring line; its last values are "
                         "shown as old.");
}

static int64_t site_time_of(const struct site *site, uint32_t device_ms)
{
    return site_now_ms(site) - (int64_t)(site->house.now_ms - device_ms);
}

void site_drain_events(struct site *site)
{
    struct house_event event;
    while (house_next_event(&site->house, &event)) {
        if (event.of_pack && event.told.kind == EVENT_PARAMETER) {
            continue; /* who wrote it has told it with its value */
        }
        struct site_event out = {.active = event.set, .at_ms = site_time_of(site, event.at_ms)};
        snprintf(out.device, sizeof out.device, "%s", event.device);
        snprintf(out.kind, sizeof out.kind, "%s", event.kind);
        snprintf(out.code, sizeof out.code, "%s", event.code);
        if (event.of_pack) {
            event_sentence(site->house.spec.pack->pack->rows, &event.told, out.text,
                           sizeof out.text);
        } else {
            snprintf(out.text, sizeof out.text, "%s", event.name);
        }
        keep_and_tell(site, &out);
    }
}

static void take_box(struct site *site, int pack, uint32_t trip)
{
    const struct bms *bms = &site->house.bms[pack];
    const struct black_box *memory = &site->house.spec.boards[pack].box;
    uint32_t trip_ms;
    enum protection_id row = black_box_cause(memory, trip, &trip_ms);
    struct store_box box = {.at_ms = site_time_of(site, trip_ms),
                            .trip = bms->counters.trips[row],
                            .n_cells = bms->profile->n_cells};
    snprintf(box.device, sizeof box.device, "pack%d", pack + 1);
    snprintf(box.code, sizeof box.code, "%s", bms->profile->rows[row].code);
    snprintf(box.name, sizeof box.name, "%s", bms->profile->rows[row].name);
    void *samples = box_pack(memory, trip, box.n_cells, &box.n_rows);
    if (samples != NULL) {
        (void)store_box_put(site->store, &box, samples,
                            (size_t)box.n_rows * box_row_bytes(box.n_cells));
    }
    free(samples);
}

/* The pack's own memory holds the last three: they are carried off as they come. */
void site_take_boxes(struct site *site)
{
    int packs = site->house.spec.boards != NULL ? site->house.spec.packs : 0;
    for (int i = 0; i < packs && site->store != NULL; i++) {
        const struct black_box *box = &site->house.spec.boards[i].box;
        uint32_t first;
        uint32_t last;
        if (box->trips == site->boxes_taken[i] || !black_box_span(box, &first, &last)) {
            continue;
        }
        uint32_t next = site->boxes_taken[i] + 1;
        for (uint32_t trip = next > first ? next : first; trip <= last; trip++) {
            take_box(site, i, trip);
        }
        site->boxes_taken[i] = last;
    }
}
