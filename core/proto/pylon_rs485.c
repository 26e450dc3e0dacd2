/* SPDX-License-Identifier: Apache-2.0 */
/* Pylontech RS485 payloads. Offsets: docs/protocols.md; every field is big-endian. */
#include "core/proto/pylon_rs485.h"

#include <string.h>

#include "core/proto/rs485_ends.h" /* saturating fields */

enum {
    KELVIN_C10 = 2731,
    LIMITS_LENGTH = 9,
    SMALL_MAH = 65000, /* up to here the 16-bit capacities do */
    ABSENT16 = 0xFFFF,
    BLOCK_ITEMS_16 = 2,
    BLOCK_ITEMS_24 = 4
};

/* The absolute zero stands for a sensor that is not there (our choice: there is no code for it). */
static uint16_t kelvin(int16_t c10)
{
    return c10 == TEMP_ABSENT ? 0 : sat_u16((int32_t)c10 + KELVIN_C10);
}

static int16_t celsius(const uint8_t *at)
{
    return be16(at) == 0 ? TEMP_ABSENT : (int16_t)(be16s(at) - KELVIN_C10);
}

uint16_t pylon_analog_put(const struct pylon_analog *analog, uint8_t *to)
{
    uint8_t *at = to;
    *at++ = analog->n_cells;
    for (int i = 0; i < analog->n_cells; i++, at += 2) {
        put_be16(at, analog->cell_mv[i]);
    }
    *at++ = analog->n_temps;
    for (int i = 0; i < analog->n_temps; i++, at += 2) {
        put_be16(at, kelvin(analog->temp_c10[i]));
    }
    bool wide = analog->total_mah > SMALL_MAH;
    put_be16(at, sat_s16(scaled(analog->current_ma, 100)));
    put_be16(at + 2, analog->voltage_mv);
    put_be16(at + 4, wide ? ABSENT16 : analog->remaining_mah);
    at[6] = wide ? BLOCK_ITEMS_24 : BLOCK_ITEMS_16;
    put_be16(at + 7, wide ? ABSENT16 : analog->total_mah);
    put_be16(at + 9, analog->cycles);
    at += 11;
    if (wide) {
        put_be24(at, analog->remaining_mah);
        put_be24(at + 3, analog->total_mah);
        at += 6;
    }
    return (uint16_t)(at - to);
}

uint16_t pylon_analog_encode(const struct pylon_analog *analog, uint8_t address, uint8_t *info)
{
    info[0] = 0; /* INFOFLAG: nothing unread */
    info[1] = address;
    return (uint16_t)(2 + pylon_analog_put(analog, info + 2));
}

/* A list "count, entries of `size` bytes" at `*offset`; its count, or -1 when it does not fit. */
static int list_at(const uint8_t *info, size_t length, size_t *offset, int most, size_t size)
{
    if (*offset >= length) {
        return -1;
    }
    int n = info[*offset];
    (*offset)++;
    if (n > most || *offset + (size_t)n * size > length) {
        return -1;
    }
    return n;
}

int pylon_analog_take(const uint8_t *info, size_t length, size_t *offset,
                      struct pylon_analog *analog)
{
    struct pylon_analog read = {0};
    size_t at = *offset;
    int n_cells = list_at(info, length, &at, PYLON_CELLS_MAX, 2);
    if (n_cells < 1) {
        return -1;
    }
    for (int i = 0; i < n_cells; i++, at += 2) {
        read.cell_mv[i] = be16(info + at);
    }
    int n_temps = list_at(info, length, &at, PYLON_TEMPS_MAX, 2);
    if (n_temps < 0) {
        return -1;
    }
    for (int i = 0; i < n_temps; i++, at += 2) {
        read.temp_c10[i] = celsius(info + at);
    }
    if (at + 11 > length) {
        return -1;
    }
    const uint8_t *tail = info + at;
    bool wide = tail[6] > BLOCK_ITEMS_16;
    if (wide && at + 17 > length) {
        return -1;
    }
    read.n_cells = (uint8_t)n_cells;
    read.n_temps = (uint8_t)n_temps;
    read.current_ma = be16s(tail) * 100;
    read.voltage_mv = be16(tail + 2);
    read.remaining_mah = wide ? be24(tail + 11) : be16(tail + 4);
    read.total_mah = wide ? be24(tail + 14) : be16(tail + 7);
    read.cycles = be16(tail + 9);
    *offset = at + (wide ? 17 : 11);
    *analog = read;
    return 0;
}

int pylon_analog_decode(const uint8_t *info, size_t length, struct pylon_analog *analog)
{
    size_t at = 2;
    return pylon_analog_take(info, length, &at, analog);
}

uint16_t pylon_alarm_put(const struct pylon_alarm *alarm, uint8_t *to)
{
    uint8_t *at = to;
    *at++ = alarm->n_cells;
    memcpy(at, alarm->cell, alarm->n_cells);
    at += alarm->n_cells;
    *at++ = alarm->n_temps;
    memcpy(at, alarm->temp, alarm->n_temps);
    at += alarm->n_temps;
    *at++ = alarm->charge_current;
    *at++ = alarm->voltage;
    *at++ = alarm->discharge_current;
    memcpy(at, alarm->status, sizeof alarm->status);
    at += sizeof alarm->status;
    return (uint16_t)(at - to);
}

uint16_t pylon_alarm_encode(const struct pylon_alarm *alarm, uint8_t address, uint8_t *info)
{
    info[0] = 0;
    info[1] = address;
    return (uint16_t)(2 + pylon_alarm_put(alarm, info + 2));
}

int pylon_alarm_take(const uint8_t *info, size_t length, size_t *offset, struct pylon_alarm *alarm)
{
    struct pylon_alarm read = {0};
    size_t at = *offset;
    int n_cells = list_at(info, length, &at, PYLON_CELLS_MAX, 1);
    if (n_cells < 1) {
        return -1;
    }
    memcpy(read.cell, info + at, (size_t)n_cells);
    at += (size_t)n_cells;
    int n_temps = list_at(info, length, &at, PYLON_TEMPS_MAX, 1);
    if (n_temps < 0 || at + (size_t)n_temps + 8 > length) {
        return -1;
    }
    memcpy(read.temp, info + at, (size_t)n_temps);
    at += (size_t)n_temps;
    read.n_cells = (uint8_t)n_cells;
    read.n_temps = (uint8_t)n_temps;
    read.charge_current = info[at];
    read.voltage = info[at + 1];
    read.discharge_current = info[at + 2];
    memcpy(read.status, info + at + 3, sizeof read.status);
    *offset = at + 8;
    *alarm = read;
    return 0;
}

int pylon_alarm_decode(const uint8_t *info, size_t length, struct pylon_alarm *alarm)
{
    size_t at = 2;
    return pylon_alarm_take(info, length, &at, alarm);
}

/* Limits as 0x92 and 0x63 have them, from the voltages to the status byte. */
static void put_limits(const struct pylon_limits *limits, uint8_t *at, uint8_t status)
{
    put_be16(at, sat_u16(limits->charge_mv));
    put_be16(at + 2, sat_u16(limits->discharge_mv));
    put_be16(at + 4, (uint32_t)clamp_i32(limits->charge_ma / 100, 0, INT16_MAX));
    put_be16(at + 6, (uint32_t)-clamp_i32(limits->discharge_ma / 100, 0, INT16_MAX));
    at[8] = status;
}

static struct pylon_limits take_limits(const uint8_t *at)
{
    return (struct pylon_limits){
        .charge_mv = be16(at),
        .discharge_mv = be16(at + 2),
        .charge_ma = abs_i32(be16s(at + 4)) * 100,
        .discharge_ma = abs_i32(be16s(at + 6)) * 100, /* either sign is out there */
        .charge_enable = (at[8] & 0x80) != 0,
        .discharge_enable = (at[8] & 0x40) != 0,
        .force_charge = (at[8] & 0x20) != 0,
        .force_charge_soon = (at[8] & 0x10) != 0,
        .full_charge_request = (at[8] & 0x08) != 0,
    };
}

static uint8_t enables(const struct pylon_limits *limits)
{
    return (uint8_t)(limits->charge_enable << 7 | limits->discharge_enable << 6 |
                     limits->force_charge << 5);
}

uint16_t pylon_limits_encode(const struct pylon_limits *limits, uint8_t address, uint8_t *info)
{
    info[0] = address; /* no INFOFLAG in this reply */
    put_limits(limits, info + 1,
               (uint8_t)(enables(limits) | limits->force_charge_soon << 4 |
                         limits->full_charge_request << 3));
    return 1 + LIMITS_LENGTH;
}

int pylon_limits_decode(const uint8_t *info, size_t length, struct pylon_limits *limits)
{
    if (length < 1 + LIMITS_LENGTH) {
        return -1;
    }
    *limits = take_limits(info + 1);
    return 0;
}

uint16_t pylon_system_limits_encode(const struct pylon_limits *limits, uint8_t *info)
{
    put_limits(limits, info, enables(limits));
    return LIMITS_LENGTH;
}

int pylon_system_limits_decode(const uint8_t *info, size_t length, struct pylon_limits *limits)
{
    if (length < LIMITS_LENGTH) {
        return -1;
    }
    struct pylon_limits read = take_limits(info);
    read.force_charge |= read.force_charge_soon | read.full_charge_request;
    read.force_charge_soon = false;
    read.full_charge_request = false;
    *limits = read;
    return 0;
}

static bool names_a_pack(uint8_t command)
{
    return command != PYLON_GET_PROTOCOL && command != PYLON_GET_MAKER &&
           command != PYLON_GET_PARAMETERS &&
           (command < PYLON_SYSTEM_IDENTITY || command > PYLON_SYSTEM_LIMITS);
}

void pylon_request(struct ascii_frame *frame, uint8_t command, uint8_t address)
{
    frame->version = PYLON_VERSION;
    frame->address = address;
    frame->cid1 = PYLON_CID1;
    frame->cid2 = command;
    frame->length = names_a_pack(command) ? 1 : 0;
    frame->info[0] = address;
}
