/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_CMD_PANEL_H
#define HEARTH_HOST_CMD_PANEL_H

/* hearth panel: the front panel of a pack or an inverter in the terminal, before a house simulated
   in the process. */

#include "host/panel_canvas.h"
#include "host/site_config.h"
#include "sim/panels.h"

struct panel_desk {
    struct house house;
    struct site_config *config; /* of a site file, or NULL */
    const char *what;           /* product or file, for the head */
    int pack;
    bool lcd;  /* the inverter's display is shown, not a pack's */
    bool once; /* printed, not watched */
    double speed, rest_ms;
    bool held;           /* somebody is there: the panel stays lit however fast time runs */
    double lcd_until_ms; /* of the terminal's clock: ENTER is held until then; 0: it is not */
    struct panel_screen screen;
    struct canvas canvas;
};

/* Draws the panel of the chosen pack. */
void panel_desk_draw(struct panel_desk *desk, bool mono);

/* Lets simulated time pass. */
void panel_desk_wait(struct panel_desk *desk, double ms);

/* Shows it until somebody quits; exit status. */
int panel_desk_run(struct panel_desk *desk);

/* panel_lcd.c: the same before an inverter. */
void lcd_desk_open(struct panel_desk *desk, const struct product *product);
void lcd_desk_draw(struct panel_desk *desk, const char *head, bool mono);
void lcd_desk_click(struct panel_desk *desk, enum lcd_key key);
/* A key by name, held for a duration ("2100ms") or clicked; false: no such key or duration. */
bool lcd_desk_named(struct panel_desk *desk, const char *name, const char *hold);

int cmd_panel(int argc, char **argv);

#endif
