/* SPDX-License-Identifier: Apache-2.0 */
/* Panels of a house: values to them, touches to them, parameters from them. */
#include "sim/panels.h"

#include <string.h>

static const char *const serials[STACK_PACKS] = {
    "HEARTH0000000001", "HEARTH0000000002", "HEARTH0000000003", "HEARTH0000000004",
    "HEARTH0000000005", "HEARTH0000000006", "HEARTH0000000007", "HEARTH0000000008",
    "HEARTH0000000009", "HEARTH0000000010", "HEARTH0000000011", "HEARTH0000000012",
    "HEARTH0000000013", "HEARTH0000000014", "HEARTH0000000015"};

static int packs_of(const struct house *house)
{
    return house->spec.battery == HOUSE_PACKS ? house->spec.packs : 0;
}

void house_panels_tick(struct house *house)
{
    int n = packs_of(house);
    for (int i = 0; i < n; i++) {
        bool awake = house->devices_on && house->bms[i].out.state != PACK_SLEEP;
        panel_tick(&house->panel[i], awake, house->now_ms);
    }
}

void house_panels_rest(struct house *house)
{
    for (int i = 0; i < packs_of(house); i++) {
        panel_rest(&house->panel[i], house->now_ms);
    }
}

void house_panel_view(const struct house *house, int index, struct panel_view *view)
{
    panel_view_fill(view, house->bms, index, &house->sensed[index], &house->stack);
    view->serial = serials[index];
}

static enum panel_answer serve(struct house *house, int index, enum panel_answer answer)
{
    struct panel_request request;
    struct bms *bms = &house->bms[index];
    if (answer == PANEL_WRONG) {
        bms_tell(bms, EVENT_PASSWORD_WRONG, bms->access.wrong);
    }
    if (!panel_take_request(&house->panel[index], &request)) {
        return answer;
    }
    house->write_result = "accepted";
    house->write_reason[0] = '\0';
    for (int i = 0; i < request.n; i++) {
        if (bms_check_parameter(bms, request.write[i].id, request.write[i].value) == 0) {
            bms_set_parameter(bms, request.write[i].id, request.write[i].value);
        } else {
            house->write_result = "refused";
        }
    }
    return answer;
}

enum panel_answer house_panel_touch(struct house *house, int index, const char *target,
                                    const char *argument)
{
    return serve(house, index, panel_touch(&house->panel[index], target, argument, house->now_ms));
}

enum panel_answer house_panel_key(struct house *house, int index, enum panel_key key)
{
    return serve(house, index, panel_key(&house->panel[index], key, house->now_ms));
}

bool panel_key_named(const char *name, enum panel_key *key)
{
    static const char *const names[] = {
        [PANEL_KEY_UP] = "UP",       [PANEL_KEY_DOWN] = "DOWN",   [PANEL_KEY_LEFT] = "LEFT",
        [PANEL_KEY_RIGHT] = "RIGHT", [PANEL_KEY_ENTER] = "ENTER", [PANEL_KEY_ESC] = "ESC"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            *key = (enum panel_key)i;
            return true;
        }
    }
    return false;
}

const char *panel_answer_text(enum panel_answer answer)
{
    switch (answer) {
    case PANEL_DONE:
    case PANEL_WOKE:
    case PANEL_ASKS: break;
    case PANEL_SILENT:
        return "Chosen; there is no source for this protocol: nothing is spoken on that bus now.";
    case PANEL_UNKNOWN: return "The panel has no such field or entry.";
    case PANEL_NOT_HERE: return "That is on another page of the panel.";
    case PANEL_WRONG: return "The password is wrong.";
    case PANEL_WAITS: return "Too many wrong passwords: the panel takes none for a while.";
    case PANEL_DEAD: return "The panel is dark: the pack sleeps or has no display.";
    }
    return "";
}
