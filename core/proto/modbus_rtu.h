/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_MODBUS_RTU_H
#define HEARTH_CORE_PROTO_MODBUS_RTU_H

/*
 * Modbus RTU frames of registers (functions 03, 04, 06, 10), both ends, nothing of what registers
 * mean. Where a frame ends follows from its first bytes (arithmetic), its CRC judges, and a silence
 * of modbus_gap_ms() throws away what cannot become a frame: a buffered port splits and joins bytes
 * as it likes, so the 3.5 characters of the standard decide nothing but that.
 * Source: MODBUS over Serial Line V1.02, Application Protocol V1.1b3.
 *
 *   read request    unit 03|04 start(2) count(2) crc          reply  unit fc bytes(1) data crc
 *   write one       unit 06 register(2) value(2) crc          reply  the same
 *   write several   unit 10 start(2) count(2) bytes(1) data crc  reply  unit 10 start count crc
 *   refusal         unit fc|80 code crc
 * The CRC travels low byte first, everything else high byte first.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/units.h"

enum {
    MODBUS_READ = 0x03,
    MODBUS_READ_INPUT = 0x04,
    MODBUS_WRITE_ONE = 0x06,
    MODBUS_WRITE = 0x10,
    MODBUS_REFUSED = 0x80,
    MODBUS_FRAME_MAX = 256,
    MODBUS_READ_MAX = 125, /* registers */
    MODBUS_WRITE_MAX = 123
};

enum modbus_exception { MODBUS_NO_FUNCTION = 1, MODBUS_NO_ADDRESS = 2, MODBUS_NO_VALUE = 3 };

/* A request for registers; `data` (of a write) lies in the frame it was taken from. */
struct modbus_request {
    uint8_t unit, function;
    uint16_t start, count;
    const uint8_t *data;
};

uint16_t modbus_crc(const uint8_t *bytes, size_t n);

/* True when the last two bytes are the CRC of those before. */
bool modbus_crc_ok(const uint8_t *bytes, size_t n);

/* Puts the CRC behind n bytes; the length with it. */
size_t modbus_seal(uint8_t *bytes, size_t n);

/* Silence that ends a frame: 3.5 characters, and what a buffered port may add. */
uint32_t modbus_gap_ms(uint32_t baud);

/* What the bytes begin with: the length of a whole request (or reply) with a right CRC, 0 when more
   bytes are needed, -1 when it is none. */
int modbus_request_length(const uint8_t *bytes, size_t n);
int modbus_reply_length(const uint8_t *bytes, size_t n);

/* The same of the one reply that answers a read of `count` registers: it, or its refusal. */
int modbus_reply_to(const uint8_t *bytes, size_t n, uint8_t unit, uint8_t function, uint16_t count);

/* A request to one of these units that ends where n bytes do, behind garbage: its place, 0: there
   is none. */
size_t modbus_request_behind(const uint8_t *bytes, size_t n, const uint8_t *units, size_t n_units);

/* Takes a whole request apart. False: counts that do not fit each other. */
bool modbus_request_take(const uint8_t *bytes, size_t n, struct modbus_request *request) MUST_USE;

/* Frames to send; each returns its length. `out` has room for MODBUS_FRAME_MAX. */
size_t modbus_ask(uint8_t *out, uint8_t unit, uint8_t function, uint16_t start, uint16_t count);
size_t modbus_refuse(uint8_t *out, uint8_t unit, uint8_t function, enum modbus_exception code);
size_t modbus_answer(uint8_t *out, uint8_t unit, uint8_t function, const uint16_t *registers,
                     uint16_t count);
size_t modbus_confirm(uint8_t *out, const struct modbus_request *request);
size_t modbus_write(uint8_t *out, uint8_t unit, uint16_t start, const uint16_t *registers,
                    uint16_t count);

#endif
