/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENCODE_HOST_H
#define HEARTH_HOST_ENCODE_HOST_H

/* hearth encode of a host link: what an inverter with these values answers. */

#include "host/encode.h"

/* The words of a command line: what was said of the inverter, and single frames that are wanted
   instead of a reader's round. */
struct encode_words {
    int n_assignments, n_commands;
    const char *const *assignment; /* POINT=VALUE, SETTING=VALUE */
    const struct encode_command *command;
};

/* False with a sentence on stderr. What is not said is an inverter at rest. */
bool encode_host(const struct wire_protocol *protocol, const struct encode_words *words, FILE *out);

#endif
