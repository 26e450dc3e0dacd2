/* SPDX-License-Identifier: Apache-2.0 */
#include "host/rs485/items.h"

#include <stdlib.h>
#include <string.h>

#include "host/rs485/pack_rows.h"

static struct item *add(struct items *items, const char *point, enum item_kind kind)
{
    static struct item spare; /* beyond the last: written, never shown */
    struct item *item = items->n < ITEMS_MAX ? &items->of[items->n++] : &spare;
    *item = (struct item){.kind = kind, .unit = ""};
    snprintf(item->point, sizeof item->point, "%s", point);
    return item;
}

struct item *items_number(struct items *items, const char *point, double number, int decimals,
                          const char *unit)
{
    struct item *item = add(items, point, ITEM_NUMBER);
    item->number = number;
    item->decimals = (uint8_t)decimals;
    item->unit = unit;
    return item;
}

void items_bool(struct items *items, const char *point, bool is)
{
    add(items, point, ITEM_BOOL)->bits = is;
}

void items_text(struct items *items, const char *point, const char *text)
{
    struct item *item = add(items, point, ITEM_WORDS);
    snprintf(item->text, sizeof item->text, "%s", text);
}

void items_list(struct items *items, const char *point, const char *codes)
{
    struct item *item = add(items, point, ITEM_LIST);
    snprintf(item->text, sizeof item->text, "%s", codes);
}

static void put_row(struct items *items, const struct pack_row *row, const struct pack_view *pack,
                    const char *point)
{
    int64_t value = pack_member(row, pack);
    switch (row->kind) {
    case KIND_U8:
    case KIND_U16:
    case KIND_I32:
    case KIND_U32:
        items_number(items, point, (double)value / row->per, row->decimals, row->unit);
        break;
    case KIND_I16:
        if (value != TEMP_ABSENT) {
            items_number(items, point, (double)value / row->per, row->decimals, row->unit);
        }
        break;
    case KIND_YES: items_bool(items, point, value != 0); break;
    case KIND_BITS: add(items, point, ITEM_CELLS)->bits = (uint32_t)value; break;
    case KIND_WHY: add(items, point, ITEM_REASONS)->bits = (uint32_t)value; break;
    case KIND_TEXT: items_text(items, point, (const char *)pack + row->offset); break;
    }
}

static bool is_set(const struct pack_row *row, const struct pack_view *pack)
{
    return row->kind == KIND_TEXT ? ((const char *)pack + row->offset)[0] != '\0'
                                  : pack_member(row, pack) != 0;
}

static void put_cell(struct items *items, const struct pack_view *pack, int number, int k)
{
    char point[ITEM_POINT];
    snprintf(point, sizeof point, "pack%d.cell_%d_v", number, k + 1);
    items_number(items, point, pack->cell_mv[k] / 1000.0, 3, "V");
}

static void put_temperature(struct items *items, const struct pack_view *pack, int number, int k)
{
    char point[ITEM_POINT];
    if (pack->temp_c10[k] == TEMP_ABSENT) {
        return;
    }
    snprintf(point, sizeof point, "pack%d.temperature_%d_c", number, k + 1);
    items_number(items, point, pack->temp_c10[k] / 10.0, 1, "degC");
}

void items_pack(struct items *items, const struct pack_view *pack, int number, uint16_t heard)
{
    for (int i = 0; i < pack_row_count; i++) {
        const struct pack_row *row = &pack_rows[i];
        char point[ITEM_POINT];
        if ((heard & row->heard) == 0 || (row->only_when_set && !is_set(row, pack))) {
            continue;
        }
        snprintf(point, sizeof point, "pack%d.%s", number, row->name);
        put_row(items, row, pack, point);
    }
    for (int k = 0; (heard & VIEW_CELLS) != 0 && k < pack->n_cells && k < BANK_CELLS; k++) {
        put_cell(items, pack, number, k);
    }
    for (int k = 0; (heard & VIEW_TEMPS) != 0 && k < pack->n_temps && k < BANK_TEMPS; k++) {
        put_temperature(items, pack, number, k);
    }
}

bool items_pack_point(struct items *items, const struct pack_view *pack, int number,
                      const char *name)
{
    const struct pack_row *row = pack_row_of(name);
    int cell = pack_numbered(name, "cell_", "_v", BANK_CELLS);
    int sensor = pack_numbered(name, "temperature_", "_c", BANK_TEMPS);
    char point[ITEM_POINT];
    if (row != NULL) {
        snprintf(point, sizeof point, "pack%d.%s", number, name);
        put_row(items, row, pack, point);
    } else if (cell >= 0 && cell < pack->n_cells) {
        put_cell(items, pack, number, cell);
    } else if (sensor >= 0 && sensor < pack->n_temps) {
        put_temperature(items, pack, number, sensor);
    }
    return row != NULL || cell >= 0 || sensor >= 0;
}

static void put_field(struct items *items, const struct battery_report *whole, int field)
{
    const struct report_field_row *row = &report_fields[field];
    double value = (double)report_get(whole, (enum report_field)field) / row->per;
    if (row->store == STORE_BOOL) {
        items_bool(items, row->point, value != 0);
    } else {
        items_number(items, row->point, row->flipped && value != 0 ? -value : value, row->decimals,
                     row->unit);
    }
}

void items_whole(struct items *items, const struct battery_report *whole)
{
    for (int i = 0; i < FIELD_FLOW; i++) {
        const struct report_field_row *row = &report_fields[i];
        bool again = i == FIELD_SOC_FINE || i == FIELD_WARMEST || i == FIELD_COLDEST ||
                     i == FIELD_CELL_MAX_NO || i == FIELD_CELL_MIN_NO;
        if (!again && row->heard != 0 && (whole->heard & row->heard) == row->heard) {
            put_field(items, whole, i);
        }
    }
    if ((whole->heard & HEARD_FLAGS) != 0) {
        add(items, "battery.protections", ITEM_REASONS)->bits = whole->protections;
        add(items, "battery.alarms", ITEM_REASONS)->bits = whole->alarms;
    }
}

bool items_whole_point(struct items *items, const struct battery_report *whole, const char *point)
{
    bool alarms = strcmp(point, "battery.alarms") == 0;
    if (alarms || strcmp(point, "battery.protections") == 0) {
        add(items, point, ITEM_REASONS)->bits = alarms ? whole->alarms : whole->protections;
        return true;
    }
    for (int i = 0; i < FIELD_FLOW; i++) {
        if (report_fields[i].point != NULL && strcmp(report_fields[i].point, point) == 0) {
            put_field(items, whole, i);
            return true;
        }
    }
    return false;
}

struct item *items_parameter(struct items *items, int pack, enum parameter_id id, int32_t value)
{
    const struct parameter *row = &parameters[id];
    char point[ITEM_POINT];
    size_t n = (size_t)snprintf(point, sizeof point, "pack%d.parameter.", pack);
    for (const char *c = row->name; *c != '\0' && n + 1 < sizeof point; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        bool capital = *c >= 'A' && *c <= 'Z';
        point[n++] = (char)(letter ? *c : capital ? *c + ('a' - 'A') : '_');
    }
    point[n] = '\0';
    return items_number(items, point, (double)value / parameter_scale(row), row->decimals,
                        row->shown);
}
