/* SPDX-License-Identifier: Apache-2.0 */
#include "host/monitor/link.h"

#include <string.h>

enum { REPLY_MS = 500, GAP_MS = 100, ALIVE_MS = 3000 };

bool link_open(struct link *link, const struct reader_spec *spec, uint8_t unit, int64_t now_ms,
               char *why, size_t room)
{
    memset(link, 0, sizeof *link);
    link->pace = spec->protocol->kind == PROTOCOL_OF_RS485 && spec->protocol->index == RS485_PACE;
    link->asked_pack = PACE_ALL_PACKS;
    link->interval_ms = 1000;
    link->polls = true;
    link->heard_ms = INT64_MIN / 2;
    pace_reader_init(&link->reader, unit);
    return reader_end_open(&link->end, spec, now_ms, why, room);
}

void link_close(struct link *link) { reader_end_close(&link->end); }

bool link_ask(struct link *link, enum link_job_kind kind, uint16_t index, bool on)
{
    if (!link->pace || link->n_jobs == LINK_JOBS) {
        return false;
    }
    link->job[link->n_jobs++] = (struct link_job){kind, index, on};
    return true;
}

void link_forget(struct link *link, enum link_job_kind kind)
{
    int left = link->waiting ? 1 : 0; /* the one under way ends as it will */
    for (int i = left; i < link->n_jobs; i++) {
        if (link->job[i].kind != kind) {
            link->job[left++] = link->job[i];
        }
    }
    link->n_jobs = left < link->n_jobs ? left : link->n_jobs;
}

bool link_busy(const struct link *link, enum link_job_kind kind)
{
    for (int i = 0; i < link->n_jobs; i++) {
        if (link->job[i].kind == kind) {
            return true;
        }
    }
    return false;
}

bool link_alive(const struct link *link, int64_t now_ms)
{
    int64_t patience_ms = 3 * link->interval_ms;
    return now_ms - link->heard_ms <= (patience_ms > ALIVE_MS ? patience_ms : ALIVE_MS);
}

static size_t request_of(struct link *link, const struct link_job *job, uint8_t *out, size_t room)
{
    struct pace_reader *reader = &link->reader;
    switch (job->kind) {
    case JOB_POLL_ANALOG:
        return pace_ask_pack(reader, PACE_GET_ANALOG, link->asked_pack, out, room);
    case JOB_POLL_STATUS:
        return pace_ask_pack(reader, PACE_GET_STATUS, link->asked_pack, out, room);
    case JOB_COUNT: return pace_ask(reader, PACE_GET_PACKS, out, room);
    case JOB_VERSION: return pace_ask(reader, PACE_GET_VERSION, out, room);
    case JOB_NAMES: return pace_ask(reader, PACE_GET_NAMES, out, room);
    case JOB_CAPACITY: return pace_ask(reader, PACE_GET_CAPACITY, out, room);
    case JOB_READ_GROUP: return pace_ask_group(reader, job->index, out, room);
    case JOB_WRITE_GROUP: return pace_ask_write(reader, job->index, &link->values, out, room);
    case JOB_READ_CLOCK: return pace_ask(reader, PACE_GET_CLOCK, out, room);
    case JOB_WRITE_CLOCK: return pace_ask_set_clock(reader, &link->clock, out, room);
    case JOB_RECORD: return pace_ask_record(reader, job->index, out, room);
    case JOB_SWITCH:
        return pace_ask_switch(reader, (enum pace_switch)job->index, job->on, out, room);
    case JOB_ADMIN:
        return pace_ask_admin(reader, (enum desk_admin)job->index, link->words, out, room);
    }
    return 0;
}

static int reply_of(struct link *link, const struct link_job *job)
{
    struct pace_reader *reader = &link->reader;
    const uint8_t *bytes = link->frames.buffer;
    size_t n = link->frames.length;
    uint8_t control;
    switch (job->kind) {
    case JOB_POLL_ANALOG: return pace_take_packs(reader, bytes, n, true, &link->bank);
    case JOB_POLL_STATUS: return pace_take_packs(reader, bytes, n, false, &link->bank);
    case JOB_COUNT: return pace_take_count(reader, bytes, n, &link->n_packs);
    case JOB_VERSION: return pace_take_version(reader, bytes, n, link->version);
    case JOB_NAMES: return pace_take_names(reader, bytes, n, link->serial, link->model);
    case JOB_CAPACITY: return pace_take_capacity(reader, bytes, n, &link->bank.pack[0]);
    case JOB_READ_GROUP: return pace_take_group(reader, bytes, n, job->index, &link->values);
    case JOB_READ_CLOCK: return pace_take_clock(reader, bytes, n, &link->clock);
    case JOB_RECORD: return pace_take_record(reader, bytes, n, &link->record);
    case JOB_SWITCH: return pace_take_switch(reader, bytes, n, &control);
    case JOB_WRITE_GROUP:
    case JOB_WRITE_CLOCK:
    case JOB_ADMIN: return pace_take_done(reader, bytes, n);
    }
    return PACE_STRANGE;
}

/* A reply to FF names no addresses: the packs come in their order. */
static void name_packs(struct link *link)
{
    for (uint8_t i = 0; i < link->bank.n_packs && i < BANK_PACKS; i++) {
        bool all = link->asked_pack == PACE_ALL_PACKS;
        link->bank.pack[i].address = all ? (uint8_t)(i + 1) : link->asked_pack;
    }
}

static void end_job(struct link *link, int result, int64_t now_ms)
{
    struct link_job job = link->job[0];
    link->waiting = false;
    link->tries = 0;
    link->free_ms = now_ms + GAP_MS;
    link->n_jobs--;
    memmove(link->job, link->job + 1, (size_t)link->n_jobs * sizeof link->job[0]);
    if (result == 0 && job.kind == JOB_POLL_ANALOG) {
        name_packs(link);
    }
    if (result >= 0) {
        link->answered++;
        link->refused += result != 0 && result != PACE_NO_MORE;
        link->heard_ms = now_ms;
    } else {
        link->missed++;
    }
    if (link->done != NULL) {
        link->done(link->context, &job, result);
    }
}

static void hear(struct link *link, int64_t now_ms)
{
    uint8_t bytes[512];
    size_t n;
    while ((n = bus_port_read(&link->end.port, 0, bytes, sizeof bytes)) > 0) {
        for (size_t i = 0; i < n; i++) {
            if (!ascii_reader_take(&link->frames, bytes[i]) || !link->waiting) {
                continue;
            }
            int result = reply_of(link, &link->job[0]);
            if (result >= 0) {
                end_job(link, result, now_ms);
            } else {
                link->broken++; /* another's, or damaged: the time-out asks anew */
            }
        }
    }
}

static void ask(struct link *link, int64_t now_ms)
{
    uint8_t bytes[ASCII_FRAME_MAX];
    if (link->n_jobs == 0 || now_ms < link->free_ms) {
        return;
    }
    size_t n = request_of(link, &link->job[0], bytes, sizeof bytes);
    if (n == 0) {
        end_job(link, PACE_STRANGE, now_ms);
        return;
    }
    link->frames.length = 0;
    (void)bus_port_write(&link->end.port, 0, bytes, n);
    link->waiting = true;
    link->tries++;
    link->asked_ms = now_ms;
}

static void step_pace(struct link *link, int64_t now_ms)
{
    bus_port_step(&link->end.port, now_ms);
    hear(link, now_ms);
    if (link->polls && now_ms >= link->poll_ms && !link_busy(link, JOB_POLL_ANALOG)) {
        link->poll_ms = now_ms + link->interval_ms;
        (void)link_ask(link, JOB_POLL_ANALOG, 0, false);
        (void)link_ask(link, JOB_POLL_STATUS, 0, false);
    }
    if (link->waiting && now_ms - link->asked_ms >= REPLY_MS) {
        link->waiting = false;
        if (link->tries >= LINK_TRIES) {
            end_job(link, LINK_SILENT, now_ms);
        }
    }
    if (!link->waiting) {
        ask(link, now_ms);
    }
}

void link_step(struct link *link, int64_t now_ms)
{
    if (link->pace) {
        step_pace(link, now_ms);
    } else if (reader_end_step(&link->end, now_ms) != 0) {
        link->bank = link->end.bank;
        link->answered++;
        link->heard_ms = now_ms;
    }
}
