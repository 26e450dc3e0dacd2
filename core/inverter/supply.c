/* SPDX-License-Identifier: Apache-2.0 */
/* Supply modes [2]: one policy each answers "who feeds the load"; what is low, cut or full is
   judged once for all of them. Truth table: docs/inverter.md (manual 003, 3.1 and 4.2). */
#include "core/inverter/inverter.h"

enum {
    RECOVER_LEAST_MV = 400,
    BMS_ALLOWS_MS = 30000,   /* (i) */
    CUTOFF_RELIEF_MV = 1000, /* [14] is 1 V lower over half load */
    FINE_MS = 60000,         /* low later than this after coming back is no bounce (i) */
    FREE_BOUNCES = 2,
    BOUNCE_WAIT_MS = 60000, /* then it waits, longer each time (i) */
    MOST_DOUBLINGS = 3
};

/* A weak battery whose voltage jumps between charging and serving by more than [5] and [6] are
   apart would have the load go to and fro each second. */
static bool has_waited(struct inverter *inverter)
{
    int32_t over = inverter->bounces - FREE_BOUNCES;
    uint32_t wait_ms = over > 0 ? (uint32_t)BOUNCE_WAIT_MS << min_i32(over - 1, MOST_DOUBLINGS) : 0;
    return since_held(&inverter->low_for, inverter->battery_low, inverter->in.now_ms, wait_ms);
}

static void judge_bounce(struct inverter *inverter, bool was_low)
{
    bool lasted = since_held(&inverter->fine_for, !was_low, inverter->in.now_ms, FINE_MS);
    if (!was_low && lasted) {
        inverter->bounces = 0;
    }
    if (inverter->battery_low && !was_low && !lasted && inverter->bounces < UINT8_MAX) {
        inverter->bounces++;
    }
}

/* [5]/[6], or [43]/[44] where a BMS tells the SOC. Between the two the last judgement stays. */
static void judge_low(struct inverter *inverter)
{
    const int32_t *set = inverter->set;
    bool low;
    bool high;
    bool was_low = inverter->battery_low;
    bool waited = has_waited(inverter);
    if (inverter->bms_up) {
        int32_t soc = inverter->in.bms.soc_pct;
        low = soc <= set[SET_ON_GRID_CUTOFF_SOC];
        high = soc >= set[SET_ON_GRID_RECOVER_SOC];
    } else {
        low = inverter->in.battery_mv < set[SET_BATTERY_TO_GRID_V];
        high = inverter->in.battery_mv > set[SET_GRID_TO_BATTERY_V];
    }
    bool full = inverter_is_full(inverter);
    bool counts = full && !inverter->full_is_old && set[SET_SUPPLY_MODE] == SUPPLY_SBU;
    if (low || inverter_keeps_charge(inverter)) {
        if (!inverter->battery_low && low && full) {
            inverter_restart_charge(inverter); /* low is not full */
        } else if (!inverter->battery_low) {
            inverter->full_is_old = full;
        }
        inverter->battery_low = true;
    } else if ((high || counts) && waited) {
        inverter->battery_low = false;
    }
    judge_bounce(inverter, was_low);
    inverter->full_is_old = inverter->full_is_old && full;
}

static bool refuses_discharge(const struct inverter *inverter)
{
    const struct battery_report *bms = &inverter->in.bms;
    bool refused = (bms->heard & HEARD_REQUEST) != 0 && !bms->discharge_enable;
    return refused || bms->discharge_limit_ma == 0;
}

static bool cut_now(struct inverter *inverter)
{
    const int32_t *set = inverter->set;
    int32_t mv = inverter->in.battery_mv;
    uint32_t delay_ms = (uint32_t)set[SET_SHUTDOWN_DELAY] * 1000U;
    bool below = since_held(&inverter->below_shutdown, mv < set[SET_BATTERY_SHUTDOWN_V],
                            inverter->in.now_ms, delay_ms);
    if (inverter->bms_up) {
        return below || refuses_discharge(inverter) ||
               inverter->in.bms.soc_pct <= set[SET_OFF_GRID_CUTOFF_SOC];
    }
    /* With the output off the load is not known yet: the lower threshold lets it start. */
    bool heavy = inverter_half_loaded(inverter) || inverter->out.feed == FEED_NONE;
    int32_t relief = heavy ? CUTOFF_RELIEF_MV : 0;
    return below || mv < set[SET_BATTERY_CUTOFF_V] - relief;
}

/* A BMS that opened its switches under load, for over-current say, is believed again after half a
   minute: it would else be asked for the same current at once. */
static bool recovered(struct inverter *inverter)
{
    if (inverter->bms_up) {
        const struct battery_report *bms = &inverter->in.bms;
        bool allows = since_held(&inverter->bms_allows, !refuses_discharge(inverter),
                                 inverter->in.now_ms, inverter->bms_refused ? BMS_ALLOWS_MS : 0);
        return allows && bms->soc_pct >= inverter->set[SET_OFF_GRID_RECOVER_SOC];
    }
    /* [34] may stand below [14]: never on again where it would be off at once */
    int32_t above_mv = max_i32(inverter->set[SET_BATTERY_RECOVER_V],
                               inverter->set[SET_BATTERY_CUTOFF_V] + RECOVER_LEAST_MV);
    /* [34] above what charging reaches: full is recovered */
    return inverter->in.battery_mv > above_mv || inverter_is_full(inverter);
}

/* End of discharge: only while the battery carries the output, so that a battery at rest beside
   the grid is not judged by a level meant for loaded ones. */
static void judge_cut(struct inverter *inverter)
{
    if (inverter->battery_cut) {
        inverter->battery_cut = !recovered(inverter);
    } else if (!inverter_on_bypass(inverter)) {
        inverter->battery_cut = cut_now(inverter);
        inverter->bms_allows.on = false;
        inverter->bms_refused = inverter->battery_cut && inverter->bms_up &&
                                inverter->out.feed == FEED_INVERTER && refuses_discharge(inverter);
    }
}

static bool can_invert(const struct inverter *inverter)
{
    return inverter->battery_present && !inverter->battery_cut && !inverter_stops_battery(inverter);
}

static enum feed island(const struct inverter *inverter)
{
    return can_invert(inverter) ? FEED_INVERTER : FEED_NONE;
}

/* Utility first. */
static enum feed supply_uti(const struct inverter *inverter)
{
    return inverter->grid_ok ? FEED_GRID : island(inverter);
}

/* Sun first: inverter while PV is there and the battery is not low; O-09. */
static enum feed supply_sol(const struct inverter *inverter)
{
    if (inverter->pv_ok && !inverter->battery_low && can_invert(inverter)) {
        return FEED_INVERTER;
    }
    return inverter->grid_ok ? FEED_GRID : island(inverter);
}

/* Sun, battery, utility. */
static enum feed supply_sbu(const struct inverter *inverter)
{
    if (!inverter->battery_low && can_invert(inverter)) {
        return FEED_INVERTER;
    }
    return inverter->grid_ok ? FEED_GRID : island(inverter);
}

typedef enum feed supply_fn(const struct inverter *inverter);

static supply_fn *const policies[SUPPLY_COUNT] = {
    [SUPPLY_SOL] = supply_sol,
    [SUPPLY_UTI] = supply_uti,
    [SUPPLY_SBU] = supply_sbu,
};

/* Without a grid a generator that is there carries the load; it may have been called, or started by
   hand. */
static enum feed with_generator(const struct inverter *inverter, enum feed feed)
{
    bool there = inverter->gen_wanted && inverter->generator.ok && !inverter->grid_ok;
    return there ? FEED_GENERATOR : feed;
}

void inverter_choose(struct inverter *inverter)
{
    judge_low(inverter);
    judge_cut(inverter);
    inverter_call_generator(inverter);
    enum feed feed = policies[inverter->set[SET_SUPPLY_MODE]](inverter);
    if (inverter->overload_bypass && inverter->grid_ok) {
        feed = FEED_GRID;
    }
    feed = with_generator(inverter, feed);
    if (inverter->set[SET_POWER_ON] == 0 || inverter_stops_output(inverter)) {
        feed = FEED_NONE;
    }
    inverter->out.feed = feed;
}
