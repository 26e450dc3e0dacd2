/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_MONITOR_H
#define HEARTH_HOST_MONITOR_MONITOR_H

/*
 * The battery monitor (VT manual s6): what the pages show and what their keys do, apart from the
 * terminal that draws them. Rules of the manual:
 *
 *   - port, baud rate and PACK can be chosen only while the port is closed; PACK FF reads all packs
 *     through the host; Auto and rotation work only with FF and while monitoring runs;
 *   - writing parameters, restoring defaults, deleting records and switches need the
 * administrator's password: without it "administrator password required" and nothing changes;
 *   - importing fills the page only; showing and recording are two things: CLS clears the screen,
 *     the table keeps its rows.
 *
 * A board that knows no password on the wire (other makers') is guarded by one of the monitor's
 * own.
 */

#include "host/monitor/link.h"
#include "host/monitor/params.h"
#include "host/monitor/phrases.h"
#include "host/monitor/recorder.h"

enum {
    MONITOR_RECORDS = 512,
    MONITOR_SAMPLES = 1000,
    MONITOR_TEXT = 160,
    MONITOR_ALL = 0xFF,
    ROTATE_MS = 3000
};

/* One line of Multi Monitoring. */
struct monitor_sample {
    int64_t at_s; /* local */
    struct pack_view pack;
};

/* One line of Memory Info. */
struct monitor_record {
    uint16_t number; /* 0 newest */
    struct pace_record record;
};

struct monitor {
    struct link link;
    bool open;
    uint8_t pack; /* 1 .. 15, or MONITOR_ALL */
    int shown;    /* index of the pack that is shown */
    bool rotates;
    int64_t rotate_ms;
    bool admin;                     /* the box is green */
    enum monitor_language language; /* of the messages */
    char message[MONITOR_TEXT];
    bool is_error;

    struct param_page params;
    bool params_asked;
    int params_left, params_failed; /* groups still to come, that failed */
    uint32_t writing;               /* groups that are being written, a bit each */

    bool clock_known;
    struct monitor_record records[MONITOR_RECORDS];
    int n_records;
    uint16_t record_next, record_end; /* next to read, one behind the last wanted */
    bool reads_records, paused, no_more;

    struct monitor_sample samples[MONITOR_SAMPLES]; /* a ring */
    int n_samples, first_sample;
    bool to_bottom;
    struct recorder *recorder; /* NULL: none */
    int64_t sampled_ms;

    int64_t now_ms, now_s; /* of the last step; seconds local */
};

void monitor_init(struct monitor *monitor, struct recorder *recorder);

/* Opens the port; false with the reason in `message`. */
bool monitor_open(struct monitor *monitor, const struct bus_address *address,
                  const struct wire_protocol *protocol, int64_t now_ms);
void monitor_close(struct monitor *monitor);

/* Chooses PACK: 1 .. 15 or MONITOR_ALL; false while the port is open. */
bool monitor_choose(struct monitor *monitor, uint8_t pack);
/* Auto and rotation may be used: FF, and monitoring runs. */
bool monitor_may_rotate(const struct monitor *monitor);
bool monitor_rotate(struct monitor *monitor, bool on);
/* The key of one pack: shows it. */
bool monitor_show(struct monitor *monitor, int index);
/* The pack that is shown; NULL: none was heard. */
const struct pack_view *monitor_pack(const struct monitor *monitor);

void monitor_step(struct monitor *monitor, int64_t now_ms, int64_t now_s);

/* Jobs of the keys; false: not now, and `message` says why. */
bool monitor_login(struct monitor *monitor, const char *password);
bool monitor_password(struct monitor *monitor, const char *old, const char *wanted,
                      const char *again);
bool monitor_read_params(struct monitor *monitor);
bool monitor_write_params(struct monitor *monitor);
bool monitor_restore(struct monitor *monitor);
bool monitor_read_clock(struct monitor *monitor);
bool monitor_write_clock(struct monitor *monitor); /* this computer's time */
bool monitor_read_records(struct monitor *monitor, uint16_t start, uint16_t most);
bool monitor_pause(struct monitor *monitor, bool paused);
bool monitor_erase_records(struct monitor *monitor);
int monitor_save_records(struct monitor *monitor, FILE *out);
bool monitor_switch(struct monitor *monitor, enum pace_switch which, bool on);
bool monitor_record(struct monitor *monitor, bool on);
void monitor_clear(struct monitor *monitor); /* CLS */

/* Sample `index`, oldest 0. */
const struct monitor_sample *monitor_sample(const struct monitor *monitor, int index);

/* The parameter a group's field stands for, for pages and for writing. */
bool monitor_has_param(enum parameter_id id);

#endif
