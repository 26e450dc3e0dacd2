/* SPDX-License-Identifier: Apache-2.0 */
/* The paper site's packs before a PC tool: two real BMS that never step, and a guide of two steps.
   While the wire can0 is cut they cannot be reached. */
#include <stdio.h>
#include <string.h>

#include "core/product/product.h"
#include "fake_model.h"
#include "host/pack_desk.h"

enum { GUIDE_WAIT_S = 60 };

void fake_desk_start(struct site *site)
{
    bms_init(&site->beside, product_find("es51_2_100lp")->pack, 6200, 0);
    site->beside.param[PARAM_CELL_OV_ALARM] = 3600;
    site->beside.now_ms = site->bms.now_ms = (uint32_t)site->now_ms;
    bms_set_clock(&site->bms, site->now_ms / 1000);
    bms_set_clock(&site->beside, site->now_ms / 1000 - 90);
}

static const struct bms *look(const struct site *site, const char *device)
{
    return strcmp(device, "pack1") == 0   ? &site->bms
           : strcmp(device, "pack2") == 0 ? &site->beside
                                          : NULL;
}

static bool is_cut(const struct site *site)
{
    return strcmp(knob_value(site, "wire.can0"), "cut") == 0;
}

static struct bms *reach(struct site *site, const char *device, struct desk_answer *out)
{
    *out = (struct desk_answer){0};
    struct bms *bms = strcmp(device, "pack2") == 0 ? &site->beside : &site->bms;
    if (look(site, device) == NULL || is_cut(site)) {
        out->result = is_cut(site) ? DESK_ABSENT : DESK_UNKNOWN;
        snprintf(out->why, sizeof out->why, "%s cannot be asked.", device);
        return NULL;
    }
    bms->now_ms = (uint32_t)site->now_ms;
    return bms;
}

bool site_desk(const struct site *site, const char *device, struct site_desk *out)
{
    const struct bms *bms = look(site, device);
    if (bms == NULL) {
        return false;
    }
    *out = (struct site_desk){
        .model = "ES51.2-100LP",
        .maker = "ES",
        .version = "1.0",
        .serial = "PAPER001",
        .clock_s = bms_clock(bms, (uint32_t)site->now_ms),
        .wait_s = (access_wait_ms(&bms->access, (uint32_t)site->now_ms) + 999) / 1000,
        .absent = is_cut(site) ? "The pack does not answer." : ""};
    return true;
}

bool site_parameter(const struct site *site, const char *device, int index,
                    struct parameter_view *out)
{
    const struct bms *bms = look(site, device);
    if (bms == NULL || index < 0 || index >= PARAM_COUNT) {
        return false;
    }
    pack_parameter_view(bms, (enum parameter_id)index, out);
    return true;
}

static void finish(struct site *site, const char *device, struct bms *bms,
                   const struct pack_changes *changes, struct desk_answer *out)
{
    char text[160] = "";
    pack_changes_apply(bms, changes);
    bms->n_events = 0;
    out->written = changes->n;
    if (changes->n > 0) {
        pack_change_text(&changes->row[changes->n - 1], text, sizeof text);
        fake_site_raise(site, device, "setting", "set", true, text);
    }
    for (int i = 0; i < changes->n; i++) {
        if (pack_silent_bus(changes->row[i].id, changes->row[i].value) != NULL) {
            snprintf(out->why, sizeof out->why, "Nothing is spoken on that bus now.");
        }
    }
}

/* NOLINTNEXTLINE(readability-function-size): as host/site_desk.h has it */
void site_parameters_write(struct site *site, const char *device, const struct parameter_text *list,
                           int n, const struct desk_hand *hand, struct desk_answer *out)
{
    struct pack_changes changes;
    struct bms *bms = reach(site, device, out);
    if (bms != NULL && pack_admin(bms, hand, out) &&
        pack_changes_plan(bms, list, n, &changes, out)) {
        finish(site, device, bms, &changes, out);
    }
}

void site_desk_switch(struct site *site, const char *device, const struct parameter_text *flip,
                      const struct desk_hand *hand, struct desk_answer *out)
{
    struct pack_changes changes;
    struct bms *bms = reach(site, device, out);
    if (bms != NULL && pack_admin(bms, hand, out) && pack_switch_plan(bms, flip, &changes, out)) {
        finish(site, device, bms, &changes, out);
    }
}

void site_parameters_restore(struct site *site, const char *device, const struct desk_hand *hand,
                             struct desk_answer *out)
{
    struct bms *bms = reach(site, device, out);
    if (bms != NULL && pack_admin(bms, hand, out)) {
        out->written = 1;
        bms_restore_defaults(bms);
        bms->n_events = 0;
        fake_site_raise(site, device, "setting", "defaults", true, "defaults");
    }
}

void site_desk_login(struct site *site, const char *device, const struct desk_hand *hand,
                     struct desk_answer *out)
{
    struct bms *bms = reach(site, device, out);
    if (bms != NULL) {
        (void)pack_admin(bms, hand, out);
        bms->n_events = 0;
    }
}

void site_desk_clock(struct site *site, const char *device, int64_t clock_s, enum role role,
                     struct desk_answer *out)
{
    struct bms *bms = reach(site, device, out);
    if (bms != NULL && role < ROLE_OWNER) {
        out->result = DESK_DENIED;
    } else if (bms != NULL) {
        bms_set_clock(bms, clock_s);
    }
}

bool site_parameters_import(const struct site *site, const char *device, const char *name,
                            const char *text, struct site_import *out)
{
    const struct bms *bms = look(site, device);
    if (bms != NULL) {
        pack_import(bms, name, text, out);
    }
    return bms != NULL;
}

bool site_guide(const struct site *site, struct site_guide *out)
{
    static const char *const texts[] = {"Cables connected, all off", "Battery on"};
    *out = (struct site_guide){.n = 2, .next = site->guide_next, .model = "ES51.2-100LP"};
    for (int i = 0; i < 2; i++) {
        out->step[i].text = texts[i];
        out->step[i].wait_s = i == 0 ? GUIDE_WAIT_S : 0;
        out->step[i].at_ms = site->guide_at_ms[i];
        snprintf(out->step[i].by, sizeof out->step[i].by, "%s", site->guide_by[i]);
    }
    int64_t left_ms = site->guide_at_ms[0] + GUIDE_WAIT_S * 1000 - site->now_ms;
    out->wait_s = site->guide_next == 1 && left_ms > 0 ? (uint32_t)((left_ms + 999) / 1000) : 0;
    return site->simulated;
}

void site_guide_confirm(struct site *site, int step, const char *by, struct desk_answer *out)
{
    struct site_guide guide;
    *out = (struct desk_answer){0};
    (void)site_guide(site, &guide);
    if (step < 0) {
        site->guide_next = 0;
    } else if (step != guide.next || guide.wait_s > 0) {
        out->result = DESK_REFUSED;
        out->wait_s = guide.wait_s;
        snprintf(out->why, sizeof out->why, "Not yet.");
    } else {
        site->guide_at_ms[step] = site->now_ms;
        snprintf(site->guide_by[step], sizeof site->guide_by[step], "%s", by);
        site->guide_next++;
    }
}
