/* SPDX-License-Identifier: Apache-2.0 */
/* Tracking against the exact maximum of a modelled string: still, under moving light, held back. */
#include "core_test.h"

#include "core/inverter/mppt.h"
#include "plant/pv.h"

static const struct mppt_range range = {90000, 500000};

struct roof {
    struct pv_string string;
    struct mppt mppt;
    uint32_t now_ms;
};

static void roof_init(struct roof *roof, int modules, float light)
{
    struct pv_module module;
    pv_module_for_watt(&module, 450.0F);
    pv_string_init(&roof->string, &module, modules);
    pv_string_set(&roof->string, light, 35.0F);
    roof->now_ms = UINT32_MAX - 3000U;
    mppt_start(&roof->mppt, &range, (int32_t)(pv_string_voc(&roof->string) * 1000.0F),
               roof->now_ms);
}

/* One look of 100 ms at a real string; what it gave and what it could give, W. */
static double look(struct roof *roof, double *best_w)
{
    float volts = (float)roof->mppt.ref_mv * 0.001F;
    float amps = pv_string_current(&roof->string, volts);
    roof->now_ms += 100;
    mppt_step(&roof->mppt, &range, roof->mppt.ref_mv, (int32_t)(amps * 1000.0F), false,
              roof->now_ms);
    *best_w = (double)pv_string_mpp(&roof->string).power_w;
    return (double)(volts * amps);
}

/* Share of the possible energy that was had over `seconds`, while the light moves by `per_s`. */
static double share_of(struct roof *roof, int seconds, float light, float per_s)
{
    double had = 0.0;
    double best = 0.0;
    for (int i = 0; i < seconds * 10; i++) {
        double best_w;
        light += per_s * 0.1F;
        if (light > 1000.0F || light < 200.0F) {
            per_s = -per_s;
        }
        pv_string_set(&roof->string, light, 35.0F);
        had += look(roof, &best_w);
        best += best_w;
    }
    return had / best;
}

static void in_still_light_995_per_mille_or_more_are_had(void **state)
{
    (void)state;
    const float lights[] = {1000.0F, 700.0F, 400.0F, 200.0F, 100.0F};
    for (size_t i = 0; i < 5; i++) {
        struct roof roof;
        roof_init(&roof, 10, lights[i]);
        (void)share_of(&roof, 20, lights[i], 0.0F);
        double share = share_of(&roof, 300, lights[i], 0.0F);
        print_message("still at %4.0f W/m2: %.3f %%\n", (double)lights[i], share * 100.0);
        assert_true(share >= 0.995);
    }
}

/* Slopes of EN 50530: 0.5 to 100 W/m2 per second. */
static void in_moving_light_tracking_is_kept(void **state)
{
    (void)state;
    const struct {
        float per_s;
        double least;
    } cases[] = {{0.5F, 0.99}, {5.0F, 0.98}, {20.0F, 0.97}, {100.0F, 0.94}};
    for (size_t i = 0; i < 4; i++) {
        struct roof roof;
        roof_init(&roof, 10, 500.0F);
        (void)share_of(&roof, 20, 500.0F, 0.0F);
        double share = share_of(&roof, 600, 500.0F, cases[i].per_s);
        print_message("moving by %5.1f W/m2 per s: %.2f %%\n", (double)cases[i].per_s,
                      share * 100.0);
        assert_true(share >= cases[i].least);
    }
}

static void the_reference_stays_in_its_range(void **state)
{
    (void)state;
    uint32_t seed = 3;
    struct mppt mppt;
    mppt_start(&mppt, &range, 700000, 0);
    assert_in_range(mppt.ref_mv, range.min_mv, range.max_mv);
    for (uint32_t ms = 100; ms < 2000000; ms += 100) {
        mppt_step(&mppt, &range, dice_range(&seed, -1000, 600000), dice_range(&seed, 0, 30000),
                  dice(&seed) % 4 == 0, ms);
        assert_in_range(mppt.ref_mv, range.min_mv, range.max_mv);
    }
}

static void held_back_the_tracker_rests(void **state)
{
    (void)state;
    struct roof roof;
    roof_init(&roof, 10, 800.0F);
    (void)share_of(&roof, 30, 800.0F, 0.0F);
    int32_t ref_mv = roof.mppt.ref_mv;
    for (int i = 0; i < 100; i++) {
        roof.now_ms += 100;
        mppt_step(&roof.mppt, &range, 450000, 100, true, roof.now_ms);
        assert_int_equal(roof.mppt.ref_mv, ref_mv);
    }
    assert_true(share_of(&roof, 30, 800.0F, 0.0F) > 0.99); /* and goes on where it was */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_still_light_995_per_mille_or_more_are_had),
        cmocka_unit_test(in_moving_light_tracking_is_kept),
        cmocka_unit_test(the_reference_stays_in_its_range),
        cmocka_unit_test(held_back_the_tracker_rests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
