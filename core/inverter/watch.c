/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions of the faults and alarms, and their table. What needs a memory (sources, the BMS, the
   overload ladder) was judged before and is read here as a flag. */
#include "core/inverter/watch.h"

enum {
    DC_OFFSET_PERMILLE = 10, /* of the rated output current (i) */
    DC_OFFSET_MV = 2000,
    OUTPUT_DC_MV = 500,
    OUTPUT_LOW_PERCENT = 90,
    OUTPUT_HIGH_PERCENT = 110,
    SHORT_PERCENT = 50,
    BATTERY_THERE_MV = 40000, /* below it a missing output is the battery's fault */
    BYPASS_PERMILLE = 1100,
    INPUT_MAX_MA = 40000,
    CURRENT_PERCENT = 110,
    CURRENT_SLACK_MA = 2000, /* a BMS limit near nothing is no threshold for a sensor */
    BATTERY_HIGH_BACK_MV = 2000,
    PV_HIGH_BACK_MV = 20000,
    PV_SHORT_MV = 10000,
    PV_REVERSED_MV = -5000,
    BUS_MIN_MV = 320000, /* peak of 230 V less what keeps the bridge going */
    BUS_MAX_MV = 560000,
    BUS_DIFFER_MV = 20000,
    BUS_NO_WAY_MV = 700000,
    SENSOR_MIN_C10 = -400,
    SENSOR_MAX_C10 = 1500,
    HOT_C10 = 900,
    COOL_C10 = 700,
    PEER_LOST_MS = 5000,
    FAN_TURNS_RPM = 200,
    VERSION_HUNDRED = 100,
    ALARM_RELIEF_MV = 2000, /* [13] is 2 V lower over half load */
    ALARM_BACK_MV = 800
};

static bool measured(int32_t value) { return value != NOT_MEASURED; }

static bool inverting(const struct inverter *inverter)
{
    return inverter->out.feed == FEED_INVERTER && inverter->out.bridge_on;
}

static bool dc_offset(const struct inverter *inverter)
{
    const struct inverter_inputs *in = &inverter->in;
    int32_t rated_ma = inverter->profile->rated_w * 1000 / 230;
    bool by_current = measured(in->output_dc_ma) &&
                      abs_i32(in->output_dc_ma) > rated_ma * DC_OFFSET_PERMILLE / 1000;
    bool by_voltage = measured(in->output_dc_mv) && abs_i32(in->output_dc_mv) > DC_OFFSET_MV;
    return inverter->out.bridge_on && (by_current || by_voltage);
}

static bool output_dc(const struct inverter *inverter)
{
    const struct inverter_inputs *in = &inverter->in;
    return inverter->out.bridge_on && measured(in->output_dc_mv) &&
           abs_i32(in->output_dc_mv) > OUTPUT_DC_MV;
}

static bool bypass_overload(const struct inverter *inverter)
{
    const struct inverter_inputs *in = &inverter->in;
    int32_t mv = inverter->out.feed == FEED_GRID ? in->grid_mv : in->gen_mv;
    int32_t input_ma = measured(in->port_w) ? current_ma(in->port_w, mv) : 0;
    return inverter_on_bypass(inverter) &&
           (inverter->load_permille > BYPASS_PERMILLE || input_ma > INPUT_MAX_MA);
}

static int32_t asked_percent_mv(const struct inverter *inverter, int32_t percent)
{
    return inverter->set[SET_OUTPUT_V] * 10 * percent;
}

static bool output_low(const struct inverter *inverter)
{
    int32_t mv = inverter->in.output_mv;
    return inverting(inverter) && measured(mv) &&
           mv < asked_percent_mv(inverter, OUTPUT_LOW_PERCENT) &&
           inverter->in.battery_mv >= BATTERY_THERE_MV;
}

static bool output_high(const struct inverter *inverter)
{
    int32_t mv = inverter->in.output_mv;
    return inverting(inverter) && measured(mv) &&
           mv > asked_percent_mv(inverter, OUTPUT_HIGH_PERCENT);
}

/* The bridge at its current limit and the voltage gone: twice the rating, as the peak is. */
static bool output_short(const struct inverter *inverter)
{
    const struct inverter_inputs *in = &inverter->in;
    return inverting(inverter) && measured(in->output_mv) && measured(in->output_ma) &&
           in->output_mv < asked_percent_mv(inverter, SHORT_PERCENT) &&
           in->output_ma >= inverter->profile->peak_va * 1000 / 230;
}

static bool battery_high(const struct inverter *inverter)
{
    return inverter->in.battery_mv > inverter->set[SET_BATTERY_HIGH_V];
}

static bool battery_high_away(const struct inverter *inverter)
{
    return inverter->in.battery_mv < inverter->set[SET_BATTERY_HIGH_V] - BATTERY_HIGH_BACK_MV;
}

static bool beyond(int32_t ma, int32_t limit_ma)
{
    return ma > limit_ma / 100 * CURRENT_PERCENT + CURRENT_SLACK_MA;
}

/* Beyond the model's limit or, while it speaks, the battery's own. */
static bool battery_current(const struct inverter *inverter)
{
    int32_t ma = inverter->in.battery_ma;
    int32_t out_ma = inverter->profile->discharge_max_ma;
    int32_t in_ma = inverter->profile->charge_max_ma;
    if (inverter->bms_up) {
        out_ma = min_i32(out_ma, inverter->in.bms.discharge_limit_ma);
        in_ma = min_i32(in_ma, inverter->in.bms.charge_limit_ma);
    }
    return beyond(ma, out_ma) || beyond(-ma, in_ma);
}

static bool pv_high(const struct inverter *inverter)
{
    return inverter->in.pv_mv > inverter->profile->pv_max_mv;
}

static bool pv_high_away(const struct inverter *inverter)
{
    return inverter->in.pv_mv < inverter->profile->pv_max_mv - PV_HIGH_BACK_MV;
}

static bool pv_short(const struct inverter *inverter)
{
    return inverter->in.pv_mv < PV_SHORT_MV && inverter->in.pv_ma > inverter->profile->pv_short_ma;
}

static bool pv_reversed(const struct inverter *inverter)
{
    return inverter->in.pv_mv < PV_REVERSED_MV;
}

static bool bus_out_of_band(const struct inverter *inverter)
{
    int32_t mv = inverter->in.bus_mv;
    return measured(mv) && ((inverting(inverter) && mv < BUS_MIN_MV) || mv > BUS_MAX_MV);
}

static bool bus_misread(const struct inverter *inverter)
{
    int32_t mv = inverter->in.bus_mv;
    int32_t mv2 = inverter->in.bus2_mv;
    bool no_way = measured(mv) && (mv < 0 || mv > BUS_NO_WAY_MV);
    return no_way || (measured(mv) && measured(mv2) && abs_i32(mv - mv2) > BUS_DIFFER_MV);
}

static bool peer_lost(const struct inverter *inverter)
{
    return measured(inverter->in.peer_age_ms) && inverter->in.peer_age_ms >= PEER_LOST_MS;
}

static bool sensor_broken(const struct inverter *inverter)
{
    return inverter->in.heatsink_c10 < SENSOR_MIN_C10 || inverter->in.heatsink_c10 > SENSOR_MAX_C10;
}

static bool hot(const struct inverter *inverter)
{
    return inverter->in.heatsink_c10 > HOT_C10 && !sensor_broken(inverter);
}

static bool cool(const struct inverter *inverter)
{
    return inverter->in.heatsink_c10 < COOL_C10 && !sensor_broken(inverter);
}

static bool relay_differs(const struct inverter *inverter)
{
    return measured(inverter->in.relays_seen) && inverter->in.relays_seen != inverter->out.relays;
}

static bool exporting(const struct inverter *inverter)
{
    return inverter->out.feed == FEED_GRID && inverter->set[SET_GRID_FEED] == 0 &&
           measured(inverter->in.port_w) && inverter->in.port_w < 0;
}

static bool versions_differ(const struct inverter *inverter)
{
    const int32_t *versions = inverter->in.versions;
    for (int i = 1; i < 3; i++) {
        if (versions[0] != versions[i] && measured(versions[0]) && measured(versions[i]) &&
            versions[0] / VERSION_HUNDRED != versions[i] / VERSION_HUNDRED) {
            return true;
        }
    }
    return false;
}

static bool fan_stuck(const struct inverter *inverter)
{
    return inverter->out.fan_on && measured(inverter->in.fan_rpm) &&
           inverter->in.fan_rpm < FAN_TURNS_RPM;
}

static int32_t alarm_mv(const struct inverter *inverter)
{
    int32_t relief = inverter_half_loaded(inverter) ? ALARM_RELIEF_MV : 0;
    return inverter->set[SET_BATTERY_ALARM_V] - relief;
}

/* None to be seen, as while packs boot: that is no low one; 301 tells it in its time. */
static bool battery_seen(const struct inverter *inverter)
{
    return inverter->battery_present && !inverter->battery_open.on;
}

static bool battery_low(const struct inverter *inverter)
{
    return battery_seen(inverter) && inverter->in.battery_mv < alarm_mv(inverter);
}

static bool battery_low_away(const struct inverter *inverter)
{
    return !battery_seen(inverter) || inverter->in.battery_mv > alarm_mv(inverter) + ALARM_BACK_MV;
}

static bool memory_bad(const struct inverter *inverter) { return inverter->in.memory_bad; }

static bool overload(const struct inverter *inverter) { return inverter->overload_due; }

static bool battery_open(const struct inverter *inverter) { return !inverter->battery_present; }

static bool bms_lost(const struct inverter *inverter) { return inverter->bms_lost; }

static bool bms_refuses(const struct inverter *inverter) { return inverter->bms_refuses; }

static bool bms_warns(const struct inverter *inverter) { return inverter->bms_warns; }

/* A battery whose BMS forbids both ways is not empty: 308 tells it in its time. */
static bool battery_cut(const struct inverter *inverter)
{
    return inverter->battery_cut && battery_seen(inverter) && !inverter->bms_refusing.on;
}

static const uint64_t grid_seen[] = {
    [TROUBLE_NONE] = 0,
    [TROUBLE_GONE] = UINT64_C(1) << FAULT_A_GRID_GONE,
    [TROUBLE_VOLTAGE] = UINT64_C(1) << FAULT_A_GRID_VOLTAGE,
    [TROUBLE_FREQUENCY] = UINT64_C(1) << FAULT_A_GRID_FREQUENCY,
};

static bool generator_gone(const struct inverter *inverter)
{
    return inverter->gen_called && inverter->generator.trouble == TROUBLE_GONE;
}

static bool generator_voltage(const struct inverter *inverter)
{
    return inverter->gen_wanted && inverter->generator.trouble == TROUBLE_VOLTAGE;
}

static bool generator_frequency(const struct inverter *inverter)
{
    return inverter->gen_wanted && inverter->generator.trouble == TROUBLE_FREQUENCY;
}

enum {
    OUTPUT = STOPS_OUTPUT,
    INPUTS = STOPS_OUTPUT | STOPS_PV,
    STORED = STOPS_OUTPUT | STOPS_BATTERY,
    BATTERY = STOPS_BATTERY,
    PV = STOPS_PV,
    GRID = STOPS_GRID
};

/* clang-format off */
const struct watch_row watch_rows[FAULT_COUNT] = {
    [FAULT_F_DC_OFFSET] =        {OUTPUT,  END_BY_HAND,      200,     0, NULL},
    [FAULT_F_BYPASS_OVERLOAD] =  {OUTPUT,  END_BY_LADDER,  10000,     0, NULL},
    [FAULT_F_OUTPUT_LOW] =       {OUTPUT,  END_BY_HAND,      500,     0, NULL},
    [FAULT_F_OUTPUT_HIGH] =      {OUTPUT,  END_BY_HAND,      100,     0, NULL},
    [FAULT_F_SHORT] =            {OUTPUT,  END_BY_HAND,       20,     0, NULL},
    [FAULT_F_OVERLOAD] =         {OUTPUT,  END_BY_LADDER,      0,     0, NULL},
    [FAULT_F_OUTPUT_DC] =        {OUTPUT,  END_BY_HAND,     1000,     0, NULL},
    [FAULT_F_BATTERY_OPEN] =     {BATTERY, END_BY_ITSELF,      0,     0, NULL},
    [FAULT_F_BATTERY_HIGH] =     {STORED,  END_BY_ITSELF,    500, 10000, battery_high_away},
    [FAULT_F_BATTERY_CURRENT] =  {STORED,  END_BY_LADDER,  10000,     0, NULL},
    [FAULT_F_BMS_LINK] =         {BATTERY, END_BY_ITSELF,      0,     0, NULL},
    [FAULT_F_BMS] =              {BATTERY, END_BY_ITSELF,      0,     0, NULL},
    [FAULT_F_PV_HIGH] =          {PV,      END_BY_ITSELF,      0, 10000, pv_high_away},
    [FAULT_F_PV_SHORT] =         {PV,      END_BY_HAND,        0,     0, NULL},
    [FAULT_F_PV_REVERSED] =      {PV,      END_BY_ITSELF,      0,     0, NULL},
    [FAULT_F_BUS] =              {INPUTS,  END_BY_TRIES,      20, 10000, NULL},
    [FAULT_F_BUS_SENSE] =        {INPUTS,  END_BY_HAND,     1000,     0, NULL},
    [FAULT_F_INTERNAL_LINK] =    {OUTPUT,  END_BY_ITSELF,      0,     0, NULL},
    [FAULT_F_SENSOR] =           {OUTPUT,  END_BY_HAND,     1000,     0, NULL},
    [FAULT_F_HOT] =              {INPUTS,  END_BY_COOLING,     0,     0, cool},
    [FAULT_F_RELAY] =            {OUTPUT,  END_BY_HAND,      100,     0, NULL},
    [FAULT_F_EXPORT] =           {GRID,    END_BY_ITSELF,   5000, 60000, NULL},
    [FAULT_F_VERSION] =          {OUTPUT,  END_BY_HAND,        0,     0, NULL},
    [FAULT_F_FAN] =              {OUTPUT,  END_BY_ITSELF,  10000,     0, NULL},
    [FAULT_A_GRID_GONE] =        {0,       END_BY_ITSELF,      0,     0, NULL},
    [FAULT_A_GRID_VOLTAGE] =     {0,       END_BY_ITSELF,      0,     0, NULL},
    [FAULT_A_GRID_FREQUENCY] =   {0,       END_BY_ITSELF,      0,     0, NULL},
    [FAULT_A_GEN_GONE] =         {0,       END_BY_ITSELF,  30000,     0, NULL},
    [FAULT_A_GEN_VOLTAGE] =      {0,       END_BY_ITSELF,   2000,     0, NULL},
    [FAULT_A_GEN_FREQUENCY] =    {0,       END_BY_ITSELF,   2000,     0, NULL},
    [FAULT_A_BATTERY_EMPTY] =    {0,       END_BY_ITSELF,      0,     0, NULL},
    [FAULT_A_BMS_INFO] =         {0,       END_BY_ITSELF,      0,     0, NULL},
    [FAULT_A_BATTERY_LOW] =      {0,       END_BY_ITSELF,      0,     0, battery_low_away},
    [FAULT_A_MEMORY] =           {0,       END_BY_ITSELF,      0,     0, NULL},
};
/* clang-format on */

/* Nearly nothing is ever seen: a condition costs a comparison and a branch that is not taken. */
#define SEEN(fault, condition) (condition(inverter) ? UINT64_C(1) << FAULT_##fault : 0)

/* What the bridge makes, while it runs. */
static uint64_t seen_at_the_bridge(const struct inverter *inverter)
{
    uint64_t seen = SEEN(F_DC_OFFSET, dc_offset);
    seen |= SEEN(F_OUTPUT_DC, output_dc);
    seen |= SEEN(F_OUTPUT_LOW, output_low);
    seen |= SEEN(F_OUTPUT_HIGH, output_high);
    seen |= SEEN(F_SHORT, output_short);
    return seen;
}

static uint64_t seen_at_the_battery(const struct inverter *inverter)
{
    uint64_t seen = SEEN(F_BATTERY_OPEN, battery_open);
    seen |= SEEN(F_BATTERY_HIGH, battery_high);
    seen |= SEEN(F_BATTERY_CURRENT, battery_current);
    seen |= SEEN(F_BMS_LINK, bms_lost);
    seen |= SEEN(F_BMS, bms_refuses);
    seen |= SEEN(A_BATTERY_EMPTY, battery_cut);
    seen |= SEEN(A_BMS_INFO, bms_warns);
    seen |= SEEN(A_BATTERY_LOW, battery_low);
    return seen;
}

static uint64_t seen_on_the_board(const struct inverter *inverter)
{
    uint64_t seen = SEEN(F_BUS, bus_out_of_band);
    seen |= SEEN(F_BUS_SENSE, bus_misread);
    seen |= SEEN(F_INTERNAL_LINK, peer_lost);
    seen |= SEEN(F_SENSOR, sensor_broken);
    seen |= SEEN(F_HOT, hot);
    seen |= SEEN(F_RELAY, relay_differs);
    seen |= SEEN(F_VERSION, versions_differ);
    seen |= SEEN(F_FAN, fan_stuck);
    seen |= SEEN(A_MEMORY, memory_bad);
    return seen;
}

static uint64_t seen_at_the_inputs(const struct inverter *inverter)
{
    uint64_t seen = SEEN(F_PV_HIGH, pv_high);
    seen |= SEEN(F_PV_SHORT, pv_short);
    seen |= SEEN(F_PV_REVERSED, pv_reversed);
    seen |= grid_seen[inverter->grid.trouble];
    if (inverter->gen_wanted || inverter->gen_called) {
        seen |= SEEN(A_GEN_GONE, generator_gone);
        seen |= SEEN(A_GEN_VOLTAGE, generator_voltage);
        seen |= SEEN(A_GEN_FREQUENCY, generator_frequency);
    }
    return seen;
}

uint64_t watch_seen(const struct inverter *inverter)
{
    uint64_t seen = seen_at_the_inputs(inverter);
    seen |= seen_at_the_battery(inverter);
    seen |= seen_on_the_board(inverter);
    seen |= SEEN(F_OVERLOAD, overload);
    if (inverter->out.bridge_on) {
        seen |= seen_at_the_bridge(inverter);
    }
    if (inverter_on_bypass(inverter)) {
        seen |= SEEN(F_BYPASS_OVERLOAD, bypass_overload);
        seen |= SEEN(F_EXPORT, exporting);
    }
    return seen;
}
