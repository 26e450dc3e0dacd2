/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_RS485_ENDS_H
#define HEARTH_CORE_PROTO_RS485_ENDS_H

/* Between rs485*.c and the files of the protocols: what each protocol does at its two ends. */

#include "core/proto/rs485.h"

/* A request in hand of a server. */
struct rs485_job {
    const struct battery_bank *bank;
    const struct bank_desk *desk; /* never NULL; its functions may be */
    uint32_t now_ms;
};

/* A question of a client's round. */
struct rs485_step {
    enum rs485_when {
        STEP_EACH, /* of every pack, each round */
        STEP_ONCE, /* of every pack, when it is heard first */
        STEP_HOST  /* of the first pack, each round */
    } when;
    bool optional;        /* packs that do not answer it are not asked it again */
    uint16_t code, count; /* command; or first register and how many */
};

enum rs485_heard {
    RS485_NOT_OURS,
    RS485_GOOD,
    RS485_REFUSED /* the pack is there and says no */
};

struct rs485_end {
    const struct rs485_step *steps;
    uint8_t n_steps;
    bool ascii; /* frames of ascii_frame.h; else the first set of functions is absent */

    /* Turns held.frame, the request, into the reply; false: silence. */
    bool (*answer_frame)(struct rs485_server *server, const struct rs485_job *job);
    /* Makes held.frame the request of a step; takes held.frame, the reply to it. */
    void (*ask_frame)(struct rs485_client *client, const struct rs485_step *step);
    enum rs485_heard (*hear_frame)(struct rs485_client *client, const struct rs485_step *step,
                                   struct battery_bank *bank);

    /* What bytes begin with: length of a whole frame, 0 for more, -1 for none. */
    int (*request_length)(const uint8_t *bytes, size_t n);
    int (*foreign_length)(const uint8_t *bytes, size_t n); /* of a reply another sent */
    size_t (*answer)(struct rs485_server *server, const uint8_t *request, size_t n,
                     const struct rs485_job *job, uint8_t *reply);
    size_t (*ask)(struct rs485_client *client, const struct rs485_step *step, uint8_t *out);
    int (*reply_length)(const struct rs485_client *client, const uint8_t *bytes, size_t n);
    enum rs485_heard (*hear)(struct rs485_client *client, const struct rs485_step *step,
                             const uint8_t *bytes, struct battery_bank *bank);
};

extern const struct rs485_end rs485_pylon, rs485_voltronic, rs485_growatt, rs485_pace,
    rs485_pace_modbus, rs485_jbd, rs485_seplos, rs485_seplos3, rs485_daly, rs485_jk;
const struct rs485_end *rs485_end_of(enum rs485_protocol protocol);

/* Packs that may be there. */
uint8_t rs485_slots(const struct rs485_client *client);
/* The pack in hand was looked for: nobody answered; somebody did, and others may come with it. */
void rs485_nobody_there(struct rs485_client *client, uint32_t now_ms);
void rs485_found(struct rs485_client *client, uint32_t now_ms);

/* Address on the wire of the pack in hand. */
static inline uint8_t client_address(const struct rs485_client *client)
{
    return (uint8_t)(client->first_address + client->at);
}

static inline struct pack_view *client_view(const struct rs485_client *client,
                                            struct battery_bank *bank)
{
    return &bank->pack[client->at];
}

/* A parameter through the desk; false: there is none. */
static inline bool desk_get(const struct bank_desk *desk, int pack, unsigned parameter,
                            int32_t *value)
{
    return desk->get != NULL && desk->get(desk->context, (uint8_t)pack, parameter, value);
}

/* Writes values in whatever order they can be taken: all or, when one is refused, none. */
static inline bool desk_set_all(const struct bank_desk *desk, int pack,
                                const struct desk_values *values)
{
    return desk->set != NULL && desk->set(desk->context, (uint8_t)pack, values->of, values->n);
}

static inline bool desk_set(const struct bank_desk *desk, int pack, unsigned parameter,
                            int32_t value)
{
    const struct desk_value one = {parameter, value};
    return desk->set != NULL && desk->set(desk->context, (uint8_t)pack, &one, 1);
}

static inline bool desk_want(struct desk_values *values, unsigned parameter, int32_t value)
{
    if (values->n >= DESK_VALUES) {
        return false;
    }
    values->of[values->n++] = (struct desk_value){.parameter = parameter, .value = value};
    return true;
}

static inline bool desk_flip(const struct bank_desk *desk, int pack, enum desk_switch which,
                             bool on)
{
    return desk->flip != NULL && desk->flip(desk->context, (uint8_t)pack, which, on);
}

/* Saturating fields. */
static inline uint16_t sat_u16(int64_t value)
{
    return (uint16_t)(value < 0 ? 0 : value > UINT16_MAX ? UINT16_MAX : value);
}
static inline uint16_t sat_s16(int64_t value)
{
    int64_t held = value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value;
    return (uint16_t)(int16_t)held;
}

/* Tenths of a percent, as a whole one of at most 100. */
static inline uint8_t pct_of_tenths(uint16_t tenths)
{
    return (uint8_t)(tenths >= 1000 ? 100 : (tenths + 5) / 10);
}

/* Rounds half away from zero. */
static inline int32_t scaled(int32_t value, int32_t step)
{
    return (value >= 0 ? value + step / 2 : value - step / 2) / step;
}

#endif
