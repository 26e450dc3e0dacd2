/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_METER_ITEMS_H
#define HEARTH_HOST_METER_ITEMS_H

/* What meters tell, as points meterN.* with values. */

#include "core/proto/meter.h"
#include "host/rs485/items.h"

/* Words of the configuration that are points too. */
struct meter_word_point {
    const char *point; /* below meterN. */
    enum meter_word word;
    int32_t scale;
};
extern const struct meter_word_point meter_word_points[];
extern const int meter_word_point_count;

/* Takes "meter2.power_w" apart: the meter, from 1, and what stands below it. */
bool meter_point_split(const char *name, int *meter, const char **below);

/* A value by its name below meterN.; METER_VALUES: there is none such. And one of the word points;
   NULL. */
enum meter_value meter_value_named(const char *below);
const struct meter_word_point *meter_word_named(const char *below);

/* A value at rest, and a word, as an item. */
void meter_value_item(struct items *items, int meter, enum meter_value id, int64_t value);
void meter_word_item(struct items *items, int meter, const struct meter_word_point *point,
                     uint16_t value);

/* Everything that was heard. */
void meter_items(struct items *items, int meter, const struct meter_view *view);

/* A shown value at rest, of a text; false: it is no number or too large. */
bool meter_value_read(enum meter_value id, const char *text, int64_t *value);

#endif
