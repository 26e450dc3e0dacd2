/* SPDX-License-Identifier: Apache-2.0 */
/* The one encoder of all CAN dialects. */
#include "core/proto/can_codec.h"

#include <string.h>

static void put_bytes(uint8_t *at, uint8_t n, bool big_endian, uint32_t word)
{
    for (uint8_t i = 0; i < n; i++) {
        at[big_endian ? n - 1 - i : i] |= (uint8_t)(word & 0xFF);
        word >>= 8;
    }
}

bool can_message_withheld(const struct can_message *message, const struct battery_report *report)
{
    if ((can_heard_of(report) & message->needs) != message->needs) {
        return true;
    }
    for (int i = 0; i < message->n_signals; i++) {
        const struct can_signal *signal = &message->signals[i];
        if ((signal->rule & RULE_NEVER_ZERO) != 0 &&
            report_get(report, (enum report_field)signal->field) < signal->unit) {
            return true;
        }
    }
    return false;
}

int32_t can_signal_to_send(const struct can_signal *signal, const struct battery_report *report)
{
    const struct report_field_row *row = &report_fields[signal->field];
    if (signal->field >= FIELD_MV) {
        return signal->fixed;
    }
    if (row->heard != 0 && !row->guessed && (can_heard_of(report) & row->heard) == 0) {
        int32_t stands_in = row->unheard != 0 ? can_signal_counts_of(signal, row->unheard) : 0;
        return (signal->rule & RULE_DEFAULT) != 0 ? signal->invalid : stands_in;
    }
    return can_signal_counts_of(signal, report_get(report, (enum report_field)signal->field));
}

static void put_signal(const struct can_dialect *dialect, const struct can_signal *signal,
                       const struct battery_report *report, struct can_frame *frame)
{
    uint8_t n = can_type_bytes((enum can_type)signal->type);
    if (signal->byte + n > frame->length) {
        return;
    }
    uint32_t word = (uint32_t)can_signal_to_send(signal, report);
    if (signal->width > 0) {
        word = (word & ((1U << signal->width) - 1)) << signal->shift;
    }
    put_bytes(frame->data + signal->byte, n, (dialect->flags & DIALECT_BIG_ENDIAN) != 0, word);
}

static void put_pairs(const struct can_message *message, const struct battery_report *report,
                      uint8_t *data)
{
    for (unsigned i = 0; i < 2 * CAN_PAIRS; i++) {
        const struct can_pair *pair = &message->pairs[i % CAN_PAIRS];
        uint32_t reasons = i < CAN_PAIRS ? report->protections : report->alarms;
        if (pair->name != NULL) {
            unsigned code = (reasons & pair->send) != 0 ? 1 : 2;
            data[i / 4] |= (uint8_t)(code << 2 * (i % 4));
        }
    }
}

/* A place as four digits: pack and cell; nothing where they do not fit. */
static void put_place(const struct can_text *text, const struct battery_report *report,
                      uint8_t *data)
{
    enum report_field field = (enum report_field)text->pack_field;
    unsigned place[2] = {(unsigned)report_get(report, field),
                         (unsigned)report_get(report, field + 1)};
    for (int i = 0; i < 2 && place[0] < 100 && place[1] < 100; i++) {
        data[2 * i] = (uint8_t)('0' + place[i] / 10);
        data[2 * i + 1] = (uint8_t)('0' + place[i] % 10);
    }
}

void can_text_put(const struct can_dialect *dialect, const struct can_text *text,
                  const struct battery_report *report, uint8_t *data)
{
    const struct report_text_row *row = &report_texts[text->text];
    const char *from = report_text_of(report, (enum report_text)text->text);
    if (text->pack_field != 0) {
        put_place(text, report, data + text->byte);
        return;
    }
    bool known = (report->heard & row->heard) != 0 && from[0] != '\0';
    if (!known) {
        from = text->text == LABEL_NAME ? dialect->maker_name : "";
    }
    size_t length = 0;
    while (from[length] != '\0') {
        length++;
    }
    for (size_t i = 0; i < text->length; i++) {
        size_t at = text->at + i;
        data[text->byte + i] = (uint8_t)(at < length ? from[at] : text->pad);
    }
}

/* Old packs' limits end before a discharge voltage: a 0 there would be one. */
static uint8_t length_of(const struct can_dialect *dialect, const struct can_slot *slot,
                         const struct battery_report *report)
{
    const struct can_message *message = slot->message;
    const struct can_signal *last =
        message->n_signals > 0 ? &message->signals[message->n_signals - 1] : NULL;
    bool may = last != NULL && (last->rule & RULE_LEFT_OUT) != 0 &&
               (dialect->flags & DIALECT_WHOLE_FRAMES) == 0;
    bool known = may && (report->heard & report_fields[last->field].heard) != 0 &&
                 report_get(report, (enum report_field)last->field) > 0;
    return may && !known ? last->byte : slot->length;
}

bool can_slot_encode(const struct can_dialect *dialect, const struct can_slot *slot,
                     const struct battery_report *report, struct can_frame *frame)
{
    const struct can_message *message = slot->message;
    if (can_message_withheld(message, report)) {
        return false;
    }
    *frame = (struct can_frame){.id = message->id, .length = length_of(dialect, slot, report)};
    for (int i = 0; i < message->n_signals; i++) {
        put_signal(dialect, &message->signals[i], report, frame);
    }
    for (int i = 0; i < message->n_flags; i++) {
        const struct can_flag *flag = &message->flags[i];
        uint32_t reasons = flag->alarm ? report->alarms : report->protections;
        if ((reasons & flag->send) != 0) {
            frame->data[flag->byte] |= (uint8_t)(1U << flag->bit);
        }
    }
    if (message->pairs != NULL) {
        put_pairs(message, report, frame->data);
    }
    for (int i = 0; i < message->n_texts; i++) {
        can_text_put(dialect, &message->texts[i], report, frame->data);
    }
    return true;
}

int can_dialect_encode(const struct can_dialect *dialect, const struct battery_report *report,
                       struct can_frame *frames)
{
    int n = 0;
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        if (can_slot_is_sent(slot) && n < CAN_SET_MAX &&
            can_slot_encode(dialect, slot, report, &frames[n])) {
            n++;
        }
    }
    return n;
}
