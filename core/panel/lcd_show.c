/* SPDX-License-Identifier: Apache-2.0 */
/* What the segment display shows: figures, icons, arrows; lamps and buzzer. */
#include <string.h>

#include "core/inverter/readings.h"
#include "core/panel/lcd.h"

enum {
    CODE_MS = 1000, /* several codes take turns */
    FLASH_MS = 500,
    UPDATE_FLASH_MS = 100, /* firmware upgrade */
    ALARM_SOUNDS_MS = 30000,
    FAULT_SOUNDS_MS = 10000,
    REMIND_MS = 300,
    BEEP_MS = 200,
    BEEP_EVERY_MS = 1000,
    FLOWS_MA = 100,
    FLOWS_W = 5,
    GONE_MV = 40000,
    EMPTY_PCT = 5
};

static int32_t charge_ma(const struct inverter *inverter)
{
    return max_i32(-inverter->in.battery_ma, 0);
}

static int32_t discharge_ma(const struct inverter *inverter)
{
    return max_i32(inverter->in.battery_ma, 0);
}

static void copy_text(char *text, const char *from)
{
    size_t n = 0;
    for (; from[n] != '\0' && n + 1 < LCD_TEXT; n++) {
        text[n] = from[n];
    }
    text[n] = '\0';
}

/* Codes of a class take turns, a second each; "0" when there is none. */
static void code_text(const struct inverter *inverter, enum fault_class class, uint32_t now_ms,
                      char *text)
{
    int n = 0;
    for (int i = 0; i < FAULT_COUNT; i++) {
        n +=
            inverter_has(inverter, (enum fault_id)i) && inverter->profile->faults[i].class == class;
    }
    int turn = n > 0 ? (int)(now_ms / CODE_MS % (uint32_t)n) : -1;
    decimal_format(0, 1, 0, text, LCD_TEXT);
    for (int i = 0; i < FAULT_COUNT && turn >= 0; i++) {
        const struct fault_row *row = &inverter->profile->faults[i];
        if (inverter_has(inverter, (enum fault_id)i) && row->class == class && turn-- == 0) {
            copy_text(text, row->code);
        }
    }
}

static void setting_text(const struct inverter *inverter, enum setting_id id, char *text)
{
    const struct setting_row *row = inverter_setting(inverter, id);
    if (row != NULL) {
        setting_format(row, inverter->set[id], text, LCD_TEXT);
    }
}

static void version_text(int32_t version, char *text)
{
    decimal_format(version != NOT_MEASURED ? version : 0, 100, 2, text, LCD_TEXT);
}

/* A number with its scale and decimals. */
struct figure {
    int32_t value, scale;
    int decimals;
};

/* Figures as milli-units where there is a choice. */
static bool figure_of(const struct inverter *inverter, enum lcd_quantity quantity,
                      struct figure *figure)
{
    const struct inverter_inputs *in = &inverter->in;
    const struct inverter_profile *profile = inverter->profile;
    int32_t mv = in->battery_mv;
    switch (quantity) {
    case LCD_BATTERY_V: *figure = (struct figure){mv, 1000, 1}; return true;
    case LCD_OUTPUT_V:
        *figure = (struct figure){inverter_output_mv(inverter), 1000, 0};
        return true;
    case LCD_PV_KW: *figure = (struct figure){inverter_pv_w(inverter), 1000, 2}; return true;
    case LCD_PV_V: *figure = (struct figure){in->pv_mv, 1000, 0}; return true;
    case LCD_PV_CHARGE_A: *figure = (struct figure){in->pv_charge_ma, 1000, 1}; return true;
    case LCD_CHARGE_A: *figure = (struct figure){charge_ma(inverter), 1000, 1}; return true;
    case LCD_DISCHARGE_A: *figure = (struct figure){discharge_ma(inverter), 1000, 1}; return true;
    case LCD_CHARGE_KW:
        *figure = (struct figure){power_w(mv, charge_ma(inverter)), 1000, 2};
        return true;
    case LCD_DISCHARGE_KW:
        *figure = (struct figure){power_w(mv, discharge_ma(inverter)), 1000, 2};
        return true;
    case LCD_INPUT_HZ: *figure = (struct figure){in->grid_hz100, 100, 1}; return true;
    case LCD_OUTPUT_HZ:
        *figure = (struct figure){inverter_output_hz100(inverter), 100, 1};
        return true;
    case LCD_INPUT_V: *figure = (struct figure){in->grid_mv, 1000, 0}; return true;
    case LCD_OUTPUT_A:
        *figure = (struct figure){inverter_output_ma(inverter), 1000, 1};
        return true;
    case LCD_OUTPUT_KVA: *figure = (struct figure){in->load_va, 1000, 2}; return true;
    case LCD_OUTPUT_KW: *figure = (struct figure){in->load_w, 1000, 2}; return true;
    case LCD_MODEL_BATTERY_V: *figure = (struct figure){profile->battery_v, 1, 0}; return true;
    case LCD_MODEL_KW: *figure = (struct figure){profile->rated_w, 1000, 0}; return true;
    case LCD_MODEL_PV_V: *figure = (struct figure){profile->mppt_max_mv, 1000, 0}; return true;
    case LCD_MODEL_PV_A: *figure = (struct figure){profile->pv_max_ma, 1000, 0}; return true;
    case LCD_BLANK:
    case LCD_DSP_VERSION:
    case LCD_ARM_VERSION:
    case LCD_ADDRESS:
    case LCD_PHASE:
    case LCD_ALARM:
    case LCD_FAULT: break;
    }
    return false;
}

static void side_text(const struct inverter *inverter, enum lcd_quantity quantity, uint32_t now_ms,
                      char *text)
{
    struct figure figure;
    text[0] = '\0';
    if (figure_of(inverter, quantity, &figure)) {
        decimal_format(figure.value, figure.scale, figure.decimals, text, LCD_TEXT);
    } else if (quantity == LCD_ALARM || quantity == LCD_FAULT) {
        code_text(inverter, quantity == LCD_FAULT ? CLASS_FAULT : CLASS_ALARM, now_ms, text);
    } else if (quantity == LCD_DSP_VERSION || quantity == LCD_ARM_VERSION) {
        version_text(inverter->in.versions[quantity == LCD_DSP_VERSION ? 0 : 2], text);
    } else if (quantity == LCD_ADDRESS || quantity == LCD_PHASE) {
        bool address = quantity == LCD_ADDRESS;
        setting_text(inverter, address ? SET_DEVICE_ADDRESS : SET_PARALLEL_MODE, text);
    }
}

/* --- icons --- */

static uint32_t bit(enum lcd_icon icon) { return 1U << icon; }

static uint32_t level_bits(enum lcd_icon first, int32_t percent)
{
    return percent < EMPTY_PCT ? 0U : 1U << (first + (enum lcd_icon)min_i32(percent / 25, 3));
}

static uint32_t class_bits(const struct inverter *inverter)
{
    uint32_t bits = 0;
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (inverter_has(inverter, (enum fault_id)i)) {
            bool fault = inverter->profile->faults[i].class == CLASS_FAULT;
            bits |= bit(fault ? ICON_ERROR : ICON_ALARM);
        }
    }
    return bits;
}

static uint32_t source_bits(const struct inverter *inverter)
{
    const struct inverter_outputs *out = &inverter->out;
    bool input = inverter->in.grid_mv >= GONE_MV || inverter->in.gen_mv >= GONE_MV;
    uint32_t bits = input ? bit(ICON_AC_INPUT) : 0;
    bits |= out->bridge_on ? bit(ICON_INVERTER) : 0;
    bits |= inverter_on_bypass(inverter) ? bit(ICON_BYPASS) : 0;
    bits |= inverter->pv_ok ? bit(ICON_PV) : 0;
    bits |= charge_ma(inverter) >= FLOWS_MA ? bit(ICON_CHARGING) : 0;
    bits |= out->output1 ? bit(ICON_AC_OUTPUT) : 0;
    return bits;
}

static uint32_t icons_of(const struct lcd *lcd, const struct inverter *inverter)
{
    const int32_t *set = inverter->set;
    uint32_t bits = source_bits(inverter) | class_bits(inverter);
    bits |= set[SET_INPUT_WINDOW] == WINDOW_WIDE ? bit(ICON_APL) : 0;
    bits |= inverter->load_permille > 1000 ? bit(ICON_OVERLOAD) : 0;
    if (inverter->battery_present) {
        bits |= level_bits(ICON_BATTERY_1, inverter_soc_pct(inverter));
        bool low = inverter_soc_pct(inverter) < EMPTY_PCT ||
                   inverter_has(inverter, FAULT_A_BATTERY_LOW) || inverter->battery_cut;
        bits |= low ? bit(ICON_LOW_BATT) : 0;
    }
    bits |= level_bits(ICON_LOAD_1, inverter->load_permille / 10);
    bits |= set[SET_BUZZER] == 0 ? bit(ICON_MUTE) : 0;
    bits |= set[SET_PARALLEL_MODE] != 0 && set[SET_PARALLEL_ROLE] == 0 ? bit(ICON_HOST) : 0;
    bits |= lcd->mode != LCD_PAGES ? bit(ICON_SETTINGS) : 0;
    bits |= inverter->out.saving ? bit(ICON_ENERGY_SAVING) : 0;
    return bits;
}

/* Where the power flows (manual 003, 4.1). */
static uint8_t arrows_of(const struct inverter *inverter)
{
    const struct inverter_outputs *out = &inverter->out;
    bool bypass = inverter_on_bypass(inverter) && out->output1;
    bool sun = inverter_pv_w(inverter) >= FLOWS_W;
    bool charges = charge_ma(inverter) >= FLOWS_MA;
    bool by_sun = inverter->in.pv_charge_ma >= FLOWS_MA;
    bool by_grid = bypass && charge_ma(inverter) - inverter->in.pv_charge_ma >= FLOWS_MA;
    bool hybrid = bypass && sun && out->feed_limit_w > 0 && !by_grid &&
                  inverter_pv_w(inverter) >
                      power_w(inverter->in.battery_mv, charge_ma(inverter)) + FLOWS_W * 4;
    bool inverts = out->bridge_on && out->output1;
    unsigned arrows = 0;
    arrows |= bypass ? 1U << 1 : 0;
    arrows |= by_grid ? 1U << 2 : 0;
    arrows |= sun && (by_sun || hybrid || inverts) ? 1U << 3 : 0;
    arrows |= charges || hybrid ? 1U << 4 : 0;
    arrows |= inverts ? 1U << 6 : 0;
    arrows |= inverts || hybrid ? 1U << 7 : 0;
    return (uint8_t)arrows;
}

/* --- the screen --- */

static void show_setting(const struct lcd *lcd, const struct inverter *inverter,
                         struct lcd_screen *screen)
{
    const struct setting_row *row = &inverter->profile->settings[lcd->item];
    bool editing = lcd->mode == LCD_EDIT;
    decimal_format(row->no, 1, 0, screen->number, sizeof screen->number);
    setting_format(row, editing ? lcd->value : inverter->set[row->id], screen->right,
                   sizeof screen->right);
    screen->right_unit = row->unit;
    screen->blinking = editing;
    if (lcd->refused) { /* for as long as lcd_tick() lets it stand */
        copy_text(screen->right, "Err");
        screen->right_unit = "";
    }
}

void lcd_show(const struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms,
              struct lcd_screen *screen)
{
    memset(screen, 0, sizeof *screen);
    screen->left_label = screen->left_unit = screen->right_label = screen->right_unit = "";
    screen->lit = lcd->lit;
    if (!lcd->lit) {
        return;
    }
    screen->icons = icons_of(lcd, inverter);
    screen->flashing = screen->icons & bit(ICON_ALARM); /* O-30 */
    screen->arrows = arrows_of(inverter);
    if (lcd->mode != LCD_PAGES) {
        show_setting(lcd, inverter, screen);
        return;
    }
    const struct lcd_page *page = &inverter->profile->pages[lcd->page - 1];
    decimal_format(page->no, 1, 0, screen->number, sizeof screen->number);
    side_text(inverter, page->left.shows, now_ms, screen->left);
    side_text(inverter, page->right.shows, now_ms, screen->right);
    screen->left_label = page->left.label;
    screen->left_unit = page->left.unit;
    screen->right_label = page->right.label;
    screen->right_unit = page->right.unit;
}

/* --- lamps and buzzer --- */

static bool has_fault(const struct inverter *inverter)
{
    return (class_bits(inverter) & bit(ICON_ERROR)) != 0;
}

static enum lcd_lamp_state ac_lamp(const struct inverter *inverter)
{
    if (inverter_on_bypass(inverter)) {
        return LCD_LAMP_ON;
    }
    return inverter->out.bridge_on ? LCD_LAMP_FLASH : LCD_LAMP_OFF;
}

static enum lcd_lamp_state charge_lamp(const struct inverter *inverter)
{
    if (inverter->out.stage == STAGE_FLOAT) {
        return LCD_LAMP_ON;
    }
    bool charging = charge_ma(inverter) >= FLOWS_MA && inverter->out.stage != STAGE_OFF;
    return charging ? LCD_LAMP_FLASH : LCD_LAMP_OFF;
}

enum lcd_lamp_state lcd_lamp(const struct inverter *inverter, enum lcd_lamp lamp)
{
    bool on = false;
    switch (lamp) {
    case LCD_LAMP_AC: return ac_lamp(inverter);
    case LCD_LAMP_CHARGE: return charge_lamp(inverter);
    case LCD_LAMP_DC: on = discharge_ma(inverter) >= FLOWS_MA; break;
    case LCD_LAMP_FAULT:
        if (inverter->out.state == INVERTER_UPDATE) {
            return LCD_LAMP_FLASH;
        }
        on = has_fault(inverter);
        break;
    case LCD_LAMPS: break;
    }
    return on ? LCD_LAMP_ON : LCD_LAMP_OFF;
}

uint32_t lcd_flash_ms(const struct inverter *inverter, enum lcd_lamp lamp)
{
    bool update = lamp == LCD_LAMP_FAULT && inverter->out.state == INVERTER_UPDATE;
    return update ? UPDATE_FLASH_MS : FLASH_MS;
}

enum lcd_sound lcd_sound(const struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms)
{
    uint32_t classes = class_bits(inverter);
    if (inverter->set[SET_BUZZER] == 0) {
        return LCD_QUIET;
    }
    if (lcd->fault_sounds && (classes & bit(ICON_ERROR)) != 0 &&
        !time_reached(now_ms, lcd->fault_ms + FAULT_SOUNDS_MS)) {
        return LCD_SOUND_FAULT;
    }
    if (lcd->alarm_sounds && (classes & bit(ICON_ALARM)) != 0 &&
        !time_reached(now_ms, lcd->alarm_ms + ALARM_SOUNDS_MS)) {
        return LCD_SOUND_ALARM;
    }
    bool reminds = lcd->reminds && inverter->set[SET_MODE_REMINDER] != 0 &&
                   !time_reached(now_ms, lcd->remind_ms + REMIND_MS);
    return reminds ? LCD_SOUND_REMINDER : LCD_QUIET;
}

bool lcd_sounding(const struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms)
{
    switch (lcd_sound(lcd, inverter, now_ms)) {
    case LCD_SOUND_FAULT:
    case LCD_SOUND_REMINDER: return true;
    case LCD_SOUND_ALARM: return (now_ms - lcd->alarm_ms) % BEEP_EVERY_MS < BEEP_MS;
    case LCD_QUIET: break;
    }
    return false;
}
