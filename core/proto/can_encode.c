/* SPDX-License-Identifier: Apache-2.0 */
/* The one encoder of all CAN dialects. */
#include "core/proto/can_dialect.h"

#include <string.h>

static void put_bytes(uint8_t *at, uint8_t n, bool big_endian, uint32_t word)
{
    for (uint8_t i = 0; i < n; i++) {
        at[big_endian ? n - 1 - i : i] |= (uint8_t)(word & 0xFF);
        word >>= 8;
    }
}

static uint32_t heard_of(const struct battery_report *report)
{
    bool both = (report->heard & HEARD_CAPACITY) != 0;
    return report->heard | (both ? HEARD_REMAINING | HEARD_FULL : 0);
}

static bool put_signal(const struct can_dialect *dialect, const struct can_signal *signal,
                       const struct battery_report *report, struct can_frame *frame)
{
    const struct report_field_row *row = &report_fields[signal->field];
    int32_t counts;
    if (signal->field >= FIELD_MV) {
        counts = signal->fixed;
    } else if (row->heard != 0 && !row->guessed && (heard_of(report) & row->heard) == 0) {
        counts = (signal->rule & RULE_DEFAULT) != 0 ? signal->invalid : 0;
    } else {
        int32_t value = report_get(report, (enum report_field)signal->field);
        if ((signal->rule & RULE_NEVER_ZERO) != 0 && value < signal->unit) {
            return false;
        }
        counts = can_signal_counts_of(signal, value);
    }
    uint32_t word = (uint32_t)counts;
    if (signal->width > 0) {
        word = (word & ((1U << signal->width) - 1)) << signal->shift;
    }
    uint8_t n = can_type_bytes((enum can_type)signal->type);
    if (signal->byte + n <= frame->length) {
        put_bytes(frame->data + signal->byte, n, (dialect->flags & DIALECT_BIG_ENDIAN) != 0, word);
    }
    return true;
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

static void put_text(const struct can_dialect *dialect, const struct can_text *text,
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

bool can_slot_encode(const struct can_dialect *dialect, const struct can_slot *slot,
                     const struct battery_report *report, struct can_frame *frame)
{
    const struct can_message *message = slot->message;
    if ((heard_of(report) & message->needs) != message->needs) {
        return false;
    }
    *frame = (struct can_frame){.id = message->id, .length = slot->length};
    for (int i = 0; i < message->n_signals; i++) {
        if (!put_signal(dialect, &message->signals[i], report, frame)) {
            return false;
        }
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
        put_text(dialect, &message->texts[i], report, frame->data);
    }
    return true;
}

static bool is_sent(const struct can_slot *slot)
{
    return slot->length > 0 && !slot->message->from_inverter;
}

int can_dialect_encode(const struct can_dialect *dialect, const struct battery_report *report,
                       struct can_frame *frames)
{
    int n = 0;
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        if (is_sent(slot) && n < CAN_SET_MAX &&
            can_slot_encode(dialect, slot, report, &frames[n])) {
            n++;
        }
    }
    return n;
}

void can_dialect_pass(const struct can_dialect *dialect, const struct battery_report *said,
                      struct battery_report *heard)
{
    const struct battery_report from = *said; /* may be the same */
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        struct can_frame frame;
        if (is_sent(slot) && can_slot_encode(dialect, slot, &from, &frame)) {
            (void)can_dialect_decode(dialect, &frame, heard);
        }
    }
}

void can_dialect_quantize(const struct can_dialect *dialect, struct battery_report *report)
{
    struct battery_report heard;
    memset(&heard, 0, sizeof heard);
    can_dialect_pass(dialect, report, &heard);
    *report = heard;
}
