/* SPDX-License-Identifier: Apache-2.0 */
/* Pages, keys and the settings menu. */
#include "core/panel/lcd.h"

#include <string.h>

enum {
    TURN_MS = 3000,
    LOOK_MS = 10000,       /* after UP and DOWN */
    STUDY_MS = 100000,     /* after ENTER */
    SETTINGS_MS = 2000,    /* ENTER held */
    REPEAT_AFTER_MS = 600, /* UP and DOWN held while editing (our choice) */
    REPEAT_MS = 100,
    LEAVE_MS = 300000, /* a menu nobody touches (our choice) */
    DARK_MS = 300000,  /* in standby (our choice) */
    REFUSED_MS = 2000,
    SOUNDS_OVER_MS = 60000 /* longer than any sound lasts */
};

void lcd_init(struct lcd *lcd, uint32_t now_ms)
{
    memset(lcd, 0, sizeof *lcd);
    lcd->page = 1;
    lcd->lit = true;
    lcd->turn_ms = now_ms + TURN_MS;
    lcd->touched_ms = now_ms;
    lcd->asks = LCD_NO_REQUEST;
}

static const struct setting_row *row_of(const struct lcd *lcd, const struct inverter *inverter)
{
    return &inverter->profile->settings[lcd->item];
}

static bool has_class(const struct inverter *inverter, enum fault_class class)
{
    uint64_t left = inverter->active; /* mostly nothing */
    for (int i = 0; left != 0; i++, left >>= 1) {
        if ((left & 1) != 0 && inverter->profile->faults[i].class == class) {
            return true;
        }
    }
    return false;
}

static void turn_to(struct lcd *lcd, int page, uint32_t stay_ms, uint32_t now_ms)
{
    lcd->page = (uint8_t)page;
    lcd->turn_ms = now_ms + stay_ms;
}

/* --- the settings menu --- */

static void refuse(struct lcd *lcd, uint32_t now_ms)
{
    lcd->refused = true;
    lcd->refused_ms = now_ms;
}

/* One step up or down from a value that may stand outside the menu's range or steps. */
static int32_t stepped(const struct setting_row *row, int32_t value, int by)
{
    int32_t step = row->step > 0 ? row->step : 1;
    if (value < row->min) {
        return by > 0 ? row->min : value;
    }
    int32_t above = (value - row->min) % step;
    int32_t next = by > 0 ? value + step - above : value - (above > 0 ? above : step);
    return clamp_i32(next, row->min, max_i32(row->max, value));
}

/* Place of the next option, round. */
static int32_t next_option(const struct setting_row *row, int32_t value, int by)
{
    int n = option_count(row->options);
    if (row->type != SETTING_CHOICE) {
        return (value + by + n) % n;
    }
    for (int i = 0; i < n; i++) { /* options are the numbers themselves */
        if (option_number(row->options, i) == value) {
            return option_number(row->options, (i + by + n) % n);
        }
    }
    return row->def;
}

static void change(struct lcd *lcd, const struct inverter *inverter, int by)
{
    const struct setting_row *row = row_of(lcd, inverter);
    bool ranged = row->type == SETTING_INT || row->type == SETTING_DECIMAL;
    const struct setting_row wide = inverter_range(inverter, row);
    lcd->value = ranged ? stepped(&wide, lcd->value, by) : next_option(row, lcd->value, by);
}

static void open_item(struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms)
{
    const struct setting_row *row = row_of(lcd, inverter);
    if (!inverter_editable(inverter, row->id)) {
        refuse(lcd, now_ms);
        return;
    }
    lcd->mode = LCD_EDIT;
    lcd->value = inverter->set[row->id];
}

static void choose_item(struct lcd *lcd, const struct inverter *inverter, int by)
{
    int n = inverter->profile->n_settings;
    lcd->item = (uint8_t)((lcd->item + by + n) % n);
}

static void leave_menu(struct lcd *lcd, uint32_t now_ms)
{
    lcd->mode = LCD_PAGES;
    turn_to(lcd, 1, TURN_MS, now_ms);
}

/* --- keys --- */

static void key_on_pages(struct lcd *lcd, const struct inverter *inverter, enum lcd_key key,
                         uint32_t now_ms)
{
    int n = inverter->profile->n_pages;
    switch (key) {
    case LCD_UP: turn_to(lcd, lcd->page > 1 ? lcd->page - 1 : n, LOOK_MS, now_ms); break;
    case LCD_DOWN: turn_to(lcd, lcd->page < n ? lcd->page + 1 : 1, LOOK_MS, now_ms); break;
    case LCD_ESC: turn_to(lcd, 1, TURN_MS, now_ms); break;
    case LCD_ENTER: turn_to(lcd, lcd->page, STUDY_MS, now_ms); break;
    case LCD_KEYS: break;
    }
}

static void key_on_list(struct lcd *lcd, const struct inverter *inverter, enum lcd_key key,
                        uint32_t now_ms)
{
    switch (key) {
    case LCD_UP: choose_item(lcd, inverter, -1); break;
    case LCD_DOWN: choose_item(lcd, inverter, 1); break;
    case LCD_ESC: leave_menu(lcd, now_ms); break;
    case LCD_ENTER: open_item(lcd, inverter, now_ms); break;
    case LCD_KEYS: break;
    }
}

static void key_on_value(struct lcd *lcd, const struct inverter *inverter, enum lcd_key key)
{
    switch (key) {
    case LCD_UP: change(lcd, inverter, 1); break;
    case LCD_DOWN: change(lcd, inverter, -1); break;
    case LCD_ESC: lcd->mode = LCD_LIST; break;
    case LCD_ENTER:
        lcd->mode = LCD_LIST;
        lcd->asks = (int16_t)row_of(lcd, inverter)->id;
        lcd->asks_value = lcd->value;
        break;
    case LCD_KEYS: break;
    }
}

static void act(struct lcd *lcd, const struct inverter *inverter, enum lcd_key key, uint32_t now_ms)
{
    lcd->refused = false;
    switch (lcd->mode) {
    case LCD_PAGES: key_on_pages(lcd, inverter, key, now_ms); break;
    case LCD_LIST: key_on_list(lcd, inverter, key, now_ms); break;
    case LCD_EDIT: key_on_value(lcd, inverter, key); break;
    }
}

void lcd_press(struct lcd *lcd, const struct inverter *inverter, enum lcd_key key, bool down,
               uint32_t now_ms)
{
    bool was_down = lcd->down[key];
    lcd->down[key] = down;
    lcd->touched_ms = now_ms;
    if (down && !was_down) {
        lcd->down_ms[key] = now_ms;
        lcd->repeat_ms = now_ms + REPEAT_AFTER_MS;
        lcd->done[key] = !lcd->lit; /* on a dark screen it only wakes */
        lcd->lit = true;
    } else if (!down && was_down && !lcd->done[key]) {
        act(lcd, inverter, key, now_ms);
    }
}

/* ENTER held opens the menu while it is still down; UP and DOWN held run through values. */
static void hold_keys(struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms)
{
    if (lcd->mode == LCD_PAGES && lcd->down[LCD_ENTER] && !lcd->done[LCD_ENTER] &&
        time_reached(now_ms, lcd->down_ms[LCD_ENTER] + SETTINGS_MS)) {
        lcd->done[LCD_ENTER] = true;
        lcd->mode = LCD_LIST;
        lcd->item = 0;
    }
    bool runs = lcd->mode != LCD_PAGES && (lcd->down[LCD_UP] || lcd->down[LCD_DOWN]);
    if (runs && time_reached(now_ms, lcd->repeat_ms)) {
        enum lcd_key key = lcd->down[LCD_UP] ? LCD_UP : LCD_DOWN;
        lcd->repeat_ms = now_ms + REPEAT_MS;
        lcd->done[key] = true;
        act(lcd, inverter, key, now_ms);
    }
}

bool lcd_take_request(struct lcd *lcd, enum setting_id *id, int32_t *value)
{
    if (lcd->asks == LCD_NO_REQUEST) {
        return false;
    }
    *id = (enum setting_id)lcd->asks;
    *value = lcd->asks_value;
    lcd->asks = LCD_NO_REQUEST;
    return true;
}

void lcd_answer(struct lcd *lcd, bool taken, uint32_t now_ms)
{
    if (!taken) {
        refuse(lcd, now_ms);
    }
}

/* --- time --- */

/* New faults and alarms sound; a change of the source reminds. */
static void listen(struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms)
{
    uint64_t fresh = inverter->active & ~lcd->known;
    lcd->known = inverter->active;
    for (int i = 0; i < FAULT_COUNT && fresh != 0; i++) {
        if ((fresh >> i & 1) == 0) {
            continue;
        }
        bool fault = inverter->profile->faults[i].class == CLASS_FAULT;
        *(fault ? &lcd->fault_sounds : &lcd->alarm_sounds) = true;
        *(fault ? &lcd->fault_ms : &lcd->alarm_ms) = now_ms;
        if (fault && lcd->mode == LCD_PAGES) {
            lcd->lit = true;
            turn_to(lcd, inverter->profile->n_pages, TURN_MS, now_ms);
        }
    }
    bool sun = inverter->out.feed == FEED_INVERTER && inverter->pv_ok;
    if (inverter->out.feed != lcd->carried_by || sun != lcd->by_sun) { /* the main input source */
        lcd->carried_by = inverter->out.feed;
        lcd->by_sun = sun;
        lcd->reminds = true;
        lcd->remind_ms = now_ms;
    }
}

/* A sound that is over is forgotten: the counter comes round to where it began. */
static void forget_sounds(struct lcd *lcd, uint32_t now_ms)
{
    const struct {
        bool *sounds;
        uint32_t since_ms;
    } all[] = {{&lcd->alarm_sounds, lcd->alarm_ms},
               {&lcd->fault_sounds, lcd->fault_ms},
               {&lcd->reminds, lcd->remind_ms}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (*all[i].sounds && time_reached(now_ms, all[i].since_ms + SOUNDS_OVER_MS)) {
            *all[i].sounds = false;
        }
    }
}

static void turn_pages(struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms)
{
    int n = inverter->profile->n_pages;
    if (lcd->mode != LCD_PAGES || !time_reached(now_ms, lcd->turn_ms)) {
        return;
    }
    if (has_class(inverter, CLASS_FAULT)) {
        turn_to(lcd, n, TURN_MS, now_ms); /* stays there (O-63) */
    } else {
        turn_to(lcd, lcd->page < n ? lcd->page + 1 : 1, TURN_MS, lcd->turn_ms);
        if (time_reached(now_ms, lcd->turn_ms)) { /* a long step */
            lcd->turn_ms = now_ms + TURN_MS;
        }
    }
}

void lcd_tick(struct lcd *lcd, const struct inverter *inverter, uint32_t now_ms)
{
    listen(lcd, inverter, now_ms);
    forget_sounds(lcd, now_ms);
    hold_keys(lcd, inverter, now_ms);
    turn_pages(lcd, inverter, now_ms);
    if (lcd->refused && time_reached(now_ms, lcd->refused_ms + REFUSED_MS)) {
        lcd->refused = false;
    }
    if (lcd->mode != LCD_PAGES && time_reached(now_ms, lcd->touched_ms + LEAVE_MS)) {
        leave_menu(lcd, now_ms);
    }
    bool idle = inverter->out.state == INVERTER_STANDBY && inverter->set[SET_POWER_ON] == 0;
    if (idle && time_reached(now_ms, lcd->touched_ms + DARK_MS)) {
        lcd->lit = false;
    } else if (!idle) {
        lcd->lit = true;
    }
}
