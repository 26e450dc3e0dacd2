/* SPDX-License-Identifier: Apache-2.0 */
/* The devices' half of a step: sensors in, core steps, reports over the wire. */
#include "sim/house.h"

#include <math.h>
#include <string.h>

#include "core/proto/can_dialect.h"
#include "plant/num.h"
#include "sim/firmware.h"
#include "sim/lcd.h"
#include "sim/panels.h"

enum { BMS_PERIOD_MS = 100, REPORT_PERIOD_MS = 1000 };

static const double BUS_V = 420.0;        /* of a healthy stage (our choice) */
static const double BUS_SAGGED_V = 250.0; /* of one that cannot carry its load */
enum { FAN_RPM = 2400 };
static const double MOS_K_PER_A2 = 0.0025; /* 100 A make 25 K (our choice) */

static int32_t milli(double value) { return (int32_t)lrint(value * 1000.0); }
static int16_t tenths(double value)
{
    return (int16_t)lrint(lesser(greater(value, -3000.0), 3000.0) * 10.0);
}

static double pick(const struct forced *forced, double else_value)
{
    return forced->on ? forced->value : else_value;
}

/* Sensors whose value somebody forces. */
static void force_pack(const struct force_pack *force, struct bms_inputs *in, int n_cells)
{
    for (int i = 0; i < n_cells; i++) {
        if (force->cell_v[i].on) {
            in->cell_mv[i] =
                (uint16_t)lrint(lesser(greater(force->cell_v[i].value, 0.0), 60.0) * 1000.0);
        }
    }
    for (int i = 0; i < PACK_TEMPS; i++) {
        if (force->temp_c[i].on) {
            in->temp_c10[i] = tenths(force->temp_c[i].value);
        }
    }
    in->env_c10 = force->env_c.on ? tenths(force->env_c.value) : in->env_c10;
    in->mos_c10 = force->mos_c.on ? tenths(force->mos_c.value) : in->mos_c10;
    in->current_ma = force->current_a.on ? milli(force->current_a.value) : in->current_ma;
    in->self_check_ok = !force->self_check_failed;
    in->load_sensed = force->demand_a.on && force->demand_a.value < 0.0;
}

/* Through the front-end of a real board. */
static void sense_imperfectly(struct sensor *sensor, const struct plant_pack *plant,
                              struct bms_inputs *in)
{
    for (int k = 0; k < plant->n; k++) {
        in->cell_mv[k] = (uint16_t)lrint(sensor_cell(sensor, plant->cell_v[k]) * 1000.0);
    }
    for (int k = 0; k < PACK_TEMPS; k++) {
        in->temp_c10[k] = tenths(sensor_temperature(sensor, plant->group_c[k]));
    }
    in->current_ma = milli(sensor_current(sensor, plant->current_a));
}

/* Cell voltages are never negative. */
WIDE_VECTORS static void read_cells(const double *restrict volts, uint16_t *restrict mv)
{
    for (int k = 0; k < PLANT_CELLS; k++) {
        mv[k] = (uint16_t)(int32_t)(volts[k] * 1000.0 + 0.5);
    }
}

void house_sense_pack(struct house *house, int i)
{
    const struct plant_pack *plant = &house->plant[i];
    struct bms_inputs *in = &house->sensed[i];
    in->now_ms = house->now_ms;
    read_cells(plant->cell_v, in->cell_mv);
    for (int k = 0; k < PACK_TEMPS; k++) {
        in->temp_c10[k] = (int16_t)lrint(plant->group_c[k] * 10.0);
    }
    in->current_ma = (int32_t)lrint(plant->current_a * 1000.0);
    if (house->sensor[i].spec.on) {
        sense_imperfectly(&house->sensor[i], plant, in);
    }
    in->env_c10 = (int16_t)lrint(plant->room_c * 10.0);
    double heat = MOS_K_PER_A2 * plant->current_a * plant->current_a;
    in->mos_c10 = tenths(plant->room_c + heat);
    in->sampled = (house->afe_cut >> i & 1) == 0;
    in->self_check_ok = true;
    in->load_sensed = false;
    if (house->force.pack[i].any) {
        force_pack(&house->force.pack[i], in, plant->n);
    }
    house_sense_desk(house, i);
}

static void step_bms(struct house *house)
{
    bool told = false;
    for (int i = 0; i < house->spec.packs; i++) {
        house_sense_pack(house, i);
        struct bms *bms = &house->bms[i];
        uint16_t bled = bms->out.balance;
        const struct forced *soc = house->force.pack[i].soc_pct.on ? &house->force.pack[i].soc_pct
                                                                   : &house->force.battery_soc_pct;
        house->sensed[i].hold_charge = soc->on;
        if (soc->on) {
            bms_set_soc(bms, (int32_t)lrint(soc->value * 100.0));
        }
        bms_step(bms, &house->sensed[i]);
        if (house->spec.boards != NULL) {
            memory_step(&house->spec.boards[i].memory, bms, &house->sensed[i]);
            black_box_step(&house->spec.boards[i].box, bms, &house->sensed[i]);
        }
        told |= bms->n_events > 0;
        if (bms->out.balance != bled) {
            pack_bleed(&house->plant[i], bms->out.balance);
        }
    }
    if (told) {
        house_collect_events(house);
    }
}

/* A plain battery with a BMS link set has a BMS that knows its SOC and allows what is usual. */
static void report_plain(const struct house *house, struct battery_report *report)
{
    double soc = pick(&house->force.battery_soc_pct, plain_battery_soc(&house->plain) * 100.0);
    *report = (struct battery_report){
        .heard = HEARD_LIMITS | HEARD_SOC | HEARD_SOH | HEARD_MEASURED | HEARD_TEMPERATURE |
                 HEARD_FLAGS | HEARD_REQUEST | HEARD_NAME | HEARD_DISCHARGE_VOLTAGE,
        .charge_mv = 57600,
        .discharge_mv = 44000,
        .charge_limit_ma = soc < 100.0 ? 200000 : 0,
        .discharge_limit_ma = soc > 0.0 ? 200000 : 0,
        .soc_pct = (uint8_t)soc,
        .soh_pct = 100,
        .voltage_mv = milli(house->stage.battery_v),
        .current_ma = -milli(house->stage.battery_a),
        .temp_c10 = 250,
        .packs = 1,
        .charge_enable = true,
        .discharge_enable = true,
        .name = "BMS",
    };
}

static void force_report(const struct force *force, struct battery_report *report)
{
    if (force->charge_limit_a.on) {
        report->charge_limit_ma = milli(force->charge_limit_a.value);
    }
    if (force->discharge_limit_a.on) {
        report->discharge_limit_ma = milli(force->discharge_limit_a.value);
    }
    if (force->charge_v.on) {
        report->charge_mv = milli(force->charge_v.value);
    }
}

static bool forces_report(const struct force *force)
{
    return force->charge_limit_a.on || force->discharge_limit_a.on || force->charge_v.on;
}

/* The inverter understands Pylon (BDS). */
static bool is_pylon(enum protocol_bus bus, int32_t code)
{
    static const char *const pylon[] = {"pylon-can", "pylon20-can", "goodwe-can", "pylon-rs485"};
    const struct protocol *spoken = protocol_of_code(bus, code);
    for (size_t i = 0; i < sizeof pylon / sizeof pylon[0]; i++) {
        if (spoken != NULL && spoken->speaks != NULL && strcmp(spoken->speaks, pylon[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A pack that is set to something else, or to what nobody knows, talks past the inverter. Names are
   looked up when the code is another one than the last time. */
static bool is_understood(struct house *house, int host, bool rs485)
{
    if (house->spec.battery != HOUSE_PACKS) {
        return true; /* its BMS is made for this inverter */
    }
    if (host < 0) {
        return false;
    }
    enum protocol_bus bus = rs485 ? PROTOCOL_RS485 : PROTOCOL_CAN;
    int32_t code = house->bms[host].param[rs485 ? PARAM_RS485_PROTOCOL : PARAM_CAN_PROTOCOL];
    struct house_spoken *spoken = &house->spoken;
    if (!spoken->known || spoken->bus != bus || spoken->code != code) {
        *spoken = (struct house_spoken){true, is_pylon(bus, code), bus, code};
    }
    return spoken->pylon;
}

static void carry_report(struct house *house, const struct battery_report *report)
{
    struct inverter_inputs *in = &house->inverter.in;
    int32_t link = house->inverter.set[SET_BMS_LINK];
    int host = house->spec.battery == HOUSE_PACKS ? house_host_pack(house) : -1;
    if (!is_understood(house, host, link == BMS_485)) {
        return;
    }
    if (link == BMS_485 || !house->spec.frames) {
        bool cut = link == BMS_485 ? house->rs485_cut : house->can0.cut;
        if (!cut && host >= 0) {
            bms_heard(&house->bms[host], PORT_CAN, house->now_ms);
        }
        if (!cut) {
            in->bms = *report;
            in->bms_at_ms = house->now_ms;
            in->bms_heard = true;
        }
        return;
    }
    struct can_frame frames[CAN_SET_MAX];
    const struct can_dialect *dialect = &can_dialects[CAN_PYLON];
    int n = can_dialect_encode(dialect, report, frames);
    for (int i = 0; i < n; i++) {
        can_wire_send(&house->can0, WIRE_A, &frames[i]);
    }
    struct can_frame frame;
    while (can_wire_take(&house->can0, WIRE_B, &frame)) {
        if (can_dialect_decode(dialect, &frame, &in->bms) == CAN_TAKEN) {
            in->bms_at_ms = house->now_ms;
            in->bms_heard = true;
        }
    }
    frame = (struct can_frame){.id = dialect->alive_id, .length = 8};
    can_wire_send(&house->can0, WIRE_B, &frame);
    while (can_wire_take(&house->can0, WIRE_A, &frame) && host >= 0) {
        bms_heard(&house->bms[host], PORT_CAN, house->now_ms);
    }
}

static void send_report(struct house *house)
{
    struct battery_report *report = &house->stack.report;
    bool anew = true;
    if (house->spec.battery == HOUSE_PACKS) {
        bool forced = forces_report(&house->force);
        if (forced || house->report_forced) {
            stack_retell(&house->stack);
        }
        house->report_forced = forced;
        anew = house_hear_packs(house);
        if (house->stack.online == 0) {
            return; /* asleep, or no host: the inverter hears nothing */
        }
    } else if (house->spec.battery == HOUSE_PLAIN) {
        report_plain(house, report);
    } else {
        return;
    }
    if (anew) {
        force_report(&house->force, report);
        can_rounding_apply(&house->rounding, report);
    }
    if (house->spec.inverter != NULL) {
        carry_report(house, report);
    }
}

/* What the board's own sensors see of a healthy stage; what ails it comes by `raised`. */
static void sense_board(struct house *house, struct inverter_inputs *in)
{
    const struct inverter_outputs *out = &house->inverter.out;
    const struct stage_out *stage = &house->stage;
    bool shorted = house->force.load_short.on && house->force.load_short.value > 0.5;
    in->port_w = (int32_t)lrint(house->grid_w + house->gen_w);
    in->output_mv = milli(stage->output_v);
    in->output_ma = stage->output_v > 0.0 ? milli(in->load_va / stage->output_v) : 0;
    if (shorted && out->bridge_on) {
        in->output_ma = house->inverter.profile->peak_va * 1000 / 200; /* the bridge's own limit */
    }
    in->output_dc_mv = in->output_dc_ma = 0;
    in->bus_mv = in->bus2_mv = milli(stage->collapsed ? BUS_SAGGED_V : BUS_V);
    in->relays_seen = out->relays;
    in->fan_rpm = out->fan_on ? FAN_RPM : 0;
    house->peer_at_ms = house->internal_cut ? house->peer_at_ms : house->now_ms;
    in->peer_age_ms = (int32_t)(house->now_ms - house->peer_at_ms);
    double battery_c = house->spec.temperature_c;
    in->battery_c10 = tenths(pick(&house->force.battery_c, battery_c));
}

static void sense_inverter(struct house *house)
{
    struct inverter_inputs *in = &house->inverter.in;
    const struct stage_out *stage = &house->stage;
    in->now_ms = house->now_ms;
    in->grid_mv = milli(house->grid_v);
    in->grid_hz100 = (int32_t)lrint(house->grid_hz * 100.0);
    in->pv_mv = milli(house->pv_v);
    in->pv_ma = milli(house->pv_a);
    in->pv_held_back = stage->pv_held_back;
    in->battery_mv = milli(stage->battery_v);
    in->battery_ma = milli(stage->battery_a);
    in->pv_charge_ma = milli(stage->pv_charge_a);
    in->load_w = (int32_t)lrint(stage->load_w);
    double factor = pick(&house->force.load_pf, 1.0);
    in->load_va = factor > 0.0 ? (int32_t)lrint(stage->load_w / factor) : in->load_w;
    in->gen_mv = milli(house->generator.voltage_v);
    in->gen_hz100 = (int32_t)lrint(house->generator.frequency_hz * 100.0);
    in->heatsink_c10 = tenths(pick(&house->force.heatsink_c, house->heatsink_c));
    sense_board(house, in);
    in->raised = house->force.raised;
}

void house_devices(struct house *house)
{
    if (house->spec.battery == HOUSE_PACKS && time_reached(house->now_ms, house->bms_due_ms)) {
        house->bms_due_ms = house->now_ms + BMS_PERIOD_MS;
        if (house->spec.inverter != NULL) {
            house_find_bus(house, (house->now_ms - house->bus_at_ms) * 0.001);
            house->bus_at_ms = house->now_ms;
        }
        house_talk(house);
        step_bms(house);
    }
    house_panels_tick(house);
    if (time_reached(house->now_ms, house->report_due_ms)) {
        house->report_due_ms = house->now_ms + REPORT_PERIOD_MS;
        send_report(house);
    }
    if (house->spec.inverter != NULL) {
        sense_inverter(house);
        inverter_step(&house->inverter);
        inverter_memory_step(&house->board.memory, &house->inverter);
        house_lcd_tick(house);
        house_firmware_tick(house);
    }
}
