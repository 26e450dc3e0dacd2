/* SPDX-License-Identifier: Apache-2.0 */
#include "host/meter_items.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/yaml.h"

const struct meter_word_point meter_word_points[] = {{"address", WORD_ADDRESS, 1},
                                                     {"ct_ratio", WORD_CT, 1},
                                                     {"pt_ratio", WORD_PT10, 10},
                                                     {"protocol_code", WORD_PROTOCOL, 1},
                                                     {"baud_code", WORD_BAUD, 1}};
const int meter_word_point_count = sizeof meter_word_points / sizeof meter_word_points[0];

bool meter_point_split(const char *name, int *meter, const char **below)
{
    static const char head[] = "meter";
    size_t n = sizeof head - 1;
    if (strncmp(name, head, n) != 0 || name[n] < '1' || name[n] > '9' || name[n + 1] != '.') {
        return false;
    }
    *meter = name[n] - '0';
    *below = name + n + 2;
    return true;
}

enum meter_value meter_value_named(const char *below)
{
    enum meter_value id = 0;
    while (id < METER_VALUES && strcmp(meter_values[id].point, below) != 0) {
        id++;
    }
    return id;
}

const struct meter_word_point *meter_word_named(const char *below)
{
    for (int i = 0; i < meter_word_point_count; i++) {
        if (strcmp(meter_word_points[i].point, below) == 0) {
            return &meter_word_points[i];
        }
    }
    return NULL;
}

void meter_value_item(struct items *items, int meter, enum meter_value id, int64_t value)
{
    const struct meter_value_row *row = &meter_values[id];
    char point[ITEM_POINT];
    snprintf(point, sizeof point, "meter%d.%s", meter, row->point);
    items_number(items, point, (double)value / row->scale, row->decimals, row->unit);
}

void meter_word_item(struct items *items, int meter, const struct meter_word_point *point,
                     uint16_t value)
{
    char name[ITEM_POINT];
    snprintf(name, sizeof name, "meter%d.%s", meter, point->point);
    items_number(items, name, (double)value / point->scale, point->scale > 1 ? 1 : 0, "");
}

void meter_items(struct items *items, int meter, const struct meter_view *view)
{
    for (enum meter_value id = 0; id < METER_VALUES; id++) {
        if (meter_has(view, id)) {
            meter_value_item(items, meter, id, view->value[id]);
        }
    }
}

bool meter_value_read(enum meter_value id, const char *text, int64_t *value)
{
    double number;
    double most = id >= METER_IMPORTED_WH ? 1e12 : 2e9;
    if (!text_number(text, &number) || fabs(number * meter_values[id].scale) > most) {
        return false;
    }
    *value = llround(number * meter_values[id].scale);
    return true;
}
