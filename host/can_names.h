/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_CAN_NAMES_H
#define HEARTH_HOST_CAN_NAMES_H

/* Names and values of the rows of a CAN dialect as people and programs see them. */

#include <stddef.h>

#include "core/proto/can_dialect.h"

enum { CAN_NAME = 64 };

/* The point of a signal: its own, its field's, or made of its name. `pack` from 1. */
void can_signal_point(const struct can_message *message, const struct can_signal *signal, int pack,
                      char name[CAN_NAME]);
void can_text_point(const struct can_text *text, char name[CAN_NAME]);

/* A value of a field as shown, or as its point has it (the other sign where that is the rule). */
double field_shown(enum report_field field, int32_t value);
double field_point_value(enum report_field field, int32_t value);

/* Shown with the unit, a yes as "yes". */
void field_format(const struct can_signal *signal, int32_t value, char *text, size_t room);

static inline bool can_signal_is_switch(const struct can_signal *signal)
{
    return report_fields[signal->field].store == STORE_BOOL || signal->width == 1;
}

#endif
