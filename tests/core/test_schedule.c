/* SPDX-License-Identifier: Apache-2.0 */
/* Any schedule and the six slots it becomes mean the same, minute by minute. */
#include "core_test.h"

#include "core/hybrid/schedule.h"

enum { MONDAY = 1, WORKDAYS = 31, WEEKEND = 96, ALL_DAYS = 127, WEEK_MIN = 7 * DAY_MIN, STEP = 5 };

static const struct slot_want night = {5000, 80000, true, false};
static const struct slot_want peak = {5000, 30000, false, false};
static const struct slot_want calm = {0, 50000, false, false};

static void rules_overlap_cross_midnight_and_know_weekdays(void **state)
{
    static const struct schedule_rule rules[] = {
        {ALL_DAYS, 22 * 60, 6 * 60, {5000, 80000, true, false}},
        {WORKDAYS, 17 * 60, 21 * 60, {5000, 30000, false, false}},
        {MONDAY, 0, 60, {0, 50000, false, false}}, /* the last one counts */
    };
    const struct schedule schedule = {rules, 3, {3000, 20000, false, false}};
    (void)state;
    assert_memory_equal(schedule_at(&schedule, (struct week_minute){1, 23 * 60}), &night,
                        sizeof night);
    assert_memory_equal(schedule_at(&schedule, (struct week_minute){0, 30}), &calm, sizeof calm);
    assert_memory_equal(schedule_at(&schedule, (struct week_minute){1, 30}), &night, sizeof night);
    assert_memory_equal(schedule_at(&schedule, (struct week_minute){4, 18 * 60}), &peak,
                        sizeof peak);
    assert_int_equal(schedule_at(&schedule, (struct week_minute){5, 18 * 60})->power_w, 3000);
    assert_int_equal(schedule_at(&schedule, (struct week_minute){1, 6 * 60})->power_w, 3000);
}

static void a_rule_over_midnight_belongs_to_the_day_it_begins_on(void **state)
{
    static const struct schedule_rule rules[] = {{MONDAY, 22 * 60, 6 * 60, {1, 2, true, true}}};
    const struct schedule schedule = {rules, 1, {0, 0, false, false}};
    (void)state;
    assert_int_equal(schedule_at(&schedule, (struct week_minute){0, 30})->power_w, 0);
    assert_int_equal(schedule_at(&schedule, (struct week_minute){0, 23 * 60})->power_w, 1);
    assert_int_equal(schedule_at(&schedule, (struct week_minute){1, 30})->power_w, 1);
    assert_int_equal(schedule_at(&schedule, (struct week_minute){1, 23 * 60})->power_w, 0);
}

static void draw(uint32_t *seed, struct schedule_rule *rules, int n)
{
    for (int i = 0; i < n; i++) {
        rules[i] = (struct schedule_rule){
            .days = (uint8_t)dice_range(seed, 0, 127),
            .from_min = (int16_t)(dice_range(seed, 0, DAY_MIN / STEP) * STEP),
            .to_min = (int16_t)(dice_range(seed, 0, DAY_MIN / STEP) * STEP),
            .want = {dice_range(seed, 0, 3) * 1000, dice_range(seed, 2, 8) * 10000,
                     dice(seed) % 2 == 0, dice(seed) % 8 == 0}};
    }
}

/* The device runs program after program through two weeks: each is right for its whole time, and
   they follow each other without a gap. */
static void programs_through_weeks_mean_what_the_schedule_means(void **state)
{
    uint32_t seed = 2026;
    int most = 0;
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct schedule_rule rules[24];
        int n = dice_range(&seed, 0, 24);
        draw(&seed, rules, n);
        const struct schedule schedule = {rules, n, {2000, 20000, false, false}};
        int32_t at = dice_range(&seed, 0, WEEK_MIN - 1);
        int programs = 0;
        for (int32_t end = at + 2 * WEEK_MIN; at < end; programs++) {
            const struct week_minute now = {at / DAY_MIN % 7, at % DAY_MIN};
            struct slot_program program;
            schedule_compile(&schedule, now, STEP, &program);
            assert_in_range(program.valid_min, 1, DAY_MIN);
            int32_t differs = schedule_differs(&schedule, now, &program);
            if (differs >= 0) {
                fail_msg("schedule %d differs after %d of %d minutes", i, (int)differs,
                         (int)program.valid_min);
            }
            for (int k = 0; k < SLOTS; k++) {
                assert_true(program.start_min[k] % STEP == 0 && program.start_min[k] < DAY_MIN);
            }
            at += program.valid_min;
        }
        most = programs > most ? programs : most;
    }
    assert_in_range(most, 15, 400); /* some need more than one a day */
}

static void the_check_finds_what_was_changed(void **state)
{
    static const struct schedule_rule rules[] = {
        {ALL_DAYS, 60, 300, {5000, 80000, true, false}},
        {ALL_DAYS, 1020, 1260, {5000, 30000, false, false}}};
    const struct schedule schedule = {rules, 2, {2000, 20000, false, false}};
    const struct week_minute now = {2, 0};
    struct slot_program program;
    struct slot_program other;
    (void)state;
    schedule_compile(&schedule, now, STEP, &program);
    assert_int_equal(program.valid_min, DAY_MIN);
    assert_int_equal(schedule_differs(&schedule, now, &program), -1);
    other = program;
    assert_int_equal(program_changes(&program, &other), 0);
    other.start_min[1] += STEP;
    assert_int_equal(schedule_differs(&schedule, now, &other), 60);
    other = program;
    other.want[3].level = 31000;
    assert_int_equal(schedule_differs(&schedule, now, &other), 1020);
    assert_int_equal(program_changes(&program, &other), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_overlap_cross_midnight_and_know_weekdays),
        cmocka_unit_test(a_rule_over_midnight_belongs_to_the_day_it_begins_on),
        cmocka_unit_test(programs_through_weeks_mean_what_the_schedule_means),
        cmocka_unit_test(the_check_finds_what_was_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
