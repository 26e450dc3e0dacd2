/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_PYLON_RS485_H
#define HEARTH_CORE_PROTO_PYLON_RS485_H

/*
 * Pylontech low-voltage RS485 (V2.8..V3.5): INFO of the commands a reader needs, both ends. The
 * frame around it is ascii_frame.h, version 0x20, CID1 0x46. Facts: docs/protocols.md.
 *
 *   0x42 analog values: cells, temperatures, current, voltage, capacities, cycles
 *   0x44 alarm info:    a byte per cell, temperature and quantity, five status bytes
 *   0x92 management:    charge and discharge limits and enables
 *   0x93 serial number  0x4F protocol version
 */

#include "core/proto/ascii_frame.h"

enum {
    PYLON_VERSION = 0x20,
    PYLON_CID1 = 0x46,
    PYLON_MASTER = 2, /* address of the first pack */
    PYLON_GET_ANALOG = 0x42,
    PYLON_GET_ALARM = 0x44,
    PYLON_GET_PROTOCOL = 0x4F,
    PYLON_GET_LIMITS = 0x92,
    PYLON_GET_SERIAL = 0x93,
    PYLON_CELLS_MAX = 16,
    PYLON_TEMPS_MAX = 8,
    PYLON_SERIAL_LENGTH = 16
};

enum pylon_rtn {
    PYLON_OK = 0x00,
    PYLON_BAD_VERSION = 0x01,
    PYLON_BAD_SUM = 0x02,
    PYLON_BAD_LENGTH_SUM = 0x03,
    PYLON_BAD_COMMAND = 0x04,
    PYLON_BAD_FORMAT = 0x05,
    PYLON_BAD_DATA = 0x06
};

struct pylon_analog {
    uint8_t n_cells, n_temps;
    uint16_t cell_mv[PYLON_CELLS_MAX];
    int16_t temp_c10[PYLON_TEMPS_MAX]; /* board, groups of cells, MOS when there are six */
    int32_t current_ma;                /* + charges, 0.1 A on the wire */
    uint16_t voltage_mv;
    uint32_t remaining_mah, total_mah;
    uint16_t cycles;
};

/* A quantity's byte in 0x44. */
enum pylon_level {
    LEVEL_NORMAL = 0x00,
    LEVEL_BELOW = 0x01,
    LEVEL_ABOVE = 0x02,
    LEVEL_OTHER = 0xF0
};

/* Bits of the status bytes of 0x44. */
enum {
    STATUS1_MODULE_UV = 0x80,
    STATUS1_CHARGE_OT = 0x40,
    STATUS1_DISCHARGE_OT = 0x20,
    STATUS1_DISCHARGE_OC = 0x10,
    STATUS1_CHARGE_OC = 0x04,
    STATUS1_CELL_UV = 0x02,
    STATUS1_MODULE_OV = 0x01,
    STATUS2_SUPPLYING = 0x08,
    STATUS2_DISCHARGE_MOS = 0x04,
    STATUS2_CHARGE_MOS = 0x02,
    STATUS3_CHARGING = 0x80,
    STATUS3_DISCHARGING = 0x40,
    STATUS3_FULL = 0x08,
    STATUS3_BUZZER = 0x01
};

struct pylon_alarm {
    uint8_t n_cells, n_temps;
    uint8_t cell[PYLON_CELLS_MAX], temp[PYLON_TEMPS_MAX]; /* enum pylon_level */
    uint8_t charge_current, voltage, discharge_current;
    uint8_t status[5];
};

struct pylon_limits {
    int32_t charge_mv, discharge_mv;
    int32_t charge_ma, discharge_ma; /* magnitudes */
    bool charge_enable, discharge_enable, force_charge, force_charge_soon, full_charge_request;
};

/* INFO of the replies: encode returns the length; decode 0, or -1 for anything that does not fit.
 */
uint16_t pylon_analog_encode(const struct pylon_analog *analog, uint8_t address, uint8_t *info);
int pylon_analog_decode(const uint8_t *info, size_t length, struct pylon_analog *analog) MUST_USE;
uint16_t pylon_alarm_encode(const struct pylon_alarm *alarm, uint8_t address, uint8_t *info);
int pylon_alarm_decode(const uint8_t *info, size_t length, struct pylon_alarm *alarm) MUST_USE;
uint16_t pylon_limits_encode(const struct pylon_limits *limits, uint8_t address, uint8_t *info);
int pylon_limits_decode(const uint8_t *info, size_t length, struct pylon_limits *limits) MUST_USE;

/* A reader's request for one pack. */
void pylon_request(struct ascii_frame *frame, uint8_t command, uint8_t address);

#endif
