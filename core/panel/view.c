/* SPDX-License-Identifier: Apache-2.0 */
/* From a BMS and its stack to the values a panel shows, and to the lamps beside it. */
#include "core/panel/view.h"

#include <string.h>

enum { MAMS_PER_MAH = 3600000 };

static int32_t mah(int64_t mams) { return (int32_t)((mams + MAMS_PER_MAH / 2) / MAMS_PER_MAH); }

void panel_view_fill(struct panel_view *view, const struct bms *packs, int index,
                     const struct bms_inputs *sensed, const struct stack *stack)
{
    const struct bms *bms = &packs[index];
    bool speaks_for_all = index == 0 && stack != NULL && stack->n > 1;
    *view = (struct panel_view){
        .profile = bms->profile,
        .address = (uint8_t)(index + 1),
        .soc_pct100 = bms->soc_pct100,
        .pack_mv = bms->q[Q_PACK_MV],
        .current_ma = sensed->current_ma,
        .remaining_mah = mah(bms->remaining_mams),
        .full_mah = mah(bms->full_mams),
        .env_c10 = sensed->env_c10,
        .mos_c10 = sensed->mos_c10,
        .bad_sensors = bms->bad_sensors,
        .active = bms->active,
        .can_code = bms->param[PARAM_CAN_PROTOCOL],
        .rs485_code = bms->param[PARAM_RS485_PROTOCOL],
        .total_soc_pct = bms->soc_pct100 / 100,
        .total_mv = bms->q[Q_PACK_MV],
        .total_ma = sensed->current_ma,
        .states = {bms->out.state},
        .n_states = 1,
    };
    memcpy(view->cell_mv, sensed->cell_mv, sizeof view->cell_mv);
    memcpy(view->temp_c10, sensed->temp_c10, sizeof view->temp_c10);
    if (speaks_for_all) {
        view->total_soc_pct = stack->report.soc_pct;
        view->total_mv = stack->report.voltage_mv;
        view->total_ma = stack->report.current_ma;
        view->n_states = (uint8_t)stack->n;
        for (int i = 0; i < stack->n; i++) {
            view->states[i] = packs[i].out.state;
        }
    }
}

static enum lamp pattern_of(const struct panel_lamp_row *row, const struct bms *bms)
{
    switch (row->source) {
    case LAMP_OF_RUN: return bms->out.run;
    case LAMP_OF_ALM: return bms->out.alm;
    case LAMP_OF_SOC: return bms->out.soc[row->index];
    case LAMP_OF_SWITCH: return bms->out.state == PACK_SLEEP ? LAMP_OFF : LAMP_ON;
    }
    return LAMP_OFF;
}

int panel_lamps(const struct panel_model *model, const struct bms *bms, uint32_t phase_ms,
                struct panel_lamp lamps[PANEL_LAMPS])
{
    for (int i = 0; i < model->n_lamps; i++) {
        lamps[i].row = &model->lamps[i];
        lamps[i].pattern = pattern_of(&model->lamps[i], bms);
        lamps[i].lit = lamp_lit(lamps[i].pattern, phase_ms);
    }
    return model->n_lamps;
}
