/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_TESTS_HOST_WEB_FAKE_MODEL_H
#define HEARTH_TESTS_HOST_WEB_FAKE_MODEL_H

/* What the two files of the fake site share. */
#include "fake_site.h"

struct recorder;

enum { N_SETTINGS = 8, N_KNOBS = 7 };

struct site {
    struct points *points;
    int64_t now_ms;
    bool simulated;
    event_sink_fn *sink;
    void *sink_context;
    char values[N_SETTINGS][32], knob[N_KNOBS][32];
    double soc, pv_kwh, load_kwh, bought_kwh, sold_kwh, charged_kwh, discharged_kwh, cost;
    double day[6];
    int64_t day_of;
    bool was_outage, was_hot, records_deleted;
    struct bms bms; /* before which the panel stands */
    struct bms_inputs sensed;
    struct panel panel;
    struct bms beside;        /* the second pack's */
    struct inverter inverter; /* before which the segment display stands */
    struct lcd lcd;
    uint32_t lcd_ms;
    const struct setting_row *wrote;
    struct recorder *recorder;
    int64_t guide_at_ms[2];
    char guide_by[2][161];
    int guide_next;
};

void fake_panels_start(struct site *site);
void fake_lcd_start(struct site *site);
void fake_lcd_pass(struct site *site, int64_t ms);
void fake_desk_start(struct site *site);
void fake_desk_stop(struct site *site);
/* A row of each pack into the recording that runs. */
void fake_desk_record(struct site *site);
const char *knob_value(const struct site *site, const char *name);

#endif
