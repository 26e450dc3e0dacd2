/* SPDX-License-Identifier: Apache-2.0 */
/* The power stage: at every moment PV + battery + grid = load + losses, and no loss is negative. */
#include "plant_test.h"

#include "core/product/product.h"
#include "plant/stage.h"

static struct stage_losses losses_of(const struct loss_curve *curve, double rated_w)
{
    return (struct stage_losses){(double)curve->idle, (double)curve->linear, (double)curve->square,
                                 rated_w};
}

static struct stage_losses bridge;
static struct stage_losses pv;

static int setup(void **state)
{
    (void)state;
    const struct inverter_profile *profile = product_find("offgrid_6000")->inverter;
    bridge = losses_of(&profile->bridge_loss, profile->rated_w);
    pv = losses_of(&profile->pv_loss, profile->pv_max_w);
    return 0;
}

static void random_case(struct rng *rng, struct stage_in *in, struct bank *bank)
{
    bool losses = rng_chance(rng, 0.8F) != 0;
    bool grid = rng_chance(rng, 0.5F) != 0;
    *bank = (struct bank){.n = 1};
    bank->branch[0] = (struct bank_branch){.source_v = between(rng, 44.0, 57.0),
                                           .resistance_ohm = between(rng, 0.002, 0.1),
                                           .charge_on = rng_chance(rng, 0.9F) != 0,
                                           .discharge_on = rng_chance(rng, 0.9F) != 0};
    bank_gather(bank);
    *in = (struct stage_in){
        .ac_relay = grid,
        .bridge_on = !grid && rng_chance(rng, 0.8F) != 0,
        .pv_on = rng_chance(rng, 0.8F) != 0,
        .battery_on = rng_chance(rng, 0.9F) != 0,
        .output_on = rng_chance(rng, 0.9F) != 0,
        .charge_limit_a = between(rng, 0.0, 120.0),
        .ac_charge_a = rng_chance(rng, 0.5F) != 0 ? between(rng, 0.0, 100.0) : 0.0,
        .charge_v = between(rng, 44.0, 59.0),
        .feed_limit_w = rng_chance(rng, 0.5F) != 0 ? between(rng, 0.0, 6000.0) : 0.0,
        .pv_limit_w = 7800.0,
        .output_v = 230.0,
        .pv_w = rng_chance(rng, 0.8F) != 0 ? between(rng, 0.0, 9000.0) : 0.0,
        .load_w = rng_chance(rng, 0.9F) != 0 ? between(rng, 0.0, 9000.0) : 0.0,
        .ac_v = 230.0,
        .bridge = losses ? &bridge : NULL,
        .pv = losses ? &pv : NULL,
    };
}

static void check_case(const struct stage_in *in, const struct bank *bank, int i)
{
    struct stage_out out;
    stage_solve(in, bank, &out);
    double balance = out.pv_w + out.battery_w + out.ac_w - out.load_w - out.loss_w;
    if (fabs(balance) > 1e-6 || out.loss_w < -1e-6 || out.pv_w < 0.0 || out.load_w < 0.0) {
        fail_msg(
            "case %d: pv %g battery %g grid %g load %g loss %g, off by %g (relay %d bridge %d)", i,
            out.pv_w, out.battery_w, out.ac_w, out.load_w, out.loss_w, balance, in->ac_relay,
            in->bridge_on);
    }
    near(out.battery_w, out.battery_v * out.battery_a, 1e-6);
    assert_true(out.pv_w <= fmin(in->pv_w, in->pv_limit_w) + 1e-6);
    assert_true(-out.battery_a <= in->charge_limit_a + 1e-6);
    assert_true(in->ac_relay || out.ac_w == 0.0);
    assert_false(out.battery_a < -1e-9 && !bank->can_charge);
    assert_false(out.battery_a > 1e-9 && !bank->can_discharge);
    assert_false(fabs(out.battery_a) > 1e-9 && !in->battery_on);
    assert_true(out.ac_charge_a <= in->ac_charge_a + 1e-9);
    if (in->ac_relay && in->feed_limit_w == 0.0) {
        assert_true(out.ac_w >= 0.0);
    }
    if (!in->output_on) {
        assert_true(out.load_w == 0.0 && out.output_v == 0.0);
    }
    if (bank->source_v < in->charge_v && out.battery_a < 0.0) {
        assert_true(out.battery_v <= in->charge_v + 1e-6);
    }
}

static void the_balance_closes_at_random_inputs_in_every_mode(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 31, 0);
    for (int i = 0; i < 300000; i++) {
        struct stage_in in;
        struct bank bank;
        random_case(&rng, &in, &bank);
        check_case(&in, &bank, i);
    }
}

static double efficiency_at(double load_w)
{
    struct bank bank = {.source_v = 51.2, .can_charge = true, .can_discharge = true};
    struct stage_in in = {.bridge_on = true,
                          .battery_on = true,
                          .output_on = true,
                          .charge_v = 56.0,
                          .output_v = 230.0,
                          .load_w = load_w,
                          .bridge = &bridge,
                          .pv = &pv};
    struct stage_out out;
    stage_solve(&in, &bank, &out);
    return out.load_w / out.battery_w;
}

static void battery_to_output_peaks_at_94_percent(void **state)
{
    (void)state;
    double best = 0.0;
    double at = 0.0;
    for (double w = 50.0; w <= 6000.0; w += 10.0) {
        double e = efficiency_at(w);
        assert_true(e < 1.0);
        if (e > best) {
            best = e;
            at = w;
        }
    }
    print_message("battery to output peaks at %.2f %% (%.0f W); full load %.2f %%\n", best * 100.0,
                  at, efficiency_at(6000.0) * 100.0);
    near(best, 0.94, 0.002);
}

static void without_losses_nothing_is_lost(void **state)
{
    (void)state;
    struct rng rng;
    rng_seed(&rng, 32, 0);
    for (int i = 0; i < 20000; i++) {
        struct stage_in in;
        struct stage_out out;
        struct bank bank;
        random_case(&rng, &in, &bank);
        in.bridge = in.pv = NULL;
        stage_solve(&in, &bank, &out);
        near(out.loss_w, 0.0, 1e-6);
    }
}

static void pv_beyond_what_anybody_wants_is_held_back(void **state)
{
    (void)state;
    struct bank bank = {
        .source_v = 52.0, .resistance_ohm = 0.02, .can_charge = true, .can_discharge = true};
    struct stage_in in = {.bridge_on = true,
                          .pv_on = true,
                          .battery_on = true,
                          .output_on = true,
                          .charge_limit_a = 10.0,
                          .charge_v = 56.0,
                          .pv_limit_w = 7800.0,
                          .output_v = 230.0,
                          .pv_w = 4000.0,
                          .load_w = 1000.0};
    struct stage_out out;
    stage_solve(&in, &bank, &out);
    assert_true(out.pv_held_back);
    near(out.battery_a, -10.0, 1e-9);
    near(out.pv_w, 1000.0 + 10.0 * (52.0 + 0.2), 1e-6);
    in.charge_limit_a = 100.0;
    stage_solve(&in, &bank, &out);
    assert_false(out.pv_held_back);
    near(out.pv_w, 4000.0, 1e-9);
}

static void a_bridge_without_a_source_collapses(void **state)
{
    (void)state;
    struct bank bank = {.source_v = 52.0, .resistance_ohm = 0.02, .can_charge = true};
    struct stage_in in = {.bridge_on = true,
                          .battery_on = true,
                          .output_on = true,
                          .charge_v = 56.0,
                          .output_v = 230.0,
                          .load_w = 1000.0};
    struct stage_out out;
    stage_solve(&in, &bank, &out);
    assert_true(out.collapsed);
    assert_true(out.load_w == 0.0 && out.output_v == 0.0 && out.battery_a == 0.0);
    bank.can_discharge = true;
    stage_solve(&in, &bank, &out);
    assert_false(out.collapsed);
    near(out.output_v, 230.0, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_balance_closes_at_random_inputs_in_every_mode),
        cmocka_unit_test(battery_to_output_peaks_at_94_percent),
        cmocka_unit_test(without_losses_nothing_is_lost),
        cmocka_unit_test(pv_beyond_what_anybody_wants_is_held_back),
        cmocka_unit_test(a_bridge_without_a_source_collapses),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
