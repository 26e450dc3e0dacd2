/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_KEYS_H
#define HEARTH_HOST_MONITOR_KEYS_H

/* Keys of the monitor's pages, apart from the terminal they come from. */

#include "host/monitor/pages.h"

enum monitor_key {
    MKEY_UP = 0x1000,
    MKEY_DOWN,
    MKEY_LEFT,
    MKEY_RIGHT,
    MKEY_PAGE_UP,
    MKEY_PAGE_DOWN,
    MKEY_HOME,
    MKEY_END,
    MKEY_ENTER,
    MKEY_ESC,
    MKEY_BACKSPACE
};

struct monitor_hand {
    struct monitor *monitor;
    struct monitor_view view;
    struct bus_address address; /* to open again */
    const struct wire_protocol *protocol;
    char old[32], wanted[32]; /* of a password that is being changed */
    void (*answer)(struct monitor_hand *hand, const char *text); /* to the question */
};

/* A key was pressed: a character or a MKEY_*; false: the end was asked for. */
bool monitor_press(struct monitor_hand *hand, int key);

#endif
