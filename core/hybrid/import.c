/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hybrid/import.h"

#include "core/units.h"

enum { LEAST_S = 60 };

void import_count(struct import_limit *limit, int32_t point_w, uint32_t dt_ms, int64_t local_s)
{
    int64_t quarter = local_s / QUARTER_S;
    if (quarter != limit->quarter) {
        limit->quarter = quarter;
        limit->bought_mws = 0;
    }
    limit->bought_mws += (int64_t)point_w * dt_ms;
}

int32_t import_allowed(const struct import_limit *limit, int64_t local_s)
{
    int32_t by_power = limit->power_w > 0 ? limit->power_w : INT32_MAX;
    if (limit->mean_w <= 0) {
        return by_power;
    }
    bool same = local_s / QUARTER_S == limit->quarter;
    int64_t left_s = QUARTER_S - local_s % QUARTER_S;
    int64_t bought = same ? limit->bought_mws / 1000 : 0;
    int64_t may_ws = (int64_t)limit->mean_w * QUARTER_S - bought;
    int64_t watt = may_ws / (left_s > LEAST_S ? left_s : LEAST_S);
    watt = watt > 0 ? watt : 0;
    return watt < by_power ? (int32_t)watt : by_power;
}
