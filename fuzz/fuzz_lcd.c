/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hands on an inverter's keys: any order of keys going down and up, of waits and of faults keeps
 * the display whole, and it asks for no value that its row refuses. The first byte chooses the
 * model, the second the battery type; then each byte is a step.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/panel/lcd.h"
#include "core/product/product.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

static void look(const struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms)
{
    struct lcd_screen screen;
    require(lcd->page >= 1 && lcd->page <= inverter->profile->n_pages);
    require(lcd->item < inverter->profile->n_settings && lcd->mode <= LCD_EDIT);
    lcd_show(lcd, inverter, now_ms, &screen);
    require(memchr(screen.left, '\0', LCD_TEXT) != NULL);
    require(memchr(screen.right, '\0', LCD_TEXT) != NULL);
    require(memchr(screen.number, '\0', sizeof screen.number) != NULL);
    require((screen.arrows & ~0xDEU) == 0 && screen.icons >> ICON_COUNT == 0);
    require(screen.lit || (screen.icons == 0 && screen.right[0] == '\0'));
    (void)lcd_sounding(lcd, inverter, now_ms);
}

/* What is asked may contradict others or come at the wrong time; its row takes it. */
static void answer(struct lcd *lcd, struct inverter *inverter, uint32_t now_ms)
{
    enum setting_id id;
    int32_t value;
    if (lcd_take_request(lcd, &id, &value)) {
        enum setting_verdict verdict = inverter_check(inverter, id, value);
        require(verdict == VERDICT_OK || verdict == VERDICT_NOT_NOW ||
                verdict == VERDICT_CONTRADICTS || verdict == VERDICT_NOT_ON_MODEL);
        lcd_answer(lcd, inverter_set(inverter, id, value) == VERDICT_OK, now_ms);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ids[] = {"offgrid_3000", "offgrid_5000", "offgrid_6000"};
    static struct inverter inverter;
    struct lcd lcd;
    uint32_t now_ms = UINT32_MAX - 3000U;
    if (size < 2) {
        return 0;
    }
    const struct inverter_profile *profile = product_find(ids[data[0] % 3])->inverter;
    inverter_init(&inverter, profile, now_ms);
    (void)!inverter_set(&inverter, SET_BATTERY_TYPE, data[1] % profile->n_presets);
    lcd_init(&lcd, now_ms);
    for (size_t i = 2; i < size; i++) {
        uint8_t step = data[i];
        if (step < 0x40) {
            lcd_press(&lcd, &inverter, (enum lcd_key)(step % LCD_KEYS), (step & 0x20) != 0, now_ms);
        } else if (step < 0xC0) {
            now_ms += (uint32_t)(step - 0x40) * (uint32_t)(step - 0x40) * 40U;
            lcd_tick(&lcd, &inverter, now_ms);
        } else {
            inverter.active ^= UINT64_C(1) << (step - 0xC0) % FAULT_COUNT;
            inverter.in.battery_mv = (int32_t)step * 300;
        }
        answer(&lcd, &inverter, now_ms);
        look(&lcd, &inverter, now_ms);
    }
    return 0;
}
