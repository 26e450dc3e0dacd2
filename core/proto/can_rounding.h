/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_CAN_ROUNDING_H
#define HEARTH_CORE_PROTO_CAN_ROUNDING_H

/*
 * can_dialect_pass(dialect, report, report) for a simulation that does it every second: it keeps
 * what the last one needed rounding for and only does that again. What changes seldom (what is
 * heard, texts, a reason) takes the long way.
 */

#include "core/proto/can_dialect.h"

enum { ROUNDING_OPS = 24 };

struct can_rounding {
    const struct can_dialect *dialect;
    /* private */
    bool planned;
    uint8_t n_ops;
    uint32_t heard, heard_after; /* that the plan is for, and leaves */
    char texts[REPORT_TEXTS];
    struct can_rounding_op {
        const struct can_signal *signal;
        enum { ROUND_ANY, ROUND_I32, ROUND_U8 } kind;
        uint16_t offset;
        int32_t low, high; /* counts */
        int32_t last, last_rounded;
    } op[ROUNDING_OPS];
};

void can_rounding_init(struct can_rounding *rounding, const struct can_dialect *dialect);
void can_rounding_apply(struct can_rounding *rounding, struct battery_report *report);

#endif
