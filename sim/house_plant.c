/* SPDX-License-Identifier: Apache-2.0 */
/* The physical half of a step: what flows while the devices' last decisions stand. */
#include "sim/house.h"

#include <math.h>

#include "plant/num.h"

enum { FAST_US = 10000 };
enum { BENCH_PV_V = 360 }; /* voltage of offered PV when nobody says (docs/scenarios.md) */

static const double HEATSINK_K_PER_W = 0.12; /* loss heats it: 500 W make 60 K (our choice) */
static const double HEATSINK_S = 600.0;
static const double HALF_OUTPUT_V = 115.0;

static void gather_packs(struct house *house)
{
    struct bank *bank = &house->bank;
    bank->n = house->spec.packs;
    for (int i = 0; i < bank->n; i++) {
        struct bank_branch *branch = &bank->branch[i];
        pack_source(&house->plant[i], &branch->source_v, &branch->resistance_ohm);
        bool joined = !house->desk[i].dc_switch_off;
        branch->charge_on = joined && house->bms[i].out.charge_mos;
        branch->discharge_on = joined && house->bms[i].out.discharge_mos;
    }
}

static void gather_plain(struct house *house, bool charging)
{
    struct bank_branch *branch = &house->bank.branch[0];
    house->bank.n = 1;
    plain_battery_source(&house->plain, charging, &branch->source_v, &branch->resistance_ohm);
    branch->charge_on = house->plain.kind == PLAIN_LEAD_ACID || /* a full one gasses */
                        plain_battery_soc(&house->plain) < 1.0;
    branch->discharge_on = plain_battery_gives(&house->plain);
}

static void gather_battery(struct house *house, bool charging)
{
    switch (house->spec.battery) {
    case HOUSE_NO_BATTERY: house->bank = (struct bank){0}; return;
    case HOUSE_PACKS: gather_packs(house); break;
    case HOUSE_PLAIN: gather_plain(house, charging); break;
    }
    bank_gather(&house->bank);
    if (house->force.battery_v.on) {
        house->bank.source_v = house->force.battery_v.value;
        house->bank.resistance_ohm = 0.0;
        house->bank.can_charge = house->bank.can_discharge = true;
    }
    if (house->force.battery_soc_pct.on) { /* full takes nothing, empty gives nothing */
        house->bank.can_charge &= house->force.battery_soc_pct.value < 100.0;
        house->bank.can_discharge &= house->force.battery_soc_pct.value > 0.0;
    }
}

/* What the modules give at the asked voltage. */
static double offered_pv(struct house *house)
{
    const struct inverter_outputs *out = &house->inverter.out;
    const struct force *force = &house->force;
    if (force->pv_w.on || house->env == NULL) {
        double watt = force->pv_w.on ? force->pv_w.value : 0.0;
        double usual = watt > 0.0 ? BENCH_PV_V : 0.0;
        house->pv_v = force->pv_v.on ? force->pv_v.value : usual;
        return out->pv_on && house->pv_v > 0.0 ? watt : 0.0;
    }
    if (house->env->dark) {
        house->pv_v = 0.0;
        return 0.0;
    }
    if (!out->pv_on || out->pv_ref_mv <= 0) {
        house->pv_v = (double)env_pv_voc(house->env);
        return 0.0;
    }
    float volts = (float)out->pv_ref_mv * 0.001F;
    house->pv_v = (double)volts;
    return (double)(volts * env_pv_current(house->env, volts));
}

/* A short behind the bypass trips the input's own protector; it holds while the short is there. */
static bool is_shorted(const struct house *house)
{
    return house->force.load_short.on && house->force.load_short.value > 0.5;
}

static void find_grid(struct house *house)
{
    const struct force *force = &house->force;
    bool there = true;
    double volts = 230.0;
    double hz = 50.0;
    if (house->env != NULL && house->env->has_grid) {
        there = house->env->power.present;
        volts = (double)house->env->power.voltage_v;
        hz = (double)house->env->power.frequency_hz;
    } else if (house->env != NULL) {
        there = false;
    }
    there = force->grid_present.on ? force->grid_present.value > 0.5 : there;
    volts = force->grid_v.on ? force->grid_v.value : volts;
    hz = force->grid_hz.on ? force->grid_hz.value : hz;
    bool protector_open = is_shorted(house) && house->inverter.out.feed != FEED_INVERTER;
    there = there && !protector_open;
    house->grid_v = there ? volts : 0.0;
    house->grid_hz = there ? hz : 0.0;
}

static double forced_or(const struct forced *forced, double else_value)
{
    return forced->on ? forced->value : else_value;
}

static void run_generator(struct house *house, double dt_s)
{
    const struct force *force = &house->force;
    struct generator_options *options = &house->generator.options;
    options->available = forced_or(&force->gen_available, options->available) > 0.5;
    options->delay_s = forced_or(&force->gen_delay_s, options->delay_s);
    options->voltage_v = forced_or(&force->gen_v, options->voltage_v);
    options->frequency_hz = forced_or(&force->gen_hz, options->frequency_hz);
    generator_step(&house->generator, house->inverter.out.generator_start, house->gen_w, dt_s);
}

static void ask_stage(struct house *house)
{
    const struct inverter_outputs *out = &house->inverter.out;
    bool losses = house->spec.losses;
    bool on_generator = out->generator_relay;
    house->load_demand_w = house->force.load_w.on ? house->force.load_w.value
                           : house->env != NULL   ? (double)house->env->load_w
                                                  : 0.0;
    double load2 = house->force.load2_w.on ? house->force.load2_w.value : 0.0;
    double load_w = house->load_demand_w - (out->output2 ? 0.0 : load2);
    house->stage_in = (struct stage_in){
        .ac_relay = out->grid_relay || on_generator,
        .bridge_on = out->bridge_on,
        .pv_on = out->pv_on,
        .battery_on = out->battery_on,
        .output_on = out->output1,
        .charge_limit_a = out->charge_limit_ma * 0.001,
        .ac_charge_a = out->grid_charge_ma * 0.001,
        .charge_v = out->charge_mv * 0.001,
        .feed_limit_w = out->feed_limit_w,
        .pv_limit_w = out->pv_limit_w,
        .output_v = out->output_mv * 0.001,
        .pv_w = offered_pv(house),
        .load_w = greater(load_w, 0.0),
        .ac_v = on_generator ? house->generator.voltage_v : house->grid_v,
        .bridge = losses ? &house->bridge_loss : NULL,
        .pv = losses ? &house->pv_loss : NULL,
    };
    if (house->stage_in.ac_relay && house->stage_in.ac_v <= 0.0) {
        house->stage_in.load_w = house->stage_in.ac_charge_a = 0.0; /* dead line behind it */
        house->stage_in.feed_limit_w = 0.0;
    }
    if (is_shorted(house)) {
        house->stage_in.load_w = house->stage_in.output_v = 0.0; /* current, no power */
    }
}

/* A pack on a test bench: what the outside would drive, as far as the MOS let it. */
static double bench_current(const struct house *house, int i)
{
    double amps = house->force.pack[i].demand_a.on ? house->force.pack[i].demand_a.value : 0.0;
    const struct bms_outputs *out = &house->bms[i].out;
    if ((amps > 0.0 && !out->charge_mos) || (amps < 0.0 && !out->discharge_mos) ||
        house->desk[i].dc_switch_off) {
        return 0.0;
    }
    double most = house->bms[i].param[PARAM_CHARGE_LIMITER_CURRENT] * 0.001;
    return out->limiter ? lesser(amps, most) : amps;
}

/* The front-end looks every 0.1 ms at a current beyond the short-circuit comparator, and every 10
   ms at one beyond level 2, until the MOS open. Returns the mean current of the step. */
static double watch_current(struct house *house, int i, double amps, uint32_t dt_ms)
{
    struct bms *bms = &house->bms[i];
    const struct forced *sensor = &house->force.pack[i].current_a;
    double seen_ma = (sensor->on ? sensor->value : amps) * 1000.0;
    if (fabs(seen_ma) <= bms_fast_ma(bms) && !bms->short_seen && !bms->fast_timing) {
        return amps; /* nearly always */
    }
    int32_t ma = (int32_t)lround(seen_ma);
    if (abs_i32(ma) <= bms->profile->short_ma && bms->short_seen) {
        bms_sense_short(bms, ma, 0, house->now_ms);
    }
    if (abs_i32(ma) <= bms_fast_ma(bms)) {
        if (bms->fast_timing) {
            bms_sense_fast(bms, ma, house->now_ms);
        }
        return amps;
    }
    for (uint32_t us = 100; us <= dt_ms * 1000U && us <= 100000U; us += 100) {
        bms_sense_short(bms, ma, us, house->now_ms + us / 1000U);
        if (us % FAST_US == 0 || us == 100) {
            bms_sense_fast(bms, ma, house->now_ms + us / 1000U);
        }
        bool open = amps < 0.0 ? !bms->out.discharge_mos : !bms->out.charge_mos;
        if (open) {
            return amps * us / (dt_ms * 1000.0);
        }
    }
    return amps;
}

/* A pack that opened within the step took or gave less than the stage had reckoned with: what did
   not flow was not served, or not drawn from the sun. */
static void book_cut_short(struct house *house, const struct bank_branch *branch, double amps,
                           double mean_a, double dt_s)
{
    double reckoned_w = (branch->source_v + branch->resistance_ohm * amps) * amps;
    double mean_w = (branch->source_v + branch->resistance_ohm * mean_a) * mean_a;
    double missing_j = fabs(reckoned_w - mean_w) * dt_s;
    struct ledger *ledger = &house->ledger;
    if (amps < 0.0) {
        ledger->discharged -= missing_j;
        ledger->load -= missing_j;
        ledger->unserved += missing_j;
    } else {
        ledger->charged -= missing_j;
        ledger->pv -= missing_j;
        ledger->curtailed += missing_j;
    }
}

static void step_packs(struct house *house, uint32_t dt_ms)
{
    double dt_s = dt_ms * 0.001;
    double room = house->force.ambient_c.on ? house->force.ambient_c.value
                  : house->env != NULL      ? (double)house->env->room_c
                                            : house->spec.temperature_c;
    for (int i = 0; i < house->spec.packs; i++) {
        double amps = house->spec.inverter != NULL ? house->bank.branch[i].current_a
                                                   : bench_current(house, i);
        double mean_a = watch_current(house, i, amps, dt_ms);
        house->plant[i].room_c = room;
        if (house->spec.inverter != NULL && mean_a != amps) {
            book_cut_short(house, &house->bank.branch[i], amps, mean_a, dt_s);
        }
        pack_step(&house->plant[i], mean_a, dt_s);
    }
}

static void book(struct house *house, double dt_s)
{
    const struct stage_out *out = &house->stage;
    struct ledger *ledger = &house->ledger;
    ledger->pv += out->pv_w * dt_s;
    ledger->load += out->load_w * dt_s;
    ledger->bought += greater(house->grid_w, 0.0) * dt_s;
    ledger->sold += greater(-house->grid_w, 0.0) * dt_s;
    ledger->generated += house->gen_w * dt_s;
    ledger->discharged += greater(out->battery_w, 0.0) * dt_s;
    ledger->charged += greater(-out->battery_w, 0.0) * dt_s;
    ledger->loss += out->loss_w * dt_s;
    ledger->curtailed += greater(house->stage_in.pv_w - out->pv_w, 0.0) * dt_s;
    ledger->unserved += greater(house->load_demand_w - out->load_w, 0.0) * dt_s;
}

/* How long the output was away at the last change of its source; being off is no transfer. */
static void time_gap(struct house *house, uint32_t dt_ms)
{
    enum feed feed = house->inverter.out.feed;
    if (feed != house->fed_by) {
        bool transfer = feed != FEED_NONE && house->fed_by != FEED_NONE;
        house->fed_by = feed;
        house->last_gap_ms = transfer ? house->gap_ms : house->last_gap_ms;
        house->gap_open = transfer;
    }
    bool away = house->stage.output_v < HALF_OUTPUT_V;
    house->gap_ms = away ? house->gap_ms + dt_ms : 0.0;
    if (house->gap_open) {
        house->last_gap_ms = away ? house->gap_ms : house->last_gap_ms;
        house->gap_open = away;
    }
}

static void heat_sink(struct house *house, double dt_s)
{
    double room = house->env != NULL ? (double)house->env->room_c : house->spec.temperature_c;
    double rest = room + HEATSINK_K_PER_W * house->stage.loss_w;
    house->heatsink_c += (rest - house->heatsink_c) * lesser(dt_s / HEATSINK_S, 1.0);
}

void house_plant(struct house *house, uint32_t dt_ms)
{
    double dt_s = dt_ms * 0.001;
    find_grid(house);
    if (house->spec.inverter != NULL) {
        gather_battery(house, false);
        run_generator(house, dt_s);
        ask_stage(house);
        stage_solve(&house->stage_in, &house->bank, &house->stage);
        if (house->spec.battery == HOUSE_PLAIN && house->stage.battery_a < 0.0) {
            gather_battery(house, true); /* it charges: behind its other resistance */
            stage_solve(&house->stage_in, &house->bank, &house->stage);
        }
        bool generated = house->inverter.out.generator_relay;
        house->grid_w = generated ? 0.0 : house->stage.ac_w;
        house->gen_w = generated ? house->stage.ac_w : 0.0;
        house->pv_a = house->pv_v > 1.0 ? house->stage.pv_w / house->pv_v : 0.0;
        if (house->spec.battery == HOUSE_PACKS) {
            bank_share(&house->bank, house->stage.battery_a);
        } else if (house->spec.battery == HOUSE_PLAIN) {
            house->plain.temperature_c =
                forced_or(&house->force.battery_c, house->spec.temperature_c);
            plain_battery_step(&house->plain, house->stage.battery_v, -house->stage.battery_a,
                               dt_s);
        }
        book(house, dt_s);
        heat_sink(house, dt_s);
        time_gap(house, dt_ms);
    }
    if (house->spec.battery == HOUSE_PACKS) {
        step_packs(house, dt_ms);
    }
}
