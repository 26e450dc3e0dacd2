/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_PANEL_H
#define HEARTH_CORE_PRODUCT_PANEL_H

/*
 * Front panels as data: pages, fields, words, lists to choose from, lamps. One model a family of
 * products; core/panel runs it, `hearth list pages|leds|soc-leds|protocols` prints it.
 * Sources: manual 002 s5.1 s5.3 s5.4 s5.6 s6 (VT-12040), 004 s5 s7 (ES); what they leave open is
 * decided in docs/decisions.md P-1 and on.
 */

#include "core/product/pack.h"

/* --- Words: one row an id and its text in each language, UTF-8 --- */

enum panel_language { LANGUAGE_ENGLISH, LANGUAGE_CHINESE, LANGUAGE_GERMAN, LANGUAGE_COUNT };

enum panel_text_id {
    TEXT_NONE,
#define TEXT(id, ...) TEXT_##id,
#include "core/product/battery/texts.def"
#undef TEXT
    TEXT_COUNT
};

/* Text of an id; "" for TEXT_NONE. */
const char *panel_word(enum panel_text_id id, enum panel_language language);

/* --- Pages and fields --- */

enum panel_page_id {
#define PANEL_PAGE(id, ...) PANEL_##id,
#include "core/product/battery/pages.def"
#undef PANEL_PAGE
    PANEL_PAGE_COUNT
};

/* Whose screen a page is on. */
enum panel_host { HOST_VT, HOST_TOUCH, HOST_APP, HOST_PC };

struct panel_page {
    const char *title; /* as in the field list: "Touch: Main state" */
    enum panel_host host;
    enum panel_text_id text; /* its head on the screen */
};

extern const struct panel_page panel_pages[PANEL_PAGE_COUNT];

/* Where a field's value comes from. */
enum panel_show {
    SHOW_NONE, /* of the app or the PC tool: nothing here shows it */
    SHOW_SOC_ICON,
    SHOW_ALARM_ICON,
    SHOW_ADDRESS,
    SHOW_REMAINING,
    SHOW_CAPACITY,
    SHOW_TEMP, /* cell sensor `index` */
    SHOW_ENV,
    SHOW_MOS,
    SHOW_CELL,    /* voltage of cell `index` */
    SHOW_STOPPED, /* protection or fault with item number `index` */
    SHOW_WARNED,  /* alarm with item number `index` */
    SHOW_INVERTER,
    SHOW_LANGUAGE,
    SHOW_SPLASH,
    SHOW_TOTAL_SOC,
    SHOW_TOTAL_CURRENT,
    SHOW_TOTAL_VOLTAGE,
    SHOW_WARRANTY,
    SHOW_BUTTON, /* to page `index` */
    SHOW_PACK_VOLTAGE,
    SHOW_PACK_CURRENT,
    SHOW_TEMPS,
    SHOW_CELLS,
    SHOW_PACKS, /* state of each pack */
    SHOW_ROWS,  /* active rows of kind `index` */
    SHOW_SERIAL,
    SHOW_VERSION,
    SHOW_CAN,
    SHOW_RS485,
    SHOW_TURN, /* to the next page or the one before */
    SHOW_PASSWORD
};

struct panel_field {
    enum panel_page_id page;
    const char *no, *id, *label, *unit;
    const char *format; /* of a number its zero: "0.00" shows two decimals */
    const char *description, *source;
    enum panel_show show;
    uint8_t index;
    enum panel_text_id text; /* the label in other languages; TEXT_NONE: as it is */
};

/* Fields of all panels, the app and the PC tool, in the order of the field list. */
extern const struct panel_field panel_fields[];
extern const int panel_field_count;

/* --- Protocols to the inverter: the codes the PC tool sends --- */

enum protocol_bus { PROTOCOL_CAN, PROTOCOL_RS485 };

struct protocol {
    enum protocol_bus bus;
    uint8_t code;
    const char *name;
    const char *speaks; /* protocol as on the command line; NULL: we have none, the bus is silent */
};

extern const struct protocol protocols[];
extern const int protocol_count;

/* NULL when the bus has no such code or name. */
const struct protocol *protocol_of_code(enum protocol_bus bus, int32_t code);
const struct protocol *protocol_of_name(enum protocol_bus bus, const char *name);

/* An entry of a list on a panel: what is shown, what it sets, and the document it stands for. */
struct panel_choice {
    enum protocol_bus bus;
    uint8_t code;
    const char *name, *menu, *document;
};

/* --- Lamps --- */

enum lamp_colour { COLOUR_GREEN, COLOUR_RED, COLOUR_BLUE };
enum lamp_source { LAMP_OF_RUN, LAMP_OF_ALM, LAMP_OF_SOC, LAMP_OF_SWITCH };

struct panel_lamp_row {
    const char *id, *label;
    enum lamp_colour colour;
    enum lamp_source source;
    uint8_t index; /* LAMP_OF_SOC: L1 is 0 */
};

/* From which whole percent on each SOC lamp is part of the bar, L1 first. */
extern const uint8_t soc_led_from_pct[PACK_SOC_LEDS];

/* What the lamps mean, as printed. */
struct led_row {
    const char *product, *state, *condition, *run, *alm, *soc, *mos, *notes;
};
extern const struct led_row led_rows[];
extern const int led_row_count;

/* --- Models --- */

enum { PANEL_RING = 5, PANEL_PASSWORD = 6, PANEL_BOOT_MS = 5000 };

struct panel_model {
    const char *family;                   /* product column of the lists: "es_series" */
    enum panel_host host;                 /* whose pages are its own */
    enum panel_page_id any;               /* page of the fields that stand on all; or PAGE_COUNT */
    enum panel_page_id boot, rest, home;  /* boot == rest: no boot page */
    uint32_t boot_ms, dark_ms;            /* dark_ms 0: lit as long as the pack is awake */
    bool asks_password, has_links;        /* has_links: every page has a row of the ring's pages */
    enum panel_page_id ring[PANEL_RING];  /* pages in order of turning */
    uint8_t n_languages;                  /* the first ones of enum panel_language … */
    const struct panel_choice *inverters; /* one list over both buses, or NULL: */
    const struct panel_choice *choices;   /* one list for each bus */
    uint8_t n_inverters, n_choices;
    const struct panel_lamp_row *lamps;
    uint8_t n_lamps;
    const char *version, *name;
};

extern const struct panel_model panel_vt12040, panel_es_series, panel_b1;

#endif
