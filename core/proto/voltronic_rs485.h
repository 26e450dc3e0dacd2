/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_VOLTRONIC_RS485_H
#define HEARTH_CORE_PROTO_VOLTRONIC_RS485_H

/*
 * Voltronic BMS 485 (2020-03-25), both ends. Requests are Modbus; the reply counts words in two
 * bytes: id, function, words(2), data, CRC. Registers are 16 bits; P: of the pack asked, A: of all.
 *
 *   10 cells P, 11.. cell 0.1 V   25 sensors P, 26.. 0.1 K (5 environment, 6 MOS)
 *   30 charge 31 discharge 0.1 A A   32 0.1 V A   33 SOC A   34 total mAh u32 A   36 packs A
 *   37 .. 3C reasons A   3E design mAh u32 P   40 .. states P   60 .. 69 states P
 *   70 charge 71 discharge 0.1 V P   72 73 limits 0.1 A A   74 enables A   75 minutes to empty A
 *   76 remaining mAh u32 A
 */

#include "core/proto/rs485_ends.h"

enum {
    VOLTRONIC_CELL_COUNT = 0x10,
    VOLTRONIC_SENSOR_COUNT = 0x25,
    VOLTRONIC_CHARGE_CURRENT = 0x30,
    VOLTRONIC_REASONS = 0x37,
    VOLTRONIC_DESIGN = 0x3E,
    VOLTRONIC_CELL_STATES = 0x40,
    VOLTRONIC_SENSOR_STATES = 0x50,
    VOLTRONIC_PACK_STATES = 0x60,
    VOLTRONIC_LIMITS = 0x70,
    VOLTRONIC_ENABLES = 0x74,
    VOLTRONIC_REMAINING = 0x76,
    VOLTRONIC_REGISTERS = 0x78,
    VOLTRONIC_MAX_CELLS = 20,
    VOLTRONIC_MAX_SENSORS = 10,
    VOLTRONIC_KELVIN_C10 = 2731,
    VOLTRONIC_COMMON_ID = 1,
    VOLTRONIC_ALONE_ID = 0x0F, /* rotary switch at 0 */
    VOLTRONIC_STATE_LOW = 0x01,
    VOLTRONIC_STATE_HIGH = 0x02
};
enum { VOLTRONIC_BAD_ID = 1, VOLTRONIC_BAD_COMMAND = 2 };
enum {
    VOLTRONIC_ENABLE_CHARGE = 0x80,
    VOLTRONIC_ENABLE_DISCHARGE = 0x40,
    VOLTRONIC_CHARGE_NOW = 0x20,
    VOLTRONIC_CHARGE_SOON = 0x10
};

/* Reasons and the words 0037 .. 003C. */
void voltronic_reasons_put(uint32_t alarms, uint32_t protections, uint16_t words[6]);
void voltronic_reasons_take(const uint16_t words[6], uint32_t *alarms, uint32_t *protections);

/* The battery's end (rs485_ends.h). */
int voltronic_foreign_length(const uint8_t *bytes, size_t n);
size_t voltronic_answer(struct rs485_server *server, const uint8_t *bytes, size_t n,
                        const struct rs485_job *job, uint8_t *reply);

#endif
