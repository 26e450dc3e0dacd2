/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_HOSTLINK_H
#define HEARTH_CORE_PROTO_HOSTLINK_H

/*
 * The host link of an inverter behind one face: a server is the inverter's end, a client the
 * reader's. Both are pure: bytes in, bytes out, time as `now_ms`; the caller owns the port.
 *
 *   pi30          text lines over RS232, core/proto/pi30.h
 *   srne-modbus   Modbus registers over RS485, core/proto/srne.h
 */

#include "core/proto/inverter_view.h"
#include "core/proto/modbus_rtu.h"

enum hostlink_protocol { HOSTLINK_PI30, HOSTLINK_SRNE, HOSTLINK_COUNT };

enum { HOSTLINK_FRAME_MAX = 260, HOSTLINK_BATCH = 32, HOSTLINK_TRIES = 3 };

struct hostlink_facts {
    const char *name;
    uint32_t baud; /* default; always 8N1 */
    uint16_t timeout_ms, gap_ms;
    uint8_t address; /* default; 0: the line has no addresses */
};
extern const struct hostlink_facts hostlink_facts[HOSTLINK_COUNT];

/* Orders that are no settings. */
enum hostlink_order {
    ORDER_RESTART,      /* faults are forgotten, as by a person's restart */
    ORDER_DEFAULTS,     /* settings as delivered */
    ORDER_CLEAR_ENERGY, /* counters to zero */
    ORDER_CLEAR_FAULTS  /* the fault records */
};

struct hostlink_value {
    enum setting_id id;
    int32_t value; /* at rest */
};

struct hostlink_record { /* a fault that was, newest 0 */
    enum fault_id fault;
    struct view_clock at;
};

/* What a request may do to the inverter. A function that is NULL refuses. */
struct hostlink_desk {
    void *context;
    /* all of them, in whatever order they go in, or none: why the first was refused */
    enum setting_verdict (*set)(void *context, const struct hostlink_value *values, size_t n);
    bool (*order)(void *context, enum hostlink_order order);
    bool (*set_clock)(void *context, const struct view_clock *clock);
    bool (*record)(void *context, unsigned index, struct hostlink_record *record);
    /* brings the view up to now; for who owns a port, before a request is looked for */
    void (*refresh)(void *context);
};

/* What a server answers from. */
struct hostlink_job {
    const struct inverter_view *view;
    const struct inverter_profile *profile;
    const struct hostlink_desk *desk;
    uint32_t now_ms;
};

struct hostlink_server {
    enum hostlink_protocol protocol;
    uint32_t requests, replies, refusals;
    uint32_t broken, foreign; /* wrong sums; right frames that were not for us */
    uint32_t dropped;         /* bytes outside of frames */
    /* private */
    uint32_t heard_ms;
    struct hostlink_value values[HOSTLINK_BATCH]; /* of the write in hand */
    uint16_t n;
    uint8_t bytes[HOSTLINK_FRAME_MAX];
};

void hostlink_server_init(struct hostlink_server *server, enum hostlink_protocol protocol);

/* Takes bytes up to the end of one whole request and answers it: the reply's length, 0 for none.
   `used` says how many were taken; call again while some are left, and with n = 0 when the line is
   quiet, until it returns 0. `reply` has room for HOSTLINK_FRAME_MAX. */
size_t hostlink_server_take(struct hostlink_server *server, const uint8_t *bytes, size_t n,
                            size_t *used, const struct hostlink_job *job, uint8_t *reply);

enum hostlink_write {
    HOSTLINK_IDLE,
    HOSTLINK_WAITS, /* asked for, not answered yet */
    HOSTLINK_TAKEN,
    HOSTLINK_REFUSED,   /* `refusal` says how */
    HOSTLINK_UNHEARD,   /* nobody answered */
    HOSTLINK_IMPOSSIBLE /* the protocol has no word for it */
};

/*
 * The reader's end. It asks in rounds: what moves each time, settings in the first round and then
 * every `settings_every`th. What a device refuses is not asked again.
 */
struct hostlink_client {
    enum hostlink_protocol protocol;
    uint8_t address;
    uint16_t timeout_ms, gap_ms;
    uint32_t period_ms; /* from round to round; 0: without a pause */
    uint32_t settings_every;
    uint32_t asked, answered, missed, refused, broken, rounds;
    bool silent; /* missed HOSTLINK_TRIES questions in a row */
    struct inverter_view view;
    enum hostlink_write write;
    uint8_t refusal; /* Modbus' exception, 0 of a NAK */
    /* private */
    struct hostlink_value wanted;
    uint32_t asked_ms, due_ms, round_ms, skipped;
    uint8_t step, tries;
    bool in_round, waiting, writing, started, settings_due;
    uint16_t n;
    uint8_t bytes[HOSTLINK_FRAME_MAX];
};

void hostlink_client_init(struct hostlink_client *client, enum hostlink_protocol protocol,
                          uint8_t address);

/* The next request when it is due: its length, 0 when there is nothing to send now. `out` has room
   for HOSTLINK_FRAME_MAX. */
size_t hostlink_client_poll(struct hostlink_client *client, uint32_t now_ms, uint8_t *out);

/* Takes what came, also nothing. True when an answer was complete. */
bool hostlink_client_take(struct hostlink_client *client, const uint8_t *bytes, size_t n,
                          uint32_t now_ms);

/* Has a setting written; `client->write` says what became of it. */
void hostlink_client_write(struct hostlink_client *client, enum setting_id id, int32_t value);

/* Whether the protocol can say this setting at all, and whether two of its values are one there. */
bool hostlink_writes(enum hostlink_protocol protocol, enum setting_id id);
bool hostlink_same(enum hostlink_protocol protocol, enum setting_id id, int32_t a, int32_t b);

/* What a device's own fault code means: its name in the protocol's words, "" for none. */
const char *hostlink_code_name(enum hostlink_protocol protocol, uint16_t code);

/* --- private to core/proto --- */

/* Numbers of a protocol that stand for values at rest, in the order of preference: the first that
   fits is said, the first that is heard counts. Ends with code -1. */
struct hostlink_code {
    int16_t code;
    int32_t value;
};
int32_t hostlink_code_of(const struct hostlink_code *codes, int32_t value);
bool hostlink_value_of(const struct hostlink_code *codes, int32_t code, int32_t *value);

/* The words of both protocols for each fault. */
struct hostlink_fault {
    int8_t warning;         /* PI30: place in QPIWS; -1: none */
    uint8_t code;           /* PI30: fault code of QPGS; 0: none */
    uint16_t register_code; /* SRNE */
};
extern const struct hostlink_fault hostlink_faults[FAULT_COUNT];

/* A protocol's own part of both ends. */
struct hostlink_end {
    /* takes one byte of what is held: the reply's length */
    size_t (*server_byte)(struct hostlink_server *server, uint8_t byte,
                          const struct hostlink_job *job, uint8_t *reply);
    /* the line fell quiet with bytes held */
    size_t (*server_quiet)(struct hostlink_server *server, const struct hostlink_job *job,
                           uint8_t *reply);
    uint16_t pause_ms;       /* more of it within a frame ends it */
    uint8_t n_steps, n_live; /* the first n_live are asked in each round */
    size_t (*ask)(const struct hostlink_client *client, uint8_t step, uint8_t *out);
    size_t (*ask_write)(const struct hostlink_client *client, uint8_t *out);
    /* looks at client->bytes: 0 not whole yet, < 0 garbage at the head, else HOSTLINK_ANSWER_* */
    int (*answer)(struct hostlink_client *client);
    bool (*writes)(enum setting_id id);
    bool (*same)(enum setting_id id, int32_t a, int32_t b);
    const char *(*code_name)(uint16_t code);
};
enum {
    HOSTLINK_ANSWER_MORE = 0,
    HOSTLINK_ANSWER_GOOD = 1,
    HOSTLINK_ANSWER_REFUSED = 2,
    HOSTLINK_ANSWER_BROKEN = -1
};
extern const struct hostlink_end pi30_end, srne_end;

#endif
