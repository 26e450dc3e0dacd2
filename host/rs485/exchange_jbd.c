/* SPDX-License-Identifier: Apache-2.0 */
/* JBD, told from outside. A reply names its register itself. */
#include <string.h>

#include "core/proto/ascii_frame.h"
#include "core/proto/jbd.h"
#include "host/rs485/exchange.h"

enum { HEAD = 4, REST = 7 };

static const char *name_of(uint8_t reg)
{
    static const struct {
        uint8_t reg;
        const char *name;
    } rows[] = {
        {JBD_BASIC, "basic values"},
        {JBD_CELLS, "cells"},
        {JBD_NAME, "name"},
        {JBD_COUNTS, "counts of protections"},
        {JBD_MOS, "MOS switches"},
        {JBD_FACTORY, "factory mode"},
        {JBD_FACTORY_END, "end of factory mode"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].reg == reg) {
            return rows[i].name;
        }
    }
    return "register";
}

static void explain(const uint8_t *bytes, size_t n, struct told *told)
{
    if (n < REST) {
        told_error(told, TOLD_BROKEN, "too short: %zu bytes, a frame has 7 at least", n);
    } else if (bytes[0] != JBD_START || bytes[n - 1] != JBD_END) {
        told_error(told, TOLD_BROKEN, "a frame begins with DD and ends with 77");
    } else if (n != REST + (size_t)bytes[3]) {
        told_error(told, TOLD_BROKEN, "%u bytes of data are announced, %zu are there", bytes[3],
                   n - REST);
    } else {
        told_error(told, TOLD_BROKEN, "the checksum is wrong");
    }
}

static void tell_counts(const uint8_t *data, size_t n, struct items *items)
{
    static const char *const names[DESK_COUNTS] = {
        [COUNT_SHORT] = "short_circuit",
        [COUNT_CHARGE_OC] = "charge_over_current",
        [COUNT_DISCHARGE_OC] = "discharge_over_current",
        [COUNT_CELL_OV] = "cell_over_voltage",
        [COUNT_CELL_UV] = "cell_under_voltage",
        [COUNT_CHARGE_OT] = "charge_over_temperature",
        [COUNT_CHARGE_UT] = "charge_under_temperature",
        [COUNT_DISCHARGE_OT] = "discharge_over_temperature",
        [COUNT_DISCHARGE_UT] = "discharge_under_temperature",
        [COUNT_PACK_OV] = "pack_over_voltage",
        [COUNT_PACK_UV] = "pack_under_voltage",
    };
    for (size_t k = 0; k < DESK_COUNTS && 2 * k + 1 < n; k++) {
        char point[ITEM_POINT];
        snprintf(point, sizeof point, "pack1.count.%s", names[k]);
        items_number(items, point, be16(data + 2 * k), 0, "");
    }
}

static void tell_reply(const uint8_t *bytes, struct told *told)
{
    const uint8_t *data = bytes + HEAD;
    struct pack_view view = {.mos_c10 = TEMP_ABSENT, .env_c10 = TEMP_ABSENT};
    struct jbd_date date;
    char text[ITEM_TEXT];
    bool fits = true;
    told->kind = TOLD_REPLY;
    if (bytes[2] != 0) {
        told_name(told, "refusal %02X of %s %02X", bytes[2], name_of(bytes[1]), bytes[1]);
        return;
    }
    told_name(told, "%s (%02X)", name_of(bytes[1]), bytes[1]);
    switch (bytes[1]) {
    case JBD_BASIC:
        fits = jbd_basic_decode(data, bytes[3], &view, &date) == 0;
        if (fits) {
            view.heard |= VIEW_TEXTS;
            snprintf(text, sizeof text, "%04u-%02u-%02u", date.year, date.month, date.day);
            if (date.month > 0) {
                items_text(&told->items, "pack1.made_on", text);
            }
        }
        break;
    case JBD_CELLS: fits = bytes[3] > 0 && jbd_cells_decode(data, bytes[3], &view) == 0; break;
    case JBD_NAME:
        text_take(view.model, data, bytes[3]);
        view.heard = VIEW_TEXTS;
        break;
    case JBD_COUNTS: tell_counts(data, bytes[3], &told->items); break;
    default:
        if (bytes[3] == 2) {
            char point[ITEM_POINT];
            snprintf(point, sizeof point, "pack1.register_%u", bytes[1]);
            items_number(&told->items, point, be16(data), 0, "");
        }
        break;
    }
    if (!fits) {
        told_error(told, TOLD_BROKEN, "the data (%u bytes) do not fit \"%s\"", bytes[3],
                   name_of(bytes[1]));
        return;
    }
    items_pack(&told->items, &view, 1, view.heard);
}

void exchange_jbd(struct exchange *exchange, const uint8_t *bytes, size_t n, enum frame_way way,
                  struct told *told)
{
    bool request = n >= REST && jbd_request_length(bytes, n) == (int)n;
    bool reply = n >= REST && jbd_reply_length(bytes, n) == (int)n;
    if (reply && (!request || way == WAY_REPLY)) {
        tell_reply(bytes, told);
        exchange->asked = false;
        return;
    }
    if (!request) {
        explain(bytes, n, told);
        return;
    }
    bool writes = bytes[1] == JBD_WRITE;
    told->kind = TOLD_REQUEST;
    told_name(told, "%s %s (%02X)", writes ? "sets" : "asks for", name_of(bytes[2]), bytes[2]);
    if (writes && bytes[3] == 2) {
        char point[ITEM_POINT];
        snprintf(point, sizeof point, "pack1.register_%u", bytes[2]);
        items_number(&told->items, point, be16(bytes + HEAD), 0, "");
    }
    exchange->asked = true;
    exchange->command = bytes[2];
}
