/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_TERMINAL_H
#define HEARTH_HOST_TERMINAL_H

/* The terminal as the screens of this program want it: UTF-8 whatever the rest speaks, numbers with
   a point, keys at once, no cursor. Ended with endwin(). */

#include <stdbool.h>

/* Begins; getch() waits up to `frame_ms`. True when there are colours: pairs may be made then. */
bool terminal_begin(int frame_ms);

#endif
