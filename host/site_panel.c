/* SPDX-License-Identifier: Apache-2.0 */
/* Hands and eyes before the panels of a simulated site's packs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/site_internal.h"
#include "sim/panels.h"
#include "sim/settings.h"

bool site_panel(const struct site *site, const char *device, struct site_panel *out)
{
    const struct house *house = &site->house;
    int pack = house_pack_index(house, device);
    if (pack < 0 || house->panel[pack].model == NULL) {
        return false;
    }
    const struct panel_model *model = house->panel[pack].model;
    struct panel_view view;
    house_panel_view(house, pack, &view);
    out->product = house->spec.pack->id;
    out->name = house->spec.pack->name;
    out->family = model->family;
    out->display = model->name;
    out->phase_ms = house->now_ms;
    panel_render(&house->panel[pack], &view, house->now_ms, &out->screen);
    out->n_lamps = panel_lamps(model, &house->bms[pack], house->now_ms, out->lamps);
    return true;
}

void site_hold_panels(struct site *site)
{
    for (int i = 0; i < site->house.spec.packs; i++) {
        struct panel *panel = &site->house.panel[i];
        if (site->real_ms < site->hand_until_ms[i] && panel->lit) {
            panel_stir(panel, site->house.now_ms);
        }
    }
}

static void language_key(int pack, char *key, size_t room)
{
    snprintf(key, room, "panel.pack%d.language", pack + 1);
}

void site_restore_panels(struct site *site)
{
    for (int i = 0; i < site->house.spec.packs; i++) {
        char key[40];
        language_key(i, key, sizeof key);
        char *kept = store_kv_get(site->store, key);
        const struct panel_model *model = site->house.panel[i].model;
        for (int k = 0; kept != NULL && model != NULL && k < model->n_languages; k++) {
            if (strcmp(kept, panel_language_code((enum panel_language)k)) == 0) {
                site->house.panel[i].language = (enum panel_language)k;
            }
        }
        free(kept);
    }
}

/* A hand has been there: the panel stays lit for its own time, and remembers its language. */
static void note_hand(struct site *site, const char *device, int pack, const struct panel *before)
{
    const struct panel *panel = &site->house.panel[pack];
    site->hand_until_ms[pack] = site->real_ms + (int64_t)panel->model->dark_ms;
    if (site->store != NULL && panel->language != before->language) {
        char key[40];
        language_key(pack, key, sizeof key);
        if (!store_kv_put(site->store, key, panel_language_code(panel->language))) {
            site_tell(site, device, "info", "panel", true,
                      "The panel's language could not be stored; it is lost at a restart.");
        }
    }
}

static enum touch_result result_of(enum panel_answer answer)
{
    switch (answer) {
    case PANEL_DONE:
    case PANEL_WOKE:
    case PANEL_ASKS:
    case PANEL_SILENT: return TOUCH_OK;
    case PANEL_UNKNOWN: return TOUCH_UNKNOWN;
    case PANEL_NOT_HERE:
    case PANEL_WRONG:
    case PANEL_DEAD: return TOUCH_REFUSED;
    case PANEL_WAITS: return TOUCH_WAITS;
    }
    return TOUCH_REFUSED;
}

/* Writes what the panel asked for, as the installer: its own rule, the password, has been kept. */
static enum touch_result write_request(struct site *site, const char *device,
                                       const struct panel_request *request, char *why, size_t room)
{
    for (int i = 0; i < request->n; i++) {
        const struct parameter *parameter = &parameters[request->write[i].id];
        char value[32];
        parameter_format(parameter, request->write[i].value, value, sizeof value);
        if (site_setting_write(site, device, parameter->name, value, ROLE_INSTALLER, why, room) !=
            SETTING_OK) {
            return TOUCH_REFUSED;
        }
    }
    return TOUCH_OK;
}

// NOLINTNEXTLINE(readability-function-size): a touch and where its reason goes
enum touch_result site_panel_touch(struct site *site, const char *device,
                                   const struct site_touch *touch, enum role role, char *why,
                                   size_t room)
{
    struct house *house = &site->house;
    int pack = house_pack_index(house, device);
    enum panel_key key = PANEL_KEY_UP;
    if (pack < 0) {
        snprintf(why, room, "There is no pack \"%.40s\" with a front panel.", device);
        return TOUCH_UNKNOWN;
    }
    if (touch->key != NULL && !panel_key_named(touch->key, &key)) {
        snprintf(why, room, "There is no key \"%.20s\" (UP, DOWN, LEFT, RIGHT, ENTER, ESC).",
                 touch->key);
        return TOUCH_UNKNOWN;
    }
    /* tried on a copy first: a hand that may not change settings leaves no trace */
    struct panel tried = house->panel[pack];
    struct panel_request request;
    bool was_asking = tried.asking;
    enum panel_answer answer =
        touch->key != NULL ? panel_key(&tried, key, house->now_ms)
                           : panel_touch(&tried, touch->touch, touch->argument, house->now_ms);
    bool writes = panel_take_request(&tried, &request);
    bool password = answer == PANEL_WRONG || answer == PANEL_WAITS || (was_asking && writes);
    if (role < ROLE_OWNER && (writes || password || answer == PANEL_ASKS)) {
        snprintf(why, room,
                 "This changes a setting of the pack; log in as the owner or the installer.");
        return TOUCH_DENIED;
    }
    struct panel before = house->panel[pack];
    house->panel[pack] = tried;
    note_hand(site, device, pack, &before);
    snprintf(why, room, "%s", panel_answer_text(answer));
    if (answer == PANEL_WRONG) {
        site_tell(site, device, "access", "panel", true, "A wrong password on the pack's panel.");
    }
    return writes ? write_request(site, device, &request, why, room) : result_of(answer);
}
