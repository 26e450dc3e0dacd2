/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_BMS_COUNTERS_H
#define HEARTH_CORE_BMS_COUNTERS_H

/* What a pack counts over its life: charge and energy each way, trips of each row. (Full cycles
 * count with the SOC.) */

#include <stdint.h>

#include "core/product/pack.h"

struct bms_counters {
    int64_t charged_mams, discharged_mams; /* mA x ms */
    int64_t charged_uj, discharged_uj;     /* at the cells */
    uint16_t trips[ROW_COUNT];             /* protections and faults, saturating */
};

#endif
