/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a meeting with a known state of charge teaches: a filter over three unknowns (charge, offset
 * of the current, full capacity) with their covariance. Counting makes the charge depend on the
 * offset with time; a top makes charge and capacity the same thing; so the next known state sorts a
 * discrepancy to where it most likely came from. Between events the covariance grows by a closed
 * form, so nothing is done per step. Floats here are local; at rest all is integer.
 *
 * Units: % of the design capacity, % of it per hour for the offset. A gain error of the sensor
 * stretches charge and capacity alike and leaves the SOC alone.
 */
#include "core/bms/bms.h"

enum { Q, O, C, N };
enum {
    MAMS_PER_MAH = 3600000,
    OFFSET_MOST_MA = 1200,
    LEAST_FULL_PCT = 50,
    MOST_FULL_PCT = 120,
    CONTRADICTIONS = 3
};

static const float VAR_SCALE = 1.0e8F;
static const float SIGMAS = 3.0F;          /* of the bound */
static const float WIDE = 0.25F;           /* a window that says something about capacity */
static const float FLOOR_C = 1.0F;         /* the curve's own error does not average out, %^2 */
static const float RUN_SIGMA = 6.0F;       /* a run counted worse than this teaches nothing, % */
static const float BIAS_PCT = 0.5F;        /* top and bottom are not quite 100 and 0 */
static const float GATE = 9.0F;            /* three sigmas squared */
static const float START_CAPACITY = 12.0F; /* % of the design */
static const float START_CHARGE = 50.0F;
static const float OFFSET_WALK = 4.0e-6F;   /* (%/h)^2 per hour: 10 mA a day at 100 Ah */
static const float FLOW_WALK = 4.5e-4F;     /* %^2 per % moved: 0.3 % a full cycle */
static const float CAPACITY_WALK = 3.5e-4F; /* %^2 per hour: half a point a month */
static const float OFFSET_FLOOR_MA = 12.0F;
static const float FULL_AT = 0.997F; /* charge at the end of a charge, and its sigma (%) */
static const float FULL_SIGMA = 0.25F;
static const float EMPTY_AT = 0.007F;
static const float EMPTY_SIGMA = 0.5F;
static const float PER_C_RATE = 1.0F;  /* more sigma at an end met under current, % per 1 C */
static const float LOST_SIGMA = 20.0F; /* % : nothing to protect any more */
static const float DOUBT_PCT = 15.0F;
static const float REST_STEP_PCT = 15.0F; /* one voltage moves the SOC at most this far */

/* What a known charge may teach: without a window only the charge; one between nearly equal charges
   also the offset (an error of the curve is in both ends alike); a wide one all. */
enum lesson { LESSON_CHARGE, LESSON_OFFSET, LESSON_ALL };

struct filter {
    float x[N];
    float p[N][N];
};

static float design_mams(const struct bms *bms)
{
    return (float)max_i32(bms->param[PARAM_DESIGN_CAPACITY], 1000) * (float)MAMS_PER_MAH;
}

static float pct_h_per_ma(const struct bms *bms)
{
    return 100.0F / (float)max_i32(bms->param[PARAM_DESIGN_CAPACITY], 1000);
}

static float root(float x) { return x > 0.0F ? __builtin_sqrtf(x) : 0.0F; }

/* The filter as of now: what is at rest, grown by the time and charge since. */
static void load(const struct bms *bms, struct filter *f)
{
    const struct soc_state *soc = &bms->soc;
    static const uint8_t at[N][N] = {
        {SOC_QQ, SOC_QO, SOC_QC}, {SOC_QO, SOC_OO, SOC_OC}, {SOC_QC, SOC_OC, SOC_CC}};
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < N; k++) {
            f->p[i][k] = (float)soc->var[at[i][k]] / VAR_SCALE;
        }
    }
    float percent = 100.0F / design_mams(bms);
    f->x[Q] = (float)(bms->remaining_mams + soc->beyond_mams) * percent;
    f->x[O] = (float)soc->offset_ma * pct_h_per_ma(bms);
    f->x[C] = (float)bms->full_mams * percent;
    float h = (float)soc->age_s / 3600.0F;
    float walked = OFFSET_WALK * h;
    f->p[Q][Q] += h * (h * f->p[O][O] - 2.0F * f->p[Q][O]) + walked * h * h / 3.0F +
                  FLOW_WALK * (float)soc->moved_mams * percent;
    f->p[Q][O] -= h * (f->p[O][O] + walked * 0.5F);
    f->p[Q][C] -= h * f->p[O][C];
    f->p[O][O] += walked;
    f->p[C][C] += CAPACITY_WALK * h;
    f->p[O][Q] = f->p[Q][O];
    f->p[C][Q] = f->p[Q][C];
}

static int64_t kept(float value, float most)
{
    value = value > most ? most : value;
    value = value < -most ? -most : value;
    return (int64_t)(value * VAR_SCALE);
}

/* Back to rest; the values themselves are moved by the caller. */
static void store(struct bms *bms, const struct filter *f)
{
    struct soc_state *soc = &bms->soc;
    float floor_o = OFFSET_FLOOR_MA * pct_h_per_ma(bms);
    float oo = f->p[O][O] > floor_o * floor_o ? f->p[O][O] : floor_o * floor_o;
    soc->var[SOC_QQ] = kept(f->p[Q][Q] > 0.0F ? f->p[Q][Q] : 0.0F, 10000.0F);
    soc->var[SOC_QO] = kept(f->p[Q][O], 10000.0F);
    soc->var[SOC_QC] = kept(f->p[Q][C], 10000.0F);
    soc->var[SOC_OO] = kept(oo, 10000.0F);
    soc->var[SOC_OC] = kept(f->p[O][C], 10000.0F);
    soc->var[SOC_CC] = kept(f->p[C][C] > FLOOR_C ? f->p[C][C] : FLOOR_C, 10000.0F);
    soc->age_s = 0;
    soc->moved_mams = 0;
}

static float share(const struct filter *f) { return f->x[C] > 1.0F ? f->x[Q] / f->x[C] : 0.0F; }

/* Variance of charge - share * capacity, %^2 of the design. */
static float variance_at(const struct filter *f, float s)
{
    return f->p[Q][Q] - 2.0F * s * f->p[Q][C] + s * s * f->p[C][C];
}

/* P = (I - K h) P (I - K h)' + K r K', which holds for any gain, also one that is kept small;
   written out with v = P h. */
static void shrink(struct filter *f, const float *gain, const float *h, float r)
{
    float v[N];
    float var = r;
    for (int i = 0; i < N; i++) {
        v[i] = f->p[i][0] * h[0] + f->p[i][1] * h[1] + f->p[i][2] * h[2];
        var += h[i] * v[i];
    }
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < N; k++) {
            f->p[i][k] += gain[i] * gain[k] * var - gain[i] * v[k] - v[i] * gain[k];
        }
    }
}

/* Charge known as `s` of the capacity with this variance: forgets what the charge was. */
static void fix_charge(struct filter *f, float s, float r)
{
    f->p[Q][Q] = s * s * f->p[C][C] + r;
    f->p[Q][O] = f->p[O][Q] = s * f->p[O][C];
    f->p[Q][C] = f->p[C][Q] = s * f->p[C][C];
}

/* Moves offset and capacity by what was learned, inside what can be. */
static void move_learned(struct bms *bms, const struct filter *f, float full_before)
{
    float ma = f->x[O] / pct_h_per_ma(bms);
    int32_t offset = (int32_t)(ma < 0.0F ? ma - 0.5F : ma + 0.5F);
    bms->soc.offset_ma = clamp_i32(offset, -OFFSET_MOST_MA, OFFSET_MOST_MA);
    float full = f->x[C];
    full = full < (float)LEAST_FULL_PCT ? (float)LEAST_FULL_PCT : full;
    full = full > (float)MOST_FULL_PCT ? (float)MOST_FULL_PCT : full;
    if (f->x[C] != full_before) {
        soc_set_full(bms, (int64_t)(full * 0.01F * design_mams(bms)));
    }
}

/* "The charge is `s` of the capacity", with variance `r`: false when it contradicts what is known.
   `most_pct` bounds what the charge is moved by. */
static bool learn(struct filter *f, float s, float r, float most_pct, enum lesson lesson)
{
    const float h[N] = {1.0F, 0.0F, -s};
    float gain[N];
    float innovation = s * f->x[C] - f->x[Q];
    float var = variance_at(f, s) + r;
    if (innovation * innovation > GATE * var) {
        return false;
    }
    for (int i = 0; i < N; i++) {
        gain[i] = (f->p[i][Q] - s * f->p[i][C]) / var;
    }
    gain[O] = lesson >= LESSON_OFFSET ? gain[O] : 0.0F;
    gain[C] = lesson >= LESSON_ALL ? gain[C] : 0.0F;
    float moved = gain[Q] * innovation;
    float size = moved < 0.0F ? -moved : moved;
    float less = size > most_pct ? most_pct / size : 1.0F;
    for (int i = 0; i < N; i++) {
        gain[i] *= less;
        f->x[i] += gain[i] * innovation;
    }
    shrink(f, gain, h, r);
    return true;
}

static float end_variance(const struct bms *bms, float sigma)
{
    float ma = (float)max_i32(bms->q[Q_CHARGE_MA], bms->q[Q_DISCHARGE_MA]);
    sigma += PER_C_RATE * ma * pct_h_per_ma(bms) * 0.01F;
    return sigma * sigma;
}

static enum lesson lesson_at(const struct bms *bms, float s)
{
    if (!bms->soc.anchored) {
        return LESSON_CHARGE;
    }
    float wide = s - (float)bms->soc.anchor_permille * 0.001F;
    return wide > WIDE || wide < -WIDE ? LESSON_ALL : LESSON_OFFSET;
}

/* An end of the scale: learns from the window that ends here, then begins the next. */
static void meet(struct bms *bms, float s, float sigma, bool window)
{
    struct filter f;
    load(bms, &f);
    float r = end_variance(bms, sigma);
    float full = f.x[C];
    if (window && learn(&f, s, r, 1000.0F, lesson_at(bms, s))) {
        move_learned(bms, &f, full);
    }
    fix_charge(&f, s, r);
    store(bms, &f);
    bms->soc.anchored = true;
    bms->soc.anchor_permille = (int32_t)(s * 1000.0F);
    bms->soc.contradictions = 0;
}

void soc_met_full(struct bms *bms, bool learned)
{
    if (learned) { /* the run's own charge is the capacity: so is its uncertainty */
        struct filter f;
        load(bms, &f);
        float r = end_variance(bms, FULL_SIGMA) + EMPTY_SIGMA * EMPTY_SIGMA;
        f.p[C][C] = f.p[Q][Q] + r;
        f.p[O][C] = f.p[C][O] = f.p[Q][O];
        store(bms, &f);
    }
    meet(bms, FULL_AT, FULL_SIGMA, bms->soc.anchored && !learned);
    bms->soc.since_full_s = 0;
}

void soc_met_empty(struct bms *bms) { meet(bms, EMPTY_AT, EMPTY_SIGMA, bms->soc.anchored); }

/* Moves all three to what the filter says now. A run from the bottom moves with the charge: it was
   counted with the same wrong offset. */
static void take_over(struct bms *bms, const struct filter *f, const float *before)
{
    int64_t by = (int64_t)((f->x[Q] - before[Q]) * 0.01F * design_mams(bms));
    move_learned(bms, f, before[C]);
    soc_move(bms, by);
    bms->learn_mams += by;
    bms->soc.ticked_mams += by;
    store(bms, f);
}

bool soc_run_is_sure(const struct bms *bms)
{
    struct filter f;
    load(bms, &f);
    return f.p[Q][Q] < RUN_SIGMA * RUN_SIGMA;
}

/* A voltage that cannot belong to the counted charge. Once is odd; when it keeps saying so, the
   count is believed less. */
static void contradicted(struct bms *bms, struct filter *f)
{
    if (++bms->soc.contradictions < CONTRADICTIONS) {
        return;
    }
    bms->soc.contradictions = 0;
    bms->soc.anchored = false;
    f->p[Q][Q] += DOUBT_PCT * DOUBT_PCT;
    store(bms, f);
    soc_refresh_bound(bms);
}

void soc_measured(struct bms *bms, float s, float sigma)
{
    struct soc_state *soc = &bms->soc;
    struct filter f;
    load(bms, &f);
    float known = variance_at(&f, share(&f));
    float r = sigma * sigma;
    float apart = s * f.x[C] - f.x[Q];
    if (apart * apart > GATE * (known + r)) {
        contradicted(bms, &f);
        return;
    }
    soc->contradictions = 0;
    if (r > 0.64F * known) {
        return; /* the count knows better; and the same voltage must not persuade by repetition */
    }
    bool lost = known > LOST_SIGMA * LOST_SIGMA;
    const float before[N] = {f.x[Q], f.x[O], f.x[C]};
    (void)learn(&f, s, r, lost ? 1000.0F : REST_STEP_PCT, lesson_at(bms, s));
    soc->anchor_permille = (int32_t)(s * 1000.0F);
    take_over(bms, &f, before);
    soc_refresh_bound(bms);
}

void soc_zero_measured(struct bms *bms, int32_t offset_ma, int32_t sigma_ma)
{
    struct filter f;
    load(bms, &f);
    float unit = pct_h_per_ma(bms);
    float r = (float)sigma_ma * unit * (float)sigma_ma * unit;
    const float h[N] = {0.0F, 1.0F, 0.0F};
    float gain[N];
    float innovation = (float)offset_ma * unit - f.x[O];
    for (int i = 0; i < N; i++) {
        gain[i] = f.p[i][O] / (f.p[O][O] + r);
    }
    if (!bms->soc.anchored) {
        gain[Q] = gain[C] = 0.0F;
    }
    const float before[N] = {f.x[Q], f.x[O], f.x[C]};
    for (int i = 0; i < N; i++) {
        f.x[i] += gain[i] * innovation;
    }
    shrink(&f, gain, h, r);
    take_over(bms, &f, before);
}

void soc_refresh_bound(struct bms *bms)
{
    struct filter f;
    load(bms, &f);
    float s = share(&f);
    float sigma = f.x[C] > 1.0F ? root(variance_at(&f, s)) * 100.0F / f.x[C] : 100.0F;
    float bound = (SIGMAS * sigma + BIAS_PCT) * 100.0F;
    int32_t widest = max_i32(bms->soc_pct100, 10000 - bms->soc_pct100);
    bms->soc.bound_pct100 = bound < (float)widest ? (int32_t)bound : widest;
}

int32_t soc_to_gain_pct100(const struct bms *bms)
{
    struct filter f;
    load(bms, &f);
    float s = share(&f);
    float stays =
        (1.0F - s) * (1.0F - s) * f.p[C][C]; /* doubt of the capacity, counted from the top */
    float sigma = f.x[C] > 1.0F ? root(variance_at(&f, s) - stays) * 100.0F / f.x[C] : 100.0F;
    float bound = SIGMAS * sigma * 100.0F;
    return bound < 10000.0F ? (int32_t)bound : 10000;
}

void soc_said(struct bms *bms, int32_t sigma_pct100)
{
    struct filter f;
    load(bms, &f);
    float sigma = (float)sigma_pct100 * 0.01F;
    bms->soc.beyond_mams = 0;
    fix_charge(&f, (float)bms->soc_pct100 * 0.0001F, sigma * sigma);
    store(bms, &f);
    bms->soc.anchored = false;
    soc_forget_descents(bms);
    soc_refresh_bound(bms);
}

void soc_covariance_now(const struct bms *bms, int64_t *var)
{
    struct filter f;
    load(bms, &f);
    var[SOC_QQ] = kept(f.p[Q][Q], 10000.0F);
    var[SOC_QO] = kept(f.p[Q][O], 10000.0F);
    var[SOC_QC] = kept(f.p[Q][C], 10000.0F);
    var[SOC_OO] = kept(f.p[O][O], 10000.0F);
    var[SOC_OC] = kept(f.p[O][C], 10000.0F);
    var[SOC_CC] = kept(f.p[C][C], 10000.0F);
}

void soc_start(struct bms *bms)
{
    struct filter f = {0};
    float offset = (float)bms->soc.doubt_ma * pct_h_per_ma(bms);
    f.p[Q][Q] = START_CHARGE * START_CHARGE;
    f.p[O][O] = offset * offset;
    f.p[C][C] = START_CAPACITY * START_CAPACITY;
    store(bms, &f);
    bms->soc.anchored = false;
    soc_refresh_bound(bms);
}

void bms_doubt_sensor(struct bms *bms, int32_t sigma_ma)
{
    struct filter f;
    load(bms, &f);
    float offset = (float)sigma_ma * pct_h_per_ma(bms);
    f.p[Q][O] = f.p[O][Q] = f.p[C][O] = f.p[O][C] = 0.0F;
    f.p[O][O] = offset * offset;
    bms->soc.doubt_ma = sigma_ma;
    store(bms, &f);
}
