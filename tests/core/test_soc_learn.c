/* SPDX-License-Identifier: Apache-2.0 */
/* What the SOC estimator promises beyond counting: a bound that holds, what is learned and what
   must never be. Rules: docs/bms.md, "SOC". */
#include <math.h>
#include <stdlib.h>

#include "core_test.h"

#include "core/bms/ocv.h"

#include "bench/soc_use.h"

enum { MAMS_PER_MAH = 3600000, HOUR_MS = 3600000 };

/* Runs at one step a second: hours of it stay quick. */
static void run_s(struct bench *b, uint32_t seconds)
{
    for (uint32_t i = 0; i < seconds; i++) {
        b->in.now_ms += 1000;
        bms_step(&b->bms, &b->in);
    }
}

static void put_cells(struct bench *b, int mv)
{
    for (int i = 0; i < PACK_CELLS_MAX; i++) {
        b->in.cell_mv[i] = (uint16_t)mv;
    }
}

static void charge_full(struct bench *b)
{
    put_cells(b, 3530);
    b->in.current_ma = 1500;
    run_s(b, 15);
    assert_true(bms_has(&b->bms, ROW_FULLY));
    b->in.current_ma = 0;
    put_cells(b, 3330);
}

static void check_use(enum soc_use_kind kind, bool aged)
{
    struct soc_use_spec spec = {.kind = kind,
                                .days = 5,
                                .offset_a = aged ? 0.5 : -0.5,
                                .gain_pct = aged ? -1.0 : 1.0,
                                .start_soc = 0.6,
                                .told_soc = aged ? 0.95 : 0.1,
                                .capacity_factor = aged ? 0.85 : 1.0,
                                .resistance_factor = aged ? 1.3 : 1.0,
                                .meets_requests = true,
                                .seed = 11};
    struct soc_use_result r;
    soc_use_run(&spec, &r);
    bool good = r.all_inside_pct >= 99.0 && fabs(r.resistance_error_pct) < 3.0;
    if (!aged) {
        good = good && r.rms_pct < 3.0 && r.worst_pct < 8.0 && fabs(r.soh_error_pct) < 3.0;
    }
    if (!good) {
        fail_msg("%s, %s: RMS %.2f worst %.2f inside %.2f %% SOH %+.2f R %+.2f",
                 soc_use_names[kind], aged ? "aged" : "new", r.rms_pct, r.worst_pct,
                 r.all_inside_pct, r.soh_error_pct, r.resistance_error_pct);
    }
}

static void the_bound_holds_in_every_use_from_a_wrong_start_with_bad_sensors(void **state)
{
    (void)state;
    for (int kind = 0; kind < USE_KINDS; kind++) {
        check_use((enum soc_use_kind)kind, false);
    }
}

static void the_bound_holds_with_aged_cells_nobody_told_of(void **state)
{
    (void)state;
    check_use(USE_SOLAR, true);
    check_use(USE_MIDDLE, true);
}

static void
nothing_known_is_a_bound_as_wide_as_the_scale_and_full_is_about_one_percent(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    assert_int_equal(b.bms.soc.bound_pct100, 6000); /* of 60 %: it may be 0 */
    charge_full(&b);
    assert_int_equal(b.bms.soc_pct100, 10000);
    assert_in_range(b.bms.soc.bound_pct100, 50, 150);
}

static void the_bound_grows_with_time_and_charge_and_is_never_wider_than_the_scale(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    bms_set_soc(&b.bms, 6000);
    int32_t last = b.bms.soc.bound_pct100;
    for (int i = 0; i < 100; i++) {
        run_s(&b, 3600);
        bms_heard(&b.bms, PORT_CAN, b.in.now_ms); /* else it sleeps */
        assert_true(b.bms.soc.bound_pct100 >= last);
        last = b.bms.soc.bound_pct100;
        assert_true(last <= 6000);
    }
    assert_int_equal(last, 6000);
}

static void a_soc_that_was_said_is_not_dragged_away_by_odd_voltages(void **state)
{
    (void)state;
    const struct {
        int mv;
        int32_t ma;
        uint32_t seconds;
    } cases[] = {{2800, -30000, 600},   {3450, 20000, 600}, {3600, 6000, 600},
                 {3300, -100000, 1800}, {3000, 0, 3600},    {3050, -2000, 3600}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_230lp"));
        bms_set_soc(&b.bms, 6000);
        run_s(&b, 60);
        put_cells(&b, cases[i].mv);
        b.in.current_ma = cases[i].ma;
        int64_t want = b.bms.remaining_mams + (int64_t)cases[i].ma * 1000 * cases[i].seconds;
        run_s(&b, cases[i].seconds);
        int64_t off = b.bms.remaining_mams - want;
        if (llabs(off) > b.bms.full_mams / 200) {
            fail_msg("%d mV, %d mA: off by %d mAh", cases[i].mv, cases[i].ma,
                     (int)(off / MAMS_PER_MAH));
        }
    }
}

static void sixty_hours_at_3_3_volts_leave_the_soc_alone(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    bms_set_soc(&b.bms, 6000);
    run_s(&b, 60 * 3600);
    assert_int_equal(b.bms.soc_pct100, 6000);
}

static void the_end_of_a_hundred_amperes_for_half_the_charge_is_ten_percent(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("vt12040"));
    bms_set_parameter(&b.bms, PARAM_DESIGN_CAPACITY, 200000);
    bms_set_soc(&b.bms, 6000);
    b.in.current_ma = -100000;
    run_s(&b, 3600);
    assert_in_range(b.bms.soc_pct100, 950, 1050);
    assert_in_range(b.bms.remaining_mams / MAMS_PER_MAH, 19000, 21000);
}

static void what_no_sensor_can_say_is_never_counted(void **state)
{
    (void)state;
    const int32_t spikes[] = {INT32_MAX, INT32_MIN, 600000, -600000};
    for (size_t i = 0; i < 4; i++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_100lp"));
        b.in.current_ma = -10000;
        run_s(&b, 10);
        int64_t before = b.bms.remaining_mams;
        b.in.current_ma = spikes[i];
        b.in.now_ms += 100;
        bms_step(&b.bms, &b.in);
        assert_true(b.bms.remaining_mams == before - 10000 * 100);
    }
}

static void cells_that_cannot_be_teach_nothing(void **state)
{
    (void)state;
    const int bad[] = {0, 65535, 1500, 5000};
    for (size_t i = 0; i < 4; i++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_100lp"));
        struct soc_state before = b.bms.soc;
        b.in.cell_mv[3] = (uint16_t)bad[i];
        for (int k = 0; k < 200; k++) { /* with steps of the current to learn from */
            b.in.current_ma = k % 2 == 0 ? 0 : -30000;
            run_s(&b, 5);
        }
        assert_memory_equal(before.cell_uohm, b.bms.soc.cell_uohm, sizeof before.cell_uohm);
        assert_int_equal(b.bms.soc.offset_ma, 0);
        assert_true(b.bms.soc.bound_pct100 <= 10000 && b.bms.soc.bound_pct100 >= 0);
    }
}

static void both_mos_open_show_the_zero_of_the_sensor(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    bms_set_parameter(&b.bms, PARAM_CHG_CIRCUIT, 0);
    bms_set_parameter(&b.bms, PARAM_DISCHG_CIRCUIT, 0);
    b.in.current_ma = 500;
    run_s(&b, 3600);
    assert_in_range(b.bms.soc.offset_ma, 500, 550); /* and what the electronics draw */
    b.in.current_ma = 3000;                         /* a leaking MOS is no offset */
    run_s(&b, 3600);
    assert_in_range(b.bms.soc.offset_ma, 500, 550);
}

static void a_charger_behind_an_open_charge_mos_shows_the_zero_too(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    charge_full(&b);
    b.in.terminal_mv = 57600;
    b.in.current_ma = -400;
    run_s(&b, 600);
    assert_in_range(b.bms.soc.offset_ma + 400, 0, 60);
}

static void steps_of_the_current_show_the_resistance_of_every_cell(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    uint32_t seed = 5;
    for (int k = 0; k < 400; k++) {
        int32_t ma = dice_range(&seed, -60000, 40000);
        b.in.current_ma = ma;
        for (int i = 0; i < 16; i++) { /* cell 9 has a loose screw: 2 mOhm more */
            int32_t uohm = i == 8 ? 2700 : 700;
            b.in.cell_mv[i] =
                (uint16_t)(3300 + lrint(ma * (uohm * 1e-6)) + dice_range(&seed, -1, 1));
        }
        run_s(&b, 2);
    }
    for (int i = 0; i < 16; i++) {
        uint32_t want = i == 8 ? 2700 : 700;
        assert_in_range(b.bms.soc.cell_uohm[i], want * 97 / 100, want * 103 / 100);
    }
    assert_in_range(b.bms.soc.pack_uohm, 12800, 13600);
    assert_in_range(b.bms.soc.soh_resistance_pct100, 7050, 7500);
}

static void a_voltage_that_stands_still_is_no_resistance(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    uint32_t before = b.bms.soc.pack_uohm;
    for (int k = 0; k < 100; k++) {
        b.in.current_ma = k % 2 == 0 ? 0 : -50000;
        run_s(&b, 2);
    }
    assert_int_equal(b.bms.soc.pack_uohm, before);
    assert_int_equal(b.bms.soc.soh_resistance_pct100, 10000);
}

static void a_full_charge_is_asked_for_when_it_would_narrow_the_bound(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp")); /* nobody knows its SOC */
    run_s(&b, 5 * 3600);
    assert_false(b.bms.out.full_charge_request);
    run_s(&b, 2 * 3600);
    assert_true(b.bms.out.full_charge_request);
    charge_full(&b);
    run_s(&b, 600); /* held a while: the current is zero now */
    assert_true(b.bms.out.full_charge_request);
    run_s(&b, 600);
    assert_false(b.bms.out.full_charge_request);
}

static void a_pack_that_knows_its_soc_asks_for_nothing_for_a_day(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    bms_set_soc(&b.bms, 6000);
    bms_doubt_sensor(&b.bms, 20);
    for (int hour = 0; hour < 48; hour++) {
        run_s(&b, 3600);
        assert_false(b.bms.out.full_charge_request);
    }
}

static void while_somebody_says_the_soc_nothing_moves(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    bms_set_soc(&b.bms, 6000);
    b.in.hold_charge = true;
    put_cells(&b, 3000);
    b.in.current_ma = 1000;
    run_s(&b, 24 * 3600);
    assert_int_equal(b.bms.soc_pct100, 6000);
    assert_int_equal(b.bms.soc.offset_ma, 0);
}

static void a_long_rest_near_the_bottom_finds_a_lost_soc(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp")); /* 60 %, by nobody's word */
    put_cells(&b, 3100);                     /* some 5 to 7 % */
    run_s(&b, 3 * 3600);
    assert_in_range(b.bms.soc_pct100, 300, 1000);
    assert_true(b.bms.soc.bound_pct100 < 800);
}

static void a_new_design_capacity_takes_the_soc_from_what_the_cells_allow(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    bms_set_soc(&b.bms, 9000);
    put_cells(&b, 3150);
    bench_run(&b, 200);
    bms_set_parameter(&b.bms, PARAM_DESIGN_CAPACITY, b.bms.param[PARAM_DESIGN_CAPACITY] - 10000);
    assert_in_range(b.bms.soc_pct100, 400, 1200);
    assert_false(b.bms.calibrated);
}

/* Stored state. */
static void learned_pack(struct bench *b)
{
    bench_init(b, pack_of("es51_2_100lp"));
    charge_full(b);
    b->in.terminal_mv = 57600;
    b->in.current_ma = 300;
    run_s(b, 1200);
    b->in.terminal_mv = 0;
    b->in.current_ma = -20000;
    run_s(b, 3600);
}

static void what_was_learned_outlives_a_loss_of_power(void **state)
{
    (void)state;
    struct bench b;
    struct bench other;
    struct soc_memory memory;
    learned_pack(&b);
    bms_soc_save(&b.bms, &memory);
    bench_init(&other, pack_of("es51_2_100lp"));
    assert_true(bms_soc_restore(&other.bms, &memory, 0));
    assert_int_equal(other.bms.soc_pct100, b.bms.soc_pct100);
    assert_true(other.bms.remaining_mams == b.bms.remaining_mams);
    assert_int_equal(other.bms.soc.offset_ma, b.bms.soc.offset_ma);
    assert_in_range(other.bms.soc.bound_pct100, b.bms.soc.bound_pct100 - 5,
                    b.bms.soc.bound_pct100 + 5);
    assert_true(bms_soc_restore(&other.bms, &memory, UINT32_MAX));
    assert_true(other.bms.soc.bound_pct100 > b.bms.soc.bound_pct100);
}

static void a_long_sleep_or_a_reset_cancels_the_run_that_learns(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct bench b;
        bench_init(&b, pack_of("es51_2_100lp"));
        put_cells(&b, 2400);
        run_s(&b, 3);
        assert_true(b.bms.learning);
        int32_t bound = b.bms.soc.bound_pct100;
        if (i < 2) {
            bms_soc_slept(&b.bms, i == 0 ? 86400 : 86401);
            assert_true(b.bms.soc.bound_pct100 > bound);
        } else {
            bms_reset(&b.bms);
        }
        assert_int_equal(b.bms.learning, i == 0);
    }
}

static void damaged_or_foreign_memory_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    struct bench b;
    struct bench other;
    struct soc_memory memory;
    learned_pack(&b);
    bms_soc_save(&b.bms, &memory);
    bench_init(&other, pack_of("es51_2_100lp"));
    struct bms before = other.bms;
    for (size_t i = 0; i < sizeof memory; i++) {
        struct soc_memory broken = memory;
        ((uint8_t *)&broken)[i] ^= 0x41;
        assert_false(bms_soc_restore(&other.bms, &broken, 0));
        assert_memory_equal(&before, &other.bms, sizeof before);
    }
    memset(&memory, 0, sizeof memory);
    assert_false(bms_soc_restore(&other.bms, &memory, 0));
    memset(&memory, 0xFF, sizeof memory);
    assert_false(bms_soc_restore(&other.bms, &memory, 0));
    bms_soc_save(&b.bms, &memory);
    bench_init(&other, pack_of("es25_6_100lp"));
    assert_false(bms_soc_restore(&other.bms, &memory, 0));
}

static void seal(struct soc_memory *memory)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < offsetof(struct soc_memory, check); i++) {
        hash = (hash ^ ((const uint8_t *)memory)[i]) * 16777619U;
    }
    memory->check = hash;
}

/* Whole by its check sum, but no pack can have learned it: 0 is the memory as it was. */
static void spoil(struct soc_memory *m, int how)
{
    const int64_t design = (int64_t)m->design_mah * 3600000;
    switch (how) {
    case 1: m->design_mah += 10; break;
    case 2: m->full_mams = design / 2 - 1; break;
    case 3: m->full_mams = design / 5 * 6 + 1; break;
    case 4: m->remaining_mams = -1; break;
    case 5: m->remaining_mams = m->full_mams + 1; break;
    case 6: m->offset_ma = 1201; break;
    case 7: m->offset_ma = -1201; break;
    case 8: m->throughput_mams = -1; break;
    case 9: m->var[SOC_QQ] = 2000000000000; break;
    case 10: m->var[SOC_QO] = -2000000000000; break;
    case 11: m->var[SOC_OO] = -100000000; break;
    case 12: m->cell_uohm[3] = 0; break;
    case 13: m->cell_uohm[15] = 100001; break;
    case 14: m->calibrated = 2; break;
    case 15: m->learning = 2; break;
    case 16: m->anchored = 2; break;
    case 17: m->n_cells = 8; break;
    case 18: m->version++; break;
    default: break;
    }
    seal(m);
}

static void what_no_pack_can_have_learned_is_refused_even_when_whole(void **state)
{
    (void)state;
    struct bench b;
    struct bench other;
    learned_pack(&b);
    for (int how = 0; how <= 18; how++) {
        struct soc_memory memory;
        bms_soc_save(&b.bms, &memory);
        spoil(&memory, how);
        bench_init(&other, pack_of("es51_2_100lp"));
        struct bms before = other.bms;
        assert_int_equal(bms_soc_restore(&other.bms, &memory, 0), how == 0);
        if (how != 0) {
            assert_memory_equal(&before, &other.bms, sizeof before);
        }
    }
}

static void the_rest_curve_is_held_at_its_ends(void **state)
{
    (void)state;
    float slope = 0.0F;
    assert_true(ocv_charge(1500.0F, &slope) == 0.0F);
    assert_true(ocv_charge(3530.0F, &slope) == 1.0F);
    assert_true(ocv_charge(4000.0F, &slope) == 1.0F);
    float last = -1.0F;
    for (int mv = 2286; mv <= 3530; mv++) {
        float charge = ocv_charge((float)mv, &slope);
        assert_true(charge > last && charge <= 1.0F && slope > 0.0F);
        last = charge;
    }
}

static void under_load_or_before_the_first_sample_no_soc_is_guessed(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, pack_of("es51_2_100lp"));
    for (int i = 0; i < 16; i++) {
        b.in.cell_mv[i] = 3000; /* at rest: nearly empty */
    }
    b.in.current_ma = -4001;
    bench_step(&b);
    int32_t before = b.bms.soc_pct100;
    bms_guess_soc(&b.bms);
    assert_int_equal(b.bms.soc_pct100, before);
    assert_true(b.bms.soc.bound_pct100 > 5000);
    b.in.current_ma = -4000;
    bench_step(&b);
    bms_guess_soc(&b.bms);
    assert_in_range(b.bms.soc_pct100, 0, 1000);
    bms_init(&b.bms, pack_of("es51_2_100lp"), 6000, 0);
    bms_guess_soc(&b.bms); /* nothing measured yet */
    assert_int_equal(b.bms.soc_pct100, 6000);
    assert_true(b.bms.soc.bound_pct100 > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bound_holds_in_every_use_from_a_wrong_start_with_bad_sensors),
        cmocka_unit_test(the_bound_holds_with_aged_cells_nobody_told_of),
        cmocka_unit_test(
            nothing_known_is_a_bound_as_wide_as_the_scale_and_full_is_about_one_percent),
        cmocka_unit_test(the_bound_grows_with_time_and_charge_and_is_never_wider_than_the_scale),
        cmocka_unit_test(a_soc_that_was_said_is_not_dragged_away_by_odd_voltages),
        cmocka_unit_test(sixty_hours_at_3_3_volts_leave_the_soc_alone),
        cmocka_unit_test(the_end_of_a_hundred_amperes_for_half_the_charge_is_ten_percent),
        cmocka_unit_test(what_no_sensor_can_say_is_never_counted),
        cmocka_unit_test(cells_that_cannot_be_teach_nothing),
        cmocka_unit_test(both_mos_open_show_the_zero_of_the_sensor),
        cmocka_unit_test(a_charger_behind_an_open_charge_mos_shows_the_zero_too),
        cmocka_unit_test(steps_of_the_current_show_the_resistance_of_every_cell),
        cmocka_unit_test(a_voltage_that_stands_still_is_no_resistance),
        cmocka_unit_test(a_full_charge_is_asked_for_when_it_would_narrow_the_bound),
        cmocka_unit_test(a_pack_that_knows_its_soc_asks_for_nothing_for_a_day),
        cmocka_unit_test(while_somebody_says_the_soc_nothing_moves),
        cmocka_unit_test(a_long_rest_near_the_bottom_finds_a_lost_soc),
        cmocka_unit_test(a_new_design_capacity_takes_the_soc_from_what_the_cells_allow),
        cmocka_unit_test(what_was_learned_outlives_a_loss_of_power),
        cmocka_unit_test(a_long_sleep_or_a_reset_cancels_the_run_that_learns),
        cmocka_unit_test(damaged_or_foreign_memory_is_refused_and_changes_nothing),
        cmocka_unit_test(what_no_pack_can_have_learned_is_refused_even_when_whole),
        cmocka_unit_test(the_rest_curve_is_held_at_its_ends),
        cmocka_unit_test(under_load_or_before_the_first_sample_no_soc_is_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
