/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_JBD_H
#define HEARTH_CORE_PROTO_JBD_H

/*
 * JBD (Overkill, Xiaoxiang) General Protocol V4, one pack a line, no address.
 *
 *   request  DD  A5 read | 5A write  register  length  data  sum(2)  77
 *   reply    DD  register  00 | 80 error       length  data  sum(2)  77
 * The sum is the two's complement of all from the register (request) or from the status (reply:
 * the register is not in it) to the data.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/proto/battery_bank.h"
#include "core/units.h"

enum {
    JBD_START = 0xDD,
    JBD_END = 0x77,
    JBD_READ = 0xA5,
    JBD_WRITE = 0x5A,
    JBD_ERROR = 0x80,
    JBD_BASIC = 0x03,
    JBD_CELLS = 0x04,
    JBD_NAME = 0x05,
    JBD_COUNTS = 0xAA,
    JBD_MOS = 0xE1,
    JBD_FACTORY = 0x00, /* 5678 opens the parameters; 0000 or 2828 to register 01 closes them */
    JBD_FACTORY_END = 0x01,
    JBD_FRAME_MAX = 7 + 255
};

/* Date of making, packed: day, month, year from 2000. */
struct jbd_date {
    uint16_t year;
    uint8_t month, day;
};

/* Frames; each returns the length. */
size_t jbd_request(uint8_t *out, bool write, uint8_t reg, const uint8_t *data, uint8_t n);
size_t jbd_reply(uint8_t *out, uint8_t reg, bool error, const uint8_t *data, uint8_t n);

/* What bytes begin with: length of a whole right frame, 0 for more, -1 for none. */
int jbd_request_length(const uint8_t *bytes, size_t n);
int jbd_reply_length(const uint8_t *bytes, size_t n);

/* Data of 0x03: of a pack; and to a pack, 0 or -1 when it does not fit. */
uint8_t jbd_basic_encode(const struct pack_view *pack, uint8_t *data);
int jbd_basic_decode(const uint8_t *data, size_t n, struct pack_view *pack,
                     struct jbd_date *date) MUST_USE;
/* Data of 0x04. */
uint8_t jbd_cells_encode(const struct pack_view *pack, uint8_t *data);
int jbd_cells_decode(const uint8_t *data, size_t n, struct pack_view *pack) MUST_USE;

#endif
