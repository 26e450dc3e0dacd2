/* SPDX-License-Identifier: Apache-2.0 */
/* The generator port: acceptance scenarios 78 to 82, 90 and 119 of manual 000. */
#include "core_test.h"

#include "core/hybrid/gen_port.h"

enum { SECOND_MS = 1000, MINUTE_S = 60, HOUR_S = 3600, HOUR_MS = 3600000 };

static const struct gen_rules rules = {true, true, 30000, 95000, 24 * HOUR_MS, 0};

static void the_contact_closes_at_its_level_and_opens_when_full(void **state)
{
    struct gen_state gen = {.day = 10};
    struct gen_wants wants = {.level = 31000};
    int64_t at = 10 * 86400 + 8 * HOUR_S;
    (void)state;
    assert_false(gen_contact(&gen, &rules, &wants, SECOND_MS, at));
    wants.level = 30000;
    assert_true(gen_contact(&gen, &rules, &wants, SECOND_MS, at));
    wants.level = 94999;
    assert_true(gen_contact(&gen, &rules, &wants, SECOND_MS, at));
    wants.level = 95000;
    assert_false(gen_contact(&gen, &rules, &wants, SECOND_MS, at));
    struct gen_rules off = rules;
    off.signal = false;
    wants.level = 5000;
    assert_false(gen_contact(&gen, &off, &wants, SECOND_MS, at));
}

/* 79: two hours a day, half an hour more; 08:00 to 10:30, not again before midnight. */
static void a_day_has_so_many_hours_and_then_no_more(void **state)
{
    const struct gen_rules limited = {true, true, 30000, 95000, 2 * HOUR_MS, HOUR_MS / 2};
    struct gen_state gen = {.day = 10};
    const struct gen_wants wants = {.level = 20000};
    int opened_min = -1;
    (void)state;
    for (int s = 8 * HOUR_S; s < 24 * HOUR_S; s += 10) {
        bool closed = gen_contact(&gen, &limited, &wants, 10 * SECOND_MS, 10 * 86400 + s);
        if (!closed && opened_min < 0) {
            opened_min = s / MINUTE_S;
        }
        assert_false(closed && opened_min >= 0);
    }
    assert_in_range(opened_min, 10 * 60 + 29, 10 * 60 + 31);
    assert_true(gen_contact(&gen, &limited, &wants, SECOND_MS, 11 * 86400));
    assert_int_equal(gen.run_ms, 0);
}

static void a_slot_calls_it_until_its_level(void **state)
{
    struct gen_state gen = {.day = 10};
    struct gen_wants wants = {.level = 60000, .slot = true};
    (void)state;
    assert_true(gen_contact(&gen, &rules, &wants, SECOND_MS, 10 * 86400));
    wants.slot_done = true;
    assert_false(gen_contact(&gen, &rules, &wants, SECOND_MS, 10 * 86400));
}

static void load_goes_before_charge_and_peaks_to_the_inverter(void **state)
{
    int32_t charge = 4000;
    int32_t inverter;
    (void)state;
    assert_int_equal(gen_share(5000, false, 3000, &charge, &inverter), 5000); /* 119 */
    assert_int_equal(charge, 2000);
    charge = 0;
    assert_int_equal(gen_share(5000, true, 7000, &charge, &inverter), 5000); /* 90 */
    assert_int_equal(inverter, 2000);
}

/* 80, 81 */
static void a_smart_load_follows_level_and_sun(void **state)
{
    const struct smart_rules smart = {100000, 95000, 500, false};
    static const struct {
        int32_t level, pv_w;
        bool on;
    } steps[] = {{99000, 800, false}, {100000, 400, false}, {100000, 600, true}, {96000, 600, true},
                 {94000, 600, false}, {100000, 600, true},  {100000, 450, false}};
    struct smart_state load = {0};
    uint32_t now_ms = UINT32_MAX - 60000;
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        now_ms += 31000;
        assert_int_equal(smart_load(&load, &smart, steps[i].level, steps[i].pv_w, false, now_ms),
                         steps[i].on);
    }
    const struct smart_rules always = {100000, 95000, 500, true};
    now_ms += 31000;
    assert_true(smart_load(&load, &always, 50000, 0, true, now_ms));
    assert_true(smart_load(&load, &always, 50000, 0, false, now_ms + 1000)); /* 30 s at least */
    assert_false(smart_load(&load, &always, 50000, 0, false, now_ms + 30000));
}

/* 82 */
static void micro_inverters_are_held_by_frequency(void **state)
{
    const struct micro_rules micro = {95000, 100000, 5000, 5200};
    bool let = true;
    (void)state;
    assert_int_equal(micro_hz100(&micro, 50000), 5000);
    assert_int_equal(micro_hz100(&micro, 95000), 5000);
    assert_int_equal(micro_hz100(&micro, 96000), 5040);
    assert_int_equal(micro_hz100(&micro, 97500), 5100);
    assert_int_equal(micro_hz100(&micro, 99000), 5160);
    assert_int_equal(micro_hz100(&micro, 100000), 5200);
    assert_true(micro_let(&let, &micro, 99000));
    assert_false(micro_let(&let, &micro, 100000));
    assert_false(micro_let(&let, &micro, 95000));
    assert_true(micro_let(&let, &micro, 94900));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_contact_closes_at_its_level_and_opens_when_full),
        cmocka_unit_test(a_day_has_so_many_hours_and_then_no_more),
        cmocka_unit_test(a_slot_calls_it_until_its_level),
        cmocka_unit_test(load_goes_before_charge_and_peaks_to_the_inverter),
        cmocka_unit_test(a_smart_load_follows_level_and_sun),
        cmocka_unit_test(micro_inverters_are_held_by_frequency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
