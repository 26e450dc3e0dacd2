/* SPDX-License-Identifier: Apache-2.0 */
/* JBD at its two ends. Parameters are open in factory mode only, which ends by itself. */
#include <string.h>

#include "core/product/pack.h"
#include "core/proto/jbd.h"
#include "core/proto/rs485_ends.h"

enum {
    FACTORY_MS = 60000, /* without a request (our choice) */
    FACTORY_KEY = 0x5678,
    FACTORY_LEAVE = 0x0000,
    FACTORY_SAVE = 0x2828,
    CHARGE_OFF = 1, /* E1 says what is off, 03 what is on */
    DISCHARGE_OFF = 2,
    KELVIN_C10 = 2731,
    MAKER = 0xA0,
    MODEL = 0xA1,
    BARCODE = 0xA2
};

/* Registers that are parameters of ours; `step` is the register's unit in the parameter's. */
static const struct jbd_row {
    uint8_t reg, parameter;
    int16_t step;
    enum { PLAIN, KELVIN, NEGATIVE } kind;
} rows[] = {
    {0x10, PARAM_DESIGN_CAPACITY, 10, PLAIN},
    {0x18, PARAM_CHARGE_OT_PROTECT, 1, KELVIN},
    {0x19, PARAM_CHARGE_OT_RELEASE, 1, KELVIN},
    {0x1A, PARAM_CHARGE_UT_PROTECT, 1, KELVIN},
    {0x1B, PARAM_CHARGE_UT_RELEASE, 1, KELVIN},
    {0x1C, PARAM_DISCHARGE_OT_PROTECT, 1, KELVIN},
    {0x1D, PARAM_DISCHARGE_OT_RELEASE, 1, KELVIN},
    {0x1E, PARAM_DISCHARGE_UT_PROTECT, 1, KELVIN},
    {0x1F, PARAM_DISCHARGE_UT_RELEASE, 1, KELVIN},
    {0x20, PARAM_PACK_OV_PROTECT, 10, PLAIN},
    {0x21, PARAM_PACK_OVP_RELEASE, 10, PLAIN},
    {0x22, PARAM_PACK_UV_PROTECT, 10, PLAIN},
    {0x23, PARAM_PACK_UVP_RELEASE, 10, PLAIN},
    {0x24, PARAM_CELL_OV_PROTECT, 1, PLAIN},
    {0x25, PARAM_CELL_OVP_RELEASE, 1, PLAIN},
    {0x26, PARAM_CELL_UV_PROTECT, 1, PLAIN},
    {0x27, PARAM_CELL_UVP_RELEASE, 1, PLAIN},
    {0x28, PARAM_CHARGE_OC_PROTECT, 10, PLAIN},
    {0x29, PARAM_DISCHARGE_OC_1_PROTECT, 10, NEGATIVE},
    {0x2A, PARAM_BALANCE_THRESHOLD, 1, PLAIN},
    {0x2B, PARAM_BALANCE_DELTA_CELL, 1, PLAIN},
};

static const struct jbd_row *row_of(uint8_t reg)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].reg == reg) {
            return &rows[i];
        }
    }
    return NULL;
}

static uint16_t register_put(const struct jbd_row *row, int32_t value)
{
    int32_t steps = scaled(value, row->step);
    switch (row->kind) {
    case KELVIN: return sat_u16((int64_t)steps + KELVIN_C10);
    case NEGATIVE: return sat_s16(-steps);
    case PLAIN: break;
    }
    return sat_u16(steps);
}

static int32_t register_take(const struct jbd_row *row, const uint8_t *at)
{
    switch (row->kind) {
    case KELVIN: return (be16s(at) - KELVIN_C10) * row->step;
    case NEGATIVE: return -be16s(at) * row->step;
    case PLAIN: break;
    }
    return be16(at) * row->step;
}

static size_t refuse(struct rs485_server *server, uint8_t reg, uint8_t *reply)
{
    server->refusals++;
    return jbd_reply(reply, reg, true, NULL, 0);
}

static uint8_t put_counts(const struct bank_desk *desk, int i, uint8_t *data)
{
    uint16_t counts[DESK_COUNTS] = {0};
    if (desk->count != NULL && !desk->count(desk->context, (uint8_t)i, counts)) {
        memset(counts, 0, sizeof counts);
    }
    for (size_t k = 0; k < DESK_COUNTS; k++) {
        put_be16(data + 2 * k, counts[k]);
    }
    return 2 * DESK_COUNTS;
}

/* A text with its length before it. */
static uint8_t put_text(const char *text, uint8_t *data)
{
    uint8_t n = 0;
    for (; n < BANK_TEXT - 1 && text[n] != '\0'; n++) {
        data[1 + n] = (uint8_t)text[n];
    }
    data[0] = n;
    return (uint8_t)(1 + n);
}

static size_t read_register(struct rs485_server *server, const struct rs485_job *job, int i,
                            uint8_t reg, uint8_t *reply)
{
    enum { DATA_MAX = 64 };
    uint8_t data[DATA_MAX];
    const struct pack_view *pack = &job->bank->pack[i];
    const struct jbd_row *row = row_of(reg);
    int32_t value;
    uint8_t n;
    switch (reg) {
    case JBD_BASIC: n = jbd_basic_encode(pack, data); break;
    case JBD_CELLS: n = jbd_cells_encode(pack, data); break;
    case JBD_NAME: n = (uint8_t)(put_text(pack->model, data) - 1); break;
    case JBD_COUNTS: n = put_counts(job->desk, i, data); break;
    default:
        if (!server->factory) {
            return refuse(server, reg, reply);
        }
        if (reg == MAKER || reg == MODEL || reg == BARCODE) {
            n = put_text(reg == MAKER   ? pack->maker
                         : reg == MODEL ? pack->model
                                        : pack->serial,
                         data);
        } else if (row != NULL && desk_get(job->desk, i, row->parameter, &value)) {
            put_be16(data, register_put(row, value));
            n = 2;
        } else {
            return refuse(server, reg, reply);
        }
    }
    return jbd_reply(reply, reg, false, reg == JBD_NAME ? data + 1 : data, n);
}

/* Both switches, or neither when one is refused. */
static bool flip_both(const struct rs485_job *job, int i, uint8_t off)
{
    const struct pack_view *pack = &job->bank->pack[i];
    bool charge = (off & CHARGE_OFF) == 0;
    if (!desk_flip(job->desk, i, DESK_CHARGE_MOS, charge)) {
        return false;
    }
    if (desk_flip(job->desk, i, DESK_DISCHARGE_MOS, (off & DISCHARGE_OFF) == 0)) {
        return true;
    }
    (void)desk_flip(job->desk, i, DESK_CHARGE_MOS, pack->charge_mos);
    return false;
}

static bool write_register(struct rs485_server *server, const struct rs485_job *job, int i,
                           const uint8_t *request)
{
    uint8_t reg = request[2];
    uint8_t n = request[3];
    const uint8_t *data = request + 4;
    uint16_t word = n >= 2 ? be16(data) : 0;
    const struct jbd_row *row = row_of(reg);
    if (n != 2) {
        return false;
    }
    switch (reg) {
    case JBD_FACTORY:
        server->factory = server->factory || word == FACTORY_KEY;
        return word == FACTORY_KEY;
    case JBD_FACTORY_END:
        if (word != FACTORY_LEAVE && word != FACTORY_SAVE) {
            return false;
        }
        server->factory = false;
        return true;
    case JBD_MOS: return word <= 3 && flip_both(job, i, data[1]);
    default:
        return server->factory && row != NULL &&
               desk_set(job->desk, i, row->parameter, register_take(row, data));
    }
}

static size_t answer(struct rs485_server *server, const uint8_t *request, size_t n,
                     const struct rs485_job *job, uint8_t *reply)
{
    int i = bank_host(job->bank);
    (void)n;
    if (i < 0) {
        return 0;
    }
    if (server->factory && job->now_ms - server->factory_ms > FACTORY_MS) {
        server->factory = false;
    }
    server->factory_ms = job->now_ms;
    if (request[1] == JBD_READ) {
        return read_register(server, job, i, request[2], reply);
    }
    return write_register(server, job, i, request) ? jbd_reply(reply, request[2], false, NULL, 0)
                                                   : refuse(server, request[2], reply);
}

static size_t ask(struct rs485_client *client, const struct rs485_step *step, uint8_t *out)
{
    (void)client;
    return jbd_request(out, false, (uint8_t)step->code, NULL, 0);
}

/* The sum does not hold the register, so it must be the one that was asked. */
static int reply_length(const struct rs485_client *client, const uint8_t *bytes, size_t n)
{
    if (n > 1 && bytes[1] != rs485_jbd.steps[client->step].code) {
        return -1;
    }
    return jbd_reply_length(bytes, n);
}

static enum rs485_heard hear(struct rs485_client *client, const struct rs485_step *step,
                             const uint8_t *bytes, struct battery_bank *bank)
{
    struct pack_view *pack = client_view(client, bank);
    const uint8_t *data = bytes + 4;
    struct jbd_date date;
    if (bytes[2] != 0) {
        return RS485_REFUSED;
    }
    switch (step->code) {
    case JBD_BASIC:
        return jbd_basic_decode(data, bytes[3], pack, &date) == 0 ? RS485_GOOD : RS485_NOT_OURS;
    case JBD_CELLS:
        return jbd_cells_decode(data, bytes[3], pack) == 0 ? RS485_GOOD : RS485_NOT_OURS;
    default:
        text_take(pack->model, data, bytes[3]);
        pack->heard |= VIEW_TEXTS;
        return RS485_GOOD;
    }
}

static const struct rs485_step steps[] = {
    {STEP_EACH, false, JBD_BASIC, 0},
    {STEP_EACH, false, JBD_CELLS, 0},
    {STEP_ONCE, true, JBD_NAME, 0},
};

const struct rs485_end rs485_jbd = {
    .steps = steps,
    .n_steps = sizeof steps / sizeof steps[0],
    .request_length = jbd_request_length,
    .foreign_length = jbd_reply_length,
    .answer = answer,
    .ask = ask,
    .reply_length = reply_length,
    .hear = hear,
};
