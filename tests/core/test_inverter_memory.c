/* SPDX-License-Identifier: Apache-2.0 */
/* What an inverter keeps over a loss of power: nothing half, nothing acknowledged lost, nothing out
   of range believed; and how its flash wears. */
#include <stdlib.h>

#include "core_test.h"

#include "core/inverter/memory.h"
#include "ram_flash.h"

enum { STEP_MS = 1000 };

static struct ram_flash ram;

static void boot(struct inverter *inverter, struct inverter_memory *memory)
{
    inverter_init(inverter, product_find("offgrid_6000")->inverter, 1000);
    (void)!inverter_memory_mount(memory, &ram.flash, inverter);
    inverter->in.grid_mv = 230000;
    inverter->in.grid_hz100 = 5000;
    inverter->in.battery_mv = 52000;
    inverter->in.heatsink_c10 = 250;
}

static void run(struct inverter *inverter, struct inverter_memory *memory, int steps)
{
    for (int i = 0; i < steps; i++) {
        inverter->in.now_ms += STEP_MS;
        inverter_step(inverter);
        inverter_memory_step(memory, inverter);
    }
}

static void settings_and_counters_come_back(void **state)
{
    struct inverter inverter;
    struct inverter_memory memory;
    (void)state;
    ram_flash_init(&ram);
    boot(&inverter, &memory);
    assert_int_equal(inverter_set(&inverter, SET_BATTERY_TYPE, 6), VERDICT_OK); /* L16 */
    assert_int_equal(inverter_set(&inverter, SET_CHARGE_CURRENT_MAX, 33000), VERDICT_OK);
    inverter.in.load_w = 1000;
    inverter.days_since_equalize = 17;
    inverter_set_clock(&inverter, 86400 * 100 + 3600);
    run(&inverter, &memory, 7200);
    assert_int_equal(inverter_memory_save(&memory, &inverter), NVM_OK);
    int64_t load = inverter.energy.total_mws[METER_LOAD];
    assert_int_equal(inverter_energy_wh(&inverter, METER_LOAD, false), 2000);
    assert_int_equal(inverter_energy_wh(&inverter, METER_LOAD, true), 2000);
    boot(&inverter, &memory);
    assert_false(inverter.in.memory_bad);
    assert_int_equal(inverter.set[SET_BATTERY_TYPE], 6);
    assert_int_equal(inverter.set[SET_BOOST_V], 56800);
    assert_int_equal(inverter.set[SET_BATTERY_CUTOFF_V], 48800);
    assert_int_equal(inverter.set[SET_CHARGE_CURRENT_MAX], 33000);
    assert_int_equal(inverter.days_since_equalize, 17);
    assert_true(inverter.energy.total_mws[METER_LOAD] == load);
}

static void a_new_day_begins_its_counters_at_nothing(void **state)
{
    struct inverter inverter;
    struct inverter_memory memory;
    (void)state;
    ram_flash_init(&ram);
    boot(&inverter, &memory);
    inverter.in.load_w = 3600;
    inverter_set_clock(&inverter, 86400 * 100 - 1800);
    run(&inverter, &memory, 3600);
    assert_int_equal(inverter_energy_wh(&inverter, METER_LOAD, false), 3600);
    assert_in_range(inverter_energy_wh(&inverter, METER_LOAD, true), 1799, 1801);
    assert_true(inverter_clock(&inverter) == 86400 * 100 + 1800);
    inverter_set_clock(&inverter, 86400 * 100 + 7200); /* the same day */
    run(&inverter, &memory, 1);
    assert_true(inverter_energy_wh(&inverter, METER_LOAD, true) > 1790);
}

static void flows_are_told_apart(void **state)
{
    struct inverter inverter;
    struct inverter_memory memory;
    (void)state;
    ram_flash_init(&ram);
    boot(&inverter, &memory);
    struct inverter_inputs *in = &inverter.in;
    in->pv_mv = 360000;
    in->pv_ma = 10000;
    in->battery_ma = -20000;
    in->port_w = 500;
    in->load_w = 900;
    run(&inverter, &memory, 3600);
    in->port_w = -250;
    in->battery_ma = 10000;
    inverter.set[SET_GRID_FEED] = 1;
    run(&inverter, &memory, 3600);
    in->grid_mv = 0;
    in->gen_mv = 230000;
    in->gen_hz100 = 5000;
    inverter.set[SET_GENERATOR_AUTO] = 1;
    in->port_w = 0;
    run(&inverter, &memory, 10);
    assert_int_equal(inverter.out.feed, FEED_GENERATOR);
    in->port_w = 2000;
    run(&inverter, &memory, 3600);
    static const struct {
        enum meter_flow flow;
        int wh;
    } wanted[] = {{METER_PV, 10810},       {METER_LOAD, 2702},      {METER_BOUGHT, 500},
                  {METER_SOLD, 250},       {METER_GENERATED, 2000}, {METER_CHARGED, 1040},
                  {METER_DISCHARGED, 1041}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        int wh = (int)inverter_energy_wh(&inverter, wanted[i].flow, false);
        if (abs(wh - wanted[i].wh) > 3) {
            fail_msg("flow %d: %d Wh, not %d", (int)wanted[i].flow, wh, wanted[i].wh);
        }
    }
}

/* The supply fails at every single byte of a write of settings: afterwards there are the old ones
   or the new ones, whole. */
static void a_power_cut_at_any_byte_leaves_old_or_new_settings(void **state)
{
    (void)state;
    long cuts = 0;
    long kept_new = 0;
    for (int sector_fill = 0; sector_fill < 5;
         sector_fill++) { /* also across the change of sector */
        for (long cut = 1;; cut++) {
            struct inverter inverter;
            struct inverter_memory memory;
            ram_flash_init(&ram);
            boot(&inverter, &memory);
            for (int i = 0; i <= sector_fill; i++) {
                assert_int_equal(inverter_set(&inverter, SET_CHARGE_CURRENT_MAX, (40 + i) * 1000),
                                 VERDICT_OK);
                run(&inverter, &memory, 1);
            }
            int32_t old = inverter.set[SET_CHARGE_CURRENT_MAX];
            ram.left = cut;
            assert_int_equal(inverter_set(&inverter, SET_BATTERY_TYPE, 6), VERDICT_OK);
            assert_int_equal(inverter_set(&inverter, SET_CHARGE_CURRENT_MAX, 77000), VERDICT_OK);
            run(&inverter, &memory, 1);
            bool done = !ram.cut;
            bool acknowledged = !memory.unsaved;
            ram_flash_power(&ram);
            boot(&inverter, &memory);
            bool is_new = inverter.set[SET_CHARGE_CURRENT_MAX] == 77000 &&
                          inverter.set[SET_BATTERY_TYPE] == 6;
            bool is_old =
                inverter.set[SET_CHARGE_CURRENT_MAX] == old && inverter.set[SET_BATTERY_TYPE] == 3;
            if (!(is_new || is_old) || (acknowledged && !is_new) || inverter.in.memory_bad) {
                fail_msg("cut at unit %ld with %d before: type %d, %d mA, bad %d", cut, sector_fill,
                         inverter.set[SET_BATTERY_TYPE], inverter.set[SET_CHARGE_CURRENT_MAX],
                         inverter.in.memory_bad);
            }
            cuts++;
            kept_new += is_new;
            if (done) {
                break;
            }
        }
    }
    print_message("%ld cuts, new settings after %ld of them\n", cuts, kept_new);
    assert_true(cuts > 500);
}

/* Stored as by a faulty program: what no row takes is not believed. */
static void a_stored_setting_out_of_range_falls_to_its_default_and_is_told(void **state)
{
    struct inverter inverter;
    struct inverter_memory memory;
    (void)state;
    ram_flash_init(&ram);
    boot(&inverter, &memory);
    inverter.set[SET_CHARGE_CURRENT_MAX] = 500000;
    inverter.set[SET_SUPPLY_MODE] = SUPPLY_SBU;
    assert_int_equal(inverter_memory_save(&memory, &inverter), NVM_OK);
    boot(&inverter, &memory);
    assert_int_equal(inverter.set[SET_CHARGE_CURRENT_MAX], 20000);
    assert_int_equal(inverter.set[SET_SUPPLY_MODE], SUPPLY_SBU);
    run(&inverter, &memory, 2);
    assert_true(inverter_has(&inverter, FAULT_A_MEMORY));
    assert_int_equal(inverter.out.output1, true); /* it warns, and runs */
    run(&inverter, &memory, 70);                  /* written well again */
    assert_false(inverter_has(&inverter, FAULT_A_MEMORY));
    boot(&inverter, &memory);
    run(&inverter, &memory, 2);
    assert_false(inverter_has(&inverter, FAULT_A_MEMORY));
}

static void stored_settings_that_contradict_fall_to_the_defaults(void **state)
{
    struct inverter inverter;
    struct inverter_memory memory;
    (void)state;
    ram_flash_init(&ram);
    boot(&inverter, &memory);
    inverter.set[SET_BATTERY_TO_GRID_V] = 52000;
    inverter.set[SET_GRID_TO_BATTERY_V] = 48000;
    assert_int_equal(inverter_memory_save(&memory, &inverter), NVM_OK);
    boot(&inverter, &memory);
    assert_int_equal(inverter.set[SET_BATTERY_TO_GRID_V], 46000);
    assert_int_equal(inverter.set[SET_GRID_TO_BATTERY_V], 54000);
    assert_true(inverter.in.memory_bad);
}

static void a_flash_that_fails_is_alarm_502_and_no_more(void **state)
{
    struct inverter inverter;
    struct inverter_memory memory;
    (void)state;
    ram_flash_init(&ram);
    boot(&inverter, &memory);
    run(&inverter, &memory, 10);
    ram.left = 1;
    assert_int_equal(inverter_set(&inverter, SET_CHARGE_CURRENT_MAX, 44000), VERDICT_OK);
    run(&inverter, &memory, 2);
    assert_true(inverter_has(&inverter, FAULT_A_MEMORY));
    assert_true(inverter.out.output1);
    ram_flash_power(&ram);
    run(&inverter, &memory, 62); /* tried again after a minute */
    assert_false(inverter_has(&inverter, FAULT_A_MEMORY));
    boot(&inverter, &memory);
    assert_int_equal(inverter.set[SET_CHARGE_CURRENT_MAX], 44000);
}

/* A year of hourly counters and a setting a day. */
static void the_flash_wears_slowly(void **state)
{
    struct inverter inverter;
    struct inverter_memory memory;
    (void)state;
    ram_flash_init(&ram);
    boot(&inverter, &memory);
    for (int hour = 0; hour < 365 * 24; hour++) {
        inverter.in.now_ms += 3600000;
        inverter.in.load_w = 500 + hour % 700;
        inverter.set[SET_CHARGE_CURRENT_MAX] = (20 + hour / 24 % 40) * 1000;
        inverter_step(&inverter);
        inverter_memory_step(&memory, &inverter);
    }
    double share = (double)RAM_SECTOR / 4096.0;
    print_message("%u erases of a sector of %d B in a year: %.0f of 4 kB in 20 years\n",
                  ram.erases[0], RAM_SECTOR, ram.erases[0] * 20.0 * share);
    assert_true(ram.erases[0] * 20.0 * share < 5000.0);
    assert_true(abs((int)ram.erases[0] - (int)ram.erases[1]) <= 1); /* wear goes round */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_and_counters_come_back),
        cmocka_unit_test(a_new_day_begins_its_counters_at_nothing),
        cmocka_unit_test(flows_are_told_apart),
        cmocka_unit_test(a_power_cut_at_any_byte_leaves_old_or_new_settings),
        cmocka_unit_test(a_stored_setting_out_of_range_falls_to_its_default_and_is_told),
        cmocka_unit_test(stored_settings_that_contradict_fall_to_the_defaults),
        cmocka_unit_test(a_flash_that_fails_is_alarm_502_and_no_more),
        cmocka_unit_test(the_flash_wears_slowly),
    };
    return cmocka_run_group_tests_name("inverter memory", tests, NULL, NULL);
}
