/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_CAN_DIALECT_H
#define HEARTH_CORE_PROTO_CAN_DIALECT_H

/*
 * The CAN dialects in which a 48 V battery talks to its inverter, as tables: every dialect is a
 * list of slots, a slot is a message with the length it is sent with, a message is rows of
 * signals, flags, pairs and texts. One encoder and one decoder walk them; so do the DBC writer and
 * `hearth decode`. Facts and their trust: docs/protocols.md.
 *
 * 1. A part of the report that was not heard is not sent: its message is withheld, or its field
 *    holds what the dialect says for "not known".
 * 2. A limit is rounded down and saturates, and is never raised into a dialect's range; a discharge
 *    voltage is rounded up and never lowered. A charge voltage of 0 is never sent and never taken.
 * 3. A frame is taken whole or not at all, but for a current limit of 0 in a broken one, which is a
 *    stop; any length that reaches the end of its first field will do, what lies beyond stays as it
 *    was and is not heard.
 * 4. A 29-bit or remote frame is never of a dialect.
 */

#include "core/proto/can.h"
#include "core/proto/report_field.h"
#include "core/units.h"

enum { CAN_SET_MAX = 24, CAN_PAIRS = 16, CAN_QUICK_STOP_ID = 0x00F, CAN_SHUTDOWN_ID = 0x300 };

enum can_dialect_id {
    CAN_PYLON,
    CAN_PYLON13,
    CAN_PYLON20,
    CAN_GROWATT,
    CAN_GOODWE,
    CAN_SMA,
    CAN_SOFAR,
    CAN_VICTRON,
    CAN_DEYE,
    CAN_DEYE_PCS,
    CAN_LUXPOWER,
    CAN_DIALECT_COUNT
};

enum can_type { TYPE_U8, TYPE_U16, TYPE_S16, TYPE_U24, TYPE_U32 };

/* How a value becomes counts, and counts a value. */
enum {
    RULE_DOWN = 1 << 0, /* else to the nearest */
    RULE_UP = 1 << 1,
    RULE_MAGNITUDE = 1 << 2, /* either sign is taken */
    RULE_NEGATED = 1 << 3,
    RULE_NEVER_ZERO = 1 << 4,  /* 0 withholds the message; a 0 heard breaks it */
    RULE_ZERO_ABSENT = 1 << 5, /* a 0 heard says nothing */
    RULE_SHOWN = 1 << 6,       /* sent, and shown, but not taken: another message tells it */
    RULE_COARSE = 1 << 7,      /* only taken when it contradicts what is known finer */
    RULE_ALL_ONES = 1 << 8,    /* a yes is 0xFF */
    RULE_DEFAULT = 1 << 9,     /* `invalid` heard means `otherwise`, and is sent for not known */
    RULE_ABSENT_IS_ZERO = 1 << 10, /* a frame that ends before sets the field to 0 */
    RULE_LEFT_OUT = 1 << 11        /* the last of its frame: not known, the frame ends before it */
};

struct can_signal {
    const char *name;     /* in the DBC file, and shown */
    const char *point;    /* of one without a place in the report; may hold "packN" */
    uint8_t field;        /* enum report_field */
    uint8_t byte, type;   /* first byte; enum can_type */
    uint8_t shift, width; /* bits of it; width 0: all */
    uint16_t rule;
    int32_t unit;               /* of the report's units make a count */
    int32_t offset;             /* counts at a value of 0 */
    int32_t low, high;          /* counts that are allowed; both 0: what the type holds */
    int32_t fixed;              /* what a field that is none in the report is sent as */
    int32_t invalid, otherwise; /* RULE_DEFAULT, counts */
};

struct can_flag {
    uint8_t byte, bit;
    bool alarm;
    const char *name;
    uint32_t send, primary; /* REPORT_*: that raise it; that it raises */
};

struct can_pair {
    const char *name;
    uint32_t send, primary;
};

struct can_text {
    const char *name;
    uint8_t byte, length;
    uint8_t text, at;   /* enum report_text and where in it */
    uint8_t pack_field; /* 0, or the FIELD_*_PACK of a place written as a text */
    char pad;
};

struct can_message {
    uint32_t id;
    const char *name;
    uint8_t least; /* up to the end of its first field */
    uint8_t span;  /* ids: one for each pack; 0 as 1 */
    bool from_inverter;
    uint32_t needs;  /* HEARD_*: all of them, or it is withheld */
    uint32_t heard;  /* that it sets besides its fields', with its protections */
    uint32_t unless; /* with one of these it is not taken */
    uint8_t n_signals, n_flags, n_texts;
    const struct can_signal *signals;
    const struct can_flag *flags;
    const struct can_text *texts;
    const struct can_pair *pairs; /* CAN_PAIRS of them; protections, then alarms */
    /* sets right what some senders scale otherwise; used by a listener */
    void (*settle)(struct battery_report *report);
};

struct can_slot {
    const struct can_message *message;
    uint8_t length; /* as sent; 0: only heard */
};

enum {
    DIALECT_BIG_ENDIAN = 1 << 0,
    DIALECT_DROPS = 1 << 1,   /* a value out of range is passed over, the frame is not broken */
    DIALECT_LATCHES = 1 << 2, /* a pair of 00 or 11 changes nothing */
    DIALECT_STOPS_BY_VOLTAGE = 1 << 3, /* charging is stopped by a lower charge voltage */
    DIALECT_WHOLE_FRAMES = 1 << 4      /* readers that refuse a frame of less than 8 bytes */
};

struct can_dialect {
    const char *name; /* on the command line */
    const char *title, *version, *maker_name;
    const char *source;
    const struct can_slot *slots; /* in send order; ends with no message */
    uint8_t flags;
    uint16_t kbit_s;
    uint16_t period_ms;
    uint32_t alive_id, limits_id;
    uint32_t warn_ms, lost_ms; /* silence at the inverter's end */
};

extern const struct can_dialect can_dialects[CAN_DIALECT_COUNT];

enum can_verdict { CAN_TAKEN, CAN_UNKNOWN, CAN_BROKEN };

/* Writes the whole set in send order; returns how many frames. */
int can_dialect_encode(const struct can_dialect *dialect, const struct battery_report *report,
                       struct can_frame *frames);

/* Writes one message; false: it is withheld. */
bool can_slot_encode(const struct can_dialect *dialect, const struct can_slot *slot,
                     const struct battery_report *report, struct can_frame *frame);

/* Takes one frame of the battery's into the report. */
enum can_verdict can_dialect_decode(const struct can_dialect *dialect,
                                    const struct can_frame *frame, struct battery_report *report);

/* Rounds a report to what the frames can say: what a listener holds that heard nothing before. */
void can_dialect_quantize(const struct can_dialect *dialect, struct battery_report *report);

/* The same for one that holds `heard` already: what the dialect does not carry stays. */
void can_dialect_pass(const struct can_dialect *dialect, const struct battery_report *said,
                      struct battery_report *heard);

/* The slot of a frame, of either direction; NULL: none. */
const struct can_slot *can_dialect_slot(const struct can_dialect *dialect,
                                        const struct can_frame *frame);

/* Counts of a signal; false: the frame ends before it. */
bool can_signal_counts(const struct can_dialect *dialect, const struct can_signal *signal,
                       const struct can_frame *frame, int32_t *counts);

/* The value in the field's unit. */
int32_t can_signal_value(const struct can_signal *signal, int32_t counts);

/* The nearest counts, or those below or above, held in the range for sending. */
int32_t can_signal_counts_of(const struct can_signal *signal, int32_t value);

/* The counts its rows allow; what a type holds otherwise. */
void can_signal_range(const struct can_signal *signal, int32_t *low, int32_t *high);

/* The counts a value is held in when it is sent: a charge voltage or a current limit is never
   raised into the range, a discharge voltage neither raised nor lowered. */
void can_signal_send_range(const struct can_signal *signal, int32_t *low, int32_t *high);

uint8_t can_type_bytes(enum can_type type);

#endif
