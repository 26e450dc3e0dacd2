/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_PACE_GROUPS_H
#define HEARTH_CORE_PROTO_PACE_GROUPS_H

/*
 * The parameter pages of the PACE PC tool: each is read by one command and written by another; one
 * table says what lies where, for both ends. Values are those of enum parameter_id, at rest.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/product/pack.h"
#include "core/units.h"

enum { PACE_FIELDS = 8, PACE_GROUPS = 17 };

enum pace_kind {
    FIELD_END,
    FIELD_BYTE, /* a constant: leading or reserved; any is taken */
    FIELD_U8,
    FIELD_U16,
    FIELD_NEGATIVE, /* 16 bits, read as a negative and written as a positive number */
    FIELD_KELVIN    /* 0.1 K from 2730 */
};

struct pace_field {
    uint8_t kind;
    uint8_t parameter; /* of FIELD_BYTE: the constant */
    int16_t step;      /* the field's unit in the parameter's; of amperes: 1000 */
};

struct pace_group {
    const char *name;
    uint8_t read, write; /* commands */
    struct pace_field field[PACE_FIELDS];
};
extern const struct pace_group pace_groups[PACE_GROUPS];

/* By its command to read or to write; NULL. */
const struct pace_group *pace_group_of(uint8_t command, bool *writes);

/* Values by the field's place in the group. Encode returns the length, as read replies have it or
   as a write has it; decode 0, or -1 when it is too short. */
uint16_t pace_group_encode(const struct pace_group *group, const int32_t values[PACE_FIELDS],
                           bool as_write, uint8_t *info);
int pace_group_decode(const struct pace_group *group, const uint8_t *info, size_t length,
                      int32_t values[PACE_FIELDS]) MUST_USE;

#endif
