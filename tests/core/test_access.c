/* SPDX-License-Identifier: Apache-2.0 */
/* The administrator password: what it lets in, what it costs to guess, how long a grant lives. */
#include "core_test.h"

enum { START_MS = 1000, MINUTE_MS = 60000 };

static struct bms_access fresh(void)
{
    struct bms_access access;
    access_init(&access);
    return access;
}

static void only_the_whole_password_lets_in(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "12345", "1234567", "123457", "023456", "123456123456123456", "12345612345612345"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct bms_access access = fresh();
        assert_int_equal(access_login(&access, wrong[i], START_MS), ACCESS_WRONG);
        assert_false(access_use(&access, START_MS));
        assert_int_equal(access_login(&access, "123456", START_MS), ACCESS_GRANTED);
        assert_true(access_use(&access, START_MS));
    }
}

static void a_password_may_have_sixteen_characters_and_no_more(void **state)
{
    (void)state;
    struct bms_access access = fresh();
    const char *most = "0123456789abcdef";
    const char *over = "0123456789abcdefg";
    assert_int_equal(access_change(&access, "123456", over, over, START_MS), ACCESS_EMPTY);
    assert_int_equal(access_change(&access, "123456", most, most, START_MS), ACCESS_GRANTED);
    assert_int_equal(access_login(&access, over, START_MS), ACCESS_WRONG);
    assert_int_equal(access_login(&access, "123456", START_MS), ACCESS_WRONG);
    assert_int_equal(access_login(&access, most, START_MS), ACCESS_GRANTED);
}

static void a_change_needs_all_three_fields_twice_the_same_and_the_old_one(void **state)
{
    (void)state;
    static const struct {
        const char *old, *fresh, *confirm;
        enum access_result result;
    } cases[] = {
        {"", "new", "new", ACCESS_EMPTY},
        {"123456", "", "new", ACCESS_EMPTY},
        {"123456", "new", "", ACCESS_EMPTY},
        {"123456", "new", "neu", ACCESS_DIFFERENT},
        {"123456", "new", "newnewnewnewnewnew", ACCESS_DIFFERENT},
        {"654321", "new", "new", ACCESS_WRONG},
        {"123456", "new", "new", ACCESS_GRANTED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bms_access access = fresh();
        assert_int_equal(
            access_change(&access, cases[i].old, cases[i].fresh, cases[i].confirm, START_MS),
            cases[i].result);
        bool changed = cases[i].result == ACCESS_GRANTED;
        assert_int_equal(access_login(&access, "new", START_MS),
                         changed ? ACCESS_GRANTED : ACCESS_WRONG);
    }
}

static void
the_third_wrong_try_costs_30_s_and_each_further_one_twice_that_up_to_an_hour(void **state)
{
    (void)state;
    struct bms_access access = fresh();
    uint32_t now_ms = UINT32_MAX - 5000U; /* across the wrap of the counter */
    uint32_t wait_ms = 30000;
    assert_int_equal(access_login(&access, "a", now_ms), ACCESS_WRONG);
    assert_int_equal(access_login(&access, "b", now_ms), ACCESS_WRONG);
    assert_int_equal(access_wait_ms(&access, now_ms), 0);
    for (int k = 0; k < 300; k++) {
        assert_int_equal(access_login(&access, "c", now_ms), ACCESS_WRONG);
        assert_int_equal(access_wait_ms(&access, now_ms), wait_ms);
        assert_int_equal(access_login(&access, "123456", now_ms + wait_ms - 1), ACCESS_WAIT);
        now_ms += wait_ms;
        assert_int_equal(access_wait_ms(&access, now_ms), 0);
        wait_ms = wait_ms * 2 < 3600000 ? wait_ms * 2 : 3600000;
    }
    assert_int_equal(access.wrong, UINT8_MAX); /* and never begins anew at nought */
    assert_int_equal(access_login(&access, "123456", now_ms), ACCESS_GRANTED);
    assert_int_equal(access_login(&access, "a", now_ms), ACCESS_WRONG);
    assert_int_equal(access_wait_ms(&access, now_ms), 0);
}

static void a_grant_lives_ten_minutes_from_its_last_use(void **state)
{
    (void)state;
    struct bms_access access = fresh();
    uint32_t now_ms = UINT32_MAX - MINUTE_MS;
    assert_false(access_use(&access, now_ms));
    assert_int_equal(access_login(&access, "123456", now_ms), ACCESS_GRANTED);
    for (int k = 0; k < 5; k++) {
        now_ms += 10 * MINUTE_MS - 1;
        assert_true(access_use(&access, now_ms));
    }
    now_ms += 10 * MINUTE_MS;
    assert_false(access_use(&access, now_ms));
    assert_false(access_use(&access, now_ms - MINUTE_MS)); /* for good */
}

static void a_grant_ends_with_a_logout_and_with_a_wrong_try(void **state)
{
    (void)state;
    struct bms_access access = fresh();
    assert_int_equal(access_login(&access, "123456", START_MS), ACCESS_GRANTED);
    access_logout(&access);
    assert_false(access_use(&access, START_MS));
    assert_int_equal(access_login(&access, "123456", START_MS), ACCESS_GRANTED);
    assert_int_equal(access_login(&access, "123", START_MS), ACCESS_WRONG);
    assert_false(access_use(&access, START_MS));
}

static void nobody_is_still_logged_in_after_a_month(void **state)
{
    (void)state;
    struct bms_access access = fresh();
    assert_int_equal(access_login(&access, "123456", START_MS), ACCESS_GRANTED);
    assert_false(access_use(&access, START_MS + 30U * 24U * 60U * MINUTE_MS));
}

static void a_wrong_try_is_told_a_right_one_is_not(void **state)
{
    (void)state;
    struct bench b;
    struct bms_event event;
    bench_init(&b, pack_of("vt12040"));
    assert_int_equal(bms_login(&b.bms, "123456"), ACCESS_GRANTED);
    assert_false(bms_next_event(&b.bms, &event));
    assert_int_equal(bms_login(&b.bms, "123"), ACCESS_WRONG);
    assert_true(bms_next_event(&b.bms, &event));
    assert_int_equal(event.kind, EVENT_PASSWORD_WRONG);
    assert_int_equal(event.what, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_whole_password_lets_in),
        cmocka_unit_test(a_password_may_have_sixteen_characters_and_no_more),
        cmocka_unit_test(a_change_needs_all_three_fields_twice_the_same_and_the_old_one),
        cmocka_unit_test(
            the_third_wrong_try_costs_30_s_and_each_further_one_twice_that_up_to_an_hour),
        cmocka_unit_test(a_grant_lives_ten_minutes_from_its_last_use),
        cmocka_unit_test(a_grant_ends_with_a_logout_and_with_a_wrong_try),
        cmocka_unit_test(nobody_is_still_logged_in_after_a_month),
        cmocka_unit_test(a_wrong_try_is_told_a_right_one_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
