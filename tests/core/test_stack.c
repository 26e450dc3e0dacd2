/* SPDX-License-Identifier: Apache-2.0 */
/* What the host pack tells the inverter for all. Rules: docs/bms.md, stack. */
#include "core_test.h"

#include "core/bms/stack.h"

enum { PACKS = 3, ALL_LINKED = 0xFFFF };

struct stack_bench {
    struct stack stack;
    struct bms packs[STACK_PACKS];
    struct bms_inputs in;
    uint32_t now_ms;
};

static void stack_bench_init(struct stack_bench *b, int n)
{
    memset(b, 0, sizeof *b);
    b->now_ms = UINT32_MAX - 10000U;
    inputs_at_rest(&b->in, b->now_ms);
    for (int i = 0; i < n; i++) {
        bms_init(&b->packs[i], pack_of("es51_2_100lp"), 4000 + 1000 * i, b->now_ms);
        bms_step(&b->packs[i], &b->in);
    }
    stack_init(&b->stack, n, b->now_ms);
}

static void step(struct stack_bench *b, uint16_t linked)
{
    b->now_ms += 1000;
    stack_step(&b->stack, b->packs, linked, b->now_ms);
}

static void limits_and_currents_add_up(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    for (int i = 0; i < PACKS; i++) {
        b.packs[i].q[Q_DISCHARGE_MA] = 1000 * (i + 1);
    }
    step(&b, ALL_LINKED);
    const struct battery_report *report = &b.stack.report;
    assert_int_equal(report->charge_limit_ma, 300000);
    assert_int_equal(report->discharge_limit_ma, 300000);
    assert_int_equal(report->current_ma, -6000);
    assert_int_equal(report->packs, 3);
    assert_int_equal(report->soc_pct, 50);
    assert_int_equal(report->soh_pct, 100);
    assert_int_equal(report->voltage_mv, 52800);
    assert_int_equal(report->temp_c10, 250);
    assert_true(report->charge_enable && report->discharge_enable);
    assert_string_equal(report->name, "PYLON");
}

static void a_full_stack_of_fifteen_fits(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, STACK_PACKS);
    for (int i = 0; i < STACK_PACKS; i++) {
        bms_set_soc(&b.packs[i], 10000);
    }
    step(&b, ALL_LINKED);
    assert_int_equal(b.stack.report.charge_limit_ma, 1500000);
    assert_int_equal(b.stack.report.packs, 15);
    assert_int_equal(b.stack.report.soc_pct, 100);
}

static void a_pack_not_heard_for_30_s_leaves_the_totals_and_comes_back_at_once(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    step(&b, ALL_LINKED);
    for (int s = 1; s < 30; s++) {
        step(&b, ALL_LINKED & ~(1U << 2));
        assert_int_equal(b.stack.online, 3);
    }
    step(&b, ALL_LINKED & ~(1U << 2));
    assert_int_equal(b.stack.online, 2);
    assert_int_equal(b.stack.report.charge_limit_ma, 200000);
    assert_int_equal(b.stack.report.soc_pct, 45);
    step(&b, ALL_LINKED);
    assert_int_equal(b.stack.online, 3);
}

static void the_host_itself_never_leaves(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    for (int s = 0; s < 100; s++) {
        step(&b, 0);
    }
    assert_int_equal(b.stack.online, 1);
    assert_int_equal(b.stack.report.soc_pct, 40);
}

static void the_lowest_charge_voltage_and_the_highest_cut_off_rule(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    b.packs[1].out.charge_mv = 57000;
    b.packs[2].out.discharge_mv = 43000;
    step(&b, ALL_LINKED);
    assert_int_equal(b.stack.report.charge_mv, 57000);
    assert_int_equal(b.stack.report.discharge_mv, 43000);
}

static void a_pack_that_cannot_work_adds_nothing_but_does_not_stop_the_others(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    b.packs[1].out.charge_limit_ma = 0;
    b.packs[1].out.charge_mos = false;
    step(&b, ALL_LINKED);
    assert_int_equal(b.stack.report.charge_limit_ma, 200000);
    assert_true(b.stack.report.charge_enable);
    for (int i = 0; i < PACKS; i++) {
        b.packs[i].out.charge_mos = false;
    }
    step(&b, ALL_LINKED);
    assert_false(b.stack.report.charge_enable);
    assert_true(b.stack.report.discharge_enable);
}

struct flag_case {
    enum protection_id row;
    uint16_t protections, alarms;
};

static void any_packs_flag_is_the_stacks(void **state)
{
    (void)state;
    const struct flag_case cases[] = {
        {ROW_OVP, REPORT_OVER_VOLTAGE, 0},
        {ROW_TOVP, REPORT_OVER_VOLTAGE, 0},
        {ROW_UVP, REPORT_UNDER_VOLTAGE, 0},
        {ROW_TUVP, REPORT_UNDER_VOLTAGE, 0},
        {ROW_COTP, REPORT_OVER_TEMPERATURE, 0},
        {ROW_MOS_OTP, REPORT_OVER_TEMPERATURE, 0},
        {ROW_CUTP, REPORT_UNDER_TEMPERATURE, 0},
        {ROW_DOCP2, REPORT_DISCHARGE_CURRENT, 0},
        {ROW_CP, REPORT_DISCHARGE_CURRENT, 0},
        {ROW_COCP, REPORT_CHARGE_CURRENT, 0},
        {ROW_NTC, REPORT_SYSTEM, 0},
        {ROW_RVP, REPORT_SYSTEM, 0},
        {ROW_FULLY, 0, 0},
        {ROW_OV, 0, REPORT_OVER_VOLTAGE},
        {ROW_UV, 0, REPORT_UNDER_VOLTAGE},
        {ROW_COT, 0, REPORT_OVER_TEMPERATURE},
        {ROW_DUT, 0, REPORT_UNDER_TEMPERATURE},
        {ROW_DOC, 0, REPORT_DISCHARGE_CURRENT},
        {ROW_COC, 0, REPORT_CHARGE_CURRENT},
        {ROW_USOC, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stack_bench b;
        stack_bench_init(&b, PACKS);
        b.packs[i % PACKS].active = UINT64_C(1) << cases[i].row;
        step(&b, ALL_LINKED);
        assert_int_equal(b.stack.report.protections, cases[i].protections);
        assert_int_equal(b.stack.report.alarms, cases[i].alarms);
        b.packs[(i + 1) % PACKS].active = UINT64_C(1) << ROW_EUTP;
        step(&b, ALL_LINKED);
        assert_int_equal(b.stack.report.protections,
                         cases[i].protections | REPORT_UNDER_TEMPERATURE);
    }
}

static void a_low_pack_asks_for_charge(void **state)
{
    (void)state;
    const enum protection_id low[] = {ROW_USOC, ROW_UV, ROW_TUV};
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    step(&b, ALL_LINKED);
    assert_false(b.stack.report.force_charge);
    for (size_t i = 0; i < 3; i++) {
        stack_bench_init(&b, PACKS);
        b.packs[i].active = UINT64_C(1) << low[i];
        step(&b, ALL_LINKED);
        assert_true(b.stack.report.force_charge);
    }
}

static void a_pack_that_asks_for_the_top_is_heard_by_the_inverter(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    step(&b, ALL_LINKED);
    assert_false(b.stack.report.full_charge_request);
    b.packs[1].out.full_charge_request = true;
    step(&b, ALL_LINKED);
    assert_true(b.stack.report.full_charge_request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_and_currents_add_up),
        cmocka_unit_test(a_full_stack_of_fifteen_fits),
        cmocka_unit_test(a_pack_not_heard_for_30_s_leaves_the_totals_and_comes_back_at_once),
        cmocka_unit_test(the_host_itself_never_leaves),
        cmocka_unit_test(the_lowest_charge_voltage_and_the_highest_cut_off_rule),
        cmocka_unit_test(a_pack_that_cannot_work_adds_nothing_but_does_not_stop_the_others),
        cmocka_unit_test(any_packs_flag_is_the_stacks),
        cmocka_unit_test(a_low_pack_asks_for_charge),
        cmocka_unit_test(a_pack_that_asks_for_the_top_is_heard_by_the_inverter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
