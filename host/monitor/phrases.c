/* SPDX-License-Identifier: Apache-2.0 */
#include "host/monitor/phrases.h"

#include <string.h>

const struct monitor_phrase monitor_phrases[] = {
#define PHRASE(en, zh, de) {{en, zh, de}},
#include "host/monitor/phrases.def"
#undef PHRASE
};
const size_t monitor_phrase_count = sizeof monitor_phrases / sizeof monitor_phrases[0];

const char *monitor_phrase(enum monitor_language language, const char *english)
{
    for (size_t i = 0; language != LANGUAGE_ENGLISH && i < monitor_phrase_count; i++) {
        if (strcmp(monitor_phrases[i].text[LANGUAGE_ENGLISH], english) == 0) {
            return monitor_phrases[i].text[language];
        }
    }
    return english;
}
