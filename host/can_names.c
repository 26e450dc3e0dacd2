/* SPDX-License-Identifier: Apache-2.0 */
/* Names and values of CAN signals. */
#include "host/can_names.h"

#include <stdio.h>
#include <string.h>

/* "CellMaxId" to "cell_max_id" */
static void snake(const char *prefix, const char *name, char out[CAN_NAME])
{
    size_t n = (size_t)snprintf(out, CAN_NAME, "%s", prefix);
    for (const char *c = name; *c != '\0' && n + 2 < CAN_NAME; c++) {
        bool capital = *c >= 'A' && *c <= 'Z';
        if (capital && c > name) {
            out[n++] = '_';
        }
        out[n++] = (char)(capital ? *c + 'a' - 'A' : *c);
    }
    out[n] = '\0';
}

void can_signal_point(const struct can_message *message, const struct can_signal *signal, int pack,
                      char name[CAN_NAME])
{
    const char *point = signal->point != NULL ? signal->point : report_fields[signal->field].point;
    if (point == NULL) {
        snake(message->from_inverter ? "inverter." : "battery.", signal->name, name);
    } else if (strncmp(point, "packN.", 6) == 0) {
        snprintf(name, CAN_NAME, "pack%d.%s", pack, point + 6);
    } else if (message->from_inverter && strncmp(point, "battery.", 8) == 0) {
        snprintf(name, CAN_NAME, "inverter.battery_%s", point + 8); /* what the inverter measures */
    } else {
        snprintf(name, CAN_NAME, "%s", point);
    }
}

void can_text_point(const struct can_text *text, char name[CAN_NAME])
{
    if (text->pack_field != 0) {
        snake("battery.", text->name, name);
    } else {
        snprintf(name, CAN_NAME, "%s", report_texts[text->text].point);
    }
}

double field_shown(enum report_field field, int32_t value)
{
    return (double)value / report_fields[field].per;
}

double field_point_value(enum report_field field, int32_t value)
{
    double shown = field_shown(field, value);
    return report_fields[field].flipped && value != 0 ? -shown : shown;
}

void field_format(const struct can_signal *signal, int32_t value, char *text, size_t room)
{
    const struct report_field_row *row = &report_fields[signal->field];
    if (can_signal_is_switch(signal)) {
        snprintf(text, room, "%s", value != 0 ? "yes" : "no");
    } else {
        snprintf(text, room, "%.*f%s%s", row->decimals,
                 field_shown((enum report_field)signal->field, value),
                 row->unit[0] != '\0' ? " " : "", row->unit);
    }
}
