/* SPDX-License-Identifier: Apache-2.0 */
/* Sense: from raw sample to the quantities the protection table looks at. A broken sensor is left
   out of minimum and maximum at once; the NTC row tells of it after its delay. */
#include "core/bms/bms.h"

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

static void sense_cells(struct bms *bms, const uint16_t *cell_mv)
{
    int32_t low = cell_mv[0];
    int32_t high = cell_mv[0];
    int32_t sum = 0;
    for (int i = 0; i < bms->profile->n_cells; i++) {
        int32_t mv = cell_mv[i];
        low = mv < low ? mv : low;
        high = mv > high ? mv : high;
        sum += mv;
    }
    bms->q[Q_CELL_MIN_MV] = low;
    bms->q[Q_CELL_MAX_MV] = high;
    bms->q[Q_CELL_SPREAD_MV] = high - low;
    bms->q[Q_PACK_MV] = sum;
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
    sense_cells(bms, in->cell_mv);
    sense_temps(bms, in);
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
