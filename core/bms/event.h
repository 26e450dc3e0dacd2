/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_EVENT_H
#define HEARTH_CORE_BMS_EVENT_H

/*
 * What a pack tells of itself, in the order it happened: rows set and cleared, sleep and wake with
 * their cause, keys, writes. The event memory keeps them; a host names them with event_text().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/product/pack.h"

/* Append-only: records in non-volatile memory name these. */
enum bms_event_kind {
    EVENT_ROW_SET, /* what: enum protection_id */
    EVENT_ROW_CLEAR,
    EVENT_SLEEP, /* what: enum sleep_cause */
    EVENT_WAKE,  /* what: enum wake_cause */
    EVENT_WAKE_FAILED,
    EVENT_RESET,
    EVENT_PARAMETER, /* what: enum parameter_id */
    EVENT_DEFAULTS,
    EVENT_ERASED,
    EVENT_CLOCK,
    EVENT_PASSWORD,       /* changed */
    EVENT_PASSWORD_WRONG, /* what: wrong tries in a row */
    EVENT_PRECHARGE_FAILED,
    EVENT_PACK_LOST, /* what: address of another pack, told by the host */
    EVENT_PACK_BACK,
    EVENT_ADDRESS_CONFLICT, /* what: the address */
    EVENT_MIXED_PACKS,      /* what: address of the pack of another model */
    EVENT_JOIN_WAITS,       /* voltage too far from the stack's */
    EVENT_JOINED,
    EVENT_WARNING_SET, /* what: enum bms_warning, the cell (from 0) in the upper four bits */
    EVENT_WARNING_CLEAR,
    EVENT_MEMORY_DAMAGED, /* what: enum of the memory's region */
    EVENT_KIND_COUNT
};

/* Why a pack went to sleep (VT manual s2.4 s5.5). */
enum sleep_cause {
    SLEEP_NONE,
    SLEEP_UNDER_VOLTAGE, /* S1 */
    SLEEP_SWITCH,        /* S2 */
    SLEEP_LOW_CELL,      /* S3 */
    SLEEP_STANDBY,       /* S4 */
    SLEEP_PC,            /* S5 */
    SLEEP_KEY,           /* RST on models where it puts to sleep (ES s1.3) */
    SLEEP_HOST           /* the stack's host sleeps */
};

enum wake_cause {
    WAKE_POWER_UP,
    WAKE_CHARGER,
    WAKE_SWITCH,
    WAKE_RS232,
    WAKE_TIMER,
    WAKE_KEY,
    WAKE_HOST
};

enum bms_warning { WARN_WEAK_CELL, WARN_CONNECTION, WARN_SELF_DISCHARGE, WARN_COUNT };

struct bms_event {
    uint32_t at_ms;
    uint8_t kind; /* enum bms_event_kind */
    uint8_t what;
};

/* "OVP set", "sleep PC", "wake failed": short, for records and lists; NUL-terminated in `text`. */
void event_text(const struct protection *rows, const struct bms_event *event, char *text,
                size_t room);

/* The word of a kind alone: "sleep", "pack lost" … */
const char *event_word(enum bms_event_kind kind);

/* "weak cell" … */
const char *warning_text(enum bms_warning warning);

#endif
