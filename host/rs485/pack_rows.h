/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_RS485_PACK_ROWS_H
#define HEARTH_HOST_RS485_PACK_ROWS_H

/* The parts of a pack as one table: decode prints by it, encode sets by it. */

#include "core/proto/battery_bank.h"

enum pack_kind {
    KIND_U8,
    KIND_U16,
    KIND_I16,
    KIND_I32,
    KIND_U32,
    KIND_YES,
    KIND_BITS, /* cells, the first in bit 0 */
    KIND_WHY,  /* REPORT_* */
    KIND_TEXT
};

struct pack_row {
    const char *name, *unit;
    enum pack_kind kind;
    size_t offset;
    int32_t per; /* of the pack's unit make one shown */
    uint8_t decimals;
    uint16_t heard;     /* VIEW_* */
    bool only_when_set; /* not every protocol tells it: a no is not shown */
};
extern const struct pack_row pack_rows[];
extern const int pack_row_count;

struct pack_reason {
    uint32_t reason;
    const char *name;
};
extern const struct pack_reason pack_reasons[];
extern const int pack_reason_count;

const struct pack_row *pack_row_of(const char *name);

/* An integer part; 0 for texts. */
int64_t pack_member(const struct pack_row *row, const struct pack_view *pack);

/* "cell_3_v" to 2; -1: it is none of these. */
int pack_numbered(const char *name, const char *head, const char *tail, int most);

/* Sets "voltage_v", "cell_3_v" ... and marks it heard; false: `why` says what is the matter. */
bool pack_point_set(struct pack_view *pack, const char *name, const char *value, char *why,
                    size_t room);

/* A number as it is written, or true or false, in counts of which `per` make a unit. */
struct point_range {
    double low, high; /* counts */
    int32_t per;
    const char *unit;
};

/* Reads it; false: `why` says what is the matter and what is allowed. */
bool point_number(const struct point_range *range, const char *value, double *counts, char *why,
                  size_t room);

/* Bits of a reason's name; 0: there is none. */
uint32_t reason_by_name(const char *name);

#endif
