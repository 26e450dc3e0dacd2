/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PANEL_SCREEN_H
#define HEARTH_CORE_PANEL_SCREEN_H

/*
 * What a display shows this instant, as a list of items: the same for the page in a browser, for
 * the terminal and for a board's LCD. An item that can be touched has the name to touch it by.
 */

#include "core/panel/panel.h"

enum { SCREEN_ITEMS = 48 };

enum item_kind {
    ITEM_SPLASH,
    ITEM_ICON,   /* shown while `on` */
    ITEM_VALUE,  /* label, text, unit */
    ITEM_STOP,   /* a protection's mark, filled red while `on` */
    ITEM_WARN,   /* an alarm's mark, filled yellow while `on` */
    ITEM_LIST,   /* codes or words */
    ITEM_CHOICE, /* text is what is chosen; a touch opens its list */
    ITEM_BUTTON, /* to a page */
    ITEM_TOOL,   /* a button that stands on every page */
    ITEM_LINK,   /* to a page of the ring; `on`: it is shown */
    ITEM_OPTION, /* of the open list; `on`: it is the chosen one */
    ITEM_KEY     /* of the password's window: digits, delete, ok, cancel */
};

struct panel_item {
    enum item_kind kind;
    const char *id;    /* of the field, or of what is touched */
    const char *label; /* in the panel's language */
    const char *unit, *hint;
    char text[PANEL_TEXT];
    bool touchable, focused, on;
};

enum screen_window { WINDOW_NONE, WINDOW_LIST, WINDOW_PASSWORD };

struct panel_screen {
    bool lit;
    const char *page;  /* as in the field list */
    const char *title; /* in the panel's language */
    enum panel_language language;
    enum screen_window window;
    const char *window_title;
    const char *message; /* what the last touch was answered, "" */
    uint8_t n_typed;
    uint32_t wait_s;
    int n;
    struct panel_item item[SCREEN_ITEMS];
};

/* Fills `screen`; a dark one has no items. */
void panel_render(const struct panel *panel, const struct panel_view *view, uint32_t now_ms,
                  struct panel_screen *screen);

/* "en", "zh", "de". */
const char *panel_language_code(enum panel_language language);

#endif
