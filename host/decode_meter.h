/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DECODE_METER_H
#define HEARTH_HOST_DECODE_METER_H

/* hearth decode of meters: frames in hex, one a line. Points are meterN.*, N the address. What a
   DTSU666's numbers mean follows from what was read before: its ratios, its frequency. */

#include "host/decode.h"

extern const struct protocol_reader meter_lines;

#endif
