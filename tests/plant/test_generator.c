/* SPDX-License-Identifier: Apache-2.0 */
/* A generating set: the ideal one to the second, the troubled one as people know theirs. */
#include <stdio.h>

#include "plant_test.h"

#include "plant/generator.h"

static const struct generator_options ideal = {
    .available = true, .delay_s = 10.0, .voltage_v = 230.0, .frequency_hz = 50.0};

static struct generator_options troubled(uint64_t seed)
{
    struct generator_options options = ideal;
    options.rated_w = 5000.0;
    options.troubled = true;
    options.seed = seed;
    return options;
}

static void an_ideal_one_runs_after_its_delay_and_stops_with_the_contact(void **state)
{
    (void)state;
    struct generator generator;
    generator_init(&generator, &ideal);
    for (int i = 0; i < 99; i++) {
        generator_step(&generator, true, 0.0, 0.1);
        near(generator.voltage_v, 0.0, 0.0);
    }
    generator_step(&generator, true, 0.0, 0.1);
    generator_step(&generator, true, 0.0, 0.1);
    near(generator.voltage_v, 230.0, 0.0);
    near(generator.frequency_hz, 50.0, 0.0);
    for (int i = 0; i < 36000; i++) {
        generator_step(&generator, true, 20000.0, 1.0);
        near(generator.voltage_v, 230.0, 0.0);
    }
    generator_step(&generator, false, 0.0, 0.1);
    near(generator.voltage_v, 0.0, 0.0);
}

static void one_that_is_not_there_never_runs(void **state)
{
    (void)state;
    struct generator generator;
    struct generator_options none = ideal;
    none.available = false;
    generator_init(&generator, &none);
    for (int i = 0; i < 1000; i++) {
        generator_step(&generator, true, 0.0, 1.0);
        near(generator.voltage_v, 0.0, 0.0);
    }
}

static void a_troubled_one_does_not_always_catch(void **state)
{
    (void)state;
    int late = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct generator generator;
        struct generator_options options = troubled(seed);
        generator_init(&generator, &options);
        double s = 0.0;
        while (generator.state != GENERATOR_RUNNING && s < 600.0) {
            generator_step(&generator, true, 0.0, 0.1);
            s += 0.1;
        }
        assert_true(generator.state == GENERATOR_RUNNING);
        late += s > 11.0;
    }
    print_message("%d of 200 starts wanted more than one try\n", late);
    assert_in_range(late, 50, 110); /* four in ten */
}

static void a_troubled_one_droops_wanders_and_stalls(void **state)
{
    (void)state;
    double least = 100.0;
    double most = 0.0;
    double idle = 0.0;
    double loaded = 0.0;
    int n[2] = {0};
    int stalls = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct generator generator;
        struct generator_options options = troubled(seed);
        generator_init(&generator, &options);
        bool ran = false;
        for (int i = 0; i < 4 * 3600; i++) {
            bool heavy = i / 600 % 2 != 0;
            generator_step(&generator, true, heavy ? 5000.0 : 0.0, 1.0);
            bool runs = generator.state == GENERATOR_RUNNING;
            stalls += ran && !runs;
            ran = runs;
            if (runs && generator.in_state_s > 10.0) {
                least = fmin(least, generator.frequency_hz);
                most = fmax(most, generator.frequency_hz);
                *(heavy ? &loaded : &idle) += generator.frequency_hz;
                n[heavy]++;
            }
        }
    }
    print_message("%.1f to %.1f Hz, mean %.2f idle and %.2f loaded, %d stalls in 80 h\n", least,
                  most, idle / n[0], loaded / n[1], stalls);
    near(idle / n[0], 51.5, 0.1);
    near(loaded / n[1], 49.0, 0.1);
    assert_true(most - least > 3.0);
    assert_in_range(stalls, 15, 70); /* one in two hours */
}

static void an_overload_stalls_one_with_a_rating(void **state)
{
    (void)state;
    struct generator generator;
    struct generator_options options = ideal;
    options.rated_w = 5000.0;
    generator_init(&generator, &options);
    for (int i = 0; i < 20; i++) {
        generator_step(&generator, true, 0.0, 1.0);
    }
    for (int i = 0; i < 60; i++) {
        generator_step(&generator, true, 5900.0, 1.0);
        assert_true(generator.state == GENERATOR_RUNNING);
    }
    for (int i = 0; i < 7; i++) {
        generator_step(&generator, true, 6100.0, 1.0);
    }
    assert_true(generator.state != GENERATOR_RUNNING);
    near(generator.voltage_v, 0.0, 0.0);
}

static void the_same_seed_gives_the_same_hours(void **state)
{
    (void)state;
    struct generator a;
    struct generator b;
    struct generator_options options = troubled(7);
    generator_init(&a, &options);
    generator_init(&b, &options);
    for (int i = 0; i < 7200; i++) {
        bool called = i / 1000 % 3 != 2;
        generator_step(&a, called, i % 5000, 1.0);
        generator_step(&b, called, i % 5000, 1.0);
        assert_true(a.voltage_v == b.voltage_v && a.frequency_hz == b.frequency_hz);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ideal_one_runs_after_its_delay_and_stops_with_the_contact),
        cmocka_unit_test(one_that_is_not_there_never_runs),
        cmocka_unit_test(a_troubled_one_does_not_always_catch),
        cmocka_unit_test(a_troubled_one_droops_wanders_and_stalls),
        cmocka_unit_test(an_overload_stalls_one_with_a_rating),
        cmocka_unit_test(the_same_seed_gives_the_same_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
