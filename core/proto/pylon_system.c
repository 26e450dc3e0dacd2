/* SPDX-License-Identifier: Apache-2.0 */
/* Pylontech RS485: parameters, names and what V3.5 tells of the whole system. No INFOFLAG and no
   command byte in the replies of 0x60 .. 0x63. */
#include <string.h>

#include "core/proto/flag_rows.h"
#include "core/proto/pylon_rs485.h"
#include "core/proto/rs485_ends.h"

enum {
    KELVIN_C10 = 2731,
    PARAMETERS_LENGTH = 25,
    MAKER_LENGTH = 32,
    IDENTITY_LENGTH = 33,
    SYSTEM_LENGTH = 49,
    REASONS_LENGTH = 4
};

/* 0x47: fields behind INFOFLAG, two bytes each, in this order. */
enum { FIELD_MV, FIELD_C10, FIELD_CHARGE_A, FIELD_DISCHARGE_A };
static const struct {
    uint8_t kind;
    size_t offset;
} parameter_fields[] = {
    {FIELD_MV, offsetof(struct pylon_parameters, cell_high_mv)},
    {FIELD_MV, offsetof(struct pylon_parameters, cell_low_mv)},
    {FIELD_MV, offsetof(struct pylon_parameters, cell_under_mv)},
    {FIELD_C10, offsetof(struct pylon_parameters, charge_hot_c10)},
    {FIELD_C10, offsetof(struct pylon_parameters, charge_cold_c10)},
    {FIELD_CHARGE_A, offsetof(struct pylon_parameters, charge_ma)},
    {FIELD_MV, offsetof(struct pylon_parameters, module_high_mv)},
    {FIELD_MV, offsetof(struct pylon_parameters, module_low_mv)},
    {FIELD_MV, offsetof(struct pylon_parameters, module_under_mv)},
    {FIELD_C10, offsetof(struct pylon_parameters, discharge_hot_c10)},
    {FIELD_C10, offsetof(struct pylon_parameters, discharge_cold_c10)},
    {FIELD_DISCHARGE_A, offsetof(struct pylon_parameters, discharge_ma)},
};
enum { N_FIELDS = sizeof parameter_fields / sizeof parameter_fields[0] };

static uint16_t field_put(uint8_t kind, int32_t value)
{
    switch (kind) {
    case FIELD_C10: return sat_u16((int64_t)value + KELVIN_C10);
    case FIELD_CHARGE_A: return sat_s16(scaled(value, 100));
    case FIELD_DISCHARGE_A: return sat_s16(-scaled(value, 100));
    default: return sat_u16(value);
    }
}

static int32_t field_take(uint8_t kind, const uint8_t *at)
{
    switch (kind) {
    case FIELD_C10: return be16s(at) - KELVIN_C10;
    case FIELD_CHARGE_A:
    case FIELD_DISCHARGE_A: return abs_i32(be16s(at)) * 100;
    default: return be16(at); /* module voltages pass 32767, so none has a sign */
    }
}

uint16_t pylon_parameters_encode(const struct pylon_parameters *parameters, uint8_t *info)
{
    info[0] = 0;
    for (size_t i = 0; i < N_FIELDS; i++) {
        int32_t value;
        memcpy(&value, (const char *)parameters + parameter_fields[i].offset, sizeof value);
        put_be16(info + 1 + 2 * i, field_put(parameter_fields[i].kind, value));
    }
    return PARAMETERS_LENGTH;
}

int pylon_parameters_decode(const uint8_t *info, size_t length, struct pylon_parameters *parameters)
{
    if (length < PARAMETERS_LENGTH) {
        return -1;
    }
    for (size_t i = 0; i < N_FIELDS; i++) {
        int32_t value = field_take(parameter_fields[i].kind, info + 1 + 2 * i);
        memcpy((char *)parameters + parameter_fields[i].offset, &value, sizeof value);
    }
    return 0;
}

/* Text of a fixed field into a struct's array of n + 1 characters. */
static void name_take(char *text, const uint8_t *from, size_t n)
{
    char whole[BANK_TEXT];
    text_take(whole, from, n);
    memcpy(text, whole, n + 1);
    text[n] = '\0';
}

static void name_put(uint8_t *at, size_t n, const char *text, char padding)
{
    char whole[BANK_TEXT] = {0};
    memcpy(whole, text, n < BANK_TEXT ? n : BANK_TEXT - 1);
    text_put(at, n, whole, padding);
}

uint16_t pylon_maker_encode(const struct pylon_maker *maker, uint8_t *info)
{
    name_put(info, PYLON_NAME_LENGTH, maker->name, '\0');
    info[10] = maker->major;
    info[11] = maker->minor;
    name_put(info + 12, PYLON_MAKER_LENGTH, maker->maker, '-'); /* as the captured pack pads it */
    return MAKER_LENGTH;
}

int pylon_maker_decode(const uint8_t *info, size_t length, struct pylon_maker *maker)
{
    if (length < MAKER_LENGTH) {
        return -1;
    }
    memset(maker, 0, sizeof *maker);
    name_take(maker->name, info, PYLON_NAME_LENGTH);
    name_take(maker->maker, info + 12, PYLON_MAKER_LENGTH);
    maker->major = info[10];
    maker->minor = info[11];
    return 0;
}

uint16_t pylon_identity_encode(const struct pylon_identity *identity, uint8_t *info)
{
    name_put(info, PYLON_NAME_LENGTH, identity->name, '\0');
    name_put(info + 10, PYLON_MAKER_LENGTH, identity->maker, '\0');
    info[30] = identity->major;
    info[31] = identity->minor;
    info[32] = identity->packs;
    name_put(info + 33, PYLON_SERIAL_LENGTH, identity->serial, '\0');
    return IDENTITY_LENGTH + PYLON_SERIAL_LENGTH;
}

int pylon_identity_decode(const uint8_t *info, size_t length, struct pylon_identity *identity)
{
    if (length < IDENTITY_LENGTH || (length - IDENTITY_LENGTH) % PYLON_SERIAL_LENGTH != 0) {
        return -1;
    }
    memset(identity, 0, sizeof *identity);
    name_take(identity->name, info, PYLON_NAME_LENGTH);
    name_take(identity->maker, info + 10, PYLON_MAKER_LENGTH);
    identity->major = info[30];
    identity->minor = info[31];
    identity->packs = info[32];
    if (length > IDENTITY_LENGTH) {
        name_take(identity->serial, info + 33, PYLON_SERIAL_LENGTH);
    }
    return 0;
}

static void span_put(const struct pylon_span *span, uint8_t *at)
{
    put_be16(at, sat_u16((int32_t)span->mean_c10 + KELVIN_C10));
    put_be16(at + 2, sat_u16((int32_t)span->max_c10 + KELVIN_C10));
    put_be16(at + 4, span->max_at);
    put_be16(at + 6, sat_u16((int32_t)span->min_c10 + KELVIN_C10));
    put_be16(at + 8, span->min_at);
}

static struct pylon_span span_take(const uint8_t *at)
{
    return (struct pylon_span){.mean_c10 = (int16_t)(be16s(at) - KELVIN_C10),
                               .max_c10 = (int16_t)(be16s(at + 2) - KELVIN_C10),
                               .max_at = be16(at + 4),
                               .min_c10 = (int16_t)(be16s(at + 6) - KELVIN_C10),
                               .min_at = be16(at + 8)};
}

uint16_t pylon_system_encode(const struct pylon_system *system, uint8_t *info)
{
    put_be16(info, sat_u16(system->voltage_mv));
    put_be16(info + 2, sat_s16(scaled(system->current_ma, 10)));
    info[4] = system->soc_pct;
    put_be16(info + 5, system->cycles_mean);
    put_be16(info + 7, system->cycles_max);
    info[9] = system->soh_mean_pct;
    info[10] = system->soh_min_pct;
    put_be16(info + 11, system->cell_max_mv);
    put_be16(info + 13, system->cell_max_at);
    put_be16(info + 15, system->cell_min_mv);
    put_be16(info + 17, system->cell_min_at);
    span_put(&system->cell, info + 19);
    span_put(&system->mos, info + 29);
    span_put(&system->board, info + 39);
    return SYSTEM_LENGTH;
}

int pylon_system_decode(const uint8_t *info, size_t length, struct pylon_system *system)
{
    if (length < SYSTEM_LENGTH) {
        return -1;
    }
    *system = (struct pylon_system){
        .voltage_mv = be16(info),
        .current_ma = be16s(info + 2) * 10,
        .soc_pct = info[4],
        .cycles_mean = be16(info + 5),
        .cycles_max = be16(info + 7),
        .soh_mean_pct = info[9],
        .soh_min_pct = info[10],
        .cell_max_mv = be16(info + 11),
        .cell_max_at = be16(info + 13),
        .cell_min_mv = be16(info + 15),
        .cell_min_at = be16(info + 17),
        .cell = span_take(info + 19),
        .mos = span_take(info + 29),
        .board = span_take(info + 39),
    };
    return 0;
}

/* 0x62: alarm 1, alarm 2, protection 1, protection 2. */
static const struct flag_row alarm_rows[] = {
    {0, 0x80, REPORT_PACK_OVER_VOLTAGE, REPORT_PACK_OVER_VOLTAGE | REPORT_CHARGER_VOLTAGE},
    {0, 0x40, REPORT_PACK_UNDER_VOLTAGE, REPORT_PACK_UNDER_VOLTAGE},
    {0, 0x20, REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {0, 0x10, REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {0, 0x08, REPORT_OVER_TEMPERATURE,
     REPORT_ANY_OVER_TEMPERATURE & ~(uint32_t)REPORT_MOS_OVER_TEMPERATURE},
    {0, 0x04, REPORT_UNDER_TEMPERATURE, REPORT_ANY_UNDER_TEMPERATURE},
    {0, 0x02, REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {0, 0x01, REPORT_IMBALANCE, REPORT_IMBALANCE},
    {1, 0x40, REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {1, 0x20, REPORT_DISCHARGE_CURRENT, REPORT_DISCHARGE_CURRENT},
    {1, 0x10, REPORT_COMMUNICATION, REPORT_COMMUNICATION | REPORT_SYSTEM},
};
static const struct flag_row protection_rows[] = {
    {2, 0x80, REPORT_PACK_OVER_VOLTAGE, REPORT_PACK_OVER_VOLTAGE | REPORT_CHARGER_VOLTAGE},
    {2, 0x40, REPORT_PACK_UNDER_VOLTAGE, REPORT_PACK_UNDER_VOLTAGE},
    {2, 0x20, REPORT_CELL_OVER_VOLTAGE, REPORT_CELL_OVER_VOLTAGE},
    {2, 0x10, REPORT_CELL_UNDER_VOLTAGE, REPORT_CELL_UNDER_VOLTAGE},
    {2, 0x08, REPORT_OVER_TEMPERATURE,
     REPORT_ANY_OVER_TEMPERATURE & ~(uint32_t)REPORT_MOS_OVER_TEMPERATURE},
    {2, 0x04, REPORT_UNDER_TEMPERATURE, REPORT_ANY_UNDER_TEMPERATURE},
    {2, 0x02, REPORT_MOS_OVER_TEMPERATURE, REPORT_MOS_OVER_TEMPERATURE},
    {3, 0x40, REPORT_CHARGE_CURRENT, REPORT_CHARGE_CURRENT},
    {3, 0x20, REPORT_DISCHARGE_CURRENT, REPORT_ANY_DISCHARGE_CURRENT},
    {3, 0x08, REPORT_SYSTEM, REPORT_ANY_SYSTEM},
};
enum {
    N_ALARMS = sizeof alarm_rows / sizeof alarm_rows[0],
    N_PROTECTIONS = sizeof protection_rows / sizeof protection_rows[0]
};

uint16_t pylon_reasons_encode(uint32_t protections, uint32_t alarms, uint8_t *info)
{
    uint16_t bytes[REASONS_LENGTH] = {0};
    flags_put(alarm_rows, N_ALARMS, report_fine(alarms), bytes);
    flags_put(protection_rows, N_PROTECTIONS, report_fine(protections), bytes);
    for (size_t i = 0; i < REASONS_LENGTH; i++) {
        info[i] = (uint8_t)bytes[i];
    }
    return REASONS_LENGTH;
}

int pylon_reasons_decode(const uint8_t *info, size_t length, uint32_t *protections,
                         uint32_t *alarms)
{
    if (length < REASONS_LENGTH) {
        return -1;
    }
    uint16_t bytes[REASONS_LENGTH];
    for (size_t i = 0; i < REASONS_LENGTH; i++) {
        bytes[i] = info[i];
    }
    *alarms = flags_take(alarm_rows, N_ALARMS, bytes);
    *protections = flags_take(protection_rows, N_PROTECTIONS, bytes);
    return 0;
}
