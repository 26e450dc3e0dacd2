/* SPDX-License-Identifier: Apache-2.0 */
#include "core/inverter/readings.h"

int32_t inverter_pv_w(const struct inverter *inverter)
{
    return max_i32(power_w(inverter->in.pv_mv, inverter->in.pv_ma), 0);
}

int32_t inverter_output_mv(const struct inverter *inverter)
{
    const struct inverter_inputs *in = &inverter->in;
    if (in->output_mv != NOT_MEASURED) {
        return in->output_mv;
    }
    switch (inverter->out.feed) {
    case FEED_GRID: return in->grid_mv;
    case FEED_GENERATOR: return in->gen_mv;
    case FEED_INVERTER: return inverter->out.output_mv;
    case FEED_NONE: break;
    }
    return 0;
}

int32_t inverter_output_hz100(const struct inverter *inverter)
{
    switch (inverter->out.feed) {
    case FEED_GRID: return inverter->in.grid_hz100;
    case FEED_GENERATOR: return inverter->in.gen_hz100;
    case FEED_INVERTER: return inverter->out.output1 ? inverter->out.output_hz100 : 0;
    case FEED_NONE: break;
    }
    return 0;
}

int32_t inverter_output_ma(const struct inverter *inverter)
{
    if (inverter->in.output_ma != NOT_MEASURED) {
        return inverter->in.output_ma;
    }
    return current_ma(inverter->in.load_va, inverter_output_mv(inverter));
}

int32_t inverter_soc_pct(const struct inverter *inverter)
{
    if (inverter->bms_up) {
        return inverter->in.bms.soc_pct;
    }
    const int32_t *set = inverter->set;
    return line_i32(inverter->in.battery_mv, set[SET_BATTERY_CUTOFF_V], 0,
                    max_i32(set[SET_RECHARGE_V], set[SET_BATTERY_CUTOFF_V] + 1000), 100);
}
