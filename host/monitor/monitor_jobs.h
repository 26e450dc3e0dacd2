/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_MONITOR_JOBS_H
#define HEARTH_HOST_MONITOR_MONITOR_JOBS_H

/* Between monitor.c and monitor_jobs.c. */

#include "host/monitor/monitor.h"

void monitor_say(struct monitor *monitor, bool is_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A job of the line ended. */
void monitor_done(void *context, const struct link_job *job, int result);

/* The poll of all values came in. */
void monitor_polled(struct monitor *monitor);

/* Jobs of many pieces go on: records one after the other. */
void monitor_go_on(struct monitor *monitor);

#endif
