/* SPDX-License-Identifier: Apache-2.0 */
/* Pylontech low-voltage CAN V1.2, both ends. Layout: pylon_can.h. */
#include "core/proto/pylon_can.h"

#include <string.h>

/* Bit of each reason in bytes 0 (or 2) and 1 (or 3) of 0x359. */
static const struct flag_bit {
    uint16_t reason;
    uint8_t byte, bit;
} flag_bits[] = {
    {REPORT_OVER_VOLTAGE, 0, 1},
    {REPORT_UNDER_VOLTAGE, 0, 2},
    {REPORT_OVER_TEMPERATURE, 0, 3},
    {REPORT_UNDER_TEMPERATURE, 0, 4},
    {REPORT_DISCHARGE_CURRENT, 0, 7},
    {REPORT_CHARGE_CURRENT, 1, 0},
    {REPORT_SYSTEM, 1, 3},
};

enum { N_FLAGS = sizeof flag_bits / sizeof flag_bits[0] };

static void put_u16(uint8_t *at, int32_t value)
{
    at[0] = (uint8_t)(value & 0xFF);
    at[1] = (uint8_t)(value >> 8 & 0xFF);
}

static int32_t get_u16(const uint8_t *at) { return at[0] | at[1] << 8; }

static int32_t get_s16(const uint8_t *at)
{
    int32_t value = get_u16(at);
    return value >= 0x8000 ? value - 0x10000 : value;
}

/* Nearest multiple of `unit`, halves away from zero. */
static int32_t nearest(int32_t value, int32_t unit)
{
    int32_t half = value >= 0 ? unit / 2 : -(unit / 2);
    return (value + half) / unit;
}

/* A limit is rounded down: what is offered is never more than what was meant. */
static int32_t limit_tenths(int32_t ma) { return clamp_i32(ma / 100, 0, INT16_MAX); }

void pylon_can_quantize(struct battery_report *report)
{
    report->charge_mv = clamp_i32(report->charge_mv / 100, 0, UINT16_MAX) * 100;
    report->discharge_mv = clamp_i32(nearest(report->discharge_mv, 100), 0, UINT16_MAX) * 100;
    report->charge_limit_ma = limit_tenths(report->charge_limit_ma) * 100;
    report->discharge_limit_ma = limit_tenths(report->discharge_limit_ma) * 100;
    report->voltage_mv = clamp_i32(nearest(report->voltage_mv, 10), INT16_MIN, INT16_MAX) * 10;
    report->current_ma = clamp_i32(nearest(report->current_ma, 100), INT16_MIN, INT16_MAX) * 100;
}

static void encode_flags(const struct battery_report *report, uint8_t *data)
{
    for (int i = 0; i < N_FLAGS; i++) {
        uint8_t bit = (uint8_t)(1U << flag_bits[i].bit);
        if ((report->protections & flag_bits[i].reason) != 0) {
            data[flag_bits[i].byte] |= bit;
        }
        if ((report->alarms & flag_bits[i].reason) != 0) {
            data[flag_bits[i].byte + 2] |= bit;
        }
    }
}

static struct can_frame *next(struct can_frame *frames, int *n, uint32_t id, uint8_t length)
{
    struct can_frame *frame = &frames[(*n)++];
    *frame = (struct can_frame){.id = id, .length = length};
    return frame;
}

int pylon_can_encode(const struct battery_report *report, struct can_frame frames[PYLON_CAN_FRAMES])
{
    int n = 0;
    uint8_t *data = next(frames, &n, 0x359, 7)->data;
    encode_flags(report, data);
    data[4] = report->packs;
    data[5] = 'P';
    data[6] = 'N';
    if (report->charge_mv >= 100) {
        data = next(frames, &n, 0x351, 8)->data;
        put_u16(data, report->charge_mv / 100);
        put_u16(data + 2, limit_tenths(report->charge_limit_ma));
        put_u16(data + 4, limit_tenths(report->discharge_limit_ma));
        put_u16(data + 6, nearest(report->discharge_mv, 100));
    }
    data = next(frames, &n, 0x355, 4)->data;
    put_u16(data, report->soc_pct);
    put_u16(data + 2, report->soh_pct);
    data = next(frames, &n, 0x356, 6)->data;
    put_u16(data, nearest(report->voltage_mv, 10));
    put_u16(data + 2, nearest(report->current_ma, 100));
    put_u16(data + 4, report->temp_c10);
    data = next(frames, &n, 0x35C, 2)->data;
    data[0] = (uint8_t)(report->charge_enable << 7 | report->discharge_enable << 6 |
                        report->force_charge << 5 | report->force_charge_soon << 4 |
                        report->full_charge_request << 3);
    data = next(frames, &n, 0x35E, 8)->data;
    memset(data, ' ', 8);
    for (int i = 0; i < 8 && report->name[i] != '\0'; i++) {
        data[i] = (uint8_t)report->name[i];
    }
    return n;
}

static bool decode_limits(const struct can_frame *frame, struct battery_report *report)
{
    if (frame->length < 6) {
        return false;
    }
    report->charge_mv = get_u16(frame->data) * 100;
    report->charge_limit_ma = abs_i32(get_s16(frame->data + 2)) * 100;
    report->discharge_limit_ma = abs_i32(get_s16(frame->data + 4)) * 100;
    report->heard |= HEARD_LIMITS;
    if (frame->length >= 8) { /* old packs end after the discharge limit */
        report->discharge_mv = get_u16(frame->data + 6) * 100;
        report->heard |= HEARD_DISCHARGE_VOLTAGE;
    }
    return true;
}

static bool decode_soc(const struct can_frame *frame, struct battery_report *report)
{
    if (frame->length < 4 || get_u16(frame->data) > 100 || get_u16(frame->data + 2) > 255) {
        return false;
    }
    report->soc_pct = (uint8_t)get_u16(frame->data);
    report->soh_pct = (uint8_t)get_u16(frame->data + 2);
    report->heard |= HEARD_SOC;
    return true;
}

static bool decode_measured(const struct can_frame *frame, struct battery_report *report)
{
    if (frame->length < 6) {
        return false;
    }
    report->voltage_mv = get_s16(frame->data) * 10;
    report->current_ma = get_s16(frame->data + 2) * 100;
    report->temp_c10 = (int16_t)get_s16(frame->data + 4);
    report->heard |= HEARD_MEASURED;
    return true;
}

static bool decode_flags(const struct can_frame *frame, struct battery_report *report)
{
    if (frame->length < 4) {
        return false;
    }
    report->protections = 0;
    report->alarms = 0;
    for (int i = 0; i < N_FLAGS; i++) {
        unsigned bit = 1U << flag_bits[i].bit;
        if ((frame->data[flag_bits[i].byte] & bit) != 0) {
            report->protections |= flag_bits[i].reason;
        }
        if ((frame->data[flag_bits[i].byte + 2] & bit) != 0) {
            report->alarms |= flag_bits[i].reason;
        }
    }
    if (frame->length >= 5) {
        report->packs = frame->data[4];
    }
    report->heard |= HEARD_FLAGS;
    return true;
}

static bool decode_request(const struct can_frame *frame, struct battery_report *report)
{
    if (frame->length < 1) {
        return false;
    }
    unsigned bits = frame->data[0];
    report->charge_enable = (bits & 0x80) != 0;
    report->discharge_enable = (bits & 0x40) != 0;
    report->force_charge = (bits & 0x20) != 0;
    report->force_charge_soon = (bits & 0x10) != 0;
    report->full_charge_request = (bits & 0x08) != 0;
    report->heard |= HEARD_REQUEST;
    return true;
}

static bool decode_name(const struct can_frame *frame, struct battery_report *report)
{
    if (frame->length < 1) {
        return false;
    }
    size_t length = frame->length;
    while (length > 0 && (frame->data[length - 1] == ' ' || frame->data[length - 1] == 0)) {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        bool printable = frame->data[i] >= ' ' && frame->data[i] < 0x7F;
        report->name[i] = printable ? (char)frame->data[i] : '?';
    }
    report->name[length] = '\0';
    report->heard |= HEARD_NAME;
    return true;
}

bool pylon_can_decode(const struct can_frame *frame, struct battery_report *report)
{
    static const struct decoder {
        uint32_t id;
        bool (*decode)(const struct can_frame *, struct battery_report *);
    } decoders[] = {
        {0x351, decode_limits}, {0x355, decode_soc},     {0x356, decode_measured},
        {0x359, decode_flags},  {0x35C, decode_request}, {0x35E, decode_name},
    };
    if (frame->extended || frame->length > 8) {
        return false;
    }
    for (size_t i = 0; i < sizeof decoders / sizeof decoders[0]; i++) {
        if (decoders[i].id == frame->id) {
            return decoders[i].decode(frame, report);
        }
    }
    return false;
}

void pylon_can_alive(struct can_frame *frame)
{
    *frame = (struct can_frame){.id = PYLON_CAN_ALIVE_ID, .length = 8};
}
