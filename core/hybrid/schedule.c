/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hybrid/schedule.h"

enum { WEEK_DAYS = 7 };

static bool on_day(const struct schedule_rule *rule, int day)
{
    return (rule->days >> day & 1) != 0;
}

static bool covers(const struct schedule_rule *rule, struct week_minute at)
{
    int before = (at.day + WEEK_DAYS - 1) % WEEK_DAYS;
    if (rule->from_min == rule->to_min) {
        return on_day(rule, at.day);
    }
    if (rule->from_min < rule->to_min) {
        return on_day(rule, at.day) && at.minute >= rule->from_min && at.minute < rule->to_min;
    }
    return (on_day(rule, at.day) && at.minute >= rule->from_min) ||
           (on_day(rule, before) && at.minute < rule->to_min);
}

const struct slot_want *schedule_at(const struct schedule *schedule, struct week_minute at)
{
    for (int i = schedule->n - 1; i >= 0; i--) {
        if (covers(&schedule->rules[i], at)) {
            return &schedule->rules[i].want;
        }
    }
    return &schedule->otherwise;
}

static bool same_want(const struct slot_want *a, const struct slot_want *b)
{
    return a->power_w == b->power_w && a->level == b->level && a->grid_charge == b->grid_charge &&
           a->gen_charge == b->gen_charge;
}

static struct week_minute later(struct week_minute at, int32_t minutes)
{
    int32_t minute = at.minute + minutes;
    return (struct week_minute){(at.day + minute / DAY_MIN) % WEEK_DAYS, minute % DAY_MIN};
}

void schedule_compile(const struct schedule *schedule, struct week_minute at, int32_t step_min,
                      struct slot_program *out)
{
    struct week_minute begin = {at.day, at.minute - at.minute % step_min};
    int n = 1;
    out->start_min[0] = begin.minute;
    out->want[0] = *schedule_at(schedule, begin);
    out->valid_min = DAY_MIN;
    for (int32_t passed = step_min; passed < DAY_MIN; passed += step_min) {
        struct week_minute now = later(begin, passed);
        const struct slot_want *want = schedule_at(schedule, now);
        if (same_want(want, &out->want[n - 1])) {
            continue;
        }
        if (n == SLOTS) {
            out->valid_min = passed;
            break;
        }
        out->start_min[n] = now.minute;
        out->want[n++] = *want;
    }
    out->valid_min -= at.minute - begin.minute;
    for (int i = n; i < SLOTS; i++) { /* no time: they begin where the first does */
        out->start_min[i] = begin.minute;
        out->want[i] = out->want[0];
    }
}

int32_t schedule_differs(const struct schedule *schedule, struct week_minute at,
                         const struct slot_program *program)
{
    for (int32_t passed = 0; passed < program->valid_min; passed++) {
        struct week_minute now = later(at, passed);
        const struct slot_want *slot = &program->want[slot_at(program->start_min, now.minute)];
        if (!same_want(slot, schedule_at(schedule, now))) {
            return passed;
        }
    }
    return -1;
}

int program_changes(const struct slot_program *was, const struct slot_program *now)
{
    int n = 0;
    for (int i = 0; i < SLOTS; i++) {
        n += was->start_min[i] != now->start_min[i] || !same_want(&was->want[i], &now->want[i]);
    }
    return n;
}
