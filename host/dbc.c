/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DBC: BO_ a message, SG_ a signal `name : start|length@order sign (factor,offset) [min|max] "unit"
 * receiver`, CM_ a comment, VAL_ names of values. Order 1 counts bits from the least significant of
 * the first byte, order 0 gives the place of the most significant.
 */
#include "host/dbc.h"

#include "host/can_names.h"

static bool is_big(const struct can_dialect *dialect)
{
    return (dialect->flags & DIALECT_BIG_ENDIAN) != 0;
}

static const char *receiver(const struct can_message *message)
{
    return message->from_inverter ? "Battery" : "Inverter";
}

static void put_field(FILE *out, const struct can_dialect *dialect,
                      const struct can_message *message, const char *name, const unsigned bits[2],
                      const char *rest)
{
    unsigned start = bits[0];
    if (is_big(dialect)) { /* the most significant: the first byte's, or the field's own in it */
        start += (bits[1] >= 8 ? 8 : bits[1]) - 1;
    }
    fprintf(out, " SG_ %s : %u|%u@%d%s %s\n", name, start, bits[1], is_big(dialect) ? 0 : 1, rest,
            receiver(message));
}

static void put_signal(FILE *out, const struct can_dialect *dialect,
                       const struct can_message *message, const struct can_signal *signal)
{
    const struct report_field_row *row = &report_fields[signal->field];
    unsigned length =
        signal->width > 0 ? signal->width : 8U * can_type_bytes((enum can_type)signal->type);
    const unsigned bits[2] = {8U * signal->byte + signal->shift, length};
    double factor = (double)signal->unit / row->per;
    int32_t low;
    int32_t high;
    char rest[160];
    can_signal_range(signal, &low, &high);
    if ((signal->rule & RULE_NEGATED) != 0) {
        factor = -factor;
    }
    double ends[2] = {(low - signal->offset) * factor, (high - signal->offset) * factor};
    bool swapped = ends[0] > ends[1];
    snprintf(rest, sizeof rest, "%c (%.10g,%.10g) [%.10g|%.10g] \"%s\"",
             signal->type == TYPE_S16 ? '-' : '+', factor,
             signal->offset == 0 ? 0.0 : -signal->offset * factor, ends[swapped], ends[!swapped],
             row->unit);
    put_field(out, dialect, message, signal->name, bits, rest);
}

static void put_bits(FILE *out, const struct can_dialect *dialect,
                     const struct can_message *message)
{
    for (int i = 0; i < message->n_flags; i++) {
        const struct can_flag *flag = &message->flags[i];
        const unsigned bits[2] = {8U * flag->byte + flag->bit, 1};
        put_field(out, dialect, message, flag->name, bits, "+ (1,0) [0|1] \"\"");
    }
    for (int i = 0; message->pairs != NULL && i < 2 * CAN_PAIRS; i++) {
        char name[CAN_NAME];
        const char *pair = message->pairs[i % CAN_PAIRS].name;
        const unsigned bits[2] = {2U * (unsigned)i, 2};
        if (pair != NULL) {
            snprintf(name, sizeof name, "%s%s", i < CAN_PAIRS ? "Alarm" : "Warning", pair);
            put_field(out, dialect, message, name, bits, "+ (1,0) [0|3] \"\"");
        }
    }
    for (int i = 0; i < message->n_texts; i++) { /* DBC knows no text: a number of its bytes */
        const struct can_text *text = &message->texts[i];
        const unsigned bits[2] = {8U * text->byte, 8U * text->length};
        put_field(out, dialect, message, text->name, bits, "+ (1,0) [0|0] \"\"");
    }
}

static uint8_t length_of(const struct can_slot *slot)
{
    const struct can_message *message = slot->message;
    bool holds = message->n_signals + message->n_flags + message->n_texts > 0 ||
                 message->pairs != NULL || message->span > 0;
    if (slot->length > 0) {
        return slot->length;
    }
    return holds ? 8 : 0;
}

/* A signal a shorter frame does not reach is not part of it. */
static bool reaches(const struct can_slot *slot, const struct can_signal *signal)
{
    return signal->byte + can_type_bytes((enum can_type)signal->type) <= length_of(slot);
}

static void put_message(FILE *out, const struct can_dialect *dialect, const struct can_slot *slot,
                        unsigned pack)
{
    const struct can_message *message = slot->message;
    fprintf(out, "BO_ %u %s", (unsigned)message->id + pack, message->name);
    if (message->span > 1) {
        fprintf(out, "%u", pack + 1);
    }
    fprintf(out, ": %u %s\n", length_of(slot), message->from_inverter ? "Inverter" : "Battery");
    for (int i = 0; i < message->n_signals; i++) {
        if (reaches(slot, &message->signals[i])) {
            put_signal(out, dialect, message, &message->signals[i]);
        }
    }
    put_bits(out, dialect, message);
    fputs("\n", out);
}

static void put_names(FILE *out, const struct can_slot *slot)
{
    const struct can_message *message = slot->message;
    unsigned id = message->id;
    for (int i = 0; i < message->n_flags; i++) {
        fprintf(out, "VAL_ %u %s 0 \"no\" 1 \"%s\" ;\n", id, message->flags[i].name,
                message->flags[i].alarm ? "warned" : "stopped");
    }
    for (int i = 0; i < message->n_signals; i++) {
        const struct can_signal *signal = &message->signals[i];
        if (can_signal_is_switch(signal) && reaches(slot, signal)) {
            bool ones = (signal->rule & RULE_ALL_ONES) != 0;
            fprintf(out, "VAL_ %u %s 0 \"no\" %d \"yes\" ;\n", id, signal->name, ones ? 255 : 1);
        }
    }
    for (int i = 0; message->pairs != NULL && i < 2 * CAN_PAIRS; i++) {
        const char *pair = message->pairs[i % CAN_PAIRS].name;
        if (pair != NULL) {
            fprintf(out,
                    "VAL_ %u %s%s 0 \"not supported\" 1 \"active\" 2 \"cleared\" 3 \"reserved\" "
                    ";\n",
                    id, i < CAN_PAIRS ? "Alarm" : "Warning", pair);
        }
    }
}

int dbc_write(FILE *out, const struct can_dialect *dialect)
{
    fprintf(out, "VERSION \"%s %s\"\n\nNS_ :\n\nBS_:\n\nBU_: Battery Inverter\n\n", dialect->name,
            dialect->version);
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        unsigned span = slot->message->span > 0 ? slot->message->span : 1;
        for (unsigned pack = 0; pack < span; pack++) {
            put_message(out, dialect, slot, pack);
        }
    }
    fprintf(out, "CM_ \"%s, %s. Current is positive when it charges. Source: %s.\";\n",
            dialect->title, dialect->version, dialect->source);
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        fprintf(out, "CM_ BO_ %u \"%s\";\n", (unsigned)slot->message->id,
                slot->length > 0 ? "Sent once a second." : "Read where somebody sends it.");
    }
    for (const struct can_slot *slot = dialect->slots; slot->message != NULL; slot++) {
        put_names(out, slot);
    }
    return ferror(out) != 0 ? -1 : 0;
}
