/* SPDX-License-Identifier: Apache-2.0 */
/* A battery without electronics: wells, gas and layers behave as their sources say. */
#include "plant_test.h"

#include "plant/plain_battery.h"

static double volts_at(const struct plain_battery *battery, double amps)
{
    double v;
    double r;
    plain_battery_source(battery, amps > 0.0, &v, &r);
    return v + r * amps;
}

static void step(struct plain_battery *battery, double amps)
{
    plain_battery_step(battery, volts_at(battery, amps), amps, 1.0);
}

/* A charger of at most `amps` that holds `volts`. */
static double charge(struct plain_battery *battery, double volts, double amps, int minutes)
{
    double current = 0.0;
    for (int i = 0; i < minutes * 60; i++) {
        double v;
        double r;
        plain_battery_source(battery, true, &v, &r);
        current = fmin(fmax((volts - v) / r, 0.0), amps);
        step(battery, current);
    }
    return current;
}

static double drawn_ah(struct plain_battery *battery, double amps, double until_v)
{
    int s = 0;
    while (plain_battery_gives(battery) && volts_at(battery, -amps) > until_v) {
        step(battery, -amps);
        s++;
    }
    return amps * s / 3600.0;
}

static void no_energy_comes_from_nowhere(void **state)
{
    (void)state;
    for (int kind = PLAIN_LEAD_ACID; kind <= PLAIN_NMC; kind++) {
        struct plain_battery battery;
        struct rng rng;
        rng_seed(&rng, 8, (uint64_t)kind);
        plain_battery_init(&battery, (enum plain_kind)kind, 0, 200.0, 0.5);
        double amps = 0.0;
        double least = 0.0;
        for (int i = 0; i < 500000; i++) {
            if (i % 600 == 0) {
                amps = between(&rng, -60.0, 60.0);
            }
            bool empty = !plain_battery_gives(&battery) || volts_at(&battery, amps) < 40.0;
            bool full = volts_at(&battery, amps) > 62.0;
            amps = empty ? 10.0 : full ? -10.0 : amps;
            double before = battery.lost_j;
            step(&battery, amps);
            least = fmin(least, battery.lost_j - before);
            assert_true(battery.near_as >= 0.0 && battery.far_as >= 0.0);
        }
        print_message("kind %d: least loss of a step %.3g J of some 3 kJ\n", kind, least);
        assert_true(least > -30.0); /* the voltage of a step is that of its beginning */
        assert_true(battery.lost_j > 0.0);
    }
}

static void the_soc_stays_between_0_and_1(void **state)
{
    (void)state;
    struct plain_battery battery;
    plain_battery_init(&battery, PLAIN_LEAD_ACID, 0, 100.0, 0.9);
    for (int i = 0; i < 10000; i++) {
        step(&battery, 100.0);
        assert_true(plain_battery_soc(&battery) <= 1.0);
    }
    near(plain_battery_soc(&battery), 1.0, 0.03);
    for (int i = 0; i < 10000; i++) {
        step(&battery, -100.0);
        assert_true(plain_battery_soc(&battery) >= 0.0);
    }
    assert_true(battery.near_as < 0.02 * battery.capacity_as); /* the far well lags */
}

static void voltages_are_those_of_the_48_v_class(void **state)
{
    (void)state;
    struct plain_battery battery;
    plain_battery_init(&battery, PLAIN_LEAD_ACID, 0, 200.0, 0.0);
    near(volts_at(&battery, 0.0), 24 * 1.97, 1e-9);
    plain_battery_init(&battery, PLAIN_LEAD_ACID, 0, 200.0, 1.0);
    near(volts_at(&battery, 0.0), 24 * 2.13, 1e-9);
    plain_battery_init(&battery, PLAIN_NMC, 0, 200.0, 1.0);
    near(volts_at(&battery, 0.0), 14 * 4.15, 1e-9);
    plain_battery_init(&battery, PLAIN_NMC, 13, 200.0, 1.0);
    near(volts_at(&battery, 0.0), 13 * 4.15, 1e-9);
}

static void a_hard_discharge_ends_early_and_recovers(void **state)
{
    (void)state;
    struct plain_battery slow;
    struct plain_battery hard;
    plain_battery_init(&slow, PLAIN_LEAD_ACID, 0, 200.0, 1.0);
    plain_battery_init(&hard, PLAIN_LEAD_ACID, 0, 200.0, 1.0);
    double slow_ah = drawn_ah(&slow, 10.0, 44.0);
    double hard_ah = drawn_ah(&hard, 130.0, 42.0);
    print_message("200 Ah give %.0f Ah in %.0f h and %.0f Ah in %.1f h\n", slow_ah, slow_ah / 10.0,
                  hard_ah, hard_ah / 130.0);
    assert_true(slow_ah > 180.0);
    assert_in_range((int)hard_ah, 100, 150);
    for (int i = 0; i < 4 * 3600; i++) {
        step(&hard, 0.0);
    }
    assert_true(drawn_ah(&hard, 20.0, 42.0) > 30.0);
}

static void a_charge_reaches_its_voltage_before_it_is_full_and_tapers(void **state)
{
    (void)state;
    struct plain_battery battery;
    plain_battery_init(&battery, PLAIN_LEAD_ACID, 0, 200.0, 0.3);
    int minutes = 0;
    while (charge(&battery, 56.8, 20.0, 1) >= 20.0) {
        minutes++;
    }
    double soc = plain_battery_soc(&battery);
    print_message("20 A reach 56.8 V at %.0f %% after %d min\n", soc * 100.0, minutes);
    assert_true(soc > 0.7 && soc < 0.95);
    double tail = charge(&battery, 56.8, 20.0, 120);
    assert_true(tail > 0.0 && tail < 10.0);
    assert_true(plain_battery_soc(&battery) > soc + 0.03);
}

static void a_full_battery_takes_what_it_gasses(void **state)
{
    (void)state;
    static const struct {
        double volts, temperature_c, amps; /* per 100 Ah: 20 mA x e^(11 dV + 0.06 dT) */
    } cases[] = {{24 * 2.23, 25.0, 0.020}, {24 * 2.40, 25.0, 0.130}, {24 * 2.23, 45.0, 0.066}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct plain_battery battery;
        plain_battery_init(&battery, PLAIN_LEAD_ACID, 0, 100.0, 1.0);
        battery.temperature_c = cases[i].temperature_c;
        (void)charge(&battery, cases[i].volts, 10.0, 24 * 60); /* to the steady state */
        double before = battery.gassed_as;
        (void)charge(&battery, cases[i].volts, 10.0, 24 * 60);
        near((battery.gassed_as - before) / 86400.0, cases[i].amps, cases[i].amps * 0.1);
        assert_true(plain_battery_soc(&battery) > 0.98);
    }
}

static void cycling_without_a_full_charge_stratifies_and_equalising_stirs(void **state)
{
    (void)state;
    struct plain_battery battery;
    plain_battery_init(&battery, PLAIN_LEAD_ACID, 0, 200.0, 0.8);
    for (int day = 0; day < 30; day++) { /* 40 % down, and up again below gassing */
        for (int i = 0; i < 4 * 3600; i++) {
            step(&battery, -20.0);
        }
        (void)charge(&battery, 24 * 2.20, 20.0, 10 * 60);
    }
    double layered = battery.stratified;
    assert_true(layered > 0.4);
    (void)charge(&battery, 58.4, 20.0, 120);
    double boosted = battery.stratified;
    (void)charge(&battery, 59.2, 20.0, 120);
    print_message("stratified %.2f after a month, %.2f after boost, %.2f after equalising\n",
                  layered, boosted, battery.stratified);
    assert_true(boosted < layered && battery.stratified < 0.3 * layered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_energy_comes_from_nowhere),
        cmocka_unit_test(the_soc_stays_between_0_and_1),
        cmocka_unit_test(voltages_are_those_of_the_48_v_class),
        cmocka_unit_test(a_hard_discharge_ends_early_and_recovers),
        cmocka_unit_test(a_charge_reaches_its_voltage_before_it_is_full_and_tapers),
        cmocka_unit_test(a_full_battery_takes_what_it_gasses),
        cmocka_unit_test(cycling_without_a_full_charge_stratifies_and_equalising_stirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
