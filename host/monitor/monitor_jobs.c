/* SPDX-License-Identifier: Apache-2.0 */
/* What the keys of the monitor ask of the battery, and what comes of it. */
#include "host/monitor/monitor_jobs.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char no_right[] = "administrator password required";

/* The port is open and the protocol can do more than look. */
static bool ready(struct monitor *monitor)
{
    if (!monitor->open || !monitor->link.pace) {
        monitor_say(monitor, true,
                    monitor->open ? "this protocol only tells values: no settings, no memory"
                                  : "the port is closed");
        return false;
    }
    return true;
}

static bool may(struct monitor *monitor)
{
    if (ready(monitor) && !monitor->admin) {
        monitor_say(monitor, true, "%s", monitor_phrase(monitor->language, no_right));
        return false;
    }
    return monitor->open && monitor->link.pace;
}

static bool ask(struct monitor *monitor, enum link_job_kind kind, uint16_t index, bool on)
{
    if (!link_ask(&monitor->link, kind, index, on)) {
        monitor_say(monitor, true, "busy: too many jobs wait");
        return false;
    }
    return true;
}

static bool admin(struct monitor *monitor, enum desk_admin what, const char *text)
{
    if (link_busy(&monitor->link, JOB_ADMIN)) {
        monitor_say(monitor, true, "busy");
        return false;
    }
    snprintf(monitor->link.words, sizeof monitor->link.words, "%s", text);
    return ask(monitor, JOB_ADMIN, (uint16_t)what, false);
}

bool monitor_login(struct monitor *monitor, const char *password)
{
    monitor->admin = false;
    return ready(monitor) && admin(monitor, ADMIN_LOGIN, password);
}

bool monitor_password(struct monitor *monitor, const char *old, const char *wanted,
                      const char *again)
{
    char words[64];
    if (!ready(monitor)) {
        return false;
    }
    if (old[0] == '\0' || wanted[0] == '\0' || again[0] == '\0') {
        monitor_say(monitor, true, "all three fields are required");
        return false;
    }
    if (strcmp(wanted, again) != 0) {
        monitor_say(monitor, true, "the new passwords differ");
        return false;
    }
    if (strlen(old) > 16 || strlen(wanted) > 16) {
        monitor_say(monitor, true, "a password has at most 16 characters");
        return false;
    }
    snprintf(words, sizeof words, "%s\n%s\n%s\n", old, wanted, again);
    return admin(monitor, ADMIN_PASSWORD, words);
}

bool monitor_read_params(struct monitor *monitor)
{
    if (!ready(monitor)) {
        return false;
    }
    if (monitor->params_left > 0) {
        return true; /* under way */
    }
    monitor->params_failed = 0;
    for (unsigned i = 0; i < PACE_GROUPS; i++) {
        monitor->params_left += ask(monitor, JOB_READ_GROUP, (uint16_t)i, false);
    }
    return true;
}

/* A group has a value on the page that the BMS has not. */
static bool group_differs(const struct monitor *monitor, const struct pace_group *group)
{
    for (size_t k = 0; k < PACE_FIELDS && group->field[k].kind != FIELD_END; k++) {
        const struct pace_field *field = &group->field[k];
        if (field->kind != FIELD_BYTE &&
            param_differs(&monitor->params, (enum parameter_id)field->parameter)) {
            return true;
        }
    }
    return false;
}

bool monitor_has_param(enum parameter_id id)
{
    for (size_t i = 0; i < PACE_GROUPS; i++) {
        for (size_t k = 0; k < PACE_FIELDS && pace_groups[i].field[k].kind != FIELD_END; k++) {
            const struct pace_field *field = &pace_groups[i].field[k];
            if (field->kind != FIELD_BYTE && field->parameter == id) {
                return true;
            }
        }
    }
    return false;
}

bool monitor_write_params(struct monitor *monitor)
{
    int n = 0;
    if (!may(monitor)) {
        return false;
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        monitor->link.values.value[i] = monitor->params.page[i];
        monitor->link.values.known[i] = monitor->params.shown[i];
    }
    for (unsigned i = 0; i < PACE_GROUPS; i++) {
        if (group_differs(monitor, &pace_groups[i]) &&
            ask(monitor, JOB_WRITE_GROUP, (uint16_t)i, false)) {
            monitor->writing |= 1U << i;
            n++;
        }
    }
    monitor->params_failed = 0;
    monitor_say(monitor, false, n > 0 ? "writing %d groups" : "nothing differs from the BMS", n);
    return true;
}

bool monitor_restore(struct monitor *monitor)
{
    return may(monitor) && admin(monitor, ADMIN_RESTORE, "");
}

bool monitor_read_clock(struct monitor *monitor)
{
    return ready(monitor) && ask(monitor, JOB_READ_CLOCK, 0, false);
}

bool monitor_write_clock(struct monitor *monitor)
{
    time_t now = (time_t)monitor->now_s;
    struct tm t;
    if (!ready(monitor)) {
        return false;
    }
    gmtime_r(&now, &t);
    monitor->link.clock = (struct desk_clock){
        (uint16_t)(t.tm_year + 1900), (uint8_t)(t.tm_mon + 1), (uint8_t)t.tm_mday,
        (uint8_t)t.tm_hour,           (uint8_t)t.tm_min,       (uint8_t)t.tm_sec};
    return ask(monitor, JOB_WRITE_CLOCK, 0, false);
}

bool monitor_read_records(struct monitor *monitor, uint16_t start, uint16_t most)
{
    if (!ready(monitor)) {
        return false;
    }
    if (start < 1 || most < 1 || most > MONITOR_RECORDS) {
        monitor_say(monitor, true,
                    "range: start %d, at most %d is not allowed (start 1 and later, 1 "
                    "to %d records)",
                    start, most, MONITOR_RECORDS);
        return false;
    }
    link_forget(&monitor->link, JOB_RECORD);
    monitor->n_records = 0;
    monitor->record_next = (uint16_t)(start - 1);
    monitor->record_end = (uint16_t)(start - 1 + most);
    monitor->reads_records = true;
    monitor->paused = monitor->no_more = false;
    return true;
}

bool monitor_pause(struct monitor *monitor, bool paused)
{
    if (!monitor->reads_records) {
        monitor_say(monitor, true, "no records are being read");
        return false;
    }
    monitor->paused = paused;
    return true;
}

bool monitor_erase_records(struct monitor *monitor)
{
    return may(monitor) && admin(monitor, ADMIN_ERASE, "");
}

bool monitor_switch(struct monitor *monitor, enum pace_switch which, bool on)
{
    return may(monitor) && ask(monitor, JOB_SWITCH, (uint16_t)which, on);
}

int monitor_save_records(struct monitor *monitor, FILE *out)
{
    fprintf(out, "no,time,current_a,voltage_v,remaining_ah,full_ah,cell_max_v,cell_min_v\n");
    for (int i = 0; i < monitor->n_records; i++) {
        const struct pace_record *r = &monitor->records[i].record;
        uint16_t low = UINT16_MAX;
        uint16_t high = 0;
        for (int k = 0; k < r->pack.n_cells; k++) {
            low = r->pack.cell_mv[k] < low ? r->pack.cell_mv[k] : low;
            high = r->pack.cell_mv[k] > high ? r->pack.cell_mv[k] : high;
        }
        fprintf(out, "%d,%04d-%02d-%02d %02d:%02d:%02d,%.2f,%.2f,%.2f,%.2f,%.3f,%.3f\n",
                monitor->records[i].number + 1, r->at.year, r->at.month, r->at.day, r->at.hour,
                r->at.minute, r->at.second, r->pack.current_ma / 1000.0,
                r->pack.voltage_mv / 1000.0, r->pack.remaining_mah / 1000.0,
                r->pack.full_mah / 1000.0, high / 1000.0, low == UINT16_MAX ? 0.0 : low / 1000.0);
    }
    return ferror(out) ? -1 : monitor->n_records;
}

void monitor_go_on(struct monitor *monitor)
{
    bool wants = monitor->reads_records && !monitor->paused && !monitor->no_more &&
                 monitor->record_next < monitor->record_end;
    if (wants && !link_busy(&monitor->link, JOB_RECORD)) {
        (void)link_ask(&monitor->link, JOB_RECORD, monitor->record_next, false);
    }
}

static const char *reason(const struct monitor *monitor, int result)
{
    const char *why = result > 0 ? "the BMS reports an error" : "the answer is damaged";
    switch (result) {
    case LINK_SILENT: why = "no answer"; break;
    case PACE_REFUSED: why = "the BMS refuses"; break;
    case PACE_BAD_COMMAND: why = "this BMS does not know that"; break;
    default: break;
    }
    return monitor_phrase(monitor->language, why);
}

static void took_record(struct monitor *monitor, const struct link_job *job, int result)
{
    if (monitor->paused) {
        return; /* it was under way: read again when it goes on */
    }
    if (result == 0 && monitor->n_records < MONITOR_RECORDS && monitor->reads_records &&
        job->index == monitor->record_next) {
        monitor->records[monitor->n_records++] =
            (struct monitor_record){job->index, monitor->link.record};
        monitor->record_next++;
    }
    if (result == PACE_NO_MORE || (result == 0 && monitor->record_next >= monitor->record_end)) {
        monitor->no_more = true;
        monitor->reads_records = false;
        monitor_say(monitor, false, "%d records, no more data", monitor->n_records);
    } else if (result != 0) {
        monitor->reads_records = false;
        monitor_say(monitor, true, "records: %s", reason(monitor, result));
    }
}

static void took_group(struct monitor *monitor, const struct link_job *job, int result)
{
    const struct pace_group *group = &pace_groups[job->index];
    monitor->params_left -= monitor->params_left > 0;
    monitor->params_failed += result != 0;
    for (size_t k = 0; k < PACE_FIELDS && group->field[k].kind != FIELD_END && result == 0; k++) {
        if (group->field[k].kind != FIELD_BYTE) {
            enum parameter_id id = (enum parameter_id)group->field[k].parameter;
            param_read(&monitor->params, id, monitor->link.values.value[id]);
        }
    }
    if (monitor->params_left == 0 && monitor->params_failed > 0) {
        monitor_say(monitor, true, "%d groups could not be read: %s", monitor->params_failed,
                    result != 0 ? reason(monitor, result)
                                : monitor_phrase(monitor->language, "see the page"));
    } else if (monitor->params_left == 0) {
        monitor_say(monitor, false, "parameters read");
    }
}

static void wrote_group(struct monitor *monitor, const struct link_job *job, int result)
{
    monitor->writing &= ~(1U << job->index);
    if (result != 0) {
        monitor->params_failed++;
        monitor_say(monitor, true, "%s not written: %s", pace_groups[job->index].name,
                    reason(monitor, result));
    } else if (monitor->writing == 0 && monitor->params_failed == 0) {
        monitor_say(monitor, false, "parameters written");
    }
    /* what the BMS holds now, whatever it made of it */
    monitor->params_left += link_ask(&monitor->link, JOB_READ_GROUP, job->index, false);
}

static void administered(struct monitor *monitor, const struct link_job *job, int result)
{
    static const char *const done[] = {[ADMIN_LOGIN] = "password right",
                                       [ADMIN_PASSWORD] = "password changed",
                                       [ADMIN_RESTORE] = "default parameters restored",
                                       [ADMIN_ERASE] = "records deleted"};
    static const char *const failed[] = {[ADMIN_LOGIN] = "wrong password",
                                         [ADMIN_PASSWORD] = "wrong password",
                                         [ADMIN_RESTORE] = "not restored",
                                         [ADMIN_ERASE] = "not deleted"};
    memset(monitor->link.words, 0, sizeof monitor->link.words); /* no password stays about */
    if (job->index == ADMIN_LOGIN) {
        monitor->admin = result == 0;
    }
    if (result == 0) {
        monitor_say(monitor, false, "%s", monitor_phrase(monitor->language, done[job->index]));
        if (job->index == ADMIN_RESTORE) {
            param_revert(&monitor->params);
            (void)monitor_read_params(monitor);
        }
    } else {
        monitor_say(monitor, true, "%s: %s", monitor_phrase(monitor->language, failed[job->index]),
                    reason(monitor, result));
    }
}

void monitor_done(void *context, const struct link_job *job, int result)
{
    struct monitor *monitor = context;
    switch (job->kind) {
    case JOB_POLL_STATUS:
        if (result == 0) {
            monitor_polled(monitor);
        }
        return;
    case JOB_RECORD: took_record(monitor, job, result); return;
    case JOB_READ_GROUP: took_group(monitor, job, result); return;
    case JOB_WRITE_GROUP: wrote_group(monitor, job, result); return;
    case JOB_ADMIN: administered(monitor, job, result); return;
    case JOB_READ_CLOCK: monitor->clock_known |= result == 0; break;
    case JOB_WRITE_CLOCK:
        if (result == 0) {
            monitor_say(monitor, false, "clock written");
            (void)monitor_read_clock(monitor);
        }
        break;
    case JOB_SWITCH:
    case JOB_POLL_ANALOG:
    case JOB_COUNT:
    case JOB_VERSION:
    case JOB_NAMES:
    case JOB_CAPACITY: break;
    }
    if (result != 0 && job->kind != JOB_POLL_ANALOG) {
        monitor_say(monitor, true, "%s", reason(monitor, result));
    }
}
