/* SPDX-License-Identifier: Apache-2.0 */
#include "host/driver_report.h"

#include <stdio.h>
#include <string.h>

#include "host/can_names.h"
#include "host/rs485/pack_rows.h"

enum { NOT_DEFINED = -1 };

static const char *const list_names[REPORT_LISTS] = {
    [REPORT_ALARMS] = "battery.alarms", [REPORT_PROTECTIONS] = "battery.protections"};

const char *report_list_name(int list) { return list_names[list] + sizeof "battery"; }

static void define_field(struct report_points *out, enum report_field field)
{
    const struct report_field_row *row = &report_fields[field];
    bool flag = row->store == STORE_BOOL;
    out->field[field] = points_define(out->points, row->point, flag ? POINT_FLAG : POINT_NUMBER,
                                      field == FIELD_SOC ? 1 : row->decimals, !flag);
}

void report_points_init(struct report_points *out, struct points *points)
{
    static const enum report_field always[] = {FIELD_SOC, FIELD_VOLTAGE, FIELD_CURRENT, FIELD_TEMP};
    memset(out, 0xFF, sizeof *out); /* every index: NOT_DEFINED */
    out->points = points;
    out->power = points_define(points, "battery.power_w", POINT_NUMBER, 0, true);
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        define_field(out, always[i]);
    }
}

void report_reasons(uint32_t reasons, char *text, size_t room)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < pack_reason_count && used < room; i++) {
        if ((reasons & pack_reasons[i].reason) != 0) {
            used += (size_t)snprintf(text + used, room - used, "%s%s", used > 0 ? "," : "",
                                     pack_reasons[i].name);
        }
    }
}

static void put_field(struct report_points *out, enum report_field field,
                      const struct battery_report *report, int64_t site_ms)
{
    const struct report_field_row *row = &report_fields[field];
    int *index = &out->field[field];
    bool heard = (report->heard & row->heard) != 0 || (row->heard == 0 && report->heard != 0);
    bool flag = row->store == STORE_BOOL;
    if (row->point == NULL || row->store == STORE_NONE || field == FIELD_SOC_FINE) {
        return; /* the fine SOC is told as the SOC */
    }
    if (!heard) {
        points_invalidate(out->points, *index);
        return;
    }
    if (*index == NOT_DEFINED) {
        define_field(out, field);
    }
    int32_t value = report_get(report, field);
    if (flag) {
        points_set_flag(out->points, *index, value != 0, site_ms);
    } else if (field == FIELD_SOC) {
        value = report_get(report, FIELD_SOC_FINE);
        points_set_number(out->points, *index, field_point_value(FIELD_SOC_FINE, value), site_ms);
    } else {
        points_set_number(out->points, *index, field_point_value(field, value), site_ms);
    }
}

/* A text or a list; NULL: not told. */
static void put_text(struct report_points *out, int *index, const char *name, const char *text,
                     enum point_kind kind, int64_t site_ms)
{
    if (text == NULL) {
        points_invalidate(out->points, *index);
        return;
    }
    if (*index == NOT_DEFINED) {
        *index = points_define(out->points, name, kind, 0, false);
    }
    points_set_text(out->points, *index, text, site_ms);
}

static void put_power(struct report_points *out, const struct battery_report *report,
                      int64_t site_ms)
{
    if ((report->heard & HEARD_MEASURED) == 0) {
        points_invalidate(out->points, out->power);
        return;
    }
    /* + discharges, as battery.current_a */
    double watt = -(double)report->voltage_mv * (double)report->current_ma / 1e6;
    points_set_number(out->points, out->power, watt, site_ms);
}

void report_points_put(struct report_points *out, const struct battery_report *report,
                       int64_t site_ms)
{
    const uint32_t reasons[REPORT_LISTS] = {
        [REPORT_ALARMS] = report->alarms, [REPORT_PROTECTIONS] = report->protections};
    char text[POINT_TEXT_MAX];
    for (int i = 0; i < FIELD_FLOW; i++) {
        put_field(out, (enum report_field)i, report, site_ms);
    }
    for (int i = 0; i < LABEL_COUNT; i++) {
        bool heard = (report->heard & report_texts[i].heard) != 0;
        put_text(out, &out->text[i], report_texts[i].point,
                 heard ? report_text_of(report, (enum report_text)i) : NULL, POINT_TEXT, site_ms);
    }
    for (int i = 0; i < REPORT_LISTS; i++) {
        report_reasons(reasons[i], text, sizeof text);
        put_text(out, &out->list[i], list_names[i],
                 (report->heard & HEARD_FLAGS) != 0 ? text : NULL, POINT_LIST, site_ms);
    }
    put_power(out, report, site_ms);
}
