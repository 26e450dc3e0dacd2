/* SPDX-License-Identifier: Apache-2.0 */
/* JBD frames and what registers 03 and 04 hold. */
#include "core/proto/jbd.h"

#include <string.h>

#include "core/proto/flag_rows.h"
#include "core/proto/rs485_ends.h"

enum {
    HEAD = 4,
    FRAME_REST = 7, /* all but the data */
    BASIC_LENGTH = 23,
    KELVIN_C10 = 2731,
    FET_CHARGE = 1,
    FET_DISCHARGE = 2,
    LARGE_MV = 1 /* a word of 0 behind the cells is no cell */
};

static const struct flag_row protection_rows[] = {
    {0, 1U << 0, REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {0, 1U << 1, REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {0, 1U << 2, REPORT_PACK_OVER_VOLTAGE, REPORT_PACK_OVER_VOLTAGE | REPORT_CHARGER_VOLTAGE},
    {0, 1U << 3, REPORT_PACK_UNDER_VOLTAGE, REPORT_PACK_UNDER_VOLTAGE},
    {0, 1U << 4, REPORT_CHARGE_OVER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
    {0, 1U << 5, REPORT_CHARGE_UNDER_TEMPERATURE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {0, 1U << 6, REPORT_DISCHARGE_OVER_TEMPERATURE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {0, 1U << 7, REPORT_DISCHARGE_UNDER_TEMPERATURE, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {0, 1U << 8, REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {0, 1U << 9, REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {0, 1U << 10, REPORT_SHORT_CIRCUIT, REPORT_SHORT_CIRCUIT},
    {0, 1U << 11, REPORT_FRONT_END, REPORT_FRONT_END | REPORT_SYSTEM},
};
enum { N_PROTECTIONS = sizeof protection_rows / sizeof protection_rows[0] };

static uint16_t sum_of(const uint8_t *bytes, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += bytes[i];
    }
    return (uint16_t)(0U - sum);
}

/* Head is written; data, sum over bytes from `summed`, end. */
static size_t seal(uint8_t *out, const uint8_t *data, uint8_t n, size_t summed)
{
    out[0] = JBD_START;
    out[3] = n;
    if (n > 0) {
        memcpy(out + HEAD, data, n);
    }
    put_be16(out + HEAD + n, sum_of(out + summed, HEAD + (size_t)n - summed));
    out[HEAD + 2 + n] = JBD_END;
    return FRAME_REST + (size_t)n;
}

size_t jbd_request(uint8_t *out, bool write, uint8_t reg, const uint8_t *data, uint8_t n)
{
    out[1] = write ? JBD_WRITE : JBD_READ;
    out[2] = reg;
    return seal(out, data, n, 2);
}

size_t jbd_reply(uint8_t *out, uint8_t reg, bool error, const uint8_t *data, uint8_t n)
{
    out[1] = reg;
    out[2] = error ? JBD_ERROR : 0;
    return seal(out, data, n, 2);
}

static int judged(const uint8_t *bytes, size_t n)
{
    if (n < HEAD) {
        return 0;
    }
    size_t whole = FRAME_REST + (size_t)bytes[3];
    if (n < whole) {
        return 0;
    }
    bool right =
        bytes[whole - 1] == JBD_END && be16(bytes + whole - 3) == sum_of(bytes + 2, whole - 5);
    return right ? (int)whole : -1;
}

int jbd_request_length(const uint8_t *bytes, size_t n)
{
    bool ours = bytes[0] == JBD_START && (n < 2 || bytes[1] == JBD_READ || bytes[1] == JBD_WRITE);
    return ours ? judged(bytes, n) : -1;
}

int jbd_reply_length(const uint8_t *bytes, size_t n)
{
    bool ours = bytes[0] == JBD_START && (n < 3 || bytes[2] == 0 || bytes[2] == JBD_ERROR);
    return ours ? judged(bytes, n) : -1;
}

uint8_t jbd_basic_encode(const struct pack_view *pack, uint8_t *data)
{
    uint16_t why = 0;
    uint8_t major;
    uint8_t minor;
    uint8_t n = 0;
    version_take(pack->version, &major, &minor);
    flags_put(protection_rows, N_PROTECTIONS, report_fine(pack->protections), &why);
    memset(data, 0, BASIC_LENGTH);
    put_be16(data, sat_u16(scaled(pack->voltage_mv, 10)));
    put_be16(data + 2, sat_s16(scaled(pack->current_ma, 10)));
    put_be16(data + 4, sat_u16(pack->remaining_mah / 10));
    put_be16(data + 6, sat_u16(pack->design_mah / 10));
    put_be16(data + 8, pack->cycles);
    put_be16(data + 12, pack->balance & 0xFFFF);
    put_be16(data + 14, pack->balance >> 16);
    put_be16(data + 16, why);
    data[18] = (uint8_t)((major & 0xF) << 4 | (minor & 0xF));
    data[19] = pack->soc_pct;
    data[20] =
        (uint8_t)((pack->charge_mos ? FET_CHARGE : 0) | (pack->discharge_mos ? FET_DISCHARGE : 0));
    data[21] = pack->n_cells;
    for (uint8_t k = 0; k < pack->n_temps && k < BANK_TEMPS; k++) {
        if (pack->temp_c10[k] != TEMP_ABSENT) {
            put_be16(data + BASIC_LENGTH + 2 * (size_t)n++,
                     sat_u16((int32_t)pack->temp_c10[k] + KELVIN_C10));
        }
    }
    data[22] = n;
    return (uint8_t)(BASIC_LENGTH + 2 * n);
}

int jbd_basic_decode(const uint8_t *data, size_t n, struct pack_view *pack, struct jbd_date *date)
{
    if (n < BASIC_LENGTH || n < BASIC_LENGTH + 2U * data[22]) {
        return -1;
    }
    uint16_t why = be16(data + 16);
    uint16_t packed = be16(data + 10);
    *date = (struct jbd_date){.year = (uint16_t)(2000 + (packed >> 9)),
                              .month = (uint8_t)(packed >> 5 & 0xF),
                              .day = packed & 0x1F};
    pack->voltage_mv = be16(data) * 10;
    pack->current_ma = be16s(data + 2) * 10;
    pack->remaining_mah = be16(data + 4) * 10U;
    pack->design_mah = be16(data + 6) * 10U;
    pack->full_mah = pack->design_mah; /* all this register knows */
    pack->cycles = be16(data + 8);
    pack->balance = be16(data + 12) | (uint32_t)be16(data + 14) << 16;
    pack->protections = flags_take(protection_rows, N_PROTECTIONS, &why);
    version_put(pack->version, data[18] >> 4, data[18] & 0xFU);
    pack->soc_pct = data[19] < 100 ? data[19] : 100;
    pack->charge_mos = (data[20] & FET_CHARGE) != 0;
    pack->discharge_mos = (data[20] & FET_DISCHARGE) != 0;
    pack->charging = pack->current_ma > 0;
    pack->discharging = pack->current_ma < 0;
    pack->n_cells = data[21] < BANK_CELLS ? data[21] : BANK_CELLS;
    pack->n_temps = data[22] < BANK_TEMPS ? data[22] : BANK_TEMPS;
    for (uint8_t k = 0; k < pack->n_temps; k++) {
        pack->temp_c10[k] = (int16_t)(be16s(data + BASIC_LENGTH + 2 * (size_t)k) - KELVIN_C10);
    }
    pack->heard |= VIEW_ANALOG | VIEW_CAPACITY | VIEW_DESIGN | VIEW_CYCLES | VIEW_BALANCE |
                   VIEW_FLAGS | VIEW_SOC | VIEW_MOS | VIEW_TEMPS;
    return 0;
}

uint8_t jbd_cells_encode(const struct pack_view *pack, uint8_t *data)
{
    uint8_t n = pack->n_cells < BANK_CELLS ? pack->n_cells : BANK_CELLS;
    for (uint8_t k = 0; k < n; k++) {
        put_be16(data + 2 * (size_t)k, pack->cell_mv[k]);
    }
    return (uint8_t)(2 * n);
}

int jbd_cells_decode(const uint8_t *data, size_t n, struct pack_view *pack)
{
    if (n % 2 != 0 || n == 0) {
        return -1;
    }
    size_t cells = n / 2 < BANK_CELLS ? n / 2 : BANK_CELLS;
    while (cells > 1 && be16(data + 2 * (cells - 1)) < LARGE_MV) {
        cells--;
    }
    pack->n_cells = (uint8_t)cells;
    for (size_t k = 0; k < cells; k++) {
        pack->cell_mv[k] = be16(data + 2 * k);
    }
    pack->heard |= VIEW_CELLS;
    return 0;
}
