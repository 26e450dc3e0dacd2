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

/* "0x0100:18" and "0xE204=2": registers and how many, or what is written; false: it is neither. */
struct encode_registers {
    bool write;
    uint16_t start, rest;
};
bool encode_registers_read(const char *text, struct encode_registers *out);

/* The same of a meter: POINT=VALUE, its load's own values for what is not said. */
bool encode_meter(const struct wire_protocol *protocol, const struct encode_words *words,
                  FILE *out);

/* False with a sentence on stderr. What is not said is an inverter at rest. */
bool encode_host(const struct wire_protocol *protocol, const struct encode_words *words, FILE *out);

#endif
