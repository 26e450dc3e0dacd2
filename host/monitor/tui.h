/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_TUI_H
#define HEARTH_HOST_MONITOR_TUI_H

#include "host/monitor/keys.h"

/* Shows the monitor until the end is asked for; `local_s` tells the local time. */
void monitor_tui(struct monitor_hand *hand, int64_t (*local_s)(void));

#endif
