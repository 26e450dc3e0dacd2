/* SPDX-License-Identifier: Apache-2.0 */
/* One pack: start, parameters, the step, and what the MOS and the balancers do. */
#include "core/bms/bms.h"

#include <string.h>

enum { MAMS_PER_MAH = 3600000, SENSOR_DOUBT_MA = 300 };

void bms_init(struct bms *bms, const struct pack_profile *profile, int32_t soc_pct100,
              uint32_t now_ms)
{
    memset(bms, 0, sizeof *bms);
    bms->profile = profile;
    for (int i = 0; i < PARAM_COUNT; i++) {
        bms->param[i] = parameters[i].def[profile->model];
    }
    bms->now_ms = bms->last_ms = now_ms;
    bms->standby_since_ms = bms->flow_since_ms = now_ms;
    bms->full_mams = (int64_t)bms->param[PARAM_DESIGN_CAPACITY] * MAMS_PER_MAH;
    bms->soh_pct100 = 10000;
    bms_set_soc(bms, soc_pct100);
    bms->soc.doubt_ma = SENSOR_DOUBT_MA;
    soc_start(bms);
    resistance_start(bms);
    bms->charge_gate = bms->discharge_gate = true;
    bms->out.charge_mos = bms->out.discharge_mos = true;
    bms->limit_charge_ma = bms->limit_discharge_ma = profile->rated_ma;
    bms_resolve(bms);
}

/* MOS and state are set anew each time a row, the flow or a switch changed. */
void bms_mos(struct bms *bms)
{
    bool charge = (bms->active & bms->stops_charge) == 0 && bms->param[PARAM_CHG_CIRCUIT] != 0;
    bool discharge =
        (bms->active & bms->stops_discharge) == 0 && bms->param[PARAM_DISCHG_CIRCUIT] != 0;
    if (charge != bms->charge_gate || discharge != bms->discharge_gate) {
        bms->quiet = false; /* the MOS rows look at the gates */
    }
    bms->charge_gate = bms->out.charge_mos = charge;
    bms->discharge_gate = bms->out.discharge_mos = discharge;
}

static enum pack_state state_of(const struct bms *bms)
{
    if ((bms->active & bms->of_fault) != 0) {
        return PACK_FAULT;
    }
    if ((bms->active & bms->of_protection) != 0) {
        return PACK_PROTECT;
    }
    static const enum pack_state by_flow[] = {[CURRENT_NONE] = PACK_STANDBY,
                                              [CURRENT_CHARGE] = PACK_CHARGE,
                                              [CURRENT_DISCHARGE] = PACK_DISCHARGE};
    return by_flow[bms->flow];
}

/* Bleeds what stands above the lowest cell by more than the spread, near the top only: on the flat
   part of the curve voltage says nothing about charge. Not while discharging. */
static uint16_t balance(const struct bms *bms, const uint16_t *cell_mv)
{
    int32_t delta = bms->param[PARAM_BALANCE_DELTA_CELL];
    int32_t from = bms->param[PARAM_BALANCE_THRESHOLD];
    if (bms->q[Q_CELL_MAX_MV] <= from || bms->q[Q_CELL_SPREAD_MV] <= delta ||
        bms->flow == CURRENT_DISCHARGE) {
        return 0;
    }
    unsigned mask = 0;
    for (int i = 0; i < bms->profile->n_cells; i++) {
        if (cell_mv[i] > from && cell_mv[i] > bms->q[Q_CELL_MIN_MV] + delta) {
            mask |= 1U << i;
        }
    }
    return (uint16_t)mask;
}

void bms_step(struct bms *bms, const struct bms_inputs *in)
{
    uint32_t dt_ms = bms->started ? in->now_ms - bms->last_ms : 0;
    bms->now_ms = bms->last_ms = in->now_ms;
    bms->started = true;

    bms_sense(bms, in);
    if (in->sampled && !in->hold_charge) {
        bms_count(bms, in->current_ma, dt_ms);
        soc_watch(bms, in, dt_ms);
    } else {
        soc_suspend(bms);
    }
    bms_protect(bms);
    bms_mos(bms);
    bms_limits(bms, dt_ms);
    bms->out.balance = in->sampled ? balance(bms, in->cell_mv) : 0;
    bms->out.full_charge_request = bms->soc.full_charge_request;
    bms->out.state = state_of(bms);
    bms_lamps(bms);
}

int bms_check_parameter(const struct bms *bms, enum parameter_id id, int32_t value)
{
    int32_t min;
    int32_t max;
    parameter_range(bms->profile, id, &min, &max);
    if (value < min || value > max) {
        return -1;
    }
    if ((value - min) % parameters[id].step != 0) {
        return -2;
    }
    /* A release beyond its protection, or an alarm beyond it, could never do its work. */
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct protection *row = &protections[i];
        if (row->clear == PARAM_NONE || (row->set != id && row->clear != id)) {
            continue;
        }
        int32_t set = row->set == id ? value : bms->param[row->set];
        int32_t clear = row->clear == id ? value : bms->param[row->clear];
        if (row->trip == TRIP_OVER ? clear > set : clear < set) {
            return -3;
        }
    }
    return 0;
}

void bms_set_parameter(struct bms *bms, enum parameter_id id, int32_t value)
{
    bms->param[id] = value;
    if (id == PARAM_DESIGN_CAPACITY) {
        int32_t soc = bms->soc_pct100;
        bms->full_mams = (int64_t)value * MAMS_PER_MAH;
        bms->soh_pct100 = 10000;
        bms->calibrated = bms->learning = false;
        soc_start(bms);
        bms_set_soc(bms, soc);
        resistance_start(bms);
        bms_guess_soc(bms);
    }
    bms_resolve(bms);
}

bool bms_next_event(struct bms *bms, struct bms_event *event)
{
    if (bms->n_events == 0) {
        return false;
    }
    *event = bms->events[0];
    bms->n_events--;
    memmove(bms->events, bms->events + 1, bms->n_events * sizeof bms->events[0]);
    return true;
}
