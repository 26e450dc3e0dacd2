/* SPDX-License-Identifier: Apache-2.0 */
/* All CAN dialects: captured frames, and that what is sent is what is heard. */
#include "can_test.h"

#include "can_vectors.h"
#include "core/proto/can_ends.h"
#include "core/proto/can_rounding.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captured_frames_say_what_their_publishers_read),
        cmocka_unit_test(a_report_of_captured_values_gives_the_captured_bytes),
        cmocka_unit_test(what_is_sent_is_heard_in_every_dialect),
        cmocka_unit_test(quantizing_twice_is_quantizing_once),
        cmocka_unit_test(handing_over_and_frames_give_the_same),
        cmocka_unit_test(rounding_the_short_way_and_the_long_give_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
