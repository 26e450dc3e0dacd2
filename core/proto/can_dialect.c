/* SPDX-License-Identifier: Apache-2.0 */
/* Signals, and the one decoder of all CAN dialects. Tables: can_*.c; encoder: can_encode.c. */
#include "core/proto/can_codec.h"

#include <string.h>

static const struct can_type_row {
    uint8_t bytes;
    int32_t low, high;
} types[] = {
    [TYPE_U8] = {1, 0, UINT8_MAX},          [TYPE_U16] = {2, 0, UINT16_MAX},
    [TYPE_S16] = {2, INT16_MIN, INT16_MAX}, [TYPE_U24] = {3, 0, (1 << 24) - 1},
    [TYPE_U32] = {4, 0, INT32_MAX},
};

uint8_t can_type_bytes(enum can_type type) { return types[type].bytes; }

void can_signal_range(const struct can_signal *signal, int32_t *low, int32_t *high)
{
    bool own = signal->low != 0 || signal->high != 0;
    *low = own ? signal->low : types[signal->type].low;
    *high = own ? signal->high : types[signal->type].high;
    if (signal->width > 0 && !own) {
        *high = (int32_t)((1U << signal->width) - 1);
    }
}

void can_signal_send_range(const struct can_signal *signal, int32_t *low, int32_t *high)
{
    bool is_ceiling = signal->field == FIELD_CHARGE_V || signal->field == FIELD_CHARGE_LIMIT ||
                      signal->field == FIELD_DISCHARGE_LIMIT;
    can_signal_range(signal, low, high);
    *low = is_ceiling ? types[signal->type].low : *low;
    if (signal->field == FIELD_DISCHARGE_V) {
        *low = types[signal->type].low;
        *high = types[signal->type].high;
    }
}

/* --- bytes --- */

static uint32_t get_bytes(const uint8_t *at, uint8_t n, bool big_endian)
{
    uint32_t word = 0;
    for (uint8_t i = 0; i < n; i++) {
        word = word << 8 | at[big_endian ? i : n - 1 - i];
    }
    return word;
}

static bool is_big(const struct can_dialect *dialect)
{
    return (dialect->flags & DIALECT_BIG_ENDIAN) != 0;
}

bool can_signal_counts(const struct can_dialect *dialect, const struct can_signal *signal,
                       const struct can_frame *frame, int32_t *counts)
{
    uint8_t n = types[signal->type].bytes;
    if (signal->byte + n > frame->length || frame->length > 8) {
        return false;
    }
    uint32_t word = get_bytes(frame->data + signal->byte, n, is_big(dialect));
    if (signal->width > 0) {
        word = word >> signal->shift & ((1U << signal->width) - 1);
    }
    *counts = word > INT32_MAX ? INT32_MAX : (int32_t)word;
    if (signal->type == TYPE_S16 && *counts > INT16_MAX) {
        *counts -= UINT16_MAX + 1;
    }
    return true;
}

/* --- counts and values --- */

int32_t can_signal_value(const struct can_signal *signal, int32_t counts)
{
    if ((signal->rule & RULE_ALL_ONES) != 0) {
        return counts != 0;
    }
    int64_t value = ((int64_t)counts - signal->offset) * signal->unit;
    if ((signal->rule & RULE_NEGATED) != 0) {
        value = -value;
    }
    if ((signal->rule & RULE_MAGNITUDE) != 0 && value < 0) {
        value = -value;
    }
    return value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

/* Nearest multiple, halves away from zero; or the one below, or above. */
static int32_t divide(int32_t value, int32_t unit, uint16_t rule)
{
    if (unit == 1) {
        return value;
    }
    int32_t whole = value / unit;
    int32_t rest = value % unit;
    if ((rule & RULE_DOWN) != 0) {
        return rest < 0 ? whole - 1 : whole;
    }
    if ((rule & RULE_UP) != 0) {
        return rest > 0 ? whole + 1 : whole;
    }
    if (rest >= unit - rest) {
        return whole + 1;
    }
    return -rest >= unit + rest ? whole - 1 : whole;
}

int32_t can_signal_counts_of(const struct can_signal *signal, int32_t value)
{
    int32_t low;
    int32_t high;
    can_signal_send_range(signal, &low, &high);
    if ((signal->rule & RULE_ALL_ONES) != 0) {
        return value != 0 ? 0xFF : 0;
    }
    value = max_i32(value, -INT32_MAX);
    if ((signal->rule & RULE_NEGATED) != 0) {
        value = -value;
    }
    if ((signal->rule & RULE_MAGNITUDE) != 0) {
        value = max_i32(value, 0); /* a limit below zero offers nothing */
    }
    int64_t counts = (int64_t)divide(value, signal->unit, signal->rule) + signal->offset;
    if (counts > high) {
        return high;
    }
    return counts < low ? low : (int32_t)counts;
}

/* --- from frames --- */

const struct can_slot *can_dialect_slot(const struct can_dialect *dialect,
                                        const struct can_frame *frame)
{
    if (frame->extended || frame->remote) {
        return NULL;
    }
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        uint32_t span = slot->message->span > 0 ? slot->message->span : 1;
        if (frame->id - slot->message->id < span) {
            return slot;
        }
    }
    return NULL;
}

/* Counts that say nothing, that stand for a default, that are allowed, or not. */
enum can_taken can_signal_judge(const struct can_dialect *dialect, const struct can_signal *signal,
                                int32_t *counts)
{
    int32_t low;
    int32_t high;
    can_signal_range(signal, &low, &high);
    if ((signal->rule & RULE_DEFAULT) != 0 && *counts == signal->invalid) {
        *counts = signal->otherwise;
        return SIGNAL_TAKEN;
    }
    if (*counts == 0 && (signal->rule & RULE_ZERO_ABSENT) != 0) {
        return SIGNAL_ABSENT;
    }
    if ((signal->rule & RULE_MAGNITUDE) != 0) {
        *counts = min_i32(abs_i32(*counts), types[signal->type].high);
    }
    bool allowed = *counts >= low && *counts <= high;
    allowed = allowed && !(*counts == 0 && (signal->rule & RULE_NEVER_ZERO) != 0);
    if (allowed) {
        return SIGNAL_TAKEN;
    }
    return (dialect->flags & DIALECT_DROPS) != 0 ? SIGNAL_ABSENT : SIGNAL_BROKEN;
}

void can_signal_take(const struct can_signal *signal, int32_t counts, struct battery_report *report)
{
    enum report_field field = (enum report_field)signal->field;
    bool coarse = (signal->rule & RULE_COARSE) != 0 &&
                  (report->heard & report_fields[field].heard) != 0 &&
                  can_signal_counts_of(signal, report_get(report, field)) == counts;
    if (!coarse) {
        report_set(report, field, can_signal_value(signal, counts));
    }
}

static bool is_broken(const struct can_dialect *dialect, const struct can_message *message,
                      const struct can_frame *frame)
{
    for (int i = 0; i < message->n_signals; i++) {
        const struct can_signal *signal = &message->signals[i];
        int32_t counts;
        if (can_signal_is_taken(signal) && can_signal_counts(dialect, signal, frame, &counts) &&
            can_signal_judge(dialect, signal, &counts) == SIGNAL_BROKEN) {
            return true;
        }
    }
    return false;
}

/* A frame of limits that cannot be taken, such as one of zeros, still says stop where a current is
   0: that acts at once, and makes no limit anew. */
static void take_stops(const struct can_dialect *dialect, const struct can_message *message,
                       const struct can_frame *frame, struct battery_report *report)
{
    for (int i = 0; i < message->n_signals; i++) {
        const struct can_signal *signal = &message->signals[i];
        bool current =
            signal->field == FIELD_CHARGE_LIMIT || signal->field == FIELD_DISCHARGE_LIMIT;
        int32_t counts;
        if (current && can_signal_is_taken(signal) &&
            can_signal_counts(dialect, signal, frame, &counts) && counts == 0) {
            can_signal_take(signal, 0, report);
        }
    }
}

static bool take_signal(const struct can_dialect *dialect, const struct can_signal *signal,
                        const struct can_frame *frame, struct battery_report *report)
{
    int32_t counts;
    if (!can_signal_counts(dialect, signal, frame, &counts)) {
        if ((signal->rule & RULE_ABSENT_IS_ZERO) != 0) {
            report_set(report, (enum report_field)signal->field, 0);
            return true;
        }
        return false;
    }
    if (can_signal_judge(dialect, signal, &counts) != SIGNAL_TAKEN) {
        return false;
    }
    can_signal_take(signal, counts, report);
    return true;
}

static void take_signals(const struct can_dialect *dialect, const struct can_message *message,
                         const struct can_frame *frame, struct battery_report *report)
{
    uint32_t taken = 0;
    uint32_t missing = 0; /* a part is heard when all of it was */
    for (int i = 0; i < message->n_signals; i++) {
        const struct can_signal *signal = &message->signals[i];
        if (can_signal_is_taken(signal)) {
            uint32_t part = report_fields[signal->field].heard;
            bool was = take_signal(dialect, signal, frame, report);
            taken |= was ? part : 0;
            missing |= was ? 0 : part;
        }
    }
    report->heard |= taken & ~missing;
}

static void take_flags(const struct can_message *message, const struct can_frame *frame,
                       struct battery_report *report)
{
    struct can_reasons told = {0};
    for (int i = 0; i < message->n_flags; i++) {
        const struct can_flag *flag = &message->flags[i];
        if (flag->byte < frame->length) {
            bool on = (frame->data[flag->byte] >> flag->bit & 1) != 0;
            told.owned[flag->alarm] |= flag->primary;
            told.active[flag->alarm] |= on ? flag->primary : 0;
        }
    }
    can_reasons_take(&told, report);
}

static void take_pairs(const struct can_dialect *dialect, const struct can_message *message,
                       const struct can_frame *frame, struct battery_report *report)
{
    bool latches = (dialect->flags & DIALECT_LATCHES) != 0;
    struct can_reasons told = {0};
    for (unsigned i = 0; i < 2 * CAN_PAIRS && i / 4 < frame->length; i++) {
        const struct can_pair *pair = &message->pairs[i % CAN_PAIRS];
        unsigned code = (unsigned)frame->data[i / 4] >> 2 * (i % 4) & 3U;
        unsigned half = i / CAN_PAIRS;
        told.owned[half] |= code == 2 || !latches ? pair->primary : 0;
        told.active[half] |= code == 1 ? pair->primary : 0;
    }
    can_reasons_take(&told, report);
}

static void take_place(const struct can_text *text, const struct can_frame *frame,
                       struct battery_report *report)
{
    const uint8_t *data = frame->data + text->byte;
    for (int i = 0; i < 8; i++) {
        bool digit = data[i] >= '0' && data[i] <= '9';
        if (i < 4 ? !digit : data[i] != 0) {
            return; /* another way to write it: shown, not taken */
        }
    }
    enum report_field field = (enum report_field)text->pack_field;
    report_set(report, field, (data[0] - '0') * 10 + data[1] - '0');
    report_set(report, field + 1, (data[2] - '0') * 10 + data[3] - '0');
    report->heard |= HEARD_PLACES;
}

/* Printable characters up to the end, a pad or a byte that is none. */
void can_text_take(const struct can_text *text, const struct can_frame *frame,
                   struct battery_report *report)
{
    char *to = report_text(report, (enum report_text)text->text) + text->at;
    int32_t n = 0;
    int32_t length = min_i32(text->length, frame->length - text->byte);
    if (text->pack_field != 0) {
        if (length == 8) {
            take_place(text, frame, report);
        }
        return;
    }
    memset(to, 0, text->length);
    report_text(report, (enum report_text)text->text)[report_texts[text->text].size - 1] = '\0';
    while (n < length && frame->data[text->byte + n] >= ' ' && frame->data[text->byte + n] < 0x7F) {
        to[n] = (char)frame->data[text->byte + n];
        n++;
    }
    while (n > 0 && to[n - 1] == ' ') {
        to[--n] = '\0';
    }
    report->heard |= report_texts[text->text].heard;
}

/* Reasons in bytes beyond the frame are unknown: it told them when it reached all that stop. */
static bool tells_protections(const struct can_message *message, const struct can_frame *frame)
{
    for (int i = 0; i < message->n_flags; i++) {
        if (!message->flags[i].alarm && message->flags[i].byte >= frame->length) {
            return false;
        }
    }
    return message->pairs == NULL || frame->length >= CAN_PAIRS / 4;
}

enum can_verdict can_dialect_decode(const struct can_dialect *dialect,
                                    const struct can_frame *frame, struct battery_report *report)
{
    const struct can_slot *slot = can_dialect_slot(dialect, frame);
    if (slot == NULL || slot->message->from_inverter) {
        return CAN_UNKNOWN;
    }
    const struct can_message *message = slot->message;
    if (frame->length > 8 || frame->length < message->least) {
        return CAN_BROKEN;
    }
    if ((report->heard & message->unless) != 0) {
        return CAN_TAKEN;
    }
    if (is_broken(dialect, message, frame)) {
        take_stops(dialect, message, frame, report);
        return CAN_BROKEN;
    }
    take_signals(dialect, message, frame, report);
    if (message->n_flags > 0) {
        take_flags(message, frame, report);
    }
    if (message->pairs != NULL) {
        take_pairs(dialect, message, frame, report);
    }
    for (int i = 0; i < message->n_texts; i++) {
        can_text_take(&message->texts[i], frame, report);
    }
    can_message_heard(tells_protections(message, frame) ? message->heard : 0, report);
    return CAN_TAKEN;
}
