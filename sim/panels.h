/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_PANELS_H
#define HEARTH_SIM_PANELS_H

/* The front panels of a house's packs: what they show, and hands that touch them. */

#include "core/panel/screen.h"
#include "sim/house.h"

/* Lets the panels' time pass; a pack that sleeps or has no supply has a dark one. */
void house_panels_tick(struct house *house);

/* Every panel shows the page it rests on, just touched: where a scenario begins. */
void house_panels_rest(struct house *house);

/* The values pack `index` shows (0 is pack1). */
void house_panel_view(const struct house *house, int index, struct panel_view *view);

/* Touches a panel, or presses one of its keys, and does what it asks for: a parameter is written
   when its check allows it. */
enum panel_answer house_panel_touch(struct house *house, int index, const char *target,
                                    const char *argument);
enum panel_answer house_panel_key(struct house *house, int index, enum panel_key key);

/* A key by its name: "UP"; false when it is none of a panel's. */
bool panel_key_named(const char *name, enum panel_key *key);

/* Why a touch did nothing, as a sentence; "" when it did. */
const char *panel_answer_text(enum panel_answer answer);

/* A page's title without the screen it is on: "Main state" of "Touch: Main state". */
const char *panel_page_name(enum panel_page_id page);

#endif
