/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_POINTS_TEXT_H
#define HEARTH_SIM_POINTS_TEXT_H

/* Values of points as text, for scenario files and prompts. */

#include "sim/points.h"

/* Reads a value of any kind but a list; false with a sentence in `why`. */
bool value_read(const struct sim_point *point, const char *name, const char *text,
                struct value *out, char *why, size_t room);

/* A number to be set is one the quantity can have, by the unit its name ends with; false with the
   allowed range in `why`. */
bool value_in_range(const struct sim_point *point, const char *name, const struct value *value,
                    char *why, size_t room);

/* As it is shown: 3.312, on, standby, [OVP,TOVP]. */
void value_write(enum value_kind kind, const struct value *value, char *text, size_t room);

/* What is the matter with a point that cannot be read or written. */
const char *point_fault_text(enum point_fault fault);

#endif
