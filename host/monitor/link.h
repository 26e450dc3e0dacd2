/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_LINK_H
#define HEARTH_HOST_MONITOR_LINK_H

/*
 * The monitor's line to a battery. In PACE it polls the packs and does jobs in between: parameters,
 * clock, event memory, switches, each once, in order, tried three times. In any other serial or CAN
 * protocol it can only look: the reader of that protocol fills the bank.
 */

#include "core/proto/pace_reader.h"
#include "host/ends/reader_end.h"

enum { LINK_JOBS = 96, LINK_TRIES = 3 };

enum link_job_kind {
    JOB_POLL_ANALOG,
    JOB_POLL_STATUS,
    JOB_COUNT, /* of packs */
    JOB_VERSION,
    JOB_NAMES,
    JOB_CAPACITY,
    JOB_READ_GROUP,  /* of parameters, by `index` */
    JOB_WRITE_GROUP, /* with link->values */
    JOB_READ_CLOCK,
    JOB_WRITE_CLOCK, /* link->clock */
    JOB_RECORD,      /* by `index`, newest 0 */
    JOB_SWITCH,      /* enum pace_switch in `index`, `on` */
    JOB_ADMIN        /* enum desk_admin in `index`, text in link->words */
};

struct link_job {
    enum link_job_kind kind;
    uint16_t index;
    bool on;
};

enum { LINK_SILENT = -200 }; /* result of a job nobody answered */

/* How a job ended: 0, an enum pace_rtn, PACE_NO_MORE, LINK_SILENT or a negative error. */
typedef void link_done_fn(void *context, const struct link_job *job, int result);

struct link {
    struct reader_end end; /* its port; of PACE nothing else */
    bool pace;
    struct pace_reader reader;
    struct ascii_reader frames;
    struct battery_bank bank;
    uint8_t asked_pack; /* what is polled: 1 .. 15 or PACE_ALL_PACKS */
    bool polls;
    int64_t interval_ms, poll_ms;
    uint8_t n_packs; /* the battery's own count; 0: not told */
    char version[BANK_TEXT], serial[BANK_TEXT], model[BANK_TEXT];
    struct pace_values values;
    struct desk_clock clock;
    struct pace_record record;
    char words[64];
    link_done_fn *done;
    void *context;
    uint32_t answered, missed, refused, broken;
    int64_t heard_ms; /* last answer; INT64_MIN / 2: never */
    /* private */
    struct link_job job[LINK_JOBS];
    int n_jobs;
    bool waiting;
    uint8_t tries;
    int64_t asked_ms, free_ms;
};

/* `unit`: address of PACE's requests. False with a sentence. */
bool link_open(struct link *link, const struct reader_spec *spec, uint8_t unit, int64_t now_ms,
               char *why, size_t room);
void link_close(struct link *link);

/* Puts a job behind those that wait; false: there are too many, or this protocol has no jobs. */
bool link_ask(struct link *link, enum link_job_kind kind, uint16_t index, bool on);
/* Drops what waits of this kind (pause of reading records). */
void link_forget(struct link *link, enum link_job_kind kind);
bool link_busy(const struct link *link, enum link_job_kind kind);

void link_step(struct link *link, int64_t now_ms);

/* Connected: something was heard within three intervals. */
bool link_alive(const struct link *link, int64_t now_ms);

#endif
