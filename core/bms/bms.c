/* SPDX-License-Identifier: Apache-2.0 */
/* One pack: start, the step, balancing, parameters, clock and events. */
#include "core/bms/bms.h"

#include <string.h>

enum { MAMS_PER_MAH = 3600000, CLOCK_CARRY_S = 3600, STORE_LOOK_S = 60, SENSOR_DOUBT_MA = 300 };

/* Until the first sample nothing is known, and nothing is judged wrong. */
static void nothing_measured(struct bms *bms)
{
    enum { REST_MV = 3300, ROOM_C10 = 250 };
    bms->q[Q_CELL_MIN_MV] = bms->q[Q_CELL_MAX_MV] = REST_MV;
    bms->q[Q_PACK_MV] = REST_MV * bms->profile->n_cells;
    bms->q[Q_TEMP_MIN_C10] = bms->q[Q_TEMP_MAX_C10] = ROOM_C10;
    bms->q[Q_ENV_C10] = bms->q[Q_MOS_C10] = ROOM_C10;
}

void bms_init(struct bms *bms, const struct pack_profile *profile, int32_t soc_pct100,
              uint32_t now_ms)
{
    memset(bms, 0, sizeof *bms);
    bms->profile = profile;
    for (int i = 0; i < PARAM_COUNT; i++) {
        bms->param[i] = parameters[i].def[profile->model];
    }
    bms->now_ms = bms->last_ms = now_ms;
    bms->standby_since_ms = bms->flow_since_ms = bms->clock_at_ms = now_ms;
    bms->full_mams = (int64_t)bms->param[PARAM_DESIGN_CAPACITY] * MAMS_PER_MAH;
    access_init(&bms->access);
    bms->soh_pct100 = 10000;
    bms_set_soc(bms, soc_pct100);
    bms->soc.doubt_ma = SENSOR_DOUBT_MA;
    soc_start(bms);
    resistance_start(bms);
    nothing_measured(bms);
    bms->charge_gate = bms->discharge_gate = true;
    bms->out.charge_mos = bms->out.discharge_mos = true;
    bms->limit_charge_ma = bms->limit_discharge_ma = profile->rated_ma;
    bms->starting = true;
    bms_resolve(bms);
}

/* Of a pack that is awake. */
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

/* Low power: nothing is driven, shown or offered. */
static void show_sleep(struct bms *bms)
{
    bms->charge_gate = bms->discharge_gate = false;
    bms->precharge = (struct bms_precharge){0};
    bms->limiter.engaged = false;
    bms->limit_charge_ma = bms->limit_discharge_ma = 0;
    bms->out = (struct bms_outputs){.charge_mv = bms->out.charge_mv,
                                    .discharge_mv = bms->out.discharge_mv,
                                    .state = PACK_SLEEP};
}

void bms_power_off(struct bms *bms)
{
    show_sleep(bms);
    memset(bms->shown, 0, sizeof bms->shown);
    bms->show = SHOW_PATTERNS;
    bms->sounds = BUZZER_OFF;
}

/* The counter of milliseconds wraps; the clock is carried on before it can. */
static void run_clock(struct bms *bms)
{
    uint32_t passed_s = (bms->now_ms - bms->clock_at_ms) / 1000U;
    if (passed_s >= CLOCK_CARRY_S) {
        bms->clock_s += passed_s;
        bms->clock_at_ms += passed_s * 1000U;
        bms_age_rows(bms);
    }
}

/* Meters of the pack's life; they count what was read, not what the SOC makes of it. */
static void count_energy(struct bms *bms, int32_t current_ma, uint32_t dt_ms)
{
    int64_t moved_mams = (int64_t)current_ma * dt_ms;
    int64_t moved_uj = (int64_t)current_ma * bms->q[Q_PACK_MV] / 1000 * dt_ms;
    if (current_ma > 0) {
        bms->counters.charged_mams += moved_mams;
        bms->counters.charged_uj += moved_uj;
    } else {
        bms->counters.discharged_mams -= moved_mams;
        bms->counters.discharged_uj -= moved_uj;
    }
}

static void step_awake(struct bms *bms, const struct bms_inputs *in, uint32_t dt_ms)
{
    bms_sense(bms, in);
    if (in->sampled && !in->hold_charge) {
        bms_count(bms, in->current_ma, dt_ms);
        count_energy(bms, in->current_ma, dt_ms);
        warn_step(bms, in);
        soc_watch(bms, in, dt_ms);
    } else {
        soc_suspend(bms);
    }
    bms_protect(bms);
    life_sleep_check(bms, in);
    if (bms_asleep(bms)) {
        return;
    }
    bms_mos(bms, in);
    bms_limits(bms, dt_ms);
    bms->out.balance = in->sampled ? balance(bms, in->cell_mv) : 0;
    bms->out.full_charge_request = bms->soc.full_charge_request;
    bms->out.state = state_of(bms);
    bms_lamps(bms);
}

/* The board still sees one sensor now and then while it sleeps. */
static void look_at_store(struct bms *bms, const struct bms_inputs *in)
{
    int64_t clock_s = bms_clock(bms, bms->now_ms);
    bool charging = bms->flow == CURRENT_CHARGE;
    if (charging || clock_s - bms->storage.looked_s >= STORE_LOOK_S || !bms->storage.known) {
        storage_step(&bms->storage, clock_s, in->temp_c10[0], charging);
    }
}

void bms_step(struct bms *bms, const struct bms_inputs *in)
{
    uint32_t before_ms = bms->last_ms;
    uint32_t dt_ms = bms->started ? in->now_ms - before_ms : 0;
    bms->now_ms = bms->last_ms = in->now_ms;
    bms_keep_stamps(bms, before_ms);
    bms->dip = in->dip;
    if (!bms->started) {
        bms->started = true;
        bms->fresh = true;
        bms->join_since_ms = bms->now_ms;
        life_init(bms, in);
    }
    run_clock(bms);
    look_at_store(bms, in);
    if (bms_asleep(bms)) {
        life_wake_check(bms, in);
    }
    if (!bms_asleep(bms)) {
        step_awake(bms, in, dt_ms);
    }
    if (bms_asleep(bms)) {
        show_sleep(bms);
        bms_lamps(bms);
    }
}

void bms_reset(struct bms *bms)
{
    bms_clear_rows(bms);
    bms->life.wanted = SLEEP_NONE; /* a switch at O asks again at the next step */
    bms->address = bms->dip;
    bms->precharge = (struct bms_precharge){0};
    bms->limiter = (struct bms_limiter){.over_ms = bms->now_ms};
    bms->learning = false; /* a run that was interrupted teaches nothing (ES s9 item 6) */
    bms_tell(bms, EVENT_RESET, 0);
    bms_show(bms, SHOW_RESET);
}

void bms_set_clock(struct bms *bms, int64_t clock_s)
{
    bms->clock_s = clock_s;
    bms->clock_at_ms = bms->now_ms;
    bms_age_rows(bms); /* run_clock() begins its hour anew */
}

int64_t bms_clock(const struct bms *bms, uint32_t now_ms)
{
    return bms->clock_s + (now_ms - bms->clock_at_ms) / 1000U;
}

/* The level a row would have if `id` had this value. */
static int32_t would_be(const struct bms *bms, enum parameter_id level, enum parameter_id id,
                        int32_t value)
{
    return level == id ? value : bms->param[level];
}

/* A release beyond its protection, or an alarm beyond it, could never do its work: the level that
   this value of `id` contradicts. */
static enum parameter_id contradicted(const struct bms *bms, const struct protection *row,
                                      enum parameter_id id, int32_t value)
{
    bool over = row->trip == TRIP_OVER;
    int32_t set = would_be(bms, row->set, id, value);
    if (row->clear != PARAM_NONE) {
        int32_t clear = would_be(bms, row->clear, id, value);
        if (over ? clear > set : clear < set) {
            return row->clear == id ? row->set : row->clear;
        }
    }
    if (row->kind == KIND_ALARM && row->partner != 0) {
        enum parameter_id partner = bms->profile->rows[row->partner].set;
        int32_t stop = would_be(bms, partner, id, value);
        if (over ? set > stop : set < stop) {
            return partner == id ? row->set : partner;
        }
    }
    return PARAM_NONE;
}

/* The two levels of discharge over-current, and the end of charge under the over-voltage. */
static enum parameter_id out_of_order(const struct bms *bms, enum parameter_id id, int32_t value)
{
    static const enum parameter_id ascending[][2] = {
        {PARAM_DISCHARGE_OC_1_PROTECT, PARAM_DISCHARGE_OC_2_PROTECT},
        {PARAM_PACK_FULL_CHARGE_VOLTAGE, PARAM_PACK_OV_PROTECT},
        {PARAM_PACK_UV_PROTECT, PARAM_PACK_FULL_CHARGE_VOLTAGE},
        {PARAM_CELL_UV_PROTECT, PARAM_CELL_OV_PROTECT},
    };
    for (size_t i = 0; i < sizeof ascending / sizeof ascending[0]; i++) {
        if ((ascending[i][0] == id || ascending[i][1] == id) &&
            would_be(bms, ascending[i][0], id, value) > would_be(bms, ascending[i][1], id, value)) {
            return ascending[i][0] == id ? ascending[i][1] : ascending[i][0];
        }
    }
    return PARAM_NONE;
}

enum parameter_id bms_contradicted(const struct bms *bms, enum parameter_id id, int32_t value)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        const struct protection *row = &bms->profile->rows[i];
        if (row->code == NULL || row->set == PARAM_NONE || row->trip == TRIP_FULL) {
            continue;
        }
        enum parameter_id other = contradicted(bms, row, id, value);
        if (other != PARAM_NONE && contradicted(bms, row, id, bms->param[id]) == PARAM_NONE) {
            return other;
        }
    }
    return out_of_order(bms, id, value);
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
    return bms_contradicted(bms, id, value) != PARAM_NONE ? -3 : 0;
}

static void store_parameter(struct bms *bms, enum parameter_id id, int32_t value)
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
}

void bms_set_parameter(struct bms *bms, enum parameter_id id, int32_t value)
{
    if (bms->param[id] == value) {
        return; /* nothing to store, nothing to tell */
    }
    store_parameter(bms, id, value);
    bms_resolve(bms);
    bms_tell(bms, EVENT_PARAMETER, (uint8_t)id);
}

void bms_restore_defaults(struct bms *bms)
{
    for (int i = 0; i < PARAM_COUNT; i++) {
        int32_t def = parameters[i].def[bms->profile->model];
        if (bms->param[i] != def) {
            store_parameter(bms, (enum parameter_id)i, def);
        }
    }
    bms_resolve(bms);
    bms_tell(bms, EVENT_DEFAULTS, 0);
}

void bms_tell(struct bms *bms, enum bms_event_kind kind, uint8_t what)
{
    if (bms->n_events == BMS_EVENTS) { /* a full queue drops its oldest: the newest matter most */
        memmove(bms->events, bms->events + 1, sizeof bms->events - sizeof bms->events[0]);
        bms->n_events--;
    }
    bms->n_told++;
    bms->events[bms->n_events++] =
        (struct bms_event){.at_ms = bms->now_ms, .kind = (uint8_t)kind, .what = what};
}

void bms_tell_row(struct bms *bms, enum protection_id row, bool set)
{
    bms_tell(bms, set ? EVENT_ROW_SET : EVENT_ROW_CLEAR, (uint8_t)row);
}

enum access_result bms_login(struct bms *bms, const char *password)
{
    enum access_result result = access_login(&bms->access, password, bms->now_ms);
    if (result == ACCESS_WRONG) {
        bms_tell(bms, EVENT_PASSWORD_WRONG, bms->access.wrong);
    }
    return result;
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
