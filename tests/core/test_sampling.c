/* SPDX-License-Identifier: Apache-2.0 */
/* Grid and PV power from transformers and from the three arrangements of meters. */
#include "core_test.h"

#include "core/inverter/sampling.h"

static struct meter_view first, second;
static struct sampled grid, pv;

static void meter_says(struct meter_view *view, int32_t a_w, int32_t b_w, int32_t c_w)
{
    memset(view, 0, sizeof *view);
    meter_put(view, METER_W10, 10 * (int64_t)(a_w + b_w + c_w));
    meter_put(view, METER_L1_W10, 10 * (int64_t)a_w);
    meter_put(view, METER_L2_W10, 10 * (int64_t)b_w);
    meter_put(view, METER_L3_W10, 10 * (int64_t)c_w);
}

static void require(const struct sampled *side, int32_t w, uint8_t n_phases)
{
    assert_true(side->known);
    assert_int_equal(side->w, w);
    assert_int_equal(side->n_phases, n_phases);
}

static void two_three_phase_meters(void **state)
{
    (void)state;
    struct sampling_inputs in = {.meter = {&first, &second}};
    meter_says(&first, 500, -200, 100);
    meter_says(&second, -1000, -1100, -900);
    sampling_read(SAMPLING_METER_2X3PH, &in, &grid, &pv);
    require(&grid, 400, 3);
    require(&pv, 3000, 3);
    assert_int_equal(grid.phase_w[1], -200);
    assert_int_equal(pv.phase_w[2], 900);
}

/* Scenario 104. */
static void one_three_phase_meter_is_split_and_b_ignored(void **state)
{
    (void)state;
    struct sampling_inputs in = {.meter = {&first, NULL}};
    meter_says(&first, 500, 900, -2000);
    sampling_read(SAMPLING_METER_1X3PH, &in, &grid, &pv);
    require(&grid, 500, 1);
    require(&pv, 2000, 1);
    assert_int_equal(grid.phase_w[0], 500);
    assert_int_equal(pv.phase_w[0], 2000);
}

static void two_single_phase_meters(void **state)
{
    (void)state;
    struct sampling_inputs in = {.meter = {&first, &second}};
    meter_says(&first, 700, 0, 0);
    meter_says(&second, -1500, 0, 0);
    sampling_read(SAMPLING_METER_2X1PH, &in, &grid, &pv);
    require(&grid, 700, 1);
    require(&pv, 1500, 1);
}

/* Scenario 105: what is silent is unknown, what is not stays. */
static void a_silent_meter_is_unknown_not_zero(void **state)
{
    (void)state;
    struct sampling_inputs in = {.meter = {NULL, &second}};
    meter_says(&second, -1000, -1000, -1000);
    sampling_read(SAMPLING_METER_2X3PH, &in, &grid, &pv);
    assert_false(grid.known);
    assert_int_equal(grid.n_phases, 0);
    require(&pv, 3000, 3);
    memset(&first, 0, sizeof first); /* there, but it told nothing */
    in.meter[0] = &first;
    for (enum sampling s = SAMPLING_METER_2X3PH; s < SAMPLING_COUNT; s++) {
        sampling_read(s, &in, &grid, &pv);
        assert_false(grid.known);
    }
    sampling_read(SAMPLING_METER_1X3PH, &in, &grid, &pv);
    assert_false(pv.known);
}

static void a_sum_without_phases_is_a_sum(void **state)
{
    (void)state;
    struct sampling_inputs in = {.meter = {&first, &second}};
    meter_says(&first, 500, -200, 100);
    meter_says(&second, 0, 0, 0);
    meter_forget(&first, METER_L2_W10);
    meter_forget(&second, METER_W10);
    sampling_read(SAMPLING_METER_2X3PH, &in, &grid, &pv);
    require(&grid, 400, 0);
    assert_false(pv.known);
}

static void a_direction_mounted_wrong_is_turned(void **state)
{
    (void)state;
    struct sampling_inputs in = {.meter = {&first, &second}, .grid_reversed = true};
    in.ct.known = true;
    in.ct.grid_w = -800;
    in.ct.pv_w = -1200;
    meter_says(&first, -500, 0, 0);
    meter_says(&second, 2000, 0, 0);
    sampling_read(SAMPLING_METER_2X1PH, &in, &grid, &pv);
    require(&grid, 500, 1);
    require(&pv, -2000, 1);
    in.pv_reversed = true;
    sampling_read(SAMPLING_METER_2X1PH, &in, &grid, &pv);
    require(&pv, 2000, 1);
    sampling_read(SAMPLING_CT, &in, &grid, &pv);
    require(&grid, 800, 1);
    require(&pv, 1200, 1);
}

static void transformers_and_meters_are_never_mixed(void **state)
{
    (void)state;
    struct sampling_inputs in = {.meter = {&first, &second}};
    meter_says(&first, 500, 0, 0);
    meter_says(&second, -500, 0, 0);
    sampling_read(SAMPLING_CT, &in, &grid, &pv); /* its transformers are not heard */
    assert_false(grid.known || pv.known);
    in.meter[0] = in.meter[1] = NULL;
    in.ct.known = true;
    sampling_read(SAMPLING_METER_2X1PH, &in, &grid, &pv);
    assert_false(grid.known || pv.known);
}

/* Scenario 103 and s4.7.2. */
static void what_a_solution_needs_is_checked(void **state)
{
    (void)state;
    static const struct {
        enum sampling sampling;
        struct sampling_parts parts;
        enum sampling_verdict verdict;
    } rows[] = {
        {SAMPLING_CT, {true, 0, {0}}, SAMPLING_OK},
        {SAMPLING_CT, {true, 1, {METER_DTSU666}}, SAMPLING_BOTH},
        {SAMPLING_CT, {false, 1, {METER_DTSU666}}, SAMPLING_BOTH},
        {SAMPLING_CT, {false, 0, {0}}, SAMPLING_MISSING},
        {SAMPLING_METER_1X3PH, {true, 0, {0}}, SAMPLING_BOTH},
        {SAMPLING_METER_1X3PH, {true, 1, {METER_DTSU666}}, SAMPLING_BOTH},
        {SAMPLING_METER_1X3PH, {false, 1, {METER_DTSU666}}, SAMPLING_OK},
        {SAMPLING_METER_1X3PH, {false, 1, {METER_DDSU666}}, SAMPLING_WRONG_TYPE},
        {SAMPLING_METER_2X3PH, {false, 2, {METER_DTSU666, METER_DTSU666}}, SAMPLING_OK},
        {SAMPLING_METER_2X3PH, {false, 1, {METER_DTSU666}}, SAMPLING_MISSING},
        {SAMPLING_METER_2X3PH, {false, 2, {METER_DTSU666, METER_DDSU666}}, SAMPLING_MIXED},
        {SAMPLING_METER_2X1PH, {false, 2, {METER_DDSU666, METER_DDSU666}}, SAMPLING_OK},
        {SAMPLING_METER_2X1PH, {false, 2, {METER_DTSU666, METER_DTSU666}}, SAMPLING_WRONG_TYPE},
        {SAMPLING_METER_2X1PH, {false, 0, {0}}, SAMPLING_MISSING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(sampling_check(rows[i].sampling, &rows[i].parts), rows[i].verdict);
    }
}

static void watts_are_rounded_to_the_nearest(void **state)
{
    (void)state;
    struct sampling_inputs in = {.meter = {&first, &second}};
    meter_says(&first, 0, 0, 0);
    meter_says(&second, 0, 0, 0);
    meter_put(&first, METER_L1_W10, -5);
    meter_put(&second, METER_L1_W10, -14);
    sampling_read(SAMPLING_METER_2X1PH, &in, &grid, &pv);
    require(&grid, -1, 1);
    require(&pv, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_three_phase_meters),
        cmocka_unit_test(one_three_phase_meter_is_split_and_b_ignored),
        cmocka_unit_test(two_single_phase_meters),
        cmocka_unit_test(a_silent_meter_is_unknown_not_zero),
        cmocka_unit_test(a_sum_without_phases_is_a_sum),
        cmocka_unit_test(a_direction_mounted_wrong_is_turned),
        cmocka_unit_test(transformers_and_meters_are_never_mixed),
        cmocka_unit_test(what_a_solution_needs_is_checked),
        cmocka_unit_test(watts_are_rounded_to_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
