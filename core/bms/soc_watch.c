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
    REST_C = 25,          /* rest: below a 25th of the capacity per hour */
    BLOCK_TICKS = 60,     /* voltage is averaged over 10 min */
    FIRST_BLOCK = 3,      /* half an hour of rest first ... */
    NEXT_BLOCKS = 12,     /* ... then every two hours */
    SETTLED_MV = 2,       /* between two blocks */
    LOOP_PER_CHARGE = 50, /* the hysteresis loop is walked in 1/50 of the capacity */
    KNEE_TOP_MV = 3200,   /* rest voltage above and below the bottom knee ... */
    KNEE_MV = 3140,       /* ... passed with 1 to 7 % of charge between them */
    KNEE_LEAST_PCT = 1,
    KNEE_MOST_PCT = 7,
    KNEE_LEAST_S = 60,
    ZERO_TICKS = 18,     /* a zero is averaged over 3 min */
    ZERO_MOST_MA = 1200, /* more is a leak, not an offset */
    ZERO_SIGMA_MA = 25,
    LIFTED_MV = 500, /* terminals above the pack: nothing can leave it */
    SELF_MW = 1500,  /* what the electronics draw from the cells, behind the sensor */
    SANE_LOW_MV = 2000,
    SANE_HIGH_MV = 4000,
    SANE_SPREAD_MV = 500,
    ASK_BOUND_PCT100 = 800,   /* a full charge is asked for when the bound is wider than this ... */
    ASK_AFTER_S = 3 * 86400,  /* ... not more often than this ... */
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
    float drop = resistance_total_uohm(bms, bms->q[Q_TEMP_MIN_C10]) * (float)ma * 1.0e-6F;
    float branch = (float)bms->soc.branch * 0.001F;
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

static void follow_loop(struct bms *bms, int64_t moved_mams)
{
    int64_t step = (moved_mams < 0 ? -moved_mams : moved_mams) * (LOOP_PER_CHARGE * 1000);
    int32_t permille = step >= bms->full_mams * 1000 ? 1000 : (int32_t)(step / bms->full_mams);
    int32_t toward = moved_mams < 0 ? -1000 : 1000;
    bms->soc.branch += (toward - bms->soc.branch) * permille / 1000;
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

/* Down through the knee with charge moving: a voltage that jumps there moves none. */
static void watch_knee(struct bms *bms, int32_t ma, int64_t moved_mams)
{
    struct soc_state *soc = &bms->soc;
    if (bms->q[Q_CELL_MIN_MV] > KNEE_TOP_MV + 2 * OCV_LOOP_MV && ma > 0) {
        soc->knee_armed = true; /* plainly above: charging on the plateau */
        soc->knee_below = false;
        return;
    }
    if (ma >= 0 || !sane(bms)) {
        soc->knee_armed = soc->knee_armed && ma == 0;
        return;
    }
    struct rested rested = rest_voltage(bms, bms->q[Q_CELL_MIN_MV], ma, 0.25F);
    if (rested.mv >= (float)KNEE_TOP_MV) {
        soc->knee_armed = true;
        soc->knee_below = false;
        soc->knee_mams = 0;
        soc->knee_s = 0;
        return;
    }
    soc->knee_below = true;
    soc->knee_mams -= moved_mams;
    soc->knee_s += TICK_MS / 1000;
    if (!soc->knee_armed || rested.mv > (float)KNEE_MV) {
        return;
    }
    soc->knee_armed = false;
    if (soc->knee_mams >= bms->full_mams / 100 * KNEE_LEAST_PCT &&
        soc->knee_mams <= bms->full_mams / 100 * KNEE_MOST_PCT && soc->knee_s >= KNEE_LEAST_S) {
        rested.sigma_mv += 5.0F; /* the minute's part has not fully come */
        believe(bms, &rested);
    }
}

/* True when no current can flow, whatever the sensor says: both MOS open; or the one for charge,
   with terminals too high for the other's diode, and the mirror of it. */
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
    bool wide = soc->bound_pct100 > ASK_BOUND_PCT100 && soc->since_full_s > ASK_AFTER_S;
    if (wide || soc->since_full_s > ASK_ANYWAY_S) {
        soc->full_charge_request = true; /* until it is full */
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
    watch_rest(bms, ma);
    watch_knee(bms, ma, moved);
    watch_zero(bms, in->current_ma, in->terminal_mv);
    if (soc->age_s % 60 < seconds) {
        soc_refresh_bound(bms);
        ask_for_charge(bms);
    }
}

void soc_suspend(struct bms *bms)
{
    rest_over(bms);
    bms->soc.zero_ticks = bms->soc.zero_sum_ma = 0;
    bms->soc.knee_armed = bms->soc.last_good = false;
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
