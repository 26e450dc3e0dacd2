/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charge stages. Lead-acid: bulk, absorption (the manual's boost), float, equalise. Lithium without
 * BMS: bulk, absorption, then held at the same voltage. With a BMS its voltage and current rule and
 * its SOC ends the charge. Voltages come from the settings, which a battery type presets.
 */
#include "core/inverter/inverter.h"

enum {
    AT_TARGET_MV = 100, /* "reached" */
    TAIL_PERCENT = 5,   /* of the limit: absorption is over (i) */
    TAIL_MS = 60000,
    SOC_RESTART_PCT = 5, /* charge again this far below the cut-off SOC (i) */
    DAY_MS = 86400000,
    MINUTE_MS = 60000,
    FULL_PCT = 99,
    /* Compensation by BAT_NTC is not printed: what makers of lead-acid batteries ask for. */
    REFERENCE_C10 = 250,
    COMPENSATION_MV_K = 3, /* per cell */
    LEAD_CELLS = 24,
    COMPENSATE_FROM_C10 = 0,
    COMPENSATE_TO_C10 = 500,
    NTC_OPEN_C10 = -400, /* a broken sensor compensates nothing */
    NTC_SHORT_C10 = 1000,
    BELOW_HIGH_MV = 400,
    LITHIUM_COLD_C10 = 0,
    LITHIUM_WARM_C10 = 20
};

static bool is_lithium(const struct inverter *inverter)
{
    return inverter_preset(inverter)->chemistry == CHEMISTRY_LITHIUM;
}

static bool may_equalize(const struct inverter *inverter)
{
    return inverter->set[SET_EQUALIZE_ENABLE] != 0 && inverter_preset(inverter)->equalizes;
}

static bool equalize_due(const struct inverter *inverter)
{
    const int32_t *set = inverter->set;
    if (!may_equalize(inverter)) {
        return false;
    }
    bool by_days = set[SET_EQUALIZE_INTERVAL] > 0 &&
                   inverter->days_since_equalize >= (uint32_t)set[SET_EQUALIZE_INTERVAL];
    return by_days || set[SET_EQUALIZE_NOW] != 0;
}

static void enter(struct inverter *inverter, enum charge_stage stage)
{
    inverter->stage = stage;
    inverter->absorbing.on = inverter->tail.on = inverter->equalizing.on = false;
}

void inverter_restart_charge(struct inverter *inverter)
{
    inverter->charge_full = false;
    enter(inverter, STAGE_BULK);
}

/* At its voltage, or on the way there: else a stage's time stands. */
static bool charges(const struct inverter *inverter, int32_t target_mv)
{
    return inverter->in.battery_ma < 0 || inverter->in.battery_mv >= target_mv - AT_TARGET_MV;
}

/* Neither compensation nor equalising runs into [40]. */
static int32_t below_high(const struct inverter *inverter, int32_t mv)
{
    return min_i32(mv, inverter->set[SET_BATTERY_HIGH_V] - BELOW_HIGH_MV);
}

/* What BAT_NTC asks of lead-acid: less voltage in the warm, more in the cold. */
static int32_t for_temperature(const struct inverter *inverter, int32_t mv)
{
    int32_t c10 = inverter->in.battery_c10;
    if (c10 == NOT_MEASURED || is_lithium(inverter) || c10 < NTC_OPEN_C10 || c10 > NTC_SHORT_C10) {
        return mv;
    }
    int32_t away_c10 = clamp_i32(c10, COMPENSATE_FROM_C10, COMPENSATE_TO_C10) - REFERENCE_C10;
    int32_t shift = -away_c10 * COMPENSATION_MV_K * LEAD_CELLS / 10;
    if (inverter_preset(inverter)->chemistry == CHEMISTRY_ANY) {
        shift = min_i32(shift, 0); /* the voltage a person set is the most */
    }
    return shift > 0 ? max_i32(mv, below_high(inverter, mv + shift)) : mv + shift;
}

/* [35], which follows float down in the warm: it would else charge anew for ever. */
static int32_t recharge_mv(const struct inverter *inverter)
{
    int32_t mv = inverter->set[SET_RECHARGE_V];
    return min_i32(mv, for_temperature(inverter, mv));
}

static int32_t stage_target_mv(const struct inverter *inverter)
{
    const int32_t *set = inverter->set;
    if (inverter->bms_up) {
        return min_i32(inverter->in.bms.charge_mv, set[SET_BATTERY_HIGH_V]);
    }
    int32_t mv = set[SET_BOOST_V];
    switch (inverter->stage) {
    case STAGE_FLOAT: mv = set[SET_FLOAT_V]; break;
    case STAGE_EQUALIZE: mv = below_high(inverter, set[SET_EQUALIZE_V]); break;
    case STAGE_OFF:
    case STAGE_BULK:
    case STAGE_ABSORPTION: break;
    }
    return for_temperature(inverter, mv);
}

static void absorb(struct inverter *inverter, int32_t charge_ma)
{
    const struct inverter_inputs *in = &inverter->in;
    uint32_t longest_ms = (uint32_t)inverter->set[SET_BOOST_TIME] * MINUTE_MS;
    int32_t target_mv = stage_target_mv(inverter);
    bool at_target = in->battery_mv >= target_mv - AT_TARGET_MV;
    bool small = at_target && charge_ma < inverter->charge_limit_ma / 100 * TAIL_PERCENT;
    if (!charges(inverter, target_mv)) {
        inverter->absorbing.ms += inverter->dt_ms;
    }
    bool over = since_held(&inverter->absorbing, true, in->now_ms, longest_ms);
    if (inverter->set[SET_EQUALIZE_NOW] != 0 && equalize_due(inverter)) {
        enter(inverter, STAGE_EQUALIZE);
    } else if (since_held(&inverter->tail, small, in->now_ms, TAIL_MS) || over) {
        enter(inverter, equalize_due(inverter) ? STAGE_EQUALIZE : STAGE_FLOAT);
    }
}

static void equalize(struct inverter *inverter)
{
    const int32_t *set = inverter->set;
    uint32_t now_ms = inverter->in.now_ms;
    uint32_t time_ms = (uint32_t)set[SET_EQUALIZE_TIME] * MINUTE_MS;
    uint32_t delay_ms = (uint32_t)set[SET_EQUALIZE_DELAY] * MINUTE_MS;
    int32_t target_mv = stage_target_mv(inverter);
    bool reached = inverter->in.battery_mv >= target_mv - AT_TARGET_MV;
    if (!charges(inverter, target_mv)) {
        inverter->equalizing.ms += inverter->dt_ms;
    }
    bool time_over = since_held(&inverter->equalizing, true, now_ms, time_ms);
    bool all_over = time_reached(now_ms, inverter->equalizing.ms + time_ms + delay_ms);
    bool called_off = !may_equalize(inverter) || inverter->equalize_ended;
    if ((time_over && reached) || all_over || called_off) {
        inverter->days_since_equalize = called_off ? inverter->days_since_equalize : 0;
        inverter->set[SET_EQUALIZE_NOW] = 0;
        enter(inverter, STAGE_FLOAT);
    }
}

bool inverter_is_full(const struct inverter *inverter)
{
    return inverter->stage == STAGE_FLOAT || inverter->charge_full;
}

/* Cells without a BMS to watch them are not charged below freezing. */
static bool too_cold(struct inverter *inverter)
{
    int32_t c10 = inverter->in.battery_c10;
    bool judged = c10 != NOT_MEASURED && is_lithium(inverter) && !inverter->bms_up;
    int32_t from_c10 = inverter->charge_cold ? LITHIUM_WARM_C10 : LITHIUM_COLD_C10;
    inverter->charge_cold = judged && c10 < from_c10;
    return inverter->charge_cold;
}

static bool asks(const struct inverter *inverter)
{
    return inverter->bms_up && (inverter->in.bms.heard & HEARD_REQUEST) != 0;
}

bool inverter_wants_full(const struct inverter *inverter)
{
    return asks(inverter) && inverter->in.bms.full_charge_request;
}

/* A pack that asks for charge is not drawn on while something may charge it: the grid where the
   charge priority lets it, else the sun while it is there. Without either it serves on. */
bool inverter_keeps_charge(const struct inverter *inverter)
{
    const struct battery_report *bms = &inverter->in.bms;
    bool asked = asks(inverter) && (bms->full_charge_request || bms->force_charge);
    bool by_grid = inverter->set[SET_CHARGE_PRIORITY] != CHARGE_OSO;
    return asked && inverter->grid_ok && (by_grid || inverter->pv_ok);
}

/* With a BMS: stop at the cut-off SOC, start again 5 % below; a pack that asks for the top gets it.
 */
static void follow_bms(struct inverter *inverter)
{
    const struct battery_report *bms = &inverter->in.bms;
    bool to_the_top = inverter_wants_full(inverter);
    int32_t stop_pct = to_the_top ? 100 : inverter->set[SET_CHARGE_CUTOFF_SOC];
    if (bms->soc_pct >= stop_pct && stop_pct < 100) {
        inverter->charge_full = true;
    } else if (bms->soc_pct <= stop_pct - SOC_RESTART_PCT) {
        inverter->charge_full = false;
    }
    bool refused =
        bms->charge_limit_ma == 0 || ((bms->heard & HEARD_REQUEST) != 0 && !bms->charge_enable);
    if (to_the_top && !refused) {
        inverter->charge_full = false; /* whatever the SOC says: it is what is in doubt */
    }
    if (inverter->charge_full || (refused && bms->soc_pct >= FULL_PCT)) {
        inverter->charge_full = true;
        enter(inverter, STAGE_FLOAT);
    } else if (refused) {
        enter(inverter, STAGE_OFF);
    } else {
        bool at_target = inverter->in.battery_mv >= bms->charge_mv - AT_TARGET_MV;
        inverter->stage = at_target ? STAGE_ABSORPTION : STAGE_BULK;
    }
}

static void follow_stages(struct inverter *inverter)
{
    int32_t mv = inverter->in.battery_mv;
    int32_t charge_ma = max_i32(-inverter->in.battery_ma, 0);
    switch (inverter->stage) {
    case STAGE_OFF: enter(inverter, STAGE_BULK); break;
    case STAGE_BULK:
        if (mv >= stage_target_mv(inverter) - AT_TARGET_MV) {
            enter(inverter, STAGE_ABSORPTION);
        }
        break;
    case STAGE_ABSORPTION: absorb(inverter, charge_ma); break;
    case STAGE_FLOAT:
        if (mv < recharge_mv(inverter)) {
            enter(inverter, STAGE_BULK);
        } else if (inverter->set[SET_EQUALIZE_NOW] != 0 && equalize_due(inverter)) {
            enter(inverter, STAGE_EQUALIZE);
        }
        break;
    case STAGE_EQUALIZE: equalize(inverter); break;
    }
}

static void count_days(struct inverter *inverter)
{
    inverter->day_ms += inverter->dt_ms;
    if (inverter->day_ms >= DAY_MS) {
        inverter->day_ms -= DAY_MS;
        inverter->days_since_equalize++;
    }
}

void inverter_charge(struct inverter *inverter)
{
    count_days(inverter);
    bool possible = inverter->battery_present && !inverter_stops_battery(inverter) &&
                    !too_cold(inverter) && (inverter->pv_ok || inverter_on_bypass(inverter));
    if (inverter->bms_up) {
        follow_bms(inverter);
    } else {
        inverter->charge_full = false;
        follow_stages(inverter);
    }
    inverter->equalize_ended = false;
    inverter->out.charge_mv = stage_target_mv(inverter);
    inverter->out.stage = possible ? inverter->stage : STAGE_OFF;
}
