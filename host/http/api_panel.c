/* SPDX-License-Identifier: Apache-2.0 */
/* Front panels of simulated packs: what they show, and hands that touch them. The inverter's is in
   api_lcd.c. */
#include "host/http/internal.h"

#include <string.h>

static const char *kind_name(enum item_kind kind)
{
    static const char *const names[] = {
        [ITEM_SPLASH] = "splash", [ITEM_ICON] = "icon",     [ITEM_VALUE] = "value",
        [ITEM_STOP] = "stop",     [ITEM_WARN] = "warn",     [ITEM_LIST] = "list",
        [ITEM_CHOICE] = "choice", [ITEM_BUTTON] = "button", [ITEM_TOOL] = "tool",
        [ITEM_LINK] = "link",     [ITEM_OPTION] = "option", [ITEM_KEY] = "key"};
    return names[kind];
}

static json_t *items_json(const struct panel_screen *screen)
{
    json_t *items = json_array();
    for (int i = 0; i < screen->n; i++) {
        const struct panel_item *item = &screen->item[i];
        json_array_append_new(items,
                              json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b}", "id",
                                        item->id, "kind", kind_name(item->kind), "label",
                                        item->label, "text", item->text, "unit", item->unit, "hint",
                                        item->hint, "touchable", (int)item->touchable, "focused",
                                        (int)item->focused, "on", (int)item->on));
    }
    return items;
}

static json_t *screen_json(const struct panel_screen *screen)
{
    static const char *const windows[] = {
        [WINDOW_NONE] = "none", [WINDOW_LIST] = "list", [WINDOW_PASSWORD] = "password"};
    return json_pack("{s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:o}", "lit", (int)screen->lit,
                     "page", screen->page, "title", screen->title, "language",
                     panel_language_code(screen->language), "window", windows[screen->window],
                     "window_title", screen->window_title, "message", screen->message, "typed",
                     (int)screen->n_typed, "wait_s", (int)screen->wait_s, "items",
                     items_json(screen));
}

static json_t *lamps_json(const struct site_panel *panel)
{
    static const char *const colours[] = {
        [COLOUR_GREEN] = "green", [COLOUR_RED] = "red", [COLOUR_BLUE] = "blue"};
    static const char *const patterns[] = {[LAMP_OFF] = "off",
                                           [LAMP_ON] = "on",
                                           [LAMP_FLASH1] = "flash1",
                                           [LAMP_FLASH2] = "flash2",
                                           [LAMP_FLASH3] = "flash3"};
    json_t *lamps = json_array();
    for (int i = 0; i < panel->n_lamps; i++) {
        const struct panel_lamp *lamp = &panel->lamps[i];
        json_array_append_new(lamps,
                              json_pack("{s:s, s:s, s:s, s:s, s:b}", "id", lamp->row->id, "label",
                                        lamp->row->label, "colour", colours[lamp->row->colour],
                                        "pattern", patterns[lamp->pattern], "lit", (int)lamp->lit));
    }
    return lamps;
}

static enum MHD_Result not_simulated(struct request *request)
{
    return reply_problem(request, (struct problem){.status = MHD_HTTP_CONFLICT,
                                                   .detail = "This site is real: a pack's panel "
                                                             "cannot be reached over its "
                                                             "monitoring line, only touched by "
                                                             "hand."});
}

enum MHD_Result panel_get(struct request *request)
{
    struct site_panel panel;
    if (!site_about(request->web->site).simulated) {
        return not_simulated(request);
    }
    if (strcmp(request->device, "inverter") == 0) {
        return lcd_get(request);
    }
    if (!site_panel(request->web->site, request->device, &panel)) {
        return reply_problem(request, (struct problem){.status = MHD_HTTP_NOT_FOUND,
                                                       .detail = "There is no such pack with a "
                                                                 "front panel.",
                                                       .field = "device",
                                                       .value = request->device,
                                                       .allowed = "pack1, pack2, …"});
    }
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:I}", "device", request->device,
                             "product", panel.product, "name", panel.name, "family", panel.family,
                             "display", panel.display, "screen", screen_json(&panel.screen),
                             "lamps", lamps_json(&panel), "phase_ms", (json_int_t)panel.phase_ms);
    return reply_json(request, MHD_HTTP_OK, json);
}

enum MHD_Result refuse_touch(struct request *request, enum touch_result result, const char *why,
                             const char *what)
{
    struct site_panel panel;
    bool nobody = request->role == ROLE_NONE;
    bool known = site_panel(request->web->site, request->device, &panel);
    bool key = json_object_get(request->json, "key") != NULL;
    struct problem problem = {
        .status = HTTP_UNPROCESSABLE, .detail = why, .field = key ? "key" : "touch", .value = what};
    switch (result) {
    case TOUCH_UNKNOWN: problem.status = MHD_HTTP_NOT_FOUND; break;
    case TOUCH_DENIED: problem.status = nobody ? MHD_HTTP_UNAUTHORIZED : MHD_HTTP_FORBIDDEN; break;
    case TOUCH_WAITS:
        problem.status = MHD_HTTP_TOO_MANY_REQUESTS;
        problem.retry_after_s = known ? (int)panel.screen.wait_s : 1;
        break;
    case TOUCH_OK:
    case TOUCH_REFUSED: break;
    }
    return reply_problem(request, problem);
}

/* A text of the body; false when it is there and no text of at most 63 bytes. */
static bool body_text(struct request *request, const char *key, const char **text)
{
    const json_t *json = json_object_get(request->json, key);
    *text = json_string_value(json);
    return json == NULL || (*text != NULL && strlen(*text) < 64);
}

enum MHD_Result panel_post(struct request *request)
{
    struct site_touch touch = {0};
    const char *password = NULL;
    char why[200] = "";
    if (!site_about(request->web->site).simulated) {
        return not_simulated(request);
    }
    if (strcmp(request->device, "inverter") == 0) {
        return lcd_post(request);
    }
    if (!body_text(request, "touch", &touch.touch) ||
        !body_text(request, "argument", &touch.argument) ||
        !body_text(request, "password", &password) || !body_text(request, "key", &touch.key)) {
        return reply_problem(request,
                             (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                              .detail = "A touch is told by short texts.",
                                              .field = "body",
                                              .allowed = "touch, argument, password, key"});
    }
    if (password != NULL) {
        touch.touch = "password";
        touch.argument = password;
    } else if (touch.touch == NULL) {
        touch.touch = "";
    }
    enum touch_result result = site_panel_touch(request->web->site, request->device, &touch,
                                                request->role, why, sizeof why);
    return result == TOUCH_OK
               ? panel_get(request)
               : refuse_touch(request, result, why, touch.key != NULL ? touch.key : touch.touch);
}
