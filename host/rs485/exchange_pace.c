/* SPDX-License-Identifier: Apache-2.0 */
/* PACE ASCII, told from outside. */
#include <string.h>

#include "core/proto/pace_ascii.h"
#include "core/proto/pace_groups.h"
#include "host/rs485/exchange.h"

static bool tell_packs(const struct ascii_frame *frame, int pack, struct items *items, bool analog)
{
    size_t at = 2;
    int n = 0;
    while (at < frame->length) {
        struct pack_view view = {.mos_c10 = TEMP_ABSENT, .env_c10 = TEMP_ABSENT};
        uint8_t control = 0;
        int error = analog ? pace_analog_take(frame->info, frame->length, &at, &view)
                           : pace_status_take(frame->info, frame->length, &at, &view, &control);
        if (error != 0) {
            break;
        }
        if (n == 0 && at < frame->length && frame->length > 2U * (at - 2)) {
            pack = 1; /* of several, the first */
        }
        items_pack(items, &view, pack + n, view.heard);
        n++;
    }
    return n > 0;
}

static void tell_text(struct items *items, int pack, const char *name, const uint8_t *from)
{
    char point[ITEM_POINT];
    char text[BANK_TEXT];
    snprintf(point, sizeof point, "pack%d.%s", pack, name);
    text_take(text, from, PACE_VERSION_LENGTH);
    items_text(items, point, text);
}

static void tell_clock(struct items *items, int pack, const char *name,
                       const struct desk_clock *clock)
{
    char point[ITEM_POINT];
    char text[ITEM_TEXT];
    snprintf(point, sizeof point, "pack%d.%s", pack, name);
    snprintf(text, sizeof text, "%04u-%02u-%02uT%02u:%02u:%02u", clock->year, clock->month,
             clock->day, clock->hour, clock->minute, clock->second);
    items_text(items, point, text);
}

static bool tell_record(const struct ascii_frame *frame, int pack, struct items *items)
{
    struct pace_record record;
    if (pace_record_take(frame->info, frame->length, &record) != 0) {
        return false;
    }
    tell_clock(items, pack, "recorded_at", &record.at);
    items_pack(items, &record.pack, pack, record.pack.heard);
    return true;
}

static bool tell_capacity(const struct ascii_frame *frame, int pack, struct items *items)
{
    struct pack_view view = {.heard = VIEW_CAPACITY | VIEW_DESIGN};
    if (frame->length < 6) {
        return false;
    }
    view.remaining_mah = be16(frame->info) * 10U;
    view.full_mah = be16(frame->info + 2) * 10U;
    view.design_mah = be16(frame->info + 4) * 10U;
    items_pack(items, &view, pack, view.heard);
    return true;
}

/* Fields of a parameter page, of a reply to its reading. */
static bool tell_group(const struct pace_group *group, const struct ascii_frame *frame, int pack,
                       struct items *items)
{
    int32_t values[PACE_FIELDS];
    if (pace_group_decode(group, frame->info, frame->length, values) != 0) {
        return false;
    }
    for (size_t k = 0; k < PACE_FIELDS && group->field[k].kind != FIELD_END; k++) {
        const struct pace_field *field = &group->field[k];
        if (field->kind == FIELD_BYTE) {
            continue;
        }
        struct item *item =
            items_parameter(items, pack, (enum parameter_id)field->parameter, values[k]);
        /* 300 A in the one byte of E3 are sent as 255 */
        item->at_least = field->kind == FIELD_U8 && values[k] == UINT8_MAX * field->step;
    }
    return true;
}

static bool tell_names(const struct ascii_frame *frame, int pack, struct items *items)
{
    if (frame->length < PACE_NAMES_LENGTH / 2) {
        return false;
    }
    tell_text(items, pack, "serial", frame->info);
    if (frame->length >= PACE_NAMES_LENGTH) {
        tell_text(items, pack, "model", frame->info + PACE_NAMES_LENGTH / 2);
    }
    return true;
}

/* Data of the reply to a command; false: they do not fit. */
static bool tell(uint8_t command, const struct ascii_frame *frame, int pack, struct items *items)
{
    struct desk_clock clock;
    char point[ITEM_POINT];
    bool writes = false;
    const struct pace_group *group = pace_group_of(command, &writes);
    switch (command) {
    case PACE_GET_ANALOG:
    case PACE_GET_STATUS: return tell_packs(frame, pack, items, command == PACE_GET_ANALOG);
    case PACE_GET_PACKS:
        items_number(items, "battery.pack_count", frame->length > 0 ? frame->info[0] : 0, 0, "");
        return frame->length > 0;
    case PACE_GET_VERSION:
        if (frame->length < PACE_VERSION_LENGTH) {
            return false;
        }
        tell_text(items, pack, "version", frame->info);
        return true;
    case PACE_GET_NAMES: return tell_names(frame, pack, items);
    case PACE_GET_CAPACITY: return tell_capacity(frame, pack, items);
    case PACE_GET_RECORD: return frame->length == 0 || tell_record(frame, pack, items);
    case PACE_GET_CLOCK:
        if (pace_clock_take(frame->info, frame->length, &clock) != 0) {
            return false;
        }
        tell_clock(items, pack, "clock", &clock);
        return true;
    case PACE_SWITCHES:
    case PACE_CHARGE_MOS:
    case PACE_DISCHARGE_MOS:
        snprintf(point, sizeof point, "pack%d.control", pack);
        if (frame->length > 0) {
            items_number(items, point, frame->info[frame->length - 1], 0, "");
        }
        return true;
    default: return group == NULL || writes || tell_group(group, frame, pack, items);
    }
}

static const struct {
    uint8_t code;
    const char *name;
} names[] = {
    {PACE_GET_ANALOG, "analog values"},  {PACE_GET_STATUS, "states"},
    {PACE_GET_PACKS, "number of packs"}, {PACE_SWITCHES, "switches"},
    {PACE_CHARGE_MOS, "charge MOS"},     {PACE_DISCHARGE_MOS, "discharge MOS"},
    {PACE_SHUT_DOWN, "shut down"},       {PACE_GET_RECORD, "event record"},
    {PACE_GET_CAPACITY, "capacity"},     {PACE_GET_CLOCK, "clock"},
    {PACE_SET_CLOCK, "clock"},           {PACE_GET_VERSION, "version"},
    {PACE_GET_NAMES, "names"},
};

/* What a command is about; NULL: it is not known. */
static const char *name_of(uint8_t command, bool *writes)
{
    const struct pace_group *group = pace_group_of(command, writes);
    if (group != NULL) {
        return group->name;
    }
    *writes = (command >= PACE_SWITCHES && command <= PACE_SHUT_DOWN) || command == PACE_SET_CLOCK;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].code == command) {
            return names[i].name;
        }
    }
    return NULL;
}

/* The command whose reply this can be, by its length: others share theirs. */
static uint8_t guess(const struct ascii_frame *frame, int pack, struct items *items)
{
    static const uint8_t packs[] = {PACE_GET_ANALOG, PACE_GET_STATUS};
    for (size_t i = 0; i < sizeof packs; i++) {
        items->n = 0;
        if (frame->length > 20 && tell(packs[i], frame, pack, items)) {
            items->n = 0;
            return packs[i];
        }
    }
    items->n = 0;
    bool text = frame->length >= PACE_VERSION_LENGTH && frame->info[0] >= ' ';
    return text && frame->length == PACE_NAMES_LENGTH     ? PACE_GET_NAMES
           : text && frame->length == PACE_VERSION_LENGTH ? PACE_GET_VERSION
                                                          : 0;
}

static void tell_reply(struct exchange *exchange, struct told *told)
{
    const struct ascii_frame *frame = &exchange->frame;
    uint8_t command = exchange->asked ? exchange->command : 0;
    int pack = frame->address > 0 ? frame->address : 1;
    bool writes;
    told->kind = TOLD_REPLY;
    if (exchange->asked && exchange->about > 0 && exchange->about <= BANK_PACKS) {
        pack = exchange->about;
    }
    exchange->asked = false;
    if (frame->cid2 != PACE_OK) {
        told_name(told, "refusal %02X of address %u", frame->cid2, frame->address);
        return;
    }
    if (command == 0 && frame->length > 0) {
        command = guess(frame, pack, &told->items);
        told_note(told, command != 0 ? "no request before it: told by its length and form"
                                     : "no request before it: its data are not understood");
    }
    const char *name = name_of(command, &writes);
    told_name(told, "%s of address %u", name != NULL ? name : "reply", frame->address);
    if (command != 0 && !tell(command, frame, pack, &told->items)) {
        told->items.n = 0;
        told_error(told, TOLD_BROKEN, "the data (%u bytes) do not fit \"%s\"", frame->length,
                   name != NULL ? name : "it");
    }
}

void exchange_pace(struct exchange *exchange, struct told *told)
{
    const struct ascii_frame *frame = &exchange->frame;
    bool device = frame->cid1 == PACE_CID1 || frame->cid1 == PACE_CID1_OTHER;
    if (frame->version != PACE_VERSION || !device) {
        told_error(told, TOLD_FOREIGN, "not of pace: version %02X, device type %02X%s",
                   frame->version, frame->cid1,
                   frame->version == 0x20 ? " (pylon-rs485 has this version)" : "");
        return;
    }
    if (pace_is_return_code(frame->cid2)) {
        tell_reply(exchange, told);
        return;
    }
    bool writes = false;
    const char *name = name_of(frame->cid2, &writes);
    told->kind = TOLD_REQUEST;
    if (name != NULL) {
        told_name(told, "%s %s of address %u", writes ? "sets" : "asks for", name, frame->address);
    } else {
        told_name(told, "asks for an unknown command of address %u", frame->address);
        told_note(told, "command %02X", frame->cid2);
    }
    bool of_pack = frame->cid2 == PACE_GET_ANALOG || frame->cid2 == PACE_GET_STATUS;
    exchange->asked = true;
    exchange->address = frame->address;
    exchange->command = frame->cid2;
    exchange->about = of_pack && frame->length > 0 ? frame->info[0] : 0;
}
