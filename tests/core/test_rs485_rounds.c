/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's rounds: when it asks, whom it leaves alone, what counts in the whole. */
#include "rs485_test.h"

static struct test_line line;

static void begin(enum rs485_protocol protocol, uint8_t packs)
{
    uint32_t seed = 44;
    line_init(&line, protocol, packs);
    random_bank(&seed, &line.battery, packs > 0 ? packs : 3, line.now_ms);
    for (int i = 0; i < line.battery.n_packs; i++) {
        line.battery.pack[i].charge_enable = true;
        line.battery.pack[i].discharge_enable = true;
        line.battery.pack[i].address = (uint8_t)(i + 1);
    }
    bank_combine(&line.battery, line.now_ms, 1000);
}

static void remove_pack(uint8_t address)
{
    int i = bank_find(&line.battery, address);
    line.battery.pack[i].address = 99;
    line.battery.pack[i].heard = 0;
    bank_combine(&line.battery, line.now_ms, UINT32_MAX / 2);
}

static void requests_keep_their_distance_and_their_round(void **state)
{
    (void)state;
    for (int p = 0; p < RS485_COUNT; p++) {
        begin((enum rs485_protocol)p, 1);
        uint32_t last = line.now_ms;
        uint32_t asked = 0;
        uint32_t shortest = UINT32_MAX;
        for (int i = 0; i < 5000; i++) {
            line_run(&line, 1);
            if (line.client.asked != asked) {
                if (asked > 0 && line.now_ms - last < shortest) {
                    shortest = line.now_ms - last;
                }
                asked = line.client.asked;
                last = line.now_ms;
            }
        }
        assert_true(shortest >= line.client.gap_ms);
        assert_true(asked >= 10 && asked < 50);
        assert_int_equal(line.client.answered, asked);
    }
}

static void a_pack_that_misses_three_times_is_left_alone_for_a_while(void **state)
{
    (void)state;
    begin(RS485_PACE, 3);
    line_run(&line, 5000);
    int32_t all = line.seen.whole.current_ma;
    int32_t third = line.seen.pack[2].current_ma;
    remove_pack(3);
    line_run(&line, 8000);
    assert_true(line.client.pack[2].silent);
    assert_false(line.client.pack[0].silent);
    assert_int_equal(line.seen.pack[2].heard, 0);
    assert_int_equal(line.seen.whole.current_ma, all - third);
    assert_int_equal(line.seen.whole.packs, 2);
    assert_int_equal(line.seen.whole.modules_offline, 1);
    uint32_t missed = line.client.missed;
    line_run(&line, 10000);
    assert_true(line.client.missed - missed <= 3); /* not each round */
    line.battery.pack[2].address = 3;
    line_run(&line, 10000);
    assert_false(line.client.pack[2].silent);
    assert_int_equal(line.seen.whole.packs, 3);
    assert_int_equal(line.seen.whole.current_ma, all);
}

static void when_all_fall_silent_nothing_is_fresh(void **state)
{
    (void)state;
    for (int p = 0; p < RS485_COUNT; p++) {
        begin((enum rs485_protocol)p, 1);
        line_run(&line, 5000);
        assert_true(line.seen.whole.packs == 1);
        line.deaf = true;
        line_run(&line, 20000);
        assert_true(line.client.pack[0].silent);
        assert_int_equal(line.seen.whole.packs, 0);
        assert_int_equal(line.seen.whole.heard & HEARD_LIMITS, 0);
        assert_int_equal(line.seen.whole.charge_limit_ma, 0);
        assert_int_equal(line.seen.whole.current_ma, 0);
    }
}

/* Cells that are told on and on make no old limit new. */
static void limits_that_are_not_told_any_more_are_not_known(void **state)
{
    (void)state;
    begin(RS485_PYLON, 1);
    line_run(&line, 5000);
    assert_true((line.seen.whole.heard & HEARD_LIMITS) != 0);
    line.deaf_to[0] = "92";
    line.deaf_to[1] = "63";
    uint32_t answered = line.client.answered;
    line_run(&line, 15000);
    assert_true(line.client.answered > answered + 5);
    assert_false(line.client.pack[0].silent);
    assert_true((line.seen.whole.heard & HEARD_MEASURED) != 0);
    assert_int_equal(line.seen.whole.heard & HEARD_LIMITS, 0);
    assert_int_equal(line.seen.pack[0].heard & VIEW_LIMITS, 0);
    assert_int_equal(line.seen.whole.charge_limit_ma, 0);
    line.deaf_to[0] = NULL;
    line_run(&line, 10000);
    assert_true((line.seen.whole.heard & HEARD_LIMITS) != 0);
}

/* The worst case of packs that tell limits each for themselves. */
static void limits_of_several_packs_are_summed_and_their_voltages_narrowed(void **state)
{
    (void)state;
    struct battery_bank bank = {.n_packs = 4};
    static const struct {
        int32_t charge_mv, discharge_mv, charge_ma, discharge_ma;
        bool charges;
        uint32_t heard_ms;
    } packs[] = {{57000, 45000, 50000, 60000, true, 900},
                 {56500, 44000, 40000, 50000, true, 1000},
                 {57500, 46000, 30000, 40000, false, 1000},
                 {50000, 50000, 99000, 99000, true, 0}}; /* stale */
    for (int i = 0; i < 4; i++) {
        bank.pack[i] = (struct pack_view){.heard = VIEW_LIMITS | VIEW_ENABLE | VIEW_ANALOG,
                                          .heard_ms = packs[i].heard_ms,
                                          .current_ma = 1000 * (i + 1),
                                          .voltage_mv = 50000 + 10 * i,
                                          .charge_mv = packs[i].charge_mv,
                                          .discharge_mv = packs[i].discharge_mv,
                                          .charge_limit_ma = packs[i].charge_ma,
                                          .discharge_limit_ma = packs[i].discharge_ma,
                                          .charge_enable = packs[i].charges,
                                          .discharge_enable = true};
    }
    bank_combine(&bank, 1000, 500);
    assert_int_equal(bank.whole.packs, 3);
    assert_int_equal(bank.whole.charge_mv, 56500);
    assert_int_equal(bank.whole.discharge_mv, 46000);
    assert_int_equal(bank.whole.charge_limit_ma, 90000);
    assert_int_equal(bank.whole.discharge_limit_ma, 150000);
    assert_int_equal(bank.whole.current_ma, 6000);
    assert_int_equal(bank.whole.voltage_mv, 50010);
    assert_int_equal(bank.whole.modules_no_charge, 1);
    assert_int_equal(bank.whole.modules_offline, 1);
    assert_int_equal(bank.whole.heard & HEARD_SOC, 0);
}

static void packs_are_found_where_they_are(void **state)
{
    (void)state;
    static const enum rs485_protocol finders[] = {RS485_PYLON, RS485_PACE, RS485_PACE_MODBUS};
    for (size_t p = 0; p < 3; p++) {
        begin(finders[p], 0);
        line_run(&line, 60000);
        assert_int_equal(line.seen.n_packs, 3);
        assert_int_equal(line.seen.whole.packs, 3);
        for (int i = 0; i < 3; i++) {
            assert_int_equal(
                line.seen.pack[i].voltage_mv / 10,
                (line.battery.pack[i].voltage_mv + (finders[p] == RS485_PACE_MODBUS ? 5 : 0)) / 10);
            assert_false(line.client.pack[i].silent);
        }
        remove_pack(2); /* the one in the middle goes */
        line_run(&line, 60000);
        assert_int_equal(line.seen.whole.packs, 2);
    }
}

/* Of PACE's fifteen addresses the four in use are known within seconds, and those nobody has cost
   ever less. */
static void packs_are_found_soon_and_empty_addresses_asked_ever_less(void **state)
{
    (void)state;
    begin(RS485_PACE, 0);
    line.battery.pack[2].address = 14;
    uint32_t found_ms = 0;
    for (; found_ms < 60000 && line.seen.n_packs < 14; found_ms++) {
        line_run(&line, 1);
    }
    assert_in_range(found_ms, 1, 12000);
    assert_true(line.client.pack[0].known && line.client.pack[1].known);
    line_run(&line, 60000);
    assert_true(rs485_client_has_looked(&line.client));
    uint32_t missed = line.client.missed;
    line_run(&line, 60000);
    assert_in_range(line.client.missed - missed, 6, 24); /* twelve addresses, each once in 40 s */
    line.battery.pack[1].address = 7;                    /* another one comes */
    line_run(&line, 45000);
    assert_true(line.client.pack[6].known);
    assert_int_equal(line.seen.pack[6].voltage_mv, line.battery.pack[1].voltage_mv);
}

/* While it looks, what was found is read again within the 5 s after which a bridge would fall. */
static void looking_does_not_let_what_was_found_age(void **state)
{
    (void)state;
    begin(RS485_PACE, 0);
    remove_pack(2);
    remove_pack(3);
    line_run(&line, 2000);
    assert_true(line.client.pack[0].known);
    for (int i = 0; i < 60000; i++) {
        line_run(&line, 1);
        assert_true(line.now_ms - line.seen.pack[0].heard_ms < 4000);
    }
}

/* Nobody is on the line yet: the whole line is asked over and over, soon after it comes he is
   found. */
static void a_battery_that_comes_later_is_found_soon(void **state)
{
    (void)state;
    begin(RS485_PACE, 0);
    for (uint8_t i = 1; i <= 3; i++) {
        remove_pack(i);
    }
    line_run(&line, 300000);
    assert_int_equal(line.seen.n_packs, 0);
    line.battery.pack[0].address = 9;
    line_run(&line, 10000);
    assert_int_equal(line.seen.n_packs, 9);
}

/* A battery that knows less than V3.5 is read all the same. */
static void what_an_older_pack_refuses_is_not_asked_again(void **state)
{
    (void)state;
    begin(RS485_PYLON, 1);
    line.battery.pack[0].address = 1;
    line_run(&line, 3000);
    assert_int_equal(line.client.refused, 0);
    begin(RS485_PYLON, 1);
    line.battery.pack[0].address = 2; /* a slave knows no system commands */
    line.client.first_address = 3;
    line_run(&line, 3000);
    assert_int_equal(line.client.refused, 3);
    line_run(&line, 20000);
    assert_int_equal(line.client.refused, 3);
    assert_int_equal(line.client.missed, 0);
    assert_int_equal(line.seen.whole.voltage_mv, line.battery.pack[0].voltage_mv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_keep_their_distance_and_their_round),
        cmocka_unit_test(a_pack_that_misses_three_times_is_left_alone_for_a_while),
        cmocka_unit_test(when_all_fall_silent_nothing_is_fresh),
        cmocka_unit_test(limits_that_are_not_told_any_more_are_not_known),
        cmocka_unit_test(limits_of_several_packs_are_summed_and_their_voltages_narrowed),
        cmocka_unit_test(packs_are_found_where_they_are),
        cmocka_unit_test(packs_are_found_soon_and_empty_addresses_asked_ever_less),
        cmocka_unit_test(looking_does_not_let_what_was_found_age),
        cmocka_unit_test(a_battery_that_comes_later_is_found_soon),
        cmocka_unit_test(what_an_older_pack_refuses_is_not_asked_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
