/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_PACE_ASCII_H
#define HEARTH_CORE_PROTO_PACE_ASCII_H

/*
 * PACE ASCII, version 0x25 (2018-07-05): what its PC tool and RS485 hosts ask, both ends. The frame
 * is ascii_frame.h, CID1 0x46 (0x4F on some). Temperatures count from 2730, not 2731. Facts and
 * doubts: docs/protocols.md.
 */

#include "core/proto/ascii_frame.h"
#include "core/proto/battery_bank.h"
#include "core/proto/rs485.h"

enum {
    PACE_VERSION = 0x25,
    PACE_CID1 = 0x46,
    PACE_CID1_OTHER = 0x4F,
    PACE_GET_ANALOG = 0x42,
    PACE_GET_STATUS = 0x44,
    PACE_GET_PACKS = 0x90,
    PACE_SWITCHES = 0x99,
    PACE_CHARGE_MOS = 0x9A,
    PACE_DISCHARGE_MOS = 0x9B,
    PACE_SHUT_DOWN = 0x9C,
    PACE_GET_RECORD = 0xA1,
    PACE_GET_CAPACITY = 0xA6,
    PACE_GET_CLOCK = 0xB1,
    PACE_SET_CLOCK = 0xB2,
    PACE_GET_VERSION = 0xC1,
    PACE_GET_NAMES = 0xC2,
    PACE_ADMIN_FIRST = 0xF0, /* ours: + enum desk_admin, INFO its text */
    PACE_ADMIN_TEXT = 64,
    PACE_ALL_PACKS = 0xFF,
    PACE_VERSION_LENGTH = 20,
    PACE_NAMES_LENGTH = 40, /* serial number, model */
    PACE_RECORD_FLAGS = 12
};

enum pace_rtn {
    PACE_OK = 0x00,
    PACE_BAD_SUM = 0x02,
    PACE_BAD_LENGTH_SUM = 0x03,
    PACE_BAD_COMMAND = 0x04,
    PACE_REFUSED = 0x09
};

/* Orders of 0x99. What they do is what the wire shows; the document has some of them swapped. */
enum pace_order {
    ORDER_LED_OFF = 0x06,
    ORDER_LED_ON = 0x07,
    ORDER_HIGH_GEAR = 0x08,
    ORDER_LOW_GEAR = 0x09,
    ORDER_LIMITER_OFF = 0x0A,
    ORDER_LIMITER_ON = 0x0B,
    ORDER_BUZZER_OFF = 0x0C,
    ORDER_BUZZER_ON = 0x0D
};

/* The control byte: switches as they stand. */
enum {
    CONTROL_BUZZER = 1 << 0,
    CONTROL_CHARGE_OFF = 1 << 1, /* by order */
    CONTROL_DISCHARGE_OFF = 1 << 2,
    CONTROL_LOW_GEAR = 1 << 3,
    CONTROL_LIMITER = 1 << 4,
    CONTROL_LED = 1 << 5
};

/* One record of the event memory; its flags are not decoded by anyone. */
struct pace_record {
    struct desk_clock at;
    struct pack_view pack;
    uint8_t flags[PACE_RECORD_FLAGS];
};

/* One pack of 0x42 and of 0x44 at info[*offset]: put returns the length; take moves *offset behind
   the pack, 0 or -1 for what does not fit. Vendors' extras behind a pack are passed over. */
uint16_t pace_analog_put(const struct pack_view *pack, uint8_t *to);
int pace_analog_take(const uint8_t *info, size_t length, size_t *offset,
                     struct pack_view *pack) MUST_USE;
uint16_t pace_status_put(const struct pack_view *pack, uint8_t control, uint8_t *to);
int pace_status_take(const uint8_t *info, size_t length, size_t *offset, struct pack_view *pack,
                     uint8_t *control) MUST_USE;

uint16_t pace_record_put(const struct desk_record *record, uint8_t *info);
int pace_record_take(const uint8_t *info, size_t length, struct pace_record *record) MUST_USE;

uint16_t pace_clock_put(const struct desk_clock *clock, uint8_t *info);
int pace_clock_take(const uint8_t *info, size_t length, struct desk_clock *clock) MUST_USE;

/* Return codes a reply may have where a request has its command. */
static inline bool pace_is_return_code(uint8_t code) { return code <= 0x0F; }

#endif
