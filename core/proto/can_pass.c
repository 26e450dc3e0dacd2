/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a listener hears of a report, without the frames between: fast simulation hands reports over
 * this way. A test holds it equal to encoding and decoding, in every dialect.
 */
#include "core/proto/can_codec.h"

#include <string.h>

static void pass_signals(const struct can_dialect *dialect, const struct can_slot *slot,
                         const struct battery_report *said, struct battery_report *heard)
{
    const struct can_message *message = slot->message;
    uint32_t taken = 0;
    uint32_t missing = 0;
    for (int i = 0; i < message->n_signals; i++) {
        const struct can_signal *signal = &message->signals[i];
        if (!can_signal_is_taken(signal)) {
            continue;
        }
        uint32_t part = report_fields[signal->field].heard;
        int32_t counts = can_signal_to_send(signal, said);
        bool fits = signal->byte + can_type_bytes((enum can_type)signal->type) <= slot->length;
        if (fits && can_signal_judge(dialect, signal, &counts) == SIGNAL_TAKEN) {
            can_signal_take(signal, counts, heard);
            taken |= part;
        } else {
            missing |= part;
        }
    }
    heard->heard |= taken & ~missing;
}

static void pass_flags(const struct can_message *message, const struct battery_report *said,
                       struct battery_report *heard)
{
    struct can_reasons told = {0};
    const uint32_t reasons[2] = {said->protections, said->alarms};
    if ((said->protections | said->alarms | heard->protections | heard->alarms) == 0) {
        return;
    }
    for (int i = 0; i < message->n_flags; i++) {
        const struct can_flag *flag = &message->flags[i];
        told.owned[flag->alarm] |= flag->primary;
        told.active[flag->alarm] |= (reasons[flag->alarm] & flag->send) != 0 ? flag->primary : 0;
    }
    can_reasons_take(&told, heard);
}

static void pass_pairs(const struct can_message *message, const struct battery_report *said,
                       struct battery_report *heard)
{
    struct can_reasons told = {0};
    for (int i = 0; i < CAN_PAIRS; i++) {
        const struct can_pair *pair = &message->pairs[i];
        told.owned[0] |= pair->primary;
        told.active[0] |= (said->protections & pair->send) != 0 ? pair->primary : 0;
        told.active[1] |= (said->alarms & pair->send) != 0 ? pair->primary : 0;
    }
    told.owned[1] = told.owned[0];
    can_reasons_take(&told, heard);
}

static void pass_slot(const struct can_dialect *dialect, const struct can_slot *slot,
                      const struct battery_report *said, struct battery_report *heard)
{
    const struct can_message *message = slot->message;
    bool passed_over = (heard->heard & message->unless) != 0;
    if (!can_slot_is_sent(slot) || passed_over || can_message_withheld(message, said)) {
        return;
    }
    pass_signals(dialect, slot, said, heard);
    if (message->n_flags > 0) {
        pass_flags(message, said, heard);
    }
    if (message->pairs != NULL) {
        pass_pairs(message, said, heard);
    }
    for (int i = 0; i < message->n_texts; i++) {
        struct can_frame frame = {.length = slot->length};
        can_text_put(dialect, &message->texts[i], said, frame.data);
        can_text_take(&message->texts[i], &frame, heard);
    }
    can_message_heard(message->heard, heard);
}

void can_dialect_pass(const struct can_dialect *dialect, const struct battery_report *said,
                      struct battery_report *heard)
{
    const struct battery_report from = *said; /* may be the same */
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        pass_slot(dialect, slot, &from, heard);
    }
}

void can_dialect_quantize(const struct can_dialect *dialect, struct battery_report *report)
{
    const struct battery_report from = *report;
    memset(report, 0, sizeof *report);
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        pass_slot(dialect, slot, &from, report);
    }
}
