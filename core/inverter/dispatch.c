/* SPDX-License-Identifier: Apache-2.0 */
/* How much: every limit in one place (the one arbiter), then what each source may give. */
#include "core/inverter/inverter.h"

enum {
    BMS_FRESH_MS = 5000,   /* a report this young counts in full */
    BMS_STALE_MS = 30000,  /* at this age charging has tapered to nothing */
    PV_AWAY_MS = 10000,    /* CSO: PV counts as unavailable after this long (O-54) */
    DERATE_FROM_C10 = 750, /* (i) */
    DERATE_TO_C10 = 900,
    FAN_ON_C10 = 450, /* (i) */
    FAN_OFF_C10 = 400,
    FAN_LOAD_PERMILLE = 300,
    PULSE_REST_MS = 60000, /* (i) */
    PULSE_MS = 3000
};

/* A silent BMS: hold, then taper, then stop (field practice; 307 does the stop). */
static int32_t aged(const struct inverter *inverter, int32_t ma)
{
    int32_t age = (int32_t)clamp_i32((int32_t)min_i32((int32_t)inverter->bms_age_ms, BMS_STALE_MS),
                                     0, BMS_STALE_MS);
    if (age <= BMS_FRESH_MS) {
        return ma;
    }
    return (int32_t)((int64_t)ma * (BMS_STALE_MS - age) / (BMS_STALE_MS - BMS_FRESH_MS));
}

/* A hot inverter charges less, so that the load keeps what is left before 506 stops all. */
static int32_t cool_permille(const struct inverter *inverter)
{
    return line_i32(inverter->in.heatsink_c10, DERATE_FROM_C10, 1000, DERATE_TO_C10, 200);
}

/* [21] apart, the fan runs when it is warm or there is much to carry, with room between on and off.
 */
static void run_fan(struct inverter *inverter)
{
    struct inverter_outputs *out = &inverter->out;
    int16_t c10 = inverter->in.heatsink_c10;
    bool on = c10 > FAN_ON_C10 || inverter->load_permille > FAN_LOAD_PERMILLE;
    bool off = c10 < FAN_OFF_C10 && inverter->load_permille < FAN_LOAD_PERMILLE;
    bool proving = inverter_has(inverter, FAULT_F_FAN); /* it must turn to end its fault */
    out->fan_on = on || proving || (out->fan_on && !off);
}

/* A pack that sleeps shows no voltage: once a minute a weak pulse wakes it (data sheet: lithium
   activation). */
static bool wake_battery(struct inverter *inverter)
{
    uint32_t now_ms = inverter->in.now_ms;
    bool source = inverter->pv_ok || inverter_on_bypass(inverter);
    bool wanted = !inverter->battery_present && inverter->bms_wanted && source;
    bool resting = wanted && inverter->pulse_rest.on &&
                   !time_reached(now_ms, inverter->pulse_rest.ms + PULSE_REST_MS);
    if (!wanted || resting) {
        inverter->pulse.on = false;
        inverter->pulse_rest.on = wanted && inverter->pulse_rest.on;
        return false;
    }
    if (since_held(&inverter->pulse, true, now_ms, PULSE_MS)) {
        inverter->pulse_rest = (struct since){.ms = now_ms, .on = true};
    }
    return true;
}

static void find_limits(struct inverter *inverter)
{
    const struct inverter_profile *profile = inverter->profile;
    int32_t charge = min_i32(inverter->set[SET_CHARGE_CURRENT_MAX], profile->charge_max_ma);
    charge = min_i32(charge, current_ma(profile->charge_max_w, inverter->in.battery_mv));
    int32_t discharge = profile->discharge_max_ma;
    if (inverter->bms_up) {
        const struct battery_report *bms = &inverter->in.bms;
        charge = min_i32(charge, aged(inverter, bms->charge_limit_ma));
        discharge = min_i32(discharge, bms->discharge_limit_ma);
        bool told = (bms->heard & HEARD_REQUEST) != 0;
        if (inverter->charge_full || (told && !bms->charge_enable)) {
            charge = 0;
        }
        if (told && !bms->discharge_enable) {
            discharge = 0;
        }
    } else if (inverter->bms_wanted) {
        charge = 0; /* a battery that should speak and does not: no charging by guess */
    }
    if (inverter->charge_cold) {
        charge = 0;
    }
    if (!inverter->battery_present || inverter_stops_battery(inverter)) {
        charge = discharge = 0;
    }
    inverter->charge_limit_ma = (int32_t)((int64_t)charge * cool_permille(inverter) / 1000);
    inverter->discharge_limit_ma = discharge;
}

/* [7]: what of the charge may come from the grid, only in bypass (O-52). */
static int32_t grid_charge_ma(struct inverter *inverter)
{
    const struct inverter_profile *profile = inverter->profile;
    bool away = since_held(&inverter->pv_away, !inverter->pv_ok, inverter->in.now_ms, PV_AWAY_MS);
    int32_t priority = inverter->set[SET_CHARGE_PRIORITY];
    bool generator = inverter->out.feed == FEED_GENERATOR; /* it runs to charge (I-10) */
    bool wanted = priority == CHARGE_SNU || (priority == CHARGE_CSO && away) || generator;
    if (!inverter_on_bypass(inverter) || !wanted) {
        return 0;
    }
    int32_t limit =
        min_i32(inverter->set[SET_GRID_CHARGE_CURRENT_MAX], profile->grid_charge_max_ma);
    int32_t rest_w = profile->input_max_w - inverter->in.load_w;
    limit = min_i32(limit, current_ma(max_i32(rest_w, 0), inverter->in.battery_mv));
    return min_i32(limit, inverter->charge_limit_ma);
}

/* PV surplus beside the grid: UTI only; without feeding-in the import stays at [48] or above. */
static int32_t feed_limit_w(const struct inverter *inverter)
{
    if (inverter->out.feed != FEED_GRID || inverter->set[SET_SUPPLY_MODE] != SUPPLY_UTI) {
        return 0;
    }
    if (inverter->set[SET_GRID_FEED] != 0) {
        return inverter->profile->rated_w;
    }
    return clamp_i32(inverter->in.load_w - inverter->set[SET_IMPORT_MIN_W], 0,
                     inverter->profile->rated_w);
}

static void track_pv(struct inverter *inverter)
{
    const struct inverter_inputs *in = &inverter->in;
    struct mppt_range range = {inverter->profile->mppt_min_mv, inverter->profile->mppt_max_mv};
    inverter->out.pv_on = inverter->pv_ok;
    inverter->out.pv_limit_w = inverter->profile->pv_max_w;
    if (!inverter->pv_ok) {
        inverter->mppt.ref_mv = 0;
    } else if (inverter->mppt.ref_mv == 0) {
        mppt_start(&inverter->mppt, &range, in->pv_mv, in->now_ms);
    } else {
        mppt_step(&inverter->mppt, &range, in->pv_mv, in->pv_ma, in->pv_held_back, in->now_ms);
    }
    inverter->out.pv_ref_mv = inverter->mppt.ref_mv;
}

void inverter_dispatch(struct inverter *inverter)
{
    find_limits(inverter);
    struct inverter_outputs *out = &inverter->out;
    out->charge_limit_ma = min_i32(inverter->charge_limit_ma, inverter->profile->charge_max_ma);
    out->grid_charge_ma = grid_charge_ma(inverter);
    out->discharge_limit_ma = inverter->discharge_limit_ma;
    out->feed_limit_w = feed_limit_w(inverter);
    out->battery_on = inverter->battery_present && !inverter_stops_battery(inverter);
    out->battery_pulse = wake_battery(inverter);
    run_fan(inverter);
    track_pv(inverter);
}
