/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_SITE_RECORDINGS_H
#define HEARTH_HOST_SITE_RECORDINGS_H

/*
 * Recordings of all packs' values, as the PC tool's Multi Monitoring makes them
 * (host/monitor/recorder.h): one runs at a time, goes on whether anybody looks or not, also over a
 * restart (as a new one), and is kept for two calendar months of the site's time.
 */

#include "host/monitor/recorder.h"
#include "host/site.h"

enum { RECORDING_INTERVAL_MAX_S = 3600 };

struct site_recorder {
    bool available; /* there is a place to keep them */
    bool running;
    int interval_s;           /* of the running one */
    struct recording current; /* name, beginning in local seconds, rows so far */
};

struct site_recorder site_recorder(const struct site *site);

/* One row of each pack every `interval_s` of the site's time, at most one a second of ours; false
   with a sentence: one runs already, or the disk refuses. */
bool site_recording_begin(struct site *site, int interval_s, char *why, size_t room);
void site_recording_end(struct site *site);

/* All of them, newest first; returns how many. */
int site_recordings(struct site *site, struct recording *out, int room);

/* One as CSV, read with recorder_read(); NULL: there is none of this name. */
struct recorder_reader *site_recording_read(struct site *site, const char *name);

#endif
