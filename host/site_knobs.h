/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_SITE_KNOBS_H
#define HEARTH_HOST_SITE_KNOBS_H

/* Rows of the table of knobs, shared by the site_knobs*.c files only. */

#include "host/site_internal.h"

enum knob_kind {
    KNOB_SPEED,
    KNOB_PAUSED,
    KNOB_SKIP,
    KNOB_CLOUD,
    KNOB_LOAD,
    KNOB_GRID,
    KNOB_SHADE,
    KNOB_CAN,
    KNOB_MONITOR,
    KNOB_PACK_LINK,
    KNOB_PACK_AFE,
    KNOB_PACK_TEMPERATURE,
    KNOB_PACK_SWITCH,
    KNOB_PACK_RST,
    KNOB_PACK_DIP,
    KNOB_PACK_SOC,
    KNOB_PACK_WEAK,
    KNOB_PACK_LOOSE,
    KNOB_PACK_LEAK
};

struct knob_row {
    enum knob_kind kind;
    const char *name, *title, *type, *options, *unit; /* options NULL: "none" or one of the cells */
    double min, max, step;
    bool per_pack;
    int first; /* pack the row begins with, from 0 */
};

/* Value and turning of a pack's knob (KNOB_PACK_LINK and behind). */
void pack_knob_value(const struct site *site, enum knob_kind kind, int pack, char *out,
                     size_t room);
void pack_knob_turn(struct site *site, enum knob_kind kind, int pack, const char *text,
                    double number);

#endif
