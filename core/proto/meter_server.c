/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The meter's end. A frame with a wrong sum and one for another address get silence: others are on
 * the line. 0 is for all, obeyed and not answered.
 *
 *   exception 01   a function other than 03 and 16 (DDSU666: 04 too)
 *             02   a register outside of the map; a write to one that is only read
 *             03   a count of 0 or above 125 (write: 123), a byte count that does not fit it, a
 *                  value out of its range
 *
 * Of one write all words or none.
 */
#include <string.h>

#include "core/proto/ascii_frame.h" /* be16 */
#include "core/proto/meter.h"

enum { LEAST = 4, EVERYBODY = 0, PAUSE_MS = 100 };

void meter_unit_init(struct meter_unit *unit, enum meter_type type, uint8_t address)
{
    const struct meter_map *map = &meter_maps[type];
    memset(unit, 0, sizeof *unit);
    unit->type = type;
    unit->flavour = map->flavour;
    for (int i = 0; i < map->n_words; i++) {
        unit->word[i] = map->words[i].def;
    }
    (void)meter_unit_set_word(unit, WORD_ADDRESS, address);
}

uint16_t meter_unit_word(const struct meter_unit *unit, enum meter_word word)
{
    int i = meter_word_index(unit->type, word);
    return i >= 0 ? unit->word[i] : 0;
}

bool meter_unit_set_word(struct meter_unit *unit, enum meter_word word, uint16_t value)
{
    int i = meter_word_index(unit->type, word);
    const struct meter_word_row *row = &meter_maps[unit->type].words[i >= 0 ? i : 0];
    if (i < 0 || value < row->min || value > row->max) {
        return false;
    }
    unit->word[i] = value;
    return true;
}

/* --- registers --- */

static bool is_there(const struct meter_map *map, uint32_t address)
{
    for (int i = 0; i < map->n_areas; i++) {
        if (address >= map->areas[i].first && address <= map->areas[i].last) {
            return true;
        }
    }
    return false;
}

static int word_at(const struct meter_map *map, uint16_t address)
{
    for (int i = 0; i < map->n_words; i++) {
        if (map->words[i].address == address) {
            return i;
        }
    }
    return -1;
}

static uint16_t content(const struct meter_unit *unit, const struct meter_view *view,
                        uint16_t address)
{
    const struct meter_map *map = &meter_maps[unit->type];
    const struct meter_scaling scaling = {unit->flavour, meter_unit_word(unit, WORD_CT),
                                          meter_unit_word(unit, WORD_PT10)};
    int word = word_at(map, address);
    if (word >= 0) {
        return unit->word[word];
    }
    for (int i = 0; i < map->n_registers; i++) {
        const struct meter_register *row = &map->registers[i];
        if ((row->address == address || row->address + 1 == address) &&
            meter_has(view, (enum meter_value)row->value)) {
            uint32_t bits =
                meter_bits(&scaling, (enum meter_kind)row->kind, view->value[row->value]);
            return (uint16_t)(row->address == address ? bits >> 16 : bits & UINT16_MAX);
        }
    }
    return 0;
}

/* --- requests --- */

static bool is_read(const struct meter_map *map, uint8_t function)
{
    return function == MODBUS_READ || (function == MODBUS_READ_INPUT && map->input_function);
}

static int judge_write(const struct meter_map *map, const struct modbus_request *request)
{
    for (uint16_t i = 0; i < request->count; i++) {
        int word = word_at(map, (uint16_t)(request->start + i));
        if (word < 0 || !map->words[word].writable) {
            return MODBUS_NO_ADDRESS;
        }
    }
    for (uint16_t i = 0; i < request->count; i++) {
        const struct meter_word_row *row =
            &map->words[word_at(map, (uint16_t)(request->start + i))];
        uint16_t value = be16(request->data + 2 * i);
        if (value < row->min || value > row->max) {
            return MODBUS_NO_VALUE;
        }
    }
    return 0;
}

/* The exception, 0: none. `fits`: the frame has the length of its function. */
static int judge(const struct meter_unit *unit, const uint8_t *frame, size_t n, bool fits,
                 struct modbus_request *request)
{
    const struct meter_map *map = &meter_maps[unit->type];
    bool read = is_read(map, request->function);
    if (!read && request->function != MODBUS_WRITE) {
        return MODBUS_NO_FUNCTION;
    }
    if (!fits || !modbus_request_take(frame, n, request) || request->count == 0 ||
        request->count > (read ? MODBUS_READ_MAX : MODBUS_WRITE_MAX)) {
        return MODBUS_NO_VALUE;
    }
    for (uint32_t i = 0; i < request->count; i++) {
        if (!is_there(map, (uint32_t)request->start + i)) {
            return MODBUS_NO_ADDRESS;
        }
    }
    return read ? 0 : judge_write(map, request);
}

static void obey(struct meter_unit *unit, const struct modbus_request *request)
{
    const struct meter_map *map = &meter_maps[unit->type];
    for (uint16_t i = 0; i < request->count; i++) {
        int word = word_at(map, (uint16_t)(request->start + i));
        uint16_t value = be16(request->data + 2 * i);
        bool clear = map->words[word].word == WORD_CLEAR; /* an order: it reads 0 again */
        unit->word[word] = clear ? 0 : value;
        unit->clear_energy |= clear && value == 1;
    }
}

static size_t answer(struct meter_server *server, size_t n, bool fits, const struct meter_job *job,
                     uint8_t *reply)
{
    const uint8_t *frame = server->bytes;
    struct modbus_request request = {.unit = frame[0], .function = frame[1]};
    int why = judge(job->unit, frame, n, fits, &request);
    bool write = request.function == MODBUS_WRITE;
    server->requests++;
    if (why == 0 && write) {
        obey(job->unit, &request);
    }
    server->refusals += why != 0 ? 1 : 0;
    if (request.unit == EVERYBODY) {
        return 0;
    }
    if (why != 0) {
        return modbus_refuse(reply, request.unit, request.function, (enum modbus_exception)why);
    }
    if (write) {
        return modbus_confirm(reply, &request);
    }
    for (uint16_t i = 0; i < request.count; i++) {
        server->registers[i] = content(job->unit, job->view, (uint16_t)(request.start + i));
    }
    return modbus_answer(reply, request.unit, request.function, server->registers, request.count);
}

/* --- bytes --- */

static bool is_ours(const struct meter_unit *unit, uint8_t address)
{
    return address == EVERYBODY || address == meter_unit_word(unit, WORD_ADDRESS);
}

static bool speaks(const struct meter_job *job)
{
    return job->view != NULL && meter_has(job->view, METER_W10) &&
           meter_unit_word(job->unit, WORD_PROTOCOL) != METER_DLT645;
}

static void drop(struct meter_server *server, size_t n)
{
    server->n = (uint16_t)(server->n - n);
    memmove(server->bytes, server->bytes + n, server->n);
}

/* Answers the first n bytes held, a whole frame, and lets go of them. */
static size_t take_frame(struct meter_server *server, size_t n, bool fits,
                         const struct meter_job *job, uint8_t *reply)
{
    size_t length = 0;
    if (!is_ours(job->unit, server->bytes[0])) {
        server->foreign++;
    } else if (speaks(job)) {
        length = answer(server, n, fits, job, reply);
    }
    drop(server, n);
    return length;
}

static size_t take_byte(struct meter_server *server, uint8_t byte, const struct meter_job *job,
                        uint8_t *reply)
{
    const uint8_t units[] = {(uint8_t)meter_unit_word(job->unit, WORD_ADDRESS), EVERYBODY};
    if (server->n == sizeof server->bytes) {
        server->dropped++;
        drop(server, 1);
    }
    server->bytes[server->n++] = byte;
    int length = modbus_request_length(server->bytes, server->n);
    if (length > 0) {
        return take_frame(server, (size_t)length, true, job, reply);
    }
    if (length < 0 && server->n >= LEAST && modbus_crc_ok(server->bytes, server->n)) {
        return take_frame(server, server->n, false, job, reply);
    }
    size_t garbage =
        length < 0 ? modbus_request_behind(server->bytes, server->n, units, sizeof units) : 0;
    if (garbage > 0) {
        server->dropped += (uint32_t)garbage;
        drop(server, garbage);
        return take_frame(server, server->n, true, job, reply);
    }
    return 0;
}

/* Nothing more comes: what is held is a frame of a wrong length, or hides a request, or is broken.
 */
static size_t take_quiet(struct meter_server *server, const struct meter_job *job, uint8_t *reply)
{
    if (server->n >= LEAST && modbus_crc_ok(server->bytes, server->n)) {
        return take_frame(server, server->n, false, job, reply);
    }
    server->broken += server->n >= LEAST ? 1 : 0;
    while (server->n > 0) {
        int length = modbus_request_length(server->bytes, server->n);
        if (length > 0 && is_ours(job->unit, server->bytes[0])) {
            return take_frame(server, (size_t)length, true, job, reply);
        }
        server->dropped++;
        drop(server, 1);
    }
    return 0;
}

size_t meter_server_take(struct meter_server *server, const uint8_t *bytes, size_t n, size_t *used,
                         const struct meter_job *job, uint8_t *reply)
{
    size_t length = 0;
    *used = 0;
    if (server->n > 0 && job->now_ms - server->heard_ms > PAUSE_MS) {
        length = take_quiet(server, job, reply);
    }
    for (; *used < n && length == 0; (*used)++) {
        server->heard_ms = job->now_ms;
        length = take_byte(server, bytes[*used], job, reply);
    }
    server->replies += length > 0 ? 1 : 0;
    return length;
}
