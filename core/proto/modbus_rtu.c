/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus RTU framing: layouts in modbus_rtu.h. */
#include "core/proto/modbus_rtu.h"

#include "core/proto/ascii_frame.h" /* be16, put_be16 */

enum { CRC_LENGTH = 2, REFUSAL_LENGTH = 5, PORT_SLACK_MS = 25 };

/* Half a byte at a time: the table is small and the frames are short. */
uint16_t modbus_crc(const uint8_t *bytes, size_t n)
{
    static const uint16_t nibble[16] = {0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00,
                                        0x2800, 0xE401, 0xA001, 0x6C00, 0x7800, 0xB401,
                                        0x5000, 0x9C01, 0x8801, 0x4400};
    uint16_t crc = 0xFFFF;
    for (size_t i = 0; i < n; i++) {
        crc = (uint16_t)(crc >> 4 ^ nibble[(crc ^ bytes[i]) & 0xF]);
        crc = (uint16_t)(crc >> 4 ^ nibble[(crc ^ bytes[i] >> 4) & 0xF]);
    }
    return crc;
}

bool modbus_crc_ok(const uint8_t *bytes, size_t n)
{
    if (n < 4) {
        return false;
    }
    uint16_t crc = modbus_crc(bytes, n - CRC_LENGTH);
    return bytes[n - 2] == (crc & 0xFF) && bytes[n - 1] == crc >> 8;
}

size_t modbus_seal(uint8_t *bytes, size_t n)
{
    uint16_t crc = modbus_crc(bytes, n);
    bytes[n] = (uint8_t)(crc & 0xFF);
    bytes[n + 1] = (uint8_t)(crc >> 8);
    return n + CRC_LENGTH;
}

uint32_t modbus_gap_ms(uint32_t baud)
{
    return (baud > 0 ? (35000U + baud - 1) / baud : 0U) + PORT_SLACK_MS;
}

/* Whole and right, too short, or wrong. */
static int judged(const uint8_t *bytes, size_t n, size_t whole)
{
    if (n < whole) {
        return 0;
    }
    return modbus_crc_ok(bytes, whole) ? (int)whole : -1;
}

int modbus_request_length(const uint8_t *bytes, size_t n)
{
    if (n < 2) {
        return 0;
    }
    switch (bytes[1]) {
    case MODBUS_READ:
    case MODBUS_READ_INPUT:
    case MODBUS_WRITE_ONE: return judged(bytes, n, 8);
    case MODBUS_WRITE:
        if (n < 7) {
            return 0;
        }
        return bytes[6] == 0 || bytes[6] > 2 * MODBUS_WRITE_MAX ? -1
                                                                : judged(bytes, n, 9U + bytes[6]);
    default: return -1;
    }
}

int modbus_reply_length(const uint8_t *bytes, size_t n)
{
    if (n < 3) {
        return 0;
    }
    switch (bytes[1]) {
    case MODBUS_READ:
    case MODBUS_READ_INPUT:
        return bytes[2] == 0 || bytes[2] > 2 * MODBUS_READ_MAX ? -1
                                                               : judged(bytes, n, 5U + bytes[2]);
    case MODBUS_WRITE_ONE:
    case MODBUS_WRITE: return judged(bytes, n, 8);
    case MODBUS_REFUSED | MODBUS_READ:
    case MODBUS_REFUSED | MODBUS_READ_INPUT:
    case MODBUS_REFUSED | MODBUS_WRITE_ONE:
    case MODBUS_REFUSED | MODBUS_WRITE: return judged(bytes, n, REFUSAL_LENGTH);
    default: return -1;
    }
}

int modbus_reply_to(const uint8_t *bytes, size_t n, uint8_t unit, uint8_t function, uint16_t count)
{
    if (n > 0 && bytes[0] != unit) {
        return -1;
    }
    if (n < 2) {
        return 0;
    }
    if (bytes[1] == (function | MODBUS_REFUSED)) {
        return judged(bytes, n, REFUSAL_LENGTH);
    }
    if (bytes[1] != function || (n > 2 && bytes[2] != 2U * count)) {
        return -1;
    }
    return judged(bytes, n, 5U + 2U * count);
}

static bool is_among(uint8_t unit, const uint8_t *units, size_t n_units)
{
    for (size_t i = 0; i < n_units; i++) {
        if (units[i] == unit) {
            return true;
        }
    }
    return false;
}

size_t modbus_request_behind(const uint8_t *bytes, size_t n, const uint8_t *units, size_t n_units)
{
    for (size_t k = 1; k + 8 <= n; k++) {
        if (is_among(bytes[k], units, n_units) &&
            modbus_request_length(bytes + k, n - k) == (int)(n - k)) {
            return k;
        }
    }
    return 0;
}

bool modbus_request_take(const uint8_t *bytes, size_t n, struct modbus_request *request)
{
    if (n < 8) {
        return false;
    }
    struct modbus_request read = {
        .unit = bytes[0], .function = bytes[1], .start = be16(bytes + 2), .count = be16(bytes + 4)};
    if (read.function == MODBUS_WRITE_ONE) {
        read.count = 1;
        read.data = bytes + 4;
    } else if (read.function == MODBUS_WRITE) {
        read.data = bytes + 7;
        if (n < 9U + bytes[6] || bytes[6] != 2U * read.count) {
            return false;
        }
    }
    *request = read;
    return true;
}

size_t modbus_ask(uint8_t *out, uint8_t unit, uint8_t function, uint16_t start, uint16_t count)
{
    out[0] = unit;
    out[1] = function;
    put_be16(out + 2, start);
    put_be16(out + 4, count);
    return modbus_seal(out, 6);
}

size_t modbus_refuse(uint8_t *out, uint8_t unit, uint8_t function, enum modbus_exception code)
{
    out[0] = unit;
    out[1] = (uint8_t)(function | MODBUS_REFUSED);
    out[2] = (uint8_t)code;
    return modbus_seal(out, 3);
}

size_t modbus_answer(uint8_t *out, uint8_t unit, uint8_t function, const uint16_t *registers,
                     uint16_t count)
{
    out[0] = unit;
    out[1] = function;
    out[2] = (uint8_t)(2 * count);
    for (size_t i = 0; i < count; i++) {
        put_be16(out + 3 + 2 * i, registers[i]);
    }
    return modbus_seal(out, 3 + 2U * count);
}

size_t modbus_confirm(uint8_t *out, const struct modbus_request *request)
{
    uint16_t second = request->function == MODBUS_WRITE_ONE ? be16(request->data) : request->count;
    return modbus_ask(out, request->unit, request->function, request->start, second);
}

size_t modbus_write(uint8_t *out, uint8_t unit, uint16_t start, const uint16_t *registers,
                    uint16_t count)
{
    out[0] = unit;
    out[1] = MODBUS_WRITE;
    put_be16(out + 2, start);
    put_be16(out + 4, count);
    out[6] = (uint8_t)(2 * count);
    for (size_t i = 0; i < count; i++) {
        put_be16(out + 7 + 2 * i, registers[i]);
    }
    return modbus_seal(out, 7 + 2U * count);
}
