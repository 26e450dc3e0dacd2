/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The battery protocols that are Modbus, told from outside. A reply's registers go into an image;
 * the codec reads the parts it knows out of that, and of what it found the points are told whose
 * registers were in this reply.
 */
#include <string.h>

#include "core/proto/rs485_ends.h"
#include "host/rs485/exchange.h"
#include "host/rs485/register_rows.h"

enum {
    WORDS_MAX = 125,
    HEAD = 3,
    HEAD_WIDE = 4,
    PLAUSIBLE_LOW_MV = 1000,
    PLAUSIBLE_HIGH_MV = 5000,
    GROWATT_EARLY = 0x70,
    GROWATT_CELLS = 0x71
};

struct reply {
    uint8_t unit;
    uint16_t start, count;
    const uint8_t *data;
};

/* What a read reply's bytes are: where the data begin and how many registers; 0: it is none. */
static size_t data_of(const struct exchange *exchange, const uint8_t *bytes, size_t n,
                      uint16_t *count)
{
    bool reads = n > 5 && (bytes[1] == MODBUS_READ || bytes[1] == MODBUS_READ_INPUT);
    *count = 0;
    if (reads && bytes[2] > 0 && n == 5U + bytes[2] && bytes[2] % 2 == 0) {
        *count = bytes[2] / 2;
        return HEAD;
    }
    if (reads && exchange->protocol == RS485_VOLTRONIC && n >= 8 && n % 2 == 0) {
        uint16_t words = (uint16_t)((n - 6) / 2); /* counted in words; some count bytes */
        *count = words;
        return be16(bytes + 2) == words || be16(bytes + 2) == 2U * words ? HEAD_WIDE : 0;
    }
    return 0;
}

/* The codec's reading of one of its steps out of the image. */
static void read_step(struct exchange *exchange, const struct rs485_step *step, uint8_t unit)
{
    uint8_t bytes[HEAD + 2 * WORDS_MAX + 2] = {unit, MODBUS_READ, (uint8_t)(2 * step->count)};
    for (size_t k = 0; k < step->count; k++) {
        put_be16(bytes + HEAD + 2 * k, exchange->image[step->code + k]);
    }
    exchange->client.step = (uint8_t)(step - rs485_end_of(exchange->protocol)->steps);
    (void)rs485_end_of(exchange->protocol)->hear(&exchange->client, step, bytes, &exchange->bank);
}

static bool overlaps(uint32_t first, uint32_t n, const struct reply *reply)
{
    return first < (uint32_t)reply->start + reply->count && reply->start < first + n;
}

static bool within(uint32_t first, uint32_t n, const struct reply *reply)
{
    return first >= reply->start && first + n <= (uint32_t)reply->start + reply->count;
}

/* Fills the image, and for what the reply does not hold what the codec needs to go on. */
static void fill_image(struct exchange *exchange, const struct register_map *map,
                       const struct reply *reply)
{
    uint16_t *image = exchange->image;
    memset(image, 0, sizeof exchange->image);
    image[map->count_register] = map->count_usual;
    image[map->sensor_register] = map->sensor_register != 0 ? map->sensor_usual : image[0];
    for (size_t k = 0; k < reply->count; k++) {
        if (reply->start + k < EXCHANGE_REGISTERS) {
            image[reply->start + k] = be16(reply->data + 2 * k);
        }
    }
}

/* Growatt: some firmware has its first cell one register early. */
static bool is_early(const struct exchange *exchange, const struct reply *reply)
{
    uint16_t mv = exchange->image[GROWATT_EARLY];
    return exchange->protocol == RS485_GROWATT && within(GROWATT_EARLY, 1, reply) &&
           mv >= PLAUSIBLE_LOW_MV && mv <= PLAUSIBLE_HIGH_MV;
}

static void put_row(struct items *items, const struct exchange *exchange,
                    const struct register_row *row, const struct reply *reply)
{
    int pack = reply->unit > 0 ? reply->unit : 1;
    const struct pack_view *view = &exchange->bank.pack[0];
    for (int i = 0; i < (row->times > 0 ? row->times : 1); i++) {
        char name[ITEM_POINT];
        if (!within(row->first + (uint32_t)(i * row->words), row->words, reply)) {
            continue;
        }
        if (row->times == 0) {
            snprintf(name, sizeof name, "%s", row->point);
        } else {
            bool cell = row->point[0] == 'c';
            snprintf(name, sizeof name, "%s_%d_%s", cell ? "cell" : "temperature", row->number + i,
                     cell ? "v" : "c");
        }
        if (strncmp(name, "battery.", 8) == 0) {
            (void)items_whole_point(items, &exchange->client.told, name);
        } else {
            (void)items_pack_point(items, view, pack, name);
        }
    }
}

/* Registers nothing is known of, as they came. */
static void put_unknown(struct items *items, const struct register_map *map,
                        const struct reply *reply)
{
    for (size_t k = 0; k < reply->count; k++) {
        uint32_t at = reply->start + (uint32_t)k;
        uint16_t value = be16(reply->data + 2 * k);
        bool known = value == 0;
        for (int i = 0; i < map->n_rows && !known; i++) {
            const struct register_row *row = &map->rows[i];
            uint32_t n = (uint32_t)row->words * (row->times > 0 ? row->times : 1U);
            known = at >= row->first && at < row->first + n;
        }
        if (!known) {
            char point[ITEM_POINT];
            snprintf(point, sizeof point, "pack%d.register_%u", reply->unit > 0 ? reply->unit : 1,
                     (unsigned)at);
            items_number(items, point, value, 0, "");
        }
    }
}

static void tell_registers(struct exchange *exchange, const struct reply *reply, struct told *told)
{
    const struct rs485_end *end = rs485_end_of(exchange->protocol);
    const struct register_map *map = register_map_of(exchange->protocol);
    struct pack_view *view = &exchange->bank.pack[0];
    rs485_client_init(&exchange->client, exchange->protocol, reply->unit, 2);
    exchange->bank.n_packs = 1;
    *view = (struct pack_view){
        .n_cells = (uint8_t)map->count_usual, .mos_c10 = TEMP_ABSENT, .env_c10 = TEMP_ABSENT};
    fill_image(exchange, map, reply);
    bool early = is_early(exchange, reply);
    if (early) {
        memmove(exchange->image + GROWATT_CELLS, exchange->image + GROWATT_EARLY,
                16 * sizeof exchange->image[0]);
        told_note(told, "cell 1 is in register 112, one before its place in the document");
    }
    for (int i = 0; i < end->n_steps; i++) {
        const struct rs485_step *step = &end->steps[i];
        if (overlaps(step->code, step->count, reply) &&
            step->code + step->count <= EXCHANGE_REGISTERS) {
            read_step(exchange, step, reply->unit);
        }
    }
    for (int i = 0; i < map->n_rows; i++) {
        struct register_row row = map->rows[i];
        row.first = (uint16_t)(row.first - (early && row.first == GROWATT_CELLS ? 1 : 0));
        put_row(&told->items, exchange, &row, reply);
    }
    put_unknown(&told->items, map, reply);
}

/* Where a reply without its request may begin: at the only step of that length. */
static bool guess_start(const struct exchange *exchange, uint16_t count, uint16_t *start)
{
    const struct rs485_end *end = rs485_end_of(exchange->protocol);
    int n = 0;
    for (int i = 0; i < end->n_steps; i++) {
        if (end->steps[i].count == count) {
            *start = end->steps[i].code;
            n++;
        }
    }
    return n == 1;
}

static void tell_reply(struct exchange *exchange, const uint8_t *bytes, size_t at, uint16_t count,
                       struct told *told)
{
    struct reply reply = {.unit = bytes[0], .count = count, .data = bytes + at};
    bool asked = exchange->asked && exchange->address == bytes[0] && exchange->command == bytes[1];
    bool known = asked && exchange->count == count;
    told->kind = TOLD_REPLY;
    reply.start = exchange->start;
    exchange->asked = false;
    if (!known) {
        bool guessed = guess_start(exchange, count, &reply.start);
        told_note(told, "no request of this length before it: %s",
                  guessed ? "told by the number of its registers"
                          : "which registers these are is not known");
        if (!guessed) {
            told_name(told, "%u registers of unit %u", count, bytes[0]);
            return;
        }
    }
    told_name(told, "registers %u to %u of unit %u", reply.start, reply.start + count - 1U,
              reply.unit);
    tell_registers(exchange, &reply, told);
}

static void tell_request(struct exchange *exchange, const uint8_t *bytes, size_t n,
                         struct told *told)
{
    struct modbus_request request;
    if (!modbus_request_take(bytes, n, &request)) {
        told_error(told, TOLD_BROKEN, "the number of registers is not that of the data");
        return;
    }
    bool reads = request.function == MODBUS_READ || request.function == MODBUS_READ_INPUT;
    told->kind = TOLD_REQUEST;
    exchange->asked = true;
    exchange->address = request.unit;
    exchange->command = request.function;
    exchange->start = request.start;
    exchange->count = request.count;
    told_name(told, "%s registers %u to %u of unit %u", reads ? "asks for" : "writes",
              request.start, request.start + (request.count > 0 ? request.count - 1U : 0U),
              request.unit);
    for (size_t k = 0; !reads && k < request.count; k++) {
        char point[ITEM_POINT];
        snprintf(point, sizeof point, "pack%d.register_%u", request.unit > 0 ? request.unit : 1,
                 (unsigned)(request.start + k));
        items_number(&told->items, point, be16(request.data + 2 * k), 0, "");
    }
}

static void tell_refusal(struct exchange *exchange, const uint8_t *bytes, struct told *told)
{
    static const char *const words[] = {"?", "unknown function", "no such register",
                                        "no such value", "failure"};
    uint8_t code = bytes[2];
    told->kind = TOLD_REPLY;
    exchange->asked = false;
    told_name(told, "refusal %u (%s) of unit %u", code,
              words[code < sizeof words / sizeof words[0] ? code : 0], bytes[0]);
}

static void explain(const uint8_t *bytes, size_t n, struct told *told)
{
    if (n < 5) {
        told_error(told, TOLD_BROKEN, "too short: %zu bytes, a frame has 5 at least", n);
    } else if (!modbus_crc_ok(bytes, n)) {
        uint16_t crc = modbus_crc(bytes, n - 2);
        told_error(told, TOLD_BROKEN, "the CRC is %02X %02X, of these bytes it is %02X %02X",
                   bytes[n - 2], bytes[n - 1], crc & 0xFFU, (unsigned)crc >> 8);
    } else {
        told_error(told, TOLD_BROKEN, "%zu bytes of function %02X are neither request nor reply", n,
                   bytes[1]);
    }
}

void exchange_registers(struct exchange *exchange, const uint8_t *bytes, size_t n,
                        enum frame_way way, struct told *told)
{
    uint16_t count = 0;
    if (n < 5 || !modbus_crc_ok(bytes, n)) {
        explain(bytes, n, told);
        return;
    }
    bool request = modbus_request_length(bytes, n) == (int)n;
    size_t at = data_of(exchange, bytes, n, &count);
    bool writes = bytes[1] == MODBUS_WRITE_ONE || bytes[1] == MODBUS_WRITE;
    bool answers =
        exchange->asked && exchange->address == bytes[0] && exchange->command == bytes[1];
    /* a reply of one register counted in words looks like a request */
    bool reply = at != 0 && (way == WAY_REPLY || !request ||
                             (way == WAY_UNKNOWN && answers && exchange->count == count));
    if (reply) {
        tell_reply(exchange, bytes, at, count, told);
    } else if (writes && n == 8 && (way == WAY_REPLY || (way == WAY_UNKNOWN && answers))) {
        told->kind = TOLD_REPLY;
        exchange->asked = false;
        told_name(told, "has written register %u of unit %u", be16(bytes + 2), bytes[0]);
    } else if (request) {
        tell_request(exchange, bytes, n, told);
    } else if (n == 5 && (bytes[1] & MODBUS_REFUSED) != 0) {
        tell_refusal(exchange, bytes, told);
    } else {
        explain(bytes, n, told);
    }
}
