/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_SIM_POINTS_READ_H
#define HEARTH_SIM_POINTS_READ_H

/* Readers behind the table of points: each fills `out`, false when this house has no such thing. */

#include "sim/points.h"

typedef bool point_reader(const struct house *house, const struct place *place, struct value *out);

point_reader read_ambient, read_grid_present, read_grid_v, read_grid_phase_v, read_grid_hz,
    read_grid_connected, read_grid_w, read_grid_phase_w, read_load_w, read_load2_w,
    read_load_phase_w, read_pv_w, read_pv_input_w, read_pv_input_v, read_pv_input_a, read_pv_kwh,
    read_bought_kwh, read_sold_kwh, read_battery_v, read_battery_a, read_battery_w,
    read_charge_limit, read_discharge_limit, read_charge_voltage, read_pack_count, read_capacity,
    read_state, read_charge_stage, read_heatsink, read_output1, read_output2, read_output_v,
    read_output_hz, read_output_w, read_output_va, read_power_factor, read_pv_limit, read_charge_a,
    read_pv_charge_a, read_grid_charge_a, read_charge_target, read_gap, read_pv_today,
    read_bought_today, read_sold_today, read_buzzer, read_lcd_page, read_lcd_field, read_icons,
    read_arrows, read_lcd_lit, read_gen_running, read_gen_w, read_start_contact, read_equalize_days,
    read_pack_state, read_pack_cell, read_pack_v, read_pack_terminal, read_pack_a, read_pack_soc,
    read_pack_soh, read_pack_soc_bound, read_pack_soh_resistance, read_pack_resistance,
    read_pack_full_request, read_pack_remaining, read_pack_full, read_pack_cycles, read_pack_temp,
    read_pack_env, read_pack_mos, read_pack_charge_mos, read_pack_discharge_mos,
    read_pack_balancing, read_pack_calibrated, read_pack_ccl, read_pack_dcl, read_pack_cvl,
    read_pack_run, read_pack_alm, read_pack_contact1, read_pack_contact2, read_battery_soc,
    read_battery_c, read_source, read_faults, read_alarms, read_inverter_lamp,
    read_pack_protections, read_pack_faults, read_pack_alarms, read_pack_locked, read_pack_soc_leds,
    read_pack_buzzer, read_address_conflict, read_packs_known, read_partial, read_mixed,
    read_join_v, read_join_window, read_battery_bound, read_pack_blue, read_pack_lit,
    read_pack_sounding, read_pack_beeps, read_pack_address, read_pack_wake_failures,
    read_pack_record_count, read_pack_can_active, read_pack_rs232_alive, read_pack_records,
    read_pack_joined, read_pack_clock, read_pack_storage, read_pack_storage_range, read_guide_step,
    read_tool_code, read_guide_wait, read_pack_warnings, read_pack_precharge, read_pack_limiter,
    read_setting, read_write_result, read_write_reason, read_clock, read_pack_screen,
    read_pack_page, read_pack_page_field;

#endif
