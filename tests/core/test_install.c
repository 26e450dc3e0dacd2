/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of installation of every product, each at its limit and just beyond it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/product/product.h"

static struct install_verdict verdicts[INSTALL_VERDICTS];

static void say(struct install_form *form, enum install_quantity q, int32_t value)
{
    form->said[q] = true;
    form->value[q] = value;
}

/* A value for which a condition holds. */
static int32_t fulfilling(const struct install_when *when)
{
    switch (when->compare) {
    case INSTALL_ABOVE: return when->low + 1;
    case INSTALL_BELOW: return when->high - 1;
    case INSTALL_AT_MOST: return when->high;
    case INSTALL_AT_LEAST:
    case INSTALL_BETWEEN:
    case INSTALL_IS: break;
    }
    return when->low;
}

/* What one rule says of a value, everything it leans on being said (1 unit of `per`). */
static enum install_result verdict_of(const struct product *p, const struct install_rule *rule,
                                      int32_t value)
{
    struct install_form form = {0};
    if (rule->per != INSTALL_NONE) {
        say(&form, rule->per, 1000);
    }
    if (rule->when.quantity != INSTALL_NONE) {
        say(&form, rule->when.quantity, fulfilling(&rule->when));
    }
    say(&form, rule->quantity, value);
    int n = install_check(p, &form, verdicts, INSTALL_VERDICTS);
    for (int i = 0; i < n; i++) {
        if (verdicts[i].rule == rule && verdicts[i].quantity == rule->quantity) {
            assert_int_equal(verdicts[i].value, value);
            return verdicts[i].result;
        }
    }
    return INSTALL_NOT_SAID;
}

static void assert_edge(const struct product *p, const struct install_rule *rule, int32_t inside,
                        int32_t beyond)
{
    enum install_result bad =
        rule->severity == INSTALL_REFUSED ? INSTALL_FORBIDDEN : INSTALL_DOUBTFUL;
    const char *key = install_quantities[rule->quantity].key;
    if (verdict_of(p, rule, inside) != INSTALL_FINE) {
        fail_msg("%s: %s %d is not well (%s)", p->id, key, inside, rule->sentence);
    }
    if (verdict_of(p, rule, beyond) != bad) {
        fail_msg("%s: %s %d passes (%s)", p->id, key, beyond, rule->sentence);
    }
}

static void each_rule_holds_at_its_limit_and_breaks_just_beyond_it(void **state)
{
    (void)state;
    int edges = 0;
    for (int k = 0; k < product_count; k++) {
        const struct product *p = &products[k];
        const struct install_rule *rule;
        for (int i = 0; (rule = install_rule_at(p, i)) != NULL; i++) {
            bool low = rule->compare != INSTALL_AT_MOST && rule->compare != INSTALL_BELOW;
            bool high = rule->compare != INSTALL_AT_LEAST && rule->compare != INSTALL_ABOVE;
            int open = rule->compare == INSTALL_ABOVE || rule->compare == INSTALL_BELOW;
            if (low) {
                assert_edge(p, rule, rule->low + open, rule->low + open - 1);
            }
            if (high) {
                assert_edge(p, rule, rule->high - open, rule->high - open + 1);
            }
            edges += low + high;
        }
    }
    assert_true(edges > 300);
}

static void every_rule_is_whole_and_within_what_a_form_can_say(void **state)
{
    (void)state;
    for (int k = 0; k < product_count; k++) {
        const struct product *p = &products[k];
        const struct install_rule *rule;
        int n = 0;
        for (; (rule = install_rule_at(p, n)) != NULL; n++) {
            const struct install_quantity_row *row = &install_quantities[rule->quantity];
            assert_true(rule->sentence[0] != '\0' && rule->section[0] != '\0');
            assert_in_range(rule->quantity, 1, INSTALL_QUANTITIES - 1);
            if (rule->per == INSTALL_NONE) {
                assert_true(rule->low == 0 || rule->low >= row->min);
                assert_true(rule->high <= row->max);
            }
            bool both = rule->compare == INSTALL_BETWEEN || rule->compare == INSTALL_IS;
            assert_true(!both || rule->low <= rule->high);
        }
        assert_true((n > 0) == (p->install != NULL));
        assert_true(n + INSTALL_QUANTITIES < INSTALL_VERDICTS);
    }
}

static void units_of_torque_lead_back_to_each_other(void **state)
{
    (void)state;
    for (int q = 1; q < INSTALL_QUANTITIES; q++) {
        const struct install_quantity_row *row = &install_quantities[q];
        assert_true(row->key != NULL && row->unit != NULL && row->what != NULL);
        assert_true(row->min <= row->max);
        if (row->twin_den != 0) {
            const struct install_quantity_row *back = &install_quantities[row->twin];
            assert_int_equal(back->twin, q);
            double round_trip =
                (double)row->twin_num / row->twin_den * back->twin_num / back->twin_den;
            assert_true(round_trip > 0.999999 && round_trip < 1.000001);
        }
    }
}

/* The strictest of a product's limits of a quantity; 0: it has none. */
static int32_t limit_of(const struct product *p, enum install_quantity q,
                        enum install_compare compare)
{
    const struct install_rule *rule;
    for (int i = 0; (rule = install_rule_at(p, i)) != NULL; i++) {
        if (rule->quantity == q && rule->compare == compare && rule->per == INSTALL_NONE &&
            rule->when.quantity == INSTALL_NONE) {
            return compare == INSTALL_AT_MOST ? rule->high : rule->low;
        }
    }
    return 0;
}

static void limits_are_the_ratings_of_the_products(void **state)
{
    (void)state;
    for (int k = 0; k < product_count; k++) {
        const struct product *p = &products[k];
        const struct inverter_profile *inv = p->inverter;
        const struct hybrid_profile *hy = p->hybrid;
        if (inv != NULL) {
            assert_int_equal(limit_of(p, INSTALL_PV_VOC, INSTALL_AT_MOST), inv->pv_max_mv);
            assert_int_equal(limit_of(p, INSTALL_PV_VOC, INSTALL_AT_LEAST), inv->pv_start_mv);
            assert_int_equal(limit_of(p, INSTALL_PV_VMPP, INSTALL_BETWEEN), inv->mppt_min_mv);
            assert_int_equal(limit_of(p, INSTALL_PV_ISC, INSTALL_AT_MOST), inv->pv_short_ma);
            assert_int_equal(limit_of(p, INSTALL_PV_TOTAL, INSTALL_AT_MOST), inv->pv_max_w * 1000);
            assert_int_equal(limit_of(p, INSTALL_CHARGE, INSTALL_AT_MOST), inv->charge_max_ma);
            assert_int_equal(limit_of(p, INSTALL_BATTERY_BREAKER, INSTALL_BETWEEN),
                             inv->discharge_max_ma);
            assert_int_equal(limit_of(p, INSTALL_PARALLEL_UNITS, INSTALL_AT_MOST) > 1000,
                             inv->parallel);
            /* below 5 A a mm2 at what the model draws */
            assert_true(limit_of(p, INSTALL_BATTERY_CABLE, INSTALL_AT_LEAST) * 5 >=
                        inv->discharge_max_ma);
            assert_int_equal(limit_of(p, INSTALL_PV_CABLE, INSTALL_AT_LEAST) * 5, inv->pv_max_ma);
        }
        if (hy != NULL && hy->pv_max_w > 0) {
            assert_int_equal(limit_of(p, INSTALL_PV_VOC, INSTALL_AT_MOST), hy->pv_max_mv);
            assert_int_equal(limit_of(p, INSTALL_PV_VOC, INSTALL_ABOVE), hy->pv_start_mv);
            assert_int_equal(limit_of(p, INSTALL_PV_VMPP, INSTALL_BETWEEN), hy->mppt_min_mv);
            assert_int_equal(limit_of(p, INSTALL_PV_MPPT1, INSTALL_AT_MOST), hy->pv_max_ma[0]);
            assert_int_equal(limit_of(p, INSTALL_PV_MPPT2, INSTALL_AT_MOST), hy->pv_max_ma[1]);
            assert_int_equal(limit_of(p, INSTALL_PV_TOTAL, INSTALL_AT_MOST), hy->pv_max_w * 1000);
            assert_int_equal(limit_of(p, INSTALL_CHARGE, INSTALL_AT_MOST), hy->charge_max_ma);
        }
    }
}

static int place_of(int n, enum install_quantity q)
{
    int i = 0;
    while (i < n && verdicts[i].quantity != q) {
        i++;
    }
    return i;
}

static bool is_judged(int n, enum install_quantity q) { return place_of(n, q) < n; }

static const struct install_verdict *find(int n, enum install_quantity q)
{
    if (is_judged(n, q)) {
        return &verdicts[place_of(n, q)];
    }
    fail_msg("no verdict on quantity %d", (int)q);
    return &verdicts[0];
}

static void a_condition_that_is_not_said_only_warns(void **state)
{
    (void)state;
    const struct product *p = product_find("offgrid_6000");
    struct install_form form = {0};
    say(&form, INSTALL_SAME_CABINET, 1);
    int n = install_check(p, &form, verdicts, INSTALL_VERDICTS);
    assert_int_equal(find(n, INSTALL_SAME_CABINET)->result, INSTALL_DOUBTFUL);
    assert_int_equal(find(n, INSTALL_BATTERY_TYPE)->result, INSTALL_NOT_SAID);
    say(&form, INSTALL_BATTERY_TYPE, INSTALL_WET);
    n = install_check(p, &form, verdicts, INSTALL_VERDICTS);
    assert_int_equal(find(n, INSTALL_SAME_CABINET)->result, INSTALL_FORBIDDEN);
    assert_false(is_judged(n, INSTALL_BATTERY_TYPE));
    say(&form, INSTALL_BATTERY_TYPE, INSTALL_AGM);
    n = install_check(p, &form, verdicts, INSTALL_VERDICTS);
    assert_int_equal(find(n, INSTALL_SAME_CABINET)->result, INSTALL_NO_RULE);
}

static void a_torque_is_judged_in_either_unit(void **state)
{
    (void)state;
    const struct product *p = product_find("offgrid_3000");
    static const struct {
        int32_t nm;
        enum install_result result;
    } rows[] = {{1765, INSTALL_DOUBTFUL},
                {1766, INSTALL_FINE},
                {2157, INSTALL_FINE},
                {2158, INSTALL_DOUBTFUL}}; /* 18 and 22 kgf.cm */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct install_form form = {0};
        say(&form, INSTALL_LUG_TORQUE_NM, rows[i].nm);
        int n = install_check(p, &form, verdicts, INSTALL_VERDICTS);
        assert_int_equal(find(n, INSTALL_LUG_TORQUE_NM)->result, rows[i].result);
        assert_false(is_judged(n, INSTALL_LUG_TORQUE_KGF));
    }
}

static void advice_is_given_where_the_rest_leaves_room(void **state)
{
    (void)state;
    const struct product *p = product_find("jso12048156");
    static const struct {
        int32_t type, ah, most;
    } rows[] = {{INSTALL_AGM, 300, 60},
                {INSTALL_WET, 300, 60},
                {INSTALL_LITHIUM, 300, 150},
                {INSTALL_LITHIUM, 900, 240}}; /* no more than the inverter itself */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct install_form form = {0};
        say(&form, INSTALL_BATTERY_TYPE, rows[i].type);
        say(&form, INSTALL_BATTERY_AH, rows[i].ah * 1000);
        int n = install_check(p, &form, verdicts, INSTALL_VERDICTS);
        assert_int_equal(find(n, INSTALL_CHARGE)->result, INSTALL_ADVICE);
        assert_int_equal(find(n, INSTALL_CHARGE)->value, rows[i].most * 1000);
    }
    struct install_form form = {0};
    say(&form, INSTALL_BATTERY_TYPE, INSTALL_GEL);
    say(&form, INSTALL_BATTERY_AH, 300000);
    say(&form, INSTALL_AC_CABLE, 4000); /* carries less than the grid's breaker must let through */
    int n = install_check(p, &form, verdicts, INSTALL_VERDICTS);
    assert_int_equal(find(n, INSTALL_CHARGE)->result, INSTALL_NOT_SAID);
    assert_int_equal(find(n, INSTALL_GRID_BREAKER)->result, INSTALL_NOT_SAID);
}

static void verdicts_end_where_the_room_does(void **state)
{
    (void)state;
    struct install_form form = {0};
    struct install_verdict few[3];
    assert_int_equal(install_check(product_find("as1_3ks_5_1"), &form, few, 3), 3);
    assert_int_equal(install_check(product_find("vt12040"), &form, few, 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_holds_at_its_limit_and_breaks_just_beyond_it),
        cmocka_unit_test(every_rule_is_whole_and_within_what_a_form_can_say),
        cmocka_unit_test(units_of_torque_lead_back_to_each_other),
        cmocka_unit_test(limits_are_the_ratings_of_the_products),
        cmocka_unit_test(a_condition_that_is_not_said_only_warns),
        cmocka_unit_test(a_torque_is_judged_in_either_unit),
        cmocka_unit_test(advice_is_given_where_the_rest_leaves_room),
        cmocka_unit_test(verdicts_end_where_the_room_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
