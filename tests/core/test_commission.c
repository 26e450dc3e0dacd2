/* SPDX-License-Identifier: Apache-2.0 */
/* Sensors at the connection point are told by moving power; what is bought stays below the mean of
   a quarter of an hour. */
#include "core_test.h"

#include "core/hybrid/ct_check.h"
#include "core/hybrid/import.h"

/* How the sensors are mounted: sensor k sits on line `line[k]` (3: on none), with a sign. */
struct mounting {
    uint8_t line[3];
    int8_t sign[3];
};

static void check(const struct mounting *m, int32_t noise_w, uint32_t seed, struct ct_check *out)
{
    int32_t move[CT_PHASES] = {0};
    int32_t home[3] = {800, 300, 1200};
    uint32_t now_ms = UINT32_MAX - 20000;
    bool goes = true;
    ct_check_begin(out, 3);
    for (int i = 0; i < 3000 && goes; i++) {
        int32_t reading[3];
        for (int k = 0; k < 3; k++) {
            int32_t line = m->line[k] < 3 ? home[m->line[k]] - move[m->line[k]] : 0;
            reading[k] = m->sign[k] * line;
        }
        for (int k = 0; k < 3; k++) {
            home[k] += dice_range(&seed, -noise_w, noise_w);
        }
        now_ms += 100;
        goes = ct_check_step(out, reading, now_ms, move);
    }
    assert_false(goes);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(move[k], 0); /* nothing is left moved */
    }
}

static void each_way_of_mounting_is_told(void **state)
{
    static const struct {
        struct mounting m;
        enum ct_verdict verdict[3];
    } cases[] = {
        {{{0, 1, 2}, {1, 1, 1}}, {CT_RIGHT, CT_RIGHT, CT_RIGHT}},
        {{{0, 1, 2}, {-1, 1, 1}}, {CT_REVERSED, CT_RIGHT, CT_RIGHT}},
        {{{0, 1, 2}, {-1, -1, -1}}, {CT_REVERSED, CT_REVERSED, CT_REVERSED}},
        {{{1, 0, 2}, {1, 1, 1}}, {CT_SWAPPED, CT_SWAPPED, CT_RIGHT}},
        {{{2, 0, 1}, {1, -1, 1}}, {CT_SWAPPED, CT_SWAPPED, CT_SWAPPED}},
        {{{0, 3, 2}, {1, 1, 1}}, {CT_RIGHT, CT_DEAD, CT_RIGHT}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ct_check out;
        check(&cases[i].m, 5, (uint32_t)i + 1, &out);
        for (int k = 0; k < 3; k++) {
            if (out.verdict[k] != cases[i].verdict[k]) {
                fail_msg("case %d phase %d: %d", (int)i, k, (int)out.verdict[k]);
            }
        }
    }
}

/* A home that moves as much as the test does gives no verdict rather than a wrong one. */
static void noise_gives_no_wrong_verdict(void **state)
{
    static const struct mounting right = {{0, 1, 2}, {1, 1, 1}};
    int unknown = 0;
    (void)state;
    for (uint32_t seed = 1; seed <= 300; seed++) {
        struct ct_check out;
        check(&right, 400, seed, &out);
        for (int k = 0; k < 3; k++) {
            assert_true(out.verdict[k] == CT_RIGHT || out.verdict[k] == CT_UNKNOWN);
            unknown += out.verdict[k] == CT_UNKNOWN;
        }
    }
    assert_true(unknown > 100);
}

static void the_mean_of_a_quarter_is_kept(void **state)
{
    uint32_t seed = 5;
    (void)state;
    for (int run = 0; run < 200; run++) {
        struct import_limit limit = {.mean_w = dice_range(&seed, 1000, 8000),
                                     .power_w = dice(&seed) % 2 == 0 ? 9000 : 0};
        int64_t local_s = 1780315200 + dice_range(&seed, 0, 899);
        int64_t bought = 0;
        for (int s = 0; s < 4 * QUARTER_S; s++) {
            int32_t wanted = dice_range(&seed, -2000, 14000);
            int32_t allowed = import_allowed(&limit, local_s);
            int32_t point = wanted < allowed ? wanted : allowed;
            assert_true(limit.power_w == 0 || point <= limit.power_w);
            import_count(&limit, point, 1000, local_s);
            bought += point;
            local_s++;
            if (local_s % QUARTER_S == 0) {
                assert_true(bought <= (int64_t)limit.mean_w * QUARTER_S + QUARTER_S);
                bought = 0;
            }
        }
    }
}

static void a_peak_may_pass_early_and_is_made_up_for(void **state)
{
    struct import_limit limit = {.mean_w = 4000};
    int64_t begin = 1780315200;
    (void)state;
    assert_int_equal(import_allowed(&limit, begin), 4000);
    for (int s = 0; s < 300; s++) {
        import_count(&limit, 6000, 1000, begin + s);
    }
    assert_int_equal(import_allowed(&limit, begin + 300), 3000);
    for (int s = 300; s < 895; s++) {
        import_count(&limit, 0, 1000, begin + s);
    }
    assert_int_equal(import_allowed(&limit, begin + 895), 30000); /* of a minute, not of 5 s */
    assert_int_equal(import_allowed(&limit, begin + 900), 4000);
    limit.power_w = 5000;
    assert_int_equal(import_allowed(&limit, begin + 895), 5000);
    limit.mean_w = limit.power_w = 0;
    assert_int_equal(import_allowed(&limit, begin), INT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_of_mounting_is_told),
        cmocka_unit_test(noise_gives_no_wrong_verdict),
        cmocka_unit_test(the_mean_of_a_quarter_is_kept),
        cmocka_unit_test(a_peak_may_pass_early_and_is_made_up_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
