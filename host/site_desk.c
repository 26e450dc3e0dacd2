/* SPDX-License-Identifier: Apache-2.0 */
/* The PC tool's work on the packs of a simulated site. */
#include <stdio.h>
#include <string.h>

#include "host/pack_desk.h"
#include "host/site_internal.h"
#include "sim/settings.h"

enum { TOLD_ONE_BY_ONE = 8, EVENTS_AT_ONCE = 16 };

const char *site_pack_absent(const struct site *site, int pack)
{
    if (bms_asleep(&site->house.bms[pack])) {
        return "The pack sleeps: set its BMS switch to on, hold RST for 4 s, or let a charger "
               "reach it.";
    }
    return battery_driver_misses(&site->driver, pack)
               ? "The pack does not answer on its monitoring line."
               : "";
}

/* A pack that can be asked; NULL with the reason in `out`. */
static struct bms *reach(struct site *site, const char *device, int *pack, struct desk_answer *out)
{
    *out = (struct desk_answer){0};
    *pack = house_pack_index(&site->house, device);
    if (*pack < 0) {
        out->result = DESK_UNKNOWN;
        snprintf(out->why, sizeof out->why, "There is no pack \"%.40s\".", device);
        return NULL;
    }
    const char *absent = site_pack_absent(site, *pack);
    if (absent[0] != '\0') {
        out->result = DESK_ABSENT;
        snprintf(out->why, sizeof out->why, "%s", absent);
        return NULL;
    }
    return &site->house.bms[*pack];
}

/* The password; what the pack remembers of a wrong one is on its flash at once. */
static bool may(struct site *site, int pack, const struct desk_hand *hand, struct desk_answer *out)
{
    bool granted = pack_admin(&site->house.bms[pack], hand, out);
    if (!granted && out->result == DESK_PASSWORD) {
        (void)site_keep_pack(site, pack);
        site_drain_events(site);
    }
    return granted;
}

static void keep(struct site *site, int pack, struct desk_answer *out)
{
    if (!site_keep_pack(site, pack)) {
        out->result = DESK_FAILED;
        snprintf(out->why, sizeof out->why,
                 "It was set but could not be stored; it is lost at a restart.");
    }
}

static void tell_changes(struct site *site, const char *device, const struct pack_changes *changes)
{
    char text[160];
    for (int i = 0; i < changes->n; i++) {
        bool silent = pack_silent_bus(changes->row[i].id, changes->row[i].value) != NULL;
        if (changes->n <= TOLD_ONE_BY_ONE || silent) {
            pack_change_text(&changes->row[i], text, sizeof text);
            site_tell(site, device, "setting", "set", true, text);
        }
    }
    if (changes->n > TOLD_ONE_BY_ONE) {
        snprintf(text, sizeof text, "%d parameters were written.", changes->n);
        site_tell(site, device, "setting", "set", true, text);
    }
}

/* Writes in runs that the pack's own memory of events follows. */
static void apply(struct site *site, int pack, const struct pack_changes *changes,
                  struct desk_answer *out)
{
    for (int i = 0; i < changes->n; i += EVENTS_AT_ONCE) {
        struct pack_changes run = {.n = changes->n - i < EVENTS_AT_ONCE ? changes->n - i
                                                                        : EVENTS_AT_ONCE};
        memcpy(run.row, &changes->row[i], (size_t)run.n * sizeof run.row[0]);
        pack_changes_apply(&site->house.bms[pack], &run);
        keep(site, pack, out);
    }
    out->written = changes->n;
}

/* A bus on which nothing is spoken any more is worth a word. */
static void note_silence(const struct pack_changes *changes, struct desk_answer *out)
{
    for (int i = 0; i < changes->n && out->result == DESK_OK; i++) {
        const char *bus = pack_silent_bus(changes->row[i].id, changes->row[i].value);
        size_t used = strlen(out->why);
        if (bus != NULL) {
            snprintf(out->why + used, sizeof out->why - used,
                     "%sThere is no source for this protocol here: nothing is spoken on the %s bus "
                     "now.",
                     used > 0 ? " " : "", bus);
        }
    }
}

static void finish(struct site *site, const char *device, const struct pack_changes *changes,
                   struct desk_answer *out)
{
    apply(site, house_pack_index(&site->house, device), changes, out);
    note_silence(changes, out);
    tell_changes(site, device, changes);
    site_drain_events(site);
}

bool site_desk(const struct site *site, const char *device, struct site_desk *out)
{
    int pack = house_pack_index(&site->house, device);
    if (pack < 0) {
        return false;
    }
    const struct house *house = &site->house;
    const struct bms *bms = &house->bms[pack];
    *out = (struct site_desk){.clock_s = bms_clock(bms, house->now_ms) - house->local_offset_s,
                              .absent = site_pack_absent(site, pack)};
    struct pack_view names = {0};
    pack_bank_names(house, pack, &names);
    snprintf(out->model, sizeof out->model, "%s", house->spec.pack->name);
    snprintf(out->maker, sizeof out->maker, "%s", names.maker);
    snprintf(out->version, sizeof out->version, "%s", names.version);
    snprintf(out->serial, sizeof out->serial, "%s", names.serial);
    out->wait_s = (access_wait_ms(&bms->access, bms->now_ms) + 999) / 1000;
    return true;
}

bool site_parameter(const struct site *site, const char *device, int index,
                    struct parameter_view *out)
{
    int pack = house_pack_index(&site->house, device);
    if (pack < 0 || index < 0 || index >= PARAM_COUNT) {
        return false;
    }
    pack_parameter_view(&site->house.bms[pack], (enum parameter_id)index, out);
    return true;
}

/* NOLINTNEXTLINE(readability-function-size): a list and the hand that writes it */
void site_parameters_write(struct site *site, const char *device, const struct parameter_text *list,
                           int n, const struct desk_hand *hand, struct desk_answer *out)
{
    int pack;
    struct pack_changes changes;
    const struct bms *bms = reach(site, device, &pack, out);
    if (bms != NULL && may(site, pack, hand, out) &&
        pack_changes_plan(bms, list, n, &changes, out)) {
        finish(site, device, &changes, out);
    }
}

void site_desk_switch(struct site *site, const char *device, const struct parameter_text *flip,
                      const struct desk_hand *hand, struct desk_answer *out)
{
    int pack;
    struct pack_changes changes;
    const struct bms *bms = reach(site, device, &pack, out);
    if (bms != NULL && may(site, pack, hand, out) && pack_switch_plan(bms, flip, &changes, out)) {
        finish(site, device, &changes, out);
    }
}

void site_parameters_restore(struct site *site, const char *device, const struct desk_hand *hand,
                             struct desk_answer *out)
{
    int pack;
    struct bms *bms = reach(site, device, &pack, out);
    if (bms == NULL || !may(site, pack, hand, out)) {
        return;
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        out->written += bms->param[i] != parameters[i].def[bms->profile->model];
    }
    bms_restore_defaults(bms);
    keep(site, pack, out);
    site_drain_events(site);
}

void site_desk_login(struct site *site, const char *device, const struct desk_hand *hand,
                     struct desk_answer *out)
{
    int pack;
    if (reach(site, device, &pack, out) != NULL) {
        (void)may(site, pack, hand, out);
    }
}

void site_desk_clock(struct site *site, const char *device, int64_t clock_s, enum role role,
                     struct desk_answer *out)
{
    int pack;
    struct bms *bms = reach(site, device, &pack, out);
    if (bms == NULL) {
        return;
    }
    if (role < ROLE_OWNER) {
        out->result = DESK_DENIED;
        snprintf(out->why, sizeof out->why, "The clock is set by the owner or the installer.");
        return;
    }
    bms_set_clock(bms, clock_s + site->house.local_offset_s);
    bms_tell(bms, EVENT_CLOCK, 0);
    keep(site, pack, out);
    site_drain_events(site);
}

bool site_parameters_import(const struct site *site, const char *device, const char *name,
                            const char *text, struct site_import *out)
{
    int pack = house_pack_index(&site->house, device);
    if (pack < 0) {
        return false;
    }
    pack_import(&site->house.bms[pack], name, text, out);
    return true;
}
