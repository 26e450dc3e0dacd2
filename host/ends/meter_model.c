/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/meter_model.h"

#include <math.h>
#include <string.h>

enum { IMPORTED_WH = 1234500, EXPORTED_WH = 56780, DEMAND_S = 900, JUMP_MS = 10000 };

static const double circle = 6.283185307179586;

void meter_model_init(struct meter_model *model, enum meter_type type, bool pv, int64_t now_ms)
{
    memset(model, 0, sizeof *model);
    model->type = type;
    model->pv = pv;
    model->began_ms = model->stepped_ms = now_ms;
    for (int i = 0; i <= meter_maps[type].phases; i++) {
        double share = i == 0 ? 1.0 : 1.0 / meter_maps[type].phases;
        model->imported_wh[i] = IMPORTED_WH * share;
        model->exported_wh[i] = EXPORTED_WH * share;
    }
    meter_model_step(model, now_ms);
}

void meter_model_clear(struct meter_model *model)
{
    memset(model->imported_wh, 0, sizeof model->imported_wh);
    memset(model->exported_wh, 0, sizeof model->exported_wh);
    memset(model->varh, 0, sizeof model->varh);
}

static bool is_forced(const struct meter_model *model, enum meter_value id)
{
    return (model->forced >> id & 1) != 0;
}

/* What the meter shows: this, unless it is forced. Returns what it shows. */
static double show(struct meter_model *model, enum meter_value id, double at_rest)
{
    int64_t value = is_forced(model, id) ? model->force[id] : llround(at_rest);
    meter_put(&model->view, id, value);
    return (double)value;
}

static double wave(double t_s, double period_s, double phase)
{
    return sin(circle * (t_s / period_s + phase));
}

/* Power of one phase where nobody says otherwise, W. */
static double plain_w(const struct meter_model *model, int phase, double t_s)
{
    int n = meter_maps[model->type].phases;
    if (model->pv) {
        double sun = wave(t_s, 1200, 0.1);
        return -(sun > 0 ? 2500.0 * sun : 0) / n;
    }
    return (900.0 + 400.0 * wave(t_s, 600, 0.1 * phase) + 60.0 * wave(t_s, 37, 0.3 * phase)) / n;
}

static double phase_w(const struct meter_model *model, int phase, double t_s)
{
    bool split = is_forced(model, METER_W10);
    for (int i = 0; i < meter_maps[model->type].phases; i++) {
        split &= !is_forced(model, (enum meter_value)(METER_L1_W10 + i));
    }
    return split ? (double)model->force[METER_W10] / 10.0 / meter_maps[model->type].phases
                 : plain_w(model, phase, t_s);
}

/* One phase: voltage, power and what follows from them; returns its power and reactive power. */
static void step_phase(struct meter_model *model, int phase, double t_s, double *w, double *var)
{
    double mv = show(model, (enum meter_value)(METER_L1_MV + phase),
                     round(2300 + 12 * wave(t_s, 180, 0.2 * phase)) * 100);
    *w =
        show(model, (enum meter_value)(METER_L1_W10 + phase), 10 * phase_w(model, phase, t_s)) / 10;
    *var = show(model, (enum meter_value)(METER_L1_VAR10 + phase), 2 * fabs(*w)) / 10;
    double va = hypot(*w, *var);
    (void)show(model, (enum meter_value)(METER_L1_MA + phase), mv > 0 ? va * 1e6 / mv : 0);
    (void)show(model, (enum meter_value)(METER_L1_PF_PERMILLE + phase),
               va > 0 ? 1000 * *w / va : 1000);
}

static void count(struct meter_model *model, int i, double w, double hours)
{
    model->imported_wh[i] += w > 0 ? w * hours : 0;
    model->exported_wh[i] += w < 0 ? -w * hours : 0;
    (void)show(model, (enum meter_value)(METER_IMPORTED_WH + i), model->imported_wh[i]);
    (void)show(model, (enum meter_value)(METER_EXPORTED_WH + i), model->exported_wh[i]);
}

/* What only the three-phase meter has. */
static void step_three(struct meter_model *model, double w, double var, double passed_s)
{
    double net = model->imported_wh[0] - model->exported_wh[0];
    int quadrant = var >= 0 ? (w >= 0 ? 0 : 1) : (w < 0 ? 2 : 3);
    model->varh[quadrant] += fabs(var) * passed_s / 3600.0;
    for (int i = 0; i < METER_QUADRANTS; i++) {
        (void)show(model, (enum meter_value)(METER_Q1_VARH + i), model->varh[i]);
    }
    for (int i = 0; i < METER_PHASES; i++) {
        double a = (double)model->view.value[METER_L1_MV + i];
        double b = (double)model->view.value[METER_L1_MV + (i + 1) % METER_PHASES];
        (void)show(model, (enum meter_value)(METER_L12_MV + i), sqrt(a * a + b * b + a * b));
    }
    model->demand_w = meter_has(&model->view, METER_DEMAND_W10) ? model->demand_w : w;
    model->demand_w += (w - model->demand_w) * fmin(1, passed_s / DEMAND_S);
    (void)show(model, METER_DEMAND_W10, 10 * model->demand_w);
    (void)show(model, METER_NET_IMPORTED_WH, fmax(0, net));
    (void)show(model, METER_NET_EXPORTED_WH, fmax(0, -net));
}

void meter_model_step(struct meter_model *model, int64_t now_ms)
{
    int n = meter_maps[model->type].phases;
    double t_s = (double)(now_ms - model->began_ms) / 1000.0;
    int64_t passed_ms = now_ms - model->stepped_ms;
    double passed_s = (double)(passed_ms > JUMP_MS ? JUMP_MS : passed_ms) / 1000.0;
    double w[METER_PHASES] = {0};
    double var[METER_PHASES] = {0};
    model->stepped_ms = now_ms;
    for (int i = 0; i < n; i++) {
        step_phase(model, i, t_s, &w[i], &var[i]);
    }
    double sum = show(model, METER_W10, 10 * (w[0] + w[1] + w[2])) / 10;
    double reactive = show(model, METER_VAR10, 10 * (var[0] + var[1] + var[2])) / 10;
    double va = hypot(sum, reactive);
    (void)show(model, METER_PF_PERMILLE, va > 0 ? 1000 * sum / va : 1000);
    (void)show(model, METER_HZ100, 5000 + 3 * wave(t_s, 90, 0));
    for (int i = 0; i <= (n > 1 ? n : 0); i++) {
        count(model, i, i == 0 ? sum : w[i - 1], passed_s / 3600.0);
    }
    if (n == 1) {
        (void)show(model, METER_VA10, 10 * va);
    } else {
        step_three(model, sum, reactive, passed_s);
    }
}

/* Of a single-phase meter the total and its phase are one value. */
static enum meter_value twin(const struct meter_model *model, enum meter_value id)
{
    static const uint8_t twins[][2] = {{METER_W10, METER_L1_W10},
                                       {METER_VAR10, METER_L1_VAR10},
                                       {METER_PF_PERMILLE, METER_L1_PF_PERMILLE}};
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++) {
        for (int k = 0; k < 2; k++) {
            if (meter_maps[model->type].phases == 1 && twins[i][k] == id) {
                return (enum meter_value)twins[i][1 - k];
            }
        }
    }
    return id;
}

bool meter_model_force(struct meter_model *model, enum meter_value id, int64_t value)
{
    if (!meter_has(&model->view, id)) {
        return false;
    }
    model->force[id] = model->force[twin(model, id)] = value;
    model->forced |= (uint64_t)1 << id | (uint64_t)1 << twin(model, id);
    return true;
}

void meter_model_release(struct meter_model *model, enum meter_value id)
{
    model->forced &= ~((uint64_t)1 << id | (uint64_t)1 << twin(model, id));
}
