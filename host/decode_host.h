/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DECODE_HOST_H
#define HEARTH_HOST_DECODE_HOST_H

/* hearth decode of the host links of inverters. Lines as of the serial batteries: frames in hex; of
   PI30 also its text alone, without sum. */

#include "host/decode.h"

extern const struct protocol_reader host_reader;

#endif
