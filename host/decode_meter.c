/* SPDX-License-Identifier: Apache-2.0 */
#include "host/decode_meter.h"

#include <stdlib.h>
#include <string.h>

#include "core/proto/ascii_frame.h" /* be16 */
#include "host/decode_rs485.h"
#include "host/meter_items.h"

struct state {
    enum meter_type type;
    struct meter_scaling scaling[METER_ADDRESS_MAX + 1]; /* by address */
    struct modbus_request asked;                         /* count 0: no request is open */
    struct told told;
    struct frame_text frame;
    char text[3 * RS485_FRAME_MAX + 8];
};

static bool begin(struct decode_job *job)
{
    struct state *state = calloc(1, sizeof *state);
    job->state = state;
    if (state == NULL) {
        return false;
    }
    state->type = (enum meter_type)job->protocol->index;
    for (int i = 0; i <= METER_ADDRESS_MAX; i++) {
        state->scaling[i] =
            (struct meter_scaling){meter_maps[state->type].flavour, 1, METER_NO_PT10};
    }
    return true;
}

/* Words of the configuration, by their names where they have one. */
static void tell_words(struct state *state, uint8_t unit, uint16_t start, uint16_t count,
                       const uint8_t *data)
{
    const struct meter_map *map = &meter_maps[state->type];
    for (int i = 0; i < map->n_words; i++) {
        const struct meter_word_row *row = &map->words[i];
        uint16_t value;
        bool named = false;
        if (row->address < start || row->address >= start + count) {
            continue;
        }
        value = be16(data + 2 * (row->address - start));
        for (int k = 0; k < meter_word_point_count; k++) {
            if (meter_word_points[k].word == (enum meter_word)row->word) {
                meter_word_item(&state->told.items, unit, &meter_word_points[k], value);
                named = true;
            }
        }
        if (!named) {
            char name[ITEM_POINT];
            snprintf(name, sizeof name, "meter%d.register_0x%04X", unit, row->address);
            items_number(&state->told.items, name, value, 0, "");
        }
    }
}

static void tell_request(struct state *state)
{
    const struct frame_text *frame = &state->frame;
    struct told *told = &state->told;
    struct modbus_request *asked = &state->asked;
    if (!modbus_request_take(frame->bytes, frame->n, asked)) {
        told_error(told, TOLD_BROKEN, "the counts of this write contradict each other");
        return;
    }
    bool read = asked->function == MODBUS_READ || asked->function == MODBUS_READ_INPUT;
    told->kind = TOLD_REQUEST;
    told_name(told, "%s %u %s 0x%04X of %u", read ? "read" : "write", asked->count,
              read ? "from" : "to", asked->start, asked->unit);
    if (!read) {
        tell_words(state, asked->unit, asked->start, asked->count, asked->data);
    }
}

static void tell_values(struct state *state, uint8_t unit, const uint8_t *data)
{
    const struct modbus_request *asked = &state->asked;
    struct meter_scaling *scaling = &state->scaling[unit <= METER_ADDRESS_MAX ? unit : 0];
    bool dtsu = state->type == METER_DTSU666;
    struct meter_view view = {.heard = 0};
    int ratio = DTSU_RATIO - asked->start;
    int frequency = DTSU_FREQUENCY - asked->start;
    if (dtsu && ratio >= 0 && ratio + 2 <= asked->count) {
        (void)meter_ratio_told(data + 2 * ratio, scaling);
    }
    if (dtsu && frequency >= 0 && frequency + 2 <= asked->count) {
        (void)meter_flavour_told(data + 2 * frequency, &scaling->flavour);
    }
    meter_read(state->type, scaling, asked->start, asked->count, data, &view);
    meter_items(&state->told.items, unit, &view);
    tell_words(state, unit, asked->start, asked->count, data);
}

static bool tell_reply(struct state *state)
{
    struct told *told = &state->told;
    const struct modbus_request *asked = &state->asked;
    const uint8_t *bytes = state->frame.bytes;
    size_t n = state->frame.n;
    told->kind = TOLD_REPLY;
    if ((bytes[1] & MODBUS_REFUSED) != 0 && n == 5) {
        static const char *const words[] = {"?", "no such function", "no such register",
                                            "no such value"};
        told_name(told, "refused by %u: %s", bytes[0],
                  words[bytes[2] <= MODBUS_NO_VALUE ? bytes[2] : 0]);
        items_number(&told->items, "exception", bytes[2], 0, "");
        return true;
    }
    if ((bytes[1] == MODBUS_READ || bytes[1] == MODBUS_READ_INPUT) && n == 5U + bytes[2]) {
        if (asked->count == 0 || bytes[2] != 2U * asked->count || bytes[0] != asked->unit) {
            told_error(told, TOLD_FOREIGN, "a reply whose request is not known");
            return true;
        }
        told_name(told, "%u from 0x%04X of %u", asked->count, asked->start, bytes[0]);
        tell_values(state, bytes[0], bytes + 3);
        return true;
    }
    if (bytes[1] == MODBUS_WRITE && n == 8) {
        told_name(told, "written from 0x%04X of %u", be16(bytes + 2), bytes[0]);
        return true;
    }
    return false;
}

static void tell(struct state *state)
{
    const struct frame_text *frame = &state->frame;
    const uint8_t *bytes = frame->bytes;
    if (frame->n < 4 || !modbus_crc_ok(bytes, frame->n)) {
        told_error(&state->told, TOLD_BROKEN, "the checksum is wrong");
        return;
    }
    bool request = modbus_request_length(bytes, frame->n) == (int)frame->n;
    if (request && frame->way != WAY_REPLY) {
        tell_request(state);
        return;
    }
    if (frame->way == WAY_REQUEST || !tell_reply(state)) {
        told_error(&state->told, TOLD_FOREIGN, "no frame of functions 03, 04 and 16");
    }
    state->asked.count = 0;
}

static void decode_line(struct decode_job *job, const char *line)
{
    struct state *state = job->state;
    struct told *told = &state->told;
    enum frame_line kind = frame_text_read(line, &state->frame);
    if (kind == FRAME_EMPTY) {
        return;
    }
    memset(told, 0, offsetof(struct told, items));
    told->items.n = 0;
    if (kind == FRAME_BAD) {
        told_error(told, TOLD_BROKEN, "%s", state->frame.error);
        snprintf(state->text, sizeof state->text, "%.*s", (int)strcspn(line, "\r\n"), line);
    } else {
        tell(state);
        frame_text_write(state->frame.bytes, state->frame.n, state->text, sizeof state->text);
    }
    job->broken += told->kind == TOLD_BROKEN;
    told_print(job->out, job->json, state->frame.has_time, state->frame.t_s, state->text, told);
}

static void end_job(struct decode_job *job) { free(job->state); }

const struct protocol_reader meter_lines = {begin, decode_line, end_job};
