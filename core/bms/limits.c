/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the pack lets the inverter do: CCL, DCL, CVL. Figures are our choice on top of the manuals'
 * fixed ratings, because a limit that only knows "all" and "nothing" makes charge current swing and
 * trips cells at the top: limits fall linearly before a protection would act, fall at once, and
 * come back slowly.
 */
#include "core/bms/bms.h"

enum {
    PERMILLE = 1000,
    COLD_PERMILLE = 100,   /* of the rating at the low-temperature protection */
    COLD_MARGIN_C10 = 50,  /* full current this far above the low-temperature alarm */
    HOT_PERMILLE = 200,    /* of the rating at the high-temperature protection */
    TAPER_MV = 150,        /* width of the charge taper */
    TOP_PERMILLE = 20,     /* left at its end: the full-charge current */
    TOP_MARGIN_MV = 50,    /* the taper ends this far below the cell alarm, where the rest ends */
    BOTTOM_MARGIN_MV = 50, /* discharge taper ends this far above the cell protection */
    BOTTOM_PERMILLE = 100,
    SLOW_PERMILLE = 50,       /* charge at the cell protection and below: an over-discharged cell */
    RISE_PERMILLE_PER_S = 20, /* of the rating, when a limit comes back */
    CVL_GAIN = 8,             /* CVL falls this many mV per mV of the highest cell over its alarm */
    CVL_REACH_MV = 2000
};

static int32_t temperature_permille(const struct bms *bms, bool charge)
{
    const int32_t *p = bms->param;
    int32_t cold = line_i32(
        bms->q[Q_TEMP_MIN_C10], p[charge ? PARAM_CHARGE_UT_PROTECT : PARAM_DISCHARGE_UT_PROTECT],
        COLD_PERMILLE,
        p[charge ? PARAM_CHARGE_UT_ALARM : PARAM_DISCHARGE_UT_ALARM] + COLD_MARGIN_C10, PERMILLE);
    int32_t hot = line_i32(
        bms->q[Q_TEMP_MAX_C10], p[charge ? PARAM_CHARGE_OT_ALARM : PARAM_DISCHARGE_OT_ALARM],
        PERMILLE, p[charge ? PARAM_CHARGE_OT_PROTECT : PARAM_DISCHARGE_OT_PROTECT], HOT_PERMILLE);
    const struct pack_profile *profile = bms->profile;
    if (profile->stop_c10 > profile->derate_c10) { /* data sheet's own derating (B1) */
        if (bms->q[Q_TEMP_MIN_C10] <
            p[charge ? PARAM_CHARGE_UT_PROTECT : PARAM_DISCHARGE_UT_PROTECT]) {
            return 0; /* no row of its board would stop it */
        }
        hot = min_i32(hot, line_i32(bms->q[Q_TEMP_MAX_C10], profile->derate_c10, PERMILLE,
                                    profile->stop_c10, 0));
    }
    return min_i32(cold, hot);
}

/* Falls early and ends below the alarm: the highest cell meets it with a current small enough for
   the pack to be called full, and no cell is left standing over the alarm for hours. */
static int32_t top_permille(const struct bms *bms)
{
    int32_t alarm = bms->param[PARAM_CELL_OV_ALARM];
    int32_t mv = bms->q[Q_CELL_MAX_MV];
    int32_t knee = alarm - TOP_MARGIN_MV;
    if (mv <= knee) {
        return line_i32(mv, knee - TAPER_MV, PERMILLE, knee, TOP_PERMILLE);
    }
    return line_i32(mv, knee, TOP_PERMILLE, alarm, 0);
}

static int32_t bottom_permille(const struct bms *bms)
{
    int32_t end = bms->param[PARAM_CELL_UV_PROTECT] + BOTTOM_MARGIN_MV;
    int32_t begin = max_i32(bms->param[PARAM_CELL_UV_ALARM], end + 1);
    return line_i32(bms->q[Q_CELL_MIN_MV], end, BOTTOM_PERMILLE, begin, PERMILLE);
}

/* A cell below its alarm was discharged too far: it is brought back slowly. */
static int32_t recovery_permille(const struct bms *bms)
{
    int32_t end = bms->param[PARAM_CELL_UV_PROTECT];
    int32_t begin = max_i32(bms->param[PARAM_CELL_UV_ALARM], end + 1);
    return line_i32(bms->q[Q_CELL_MIN_MV], end, SLOW_PERMILLE, begin, PERMILLE);
}

/* Falls at once, rises at most RISE_PERMILLE_PER_S. */
static int32_t ramp(int32_t now_ma, int32_t want_ma, int32_t rated_ma, uint32_t dt_ms)
{
    if (want_ma <= now_ma) {
        return want_ma;
    }
    int64_t rise = (int64_t)rated_ma * RISE_PERMILLE_PER_S * dt_ms / 1000000;
    int64_t next = now_ma + rise + 1;
    return next < want_ma ? (int32_t)next : want_ma;
}

/* Of what cells and temperatures read and of the parameters: only when one of them has changed. */
static void find_derating(struct bms *bms)
{
    int32_t charge = min_i32(temperature_permille(bms, true), top_permille(bms));
    bms->derating = (struct bms_derating){
        .charge_permille = min_i32(charge, recovery_permille(bms)),
        .discharge_permille = min_i32(temperature_permille(bms, false), bottom_permille(bms)),
    };
}

void bms_limits(struct bms *bms, uint32_t dt_ms)
{
    int32_t rated = bms->profile->rated_ma;
    if (bms->derating.due) {
        find_derating(bms);
    }
    int32_t charge = bms->derating.charge_permille;
    int32_t discharge = bms->derating.discharge_permille;
    int32_t want_charge = bms->charge_gate ? rated / PERMILLE * charge : 0;
    if (bms->limiter.engaged) {
        want_charge = min_i32(want_charge, bms->param[PARAM_CHARGE_LIMITER_CURRENT]);
    }
    int32_t want_discharge = bms->discharge_gate ? rated / PERMILLE * discharge : 0;
    if (bms->starting) {
        bms->limit_charge_ma = bms->limit_discharge_ma = rated;
        bms->starting = !(bms->charge_gate && bms->discharge_gate);
    }
    bms->limit_charge_ma = ramp(bms->limit_charge_ma, want_charge, rated, dt_ms);
    bms->limit_discharge_ma = ramp(bms->limit_discharge_ma, want_discharge, rated, dt_ms);
    bms->out.charge_limit_ma = bms->limit_charge_ma;
    bms->out.discharge_limit_ma = bms->limit_discharge_ma;

    int32_t over_mv = max_i32(bms->q[Q_CELL_MAX_MV] - bms->param[PARAM_CELL_OV_ALARM], 0);
    bms->out.charge_mv = bms->profile->charge_mv - min_i32(over_mv * CVL_GAIN, CVL_REACH_MV);
    bms->out.discharge_mv = bms->profile->discharge_mv;
}
