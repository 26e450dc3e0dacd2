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

#include "core/proto/ascii_frame.h"
#include "core/proto/battery_bank.h"
#include "core/proto/modbus_rtu.h"
#include "core/units.h"

enum rs485_protocol {
    RS485_PYLON,
    RS485_VOLTRONIC,
    RS485_GROWATT,
    RS485_PACE,
    RS485_PACE_MODBUS,
    RS485_JBD,
    RS485_COUNT, /* of those with both ends; what follows is only read */
    RS485_SEPLOS,
    RS485_SEPLOS3,
    RS485_DALY,
    RS485_JK,
    RS485_ALL
};

enum {
    RS485_FRAME_MAX = 2066, /* the longest frame of any of them */
    RS485_HELD = 400,       /* of those that are bytes: JK tells everything at once */
    RS485_JK_MAX = RS485_HELD - 8
};

/* How each is spoken: line, time-outs (docs/protocols.md). */
struct rs485_facts {
    const char *name;            /* as on the command line: pylon-rs485 */
    uint32_t baud;               /* default; always 8N1 */
    uint16_t timeout_ms, gap_ms; /* to wait for a reply; between requests */
    uint8_t first_address, last_address;
    bool tells_limits; /* of current and voltage */
};
extern const struct rs485_facts rs485_facts[RS485_ALL];

/* True when the battery's end can be played too. */
static inline bool rs485_has_server(enum rs485_protocol protocol) { return protocol < RS485_COUNT; }

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

/* What a PC does as administrator; the text that goes with it. */
enum desk_admin {
    ADMIN_LOGIN,    /* the password */
    ADMIN_PASSWORD, /* old, new and new again, each ended by a line feed */
    ADMIN_RESTORE,  /* the parameters as delivered */
    ADMIN_ERASE     /* the event memory */
};

/* Values to be written to parameters that check each other. */
enum { DESK_VALUES = 56 };
struct desk_values {
    size_t n;
    struct desk_value {
        unsigned parameter;
        int32_t value;
    } of[DESK_VALUES];
};

struct bank_desk {
    void *context;
    /* parameters by their meaning (enum parameter_id of core/product), values in the parameter's
       own unit; false: this pack has none such, or refuses the value */
    bool (*get)(void *context, uint8_t pack, unsigned parameter, int32_t *value);
    /* all of the values, in whatever order they can be taken; false: none was */
    bool (*set)(void *context, uint8_t pack, const struct desk_value *values, size_t n);
    bool (*get_clock)(void *context, uint8_t pack, struct desk_clock *clock);
    bool (*set_clock)(void *context, uint8_t pack, const struct desk_clock *clock);
    bool (*flip)(void *context, uint8_t pack, enum desk_switch which, bool on);
    bool (*shut_down)(void *context, uint8_t pack);
    bool (*record)(void *context, uint8_t pack, uint16_t index, struct desk_record *record);
    bool (*admin)(void *context, uint8_t pack, enum desk_admin what, const char *text);
    /* limits a master lends for 10 s (Pylon 0x94) */
    bool (*lend)(void *context, uint8_t pack, const struct pack_view *limits);
    /* how often each protection tripped, in the order of enum desk_count */
    bool (*count)(void *context, uint8_t pack, uint16_t *counts);
};

enum desk_count {
    COUNT_SHORT,
    COUNT_CHARGE_OC,
    COUNT_DISCHARGE_OC,
    COUNT_CELL_OV,
    COUNT_CELL_UV,
    COUNT_CHARGE_OT,
    COUNT_CHARGE_UT,
    COUNT_DISCHARGE_OT,
    COUNT_DISCHARGE_UT,
    COUNT_PACK_OV,
    COUNT_PACK_UV,
    DESK_COUNTS
};

/* `pack` above is an index into the bank. */

enum { RS485_REGISTERS = 264 }; /* the largest register image a server makes */

/* What frames of characters and frames of bytes are held in while they come. */
struct rs485_held {
    struct ascii_reader reader;
    struct ascii_frame frame; /* of a server: the request, then the reply */
    uint16_t n;               /* bytes that may become a binary frame */
    uint8_t bytes[RS485_HELD];
};

/*
 * The battery's end. Answers requests to packs of the bank, and only those; a broken one, one to
 * somebody else and another's reply get silence.
 */
struct rs485_server {
    enum rs485_protocol protocol;
    uint8_t group;     /* Pylon: m of address = n + 0x10 m */
    bool any_address;  /* PACE on a line of its own (RS232): INFO chooses the pack */
    bool plain_modbus; /* Voltronic: a byte count of one byte, as Modbus has it */
    uint32_t requests, replies, refusals;
    uint32_t broken, foreign; /* frames with a wrong sum; right ones that were no request to us */
    uint32_t dropped;         /* bytes outside of frames */
    /* private */
    uint32_t heard_ms, sent_ms, factory_ms;
    bool factory; /* JBD: parameters may be read and written */
    uint16_t n_sent;
    uint8_t sent[MODBUS_FRAME_MAX + 8]; /* to know its echo */
    uint16_t image[RS485_REGISTERS];
    struct battery_report told; /* of one pack alone */
    struct desk_values wanted;
    struct pack_view lent;
    struct rs485_held held;
};

void rs485_server_init(struct rs485_server *server, enum rs485_protocol protocol);

/* Takes bytes up to the end of one whole request and answers it: the reply's length, 0 for none.
   `used` says how many bytes were taken; call again while some are left, and with n = 0 when the
   line is quiet, until it returns 0 (half a frame is then given up, what it hid is answered).
   `reply` has room for RS485_FRAME_MAX. A desk that is NULL refuses everything that is more than
   looking. */
size_t rs485_server_take(struct rs485_server *server, const uint8_t *bytes, size_t n, size_t *used,
                         uint32_t now_ms, const struct battery_bank *bank,
                         const struct bank_desk *desk, uint8_t *reply, size_t room);

/*
 * The reader's end: asks pack after pack, one request at a time, in rounds. A pack that misses
 * three times in a row is silent, is asked again less often, and its view no longer counts.
 *
 * Where it looks for packs, the first look passes over all addresses, a few between two readings of
 * the packs that are there. From then on an address where nobody is is asked ever less often (5 s
 * doubling to 40 s); a pack that is found makes all of them likely again.
 */
struct rs485_client {
    enum rs485_protocol protocol;
    uint8_t first_address, n_packs; /* n_packs 0: looks for them */
    uint16_t timeout_ms, gap_ms;    /* of the protocol's facts; may be changed */
    uint32_t period_ms;             /* from round to round; 0: without a pause */
    uint32_t again_ms;              /* how long a silent pack is left alone */
    uint32_t fresh_ms;              /* older views do not count in `whole` */
    uint32_t asked, answered, missed, refused, broken, dropped, rounds;
    uint16_t just_heard; /* VIEW_* of the last answer, of pack `at` */
    struct client_pack {
        bool known, silent;
        uint8_t misses;         /* in a row; where nobody was ever heard, tries */
        uint8_t first_cell;     /* Growatt: where cell 1 was found */
        uint8_t n_cells;        /* Daly: how many answers come to one question */
        uint16_t skipped, done; /* steps this pack does not know; that were taken once */
        uint32_t ask_after_ms;
        uint32_t part_ms[VIEW_PARTS]; /* when each part of its view was heard */
    } pack[BANK_PACKS];
    /* private */
    struct battery_report told;    /* what the battery says of itself as a whole */
    struct battery_report scratch; /* of a unit whose registers come in several replies */
    uint32_t told_part_ms[HEARD_PARTS];
    uint32_t asked_ms, due_ms, round_ms;
    uint8_t at, step, probes; /* pack and step in hand; tries left in this round */
    bool in_round, waiting, started, changed, prepared;
    uint8_t n_sent;
    uint8_t sent[32];
    struct rs485_held held;
};

void rs485_client_init(struct rs485_client *client, enum rs485_protocol protocol, uint8_t first,
                       uint8_t n_packs);

/* The next request when it is due: its length, 0 when there is nothing to send now. */
size_t rs485_client_poll(struct rs485_client *client, uint32_t now_ms, uint8_t *out, size_t room);

/* Takes what came (also nothing, so that silent packs leave `whole`) and fills the bank: pack i is
   the one at first address + i. True when an answer was complete. */
bool rs485_client_take(struct rs485_client *client, const uint8_t *bytes, size_t n, uint32_t now_ms,
                       struct battery_bank *bank);

/* Every pack was asked once; where they are looked for, every address. */
bool rs485_client_has_looked(const struct rs485_client *client);

#endif
