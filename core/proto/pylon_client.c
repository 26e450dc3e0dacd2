/* SPDX-License-Identifier: Apache-2.0 */
/* Pylontech RS485, the reader's end. */
#include <string.h>

#include "core/proto/pylon_view.h"
#include "core/proto/rs485_ends.h"

enum { RTN_ADDRESS = 0x90, RTN_INTERNAL = 0x91, RTN_SEPLOS = 0xE1, RTN_LOW_END = 0x0F };

bool pylon_is_return_code(uint8_t code)
{
    return code <= RTN_LOW_END || code == RTN_ADDRESS || code == RTN_INTERNAL || code >= RTN_SEPLOS;
}

static void ask_frame(struct rs485_client *client, const struct rs485_step *step)
{
    pylon_request(&client->held.frame, (uint8_t)step->code, client_address(client));
}

/* What the reply in hand says; -1: it does not fit. */
static int hear_analog(struct rs485_client *client, struct pack_view *pack)
{
    struct pylon_analog analog;
    const struct ascii_frame *frame = &client->held.frame;
    if (pylon_analog_decode(frame->info, frame->length, &analog) != 0) {
        return -1;
    }
    pylon_analog_to(&analog, pack);
    return 0;
}

static int hear_alarm(struct rs485_client *client, struct pack_view *pack)
{
    struct pylon_alarm alarm;
    const struct ascii_frame *frame = &client->held.frame;
    if (pylon_alarm_decode(frame->info, frame->length, &alarm) != 0) {
        return -1;
    }
    pylon_alarm_to(&alarm, pack);
    return 0;
}

static int hear_limits(struct rs485_client *client, struct pack_view *pack)
{
    struct pylon_limits limits;
    const struct ascii_frame *frame = &client->held.frame;
    if (pylon_limits_decode(frame->info, frame->length, &limits) != 0) {
        return -1;
    }
    pylon_limits_to(&limits, pack);
    return 0;
}

static int hear_serial(struct rs485_client *client, struct pack_view *pack)
{
    const struct ascii_frame *frame = &client->held.frame;
    if (frame->length < 1 + PYLON_SERIAL_LENGTH) {
        return -1;
    }
    text_take(pack->serial, frame->info + 1, PYLON_SERIAL_LENGTH);
    pack->heard |= VIEW_TEXTS;
    return 0;
}

static int hear_maker(struct rs485_client *client, struct pack_view *pack)
{
    struct pylon_maker maker;
    const struct ascii_frame *frame = &client->held.frame;
    if (pylon_maker_decode(frame->info, frame->length, &maker) != 0) {
        return -1;
    }
    memcpy(pack->model, maker.name, sizeof maker.name);
    memcpy(pack->maker, maker.maker, sizeof maker.maker);
    version_put(pack->version, maker.major, maker.minor);
    pack->heard |= VIEW_TEXTS;
    return 0;
}

static int hear_system(struct rs485_client *client, struct pack_view *pack)
{
    struct pylon_system system;
    const struct ascii_frame *frame = &client->held.frame;
    (void)pack;
    if (pylon_system_decode(frame->info, frame->length, &system) != 0) {
        return -1;
    }
    pylon_system_to(&system, &client->told);
    return 0;
}

static int hear_reasons(struct rs485_client *client, struct pack_view *pack)
{
    const struct ascii_frame *frame = &client->held.frame;
    struct battery_report *told = &client->told;
    (void)pack;
    if (pylon_reasons_decode(frame->info, frame->length, &told->protections, &told->alarms) != 0) {
        return -1;
    }
    told->heard |= HEARD_FLAGS;
    return 0;
}

static int hear_system_limits(struct rs485_client *client, struct pack_view *pack)
{
    struct pylon_limits limits;
    const struct ascii_frame *frame = &client->held.frame;
    struct battery_report *told = &client->told;
    (void)pack;
    if (pylon_system_limits_decode(frame->info, frame->length, &limits) != 0) {
        return -1;
    }
    told->charge_mv = limits.charge_mv;
    told->discharge_mv = limits.discharge_mv;
    told->charge_limit_ma = limits.charge_ma;
    told->discharge_limit_ma = limits.discharge_ma;
    told->charge_enable = limits.charge_enable;
    told->discharge_enable = limits.discharge_enable;
    told->force_charge = limits.force_charge;
    told->heard |= HEARD_LIMITS | HEARD_DISCHARGE_VOLTAGE | HEARD_REQUEST;
    return 0;
}

static const struct {
    uint8_t code;
    int (*hear)(struct rs485_client *client, struct pack_view *pack);
} replies[] = {
    {PYLON_GET_ANALOG, hear_analog},    {PYLON_GET_ALARM, hear_alarm},
    {PYLON_GET_LIMITS, hear_limits},    {PYLON_GET_SERIAL, hear_serial},
    {PYLON_GET_MAKER, hear_maker},      {PYLON_SYSTEM_ANALOG, hear_system},
    {PYLON_SYSTEM_ALARM, hear_reasons}, {PYLON_SYSTEM_LIMITS, hear_system_limits},
};

static enum rs485_heard hear_frame(struct rs485_client *client, const struct rs485_step *step,
                                   struct battery_bank *bank)
{
    const struct ascii_frame *frame = &client->held.frame;
    bool alone = client->n_packs == 1; /* then some answer from another address (JK) */
    if (frame->cid1 != PYLON_CID1 || !pylon_is_return_code(frame->cid2) ||
        (frame->address != client_address(client) && !alone)) {
        return RS485_NOT_OURS;
    }
    if (frame->cid2 != PYLON_OK) {
        return RS485_REFUSED;
    }
    for (size_t k = 0; k < sizeof replies / sizeof replies[0]; k++) {
        if (replies[k].code == step->code) {
            return replies[k].hear(client, client_view(client, bank)) == 0 ? RS485_GOOD
                                                                           : RS485_NOT_OURS;
        }
    }
    return RS485_NOT_OURS;
}

static const struct rs485_step steps[] = {
    {STEP_EACH, false, PYLON_GET_ANALOG, 0},  {STEP_EACH, false, PYLON_GET_ALARM, 0},
    {STEP_EACH, false, PYLON_GET_LIMITS, 0},  {STEP_ONCE, true, PYLON_GET_MAKER, 0},
    {STEP_ONCE, true, PYLON_GET_SERIAL, 0},   {STEP_HOST, true, PYLON_SYSTEM_ANALOG, 0},
    {STEP_HOST, true, PYLON_SYSTEM_ALARM, 0}, {STEP_HOST, true, PYLON_SYSTEM_LIMITS, 0},
};

const struct rs485_end rs485_pylon = {
    .steps = steps,
    .n_steps = sizeof steps / sizeof steps[0],
    .ascii = true,
    .answer_frame = pylon_answer,
    .ask_frame = ask_frame,
    .hear_frame = hear_frame,
};
