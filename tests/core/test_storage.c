/* SPDX-License-Identifier: Apache-2.0 */
/* Start-up guides, and a pack in store. Rules: VT s8, docs/bms.md. */
#include "core_test.h"

#include "core/bms/storage.h"
#include "core/product/guide.h"

enum { DAY_S = 86400 };

static enum storage_state after_days(int days, int32_t c10)
{
    struct bms_storage storage = {0};
    int64_t t_s = 1800000000;
    storage_step(&storage, t_s, c10, true);
    for (int64_t s = 0; s < (int64_t)days * DAY_S; s += 3600) {
        storage_step(&storage, t_s + s, c10, false);
    }
    return storage_judge(&storage, t_s + (int64_t)days * DAY_S);
}

static void a_charge_is_due_by_time_and_temperature(void **state)
{
    (void)state;
    assert_int_equal(after_days(89, 220), STORAGE_FINE);
    assert_int_equal(after_days(90, 220), STORAGE_DUE);
    assert_int_equal(after_days(89, 250), STORAGE_FINE); /* 25 degC is not above it */
    assert_int_equal(after_days(29, 350), STORAGE_FINE);
    assert_int_equal(after_days(30, 350), STORAGE_DUE);
    assert_int_equal(after_days(179, 100), STORAGE_DUE);
    assert_int_equal(after_days(180, 100), STORAGE_OVERDUE);
}

static void the_mean_counts_and_not_the_last_day(void **state)
{
    (void)state;
    struct bms_storage storage = {0};
    int64_t t_s = 1800000000;
    storage_step(&storage, t_s, 200, true);
    for (int day = 1; day <= 40; day++) {
        for (int hour = 0; hour < 24; hour++) {
            storage_step(&storage, t_s + day * DAY_S + hour * 3600, day == 40 ? 400 : 200, false);
        }
    }
    assert_int_equal(storage_judge(&storage, t_s + 40 * DAY_S), STORAGE_FINE);
    storage_step(&storage, t_s + 41 * DAY_S, 200, true); /* charged: begins anew */
    assert_int_equal(storage_judge(&storage, t_s + 41 * DAY_S), STORAGE_FINE);
    assert_int_equal(storage.charged_s, t_s + 41 * DAY_S);
}

static void looks_within_a_minute_count_once(void **state)
{
    (void)state;
    struct bms_storage storage = {0};
    storage_step(&storage, 1000, 200, false);
    storage_step(&storage, 1059, 900, false);
    assert_int_equal(storage.mean_mc, 20000);
    storage_step(&storage, 1060, 900, false);
    assert_int_equal(storage.mean_mc, 90000);
}

static void a_pack_whose_clock_never_ran_is_not_judged(void **state)
{
    (void)state;
    const struct bms_storage storage = {0};
    assert_int_equal(storage_judge(&storage, 1800000000), STORAGE_FINE);
}

static void the_place_must_not_be_too_cold_or_too_hot(void **state)
{
    (void)state;
    assert_false(storage_out_of_range(-100));
    assert_true(storage_out_of_range(-101));
    assert_false(storage_out_of_range(550));
    assert_true(storage_out_of_range(551));
}

static void a_guide_goes_on_in_its_order_alone(void **state)
{
    (void)state;
    for (int p = 0; p < product_count; p++) {
        if (products[p].pack == NULL) {
            continue;
        }
        struct guide_state guide;
        uint32_t now_ms = UINT32_MAX - 1000U;
        guide_begin(&guide, products[p].pack->guide, now_ms);
        for (int step = 0; step < guide.guide->n; step++) {
            assert_int_equal(guide_confirm(&guide, step + 1, now_ms), GUIDE_OUT_OF_ORDER);
            uint32_t wait_ms = guide_wait_ms(&guide, now_ms);
            if (wait_ms > 0) {
                assert_int_equal(guide_confirm(&guide, step, now_ms + wait_ms - 1),
                                 GUIDE_TOO_EARLY);
                now_ms += wait_ms;
            }
            assert_int_equal(guide_confirm(&guide, step, now_ms), GUIDE_DONE);
            assert_int_equal(guide_confirm(&guide, step, now_ms),
                             step + 1 < guide.guide->n ? GUIDE_OUT_OF_ORDER : GUIDE_OVER);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_charge_is_due_by_time_and_temperature),
        cmocka_unit_test(the_mean_counts_and_not_the_last_day),
        cmocka_unit_test(looks_within_a_minute_count_once),
        cmocka_unit_test(a_pack_whose_clock_never_ran_is_not_judged),
        cmocka_unit_test(the_place_must_not_be_too_cold_or_too_hot),
        cmocka_unit_test(a_guide_goes_on_in_its_order_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
