/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of a host link, told one by one. What an order would write is found out by giving it to
 * the inverter's end with a desk that only writes down.
 */
#include "host/decode_host.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/proto/ascii_frame.h" /* be16 */
#include "core/proto/pi30.h"
#include "core/proto/srne.h"
#include "host/decode_rs485.h"
#include "host/inverter_items.h"

enum { NEVER = INT32_MIN };

struct state {
    const struct product *product;
    struct inverter_view view; /* of one frame; the battery's class stays */
    struct inverter_view none; /* settings that no order can have in place */
    struct hostlink_desk desk;
    struct told told;
    struct frame_text frame;
    char asked[PI30_TEXT]; /* PI30: the last question */
    uint16_t start, count; /* SRNE: of the last request; count 0: none */
    uint8_t function;
    struct hostlink_value values[HOSTLINK_BATCH];
    char text[3 * RS485_FRAME_MAX + 8];
};

static enum setting_verdict note_setting(void *context, const struct hostlink_value *values,
                                         size_t n)
{
    struct state *state = context;
    for (size_t i = 0; i < n; i++) {
        view_put_setting(&state->view, values[i].id, values[i].value);
    }
    return VERDICT_OK;
}

static bool note_order(void *context, enum hostlink_order order)
{
    static const char *const words[] = {"restart", "settings as delivered", "clear the counters",
                                        "clear the fault records"};
    struct state *state = context;
    items_text(&state->told.items, "order", words[order]);
    return true;
}

static bool note_clock(void *context, const struct view_clock *clock)
{
    struct state *state = context;
    state->view.clock = *clock;
    state->view.clock_heard = true;
    return true;
}

static bool begin(struct decode_job *job)
{
    struct state *state = calloc(1, sizeof *state);
    job->state = state;
    if (state == NULL) {
        return false;
    }
    state->product = inverter_product("decode", NULL);
    state->desk = (struct hostlink_desk){
        .context = state, .set = note_setting, .order = note_order, .set_clock = note_clock};
    for (int i = 0; i < SET_COUNT; i++) {
        state->none.set[i] = NEVER;
    }
    return true;
}

static struct hostlink_job job_of(struct state *state)
{
    return (struct hostlink_job){&state->none, state->product->inverter, &state->desk, 0};
}

/* --- PI30 --- */

/* The question whose columns have this form; "" when none or several have. */
static const char *guess(const char *text, size_t n)
{
    struct pi30_split split;
    const char *found = "";
    if (!pi30_split(text, n, &split)) {
        return "";
    }
    for (int i = 0; i < pi30_query_count; i++) {
        const struct pi30_query *query = &pi30_queries[i];
        bool fits = query->reply == REPLY_COLUMNS && split.n == query->n_columns && split.n > 3;
        if (fits && found[0] != '\0') {
            return "";
        }
        found = fits ? query->name : found;
    }
    bool flags = n == PI30_WARNINGS && strspn(text, "01") >= n;
    return flags ? "QPIWS" : found;
}

static void tell_pi30_reply(struct state *state, const char *text, size_t n)
{
    struct told *told = &state->told;
    told->kind = TOLD_REPLY;
    if (n == 3 && (memcmp(text, "ACK", 3) == 0 || memcmp(text, "NAK", 3) == 0)) {
        told_name(told, "%s of %s", text[0] == 'A' ? "taken" : "refused",
                  state->asked[0] != '\0' ? state->asked : "an unknown order");
        items_bool(&told->items, "accepted", text[0] == 'A');
        return;
    }
    const char *question = state->asked[0] != '\0' ? state->asked : guess(text, n);
    if (question[0] == '\0') {
        told_error(told, TOLD_FOREIGN, "a reply whose question is not known");
        return;
    }
    if (state->asked[0] == '\0') {
        told_note(told, "told by its form: the question is not known");
    }
    told_name(told, "%s", question);
    if (!pi30_reply_read(question, text, n, &state->view)) {
        told_error(told, TOLD_BROKEN, "not the form of a reply to %s", question);
    }
}

static void tell_pi30(struct state *state)
{
    struct told *told = &state->told;
    const struct frame_text *frame = &state->frame;
    const char *text = (const char *)frame->bytes;
    if (!pi30_is_right(frame->bytes, frame->n)) {
        told_error(told, TOLD_BROKEN, "the sum is wrong, or CR is not its end");
        return;
    }
    size_t n = frame->n - PI30_SUM - 1;
    if (text[0] == '(') {
        tell_pi30_reply(state, text + 1, n - 1);
        state->asked[0] = '\0';
        return;
    }
    struct hostlink_job job = job_of(state);
    snprintf(state->asked, sizeof state->asked, "%.*s", (int)n, text);
    told->kind = TOLD_REQUEST;
    told_name(told, "%s", state->asked);
    (void)pi30_obey(text, n, &job);
}

/* "> QPIGS" as people write it down: sum and CR are added. */
static bool read_plain(const char *line, struct frame_text *frame)
{
    const char *at = line + strspn(line, " \t");
    frame->way = *at == '>' ? WAY_REQUEST : *at == '<' ? WAY_REPLY : WAY_UNKNOWN;
    at += strspn(at, "<> \t");
    size_t n = strcspn(at, "\r\n#");
    if (n == 0 || n > PI30_TEXT || (*at != '(' && !isupper((unsigned char)*at))) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (at[i] < ' ' || at[i] > '~') {
            return false;
        }
    }
    while (n > 0 && at[n - 1] == ' ') {
        n--;
    }
    memcpy(frame->bytes, at, n);
    frame->n = pi30_seal(frame->bytes, n);
    return true;
}

/* --- SRNE --- */

static void tell_srne_request(struct state *state)
{
    struct modbus_request request;
    struct told *told = &state->told;
    const struct frame_text *frame = &state->frame;
    if (!modbus_request_take(frame->bytes, frame->n, &request)) {
        told_error(told, TOLD_BROKEN, "the counts of this write contradict each other");
        return;
    }
    told->kind = TOLD_REQUEST;
    state->start = request.start;
    state->count = request.count;
    state->function = request.function;
    if (request.function == MODBUS_READ) {
        told_name(told, "read %u from 0x%04X of %u", request.count, request.start, request.unit);
        return;
    }
    told_name(told, "write %u to 0x%04X of %u", request.count, request.start, request.unit);
    struct hostlink_job job = job_of(state);
    enum srne_exception why =
        request.count <= SRNE_REGISTERS && request.function != MODBUS_READ_INPUT
            ? srne_write(&request, &job, state->values)
            : SRNE_LENGTH;
    if (why != SRNE_OK) {
        told_note(told, "%s", srne_exception_text((uint8_t)why));
    }
}

/* Registers that mean nothing here but are not 0. */
static void tell_others(struct state *state, const uint8_t *data)
{
    for (uint16_t i = 0; i < state->count; i++) {
        uint16_t address = (uint16_t)(state->start + i);
        uint16_t content = be16(data + 2U * i);
        if (srne_row_at(address) == NULL && content != 0) {
            char name[ITEM_POINT];
            snprintf(name, sizeof name, "register_0x%04X", address);
            items_number(&state->told.items, name, content, 0, "");
        }
    }
}

static bool tell_srne_reply(struct state *state)
{
    struct told *told = &state->told;
    const uint8_t *bytes = state->frame.bytes;
    size_t n = state->frame.n;
    told->kind = TOLD_REPLY;
    if ((bytes[1] & MODBUS_REFUSED) != 0 && n == 5) {
        told_name(told, "refused: %s", srne_exception_text(bytes[2]));
        items_number(&told->items, "exception", bytes[2], 0, "");
        return true;
    }
    if (bytes[1] == MODBUS_READ && n == 5U + bytes[2]) {
        if (state->count == 0 || bytes[2] != 2U * state->count) {
            told_error(told, TOLD_FOREIGN, "a reply whose request is not known");
            return true;
        }
        told_name(told, "%u from 0x%04X of %u", state->count, state->start, bytes[0]);
        srne_read(state->start, state->count, bytes + 3, &state->view);
        tell_others(state, bytes + 3);
        return true;
    }
    if ((bytes[1] == MODBUS_WRITE_ONE || bytes[1] == MODBUS_WRITE) && n == 8) {
        told_name(told, "written from 0x%04X of %u", be16(bytes + 2), bytes[0]);
        return true;
    }
    return false;
}

static void tell_srne(struct state *state)
{
    const struct frame_text *frame = &state->frame;
    const uint8_t *bytes = frame->bytes;
    if (frame->n < 4 || !modbus_crc_ok(bytes, frame->n)) {
        told_error(&state->told, TOLD_BROKEN, "the checksum is wrong");
        return;
    }
    bool request = modbus_request_length(bytes, frame->n) == (int)frame->n;
    bool twin = bytes[1] == state->function && state->count > 0 && frame->n == 8; /* 06, 10 */
    if (request && frame->way != WAY_REPLY && !(twin && bytes[1] != MODBUS_READ)) {
        tell_srne_request(state);
        return;
    }
    if (frame->way == WAY_REQUEST || !tell_srne_reply(state)) {
        told_error(&state->told, TOLD_FOREIGN, "no frame of functions 03, 06 and 10");
    }
    state->count = 0;
}

/* --- lines --- */

static void decode_line(struct decode_job *job, const char *line)
{
    struct state *state = job->state;
    struct told *told = &state->told;
    bool text = job->protocol->index == HOSTLINK_PI30;
    int64_t class_v = state->view.live[LIVE_BATTERY_CLASS_V];
    bool has_class = view_has(&state->view, LIVE_BATTERY_CLASS_V);
    enum frame_line kind = frame_text_read(line, &state->frame);
    if (kind == FRAME_EMPTY) {
        return;
    }
    memset(told, 0, offsetof(struct told, items));
    told->items.n = 0;
    memset(&state->view, 0, sizeof state->view);
    if (kind == FRAME_BAD && !(text && read_plain(line, &state->frame))) {
        told_error(told, TOLD_BROKEN, "it is no pairs of hex digits");
        snprintf(state->text, sizeof state->text, "%.*s", (int)strcspn(line, "\r\n"), line);
    } else {
        (text ? tell_pi30 : tell_srne)(state);
        inverter_items(&told->items, &state->view, state->product->inverter);
        frame_text_write(state->frame.bytes, state->frame.n, state->text, sizeof state->text);
    }
    if (has_class && !view_has(&state->view, LIVE_BATTERY_CLASS_V)) {
        view_put(&state->view, LIVE_BATTERY_CLASS_V, class_v);
    }
    job->broken += told->kind == TOLD_BROKEN;
    told_print(job->out, job->json, state->frame.has_time, state->frame.t_s, state->text, told);
}

static void end_job(struct decode_job *job) { free(job->state); }

const struct protocol_reader host_reader = {begin, decode_line, end_job};
