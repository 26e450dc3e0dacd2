/* SPDX-License-Identifier: Apache-2.0 */
/* What a pack remembers over a loss of power, and what it does with a memory that lies. */
#include "core_test.h"

#include "core/bms/memory.h"
#include "ram_flash.h"

static struct ram_flash ram;

struct kept_pack {
    struct bench b;
    struct bms_memory memory;
    enum nvm_result mounted;
};

static void boot(struct kept_pack *k, const char *id, uint32_t now_ms)
{
    inputs_at_rest(&k->b.in, now_ms);
    bms_init(&k->b.bms, pack_of(id), 6000, now_ms);
    bms_set_soc(&k->b.bms, 6000);
    bms_set_clock(&k->b.bms, 1800000000 + now_ms / 1000U);
    k->mounted = memory_mount(&k->memory, &ram.flash, &k->b.bms);
}

static void run(struct kept_pack *k, uint32_t steps, uint32_t step_ms)
{
    for (uint32_t i = 0; i < steps; i++) {
        k->b.in.now_ms += step_ms;
        bms_heard(&k->b.bms, PORT_CAN, k->b.in.now_ms);
        bms_step(&k->b.bms, &k->b.in);
        memory_step(&k->memory, &k->b.bms, &k->b.in);
    }
}

static int events_of(struct bms *bms, enum bms_event_kind kind)
{
    struct bms_event event;
    int n = 0;
    while (bms_next_event(bms, &event)) {
        n += event.kind == kind;
    }
    return n;
}

static void parameters_password_counters_and_charge_survive(void **state)
{
    (void)state;
    struct kept_pack k;
    ram_flash_init(&ram);
    boot(&k, "es51_2_100lp", 1000);
    bms_set_parameter(&k.b.bms, PARAM_CELL_OV_ALARM, 3600);
    bms_set_parameter(&k.b.bms, PARAM_SOUND_ALARM, 1);
    assert_int_equal(access_change(&k.b.bms.access, "123456", "hearth-7", "hearth-7", 1000),
                     ACCESS_GRANTED);
    bms_tell(&k.b.bms, EVENT_PASSWORD, 0);
    k.b.in.current_ma = -50000;
    run(&k, 1800, 1000); /* 25 Ah */
    k.b.in.env_c10 = 710;
    run(&k, 30, 100);
    k.b.in.current_ma = 0;
    assert_true(bms_has(&k.b.bms, ROW_EOTP));
    assert_int_equal(memory_save(&k.memory, &k.b.bms), NVM_OK);
    struct bms before = k.b.bms;

    boot(&k, "es51_2_100lp", 90000000);
    const struct bms *now = &k.b.bms;
    assert_int_equal(now->param[PARAM_CELL_OV_ALARM], 3600);
    assert_int_equal(now->levels[ROW_OV].set, 3600); /* and judged by */
    assert_int_equal(now->param[PARAM_SOUND_ALARM], 1);
    assert_memory_equal(&now->counters, &before.counters, sizeof before.counters);
    assert_int_equal(now->counters.trips[ROW_EOTP], 1);
    assert_int_equal(now->soc_pct100, before.soc_pct100);
    assert_in_range(now->soc_pct100, 3480, 3520);
    struct bms_access access = now->access;
    assert_int_equal(access_login(&access, "123456", 1000), ACCESS_WRONG);
    assert_int_equal(access_login(&access, "hearth-7", 1000), ACCESS_GRANTED);
}

static void each_event_is_recorded_with_what_was_measured(void **state)
{
    (void)state;
    struct kept_pack k;
    struct bms_record r;
    ram_flash_init(&ram);
    boot(&k, "vt12040", 1000);
    run(&k, 10, 100);
    assert_int_equal(records_count(&k.memory.records), 0);
    k.b.in.current_ma = -112000;
    k.b.in.cell_mv[4] = 3301;
    run(&k, 15, 100);
    assert_int_equal(records_count(&k.memory.records), 2); /* DOC and DOCP */
    assert_int_equal(records_read(&k.memory.records, 2, &r), NVM_OK);
    assert_int_equal(r.kind, EVENT_ROW_SET);
    assert_int_equal(r.what == ROW_DOCP || r.what == ROW_DOC, 1);
    assert_int_equal(r.current_ma, -112000);
    assert_int_equal(r.voltage_mv, 52800);
    assert_int_equal(r.cell_mv[4], 3301);
    assert_int_equal(r.cell_max_mv, 3301);
    assert_int_equal(r.cell_min_mv, 3300);
    assert_int_equal(r.full_mah, 200000);
    assert_int_equal(r.clock_s2000, 1800000000 + 3 - 946684800);
    assert_int_equal(r.n_cells, 16);
    boot(&k, "vt12040", 5000000);
    assert_int_equal(records_count(&k.memory.records), 2);
}

static void erased_records_stay_erased_and_no_record_tells_of_it(void **state)
{
    (void)state;
    struct kept_pack k;
    ram_flash_init(&ram);
    boot(&k, "vt12040", 1000);
    k.b.in.current_ma = -112000;
    run(&k, 15, 100);
    assert_int_equal(memory_erase_records(&k.memory, &k.b.bms), NVM_OK);
    run(&k, 5, 100);
    assert_int_equal(records_count(&k.memory.records), 0);
    assert_int_equal(events_of(&k.b.bms, EVENT_ERASED), 1);
    boot(&k, "vt12040", 50000);
    assert_int_equal(records_count(&k.memory.records), 0);
}

static void a_stored_parameter_that_cannot_be_is_not_used(void **state)
{
    (void)state;
    struct kept_pack k;
    ram_flash_init(&ram);
    boot(&k, "vt12040", 1000);
    k.b.bms.param[PARAM_CELL_OV_PROTECT] = 5200; /* as a program with other ranges might store */
    k.b.bms.param[PARAM_CELL_UV_ALARM] = 2900;
    memory_settle(&k.memory, &k.b.bms);
    boot(&k, "vt12040", 2000);
    assert_int_equal(k.b.bms.param[PARAM_CELL_OV_PROTECT], 3650);
    assert_int_equal(k.b.bms.param[PARAM_CELL_UV_ALARM], 2900);
    assert_int_equal(events_of(&k.b.bms, EVENT_MEMORY_DAMAGED), 1);
}

static void damaged_memory_is_told_and_the_pack_runs_on(void **state)
{
    (void)state;
    uint32_t seed = 3;
    int found = 0;
    for (int trial = 0; trial < 300; trial++) {
        struct kept_pack k;
        ram_flash_init(&ram);
        boot(&k, "es51_2_100lp", 1000);
        bms_set_parameter(&k.b.bms, PARAM_CELL_OV_ALARM, 3600);
        k.b.in.current_ma = -112000;
        run(&k, 15, 100);
        (void)memory_save(&k.memory, &k.b.bms);
        /* one byte of what is written rots */
        uint32_t written = k.memory.nvm.next;
        uint32_t at = (uint32_t)dice_range(&seed, 12, (int32_t)written - 1);
        ram.bytes[at] ^= (uint8_t)(1U << dice(&seed) % 8);
        boot(&k, "es51_2_100lp", 2000);
        int32_t alarm = k.b.bms.param[PARAM_CELL_OV_ALARM];
        assert_true(alarm == 3600 || alarm == 3650);
        assert_in_range(k.b.bms.soc_pct100, 0, 10000);
        run(&k, 20, 100);
        assert_int_equal(k.b.bms.out.state, PACK_STANDBY);
        assert_int_equal(events_of(&k.b.bms, EVENT_MEMORY_DAMAGED) > 0, k.memory.nvm.damaged > 0);
        found += k.memory.nvm.damaged > 0;
    }
    assert_true(found >= 290); /* the rest fell into padding */
}

static void a_flash_that_fails_leaves_the_defaults(void **state)
{
    (void)state;
    struct kept_pack k;
    ram_flash_init(&ram);
    ram.cut = true;
    boot(&k, "es51_2_100lp", 1000);
    assert_int_equal(k.mounted, NVM_IO);
    assert_false(k.memory.mounted);
    run(&k, 100, 100);
    assert_int_equal(k.b.bms.param[PARAM_CELL_OV_ALARM], 3650);
    assert_int_equal(memory_save(&k.memory, &k.b.bms), NVM_IO);
    assert_int_equal(memory_erase_records(&k.memory, &k.b.bms), NVM_IO);
}

/* A day with trips and a changed parameter; where the supply fails, each value is as before or as
   after, and all acknowledged records are there. */
static void a_day(struct kept_pack *k)
{
    for (int hour = 0; hour < 6; hour++) {
        k->b.in.current_ma = hour % 2 == 0 ? -40000 : 30000;
        run(k, 60, 60000);
        bms_set_parameter(&k->b.bms, PARAM_CELL_OV_ALARM, 3600 + 10 * (hour % 3));
        k->b.in.env_c10 = 710;
        run(k, 12, 100);
        k->b.in.env_c10 = 250;
        run(k, 1, 100);
    }
}

static void a_cut_at_any_byte_of_a_day_loses_nothing_acknowledged(void **state)
{
    (void)state;
    struct kept_pack k;
    ram_flash_init(&ram);
    boot(&k, "es51_2_100lp", 1000);
    a_day(&k);
    long whole = ram.used;
    for (long cut = 1; cut < whole; cut += 23) {
        ram_flash_init(&ram);
        ram.seed = (uint32_t)cut;
        boot(&k, "es51_2_100lp", 1000);
        ram.left = cut;
        a_day(&k);
        ram_flash_power(&ram);
        boot(&k, "es51_2_100lp", 90000000);
        assert_true(k.memory.mounted);
        int32_t alarm = k.b.bms.param[PARAM_CELL_OV_ALARM];
        assert_true(alarm == 3650 || (alarm >= 3600 && alarm <= 3620));
        assert_in_range(k.b.bms.soc_pct100, 0, 10000);
        assert_true(k.b.bms.counters.trips[ROW_EOTP] <= 6);
        assert_true(k.b.bms.counters.discharged_mams >= 0);
        uint32_t oldest;
        uint32_t newest;
        uint32_t broken = 0;
        if (records_span(&k.memory.records, &oldest, &newest)) {
            for (uint32_t i = oldest; i <= newest; i++) {
                struct bms_record r;
                broken += records_read(&k.memory.records, i, &r) != NVM_OK;
            }
        }
        assert_true(broken <= 1);
    }
}

static void twenty_years_of_daily_cycles_wear_a_sector_less_than_it_stands(void **state)
{
    (void)state;
    struct kept_pack k;
    uint32_t most = 0;
    enum { DAYS = 100 };
    ram_flash_init(&ram);
    boot(&k, "es51_2_100lp", 1000);
    for (int day = 0; day < DAYS; day++) {
        k.b.in.current_ma = -10000;
        run(&k, 540, 60000);
        k.b.in.current_ma = 10000;
        run(&k, 550, 60000);
        k.b.in.current_ma = 0;
        run(&k, 350, 60000);
    }
    for (int i = 0; i < RAM_SECTORS; i++) {
        most = ram.erases[i] > most ? ram.erases[i] : most;
    }
    /* the test's sectors are a quarter of the board's */
    uint32_t in_20_years = most * 7305U / DAYS / (4096 / RAM_SECTOR);
    print_message("wear of the busiest 4 kB sector in 20 years: %u erases\n", in_20_years);
    assert_in_range(in_20_years, 1000, 50000);
}

static int damaged_after(struct kept_pack *k, enum memory_region kind, const void *bytes, size_t n)
{
    ram_flash_init(&ram);
    boot(k, "vt12040", 1000);
    k->b.bms.param[PARAM_CELL_UV_ALARM] = 2900;
    memory_settle(&k->memory, &k->b.bms);
    assert_int_equal(memory_save(&k->memory, &k->b.bms), NVM_OK);
    assert_int_equal(nvm_put(&k->memory.nvm, (uint8_t)kind, bytes, n), NVM_OK);
    boot(k, "vt12040", 2000);
    assert_int_equal(k->mounted, NVM_OK);
    struct bms_event event;
    int damaged = 0;
    while (bms_next_event(&k->b.bms, &event)) {
        damaged += event.kind == EVENT_MEMORY_DAMAGED && event.what == (uint8_t)kind;
    }
    return damaged;
}

static void values_of_a_length_that_cannot_be_are_told_and_not_used(void **state)
{
    (void)state;
    static const uint8_t zeros[PARAMETER_BYTES + 4];
    struct kept_pack k;
    /* of a program with more parameters */
    assert_int_equal(damaged_after(&k, MEMORY_PARAMETERS, zeros, sizeof zeros), 1);
    assert_int_equal(k.b.bms.param[PARAM_CELL_UV_ALARM], 2800);
    /* of one with fewer: those it had are used */
    const uint8_t first[4] = {0xD8, 0x0E, 0, 0}; /* 3800 */
    assert_int_equal(damaged_after(&k, MEMORY_PARAMETERS, first, sizeof first), 0);
    assert_int_equal(k.b.bms.param[PARAM_CELL_OV_ALARM], 3800);
    assert_int_equal(k.b.bms.param[PARAM_CELL_OV_PROTECT], 3650);
    const uint8_t low[4] = {0xC3, 0x09, 0, 0}; /* 2499, below its range */
    assert_int_equal(damaged_after(&k, MEMORY_PARAMETERS, low, sizeof low), 1);
    assert_int_equal(k.b.bms.param[PARAM_CELL_OV_ALARM], 3600);
    assert_int_equal(damaged_after(&k, MEMORY_LEARNED, zeros, 20), 1);
    assert_int_equal(damaged_after(&k, MEMORY_LEARNED, zeros, sizeof(struct soc_memory)), 1);
    assert_int_equal(damaged_after(&k, MEMORY_ACCESS, "a password of 30 characters...", 30), 1);
    assert_int_equal(access_login(&k.b.bms.access, "123456", 3000), ACCESS_GRANTED);
}

static void a_password_of_sixteen_characters_survives(void **state)
{
    (void)state;
    struct kept_pack k;
    const char *most = "0123456789abcdef";
    ram_flash_init(&ram);
    boot(&k, "vt12040", 1000);
    assert_int_equal(access_change(&k.b.bms.access, "123456", most, most, 1000), ACCESS_GRANTED);
    bms_tell(&k.b.bms, EVENT_PASSWORD, 0);
    run(&k, 1, 100);
    boot(&k, "vt12040", 2000);
    assert_int_equal(access_login(&k.b.bms.access, most, 3000), ACCESS_GRANTED);
}

/* The bound after a loss of power grows with the time away; when nobody knows it, by a month. */
static int32_t bound_after(int64_t away_s)
{
    struct kept_pack k;
    ram_flash_init(&ram);
    boot(&k, "vt12040", 1000);
    run(&k, 20, 1000);
    bms_anchor_full(&k.b.bms);
    assert_int_equal(memory_save(&k.memory, &k.b.bms), NVM_OK);
    int64_t clock_s = bms_clock(&k.b.bms, k.b.bms.now_ms) + away_s;
    bms_init(&k.b.bms, pack_of("vt12040"), 6000, 1000);
    bms_set_clock(&k.b.bms, clock_s);
    assert_int_equal(memory_mount(&k.memory, &ram.flash, &k.b.bms), NVM_OK);
    return k.b.bms.soc.bound_pct100;
}

static void a_clock_that_went_back_or_far_ahead_says_nothing_of_the_time_away(void **state)
{
    (void)state;
    int32_t none = bound_after(0);
    int32_t day = bound_after(86400);
    int32_t month = bound_after(30 * 86400);
    assert_true(none < day && day < month);
    assert_int_equal(bound_after(-1), month);
    assert_int_equal(bound_after((int64_t)UINT32_MAX + 5), month);
    assert_int_equal(bound_after(365 * 86400), month);
}

static void a_flash_whose_sectors_hold_no_record_is_no_memory(void **state)
{
    (void)state;
    struct bench b;
    struct records records;
    bench_init(&b, pack_of("vt12040"));
    ram_flash_init(&ram);
    ram.flash.sector_bytes = RECORD_BYTES - 1;
    assert_int_equal(records_mount(&records, &ram.flash, 0, 0), NVM_IO);
    struct bms_memory memory;
    assert_int_equal(memory_mount(&memory, &ram.flash, &b.bms), NVM_IO);
    assert_false(memory.mounted);
}

static void without_a_memory_settling_writes_nothing(void **state)
{
    (void)state;
    struct kept_pack k;
    ram_flash_init(&ram);
    ram.cut = true;
    boot(&k, "vt12040", 1000);
    ram_flash_power(&ram);
    ram.used = 0;
    memory_settle(&k.memory, &k.b.bms);
    assert_int_equal(ram.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_password_counters_and_charge_survive),
        cmocka_unit_test(each_event_is_recorded_with_what_was_measured),
        cmocka_unit_test(erased_records_stay_erased_and_no_record_tells_of_it),
        cmocka_unit_test(a_stored_parameter_that_cannot_be_is_not_used),
        cmocka_unit_test(damaged_memory_is_told_and_the_pack_runs_on),
        cmocka_unit_test(a_flash_that_fails_leaves_the_defaults),
        cmocka_unit_test(a_cut_at_any_byte_of_a_day_loses_nothing_acknowledged),
        cmocka_unit_test(twenty_years_of_daily_cycles_wear_a_sector_less_than_it_stands),
        cmocka_unit_test(values_of_a_length_that_cannot_be_are_told_and_not_used),
        cmocka_unit_test(a_password_of_sixteen_characters_survives),
        cmocka_unit_test(a_clock_that_went_back_or_far_ahead_says_nothing_of_the_time_away),
        cmocka_unit_test(a_flash_whose_sectors_hold_no_record_is_no_memory),
        cmocka_unit_test(without_a_memory_settling_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
