/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_CORE_PROTO_CAN_CODEC_H
#define HEARTH_CORE_PROTO_CAN_CODEC_H

/* Steps the encoder and the decoder of CAN dialects share with the shortcut between them. */

#include "core/proto/can_dialect.h"

static inline bool can_slot_is_sent(const struct can_slot *slot)
{
    return slot->length > 0 && !slot->message->from_inverter;
}

/* A signal that changes the report when it is heard. */
static inline bool can_signal_is_taken(const struct can_signal *signal)
{
    return signal->field < FIELD_FLOW && (signal->rule & RULE_SHOWN) == 0;
}

static inline uint32_t can_heard_of(const struct battery_report *report)
{
    bool both = (report->heard & HEARD_CAPACITY) != 0;
    return report->heard | (both ? HEARD_REMAINING | HEARD_FULL : 0);
}

/* True when a message has nothing to say, or must not. */
bool can_message_withheld(const struct can_message *message, const struct battery_report *report);

int32_t can_signal_to_send(const struct can_signal *signal, const struct battery_report *report);

void can_text_put(const struct can_dialect *dialect, const struct can_text *text,
                  const struct battery_report *report, uint8_t *data);

enum can_taken { SIGNAL_TAKEN, SIGNAL_ABSENT, SIGNAL_BROKEN };

/* Counts that are allowed, say nothing (or stand for a default, which they become), or are not. */
enum can_taken can_signal_judge(const struct can_dialect *dialect, const struct can_signal *signal,
                                int32_t *counts);

void can_signal_take(const struct can_signal *signal, int32_t counts,
                     struct battery_report *report);

void can_text_take(const struct can_text *text, const struct can_frame *frame,
                   struct battery_report *report);

/* Reasons a message can raise change by it alone; others stay as they were told elsewhere. */
struct can_reasons {
    uint32_t owned[2], active[2]; /* protections, alarms */
};

static inline void can_reasons_take(const struct can_reasons *told, struct battery_report *report)
{
    report->protections = (report->protections & ~told->owned[0]) | told->active[0];
    report->alarms = (report->alarms & ~told->owned[1]) | told->active[1];
}

/* What a message sets besides its signals: `parts` are its own. */
static inline void can_message_heard(uint32_t parts, struct battery_report *report)
{
    uint32_t both = HEARD_REMAINING | HEARD_FULL;
    report->heard |= parts;
    report->heard |= (report->heard & both) == both ? HEARD_CAPACITY : 0;
}

#endif
