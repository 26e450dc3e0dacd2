/* SPDX-License-Identifier: Apache-2.0 */
/* No wire tells more than the battery did: limits never rise, requests never contradict them. */
#include "rs485_test.h"

#include "core/proto/can_ends.h"
#include "core/proto/can_rounding.h"
#include "core/proto/permits.h"

/* Packs of 8 to 16 cells of any chemistry, in steps no wire has. */
static struct battery_report random_battery(uint32_t *seed)
{
    uint32_t bits = dice(seed);
    return (struct battery_report){
        .heard = HEARD_LIMITS | HEARD_DISCHARGE_VOLTAGE | HEARD_SOC | HEARD_MEASURED | HEARD_FLAGS |
                 ((bits & 1) != 0 ? HEARD_REQUEST : 0),
        .charge_mv = dice_range(seed, 1, 80000),
        .charge_limit_ma = dice_range(seed, -100, 1 << dice_range(seed, 1, 23)),
        .discharge_limit_ma = dice_range(seed, -100, 1 << dice_range(seed, 1, 23)),
        .discharge_mv = dice_range(seed, 0, 70000),
        .voltage_mv = dice_range(seed, 15000, 60000),
        .soc_pct = (uint8_t)dice_range(seed, 0, 100),
        .soh_pct = 100,
        .charge_enable = (bits & 2) != 0,
        .discharge_enable = (bits & 4) != 0,
        .force_charge = (bits & 8) != 0,
        .force_charge_soon = (bits & 16) != 0,
        .full_charge_request = (bits & 32) != 0,
    };
}

static void assert_not_more(const char *name, const struct battery_report *said,
                            const struct battery_report *heard)
{
    if ((heard->heard & HEARD_LIMITS) != 0 &&
        (heard->charge_mv > said->charge_mv ||
         heard->charge_limit_ma > max_i32(said->charge_limit_ma, 0) ||
         heard->discharge_limit_ma > max_i32(said->discharge_limit_ma, 0))) {
        fail_msg("%s: %d mV %d mA %d mA told as %d mV %d mA %d mA", name, (int)said->charge_mv,
                 (int)said->charge_limit_ma, (int)said->discharge_limit_ma, (int)heard->charge_mv,
                 (int)heard->charge_limit_ma, (int)heard->discharge_limit_ma);
    }
    bool defaulted = said->discharge_mv <= 0; /* SMA's own, in place of none */
    if ((heard->heard & HEARD_DISCHARGE_VOLTAGE) != 0 && !defaulted &&
        heard->discharge_mv < said->discharge_mv) {
        fail_msg("%s: not below %d mV told as %d mV", name, (int)said->discharge_mv,
                 (int)heard->discharge_mv);
    }
}

static void no_dialect_raises_a_limit(void **state)
{
    (void)state;
    uint32_t seed = 401;
    for (int d = 0; d < CAN_DIALECT_COUNT; d++) {
        const struct can_dialect *dialect = &can_dialects[d];
        struct can_rounding rounding;
        can_rounding_init(&rounding, dialect);
        for (int i = 0; i < 20000; i++) {
            struct can_frame frames[CAN_SET_MAX];
            struct battery_report told = random_battery(&seed);
            struct battery_report said;
            struct battery_report heard = {0};
            can_sender_words(dialect, &told, &said);
            int n = can_dialect_encode(dialect, &said, frames);
            for (int k = 0; k < n; k++) {
                (void)can_dialect_decode(dialect, &frames[k], &heard);
            }
            assert_not_more(dialect->name, &told, &heard);
            heard = told;
            can_dialect_quantize(dialect, &heard);
            assert_not_more(dialect->name, &told, &heard);
            heard = told;
            can_rounding_apply(&rounding, &heard);
            assert_not_more(dialect->name, &told, &heard);
        }
    }
}

static void a_24_volt_battery_keeps_its_charge_voltage_in_every_dialect(void **state)
{
    (void)state;
    for (int d = 0; d < CAN_DIALECT_COUNT; d++) {
        const struct can_dialect *dialect = &can_dialects[d];
        struct battery_report told = {.heard = HEARD_LIMITS | HEARD_DISCHARGE_VOLTAGE,
                                      .charge_mv = 28700,
                                      .charge_limit_ma = 70000,
                                      .discharge_limit_ma = 100000,
                                      .discharge_mv = 23100};
        for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
            struct can_frame frame;
            if (slot->message->id == dialect->limits_id &&
                can_slot_encode(dialect, slot, &told, &frame)) {
                bool big = (dialect->flags & DIALECT_BIG_ENDIAN) != 0;
                assert_int_equal(frame.data[big ? 0 : 1] << 8 | frame.data[big ? 1 : 0], 287);
            }
        }
    }
}

static void no_serial_protocol_raises_a_limit(void **state)
{
    static const enum rs485_protocol tellers[] = {RS485_PYLON, RS485_VOLTRONIC, RS485_GROWATT};
    static struct test_line line;
    uint32_t seed = 402;
    (void)state;
    for (size_t p = 0; p < sizeof tellers / sizeof tellers[0]; p++) {
        for (int i = 0; i < 300; i++) {
            uint8_t n = (uint8_t)(1 + i % 3);
            line_init(&line, tellers[p], n);
            random_bank(&seed, &line.battery, n, line.now_ms);
            for (int k = 0; k < n; k++) {
                struct pack_view *pack = &line.battery.pack[k];
                pack->charge_limit_ma = dice_range(&seed, 0, 1 << dice_range(&seed, 1, 18));
                pack->discharge_limit_ma = dice_range(&seed, 0, 1 << dice_range(&seed, 1, 18));
                pack->voltage_mv = 50000; /* the fields' own */
            }
            bank_combine(&line.battery, line.now_ms, 1000);
            bank_permits(&line.battery);
            line_run(&line, 9000);
            assert_true((line.seen.whole.heard & HEARD_LIMITS) != 0);
            assert_not_more(rs485_facts[tellers[p]].name, &line.battery.whole, &line.seen.whole);
            for (int k = 0; k < n; k++) {
                const struct pack_view *told = &line.battery.pack[k];
                const struct pack_view *seen = &line.seen.pack[k];
                bool known = (seen->heard & VIEW_LIMITS) != 0;
                assert_true(!known || seen->charge_mv <= told->charge_mv);
                assert_true(!known || seen->charge_limit_ma <= told->charge_limit_ma);
                assert_true(!known || seen->discharge_limit_ma <= told->discharge_limit_ma);
                assert_true(!known || tellers[p] == RS485_GROWATT ||
                            seen->discharge_mv >= told->discharge_mv);
            }
        }
    }
}

static void nobody_asks_for_a_charge_that_is_forbidden(void **state)
{
    (void)state;
    uint32_t seed = 403;
    for (int i = 0; i < 20000; i++) {
        struct battery_report told = random_battery(&seed);
        struct battery_report before = told;
        report_permits(&told);
        bool asked = (told.heard & HEARD_REQUEST) != 0;
        bool charges = told.charge_limit_ma > 0 && (!asked || before.charge_enable);
        assert_int_equal(told.force_charge, before.force_charge && charges);
        assert_int_equal(told.force_charge_soon, before.force_charge_soon && charges);
        assert_int_equal(told.full_charge_request, before.full_charge_request && charges);
        if (asked) {
            assert_int_equal(told.charge_enable, before.charge_enable && told.charge_limit_ma > 0);
            assert_int_equal(told.discharge_enable,
                             before.discharge_enable && told.discharge_limit_ma > 0);
        }
    }
    for (int d = 0; d < CAN_DIALECT_COUNT; d++) {
        for (int i = 0; i < 2000; i++) {
            struct battery_report told = random_battery(&seed);
            struct battery_report said;
            struct battery_report heard;
            can_sender_words(&can_dialects[d], &told, &said);
            heard = said;
            can_dialect_quantize(&can_dialects[d], &heard);
            bool may = told.charge_limit_ma > 0 &&
                       ((told.heard & HEARD_REQUEST) == 0 || told.charge_enable);
            assert_false(!may && (heard.force_charge || heard.force_charge_soon ||
                                  heard.full_charge_request || said.force_charge));
        }
    }
}

/* An unknown discharge voltage is no discharge voltage of 0. */
static void an_absent_discharge_voltage_is_absent(void **state)
{
    (void)state;
    for (int d = 0; d < CAN_DIALECT_COUNT; d++) {
        const struct can_dialect *dialect = &can_dialects[d];
        struct battery_report told = {.heard = HEARD_LIMITS | HEARD_DISCHARGE_VOLTAGE,
                                      .charge_mv = 56000,
                                      .charge_limit_ma = 70000,
                                      .discharge_limit_ma = 100000};
        for (int known = 0; known < 2; known++) {
            struct battery_report said;
            told.discharge_mv = known ? 46000 : 0;
            can_sender_words(dialect, &told, &said);
            for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
                struct can_frame frame;
                if (slot->message->id != 0x351 || !can_slot_encode(dialect, slot, &said, &frame)) {
                    continue;
                }
                int mv100 = frame.length < 8 ? -1 : frame.data[7] << 8 | frame.data[6];
                int none = d == CAN_SMA ? 0xFFFF : (dialect->flags & DIALECT_WHOLE_FRAMES) ? 0 : -1;
                assert_int_equal(mv100, known ? 460 : none);
            }
        }
    }
}

/* A battery that says stop with zeros is believed at once, whatever its voltage. */
static void zeros_in_a_frame_of_limits_are_a_stop(void **state)
{
    (void)state;
    for (int d = 0; d < CAN_DIALECT_COUNT; d++) {
        const struct can_dialect *dialect = &can_dialects[d];
        struct battery_report heard = {.heard = HEARD_LIMITS,
                                       .charge_mv = 56000,
                                       .charge_limit_ma = 70000,
                                       .discharge_limit_ma = 100000};
        struct can_frame zeros = {.id = dialect->limits_id, .length = 8};
        struct can_frame half = zeros;
        bool big = (dialect->flags & DIALECT_BIG_ENDIAN) != 0;
        half.data[big ? 3 : 2] = 100; /* 10 A, and no voltage */
        (void)can_dialect_decode(dialect, &half, &heard);
        assert_int_equal(heard.discharge_limit_ma, 0);
        assert_true(heard.charge_limit_ma == 70000 || d == CAN_SMA);
        (void)can_dialect_decode(dialect, &zeros, &heard);
        assert_int_equal(heard.charge_limit_ma, 0);
        assert_int_equal(heard.discharge_limit_ma, 0);
        assert_int_equal(heard.charge_mv, 56000);
    }
}

static struct battery_bank two_packs(void)
{
    struct battery_bank bank = {.n_packs = 2};
    for (int i = 0; i < 2; i++) {
        bank.pack[i] =
            (struct pack_view){.heard = VIEW_LIMITS | VIEW_ENABLE | VIEW_ANALOG | VIEW_CAPACITY,
                               .heard_ms = 1000,
                               .address = (uint8_t)(i + 1),
                               .voltage_mv = 52000,
                               .current_ma = 10000,
                               .remaining_mah = i == 0 ? 40000 : 60000,
                               .full_mah = 100000,
                               .charge_mv = i == 0 ? 54000 : 56000,
                               .discharge_mv = i == 0 ? 47000 : 44000,
                               .charge_limit_ma = 50000,
                               .discharge_limit_ma = 60000,
                               .charge_enable = true,
                               .discharge_enable = true};
    }
    bank_combine(&bank, 1000, 5000);
    return bank;
}

static void a_pack_that_fell_silent_still_binds_the_voltages(void **state)
{
    (void)state;
    struct battery_bank bank = two_packs();
    assert_int_equal(bank.whole.charge_mv, 54000);
    assert_int_equal(bank.whole.soc_pct, 50);
    assert_int_equal(bank.whole.alarms, 0);
    bank.pack[0].heard = 0;
    bank.pack[1].heard_ms = 9000;
    bank_combine(&bank, 9000, 5000);
    assert_int_equal(bank.whole.charge_mv, 54000);
    assert_int_equal(bank.whole.discharge_mv, 47000);
    assert_int_equal(bank.whole.charge_limit_ma, 50000);
    assert_int_equal(bank.whole.discharge_limit_ma, 60000);
    assert_int_equal(bank.whole.current_ma, 10000);
    assert_int_equal(bank.whole.soc_pct, 50);
    assert_int_equal(bank.whole.alarms, REPORT_COMMUNICATION);
    assert_true((bank.whole.heard & HEARD_FLAGS) != 0);
    assert_int_equal(bank.whole.modules_offline, 1);
    struct battery_report told = {.heard = HEARD_LIMITS | HEARD_FLAGS, .charge_mv = 56000};
    report_overlay(&bank.whole, &told); /* what the host tells without it */
    bank_bind(&bank);
    assert_int_equal(bank.whole.charge_mv, 54000);
    assert_int_equal(bank.whole.alarms, REPORT_COMMUNICATION);
    bank.pack[0].heard = VIEW_LIMITS | VIEW_ENABLE | VIEW_ANALOG | VIEW_CAPACITY;
    bank.pack[0].heard_ms = 9500;
    bank.pack[0].charge_mv = 57000;
    bank_combine(&bank, 9500, 5000);
    assert_int_equal(bank.whole.charge_mv, 56000); /* it speaks for itself again */
    assert_int_equal(bank.whole.alarms, 0);
}

static void a_pack_without_a_charge_voltage_takes_no_charge_and_frees_no_voltage(void **state)
{
    (void)state;
    struct battery_bank bank = two_packs();
    bank.pack[0].charge_mv = bank.pack[0].discharge_mv = 0;
    bank_combine(&bank, 1000, 5000);
    assert_int_equal(bank.whole.charge_mv, 54000);
    assert_int_equal(bank.whole.discharge_mv, 47000);
    assert_int_equal(bank.whole.charge_limit_ma, 50000);
    bank_permits(&bank);
    assert_false(bank.pack[0].charge_enable);
    assert_true(bank.pack[0].discharge_enable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_dialect_raises_a_limit),
        cmocka_unit_test(a_24_volt_battery_keeps_its_charge_voltage_in_every_dialect),
        cmocka_unit_test(no_serial_protocol_raises_a_limit),
        cmocka_unit_test(nobody_asks_for_a_charge_that_is_forbidden),
        cmocka_unit_test(an_absent_discharge_voltage_is_absent),
        cmocka_unit_test(zeros_in_a_frame_of_limits_are_a_stop),
        cmocka_unit_test(a_pack_that_fell_silent_still_binds_the_voltages),
        cmocka_unit_test(a_pack_without_a_charge_voltage_takes_no_charge_and_frees_no_voltage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
