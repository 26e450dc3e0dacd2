/* SPDX-License-Identifier: Apache-2.0 */
/* hearth decode of the serial battery protocols: a line with a frame in, names and values out. */
#include "host/decode_rs485.h"

#include <stdlib.h>
#include <string.h>

#include "host/cli.h"

enum { FRAME_TEXT = 3 * RS485_FRAME_MAX + 8 };

struct state {
    struct exchange exchange;
    struct told told;
    struct frame_text frame;
    char text[FRAME_TEXT];
};

static void put_json(FILE *out, bool has_time, double t_s, const char *frame,
                     const struct told *told)
{
    fprintf(out, has_time ? "{\"t\": %.6f, \"frame\": " : "{\"t\": null, \"frame\": ", t_s);
    json_text(out, frame);
    if (told->name[0] != '\0') {
        fputs(", \"name\": ", out);
        json_text(out, told->name);
        fprintf(out, ", \"way\": \"%s\"", told->kind == TOLD_REQUEST ? "request" : "reply");
    }
    if (told->note[0] != '\0') {
        fputs(", \"note\": ", out);
        json_text(out, told->note);
    }
    if (told->kind == TOLD_BROKEN || told->kind == TOLD_FOREIGN) {
        fputs(", \"error\": ", out);
        json_text(out, told->error);
    } else {
        fputs(", \"values\": ", out);
        items_json(&told->items, out);
    }
    fputs("}\n", out);
}

void told_print(FILE *out, bool json, bool has_time, double t_s, const char *frame,
                const struct told *told)
{
    if (json) {
        put_json(out, has_time, t_s, frame, told);
        return;
    }
    if (has_time) {
        fprintf(out, "(%.6f) ", t_s);
    }
    switch (told->kind) {
    case TOLD_BROKEN: fprintf(out, "! broken: %s: %s", told->error, frame); break;
    case TOLD_FOREIGN: fprintf(out, "? %s: %s", told->error, frame); break;
    case TOLD_REQUEST: fprintf(out, "> %s", told->name); break;
    case TOLD_REPLY: fprintf(out, "< %s", told->name); break;
    }
    if (told->items.n > 0) {
        fputs(": ", out);
        items_print(&told->items, out);
    }
    fprintf(out, told->note[0] != '\0' ? " (%s)\n" : "%s\n", told->note);
}

static bool begin(struct decode_job *job)
{
    struct state *state = calloc(1, sizeof *state);
    if (state != NULL) {
        exchange_init(&state->exchange, (enum rs485_protocol)job->protocol->index);
    }
    job->state = state;
    return state != NULL;
}

static void decode_line(struct decode_job *job, const char *line)
{
    struct state *state = job->state;
    struct frame_text *frame = &state->frame;
    struct told *told = &state->told;
    switch (frame_text_read(line, frame)) {
    case FRAME_EMPTY: return;
    case FRAME_BAD:
        memset(told, 0, offsetof(struct told, items));
        told->items.n = 0;
        told_error(told, TOLD_BROKEN, "%s", frame->error);
        snprintf(state->text, sizeof state->text, "%.*s", (int)strcspn(line, "\r\n"), line);
        break;
    case FRAME_LINE:
        exchange_take(&state->exchange, frame->bytes, frame->n, frame->way, told);
        frame_text_write(frame->bytes, frame->n, state->text, sizeof state->text);
        break;
    }
    job->broken += told->kind == TOLD_BROKEN;
    told_print(job->out, job->json, frame->has_time, frame->t_s, state->text, told);
}

static void end_job(struct decode_job *job) { free(job->state); }

const struct protocol_reader rs485_reader = {begin, decode_line, end_job};
