/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_HYBRID_SCHEDULE_H
#define HEARTH_CORE_HYBRID_SCHEDULE_H

/*
 * A schedule of any number of rules, by weekday and time, made into the six slots of the device,
 * and the check that both mean the same. Slots know no weekday: a program is right from the minute
 * it was made for until `valid_min` later, then the next is due. Times are those of the wall clock,
 * as the device's slots are: on the day the clock is put forward an hour of the schedule does not
 * happen, on the day it is put back one happens twice, on both sides alike.
 */

#include "core/hybrid/energy.h"

/* What holds for a while: as a slot of the device says it. */
struct slot_want {
    int32_t power_w, level; /* level: thousandths of % or V, by the battery mode */
    bool grid_charge, gen_charge;
};

/* From a time to another on some days (bit 0: Monday); `to` before `from`: over midnight into the
   next day; both equal: the whole day. 0..1440. */
struct schedule_rule {
    uint8_t days;
    int16_t from_min, to_min;
    struct slot_want want;
};

/* Of rules that overlap the last one counts. */
struct schedule {
    const struct schedule_rule *rules;
    int n;
    struct slot_want otherwise;
};

struct slot_program {
    int32_t start_min[SLOTS];
    struct slot_want want[SLOTS];
    int32_t valid_min; /* 1..1440 */
};

/* A minute of a week: day (0: Monday) and minute of the day. */
struct week_minute {
    int day;
    int32_t minute;
};

const struct slot_want *schedule_at(const struct schedule *schedule, struct week_minute at);

/* Six slots for the time from `at` on; starts lie on steps of `step_min`. */
void schedule_compile(const struct schedule *schedule, struct week_minute at, int32_t step_min,
                      struct slot_program *out);

/* Minutes from `at` until the program first means something else than the schedule; -1: never in
   its time. */
int32_t schedule_differs(const struct schedule *schedule, struct week_minute at,
                         const struct slot_program *program);

/* Slots that differ: what a device would have to store anew. */
int program_changes(const struct slot_program *was, const struct slot_program *now);

#endif
