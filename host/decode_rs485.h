/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DECODE_RS485_H
#define HEARTH_HOST_DECODE_RS485_H

/* One told frame as a line of text or as a JSON object. */

#include "host/decode.h"
#include "host/rs485/exchange.h"
#include "host/rs485/frame_text.h"

extern const struct protocol_reader rs485_reader;

void told_print(FILE *out, bool json, bool has_time, double t_s, const char *frame,
                const struct told *told);

#endif
