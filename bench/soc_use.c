/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of use: demand by the hour, a charger with constant voltage, seasons and days of heat. */
#include "bench/soc_use.h"

#include <math.h>
#include <string.h>

const char *const soc_use_names[USE_KINDS] = {"daily solar cycles", "mostly full",
                                              "mostly empty, winter", "small cycles in the middle",
                                              "high current"};

struct use {
    const struct soc_use_spec *spec;
    struct plant_pack plant;
    struct sensor sensor;
    struct bms bms;
    struct bms_inputs in;
    struct rng rng;
    double load_a, sun; /* of the present quarter of an hour */
    bool charging;      /* uses that go to and fro */
    bool resting;
};

/* Sun over the day, 0..1, of a day that lasts `width` hours. */
static double daylight(double hour, double width)
{
    double x = (hour - 12.5) / (0.5 * width);
    return fabs(x) < 1.0 ? (1.0 - x * x) : 0.0;
}

static double solar(struct use *use, double hour, double peak_a, double base_a)
{
    double sun = peak_a * daylight(hour, 10.0) * use->sun;
    double evening = hour > 17.0 && hour < 23.0 ? use->load_a : base_a;
    return sun - evening;
}

/* Swings between two states of charge as the BMS tells them. */
static double swing(struct use *use, double low, double high, double amps)
{
    double soc = use->bms.soc_pct100 / 10000.0;
    if (!use->bms.out.charge_mos) {
        use->charging = false; /* full: down again */
    } else if (soc <= low || use->in.cell_mv[0] < 2700) {
        use->charging = true;
    } else if (soc >= high) {
        use->charging = false;
    }
    return use->charging ? amps : -amps;
}

/* What the house would drive, + charges. */
static double demand(struct use *use, long second)
{
    double hour = (double)(second % 86400) / 3600.0;
    double soc = use->bms.soc_pct100 / 10000.0;
    if (second % 900 == 0) {
        use->load_a = 2.0 + 24.0 * (double)rng_uniform(&use->rng) * (double)rng_uniform(&use->rng);
        use->sun = 0.25 + 0.75 * (double)rng_uniform(&use->rng);
    }
    double kettle = second % 5400 < 150 ? 32.0 : 0.0;
    double amps = 0.0;
    switch (use->spec->kind) {
    case USE_SOLAR:
        amps = solar(use, hour, 26.0, 4.5) - kettle;
        return amps < 0.0 && soc < 0.12 ? 0.0 : amps;
    case USE_FULL:
        amps = solar(use, hour, 40.0, 1.5);
        amps -= hour > 18.0 && hour < 20.0 ? kettle : 0.0;
        return amps < 0.0 && soc < 0.12 ? 0.0 : amps;
    case USE_WINTER:
        amps = solar(use, hour, 8.0, 3.0) - kettle * 0.7;
        return amps < 0.0 && soc < 0.10 ? 0.0 : amps;
    case USE_MIDDLE:
        if (hour < 6.0) {
            return -0.3;
        }
        return swing(use, 0.38, 0.62, second % 1800 < 900 ? 14.0 : 25.0);
    case USE_HIGH: return swing(use, 0.11, 2.0, 95.0);
    case USE_KINDS: break;
    }
    return amps;
}

static double room_c(const struct soc_use_spec *spec, long second)
{
    double day = (double)second / 86400.0;
    double season = spec->kind == USE_WINTER ? 8.0 : 20.0 + 14.0 * sin(day / 20.0 * 6.2831853);
    return season + 6.0 * sin(((double)(second % 86400) / 3600.0 - 9.0) / 24.0 * 6.2831853);
}

/* Valves, limits and the charger's constant voltage. */
static double flows(struct use *use, double amps, bool *charger)
{
    const struct bms_outputs *out = &use->bms.out;
    double volts;
    double ohm;
    pack_source(&use->plant, &volts, &ohm);
    if (use->spec->meets_requests && out->full_charge_request) {
        amps = 30.0;
    }
    *charger = amps > 0.0;
    if (amps > 0.0) {
        double by_voltage = fmax((out->charge_mv / 1000.0 - volts) / ohm, 0.0);
        amps = fmin(fmin(amps, out->charge_limit_ma / 1000.0), by_voltage);
        return out->charge_mos ? amps : 0.0;
    }
    amps = fmax(amps, -out->discharge_limit_ma / 1000.0);
    return out->discharge_mos ? amps : 0.0;
}

static void sense(struct use *use, bool charger)
{
    struct bms_inputs *in = &use->in;
    in->now_ms += 1000;
    for (int i = 0; i < use->plant.n; i++) {
        double mv = sensor_cell(&use->sensor, use->plant.cell_v[i]) * 1000.0;
        in->cell_mv[i] = (uint16_t)lrint(mv + use->spec->cell_off_mv);
    }
    for (int i = 0; i < PACK_TEMPS; i++) {
        double celsius = sensor_temperature(&use->sensor, use->plant.group_c[i]);
        in->temp_c10[i] = (int16_t)lrint(celsius * 10.0);
    }
    in->current_ma = (int32_t)lrint(sensor_current(&use->sensor, use->plant.current_a) * 1000.0);
    in->terminal_mv = use->bms.q[Q_PACK_MV];
    if (charger && !use->bms.out.charge_mos) {
        in->terminal_mv = use->bms.out.charge_mv;
    }
    in->sampled = in->self_check_ok = true;
    in->env_c10 = in->mos_c10 = 250;
}

static void begin(struct use *use, const struct soc_use_spec *spec)
{
    memset(use, 0, sizeof *use);
    use->spec = spec;
    const struct pack_profile *profile = product_find("es51_2_100lp")->pack;
    struct pack_spec cells = {.n_cells = profile->n_cells,
                              .capacity_ah = profile->capacity_mah / 1000.0,
                              .soc = spec->start_soc,
                              .temperature_c = 20.0,
                              .seed = spec->seed,
                              .self_use = true,
                              .capacity_factor = spec->capacity_factor,
                              .resistance_factor = spec->resistance_factor};
    pack_init(&use->plant, &cells);
    struct sensor_spec sensors = {
        .on = true, .offset_a = spec->offset_a, .gain_pct = spec->gain_pct, .noise = true};
    sensor_init(&use->sensor, &sensors, profile->rated_ma / 1000.0, spec->seed);
    rng_seed(&use->rng, spec->seed, 5);
    bms_init(&use->bms, profile, (int32_t)lrint(spec->told_soc * 10000.0), 0);
}

static double truth_full_as(const struct plant_pack *plant)
{
    double left = HUGE_VAL;
    double room = HUGE_VAL;
    for (int i = 0; i < plant->n; i++) {
        left = fmin(left, plant->charge_as[i]);
        room = fmin(room, plant->capacity_as[i] - plant->charge_as[i]);
    }
    return left + room;
}

static void judge_health(struct soc_judge *judge, const struct bms *bms,
                         const struct plant_pack *plant)
{
    double design_as = bms->param[PARAM_DESIGN_CAPACITY] * 3.6;
    double ohm = 0.0;
    for (int i = 0; i < plant->n; i++) {
        ohm += plant->base_r_ohm[i];
    }
    judge->soh_error = ((double)bms->full_mams * 1e-6 - truth_full_as(plant)) / design_as * 100.0;
    judge->resistance_error = (bms->soc.pack_uohm * 1e-6 / ohm - 1.0) * 100.0;
}

void soc_judge_sample(struct soc_judge *judge, const struct bms *bms,
                      const struct plant_pack *plant, double hours)
{
    bool full = bms->soc.since_full_s < judge->since_full_s;
    judge->since_full_s = bms->soc.since_full_s;
    judge->fulls += full;
    judge->requests += bms->out.full_charge_request && !judge->was_asking;
    judge->was_asking = bms->out.full_charge_request;
    if (full && !judge->full_seen) {
        judge->full_seen = true;
        judge->first_full_h = hours;
    }
    double error = fabs(bms->soc_pct100 * 0.01 - pack_soc(plant) * 100.0);
    double bound = bms->soc.bound_pct100 * 0.01;
    judge->all++;
    judge->all_inside += error <= bound;
    if (bms->cycles >= 10 && !judge->ten) {
        judge->ten = true;
        judge_health(judge, bms, plant);
    }
    if (!judge->full_seen) {
        return;
    }
    judge->n++;
    judge->sum2 += error * error;
    judge->worst = fmax(judge->worst, error);
    judge->later_worst = judge->ten ? fmax(judge->later_worst, error) : judge->later_worst;
    judge->inside += error <= bound;
    judge->bound_sum += bound;
}

void soc_judge_end(struct soc_judge *judge, const struct bms *bms, const struct plant_pack *plant,
                   struct soc_use_result *result)
{
    if (!judge->ten) {
        judge_health(judge, bms, plant);
    }
    double n = judge->n > 0 ? (double)judge->n : 1.0;
    *result = (struct soc_use_result){
        .rms_pct = sqrt(judge->sum2 / n),
        .worst_pct = judge->worst,
        .later_worst_pct = judge->later_worst,
        .inside_pct = 100.0 * (double)judge->inside / n,
        .all_inside_pct = 100.0 * (double)judge->all_inside / (double)judge->all,
        .mean_bound_pct = judge->bound_sum / n,
        .first_full_h = judge->full_seen ? judge->first_full_h : -1.0,
        .soh_error_pct = judge->soh_error,
        .resistance_error_pct = judge->resistance_error,
        .cycles = bms->cycles,
        .offset_ma = bms->soc.offset_ma,
        .requests = judge->requests,
        .fulls = judge->fulls,
    };
}

void soc_use_run(const struct soc_use_spec *spec, struct soc_use_result *result)
{
    struct use use;
    struct soc_judge judge = {0};
    begin(&use, spec);
    for (long second = 0; second < spec->days * 86400L; second++) {
        bool charger;
        double amps = flows(&use, demand(&use, second), &charger);
        use.plant.room_c = room_c(spec, second);
        pack_step(&use.plant, amps, 1.0);
        uint16_t bled = use.bms.out.balance;
        sense(&use, charger);
        bms_step(&use.bms, &use.in);
        if (use.bms.out.balance != bled) {
            pack_bleed(&use.plant, use.bms.out.balance);
        }
        if (second % 10 == 0) {
            soc_judge_sample(&judge, &use.bms, &use.plant, (double)second / 3600.0);
        }
    }
    soc_judge_end(&judge, &use.bms, &use.plant, result);
}
