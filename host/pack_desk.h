/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_PACK_DESK_H
#define HEARTH_HOST_PACK_DESK_H

/*
 * One pack's BMS as a PC tool works on it: views of its parameters, writing many of them at once,
 * the administrator password. It touches the BMS alone; storing and telling are the caller's.
 *
 * Writing many: the pack takes one value after the other and refuses what contradicts its
 * neighbour at that moment. Levels only have to be in order, so there is always an order it takes
 * when the values agree with each other; it is found by trying on a copy, and nothing reaches the
 * pack before all of them are known to be taken.
 */

#include "core/bms/bms.h"
#include "host/site_desk.h"

struct pack_change {
    enum parameter_id id;
    int32_t value;
};

struct pack_changes {
    int n;
    struct pack_change row[PARAM_COUNT]; /* in the order of writing */
};

void pack_parameter_view(const struct bms *bms, enum parameter_id id, struct parameter_view *out);

/* "CAN" or "RS485" when this is a protocol nobody speaks here; NULL otherwise. */
const char *pack_silent_bus(enum parameter_id id, int32_t value);

/* Reads the texts and finds the order; what is as it was is left out. False with the reason in
   `out`. */
bool pack_changes_plan(const struct bms *bms, const struct parameter_text *list, int n,
                       struct pack_changes *changes, struct desk_answer *out);
void pack_changes_apply(struct bms *bms, const struct pack_changes *changes);

/* The same for one switch: by its name, "on" or "off"; not both circuits may be off. */
bool pack_switch_plan(const struct bms *bms, const struct parameter_text *flip,
                      struct pack_changes *changes, struct desk_answer *out);

/* Tries the password; a session of somebody at the pack's own port stays as it was. */
bool pack_admin(struct bms *bms, const struct desk_hand *hand, struct desk_answer *out);

/* A file of parameters onto a page. */
void pack_import(const struct bms *bms, const char *name, const char *text,
                 struct site_import *out);

/* What is told of a change: "Cell OV Alarm set to 3.650", and of a silent bus that it is. */
void pack_change_text(const struct pack_change *change, char *text, size_t room);

#endif
