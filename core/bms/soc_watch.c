/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waits for the moments in which a sensor says more than the count: a rest below the plateau, the
 * way down through the bottom knee, a current that must be zero; and asks for a full charge when
 * the bound has grown too wide. Looks every 10 s; only steps of the current are looked for in each
 * sample.
 *
 * What a voltage may say. The rest curve is known within some 3 mV of this kind of cell; the
 * hysteresis loop (27 mV to either side) is followed by the charge that flowed, and trusted to a
 * third once 2 % has flowed one way; a load's drop is known to a third (rest) or a quarter (knee)
 * of itself. All of it is divided by the slope there, and used only where the whole of it lies
 * below the plateau.
 */
#include "core/bms/bms.h"
#include "core/bms/ocv.h"

enum {
    MAMS_PER_MAH = 3600000,
    TICK_MS = 10000,
    REST_C = 25,      /* rest: below a 25th of the capacity per hour */
    BLOCK_TICKS = 60, /* voltage is averaged over 10 min */
    FIRST_BLOCK = 3,  /* half an hour of rest first ... */
    NEXT_BLOCKS = 12, /* ... then every two hours */
    SETTLED_MV = 2,   /* between two blocks */
    BRANCH_END = 1000000,
    LOOP_PER_CHARGE = 50, /* the hysteresis loop is walked in 1/50 of the capacity */
    ZERO_TICKS = 18,      /* a zero is averaged over 3 min */
    ZERO_MOST_MA = 1200,  /* more is a leak, not an offset */
    ZERO_SIGMA_MA = 25,
    LIFTED_MV = 500, /* terminals above the pack: nothing can leave it */
    SELF_MW = 1500,  /* what the electronics draw from the cells, behind the sensor */
    SANE_LOW_MV = 2000,
    SANE_HIGH_MV = 4000,
    SANE_SPREAD_MV = 500,
    ASK_PCT100 = 800,    /* a full charge is asked for when it would narrow the bound by this ... */
    ASK_AFTER_S = 86400, /* ... at most daily ... */
    LOST_PCT100 = 1500,  /* ... or four times a day when little is known ... */
    LOST_AFTER_S = 6 * 3600,
    HOLD_S = 900, /* held so long after full: the current is zero then, and cells are evened */
    ASK_ANYWAY_S = 45 * 86400 /* ... and after this long in any case: cells drift apart too */
};

static float size_of(float x) { return x < 0.0F ? -x : x; }

static bool sane(const struct bms *bms)
{
    return bms->q[Q_CELL_MIN_MV] >= SANE_LOW_MV && bms->q[Q_CELL_MAX_MV] <= SANE_HIGH_MV &&
           bms->q[Q_CELL_SPREAD_MV] <= SANE_SPREAD_MV;
}

/* A rest voltage with its uncertainty, from a cell voltage under this current. */
struct rested {
    float mv, sigma_mv;
};

static struct rested rest_voltage(const struct bms *bms, int32_t mv, int32_t ma, float drop_doubt)
{
    float drop = resistance_drop_mv(bms, ma);
    float branch = (float)bms->soc.branch / (float)BRANCH_END;
    float loop = (float)OCV_LOOP_MV * (1.0F - 0.67F * size_of(branch));
    float doubt = size_of(drop) * drop_doubt;
    return (struct rested){
        .mv = (float)mv - drop - branch * (float)OCV_LOOP_MV,
        .sigma_mv = __builtin_sqrtf(9.0F + loop * loop + doubt * doubt),
    };
}

static void believe(struct bms *bms, const struct rested *rested)
{
    float slope;
    float charge = ocv_charge(rested->mv, &slope);
    soc_measured(bms, charge, rested->sigma_mv / slope + 0.5F);
}

/* In fine steps: a night of small currents walks a good part of the loop. */
static void follow_loop(struct bms *bms, int64_t moved_mams)
{
    int64_t walked = (moved_mams < 0 ? -moved_mams : moved_mams) * LOOP_PER_CHARGE;
    int64_t left = (moved_mams < 0 ? -BRANCH_END : BRANCH_END) - bms->soc.branch;
    walked = walked > bms->full_mams ? bms->full_mams : walked;
    bms->soc.branch += (int32_t)(left * walked / bms->full_mams);
}

static void rest_over(struct bms *bms)
{
    bms->soc.rest_ticks = bms->soc.rest_blocks = 0;
    bms->soc.rest_sum_mv = bms->soc.rest_sum_ma = 0;
}

static void end_block(struct bms *bms)
{
    struct soc_state *soc = &bms->soc;
    int32_t mv = soc->rest_sum_mv / BLOCK_TICKS;
    int32_t ma = soc->rest_sum_ma / BLOCK_TICKS;
    bool settled = soc->rest_blocks > 0 && abs_i32(mv - soc->rest_mv) <= SETTLED_MV;
    soc->rest_ticks = soc->rest_sum_mv = soc->rest_sum_ma = 0;
    soc->rest_mv = mv;
    soc->rest_blocks = settled || soc->rest_blocks == 0 ? soc->rest_blocks + 1 : 1;
    if (soc->rest_blocks < FIRST_BLOCK || (soc->rest_blocks - FIRST_BLOCK) % NEXT_BLOCKS != 0) {
        return;
    }
    struct rested rested = rest_voltage(bms, mv, ma, 0.33F);
    if (rested.mv + 2.0F * rested.sigma_mv < (float)OCV_PLATEAU_MV) {
        believe(bms, &rested);
    }
}

static void watch_rest(struct bms *bms, int32_t ma)
{
    if (abs_i32(ma) > bms->param[PARAM_DESIGN_CAPACITY] / REST_C || !sane(bms)) {
        rest_over(bms);
        return;
    }
    bms->soc.rest_sum_mv += bms->q[Q_CELL_MIN_MV];
    bms->soc.rest_sum_ma += ma;
    if (++bms->soc.rest_ticks == BLOCK_TICKS) {
        end_block(bms);
    }
}

/* Ways down the curve where it is steep: a rest voltage passed from `top` to `at` with this much of
   the capacity drawn between them. A voltage that jumps there moves no charge and says nothing. */
static const struct descent {
    int16_t top_mv, at_mv;
    int16_t least_permille, most_permille;
} descents[SOC_DESCENTS] = {
    {3284, 3262, 30, 180}, /* 36 to 27 % */
    {3262, 3236, 30, 180}, /* to 20 % */
    {3200, 3150, 12, 70},  /* the bottom knee, 10 to 7.7 % */
};

static void watch_descents(struct bms *bms, int32_t ma, int64_t moved_mams)
{
    struct soc_state *soc = &bms->soc;
    struct rested rested = rest_voltage(bms, bms->q[Q_CELL_MIN_MV], ma, 0.25F);
    int32_t tenths = (int32_t)(rested.mv * 10.0F);
    soc->level_mv10 += (tenths - soc->level_mv10) / 3; /* half a minute */
    rested.mv = (float)soc->level_mv10 * 0.1F;
    bool down = ma < 0 && soc->branch < -BRANCH_END / 5 * 4;
    for (int i = 0; i < SOC_DESCENTS; i++) {
        const struct descent *d = &descents[i];
        if (soc->level_mv10 >= d->top_mv * 10) {
            soc->descending[i] = sane(bms);
            soc->descent_mams[i] = 0;
            continue;
        }
        soc->descent_mams[i] -= moved_mams;
        if (!soc->descending[i] || !down || soc->level_mv10 > d->at_mv * 10) {
            continue;
        }
        soc->descending[i] = false;
        int64_t permille = soc->descent_mams[i] * 1000 / bms->full_mams;
        if (sane(bms) && permille >= d->least_permille && permille <= d->most_permille) {
            believe(bms, &rested);
        }
    }
}

/* True when no current can flow, whatever the sensor says: both MOS open; or the one for charge,
   with terminals too high for a discharge. */
static bool must_be_zero(const struct bms *bms, int32_t terminal_mv)
{
    int32_t above_mv = terminal_mv - bms->q[Q_PACK_MV];
    if (!bms->charge_gate && !bms->discharge_gate) {
        return true;
    }
    return !bms->charge_gate && above_mv > LIFTED_MV;
}

static void watch_zero(struct bms *bms, int32_t reading_ma, int32_t terminal_mv)
{
    struct soc_state *soc = &bms->soc;
    if (!must_be_zero(bms, terminal_mv) || abs_i32(reading_ma) > ZERO_MOST_MA) {
        soc->zero_ticks = soc->zero_sum_ma = 0;
        return;
    }
    if (soc->zero_ticks++ == 0) {
        return; /* the sample in which the MOS opened may still hold some current */
    }
    soc->zero_sum_ma += reading_ma;
    if (soc->zero_ticks > ZERO_TICKS) {
        int32_t self_ma = (int32_t)((int64_t)SELF_MW * 1000 / max_i32(bms->q[Q_PACK_MV], 10000));
        soc_zero_measured(bms, soc->zero_sum_ma / ZERO_TICKS + self_ma, ZERO_SIGMA_MA);
        soc->zero_ticks = soc->zero_sum_ma = 0;
    }
}

static void ask_for_charge(struct bms *bms)
{
    struct soc_state *soc = &bms->soc;
    if (soc->since_full_s < LOST_AFTER_S) {
        soc->full_charge_request = soc->full_charge_request && soc->since_full_s < HOLD_S;
        return;
    }
    int32_t to_gain = soc_to_gain_pct100(bms);
    bool wide = to_gain > ASK_PCT100 && soc->since_full_s > ASK_AFTER_S;
    bool lost = to_gain > LOST_PCT100;
    if (wide || lost || soc->since_full_s > ASK_ANYWAY_S) {
        soc->full_charge_request = true; /* until it is full, and the zero was seen */
    }
}

static void tick(struct bms *bms, const struct bms_inputs *in, uint32_t seconds)
{
    struct soc_state *soc = &bms->soc;
    int64_t moved = bms->learn_mams - soc->ticked_mams;
    int32_t ma = soc->last_ma - soc->offset_ma;
    soc->ticked_mams = bms->learn_mams;
    soc->moved_mams += moved < 0 ? -moved : moved;
    soc->age_s += seconds;
    soc->since_full_s += soc->since_full_s < UINT32_MAX / 2 ? seconds : 0;
    follow_loop(bms, moved);
    soc->minute_ma += (ma - soc->minute_ma) * 2 / 13; /* 10 s of 65 */
    watch_rest(bms, ma);
    watch_descents(bms, ma, moved);
    watch_zero(bms, soc->last_ma, in->terminal_mv);
    if (soc->age_s % 60 < seconds) {
        soc_refresh_bound(bms);
        ask_for_charge(bms);
    }
}

void soc_forget_descents(struct bms *bms)
{
    for (int i = 0; i < SOC_DESCENTS; i++) {
        bms->soc.descending[i] = false;
    }
}

void soc_suspend(struct bms *bms)
{
    rest_over(bms);
    bms->soc.zero_ticks = bms->soc.zero_sum_ma = 0;
    bms->soc.last_good = false;
    soc_forget_descents(bms);
    bms->soc.tick_ms = 0;
}

void soc_watch(struct bms *bms, const struct bms_inputs *in, uint32_t dt_ms)
{
    enum { STEP_MS = 1200 };
    struct soc_state *soc = &bms->soc;
    int32_t range_ma = bms->profile->rated_ma * 5;
    bool good = in->current_ma <= range_ma && in->current_ma >= -range_ma;
    if (good) {
        if (soc->last_good && dt_ms <= STEP_MS) {
            resistance_step(bms, in);
        }
        soc->last_ma = in->current_ma;
        for (int i = 0; i < PACK_CELLS_MAX; i++) {
            soc->last_mv[i] = in->cell_mv[i];
        }
    }
    soc->last_good = good;
    soc->tick_ms += dt_ms;
    if (soc->tick_ms >= TICK_MS) {
        uint32_t seconds = soc->tick_ms / 1000;
        soc->tick_ms -= seconds * 1000;
        tick(bms, in, seconds);
    }
}
