/* SPDX-License-Identifier: Apache-2.0 */
/* PACE parameter groups. Layouts: docs/protocols.md (captures of the PC tool). */
#include "core/proto/pace_groups.h"

#include "core/proto/ascii_frame.h"
#include "core/proto/rs485_ends.h"

enum { KELVIN_C10 = 2730 };

/* clang-format off */
#define CONSTANT(byte)       {FIELD_BYTE, (byte), 1}
#define VOLTS(id)            {FIELD_U16, PARAM_##id, 1}
#define AMPS(id)             {FIELD_U16, PARAM_##id, 1000}
#define AMPS_NEGATIVE(id)    {FIELD_NEGATIVE, PARAM_##id, 1000}
#define BYTE(id, step)       {FIELD_U8, PARAM_##id, (step)}
#define CELSIUS(id)          {FIELD_KELVIN, PARAM_##id, 1}

const struct pace_group pace_groups[PACE_GROUPS] = {
    {"cell over-voltage", 0xD1, 0xD0, {CONSTANT(1), VOLTS(CELL_OV_ALARM), VOLTS(CELL_OV_PROTECT),
        VOLTS(CELL_OVP_RELEASE), BYTE(CELL_OVP_DELAY_TIME, 100)}},
    {"cell under-voltage", 0xD3, 0xD2, {CONSTANT(1), VOLTS(CELL_UV_ALARM), VOLTS(CELL_UV_PROTECT),
        VOLTS(CELL_UVP_RELEASE), BYTE(CELL_UVP_DELAY_TIME, 100)}},
    {"pack over-voltage", 0xD5, 0xD4, {CONSTANT(1), VOLTS(PACK_OV_ALARM), VOLTS(PACK_OV_PROTECT),
        VOLTS(PACK_OVP_RELEASE), BYTE(PACK_OVP_DELAY_TIME, 100)}},
    {"pack under-voltage", 0xD7, 0xD6, {CONSTANT(1), VOLTS(PACK_UV_ALARM), VOLTS(PACK_UV_PROTECT),
        VOLTS(PACK_UVP_RELEASE), BYTE(PACK_UVP_DELAY_TIME, 100)}},
    {"charge over-current", 0xD9, 0xD8, {CONSTANT(1), AMPS(CHARGE_OC_ALARM),
        AMPS(CHARGE_OC_PROTECT), BYTE(CHARGE_OCP_DELAY_TIME, 100)}},
    {"discharge over-current 1", 0xDB, 0xDA, {CONSTANT(1), AMPS_NEGATIVE(DISCHARGE_OC_ALARM),
        AMPS_NEGATIVE(DISCHARGE_OC_1_PROTECT), BYTE(DISCHARGE_OC_1_DELAY_TIME, 100)}},
    {"discharge over-current 2", 0xE3, 0xE2, {CONSTANT(0), BYTE(DISCHARGE_OC_2_PROTECT, 1000),
        BYTE(DISCHARGE_OC_2_DELAY_TIME, 25)}},
    {"short circuit", 0xE5, 0xE4, {BYTE(SCP_DELAY_TIME, 25)}},
    {"balancing", 0xB6, 0xB5, {VOLTS(BALANCE_THRESHOLD), VOLTS(BALANCE_DELTA_CELL)}},
    {"sleep", 0xA0, 0xA8, {VOLTS(SLEEP_CELL_VOLTAGE), CONSTANT(0), BYTE(SLEEP_DELAY_TIME, 1)}},
    {"full charge and low SOC", 0xAF, 0xAE, {VOLTS(PACK_FULL_CHARGE_VOLTAGE),
        {FIELD_U16, PARAM_PACK_FULL_CHARGE_CURRENT, 1}, BYTE(SOC_LOW_ALARM, 100)}},
    {"over-temperature", 0xDD, 0xDC, {CONSTANT(1), CELSIUS(CHARGE_OT_ALARM),
        CELSIUS(CHARGE_OT_PROTECT), CELSIUS(CHARGE_OT_RELEASE), CELSIUS(DISCHARGE_OT_ALARM),
        CELSIUS(DISCHARGE_OT_PROTECT), CELSIUS(DISCHARGE_OT_RELEASE)}},
    {"under-temperature", 0xDF, 0xDE, {CONSTANT(1), CELSIUS(CHARGE_UT_ALARM),
        CELSIUS(CHARGE_UT_PROTECT), CELSIUS(CHARGE_UT_RELEASE), CELSIUS(DISCHARGE_UT_ALARM),
        CELSIUS(DISCHARGE_UT_PROTECT), CELSIUS(DISCHARGE_UT_RELEASE)}},
    {"MOS over-temperature", 0xE1, 0xE0, {CONSTANT(1), CELSIUS(MOS_OT_ALARM),
        CELSIUS(MOS_OT_PROTECT), CELSIUS(MOS_OT_RELEASE)}},
    {"environment", 0xE7, 0xE6, {CONSTANT(1), CELSIUS(ENV_UT_ALARM), CELSIUS(ENV_UT_PROTECT),
        CELSIUS(ENV_UT_RELEASE), CELSIUS(ENV_OT_ALARM), CELSIUS(ENV_OT_PROTECT),
        CELSIUS(ENV_OT_RELEASE)}},
    {"charge limiter", 0xED, 0xEE, {CONSTANT(0), BYTE(CHARGE_LIMITER_START_CURRENT, 1000)}},
    {"protocols", 0xEB, 0xEC, {BYTE(CAN_PROTOCOL, 1), BYTE(RS485_PROTOCOL, 1), CONSTANT(0)}},
};
/* clang-format on */

const struct pace_group *pace_group_of(uint8_t command, bool *writes)
{
    for (size_t i = 0; i < PACE_GROUPS; i++) {
        if (pace_groups[i].read == command || pace_groups[i].write == command) {
            *writes = pace_groups[i].write == command;
            return &pace_groups[i];
        }
    }
    return NULL;
}

static bool is_wide(uint8_t kind) { return kind != FIELD_BYTE && kind != FIELD_U8; }

uint16_t pace_group_encode(const struct pace_group *group, const int32_t values[PACE_FIELDS],
                           bool as_write, uint8_t *info)
{
    uint8_t *at = info;
    for (size_t k = 0; k < PACE_FIELDS && group->field[k].kind != FIELD_END; k++) {
        const struct pace_field *field = &group->field[k];
        int32_t steps = scaled(values[k], field->step);
        switch ((enum pace_kind)field->kind) {
        case FIELD_BYTE: *at = field->parameter; break;
        case FIELD_U8: *at = (uint8_t)clamp_i32(steps, 0, UINT8_MAX); break;
        case FIELD_U16: put_be16(at, sat_u16(steps)); break;
        case FIELD_NEGATIVE: put_be16(at, sat_s16(as_write ? steps : -steps)); break;
        case FIELD_KELVIN: put_be16(at, sat_u16((int64_t)steps + KELVIN_C10)); break;
        case FIELD_END: break;
        }
        at += is_wide(field->kind) ? 2 : 1;
    }
    return (uint16_t)(at - info);
}

int pace_group_decode(const struct pace_group *group, const uint8_t *info, size_t length,
                      int32_t values[PACE_FIELDS])
{
    size_t at = 0;
    int32_t read[PACE_FIELDS] = {0};
    for (size_t k = 0; k < PACE_FIELDS && group->field[k].kind != FIELD_END; k++) {
        const struct pace_field *field = &group->field[k];
        size_t size = is_wide(field->kind) ? 2 : 1;
        if (at + size > length) {
            return -1;
        }
        const uint8_t *from = info + at;
        switch ((enum pace_kind)field->kind) {
        case FIELD_BYTE:
        case FIELD_U8: read[k] = *from * field->step; break;
        case FIELD_U16: read[k] = be16(from) * field->step; break;
        case FIELD_NEGATIVE: read[k] = abs_i32(be16s(from)) * field->step; break;
        case FIELD_KELVIN: read[k] = (be16s(from) - KELVIN_C10) * field->step; break;
        case FIELD_END: break;
        }
        at += size;
    }
    for (size_t k = 0; k < PACE_FIELDS; k++) {
        values[k] = read[k];
    }
    return 0;
}
