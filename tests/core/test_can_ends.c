/* SPDX-License-Identifier: Apache-2.0 */
/* The two ends of the CAN dialects over time. Clocks start near the wrap of the counter. */
#include "core_test.h"

#include "core/proto/can_ends.h"

#define EACH(dialect)                                      \
    for (const struct can_dialect *dialect = can_dialects; \
         dialect < can_dialects + CAN_DIALECT_COUNT; dialect++)
#define BEGIN_MS (UINT32_C(0) - 5000)

static struct battery_report known(void)
{
    return (struct battery_report){
        .heard = HEARD_LIMITS | HEARD_SOC | HEARD_SOH | HEARD_MEASURED | HEARD_TEMPERATURE |
                 HEARD_FLAGS | HEARD_REQUEST | HEARD_NAME | HEARD_DISCHARGE_VOLTAGE |
                 HEARD_CAPACITY | HEARD_CELLS | HEARD_TEMPERATURES | HEARD_PLACES | HEARD_MODULES |
                 HEARD_ENERGY | HEARD_VERSION | HEARD_SERIAL | HEARD_MODEL | HEARD_FAMILY,
        .charge_mv = 56000,
        .discharge_mv = 45000,
        .charge_limit_ma = 100000,
        .discharge_limit_ma = 120000,
        .soc_pct = 50,
        .soh_pct = 99,
        .voltage_mv = 52000,
        .current_ma = 10000,
        .temp_c10 = 230,
        .charge_enable = true,
        .discharge_enable = true};
}

static void the_whole_set_goes_out_each_second_in_order_and_spread(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct battery_report report = known();
        struct can_frame set[CAN_SET_MAX];
        int n = can_dialect_encode(dialect, &report, set);
        for (uint32_t poll_ms = 1; poll_ms <= 10; poll_ms += 9) {
            struct can_sender sender;
            uint32_t last_ms = 0;
            int count = 0;
            can_sender_init(&sender, dialect, BEGIN_MS);
            for (uint32_t ms = 0; ms < 10000; ms += poll_ms) {
                struct can_frame frame;
                if (!can_sender_poll(&sender, BEGIN_MS + ms, &report, &frame)) {
                    continue;
                }
                assert_int_equal(frame.id, set[count % n].id);
                assert_memory_equal(frame.data, set[count % n].data, 8);
                assert_true(count == 0 || ms - last_ms >= CAN_GAP_MIN_MS);
                assert_int_equal(ms / 1000, count / n); /* a set in each second */
                last_ms = ms;
                count++;
            }
            assert_int_equal(count, 10 * n);
        }
    }
}

static void a_late_poll_sends_one_frame_and_not_what_it_missed(void **state)
{
    (void)state;
    struct battery_report report = known();
    struct can_sender sender;
    struct can_frame frame;
    can_sender_init(&sender, &can_dialects[CAN_PYLON], BEGIN_MS);
    assert_true(can_sender_poll(&sender, BEGIN_MS, &report, &frame));
    assert_true(can_sender_poll(&sender, BEGIN_MS + 60000, &report, &frame));
    for (uint32_t ms = 0; ms < CAN_GAP_MIN_MS; ms++) {
        assert_false(can_sender_poll(&sender, BEGIN_MS + 60000 + ms, &report, &frame));
    }
}

static void limits_are_withheld_until_the_charge_voltage_is_known(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct battery_report report = known();
        struct can_sender sender;
        int limits = 0;
        int others = 0;
        report.charge_mv = 0;
        can_sender_init(&sender, dialect, BEGIN_MS);
        for (uint32_t ms = 0; ms < 4000; ms++) {
            struct can_frame frame;
            report.charge_mv = ms < 2000 ? 0 : 56000;
            if (can_sender_poll(&sender, BEGIN_MS + ms, &report, &frame)) {
                bool is_limits = frame.id == dialect->limits_id;
                assert_false(is_limits && ms < 2000);
                limits += is_limits;
                others += !is_limits;
            }
        }
        assert_int_equal(limits, 2);
        assert_true(others >= 16);
    }
}

/* The words for each way to stop, in each dialect. */
static void a_stop_is_said_with_the_flag_and_the_limit(void **state)
{
    (void)state;
    EACH(dialect)
    {
        bool by_voltage = (dialect->flags & DIALECT_STOPS_BY_VOLTAGE) != 0;
        for (int way = 0; way < 4; way++) {
            struct battery_report report = known();
            struct battery_report said;
            report.charge_enable = way != 0;
            report.discharge_enable = way != 1;
            report.charge_limit_ma = way == 2 ? 0 : 100000;
            report.discharge_limit_ma = way == 3 ? 0 : 120000;
            can_sender_words(dialect, &report, &said);
            bool charge = way == 1 || way == 3;
            assert_int_equal(said.charge_enable, charge);
            assert_int_equal(said.discharge_enable, !charge);
            assert_int_equal(said.discharge_limit_ma, charge ? 0 : 120000);
            assert_int_equal(said.charge_mv, !charge && by_voltage ? 52000 : 56000);
            assert_int_equal(said.charge_limit_ma, charge || (by_voltage && way == 0) ? 100000 : 0);
        }
    }
}

static void a_stop_by_voltage_never_goes_below_the_discharge_voltage(void **state)
{
    (void)state;
    struct battery_report report = known();
    struct battery_report said;
    report.charge_enable = false;
    report.voltage_mv = 40000;
    can_sender_words(&can_dialects[CAN_VICTRON], &report, &said);
    assert_int_equal(said.charge_mv, 45000);
    report.voltage_mv = 0; /* not measured */
    can_sender_words(&can_dialects[CAN_VICTRON], &report, &said);
    assert_int_equal(said.charge_mv, 56000);
}

static void an_inverter_is_lost_after_a_minute_and_spoken_to_all_the_same(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct battery_report report = known();
        struct can_sender sender;
        struct can_frame frame;
        struct can_frame alive = {.id = dialect->alive_id, .length = 8};
        struct can_frame foreign = {.id = dialect->alive_id, .length = 8, .extended = true};
        can_sender_init(&sender, dialect, BEGIN_MS);
        assert_false(can_sender_lost(&sender, BEGIN_MS + 59999));
        assert_true(can_sender_lost(&sender, BEGIN_MS + 60000));
        assert_false(can_sender_hear(&sender, &foreign, BEGIN_MS + 60000));
        assert_true(can_sender_lost(&sender, BEGIN_MS + 60000));
        assert_true(can_sender_hear(&sender, &alive, BEGIN_MS + 60000));
        assert_false(can_sender_lost(&sender, BEGIN_MS + 119999));
        assert_true(can_sender_lost(&sender, BEGIN_MS + 120000));
        int n = 0;
        uint32_t now_ms = BEGIN_MS + 120000;
        for (int i = 0; i < 5 * 8640000; i += 60000) { /* half a year: the counter wraps */
            n += can_sender_poll(&sender, now_ms += 60000, &report, &frame);
            assert_true(can_sender_lost(&sender, now_ms));
        }
        assert_true(n >= 600);
    }
}

static void a_battery_is_shut_down_only_where_that_is_allowed(void **state)
{
    (void)state;
    struct can_frame shut = {.id = CAN_SHUTDOWN_ID, .length = 8, .data = {1}};
    struct can_frame no = {.id = CAN_SHUTDOWN_ID, .length = 8, .data = {0xFE}};
    struct can_frame empty = {.id = CAN_SHUTDOWN_ID, .length = 0, .data = {1}};
    struct can_sender sender;
    can_sender_init(&sender, &can_dialects[CAN_LUXPOWER], 0);
    assert_true(can_sender_hear(&sender, &shut, 1));
    assert_false(sender.shutdown_asked);
    sender.allow_shutdown = true;
    assert_true(can_sender_hear(&sender, &no, 2));
    assert_true(can_sender_hear(&sender, &empty, 3));
    assert_false(sender.shutdown_asked);
    assert_true(can_sender_hear(&sender, &shut, 4));
    assert_true(sender.shutdown_asked);
    can_sender_init(&sender, &can_dialects[CAN_PYLON], 0);
    sender.allow_shutdown = true;
    assert_false(can_sender_hear(&sender, &shut, 1)); /* no word of this dialect */
    assert_false(sender.shutdown_asked);
}

static void a_listener_says_fresh_warn_lost_of_each_part(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct battery_report report = known();
        struct battery_report told;
        struct can_frame set[CAN_SET_MAX];
        struct can_listener listener;
        uint32_t now_ms = BEGIN_MS;
        can_listener_init(&listener, dialect, now_ms);
        assert_int_equal(can_listener_stage(&listener, HEARD_LIMITS, now_ms), STAGE_NEVER);
        int n = can_dialect_encode(dialect, &report, set);
        for (int i = 0; i < n; i++) {
            assert_int_equal(can_listener_hear(&listener, &set[i], now_ms), CAN_TAKEN);
        }
        uint32_t parts = HEARD_LIMITS | HEARD_SOC | HEARD_MEASURED;
        assert_int_equal(can_listener_stage(&listener, parts, now_ms), STAGE_FRESH);
        now_ms += dialect->warn_ms;
        assert_int_equal(can_listener_stage(&listener, parts, now_ms - 1), STAGE_FRESH);
        assert_int_equal(can_listener_stage(&listener, parts, now_ms), STAGE_WARN);
        for (int i = 0; i < n; i++) { /* the limits fall silent, the rest goes on */
            if (set[i].id != dialect->limits_id) {
                assert_int_equal(can_listener_hear(&listener, &set[i], now_ms), CAN_TAKEN);
            }
        }
        assert_int_equal(can_listener_stage(&listener, HEARD_SOC, now_ms), STAGE_FRESH);
        assert_int_equal(can_listener_stage(&listener, HEARD_LIMITS, now_ms), STAGE_WARN);
        can_listener_report(&listener, now_ms, &told);
        assert_int_equal(told.charge_limit_ma, 100000);
        now_ms = BEGIN_MS + dialect->lost_ms;
        assert_int_equal(can_listener_stage(&listener, parts, now_ms), STAGE_LOST);
        can_listener_report(&listener, now_ms, &told);
        assert_int_equal(told.heard & HEARD_LIMITS, 0);
        assert_int_equal(told.charge_limit_ma, 0);
        assert_int_equal(told.discharge_limit_ma, 0);
        assert_int_equal(told.heard & HEARD_SOC, HEARD_SOC);
        for (int day = 0; day < 100; day++) { /* past two wraps of the counter */
            struct can_frame frame;
            now_ms += 86400000;
            (void)can_listener_poll(&listener, now_ms, &frame);
            assert_int_equal(can_listener_stage(&listener, HEARD_LIMITS, now_ms), STAGE_LOST);
        }
    }
}

static void time_outs_can_be_set(void **state)
{
    (void)state;
    struct can_listener listener;
    struct can_frame soc = {.id = 0x355, .length = 4, .data = {50, 0, 100, 0}};
    can_listener_init(&listener, &can_dialects[CAN_PYLON], 0);
    listener.warn_ms = 100;
    listener.lost_ms = 200;
    assert_int_equal(can_listener_hear(&listener, &soc, 0), CAN_TAKEN);
    assert_int_equal(can_listener_stage(&listener, HEARD_SOC, 99), STAGE_FRESH);
    assert_int_equal(can_listener_stage(&listener, HEARD_SOC, 100), STAGE_WARN);
    assert_int_equal(can_listener_stage(&listener, HEARD_SOC, 200), STAGE_LOST);
}

static void broken_and_foreign_frames_are_counted_and_keep_nothing_alive(void **state)
{
    (void)state;
    struct can_listener listener;
    struct can_frame good = {.id = 0x355, .length = 4, .data = {50, 0, 100, 0}};
    struct can_frame broken = {.id = 0x355, .length = 4, .data = {101, 0, 100, 0}};
    struct can_frame foreign = {.id = 0x123, .length = 8};
    can_listener_init(&listener, &can_dialects[CAN_PYLON], 0);
    assert_int_equal(can_listener_hear(&listener, &good, 0), CAN_TAKEN);
    assert_int_equal(can_listener_hear(&listener, &broken, 6000), CAN_BROKEN);
    assert_int_equal(can_listener_hear(&listener, &foreign, 6000), CAN_UNKNOWN);
    assert_int_equal(can_listener_stage(&listener, HEARD_SOC, 6000), STAGE_WARN);
    assert_int_equal(listener.frames, 1);
    assert_int_equal(listener.broken, 1);
    assert_int_equal(listener.unknown, 1);
    assert_int_equal(listener.report.soc_pct, 50);
}

static void an_inverter_shows_its_life_as_its_dialect_wants(void **state)
{
    (void)state;
    static const struct {
        enum can_dialect_id dialect;
        struct can_frame frames[3];
        int n;
    } cases[] = {
        {CAN_PYLON, {{.id = 0x305, .length = 8}}, 1},
        {CAN_GROWATT,
         {{.id = 0x301, .length = 8, .data = {0x0B, 0x16, 0x21, 0x2C, 0x37, 0x42, 0x4D, 0x58}}},
         1},
        /* 52.0 V, -10.0 A: negative while it charges, 23.0 degC, 50.0 %; SOH 99 %, 56.0 V */
        {CAN_SMA,
         {{.id = 0x305, .length = 8, .data = {0x08, 0x02, 0x9C, 0xFF, 0xE6, 0, 0xF4, 0x01}},
          {.id = 0x306, .length = 8, .data = {99, 0, 10, 1, 0, 0, 0x30, 0x02}},
          {.id = 0x307, .length = 8}},
         3},
        {CAN_VICTRON,
         {{.id = 0x305, .length = 8},
          {.id = 0x307, .length = 8, .data = {0x12, 0x34, 0x56, 0x78, 0x56, 0x49, 0x43, 0}}},
         2},
        {CAN_LUXPOWER, {{.id = 0x305, .length = 8}}, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct can_listener listener;
        int n = 0;
        can_listener_init(&listener, &can_dialects[cases[i].dialect], BEGIN_MS);
        listener.report = known();
        for (uint32_t ms = 0; ms < 5000; ms++) {
            struct can_frame frame;
            if (can_listener_poll(&listener, BEGIN_MS + ms, &frame)) {
                const struct can_frame *want = &cases[i].frames[n % cases[i].n];
                assert_int_equal(frame.id, want->id);
                assert_int_equal(frame.length, want->length);
                assert_memory_equal(frame.data, want->data, 8);
                n++;
            }
        }
        assert_int_equal(n, 5 * cases[i].n);
    }
}

static void what_one_end_says_the_other_hears(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct battery_report report = known();
        struct battery_report want = report;
        struct can_sender sender;
        struct can_listener listener;
        can_sender_init(&sender, dialect, BEGIN_MS);
        can_listener_init(&listener, dialect, BEGIN_MS);
        for (uint32_t ms = 0; ms < 2000; ms += 5) {
            struct can_frame frame;
            if (can_sender_poll(&sender, BEGIN_MS + ms, &report, &frame)) {
                assert_int_equal(can_listener_hear(&listener, &frame, BEGIN_MS + ms), CAN_TAKEN);
            }
            if (can_listener_poll(&listener, BEGIN_MS + ms, &frame)) {
                assert_true(can_sender_hear(&sender, &frame, BEGIN_MS + ms));
            }
        }
        can_dialect_quantize(dialect, &want);
        assert_int_equal(listener.report.charge_mv, want.charge_mv);
        assert_int_equal(listener.report.charge_limit_ma, want.charge_limit_ma);
        assert_int_equal(listener.report.soc_pct, want.soc_pct);
        assert_int_equal(listener.report.current_ma, want.current_ma);
        assert_int_equal(listener.report.heard, want.heard);
        assert_true(sender.heard);
    }
}

static void a_quick_stop_is_noted(void **state)
{
    (void)state;
    struct can_listener listener;
    struct can_frame stop = {.id = CAN_QUICK_STOP_ID};
    can_listener_init(&listener, &can_dialects[CAN_SMA], 0);
    assert_int_equal(can_listener_hear(&listener, &stop, 0), CAN_TAKEN);
    assert_true(listener.stop_asked);
    can_listener_init(&listener, &can_dialects[CAN_PYLON], 0);
    assert_int_equal(can_listener_hear(&listener, &stop, 0), CAN_UNKNOWN);
    assert_false(listener.stop_asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_set_goes_out_each_second_in_order_and_spread),
        cmocka_unit_test(a_late_poll_sends_one_frame_and_not_what_it_missed),
        cmocka_unit_test(limits_are_withheld_until_the_charge_voltage_is_known),
        cmocka_unit_test(a_stop_is_said_with_the_flag_and_the_limit),
        cmocka_unit_test(a_stop_by_voltage_never_goes_below_the_discharge_voltage),
        cmocka_unit_test(an_inverter_is_lost_after_a_minute_and_spoken_to_all_the_same),
        cmocka_unit_test(a_battery_is_shut_down_only_where_that_is_allowed),
        cmocka_unit_test(a_listener_says_fresh_warn_lost_of_each_part),
        cmocka_unit_test(time_outs_can_be_set),
        cmocka_unit_test(broken_and_foreign_frames_are_counted_and_keep_nothing_alive),
        cmocka_unit_test(an_inverter_shows_its_life_as_its_dialect_wants),
        cmocka_unit_test(what_one_end_says_the_other_hears),
        cmocka_unit_test(a_quick_stop_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
