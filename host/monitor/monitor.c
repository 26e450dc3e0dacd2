/* SPDX-License-Identifier: Apache-2.0 */
#include "host/monitor/monitor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/product/product.h"
#include "host/monitor/monitor_jobs.h"

enum { UNIT_ANY = 0, UNIT_HOST = 1 };

void monitor_say(struct monitor *monitor, bool is_error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(monitor->message, sizeof monitor->message, monitor_phrase(monitor->language, format),
              args);
    va_end(args);
    monitor->is_error = is_error;
}

void monitor_init(struct monitor *monitor, struct recorder *recorder)
{
    memset(monitor, 0, sizeof *monitor);
    monitor->pack = MONITOR_ALL;
    monitor->to_bottom = true;
    monitor->recorder = recorder;
    param_page_init(&monitor->params, product_find("vt12040")->pack);
}

bool monitor_open(struct monitor *monitor, const struct bus_address *address,
                  const struct wire_protocol *protocol, int64_t now_ms)
{
    char why[300];
    uint8_t unit = monitor->pack == MONITOR_ALL ? UNIT_HOST : monitor->pack;
    if (monitor->open) {
        monitor_say(monitor, true, "the port is open: close it first");
        return false;
    }
    const struct reader_spec spec = {address, protocol,
                                     monitor->pack == MONITOR_ALL ? 0 : monitor->pack};
    monitor->open = link_open(&monitor->link, &spec, unit, now_ms, why, sizeof why);
    if (!monitor->open) {
        link_close(&monitor->link);
        monitor_say(monitor, true, "%.150s", why);
        return false;
    }
    monitor->link.asked_pack = monitor->pack;
    monitor->link.done = monitor_done;
    monitor->link.context = monitor;
    monitor->admin = false;
    monitor->shown = 0;
    (void)link_ask(&monitor->link, JOB_COUNT, 0, false);
    (void)link_ask(&monitor->link, JOB_VERSION, 0, false);
    (void)link_ask(&monitor->link, JOB_NAMES, 0, false);
    (void)link_ask(&monitor->link, JOB_CAPACITY, 0, false);
    monitor_say(monitor, false, "opened");
    return true;
}

void monitor_close(struct monitor *monitor)
{
    if (monitor->open) {
        link_close(&monitor->link);
        monitor->open = false;
        monitor->rotates = false;
        monitor->reads_records = false;
        monitor_say(monitor, false, "closed");
    }
}

bool monitor_choose(struct monitor *monitor, uint8_t pack)
{
    if (monitor->open) {
        monitor_say(monitor, true, "PACK can be chosen only while the port is closed");
        return false;
    }
    if (pack != MONITOR_ALL && (pack < 1 || pack > 15)) {
        monitor_say(monitor, true, "PACK %d is not allowed (1 to 15, or FF)", pack);
        return false;
    }
    monitor->pack = pack;
    return true;
}

bool monitor_may_rotate(const struct monitor *monitor)
{
    return monitor->open && monitor->pack == MONITOR_ALL && monitor->link.answered > 0;
}

bool monitor_rotate(struct monitor *monitor, bool on)
{
    if (on && !monitor_may_rotate(monitor)) {
        monitor_say(monitor, true, "rotation needs PACK FF and running monitoring");
        return false;
    }
    monitor->rotates = on;
    monitor->rotate_ms = monitor->now_ms + ROTATE_MS;
    return true;
}

bool monitor_show(struct monitor *monitor, int index)
{
    if (index < 0 || index >= monitor->link.bank.n_packs) {
        return false;
    }
    monitor->shown = index;
    return true;
}

const struct pack_view *monitor_pack(const struct monitor *monitor)
{
    const struct battery_bank *bank = &monitor->link.bank;
    return monitor->shown < bank->n_packs ? &bank->pack[monitor->shown] : NULL;
}

/* Each answer to the polling is a line on the screen and, when recording, a row in the table. */
static void sample(struct monitor *monitor)
{
    const struct battery_bank *bank = &monitor->link.bank;
    for (int i = 0; i < bank->n_packs; i++) {
        if ((bank->pack[i].heard & VIEW_ANALOG) == 0) {
            continue;
        }
        int at = (monitor->first_sample + monitor->n_samples) % MONITOR_SAMPLES;
        monitor->samples[at] = (struct monitor_sample){monitor->now_s, bank->pack[i]};
        if (monitor->n_samples < MONITOR_SAMPLES) {
            monitor->n_samples++;
        } else {
            monitor->first_sample = (monitor->first_sample + 1) % MONITOR_SAMPLES;
        }
        if (monitor->recorder != NULL && recorder_running(monitor->recorder) != NULL &&
            !recorder_add(monitor->recorder, &bank->pack[i], monitor->now_s)) {
            monitor_say(monitor, true, "the recording refuses a row: is the disk full?");
        }
    }
}

const struct monitor_sample *monitor_sample(const struct monitor *monitor, int index)
{
    return index >= 0 && index < monitor->n_samples
               ? &monitor->samples[(monitor->first_sample + index) % MONITOR_SAMPLES]
               : NULL;
}

void monitor_clear(struct monitor *monitor) { monitor->n_samples = monitor->first_sample = 0; }

bool monitor_record(struct monitor *monitor, bool on)
{
    if (monitor->recorder == NULL) {
        monitor_say(monitor, true, "there is no file for recordings (--data FILE)");
        return false;
    }
    if (!on) {
        recorder_end(monitor->recorder);
        return true;
    }
    if (!recorder_begin(monitor->recorder, monitor->now_s)) {
        monitor_say(monitor, true, "the file for recordings refuses");
        return false;
    }
    monitor_say(monitor, false, "recording as %s", recorder_running(monitor->recorder)->name);
    return true;
}

void monitor_polled(struct monitor *monitor) { sample(monitor); }

void monitor_step(struct monitor *monitor, int64_t now_ms, int64_t now_s)
{
    monitor->now_ms = now_ms;
    if (monitor->now_s / 86400 != now_s / 86400 && monitor->recorder != NULL) {
        recorder_retain(monitor->recorder, now_s); /* daily */
    }
    monitor->now_s = now_s;
    if (!monitor->open) {
        return;
    }
    uint32_t answered = monitor->link.answered;
    link_step(&monitor->link, now_ms);
    if (!monitor->link.pace && monitor->link.answered != answered &&
        now_ms - monitor->sampled_ms >= monitor->link.interval_ms) {
        monitor->sampled_ms = now_ms;
        sample(monitor);
    }
    monitor_go_on(monitor);
    if (monitor->rotates && now_ms >= monitor->rotate_ms && monitor->link.bank.n_packs > 0) {
        monitor->rotate_ms = now_ms + ROTATE_MS;
        monitor->shown = (monitor->shown + 1) % monitor->link.bank.n_packs;
    }
}
