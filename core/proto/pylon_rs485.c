/* SPDX-License-Identifier: Apache-2.0 */
/* Pylontech RS485 payloads. Offsets: docs/protocols.md; every field is big-endian. */
#include "core/proto/pylon_rs485.h"

#include <string.h>

enum {
    KELVIN_C10 = 2731,
    SMALL_MAH = 65000, /* up to here the 16-bit capacities do */
    ABSENT16 = 0xFFFF,
    BLOCK_ITEMS_16 = 2,
    BLOCK_ITEMS_24 = 4
};

uint16_t pylon_analog_encode(const struct pylon_analog *analog, uint8_t address, uint8_t *info)
{
    uint8_t *at = info;
    *at++ = 0; /* INFOFLAG: nothing unread */
    *at++ = address;
    *at++ = analog->n_cells;
    for (int i = 0; i < analog->n_cells; i++, at += 2) {
        put_be16(at, analog->cell_mv[i]);
    }
    *at++ = analog->n_temps;
    for (int i = 0; i < analog->n_temps; i++, at += 2) {
        put_be16(at, (uint32_t)(analog->temp_c10[i] + KELVIN_C10));
    }
    bool wide = analog->total_mah > SMALL_MAH;
    put_be16(at, (uint32_t)(analog->current_ma / 100));
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
    return (uint16_t)(at - info);
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

int pylon_analog_decode(const uint8_t *info, size_t length, struct pylon_analog *analog)
{
    struct pylon_analog read = {0};
    size_t at = 2;
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
        read.temp_c10[i] = (int16_t)(be16s(info + at) - KELVIN_C10);
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
    *analog = read;
    return 0;
}

uint16_t pylon_alarm_encode(const struct pylon_alarm *alarm, uint8_t address, uint8_t *info)
{
    uint8_t *at = info;
    *at++ = 0;
    *at++ = address;
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
    return (uint16_t)(at - info);
}

int pylon_alarm_decode(const uint8_t *info, size_t length, struct pylon_alarm *alarm)
{
    struct pylon_alarm read = {0};
    size_t at = 2;
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
    *alarm = read;
    return 0;
}

uint16_t pylon_limits_encode(const struct pylon_limits *limits, uint8_t address, uint8_t *info)
{
    info[0] = address; /* no INFOFLAG in this reply */
    put_be16(info + 1, (uint32_t)clamp_i32(limits->charge_mv, 0, UINT16_MAX));
    put_be16(info + 3, (uint32_t)clamp_i32(limits->discharge_mv, 0, UINT16_MAX));
    put_be16(info + 5, (uint32_t)clamp_i32(limits->charge_ma / 100, 0, INT16_MAX));
    put_be16(info + 7, (uint32_t)-clamp_i32(limits->discharge_ma / 100, 0, INT16_MAX));
    info[9] = (uint8_t)(limits->charge_enable << 7 | limits->discharge_enable << 6 |
                        limits->force_charge << 5 | limits->force_charge_soon << 4 |
                        limits->full_charge_request << 3);
    return 10;
}

int pylon_limits_decode(const uint8_t *info, size_t length, struct pylon_limits *limits)
{
    if (length < 10) {
        return -1;
    }
    *limits = (struct pylon_limits){
        .charge_mv = be16(info + 1),
        .discharge_mv = be16(info + 3),
        .charge_ma = abs_i32(be16s(info + 5)) * 100,
        .discharge_ma = abs_i32(be16s(info + 7)) * 100, /* either sign is out there */
        .charge_enable = (info[9] & 0x80) != 0,
        .discharge_enable = (info[9] & 0x40) != 0,
        .force_charge = (info[9] & 0x20) != 0,
        .force_charge_soon = (info[9] & 0x10) != 0,
        .full_charge_request = (info[9] & 0x08) != 0,
    };
    return 0;
}

void pylon_request(struct ascii_frame *frame, uint8_t command, uint8_t address)
{
    frame->version = PYLON_VERSION;
    frame->address = address;
    frame->cid1 = PYLON_CID1;
    frame->cid2 = command;
    frame->length = command == PYLON_GET_PROTOCOL ? 0 : 1;
    frame->info[0] = address;
}
