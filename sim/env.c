/* SPDX-License-Identifier: Apache-2.0 */
/* The world, moved on once a second. */
#include "sim/env.h"

#include <math.h>

static const float ALBEDO = 0.2F;
static const float DARK_W_M2 = 1.0F;
/* A utility room: 20 degC, following a quarter of what the outside does (our choice). */
static const float ROOM_C = 20.0F;
static const float ROOM_SHARE = 0.25F;
static const float ROOM_OUTSIDE_C = 12.0F;

static void light_roofs(struct env *env)
{
    env->dark = env->air.ghi_w_m2 < DARK_W_M2;
    if (env->dark) {
        for (int i = 0; i < env->n_roofs; i++) {
            pv_string_set(&env->roof[i].string, 0.0F, env->air.temperature_c);
        }
        return;
    }
    struct sun_dir sun = sun_track_at(&env->sun, env->t_s);
    struct irradiance sky = {env->air.ghi_w_m2, env->air.dni_w_m2, env->air.dhi_w_m2};
    for (int i = 0; i < env->n_roofs; i++) {
        struct env_roof *roof = &env->roof[i];
        float poa = plane_effective(&roof->plane, &sun, &sky, ALBEDO) * env->shading;
        float cell_c = sky_cell_temperature(poa, env->air.temperature_c, env->air.wind_m_s);
        pv_string_set(&roof->string, poa, cell_c);
    }
}

static float demand_w(struct env *env)
{
    switch (env->load_kind) {
    case ENV_LOAD_HOUSEHOLD: return household_at(&env->household, env->t_s, env->local_offset_s);
    case ENV_LOAD_SERIES: return series_at(&env->load, env->t_s);
    case ENV_LOAD_CONSTANT: return env->constant_w;
    case ENV_LOAD_NONE: break;
    }
    return 0.0F;
}

void env_at(struct env *env, int64_t t_s)
{
    env->t_s = t_s;
    weather_at(&env->weather, t_s, &env->air);
    env->room_c = ROOM_C + ROOM_SHARE * (env->air.temperature_c - ROOM_OUTSIDE_C);
    light_roofs(env);
    env->load_w = demand_w(env);
    if (env->has_grid) {
        grid_at(&env->grid, t_s, &env->power);
    }
}

float env_pv_current(struct env *env, float voltage_v)
{
    float amps = 0.0F;
    if (env->dark) {
        return 0.0F;
    }
    for (int i = 0; i < env->n_roofs; i++) {
        struct env_roof *roof = &env->roof[i];
        amps += (float)roof->strings * pv_string_current(&roof->string, voltage_v);
    }
    return amps;
}

float env_pv_voc(struct env *env)
{
    float voc = 0.0F;
    for (int i = 0; i < env->n_roofs && !env->dark; i++) {
        voc = fmaxf(voc, pv_string_voc(&env->roof[i].string));
    }
    return voc;
}

float env_pv_voltage_at(struct env *env, float from_v, float watt)
{
    float low = from_v;
    float high = env_pv_voc(env);
    for (int i = 0; i < 20 && high - low > 0.05F; i++) {
        float mid = 0.5F * (low + high);
        if (mid * env_pv_current(env, mid) > watt) {
            low = mid;
        } else {
            high = mid;
        }
    }
    return low;
}
