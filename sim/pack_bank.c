/* SPDX-License-Identifier: Apache-2.0 */
/* From the packs' BMS to what their frames carry. */
#include "sim/pack_bank.h"

#include <stdio.h>
#include <string.h>

#include "core/proto/permits.h"

/* Rows of a pack as reasons. */
static const struct {
    enum protection_id row;
    uint32_t reason;
} reasons[] = {
    {ROW_CP, REPORT_SHORT_CIRCUIT},
    {ROW_DOCP, REPORT_DISCHARGE_CURRENT},
    {ROW_DOCP2, REPORT_DISCHARGE_CURRENT},
    {ROW_COCP, REPORT_CHARGE_CURRENT},
    {ROW_TUVP, REPORT_PACK_UNDER_VOLTAGE},
    {ROW_TOVP, REPORT_PACK_OVER_VOLTAGE},
    {ROW_UVP, REPORT_CELL_UNDER_VOLTAGE},
    {ROW_OVP, REPORT_CELL_OVER_VOLTAGE},
    {ROW_EUTP, REPORT_ENV_UNDER_TEMPERATURE},
    {ROW_EOTP, REPORT_ENV_OVER_TEMPERATURE},
    {ROW_MOS_OTP, REPORT_MOS_OVER_TEMPERATURE},
    {ROW_DUTP, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {ROW_CUTP, REPORT_CHARGE_UNDER_TEMPERATURE},
    {ROW_DOTP, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {ROW_COTP, REPORT_CHARGE_OVER_TEMPERATURE},
    {ROW_PCB, REPORT_SYSTEM},
    {ROW_SAMPLE, REPORT_FRONT_END},
    {ROW_CELLS, REPORT_IMBALANCE},
    {ROW_NTC, REPORT_TEMPERATURE_SENSOR},
    {ROW_CHG_MOS, REPORT_CHARGE_MOS},
    {ROW_DHG_MOS, REPORT_DISCHARGE_MOS},
    {ROW_RVP, REPORT_REVERSED},
    {ROW_EQUIPMENT, REPORT_SYSTEM},
    {ROW_LINK, REPORT_COMMUNICATION},
    {ROW_BUS, REPORT_COMMUNICATION},
    {ROW_DOC, REPORT_DISCHARGE_CURRENT},
    {ROW_COC, REPORT_CHARGE_CURRENT},
    {ROW_TUV, REPORT_PACK_UNDER_VOLTAGE},
    {ROW_TOV, REPORT_PACK_OVER_VOLTAGE},
    {ROW_UV, REPORT_CELL_UNDER_VOLTAGE},
    {ROW_OV, REPORT_CELL_OVER_VOLTAGE},
    {ROW_USOC, REPORT_LOW_SOC},
    {ROW_MOS_OT, REPORT_MOS_OVER_TEMPERATURE},
    {ROW_EUT, REPORT_ENV_UNDER_TEMPERATURE},
    {ROW_EOT, REPORT_ENV_OVER_TEMPERATURE},
    {ROW_DUT, REPORT_DISCHARGE_UNDER_TEMPERATURE},
    {ROW_CUT, REPORT_CHARGE_UNDER_TEMPERATURE},
    {ROW_DOT, REPORT_DISCHARGE_OVER_TEMPERATURE},
    {ROW_COT, REPORT_CHARGE_OVER_TEMPERATURE},
    {ROW_TUV_MASTER, REPORT_PACK_UNDER_VOLTAGE},
    {ROW_OVER_VOLTAGE, REPORT_PACK_OVER_VOLTAGE},
    {ROW_OVER_CURRENT, REPORT_DISCHARGE_CURRENT},
    {ROW_OPEN_CIRCUIT, REPORT_SYSTEM},
    {ROW_NO_DISCHARGE, REPORT_DISCHARGE_MOS},
};

void pack_bank_reasons(const struct pack_profile *profile, uint64_t active, struct pack_view *view)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if ((active >> reasons[i].row & 1) != 0) {
            bool alarm = profile->rows[reasons[i].row].kind == KIND_ALARM;
            *(alarm ? &view->alarms : &view->protections) |= reasons[i].reason;
        }
    }
}

static void put_reasons(const struct bms *bms, struct pack_view *view)
{
    pack_bank_reasons(bms->profile, bms->active, view);
    for (int k = 0; k < view->n_cells; k++) {
        bool below = bms_has(bms, ROW_UVP) && view->cell_mv[k] < bms->levels[ROW_UVP].clear;
        bool above = bms_has(bms, ROW_OVP) && view->cell_mv[k] > bms->levels[ROW_OVP].clear;
        view->cells_low |= below ? 1U << k : 0U;
        view->cells_high |= above ? 1U << k : 0U;
    }
}

static int16_t sensed(const struct bms *bms, int sensor, int16_t c10)
{
    return (bms->bad_sensors >> sensor & 1) != 0 ? (int16_t)TEMP_ABSENT : c10;
}

static void put_measured(const struct bms *bms, const struct bms_inputs *in, struct pack_view *view)
{
    view->n_cells = bms->profile->n_cells;
    memcpy(view->cell_mv, in->cell_mv, sizeof in->cell_mv);
    view->n_temps = PACK_TEMPS;
    for (int k = 0; k < PACK_TEMPS; k++) {
        view->temp_c10[k] = sensed(bms, k, in->temp_c10[k]);
    }
    view->env_c10 = sensed(bms, PACK_TEMPS, in->env_c10);
    view->mos_c10 = sensed(bms, PACK_TEMPS + 1, in->mos_c10);
    view->current_ma = in->current_ma;
    view->voltage_mv = bms->q[Q_PACK_MV];
    view->remaining_mah = (uint32_t)(bms->remaining_mams / 3600000);
    view->full_mah = (uint32_t)(bms->full_mams / 3600000);
    view->design_mah = (uint32_t)bms->param[PARAM_DESIGN_CAPACITY];
    view->cycles = (uint16_t)(bms->cycles < UINT16_MAX ? bms->cycles : UINT16_MAX);
    view->soc_pct = (uint8_t)(bms->soc_pct100 / 100);
    view->soh_pct = (uint8_t)(bms->soh_pct100 / 100);
}

static void put_state(const struct bms *bms, struct pack_view *view)
{
    static const uint64_t low =
        UINT64_C(1) << ROW_USOC | UINT64_C(1) << ROW_UV | UINT64_C(1) << ROW_TUV;
    const struct bms_outputs *out = &bms->out;
    view->charge_mv = out->charge_mv;
    view->discharge_mv = out->discharge_mv;
    view->charge_limit_ma = out->charge_limit_ma;
    view->discharge_limit_ma = out->discharge_limit_ma;
    view->balance = out->balance;
    view->charge_mos = view->charge_enable = out->charge_mos;
    view->discharge_mos = view->discharge_enable = out->discharge_mos;
    view->charging = bms->flow == CURRENT_CHARGE;
    view->discharging = bms->flow == CURRENT_DISCHARGE;
    view->full = bms_has(bms, ROW_FULLY);
    view->limiter = out->limiter;
    view->buzzer = out->buzzer != BUZZER_OFF;
    view->force_charge = (bms->active & low) != 0;
    view->full_charge_request = out->full_charge_request;
}

void pack_bank_names(const struct house *house, int i, struct pack_view *view)
{
    snprintf(view->model, sizeof view->model, "%.20s", house->spec.pack->id);
    snprintf(view->maker, sizeof view->maker, "%.20s", house->spec.pack->maker);
    snprintf(view->serial, sizeof view->serial, "HEARTH%010d", i + 1);
    snprintf(view->version, sizeof view->version, "1.0");
}

static bool can_be_reached(const struct house *house, int i)
{
    bool linked = i == 0 || (!house->stack_cut && (house->pack_cut >> i & 1) == 0);
    return house->devices_on && linked && !bms_asleep(&house->bms[i]);
}

void pack_bank_fill(struct pack_bank *packs, const struct house *house, bool by_place)
{
    struct battery_bank *bank = &packs->bank;
    int n = house->spec.battery == HOUSE_PACKS ? house->spec.packs : 0;
    bank->n_packs = 0;
    for (int i = 0; i < n && i < BANK_PACKS; i++) {
        if (!can_be_reached(house, i)) {
            continue;
        }
        struct pack_view *view = &bank->pack[bank->n_packs];
        *view = (struct pack_view){.heard = UINT16_MAX, .heard_ms = house->now_ms};
        view->address = (uint8_t)(!by_place ? house->bms[i].address : n > 1 ? i + 1 : 0);
        put_measured(&house->bms[i], &house->sensed[i], view);
        put_reasons(&house->bms[i], view);
        put_state(&house->bms[i], view);
        pack_bank_names(house, i, view);
        packs->pack[bank->n_packs++] = (uint8_t)i;
    }
    bank_combine(bank, house->now_ms, 1000);
    uint32_t protections = bank->whole.protections;
    uint32_t alarms = bank->whole.alarms;
    report_overlay(&bank->whole, &house->stack.report);
    bank->whole.protections |= protections; /* finer than the host's own words */
    bank->whole.alarms |= alarms;
    bank_permits(bank);
}

static const struct {
    int32_t code; /* core/product/battery/protocols.def */
    enum rs485_protocol protocol;
} codes[] = {
    {0x00, RS485_PACE_MODBUS}, {0x01, RS485_PYLON}, {0x02, RS485_GROWATT},
    {0x03, RS485_VOLTRONIC},   {0x0F, RS485_PYLON},
};

bool house_rs485_protocol(const struct house *house, enum rs485_protocol *protocol)
{
    int host = house_host_pack(house);
    int32_t code = house->bms[host >= 0 ? host : 0].param[PARAM_RS485_PROTOCOL];
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i].code == code) {
            *protocol = codes[i].protocol;
            return true;
        }
    }
    return false;
}

int32_t rs485_protocol_code(enum rs485_protocol protocol)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i].protocol == protocol) {
            return codes[i].code;
        }
    }
    return -1;
}
