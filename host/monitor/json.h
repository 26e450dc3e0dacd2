/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_JSON_H
#define HEARTH_HOST_MONITOR_JSON_H

#include "host/monitor/monitor.h"

/* One line: what the battery tells now. */
void monitor_json(const struct monitor *monitor, FILE *out);

#endif
