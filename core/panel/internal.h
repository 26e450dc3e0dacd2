/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PANEL_INTERNAL_H
#define HEARTH_CORE_PANEL_INTERNAL_H

/* What the files of core/panel share; not for callers. */
#include "core/panel/panel.h"

/* A field with a list to choose from; one that does anything when touched. */
bool panel_chooses(const struct panel_field *field);
bool panel_touchable(const struct panel_field *field);

/* Entry of a field's list by any name it has; -1: there is none. */
int panel_option_named(const struct panel *panel, const struct panel_field *field,
                       const char *name);

/* Page of the ring by the name of its link; -1: none. */
int panel_link_named(const struct panel_model *model, const char *name);

/* Where the page shown stands in the ring; -1: not in it. */
int panel_ring_index(const struct panel *panel);

/* Target that has the focus on a page just shown: its first field, else the page's own link. */
uint8_t panel_first_focus(const struct panel *panel);

#endif
