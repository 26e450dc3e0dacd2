/* SPDX-License-Identifier: Apache-2.0 */
/* The pack as physics: what goes in is stored or heat; the curve, the heat and the balancers. */
#include "plant_test.h"

#include "plant/pack.h"

static struct pack_spec spec_of(double soc, uint64_t seed)
{
    return (struct pack_spec){.n_cells = 16,
                              .capacity_ah = 100.0,
                              .soc = soc,
                              .temperature_c = 25.0,
                              .seed = seed,
                              .self_use = true};
}

/* What passed the terminals less what is stored, lost and used; relative to what passed. */
static double imbalance(const struct plant_pack *pack, double before_j)
{
    double in_j = pack->charged_j - pack->discharged_j;
    double out_j = pack_audit(pack) - before_j + pack->lost_to_room_j + pack->self_used_j;
    return (in_j - out_j) / (pack->charged_j + pack->discharged_j);
}

static void check_balance(uint64_t seed, double dt_s, int steps, bool bleed, double within)
{
    struct plant_pack pack;
    struct pack_spec spec = spec_of(0.5, seed);
    struct rng rng;
    double amps = 0.0;
    rng_seed(&rng, seed, 9);
    pack_init(&pack, &spec);
    double before = pack_audit(&pack);
    for (int i = 0; i < steps; i++) {
        if (i % 200 == 0) {
            double soc = pack_soc(&pack);
            amps = soc < 0.1 ? 40.0 : soc > 0.9 ? -40.0 : between(&rng, -100.0, 100.0);
            pack_bleed(&pack, bleed ? (uint16_t)rng_u32(&rng) : 0);
        }
        pack.room_c = 15.0 + 10.0 * sin(i * 1e-4);
        pack_step(&pack, amps, dt_s);
    }
    double off = imbalance(&pack, before);
    print_message("steps of %4.1f s: balance closes to %.1e\n", dt_s, off);
    near(off, 0.0, within);
}

static void terminal_energy_is_stored_or_heat_over_random_currents(void **state)
{
    (void)state;
    check_balance(1, 1.0, 400000, false, 1e-6);
    check_balance(2, 0.1, 400000, false, 1e-6);
    check_balance(3, 10.0, 40000, false, 1e-4); /* coarse steps: the RC pair's own */
    check_balance(1, 1.0, 400000, true, 1e-5);  /* balancers all the time */
}

static void the_terminal_voltage_is_source_plus_current_times_resistance(void **state)
{
    (void)state;
    struct plant_pack pack;
    struct pack_spec spec = spec_of(0.6, 0);
    pack_init(&pack, &spec);
    pack_step(&pack, 0.0, 1.0);
    double v;
    double r;
    pack_source(&pack, &v, &r);
    near(v, 16 * 3.31, 16 * 0.03);
    assert_true(r > 0.005 && r < 0.03); /* some 0.6 mOhm per cell and the leads */
    pack_step(&pack, 50.0, 1.0);
    double cells = 0.0;
    for (int i = 0; i < 16; i++) {
        cells += pack.cell_v[i];
    }
    near(cells + pack.lead_ohm * 50.0, v + 50.0 * r, 0.02);
}

static void a_full_discharge_gives_the_capacity(void **state)
{
    (void)state;
    struct plant_pack pack;
    struct pack_spec spec = spec_of(1.0, 0);
    spec.self_use = false;
    pack_init(&pack, &spec);
    double given_ah = 0.0;
    while (pack_soc(&pack) > 0.001) {
        pack_step(&pack, -50.0, 1.0);
        given_ah += 50.0 / 3600.0;
    }
    near(given_ah, 100.0, 0.3);
}

static void voltage_rises_with_charge_all_the_way(void **state)
{
    (void)state;
    double last = 0.0;
    for (int pct = 0; pct <= 100; pct++) {
        struct plant_pack pack;
        struct pack_spec spec = spec_of(pct / 100.0, 0);
        double v;
        double r;
        pack_init(&pack, &spec);
        pack_source(&pack, &v, &r);
        assert_true(v > last);
        last = v;
    }
}

static void a_round_trip_loses_a_few_percent(void **state)
{
    (void)state;
    struct plant_pack pack;
    struct pack_spec spec = spec_of(0.2, 0);
    spec.self_use = false;
    pack_init(&pack, &spec);
    for (int i = 0; i < 3600; i++) {
        pack_step(&pack, 50.0, 1.0);
    }
    for (int i = 0; i < 3600; i++) {
        pack_step(&pack, -50.0, 1.0);
    }
    double share = pack.discharged_j / pack.charged_j;
    print_message("round trip at C/2: %.1f %%\n", share * 100.0);
    assert_true(share > 0.93 && share < 0.99);
}

static void cold_cells_resist_more_and_current_warms_them(void **state)
{
    (void)state;
    double last = 0.0;
    const double temps[] = {60.0, 25.0, 10.0, 0.0, -10.0};
    for (int i = 0; i < 5; i++) {
        struct plant_pack pack;
        struct pack_spec spec = spec_of(0.5, 0);
        double v;
        double r;
        spec.temperature_c = temps[i];
        pack_init(&pack, &spec);
        pack_source(&pack, &v, &r);
        assert_true(r > last);
        last = r;
    }
    struct plant_pack pack;
    struct pack_spec spec = spec_of(0.9, 0);
    pack_init(&pack, &spec);
    for (int i = 0; i < 1800; i++) {
        pack_step(&pack, -100.0, 1.0);
    }
    assert_true(pack.group_c[1] > 27.0 && pack.group_c[1] < 45.0);
    for (int i = 0; i < 48 * 3600; i++) {
        pack_step(&pack, 0.0, 1.0);
    }
    near(pack.group_c[1], 25.0, 0.2);
}

static void a_bleeding_cell_falls_and_the_others_do_not(void **state)
{
    (void)state;
    struct plant_pack pack;
    struct pack_spec spec = spec_of(0.99, 0);
    spec.self_use = false;
    pack_init(&pack, &spec);
    double before = pack.charge_as[3];
    pack_bleed(&pack, 1U << 3);
    for (int i = 0; i < 3600; i++) {
        pack_step(&pack, 0.0, 1.0);
    }
    near(before - pack.charge_as[3], 0.1 * 3600.0, 36.0); /* 0.1 A near the top */
    near(pack.charge_as[4], before, 1e-6);
}

static void one_seed_gives_one_pack_and_seed_0_none_of_the_spread(void **state)
{
    (void)state;
    struct plant_pack a;
    struct plant_pack b;
    struct pack_spec spec = spec_of(0.5, 77);
    pack_init(&a, &spec);
    pack_init(&b, &spec);
    for (int i = 0; i < 10000; i++) {
        pack_step(&a, 30.0, 1.0);
        pack_step(&b, 30.0, 1.0);
    }
    assert_memory_equal(a.charge_as, b.charge_as, sizeof a.charge_as);
    assert_memory_equal(a.cell_v, b.cell_v, sizeof a.cell_v);
    assert_true(fabs(a.cell_v[0] - a.cell_v[1]) > 0.0);
    spec.seed = 0;
    pack_init(&a, &spec);
    for (int i = 1; i < 16; i++) {
        assert_true(a.cell_v[i] == a.cell_v[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terminal_energy_is_stored_or_heat_over_random_currents),
        cmocka_unit_test(the_terminal_voltage_is_source_plus_current_times_resistance),
        cmocka_unit_test(a_full_discharge_gives_the_capacity),
        cmocka_unit_test(voltage_rises_with_charge_all_the_way),
        cmocka_unit_test(a_round_trip_loses_a_few_percent),
        cmocka_unit_test(cold_cells_resist_more_and_current_warms_them),
        cmocka_unit_test(a_bleeding_cell_falls_and_the_others_do_not),
        cmocka_unit_test(one_seed_gives_one_pack_and_seed_0_none_of_the_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
