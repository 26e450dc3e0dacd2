/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CAN dialects: whatever frames come, the report stays one that can be sent on, a broken frame
 * changes nothing but a limit to 0, and what is sent is read back unchanged. Input: the dialect,
 * then eleven bytes for each frame (id low, id high with bit 7 "extended" and bit 6 "remote",
 * length, eight of data).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/proto/can_ends.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

static void check_report(const struct battery_report *report)
{
    require(report->soc_pct <= 100 && report->soh_pct <= 100 && report->soc_pct100 <= 10000);
    require(report->charge_limit_ma >= 0 && report->charge_limit_ma <= UINT16_MAX * 100);
    require(report->discharge_limit_ma >= 0 && report->discharge_limit_ma <= UINT16_MAX * 100);
    require((report->heard & HEARD_LIMITS) == 0 || report->charge_mv > 0);
    for (int i = 0; i < LABEL_COUNT; i++) {
        const char *text = report_text_of(report, (enum report_text)i);
        require(memchr(text, 0, report_texts[i].size) != NULL);
    }
}

static void check_sent(const struct can_dialect *dialect, const struct battery_report *report)
{
    struct can_frame frames[CAN_SET_MAX];
    struct battery_report once = *report;
    struct battery_report wire;
    can_dialect_quantize(dialect, &once);
    memset(&wire, 0, sizeof wire);
    int n = can_dialect_encode(dialect, report, frames);
    for (int i = 0; i < n; i++) {
        require(can_dialect_decode(dialect, &frames[i], &wire) == CAN_TAKEN);
    }
    require(memcmp(&wire, &once, sizeof wire) == 0);
    check_report(&wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    const struct can_dialect *dialect = &can_dialects[data[0] % CAN_DIALECT_COUNT];
    struct can_listener listener;
    struct can_sender sender;
    can_listener_init(&listener, dialect, 0);
    can_sender_init(&sender, dialect, 0);
    uint32_t now_ms = 0;
    for (size_t at = 1; at + 11 <= size; at += 11) {
        struct battery_report before = listener.report;
        struct can_frame frame = {.id = data[at] | (data[at + 1] & 0x07U) << 8,
                                  .extended = (data[at + 1] & 0x80) != 0,
                                  .remote = (data[at + 1] & 0x40) != 0,
                                  .length = data[at + 2]};
        memcpy(frame.data, data + at + 3, 8);
        now_ms += 37;
        bool inverters = can_sender_hear(&sender, &frame, now_ms);
        enum can_verdict verdict = can_listener_hear(&listener, &frame, now_ms);
        require(!inverters || verdict == CAN_UNKNOWN);
        if (verdict != CAN_TAKEN) { /* a current of 0 stops, even in a broken frame (W-32) */
            const struct battery_report *now = &listener.report;
            before.charge_limit_ma = now->charge_limit_ma == 0 ? 0 : before.charge_limit_ma;
            before.discharge_limit_ma =
                now->discharge_limit_ma == 0 ? 0 : before.discharge_limit_ma;
            require(memcmp(&before, now, sizeof before) == 0);
        }
        check_report(&listener.report);
        (void)can_sender_poll(&sender, now_ms, &listener.report, &frame);
        (void)can_listener_poll(&listener, now_ms, &frame);
    }
    check_sent(dialect, &listener.report);
    return 0;
}
