/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_SITE_H
#define HEARTH_HOST_SITE_H

/*
 * What the interfaces (HTTP, later MQTT and Modbus) see of a running site: its clock, its points,
 * its settings, its events and, when the site is simulated, the knobs of its simulation. An
 * interface never reaches past this header; tests give it a site of their own.
 *
 * All calls run on the event loop's thread. Texts written to `why` are whole sentences for people:
 * what is wrong with which value and what is allowed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/panel/lcd.h"
#include "core/panel/screen.h"

struct points;
struct site;

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_OWNER, ROLE_INSTALLER };

/* One setting of a device as every interface shows it; all values as text in the manual's form. */
struct setting_view {
    const char *name;    /* the manual's mnemonic or parameter name: "MCC", "Cell OV Protect" */
    const char *title;   /* what it is, for people */
    const char *type;    /* "enum", "bool", "int", "decimal", "time" */
    const char *options; /* of an enum or bool: "SOL|UTI|SBU", else "" */
    const char *unit;    /* "V", "A", "%", … or "" */
    const char *effect;  /* one line of help */
    const char *applies; /* when it has an effect, or "" */
    const char *access;  /* "user" (owner may write) or "installer" */
    char value[32], fallback[32], min[16], max[16], step[16]; /* "" where there is none, or of a
                                                                 value that is not known */
};

enum setting_result {
    SETTING_OK = 0,
    SETTING_SENT = 1,     /* on its way to a real device; an event tells whether it took it */
    SETTING_UNKNOWN = -1, /* no such device or setting */
    SETTING_INVALID = -2, /* out of range, off step, not an option, contradicts another */
    SETTING_DENIED = -3,  /* the role may not write it */
    SETTING_FAILED = -4,  /* the device did not take it */
};

/* A value that somebody would like to write. */
struct setting_trial {
    const char *name, *value;
    enum role role;
};

/* Something that happened, as the event list, the log and the store keep it. */
struct site_event {
    int64_t id;      /* given by the store, rising; 0 before that */
    int64_t at_ms;   /* site time, UTC */
    char device[24]; /* "pack1", "inverter", "site", … */
    char kind[16];   /* "fault", "protection", "alarm", "info", "setting", "access" */
    char code[24];   /* the manual's code: "COCP", "103"; or a word of ours: "start" */
    bool active;     /* true: set; false: cleared. For kinds that last */
    char text[160];  /* what it means, for people */
};

typedef void event_sink_fn(void *context, const struct site_event *event);

/* Name, zone and place, for the page's head. */
struct site_about {
    const char *name, *timezone, *currency;
    double latitude_deg, longitude_deg;
    bool simulated;
};

struct site_about site_about(const struct site *site);
struct points *site_points(struct site *site);
int64_t site_now_ms(const struct site *site); /* the site's own clock, UTC; simulated or real */
void site_set_event_sink(struct site *site, event_sink_fn *sink, void *context);

/* Devices with settings: index 0.. ; NULL past the end. */
const char *site_device(const struct site *site, int index);
/* Setting `index` of a device; false past the end or when there is no such device. */
bool site_setting(const struct site *site, const char *device, int index, struct setting_view *out);
/* Writes one setting by name, checked in core; on refusal nothing changed and `why` says why. Of a
   success it says what a person should know of it, or is empty. */
enum setting_result site_setting_write(struct site *site, const char *device, const char *name,
                                       const char *value, enum role role, char *why, size_t room);

/* What a write would lead to: "accepted", "warned" or "refused", with the same sentence, without
   storing anything. */
const char *site_setting_try(const struct site *site, const char *device,
                             const struct setting_trial *trial, char *why, size_t room);

/* Simulation knobs: "speed" (0..3600), "paused", "cloud", "load_w", "grid", "wire.can0",
   "sensor.pack1.temperature_1_c", … one name and one value as text; "auto" gives a knob back to
   the model. site_knob lists them: index 0.., NULL past the end. */
struct knob_view {
    const char *name, *title;
    const char *type;    /* "number", "flag", "choice" */
    const char *options; /* of a choice, "a|b" */
    const char *unit;
    double min, max, step;
    char value[32]; /* now; "auto" when the model rules */
};
bool site_knob(const struct site *site, int index, struct knob_view *out);
enum setting_result site_knob_write(struct site *site, const char *name, const char *value,
                                    char *why, size_t room);

/* --- Event memory of packs: what each has recorded on its own flash --- */
struct site_records {
    uint32_t oldest, newest, count; /* sequence numbers; 0 when there is none */
};

enum { RECORD_CELLS = 16, RECORD_TEMPS = 6 };
struct site_record {
    uint32_t sequence;
    int64_t at_ms;     /* by the pack's clock, UTC */
    char event[48];    /* in the pack's short words: "COCP set", "sleep standby" */
    char text[160];    /* what it means, for people */
    const char *state; /* of the pack, as packN.state */
    int32_t current_ma, voltage_mv;
    uint32_t remaining_mah;
    uint16_t soc_pct100;
    uint8_t address;
    int n_cells;
    uint16_t cell_mv[RECORD_CELLS];
    int16_t temp_c10[RECORD_TEMPS];               /* four of the cells, environment, MOS */
    char protections[96], faults[96], alarms[96]; /* codes joined by commas */
};

/* False: no such pack, or it keeps no records. */
bool site_records(const struct site *site, const char *device, struct site_records *out);
/* False: this one is not kept, or damaged. */
bool site_record(const struct site *site, const char *device, uint32_t sequence,
                 struct site_record *out);
/* Deletes all records of a pack; the installer's. */
enum setting_result site_records_erase(struct site *site, const char *device, enum role role,
                                       char *why, size_t room);

/* --- Front panels of packs: only a simulated site has hands before them --- */

/* A pack's display and lamps this instant. */
struct site_panel {
    const char *product, *name;   /* "es51_2_100lp", "ES51.2-100LP" */
    const char *family, *display; /* "es_series", "Touch screen" */
    struct panel_screen screen;
    int n_lamps;
    struct panel_lamp lamps[PANEL_LAMPS];
    uint32_t phase_ms; /* the clock the lamps flash by */
};

/* False: no such device, it has no panel, or the site is real. */
bool site_panel(const struct site *site, const char *device, struct site_panel *out);

/* What a hand does: a key by name, or a touch ("" is anywhere) with the entry of a list or the
   password. */
struct site_touch {
    const char *key, *touch, *argument; /* NULL: not given */
};
enum touch_result {
    TOUCH_OK = 0,
    TOUCH_UNKNOWN = -1, /* no such device, field, entry or key */
    TOUCH_REFUSED = -2, /* wrong password, another page, a panel without power */
    TOUCH_DENIED = -3,  /* would change a setting, and the role may not */
    TOUCH_WAITS = -4    /* too many wrong passwords; `wait_s` of the screen says how long */
};
enum touch_result site_panel_touch(struct site *site, const char *device,
                                   const struct site_touch *touch, enum role role, char *why,
                                   size_t room);

/* --- The segment display of a simulated inverter ("inverter") --- */

/* What it shows this instant. It lives by the clock of the hand before it, not the site's. */
struct site_lcd {
    const char *product, *name; /* "offgrid_6000", "Off-grid 6 kW" */
    struct lcd_screen screen;
    enum lcd_mode mode;
    uint8_t page, n_pages;
    const char *left_quantity, *right_quantity; /* of the page, in words */
    const struct setting_row *setting;          /* in the menu, else NULL */
    enum lcd_lamp_state lamp[LCD_LAMPS];
    uint32_t half_ms[LCD_LAMPS]; /* half period when it flashes */
    enum lcd_sound sound;
    bool muted, reminded;
    uint32_t reminded_ms_ago;
    bool down[LCD_KEYS];
    const struct fault_row *code[FAULT_COUNT]; /* what pages 14 and 15 tell */
    int n_codes;
    const char *wrote, *wrote_result, *wrote_why; /* by the last key (or that key), else NULL */
    const char *tried; /* what ENTER would lead to while a value is edited, else NULL */
    char tried_why[SETTING_WHY];
    uint32_t phase_ms;
};

/* False: the inverter has none, or the site is real. */
bool site_lcd(const struct site *site, struct site_lcd *out);

/* A key goes down, up, or is let go without effect, as by a touch that was taken away; `hold_ms`:
   it goes down and up by itself after that. */
enum press_action { PRESS_DOWN, PRESS_UP, PRESS_CANCEL };

struct site_press {
    const char *key; /* "UP" */
    enum press_action action;
    uint32_t hold_ms;
};

/* What a confirmed setting came to is in site_lcd(). */
enum touch_result site_lcd_press(struct site *site, const struct site_press *press, enum role role,
                                 char *why, size_t room);

#endif
