/* SPDX-License-Identifier: Apache-2.0 */
/* Hands and eyes before the panels of a simulated site's packs. */
#include <stdio.h>
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

static enum touch_result result_of(enum panel_answer answer)
{
    switch (answer) {
    case PANEL_DONE:
    case PANEL_WOKE:
    case PANEL_ASKS: return TOUCH_OK;
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
    house->panel[pack] = tried;
    snprintf(why, room, "%s", panel_answer_text(answer));
    if (answer == PANEL_WRONG) {
        site_tell(site, device, "access", "panel", true, "A wrong password on the pack's panel.");
    }
    return writes ? write_request(site, device, &request, why, room) : result_of(answer);
}
