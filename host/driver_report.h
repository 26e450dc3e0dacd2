/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_DRIVER_REPORT_H
#define HEARTH_HOST_DRIVER_REPORT_H

/*
 * What a real battery tells of all of it, on CAN or summed over its packs, as points battery.*. A
 * point is there from when the battery first told it (SOC, voltage, current, power and temperature
 * at once: they are the battery's to tell); what it does not tell any more is not known.
 */

#include "core/proto/battery_report.h"
#include "core/proto/report_field.h"
#include "host/points.h"

enum { REPORT_ALARMS, REPORT_PROTECTIONS, REPORT_LISTS };

struct report_points {
    struct points *points;
    /* private: indices, -1 for what was not told yet */
    int field[FIELD_FLOW], text[LABEL_COUNT], list[REPORT_LISTS];
    int power;
};

void report_points_init(struct report_points *out, struct points *points);

/* Only what is in `report->heard` is known. */
void report_points_put(struct report_points *out, const struct battery_report *report,
                       int64_t site_ms);

/* Reasons by their names, joined by commas. */
void report_reasons(uint32_t reasons, char *text, size_t room);

/* Last word of a list's name: "alarms", "protections". */
const char *report_list_name(int list);

#endif
