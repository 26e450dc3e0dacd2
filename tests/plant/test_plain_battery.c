/* SPDX-License-Identifier: Apache-2.0 */
/* A battery without electronics: energy closes, voltage follows charge, gassing costs. */
#include "plant_test.h"

#include "plant/plain_battery.h"

static double volts_at(const struct plain_battery *battery, double amps)
{
    double v;
    double r;
    plain_battery_source(battery, amps > 0.0, &v, &r);
    return v + r * amps;
}

static void terminal_energy_is_stored_or_lost(void **state)
{
    (void)state;
    for (int kind = PLAIN_LEAD_ACID; kind <= PLAIN_NMC; kind++) {
        struct plain_battery battery;
        struct rng rng;
        double in_j = 0.0;
        double moved_j = 0.0;
        rng_seed(&rng, 8, (uint64_t)kind);
        plain_battery_init(&battery, (enum plain_kind)kind, 0, 200.0, 0.5);
        double before = plain_battery_audit(&battery);
        double amps = 0.0;
        for (int i = 0; i < 500000; i++) {
            if (i % 600 == 0) {
                double soc = plain_battery_soc(&battery);
                amps = soc < 0.1 ? 30.0 : between(&rng, -60.0, 60.0);
            }
            double w = volts_at(&battery, amps) * amps;
            in_j += w;
            moved_j += fabs(w);
            plain_battery_step(&battery, amps, 1.0);
        }
        double off = (in_j - (plain_battery_audit(&battery) - before) - battery.lost_j) / moved_j;
        print_message("kind %d: balance closes to %.1e\n", kind, off);
        near(off, 0.0, 1e-4);
    }
}

static void the_soc_stays_between_0_and_1(void **state)
{
    (void)state;
    struct plain_battery battery;
    plain_battery_init(&battery, PLAIN_LEAD_ACID, 0, 100.0, 0.9);
    for (int i = 0; i < 10000; i++) {
        plain_battery_step(&battery, 100.0, 1.0);
        assert_true(plain_battery_soc(&battery) <= 1.0);
    }
    for (int i = 0; i < 10000; i++) {
        plain_battery_step(&battery, -100.0, 1.0);
        assert_true(plain_battery_soc(&battery) >= 0.0);
    }
    near(plain_battery_soc(&battery), 0.0, 1e-9);
}

static void voltages_are_those_of_the_48_v_class(void **state)
{
    (void)state;
    struct plain_battery battery;
    plain_battery_init(&battery, PLAIN_LEAD_ACID, 0, 200.0, 0.0);
    near(volts_at(&battery, 0.0), 24 * 1.97, 1e-9);
    plain_battery_init(&battery, PLAIN_LEAD_ACID, 0, 200.0, 1.0);
    near(volts_at(&battery, 0.0), 24 * 2.13, 1e-9);
    assert_true(volts_at(&battery, 20.0) > 51.12 + 1.0); /* gassing */
    plain_battery_init(&battery, PLAIN_NMC, 0, 200.0, 1.0);
    near(volts_at(&battery, 0.0), 14 * 4.15, 1e-9);
    plain_battery_init(&battery, PLAIN_NMC, 13, 200.0, 1.0);
    near(volts_at(&battery, 0.0), 13 * 4.15, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terminal_energy_is_stored_or_lost),
        cmocka_unit_test(the_soc_stays_between_0_and_1),
        cmocka_unit_test(voltages_are_those_of_the_48_v_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
