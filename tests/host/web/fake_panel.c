/* SPDX-License-Identifier: Apache-2.0 */
/* The fake site's panels: the real display before a pack that always rests at 3.3 V. */
#include "fake_model.h"

#include <stdio.h>
#include <string.h>

#include "core/product/product.h"

void fake_panels_start(struct site *site)
{
    const struct product *product = product_find("es51_2_100lp");
    bms_init(&site->bms, product->pack, 6200, 0);
    panel_init(&site->panel, product->pack->panel, &site->bms.access, (uint32_t)site->now_ms);
    panel_rest(&site->panel, (uint32_t)site->now_ms);
    site->sensed =
        (struct bms_inputs){.sampled = true, .self_check_ok = true, .env_c10 = 250, .mos_c10 = 260};
    for (int i = 0; i < PACK_CELLS_MAX; i++) {
        site->sensed.cell_mv[i] = (uint16_t)(3300 + i);
    }
    for (int i = 0; i < PACK_TEMPS; i++) {
        site->sensed.temp_c10[i] = 250;
    }
    bms_step(&site->bms, &site->sensed);
}

bool site_panel(const struct site *site, const char *device, struct site_panel *out)
{
    struct panel_view view;
    bool known = strcmp(device, "pack1") == 0 || strcmp(device, "pack2") == 0;
    if (!known || !site->simulated) {
        return false;
    }
    uint32_t now_ms = (uint32_t)site->now_ms;
    panel_view_fill(&view, &site->bms, 0, &site->sensed, NULL);
    *out = (struct site_panel){.product = "es51_2_100lp",
                               .name = "ES51.2-100LP",
                               .family = site->panel.model->family,
                               .display = site->panel.model->name,
                               .phase_ms = now_ms};
    panel_render(&site->panel, &view, now_ms, &out->screen);
    out->n_lamps = panel_lamps(site->panel.model, &site->bms, now_ms, out->lamps);
    return true;
}

// NOLINTNEXTLINE(readability-function-size): as host/site.h has it
enum touch_result site_panel_touch(struct site *site, const char *device,
                                   const struct site_touch *touch, enum role role, char *why,
                                   size_t room)
{
    struct panel tried = site->panel;
    struct panel_request request;
    if (strcmp(device, "pack1") != 0) {
        snprintf(why, room, "There is no %s.", device);
        return TOUCH_UNKNOWN;
    }
    if (touch->key != NULL && strcmp(touch->key, "ESC") != 0) {
        snprintf(why, room, "There is no key %s.", touch->key);
        return TOUCH_UNKNOWN;
    }
    uint32_t now_ms = (uint32_t)site->now_ms;
    enum panel_answer answer = touch->key != NULL
                                   ? panel_key(&tried, PANEL_KEY_ESC, now_ms)
                                   : panel_touch(&tried, touch->touch, touch->argument, now_ms);
    bool writes = panel_take_request(&tried, &request);
    if (role < ROLE_OWNER && (writes || answer == PANEL_ASKS || answer == PANEL_WRONG)) {
        snprintf(why, room, "For the owner.");
        return TOUCH_DENIED;
    }
    site->panel = tried;
    for (int i = 0; writes && i < request.n; i++) {
        bms_set_parameter(&site->bms, request.write[i].id, request.write[i].value);
    }
    snprintf(why, room, "The panel refuses (%d).", (int)answer);
    switch (answer) {
    case PANEL_DONE:
    case PANEL_WOKE:
    case PANEL_ASKS:
    case PANEL_SILENT: return TOUCH_OK;
    case PANEL_UNKNOWN: return TOUCH_UNKNOWN;
    case PANEL_WAITS: return TOUCH_WAITS;
    case PANEL_NOT_HERE:
    case PANEL_WRONG:
    case PANEL_DEAD: break;
    }
    return TOUCH_REFUSED;
}
