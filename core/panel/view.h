/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PANEL_VIEW_H
#define HEARTH_CORE_PANEL_VIEW_H

/*
 * What a panel shows, as values: a panel never looks at a BMS itself, so its owner may fill this
 * from the struct in memory, from a wire or from a test.
 */

#include "core/bms/stack.h"
#include "core/product/panel.h"

struct panel_view {
    const struct pack_profile *profile;
    uint8_t address;
    int32_t soc_pct100;
    int32_t pack_mv, current_ma; /* + charges */
    int32_t remaining_mah, full_mah;
    uint16_t cell_mv[PACK_CELLS_MAX];
    int16_t temp_c10[PACK_TEMPS], env_c10, mos_c10;
    uint8_t bad_sensors; /* bits: Temp1..4, Env, MOS */
    uint64_t active;     /* bit per row of the protection table */
    int32_t can_code, rs485_code;
    /* the host shows the totals of its stack, others their own */
    int32_t total_soc_pct, total_mv, total_ma;
    enum pack_state states[STACK_PACKS];
    uint8_t n_states;
    uint16_t lost;                 /* bit per state: not heard any more */
    const char *serial, *warranty; /* NULL: not known */
};

/* Fills the view of pack `index` of a stack; `sensed` is its last sample. */
void panel_view_fill(struct panel_view *view, const struct bms *packs, int index,
                     const struct bms_inputs *sensed, const struct stack *stack);

/* One lamp as it burns now. */
struct panel_lamp {
    const struct panel_lamp_row *row;
    enum lamp pattern;
    bool lit;
};
enum { PANEL_LAMPS = 8 };

/* The lamps of a pack at this time of its clock; returns how many. */
int panel_lamps(const struct panel_model *model, const struct bms *bms, uint32_t now_ms,
                struct panel_lamp lamps[PANEL_LAMPS]);

#endif
