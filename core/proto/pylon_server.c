/* SPDX-License-Identifier: Apache-2.0 */
/* Pylontech RS485, the battery's end. Requests carry a command in CID2, replies the return code. */
#include <string.h>

#include "core/proto/pylon_view.h"
#include "core/proto/rs485_ends.h"
#include "core/product/pack.h"

/* Index of the pack with this address on the wire, -1: it is not here. */
static int pack_of(const struct rs485_server *server, const struct battery_bank *bank,
                   uint8_t address)
{
    for (int i = 0; i < bank->n_packs; i++) {
        if (pylon_address(bank->pack[i].address, server->group) == address) {
            return i;
        }
    }
    return -1;
}

static bool refuse(struct rs485_server *server, struct ascii_frame *frame, enum pylon_rtn why)
{
    server->refusals++;
    frame->cid2 = (uint8_t)why;
    frame->length = 0;
    return true;
}

/* One pack, or all of them for INFO FF to the master: "flag, command or count, packs". */
static void put_packs(struct ascii_frame *frame, const struct battery_bank *bank, int one,
                      bool analog)
{
    enum { BLOCK_MAX = 100 };
    union {
        struct pylon_analog analog;
        struct pylon_alarm alarm;
    } part;
    uint8_t n = 0;
    frame->length = 2;
    for (int i = 0; i < bank->n_packs; i++) {
        if ((one >= 0 && i != one) || frame->length + BLOCK_MAX > ASCII_INFO_MAX) {
            continue;
        }
        uint8_t *at = frame->info + frame->length;
        if (analog) {
            pylon_analog_of(&bank->pack[i], &part.analog);
            frame->length = (uint16_t)(frame->length + pylon_analog_put(&part.analog, at));
        } else {
            pylon_alarm_of(&bank->pack[i], &part.alarm);
            frame->length = (uint16_t)(frame->length + pylon_alarm_put(&part.alarm, at));
        }
        n++;
    }
    frame->info[0] = 0; /* nothing unread */
    frame->info[1] = one >= 0 ? frame->address : n;
}

static bool answer_parameters(struct rs485_server *server, struct ascii_frame *frame,
                              const struct rs485_job *job, int i, uint8_t command)
{
    static const struct {
        size_t to;
        enum parameter_id from;
    } rows[] = {
        {offsetof(struct pylon_parameters, cell_high_mv), PARAM_CELL_OV_PROTECT},
        {offsetof(struct pylon_parameters, cell_low_mv), PARAM_CELL_UV_ALARM},
        {offsetof(struct pylon_parameters, cell_under_mv), PARAM_CELL_UV_PROTECT},
        {offsetof(struct pylon_parameters, module_high_mv), PARAM_PACK_OV_PROTECT},
        {offsetof(struct pylon_parameters, module_low_mv), PARAM_PACK_UV_ALARM},
        {offsetof(struct pylon_parameters, module_under_mv), PARAM_PACK_UV_PROTECT},
        {offsetof(struct pylon_parameters, charge_hot_c10), PARAM_CHARGE_OT_PROTECT},
        {offsetof(struct pylon_parameters, charge_cold_c10), PARAM_CHARGE_UT_PROTECT},
        {offsetof(struct pylon_parameters, discharge_hot_c10), PARAM_DISCHARGE_OT_PROTECT},
        {offsetof(struct pylon_parameters, discharge_cold_c10), PARAM_DISCHARGE_UT_PROTECT},
        {offsetof(struct pylon_parameters, charge_ma), PARAM_CHARGE_OC_PROTECT},
        {offsetof(struct pylon_parameters, discharge_ma), PARAM_DISCHARGE_OC_1_PROTECT},
    };
    struct pylon_parameters p;
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        int32_t value;
        if (!desk_get(job->desk, i, rows[k].from, &value)) {
            return refuse(server, frame, PYLON_BAD_COMMAND);
        }
        memcpy((char *)&p + rows[k].to, &value, sizeof value);
    }
    (void)command;
    frame->length = pylon_parameters_encode(&p, frame->info);
    return true;
}

static bool answer_packs(struct rs485_server *server, struct ascii_frame *frame,
                         const struct rs485_job *job, int i, uint8_t command)
{
    (void)server;
    put_packs(frame, job->bank, i, command == PYLON_GET_ANALOG);
    return true;
}

static bool answer_protocol(struct rs485_server *server, struct ascii_frame *frame,
                            const struct rs485_job *job, int i, uint8_t command)
{
    (void)server;
    (void)job;
    (void)i;
    (void)command;
    frame->length = 0; /* VER is the answer */
    return true;
}

static bool answer_maker(struct rs485_server *server, struct ascii_frame *frame,
                         const struct rs485_job *job, int i, uint8_t command)
{
    const struct pack_view *pack = &job->bank->pack[i];
    struct pylon_maker maker = {.major = 0};
    (void)server;
    (void)command;
    memcpy(maker.name, pack->model, PYLON_NAME_LENGTH);
    memcpy(maker.maker, pack->maker, PYLON_MAKER_LENGTH);
    version_take(pack->version, &maker.major, &maker.minor);
    frame->length = pylon_maker_encode(&maker, frame->info);
    return true;
}

/* The serial number, or the firmware: the maker's version, then the main line's. */
static bool answer_numbers(struct rs485_server *server, struct ascii_frame *frame,
                           const struct rs485_job *job, int i, uint8_t command)
{
    const struct pack_view *pack = &job->bank->pack[i];
    uint8_t *info = frame->info;
    uint8_t major;
    uint8_t minor;
    (void)server;
    info[0] = frame->address;
    if (command == PYLON_GET_SERIAL) {
        text_put(info + 1, PYLON_SERIAL_LENGTH, pack->serial, '\0');
        frame->length = 1 + PYLON_SERIAL_LENGTH;
        return true;
    }
    version_take(pack->version, &major, &minor);
    info[1] = major;
    info[2] = minor;
    info[3] = 0;
    info[4] = major;
    info[5] = minor;
    frame->length = 6;
    return true;
}

static bool answer_limits(struct rs485_server *server, struct ascii_frame *frame,
                          const struct rs485_job *job, int i, uint8_t command)
{
    struct pylon_limits limits;
    (void)server;
    (void)command;
    pylon_limits_of(&job->bank->pack[i], &limits);
    frame->length = pylon_limits_encode(&limits, frame->address, frame->info);
    return true;
}

static bool answer_lend(struct rs485_server *server, struct ascii_frame *frame,
                        const struct rs485_job *job, int i, uint8_t command)
{
    const struct bank_desk *desk = job->desk;
    struct pylon_limits limits;
    (void)command;
    if (desk->lend == NULL) {
        return refuse(server, frame, PYLON_BAD_COMMAND);
    }
    if (frame->length != 9) {
        return refuse(server, frame, PYLON_BAD_FORMAT);
    }
    frame->info[9] = 0; /* a lender has no status byte */
    if (pylon_limits_decode(frame->info, 10, &limits) != 0) {
        return refuse(server, frame, PYLON_BAD_FORMAT);
    }
    pylon_limits_to(&limits, &server->lent);
    frame->length = 0;
    return desk->lend(desk->context, (uint8_t)i, &server->lent) ||
           refuse(server, frame, PYLON_BAD_DATA);
}

static bool answer_turn_off(struct rs485_server *server, struct ascii_frame *frame,
                            const struct rs485_job *job, int i, uint8_t command)
{
    const struct bank_desk *desk = job->desk;
    (void)command;
    if (desk->shut_down == NULL) {
        return refuse(server, frame, PYLON_BAD_COMMAND);
    }
    frame->length = 0;
    return desk->shut_down(desk->context, (uint8_t)i) || refuse(server, frame, PYLON_BAD_DATA);
}

static bool answer_identity(struct rs485_server *server, struct ascii_frame *frame,
                            const struct rs485_job *job, int i, uint8_t command)
{
    const struct pack_view *pack = &job->bank->pack[i];
    struct pylon_identity identity = {.packs = job->bank->n_packs};
    (void)server;
    (void)command;
    memcpy(identity.name, pack->model, PYLON_NAME_LENGTH);
    memcpy(identity.maker, pack->maker, PYLON_MAKER_LENGTH);
    memcpy(identity.serial, pack->serial, PYLON_SERIAL_LENGTH);
    version_take(pack->version, &identity.major, &identity.minor);
    frame->length = pylon_identity_encode(&identity, frame->info);
    return true;
}

static bool answer_system(struct rs485_server *server, struct ascii_frame *frame,
                          const struct rs485_job *job, int i, uint8_t command)
{
    struct pylon_system system;
    (void)i;
    (void)command;
    pylon_system_of(job->bank, server->group, &system);
    frame->length = pylon_system_encode(&system, frame->info);
    return true;
}

static bool answer_reasons(struct rs485_server *server, struct ascii_frame *frame,
                           const struct rs485_job *job, int i, uint8_t command)
{
    const struct battery_report *whole = &job->bank->whole;
    (void)server;
    (void)i;
    (void)command;
    frame->length = pylon_reasons_encode(whole->protections, whole->alarms, frame->info);
    return true;
}

static bool answer_system_limits(struct rs485_server *server, struct ascii_frame *frame,
                                 const struct rs485_job *job, int i, uint8_t command)
{
    const struct battery_report *whole = &job->bank->whole;
    struct pylon_limits limits = {.charge_mv = whole->charge_mv,
                                  .discharge_mv = whole->discharge_mv,
                                  .charge_ma = whole->charge_limit_ma,
                                  .discharge_ma = whole->discharge_limit_ma,
                                  .charge_enable = whole->charge_enable,
                                  .discharge_enable = whole->discharge_enable,
                                  .force_charge = whole->force_charge};
    (void)server;
    (void)i;
    (void)command;
    frame->length = pylon_system_limits_encode(&limits, frame->info);
    return true;
}

/* `named`: INFO must name the pack again; a second byte behind it is tolerated, as by real packs.
   `host`: the master answers for the system. */
static const struct command {
    uint8_t code;
    bool named, host;
    bool (*answer)(struct rs485_server *server, struct ascii_frame *frame,
                   const struct rs485_job *job, int i, uint8_t command);
} commands[] = {
    {PYLON_GET_ANALOG, true, false, answer_packs},
    {PYLON_GET_ALARM, true, false, answer_packs},
    {PYLON_GET_PARAMETERS, false, false, answer_parameters},
    {PYLON_GET_PROTOCOL, false, false, answer_protocol},
    {PYLON_GET_MAKER, false, false, answer_maker},
    {PYLON_SYSTEM_IDENTITY, false, true, answer_identity},
    {PYLON_SYSTEM_ANALOG, false, true, answer_system},
    {PYLON_SYSTEM_ALARM, false, true, answer_reasons},
    {PYLON_SYSTEM_LIMITS, false, true, answer_system_limits},
    {PYLON_GET_LIMITS, true, false, answer_limits},
    {PYLON_GET_SERIAL, true, false, answer_numbers},
    {PYLON_LEND_LIMITS, true, false, answer_lend},
    {PYLON_TURN_OFF, true, false, answer_turn_off},
    {PYLON_GET_FIRMWARE, true, false, answer_numbers},
};

static const struct command *command_of(uint8_t code)
{
    for (size_t k = 0; k < sizeof commands / sizeof commands[0]; k++) {
        if (commands[k].code == code) {
            return &commands[k];
        }
    }
    return NULL;
}

bool pylon_answer(struct rs485_server *server, const struct rs485_job *job)
{
    struct ascii_frame *frame = &server->held.frame;
    const struct battery_bank *bank = job->bank;
    uint8_t command = frame->cid2;
    if (frame->cid1 != PYLON_CID1 || pylon_is_return_code(command)) {
        return false;
    }
    int i = pack_of(server, bank, frame->address);
    bool asks_who = command == PYLON_GET_PROTOCOL || command == PYLON_GET_MAKER;
    if (i < 0 && asks_who && frame->address < PYLON_MASTER && server->group == 0) {
        i = bank_host(bank); /* as early firmware did */
        frame->address = PYLON_MASTER;
    }
    if (i < 0) {
        return false;
    }
    frame->version = PYLON_VERSION;
    frame->cid2 = PYLON_OK;
    bool several = command == PYLON_GET_ANALOG || command == PYLON_GET_ALARM;
    if (several && frame->length >= 1 && frame->info[0] == PYLON_ALL_PACKS &&
        i == bank_host(bank)) {
        put_packs(frame, bank, -1, command == PYLON_GET_ANALOG);
        return true;
    }
    const struct command *what = command_of(command);
    if (what == NULL || (what->host && i != bank_host(bank))) {
        return refuse(server, frame, PYLON_BAD_COMMAND);
    }
    if (what->named && (frame->length < 1 || frame->info[0] != frame->address)) {
        return refuse(server, frame, PYLON_BAD_DATA);
    }
    return what->answer(server, frame, job, i, command);
}
