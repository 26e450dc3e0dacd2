/* SPDX-License-Identifier: Apache-2.0 */
/* All CAN dialects: captured frames, then what must hold for whatever comes. */
#include "core_test.h"

#include "can_vectors.h"
#include "core/proto/can_ends.h"
#include "core/proto/can_rounding.h"

#define EACH(dialect)                                      \
    for (const struct can_dialect *dialect = can_dialects; \
         dialect < can_dialects + CAN_DIALECT_COUNT; dialect++)

static struct can_frame frame_of(const char *text)
{
    struct can_frame frame = {0};
    unsigned id;
    int used;
    assert_int_equal(sscanf(text, "%3x#%n", &id, &used), 1);
    frame.id = id;
    for (text += used; *text != '\0'; text += 2) {
        unsigned byte;
        assert_int_equal(sscanf(text, "%2x", &byte), 1);
        frame.data[frame.length++] = (uint8_t)byte;
    }
    return frame;
}

static struct battery_report heard_from(const struct vector *vector)
{
    struct can_listener listener;
    can_listener_init(&listener, &can_dialects[vector->dialect], 0);
    for (int k = 0; k < 24 && vector->frames[k] != NULL; k++) {
        struct can_frame frame = frame_of(vector->frames[k]);
        if (can_listener_hear(&listener, &frame, 0) != CAN_TAKEN) {
            fail_msg("%s: %s is not taken", vector->source, vector->frames[k]);
        }
    }
    return listener.report;
}

static void captured_frames_say_what_their_publishers_read(void **state)
{
    (void)state;
    for (int i = 0; i < n_vectors; i++) {
        struct battery_report report = heard_from(&vectors[i]);
        for (int k = 0; k < 36; k++) {
            const struct vector_value *want = &vectors[i].values[k];
            int32_t got = report_get(&report, want->field);
            bool end = want->field == 0 && want->value == 0; /* no capture has a CVL of 0 */
            if (!end && got != want->value) {
                fail_msg("%s: field %d is %d, not %d", vectors[i].source, (int)want->field, got,
                         want->value);
            }
        }
        assert_string_equal(report.name, vectors[i].name);
        assert_int_equal(report.heard & vectors[i].absent, 0);
    }
}

static void a_report_of_captured_values_gives_the_captured_bytes(void **state)
{
    (void)state;
    for (int i = 0; i < n_vectors; i++) {
        struct can_frame frames[CAN_SET_MAX];
        struct battery_report report = heard_from(&vectors[i]);
        int n = can_dialect_encode(&can_dialects[vectors[i].dialect], &report, frames);
        for (int k = 0; k < 24 && vectors[i].frames[k] != NULL; k++) {
            struct can_frame want = frame_of(vectors[i].frames[k]);
            const char *next = vectors[i].frames[k + 1];
            bool again = next == NULL || frame_of(next).id != want.id; /* the last of its id */
            bool listed = false;
            bool same = false;
            for (int j = 0; j < 12; j++) {
                listed |= vectors[i].again[j] == want.id;
            }
            for (int j = 0; j < n; j++) {
                same |=
                    frames[j].id == want.id && memcmp(frames[j].data, want.data, want.length) == 0;
            }
            if (listed && again && !same) {
                fail_msg("%s: %s is not given", vectors[i].source, vectors[i].frames[k]);
            }
        }
    }
}

static struct battery_report random_report(uint32_t *seed)
{
    struct battery_report r;
    memset(&r, 0, sizeof r);
    for (enum report_field field = 0; field < FIELD_FLOW; field++) {
        static const struct {
            int32_t low, high;
        } ranges[] = {{0, 1},       {0, 1},      {0, 255}, {0, 65535}, {INT16_MIN, INT16_MAX},
                      {0, 1 << 28}, {0, 1 << 28}};
        int store = report_fields[field].store;
        report_set(&r, field, dice_range(seed, ranges[store].low, ranges[store].high));
    }
    r.charge_mv = dice_range(seed, 0, 100000);
    r.soc_pct = (uint8_t)dice_range(seed, 0, 100);
    r.soh_pct = (uint8_t)dice_range(seed, 0, 100);
    r.soc_pct100 = (uint16_t)dice_range(seed, 0, 10000);
    r.current_ma = (int32_t)dice(seed) / (1 << dice_range(seed, 0, 24));
    r.voltage_mv = dice_range(seed, -400000, 400000);
    r.protections = dice(seed) & dice(seed) & (REPORT_COMMUNICATION * 2 - 1);
    r.alarms = dice(seed) & dice(seed) & (REPORT_COMMUNICATION * 2 - 1);
    r.heard = dice(seed) | dice(seed);
    r.charged_wh = dice(seed);
    for (enum report_text text = 0; text < LABEL_COUNT; text++) {
        char *to = report_text(&r, text);
        int length = dice_range(seed, 0, report_texts[text].size - 1);
        for (int i = 0; i < length; i++) {
            to[i] = (char)dice_range(seed, '!', '~');
        }
    }
    return r;
}

static void assert_in_bounds(const struct battery_report *r)
{
    assert_true(r->soc_pct <= 100 && r->soh_pct <= 100 && r->soc_pct100 <= 10000);
    assert_in_range(r->charge_limit_ma, 0, UINT16_MAX * 100);
    assert_in_range(r->discharge_limit_ma, 0, UINT16_MAX * 100);
    assert_true((r->heard & HEARD_LIMITS) == 0 || r->charge_mv > 0);
    for (enum report_text text = 0; text < LABEL_COUNT; text++) {
        assert_non_null(memchr(report_text_of(r, text), 0, report_texts[text].size));
    }
}

static void assert_same(const struct can_dialect *dialect, const struct battery_report *a,
                        const struct battery_report *b)
{
    for (enum report_field field = 0; field < FIELD_FLOW; field++) {
        int32_t x = report_get(a, field);
        int32_t y = report_get(b, field);
        uint32_t part = report_fields[field].heard;
        if (x != y && (part == 0 || (a->heard & part) != 0)) {
            fail_msg("%s: field %d is %d, then %d", dialect->name, (int)field, x, y);
        }
    }
    assert_memory_equal(a->name, b->name, sizeof a->name);
    assert_memory_equal(a->model, b->model, sizeof a->model);
    assert_memory_equal(a->serial, b->serial, sizeof a->serial);
    assert_int_equal(a->protections, b->protections);
    assert_int_equal(a->alarms, b->alarms);
    assert_int_equal(a->heard, b->heard);
}

/* Every field of every message that was sent has come back, within one count of what was meant. */
static void assert_carried(const struct can_dialect *dialect, const struct battery_report *sent,
                           const struct battery_report *got)
{
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        struct can_frame frame;
        if (slot->length == 0 || slot->message->from_inverter ||
            !can_slot_encode(dialect, slot, sent, &frame)) {
            continue;
        }
        for (int i = 0; i < slot->message->n_signals; i++) {
            const struct can_signal *s = &slot->message->signals[i];
            if (s->field >= FIELD_FLOW || (s->rule & (RULE_SHOWN | RULE_COARSE)) != 0 ||
                (report_fields[s->field].heard & sent->heard) == 0) {
                continue;
            }
            int32_t want = can_signal_counts_of(s, report_get(sent, s->field));
            int32_t low;
            int32_t high;
            can_signal_range(s, &low, &high);
            if (want < low || want > high) {
                continue; /* a limit no listener takes is told all the same, and passed over */
            }
            int32_t have = can_signal_counts_of(s, report_get(got, s->field));
            if (want != have) {
                fail_msg("%s %s: %d, not %d", dialect->name, s->name, have, want);
            }
        }
    }
}

static void what_is_sent_is_heard_in_every_dialect(void **state)
{
    (void)state;
    uint32_t seed = 11;
    EACH(dialect)
    {
        for (int i = 0; i < 20000; i++) {
            struct battery_report sent = random_report(&seed);
            struct battery_report got = sent;
            can_dialect_quantize(dialect, &got);
            assert_carried(dialect, &sent, &got);
            assert_in_bounds(&got);
            if ((got.heard & HEARD_LIMITS) != 0) { /* never more than was meant */
                assert_true(got.charge_limit_ma <= sent.charge_limit_ma);
                assert_true(got.discharge_limit_ma <= sent.discharge_limit_ma);
                assert_true(got.charge_mv <= sent.charge_mv);
            }
        }
    }
}

static void quantizing_twice_is_quantizing_once(void **state)
{
    (void)state;
    uint32_t seed = 12;
    EACH(dialect)
    {
        for (int i = 0; i < 10000; i++) {
            struct battery_report said = random_report(&seed);
            struct battery_report once = said;
            can_dialect_quantize(dialect, &once);
            const uint32_t limits = HEARD_LIMITS | HEARD_DISCHARGE_VOLTAGE;
            if (dialect == &can_dialects[CAN_SMA] && (said.heard & ~once.heard & limits) != 0) {
                continue; /* SMA passes over a limit out of its range */
            }
            struct battery_report twice = once;
            can_dialect_quantize(dialect, &twice);
            assert_same(dialect, &once, &twice);
        }
    }
}

static void handing_over_and_frames_give_the_same(void **state)
{
    (void)state;
    uint32_t seed = 13;
    EACH(dialect)
    {
        for (int i = 0; i < 20000; i++) {
            struct can_frame frames[CAN_SET_MAX];
            struct battery_report said = random_report(&seed);
            struct battery_report by_hand = random_report(&seed);
            struct battery_report by_wire = by_hand;
            int n = can_dialect_encode(dialect, &said, frames);
            for (int k = 0; k < n; k++) {
                assert_int_equal(can_dialect_decode(dialect, &frames[k], &by_wire), CAN_TAKEN);
            }
            can_dialect_pass(dialect, &said, &by_hand);
            assert_memory_equal(&by_hand, &by_wire, sizeof by_hand);
        }
    }
}

/* Second after second: the values wander, now and then something else changes. */
static void rounding_the_short_way_and_the_long_give_the_same(void **state)
{
    (void)state;
    uint32_t seed = 14;
    EACH(dialect)
    {
        struct can_rounding rounding;
        struct battery_report base = random_report(&seed);
        can_rounding_init(&rounding, dialect);
        for (int i = 0; i < 20000; i++) {
            struct battery_report next = random_report(&seed);
            if (i % 50 == 0) {
                base = next;
                base.protections = base.alarms = 0;
            }
            base.alarms = i % 50 == 20 ? next.alarms : 0;
            for (enum report_field field = 0; field < FIELD_FLOW; field++) {
                if (dice(&seed) % 3 == 0) {
                    report_set(&base, field, report_get(&next, field));
                }
            }
            struct battery_report want = base;
            can_dialect_pass(dialect, &want, &want);
            struct battery_report got = base;
            can_rounding_apply(&rounding, &got);
            if (memcmp(&got, &want, sizeof got) != 0) {
                assert_same(dialect, &want, &got);
                fail_msg("%s %d", dialect->name, i);
            }
        }
    }
}

static struct battery_report full_report(void)
{
    uint32_t seed = 5;
    struct battery_report report = random_report(&seed);
    report.heard = UINT32_MAX;
    report.charge_mv = 56000;
    report.discharge_mv = 45000;
    return report;
}

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
        {CAN_PYLON, "359#010203", CAN_BROKEN, HEARD_FLAGS},
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
        {CAN_LUXPOWER, "356#4C160000340100", CAN_BROKEN, HEARD_MEASURED},
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
        cmocka_unit_test(captured_frames_say_what_their_publishers_read),
        cmocka_unit_test(a_report_of_captured_values_gives_the_captured_bytes),
        cmocka_unit_test(what_is_sent_is_heard_in_every_dialect),
        cmocka_unit_test(quantizing_twice_is_quantizing_once),
        cmocka_unit_test(handing_over_and_frames_give_the_same),
        cmocka_unit_test(rounding_the_short_way_and_the_long_give_the_same),
        cmocka_unit_test(a_truncated_frame_is_broken_or_says_only_what_it_holds),
        cmocka_unit_test(every_flipped_bit_is_broken_or_harmless),
        cmocka_unit_test(frames_of_another_kind_change_nothing),
        cmocka_unit_test(values_out_of_range_are_broken_or_passed_over_as_documented),
        cmocka_unit_test(sma_takes_invalid_as_its_default_and_keeps_what_was_out_of_range),
        cmocka_unit_test(sma_is_never_sent_more_than_was_told),
        cmocka_unit_test(either_sign_of_a_limit_is_a_limit),
        cmocka_unit_test(no_charge_voltage_of_zero_is_ever_sent),
        cmocka_unit_test(what_was_not_heard_is_not_said),
        cmocka_unit_test(every_reason_is_said_in_every_dialect),
        cmocka_unit_test(every_flag_has_its_own_bit_and_comes_back),
        cmocka_unit_test(pairs_are_where_venus_reads_them),
        cmocka_unit_test(an_alarm_of_sma_stays_until_it_is_cleared),
        cmocka_unit_test(no_two_rows_of_a_message_overlap_and_all_are_within_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
