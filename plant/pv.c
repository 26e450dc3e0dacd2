/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unknown is the diode's voltage d = V + I Rs, in which
 *     d - Rs (IL - I0 (exp(d/a) - 1) - d G) - V = 0
 * is convex and rises: Newton's method meets the root from above after at most one step below it,
 * so a warm start needs one or two exponentials.
 */
#include "plant/pv.h"

#include <math.h>

const struct pv_module pv_module_450 = {.voc_v = 49.3F,
                                        .isc_a = 11.6F,
                                        .vmp_v = 41.5F,
                                        .imp_a = 10.85F,
                                        .voc_per_k = -0.0027F,
                                        .isc_per_k = 0.0005F,
                                        .n_cells = 72};

static const float BOLTZMANN_V_K = 8.617333e-5F; /* k/q */
static const float DARK_W_M2 = 1.0F;

struct diode {
    double photo_a, saturation_a, shunt_s;
};

/* Solves the three conditions at short circuit, open circuit and maximum power for a given Rs. */
static bool diode_for(const struct pv_module *m, double a, double rs, struct diode *out)
{
    double isc = (double)m->isc_a, voc = (double)m->voc_v, imp = (double)m->imp_a;
    double d_mp = (double)m->vmp_v + imp * rs, d_sc = isc * rs;
    double e_sc = exp((d_sc - voc) / a), e_oc = 1, e_mp = exp((d_mp - voc) / a); /* * exp(voc/a) */
    /* Differences to the open-circuit row remove the photo current. */
    double a11 = e_oc - e_sc, a12 = voc - d_sc, b1 = isc;
    double a21 = e_oc - e_mp, a22 = voc - d_mp, b2 = imp;
    double det = a11 * a22 - a12 * a21;
    if (fabs(det) < 1e-12) {
        return false;
    }
    double k = (b1 * a22 - a12 * b2) / det; /* I0 exp(voc/a) */
    out->shunt_s = (a11 * b2 - a21 * b1) / det;
    out->saturation_a = k * exp(-voc / a);
    out->photo_a = k - out->saturation_a + voc * out->shunt_s;
    return k > 0;
}

/* Slope of the power at (Vmp, Imp); zero when Rs is right. */
static double slope_at_mpp(const struct pv_module *m, double a, double rs, struct diode *d)
{
    if (!diode_for(m, a, rs, d)) {
        return (double)NAN;
    }
    double diode_v = (double)m->vmp_v + (double)m->imp_a * rs;
    double conductance = d->saturation_a / a * exp(diode_v / a) + d->shunt_s;
    return (double)m->imp_a - (double)m->vmp_v * conductance / (1 + rs * conductance);
}

static bool fit_at(struct pv_module *m, double ideality)
{
    double a = ideality * m->n_cells * (double)BOLTZMANN_V_K * 298.15;
    double low = 0, high = ((double)m->voc_v - (double)m->vmp_v) / (double)m->imp_a * 0.999;
    struct diode d = {0};
    double at_low = slope_at_mpp(m, a, low, &d), at_high = slope_at_mpp(m, a, high, &d);
    if (!(at_low * at_high < 0)) {
        return false;
    }
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (low + high);
        if (slope_at_mpp(m, a, middle, &d) * at_low > 0) {
            low = middle;
        } else {
            high = middle;
        }
    }
    m->ideality = (float)ideality;
    m->rs_ohm = (float)low;
    m->shunt_s = (float)d.shunt_s;
    return d.shunt_s > 0;
}

bool pv_module_fit(struct pv_module *m)
{
    bool sane = m->voc_v > m->vmp_v && m->vmp_v > 0 && m->isc_a > m->imp_a && m->imp_a > 0 &&
                m->n_cells > 0;
    /* Nearest to 1, which gives crystalline silicon its 97 % relative efficiency at 200 W/m2. */
    for (int k = 0; sane && k <= 80; k++) {
        int n = 100 + (k % 2 == 0 ? k / 2 : -(k + 1) / 2);
        if (fit_at(m, n / 100.0)) {
            return true;
        }
    }
    return false;
}

void pv_module_for_watt(struct pv_module *module, float watt_stc)
{
    *module = pv_module_450;
    float scale = watt_stc / (module->vmp_v * module->imp_a);
    module->isc_a *= scale;
    module->imp_a *= scale;
    (void)pv_module_fit(module); /* a scaled good datasheet fits */
}

void pv_string_init(struct pv_string *s, const struct pv_module *fitted, int n_modules)
{
    *s = (struct pv_string){.module = *fitted, .n_modules = n_modules, .dark = true};
    s->cell_c = -1000;
}

static void set_temperature(struct pv_string *s, float cell_c)
{
    const struct pv_module *m = &s->module;
    float dt = cell_c - 25;
    s->cell_c = cell_c;
    s->thermal_v = m->ideality * (float)m->n_cells * BOLTZMANN_V_K * (cell_c + 273.15F);
    float voc = m->voc_v * (1 + m->voc_per_k * dt);
    float photo = m->isc_a * (1 + m->rs_ohm * m->shunt_s) * (1 + m->isc_per_k * dt);
    s->saturation_a = (photo - voc * m->shunt_s) / (expf(voc / s->thermal_v) - 1);
}

void pv_string_set(struct pv_string *s, float poa_w_m2, float cell_c)
{
    s->dark = !(poa_w_m2 >= DARK_W_M2);
    if (s->dark) {
        return;
    }
    if (fabsf(cell_c - s->cell_c) > 0.05F) { /* 0.05 K is 0.14 permille of the power */
        set_temperature(s, cell_c);
    }
    const struct pv_module *m = &s->module;
    float suns = poa_w_m2 * 0.001F;
    s->poa_w_m2 = poa_w_m2;
    s->photo_a =
        suns * m->isc_a * (1 + m->rs_ohm * m->shunt_s) * (1 + m->isc_per_k * (s->cell_c - 25));
    s->shunt_s = m->shunt_s * suns;
}

/* One Newton step; `e` is I0 exp(d/a), returned for the caller's use. */
static float residual(const struct pv_string *s, float d, float v, float *slope)
{
    float rs = s->module.rs_ohm;
    float e = s->saturation_a * expf(d / s->thermal_v);
    float current = s->photo_a + s->saturation_a - e - d * s->shunt_s;
    *slope = 1 + rs * (e / s->thermal_v + s->shunt_s);
    return d - rs * current - v;
}

float pv_string_current(struct pv_string *s, float voltage_v)
{
    if (s->dark) {
        return 0;
    }
    float rs = s->module.rs_ohm;
    float v = voltage_v / (float)s->n_modules;
    float highest = v > 0 ? v + s->photo_a * rs : s->photo_a * rs; /* the root lies below */
    if (voltage_v <= 0) {
        v = 0;
    }
    float d = s->diode_v < highest && s->diode_v > v - 5 ? s->diode_v : highest;
    for (int i = 0; i < 12; i++) {
        float slope;
        float step = residual(s, d, v, &slope) / slope;
        d -= step;
        if (fabsf(step) < 1e-2F) { /* the next step would be below 3e-5 V: quadratic */
            break;
        }
        d = fminf(d, highest);
    }
    s->diode_v = d;
    float current = (d - v) / rs;
    return current > 0 ? current : 0;
}

float pv_string_voc(struct pv_string *s)
{
    if (s->dark) {
        return 0;
    }
    float v = s->thermal_v * logf(s->photo_a / s->saturation_a + 1);
    for (int i = 0; i < 6; i++) {
        float e = s->saturation_a * expf(v / s->thermal_v);
        float f = s->photo_a + s->saturation_a - e - v * s->shunt_s;
        v += f / (e / s->thermal_v + s->shunt_s);
    }
    return v * (float)s->n_modules;
}

struct pv_mpp pv_string_mpp(struct pv_string *s)
{
    if (s->dark) {
        return (struct pv_mpp){0, 0, 0};
    }
    /* Along the diode voltage both V and I are explicit; the power has one maximum. */
    const double ratio = 0.6180339887;
    double low = 0, high = (double)pv_string_voc(s) / s->n_modules, rs = (double)s->module.rs_ohm;
    struct pv_mpp best = {0, 0, 0};
    for (int i = 0; i < 60; i++) {
        double power[2], d[2] = {high - ratio * (high - low), low + ratio * (high - low)};
        for (int k = 0; k < 2; k++) {
            double current = (double)s->photo_a -
                             (double)s->saturation_a * (exp(d[k] / (double)s->thermal_v) - 1) -
                             d[k] * (double)s->shunt_s;
            double v = d[k] - current * rs;
            power[k] = v * current;
            best = (struct pv_mpp){(float)(v * s->n_modules), (float)current,
                                   (float)(power[k] * s->n_modules)};
        }
        if (power[0] > power[1]) {
            high = d[1];
        } else {
            low = d[0];
        }
    }
    return best;
}
