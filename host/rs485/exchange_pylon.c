/* SPDX-License-Identifier: Apache-2.0 */
/* Pylontech's RS485, told from outside. */
#include <string.h>

#include "core/proto/pylon_view.h"
#include "host/rs485/exchange.h"

enum { PYLON_FIRMWARE_LENGTH = 6, PACE_VERSION = 0x25 };

/* Data of a reply; false: they do not fit the command. `pack` is its number. */
typedef bool tell_fn(const struct ascii_frame *frame, int pack, struct items *items);

static bool tell_packs(const struct ascii_frame *frame, int pack, struct items *items, bool analog)
{
    size_t at = 2;
    int n = 0;
    int n_before = items->n;
    bool several = false;
    while (at < frame->length) {
        struct pylon_analog values;
        struct pylon_alarm alarm;
        struct pack_view view = {.mos_c10 = TEMP_ABSENT, .env_c10 = TEMP_ABSENT};
        size_t from = at;
        int error = analog ? pylon_analog_take(frame->info, frame->length, &at, &values)
                           : pylon_alarm_take(frame->info, frame->length, &at, &alarm);
        if (error != 0) {
            break;
        }
        if (n == 0 && at < frame->length && !several) { /* of several, the first is pack 1 */
            several = true;
            pack = 1;
        }
        if (analog) {
            pylon_analog_to(&values, &view);
        } else {
            pylon_alarm_to(&alarm, &view);
        }
        items_pack(items, &view, pack + n, view.heard);
        n++;
        if (at == from) {
            break;
        }
    }
    bool whole = n > 0 && at == frame->length;
    items->n = whole ? items->n : n_before;
    return whole;
}

static bool tell_analog(const struct ascii_frame *frame, int pack, struct items *items)
{
    return tell_packs(frame, pack, items, true);
}

static bool tell_alarm(const struct ascii_frame *frame, int pack, struct items *items)
{
    return tell_packs(frame, pack, items, false);
}

static bool tell_limits(const struct ascii_frame *frame, int pack, struct items *items)
{
    struct pylon_limits limits;
    struct pack_view view = {.heard = 0};
    if (frame->length != 10 || pylon_limits_decode(frame->info, frame->length, &limits) != 0) {
        return false;
    }
    pylon_limits_to(&limits, &view);
    items_pack(items, &view, pack, view.heard);
    return true;
}

static bool tell_parameters(const struct ascii_frame *frame, int pack, struct items *items)
{
    struct pylon_parameters p;
    if (frame->length != 25 || pylon_parameters_decode(frame->info, frame->length, &p) != 0) {
        return false;
    }
    const struct {
        enum parameter_id id;
        int32_t value;
    } rows[] = {
        {PARAM_CELL_OV_PROTECT, p.cell_high_mv},
        {PARAM_CELL_UV_ALARM, p.cell_low_mv},
        {PARAM_CELL_UV_PROTECT, p.cell_under_mv},
        {PARAM_PACK_OV_PROTECT, p.module_high_mv},
        {PARAM_PACK_UV_ALARM, p.module_low_mv},
        {PARAM_PACK_UV_PROTECT, p.module_under_mv},
        {PARAM_CHARGE_OT_PROTECT, p.charge_hot_c10},
        {PARAM_CHARGE_UT_PROTECT, p.charge_cold_c10},
        {PARAM_DISCHARGE_OT_PROTECT, p.discharge_hot_c10},
        {PARAM_DISCHARGE_UT_PROTECT, p.discharge_cold_c10},
        {PARAM_CHARGE_OC_PROTECT, p.charge_ma},
        {PARAM_DISCHARGE_OC_1_PROTECT, p.discharge_ma},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        items_parameter(items, pack, rows[i].id, rows[i].value);
    }
    return true;
}

static bool tell_maker(const struct ascii_frame *frame, int pack, struct items *items)
{
    struct pylon_maker maker;
    struct pack_view view = {.heard = VIEW_TEXTS};
    if (frame->length != 32 || pylon_maker_decode(frame->info, frame->length, &maker) != 0) {
        return false;
    }
    memcpy(view.model, maker.name, sizeof maker.name);
    memcpy(view.maker, maker.maker, sizeof maker.maker);
    version_put(view.version, maker.major, maker.minor);
    items_pack(items, &view, pack, VIEW_TEXTS);
    return true;
}

static bool tell_serial(const struct ascii_frame *frame, int pack, struct items *items)
{
    struct pack_view view = {.heard = VIEW_TEXTS};
    if (frame->length != 1 + PYLON_SERIAL_LENGTH) {
        return false;
    }
    text_take(view.serial, frame->info + 1, PYLON_SERIAL_LENGTH);
    items_pack(items, &view, pack, VIEW_TEXTS);
    return true;
}

static bool tell_firmware(const struct ascii_frame *frame, int pack, struct items *items)
{
    char point[ITEM_POINT];
    char text[ITEM_TEXT];
    const uint8_t *info = frame->info;
    if (frame->length != PYLON_FIRMWARE_LENGTH) {
        return false;
    }
    snprintf(point, sizeof point, "pack%d.version", pack);
    snprintf(text, sizeof text, "%u.%u, main line %u.%u.%u", info[1], info[2], info[3], info[4],
             info[5]);
    items_text(items, point, text);
    return true;
}

static bool tell_identity(const struct ascii_frame *frame, int pack, struct items *items)
{
    struct pylon_identity identity;
    char text[ITEM_TEXT];
    (void)pack;
    bool letter = frame->length > 0 && frame->info[0] >= ' ' && frame->info[0] < 0x7F;
    if (!letter || pylon_identity_decode(frame->info, frame->length, &identity) != 0) {
        return false;
    }
    items_text(items, "battery.name", identity.name);
    items_text(items, "battery.maker", identity.maker);
    if (identity.serial[0] != '\0') {
        items_text(items, "battery.serial", identity.serial);
    }
    snprintf(text, sizeof text, "%u.%u", identity.major, identity.minor);
    items_text(items, "battery.version", text);
    items_number(items, "battery.pack_count", identity.packs, 0, "");
    return true;
}

static bool tell_system(const struct ascii_frame *frame, int pack, struct items *items)
{
    struct pylon_system system;
    struct battery_report whole = {.heard = 0};
    (void)pack;
    if (frame->length != 49 || pylon_system_decode(frame->info, frame->length, &system) != 0) {
        return false;
    }
    pylon_system_to(&system, &whole);
    items_whole(items, &whole);
    return true;
}

static bool tell_reasons(const struct ascii_frame *frame, int pack, struct items *items)
{
    struct battery_report whole = {.heard = HEARD_FLAGS};
    (void)pack;
    if (frame->length != 4 ||
        pylon_reasons_decode(frame->info, frame->length, &whole.protections, &whole.alarms) != 0) {
        return false;
    }
    items_whole(items, &whole);
    return true;
}

static bool tell_system_limits(const struct ascii_frame *frame, int pack, struct items *items)
{
    struct pylon_limits limits;
    (void)pack;
    if (frame->length != 9 ||
        pylon_system_limits_decode(frame->info, frame->length, &limits) != 0) {
        return false;
    }
    struct battery_report whole = {.heard = HEARD_LIMITS | HEARD_DISCHARGE_VOLTAGE | HEARD_REQUEST,
                                   .charge_mv = limits.charge_mv,
                                   .discharge_mv = limits.discharge_mv,
                                   .charge_limit_ma = limits.charge_ma,
                                   .discharge_limit_ma = limits.discharge_ma,
                                   .charge_enable = limits.charge_enable,
                                   .discharge_enable = limits.discharge_enable,
                                   .force_charge = limits.force_charge};
    items_whole(items, &whole);
    return true;
}

static const struct command {
    uint8_t code;
    const char *name;
    tell_fn *tell; /* NULL: a reply without data */
} commands[] = {
    {PYLON_GET_ANALOG, "analog values", tell_analog},
    {PYLON_GET_ALARM, "alarm states", tell_alarm},
    {PYLON_GET_PARAMETERS, "parameters", tell_parameters},
    {PYLON_GET_PROTOCOL, "protocol version", NULL},
    {PYLON_GET_MAKER, "maker", tell_maker},
    {PYLON_SYSTEM_IDENTITY, "system identity", tell_identity},
    {PYLON_SYSTEM_ANALOG, "system values", tell_system},
    {PYLON_SYSTEM_ALARM, "system alarms", tell_reasons},
    {PYLON_SYSTEM_LIMITS, "system limits", tell_system_limits},
    {PYLON_GET_LIMITS, "limits", tell_limits},
    {PYLON_GET_SERIAL, "serial number", tell_serial},
    {PYLON_LEND_LIMITS, "lent limits", NULL},
    {PYLON_TURN_OFF, "turn off", NULL},
    {PYLON_GET_FIRMWARE, "firmware", tell_firmware},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static const struct command *command_of(uint8_t code)
{
    for (int i = 0; i < N_COMMANDS; i++) {
        if (commands[i].code == code) {
            return &commands[i];
        }
    }
    return NULL;
}

/* The one command whose reply these data can be, if there is but one. */
static const struct command *guess(const struct ascii_frame *frame, int pack, struct items *items)
{
    const struct command *fits = NULL;
    int n = 0;
    for (int i = 0; i < N_COMMANDS; i++) {
        items->n = 0;
        if (commands[i].tell != NULL && commands[i].tell(frame, pack, items)) {
            fits = &commands[i];
            n++;
        }
    }
    items->n = 0;
    return n == 1 ? fits : NULL;
}

static const char *refusal(uint8_t code)
{
    static const char *const words[] = {
        [PYLON_BAD_VERSION] = "another version", [PYLON_BAD_SUM] = "wrong checksum",
        [PYLON_BAD_LENGTH_SUM] = "wrong length", [PYLON_BAD_COMMAND] = "unknown command",
        [PYLON_BAD_FORMAT] = "wrong format",     [PYLON_BAD_DATA] = "wrong data",
    };
    return code < sizeof words / sizeof words[0] && words[code] != NULL ? words[code] : "refused";
}

static void tell_reply(struct exchange *exchange, struct told *told, int pack)
{
    const struct ascii_frame *frame = &exchange->frame;
    const struct command *what = exchange->asked ? command_of(exchange->command) : NULL;
    told->kind = TOLD_REPLY;
    exchange->asked = false;
    if (frame->cid2 != PYLON_OK) {
        told_name(told, "refusal %02X (%s) of address %u", frame->cid2, refusal(frame->cid2),
                  frame->address);
        return;
    }
    if (what == NULL && frame->length > 0) {
        what = guess(frame, pack, &told->items);
        told_note(told, what != NULL ? "no request before it: told by its length and form"
                                     : "no request before it: its data are not understood");
    }
    if (what == NULL) {
        told_name(told, frame->length > 0 ? "reply of address %u" : "done, of address %u",
                  frame->address);
        return;
    }
    told_name(told, "%s of address %u", what->name, frame->address);
    if (what->code == PYLON_GET_PROTOCOL) {
        items_number(&told->items, "battery.protocol_version", frame->version / 16.0, 1, "");
    } else if (what->tell != NULL && !what->tell(frame, pack, &told->items)) {
        told_error(told, TOLD_BROKEN, "the data (%u bytes) do not fit \"%s\"", frame->length,
                   what->name);
    }
}

void exchange_pylon(struct exchange *exchange, struct told *told)
{
    const struct ascii_frame *frame = &exchange->frame;
    int pack = (frame->address - PYLON_MASTER) % 16 + 1;
    pack = frame->address < PYLON_MASTER ? 1 : pack;
    if (frame->cid1 != PYLON_CID1 || frame->version == PACE_VERSION) {
        told_error(told, TOLD_FOREIGN, "not of pylon-rs485: version %02X, device type %02X%s",
                   frame->version, frame->cid1,
                   frame->version == PACE_VERSION ? " (it is pace)" : "");
        return;
    }
    if (pylon_is_return_code(frame->cid2)) {
        tell_reply(exchange, told, pack);
        return;
    }
    const struct command *what = command_of(frame->cid2);
    told->kind = TOLD_REQUEST;
    bool all = frame->length > 0 && frame->info[0] == PYLON_ALL_PACKS;
    told_name(told, "asks for %s of %s%u", what != NULL ? what->name : "an unknown command",
              all ? "all packs, address " : "address ", frame->address);
    if (what == NULL) {
        told_note(told, "command %02X", frame->cid2);
    }
    exchange->asked = true;
    exchange->address = frame->address;
    exchange->command = frame->cid2;
}
