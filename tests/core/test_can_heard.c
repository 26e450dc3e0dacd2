/* SPDX-License-Identifier: Apache-2.0 */
/* All CAN dialects: what must hold for whatever frame comes. */
#include "can_test.h"

static void a_truncated_frame_is_broken_or_says_only_what_it_holds(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct can_frame frames[CAN_SET_MAX];
        struct battery_report report = full_report();
        int n = can_dialect_encode(dialect, &report, frames);
        for (int k = 0; k < n; k++) {
            const struct can_message *message = can_dialect_slot(dialect, &frames[k])->message;
            for (uint8_t length = 0; length <= frames[k].length; length++) {
                struct can_frame cut = frames[k];
                struct battery_report got;
                cut.length = length;
                memset(cut.data + length, 0xFF, 8U - length); /* must not be looked at */
                memset(&got, 0, sizeof got);
                struct battery_report before = got;
                enum can_verdict verdict = can_dialect_decode(dialect, &cut, &got);
                assert_int_equal(verdict, length < message->least ? CAN_BROKEN : CAN_TAKEN);
                if (verdict == CAN_BROKEN) {
                    assert_memory_equal(&got, &before, sizeof got);
                }
                for (int i = 0; i < message->n_signals; i++) {
                    const struct can_signal *s = &message->signals[i];
                    bool beyond = s->byte + can_type_bytes(s->type) > length;
                    if (beyond && s->field < FIELD_FLOW && s->field != FIELD_TEMP &&
                        report_fields[s->field].get == NULL) {
                        assert_int_equal(report_get(&got, s->field), 0);
                    }
                }
            }
        }
    }
}

/* Facts, section 0: "accept any DLC >= the last byte of the field used; treat absent fields as
   absent, not zero". */
static void any_length_that_reaches_the_first_field_is_taken_and_the_rest_is_unknown(void **state)
{
    (void)state;
    static const struct {
        enum can_dialect_id dialect;
        const char *frame;
        enum can_verdict verdict;
        uint32_t heard, unheard;
        enum report_field field;
        int32_t value;
    } cases[] = {
        {CAN_PYLON, "351#30", CAN_BROKEN, 0, HEARD_LIMITS, FIELD_CHARGE_V, 0},
        {CAN_PYLON, "351#3002", CAN_TAKEN, 0, HEARD_LIMITS, FIELD_CHARGE_V, 56000},
        {CAN_PYLON, "351#3002E803", CAN_TAKEN, 0, HEARD_LIMITS, FIELD_CHARGE_LIMIT, 100000},
        {CAN_SMA, "351#3002E803", CAN_TAKEN, 0, HEARD_LIMITS, FIELD_CHARGE_LIMIT, 100000},
        {CAN_GROWATT, "311#023003E8", CAN_TAKEN, 0, HEARD_LIMITS, FIELD_CHARGE_LIMIT, 100000},
        {CAN_PYLON, "351#3002E803D007", CAN_TAKEN, HEARD_LIMITS, HEARD_DISCHARGE_VOLTAGE,
         FIELD_DISCHARGE_LIMIT, 200000},
        {CAN_PYLON, "355#37", CAN_BROKEN, 0, HEARD_SOC, FIELD_SOC, 0},
        {CAN_PYLON, "355#3700", CAN_TAKEN, HEARD_SOC, HEARD_SOH, FIELD_SOC, 55},
        {CAN_LUXPOWER, "355#37006300800C", CAN_TAKEN, HEARD_SOC | HEARD_SOH, HEARD_CELLS,
         FIELD_CELL_MAX, 3200},
        {CAN_SMA, "355#3700", CAN_TAKEN, HEARD_SOC, HEARD_SOH, FIELD_SOC, 55},
        {CAN_VICTRON, "356#50140A00", CAN_TAKEN, HEARD_MEASURED, HEARD_TEMPERATURE, FIELD_VOLTAGE,
         52000},
        {CAN_LUXPOWER, "356#50140A00", CAN_TAKEN, HEARD_MEASURED, HEARD_TEMPERATURES, FIELD_VOLTAGE,
         52000},
        {CAN_LUXPOWER, "356#4C160000340100", CAN_TAKEN, HEARD_MEASURED, HEARD_TEMPERATURES,
         FIELD_CURRENT, 0},
        {CAN_DEYE_PCS, "356#5014", CAN_TAKEN, 0, HEARD_MEASURED, FIELD_VOLTAGE, 52000},
        {CAN_GROWATT, "313#14500000", CAN_TAKEN, HEARD_MEASURED, HEARD_SOC | HEARD_TEMPERATURE,
         FIELD_VOLTAGE, 52000},
        {CAN_PYLON, "359#02", CAN_TAKEN, 0, HEARD_FLAGS, FIELD_TROUBLE, 1},
        {CAN_PYLON, "359#010203", CAN_TAKEN, HEARD_FLAGS, 0, FIELD_TROUBLE, 1},
        {CAN_SMA, "35A#040000", CAN_TAKEN, 0, HEARD_FLAGS, FIELD_TROUBLE, 1},
        {CAN_SMA, "35A#04000000", CAN_TAKEN, HEARD_FLAGS, 0, FIELD_TROUBLE, 1},
        {CAN_GOODWE, "370#C8009600", CAN_TAKEN, HEARD_TEMPERATURES, HEARD_CELLS, FIELD_TEMP_MAX,
         200},
        {CAN_VICTRON, "373#E40CF80C1B01", CAN_TAKEN, HEARD_CELLS, HEARD_TEMPERATURES,
         FIELD_CELL_MIN, 3300},
        {CAN_VICTRON, "378#0A000000", CAN_TAKEN, 0, HEARD_ENERGY, FIELD_CHARGED, 10},
        {CAN_VICTRON, "35F#4C690117", CAN_TAKEN, HEARD_VERSION, HEARD_HARDWARE, FIELD_MINOR, 0x17},
        {CAN_DEYE_PCS, "361#F80CE40C", CAN_TAKEN, HEARD_CELLS, HEARD_TEMPERATURES, FIELD_CELL_MAX,
         3320},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct battery_report report = {0};
        struct can_frame frame = frame_of(cases[i].frame);
        const struct can_dialect *dialect = &can_dialects[cases[i].dialect];
        if (can_dialect_decode(dialect, &frame, &report) != cases[i].verdict ||
            (report.heard & cases[i].heard) != cases[i].heard ||
            (report.heard & cases[i].unheard) != 0 ||
            report_get(&report, cases[i].field) != cases[i].value) {
            fail_msg("%s %s: heard %x, value %d", dialect->name, cases[i].frame, report.heard,
                     report_get(&report, cases[i].field));
        }
    }
}

static void no_message_wants_more_than_its_first_field(void **state)
{
    (void)state;
    EACH(dialect)
    {
        for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
            const struct can_message *message = slot->message;
            unsigned first = 8;
            for (int i = 0; i < message->n_signals; i++) {
                const struct can_signal *s = &message->signals[i];
                unsigned end = s->byte + can_type_bytes(s->type);
                first = end < first ? end : first;
            }
            first = message->n_flags > 0 || message->pairs != NULL ? 1 : first;
            bool discovers = message->id == 0x372 || message->id == 0x373;
            if (!discovers && message->least > first) {
                fail_msg("%s %s wants %d bytes, not %u", dialect->name, message->name,
                         message->least, first);
            }
        }
    }
}

static void every_flipped_bit_is_broken_or_harmless(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct can_frame frames[CAN_SET_MAX];
        struct battery_report report = full_report();
        int n = can_dialect_encode(dialect, &report, frames);
        for (int bit = 0; bit < n * 64; bit++) {
            struct can_frame frame = frames[bit / 64];
            struct battery_report got;
            struct battery_report before;
            frame.data[bit % 64 / 8] ^= (uint8_t)(1U << bit % 8);
            memset(&got, 0, sizeof got);
            before = got;
            if (can_dialect_decode(dialect, &frame, &got) != CAN_TAKEN) {
                assert_memory_equal(&got, &before, sizeof got);
            }
            assert_in_bounds(&got);
        }
    }
}

static void frames_of_another_kind_change_nothing(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct battery_report report;
        memset(&report, 0x55, sizeof report);
        struct battery_report before = report;
        for (uint32_t id = 0; id < 0x800; id++) {
            struct can_frame frame = {.id = id, .length = 8, .data = {1, 2, 1, 1, 1, 1}};
            const struct can_slot *slot = can_dialect_slot(dialect, &frame);
            struct can_frame wide = frame;
            struct can_frame remote = frame;
            struct can_frame long_one = frame;
            wide.extended = true;
            remote.remote = true;
            long_one.length = 9;
            assert_int_equal(can_dialect_decode(dialect, &wide, &report), CAN_UNKNOWN);
            assert_int_equal(can_dialect_decode(dialect, &remote, &report), CAN_UNKNOWN);
            assert_int_not_equal(can_dialect_decode(dialect, &long_one, &report), CAN_TAKEN);
            if (slot == NULL || slot->message->from_inverter) {
                assert_int_equal(can_dialect_decode(dialect, &frame, &report), CAN_UNKNOWN);
            }
        }
        assert_memory_equal(&report, &before, sizeof report);
    }
}

static void values_out_of_range_are_broken_or_passed_over_as_documented(void **state)
{
    (void)state;
    static const struct {
        enum can_dialect_id dialect;
        const char *frame;
        enum can_verdict verdict;
        uint32_t not_heard;
    } cases[] = {
        {CAN_PYLON, "355#6500640000000000", CAN_BROKEN, HEARD_SOC}, /* 101 % */
        {CAN_PYLON, "355#6400650000000000", CAN_BROKEN, HEARD_SOC},
        {CAN_PYLON, "351#0000000000000000", CAN_BROKEN, HEARD_LIMITS}, /* 0 V */
        {CAN_PYLON, "351#EF02640064000000", CAN_BROKEN, HEARD_LIMITS}, /* 75.1 V */
        {CAN_PYLON, "359#0000000000504E00", CAN_TAKEN, 0}, /* it does not know how many */
        {CAN_GROWATT, "313#164C0000013E6564", CAN_BROKEN, HEARD_SOC},
        {CAN_GROWATT, "313#164C0000013E64E4", CAN_TAKEN, 0}, /* end of life is not SOH */
        {CAN_GROWATT, "311#0000017C076C0069", CAN_BROKEN, HEARD_LIMITS},
        {CAN_SMA, "351#1F01640064009A01", CAN_TAKEN, HEARD_LIMITS}, /* 28.7 V */
        {CAN_SMA, "351#30020032640000FF", CAN_TAKEN, HEARD_LIMITS | HEARD_DISCHARGE_VOLTAGE},
        {CAN_SMA, "355#650064008813", CAN_TAKEN, HEARD_SOC},
        {CAN_VICTRON, "355#6500640000000000", CAN_BROKEN, HEARD_SOC},
        {CAN_VICTRON, "355#6400640011270000", CAN_BROKEN, HEARD_SOC}, /* 100.01 % */
        {CAN_VICTRON, "372#00000002", CAN_BROKEN, HEARD_MODULES},     /* Discover's own */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct battery_report report = {0};
        struct can_frame frame = frame_of(cases[i].frame);
        if (can_dialect_decode(&can_dialects[cases[i].dialect], &frame, &report) !=
                cases[i].verdict ||
            (report.heard & cases[i].not_heard) != 0) {
            fail_msg("%s", cases[i].frame);
        }
    }
}

static void sma_takes_invalid_as_its_default_and_keeps_what_was_out_of_range(void **state)
{
    (void)state;
    const struct can_dialect *sma = &can_dialects[CAN_SMA];
    struct battery_report report = {0};
    struct can_frame good = frame_of("351#3002E803E803B801"); /* 56.0 V, 100 A, 100 A, 44.0 V */
    struct can_frame bad = frame_of("351#1F01E903E9030002");  /* 28.7 V, 100.1 A, 51.2 V */
    struct can_frame none = frame_of("351#FFFF00800080FFFF");
    assert_int_equal(can_dialect_decode(sma, &good, &report), CAN_TAKEN);
    assert_int_equal(can_dialect_decode(sma, &bad, &report), CAN_TAKEN);
    assert_int_equal(report.charge_mv, 56000);
    assert_int_equal(report.charge_limit_ma, 100100);
    assert_int_equal(report.discharge_mv, 44000);
    assert_int_equal(can_dialect_decode(sma, &none, &report), CAN_TAKEN);
    assert_int_equal(report.charge_mv, 54000);
    assert_int_equal(report.charge_limit_ma, 0);
    assert_int_equal(report.discharge_limit_ma, 0);
    assert_int_equal(report.discharge_mv, 41000);
}

static void either_sign_of_a_limit_is_a_limit(void **state)
{
    (void)state;
    EACH(dialect)
    {
        struct battery_report report = {0};
        struct can_frame frame = frame_of("351#14020CFEF401C201"); /* CCL -50.0, DCL +50.0 */
        if (dialect->limits_id == frame.id) {
            assert_int_equal(can_dialect_decode(dialect, &frame, &report), CAN_TAKEN);
            assert_int_equal(report.charge_limit_ma, 50000);
            assert_int_equal(report.discharge_limit_ma, 50000);
        }
    }
}

static void no_two_rows_of_a_message_overlap_and_all_are_within_it(void **state)
{
    (void)state;
    EACH(dialect)
    {
        assert_true(dialect->slots[0].message != NULL);
        for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
            const struct can_message *message = slot->message;
            uint64_t used = 0;
            for (int i = 0; i < message->n_signals; i++) {
                const struct can_signal *s = &message->signals[i];
                unsigned bytes = can_type_bytes(s->type);
                uint64_t mask = s->width > 0 ? ((UINT64_C(1) << s->width) - 1) << s->shift
                                             : UINT64_MAX >> (64 - 8 * bytes);
                mask <<= 8 * s->byte;
                assert_int_equal(used & mask, 0);
                assert_true(s->byte + bytes <= 8 && s->unit > 0);
                used |= mask;
            }
            for (int i = 0; i < message->n_flags; i++) {
                uint64_t mask = UINT64_C(1) << (8 * message->flags[i].byte + message->flags[i].bit);
                assert_int_equal(used & mask, 0);
                used |= mask;
            }
            for (const struct can_slot *other = slot + 1; other->message != NULL; other++) {
                assert_int_not_equal(other->message->id, message->id);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_truncated_frame_is_broken_or_says_only_what_it_holds),
        cmocka_unit_test(any_length_that_reaches_the_first_field_is_taken_and_the_rest_is_unknown),
        cmocka_unit_test(no_message_wants_more_than_its_first_field),
        cmocka_unit_test(every_flipped_bit_is_broken_or_harmless),
        cmocka_unit_test(frames_of_another_kind_change_nothing),
        cmocka_unit_test(values_out_of_range_are_broken_or_passed_over_as_documented),
        cmocka_unit_test(sma_takes_invalid_as_its_default_and_keeps_what_was_out_of_range),
        cmocka_unit_test(either_sign_of_a_limit_is_a_limit),
        cmocka_unit_test(no_two_rows_of_a_message_overlap_and_all_are_within_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
