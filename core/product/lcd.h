/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PRODUCT_LCD_H
#define HEARTH_CORE_PRODUCT_LCD_H

/* Pages of a segment display as data: what stands left and right on each (manual 003, 4.1). */

#include <stdint.h>

/* What a side of a page shows. */
enum lcd_quantity {
    LCD_BLANK,
    LCD_BATTERY_V,
    LCD_OUTPUT_V,
    LCD_PV_KW,
    LCD_PV_V,
    LCD_PV_CHARGE_A,
    LCD_CHARGE_A,
    LCD_DISCHARGE_A,
    LCD_CHARGE_KW,
    LCD_DISCHARGE_KW,
    LCD_INPUT_HZ,
    LCD_OUTPUT_HZ,
    LCD_INPUT_V,
    LCD_OUTPUT_A,
    LCD_OUTPUT_KVA,
    LCD_OUTPUT_KW,
    LCD_DSP_VERSION,
    LCD_ARM_VERSION,
    LCD_MODEL_BATTERY_V,
    LCD_MODEL_KW,
    LCD_MODEL_PV_V,
    LCD_MODEL_PV_A,
    LCD_ADDRESS,
    LCD_PHASE,
    LCD_ALARM,
    LCD_FAULT
};

struct lcd_side {
    const char *label, *quantity, *unit;
    enum lcd_quantity shows;
};

struct lcd_page {
    uint8_t no;
    struct lcd_side left, right;
    const char *note;
};

#endif
