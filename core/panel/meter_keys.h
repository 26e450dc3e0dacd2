/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PANEL_METER_KEYS_H
#define HEARTH_CORE_PANEL_METER_KEYS_H

/*
 * The keys of the meters' own displays, as far as installing them needs: setting the address.
 *
 *   DTSU666  measure --SET--> password 701 (arrow +1, SET next digit) --SET--> settings --SET-->
 *            port --SET--> protocol --SET--> baud --SET--> address: arrow +1, ESC stores.
 *            ESC goes back, from a page to settings, from there to the measure display.
 *   DDSU666  one button. measure --long--> switching page, press chooses the next entry, 2 s
 *            without a press enter it; on the address page press changes 1 and 2, and 2 s without
 *            one store it and lead back.
 *
 * Source: manual 001 s4.8, figures 4.18 and 4.19. Where the print leaves it open: SET on a page
 * whose value was not touched goes on to the next page (the print has another SET before the
 * arrow; on the address page, the last, it changes nothing); a wrong password leads back to the
 * measure display; the switching page begins on "back", then address, then baud rate.
 */

#include "core/proto/meter.h"

enum meter_key { METER_KEY_SET, METER_KEY_ESC, METER_KEY_ARROW, METER_KEY_PRESS, METER_KEY_LONG };

enum meter_page {
    METER_PAGE_MEASURE,
    METER_PAGE_PASSWORD,
    METER_PAGE_SETTINGS,
    METER_PAGE_PORT,
    METER_PAGE_PROTOCOL,
    METER_PAGE_BAUD,
    METER_PAGE_ADDRESS,
    METER_PAGE_SWITCH /* DDSU666 */
};

enum { METER_DIGITS = 3, METER_KEY_WAIT_MS = 2000 };

struct meter_keys {
    enum meter_page page;
    uint8_t shown;               /* which value the measure display shows; entry of SWITCH */
    uint8_t digit[METER_DIGITS]; /* of the password, first digit first */
    uint8_t cursor;
    uint16_t value;      /* of the page's word, as it is shown */
    uint32_t pressed_ms; /* the last key */
};

void meter_keys_init(struct meter_keys *keys);

/* A key was pressed and let go of; the words stored are those of the meter. Keys the meter does not
   have do nothing. */
void meter_keys_press(struct meter_keys *keys, struct meter_unit *meter, enum meter_key key,
                      uint32_t now_ms);

/* Time passes: what waits for no key. */
void meter_keys_tick(struct meter_keys *keys, struct meter_unit *meter, uint32_t now_ms);

#endif
