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
    int n;
};

static void stack_bench_init(struct stack_bench *b, int n)
{
    memset(b, 0, sizeof *b);
    b->now_ms = UINT32_MAX - 10000U;
    inputs_at_rest(&b->in, b->now_ms);
    for (int i = 0; i < n; i++) {
        bms_init(&b->packs[i], pack_of("es51_2_100lp"), 4000 + 1000 * i, b->now_ms);
        b->in.dip = (uint8_t)(i + 1);
        bms_step(&b->packs[i], &b->in);
    }
    stack_init(&b->stack, b->now_ms);
    b->stack.host = 1;
    b->n = n;
}

static void step(struct stack_bench *b, uint16_t linked)
{
    b->now_ms += 1000;
    for (int i = 0; i < b->n; i++) {
        struct pack_report report;
        pack_report_of(&b->packs[i], (uint16_t)(100 + i), &report);
        if (i == 0 || (linked >> i & 1) != 0) {
            stack_hear(&b->stack, &report, b->now_ms);
        }
    }
    stack_step(&b->stack, &b->packs[0], b->now_ms);
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

static void a_silent_pack_is_held_then_tapered_then_left_out(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    step(&b, ALL_LINKED);
    int32_t before_ma = 300000;
    for (int s = 1; s <= 40; s++) {
        step(&b, ALL_LINKED & ~(1U << 1));
        const struct stack_member *member = &b.stack.member[2];
        int32_t limit_ma = b.stack.report.charge_limit_ma;
        assert_int_equal(member->stage, s < 5 ? MEMBER_HOLD : s < 30 ? MEMBER_TAPER : MEMBER_LOST);
        assert_true(limit_ma <= before_ma); /* never up, never to nothing */
        assert_true(limit_ma >= 200000);
        if (s >= 6 && s < 30) {
            assert_true(limit_ma < before_ma && limit_ma > 200000);
        }
        assert_int_equal(b.stack.report.soc_pct, 50);    /* packs 1 and 3: 40 and 60 */
        assert_int_equal(member->last.soc_pct100, 5000); /* what was said stands */
        before_ma = limit_ma;
    }
    assert_true(stack_is_partial(&b.stack));
    assert_int_equal(b.stack.known, 3);
    step(&b, ALL_LINKED);
    assert_int_equal(b.stack.member[2].stage, MEMBER_HOLD);
    assert_int_equal(b.stack.report.charge_limit_ma, 300000);
    assert_false(stack_is_partial(&b.stack));
}

static int count_events(struct bms *bms, enum bms_event_kind kind, int what)
{
    struct bms_event event;
    int n = 0;
    while (bms_next_event(bms, &event)) {
        n += event.kind == kind && event.what == what;
    }
    return n;
}

static void a_loss_and_a_return_are_told_once_by_the_host(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    step(&b, ALL_LINKED);
    assert_int_equal(count_events(&b.packs[0], EVENT_PACK_LOST, 3), 0);
    for (int s = 0; s < 60; s++) {
        step(&b, ALL_LINKED & ~(1U << 2));
    }
    assert_int_equal(count_events(&b.packs[0], EVENT_PACK_LOST, 3), 1);
    step(&b, ALL_LINKED);
    step(&b, ALL_LINKED);
    assert_int_equal(count_events(&b.packs[0], EVENT_PACK_BACK, 3), 1);
}

static void limits_follow_the_weakest_pack(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    b.packs[1].out.charge_limit_ma = 40000;
    step(&b, ALL_LINKED);
    assert_int_equal(b.stack.report.charge_limit_ma, 120000); /* its third is all it may have */
    assert_int_equal(b.stack.report.discharge_limit_ma, 300000);
    /* copper gives it twice the mean: half of that is too much already */
    for (int s = 0; s < 120; s++) {
        b.packs[0].q[Q_CHARGE_MA] = 10000;
        b.packs[1].q[Q_CHARGE_MA] = 40000;
        b.packs[2].q[Q_CHARGE_MA] = 10000;
        step(&b, ALL_LINKED);
    }
    assert_in_range(b.stack.report.charge_limit_ma, 58000, 62000);
}

static void a_second_pack_at_a_taken_address_is_told_and_counted_once(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    b.packs[2].address = 2;
    step(&b, ALL_LINKED);
    assert_true(b.stack.address_conflict);
    assert_int_equal(b.stack.online, 2);
    assert_int_equal(b.stack.report.charge_limit_ma, 200000);
    assert_int_equal(count_events(&b.packs[0], EVENT_ADDRESS_CONFLICT, 2), 1);
    b.packs[2].address = 3;
    for (int s = 0; s < 31; s++) {
        step(&b, ALL_LINKED);
    }
    assert_false(b.stack.address_conflict);
    assert_int_equal(b.stack.online, 3);
}

static void a_pack_of_another_model_is_refused(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    b.packs[1].profile = pack_of("es51_2_230lp");
    for (int s = 0; s < 5; s++) {
        step(&b, ALL_LINKED);
        assert_true(b.stack.mixed);
        assert_int_equal(b.stack.online, 2);
        assert_int_equal(b.stack.report.soc_pct, 50);
    }
    assert_int_equal(count_events(&b.packs[0], EVENT_MIXED_PACKS, 2), 1);
}

static void a_pack_joins_only_near_the_stacks_voltage(void **state)
{
    (void)state;
    struct stack_bench b;
    struct pack_report report;
    stack_bench_init(&b, PACKS);
    b.packs[2].out.charge_mos = b.packs[2].out.discharge_mos = false;
    step(&b, ALL_LINKED);
    const int32_t window_mv = stack_join_window_mv(b.packs[0].profile);
    assert_int_equal(window_mv, 992);
    const int32_t offsets[] = {0, 992, -992, 993, -993, 5000};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        b.packs[2].q[Q_PACK_MV] = 52800 + offsets[i];
        pack_report_of(&b.packs[2], 102, &report);
        assert_int_equal(stack_holds_out(&b.stack, &report), abs_i32(offsets[i]) > window_mv);
    }
}

static void when_nobody_is_in_the_lowest_address_begins(void **state)
{
    (void)state;
    struct stack_bench b;
    struct pack_report report;
    stack_bench_init(&b, PACKS);
    for (int i = 0; i < PACKS; i++) {
        b.packs[i].out.charge_mos = b.packs[i].out.discharge_mos = false;
        b.packs[i].q[Q_PACK_MV] = 50000 + 2000 * i;
    }
    b.packs[0].active = UINT64_C(1) << ROW_NTC; /* cannot close anything */
    step(&b, ALL_LINKED);
    for (int i = 0; i < PACKS; i++) {
        pack_report_of(&b.packs[i], (uint16_t)(100 + i), &report);
        assert_int_equal(stack_holds_out(&b.stack, &report), i != 1);
    }
}

static void an_alone_standing_pack_speaks_for_itself(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    b.stack.host = 0;
    b.packs[0].address = 0;
    step(&b, ALL_LINKED);
    assert_int_equal(b.stack.online, 1);
    assert_int_equal(b.stack.report.charge_limit_ma, 100000);
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
        for (int k = 0; k < PACKS; k++) { /* too cold: what is forbidden is not asked for */
            b.packs[k].out.charge_mos = false;
        }
        step(&b, ALL_LINKED);
        assert_false(b.stack.report.charge_enable);
        assert_false(b.stack.report.force_charge);
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

static void what_is_no_address_is_not_heard(void **state)
{
    (void)state;
    struct stack_bench b;
    struct pack_report report;
    stack_bench_init(&b, 1);
    pack_report_of(&b.packs[0], 100, &report);
    report.address = STACK_PACKS + 1;
    stack_hear(&b.stack, &report, b.now_ms);
    assert_int_equal(b.stack.known, 0);
}

static void before_anybody_spoke_nothing_is_told_and_nobody_held_out(void **state)
{
    (void)state;
    struct stack_bench b;
    struct pack_report report;
    stack_bench_init(&b, 1);
    struct battery_report before = b.stack.report;
    stack_step(&b.stack, &b.packs[0], b.now_ms + 1000);
    assert_memory_equal(&b.stack.report, &before, sizeof before);
    assert_int_equal(b.stack.online, 0);
    pack_report_of(&b.packs[0], 100, &report);
    report.voltage_mv = 0;
    assert_false(stack_holds_out(&b.stack, &report));
}

static void without_a_teller_the_sums_are_the_same(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    step(&b, ALL_LINKED);
    b.packs[2].address = 2; /* a conflict would be told */
    struct stack other = b.stack;
    struct pack_report report;
    pack_report_of(&b.packs[2], 102, &report);
    stack_hear(&b.stack, &report, b.now_ms);
    stack_hear(&other, &report, b.now_ms);
    stack_step(&b.stack, &b.packs[0], b.now_ms + 1000);
    stack_step(&other, NULL, b.now_ms + 1000);
    assert_memory_equal(&b.stack, &other, sizeof other);
    assert_true(other.address_conflict);
}

/* Something of a report another pack might say; mostly nothing. */
static void say_something_else(struct stack_bench *b, uint32_t *seed)
{
    struct bms *bms = &b->packs[dice(seed) % 2];
    switch (dice(seed) % 16) {
    case 0: bms->q[Q_PACK_MV] += (int32_t)(dice(seed) % 3) - 1; break;
    case 1: bms->q[Q_CHARGE_MA] = (int32_t)(dice(seed) % 20000); break;
    case 2: bms->out.charge_limit_ma = (int32_t)(dice(seed) % 100000); break;
    case 3: bms->out.discharge_mos = !bms->out.discharge_mos; break;
    case 4: bms->active ^= UINT64_C(1) << dice(seed) % ROW_COUNT; break;
    case 5: bms->out.full_charge_request = !bms->out.full_charge_request; break;
    case 6: bms->soc_pct100 = (int32_t)(dice(seed) % 10001); break;
    case 7: bms->q[Q_TEMP_MAX_C10] += 2; break;
    case 8: bms->out.charge_mv -= 100; break;
    case 9: bms->soh_pct100 -= bms->soh_pct100 > 5000 ? 10 : 0; break;
    default: break;
    }
}

static void a_pack_alone_that_says_the_same_is_told_as_if_it_were_summed_up(void **state)
{
    (void)state;
    struct stack_bench b;
    uint32_t seed = 7;
    int left = 0;
    stack_bench_init(&b, 2);
    struct stack always = b.stack;
    for (int i = 0; i < 20000; i++) {
        struct pack_report report;
        bool second = i / 100 % 10 == 5; /* comes and goes */
        bool silent = i / 50 % 20 == 1;
        b.now_ms += 1000;
        say_something_else(&b, &seed);
        for (int k = silent ? 1 : 0; k < (second ? 2 : 1); k++) {
            pack_report_of(&b.packs[k], (uint16_t)(100 + k), &report);
            stack_hear(&b.stack, &report, b.now_ms);
            stack_hear(&always, &report, b.now_ms);
        }
        stack_retell(&always);
        left += !stack_step(&b.stack, NULL, b.now_ms);
        assert_true(stack_step(&always, NULL, b.now_ms));
        always.stands_at = b.stack.stands_at; /* that may differ */
        assert_memory_equal(&b.stack, &always, sizeof always);
        if (i % 1000 == 999) { /* alone from the start again */
            stack_init(&b.stack, b.now_ms);
            b.stack.host = 1;
            always = b.stack;
        }
    }
    assert_true(left > 3000);
}

static void a_pack_of_another_model_that_left_is_forgotten_after_30_s(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    b.packs[1].profile = pack_of("es51_2_230lp");
    step(&b, ALL_LINKED);
    for (int s = 0; s < 29; s++) {
        step(&b, 0xFFFD); /* pulled out */
        assert_true(b.stack.mixed);
    }
    step(&b, 0xFFFD);
    assert_false(b.stack.mixed);
}

/* Shares: each way for itself, of packs that are in circuit by either MOS. */
static void shares_follow_the_current_of_packs_in_circuit_each_way(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    b.packs[1].out.charge_mos = false; /* full: it discharges only */
    b.packs[2].out.charge_mos = b.packs[2].out.discharge_mos = false;
    for (int s = 0; s < 120; s++) {
        b.packs[0].q[Q_DISCHARGE_MA] = 10000;
        b.packs[1].q[Q_DISCHARGE_MA] = 30000;
        step(&b, ALL_LINKED);
    }
    assert_in_range(b.stack.member[1].discharge_share, 490, 520);
    assert_in_range(b.stack.member[2].discharge_share, 1480, 1500);
    for (int i = 1; i <= PACKS; i++) {
        assert_int_equal(b.stack.member[i].charge_share, 1000);
    }
    assert_int_equal(b.stack.member[3].discharge_share, 1000); /* out of circuit */
}

static void figures_no_pack_can_have_do_not_overflow_the_report(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, STACK_PACKS);
    for (int i = 0; i < STACK_PACKS; i++) {
        b.packs[i].out.charge_limit_ma = 2000000000;
        b.packs[i].full_mams = b.packs[i].remaining_mams = 0;
    }
    step(&b, ALL_LINKED);
    assert_int_equal(b.stack.report.charge_limit_ma, INT32_MAX);
    assert_int_equal(b.stack.report.soh_pct, 100);
}

static void an_address_nobody_has_is_no_pack(void **state)
{
    (void)state;
    struct stack_bench b;
    stack_bench_init(&b, PACKS);
    for (int s = 0; s < 40; s++) {
        step(&b, ALL_LINKED & ~(1U << 1)); /* there is no pack 2 */
    }
    assert_int_equal(b.stack.known, 2);
    assert_int_equal(b.stack.online, 2);
    assert_false(stack_is_partial(&b.stack));
    assert_int_equal(b.stack.report.charge_limit_ma, 200000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_nobody_has_is_no_pack),
        cmocka_unit_test(limits_and_currents_add_up),
        cmocka_unit_test(a_full_stack_of_fifteen_fits),
        cmocka_unit_test(a_pack_not_heard_for_30_s_leaves_the_totals_and_comes_back_at_once),
        cmocka_unit_test(a_silent_pack_is_held_then_tapered_then_left_out),
        cmocka_unit_test(a_loss_and_a_return_are_told_once_by_the_host),
        cmocka_unit_test(limits_follow_the_weakest_pack),
        cmocka_unit_test(a_second_pack_at_a_taken_address_is_told_and_counted_once),
        cmocka_unit_test(a_pack_of_another_model_is_refused),
        cmocka_unit_test(a_pack_joins_only_near_the_stacks_voltage),
        cmocka_unit_test(when_nobody_is_in_the_lowest_address_begins),
        cmocka_unit_test(an_alone_standing_pack_speaks_for_itself),
        cmocka_unit_test(the_host_itself_never_leaves),
        cmocka_unit_test(the_lowest_charge_voltage_and_the_highest_cut_off_rule),
        cmocka_unit_test(a_pack_that_cannot_work_adds_nothing_but_does_not_stop_the_others),
        cmocka_unit_test(any_packs_flag_is_the_stacks),
        cmocka_unit_test(a_low_pack_asks_for_charge),
        cmocka_unit_test(a_pack_that_asks_for_the_top_is_heard_by_the_inverter),
        cmocka_unit_test(what_is_no_address_is_not_heard),
        cmocka_unit_test(before_anybody_spoke_nothing_is_told_and_nobody_held_out),
        cmocka_unit_test(without_a_teller_the_sums_are_the_same),
        cmocka_unit_test(a_pack_alone_that_says_the_same_is_told_as_if_it_were_summed_up),
        cmocka_unit_test(a_pack_of_another_model_that_left_is_forgotten_after_30_s),
        cmocka_unit_test(shares_follow_the_current_of_packs_in_circuit_each_way),
        cmocka_unit_test(figures_no_pack_can_have_do_not_overflow_the_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
