/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_INPUT_STAMP_H
#define HEARTH_HOST_INPUT_STAMP_H

/* Time stamps as written. Private to host/input. */

#include "host/input/text.h"

#include <stdint.h>

struct stamp {
    int64_t face_s; /* the clock's face as if it were UTC */
    bool has_offset;
    int32_t offset_s; /* local less UTC, if the stamp says so */
};

/*
 * "2024-03-31 02:00:00", with T or blank, without seconds, with fraction, Z, +01:00, +0100;
 * "20180101:0000"; "31.03.2024 02:00"; "10/14/2018 00:00" (month first); unix seconds of ten
 * digits. False if it is none of them or no real date.
 */
bool stamp_read(struct span text, struct stamp *out);

/* From numbers as columns hold them; minutes may have a fraction, hour may be 24. */
bool stamp_from_parts(const double parts[5], struct stamp *out);

/* "CET", "MST" …; false for unknown ones. */
bool stamp_zone(struct span text, int32_t *offset_s);

#endif
