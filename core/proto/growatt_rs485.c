/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growatt 1xSxxP ESS battery, plain Modbus, function 03, both ends. The host's unit (1) tells of
 * the whole battery in the registers an inverter acts upon, the other units of their pack alone
 * (our choice: an inverter asks unit 1 only). Map and doubts: docs/protocols.md.
 */
#include <string.h>

#include "core/proto/flag_rows.h"
#include "core/proto/rs485_ends.h"

enum {
    VERSIONS = 0x01, /* MCU, gauge; barcode from 09 */
    BARCODE = 0x09,
    CURRENT_GAUGE = 0x10,
    STATUS = 0x13,
    ERRORS = 0x14,
    SOC = 0x15,
    VOLTAGE = 0x16,
    CURRENT = 0x17,
    TEMPERATURE = 0x18,
    CHARGE_LIMIT = 0x19,
    REMAINING = 0x1A,
    FULL = 0x1B,
    DELTA = 0x1D,
    CYCLES = 0x1E,
    SOH = 0x20,
    CHARGE_VOLTAGE = 0x21,
    WARNINGS = 0x22,
    DISCHARGE_LIMIT = 0x23,
    CELL_MAX = 0x25, /* and the least, and their places */
    CELL_COUNT = 0x29,
    CELLS_EARLY = 0x70, /* cell 1 of some firmware; the document begins at 71 */
    CELLS = 0x71,
    CELLS_END = 0x81,
    CHARGE_TIME = 0x100,
    CELL_MEAN = 0x102,
    FLOAT_VOLTAGE = 0x104,
    REGISTERS = 0x107,
    MAX_CELLS = 16,
    BARCODE_LENGTH = 8,
    PLAUSIBLE_LOW_MV = 1000,
    PLAUSIBLE_HIGH_MV = 5000
};

/* Status 0013. */
enum {
    STATE_SOFT_START = 0,
    STATE_STANDBY = 1,
    STATE_CHARGE = 2,
    STATE_DISCHARGE = 3,
    STATE_MASK = 3,
    STATUS_ERROR = 1 << 2,
    STATUS_BALANCING = 1 << 3,
    STATUS_SLEEP = 1 << 4,
    STATUS_DISCHARGE = 1 << 5,
    STATUS_CHARGE = 1 << 6,
    STATUS_FORCE = 1 << 12
};

/* Errors 0014 and warnings 0022: the order of the bits could not be had; these follow the order of
   the names. A reader takes any of them as "something", see reasons_take(). */
static const struct flag_row reason_rows[] = {
    {0, 1U << 0, 0, REPORT_ANY_OVER_VOLTAGE},
    {0, 1U << 1, 0, REPORT_ANY_UNDER_VOLTAGE},
    {0, 1U << 2, 0, REPORT_CHARGE_CURRENT},
    {0, 1U << 3, 0, REPORT_DISCHARGE_CURRENT},
    {0, 1U << 4, 0, REPORT_SHORT_CIRCUIT},
    {0, 1U << 5, 0, REPORT_CHARGE_OVER_TEMPERATURE},
    {0, 1U << 6, 0, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {0, 1U << 7, 0, REPORT_CHARGE_UNDER_TEMPERATURE},
    {0, 1U << 8, 0, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {0, 1U << 9, 0, REPORT_MOS_OVER_TEMPERATURE},
    {0, 1U << 10, 0, REPORT_ENV_OVER_TEMPERATURE},
    {0, 1U << 11, 0, REPORT_ENV_UNDER_TEMPERATURE},
    {0, 1U << 12, 0, REPORT_ANY_SYSTEM},
};
enum { N_REASONS = sizeof reason_rows / sizeof reason_rows[0], REASON_BITS = 0x7FFF };
enum { WARNING_BITS = 0x3FFF }; /* above it the chemistry: 00 LFP */

static uint32_t reasons_take(uint16_t bits, uint16_t mask)
{
    return (bits & mask) != 0 ? REPORT_SYSTEM : 0;
}

static void put_cells(const struct pack_view *pack, uint16_t *image)
{
    uint8_t n = pack->n_cells < MAX_CELLS ? pack->n_cells : MAX_CELLS;
    uint32_t sum = 0;
    for (uint8_t k = 0; k < n; k++) {
        image[CELLS + k] = pack->cell_mv[k];
        sum += pack->cell_mv[k];
    }
    image[CELL_COUNT] = n;
    image[CELL_MEAN] = (uint16_t)(n > 0 ? sum / n : 0);
}

static void put_extremes(const struct battery_report *told, uint16_t *image)
{
    image[CELL_MAX] = told->cell_max_mv;
    image[CELL_MAX + 1] = told->cell_min_mv;
    image[CELL_MAX + 2] = told->cell_max_at.index;
    image[CELL_MAX + 3] = told->cell_min_at.index;
    image[DELTA] = (uint16_t)(told->cell_max_mv - told->cell_min_mv);
}

static void put_state(const struct pack_view *pack, const struct battery_report *told,
                      uint16_t *image)
{
    uint16_t status = told->current_ma > 0   ? STATE_CHARGE
                      : told->current_ma < 0 ? STATE_DISCHARGE
                                             : STATE_STANDBY;
    status |= told->protections != 0 ? STATUS_ERROR : 0;
    status |= pack->balance != 0 || told->balancing ? STATUS_BALANCING : 0;
    status |= pack->asleep ? STATUS_SLEEP : 0;
    /* with the output on a limit of 0 is read "as for charging": it goes off with the limit */
    status |= told->discharge_enable && told->discharge_limit_ma >= 10 ? STATUS_DISCHARGE : 0;
    status |= told->charge_enable ? STATUS_CHARGE : 0;
    status |= told->force_charge ? STATUS_FORCE : 0;
    image[STATUS] = status;
    flags_put(reason_rows, N_REASONS, report_fine(told->protections), image + ERRORS);
    flags_put(reason_rows, N_REASONS, report_fine(told->alarms), image + WARNINGS);
}

static void put_registers(const struct pack_view *pack, const struct battery_report *told,
                          uint16_t *image)
{
    uint8_t major;
    uint8_t minor;
    uint8_t text[BARCODE_LENGTH];
    version_take(pack->version, &major, &minor);
    image[VERSIONS] = (uint16_t)(major << 8 | minor);
    image[VERSIONS + 1] = image[VERSIONS];
    text_put(text, sizeof text, pack->serial, '\0');
    for (size_t k = 0; k < BARCODE_LENGTH / 2; k++) {
        image[BARCODE + k] = be16(text + 2 * k);
    }
    put_state(pack, told, image);
    image[CURRENT_GAUGE] = sat_s16(scaled(told->current_ma, 10));
    image[SOC] = told->soc_pct;
    image[VOLTAGE] = sat_u16(scaled(told->voltage_mv, 10));
    image[CURRENT] = image[CURRENT_GAUGE];
    image[TEMPERATURE] = (uint16_t)(int16_t)clamp_i32(scaled(told->temp_c10, 10), -127, 127);
    image[CHARGE_LIMIT] = sat_u16(told->charge_limit_ma / 10);
    image[REMAINING] = sat_u16(told->remaining_mah / 10);
    image[FULL] = sat_u16(told->full_mah / 10);
    image[CYCLES] = told->cycles;
    image[SOH] = told->soh_pct & 0x7F;
    image[CHARGE_VOLTAGE] = sat_u16(told->charge_mv / 10);
    image[DISCHARGE_LIMIT] = sat_u16(told->discharge_limit_ma / 10);
    image[FLOAT_VOLTAGE] = sat_u16(told->charge_mv / 100);
    put_cells(pack, image);
    put_extremes(told, image);
}

/* A pack by itself, in the words of the whole. */
static void report_of(const struct pack_view *pack, struct battery_report *told)
{
    int32_t sum = 0;
    int32_t n = 0;
    *told = (struct battery_report){.charge_mv = pack->charge_mv,
                                    .charge_limit_ma = pack->charge_limit_ma,
                                    .discharge_limit_ma = pack->discharge_limit_ma,
                                    .soc_pct = pack->soc_pct,
                                    .soh_pct = pack->soh_pct,
                                    .voltage_mv = pack->voltage_mv,
                                    .current_ma = pack->current_ma,
                                    .protections = pack->protections,
                                    .alarms = pack->alarms,
                                    .charge_enable = pack->charge_enable,
                                    .discharge_enable = pack->discharge_enable,
                                    .force_charge = pack->force_charge,
                                    .remaining_mah = pack->remaining_mah,
                                    .full_mah = pack->full_mah,
                                    .cycles = pack->cycles};
    for (uint8_t k = 0; k < pack->n_temps && k < BANK_TEMPS; k++) {
        sum += pack->temp_c10[k] != TEMP_ABSENT ? pack->temp_c10[k] : 0;
        n += pack->temp_c10[k] != TEMP_ABSENT ? 1 : 0;
    }
    told->temp_c10 = (int16_t)(n > 0 ? sum / n : 0);
    for (uint8_t k = 0; k < pack->n_cells && k < BANK_CELLS; k++) {
        uint16_t mv = pack->cell_mv[k];
        if (k == 0 || mv > told->cell_max_mv) {
            told->cell_max_mv = mv;
            told->cell_max_at.index = (uint8_t)(k + 1);
        }
        if (k == 0 || mv < told->cell_min_mv) {
            told->cell_min_mv = mv;
            told->cell_min_at.index = (uint8_t)(k + 1);
        }
    }
}

static size_t answer(struct rs485_server *server, const uint8_t *bytes, size_t n,
                     const struct rs485_job *job, uint8_t *reply)
{
    struct modbus_request request;
    if (!modbus_request_take(bytes, n, &request)) {
        return 0;
    }
    int i = request.unit > 0 ? bank_at(job->bank, request.unit) : -1;
    if (i < 0) {
        return 0;
    }
    enum modbus_exception why = request.function != MODBUS_READ ? MODBUS_NO_FUNCTION
                                : request.count == 0 || request.count > MODBUS_READ_MAX
                                    ? MODBUS_NO_VALUE
                                    : MODBUS_NO_ADDRESS;
    if (why != MODBUS_NO_ADDRESS || request.start + request.count > REGISTERS) {
        server->refusals++;
        return modbus_refuse(reply, request.unit, request.function, why);
    }
    memset(server->image, 0, sizeof server->image);
    if (i == bank_host(job->bank)) {
        put_registers(&job->bank->pack[i], &job->bank->whole, server->image);
    } else {
        report_of(&job->bank->pack[i], &server->told);
        put_registers(&job->bank->pack[i], &server->told, server->image);
    }
    return modbus_answer(reply, request.unit, request.function, server->image + request.start,
                         request.count);
}

static size_t ask(struct rs485_client *client, const struct rs485_step *step, uint8_t *out)
{
    uint16_t start = step->code;
    if (start == CELLS && client->pack[client->at].first_cell == CELLS_EARLY) {
        start = CELLS_EARLY;
    }
    return modbus_ask(out, client_address(client), MODBUS_READ, start, step->count);
}

static int reply_length(const struct rs485_client *client, const uint8_t *bytes, size_t n)
{
    return modbus_reply_to(bytes, n, client_address(client), MODBUS_READ,
                           rs485_growatt.steps[client->step].count);
}

/* Registers 0010 .. 001E. */
static void hear_status(const uint8_t *data, struct battery_report *told)
{
    const uint8_t *at = data + 2 * (STATUS - CURRENT_GAUGE);
    uint16_t status = be16(at);
    told->charge_enable = (status & STATUS_CHARGE) != 0;
    told->discharge_enable = (status & STATUS_DISCHARGE) != 0;
    told->force_charge = (status & STATUS_FORCE) != 0;
    told->balancing = (status & STATUS_BALANCING) != 0;
    told->asleep = (status & STATUS_SLEEP) != 0;
    told->protections = reasons_take(be16(at + 2), REASON_BITS);
    told->soc_pct = (uint8_t)(be16(at + 4) < 100 ? be16(at + 4) : 100);
    told->soc_pct100 = 0;
    told->voltage_mv = be16(at + 6) * 10;
    told->current_ma = be16s(at + 8) * 10;
    told->temp_c10 = (int16_t)(clamp_i32(be16s(at + 10), -127, 127) * 10);
    told->charge_limit_ma = be16(at + 12) * 10;
    told->remaining_mah = be16(at + 14) * 10U;
    told->full_mah = be16(at + 16) * 10U;
    told->cycles = be16(data + 2 * (CYCLES - CURRENT_GAUGE));
    told->heard |=
        HEARD_MEASURED | HEARD_TEMPERATURE | HEARD_CAPACITY | HEARD_CYCLES | HEARD_REQUEST;
}

/* Registers 0020 .. 002A. */
static void hear_limits(const uint8_t *data, struct battery_report *told, uint8_t *n_cells)
{
    uint16_t discharge = be16(data + 6);
    told->soh_pct = (uint8_t)(be16(data) & 0x7F);
    told->charge_mv = be16(data + 2) * 10;
    told->alarms = reasons_take(be16(data + 4), WARNING_BITS);
    /* 0 is "stop" when the output is off, else a pack that has one limit for both ways */
    told->discharge_limit_ma =
        discharge == 0 && told->discharge_enable ? told->charge_limit_ma : discharge * 10;
    told->cell_max_mv = be16(data + 10);
    told->cell_min_mv = be16(data + 12);
    *n_cells = (uint8_t)(be16(data + 18) < MAX_CELLS ? be16(data + 18) : MAX_CELLS);
    told->heard |= HEARD_LIMITS | HEARD_SOC | HEARD_SOH | HEARD_FLAGS;
    told->heard |= told->cell_max_mv > 0 ? HEARD_CELLS : 0;
}

/* What a unit told, put into its pack. */
static void view_of(const struct battery_report *told, struct pack_view *pack)
{
    pack->current_ma = told->current_ma;
    pack->voltage_mv = told->voltage_mv;
    pack->soc_pct = told->soc_pct;
    pack->soh_pct = told->soh_pct;
    pack->n_temps = 1;
    pack->temp_c10[0] = told->temp_c10;
    pack->remaining_mah = told->remaining_mah;
    pack->full_mah = told->full_mah;
    pack->cycles = told->cycles;
    pack->protections = told->protections;
    pack->alarms = told->alarms;
    pack->charging = told->current_ma > 0;
    pack->discharging = told->current_ma < 0;
    pack->asleep = told->asleep;
    pack->charge_enable = told->charge_enable;
    pack->discharge_enable = told->discharge_enable;
    pack->force_charge = told->force_charge;
    pack->charge_mv = told->charge_mv;
    pack->charge_limit_ma = told->charge_limit_ma;
    pack->discharge_limit_ma = told->discharge_limit_ma;
    pack->heard |= VIEW_ANALOG | VIEW_TEMPS | VIEW_CAPACITY | VIEW_CYCLES | VIEW_ENABLE;
    pack->heard |= (told->heard & HEARD_LIMITS) != 0 ? VIEW_LIMITS : 0;
    pack->heard |= (told->heard & HEARD_SOC) != 0 ? VIEW_SOC | VIEW_SOH | VIEW_FLAGS : 0;
}

static void hear_texts(const uint8_t *data, struct pack_view *pack)
{
    version_put(pack->version, data[0], data[1]);
    text_take(pack->serial, data + 2 * (BARCODE - VERSIONS), BARCODE_LENGTH);
    pack->heard |= VIEW_TEXTS;
}

static void hear_cells(const uint8_t *data, struct pack_view *pack)
{
    for (uint8_t k = 0; k < pack->n_cells; k++) {
        pack->cell_mv[k] = be16(data + 2 * (size_t)k);
    }
    pack->heard |= pack->n_cells > 0 ? VIEW_CELLS : 0;
}

static enum rs485_heard hear(struct rs485_client *client, const struct rs485_step *step,
                             const uint8_t *bytes, struct battery_bank *bank)
{
    if ((bytes[1] & MODBUS_REFUSED) != 0) {
        return RS485_REFUSED;
    }
    const uint8_t *data = bytes + 3;
    struct pack_view *pack = client_view(client, bank);
    struct client_pack *asked = &client->pack[client->at];
    /* unit 1 speaks for all; of several, its own share is not told */
    struct battery_report *told = client->at == 0 ? &client->told : &client->scratch;
    bool own = client->at > 0 || client->n_packs == 1;
    switch (step->code) {
    case CURRENT_GAUGE:
        told->heard &= (uint16_t) ~(unsigned)(HEARD_LIMITS | HEARD_SOC);
        hear_status(data, told);
        break;
    case SOH:
        hear_limits(data, told, &pack->n_cells);
        if (own) {
            view_of(told, pack);
        }
        break;
    case CELLS_EARLY:
        asked->first_cell =
            be16(data) >= PLAUSIBLE_LOW_MV && be16(data) <= PLAUSIBLE_HIGH_MV ? CELLS_EARLY : CELLS;
        break;
    case CELLS: hear_cells(data, pack); break;
    default: hear_texts(data, pack); break;
    }
    return RS485_GOOD;
}

/* Some emulations refuse longer reads. */
static const struct rs485_step steps[] = {
    {STEP_EACH, false, CURRENT_GAUGE, CYCLES + 1 - CURRENT_GAUGE},
    {STEP_EACH, false, SOH, CELL_COUNT + 2 - SOH},
    {STEP_ONCE, true, CELLS_EARLY, 1},
    {STEP_EACH, false, CELLS, MAX_CELLS},
    {STEP_ONCE, true, VERSIONS, 14},
};

const struct rs485_end rs485_growatt = {
    .steps = steps,
    .n_steps = sizeof steps / sizeof steps[0],
    .request_length = modbus_request_length,
    .foreign_length = modbus_reply_length,
    .answer = answer,
    .ask = ask,
    .reply_length = reply_length,
    .hear = hear,
};
