/* SPDX-License-Identifier: Apache-2.0 */
/* Battery end of the Pylontech RS485 line. */
#include "sim/pack_port.h"

#include <stdio.h>
#include <string.h>

#include "core/proto/pylon_rs485.h"

enum { BOARD_TEMPS = 6 }; /* board, four groups of cells, MOS */

static void fill_analog(const struct house *house, int i, struct pylon_analog *analog)
{
    const struct bms *bms = &house->bms[i];
    const struct bms_inputs *in = &house->sensed[i];
    *analog = (struct pylon_analog){
        .n_cells = bms->profile->n_cells,
        .n_temps = BOARD_TEMPS,
        .current_ma = in->current_ma,
        .voltage_mv = (uint16_t)bms->q[Q_PACK_MV],
        .remaining_mah = (uint32_t)(bms->remaining_mams / 3600000),
        .total_mah = (uint32_t)(bms->full_mams / 3600000),
        .cycles = (uint16_t)bms->cycles,
    };
    memcpy(analog->cell_mv, in->cell_mv, sizeof analog->cell_mv);
    analog->temp_c10[0] = in->env_c10;
    memcpy(analog->temp_c10 + 1, in->temp_c10, sizeof in->temp_c10);
    analog->temp_c10[5] = in->mos_c10;
}

static uint8_t level(bool below, bool above)
{
    return below ? LEVEL_BELOW : above ? LEVEL_ABOVE : LEVEL_NORMAL;
}

/* Protections are the limits of this protocol; it knows no alarm below them. */
static void fill_alarm(const struct house *house, int i, struct pylon_alarm *alarm)
{
    static const struct {
        enum protection_id row;
        uint8_t bit;
    } status1[] = {
        {ROW_TUVP, STATUS1_MODULE_UV},     {ROW_COTP, STATUS1_CHARGE_OT},
        {ROW_DOTP, STATUS1_DISCHARGE_OT},  {ROW_DOCP, STATUS1_DISCHARGE_OC},
        {ROW_DOCP2, STATUS1_DISCHARGE_OC}, {ROW_COCP, STATUS1_CHARGE_OC},
        {ROW_UVP, STATUS1_CELL_UV},        {ROW_TOVP, STATUS1_MODULE_OV},
    };
    const struct bms *bms = &house->bms[i];
    const uint16_t *mv = house->sensed[i].cell_mv;
    *alarm = (struct pylon_alarm){.n_cells = bms->profile->n_cells, .n_temps = BOARD_TEMPS};
    for (int k = 0; k < bms->profile->n_cells; k++) {
        bool below = bms_has(bms, ROW_UVP) && mv[k] < bms->levels[ROW_UVP].clear;
        bool above = bms_has(bms, ROW_OVP) && mv[k] > bms->levels[ROW_OVP].clear;
        alarm->cell[k] = level(below, above);
    }
    bool cold = bms_has(bms, ROW_CUTP) || bms_has(bms, ROW_DUTP);
    bool hot = bms_has(bms, ROW_COTP) || bms_has(bms, ROW_DOTP);
    for (int k = 1; k <= PACK_TEMPS; k++) {
        alarm->temp[k] = level(cold, hot);
    }
    alarm->temp[0] = level(bms_has(bms, ROW_EUTP), bms_has(bms, ROW_EOTP));
    alarm->temp[5] = level(false, bms_has(bms, ROW_MOS_OTP));
    alarm->charge_current = level(false, bms_has(bms, ROW_COCP));
    alarm->discharge_current =
        level(false, bms_has(bms, ROW_DOCP) || bms_has(bms, ROW_DOCP2) || bms_has(bms, ROW_CP));
    alarm->voltage = level(bms_has(bms, ROW_TUVP), bms_has(bms, ROW_TOVP));
    for (size_t k = 0; k < sizeof status1 / sizeof status1[0]; k++) {
        alarm->status[0] |= bms_has(bms, status1[k].row) ? status1[k].bit : 0;
    }
    alarm->status[1] =
        (uint8_t)(STATUS2_SUPPLYING | (bms->out.discharge_mos ? STATUS2_DISCHARGE_MOS : 0) |
                  (bms->out.charge_mos ? STATUS2_CHARGE_MOS : 0));
    alarm->status[2] = (uint8_t)((bms->flow == CURRENT_CHARGE ? STATUS3_CHARGING : 0) |
                                 (bms->flow == CURRENT_DISCHARGE ? STATUS3_DISCHARGING : 0) |
                                 (bms_has(bms, ROW_FULLY) ? STATUS3_FULL : 0) |
                                 (bms->out.buzzer != BUZZER_OFF ? STATUS3_BUZZER : 0));
}

static void fill_limits(const struct bms *bms, struct pylon_limits *limits)
{
    uint64_t low = UINT64_C(1) << ROW_USOC | UINT64_C(1) << ROW_UV | UINT64_C(1) << ROW_TUV;
    *limits = (struct pylon_limits){
        .charge_mv = bms->out.charge_mv,
        .discharge_mv = bms->out.discharge_mv,
        .charge_ma = bms->out.charge_limit_ma,
        .discharge_ma = bms->out.discharge_limit_ma,
        .charge_enable = bms->out.charge_mos,
        .discharge_enable = bms->out.discharge_mos,
        .force_charge = (bms->active & low) != 0,
        .full_charge_request = bms->out.full_charge_request,
    };
}

/* Fills the reply to `frame` in place; the pack's index is good. */
static void answer(struct ascii_frame *frame, const struct house *house, int i)
{
    union {
        struct pylon_analog analog;
        struct pylon_alarm alarm;
        struct pylon_limits limits;
    } part;
    uint8_t command = frame->cid2;
    frame->version = PYLON_VERSION;
    frame->cid2 = PYLON_OK;
    bool asks_for_pack = command != PYLON_GET_PROTOCOL;
    if (asks_for_pack && (frame->length < 1 || frame->info[0] != frame->address)) {
        frame->cid2 = PYLON_BAD_DATA;
        frame->length = 0;
        return;
    }
    switch (command) {
    case PYLON_GET_ANALOG:
        fill_analog(house, i, &part.analog);
        frame->length = pylon_analog_encode(&part.analog, frame->address, frame->info);
        return;
    case PYLON_GET_ALARM:
        fill_alarm(house, i, &part.alarm);
        frame->length = pylon_alarm_encode(&part.alarm, frame->address, frame->info);
        return;
    case PYLON_GET_LIMITS:
        fill_limits(&house->bms[i], &part.limits);
        frame->length = pylon_limits_encode(&part.limits, frame->address, frame->info);
        return;
    case PYLON_GET_SERIAL: {
        char serial[PYLON_SERIAL_LENGTH + 1];
        snprintf(serial, sizeof serial, "HEARTH%010d", i + 1);
        frame->info[0] = frame->address;
        memcpy(frame->info + 1, serial, PYLON_SERIAL_LENGTH);
        frame->length = 1 + PYLON_SERIAL_LENGTH;
        return;
    }
    case PYLON_GET_PROTOCOL: frame->length = 0; return;
    default:
        frame->cid2 = PYLON_BAD_COMMAND;
        frame->length = 0;
        return;
    }
}

static void take_frame(struct pack_port *port, const struct house *house)
{
    struct ascii_frame *frame = &port->frame;
    int result = ascii_frame_decode(port->reader.buffer, port->reader.length, frame);
    if (result != 0 || frame->cid1 != PYLON_CID1) {
        return; /* a broken request names no address one could trust: silence, the reader asks again
                 */
    }
    int i = frame->address - PYLON_MASTER;
    bool there = i >= 0 && i < house->spec.packs && house->spec.battery == HOUSE_PACKS;
    bool linked = there && (i == 0 || (!house->stack_cut && (house->pack_cut >> i & 1) == 0));
    if (!linked || !house->devices_on || bms_asleep(&house->bms[i])) {
        return; /* asleep, nothing listens */
    }
    answer(frame, house, i);
    uint8_t bytes[ASCII_FRAME_MAX];
    int n = ascii_frame_encode(frame, bytes, sizeof bytes);
    if (n > 0) {
        serial_wire_send(&port->wire, WIRE_A, bytes, (size_t)n);
    }
}

void pack_port_serve(struct pack_port *port, const struct house *house)
{
    uint8_t bytes[256];
    size_t n;
    while ((n = serial_wire_take(&port->wire, WIRE_A, bytes, sizeof bytes)) > 0) {
        for (size_t i = 0; i < n; i++) {
            if (ascii_reader_take(&port->reader, bytes[i])) {
                take_frame(port, house);
            }
        }
    }
}
