/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "plant/pv.h"

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within)) {
        fail_msg("%.7g, expected %.7g within %.3g", got, want, within);
    }
}

static struct pv_string string_of(float watt, int n)
{
    struct pv_module module;
    struct pv_string string;
    pv_module_for_watt(&module, watt);
    pv_string_init(&string, &module, n);
    return string;
}

static void datasheet_points_are_met_within_a_permille(void **state)
{
    (void)state;
    struct pv_string s = string_of(450.275F, 10);
    pv_string_set(&s, 1000, 25);
    struct pv_mpp mpp = pv_string_mpp(&s);
    near((double)pv_string_voc(&s), 493, 0.4);
    near((double)pv_string_current(&s, 0), 11.6, 0.01);
    near((double)pv_string_current(&s, 415), 10.85, 0.01);
    near((double)mpp.power_w, 4502.75, 4.5);
    near((double)mpp.voltage_v, 415, 1.5);
}

static void open_circuit_voltage_follows_the_temperature_coefficient(void **state)
{
    (void)state;
    struct pv_string s = string_of(450, 1);
    for (int cell_c = -20; cell_c <= 75; cell_c += 5) {
        pv_string_set(&s, 1000, (float)cell_c);
        near((double)pv_string_voc(&s), 49.3 * (1 - 0.0027 * (cell_c - 25)), 0.05);
    }
    pv_string_set(&s, 1000, 65);
    double loss = 1 - (double)pv_string_mpp(&s).power_w / 450;
    assert_true(loss > 0.11 && loss < 0.15); /* -0.28 to -0.37 %/K: usual for such modules */
}

/* Usual datasheets: 96 to 98 % relative efficiency at 200 W/m2. */
static void weak_light_costs_three_percent_at_200_w(void **state)
{
    (void)state;
    struct pv_string s = string_of(450, 1);
    pv_string_set(&s, 200, 25);
    near((double)pv_string_mpp(&s).power_w / 90, 0.97, 0.015);
}

static void current_falls_with_voltage_and_is_never_negative(void **state)
{
    (void)state;
    struct pv_string s = string_of(450, 10);
    for (int g = 2; g <= 1300; g += 99) {
        for (int c = -20; c <= 80; c += 25) {
            pv_string_set(&s, (float)g, (float)c);
            float last = 1e9F;
            for (int v = -20; v <= 700; v += 3) {
                float i = pv_string_current(&s, (float)v);
                assert_true(i >= 0 && i <= last + 1e-3F && isfinite(i));
                last = i;
            }
            assert_true(last == 0);
        }
    }
}

static void any_starting_point_gives_the_same_current(void **state)
{
    (void)state;
    struct pv_string warm = string_of(450, 10);
    for (int k = 0; k < 4000; k++) {
        float g = 5 + (float)((k * 7919) % 1200), c = (float)((k * 31) % 90) - 20;
        float v = (float)((k * 104729) % 5200) * 0.1F;
        struct pv_string cold = string_of(450, 10);
        pv_string_set(&warm, g, c);
        pv_string_set(&cold, g, c);
        near((double)pv_string_current(&warm, v), (double)pv_string_current(&cold, v),
             0.002 + 1e-3 * (double)cold.photo_a);
    }
}

static void maximum_power_is_the_best_of_the_curve(void **state)
{
    (void)state;
    struct pv_string s = string_of(400, 8);
    for (int g = 20; g <= 1100; g += 120) {
        pv_string_set(&s, (float)g, 40);
        struct pv_mpp mpp = pv_string_mpp(&s);
        double best = 0;
        for (float v = 100; v < 420; v += 0.25F) {
            best = fmax(best, (double)(v * pv_string_current(&s, v)));
        }
        near((double)mpp.power_w, best, 0.001 * best + 0.02);
    }
}

static void darkness_gives_nothing(void **state)
{
    (void)state;
    struct pv_string s = string_of(450, 10);
    pv_string_set(&s, 0.9F, 10);
    assert_true(pv_string_current(&s, 100) == 0 && pv_string_voc(&s) == 0);
    pv_string_set(&s, NAN, 10);
    assert_true(pv_string_current(&s, 100) == 0);
    pv_string_set(&s, 1.1F, 10);
    assert_true(pv_string_voc(&s) > 250);
}

static void power_scales_with_the_module_and_the_count(void **state)
{
    (void)state;
    for (int watt = 300; watt <= 700; watt += 100) {
        struct pv_string s = string_of((float)watt, 7);
        pv_string_set(&s, 1000, 25);
        near((double)pv_string_mpp(&s).power_w, watt * 7, watt * 0.01);
    }
}

static void nonsense_is_no_module(void **state)
{
    (void)state;
    struct pv_module m = pv_module_450;
    assert_true(pv_module_fit(&m));
    m = pv_module_450;
    m.vmp_v = 60;
    assert_false(pv_module_fit(&m));
    m = pv_module_450;
    m.imp_a = 12;
    assert_false(pv_module_fit(&m));
    m = pv_module_450;
    m.n_cells = 0;
    assert_false(pv_module_fit(&m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datasheet_points_are_met_within_a_permille),
        cmocka_unit_test(open_circuit_voltage_follows_the_temperature_coefficient),
        cmocka_unit_test(weak_light_costs_three_percent_at_200_w),
        cmocka_unit_test(current_falls_with_voltage_and_is_never_negative),
        cmocka_unit_test(any_starting_point_gives_the_same_current),
        cmocka_unit_test(maximum_power_is_the_best_of_the_curve),
        cmocka_unit_test(darkness_gives_nothing),
        cmocka_unit_test(power_scales_with_the_module_and_the_count),
        cmocka_unit_test(nonsense_is_no_module),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
