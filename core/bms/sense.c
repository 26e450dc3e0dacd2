/* SPDX-License-Identifier: Apache-2.0 */
/* Sense: from raw sample to the quantities the protection table looks at. A broken sensor is left
   out of minimum and maximum at once; the NTC row tells of it after its delay. */
#include "core/bms/bms.h"

#include <string.h>

enum {
    TEMP_LOW_C10 = -400, /* valid range of a temperature sensor (docs/bms.md, bad sensor) */
    TEMP_HIGH_C10 = 1250,
    SENSOR_ENV = PACK_TEMPS,
    SENSOR_MOS,
    CHARGER_OVER_MV = 500, /* terminals above the pack: a charger is there */
    FLOW_MA = 1000,        /* charge and discharge state begin here */
    FLOW_SETTLE_MS = 1000, /* a change of state needs this long */
    REVERSED_MV = -1000,
    OUTSIDE_MV = 5000 /* a voltage somebody else keeps on the terminals */
};

static bool valid_temp(int16_t c10) { return c10 >= TEMP_LOW_C10 && c10 <= TEMP_HIGH_C10; }

struct cells {
    uint16_t low, high;
    int32_t sum;
};

/* In the width of a reading, so that a compiler can look at eight at once. */
static inline struct cells look_at_cells(const uint16_t *cell_mv, int n)
{
    struct cells cells = {.low = cell_mv[0], .high = cell_mv[0]};
    for (int i = 0; i < n; i++) {
        uint16_t mv = cell_mv[i];
        cells.low = mv < cells.low ? mv : cells.low;
        cells.high = mv > cells.high ? mv : cells.high;
    }
    for (int i = 0; i < n; i++) {
        cells.sum += cell_mv[i];
    }
    return cells;
}

static void sense_cells(struct bms *bms, const uint16_t *cell_mv)
{
    int n = bms->profile->n_cells;
    struct cells cells =
        n == PACK_CELLS_MAX ? look_at_cells(cell_mv, PACK_CELLS_MAX) : look_at_cells(cell_mv, n);
    bms->q[Q_CELL_MIN_MV] = cells.low;
    bms->q[Q_CELL_MAX_MV] = cells.high;
    bms->q[Q_CELL_SPREAD_MV] = cells.high - cells.low;
    bms->q[Q_PACK_MV] = cells.sum;
}

static void sense_temps(struct bms *bms, const struct bms_inputs *in)
{
    int32_t low = INT16_MAX;
    int32_t high = INT16_MIN;
    uint8_t bad = 0;
    for (int i = 0; i < PACK_TEMPS; i++) {
        int16_t c10 = in->temp_c10[i];
        if (!valid_temp(c10)) {
            bad |= (uint8_t)(1U << i);
            continue;
        }
        low = c10 < low ? c10 : low;
        high = c10 > high ? c10 : high;
    }
    if (low <= high) { /* with no valid cell sensor the last figures stay; NTC opens the MOS */
        bms->q[Q_TEMP_MIN_C10] = low;
        bms->q[Q_TEMP_MAX_C10] = high;
    }
    if (valid_temp(in->env_c10)) {
        bms->q[Q_ENV_C10] = in->env_c10;
    } else {
        bad |= (uint8_t)(1U << SENSOR_ENV);
    }
    if (valid_temp(in->mos_c10)) {
        bms->q[Q_MOS_C10] = in->mos_c10;
    } else {
        bad |= (uint8_t)(1U << SENSOR_MOS);
    }
    bms->bad_sensors = bad;
}

static bool same_cells(const uint16_t *a, const uint16_t *b)
{
    unsigned differ = 0;
    for (int i = 0; i < PACK_CELLS_MAX; i++) {
        differ |= (unsigned)(a[i] ^ b[i]);
    }
    return differ == 0;
}

static bool same_temps(const struct bms_readings *was, const struct bms_inputs *in)
{
    unsigned differ =
        (unsigned)(was->mos_c10 ^ in->mos_c10) | (unsigned)(was->env_c10 ^ in->env_c10);
    for (int i = 0; i < PACK_TEMPS; i++) {
        differ |= (unsigned)(was->temp_c10[i] ^ in->temp_c10[i]);
    }
    return differ == 0;
}

/* Cells and temperatures move slowly: most samples read what the one before did. */
static void sense_changes(struct bms *bms, const struct bms_inputs *in)
{
    struct bms_readings *was = &bms->readings;
    if (!was->known || !same_cells(was->cell_mv, in->cell_mv)) {
        memcpy(was->cell_mv, in->cell_mv, sizeof was->cell_mv);
        sense_cells(bms, in->cell_mv);
        bms->derating.due = true;
    }
    if (!was->known || !same_temps(was, in)) {
        memcpy(was->temp_c10, in->temp_c10, sizeof was->temp_c10);
        was->env_c10 = in->env_c10;
        was->mos_c10 = in->mos_c10;
        sense_temps(bms, in);
        bms->derating.due = true;
    }
    was->known = true;
}

static void sense_flow(struct bms *bms, int32_t current_ma)
{
    enum current_state seen = CURRENT_NONE;
    if (current_ma >= FLOW_MA) {
        seen = CURRENT_CHARGE;
    } else if (current_ma <= -FLOW_MA) {
        seen = CURRENT_DISCHARGE;
    }
    if (seen != bms->flow_next) {
        bms->flow_next = seen;
        bms->flow_since_ms = bms->now_ms;
    }
    if (bms->flow != seen && time_reached(bms->now_ms, bms->flow_since_ms + FLOW_SETTLE_MS)) {
        bms->flow = seen;
        bms->standby_since_ms = bms->now_ms;
    }
}

static uint8_t flags_of(const struct bms *bms, const struct bms_inputs *in)
{
    bool looks = (bms->present >> ROW_NO_DISCHARGE & 1) != 0;
    unsigned flags = 0;
    flags |= in->self_check_ok ? 0U : FLAG_SELF_CHECK;
    flags |= in->sampled ? 0U : FLAG_NO_SAMPLE;
    flags |= in->terminal_mv < REVERSED_MV ? FLAG_REVERSED : 0U;
    flags |= in->ordered && looks ? FLAG_ORDERED : 0U;
    flags |= in->link_silent ? FLAG_LINK_SILENT : 0U;
    flags |= in->bus_silent ? FLAG_BUS_SILENT : 0U;
    return (uint8_t)flags;
}

void bms_sense(struct bms *bms, const struct bms_inputs *in)
{
    bms->sampled = in->sampled;
    bms->flags = flags_of(bms, in);
    bms->load_sensed = in->load_sensed;
    bms->cell_mv = in->cell_mv;
    /* the terminals are no part of the front-end */
    bms->voltage_outside =
        in->terminal_mv > OUTSIDE_MV || (in->sampled && in->current_ma >= FLOW_MA);
    if (!in->sampled) {
        return; /* the last figures stay; the Sample row counts */
    }
    sense_changes(bms, in);
    bms->q[Q_CHARGE_MA] = max_i32(in->current_ma, 0);
    int32_t current_ma = max_i32(in->current_ma, -INT32_MAX);
    bms->q[Q_DISCHARGE_MA] = max_i32(-current_ma, 0);
    bms->q[Q_BATTERY_MA] = abs_i32(current_ma);
    /* The charge state lags the current by a second: a charger whose current the pack has just cut
       off is still there. */
    bms->charger_present = in->terminal_mv > bms->q[Q_PACK_MV] + CHARGER_OVER_MV ||
                           in->current_ma >= FLOW_MA || bms->flow == CURRENT_CHARGE;
    sense_flow(bms, in->current_ma);
}
