/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pylon CAN: whatever frames come, the report stays one that can be sent on, and what is sent is
 * read back unchanged. Input: eleven bytes per frame (id low, id high with bit 7 as "extended",
 * length, eight data bytes).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/proto/pylon_can.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int claim)
{
    if (!claim) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct battery_report report;
    memset(&report, 0, sizeof report);
    for (size_t at = 0; at + 11 <= size; at += 11) {
        struct battery_report before = report;
        struct can_frame frame = {.id = data[at] | (data[at + 1] & 0x07U) << 8,
                                  .extended = (data[at + 1] & 0x80) != 0,
                                  .length = data[at + 2]};
        memcpy(frame.data, data + at + 3, 8);
        if (!pylon_can_decode(&frame, &report)) {
            require(memcmp(&before, &report, sizeof report) == 0);
        }
        require(report.soc_pct <= 100 && report.charge_limit_ma >= 0);
        require(report.discharge_limit_ma >= 0 &&
                memchr(report.name, 0, sizeof report.name) != NULL);
    }
    struct can_frame frames[PYLON_CAN_FRAMES];
    struct battery_report back;
    memset(&back, 0, sizeof back);
    pylon_can_quantize(&report);
    int n = pylon_can_encode(&report, frames);
    for (int i = 0; i < n; i++) {
        require(pylon_can_decode(&frames[i], &back));
    }
    require(back.soc_pct == report.soc_pct && back.voltage_mv == report.voltage_mv);
    require(back.protections == report.protections && back.alarms == report.alarms);
    if (report.charge_mv > 0) {
        require(back.charge_mv == report.charge_mv);
        require(back.charge_limit_ma == report.charge_limit_ma);
    }
    return 0;
}
