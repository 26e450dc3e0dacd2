/* SPDX-License-Identifier: Apache-2.0 */
#include "home.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/settings.h"

const int64_t HOME_START_S = 1780272000;

void home_world(struct env *env, const struct home_options *options)
{
    memset(env, 0, sizeof *env);
    env->latitude_deg = 52.5;
    env->longitude_deg = 13.4;
    env->shading = 1.0F;
    env->local_offset_s = 7200;
    env->has_grid = true;
    sun_track_init(&env->sun, env->latitude_deg, env->longitude_deg);
    weather_generate(&env->weather, env->latitude_deg, env->longitude_deg, options->seed, NULL);
    struct household_options people = {
        .annual_kwh = 3500.0F, .seed = options->seed, .latitude_deg = 52.5F};
    household_init(&env->household, &people);
    env->load_kind = ENV_LOAD_HOUSEHOLD;
    struct grid_options grid = {.outage_days = options->outage_days, .seed = options->seed};
    grid_init(&env->grid, &grid);
    struct pv_module module;
    pv_module_for_watt(&module, 450.0F);
    plane_init(&env->roof[0].plane, 35.0F, 180.0F);
    pv_string_init(&env->roof[0].string, &module, 10);
    env->roof[0].strings = 1;
    env->n_roofs = 1;
    env_at(env, HOME_START_S);
}

void home_init(struct home *home, const struct home_options *options)
{
    static const char *const settings[][2] = {{"BTP", "LIT"}, {"BMS", "CAN"}, {"WFM", "SBU"},
                                              {"CHM", "CSO"}, {"MCC", "60"},  {"GSD", "20"},
                                              {"GRD", "40"},  {"OSD", "10"},  {"ORD", "20"}};
    home_world(&home->env, options);
    struct house_spec spec = {
        .inverter = product_find("offgrid_6000"),
        .battery = HOUSE_PACKS,
        .pack = product_find("es51_2_100lp"),
        .packs = options->packs,
        .soc = 0.45,
        .temperature_c = 20.0,
        .losses = true,
        .frames = options->frames,
        .seed = options->seed,
        .start_ms = HOME_START_S * 1000,
        .env = &home->env,
    };
    house_init(&home->house, &spec);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        char why[200];
        if (!write_took(house_write_setting(&home->house, "inverter", settings[i][0],
                                            settings[i][1], true, why, sizeof why))) {
            fprintf(stderr, "%s\n", why);
            abort();
        }
    }
}

void home_run(struct home *home, int64_t seconds)
{
    for (int64_t i = 0; i < seconds; i++) {
        house_step(&home->house, 1000);
    }
}

static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ p[i]) * UINT64_C(0x100000001B3);
    }
    return hash;
}

#define MIX(field) hash = mix(hash, &(field), sizeof(field))

static uint64_t hash_pack(const struct bms *bms, const struct plant_pack *plant, uint64_t hash)
{
    MIX(bms->q);
    MIX(bms->active);
    MIX(bms->remaining_mams);
    MIX(bms->cycles);
    MIX(bms->out.charge_limit_ma);
    MIX(bms->out.discharge_limit_ma);
    MIX(bms->out.charge_mv);
    MIX(bms->out.state);
    MIX(bms->out.balance);
    MIX(plant->charge_as);
    MIX(plant->cell_v);
    MIX(plant->group_c);
    return hash;
}

uint64_t home_hash(const struct home *home, uint64_t hash)
{
    const struct house *house = &home->house;
    const struct inverter *inverter = &house->inverter;
    hash = hash == 0 ? UINT64_C(0xCBF29CE484222325) : hash;
    for (int i = 0; i < house->spec.packs; i++) {
        hash = hash_pack(&house->bms[i], &house->plant[i], hash);
    }
    MIX(inverter->active);
    MIX(inverter->out.feed);
    MIX(inverter->out.state);
    MIX(inverter->out.stage);
    MIX(inverter->out.charge_limit_ma);
    MIX(inverter->out.pv_ref_mv);
    MIX(inverter->out.charge_mv);
    MIX(inverter->in.bms.soc_pct);
    MIX(inverter->in.bms.charge_limit_ma);
    MIX(inverter->bms_age_ms);
    MIX(house->ledger);
    MIX(house->stage.battery_a);
    MIX(house->stage.pv_w);
    MIX(house->stage.ac_w);
    MIX(house->env->load_w);
    MIX(house->env->air.temperature_c);
    return hash;
}

double home_residual(const struct home *home, double stored_j)
{
    const struct ledger *l = &home->house.ledger;
    double kept = house_stored_j(&home->house) - stored_j + house_shed_j(&home->house);
    return (l->pv + l->bought + l->generated - l->sold - l->load - l->loss - kept) /
           (l->pv + l->bought + l->generated);
}
