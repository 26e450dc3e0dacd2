/* SPDX-License-Identifier: Apache-2.0 */
/* The off-grid inverter's control: who feeds the load, what charges, what a fault stops. Truth
   table and levels: docs/inverter.md, from manual 003 s3.1, s4.2, s7.1. */
#include "core_test.h"

#include "core/inverter/inverter.h"

static const struct inverter_profile *profile_6000(void)
{
    return product_find("offgrid_6000")->inverter;
}

static void set(struct inverter *inverter, enum setting_id id, int32_t value)
{
    enum setting_verdict verdict = inverter_set(inverter, id, value);
    if (verdict != VERDICT_OK) {
        fail_msg("setting %d to %d: verdict %d", (int)id, value, (int)verdict);
    }
}

/* Grid and PV there, a battery at rest, 1 kW of load. */
static void begin(struct inverter *inverter)
{
    inverter_init(inverter, profile_6000(), UINT32_MAX - 8000U);
    inverter->in.grid_mv = 230000;
    inverter->in.grid_hz100 = 5000;
    inverter->in.pv_mv = 360000;
    inverter->in.battery_mv = 51000;
    inverter->in.load_w = inverter->in.load_va = 1000;
    inverter->in.heatsink_c10 = 250;
}

static void run_at(struct inverter *inverter, uint32_t ms, uint32_t tick_ms)
{
    for (uint32_t t = 0; t < ms; t += tick_ms) {
        inverter->in.now_ms += tick_ms;
        inverter_step(inverter);
        assert_false(inverter->out.grid_relay && inverter->out.bridge_on);
    }
}

static void run(struct inverter *inverter, uint32_t ms) { run_at(inverter, ms, 100); }

/* Supply policies over the whole table of states (docs/inverter.md). */
enum battery_case { OK, LOW, CUT, OPEN };

struct truth {
    bool grid, pv;
    enum battery_case battery;
    enum feed uti, sol, sbu;
};

static const struct truth truth_table[] = {
    {true, true, OK, FEED_GRID, FEED_INVERTER, FEED_INVERTER},
    {true, true, LOW, FEED_GRID, FEED_GRID, FEED_GRID},
    {true, false, OK, FEED_GRID, FEED_GRID, FEED_INVERTER},
    {true, false, LOW, FEED_GRID, FEED_GRID, FEED_GRID},
    {true, true, OPEN, FEED_GRID, FEED_GRID, FEED_GRID},
    {true, false, OPEN, FEED_GRID, FEED_GRID, FEED_GRID},
    {false, true, OK, FEED_INVERTER, FEED_INVERTER, FEED_INVERTER},
    {false, true, LOW, FEED_INVERTER, FEED_INVERTER, FEED_INVERTER},
    {false, true, CUT, FEED_NONE, FEED_NONE, FEED_NONE},
    {false, false, OK, FEED_INVERTER, FEED_INVERTER, FEED_INVERTER},
    {false, false, LOW, FEED_INVERTER, FEED_INVERTER, FEED_INVERTER},
    {false, false, CUT, FEED_NONE, FEED_NONE, FEED_NONE},
};

static void apply(struct inverter *inverter, const struct truth *truth, bool with_bms)
{
    static const int32_t mv[] = {[OK] = 51000, [LOW] = 45900, [CUT] = 40900, [OPEN] = 5000};
    static const uint8_t soc[] = {[OK] = 60, [LOW] = 50, [CUT] = 20, [OPEN] = 60};
    inverter->in.grid_mv = truth->grid ? 230000 : 0;
    inverter->in.grid_hz100 = truth->grid ? 5000 : 0;
    inverter->in.pv_mv = truth->pv ? 360000 : 0;
    inverter->in.battery_mv = with_bms && truth->battery != OPEN ? 51000 : mv[truth->battery];
    if (with_bms) {
        inverter->in.bms = (struct battery_report){.heard = HEARD_LIMITS | HEARD_SOC,
                                                   .charge_mv = 57600,
                                                   .charge_limit_ma = 100000,
                                                   .discharge_limit_ma = 100000,
                                                   .soc_pct = soc[truth->battery]};
        inverter->in.bms_heard = true;
    }
}

static void run_heard(struct inverter *inverter, uint32_t ms, bool with_bms)
{
    for (uint32_t t = 0; t < ms; t += 100) {
        if (with_bms) {
            inverter->in.bms_at_ms = inverter->in.now_ms + 100;
        }
        run(inverter, 100);
    }
}

static void check_truth(const struct truth *truth, bool with_bms)
{
    const enum feed wanted[SUPPLY_COUNT] = {
        [SUPPLY_SOL] = truth->sol, [SUPPLY_UTI] = truth->uti, [SUPPLY_SBU] = truth->sbu};
    for (int mode = 0; mode < SUPPLY_COUNT; mode++) {
        struct inverter inverter;
        begin(&inverter);
        set(&inverter, SET_SUPPLY_MODE, mode);
        if (with_bms) {
            set(&inverter, SET_BATTERY_TYPE, 9);
            set(&inverter, SET_BMS_LINK, BMS_CAN);
        }
        inverter.in.bms_at_ms = inverter.in.now_ms;
        apply(&inverter, &truth_table[0], with_bms); /* from a good state … */
        run_heard(&inverter, 10000, with_bms);
        apply(&inverter, truth, with_bms); /* … to this one */
        run_heard(&inverter, 20000, with_bms);
        if (inverter.out.feed != wanted[mode]) {
            fail_msg("mode %d, grid %d, PV %d, battery %d, BMS %d: feed %d, not %d", mode,
                     truth->grid, truth->pv, (int)truth->battery, with_bms, (int)inverter.out.feed,
                     (int)wanted[mode]);
        }
        assert_int_equal(inverter.out.grid_relay, wanted[mode] == FEED_GRID);
        assert_int_equal(inverter.out.bridge_on, wanted[mode] == FEED_INVERTER);
        assert_int_equal(inverter.out.output1, wanted[mode] != FEED_NONE);
        if (truth->battery != OPEN) { /* an open one may well have looked empty before */
            assert_int_equal(inverter_has(&inverter, FAULT_A_BATTERY_EMPTY), truth->battery == CUT);
        }
        assert_int_equal(inverter_has(&inverter, FAULT_F_BATTERY_OPEN), truth->battery == OPEN);
    }
}

static void each_mode_feeds_the_load_as_the_truth_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof truth_table / sizeof truth_table[0]; i++) {
        check_truth(&truth_table[i], false);
        check_truth(&truth_table[i], true);
    }
}

static void sbu_keeps_its_choice_between_the_two_voltages(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    set(&inverter, SET_SUPPLY_MODE, SUPPLY_SBU);
    const struct {
        int32_t mv;
        enum feed feed;
    } steps[] = {{51000, FEED_INVERTER}, {46000, FEED_INVERTER}, {45999, FEED_GRID},
                 {46001, FEED_GRID},     {54000, FEED_GRID},     {54001, FEED_INVERTER},
                 {46000, FEED_INVERTER}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        inverter.in.battery_mv = steps[i].mv;
        run(&inverter, 10000);
        assert_int_equal(inverter.out.feed, steps[i].feed);
    }
}

static void sol_with_a_bms_goes_by_its_two_socs(void **state)
{
    (void)state;
    struct inverter inverter;
    const struct truth good = {true, true, OK, FEED_GRID, FEED_GRID, FEED_GRID};
    begin(&inverter);
    set(&inverter, SET_SUPPLY_MODE, SUPPLY_SOL);
    set(&inverter, SET_BATTERY_TYPE, 9);
    set(&inverter, SET_BMS_LINK, BMS_CAN);
    inverter.in.bms_at_ms = inverter.in.now_ms;
    apply(&inverter, &good, true);
    const struct {
        uint8_t soc;
        enum feed feed;
    } steps[] = {{60, FEED_INVERTER}, {51, FEED_INVERTER}, {50, FEED_GRID},    {51, FEED_GRID},
                 {89, FEED_GRID},     {90, FEED_INVERTER}, {51, FEED_INVERTER}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        inverter.in.bms.soc_pct = steps[i].soc;
        run_heard(&inverter, 10000, true);
        assert_int_equal(inverter.out.feed, steps[i].feed);
    }
}

static void switched_off_feeds_nothing(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    run(&inverter, 10000);
    set(&inverter, SET_POWER_ON, 0);
    run(&inverter, 1000);
    assert_int_equal(inverter.out.feed, FEED_NONE);
    assert_int_equal(inverter.out.state, INVERTER_STANDBY);
}

/* The grid's windows, inclusive, with 5 V on the way back. */
static void the_grid_is_good_inside_its_window_only(void **state)
{
    (void)state;
    const struct {
        enum input_window window;
        int32_t mv, hz100;
        bool good;
    } cases[] = {
        {WINDOW_NARROW, 170000, 5000, true}, {WINDOW_NARROW, 169999, 5000, false},
        {WINDOW_NARROW, 265000, 5000, true}, {WINDOW_NARROW, 265001, 5000, false},
        {WINDOW_WIDE, 90000, 5000, true},    {WINDOW_WIDE, 89999, 5000, false},
        {WINDOW_WIDE, 280000, 5000, true},   {WINDOW_WIDE, 280001, 5000, false},
        {WINDOW_WIDE, 230000, 4500, true},   {WINDOW_WIDE, 230000, 4499, false},
        {WINDOW_WIDE, 230000, 5500, true},   {WINDOW_WIDE, 230000, 5501, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct inverter inverter;
        begin(&inverter);
        set(&inverter, SET_INPUT_WINDOW, (int32_t)cases[i].window);
        run(&inverter, 6000);
        assert_true(inverter.grid_ok);
        inverter.in.grid_mv = cases[i].mv;
        inverter.in.grid_hz100 = cases[i].hz100;
        run(&inverter, 1000);
        assert_int_equal(inverter.grid_ok, cases[i].good);
        bool voltage_bad = !cases[i].good && cases[i].hz100 == 5000;
        assert_int_equal(inverter_has(&inverter, FAULT_A_GRID_VOLTAGE), voltage_bad);
        assert_int_equal(inverter_has(&inverter, FAULT_A_GRID_FREQUENCY),
                         !cases[i].good && !voltage_bad);
    }
}

static void a_lost_grid_comes_back_after_5_s_well_inside_the_window(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    run(&inverter, 6000);
    inverter.in.grid_mv = 169000;
    run(&inverter, 1000);
    assert_false(inverter.grid_ok);
    inverter.in.grid_mv = 174999;
    run(&inverter, 20000);
    assert_false(inverter.grid_ok);
    inverter.in.grid_mv = 175000;
    run(&inverter, 5000);
    assert_false(inverter.grid_ok);
    run(&inverter, 100);
    assert_true(inverter.grid_ok);
    inverter.in.grid_mv = 171000; /* once good again the window itself rules */
    run(&inverter, 10000);
    assert_true(inverter.grid_ok);
}

static void the_first_grid_seen_decides_between_50_and_60_hz(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    inverter.in.grid_hz100 = 6000;
    run(&inverter, 6000);
    assert_true(inverter.grid_ok);
    assert_int_equal(inverter.out.output_hz100, 6000);
    inverter.in.grid_hz100 = 5400;
    run(&inverter, 1000);
    assert_false(inverter.grid_ok);
    begin(&inverter);
    inverter.in.grid_mv = inverter.in.grid_hz100 = 0;
    run(&inverter, 6000);
    assert_int_equal(inverter.out.output_hz100, 5000);
}

/* Transfers. */
static void a_transfer_opens_the_old_source_before_it_closes_the_new_one(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    run(&inverter, 6000);
    assert_true(inverter.out.grid_relay);
    inverter.in.grid_mv = 0;
    int dead_ms = 0;
    for (int ms = 0; ms < 100; ms++) {
        inverter.in.now_ms++;
        inverter_step(&inverter);
        assert_false(inverter.out.grid_relay && inverter.out.bridge_on);
        dead_ms += !inverter.out.grid_relay && !inverter.out.bridge_on;
    }
    assert_true(inverter.out.bridge_on);
    assert_in_range(dead_ms, 1, 10);
}

static void random_inputs_never_tie_grid_and_bridge_together(void **state)
{
    (void)state;
    struct inverter inverter;
    uint32_t seed = 99;
    long transfers = 0;
    enum feed last = FEED_NONE;
    begin(&inverter);
    for (long i = 0; i < 400000; i++) {
        struct inverter_inputs *in = &inverter.in;
        static const uint32_t ticks[] = {1, 1, 2, 3, 5, 10, 100, 1000};
        in->now_ms += ticks[dice(&seed) % 8];
        switch (dice(&seed) % 32) {
        case 0: in->grid_mv = dice_range(&seed, 0, 300000); break;
        case 1: in->grid_mv = 230000; break;
        case 2: in->grid_hz100 = dice_range(&seed, 4000, 6500); break;
        case 3: in->grid_hz100 = 5000; break;
        case 4: in->pv_mv = dice_range(&seed, -10000, 560000); break;
        case 5: in->pv_mv = 350000; break;
        case 6: in->battery_mv = dice_range(&seed, 0, 62000); break;
        case 7: in->battery_mv = dice_range(&seed, 45000, 57000); break;
        case 8: in->load_w = in->load_va = dice_range(&seed, 0, 12000); break;
        case 9: in->load_w = in->load_va = 500; break;
        case 10: in->heatsink_c10 = (int16_t)dice_range(&seed, 200, 950); break;
        case 11:
            in->raised = dice(&seed) % 8 == 0 ? UINT64_C(1) << dice(&seed) % FAULT_COUNT : 0;
            break;
        case 12: inverter.set[SET_SUPPLY_MODE] = dice_range(&seed, 0, 2); break;
        case 13: inverter_clear_faults(&inverter); break;
        case 14: inverter.set[SET_POWER_ON] = dice(&seed) % 8 != 0; break;
        case 15: inverter.set[SET_BMS_LINK] = dice_range(&seed, 0, 1); break;
        default: break;
        }
        inverter_step(&inverter);
        const struct inverter_outputs *out = &inverter.out;
        assert_false(out->grid_relay && out->bridge_on);
        assert_false((out->grid_relay || out->bridge_on) && !out->output1);
        assert_true(out->charge_limit_ma >= 0 && out->grid_charge_ma >= 0);
        assert_true(out->grid_charge_ma <= out->charge_limit_ma);
        assert_true(out->discharge_limit_ma >= 0 && out->feed_limit_w >= 0);
        assert_false(inverter_stops_output(&inverter) && out->output1);
        assert_false(inverter_stops_battery(&inverter) && out->battery_on);
        assert_false(inverter_stops_pv(&inverter) && out->pv_on);
        assert_true(out->battery_on || (out->charge_limit_ma == 0 && out->discharge_limit_ma == 0));
        transfers += out->feed != last;
        last = out->feed;
    }
    assert_true(transfers > 1000);
}

/* Charging. */
static void the_charge_priority_says_when_the_grid_charges(void **state)
{
    (void)state;
    const struct {
        enum charge_priority priority;
        bool pv, charges;
    } cases[] = {{CHARGE_SNU, true, true},  {CHARGE_SNU, false, true}, {CHARGE_CSO, true, false},
                 {CHARGE_CSO, false, true}, {CHARGE_OSO, true, false}, {CHARGE_OSO, false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct inverter inverter;
        begin(&inverter);
        set(&inverter, SET_CHARGE_PRIORITY, (int32_t)cases[i].priority);
        inverter.in.pv_mv = cases[i].pv ? 360000 : 0;
        run(&inverter, 20000);
        assert_int_equal(inverter.out.feed, FEED_GRID);
        assert_int_equal(inverter.out.grid_charge_ma > 0, cases[i].charges);
    }
}

static void cso_takes_the_grid_10_s_after_the_sun_is_gone(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    set(&inverter, SET_CHARGE_PRIORITY, CHARGE_CSO);
    run(&inverter, 20000);
    inverter.in.pv_mv = 89000;
    run(&inverter, 10000);
    assert_int_equal(inverter.out.grid_charge_ma, 0);
    run(&inverter, 100);
    assert_true(inverter.out.grid_charge_ma > 0);
    inverter.in.pv_mv = 119999; /* below the start-up voltage */
    run(&inverter, 10000);
    assert_true(inverter.out.grid_charge_ma > 0);
    inverter.in.pv_mv = 120000;
    run(&inverter, 100);
    assert_int_equal(inverter.out.grid_charge_ma, 0);
}

static void an_inverter_on_battery_never_charges_from_the_grid(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    set(&inverter, SET_SUPPLY_MODE, SUPPLY_SBU);
    run(&inverter, 20000);
    assert_int_equal(inverter.out.feed, FEED_INVERTER);
    assert_int_equal(inverter.out.grid_charge_ma, 0);
}

static void load_and_charge_together_stay_within_the_input(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    set(&inverter, SET_CHARGE_CURRENT_MAX, 120000);
    set(&inverter, SET_GRID_CHARGE_CURRENT_MAX, 100000);
    for (int32_t load = 0; load <= 9000; load += 500) {
        inverter.in.load_w = load;
        run(&inverter, 6000);
        int64_t charge_w = (int64_t)inverter.out.grid_charge_ma * inverter.in.battery_mv / 1000000;
        assert_true(load + charge_w <= (load > 8050 ? load : 8050));
    }
}

static void lead_acid_goes_through_bulk_absorption_and_float(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter); /* GEL: 56.8 V, 55.2 V */
    run(&inverter, 6000);
    inverter.in.battery_ma = -20000;
    run(&inverter, 1000);
    assert_int_equal(inverter.out.stage, STAGE_BULK);
    assert_int_equal(inverter.out.charge_mv, 56800);
    inverter.in.battery_mv = 56750;
    run(&inverter, 1000);
    assert_int_equal(inverter.out.stage, STAGE_ABSORPTION);
    inverter.in.battery_ma = -900; /* below 5 % of 20 A for a minute */
    run(&inverter, 59000);
    assert_int_equal(inverter.out.stage, STAGE_ABSORPTION);
    run(&inverter, 2000);
    assert_int_equal(inverter.out.stage, STAGE_FLOAT);
    assert_int_equal(inverter.out.charge_mv, 55200);
    inverter.in.battery_mv = 52000;
    run(&inverter, 10000);
    assert_int_equal(inverter.out.stage, STAGE_FLOAT);
    inverter.in.battery_mv = 51999;
    run(&inverter, 1000);
    assert_int_equal(inverter.out.stage, STAGE_BULK);
}

static void absorption_ends_after_its_longest_time(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    set(&inverter, SET_BOOST_TIME, 5);
    run(&inverter, 6000);
    inverter.in.battery_ma = -20000;
    inverter.in.battery_mv = 56800;
    run(&inverter, 300000);
    assert_int_equal(inverter.out.stage, STAGE_ABSORPTION);
    run(&inverter, 1000);
    assert_int_equal(inverter.out.stage, STAGE_FLOAT);
}

static void equalizing_runs_when_its_day_has_come_and_starts_the_count_anew(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    set(&inverter, SET_BATTERY_TYPE, 2); /* FLD */
    set(&inverter, SET_EQUALIZE_ENABLE, 1);
    set(&inverter, SET_BOOST_TIME, 5);
    set(&inverter, SET_EQUALIZE_TIME, 10);
    inverter.days_since_equalize = 30;
    inverter.in.battery_mv = 58400;
    inverter.in.battery_ma = -20000;
    run(&inverter, 320000);
    assert_int_equal(inverter.out.stage, STAGE_EQUALIZE);
    assert_int_equal(inverter.out.charge_mv, 59200);
    inverter.in.battery_mv = 59200;
    run(&inverter, 580000);
    assert_int_equal(inverter.out.stage, STAGE_EQUALIZE);
    run(&inverter, 30000);
    assert_int_equal(inverter.out.stage, STAGE_FLOAT);
    assert_int_equal(inverter.days_since_equalize, 0);
}

static void gel_never_equalizes(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    set(&inverter, SET_BOOST_TIME, 5);
    inverter.set[SET_EQUALIZE_ENABLE] = 1;
    inverter.set[SET_EQUALIZE_NOW] = 1;
    inverter.days_since_equalize = 100;
    inverter.in.battery_mv = 56800;
    inverter.in.battery_ma = -20000;
    for (int i = 0; i < 1000; i++) {
        run(&inverter, 1000);
        assert_int_not_equal(inverter.out.stage, STAGE_EQUALIZE);
    }
}

/* With a BMS: its figures rule; a silent one is held, tapered, stopped. */
static void begin_bms(struct inverter *inverter)
{
    begin(inverter);
    set(inverter, SET_BATTERY_TYPE, 9);
    set(inverter, SET_BMS_LINK, BMS_CAN);
    set(inverter, SET_CHARGE_CURRENT_MAX, 100000);
    inverter->in.bms = (struct battery_report){.heard = HEARD_LIMITS | HEARD_SOC | HEARD_REQUEST,
                                               .charge_mv = 56000,
                                               .charge_limit_ma = 50000,
                                               .discharge_limit_ma = 60000,
                                               .soc_pct = 60,
                                               .charge_enable = true,
                                               .discharge_enable = true};
    inverter->in.bms_heard = true;
    inverter->in.bms_at_ms = inverter->in.now_ms;
    run_heard(inverter, 10000, true);
}

static void a_bms_rules_voltage_and_currents(void **state)
{
    (void)state;
    struct inverter inverter;
    begin_bms(&inverter);
    assert_int_equal(inverter.out.charge_mv, 56000);
    assert_int_equal(inverter.out.charge_limit_ma, 50000);
    assert_int_equal(inverter.out.discharge_limit_ma, 60000);
    inverter.in.bms.charge_enable = false;
    run_heard(&inverter, 1000, true);
    assert_int_equal(inverter.out.charge_limit_ma, 0);
    assert_int_equal(inverter.out.discharge_limit_ma, 60000);
    assert_false(inverter_has(&inverter, FAULT_F_BMS)); /* I-2: a full pack is no fault */
    inverter.in.bms.discharge_enable = false;
    run_heard(&inverter, 4800, true); /* as a pack that boots: nothing flows, nothing is wrong */
    assert_int_equal(inverter.out.charge_limit_ma, 0);
    assert_int_equal(inverter.out.discharge_limit_ma, 0);
    assert_false(inverter_has(&inverter, FAULT_F_BMS));
    run_heard(&inverter, 500, true);
    assert_true(inverter_has(&inverter, FAULT_F_BMS));
    assert_false(inverter.out.battery_on);
}

static void a_pack_that_asks_for_the_top_gets_it_past_the_cut_off_soc(void **state)
{
    (void)state;
    struct inverter inverter;
    begin_bms(&inverter);
    set(&inverter, SET_CHARGE_CUTOFF_SOC, 80);
    inverter.in.bms.soc_pct = 85;
    run_heard(&inverter, 1000, true);
    assert_int_equal(inverter.out.charge_limit_ma, 0);
    inverter.in.bms.full_charge_request = true;
    for (uint8_t soc = 85; soc <= 100; soc++) { /* what the SOC says is what is in doubt */
        inverter.in.bms.soc_pct = soc;
        run_heard(&inverter, 1000, true);
        assert_true(inverter.out.charge_limit_ma > 0);
    }
    inverter.in.bms.full_charge_request = false;
    run_heard(&inverter, 1000, true);
    assert_int_equal(inverter.out.charge_limit_ma, 0);
}

/* Request, what may charge, and who then feeds a load that the battery fed before. */
static void a_pack_that_asks_is_not_drawn_on_while_something_may_charge_it(void **state)
{
    (void)state;
    const struct {
        bool full, force, grid, pv;
        int32_t priority;
        enum feed feed;
        bool grid_charges;
    } cases[] = {
        {false, false, true, false, CHARGE_CSO, FEED_INVERTER, false},
        {true, false, true, false, CHARGE_CSO, FEED_GRID, true},
        {false, true, true, false, CHARGE_CSO, FEED_GRID, true},
        {true, false, true, true, CHARGE_CSO, FEED_GRID, false}, /* the sun charges */
        {true, false, true, true, CHARGE_SNU, FEED_GRID, true},
        {true, false, true, true, CHARGE_OSO, FEED_GRID, false},
        {true, false, true, false, CHARGE_OSO, FEED_INVERTER, false}, /* nothing may: it serves */
        {true, false, false, false, CHARGE_CSO, FEED_INVERTER, false},
        {true, false, false, true, CHARGE_CSO, FEED_INVERTER, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct inverter inverter;
        begin_bms(&inverter);
        set(&inverter, SET_SUPPLY_MODE, SUPPLY_SBU);
        set(&inverter, SET_CHARGE_PRIORITY, cases[i].priority);
        inverter.in.bms.soc_pct = 97;
        inverter.in.grid_mv = cases[i].grid ? 230000 : 0;
        inverter.in.grid_hz100 = cases[i].grid ? 5000 : 0;
        inverter.in.pv_mv = cases[i].pv ? 360000 : 0;
        inverter.in.bms.full_charge_request = cases[i].full;
        inverter.in.bms.force_charge = cases[i].force;
        run_heard(&inverter, 30000, true);
        if (inverter.out.feed != cases[i].feed ||
            (inverter.out.grid_charge_ma > 0) != cases[i].grid_charges) {
            fail_msg("case %zu: fed by %d, %d mA from the grid", i, (int)inverter.out.feed,
                     inverter.out.grid_charge_ma);
        }
    }
}

static void a_request_that_ends_gives_the_battery_back(void **state)
{
    (void)state;
    struct inverter inverter;
    begin_bms(&inverter);
    set(&inverter, SET_SUPPLY_MODE, SUPPLY_SBU);
    inverter.in.bms.full_charge_request = true;
    run_heard(&inverter, 20000, true);
    assert_int_equal(inverter.out.feed, FEED_GRID);
    inverter.in.bms.soc_pct = 100;
    inverter.in.bms.charge_enable = false;
    run_heard(&inverter, 20000, true);
    assert_int_equal(inverter.out.feed, FEED_GRID); /* still held: not one step of cycling */
    inverter.in.bms.full_charge_request = false;
    run_heard(&inverter, 20000, true);
    assert_int_equal(inverter.out.feed, FEED_INVERTER);
}

static void charging_stops_at_the_cut_off_soc_and_starts_5_percent_below(void **state)
{
    (void)state;
    struct inverter inverter;
    begin_bms(&inverter);
    set(&inverter, SET_CHARGE_CUTOFF_SOC, 80);
    const struct {
        uint8_t soc;
        bool charges;
    } steps[] = {{79, true}, {80, false}, {79, false}, {76, false}, {75, true}, {79, true}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        inverter.in.bms.soc_pct = steps[i].soc;
        run_heard(&inverter, 1000, true);
        assert_int_equal(inverter.out.charge_limit_ma > 0, steps[i].charges);
    }
}

static void a_silent_bms_is_held_5_s_tapered_to_30_s_and_then_stops_the_battery(void **state)
{
    (void)state;
    struct inverter inverter;
    begin_bms(&inverter);
    uint32_t heard_ms = inverter.in.bms_at_ms;
    int32_t last = 50000;
    while (inverter.in.now_ms - heard_ms < 29900) {
        run(&inverter, 100);
        uint32_t age = inverter.in.now_ms - heard_ms;
        int32_t now = inverter.out.charge_limit_ma;
        assert_true(now <= last);
        if (age <= 5000) {
            assert_int_equal(now, 50000);
        } else {
            int32_t want = (int32_t)(50000 * (int64_t)(30000 - age) / 25000);
            assert_in_range(now, want > 10 ? want - 10 : 0, want + 10);
        }
        assert_int_equal(inverter.out.discharge_limit_ma, 60000); /* the house stays lit */
        assert_false(inverter_has(&inverter, FAULT_F_BMS_LINK));
        last = now;
    }
    run(&inverter, 200);
    assert_true(inverter_has(&inverter, FAULT_F_BMS_LINK));
    assert_int_equal(inverter.out.charge_limit_ma, 0);
    assert_int_equal(inverter.out.discharge_limit_ma, 0);
    assert_false(inverter.out.battery_on);
    run_heard(&inverter, 4800, true); /* frames must return for 5 s */
    assert_true(inverter_has(&inverter, FAULT_F_BMS_LINK));
    run_heard(&inverter, 500, true);
    assert_false(inverter_has(&inverter, FAULT_F_BMS_LINK));
    assert_int_equal(inverter.out.charge_limit_ma, 50000);
}

static void a_wanted_but_unheard_bms_means_no_charging(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    set(&inverter, SET_BATTERY_TYPE, 9);
    set(&inverter, SET_BMS_LINK, BMS_CAN);
    run(&inverter, 20000);
    assert_int_equal(inverter.out.charge_limit_ma, 0);
    run(&inverter, 20000);
    assert_true(inverter_has(&inverter, FAULT_F_BMS_LINK));
}

static void an_incomplete_report_is_not_taken_for_a_bms(void **state)
{
    (void)state;
    const uint16_t heard[] = {0, HEARD_LIMITS, HEARD_SOC, HEARD_MEASURED | HEARD_FLAGS};
    for (size_t i = 0; i < 4; i++) {
        struct inverter inverter;
        begin_bms(&inverter);
        inverter.in.bms.heard = heard[i];
        run_heard(&inverter, 1000, true);
        assert_false(inverter.bms_up);
        assert_int_equal(inverter.out.charge_limit_ma, 0);
    }
}

/* Faults: each one raised and cleared. */
static void over_voltage_trips_after_half_a_second_and_clears_10_s_after_2_v_below(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    run(&inverter, 6000);
    inverter.in.battery_mv = 60000;
    run(&inverter, 5000);
    assert_false(inverter_has(&inverter, FAULT_F_BATTERY_HIGH));
    inverter.in.battery_mv = 60001;
    run(&inverter, 500);
    assert_false(inverter_has(&inverter, FAULT_F_BATTERY_HIGH));
    run(&inverter, 100);
    assert_true(inverter_has(&inverter, FAULT_F_BATTERY_HIGH));
    assert_int_equal(inverter.out.state, INVERTER_FAULT);
    assert_false(inverter.out.output1 || inverter.out.grid_relay || inverter.out.bridge_on);
    inverter.in.battery_mv = 58000;
    run(&inverter, 20000);
    assert_true(inverter_has(&inverter, FAULT_F_BATTERY_HIGH));
    inverter.in.battery_mv = 57999;
    run(&inverter, 10000);
    assert_true(inverter_has(&inverter, FAULT_F_BATTERY_HIGH));
    run(&inverter, 200);
    assert_false(inverter_has(&inverter, FAULT_F_BATTERY_HIGH));
}

static void the_low_voltage_alarm_is_2_v_lower_over_half_load(void **state)
{
    (void)state;
    const struct {
        int32_t load_w, mv;
        bool alarm;
    } cases[] = {
        {3000, 44000, false}, {3000, 43999, true}, {3007, 43000, false}, {3007, 41999, true}};
    for (size_t i = 0; i < 4; i++) {
        struct inverter inverter;
        begin(&inverter);
        inverter.in.load_w = cases[i].load_w;
        run(&inverter, 6000);
        inverter.in.battery_mv = cases[i].mv;
        run(&inverter, 1000);
        assert_int_equal(inverter_has(&inverter, FAULT_A_BATTERY_LOW), cases[i].alarm);
        assert_true(inverter.out.output1); /* tells, stops nothing */
        inverter.in.load_w = 3000;
        inverter.in.battery_mv = 44800;
        run(&inverter, 1000);
        inverter.in.battery_mv = 44801;
        run(&inverter, 1000);
        assert_false(inverter_has(&inverter, FAULT_A_BATTERY_LOW));
    }
}

static void an_open_battery_is_told_after_2_s_and_back_after_10(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    run(&inverter, 6000);
    inverter.in.battery_mv = 29999;
    run(&inverter, 2000);
    assert_false(inverter_has(&inverter, FAULT_F_BATTERY_OPEN));
    run(&inverter, 100);
    assert_true(inverter_has(&inverter, FAULT_F_BATTERY_OPEN));
    assert_int_equal(inverter.out.feed, FEED_GRID); /* bypass goes on */
    inverter.in.battery_mv = 41999;
    run(&inverter, 20000);
    assert_true(inverter_has(&inverter, FAULT_F_BATTERY_OPEN));
    inverter.in.battery_mv = 42000;
    run(&inverter, 10000);
    assert_true(inverter_has(&inverter, FAULT_F_BATTERY_OPEN));
    run(&inverter, 200);
    assert_false(inverter_has(&inverter, FAULT_F_BATTERY_OPEN));
}

static void pv_faults_stop_the_sun_only(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    run(&inverter, 6000);
    inverter.in.pv_mv = 550001;
    run(&inverter, 100);
    assert_true(inverter_has(&inverter, FAULT_F_PV_HIGH));
    inverter.in.pv_mv = 529999;
    run(&inverter, 10000);
    assert_false(inverter.out.pv_on);
    assert_true(inverter.out.output1);
    run(&inverter, 300);
    assert_false(inverter_has(&inverter, FAULT_F_PV_HIGH));
    assert_true(inverter.out.pv_on);
    inverter.in.pv_mv = -5001;
    run(&inverter, 100);
    assert_true(inverter_has(&inverter, FAULT_F_PV_REVERSED));
    inverter.in.pv_mv = 0;
    run(&inverter, 100);
    assert_false(inverter_has(&inverter, FAULT_F_PV_REVERSED));
}

static void over_temperature_restarts_when_cool_unless_forbidden(void **state)
{
    (void)state;
    for (int restart = 0; restart < 2; restart++) {
        struct inverter inverter;
        begin(&inverter);
        set(&inverter, SET_OVERTEMP_RESTART, restart);
        run(&inverter, 6000);
        inverter.in.heatsink_c10 = 900;
        run(&inverter, 1000);
        assert_false(inverter_has(&inverter, FAULT_F_HOT));
        inverter.in.heatsink_c10 = 901;
        run(&inverter, 100);
        assert_true(inverter_has(&inverter, FAULT_F_HOT));
        inverter.in.heatsink_c10 = 700;
        run(&inverter, 1000);
        assert_true(inverter_has(&inverter, FAULT_F_HOT));
        inverter.in.heatsink_c10 = 699;
        run(&inverter, 1000);
        assert_int_equal(inverter_has(&inverter, FAULT_F_HOT), restart == 0);
    }
}

static void begin_island(struct inverter *inverter)
{
    begin(inverter);
    inverter->in.grid_mv = inverter->in.grid_hz100 = 0;
    run(inverter, 6000);
    assert_int_equal(inverter->out.feed, FEED_INVERTER);
}

static void overload_trips_by_its_ladder(void **state)
{
    (void)state;
    const struct {
        int32_t load_w;
        uint32_t trips_ms; /* 0: never */
    } cases[] = {{6599, 0},    {6600, 10000}, {7799, 10000}, {7800, 3000},
                 {9000, 3000}, {9006, 200},   {12000, 200}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct inverter inverter;
        begin_island(&inverter);
        inverter.in.load_w = cases[i].load_w;
        uint32_t ms = cases[i].trips_ms == 0 ? 60000 : cases[i].trips_ms;
        run(&inverter, ms);
        assert_false(inverter_has(&inverter, FAULT_F_OVERLOAD));
        run(&inverter, 100);
        assert_int_equal(inverter_has(&inverter, FAULT_F_OVERLOAD), cases[i].trips_ms != 0);
        assert_int_equal(inverter.out.output1, cases[i].trips_ms == 0);
    }
}

static void overload_restarts_after_30_s_30_s_an_hour_and_then_latches(void **state)
{
    (void)state;
    struct inverter inverter;
    begin_island(&inverter);
    const uint32_t waits_ms[] = {30000, 30000, 3600000};
    for (int k = 0; k < 4; k++) {
        inverter.in.load_w = 12000;
        run(&inverter, 400);
        assert_true(inverter_has(&inverter, FAULT_F_OVERLOAD));
        inverter.in.load_w = 0;
        if (k == 3) {
            break;
        }
        run_at(&inverter, waits_ms[k] - 1000, 100);
        assert_true(inverter_has(&inverter, FAULT_F_OVERLOAD));
        run(&inverter, 1000);
        assert_false(inverter_has(&inverter, FAULT_F_OVERLOAD));
    }
    run_at(&inverter, 3 * 3600000U, 1000);
    assert_true(inverter_has(&inverter, FAULT_F_OVERLOAD));
    inverter_clear_faults(&inverter);
    run(&inverter, 1000);
    assert_int_equal(inverter.out.feed, FEED_INVERTER);
}

static void overload_moves_to_the_grid_where_there_is_one(void **state)
{
    (void)state;
    struct inverter inverter;
    begin(&inverter);
    set(&inverter, SET_SUPPLY_MODE, SUPPLY_SBU);
    run(&inverter, 6000);
    assert_int_equal(inverter.out.feed, FEED_INVERTER);
    inverter.in.load_w = 7000;
    run(&inverter, 10300);
    assert_int_equal(inverter.out.feed, FEED_GRID);
    assert_false(inverter_has(&inverter, FAULT_F_OVERLOAD));
    inverter.in.load_w = 1000;
    run(&inverter, 1000);
    assert_int_equal(inverter.out.feed, FEED_INVERTER);
}

static void what_hardware_reports_stops_the_output_as_the_table_says(void **state)
{
    (void)state;
    static const struct {
        enum fault_id id;
        bool latched;
    } cases[] = {
        {FAULT_F_DC_OFFSET, true}, {FAULT_F_OUTPUT_LOW, true},     {FAULT_F_OUTPUT_HIGH, true},
        {FAULT_F_SHORT, true},     {FAULT_F_OUTPUT_DC, true},      {FAULT_F_BUS_SENSE, true},
        {FAULT_F_SENSOR, true},    {FAULT_F_RELAY, true},          {FAULT_F_VERSION, true},
        {FAULT_F_BUS, false},      {FAULT_F_INTERNAL_LINK, false}, {FAULT_F_FAN, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct inverter inverter;
        begin(&inverter);
        run(&inverter, 6000);
        inverter.in.raised = UINT64_C(1) << cases[i].id;
        run(&inverter, 200);
        assert_true(inverter_has(&inverter, cases[i].id));
        assert_int_equal(inverter.out.state, INVERTER_FAULT);
        assert_false(inverter.out.output1);
        inverter_clear_faults(&inverter);
        run(&inverter, 200); /* with the cause there it comes back */
        assert_true(inverter_has(&inverter, cases[i].id));
        inverter.in.raised = 0;
        run(&inverter, 600000);
        assert_int_equal(inverter_has(&inverter, cases[i].id), cases[i].latched);
        inverter_clear_faults(&inverter);
        run(&inverter, 10000);
        assert_true(inverter.out.output1);
    }
}

static void output_2_is_shed_below_its_voltage_and_comes_back_after_a_minute(void **state)
{
    (void)state;
    struct inverter inverter;
    begin_island(&inverter);
    inverter.in.battery_mv = 46000;
    run(&inverter, 1000);
    assert_true(inverter.out.output2);
    inverter.in.battery_mv = 45999;
    run(&inverter, 200);
    assert_true(inverter.out.output1);
    assert_false(inverter.out.output2);
    inverter.in.battery_mv = 51999; /* max([34], [39] + 2 V) = 52.0 */
    run(&inverter, 120000);
    assert_false(inverter.out.output2);
    inverter.in.battery_mv = 52000;
    run(&inverter, 60000);
    assert_false(inverter.out.output2);
    run(&inverter, 300);
    assert_true(inverter.out.output2);
}

/* I-1: with the output off the load is not known: the lower threshold lets it start. */
static void an_empty_battery_turns_the_output_off_and_on_again_at_its_recovery(void **state)
{
    (void)state;
    struct inverter inverter;
    begin_island(&inverter);
    inverter.in.battery_mv = 42000;
    run(&inverter, 1000);
    assert_true(inverter.out.output1);
    inverter.in.battery_mv = 41999;
    run(&inverter, 200);
    assert_false(inverter.out.output1);
    assert_true(inverter_has(&inverter, FAULT_A_BATTERY_EMPTY));
    inverter.in.battery_mv = 52000;
    run(&inverter, 60000);
    assert_false(inverter.out.output1);
    inverter.in.battery_mv = 52001;
    run(&inverter, 200);
    assert_true(inverter.out.output1);
    inverter.in.load_w = 4000; /* over half load: 1 V lower */
    run(&inverter, 1000);
    inverter.in.battery_mv = 41000;
    run(&inverter, 1000);
    assert_true(inverter.out.output1);
    inverter.in.battery_mv = 40999;
    run(&inverter, 200);
    assert_false(inverter.out.output1);
}

static void every_change_of_a_fault_is_an_event(void **state)
{
    (void)state;
    struct inverter inverter;
    struct inverter_event event;
    begin(&inverter);
    run(&inverter, 6000);
    while (inverter_next_event(&inverter, &event)) {
        continue;
    }
    inverter.in.heatsink_c10 = 950;
    run(&inverter, 200);
    inverter.in.heatsink_c10 = 300;
    run(&inverter, 200);
    assert_true(inverter_next_event(&inverter, &event));
    assert_int_equal(event.fault, FAULT_F_HOT);
    assert_true(event.set);
    assert_true(inverter_next_event(&inverter, &event));
    assert_int_equal(event.fault, FAULT_F_HOT);
    assert_false(event.set);
    assert_false(inverter_next_event(&inverter, &event));
}

static void two_starts_at_different_clocks_behave_alike_across_the_wrap(void **state)
{
    (void)state;
    struct inverter near_wrap;
    struct inverter early;
    begin(&near_wrap);
    begin(&early);
    inverter_init(&early, profile_6000(), 1000);
    struct inverter_inputs in = near_wrap.in;
    in.now_ms = in.bms_at_ms = 1000;
    early.in = in;
    uint32_t seed = 5;
    for (int i = 0; i < 50000; i++) {
        int32_t mv = dice(&seed) % 64 == 0 ? dice_range(&seed, 0, 60000) : near_wrap.in.battery_mv;
        int32_t grid = dice(&seed) % 64 == 0 ? dice_range(&seed, 0, 280000) : near_wrap.in.grid_mv;
        near_wrap.in.battery_mv = early.in.battery_mv = mv;
        near_wrap.in.grid_mv = early.in.grid_mv = grid;
        run(&near_wrap, 100);
        run(&early, 100);
        assert_memory_equal(&near_wrap.out, &early.out, sizeof early.out);
        assert_true(near_wrap.active == early.active);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mode_feeds_the_load_as_the_truth_table_says),
        cmocka_unit_test(sbu_keeps_its_choice_between_the_two_voltages),
        cmocka_unit_test(sol_with_a_bms_goes_by_its_two_socs),
        cmocka_unit_test(switched_off_feeds_nothing),
        cmocka_unit_test(the_grid_is_good_inside_its_window_only),
        cmocka_unit_test(a_lost_grid_comes_back_after_5_s_well_inside_the_window),
        cmocka_unit_test(the_first_grid_seen_decides_between_50_and_60_hz),
        cmocka_unit_test(a_transfer_opens_the_old_source_before_it_closes_the_new_one),
        cmocka_unit_test(random_inputs_never_tie_grid_and_bridge_together),
        cmocka_unit_test(the_charge_priority_says_when_the_grid_charges),
        cmocka_unit_test(cso_takes_the_grid_10_s_after_the_sun_is_gone),
        cmocka_unit_test(an_inverter_on_battery_never_charges_from_the_grid),
        cmocka_unit_test(load_and_charge_together_stay_within_the_input),
        cmocka_unit_test(lead_acid_goes_through_bulk_absorption_and_float),
        cmocka_unit_test(absorption_ends_after_its_longest_time),
        cmocka_unit_test(equalizing_runs_when_its_day_has_come_and_starts_the_count_anew),
        cmocka_unit_test(gel_never_equalizes),
        cmocka_unit_test(a_bms_rules_voltage_and_currents),
        cmocka_unit_test(a_pack_that_asks_for_the_top_gets_it_past_the_cut_off_soc),
        cmocka_unit_test(a_pack_that_asks_is_not_drawn_on_while_something_may_charge_it),
        cmocka_unit_test(a_request_that_ends_gives_the_battery_back),
        cmocka_unit_test(charging_stops_at_the_cut_off_soc_and_starts_5_percent_below),
        cmocka_unit_test(a_silent_bms_is_held_5_s_tapered_to_30_s_and_then_stops_the_battery),
        cmocka_unit_test(a_wanted_but_unheard_bms_means_no_charging),
        cmocka_unit_test(an_incomplete_report_is_not_taken_for_a_bms),
        cmocka_unit_test(over_voltage_trips_after_half_a_second_and_clears_10_s_after_2_v_below),
        cmocka_unit_test(the_low_voltage_alarm_is_2_v_lower_over_half_load),
        cmocka_unit_test(an_open_battery_is_told_after_2_s_and_back_after_10),
        cmocka_unit_test(pv_faults_stop_the_sun_only),
        cmocka_unit_test(over_temperature_restarts_when_cool_unless_forbidden),
        cmocka_unit_test(overload_trips_by_its_ladder),
        cmocka_unit_test(overload_restarts_after_30_s_30_s_an_hour_and_then_latches),
        cmocka_unit_test(overload_moves_to_the_grid_where_there_is_one),
        cmocka_unit_test(what_hardware_reports_stops_the_output_as_the_table_says),
        cmocka_unit_test(output_2_is_shed_below_its_voltage_and_comes_back_after_a_minute),
        cmocka_unit_test(an_empty_battery_turns_the_output_off_and_on_again_at_its_recovery),
        cmocka_unit_test(every_change_of_a_fault_is_an_event),
        cmocka_unit_test(two_starts_at_different_clocks_behave_alike_across_the_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
