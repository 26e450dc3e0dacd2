/* SPDX-License-Identifier: Apache-2.0 */
/* The battery's end and the inverter's end of a CAN dialect. */
#include "core/proto/can_ends.h"

#include <string.h>

#include "core/proto/permits.h"

/* --- pace --- */

static bool is_sent(const struct can_slot *slot, bool by_inverter)
{
    return slot->length > 0 && slot->message->from_inverter == by_inverter;
}

static uint8_t next_slot(const struct can_dialect *dialect, uint8_t from, bool by_inverter)
{
    while (dialect->slots[from].message != NULL && !is_sent(&dialect->slots[from], by_inverter)) {
        from++;
    }
    return from;
}

static uint32_t gap_ms(const struct can_dialect *dialect, bool by_inverter)
{
    int32_t n = 1; /* a free place at the end: the set fits its period even when polled late */
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        n += is_sent(slot, by_inverter);
    }
    return (uint32_t)clamp_i32(dialect->period_ms / n, CAN_GAP_MIN_MS, CAN_GAP_MAX_MS);
}

static bool pace_due(struct can_pace *pace, uint32_t now_ms)
{
    if (!pace->begun) {
        *pace = (struct can_pace){.begun = true, .due_ms = now_ms, .period_ms = now_ms};
    }
    return time_reached(now_ms, pace->due_ms);
}

/* The first sendable message from where the pace is; what is withheld costs no time. */
static bool pace_frame(struct can_pace *pace, const struct can_dialect *dialect, bool by_inverter,
                       const struct battery_report *report, struct can_frame *frame)
{
    bool written = false;
    uint8_t at = next_slot(dialect, pace->next, by_inverter);
    while (!written && dialect->slots[at].message != NULL) {
        written = can_slot_encode(dialect, &dialect->slots[at], report, frame);
        at = next_slot(dialect, (uint8_t)(at + 1), by_inverter);
    }
    pace->next = at;
    return written;
}

static void pace_on(struct can_pace *pace, const struct can_dialect *dialect, bool by_inverter,
                    uint32_t now_ms)
{
    uint32_t soonest_ms = now_ms + CAN_GAP_MIN_MS;
    pace->due_ms += gap_ms(dialect, by_inverter);
    if (!time_reached(pace->due_ms, soonest_ms)) {
        pace->due_ms = soonest_ms; /* polled late */
    }
    if (dialect->slots[pace->next].message != NULL) {
        return;
    }
    pace->next = 0;
    uint32_t set_ms = pace->period_ms + dialect->period_ms;
    if (!time_reached(set_ms, pace->due_ms)) {
        set_ms = pace->due_ms; /* late: the next set begins a frame's distance from now */
    }
    pace->period_ms = pace->due_ms = set_ms;
}

static bool pace_poll(struct can_pace *pace, const struct can_dialect *dialect, bool by_inverter,
                      const struct battery_report *report, uint32_t now_ms, struct can_frame *frame)
{
    if (!pace_due(pace, now_ms)) {
        return false;
    }
    bool written = pace_frame(pace, dialect, by_inverter, report, frame);
    pace_on(pace, dialect, by_inverter, now_ms);
    return written;
}

/* --- the battery's end --- */

void can_sender_init(struct can_sender *sender, const struct can_dialect *dialect, uint32_t now_ms)
{
    *sender = (struct can_sender){.dialect = dialect, .heard_ms = now_ms};
}

/* Victron: a charge current limit of 0 would also stop what feeds the loads, so charging is
   stopped by a charge voltage that is no higher than the battery's own. */
static void stop_by_voltage(struct battery_report *said)
{
    bool known = (said->heard & HEARD_MEASURED) != 0 && said->voltage_mv > 0;
    int32_t floor_mv = (said->heard & HEARD_DISCHARGE_VOLTAGE) != 0 ? said->discharge_mv : 100;
    if (known && said->charge_mv >= 100) {
        said->charge_mv = min_i32(said->charge_mv, max_i32(said->voltage_mv, floor_mv));
    }
}

void can_sender_words(const struct can_dialect *dialect, const struct battery_report *report,
                      struct battery_report *said)
{
    *said = *report;
    bool asks = (said->heard & HEARD_REQUEST) != 0;
    if ((said->heard & HEARD_LIMITS) != 0) {
        said->heard |= HEARD_REQUEST;
        said->charge_enable |= !asks;
        said->discharge_enable |= !asks;
    }
    report_permits(said);
    if ((said->heard & HEARD_LIMITS) == 0) {
        return;
    }
    bool charge = said->charge_enable;
    if (!said->discharge_enable) {
        said->discharge_limit_ma = 0;
    }
    if (!charge && (dialect->flags & DIALECT_STOPS_BY_VOLTAGE) != 0) {
        stop_by_voltage(said);
    } else if (!charge) {
        said->charge_limit_ma = 0;
    }
}

bool can_sender_poll(struct can_sender *sender, uint32_t now_ms,
                     const struct battery_report *report, struct can_frame *frame)
{
    struct battery_report said;
    if (!pace_due(&sender->pace, now_ms)) {
        return false;
    }
    if (can_sender_lost(sender, now_ms)) {
        sender->heard_ms = now_ms - CAN_INVERTER_LOST_MS; /* the clock may wrap: lost stays lost */
    }
    can_sender_words(sender->dialect, report, &said);
    return pace_poll(&sender->pace, sender->dialect, false, &said, now_ms, frame);
}

bool can_sender_hear(struct can_sender *sender, const struct can_frame *frame, uint32_t now_ms)
{
    const struct can_slot *slot = can_dialect_slot(sender->dialect, frame);
    if (slot == NULL || !slot->message->from_inverter || frame->length > 8) {
        return false;
    }
    sender->heard = true;
    sender->heard_ms = now_ms;
    bool asks = frame->id == CAN_SHUTDOWN_ID && frame->length > 0 && (frame->data[0] & 1) != 0;
    if (asks && sender->allow_shutdown) {
        sender->shutdown_asked = true;
    }
    return true;
}

bool can_sender_lost(const struct can_sender *sender, uint32_t now_ms)
{
    return time_reached(now_ms, sender->heard_ms + CAN_INVERTER_LOST_MS);
}

/* --- the inverter's end --- */

void can_listener_init(struct can_listener *listener, const struct can_dialect *dialect,
                       uint32_t now_ms)
{
    memset(listener, 0, sizeof *listener);
    listener->dialect = dialect;
    listener->warn_ms = dialect->warn_ms;
    listener->lost_ms = dialect->lost_ms;
    for (int i = 0; i < HEARD_PARTS; i++) {
        listener->heard_ms[i] = now_ms;
    }
}

/* The parts a frame told are those it sets in a report in which none is set. */
static uint32_t parts_of(const struct can_dialect *dialect, const struct can_frame *frame,
                         const struct battery_report *known)
{
    struct battery_report alone = *known;
    alone.heard = 0;
    (void)can_dialect_decode(dialect, frame, &alone);
    return alone.heard;
}

enum can_verdict can_listener_hear(struct can_listener *listener, const struct can_frame *frame,
                                   uint32_t now_ms)
{
    const struct can_slot *slot = can_dialect_slot(listener->dialect, frame);
    enum can_verdict verdict = can_dialect_decode(listener->dialect, frame, &listener->report);
    listener->frames += verdict == CAN_TAKEN;
    listener->unknown += verdict == CAN_UNKNOWN;
    listener->broken += verdict == CAN_BROKEN;
    if (verdict != CAN_TAKEN) {
        return verdict;
    }
    if (slot->message->settle != NULL) {
        slot->message->settle(&listener->report);
    }
    if (frame->id == CAN_QUICK_STOP_ID) {
        listener->stop_asked = true;
    }
    uint32_t parts = parts_of(listener->dialect, frame, &listener->report);
    for (int i = 0; i < HEARD_PARTS; i++) {
        if ((parts >> i & 1) != 0) {
            listener->heard_ms[i] = now_ms;
        }
    }
    return CAN_TAKEN;
}

enum can_stage can_listener_stage(const struct can_listener *listener, uint32_t parts,
                                  uint32_t now_ms)
{
    enum can_stage stage = STAGE_FRESH;
    if ((listener->report.heard & parts) != parts) {
        return STAGE_NEVER;
    }
    for (int i = 0; i < HEARD_PARTS; i++) {
        uint32_t silent_ms = now_ms - listener->heard_ms[i];
        if ((parts >> i & 1) == 0 || silent_ms < listener->warn_ms) {
            continue;
        }
        bool lost = silent_ms >= listener->lost_ms;
        stage = lost ? STAGE_LOST : stage == STAGE_LOST ? STAGE_LOST : STAGE_WARN;
    }
    return stage;
}

void can_listener_report(const struct can_listener *listener, uint32_t now_ms,
                         struct battery_report *report)
{
    *report = listener->report;
    for (int i = 0; i < HEARD_PARTS; i++) {
        if (now_ms - listener->heard_ms[i] >= listener->lost_ms) {
            report->heard &= ~(UINT32_C(1) << i);
        }
    }
    if ((report->heard & HEARD_LIMITS) == 0) {
        report->charge_limit_ma = report->discharge_limit_ma = 0;
    }
}

bool can_listener_poll(struct can_listener *listener, uint32_t now_ms, struct can_frame *frame)
{
    struct battery_report now;
    if (!pace_due(&listener->pace, now_ms)) {
        return false;
    }
    for (int i = 0; i < HEARD_PARTS; i++) { /* the clock may wrap: lost stays lost */
        if (now_ms - listener->heard_ms[i] > listener->lost_ms) {
            listener->heard_ms[i] = now_ms - listener->lost_ms;
        }
    }
    can_listener_report(listener, now_ms, &now);
    return pace_poll(&listener->pace, listener->dialect, true, &now, now_ms, frame);
}
