/* SPDX-License-Identifier: Apache-2.0 */
/* PACE ASCII payloads: offsets in docs/protocols.md. */
#include "core/proto/pace_ascii.h"

#include <string.h>

#include "core/proto/flag_rows.h"
#include "core/proto/rs485_ends.h"

enum {
    KELVIN_C10 = 2730,
    WITH_MOS = 6, /* four groups of cells, MOS, environment; fewer are all groups */
    USER_ITEMS = 3,
    NO_DESIGN = 2, /* with so many user items the design capacity is missing */
    PLAUSIBLE_LOW_MV = 1000,
    PLAUSIBLE_HIGH_MV = 5000,
    STATE_LOW = 0x01,
    STATE_HIGH = 0x02,
    STATUS_BYTES = 9,
    CLOCK_LENGTH = 6
};

/* The nine bytes behind the states. */
enum { PROTECT_1, PROTECT_2, SYSTEM, CONTROL, FAULT, BALANCE_1, BALANCE_2, WARN_1, WARN_2 };
enum {
    PROTECT_2_FULL = 0x80,
    SYSTEM_HEATER = 0x80,
    SYSTEM_CHARGING = 0x20,
    SYSTEM_DISCHARGING = 0x08,
    SYSTEM_DISCHARGE_MOS = 0x04,
    SYSTEM_CHARGE_MOS = 0x02,
    SYSTEM_LIMITER = 0x01
};

static const struct flag_row protection_rows[] = {
    {PROTECT_1, 0x40, REPORT_SHORT_CIRCUIT, REPORT_SHORT_CIRCUIT},
    {PROTECT_1, 0x20, REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {PROTECT_1, 0x10, REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {PROTECT_1, 0x08, REPORT_PACK_UNDER_VOLTAGE, REPORT_PACK_UNDER_VOLTAGE},
    {PROTECT_1, 0x04, REPORT_PACK_OVER_VOLTAGE, REPORT_PACK_OVER_VOLTAGE | REPORT_CHARGER_VOLTAGE},
    {PROTECT_1, 0x02, REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {PROTECT_1, 0x01, REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {PROTECT_2, 0x40, REPORT_ENV_UNDER_TEMPERATURE, REPORT_ENV_UNDER_TEMPERATURE},
    {PROTECT_2, 0x20, REPORT_ENV_OVER_TEMPERATURE, REPORT_ENV_OVER_TEMPERATURE},
    {PROTECT_2, 0x10, REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {PROTECT_2, 0x08, REPORT_DISCHARGE_UNDER_TEMPERATURE, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {PROTECT_2, 0x04, REPORT_CHARGE_UNDER_TEMPERATURE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {PROTECT_2, 0x02, REPORT_DISCHARGE_OVER_TEMPERATURE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {PROTECT_2, 0x01, REPORT_CHARGE_OVER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
    {SYSTEM, 0x10, REPORT_REVERSED, REPORT_REVERSED},
    {FAULT, 0x20, REPORT_FRONT_END, REPORT_FRONT_END},
    {FAULT, 0x10, REPORT_SYSTEM, REPORT_SYSTEM | REPORT_IMBALANCE | REPORT_COMMUNICATION},
    {FAULT, 0x04, REPORT_TEMPERATURE_SENSOR, REPORT_TEMPERATURE_SENSOR},
    {FAULT, 0x02, REPORT_DISCHARGE_MOS, REPORT_DISCHARGE_MOS},
    {FAULT, 0x01, REPORT_CHARGE_MOS, REPORT_CHARGE_MOS},
};
static const struct flag_row alarm_rows[] = {
    {WARN_1, 0x20, REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {WARN_1, 0x10, REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {WARN_1, 0x08, REPORT_PACK_UNDER_VOLTAGE, REPORT_PACK_UNDER_VOLTAGE},
    {WARN_1, 0x04, REPORT_PACK_OVER_VOLTAGE, REPORT_PACK_OVER_VOLTAGE},
    {WARN_1, 0x02, REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {WARN_1, 0x01, REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {WARN_2, 0x80, REPORT_LOW_SOC, REPORT_LOW_SOC},
    {WARN_2, 0x40, REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {WARN_2, 0x20, REPORT_ENV_UNDER_TEMPERATURE, REPORT_ENV_UNDER_TEMPERATURE},
    {WARN_2, 0x10, REPORT_ENV_OVER_TEMPERATURE, REPORT_ENV_OVER_TEMPERATURE},
    {WARN_2, 0x08, REPORT_DISCHARGE_UNDER_TEMPERATURE, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {WARN_2, 0x04, REPORT_CHARGE_UNDER_TEMPERATURE, REPORT_CHARGE_UNDER_TEMPERATURE},
    {WARN_2, 0x02, REPORT_DISCHARGE_OVER_TEMPERATURE, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {WARN_2, 0x01, REPORT_CHARGE_OVER_TEMPERATURE, REPORT_CHARGE_OVER_TEMPERATURE},
};
enum {
    N_PROTECTIONS = sizeof protection_rows / sizeof protection_rows[0],
    N_ALARMS = sizeof alarm_rows / sizeof alarm_rows[0]
};

static void put_temp(uint8_t *at, int16_t c10)
{
    put_be16(at, c10 == TEMP_ABSENT ? 0U : sat_u16((int32_t)c10 + KELVIN_C10));
}

static int16_t take_temp(const uint8_t *at)
{
    return be16(at) == 0 ? (int16_t)TEMP_ABSENT : (int16_t)(be16s(at) - KELVIN_C10);
}

/* "M, cells, N, temperatures": the first part of 0x42 and of a record. */
static uint16_t lists_put(const struct pack_view *pack, uint8_t *to)
{
    uint8_t *at = to;
    uint8_t groups = pack->n_temps < BANK_TEMPS ? pack->n_temps : BANK_TEMPS;
    *at++ = pack->n_cells < BANK_CELLS ? pack->n_cells : BANK_CELLS;
    for (uint8_t k = 0; k < to[0]; k++, at += 2) {
        put_be16(at, pack->cell_mv[k]);
    }
    *at++ = (uint8_t)(groups + 2);
    for (uint8_t k = 0; k < groups; k++, at += 2) {
        put_temp(at, pack->temp_c10[k]);
    }
    put_temp(at, pack->mos_c10);
    put_temp(at + 2, pack->env_c10);
    return (uint16_t)(at + 4 - to);
}

/* Where these lists end, 0 when they do not fit. */
static size_t lists_end(const uint8_t *info, size_t length, size_t at)
{
    if (at >= length || info[at] < 1 || info[at] > BANK_CELLS) {
        return 0;
    }
    at += 1U + 2U * info[at];
    if (at >= length || info[at] > BANK_TEMPS + 2) {
        return 0;
    }
    at += 1U + 2U * info[at];
    return at <= length ? at : 0;
}

/* Lists whose end was found. */
static void lists_take(const uint8_t *from, struct pack_view *pack)
{
    pack->n_cells = *from++;
    for (uint8_t k = 0; k < pack->n_cells; k++, from += 2) {
        pack->cell_mv[k] = be16(from);
    }
    uint8_t n = *from++;
    bool both = n >= WITH_MOS;
    pack->n_temps = (uint8_t)(both ? n - 2 : n);
    for (uint8_t k = 0; k < pack->n_temps; k++, from += 2) {
        pack->temp_c10[k] = take_temp(from);
    }
    pack->mos_c10 = both ? take_temp(from) : (int16_t)TEMP_ABSENT;
    pack->env_c10 = both ? take_temp(from + 2) : (int16_t)TEMP_ABSENT;
}

uint16_t pace_analog_put(const struct pack_view *pack, uint8_t *to)
{
    uint8_t *at = to + lists_put(pack, to);
    put_be16(at, sat_s16(scaled(pack->current_ma, 10)));
    put_be16(at + 2, sat_u16(pack->voltage_mv));
    put_be16(at + 4, sat_u16(pack->remaining_mah / 10));
    at[6] = USER_ITEMS;
    put_be16(at + 7, sat_u16(pack->full_mah / 10));
    put_be16(at + 9, pack->cycles);
    put_be16(at + 11, sat_u16(pack->design_mah / 10));
    return (uint16_t)(at + 13 - to);
}

/* Where the next pack begins behind a vendor's extras: a count of cells, and as many plausible
   voltages. Not by a byte that looks like the count alone: a SOC may. */
static size_t next_pack(const uint8_t *info, size_t length, size_t at)
{
    for (; at < length; at++) {
        uint8_t n = info[at];
        bool fits = n >= 1 && n <= BANK_CELLS && at + 1 + 2U * n <= length;
        for (uint8_t k = 0; fits && k < n; k++) {
            uint16_t mv = be16(info + at + 1 + 2 * (size_t)k);
            fits = mv >= PLAUSIBLE_LOW_MV && mv <= PLAUSIBLE_HIGH_MV;
        }
        if (fits) {
            return at;
        }
    }
    return length;
}

int pace_analog_take(const uint8_t *info, size_t length, size_t *offset, struct pack_view *pack)
{
    size_t at = lists_end(info, length, *offset);
    if (at == 0 || at + 11 > length) {
        return -1;
    }
    const uint8_t *tail = info + at;
    at += 11;
    lists_take(info + *offset, pack);
    pack->current_ma = be16s(tail) * 10;
    pack->voltage_mv = be16(tail + 2);
    pack->remaining_mah = be16(tail + 4) * 10U;
    pack->full_mah = be16(tail + 7) * 10U;
    pack->cycles = be16(tail + 9);
    pack->heard |= VIEW_ANALOG | VIEW_CELLS | VIEW_TEMPS | VIEW_CAPACITY | VIEW_CYCLES;
    if (tail[6] != NO_DESIGN && at + 2 <= length) {
        pack->design_mah = be16(tail + 11) * 10U;
        pack->soh_pct = charge_pct(pack->full_mah, pack->design_mah);
        pack->heard |= pack->design_mah > 0 ? VIEW_DESIGN | VIEW_SOH : 0;
        at += 2;
    }
    pack->soc_pct = charge_pct(pack->remaining_mah, pack->full_mah);
    pack->heard |= pack->full_mah > 0 ? VIEW_SOC : 0;
    *offset = next_pack(info, length, at);
    return 0;
}

static uint8_t state(bool low, bool high) { return low ? STATE_LOW : high ? STATE_HIGH : 0; }

/* Everything in the nine bytes but the control byte. */
static void bytes_put(const struct pack_view *pack, uint16_t *bytes)
{
    flags_put(protection_rows, N_PROTECTIONS, report_fine(pack->protections), bytes);
    flags_put(alarm_rows, N_ALARMS, report_fine(pack->alarms), bytes);
    bytes[PROTECT_2] |= pack->full ? PROTECT_2_FULL : 0;
    bytes[SYSTEM] |=
        (uint16_t)((pack->heater ? SYSTEM_HEATER : 0) | (pack->charging ? SYSTEM_CHARGING : 0) |
                   (pack->discharging ? SYSTEM_DISCHARGING : 0) |
                   (pack->discharge_mos ? SYSTEM_DISCHARGE_MOS : 0) |
                   (pack->charge_mos ? SYSTEM_CHARGE_MOS : 0) |
                   (pack->limiter ? SYSTEM_LIMITER : 0));
    bytes[BALANCE_1] = (uint16_t)(pack->balance & 0xFF);
    bytes[BALANCE_2] = (uint16_t)(pack->balance >> 8 & 0xFF);
}

uint16_t pace_status_put(const struct pack_view *pack, uint8_t control, uint8_t *to)
{
    uint16_t bytes[STATUS_BYTES] = {0};
    uint32_t why = report_fine(pack->protections | pack->alarms);
    uint8_t groups = pack->n_temps < BANK_TEMPS ? pack->n_temps : BANK_TEMPS;
    uint8_t *at = to;
    *at++ = pack->n_cells < BANK_CELLS ? pack->n_cells : BANK_CELLS;
    for (uint8_t k = 0; k < to[0]; k++) {
        *at++ = state((pack->cells_low >> k & 1) != 0, (pack->cells_high >> k & 1) != 0);
    }
    *at++ = (uint8_t)(groups + 2);
    bool cold = (why & (REPORT_CHARGE_UNDER_TEMPERATURE | REPORT_DISCHARGE_UNDER_TEMPERATURE)) != 0;
    bool hot = (why & (REPORT_CHARGE_OVER_TEMPERATURE | REPORT_DISCHARGE_OVER_TEMPERATURE)) != 0;
    for (uint8_t k = 0; k < groups; k++) {
        *at++ = state(cold, hot);
    }
    *at++ = state(false, (why & REPORT_MOS_OVER_TEMPERATURE) != 0);
    *at++ =
        state((why & REPORT_ENV_UNDER_TEMPERATURE) != 0, (why & REPORT_ENV_OVER_TEMPERATURE) != 0);
    *at++ = state(false, (why & REPORT_CHARGE_CURRENT) != 0);
    *at++ = state((why & REPORT_PACK_UNDER_VOLTAGE) != 0, (why & REPORT_PACK_OVER_VOLTAGE) != 0);
    *at++ = state(false, (why & REPORT_ANY_DISCHARGE_CURRENT) != 0);
    bytes_put(pack, bytes);
    bytes[CONTROL] = control;
    for (size_t k = 0; k < STATUS_BYTES; k++) {
        *at++ = (uint8_t)bytes[k];
    }
    return (uint16_t)(at - to);
}

int pace_status_take(const uint8_t *info, size_t length, size_t *offset, struct pack_view *pack,
                     uint8_t *control)
{
    size_t at = *offset;
    uint16_t bytes[STATUS_BYTES];
    if (at >= length || info[at] < 1 || info[at] > BANK_CELLS) {
        return -1;
    }
    uint8_t cells = info[at++];
    const uint8_t *states = info + at;
    at += cells;
    if (at >= length || info[at] > BANK_TEMPS + 2) {
        return -1;
    }
    at += 1U + info[at] + 3U;
    if (at + STATUS_BYTES > length) {
        return -1;
    }
    for (size_t k = 0; k < STATUS_BYTES; k++) {
        bytes[k] = info[at + k];
    }
    pack->cells_low = 0;
    pack->cells_high = 0;
    for (uint8_t k = 0; k < cells; k++) {
        pack->cells_low |= states[k] == STATE_LOW ? 1U << k : 0U;
        pack->cells_high |= states[k] == STATE_HIGH ? 1U << k : 0U;
    }
    pack->protections = flags_take(protection_rows, N_PROTECTIONS, bytes);
    pack->alarms = flags_take(alarm_rows, N_ALARMS, bytes);
    pack->full = (bytes[PROTECT_2] & PROTECT_2_FULL) != 0;
    pack->heater = (bytes[SYSTEM] & SYSTEM_HEATER) != 0;
    pack->charging = (bytes[SYSTEM] & SYSTEM_CHARGING) != 0;
    pack->discharging = (bytes[SYSTEM] & SYSTEM_DISCHARGING) != 0;
    pack->discharge_mos = (bytes[SYSTEM] & SYSTEM_DISCHARGE_MOS) != 0;
    pack->charge_mos = (bytes[SYSTEM] & SYSTEM_CHARGE_MOS) != 0;
    pack->limiter = (bytes[SYSTEM] & SYSTEM_LIMITER) != 0;
    pack->balance = (uint32_t)bytes[BALANCE_1] | (uint32_t)bytes[BALANCE_2] << 8;
    pack->heard |= VIEW_FLAGS | VIEW_MOS | VIEW_BALANCE;
    *control = (uint8_t)bytes[CONTROL];
    *offset = at + STATUS_BYTES;
    return 0;
}

uint16_t pace_clock_put(const struct desk_clock *clock, uint8_t *info)
{
    info[0] = (uint8_t)(clock->year - 2000);
    info[1] = clock->month;
    info[2] = clock->day;
    info[3] = clock->hour;
    info[4] = clock->minute;
    info[5] = clock->second;
    return CLOCK_LENGTH;
}

int pace_clock_take(const uint8_t *info, size_t length, struct desk_clock *clock)
{
    if (length < CLOCK_LENGTH || info[0] > 99 || info[1] < 1 || info[1] > 12 || info[2] < 1 ||
        info[2] > 31 || info[3] > 23 || info[4] > 59 || info[5] > 59) {
        return -1;
    }
    *clock = (struct desk_clock){.year = (uint16_t)(2000 + info[0]),
                                 .month = info[1],
                                 .day = info[2],
                                 .hour = info[3],
                                 .minute = info[4],
                                 .second = info[5]};
    return 0;
}

uint16_t pace_record_put(const struct desk_record *record, uint8_t *info)
{
    uint16_t bytes[STATUS_BYTES] = {0};
    uint8_t *at = info + pace_clock_put(&record->at, info);
    at += lists_put(record->pack, at);
    put_be16(at, sat_s16(scaled(record->pack->current_ma, 10)));
    put_be16(at + 2, sat_u16(record->pack->voltage_mv));
    put_be16(at + 4, sat_u16(record->pack->remaining_mah / 10));
    put_be16(at + 6, sat_u16(record->pack->full_mah / 10));
    at += 8;
    bytes_put(record->pack, bytes);
    /* the one sample there is has the state of the switches at 5 and FF from 8 on; ours says with
       the others what was wrong */
    const uint8_t flags[PACE_RECORD_FLAGS] = {(uint8_t)bytes[WARN_1],
                                              (uint8_t)bytes[WARN_2],
                                              (uint8_t)bytes[PROTECT_1],
                                              (uint8_t)bytes[PROTECT_2],
                                              (uint8_t)bytes[FAULT],
                                              (uint8_t)bytes[SYSTEM],
                                              (uint8_t)bytes[BALANCE_1],
                                              (uint8_t)bytes[BALANCE_2],
                                              0xFF,
                                              0xFF,
                                              0xFF,
                                              0xFF};
    memcpy(at, flags, sizeof flags);
    return (uint16_t)(at + sizeof flags - info);
}

int pace_record_take(const uint8_t *info, size_t length, struct pace_record *record)
{
    struct desk_clock at;
    struct pack_view *pack = &record->pack;
    size_t end = lists_end(info, length, CLOCK_LENGTH);
    if (end == 0 || end + 8 + PACE_RECORD_FLAGS > length ||
        pace_clock_take(info, length, &at) != 0) {
        return -1;
    }
    memset(record, 0, sizeof *record);
    record->at = at;
    lists_take(info + CLOCK_LENGTH, pack);
    pack->current_ma = be16s(info + end) * 10;
    pack->voltage_mv = be16(info + end + 2);
    pack->remaining_mah = be16(info + end + 4) * 10U;
    pack->full_mah = be16(info + end + 6) * 10U;
    pack->soc_pct = charge_pct(pack->remaining_mah, pack->full_mah);
    pack->heard = VIEW_ANALOG | VIEW_CELLS | VIEW_TEMPS | VIEW_CAPACITY | VIEW_SOC;
    memcpy(record->flags, info + end + 8, PACE_RECORD_FLAGS);
    return 0;
}
