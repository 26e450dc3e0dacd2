/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_PYLON_RS485_H
#define HEARTH_CORE_PROTO_PYLON_RS485_H

/*
 * Pylontech low-voltage RS485 (V2.8..V3.5): INFO of its commands, both ends. The frame around it is
 * ascii_frame.h, version 0x20, CID1 0x46. Facts: docs/protocols.md.
 *
 *   0x42 analog values: cells, temperatures, current, voltage, capacities, cycles
 *   0x44 alarm info:    a byte per cell, temperature and quantity, five status bytes
 *   0x47 parameters     0x4F protocol version   0x51 maker   0x93 serial number   0x96 firmware
 *   0x92 management:    charge and discharge limits and enables   0x94 the same, lent by the master
 *   0x95 turn off
 *   0x60 0x61 0x62 0x63 of the whole system (V3.5): identity, values, alarms, limits
 */

#include "core/proto/ascii_frame.h"
#include "core/proto/battery_bank.h"

enum {
    PYLON_VERSION = 0x20,
    PYLON_CID1 = 0x46,
    PYLON_MASTER = 2, /* address of the first pack */
    PYLON_GET_ANALOG = 0x42,
    PYLON_GET_ALARM = 0x44,
    PYLON_GET_PARAMETERS = 0x47,
    PYLON_GET_PROTOCOL = 0x4F,
    PYLON_GET_MAKER = 0x51,
    PYLON_SYSTEM_IDENTITY = 0x60,
    PYLON_SYSTEM_ANALOG = 0x61,
    PYLON_SYSTEM_ALARM = 0x62,
    PYLON_SYSTEM_LIMITS = 0x63,
    PYLON_GET_LIMITS = 0x92,
    PYLON_GET_SERIAL = 0x93,
    PYLON_LEND_LIMITS = 0x94,
    PYLON_TURN_OFF = 0x95,
    PYLON_GET_FIRMWARE = 0x96,
    PYLON_ALL_PACKS = 0xFF, /* as INFO of 0x42 and 0x44 */
    PYLON_CELLS_MAX = BANK_CELLS,
    PYLON_TEMPS_MAX = BANK_TEMPS + 2,
    PYLON_SERIAL_LENGTH = 16,
    PYLON_NAME_LENGTH = 10,
    PYLON_MAKER_LENGTH = 20
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
    STATUS3_HEATER = 0x20,
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

/* 0x47: levels of the BMS. */
struct pylon_parameters {
    int32_t cell_high_mv, cell_low_mv, cell_under_mv;
    int32_t module_high_mv, module_low_mv, module_under_mv;
    int32_t charge_hot_c10, charge_cold_c10, discharge_hot_c10, discharge_cold_c10;
    int32_t charge_ma, discharge_ma; /* magnitudes */
};

struct pylon_maker {
    char name[PYLON_NAME_LENGTH + 1], maker[PYLON_MAKER_LENGTH + 1];
    uint8_t major, minor;
};

/* 0x61. Positions are for display: makers fill them differently. */
struct pylon_span {
    int16_t mean_c10, max_c10, min_c10;
    uint16_t max_at, min_at;
};
struct pylon_system {
    int32_t voltage_mv, current_ma;
    uint8_t soc_pct, soh_mean_pct, soh_min_pct;
    uint16_t cycles_mean, cycles_max;
    uint16_t cell_max_mv, cell_max_at, cell_min_mv, cell_min_at;
    struct pylon_span cell, mos, board;
};

/* 0x60. */
struct pylon_identity {
    char name[PYLON_NAME_LENGTH + 1], maker[PYLON_MAKER_LENGTH + 1];
    char serial[PYLON_SERIAL_LENGTH + 1]; /* of the master */
    uint8_t major, minor, packs;
};

/* INFO of the replies: encode returns the length; decode 0, or -1 for anything that does not fit.
 */
uint16_t pylon_analog_encode(const struct pylon_analog *analog, uint8_t address, uint8_t *info);
int pylon_analog_decode(const uint8_t *info, size_t length, struct pylon_analog *analog) MUST_USE;
uint16_t pylon_alarm_encode(const struct pylon_alarm *alarm, uint8_t address, uint8_t *info);
int pylon_alarm_decode(const uint8_t *info, size_t length, struct pylon_alarm *alarm) MUST_USE;
uint16_t pylon_limits_encode(const struct pylon_limits *limits, uint8_t address, uint8_t *info);
int pylon_limits_decode(const uint8_t *info, size_t length, struct pylon_limits *limits) MUST_USE;
uint16_t pylon_parameters_encode(const struct pylon_parameters *parameters, uint8_t *info);
int pylon_parameters_decode(const uint8_t *info, size_t length,
                            struct pylon_parameters *parameters) MUST_USE;
uint16_t pylon_maker_encode(const struct pylon_maker *maker, uint8_t *info);
int pylon_maker_decode(const uint8_t *info, size_t length, struct pylon_maker *maker) MUST_USE;
uint16_t pylon_identity_encode(const struct pylon_identity *identity, uint8_t *info);
int pylon_identity_decode(const uint8_t *info, size_t length,
                          struct pylon_identity *identity) MUST_USE;
uint16_t pylon_system_encode(const struct pylon_system *system, uint8_t *info);
int pylon_system_decode(const uint8_t *info, size_t length, struct pylon_system *system) MUST_USE;
/* 0x62: reasons as REPORT_*. */
uint16_t pylon_reasons_encode(uint32_t protections, uint32_t alarms, uint8_t *info);
int pylon_reasons_decode(const uint8_t *info, size_t length, uint32_t *protections,
                         uint32_t *alarms) MUST_USE;
/* 0x63: the bits below "charge now" are sent by nobody alike, so they are read as that. */
uint16_t pylon_system_limits_encode(const struct pylon_limits *limits, uint8_t *info);
int pylon_system_limits_decode(const uint8_t *info, size_t length,
                               struct pylon_limits *limits) MUST_USE;

/* One pack of a reply for several ("flag, count, packs"), at info[*offset]. */
uint16_t pylon_analog_put(const struct pylon_analog *analog, uint8_t *to);
int pylon_analog_take(const uint8_t *info, size_t length, size_t *offset,
                      struct pylon_analog *analog) MUST_USE;
uint16_t pylon_alarm_put(const struct pylon_alarm *alarm, uint8_t *to);
int pylon_alarm_take(const uint8_t *info, size_t length, size_t *offset,
                     struct pylon_alarm *alarm) MUST_USE;

/* A reader's request for one pack, or to the master for the system. */
void pylon_request(struct ascii_frame *frame, uint8_t command, uint8_t address);

#endif
