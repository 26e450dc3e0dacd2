/* SPDX-License-Identifier: Apache-2.0 */
/* The table of points: pattern, use, kind, and how each is read, forced or written. In a pattern N
   and M stand for numbers, NAME and FIELD for the rest of the name. */
#include "sim/points.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "sim/points_read.h"
#include "sim/points_write.h"

#define AT(field)      .forced = offsetof(struct force, field) + 1, .where = FORCE_HOUSE
#define PACK_AT(field) .forced = offsetof(struct force_pack, field) + 1, .where = FORCE_PACK
#define PACK_M(field)  .forced = offsetof(struct force_pack, field) + 1, .where = FORCE_PACK_M
#define READ(name)     .read = read_##name
#define WRITE(name)    .write = write_##name
#define LATER          .read = NULL

/* clang-format off */
static const struct sim_point table[] = {
    {"clock", "SE", VALUE_TIME, "", READ(clock), WRITE(clock)},
    {"house.losses", "S", VALUE_FLAG, "", WRITE(losses)},
    {"ambient.temperature_c", "SE", VALUE_NUMBER, "", READ(ambient), AT(ambient_c)},
    {"grid.present", "SE", VALUE_FLAG, "", READ(grid_present), AT(grid_present)},
    {"grid.voltage_v", "SE", VALUE_NUMBER, "", READ(grid_v), AT(grid_v)},
    {"grid.lN.voltage_v", "SE", VALUE_NUMBER, "", READ(grid_phase_v)},
    {"grid.frequency_hz", "SE", VALUE_NUMBER, "", READ(grid_hz), AT(grid_hz)},
    {"grid.breaker", "SE", VALUE_FLAG, "", LATER},
    {"grid.connected", "E", VALUE_FLAG, "", READ(grid_connected)},
    {"battery.address_conflict", "E", VALUE_FLAG, "", READ(address_conflict)},
    {"grid.power_w", "E", VALUE_NUMBER, "", READ(grid_w)},
    {"grid.lN.power_w", "E", VALUE_NUMBER, "", READ(grid_phase_w)},
    {"grid.ct_power_w", "E", VALUE_NUMBER, "", LATER},
    {"grid.ct.lN.power_w", "E", VALUE_NUMBER, "", LATER},
    {"load.power_w", "SE", VALUE_NUMBER, "", READ(load_w), AT(load_w)},
    {"load.lN.power_w", "SE", VALUE_NUMBER, "", READ(load_phase_w)},
    {"load2.power_w", "SE", VALUE_NUMBER, "", .read = read_load2_w, AT(load2_w)},
    {"load.power_factor", "S", VALUE_NUMBER, "", AT(load_pf)},
    {"load.short", "S", VALUE_FLAG, "", AT(load_short)},
    {"home.power_w", "SE", VALUE_NUMBER, "", LATER},
    {"home.lN.power_w", "SE", VALUE_NUMBER, "", LATER},
    {"pv.power_w", "SE", VALUE_NUMBER, "", READ(pv_w), AT(pv_w)},
    {"pvN.power_w", "SE", VALUE_NUMBER, "", READ(pv_input_w), WRITE(pv_input_w)},
    {"pvN.voltage_v", "SE", VALUE_NUMBER, "", READ(pv_input_v), WRITE(pv_input_v)},
    {"pvN.current_a", "E", VALUE_NUMBER, "", READ(pv_input_a)},
    {"pv.energy_today_kwh", "E", VALUE_NUMBER, "", READ(pv_today)},
    {"pv.energy_total_kwh", "E", VALUE_NUMBER, "", READ(pv_kwh)},
    {"grid.bought_today_kwh", "E", VALUE_NUMBER, "", READ(bought_today)},
    {"grid.sold_today_kwh", "E", VALUE_NUMBER, "", READ(sold_today)},
    {"generator.available", "S", VALUE_FLAG, "", AT(gen_available)},
    {"generator.delay_s", "S", VALUE_NUMBER, "", AT(gen_delay_s)},
    {"generator.voltage_v", "S", VALUE_NUMBER, "", AT(gen_v)},
    {"generator.frequency_hz", "S", VALUE_NUMBER, "", AT(gen_hz)},
    {"generator.running", "E", VALUE_FLAG, "", READ(gen_running)},
    {"generator.power_w", "E", VALUE_NUMBER, "", READ(gen_w)},
    {"generator.start_contact", "E", VALUE_WORD, "open|closed", READ(start_contact)},
    {"micro_inverter.power_w", "SE", VALUE_NUMBER, "", LATER},
    {"smart_load.power_w", "SE", VALUE_NUMBER, "", LATER},
    {"meterN.type", "S", VALUE_WORD, "ddsu666|dtsu666|none", LATER},
    {"meterN.address", "S", VALUE_INT, "", LATER},
    {"meterN.lM.power_w", "SE", VALUE_NUMBER, "", LATER},
    {"ct.position", "S", VALUE_WORD, "grid|load|none", LATER},
    {"ct.reversed", "S", VALUE_FLAG, "", LATER},
    {"ct.phase", "S", VALUE_WORD, "L1|L2|L3", LATER},
    {"drm.pins", "S", VALUE_LIST, "", LATER},
    {"battery.soc_pct", "SE", VALUE_NUMBER, "", READ(battery_soc), WRITE(battery_soc)},
    {"battery.voltage_v", "SE", VALUE_NUMBER, "", READ(battery_v), AT(battery_v)},
    {"battery.temperature_c", "SE", VALUE_NUMBER, "", READ(battery_c), AT(battery_c)},
    {"battery.current_a", "E", VALUE_NUMBER, "", READ(battery_a)},
    {"battery.power_w", "E", VALUE_NUMBER, "", READ(battery_w)},
    {"battery.charge_limit_a", "SE", VALUE_NUMBER, "", READ(charge_limit), AT(charge_limit_a)},
    {"battery.discharge_limit_a", "SE", VALUE_NUMBER, "", READ(discharge_limit), AT(discharge_limit_a)},
    {"battery.charge_voltage_v", "SE", VALUE_NUMBER, "", READ(charge_voltage), AT(charge_v)},
    {"battery.pack_count", "E", VALUE_NUMBER, "", READ(pack_count)},
    {"battery.packs_known", "E", VALUE_INT, "", READ(packs_known)},
    {"battery.partial", "E", VALUE_FLAG, "", READ(partial)},
    {"battery.mixed", "E", VALUE_FLAG, "", READ(mixed)},
    {"battery.join_voltage_v", "E", VALUE_NUMBER, "", READ(join_v)},
    {"battery.join_window_v", "E", VALUE_NUMBER, "", READ(join_window)},
    {"battery.soc_bound_pct", "E", VALUE_NUMBER, "", READ(battery_bound)},
    {"battery.capacity_wh", "E", VALUE_NUMBER, "", READ(capacity)},
    {"inverter.state", "E", VALUE_WORD, "off|standby|bypass|inverting|on_grid|fault|update", READ(state)},
    {"inverter.source", "E", VALUE_TEXT, "", READ(source)},
    {"inverter.charge_stage", "E", VALUE_WORD, "off|bulk|absorption|float|equalize", READ(charge_stage)},
    {"inverter.faults", "E", VALUE_LIST, "", READ(faults)},
    {"inverter.alarms", "E", VALUE_LIST, "", READ(alarms)},
    {"inverter.raise", "S", VALUE_LIST, "", WRITE(raise)},
    {"inverter.temperature_c", "SE", VALUE_NUMBER, "", READ(heatsink), AT(heatsink_c)},
    {"inverter.output1_on", "E", VALUE_FLAG, "", READ(output1)},
    {"inverter.output2_on", "E", VALUE_FLAG, "", READ(output2)},
    {"inverter.smart_load_on", "E", VALUE_FLAG, "", LATER},
    {"inverter.micro_inverter_on", "E", VALUE_FLAG, "", LATER},
    {"inverter.ats_on", "E", VALUE_FLAG, "", LATER},
    {"inverter.output_voltage_v", "E", VALUE_NUMBER, "", READ(output_v)},
    {"inverter.output.lN.voltage_v", "E", VALUE_NUMBER, "", LATER},
    {"inverter.output_frequency_hz", "E", VALUE_NUMBER, "", READ(output_hz)},
    {"inverter.output_power_w", "E", VALUE_NUMBER, "", READ(output_w)},
    {"inverter.output_apparent_va", "E", VALUE_NUMBER, "", READ(output_va)},
    {"inverter.power_factor", "E", VALUE_NUMBER, "", READ(power_factor)},
    {"inverter.pv_limit_w", "E", VALUE_NUMBER, "", READ(pv_limit)},
    {"inverter.reactive_power_var", "E", VALUE_NUMBER, "", LATER},
    {"inverter.charge_current_a", "E", VALUE_NUMBER, "", READ(charge_a)},
    {"inverter.pv_charge_current_a", "E", VALUE_NUMBER, "", READ(pv_charge_a)},
    {"inverter.grid_charge_current_a", "E", VALUE_NUMBER, "", READ(grid_charge_a)},
    {"inverter.charge_target_v", "E", VALUE_NUMBER, "", READ(charge_target)},
    {"inverter.transfer_gap_ms", "E", VALUE_NUMBER, "", READ(gap)},
    {"inverter.days_since_equalize", "SE", VALUE_NUMBER, "", READ(equalize_days), WRITE(equalize_days)},
    {"inverter.led.NAME", "E", VALUE_WORD, "off|on|flash|up|down", READ(inverter_lamp)},
    {"inverter.buzzer", "E", VALUE_WORD, "off|alarm|fault|reminder", READ(buzzer)},
    {"inverter.page", "E", VALUE_TEXT, "", READ(lcd_page)},
    {"inverter.page.FIELD", "E", VALUE_TEXT, "", READ(lcd_field)},
    {"inverter.icons", "E", VALUE_LIST, "", READ(icons)},
    {"inverter.arrows", "E", VALUE_LIST, "", READ(arrows)},
    {"inverter.sequence", "E", VALUE_WORD, "off|dc_on|batt_on|check|standby|run|fault", LATER},
    {"inverter.screen", "E", VALUE_FLAG, "", READ(lcd_lit)},
    {"inverter.host", "E", VALUE_FLAG, "", LATER},
    {"inverter.order_warning", "E", VALUE_FLAG, "", LATER},
    {"inverter.commissioning", "E", VALUE_WORD, "none|accepted|refused", LATER},
    {"inverter.dc_switch", "S", VALUE_FLAG, "", LATER},
    {"inverter.dip", "S", VALUE_TEXT, "", LATER},
    {"group.start", "E", VALUE_WORD, "accepted|refused", LATER},
    {"group.lN.voltage_v", "E", VALUE_NUMBER, "", LATER},
    {"group.line_voltage_v", "E", VALUE_NUMBER, "", LATER},
    {"inverter.phase_deg", "E", VALUE_NUMBER, "", LATER},
    {"inverterN.FIELD", "SE", VALUE_TEXT, "", LATER},
    {"settings.NAME", "SE", VALUE_SETTING, "", READ(setting), WRITE(setting)},
    {"write.result", "E", VALUE_WORD, "accepted|warned|refused", READ(write_result)},
    {"write.reason", "E", VALUE_TEXT, "", READ(write_reason)},
    {"role", "S", VALUE_WORD, "user|installer", WRITE(role)},
    {"packN.state", "E", VALUE_WORD, "sleep|standby|charge|discharge|protect|fault", READ(pack_state)},
    {"packN.cell_M_v", "SE", VALUE_NUMBER, "", READ(pack_cell), PACK_M(cell_v)},
    {"packN.cells_v", "S", VALUE_NUMBER, "", WRITE(pack_cells)},
    {"packN.temperatures_c", "S", VALUE_NUMBER, "", WRITE(pack_temps)},
    {"packN.voltage_v", "E", VALUE_NUMBER, "", READ(pack_v)},
    {"packN.terminal_voltage_v", "SE", VALUE_NUMBER, "", READ(pack_terminal), PACK_AT(terminal_v)},
    {"packN.demand_current_a", "S", VALUE_NUMBER, "", PACK_AT(demand_a)},
    {"packN.current_a", "SE", VALUE_NUMBER, "", READ(pack_a), PACK_AT(current_a)},
    {"packN.soc_pct", "SE", VALUE_NUMBER, "", READ(pack_soc), WRITE(pack_soc)},
    {"packN.soh_pct", "E", VALUE_NUMBER, "", READ(pack_soh)},
    {"packN.soc_bound_pct", "E", VALUE_NUMBER, "", READ(pack_soc_bound)},
    {"packN.soh_resistance_pct", "E", VALUE_NUMBER, "", READ(pack_soh_resistance)},
    {"packN.resistance_mohm", "E", VALUE_NUMBER, "", READ(pack_resistance)},
    {"packN.full_charge_request", "E", VALUE_FLAG, "", READ(pack_full_request)},
    {"packN.remaining_ah", "E", VALUE_NUMBER, "", READ(pack_remaining)},
    {"packN.full_capacity_ah", "E", VALUE_NUMBER, "", READ(pack_full)},
    {"packN.cycles", "E", VALUE_NUMBER, "", READ(pack_cycles)},
    {"packN.temperature_M_c", "SE", VALUE_NUMBER, "", READ(pack_temp), PACK_M(temp_c)},
    {"packN.environment_temperature_c", "SE", VALUE_NUMBER, "", READ(pack_env), PACK_AT(env_c)},
    {"packN.mos_temperature_c", "SE", VALUE_NUMBER, "", READ(pack_mos), PACK_AT(mos_c)},
    {"packN.protections", "E", VALUE_LIST, "", READ(pack_protections)},
    {"packN.faults", "E", VALUE_LIST, "", READ(pack_faults)},
    {"packN.alarms", "E", VALUE_LIST, "", READ(pack_alarms)},
    {"packN.locked", "E", VALUE_LIST, "", READ(pack_locked)},
    {"packN.charge_mos", "E", VALUE_FLAG, "", READ(pack_charge_mos)},
    {"packN.discharge_mos", "E", VALUE_FLAG, "", READ(pack_discharge_mos)},
    {"packN.balancing", "E", VALUE_FLAG, "", READ(pack_balancing)},
    {"packN.calibrated", "E", VALUE_FLAG, "", READ(pack_calibrated)},
    {"packN.charge_limit_a", "E", VALUE_NUMBER, "", READ(pack_ccl)},
    {"packN.discharge_limit_a", "E", VALUE_NUMBER, "", READ(pack_dcl)},
    {"packN.charge_voltage_v", "E", VALUE_NUMBER, "", READ(pack_cvl)},
    {"packN.led.run", "E", VALUE_WORD, "off|on|flash1|flash2|flash3", READ(pack_run)},
    {"packN.led.alm", "E", VALUE_WORD, "off|on|flash1|flash2|flash3", READ(pack_alm)},
    {"packN.led.blue", "E", VALUE_WORD, "off|on|flash1|flash2|flash3", READ(pack_blue)},
    {"packN.led.soc", "E", VALUE_TEXT, "", READ(pack_soc_leds)},
    {"packN.led.NAME.lit", "E", VALUE_FLAG, "", READ(pack_lit)},
    {"packN.buzzer", "E", VALUE_WORD, "off|alarm|protection|fault", READ(pack_buzzer)},
    {"packN.buzzer.sounding", "E", VALUE_FLAG, "", READ(pack_sounding)},
    {"packN.contact_1", "E", VALUE_WORD, "open|closed", READ(pack_contact1)},
    {"packN.contact_2", "E", VALUE_WORD, "open|closed", READ(pack_contact2)},
    {"packN.bms_switch", "S", VALUE_FLAG, "", WRITE(pack_switch)},
    {"packN.dc_switch", "S", VALUE_FLAG, "", WRITE(pack_dc_switch)},
    {"packN.dip", "S", VALUE_TEXT, "", WRITE(pack_dip)},
    {"packN.address", "E", VALUE_INT, "", READ(pack_address)},
    {"packN.buzzer.beeps", "E", VALUE_INT, "", READ(pack_beeps)},
    {"packN.wake_failures", "E", VALUE_INT, "", READ(pack_wake_failures)},
    {"packN.record_count", "E", VALUE_INT, "", READ(pack_record_count)},
    {"packN.comm", "S", VALUE_WORD, "none|can|rs485|rs232", WRITE(pack_comm)},
    {"packN.can_active", "E", VALUE_FLAG, "", READ(pack_can_active)},
    {"packN.rs232_alive", "E", VALUE_FLAG, "", READ(pack_rs232_alive)},
    {"packN.records", "E", VALUE_LIST, "", READ(pack_records)},
    {"packN.warnings", "E", VALUE_LIST, "", READ(pack_warnings)},
    {"packN.cell_M_capacity_pct", "S", VALUE_NUMBER, "", WRITE(cell_capacity)},
    {"packN.cell_M_resistance_mohm", "S", VALUE_NUMBER, "", WRITE(cell_resistance)},
    {"packN.cell_M_leak_a", "S", VALUE_NUMBER, "", WRITE(cell_leak)},
    {"packN.clock", "E", VALUE_TIME, "", READ(pack_clock)},
    {"packN.storage", "E", VALUE_WORD, "fine|top_up_due|overdue", READ(pack_storage)},
    {"packN.storage_range", "E", VALUE_FLAG, "", READ(pack_storage_range)},
    {"packN.conversion_board", "S", VALUE_FLAG, "", WRITE(pack_conversion)},
    {"packN.pc_port", "S", VALUE_WORD, "rs232|parallel", WRITE(pack_pc_port)},
    {"pc.tool_code", "E", VALUE_TEXT, "", READ(tool_code)},
    {"guide.step", "E", VALUE_INT, "", READ(guide_step)},
    {"guide.wait_s", "E", VALUE_NUMBER, "", READ(guide_wait)},
    {"packN.joined", "E", VALUE_FLAG, "", READ(pack_joined)},
    {"packN.precharge", "E", VALUE_FLAG, "", READ(pack_precharge)},
    {"packN.limiter", "E", VALUE_FLAG, "", READ(pack_limiter)},
    {"packN.selfcheck_ok", "S", VALUE_FLAG, "", WRITE(pack_selfcheck)},
    {"packN.screen", "E", VALUE_FLAG, "", READ(pack_screen)},
    {"packN.page", "E", VALUE_TEXT, "", READ(pack_page)},
    {"packN.page.FIELD", "E", VALUE_TEXT, "", READ(pack_page_field)},
};
/* clang-format on */

enum { N_POINTS = sizeof table / sizeof table[0] };

const struct sim_point *point_row(int index)
{
    return index >= 0 && index < N_POINTS ? &table[index] : NULL;
}

static const char *take_number(const char *name, int *number)
{
    if (*name < '1' || *name > '9') {
        return NULL;
    }
    int value = 0;
    while (*name >= '0' && *name <= '9' && value < 1000) {
        value = value * 10 + (*name++ - '0');
    }
    *number = value;
    return name;
}

/* Takes a NAME up to the pattern's next letter (or all of it). */
static const char *take_name(const char *name, char until, char *out, size_t room)
{
    const char *end = until == '\0' ? name + strlen(name) : strrchr(name, until);
    if (end == NULL || end == name || (size_t)(end - name) >= room) {
        return NULL;
    }
    memcpy(out, name, (size_t)(end - name));
    out[end - name] = '\0';
    return end;
}

static bool matches(const char *pattern, const char *name, struct place *place)
{
    *place = (struct place){0};
    while (*pattern != '\0') {
        if (strncmp(pattern, "NAME", 4) == 0) {
            name = take_name(name, pattern[4], place->name, sizeof place->name);
            pattern += 4;
        } else if (strncmp(pattern, "FIELD", 5) == 0) {
            name = take_name(name, pattern[5], place->name, sizeof place->name);
            pattern += 5;
        } else if (*pattern == 'N' || *pattern == 'M') {
            name = take_number(name, *pattern == 'N' ? &place->n : &place->m);
            pattern++;
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else {
            return false;
        }
        if (name == NULL) {
            return false;
        }
    }
    return *name == '\0';
}

const struct sim_point *point_find(const char *name, struct place *place)
{
    for (int i = 0; i < N_POINTS; i++) {
        if (matches(table[i].pattern, name, place)) {
            return &table[i];
        }
    }
    return NULL;
}

static bool settable(const struct sim_point *point) { return strchr(point->use, 'S') != NULL; }

enum point_fault point_read(const struct house *house, const struct sim_point *point,
                            const struct place *place, struct value *out)
{
    *out = (struct value){0};
    if (strchr(point->use, 'E') == NULL) {
        return POINT_NOT_READ;
    }
    if (point->read == NULL) {
        return POINT_LATER;
    }
    return point->read(house, place, out) ? POINT_OK : POINT_ABSENT;
}

static struct forced *slot(struct house *house, const struct sim_point *point,
                           const struct place *place)
{
    char *base = (char *)&house->force;
    size_t index = 0;
    if (point->where != FORCE_HOUSE) {
        if (place->n < 1 || place->n > house->spec.packs || house->spec.battery != HOUSE_PACKS) {
            return NULL;
        }
        base = (char *)&house->force.pack[place->n - 1];
    }
    if (point->where == FORCE_PACK_M) {
        int most = point->forced == offsetof(struct force_pack, temp_c) + 1
                       ? PACK_TEMPS
                       : house->spec.pack->pack->n_cells;
        if (place->m < 1 || place->m > most) {
            return NULL;
        }
        index = (size_t)(place->m - 1);
    }
    return (struct forced *)(void *)(base + point->forced - 1) + index;
}

enum point_fault point_write(struct house *house, const struct sim_point *point,
                             const struct place *place, const struct value *value)
{
    if (!settable(point)) {
        return POINT_NOT_SET;
    }
    if (point->write != NULL) {
        return point->write(house, place, value) ? POINT_OK : POINT_ABSENT;
    }
    if (point->forced == 0) {
        return POINT_LATER;
    }
    struct forced *forced = slot(house, point, place);
    if (forced == NULL) {
        return POINT_ABSENT;
    }
    *forced = (struct forced){.on = true, .value = value->number};
    if (point->where != FORCE_HOUSE) {
        house->force.pack[place->n - 1].any = true;
    }
    return POINT_OK;
}

enum point_fault point_release(struct house *house, const struct sim_point *point,
                               const struct place *place)
{
    if (!settable(point)) {
        return POINT_NOT_SET;
    }
    if (point->write != NULL) {
        return release_special(house, point->write, place) ? POINT_OK : POINT_LATER;
    }
    struct forced *forced = point->forced != 0 ? slot(house, point, place) : NULL;
    if (forced == NULL) {
        return point->forced == 0 ? POINT_LATER : POINT_ABSENT;
    }
    forced->on = false;
    return POINT_OK;
}
