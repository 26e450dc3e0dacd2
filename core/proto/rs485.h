/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_RS485_H
#define HEARTH_CORE_PROTO_RS485_H

/*
 * The serial battery protocols behind one face: a server is the battery's end, a client the
 * reader's. Both are pure: bytes in, bytes out, time as `now_ms`; the caller owns the port. Frames
 * are found in a stream of any pieces; garbage between them is dropped and counted.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/proto/battery_bank.h"
#include "core/units.h"

enum rs485_protocol {
    RS485_PYLON,
    RS485_VOLTRONIC,
    RS485_GROWATT,
    RS485_PACE,
    RS485_PACE_MODBUS,
    RS485_JBD,
    RS485_COUNT
};

enum { RS485_FRAME_MAX = 2066 }; /* the longest frame of any of them */

/* How each is spoken: line, time-outs (docs/protocols.md). */
struct rs485_facts {
    const char *name; /* as on the command line: pylon-rs485 */
    uint32_t baud;    /* default; always 8N1 */
    uint16_t timeout_ms, gap_ms; /* to wait for a reply; between requests */
    uint8_t first_address, last_address;
};
extern const struct rs485_facts rs485_facts[RS485_COUNT];

/*
 * What a request may do to a battery. A server asks before it acts; a function that is NULL, or
 * says false, makes the reply a refusal in the protocol's own words.
 */
enum desk_switch { DESK_BUZZER, DESK_LED_ALARM, DESK_LIMITER, DESK_CHARGE_MOS, DESK_DISCHARGE_MOS };

struct desk_clock {
    uint16_t year;
    uint8_t month, day, hour, minute, second;
};

struct desk_record { /* one of the event memory, newest 0 */
    struct desk_clock at;
    const struct pack_view *pack; /* as it was */
};

struct bank_desk {
    void *context;
    /* parameters by their meaning (enum parameter_id of core/product), values in the parameter's
       own unit; false: this pack has none such, or refuses the value */
    bool (*get)(void *context, uint8_t pack, unsigned parameter, int32_t *value);
    bool (*set)(void *context, uint8_t pack, unsigned parameter, int32_t value);
    bool (*get_clock)(void *context, uint8_t pack, struct desk_clock *clock);
    bool (*set_clock)(void *context, uint8_t pack, const struct desk_clock *clock);
    bool (*flip)(void *context, uint8_t pack, enum desk_switch which, bool on);
    bool (*shut_down)(void *context, uint8_t pack);
    bool (*record)(void *context, uint8_t pack, uint16_t index, struct desk_record *record);
    /* limits a master lends for 10 s (Pylon 0x94) */
    bool (*lend)(void *context, uint8_t pack, const struct pack_view *limits);
};

#endif
