/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PANEL_PANEL_H
#define HEARTH_CORE_PANEL_PANEL_H

/*
 * The display of a pack: which page it shows, what a touch or a key does, when it goes dark, and
 * the password before a parameter is changed. Pages and fields are data (core/product/panel.h), the
 * values come in a view; the owner calls panel_tick() as often as it likes and hands on touches. A
 * parameter is never written here: a panel asks for it (panel_take_request) and its owner checks
 * and stores it.
 *
 * Rules: VT s5.1; ES s5 s7. No clock is read; times are compared across the wrap of the counter.
 * What the manuals leave open: docs/decisions.md P-1 and on.
 */

#include "core/panel/view.h"

enum { PANEL_TARGETS = 24, PANEL_TEXT = 160 };

enum panel_key {
    PANEL_KEY_UP,
    PANEL_KEY_DOWN,
    PANEL_KEY_LEFT,
    PANEL_KEY_RIGHT,
    PANEL_KEY_ENTER,
    PANEL_KEY_ESC
};

enum panel_answer {
    PANEL_DONE = 0,
    PANEL_WOKE = 1,      /* it was dark: the touch only lit it */
    PANEL_ASKS = 2,      /* wants the password first */
    PANEL_SILENT = 3,    /* done; nothing is spoken on that bus now, its protocol has no source */
    PANEL_UNKNOWN = -1,  /* this panel has no such field, or the list no such entry */
    PANEL_NOT_HERE = -2, /* the field is on another page */
    PANEL_WRONG = -3,    /* wrong password */
    PANEL_WAITS = -4,    /* too many wrong passwords: not yet */
    PANEL_DEAD = -5      /* the pack sleeps or has no display */
};

/* Something that can be touched, in the order the keys walk. */
enum target_kind {
    TARGET_FIELD,  /* `index` into panel_fields */
    TARGET_BACK,   /* the other half of the field for turning pages */
    TARGET_LINK,   /* to page `index` of the model's ring */
    TARGET_OPTION, /* entry `index` of the open list */
    TARGET_DIGIT,  /* of the password */
    TARGET_DELETE,
    TARGET_OK,
    TARGET_CANCEL
};

struct panel_target {
    uint8_t kind, index; /* enum target_kind */
};

/* Parameters a touch asks for. */
struct panel_request {
    uint8_t n;
    struct {
        enum parameter_id id;
        int32_t value;
    } write[2];
};

struct panel {
    const struct panel_model *model; /* NULL: no display */
    struct bms_access *access;       /* the pack's password, with its tries */
    enum panel_page_id page;
    enum panel_language language;
    bool awake, lit;
    uint8_t focus;   /* index among the targets */
    bool list_open;  /* a list to choose from covers the page */
    uint8_t list_of; /* field whose list it is */
    bool asking;     /* the password is wanted */
    bool unlocked;   /* it was given on this visit */
    char typed[PANEL_PASSWORD + 1];
    uint8_t n_typed;
    uint32_t lit_ms; /* when it was lit, for the boot page */
    uint32_t touched_ms;
    enum panel_answer said; /* answer to the last touch */
    struct panel_request wanted, request;
};

/* Switched on with its pack: boot page, English. `access` is the pack's and outlives the panel. */
void panel_init(struct panel *panel, const struct panel_model *model, struct bms_access *access,
                uint32_t now_ms);

/* Lets time pass; `awake`: the pack is on. */
void panel_tick(struct panel *panel, bool awake, uint32_t now_ms);

/* Shows the page it rests on, as if just touched: a boot that nobody waits for. */
void panel_rest(struct panel *panel, uint32_t now_ms);

/* A touch on a field (its id), on "" (anywhere), on "<<" or ">>", an entry of an open list, "ok",
   "cancel", "delete" or a digit. `argument`: entry of the field's list, or the password; or NULL.
 */
enum panel_answer panel_touch(struct panel *panel, const char *target, const char *argument,
                              uint32_t now_ms);

/* A key: up and down move the focus, enter touches what has it, esc goes back, left and right turn
   pages. */
enum panel_answer panel_key(struct panel *panel, enum panel_key key, uint32_t now_ms);

/* A key of the pack (RST): lights a dark screen. */
void panel_stir(struct panel *panel, uint32_t now_ms);

/* True when a touch on this name is possible on some page. */
bool panel_knows(const struct panel_model *model, const char *target);

/* What can be touched now; returns how many. */
int panel_targets(const struct panel *panel, struct panel_target targets[PANEL_TARGETS]);

/* Entry `index` of a field's list: its text in the panel's language; NULL past the end. */
const char *panel_option(const struct panel *panel, const struct panel_field *field, int index);
const struct panel_choice *panel_choice(const struct panel_model *model,
                                        const struct panel_field *field, int index);

/* Takes what a touch asked for; false when there is nothing. */
bool panel_take_request(struct panel *panel, struct panel_request *request);

/* Seconds until a password is taken again, 0: now. */
uint32_t panel_wait_s(const struct panel *panel, uint32_t now_ms);

/* A field's text as shown, without its unit: numbers with the decimals of its format, "--" for
   what no sensor says, "filled" or "hollow", "on" or "off". */
void panel_text(const struct panel *panel, const struct panel_view *view,
                const struct panel_field *field, enum panel_language language,
                char text[PANEL_TEXT]);

/* Field by id; NULL when this panel has none. The password has no page of its own. */
const struct panel_field *panel_field(const struct panel_model *model, const char *id);

/* Icon of a state of charge, 1..5 (VT s5.1). */
int panel_soc_icon(int32_t soc_pct100);

#endif
