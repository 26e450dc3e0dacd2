/* SPDX-License-Identifier: Apache-2.0 */
/* From a BMS and its stack to the values a panel shows, and to the lamps beside it. */
#include "core/panel/view.h"

#include <string.h>

enum { MAMS_PER_MAH = 3600000 };

static int32_t mah(int64_t mams) { return (int32_t)((mams + MAMS_PER_MAH / 2) / MAMS_PER_MAH); }

/* Every pack that was ever heard; one that is lost keeps its place. */
static void put_states(struct panel_view *view, const struct stack *stack)
{
    view->n_states = 0;
    for (int i = 1; i <= STACK_PACKS; i++) {
        const struct stack_member *member = &stack->member[i];
        if (member->stage == MEMBER_NEVER) {
            continue;
        }
        if (member->stage == MEMBER_LOST) {
            view->lost = (uint16_t)(view->lost | 1U << view->n_states);
        }
        view->states[view->n_states++] = member->last.state;
    }
}

void panel_view_fill(struct panel_view *view, const struct bms *packs, int index,
                     const struct bms_inputs *sensed, const struct stack *stack)
{
    const struct bms *bms = &packs[index];
    bool speaks_for_all = stack != NULL && stack->known > 1 && bms->address == stack->host;
    *view = (struct panel_view){
        .profile = bms->profile,
        .address = bms->address,
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
        put_states(view, stack);
    }
}

static enum led led_of(const struct panel_lamp_row *row)
{
    switch (row->source) {
    case LAMP_OF_RUN: return LED_RUN;
    case LAMP_OF_ALM: return LED_ALM;
    case LAMP_OF_SOC: return (enum led)(LED_L1 + row->index);
    case LAMP_OF_SWITCH: return LED_BLUE;
    }
    return LED_BLUE;
}

int panel_lamps(const struct panel_model *model, const struct bms *bms, uint32_t now_ms,
                struct panel_lamp lamps[PANEL_LAMPS])
{
    for (int i = 0; i < model->n_lamps; i++) {
        enum led led = led_of(&model->lamps[i]);
        lamps[i] = (struct panel_lamp){.row = &model->lamps[i],
                                       .pattern = bms_lamp(bms, led, now_ms),
                                       .lit = bms_lamp_lit(bms, led, now_ms)};
    }
    return model->n_lamps;
}
