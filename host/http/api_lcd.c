/* SPDX-License-Identifier: Apache-2.0 */
/* The segment display of a simulated inverter: what it shows, and hands on its four keys. */
#include "host/http/internal.h"

#include <string.h>

enum { HOLD_MAX_MS = 30000 };

static json_t *side_json(const char *text, const char *label, const char *unit,
                         const char *quantity)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "text", text, "label", label, "unit", unit, "quantity",
                     quantity);
}

static json_t *icons_json(uint32_t bits)
{
    json_t *list = json_array();
    for (int i = 0; i < ICON_COUNT; i++) {
        if ((bits >> i & 1) != 0) {
            json_array_append_new(list, json_string(lcd_icon_word((enum lcd_icon)i)));
        }
    }
    return list;
}

static json_t *arrows_json(uint8_t bits)
{
    json_t *list = json_array();
    for (int i = 1; i <= 7; i++) {
        if ((bits >> i & 1) != 0) {
            json_array_append_new(list, json_integer(i));
        }
    }
    return list;
}

static json_t *setting_of(const struct setting_row *row)
{
    return row == NULL ? json_null()
                       : json_pack("{s:i, s:s, s:s}", "no", (int)row->no, "name", row->mnemonic,
                                   "title", row->name);
}

static json_t *screen_of(const struct site_lcd *lcd)
{
    const struct lcd_screen *s = &lcd->screen;
    return json_pack("{s:b, s:s, s:i, s:i, s:s, s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "lit",
                     (int)s->lit, "mode", lcd_mode_word(lcd->mode), "page", (int)lcd->page, "pages",
                     (int)lcd->n_pages, "number", s->number, "left",
                     side_json(s->left, s->left_label, s->left_unit, lcd->left_quantity), "right",
                     side_json(s->right, s->right_label, s->right_unit, lcd->right_quantity),
                     "blinking", (int)s->blinking, "icons", icons_json(s->icons), "flashing",
                     icons_json(s->flashing), "arrows", arrows_json(s->arrows), "setting",
                     setting_of(lcd->setting));
}

static json_t *lamps_of(const struct site_lcd *lcd)
{
    static const struct {
        const char *label, *colour;
    } rows[LCD_LAMPS] = {[LCD_LAMP_AC] = {"AC", "green"},
                         [LCD_LAMP_DC] = {"DC", "yellow"},
                         [LCD_LAMP_CHARGE] = {"CHARGE", "yellow"},
                         [LCD_LAMP_FAULT] = {"FAULT", "red"}};
    json_t *list = json_array();
    for (int i = 0; i < LCD_LAMPS; i++) {
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:s, s:i}", "id", lcd_lamp_name((enum lcd_lamp)i),
                            "label", rows[i].label, "colour", rows[i].colour, "state",
                            lcd_lamp_word(lcd->lamp[i]), "half_ms", (int)lcd->half_ms[i]));
    }
    return list;
}

static json_t *codes_of(const struct site_lcd *lcd)
{
    json_t *list = json_array();
    for (int i = 0; i < lcd->n_codes; i++) {
        const struct fault_row *row = lcd->code[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "code", row->code, "kind",
                                              row->class == CLASS_FAULT ? "fault" : "alarm", "name",
                                              row->name, "advice", row->advice));
    }
    return list;
}

static json_t *keys_of(const struct site_lcd *lcd)
{
    json_t *list = json_array();
    for (int i = 0; i < LCD_KEYS; i++) {
        if (lcd->down[i]) {
            json_array_append_new(list, json_string(lcd_key_name((enum lcd_key)i)));
        }
    }
    return list;
}

static json_t *sound_of(const struct site_lcd *lcd)
{
    json_t *ago = lcd->reminded ? json_integer((json_int_t)lcd->reminded_ms_ago) : json_null();
    return json_pack("{s:s, s:b, s:o}", "rhythm", lcd_sound_word(lcd->sound), "muted",
                     (int)lcd->muted, "reminded_ms_ago", ago);
}

static json_t *write_of(const struct site_lcd *lcd)
{
    return lcd->wrote == NULL ? json_null()
                              : json_pack("{s:s, s:s, s:s}", "name", lcd->wrote, "result",
                                          lcd->wrote_result, "reason", lcd->wrote_why);
}

static json_t *trial_of(const struct site_lcd *lcd)
{
    return lcd->tried == NULL
               ? json_null()
               : json_pack("{s:s, s:s}", "result", lcd->tried, "reason", lcd->tried_why);
}

enum MHD_Result lcd_get(struct request *request)
{
    struct site_lcd lcd;
    if (!site_lcd(request->web->site, &lcd)) {
        return reply_problem(request, (struct problem){.status = MHD_HTTP_NOT_FOUND,
                                                       .detail = "There is no inverter with a "
                                                                 "display.",
                                                       .field = "device",
                                                       .value = request->device,
                                                       .allowed = "pack1, pack2, …"});
    }
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "device",
        request->device, "product", lcd.product, "name", lcd.name, "family", "segment_lcd",
        "display", "Segment display", "screen", screen_of(&lcd), "lamps", lamps_of(&lcd),
        "keys_down", keys_of(&lcd), "buzzer", sound_of(&lcd), "codes", codes_of(&lcd), "write",
        write_of(&lcd), "trial", trial_of(&lcd), "phase_ms", (json_int_t)lcd.phase_ms);
    return reply_json(request, MHD_HTTP_OK, json);
}

static enum MHD_Result bad_press(struct request *request)
{
    return reply_problem(
        request, (struct problem){.status = MHD_HTTP_BAD_REQUEST,
                                  .detail = "Say the key and what it does.",
                                  .field = "body",
                                  .allowed = "{\"key\": \"UP|DOWN|ESC|ENTER\", \"action\": "
                                             "\"down|up|cancel\"} or {\"key\": …, \"hold_ms\": "
                                             "1 to 30000}"});
}

static bool read_action(const char *text, enum press_action *action)
{
    static const char *const words[] = {
        [PRESS_DOWN] = "down", [PRESS_UP] = "up", [PRESS_CANCEL] = "cancel"};
    for (size_t i = 0; text != NULL && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *action = (enum press_action)i;
            return true;
        }
    }
    return false;
}

enum MHD_Result lcd_post(struct request *request)
{
    const json_t *hold = json_object_get(request->json, "hold_ms");
    const char *action = json_string_value(json_object_get(request->json, "action"));
    struct site_press press = {.key = json_string_value(json_object_get(request->json, "key"))};
    char why[200] = "";
    bool moves = read_action(action, &press.action);
    bool holds = json_is_integer(hold) && json_integer_value(hold) >= 1 &&
                 json_integer_value(hold) <= HOLD_MAX_MS;
    if (press.key == NULL || moves == holds || (hold != NULL && !holds) ||
        (action != NULL && !moves)) {
        return bad_press(request);
    }
    press.hold_ms = holds ? (uint32_t)json_integer_value(hold) : 0;
    enum touch_result result =
        site_lcd_press(request->web->site, &press, request->role, why, sizeof why);
    return result == TOUCH_OK ? lcd_get(request) : refuse_touch(request, result, why, press.key);
}
