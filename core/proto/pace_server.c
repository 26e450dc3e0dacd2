/* SPDX-License-Identifier: Apache-2.0 */
/* PACE ASCII, the battery's end. */
#include <string.h>

#include "core/proto/pace_ascii.h"
#include "core/proto/pace_ends.h"
#include "core/proto/pace_groups.h"

enum { LOW_GEAR_MA = 10000, HIGH_GEAR_MA = 20000, PACK_BYTES_MAX = 96 };

static bool refuse(struct rs485_server *server, struct ascii_frame *frame, enum pace_rtn why)
{
    server->refusals++;
    frame->cid2 = (uint8_t)why;
    frame->length = 0;
    return true;
}

/* The switches, as far as the desk tells. */
static uint8_t control_of(const struct rs485_job *job, int i)
{
    static const struct {
        uint8_t parameter, bit;
        bool inverted;
    } rows[] = {
        {PARAM_SOUND_ALARM, CONTROL_BUZZER, false},
        {PARAM_CHG_CIRCUIT, CONTROL_CHARGE_OFF, true},
        {PARAM_DISCHG_CIRCUIT, CONTROL_DISCHARGE_OFF, true},
        {PARAM_CHARGE_LIMITER_SWITCH, CONTROL_LIMITER, false},
        {PARAM_LED_ALARM, CONTROL_LED, false},
    };
    uint8_t control = 0;
    int32_t value;
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        bool is =
            desk_get(job->desk, i, rows[k].parameter, &value) && (value != 0) != rows[k].inverted;
        control |= is ? rows[k].bit : 0;
    }
    bool low = desk_get(job->desk, i, PARAM_CHARGE_LIMITER_CURRENT, &value) && value <= LOW_GEAR_MA;
    return (uint8_t)(control | (low ? CONTROL_LOW_GEAR : 0));
}

/* 0x42 and 0x44 of one pack (info[1] is what was asked), or of all through the host. */
static void put_packs(struct ascii_frame *frame, const struct rs485_job *job, int one, bool analog)
{
    uint8_t n = 0;
    frame->length = 2;
    for (int i = 0; i < job->bank->n_packs; i++) {
        const struct pack_view *pack = &job->bank->pack[i];
        if ((one >= 0 && i != one) || frame->length + PACK_BYTES_MAX > ASCII_INFO_MAX) {
            continue;
        }
        uint8_t *at = frame->info + frame->length;
        uint16_t length =
            analog ? pace_analog_put(pack, at) : pace_status_put(pack, control_of(job, i), at);
        frame->length = (uint16_t)(frame->length + length);
        n++;
    }
    frame->info[1] = one >= 0 ? frame->info[0] : n;
    frame->info[0] = 0;
}

static bool answer_packs(struct rs485_server *server, struct ascii_frame *frame,
                         const struct rs485_job *job, int i, uint8_t command)
{
    bool analog = command == PACE_GET_ANALOG;
    uint8_t asked = frame->length >= 1 ? frame->info[0] : frame->address;
    frame->info[0] = asked;
    if (asked == PACE_ALL_PACKS) {
        if (i != bank_host(job->bank)) {
            return refuse(server, frame, PACE_REFUSED);
        }
        put_packs(frame, job, -1, analog);
        return true;
    }
    if (server->any_address && i == bank_host(job->bank)) { /* the host answers for the others */
        int other = asked == 0 ? i : bank_at(job->bank, asked);
        i = other;
    } else if (asked != frame->address) {
        i = -1;
    }
    if (i < 0) {
        return refuse(server, frame, PACE_REFUSED);
    }
    put_packs(frame, job, i, analog);
    return true;
}

static bool answer_group(struct rs485_server *server, struct ascii_frame *frame,
                         const struct rs485_job *job, int i, uint8_t command)
{
    bool writes = false;
    const struct pace_group *group = pace_group_of(command, &writes);
    if (group == NULL) {
        return refuse(server, frame, PACE_BAD_COMMAND);
    }
    int32_t values[PACE_FIELDS] = {0};
    server->wanted.n = 0;
    if (writes && pace_group_decode(group, frame->info, frame->length, values) != 0) {
        return refuse(server, frame, PACE_REFUSED);
    }
    for (size_t k = 0; k < PACE_FIELDS && group->field[k].kind != FIELD_END; k++) {
        const struct pace_field *field = &group->field[k];
        if (field->kind == FIELD_BYTE) {
            continue;
        }
        if (!writes && !desk_get(job->desk, i, field->parameter, &values[k])) {
            return refuse(server, frame, PACE_BAD_COMMAND);
        }
        (void)desk_want(&server->wanted, field->parameter, values[k]);
    }
    if (!writes) {
        frame->length = pace_group_encode(group, values, false, frame->info);
        return true;
    }
    if (!desk_set_all(job->desk, i, &server->wanted)) {
        return refuse(server, frame, PACE_REFUSED);
    }
    frame->length = 0;
    return true;
}

static bool order(const struct rs485_job *job, int i, uint8_t what)
{
    const struct bank_desk *desk = job->desk;
    bool on = (what & 1) != 0; /* every order that switches on is odd */
    switch (what) {
    case ORDER_LED_OFF:
    case ORDER_LED_ON: return desk_flip(desk, i, DESK_LED_ALARM, on);
    case ORDER_LIMITER_OFF:
    case ORDER_LIMITER_ON: return desk_flip(desk, i, DESK_LIMITER, on);
    case ORDER_BUZZER_OFF:
    case ORDER_BUZZER_ON: return desk_flip(desk, i, DESK_BUZZER, on);
    case ORDER_HIGH_GEAR:
    case ORDER_LOW_GEAR:
        return desk_set(desk, i, PARAM_CHARGE_LIMITER_CURRENT,
                        what == ORDER_LOW_GEAR ? LOW_GEAR_MA : HIGH_GEAR_MA);
    default: return false;
    }
}

/* 0x99: order and control state; 0x9A, 0x9B: the control state, also with a refusal. */
static bool answer_switch(struct rs485_server *server, struct ascii_frame *frame,
                          const struct rs485_job *job, int i, uint8_t command)
{
    uint8_t what = frame->info[0];
    bool done = frame->length >= 1;
    if (command == PACE_SWITCHES) {
        done = done && order(job, i, what);
    } else {
        enum desk_switch mos = command == PACE_CHARGE_MOS ? DESK_CHARGE_MOS : DESK_DISCHARGE_MOS;
        done = done && what <= 1 && desk_flip(job->desk, i, mos, what == 1);
    }
    if (!done && command == PACE_SWITCHES) {
        return refuse(server, frame, PACE_REFUSED);
    }
    if (!done) {
        (void)refuse(server, frame, PACE_REFUSED);
    }
    frame->length = command == PACE_SWITCHES ? 2 : 1;
    frame->info[0] = what;
    frame->info[frame->length - 1] = control_of(job, i);
    return true;
}

static bool answer_clock(struct rs485_server *server, struct ascii_frame *frame,
                         const struct rs485_job *job, int i, uint8_t command)
{
    bool writes = command == PACE_SET_CLOCK;
    const struct bank_desk *desk = job->desk;
    struct desk_clock clock;
    if (!writes) {
        if (desk->get_clock == NULL || !desk->get_clock(desk->context, (uint8_t)i, &clock)) {
            return refuse(server, frame, PACE_BAD_COMMAND);
        }
        frame->length = pace_clock_put(&clock, frame->info);
        return true;
    }
    if (pace_clock_take(frame->info, frame->length, &clock) != 0 || desk->set_clock == NULL ||
        !desk->set_clock(desk->context, (uint8_t)i, &clock)) {
        return refuse(server, frame, PACE_REFUSED);
    }
    frame->length = 0;
    return true;
}

/* An empty INFO says that there is no such record. */
static bool answer_record(struct rs485_server *server, struct ascii_frame *frame,
                          const struct rs485_job *job, int i, uint8_t command)
{
    (void)command;
    const struct bank_desk *desk = job->desk;
    struct desk_record record;
    if (desk->record == NULL || frame->length < 2) {
        return refuse(server, frame, desk->record == NULL ? PACE_BAD_COMMAND : PACE_REFUSED);
    }
    bool there = desk->record(desk->context, (uint8_t)i, be16(frame->info), &record);
    frame->length = there ? pace_record_put(&record, frame->info) : 0;
    return true;
}

static bool answer_names(struct rs485_server *server, struct ascii_frame *frame,
                         const struct rs485_job *job, int i, uint8_t command)
{
    const struct pack_view *pack = &job->bank->pack[i];
    (void)server;
    switch (command) {
    case PACE_GET_VERSION:
        text_put(frame->info, PACE_VERSION_LENGTH, pack->version, ' ');
        frame->length = PACE_VERSION_LENGTH;
        break;
    case PACE_GET_NAMES:
        text_put(frame->info, PACE_NAMES_LENGTH / 2, pack->serial, ' ');
        text_put(frame->info + PACE_NAMES_LENGTH / 2, PACE_NAMES_LENGTH / 2, pack->model, ' ');
        frame->length = PACE_NAMES_LENGTH;
        break;
    case PACE_GET_PACKS:
        frame->info[0] = i == bank_host(job->bank) ? job->bank->n_packs : 1;
        frame->length = 1;
        break;
    default: /* capacity */
        put_be16(frame->info, sat_u16(pack->remaining_mah / 10));
        put_be16(frame->info + 2, sat_u16(pack->full_mah / 10));
        put_be16(frame->info + 4, sat_u16(pack->design_mah / 10));
        frame->length = 6;
        break;
    }
    return true;
}

static bool shut_down(struct rs485_server *server, struct ascii_frame *frame,
                      const struct rs485_job *job, int i, uint8_t command)
{
    (void)command;
    const struct bank_desk *desk = job->desk;
    bool meant = frame->length >= 1 && frame->info[0] == 1;
    if (!meant || desk->shut_down == NULL || !desk->shut_down(desk->context, (uint8_t)i)) {
        return refuse(server, frame, PACE_REFUSED);
    }
    frame->length = 0;
    return true;
}

/* Our own: what a PC must be let before it writes, and what no PACE command does. */
static bool answer_admin(struct rs485_server *server, struct ascii_frame *frame,
                         const struct rs485_job *job, int i, uint8_t command)
{
    const struct bank_desk *desk = job->desk;
    enum desk_admin what = (enum desk_admin)(command - PACE_ADMIN_FIRST);
    if (desk->admin == NULL || frame->length > PACE_ADMIN_TEXT) {
        return refuse(server, frame, desk->admin == NULL ? PACE_BAD_COMMAND : PACE_REFUSED);
    }
    frame->info[frame->length] = 0;
    if (!desk->admin(desk->context, (uint8_t)i, what, (const char *)frame->info)) {
        return refuse(server, frame, PACE_REFUSED);
    }
    frame->length = 0;
    return true;
}

/* Commands that are not in pace_groups. */
static const struct {
    uint8_t command;
    bool (*answer)(struct rs485_server *server, struct ascii_frame *frame,
                   const struct rs485_job *job, int i, uint8_t command);
} commands[] = {
    {PACE_GET_ANALOG, answer_packs},
    {PACE_GET_STATUS, answer_packs},
    {PACE_GET_PACKS, answer_names},
    {PACE_GET_VERSION, answer_names},
    {PACE_GET_NAMES, answer_names},
    {PACE_GET_CAPACITY, answer_names},
    {PACE_SWITCHES, answer_switch},
    {PACE_CHARGE_MOS, answer_switch},
    {PACE_DISCHARGE_MOS, answer_switch},
    {PACE_GET_CLOCK, answer_clock},
    {PACE_SET_CLOCK, answer_clock},
    {PACE_GET_RECORD, answer_record},
    {PACE_SHUT_DOWN, shut_down},
    {PACE_ADMIN_FIRST + ADMIN_LOGIN, answer_admin},
    {PACE_ADMIN_FIRST + ADMIN_PASSWORD, answer_admin},
    {PACE_ADMIN_FIRST + ADMIN_RESTORE, answer_admin},
    {PACE_ADMIN_FIRST + ADMIN_ERASE, answer_admin},
};

bool pace_answer(struct rs485_server *server, const struct rs485_job *job)
{
    struct ascii_frame *frame = &server->held.frame;
    uint8_t command = frame->cid2;
    bool ours = frame->version == PACE_VERSION &&
                (frame->cid1 == PACE_CID1 || frame->cid1 == PACE_CID1_OTHER);
    if (!ours || pace_is_return_code(command)) {
        return false;
    }
    int i = server->any_address ? bank_host(job->bank) : bank_at(job->bank, frame->address);
    if (i < 0) {
        return false;
    }
    frame->cid2 = PACE_OK;
    for (size_t k = 0; k < sizeof commands / sizeof commands[0]; k++) {
        if (commands[k].command == command) {
            return commands[k].answer(server, frame, job, i, command);
        }
    }
    return answer_group(server, frame, job, i, command);
}
