/* SPDX-License-Identifier: Apache-2.0 */
/* Readers of a house's points: one small function each, named in the table of points.c. */
#include "sim/points_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plant/series.h"
#include "sim/settings.h"

static bool number(struct value *out, double value)
{
    out->number = value;
    return true;
}

static bool text(struct value *out, const char *words)
{
    snprintf(out->text, sizeof out->text, "%s", words);
    return true;
}

static bool has_inverter(const struct house *house) { return house->spec.inverter != NULL; }

static const struct bms *pack(const struct house *house, const struct place *place)
{
    bool there =
        house->spec.battery == HOUSE_PACKS && place->n >= 1 && place->n <= house->spec.packs;
    return there ? &house->bms[place->n - 1] : NULL;
}

/* One reader: its name, whether it needs an inverter or a pack, and what it says. */
#define HOUSE(name, expression)                                                               \
    bool read_##name(const struct house *house, const struct place *place, struct value *out) \
    {                                                                                         \
        (void)place;                                                                          \
        return (expression);                                                                  \
    }
#define INVERTER(name, expression)                                                            \
    bool read_##name(const struct house *house, const struct place *place, struct value *out) \
    {                                                                                         \
        (void)place;                                                                          \
        return has_inverter(house) && (expression);                                           \
    }
#define PACK(name, expression)                                                                \
    bool read_##name(const struct house *house, const struct place *place, struct value *out) \
    {                                                                                         \
        const struct bms *bms = pack(house, place);                                           \
        return bms != NULL && (expression);                                                   \
    }

HOUSE(ambient, number(out, house->force.ambient_c.on ? house->force.ambient_c.value
                           : house->env != NULL      ? (double)house->env->room_c
                                                     : house->spec.temperature_c))
HOUSE(grid_present, number(out, house->grid_v > 0.0))
HOUSE(grid_v, number(out, house->grid_v))
HOUSE(grid_phase_v, place->n == 1 && number(out, house->grid_v))
HOUSE(grid_hz, number(out, house->grid_hz))
INVERTER(grid_connected, number(out, house->inverter.out.grid_relay))
INVERTER(grid_w, number(out, house->grid_w))
INVERTER(grid_phase_w, place->n == 1 && number(out, house->grid_w))
INVERTER(load_w, number(out, house->stage.load_w))
INVERTER(load2_w, number(out, house->inverter.out.output2 && house->force.load2_w.on
                                  ? house->force.load2_w.value
                                  : 0.0))
INVERTER(load_phase_w, place->n == 1 && number(out, house->stage.load_w))
INVERTER(pv_w, number(out, house->stage.pv_w))
INVERTER(pv_input_w, place->n == 1 && number(out, house->stage.pv_w))
INVERTER(pv_input_v, place->n == 1 && number(out, house->pv_v))
INVERTER(pv_input_a, place->n == 1 && number(out, house->pv_a))
INVERTER(pv_kwh, number(out, house->ledger.pv / 3.6e6))
#define TODAY(name, flow) \
    INVERTER(name, number(out, (double)inverter_energy_wh(&house->inverter, flow, true) / 1000.0))
TODAY(pv_today, METER_PV)
TODAY(bought_today, METER_BOUGHT)
TODAY(sold_today, METER_SOLD)
#undef TODAY
INVERTER(bought_kwh, number(out, house->ledger.bought / 3.6e6))
INVERTER(sold_kwh, number(out, house->ledger.sold / 3.6e6))
INVERTER(battery_v, number(out, house->stage.battery_v))
INVERTER(battery_a, number(out, house->stage.battery_a))
INVERTER(battery_w, number(out, house->stage.battery_w))

bool read_battery_soc(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    if (house->force.battery_soc_pct.on) {
        return number(out, house->force.battery_soc_pct.value);
    }
    if (house->spec.battery == HOUSE_PACKS) {
        return number(out, house->stack.report.soc_pct);
    }
    return house->spec.battery == HOUSE_PLAIN &&
           number(out, plain_battery_soc(&house->plain) * 100.0);
}

bool read_battery_c(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    if (house->spec.battery == HOUSE_PACKS) {
        return number(out, house->stack.report.temp_c10 / 10.0);
    }
    return number(out, house->force.battery_c.on ? house->force.battery_c.value
                                                 : house->spec.temperature_c);
}

static bool reports(const struct house *house) { return house->stack.report.heard != 0; }

HOUSE(charge_limit, reports(house) && number(out, house->stack.report.charge_limit_ma / 1000.0))
HOUSE(discharge_limit,
      reports(house) && number(out, house->stack.report.discharge_limit_ma / 1000.0))
HOUSE(charge_voltage, reports(house) && number(out, house->stack.report.charge_mv / 1000.0))
HOUSE(pack_count, house->spec.battery == HOUSE_PACKS && number(out, house->stack.online))
HOUSE(capacity, house->spec.battery == HOUSE_PACKS &&
                    number(out, house->stack.online * house->spec.pack->pack->energy_wh))
INVERTER(state, text(out, inverter_state_word(house->inverter.out.state)))
INVERTER(charge_stage, text(out, charge_stage_word(house->inverter.out.stage)))
INVERTER(heatsink, number(out, house->inverter.in.heatsink_c10 / 10.0))
INVERTER(output1, number(out, house->inverter.out.output1 && !house->stage.collapsed))
INVERTER(output2, number(out, house->inverter.out.output2 && !house->stage.collapsed))
INVERTER(output_v, number(out, house->stage.output_v))
INVERTER(output_hz, number(out, house->stage.output_v <= 0.0            ? 0.0
                                : house->inverter.out.feed == FEED_GRID ? house->grid_hz
                                : house->inverter.out.feed == FEED_GENERATOR
                                    ? house->generator.frequency_hz
                                    : house->inverter.out.output_hz100 / 100.0))
INVERTER(output_w, number(out, house->stage.load_w))
INVERTER(output_va, number(out, house->inverter.in.load_va))
INVERTER(power_factor, number(out, house->inverter.in.load_va > 0
                                       ? house->stage.load_w / house->inverter.in.load_va
                                       : 1.0))
INVERTER(pv_limit, number(out, house->inverter.out.pv_limit_w))
INVERTER(charge_a, number(out, fmax(-house->stage.battery_a, 0.0)))
INVERTER(pv_charge_a, number(out, house->stage.pv_charge_a))
INVERTER(grid_charge_a, number(out, house->stage.ac_charge_a))
INVERTER(charge_target, number(out, house->inverter.out.charge_mv / 1000.0))
INVERTER(gen_running, number(out, house->generator.voltage_v > 0.0))
INVERTER(gen_w, number(out, house->gen_w))
INVERTER(start_contact, text(out, house->inverter.out.generator_start ? "closed" : "open"))
INVERTER(gap, number(out, house->last_gap_ms))
INVERTER(equalize_days, number(out, house->inverter.days_since_equalize))

bool read_source(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    if (!has_inverter(house)) {
        return false;
    }
    house_source(house, out->text, sizeof out->text);
    return true;
}

bool read_faults(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    if (!has_inverter(house)) {
        return false;
    }
    inverter_codes(&house->inverter, CLASS_FAULT, out->text, sizeof out->text);
    return true;
}

bool read_alarms(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    if (!has_inverter(house)) {
        return false;
    }
    inverter_codes(&house->inverter, CLASS_ALARM, out->text, sizeof out->text);
    return true;
}

bool read_inverter_lamp(const struct house *house, const struct place *place, struct value *out)
{
    const char *word = has_inverter(house) ? inverter_lamp_word(house, place->name) : NULL;
    return word != NULL && text(out, word);
}

/* What stands at a pack's output: somebody else's voltage, or its own through its MOS. */
static double terminal_v(const struct house *house, int i)
{
    const struct bms_inputs *in = &house->sensed[i];
    return (in->terminal_mv != 0 ? in->terminal_mv : in->bus_mv) / 1000.0;
}

PACK(pack_state, text(out, pack_state_word(bms->out.state)))
PACK(pack_cell, place->m >= 1 && place->m <= bms->profile->n_cells &&
                    number(out, house->sensed[place->n - 1].cell_mv[place->m - 1] / 1000.0))
PACK(pack_v, number(out, bms->q[Q_PACK_MV] / 1000.0))
PACK(pack_terminal, number(out, terminal_v(house, place->n - 1)))
PACK(pack_a, number(out, house->sensed[place->n - 1].current_ma / 1000.0))
PACK(pack_soc, number(out, bms->soc_pct100 / 100.0))
PACK(pack_soh, number(out, bms->soh_pct100 / 100.0))
PACK(pack_soc_bound, number(out, bms->soc.bound_pct100 / 100.0))
PACK(pack_soh_resistance, number(out, bms->soc.soh_resistance_pct100 / 100.0))
PACK(pack_resistance, number(out, bms->soc.pack_uohm / 1000.0))
PACK(pack_full_request, number(out, bms->out.full_charge_request))
PACK(pack_remaining, number(out, (double)bms->remaining_mams / 3.6e9))
PACK(pack_full, number(out, (double)bms->full_mams / 3.6e9))
PACK(pack_cycles, number(out, bms->cycles))
PACK(pack_temp, place->m >= 1 && place->m <= PACK_TEMPS &&
                    number(out, house->sensed[place->n - 1].temp_c10[place->m - 1] / 10.0))
PACK(pack_env, number(out, house->sensed[place->n - 1].env_c10 / 10.0))
PACK(pack_mos, number(out, house->sensed[place->n - 1].mos_c10 / 10.0))
PACK(pack_charge_mos, number(out, bms->out.charge_mos))
PACK(pack_discharge_mos, number(out, bms->out.discharge_mos))
PACK(pack_balancing, number(out, bms->out.balance != 0))
PACK(pack_calibrated, number(out, bms->calibrated))
PACK(pack_ccl, number(out, bms->out.charge_limit_ma / 1000.0))
PACK(pack_dcl, number(out, bms->out.discharge_limit_ma / 1000.0))
PACK(pack_cvl, number(out, bms->out.charge_mv / 1000.0))
PACK(pack_run, text(out, lamp_word(bms_lamp(bms, LED_RUN, house->now_ms))))
PACK(pack_alm, text(out, lamp_word(bms_lamp(bms, LED_ALM, house->now_ms))))
PACK(pack_contact1, text(out, bms->out.contact_1 ? "closed" : "open"))
PACK(pack_contact2, text(out, bms->out.contact_2 ? "closed" : "open"))

static bool codes(const struct house *house, const struct place *place, uint64_t only,
                  enum protection_kind kind, struct value *out)
{
    const struct bms *bms = pack(house, place);
    if (bms == NULL) {
        return false;
    }
    pack_codes(bms->profile->rows, bms->active & only, kind, out->text, sizeof out->text);
    return true;
}

bool read_pack_protections(const struct house *house, const struct place *place, struct value *out)
{
    return codes(house, place, UINT64_MAX, KIND_PROTECTION, out);
}

bool read_pack_faults(const struct house *house, const struct place *place, struct value *out)
{
    return codes(house, place, UINT64_MAX, KIND_FAULT, out);
}

bool read_pack_alarms(const struct house *house, const struct place *place, struct value *out)
{
    return codes(house, place, UINT64_MAX, KIND_ALARM, out);
}

bool read_pack_locked(const struct house *house, const struct place *place, struct value *out)
{
    const struct bms *bms = pack(house, place);
    return codes(house, place, bms != NULL ? bms->locked : 0, KIND_PROTECTION, out);
}

bool read_pack_soc_leds(const struct house *house, const struct place *place, struct value *out)
{
    static const char marks[] = {[LAMP_OFF] = '-',
                                 [LAMP_ON] = '1',
                                 [LAMP_FLASH1] = 'F',
                                 [LAMP_FLASH2] = 'F',
                                 [LAMP_FLASH3] = 'F'};
    const struct bms *bms = pack(house, place);
    if (bms == NULL) {
        return false;
    }
    int n = bms->profile->n_soc_leds;
    for (int i = 0; i < n; i++) {
        out->text[i] = marks[bms_lamp(bms, (enum led)(LED_L1 + n - 1 - i), house->now_ms)];
    }
    out->text[n] = '\0';
    return true;
}

bool read_pack_buzzer(const struct house *house, const struct place *place, struct value *out)
{
    static const char *const words[] = {[BUZZER_OFF] = "off",
                                        [BUZZER_ALARM] = "alarm",
                                        [BUZZER_PROTECTION] = "protection",
                                        [BUZZER_FAULT] = "fault"};
    const struct bms *bms = pack(house, place);
    return bms != NULL && text(out, words[bms->out.buzzer]);
}

bool read_setting(const struct house *house, const struct place *place, struct value *out)
{
    const char *device = has_inverter(house) ? "inverter" : "pack1";
    bool there = house_read_setting(house, device, place->name, out->text, sizeof out->text);
    out->number = there ? strtod(out->text, NULL) : 0.0;
    return there;
}

bool read_write_result(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    return text(out, house->write_result);
}

bool read_write_reason(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    return text(out, house->write_reason);
}

static bool clock_text(int64_t local_s, struct value *out)
{
    int year;
    int month;
    int day;
    civil_date(local_s / 86400, &year, &month, &day);
    int s = (int)(local_s % 86400);
    snprintf(out->text, sizeof out->text, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
             s / 3600, s / 60 % 60, s % 60);
    return true;
}

bool read_clock(const struct house *house, const struct place *place, struct value *out)
{
    (void)place;
    return clock_text(house_local_s(house), out);
}

bool read_pack_clock(const struct house *house, const struct place *place, struct value *out)
{
    const struct bms *bms = pack(house, place);
    return bms != NULL && clock_text(bms_clock(bms, house->now_ms), out);
}
