/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_EVENT_WORDS_H
#define HEARTH_HOST_EVENT_WORDS_H

/* What a pack's event means, as a sentence for the person who reads the list of events. The core
   has short words for the same (event_text), for records and displays. */

#include "core/bms/event.h"

void event_sentence(const struct protection *rows, const struct bms_event *event, char *text,
                    size_t room);

#endif
