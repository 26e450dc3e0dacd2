/* SPDX-License-Identifier: Apache-2.0 */
/* Energy rules of the grid-tied products: the acceptance scenarios of manuals 000 and 001 as
   arithmetic, and what holds whatever is there and set. */
#include "core_test.h"

#include "core/hybrid/energy.h"
#include "core/units.h"

#define SELL WORK_SELL_FIRST
#define LOAD WORK_ZERO_EXPORT_LOAD
#define CT   WORK_ZERO_EXPORT_CT

struct plan_case {
    int no; /* of the acceptance scenarios */
    struct energy_in in;
    struct energy_rules rules;
    int32_t pv_w, battery_w, port_w;
};

#define SET .max_solar_w = 15600, .max_sell_w = 12000, .zero_export_w = 20, .ac_max_w = 13200

static const struct plan_case plans[] = {
    {60, {.grid = true, .pv_w = 10000, .load_w = 2000}, {.mode = SELL, SET}, 10000, 0, -8000},
    {61,
     {.grid = true, .pv_w = 10000, .load_w = 2000},
     {.mode = SELL, .max_solar_w = 15600, .max_sell_w = 3000, .ac_max_w = 13200},
     5000,
     0,
     -3000},
    {62,
     {.grid = true, .load_w = 1000, .may_discharge = true, .discharge_max_w = 9000},
     {.mode = SELL, .slot = true, .slot_w = 4000, SET},
     0,
     4000,
     -3000},
    {62,
     {.grid = true, .load_w = 1000, .may_discharge = false, .discharge_max_w = 9000},
     {.mode = SELL, .slot = true, .slot_w = 4000, SET},
     0,
     0,
     1000},
    {63,
     {.grid = true, .load_w = 1000, .may_discharge = true, .discharge_max_w = 9000},
     {.mode = SELL, SET},
     0,
     0,
     1000},
    {64,
     {.grid = true, .pv_w = 6000, .load_w = 2000, .home_w = 1000, .home_known = true},
     {.mode = LOAD, .pattern = PATTERN_LOAD_FIRST, SET},
     1980,
     0,
     20},
    {65,
     {.grid = true, .pv_w = 6000, .load_w = 2000, .home_w = 1000, .home_known = true},
     {.mode = CT, .pattern = PATTERN_LOAD_FIRST, SET},
     2980,
     0,
     -980},
    {66,
     {.grid = true, .pv_w = 6000, .load_w = 2000, .home_w = 1000, .home_known = true},
     {.mode = CT, .pattern = PATTERN_LOAD_FIRST, .solar_sell = true, SET},
     6000,
     0,
     -4000},
    {67,
     {.grid = true,
      .load_w = 2000,
      .home_w = 1000,
      .home_known = true,
      .may_discharge = true,
      .discharge_max_w = 9000},
     {.mode = CT, .pattern = PATTERN_LOAD_FIRST, .solar_sell = true, SET},
     0,
     2980,
     -980},
    {68,
     {.grid = true, .pv_w = 3000, .load_w = 2000, .charge_max_w = 5000, .grid_charge_w = 2000},
     {.mode = SELL, .pattern = PATTERN_BATTERY_FIRST, SET},
     3000,
     -5000,
     4000},
    {69,
     {.grid = true, .pv_w = 3000, .load_w = 2000, .charge_max_w = 5000, .grid_charge_w = 2000},
     {.mode = SELL, .pattern = PATTERN_LOAD_FIRST, SET},
     3000,
     -3000,
     2000},
    {70,
     {.grid = true,
      .pv_w = 1000,
      .load_w = 8000,
      .may_discharge = true,
      .may_shave = true,
      .discharge_max_w = 9000},
     {.mode = SELL, .shave = true, .shave_w = 5000, SET},
     1000,
     2000,
     5000},
    {71,
     {.grid = true, .pv_w = 1000, .load_w = 8000, .discharge_max_w = 9000},
     {.mode = SELL, .shave = true, .shave_w = 5000, SET},
     1000,
     0,
     7000},
    {72,
     {.grid = true, .load_w = 0, .charge_max_w = 6000, .grid_charge_w = 2000},
     {.mode = CT, .slot = true, .slot_w = 5000, SET},
     0,
     -2000,
     2000},
    {73,
     {.grid = true,
      .load_w = 3000,
      .home_known = true,
      .may_discharge = true,
      .discharge_max_w = 9000},
     {.mode = CT, .slot = true, .slot_w = 5000, SET},
     0,
     2980,
     20},
    {73,
     {.grid = true,
      .load_w = 7000,
      .home_known = true,
      .may_discharge = true,
      .discharge_max_w = 9000},
     {.mode = CT, .slot = true, .slot_w = 5000, SET},
     0,
     5000,
     2000},
};

static void the_hybrid_plans_as_the_acceptance_scenarios_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        const struct plan_case *c = &plans[i];
        struct energy_out out;
        energy_plan(&c->in, &c->rules, &out);
        if (out.pv_w != c->pv_w || out.battery_w != c->battery_w || out.port_w != c->port_w) {
            fail_msg("%d: pv %d battery %d port %d", c->no, (int)out.pv_w, (int)out.battery_w,
                     (int)out.port_w);
        }
    }
}

static void a_lost_ct_stops_export_and_feeds_the_back_up_load_alone(void **state)
{
    const struct energy_in in = {.grid = true,
                                 .pv_w = 9000,
                                 .load_w = 2000,
                                 .home_w = 1000,
                                 .may_discharge = true,
                                 .discharge_max_w = 9000};
    const struct energy_rules rules = {
        .mode = CT, .pattern = PATTERN_LOAD_FIRST, .solar_sell = true, SET};
    struct energy_out out;
    (void)state;
    energy_plan(&in, &rules, &out);
    assert_int_equal(out.port_w, 20);
}

static int32_t some(uint32_t *seed, int32_t most) { return dice_range(seed, 0, most); }

static void draw(uint32_t *seed, struct energy_in *in, struct energy_rules *rules)
{
    bool charging = dice(seed) % 2 == 0;
    *in = (struct energy_in){.grid = dice(seed) % 4 != 0,
                             .pv_w = dice(seed) % 3 == 0 ? 0 : some(seed, 20000),
                             .load_w = some(seed, 16000),
                             .home_w = some(seed, 8000),
                             .home_known = dice(seed) % 4 != 0,
                             .charge_max_w = charging ? some(seed, 12000) : 0,
                             .discharge_max_w = some(seed, 12000),
                             .may_discharge = dice(seed) % 2 == 0,
                             .may_shave = dice(seed) % 2 == 0};
    in->grid_charge_w = dice(seed) % 2 == 0 ? some(seed, 8000) : 0;
    *rules = (struct energy_rules){.mode = (enum work_mode)(dice(seed) % 3),
                                   .pattern = (enum energy_pattern)(dice(seed) % 2),
                                   .solar_sell = dice(seed) % 2 == 0,
                                   .slot = dice(seed) % 2 == 0,
                                   .slot_w = some(seed, 12000),
                                   .max_solar_w = some(seed, 15600),
                                   .max_sell_w = some(seed, 12000),
                                   .zero_export_w = some(seed, 500),
                                   .shave = dice(seed) % 2 == 0,
                                   .shave_w = some(seed, 34500),
                                   .ac_max_w = 13200};
}

/* Whatever is drawn: the balance, every limit, no battery energy sold but in a slot of selling
   first, nothing sold where it may not be, no load shed for a limit of what is bought. */
static void every_plan_keeps_its_limits(void **state)
{
    uint32_t seed = 4711;
    (void)state;
    for (int i = 0; i < 400000; i++) {
        struct energy_in in;
        struct energy_rules rules;
        struct energy_out out;
        draw(&seed, &in, &rules);
        energy_plan(&in, &rules, &out);
        assert_int_equal(out.pv_w + out.battery_w + out.port_w + out.short_w, in.load_w);
        assert_true(out.pv_w >= 0 && out.pv_w <= min_i32(in.pv_w, rules.max_solar_w));
        assert_true(-out.battery_w <= in.charge_max_w);
        assert_true(out.battery_w <= in.discharge_max_w);
        assert_true(out.battery_w <= 0 || in.may_discharge || (in.may_shave && rules.shave));
        assert_true(abs_i32(out.pv_w + out.battery_w) <= rules.ac_max_w);
        assert_true(out.short_w >= 0);
        assert_true(!in.grid || out.short_w == 0);
        if (!in.grid) {
            assert_int_equal(out.port_w, 0);
            continue;
        }
        int32_t ct = out.port_w + in.home_w;
        bool sells = rules.mode == SELL || rules.solar_sell;
        if (rules.mode == SELL || (sells && rules.mode == LOAD)) {
            assert_true(-out.port_w <= rules.max_sell_w);
        }
        if (rules.mode == LOAD && !sells) {
            assert_true(out.port_w >= min_i32(rules.zero_export_w, in.load_w));
        }
        if (rules.mode == CT && in.home_known) {
            int32_t least = min_i32(rules.zero_export_w, in.load_w + in.home_w);
            assert_true(sells ? -ct <= rules.max_sell_w : ct >= least);
        }
        if (rules.mode == CT && !in.home_known) {
            assert_true(out.port_w >= min_i32(rules.zero_export_w, in.load_w));
        }
        if (rules.mode != SELL && out.battery_w > 0 && -out.port_w > 0) { /* for the home alone */
            assert_true(rules.mode == CT || out.pv_w > in.load_w - rules.zero_export_w);
        }
    }
}

static void off_the_grid_sun_then_battery_then_nothing(void **state)
{
    struct energy_in in = {.pv_w = 3000,
                           .load_w = 5000,
                           .charge_max_w = 4000,
                           .discharge_max_w = 4000,
                           .may_discharge = true};
    const struct energy_rules rules = {.mode = SELL, SET};
    struct energy_out out;
    (void)state;
    energy_plan(&in, &rules, &out);
    assert_int_equal(out.pv_w, 3000);
    assert_int_equal(out.battery_w, 2000);
    in.may_discharge = false;
    energy_plan(&in, &rules, &out);
    assert_int_equal(out.short_w, 2000);
    in.pv_w = 12000;
    energy_plan(&in, &rules, &out);
    assert_int_equal(out.battery_w, -4000);
    assert_int_equal(out.pv_w, 9000); /* the rest is held back */
    assert_int_equal(out.short_w, 0);
}

struct retrofit_case {
    int no;
    enum retrofit_mode mode;
    struct retrofit_in in;
    int32_t battery_w;
};

#define THERE .grid = true, .sampled = true, .charge_max_w = 3000, .discharge_max_w = 3000

static const struct retrofit_case retrofits[] = {
    {91, RETROFIT_SELF, {THERE, .pv_w = 4000, .load_w = 1000, .may_discharge = true}, -3000},
    {92, RETROFIT_SELF, {.grid = true, .sampled = true, .pv_w = 4000, .load_w = 1000}, 0},
    {93, RETROFIT_SELF, {THERE, .load_w = 2000, .may_discharge = true}, 2000},
    {93, RETROFIT_SELF, {THERE, .load_w = 5000, .may_discharge = true}, 3000},
    {94, RETROFIT_SELF, {THERE, .load_w = 1000}, 0},
    {95, RETROFIT_TIMED, {THERE, .window = WINDOW_CHARGE, .may_discharge = true}, -3000},
    {95,
     RETROFIT_TIMED,
     {THERE, .window = WINDOW_DISCHARGE, .load_w = 1500, .may_discharge = true},
     1500},
    {96, RETROFIT_BACK_UP, {THERE, .load_w = 1000, .may_discharge = true}, 0},
    {96,
     RETROFIT_BACK_UP,
     {.load_w = 1000, .may_discharge = true, .discharge_max_w = 3000, .charge_max_w = 3000},
     1000},
    {105,
     RETROFIT_SELF,
     {.grid = true,
      .load_w = 2000,
      .may_discharge = true,
      .discharge_max_w = 3000,
      .charge_max_w = 3000},
     0},
};

static void the_retrofit_plans_as_the_acceptance_scenarios_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof retrofits / sizeof retrofits[0]; i++) {
        int32_t battery = retrofit_plan(&retrofits[i].in, retrofits[i].mode);
        if (battery != retrofits[i].battery_w) {
            fail_msg("%d: %d W", retrofits[i].no, (int)battery);
        }
    }
}

static void slots_go_round_the_clock(void **state)
{
    static const int32_t example[SLOTS] = {60, 300, 480, 600, 900, 1080};
    static const int32_t midnight[SLOTS] = {1320, 60, 60, 600, 720, 1440 - 120};
    static const int32_t equal[SLOTS] = {300, 300, 300, 300, 300, 300};
    (void)state;
    assert_int_equal(slot_at(example, 60), 0);
    assert_int_equal(slot_at(example, 299), 0);
    assert_int_equal(slot_at(example, 300), 1);
    assert_int_equal(slot_at(example, 12 * 60), 3);
    assert_int_equal(slot_at(example, 1439), 5);
    assert_int_equal(slot_at(example, 30), 5); /* 00:30: the last goes over midnight (75) */
    assert_int_equal(slot_at(midnight, 0), 0);
    assert_int_equal(slot_at(midnight, 59), 0);
    assert_int_equal(slot_at(midnight, 60), 2); /* the second has no time */
    assert_int_equal(slot_at(midnight, 1321), 0);
    for (int32_t minute = 0; minute < DAY_MIN; minute += 7) {
        assert_int_equal(slot_at(equal, minute), 0);
    }
}

/* Each minute is of one slot only, as long as the starts go once round. */
static void each_minute_has_one_slot(void **state)
{
    uint32_t seed = 12;
    (void)state;
    for (int i = 0; i < 3000; i++) {
        int32_t start[SLOTS];
        int32_t at = dice_range(&seed, 0, DAY_MIN - 1);
        int32_t left = DAY_MIN - 1;
        int32_t minutes[SLOTS] = {0};
        for (int k = 0; k < SLOTS; k++) {
            start[k] = at % DAY_MIN;
            int32_t length = dice(&seed) % 4 == 0 ? 0 : dice_range(&seed, 0, left / 2);
            at += length;
            left -= length;
        }
        for (int32_t minute = 0; minute < DAY_MIN; minute++) {
            minutes[slot_at(start, minute)]++;
        }
        for (int k = 0; k < SLOTS; k++) {
            int32_t length = (start[(k + 1) % SLOTS] - start[k] + DAY_MIN) % DAY_MIN;
            if (minutes[k] != length && length != 0 && minutes[k] != DAY_MIN) {
                fail_msg("slot %d has %d of %d minutes", k, (int)minutes[k], (int)length);
            }
        }
    }
}

static void gates_open_again_with_room_between(void **state)
{
    struct level_gate falls = {true};
    struct level_gate rises = {true};
    (void)state;
    assert_true(gate_falls(&falls, 41000, 40000, 41000));
    assert_false(gate_falls(&falls, 40000, 40000, 41000));
    assert_false(gate_falls(&falls, 40500, 40000, 41000));
    assert_true(gate_falls(&falls, 41000, 40000, 41000));
    assert_true(gate_rises(&rises, 79000, 80000, 78000));
    assert_false(gate_rises(&rises, 80000, 80000, 78000));
    assert_false(gate_rises(&rises, 79000, 80000, 78000));
    assert_true(gate_rises(&rises, 78000, 80000, 78000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hybrid_plans_as_the_acceptance_scenarios_say),
        cmocka_unit_test(a_lost_ct_stops_export_and_feeds_the_back_up_load_alone),
        cmocka_unit_test(every_plan_keeps_its_limits),
        cmocka_unit_test(off_the_grid_sun_then_battery_then_nothing),
        cmocka_unit_test(the_retrofit_plans_as_the_acceptance_scenarios_say),
        cmocka_unit_test(slots_go_round_the_clock),
        cmocka_unit_test(each_minute_has_one_slot),
        cmocka_unit_test(gates_open_again_with_room_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
