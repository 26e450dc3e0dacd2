/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_SITE_DESK_H
#define HEARTH_HOST_SITE_DESK_H

/*
 * What the vendor's PC tool does to a pack, for a site's interfaces: parameters, switches, clock,
 * and the start-up guide (VT manual s6, s5.1). Beside the role that the site asks for, a pack asks
 * for its own administrator password; a wrong one is counted and delayed by the pack itself.
 */

#include "host/site.h"

enum desk_result {
    DESK_OK = 0,
    DESK_UNKNOWN = -1,  /* no such pack, parameter, switch or step */
    DESK_REFUSED = -2,  /* out of range, off step, contradicts another, not now */
    DESK_DENIED = -3,   /* the role may not */
    DESK_PASSWORD = -4, /* not the pack's administrator password */
    DESK_WAITS = -5,    /* too many wrong passwords; `wait_s` */
    DESK_ABSENT = -6,   /* the pack sleeps or does not answer */
    DESK_FAILED = -7    /* done but not stored */
};

/* Who wants it: the role, and the pack's password (NULL: not given). */
struct desk_hand {
    enum role role;
    const char *password;
};

struct desk_answer {
    enum desk_result result;
    int written;     /* parameters that are different now */
    uint32_t wait_s; /* until the next password is looked at */
    char why[300];   /* a sentence; of a success what a person should know besides, or "" */
    char field[40], value[40], allowed[80]; /* what was refused, or "" */
};

/* Name, versions and clock of a pack. */
struct site_desk {
    char model[24], maker[24], version[24], serial[24];
    int64_t clock_s;    /* the pack's clock, UTC seconds */
    uint32_t wait_s;    /* until it looks at a password again; 0: now */
    const char *absent; /* a sentence why it cannot be asked, or "" */
};

/* False: there is no such pack. */
bool site_desk(const struct site *site, const char *device, struct site_desk *out);

/* A parameter as the tool's pages show it. */
struct parameter_view {
    struct setting_view setting;
    const char *page;  /* "setting", "config" or "switch" */
    const char *group; /* a word of ours: "cell_voltage_high" */
    const char *shown; /* its unit as files of parameters have it */
    bool silent;       /* a protocol that has no source: nothing is spoken on its bus now */
};

/* Parameter `index` of a pack, 0.. in the tool's order; false past the end. */
bool site_parameter(const struct site *site, const char *device, int index,
                    struct parameter_view *out);
/* An option of a protocol's list is one of those nobody speaks here. */
bool site_protocol_is_silent(const char *parameter, const char *option);

struct parameter_text {
    const char *name, *value;
};

/* Writes all that differ, in an order the pack takes, or none. */
void site_parameters_write(struct site *site, const char *device, const struct parameter_text *list,
                           int n, const struct desk_hand *hand, struct desk_answer *out);
void site_parameters_restore(struct site *site, const char *device, const struct desk_hand *hand,
                             struct desk_answer *out);
/* One of the switches "CHG Circuit", "DISCHG Circuit", "Sound Alarm", "LED Alarm", "Charge Limiter
   Switch". */
void site_desk_switch(struct site *site, const char *device, const struct parameter_text *flip,
                      const struct desk_hand *hand, struct desk_answer *out);
/* Only tries the password. */
void site_desk_login(struct site *site, const char *device, const struct desk_hand *hand,
                     struct desk_answer *out);
void site_desk_clock(struct site *site, const char *device, int64_t clock_s, enum role role,
                     struct desk_answer *out);

/* A file of parameters, checked for this pack (host/monitor/params.h); nothing is written to it. */
enum { IMPORT_VALUES = 96, IMPORT_ERRORS = 4000 };
struct site_import {
    int n;
    struct {
        const char *name;
        char value[32];
    } row[IMPORT_VALUES];
    char errors[IMPORT_ERRORS]; /* "NAME:LINE: …" lines; "" when it was taken */
};
bool site_parameters_import(const struct site *site, const char *device, const char *name,
                            const char *text, struct site_import *out);

/* --- Start-up guide: what an installer confirms, step by step --- */
enum { GUIDE_STEPS_MAX = 16, GUIDE_BY = 4 * 40 + 1 };
struct site_guide {
    int n, next;       /* steps; the one to be confirmed now, n: all are */
    uint32_t wait_s;   /* until it can be */
    const char *model; /* of the battery */
    struct {
        const char *text;
        uint32_t wait_s; /* after it, before the next */
        int64_t at_ms;   /* site time of its confirmation; 0: not yet */
        char by[GUIDE_BY];
    } step[GUIDE_STEPS_MAX];
};
/* False: a real site, or a product without a guide. */
bool site_guide(const struct site *site, struct site_guide *out);
/* Confirms step `step` (from 0); -1 begins anew. */
void site_guide_confirm(struct site *site, int step, const char *by, struct desk_answer *out);

#endif
