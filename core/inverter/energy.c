/* SPDX-License-Identifier: Apache-2.0 */
/* Clock and lifetime energy: what flowed, today and in all, by the inverter's own measurements. */
#include "core/inverter/inverter.h"

#include <string.h>

enum { DAY_S = 86400 };

static void add(struct inverter_energy *energy, enum meter_flow flow, int32_t watt, uint32_t dt_ms)
{
    int64_t mws = (int64_t)max_i32(watt, 0) * dt_ms;
    energy->total_mws[flow] += mws;
    energy->today_mws[flow] += mws;
}

void inverter_set_clock(struct inverter *inverter, int64_t local_s)
{
    inverter->clock_ms = local_s * 1000;
}

int64_t inverter_clock(const struct inverter *inverter) { return inverter->clock_ms / 1000; }

void inverter_count_energy(struct inverter *inverter)
{
    const struct inverter_inputs *in = &inverter->in;
    struct inverter_energy *energy = &inverter->energy;
    uint32_t dt_ms = inverter->dt_ms;
    inverter->clock_ms += dt_ms;
    int32_t day = (int32_t)(inverter->clock_ms / 1000 / DAY_S);
    if (day != energy->day) {
        memset(energy->today_mws, 0, sizeof energy->today_mws);
        energy->day = day;
    }
    int32_t battery_w = power_w(in->battery_mv, in->battery_ma);
    add(energy, METER_PV, power_w(in->pv_mv, in->pv_ma), dt_ms);
    add(energy, METER_LOAD, in->load_w, dt_ms);
    add(energy, METER_DISCHARGED, battery_w, dt_ms);
    add(energy, METER_CHARGED, -battery_w, dt_ms);
    if (in->port_w == NOT_MEASURED) {
        return;
    }
    if (inverter->out.feed == FEED_GENERATOR) {
        add(energy, METER_GENERATED, in->port_w, dt_ms);
    } else {
        add(energy, METER_BOUGHT, in->port_w, dt_ms);
        add(energy, METER_SOLD, -in->port_w, dt_ms);
    }
}

void inverter_clear_energy(struct inverter *inverter)
{
    memset(inverter->energy.total_mws, 0, sizeof inverter->energy.total_mws);
    memset(inverter->energy.today_mws, 0, sizeof inverter->energy.today_mws);
}

int64_t inverter_energy_wh(const struct inverter *inverter, enum meter_flow flow, bool today)
{
    const struct inverter_energy *energy = &inverter->energy;
    return (today ? energy->today_mws : energy->total_mws)[flow] / 3600000;
}
