/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_MONITOR_PHRASES_H
#define HEARTH_HOST_MONITOR_PHRASES_H

/* Sentences of the monitor in its three languages, found by their English. What is used as a format
   holds the same conversions in the same order in all. */

#include <stddef.h>

enum monitor_language { LANGUAGE_ENGLISH, LANGUAGE_CHINESE, LANGUAGE_GERMAN, LANGUAGE_COUNT };

struct monitor_phrase {
    const char *text[LANGUAGE_COUNT];
};
extern const struct monitor_phrase monitor_phrases[];
extern const size_t monitor_phrase_count;

/* The phrase in a language; what is not in the list stays as it is. */
const char *monitor_phrase(enum monitor_language language, const char *english)
    __attribute__((format_arg(2)));

#endif
