/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and replies of the PACE PC tool. */
#include "core/proto/pace_reader.h"

#include <string.h>

void pace_reader_init(struct pace_reader *reader, uint8_t address)
{
    memset(reader, 0, sizeof *reader);
    reader->address = address;
}

/* The frame's INFO and length are set. */
static size_t send(struct pace_reader *reader, uint8_t command, uint8_t *out, size_t room)
{
    reader->frame.version = PACE_VERSION;
    reader->frame.address = reader->address;
    reader->frame.cid1 = PACE_CID1;
    reader->frame.cid2 = command;
    int length = ascii_frame_encode(&reader->frame, out, room);
    return length > 0 ? (size_t)length : 0;
}

static size_t send_byte(struct pace_reader *reader, uint8_t command, uint8_t byte, uint8_t *out,
                        size_t room)
{
    reader->frame.info[0] = byte;
    reader->frame.length = 1;
    return send(reader, command, out, room);
}

size_t pace_ask(struct pace_reader *reader, uint8_t command, uint8_t *out, size_t room)
{
    reader->frame.length = 0;
    return send(reader, command, out, room);
}

size_t pace_ask_pack(struct pace_reader *reader, uint8_t command, uint8_t pack, uint8_t *out,
                     size_t room)
{
    return send_byte(reader, command, pack, out, room);
}

size_t pace_ask_group(struct pace_reader *reader, size_t group, uint8_t *out, size_t room)
{
    return group < PACE_GROUPS ? pace_ask(reader, pace_groups[group].read, out, room) : 0;
}

size_t pace_ask_write(struct pace_reader *reader, size_t group, const struct pace_values *values,
                      uint8_t *out, size_t room)
{
    int32_t fields[PACE_FIELDS] = {0};
    if (group >= PACE_GROUPS) {
        return 0;
    }
    const struct pace_group *of = &pace_groups[group];
    for (size_t k = 0; k < PACE_FIELDS && of->field[k].kind != FIELD_END; k++) {
        uint8_t id = of->field[k].parameter;
        if (of->field[k].kind == FIELD_BYTE) {
            continue;
        }
        if (!values->known[id]) {
            return 0;
        }
        fields[k] = values->value[id];
    }
    reader->frame.length = pace_group_encode(of, fields, true, reader->frame.info);
    int32_t back[PACE_FIELDS];
    if (pace_group_decode(of, reader->frame.info, reader->frame.length, back) != 0) {
        return 0;
    }
    for (size_t k = 0; k < PACE_FIELDS && of->field[k].kind != FIELD_END; k++) {
        if (of->field[k].kind != FIELD_BYTE && back[k] != fields[k]) {
            return 0; /* the field has no room for it, or not its precision */
        }
    }
    return send(reader, of->write, out, room);
}

size_t pace_ask_set_clock(struct pace_reader *reader, const struct desk_clock *clock, uint8_t *out,
                          size_t room)
{
    struct desk_clock back;
    reader->frame.length = pace_clock_put(clock, reader->frame.info);
    if (pace_clock_take(reader->frame.info, reader->frame.length, &back) != 0 ||
        back.year != clock->year) {
        return 0;
    }
    return send(reader, PACE_SET_CLOCK, out, room);
}

size_t pace_ask_record(struct pace_reader *reader, uint16_t index, uint8_t *out, size_t room)
{
    put_be16(reader->frame.info, index);
    reader->frame.length = 2;
    return send(reader, PACE_GET_RECORD, out, room);
}

size_t pace_ask_switch(struct pace_reader *reader, enum pace_switch which, bool on, uint8_t *out,
                       size_t room)
{
    static const struct {
        uint8_t command, off, on;
    } rows[] = {
        [PACE_SWITCH_BUZZER] = {PACE_SWITCHES, ORDER_BUZZER_OFF, ORDER_BUZZER_ON},
        [PACE_SWITCH_LED_ALARM] = {PACE_SWITCHES, ORDER_LED_OFF, ORDER_LED_ON},
        [PACE_SWITCH_LIMITER] = {PACE_SWITCHES, ORDER_LIMITER_OFF, ORDER_LIMITER_ON},
        [PACE_SWITCH_LOW_GEAR] = {PACE_SWITCHES, ORDER_HIGH_GEAR, ORDER_LOW_GEAR},
        [PACE_SWITCH_CHARGE_MOS] = {PACE_CHARGE_MOS, 0, 1},
        [PACE_SWITCH_DISCHARGE_MOS] = {PACE_DISCHARGE_MOS, 0, 1},
    };
    return send_byte(reader, rows[which].command, on ? rows[which].on : rows[which].off, out, room);
}

size_t pace_ask_admin(struct pace_reader *reader, enum desk_admin what, const char *text,
                      uint8_t *out, size_t room)
{
    uint16_t n = 0;
    while (text[n] != '\0' && n < PACE_ADMIN_TEXT) {
        reader->frame.info[n] = (uint8_t)text[n];
        n++;
    }
    reader->frame.length = n;
    return send(reader, (uint8_t)(PACE_ADMIN_FIRST + what), out, room);
}

size_t pace_ask_shut_down(struct pace_reader *reader, uint8_t *out, size_t room)
{
    return send_byte(reader, PACE_SHUT_DOWN, 1, out, room);
}

/* The frame of a reply, whoever of this line sent it. */
static int receive(struct pace_reader *reader, const uint8_t *bytes, size_t n)
{
    struct ascii_frame *frame = &reader->frame;
    int result = ascii_frame_decode(bytes, n, frame);
    if (result != 0) {
        return result;
    }
    bool ours = frame->version == PACE_VERSION &&
                (frame->cid1 == PACE_CID1 || frame->cid1 == PACE_CID1_OTHER) &&
                pace_is_return_code(frame->cid2);
    return ours ? frame->cid2 : PACE_STRANGE;
}

int pace_take_done(struct pace_reader *reader, const uint8_t *bytes, size_t n)
{
    int result = receive(reader, bytes, n);
    return result == 0 && reader->frame.length != 0 ? PACE_STRANGE : result;
}

int pace_take_packs(struct pace_reader *reader, const uint8_t *bytes, size_t n, bool analog,
                    struct battery_bank *bank)
{
    int result = receive(reader, bytes, n);
    if (result != 0) {
        return result;
    }
    const struct ascii_frame *frame = &reader->frame;
    size_t at = 2;
    uint8_t i = 0;
    for (; at < frame->length && i < BANK_PACKS; i++) {
        struct pack_view *pack = &bank->pack[i];
        result = analog ? pace_analog_take(frame->info, frame->length, &at, pack)
                        : pace_status_take(frame->info, frame->length, &at, pack, &pack->control);
        if (result != 0 && i > 0) {
            break; /* a vendor's extra behind the last pack */
        }
        if (result != 0) {
            return PACE_STRANGE;
        }
    }
    if (analog && i > 0) {
        bank->n_packs = i; /* a pack that left the set is not shown on with old values */
    }
    return i > 0 ? 0 : PACE_STRANGE;
}

int pace_take_group(struct pace_reader *reader, const uint8_t *bytes, size_t n, size_t group,
                    struct pace_values *values)
{
    int32_t fields[PACE_FIELDS];
    int result = receive(reader, bytes, n);
    if (result != 0) {
        return result;
    }
    const struct pace_group *of = &pace_groups[group];
    if (pace_group_decode(of, reader->frame.info, reader->frame.length, fields) != 0) {
        return PACE_STRANGE;
    }
    for (size_t k = 0; k < PACE_FIELDS && of->field[k].kind != FIELD_END; k++) {
        if (of->field[k].kind != FIELD_BYTE) {
            values->value[of->field[k].parameter] = fields[k];
            values->known[of->field[k].parameter] = true;
        }
    }
    return 0;
}

int pace_take_clock(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                    struct desk_clock *clock)
{
    int result = receive(reader, bytes, n);
    if (result != 0) {
        return result;
    }
    return pace_clock_take(reader->frame.info, reader->frame.length, clock) == 0 ? 0 : PACE_STRANGE;
}

int pace_take_record(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                     struct pace_record *record)
{
    int result = receive(reader, bytes, n);
    if (result != 0) {
        return result;
    }
    if (reader->frame.length == 0) {
        return PACE_NO_MORE;
    }
    return pace_record_take(reader->frame.info, reader->frame.length, record) == 0 ? 0
                                                                                   : PACE_STRANGE;
}

int pace_take_switch(struct pace_reader *reader, const uint8_t *bytes, size_t n, uint8_t *control)
{
    int result = receive(reader, bytes, n);
    if (result < 0) {
        return result;
    }
    if (reader->frame.length == 1 || reader->frame.length == 2) {
        *control = reader->frame.info[reader->frame.length - 1];
        return result;
    }
    return result != 0 ? result : PACE_STRANGE;
}

int pace_take_version(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                      char version[BANK_TEXT])
{
    int result = receive(reader, bytes, n);
    if (result == 0 && reader->frame.length < 1) {
        return PACE_STRANGE;
    }
    if (result == 0) {
        text_take(version, reader->frame.info, reader->frame.length);
    }
    return result;
}

int pace_take_names(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                    char serial[BANK_TEXT], char model[BANK_TEXT])
{
    int result = receive(reader, bytes, n);
    if (result != 0) {
        return result;
    }
    const struct ascii_frame *frame = &reader->frame;
    size_t half = PACE_NAMES_LENGTH / 2;
    if (frame->length < half) {
        return PACE_STRANGE;
    }
    text_take(serial, frame->info, half);
    text_take(model, frame->info + half, frame->length - half);
    return 0;
}

int pace_take_count(struct pace_reader *reader, const uint8_t *bytes, size_t n, uint8_t *packs)
{
    int result = receive(reader, bytes, n);
    if (result == 0 && reader->frame.length != 1) {
        return PACE_STRANGE;
    }
    *packs = result == 0 ? reader->frame.info[0] : *packs;
    return result;
}

int pace_take_capacity(struct pace_reader *reader, const uint8_t *bytes, size_t n,
                       struct pack_view *pack)
{
    int result = receive(reader, bytes, n);
    if (result != 0) {
        return result;
    }
    if (reader->frame.length != 6) {
        return PACE_STRANGE;
    }
    pack->remaining_mah = be16(reader->frame.info) * 10U;
    pack->full_mah = be16(reader->frame.info + 2) * 10U;
    pack->design_mah = be16(reader->frame.info + 4) * 10U;
    pack->heard |= VIEW_CAPACITY | VIEW_DESIGN;
    return 0;
}
