/* SPDX-License-Identifier: Apache-2.0 */
/* Packs in parallel: Kirchhoff's laws, with valves where a MOS is off. */
#include "plant_test.h"

#include "plant/bank.h"

static void random_bank(struct bank *bank, struct rng *rng)
{
    *bank = (struct bank){.n = 1 + (int)(rng_u32(rng) % BANK_BATTERIES)};
    for (int i = 0; i < bank->n; i++) {
        bank->branch[i] = (struct bank_branch){.source_v = between(rng, 48.0, 56.0),
                                               .resistance_ohm = between(rng, 0.005, 0.05),
                                               .charge_on = rng_chance(rng, 0.7F) != 0,
                                               .discharge_on = rng_chance(rng, 0.7F) != 0};
    }
}

static bool all_open(const struct bank *bank)
{
    for (int i = 0; i < bank->n; i++) {
        if (!bank->branch[i].charge_on || !bank->branch[i].discharge_on) {
            return false;
        }
    }
    return true;
}

static bool can_carry(const struct bank *bank, double amps)
{
    return (amps > 0.0 && bank->can_discharge) || (amps < 0.0 && bank->can_charge);
}

/* Each branch that conducts lies on the common voltage; each blocked one carries nothing. */
static void check_share(struct bank *bank, double amps)
{
    bank_gather(bank);
    double volts = bank_share(bank, amps);
    double sum = 0.0;
    for (int i = 0; i < bank->n; i++) {
        const struct bank_branch *b = &bank->branch[i];
        if (bank->n > 1) {
            assert_false(b->current_a > 0.0 && !b->charge_on);
            assert_false(b->current_a < 0.0 && !b->discharge_on);
            bool conducts = b->charge_on || b->discharge_on;
            if (b->current_a != 0.0) {
                near(b->source_v + b->current_a * b->resistance_ohm, volts, 1e-9);
            } else if (conducts && volts > 0.0) { /* a valve is closed only against its direction */
                assert_true(b->charge_on ? volts <= b->source_v + 1e-9
                                         : volts >= b->source_v - 1e-9);
            }
        }
        sum += b->current_a;
    }
    if (bank->n > 1 ? can_carry(bank, amps) : all_open(bank)) {
        near(sum, -amps, 1e-6);
    }
}

static void currents_share_by_kirchhoff_and_blocked_branches_carry_nothing(void **state)
{
    (void)state;
    struct rng rng;
    struct bank bank;
    rng_seed(&rng, 5, 0);
    for (int i = 0; i < 100000; i++) {
        random_bank(&bank, &rng);
        check_share(&bank, between(&rng, -300.0, 300.0));
    }
}

static void the_bank_as_one_source_agrees_with_its_branches(void **state)
{
    (void)state;
    struct rng rng;
    struct bank bank;
    rng_seed(&rng, 6, 0);
    for (int i = 0; i < 20000; i++) {
        random_bank(&bank, &rng);
        for (int k = 0; k < bank.n; k++) {
            bank.branch[k].charge_on = bank.branch[k].discharge_on = true;
        }
        double amps = between(&rng, -300.0, 300.0);
        bank_gather(&bank);
        near(bank_share(&bank, amps), bank_voltage(&bank, amps), 1e-9);
    }
}

static void equal_packs_carry_equal_shares(void **state)
{
    (void)state;
    struct bank bank = {.n = 4};
    for (int i = 0; i < 4; i++) {
        bank.branch[i] = (struct bank_branch){52.0, 0.01, true, true, 0.0};
    }
    bank_gather(&bank);
    near(bank_share(&bank, 100.0), 51.75, 1e-9);
    for (int i = 0; i < 4; i++) {
        near(bank.branch[i].current_a, -25.0, 1e-9);
    }
}

static void unequal_packs_exchange_current_at_rest(void **state)
{
    (void)state;
    struct bank bank = {.n = 2};
    bank.branch[0] = (struct bank_branch){53.0, 0.01, true, true, 0.0};
    bank.branch[1] = (struct bank_branch){52.0, 0.01, true, true, 0.0};
    bank_gather(&bank);
    (void)bank_share(&bank, 0.0);
    near(bank.branch[0].current_a, -50.0, 1e-9);
    near(bank.branch[1].current_a, 50.0, 1e-9);
    bank.branch[1].charge_on = false; /* its charge MOS off: nothing flows into it */
    bank_gather(&bank);
    (void)bank_share(&bank, 0.0);
    near(bank.branch[0].current_a, 0.0, 1e-9);
    near(bank.branch[1].current_a, 0.0, 1e-9);
}

static void current_of_a_power_is_the_one_that_makes_it(void **state)
{
    (void)state;
    struct rng rng;
    struct bank bank = {.source_v = 52.0, .resistance_ohm = 0.02};
    bool short_fall;
    rng_seed(&rng, 7, 0);
    for (int i = 0; i < 10000; i++) {
        double watt = between(&rng, -20000.0, 20000.0);
        double amps = bank_current(&bank, watt, &short_fall);
        assert_false(short_fall);
        near(bank_voltage(&bank, amps) * amps, watt, 1e-6);
    }
    (void)bank_current(&bank, 52.0 * 52.0 / 4.0 / 0.02 + 1.0, &short_fall);
    assert_true(short_fall); /* beyond the greatest power a source can give */
    bank.resistance_ohm = 0.0;
    near(bank_current(&bank, 5200.0, &short_fall), 100.0, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(currents_share_by_kirchhoff_and_blocked_branches_carry_nothing),
        cmocka_unit_test(the_bank_as_one_source_agrees_with_its_branches),
        cmocka_unit_test(equal_packs_carry_equal_shares),
        cmocka_unit_test(unequal_packs_exchange_current_at_rest),
        cmocka_unit_test(current_of_a_power_is_the_one_that_makes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
