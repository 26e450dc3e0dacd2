/* SPDX-License-Identifier: Apache-2.0 */
/* All CAN dialects: bytes as their documents have them. */
#include "can_test.h"

static void sma_is_never_sent_more_than_was_told(void **state)
{
    (void)state;
    static const struct {
        int32_t cvl, dvl;
        const char *frame;
    } cases[] = {
        {57600, 51200, "351#4002000000000002"},
        {70000, 30000, "351#7602000000002C01"},
        {28700, 23050, "351#1F0100000000E700"},
    };
    for (size_t i = 0; i < 3; i++) {
        struct battery_report report = {.heard = HEARD_LIMITS | HEARD_DISCHARGE_VOLTAGE,
                                        .charge_mv = cases[i].cvl,
                                        .discharge_mv = cases[i].dvl};
        struct can_frame frames[CAN_SET_MAX];
        struct can_frame want = frame_of(cases[i].frame);
        assert_true(can_dialect_encode(&can_dialects[CAN_SMA], &report, frames) > 0);
        assert_int_equal(frames[0].id, 0x351);
        assert_memory_equal(frames[0].data, want.data, 8);
    }
}

static void no_charge_voltage_of_zero_is_ever_sent(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct battery_report report = {
            .heard = UINT32_MAX, .charge_mv = 99, .charge_limit_ma = 10000};
        struct can_frame frames[CAN_SET_MAX];
        int n = can_dialect_encode(dialect, &report, frames);
        assert_true(n >= 4);
        for (int i = 0; i < n; i++) {
            assert_int_not_equal(frames[i].id, dialect->limits_id);
        }
    }
}

static void what_was_not_heard_is_not_said(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct battery_report report = full_report();
        struct battery_report heard;
        report.heard = HEARD_FLAGS;
        memset(&heard, 0, sizeof heard);
        can_dialect_pass(dialect, &report, &heard);
        assert_int_equal(heard.heard & (HEARD_LIMITS | HEARD_SOC | HEARD_MEASURED | HEARD_CELLS |
                                        HEARD_TEMPERATURES | HEARD_CAPACITY | HEARD_MODULES |
                                        HEARD_DISCHARGE_VOLTAGE | HEARD_ENERGY | HEARD_SERIAL),
                         0);
        assert_false(heard.charge_enable); /* of one that knows no limit */
    }
}

static void what_was_not_heard_is_sent_as_what_harms_nobody(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct battery_report report = {.heard = HEARD_SOC | HEARD_MEASURED, .soc_pct = 55};
        struct battery_report heard = {0};
        can_dialect_pass(dialect, &report, &heard);
        assert_int_equal(heard.soh_pct, 100);
        assert_in_range(heard.temp_c10, 250, 251);
    }
}

static struct can_frame sent_frame(enum can_dialect_id id, const struct battery_report *report,
                                   uint32_t frame_id)
{
    struct can_frame frames[CAN_SET_MAX];
    int n = can_dialect_encode(&can_dialects[id], report, frames);
    for (int i = 0; i < n; i++) {
        if (frames[i].id == frame_id) {
            return frames[i];
        }
    }
    fail_msg("no %x", frame_id);
    return frames[0];
}

/* 0x311 bits 8-9: 0 stand-alone, 1 parallel; bits 10-11 stay 0. */
static void growatt_is_told_of_packs_in_parallel(void **state)
{
    (void)state;
    for (uint8_t packs = 0; packs < 4; packs++) {
        struct battery_report report = {.heard = HEARD_LIMITS, .charge_mv = 56000, .packs = packs};
        struct can_frame frame = sent_frame(CAN_GROWATT, &report, 0x311);
        assert_int_equal(frame.data[6], packs > 1 ? 1 : 0);
    }
}

/* Cubix: high byte the pack, low byte the cell. JK as GoodWe's: a plain number. Growatt: counted
   through all packs, the master's first. */
static void places_are_written_as_each_dialect_counts_them(void **state)
{
    (void)state;
    static const struct {
        enum can_dialect_id dialect;
        const char *frame;
        int from, to; /* bytes that tell places */
    } cases[] = {
        {CAN_PYLON20, "371#0401020206020401", 0, 8},
        {CAN_GOODWE, "371#0400020016000400", 0, 8},
        {CAN_GROWATT, "319#C000000000160400", 5, 7},
        {CAN_PYLON20, "375#3032303600000000", 0, 8},
    };
    struct battery_report report = {.heard = UINT32_MAX,
                                    .charge_mv = 56000,
                                    .packs = 2,
                                    .n_cells = 16,
                                    .temp_max_at = {1, 4},
                                    .temp_min_at = {2, 2},
                                    .cell_max_at = {2, 6},
                                    .cell_min_at = {1, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct can_frame want = frame_of(cases[i].frame);
        struct can_frame frame = sent_frame(cases[i].dialect, &report, want.id);
        assert_memory_equal(frame.data + cases[i].from, want.data + cases[i].from,
                            (size_t)(cases[i].to - cases[i].from));
    }
}

/* Tells a bit or an active pair in any frame from none. */
static bool says_trouble(const struct can_dialect *dialect, uint32_t protections, uint32_t alarms)
{
    struct battery_report report = {
        .heard = UINT32_MAX, .charge_mv = 56000, .protections = protections, .alarms = alarms};
    can_dialect_quantize(dialect, &report);
    return protections != 0 ? report.protections != 0 : report.alarms != 0;
}

static void every_reason_is_said_in_every_dialect(void **state)
{
    (void)state;
    EACH(dialect)
    {
        assert_false(says_trouble(dialect, 0, 0));
        for (uint32_t reason = 1; reason <= REPORT_COMMUNICATION; reason <<= 1) {
            if (reason == REPORT_LOW_SOC) {
                continue; /* no dialect but Growatt's warns of it */
            }
            if (!says_trouble(dialect, reason, 0) || !says_trouble(dialect, 0, reason)) {
                fail_msg("%s does not say %x", dialect->name, reason);
            }
        }
    }
}

static void every_flag_has_its_own_bit_and_comes_back(void **state)
{
    (void)state;
    EACH(dialect)
    {
        for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
            uint8_t used[8] = {0};
            for (int i = 0; i < slot->message->n_flags; i++) {
                const struct can_flag *flag = &slot->message->flags[i];
                uint8_t bit = (uint8_t)(1U << flag->bit);
                assert_int_equal(used[flag->byte] & bit, 0);
                used[flag->byte] |= bit;
                struct can_frame frame = {.id = slot->message->id, .length = 8};
                struct battery_report report = {0};
                frame.data[flag->byte] = bit;
                assert_int_equal(can_dialect_decode(dialect, &frame, &report), CAN_TAKEN);
                assert_int_equal(flag->alarm ? report.alarms : report.protections, flag->primary);
                assert_int_equal(flag->alarm ? report.protections : report.alarms, 0);
                frame.data[flag->byte] = 0;
                assert_int_equal(can_dialect_decode(dialect, &frame, &report), CAN_TAKEN);
                assert_int_equal(report.alarms | report.protections, 0);
            }
        }
    }
}

/* Bytes as replayed against Venus OS by dfch/BydCanProtocol: byte, active value. */
static void pairs_are_where_venus_reads_them(void **state)
{
    (void)state;
    static const struct {
        uint32_t reason;
        uint8_t byte, active;
    } cases[] = {
        {REPORT_OVER_VOLTAGE, 0, 0x04},
        {REPORT_UNDER_VOLTAGE, 0, 0x10},
        {REPORT_OVER_TEMPERATURE, 0, 0x40},
        {REPORT_UNDER_TEMPERATURE, 1, 0x01},
        {REPORT_CHARGE_OVER_TEMPERATURE, 1, 0x04},
        {REPORT_CHARGE_UNDER_TEMPERATURE, 1, 0x10},
        {REPORT_DISCHARGE_CURRENT, 1, 0x40},
        {REPORT_CHARGE_CURRENT, 2, 0x01},
        {REPORT_SYSTEM, 2, 0x40},
        {REPORT_IMBALANCE, 3, 0x01},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int alarm = 0; alarm < 2; alarm++) {
            uint8_t at = (uint8_t)(cases[i].byte + 4 * alarm);
            struct can_frame frame = {.id = 0x35A, .length = 8};
            struct battery_report report = {0};
            frame.data[at] = cases[i].active;
            assert_int_equal(can_dialect_decode(&can_dialects[CAN_VICTRON], &frame, &report),
                             CAN_TAKEN);
            assert_int_equal(alarm ? report.alarms : report.protections, cases[i].reason);
            struct can_frame frames[CAN_SET_MAX];
            assert_true(can_dialect_encode(&can_dialects[CAN_VICTRON], &report, frames) > 0);
            assert_int_equal(frames[0].id, 0x35A);
            for (uint8_t k = 0; k < 8; k++) {
                uint8_t healthy = k % 4 == 3 ? 0x02 : 0xAA;
                uint8_t want =
                    k == at ? (uint8_t)((healthy & ~(3U * cases[i].active)) | cases[i].active)
                            : healthy;
                assert_int_equal(frames[0].data[k], want);
            }
        }
    }
}

static void an_alarm_of_sma_stays_until_it_is_cleared(void **state)
{
    (void)state;
    static const struct {
        const char *frame;
        bool sma, victron;
    } steps[] = {{"35A#0400000000000000", true, true},
                 {"35A#0000000000000000", true, false},
                 {"35A#0C00000000000000", true, false},
                 {"35A#0800000000000000", false, false}};
    struct battery_report sma = {0};
    struct battery_report victron = {0};
    for (size_t i = 0; i < 4; i++) {
        struct can_frame frame = frame_of(steps[i].frame);
        (void)can_dialect_decode(&can_dialects[CAN_SMA], &frame, &sma);
        (void)can_dialect_decode(&can_dialects[CAN_VICTRON], &frame, &victron);
        assert_int_equal(sma.protections != 0, steps[i].sma);
        assert_int_equal(victron.protections != 0, steps[i].victron);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_heard_is_sent_as_what_harms_nobody),
        cmocka_unit_test(sma_is_never_sent_more_than_was_told),
        cmocka_unit_test(no_charge_voltage_of_zero_is_ever_sent),
        cmocka_unit_test(what_was_not_heard_is_not_said),
        cmocka_unit_test(growatt_is_told_of_packs_in_parallel),
        cmocka_unit_test(places_are_written_as_each_dialect_counts_them),
        cmocka_unit_test(every_reason_is_said_in_every_dialect),
        cmocka_unit_test(every_flag_has_its_own_bit_and_comes_back),
        cmocka_unit_test(pairs_are_where_venus_reads_them),
        cmocka_unit_test(an_alarm_of_sma_stays_until_it_is_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
