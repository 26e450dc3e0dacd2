/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_CMD_PANEL_H
#define HEARTH_HOST_CMD_PANEL_H

/* hearth panel: a pack's front panel in the terminal, before a house simulated in the process. */

#include "host/panel_canvas.h"
#include "host/site_config.h"
#include "sim/panels.h"

struct panel_desk {
    struct house house;
    struct site_config *config; /* of a site file, or NULL */
    const char *what;           /* product or file, for the head */
    int pack;
    double speed, rest_ms;
    bool held; /* somebody is there: the panel stays lit however fast time runs */
    struct panel_screen screen;
    struct canvas canvas;
};

/* Draws the panel of the chosen pack. */
void panel_desk_draw(struct panel_desk *desk, bool mono);

/* Lets simulated time pass. */
void panel_desk_wait(struct panel_desk *desk, double ms);

/* Shows it until somebody quits; exit status. */
int panel_desk_run(struct panel_desk *desk);

int cmd_panel(int argc, char **argv);

#endif
