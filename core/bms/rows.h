/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_ROWS_H
#define HEARTH_CORE_BMS_ROWS_H

/* The protection table at work, private to core/bms: conditions, timing, release. */

#include "core/bms/bms.h"

enum {
    CELL_SPREAD_FAULT_MV = 1000, /* Cells row, field practice [SEPLOS3] */
    CELL_FAULT_MV = 2000,
    MOS_LEAK_MA = 1000,         /* current against an open gate */
    OPPOSITE_MA = 1000,         /* releases over-current */
    SOC_NOT_FULL_PCT100 = 9600, /* releases the over-charge rows [ATLAS] */
    LOAD_RETRY_MS = 60000
};

#define ROW_BIT(row) (UINT64_C(1) << ROW_##row)

/* True while the row's condition holds. */
bool row_beyond(const struct bms *bms, enum protection_id row);

/* Times `condition`; true once it held for `delay_ms`. */
bool row_held(const struct bms *bms, struct row_state *state, bool condition, uint32_t delay_ms);

/* True when an active row may go by its own rule. */
bool row_released(struct bms *bms, enum protection_id row);

/* OVP begins: marks the cells that are over. */
void row_mark_over_cells(struct bms *bms);

/* The end of charge is so long ago that charging is allowed again (VT manual s5.5). */
bool row_recharge_due(const struct bms *bms);

/* Keeps the band in which no row can change (docs/bms.md). */
void row_find_quiet(struct bms *bms);
bool row_is_quiet(const struct bms *bms);

#endif
