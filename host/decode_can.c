/* SPDX-License-Identifier: Apache-2.0 */
/* hearth decode of the CAN protocols: a line of candump in, names and values out. */
#include <stdlib.h>
#include <string.h>

#include "core/proto/can_ends.h"
#include "host/can_names.h"
#include "host/candump.h"
#include "host/cli.h"
#include "host/decode.h"

/* One line under way: text and JSON differ only in how an item is put. */
struct line {
    struct decode_job *job;
    const struct can_dialect *dialect;
    const struct can_slot *slot;
    const struct can_frame *frame;
    const struct battery_report *report;
    int pack, items;
};

static void item(struct line *line, const char *name, const char *point)
{
    FILE *out = line->job->out;
    if (line->job->json) {
        fputs(line->items > 0 ? ", " : "", out);
        json_text(out, point);
        fputs(": ", out);
    } else {
        fprintf(out, "%s%s ", line->items > 0 ? ", " : "", name);
    }
    line->items++;
}

/* What a listener made of it; the counts of the frame where it did not take them. */
static int32_t value_of(const struct line *line, const struct can_signal *signal, int32_t counts)
{
    enum report_field field = (enum report_field)signal->field;
    bool taken = field < FIELD_FLOW && (signal->rule & RULE_SHOWN) == 0 &&
                 !line->slot->message->from_inverter;
    int32_t low;
    int32_t high;
    can_signal_range(signal, &low, &high);
    bool magnitude = (signal->rule & RULE_MAGNITUDE) != 0;
    bool within = magnitude || (counts >= low && counts <= high);
    bool invalid = (signal->rule & RULE_DEFAULT) != 0 && counts == signal->invalid;
    if (taken && (within || invalid)) {
        return report_get(line->report, field);
    }
    return can_signal_value(signal, counts);
}

static void put_signal(struct line *line, const struct can_signal *signal)
{
    char point[CAN_NAME];
    char text[48];
    int32_t counts;
    enum report_field field = (enum report_field)signal->field;
    if (!can_signal_counts(line->dialect, signal, line->frame, &counts)) {
        return;
    }
    bool usual = field >= FIELD_MV && signal->point == NULL && counts == signal->fixed;
    bool silent = counts == 0 && (signal->rule & RULE_ZERO_ABSENT) != 0;
    if (usual || silent) {
        return;
    }
    int32_t value = value_of(line, signal, counts);
    can_signal_point(line->slot->message, signal, line->pack, point);
    item(line, signal->name, point);
    if (!line->job->json) {
        field_format(signal, value, text, sizeof text);
        fputs(text, line->job->out);
    } else if (can_signal_is_switch(signal)) {
        fputs(value != 0 ? "true" : "false", line->job->out);
    } else {
        fprintf(line->job->out, "%.10g", field_point_value(field, value));
    }
}

static bool pair_is_active(const struct line *line, int i)
{
    return i / 4 < line->frame->length &&
           ((unsigned)line->frame->data[i / 4] >> 2 * (i % 4) & 3U) == 1;
}

/* Reasons beyond the end of a frame are unknown, not absent. */
static bool reaches_reasons(const struct line *line, bool alarms)
{
    const struct can_message *message = line->slot->message;
    for (int i = 0; i < message->n_flags; i++) {
        const struct can_flag *flag = &message->flags[i];
        if (flag->alarm == alarms && flag->byte < line->frame->length) {
            return true;
        }
    }
    return message->pairs != NULL && line->frame->length > (alarms ? CAN_PAIRS / 4 : 0);
}

static void put_reasons(struct line *line, bool alarms)
{
    const struct can_message *message = line->slot->message;
    FILE *out = line->job->out;
    const char *between = "";
    if (!reaches_reasons(line, alarms)) {
        return;
    }
    item(line, alarms ? "alarms" : "protections",
         alarms ? "battery.alarms" : "battery.protections");
    fputs("[", out);
    for (int i = 0; i < message->n_flags; i++) {
        const struct can_flag *flag = &message->flags[i];
        bool on = flag->byte < line->frame->length &&
                  ((unsigned)line->frame->data[flag->byte] >> flag->bit & 1U) != 0;
        if (on && flag->alarm == alarms) {
            fprintf(out, line->job->json ? "%s\"%s\"" : "%s%s", between, flag->name);
            between = ", ";
        }
    }
    for (int i = 0; message->pairs != NULL && i < CAN_PAIRS; i++) {
        if (message->pairs[i].name != NULL && pair_is_active(line, i + (alarms ? CAN_PAIRS : 0))) {
            fprintf(out, line->job->json ? "%s\"%s\"" : "%s%s", between, message->pairs[i].name);
            between = ", ";
        }
    }
    fputs("]", out);
}

static void put_text(struct line *line, const struct can_text *text)
{
    char point[CAN_NAME];
    char shown[9] = "";
    for (int i = 0; i < text->length && text->byte + i < line->frame->length; i++) {
        uint8_t byte = line->frame->data[text->byte + i];
        if (byte < ' ' || byte >= 0x7F) {
            break;
        }
        shown[i] = (char)byte;
    }
    bool place = text->pack_field != 0;
    const char *told = place ? shown : report_text_of(line->report, (enum report_text)text->text);
    can_text_point(text, point);
    item(line, text->name, point);
    if (line->job->json) {
        json_text(line->job->out, told);
    } else {
        fprintf(line->job->out, "\"%s\"", place ? shown : told);
    }
}

static void put_values(struct line *line)
{
    const struct can_message *message = line->slot->message;
    for (int i = 0; i < message->n_signals; i++) {
        put_signal(line, &message->signals[i]);
    }
    put_reasons(line, false);
    put_reasons(line, true);
    for (int i = 0; i < message->n_texts; i++) {
        put_text(line, &message->texts[i]);
    }
}

/* Why a frame is broken. */
static void explain(const struct line *line, char *text, size_t room)
{
    const struct can_message *message = line->slot->message;
    snprintf(text, room, "%u bytes, at least %u are needed", line->frame->length, message->least);
    for (int i = 0; i < message->n_signals && line->frame->length >= message->least; i++) {
        const struct can_signal *signal = &message->signals[i];
        int32_t counts;
        int32_t low;
        int32_t high;
        can_signal_range(signal, &low, &high);
        low = (signal->rule & RULE_NEVER_ZERO) != 0 ? max_i32(low, 1) : low;
        if (can_signal_counts(line->dialect, signal, line->frame, &counts) &&
            (counts < low || counts > high)) {
            char value[48];
            char bounds[2][48];
            field_format(signal, can_signal_value(signal, counts), value, sizeof value);
            field_format(signal, can_signal_value(signal, low), bounds[0], sizeof bounds[0]);
            field_format(signal, can_signal_value(signal, high), bounds[1], sizeof bounds[1]);
            snprintf(text, room, "%s %s (allowed: %s to %s)", signal->name, value, bounds[0],
                     bounds[1]);
            return;
        }
    }
}

static void put_head(const struct decode_job *job, const struct candump *dump, const char *frame,
                     const char *name)
{
    char t[32] = "null";
    if (dump->has_time) {
        snprintf(t, sizeof t, "%.6f", dump->t_s);
    }
    if (!job->json) {
        if (dump->has_time) {
            fprintf(job->out, "(%s) ", t);
        }
        fprintf(job->out, "%-20s %s: ", frame, name);
        return;
    }
    fprintf(job->out, "{\"t\": %s, \"frame\": ", t);
    json_text(job->out, frame);
    if (name[0] != '\0') {
        fputs(", \"name\": ", job->out);
        json_text(job->out, name);
    }
}

static void put_error(struct decode_job *job, const char *text)
{
    if (job->json) {
        fputs(", \"error\": ", job->out);
        json_text(job->out, text);
        fputs("}", job->out);
    } else {
        fprintf(job->out, "broken: %s", text);
    }
}

/* Another's: no fault of the battery's. */
static void put_foreign(struct decode_job *job, const struct candump *dump, const char *frame,
                        const char *dialect)
{
    char why[80];
    const char *kind = dump->frame.extended ? ": an id of 29 bits"
                       : dump->frame.remote ? ": a remote frame"
                                            : "";
    snprintf(why, sizeof why, "not of %s%s", dialect, kind);
    put_head(job, dump, frame, job->json ? "" : "?");
    if (job->json) {
        put_error(job, why);
    } else {
        fputs(why, job->out);
    }
}

static void put_frame(struct decode_job *job, const struct candump *dump, struct can_listener *end)
{
    char frame[CANDUMP_TEXT];
    char name[CAN_NAME] = "";
    char why[160];
    uint32_t now_ms = (uint32_t)(int64_t)(dump->t_s * 1000.0);
    struct line line = {.job = job,
                        .dialect = end->dialect,
                        .slot = can_dialect_slot(end->dialect, &dump->frame),
                        .frame = &dump->frame,
                        .report = &end->report};
    enum can_verdict verdict = can_listener_hear(end, &dump->frame, now_ms);
    candump_format(&dump->frame, frame);
    if (line.slot == NULL) {
        put_foreign(job, dump, frame, end->dialect->name);
        return;
    }
    line.pack = (int)(dump->frame.id - line.slot->message->id) + 1;
    snprintf(name, sizeof name, "%s", line.slot->message->name);
    put_head(job, dump, frame, name);
    if (verdict == CAN_BROKEN) {
        job->broken++;
        explain(&line, why, sizeof why);
        put_error(job, why);
        return;
    }
    fputs(job->json ? ", \"values\": {" : "", job->out);
    put_values(&line);
    fputs(job->json ? "}}" : "", job->out);
}

static bool begin(struct decode_job *job)
{
    struct can_listener *end = malloc(sizeof *end);
    if (end != NULL) {
        can_listener_init(end, &can_dialects[job->protocol->index], 0);
    }
    job->state = end;
    return end != NULL;
}

static void decode_line(struct decode_job *job, const char *text)
{
    struct candump dump;
    char copy[160];
    switch (candump_parse(text, &dump)) {
    case CANDUMP_EMPTY: return;
    case CANDUMP_BAD:
        snprintf(copy, sizeof copy, "%.*s", (int)strcspn(text, "\r\n"), text);
        job->broken++;
        put_head(job, &dump, copy, job->json ? "" : "?");
        put_error(job, dump.error);
        break;
    case CANDUMP_FRAME: put_frame(job, &dump, job->state); break;
    }
    fputs("\n", job->out);
}

static void end_job(struct decode_job *job) { free(job->state); }

const struct protocol_reader can_reader = {begin, decode_line, end_job};
