/* SPDX-License-Identifier: Apache-2.0 */
/* hearth panel before an inverter: its picture, its keys by name. */
#include <string.h>

#include "host/cmd_panel.h"
#include "host/lcd_canvas.h"
#include "sim/lcd.h"
#include "sim/settings.h"
#include "sim/yaml.h"

enum { CLICK_MS = 100 };

static void fill(const struct house *house, struct lcd_picture *picture)
{
    const struct inverter *inverter = &house->inverter;
    const struct lcd *lcd = &house->lcd;
    uint32_t now_ms = house_lcd_now(house);
    lcd_show(lcd, inverter, now_ms, &picture->screen);
    for (int i = 0; i < LCD_LAMPS; i++) {
        picture->lamp[i] = lcd_lamp(inverter, (enum lcd_lamp)i);
        picture->half_ms[i] = lcd_flash_ms(inverter, (enum lcd_lamp)i);
    }
    picture->sound = lcd_sound(lcd, inverter, now_ms);
    picture->setting = lcd->mode != LCD_PAGES ? &inverter->profile->settings[lcd->item] : NULL;
    picture->phase_ms = now_ms;
    memcpy(picture->down, lcd->down, sizeof picture->down);
}

/* What ENTER would lead to while a value is edited, else what it came to; `why` is lent for it. */
static const char *note_of(const struct house *house, char *why, size_t room)
{
    const struct lcd *lcd = &house->lcd;
    const struct setting_row *row = &house->inverter.profile->settings[lcd->item];
    char text[32];
    if (lcd->mode != LCD_EDIT) {
        return house->write_reason;
    }
    setting_format(row, lcd->value, text, sizeof text);
    const struct setting_text what = {"inverter", row->mnemonic, text, false};
    (void)house_try_setting(house, &what, true, why, room);
    return why;
}

void lcd_desk_draw(struct panel_desk *desk, const char *head, bool mono)
{
    static const char foot[] = "arrows, Enter, Esc, mouse; m holds ENTER: settings; p next panel, "
                               "+ - speed, q";
    struct lcd_picture picture = {
        .head = head, .foot = desk->once ? "" : foot, .mono = mono, .still = desk->once};
    char why[SETTING_WHY] = "";
    picture.note = note_of(&desk->house, why, sizeof why);
    fill(&desk->house, &picture);
    lcd_canvas_draw(&desk->canvas, &picture);
}

void lcd_desk_click(struct panel_desk *desk, enum lcd_key key)
{
    house_lcd_key(&desk->house, key, true);
    house_lcd_key(&desk->house, key, false);
}

/* "DOWN", or "ENTER 2100ms": held that long. */
bool lcd_desk_named(struct panel_desk *desk, const char *name, const char *hold)
{
    enum lcd_key key;
    int64_t ms = CLICK_MS;
    if (!lcd_key_named(name, &key) || (hold != NULL && !text_duration(hold, &ms))) {
        return false;
    }
    house_lcd_key(&desk->house, key, true);
    panel_desk_wait(desk, (double)ms);
    house_lcd_key(&desk->house, key, false);
    return true;
}

/* A house for an inverter alone: a lead-acid battery, a grid, some load. */
void lcd_desk_open(struct panel_desk *desk, const struct product *product)
{
    const struct house_spec spec = {.inverter = product,
                                    .battery = HOUSE_PLAIN,
                                    .plain_kind = PLAIN_LEAD_ACID,
                                    .plain_cells = 24,
                                    .plain_ah = 200.0,
                                    .soc = 0.6,
                                    .temperature_c = 25.0,
                                    .start_ms = INT64_C(1780315200000)}; /* 2026-06-01 12:00 UTC */
    house_init(&desk->house, &spec);
    desk->house.force.load_w = (struct forced){true, product->inverter->rated_w * 0.3};
    desk->house.force.pv_w = (struct forced){true, 900.0};
    desk->house.force.heatsink_c = (struct forced){true, 30.0};
    desk->lcd = true;
}
