/* SPDX-License-Identifier: Apache-2.0 */
/* Weeks of random houses: settings, weather, loads, outages, broken wires, broken hardware, a bad
   generator. Whatever happens, the promises below hold at every step. The seed of a week is printed
   with what broke; HEARTH_WEEK_SEED=N runs that week alone, HEARTH_WEEKS=N as many. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "home.h"
#include "plant/rng.h"
#include "sim/lcd.h"
#include "sim/settings.h"

enum {
    WINDOW_MS = 300000,
    WINDOW_TRANSFERS = 24,
    WEEK_S = 7 * 86400,
    FEW_WEEKS = 3,
    DEED_EVERY_S = 900
};

struct week {
    struct env env;
    struct house house;
    struct rng rng;
    uint64_t seed;
    int64_t t_ms, next_deed_ms, fine_until_ms;
    char deed[160]; /* the last thing somebody did */
    double stored_j;
    /* how long something has held, ms */
    int64_t grid_good_ms, battery_good_ms, silent_ms, off_ms;
    double last_load_w;
    bool feed_allowed;
    enum feed carried_by; /* the last one whose contact was closed */
    int deeds, transfers;
    int64_t window_ms; /* of transfers counted apart */
    int in_window;
};

static double between(struct rng *rng, double low, double high)
{
    return low + (high - low) * (double)rng_uniform(rng);
}

static int pick(struct rng *rng, int n) { return (int)(rng_u32(rng) % (uint32_t)n); }

static void broken(const struct week *week, const char *promise, double found)
{
    const struct inverter *inverter = &week->house.inverter;
    fail_msg("seed %d, %.3f s (after \"%s\"): %s (%g); feed %d, stops %d, active %llx, battery "
             "%.2f V, load %.0f W",
             (int)week->seed, (double)week->t_ms / 1000.0, week->deed, promise, found,
             (int)inverter->out.feed, inverter->stops, (unsigned long long)inverter->active,
             week->house.stage.battery_v, week->house.stage.load_w);
}

/* --- the house --- */

static void begin(struct week *week, uint64_t seed)
{
    static const char *const inverters[] = {"offgrid_3000", "offgrid_5000", "offgrid_6000"};
    memset(week, 0, sizeof *week);
    week->seed = seed;
    rng_seed(&week->rng, seed, 77);
    struct rng *rng = &week->rng;
    struct home_options options = {.seed = seed, .outage_days = 1.0};
    home_world(&week->env, &options);
    struct house_spec spec = {
        .inverter = product_find(inverters[pick(rng, 3)]),
        .battery = pick(rng, 3) == 0 ? HOUSE_PLAIN : HOUSE_PACKS,
        .pack = product_find("es51_2_100lp"),
        .packs = 1 + pick(rng, 3),
        .plain_kind = pick(rng, 4) == 0 ? PLAIN_NMC : PLAIN_LEAD_ACID,
        .plain_ah = 200.0,
        .soc = between(rng, 0.1, 0.95),
        .temperature_c = 20.0,
        .losses = true,
        .seed = seed,
        .start_ms = HOME_START_S * 1000,
        .env = &week->env,
        .generator = {.available = pick(rng, 2) == 0,
                      .rated_w = 5000.0,
                      .troubled = pick(rng, 2) == 0,
                      .seed = seed},
    };
    house_init(&week->house, &spec);
    char why[400];
    const char *type = spec.battery == HOUSE_PACKS    ? "LIT"
                       : spec.plain_kind == PLAIN_NMC ? "N14"
                                                      : "FLD";
    (void)house_write_setting(&week->house, "inverter", "BTP", type, true, why, sizeof why);
    if (spec.battery == HOUSE_PACKS) {
        (void)house_write_setting(&week->house, "inverter", "BMS", "CAN", true, why, sizeof why);
    }
    week->stored_j = house_stored_j(&week->house);
    snprintf(week->deed, sizeof week->deed, "start");
}

/* --- what happens to it --- */

/* A random setting to a random value, sometimes a bad one. Not the battery's kind: a battery
   charged as what it is not may well be hurt, and the link stays what the battery speaks. */
static void change_setting(struct week *week)
{
    const struct inverter_profile *profile = week->house.inverter.profile;
    const struct setting_row *row = &profile->settings[pick(&week->rng, profile->n_settings)];
    char text[32];
    char why[400];
    bool fixed = row->id == SET_BATTERY_TYPE || row->id == SET_BMS_LINK ||
                 row->id == SET_PARALLEL_MODE || row->id == SET_POWER_ON;
    if (fixed) {
        return;
    }
    int32_t span = row->max - row->min;
    int32_t step = row->step > 0 ? row->step : 1;
    int32_t value = row->min + pick(&week->rng, span / step + 3) * step - step;
    setting_format(row, value, text, sizeof text);
    enum write_result result =
        house_write_setting(&week->house, "inverter", row->mnemonic, text, true, why, sizeof why);
    snprintf(week->deed, sizeof week->deed, "%s=%s%s", row->mnemonic, text,
             write_took(result) ? "" : " refused");
}

/* Somebody plays with the inverter's keys: whatever may be set there is set. The battery's kind
   and link stay, as above; what was put wrong is put right again. */
static void press_keys(struct week *week)
{
    static const enum setting_id kept[] = {SET_BATTERY_TYPE, SET_BMS_LINK, SET_POWER_ON,
                                           SET_PARALLEL_MODE};
    struct house *house = &week->house;
    const struct inverter before = house->inverter;
    int n = 1 + pick(&week->rng, 40);
    house_lcd_by_hand(house, (uint32_t)week->t_ms);
    house_lcd_key(house, LCD_ENTER, true);
    house_lcd_by_hand(house, (uint32_t)week->t_ms + 2500); /* long enough for the menu */
    house_lcd_tick(house);
    house_lcd_key(house, LCD_ENTER, false);
    for (int i = 0; i < n; i++) {
        enum lcd_key key = (enum lcd_key)pick(&week->rng, LCD_KEYS);
        house_lcd_key(house, key, true);
        house_lcd_key(house, key, false);
    }
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (house->inverter.set[kept[i]] != before.set[kept[i]]) {
            house->inverter = before; /* with all a battery type brought along */
        }
    }
    snprintf(week->deed, sizeof week->deed, "%d keys, to %s", n, lcd_mode_word(house->lcd.mode));
}

/* Another type of the same kind of battery, also in the middle of a charge. */
static void change_type(struct week *week)
{
    static const char *const lead[] = {"USE", "SLD", "FLD", "GEL"};
    static const char *const packs[] = {"LIT", "L16"};
    const struct house_spec *spec = &week->house.spec;
    char why[400];
    if (spec->battery == HOUSE_PLAIN && spec->plain_kind == PLAIN_NMC) {
        return; /* there is one that fits */
    }
    bool plain = spec->battery == HOUSE_PLAIN;
    const char *type = plain ? lead[pick(&week->rng, 4)] : packs[pick(&week->rng, 2)];
    enum write_result result =
        house_write_setting(&week->house, "inverter", "BTP", type, true, why, sizeof why);
    snprintf(week->deed, sizeof week->deed, "BTP=%s%s", type, write_took(result) ? "" : " refused");
}

static void change_load(struct week *week)
{
    struct force *force = &week->house.force;
    struct rng *rng = &week->rng;
    force->load_w.on = pick(rng, 3) != 0;
    force->load_w.value =
        pick(rng, 6) == 0 ? between(rng, 6000.0, 13000.0) : between(rng, 0.0, 4000.0);
    force->load2_w = (struct forced){pick(rng, 2) == 0, force->load_w.value * 0.4};
    force->load_pf = (struct forced){pick(rng, 4) == 0, between(rng, 0.7, 1.0)};
    snprintf(week->deed, sizeof week->deed, "load %.0f W", force->load_w.value);
}

static void change_grid(struct week *week)
{
    struct force *force = &week->house.force;
    struct rng *rng = &week->rng;
    force->grid_present = (struct forced){pick(rng, 3) == 0, 0.0};
    force->grid_v = (struct forced){pick(rng, 3) == 0, between(rng, 60.0, 300.0)};
    force->grid_hz = (struct forced){pick(rng, 6) == 0, between(rng, 43.0, 57.0)};
    snprintf(week->deed, sizeof week->deed, "grid %s %.0f V %.1f Hz",
             force->grid_present.on ? "away" : "there",
             force->grid_v.on ? force->grid_v.value : 230.0,
             force->grid_hz.on ? force->grid_hz.value : 50.0);
}

static void change_wire(struct week *week)
{
    static const char *const links[] = {"can0", "pack1", "pack2", "internal"};
    const char *link = links[pick(&week->rng, 4)];
    bool cut = pick(&week->rng, 3) == 0;
    (void)house_cut(&week->house, link, cut);
    snprintf(week->deed, sizeof week->deed, "%s %s", cut ? "cut" : "mend", link);
}

static void change_hardware(struct week *week)
{
    struct house *house = &week->house;
    struct rng *rng = &week->rng;
    house->force.raised = pick(rng, 2) == 0 ? UINT64_C(1) << pick(rng, FAULT_COUNT) : 0;
    house->force.heatsink_c = (struct forced){pick(rng, 4) == 0, between(rng, -60.0, 110.0)};
    house->force.load_short = (struct forced){pick(rng, 6) == 0, 1.0};
    house->force.gen_available = (struct forced){true, pick(rng, 2)};
    snprintf(week->deed, sizeof week->deed, "raised %llx, heat-sink %.0f, short %d",
             (unsigned long long)house->force.raised,
             house->force.heatsink_c.on ? house->force.heatsink_c.value : 25.0,
             house->force.load_short.on);
}

static void change_power(struct week *week)
{
    int kind = pick(&week->rng, 4);
    char why[400];
    if (kind == 0) {
        house_power(&week->house, false);
    } else if (kind == 1) {
        (void)house_write_setting(&week->house, "inverter", "POF", "OFF", true, why, sizeof why);
    } else {
        house_power(&week->house, true);
        (void)house_write_setting(&week->house, "inverter", "POF", "ON", true, why, sizeof why);
        inverter_clear_faults(&week->house.inverter);
    }
    snprintf(week->deed, sizeof week->deed, "power %d", kind);
}

/* Everything is mended, so that what should carry on is seen to. */
static void mend_all(struct week *week)
{
    static const char *const links[] = {"can0", "pack1", "pack2", "pack3", "internal"};
    char why[400];
    memset(&week->house.force, 0, sizeof week->house.force);
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        (void)house_cut(&week->house, links[i], false);
    }
    house_power(&week->house, true);
    (void)house_write_setting(&week->house, "inverter", "POF", "ON", true, why, sizeof why);
    inverter_clear_faults(&week->house.inverter);
    snprintf(week->deed, sizeof week->deed, "all mended");
}

static void do_something(struct week *week)
{
    static void (*const deeds[])(struct week *) = {
        change_setting, change_setting, change_setting, change_load,     change_load,
        change_grid,    change_wire,    change_grid,    change_hardware, change_power,
        mend_all,       mend_all,       press_keys,     change_type};
    deeds[pick(&week->rng, (int)(sizeof deeds / sizeof deeds[0]))](week);
    week->deeds++;
    week->fine_until_ms = week->t_ms + 2000;
    week->next_deed_ms =
        week->t_ms + (int64_t)((double)rng_exponential(&week->rng, DEED_EVERY_S) * 1000.0);
}

/* --- what is promised --- */

static void energy_is_conserved(const struct week *week)
{
    const struct stage_out *stage = &week->house.stage;
    double off = stage->pv_w + stage->battery_w + stage->ac_w - stage->load_w - stage->loss_w;
    if (!(fabs(off) <
          1e-6 * (fabs(stage->pv_w) + fabs(stage->ac_w) + fabs(stage->battery_w) + 1))) {
        broken(week, "the powers of a step sum up", off);
    }
}

static void sources_are_never_tied(struct week *week)
{
    const struct inverter_outputs *out = &week->house.inverter.out;
    int closed = out->grid_relay + out->generator_relay + out->bridge_on;
    if (closed > 1) {
        broken(week, "one source at a time carries the load", closed);
    }
    enum feed now = out->grid_relay        ? FEED_GRID
                    : out->generator_relay ? FEED_GENERATOR
                    : out->bridge_on       ? FEED_INVERTER
                                           : FEED_NONE;
    week->transfers += now != week->carried_by;
    if (week->t_ms >= week->window_ms + WINDOW_MS) {
        week->window_ms = week->t_ms;
        week->in_window = 0;
    }
    bool generator = now == FEED_GENERATOR || week->carried_by == FEED_GENERATOR ||
                     week->house.inverter.gen_called; /* a bad one comes and goes as it likes */
    week->in_window += now != week->carried_by && !generator;
    week->carried_by = now;
    if (week->in_window > WINDOW_TRANSFERS) {
        broken(week, "the load does not go to and fro", week->in_window);
    }
}

static void only_what_may_is_equalised(const struct week *week)
{
    const struct inverter *inverter = &week->house.inverter;
    if (inverter->out.stage == STAGE_EQUALIZE &&
        (!inverter_preset(inverter)->equalizes || inverter->set[SET_EQUALIZE_ENABLE] == 0)) {
        broken(week, "only a battery that takes it is equalised", inverter->out.charge_mv);
    }
}

/* Off grid nothing flows back; a generator is never fed; the grid only where that is set. A load
   that drops is followed in the next step. */
static void nothing_is_fed_back(struct week *week)
{
    const struct house *house = &week->house;
    const struct inverter *inverter = &house->inverter;
    if (!house->stage_in.ac_relay && house->grid_w != 0.0) {
        broken(week, "no power at an open grid port", house->grid_w);
    }
    if (house->gen_w < 0.0) {
        broken(week, "no power into a generator", house->gen_w);
    }
    bool allowed =
        inverter->set[SET_GRID_FEED] != 0 && inverter->set[SET_SUPPLY_MODE] == SUPPLY_UTI;
    double fell_w = fmax(week->last_load_w - house->stage.load_w, 0.0);
    week->last_load_w = house->stage.load_w;
    bool was_allowed = week->feed_allowed; /* what flowed was asked for in the step before */
    week->feed_allowed = allowed;
    if (house->grid_w < -fell_w - 1.0 && !allowed && !was_allowed) {
        broken(week, "no export that is not set", house->grid_w);
    }
}

static void cells_and_battery_stay_within_limits(const struct week *week)
{
    const struct house *house = &week->house;
    const struct inverter *inverter = &house->inverter;
    for (int i = 0; house->spec.battery == HOUSE_PACKS && i < house->spec.packs; i++) {
        for (int k = 0; k < house->plant[i].n; k++) {
            double v = house->plant[i].cell_v[k];
            if (!(v > 2.0 && v < 3.75)) {
                broken(week, "a cell stays between 2.0 and 3.75 V", v);
            }
        }
    }
    double amps = -house->stage.battery_a;
    double most = fmin(inverter->set[SET_CHARGE_CURRENT_MAX], inverter->profile->charge_max_ma);
    if (inverter->bms_up) {
        most = fmin(most, inverter->in.bms.charge_limit_ma);
    }
    if (inverter->out.charge_limit_ma > most) {
        broken(week, "what is asked stays within settings, model and BMS",
               inverter->out.charge_limit_ma / 1000.0);
    }
    if (amps > house->stage_in.charge_limit_a + 0.01) {
        broken(week, "charging stays within what is asked", amps);
    }
    double volts = house->stage.battery_v;
    if (amps > 1.0 && volts > house->stage_in.charge_v + 0.01) {
        broken(week, "the charge voltage is held", volts);
    }
    if (!house->stage_in.battery_on && fabs(amps) > 0.01) {
        broken(week, "a battery that is switched off carries nothing", amps);
    }
}

static bool grid_is_good(const struct week *week)
{
    const struct house *house = &week->house;
    bool wide = house->inverter.set[SET_INPUT_WINDOW] == WINDOW_WIDE;
    double low = wide ? 95.0 : 175.0;
    double high = wide ? 275.0 : 260.0;
    double nominal = house->inverter.frequency_hz100 / 100.0;
    return house->grid_v >= low && house->grid_v <= high && fabs(house->grid_hz - nominal) < 4.9;
}

/* A battery that nobody could call empty, and may be drawn on. */
static bool battery_is_good(const struct week *week)
{
    const struct house *house = &week->house;
    const struct inverter *inverter = &house->inverter;
    if (inverter_stops_battery(inverter) || !inverter->battery_present) {
        return false;
    }
    if (house->spec.battery == HOUSE_PACKS) {
        const struct battery_report *bms = &inverter->in.bms;
        return inverter->bms_up && bms->soc_pct >= inverter->set[SET_OFF_GRID_RECOVER_SOC] &&
               bms->soc_pct >= 91 && bms->discharge_limit_ma > 110000 && bms->discharge_enable;
    }
    return house->stage.battery_v > 58.1;
}

static void the_output_is_on_while_something_may_carry_it(struct week *week, uint32_t dt_ms)
{
    const struct house *house = &week->house;
    const struct inverter *inverter = &house->inverter;
    bool may =
        house->devices_on && inverter->set[SET_POWER_ON] != 0 && !inverter_stops_output(inverter);
    bool grid = may && grid_is_good(week) && (inverter->stops & STOPS_GRID) == 0;
    bool battery = may && battery_is_good(week) && inverter->set[SET_ENERGY_SAVING] == 0;
    week->grid_good_ms = grid ? week->grid_good_ms + dt_ms : 0;
    week->battery_good_ms = battery ? week->battery_good_ms + dt_ms : 0;
    bool on = inverter->out.output1;
    week->off_ms = on ? 0 : week->off_ms + dt_ms;
    bool off = week->off_ms > 1500; /* a step for the other source to take over */
    if (off && week->grid_good_ms > 6500 && inverter->set[SET_ENERGY_SAVING] == 0) {
        broken(week, "the output is on with a good grid", (double)week->grid_good_ms);
    }
    if (off && week->battery_good_ms > 35000) { /* a BMS that refused is given half a minute */
        broken(week, "the output is on with a good battery", (double)week->battery_good_ms);
    }
    bool silent = !on && house->devices_on && inverter->set[SET_POWER_ON] != 0 &&
                  !inverter->saving && inverter->active == 0;
    week->silent_ms = silent ? week->silent_ms + dt_ms : 0;
    if (week->silent_ms > 7000) { /* a grid is looked at for 5 s */
        broken(week, "an output that is off says why", (double)week->silent_ms);
    }
}

static void check(struct week *week, uint32_t dt_ms)
{
    energy_is_conserved(week);
    sources_are_never_tied(week);
    only_what_may_is_equalised(week);
    nothing_is_fed_back(week);
    cells_and_battery_stay_within_limits(week);
    the_output_is_on_while_something_may_carry_it(week, dt_ms);
}

static void live(struct week *week, int64_t until_ms)
{
    while (week->t_ms < until_ms) {
        if (week->t_ms >= week->next_deed_ms) {
            do_something(week);
        }
        uint32_t dt_ms = week->t_ms < week->fine_until_ms ? 10U : 1000U;
        house_step(&week->house, dt_ms);
        week->t_ms += dt_ms;
        check(week, dt_ms);
    }
}

static double residual(const struct week *week)
{
    const struct ledger *l = &week->house.ledger;
    double kept = house_stored_j(&week->house) - week->stored_j + house_shed_j(&week->house);
    double in = l->pv + l->bought + l->generated;
    return (in - l->sold - l->load - l->loss - kept) / (in + l->discharged);
}

static int asked(const char *name, int fallback)
{
    const char *text = getenv(name);
    return text != NULL && atoi(text) > 0 ? atoi(text) : fallback;
}

static void every_promise_holds_through_random_weeks(void **state)
{
    static struct week week;
    int one = asked("HEARTH_WEEK_SEED", 0);
    int first = one > 0 ? one : 1;
    int last = one > 0 ? one : asked("HEARTH_WEEKS", FEW_WEEKS);
    (void)state;
    for (int seed = first; seed <= last; seed++) {
        begin(&week, (uint64_t)seed);
        live(&week, WEEK_S * INT64_C(1000));
        double off = residual(&week);
        const struct ledger *l = &week.house.ledger;
        print_message("seed %d: %s, %d deeds, %d transfers, load %.0f kWh, PV %.0f, grid %.0f, "
                      "generator %.0f kWh, off by %.1e\n",
                      seed, week.house.spec.inverter->id, week.deeds, week.transfers,
                      l->load / 3.6e6, l->pv / 3.6e6, l->bought / 3.6e6, l->generated / 3.6e6, off);
        if (!(fabs(off) < 1e-4)) {
            broken(&week, "energy is conserved over the week", off);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_promise_holds_through_random_weeks),
    };
    return cmocka_run_group_tests_name("week", tests, NULL, NULL);
}
