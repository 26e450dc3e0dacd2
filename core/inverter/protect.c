/* SPDX-License-Identifier: Apache-2.0 */
/* Faults and alarms of an inverter: raise, react, restart. Conditions and times: fault table and
   docs/inverter.md; every change of a row is an event. */
#include "core/inverter/inverter.h"

#include <string.h>

#define BIT(fault) (UINT64_C(1) << FAULT_##fault)

/* What a fault stops. Alarms stop nothing. */
static const uint64_t stops_output_mask =
    BIT(F_DC_OFFSET) | BIT(F_BYPASS_OVERLOAD) | BIT(F_OUTPUT_LOW) | BIT(F_OUTPUT_HIGH) |
    BIT(F_SHORT) | BIT(F_OVERLOAD) | BIT(F_OUTPUT_DC) | BIT(F_BATTERY_HIGH) |
    BIT(F_BATTERY_CURRENT) | BIT(F_BUS) | BIT(F_BUS_SENSE) | BIT(F_INTERNAL_LINK) | BIT(F_SENSOR) |
    BIT(F_HOT) | BIT(F_RELAY) | BIT(F_VERSION) | BIT(F_FAN);
static const uint64_t stops_battery_mask = BIT(F_BATTERY_OPEN) | BIT(F_BATTERY_HIGH) |
                                           BIT(F_BATTERY_CURRENT) | BIT(F_BMS_LINK) | BIT(F_BMS);
static const uint64_t stops_pv_mask = BIT(F_PV_HIGH) | BIT(F_PV_SHORT) | BIT(F_PV_REVERSED) |
                                      BIT(F_BUS) | BIT(F_BUS_SENSE) | BIT(F_HOT);
/* Detected by hardware alone; they stay until a user's restart. */
static const uint64_t latched_mask =
    BIT(F_DC_OFFSET) | BIT(F_OUTPUT_LOW) | BIT(F_OUTPUT_HIGH) | BIT(F_SHORT) | BIT(F_OUTPUT_DC) |
    BIT(F_PV_SHORT) | BIT(F_BUS_SENSE) | BIT(F_SENSOR) | BIT(F_RELAY) | BIT(F_VERSION);
static const uint64_t follows_mask = BIT(F_BUS) | BIT(F_INTERNAL_LINK) | BIT(F_FAN) | BIT(A_MEMORY);

enum {
    BATTERY_HIGH_MS = 500,
    BATTERY_HIGH_BACK_MV = 2000,
    BACK_MS = 10000,
    PV_HIGH_BACK_MV = 20000,
    PV_REVERSED_MV = -5000,
    HOT_C10 = 900, /* 506 (i) */
    COOL_C10 = 700,
    HALF_LOAD_PERMILLE = 500,
    ALARM_RELIEF_MV = 2000, /* [13] is 2 V lower over half load */
    ALARM_BACK_MV = 800,
    OVERLOAD_1_PERMILLE = 1100,
    OVERLOAD_2_PERMILLE = 1300,
    OVERLOAD_3_PERMILLE = 1500,
    OVERLOAD_1_MS = 10000,
    OVERLOAD_2_MS = 3000,
    OVERLOAD_3_MS = 200,
    OVERLOAD_FORGET_MS = 600000,
    OVERLOAD_RETRIES = 3,
    SHORT_WAIT_MS = 30000,
    LONG_WAIT_MS = 3600000,
    OUTPUT2_BACK_MV = 2000,
    OUTPUT2_BACK_MS = 60000
};

bool inverter_stops_output(const struct inverter *inverter)
{
    return (inverter->active & stops_output_mask) != 0;
}

bool inverter_stops_battery(const struct inverter *inverter)
{
    return (inverter->active & stops_battery_mask) != 0;
}

bool inverter_stops_pv(const struct inverter *inverter)
{
    return (inverter->active & stops_pv_mask) != 0;
}

void inverter_raise(struct inverter *inverter, enum fault_id fault, bool on)
{
    if (on == inverter_has(inverter, fault)) {
        return;
    }
    inverter->active ^= UINT64_C(1) << fault;
    if (inverter->n_events == INVERTER_EVENTS) {
        memmove(inverter->events, inverter->events + 1,
                sizeof inverter->events - sizeof inverter->events[0]);
        inverter->n_events--;
    }
    inverter->events[inverter->n_events++] =
        (struct inverter_event){.at_ms = inverter->in.now_ms, .fault = (uint8_t)fault, .set = on};
}

static void battery_faults(struct inverter *inverter)
{
    const struct inverter_inputs *in = &inverter->in;
    int32_t high_mv = inverter->set[SET_BATTERY_HIGH_V];
    if (!inverter_has(inverter, FAULT_F_BATTERY_HIGH)) {
        bool over = since_held(&inverter->over_voltage, in->battery_mv > high_mv, in->now_ms,
                               BATTERY_HIGH_MS);
        inverter_raise(inverter, FAULT_F_BATTERY_HIGH, over);
    } else if (since_held(&inverter->fault_clear[FAULT_F_BATTERY_HIGH],
                          in->battery_mv < high_mv - BATTERY_HIGH_BACK_MV, in->now_ms, BACK_MS)) {
        inverter_raise(inverter, FAULT_F_BATTERY_HIGH, false);
        inverter->over_voltage.on = false;
    }
    int32_t relief = inverter->load_permille > HALF_LOAD_PERMILLE ? ALARM_RELIEF_MV : 0;
    int32_t alarm_mv = inverter->set[SET_BATTERY_ALARM_V] - relief;
    bool low = inverter_has(inverter, FAULT_A_BATTERY_LOW)
                   ? in->battery_mv <= alarm_mv + ALARM_BACK_MV
                   : in->battery_mv < alarm_mv;
    inverter_raise(inverter, FAULT_A_BATTERY_LOW, low && inverter->battery_present);
}

static void pv_faults(struct inverter *inverter)
{
    const struct inverter_inputs *in = &inverter->in;
    if (!inverter_has(inverter, FAULT_F_PV_HIGH)) {
        inverter_raise(inverter, FAULT_F_PV_HIGH, in->pv_mv > inverter->profile->pv_max_mv);
    } else if (since_held(&inverter->fault_clear[FAULT_F_PV_HIGH],
                          in->pv_mv < inverter->profile->pv_max_mv - PV_HIGH_BACK_MV, in->now_ms,
                          BACK_MS)) {
        inverter_raise(inverter, FAULT_F_PV_HIGH, false);
    }
    inverter_raise(inverter, FAULT_F_PV_REVERSED, in->pv_mv < PV_REVERSED_MV);
}

static void heat_fault(struct inverter *inverter)
{
    int16_t c10 = inverter->in.heatsink_c10;
    if (!inverter_has(inverter, FAULT_F_HOT)) {
        inverter_raise(inverter, FAULT_F_HOT, c10 > HOT_C10);
    } else if (c10 < COOL_C10 && inverter->set[SET_OVERTEMP_RESTART] != 0) {
        inverter_raise(inverter, FAULT_F_HOT, false);
    }
}

/* Ladder of the manual: 110..130 % 10 s, 130..150 % 3 s, above at once (O-20). */
static bool overloaded(struct inverter *inverter)
{
    uint32_t now_ms = inverter->in.now_ms;
    int32_t load = inverter->load_permille;
    bool trip =
        since_held(&inverter->overload_110, load >= OVERLOAD_1_PERMILLE, now_ms, OVERLOAD_1_MS);
    trip |= since_held(&inverter->overload_130, load >= OVERLOAD_2_PERMILLE, now_ms, OVERLOAD_2_MS);
    trip |= since_held(&inverter->overload_150, load > OVERLOAD_3_PERMILLE, now_ms, OVERLOAD_3_MS);
    return trip;
}

static void overload_fault(struct inverter *inverter)
{
    uint32_t now_ms = inverter->in.now_ms;
    if (inverter_has(inverter, FAULT_F_OVERLOAD)) {
        uint32_t wait_ms =
            inverter->overload_trips < OVERLOAD_RETRIES ? SHORT_WAIT_MS : LONG_WAIT_MS;
        bool waited = since_held(&inverter->overload_wait, true, now_ms, wait_ms);
        if (waited && inverter->set[SET_OVERLOAD_RESTART] != 0 &&
            inverter->overload_trips <= OVERLOAD_RETRIES) {
            inverter_raise(inverter, FAULT_F_OVERLOAD, false);
            inverter->overload_wait.on = false;
        }
        return;
    }
    bool inverting = inverter->out.feed == FEED_INVERTER;
    bool trip = overloaded(inverter) && inverting;
    if (since_held(&inverter->no_overload,
                   inverter->load_permille < OVERLOAD_1_PERMILLE && inverting, now_ms,
                   OVERLOAD_FORGET_MS)) {
        inverter->overload_trips = 0;
    }
    if (inverter->overload_bypass && inverter->load_permille < 1000) {
        inverter->overload_bypass = false;
    }
    if (trip && inverter->set[SET_OVERLOAD_BYPASS] != 0 && inverter->grid_ok) {
        inverter->overload_bypass = true;
    } else if (trip) {
        inverter->overload_trips++;
        inverter_raise(inverter, FAULT_F_OVERLOAD, true);
        inverter->overload_110.on = inverter->overload_130.on = inverter->overload_150.on = false;
    }
}

/* [38], [39]: output 2 is shed on battery below its voltage; O-23 for the way back. */
static void shed_output2(struct inverter *inverter)
{
    const int32_t *set = inverter->set;
    int32_t mv = inverter->in.battery_mv;
    if (!inverter->profile->dual_output || set[SET_DUAL_OUTPUT] == 0 ||
        inverter->out.feed == FEED_GRID) {
        inverter->output2_shed = false;
        return;
    }
    if (!inverter->output2_shed) {
        inverter->output2_shed = mv < set[SET_OUTPUT2_CUTOFF_V];
        inverter->output2_back.on = false;
        return;
    }
    int32_t back_mv =
        max_i32(set[SET_BATTERY_RECOVER_V], set[SET_OUTPUT2_CUTOFF_V] + OUTPUT2_BACK_MV);
    inverter->output2_shed =
        !since_held(&inverter->output2_back, mv >= back_mv, inverter->in.now_ms, OUTPUT2_BACK_MS);
}

static void hardware_faults(struct inverter *inverter)
{
    uint64_t raised = inverter->in.raised;
    uint64_t known = latched_mask | follows_mask | BIT(F_HOT);
    if ((raised & known) == 0 && (inverter->active & follows_mask) == 0) {
        return;
    }
    for (int i = 0; i < FAULT_COUNT; i++) {
        bool on = (raised >> i & 1) != 0;
        if (on && (known >> i & 1) != 0) {
            inverter_raise(inverter, (enum fault_id)i, true);
        } else if (!on && (follows_mask >> i & 1) != 0) {
            inverter_raise(inverter, (enum fault_id)i, false);
        }
    }
}

void inverter_clear_faults(struct inverter *inverter)
{
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (inverter->profile->faults[i].class == CLASS_FAULT) {
            inverter_raise(inverter, (enum fault_id)i, false);
        }
    }
    inverter->overload_trips = 0;
    inverter->overload_wait.on = false;
}

void inverter_protect(struct inverter *inverter)
{
    battery_faults(inverter);
    pv_faults(inverter);
    heat_fault(inverter);
    overload_fault(inverter);
    shed_output2(inverter);
    hardware_faults(inverter);
}

bool inverter_next_event(struct inverter *inverter, struct inverter_event *event)
{
    if (inverter->n_events == 0) {
        return false;
    }
    *event = inverter->events[0];
    inverter->n_events--;
    memmove(inverter->events, inverter->events + 1,
            inverter->n_events * sizeof inverter->events[0]);
    return true;
}
