/* SPDX-License-Identifier: Apache-2.0 */
#include "core/panel/meter_keys.h"

#include <string.h>

enum { N_SHOWN = 10, TEN = 10, ENTRY_BACK = 0, N_ENTRIES = 3, GRID = 1, PV = 2 };

/* Where SET leads from a page that is only looked at, and what the arrow changes there. */
static const struct page_row {
    enum meter_page next, back;
    enum meter_word word;
} pages[] = {
    [METER_PAGE_SETTINGS] = {METER_PAGE_PORT, METER_PAGE_MEASURE, WORD_OTHER},
    [METER_PAGE_PORT] = {METER_PAGE_PROTOCOL, METER_PAGE_SETTINGS, WORD_OTHER},
    [METER_PAGE_PROTOCOL] = {METER_PAGE_BAUD, METER_PAGE_SETTINGS, WORD_PROTOCOL},
    [METER_PAGE_BAUD] = {METER_PAGE_ADDRESS, METER_PAGE_SETTINGS, WORD_BAUD},
    [METER_PAGE_ADDRESS] = {METER_PAGE_ADDRESS, METER_PAGE_SETTINGS, WORD_ADDRESS},
};

/* Entries of the DDSU666's switching page. */
static const enum meter_page entries[N_ENTRIES] = {
    [ENTRY_BACK] = METER_PAGE_MEASURE, METER_PAGE_ADDRESS, METER_PAGE_BAUD};

void meter_keys_init(struct meter_keys *keys) { memset(keys, 0, sizeof *keys); }

static void enter(struct meter_keys *keys, const struct meter_unit *meter, enum meter_page page)
{
    keys->page = page;
    keys->cursor = 0;
    memset(keys->digit, 0, sizeof keys->digit);
    if (page >= METER_PAGE_PROTOCOL && page <= METER_PAGE_ADDRESS) {
        keys->value = meter_unit_word(meter, pages[page].word);
    }
}

/* One more, from the highest back to the lowest. */
static void raise(struct meter_keys *keys, const struct meter_unit *meter)
{
    int i = meter_word_index(meter->type, pages[keys->page].word);
    if (i >= 0) {
        const struct meter_word_row *row = &meter_maps[meter->type].words[i];
        keys->value = keys->value >= row->max ? row->min : (uint16_t)(keys->value + 1);
    }
}

static void store(const struct meter_keys *keys, struct meter_unit *meter)
{
    if (keys->page >= METER_PAGE_PROTOCOL && keys->page <= METER_PAGE_ADDRESS) {
        (void)meter_unit_set_word(meter, pages[keys->page].word, keys->value);
    }
}

/* --- DTSU666 --- */

static void press_password(struct meter_keys *keys, const struct meter_unit *meter,
                           enum meter_key key)
{
    if (key == METER_KEY_ARROW) {
        keys->digit[keys->cursor] = (uint8_t)((keys->digit[keys->cursor] + 1) % TEN);
        return;
    }
    if (key == METER_KEY_ESC) {
        enter(keys, meter, METER_PAGE_MEASURE);
        return;
    }
    bool untouched = keys->cursor == 0 && keys->digit[0] == 0;
    if (untouched) {
        return; /* the print has SET once or twice before the first digit */
    }
    if (++keys->cursor < METER_DIGITS) {
        return;
    }
    unsigned code = (unsigned)(keys->digit[0] * TEN + keys->digit[1]) * TEN + keys->digit[2];
    bool right = code == meter_unit_word(meter, WORD_PASSWORD);
    enter(keys, meter, right ? METER_PAGE_SETTINGS : METER_PAGE_MEASURE);
}

static void press_page(struct meter_keys *keys, struct meter_unit *meter, enum meter_key key)
{
    const struct page_row *row = &pages[keys->page];
    if (key == METER_KEY_ARROW) {
        raise(keys, meter);
        return;
    }
    store(keys, meter);
    enter(keys, meter, key == METER_KEY_SET ? row->next : row->back);
}

static void press_dtsu(struct meter_keys *keys, struct meter_unit *meter, enum meter_key key)
{
    switch (keys->page) {
    case METER_PAGE_MEASURE:
        if (key == METER_KEY_SET) {
            enter(keys, meter, METER_PAGE_PASSWORD);
        } else if (key == METER_KEY_ARROW) {
            keys->shown = (uint8_t)((keys->shown + 1) % N_SHOWN);
        }
        return;
    case METER_PAGE_PASSWORD: press_password(keys, meter, key); return;
    case METER_PAGE_SETTINGS:
    case METER_PAGE_PORT:
    case METER_PAGE_PROTOCOL:
    case METER_PAGE_BAUD:
    case METER_PAGE_ADDRESS: press_page(keys, meter, key); return;
    case METER_PAGE_SWITCH: return;
    }
}

/* --- DDSU666 --- */

static void press_ddsu(struct meter_keys *keys, const struct meter_unit *meter, enum meter_key key)
{
    if (key == METER_KEY_LONG) {
        enter(keys, meter, METER_PAGE_SWITCH);
        keys->shown = ENTRY_BACK;
    } else if (keys->page == METER_PAGE_SWITCH) {
        keys->shown = (uint8_t)((keys->shown + 1) % N_ENTRIES);
    } else if (keys->page == METER_PAGE_ADDRESS) {
        keys->value = keys->value == GRID ? PV : GRID;
    } else if (keys->page == METER_PAGE_BAUD) {
        raise(keys, meter);
    } else {
        keys->shown = (uint8_t)((keys->shown + 1) % N_SHOWN);
    }
}

void meter_keys_press(struct meter_keys *keys, struct meter_unit *meter, enum meter_key key,
                      uint32_t now_ms)
{
    meter_keys_tick(keys, meter, now_ms);
    keys->pressed_ms = now_ms;
    if (meter->type == METER_DTSU666 && key <= METER_KEY_ARROW) {
        press_dtsu(keys, meter, key);
    } else if (meter->type == METER_DDSU666 && key >= METER_KEY_PRESS) {
        press_ddsu(keys, meter, key);
    }
}

void meter_keys_tick(struct meter_keys *keys, struct meter_unit *meter, uint32_t now_ms)
{
    if (meter->type != METER_DDSU666 || keys->page == METER_PAGE_MEASURE ||
        !time_reached(now_ms, keys->pressed_ms + METER_KEY_WAIT_MS)) {
        return;
    }
    enum meter_page next =
        keys->page == METER_PAGE_SWITCH ? entries[keys->shown] : METER_PAGE_MEASURE;
    store(keys, meter);
    enter(keys, meter, next);
    keys->shown = 0;
    keys->pressed_ms = now_ms;
}
