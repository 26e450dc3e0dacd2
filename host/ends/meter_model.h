/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_ENDS_METER_MODEL_H
#define HEARTH_HOST_ENDS_METER_MODEL_H

/*
 * What a virtual meter measures: a load that varies slowly, or PV that comes and goes (counted as
 * sold), until a value is forced. What follows from others follows from forced ones too: currents
 * and power factors from powers, the total from the phases or the phases from a forced total,
 * counters from power.
 */

#include "core/proto/meter.h"

enum { METER_QUADRANTS = 4 };

struct meter_model {
    enum meter_type type;
    bool pv;
    struct meter_view view;
    uint64_t forced; /* bit per enum meter_value */
    int64_t force[METER_VALUES];
    /* private */
    int64_t began_ms, stepped_ms;
    double imported_wh[METER_PHASES + 1], exported_wh[METER_PHASES + 1]; /* the sum first */
    double varh[METER_QUADRANTS];
    double demand_w;
};

void meter_model_init(struct meter_model *model, enum meter_type type, bool pv, int64_t now_ms);
void meter_model_step(struct meter_model *model, int64_t now_ms);

/* Counters begin at 0 again. */
void meter_model_clear(struct meter_model *model);

/* A value from now on, until it is released; false: this meter has none such. */
bool meter_model_force(struct meter_model *model, enum meter_value id, int64_t value);
void meter_model_release(struct meter_model *model, enum meter_value id);

#endif
