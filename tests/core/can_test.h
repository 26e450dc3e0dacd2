/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_CORE_CAN_TEST_H
#define HEARTH_TESTS_CORE_CAN_TEST_H

/* What the tests of CAN dialects share. */

#include "core_test.h"

#include "core/proto/can_dialect.h"

#define EACH(dialect)                                      \
    for (const struct can_dialect *dialect = can_dialects; \
         dialect < can_dialects + CAN_DIALECT_COUNT; dialect++)

static inline struct can_frame frame_of(const char *text)
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

static inline struct battery_report random_report(uint32_t *seed)
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

static inline struct battery_report full_report(void)
{
    uint32_t seed = 5;
    struct battery_report report = random_report(&seed);
    report.heard = UINT32_MAX;
    report.charge_mv = 56000;
    report.discharge_mv = 45000;
    return report;
}

static inline void assert_in_bounds(const struct battery_report *r)
{
    assert_true(r->soc_pct <= 100 && r->soh_pct <= 100 && r->soc_pct100 <= 10000);
    assert_in_range(r->charge_limit_ma, 0, UINT16_MAX * 100);
    assert_in_range(r->discharge_limit_ma, 0, UINT16_MAX * 100);
    assert_true((r->heard & HEARD_LIMITS) == 0 || r->charge_mv > 0);
    for (enum report_text text = 0; text < LABEL_COUNT; text++) {
        assert_non_null(memchr(report_text_of(r, text), 0, report_texts[text].size));
    }
}

#endif
