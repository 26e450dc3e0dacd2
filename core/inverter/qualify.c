/* SPDX-License-Identifier: Apache-2.0 */
/* Which sources are there and good: grid by its window, PV by its start-up voltage, battery by its
   voltage, the BMS by the age of its last report. */
#include "core/inverter/inverter.h"

enum {
    WIDE_MIN_MV = 90000, /* [4] APL and UPS windows, inclusive */
    WIDE_MAX_MV = 280000,
    NARROW_MIN_MV = 170000,
    NARROW_MAX_MV = 265000,
    WINDOW_HYSTERESIS_MV = 5000, /* inferred, for the return only */
    GONE_MV = 40000,             /* inferred: below it there is nothing at all */
    BAND_HZ100 = 500,            /* inferred: nominal +-5 Hz */
    LOSS_MS = 4,                 /* a dip shorter than this is not a loss */
    RETURN_MS = 5000,            /* validation time (i) */
    BATTERY_OPEN_MV = 30000,     /* 301 (i) */
    BATTERY_OPEN_MS = 2000,
    BATTERY_BACK_MIN_MV = 42000,
    BATTERY_BACK_MAX_MV = 60000,
    BATTERY_BACK_MS = 10000,
    BMS_REFUSES_MS = 5000, /* (i) */
    BMS_BACK_MS = 5000,    /* frames again for this long (i) */
    BMS_FRESH_MS = 3000,
    BMS_LOST_MS = 30000, /* 307 (i) */
    HZ_BETWEEN = 5500    /* nearer to 50 or to 60 */
};

static void grid_window(const struct inverter *inverter, int32_t *low, int32_t *high)
{
    bool wide = inverter->set[SET_INPUT_WINDOW] == WINDOW_WIDE;
    *low = wide ? WIDE_MIN_MV : NARROW_MIN_MV;
    *high = wide ? WIDE_MAX_MV : NARROW_MAX_MV;
}

/* [3]: the first grid seen decides between 50 and 60 Hz. */
static void adopt_frequency(struct inverter *inverter)
{
    if (!inverter->frequency_known && inverter->in.grid_mv > GONE_MV) {
        inverter->frequency_known = true;
        inverter->frequency_hz100 = inverter->in.grid_hz100 < HZ_BETWEEN ? 5000 : 6000;
    } else if (!inverter->frequency_known) {
        inverter->frequency_hz100 = inverter->set[SET_OUTPUT_FREQUENCY] * 100;
    }
}

/* What an AC input shows, and between what it is good. */
struct ac_input {
    int32_t mv, hz100;
    int32_t low_mv, high_mv;
};

static enum ac_trouble trouble_of(const struct inverter *inverter, const struct ac_input *input)
{
    if (input->mv < GONE_MV) {
        return TROUBLE_GONE;
    }
    if (input->mv < input->low_mv || input->mv > input->high_mv) {
        return TROUBLE_VOLTAGE;
    }
    bool in_band = abs_i32(input->hz100 - inverter->frequency_hz100) <= BAND_HZ100;
    return in_band ? TROUBLE_NONE : TROUBLE_FREQUENCY;
}

static void qualify_input(struct inverter *inverter, struct ac_source *source,
                          const struct ac_input *input)
{
    uint32_t now_ms = inverter->in.now_ms;
    enum ac_trouble trouble = trouble_of(inverter, input);
    if (source->ok) {
        /* A step longer than the loss time has already seen all of it. */
        uint32_t loss_ms = inverter->dt_ms >= LOSS_MS ? 0 : LOSS_MS;
        source->ok = !since_held(&source->bad, trouble != TROUBLE_NONE, now_ms, loss_ms);
        source->good.on = false;
    } else {
        bool good = trouble == TROUBLE_NONE;
        /* The 5 V of hysteresis only bind a source that was lost, not one that is first seen. */
        if (source->bad.on && (input->mv < input->low_mv + WINDOW_HYSTERESIS_MV ||
                               input->mv > input->high_mv - WINDOW_HYSTERESIS_MV)) {
            good = false;
        }
        source->ok = since_held(&source->good, good, now_ms, RETURN_MS);
        source->bad.on = source->bad.on && !source->ok;
    }
    if (source->ok) {
        source->trouble = TROUBLE_NONE;
    } else if (trouble != TROUBLE_NONE) {
        source->trouble = trouble; /* the last one stands until the source is taken again */
    }
}

static void qualify_grid(struct inverter *inverter)
{
    struct ac_input input = {.mv = inverter->in.grid_mv, .hz100 = inverter->in.grid_hz100};
    grid_window(inverter, &input.low_mv, &input.high_mv);
    adopt_frequency(inverter);
    qualify_input(inverter, &inverter->grid, &input);
    inverter->grid_ok = inverter->grid.ok && (inverter->stops & STOPS_GRID) == 0;
}

/* The generator input, 90-280 V whatever [4] says (manual 003, 9). */
static void qualify_generator(struct inverter *inverter)
{
    struct ac_input input = {inverter->in.gen_mv, inverter->in.gen_hz100, WIDE_MIN_MV, WIDE_MAX_MV};
    inverter->gen_wanted =
        inverter->profile->generator_port && inverter->set[SET_GENERATOR_AUTO] != 0;
    qualify_input(inverter, &inverter->generator, &input);
}

static void qualify_pv(struct inverter *inverter)
{
    int32_t mv = inverter->in.pv_mv;
    bool was = inverter->pv_ok;
    inverter->pv_ok = !inverter_stops_pv(inverter) && (was ? mv >= inverter->profile->pv_stop_mv
                                                           : mv >= inverter->profile->pv_start_mv);
}

static void qualify_battery(struct inverter *inverter)
{
    uint32_t now_ms = inverter->in.now_ms;
    int32_t mv = inverter->in.battery_mv;
    if (inverter->battery_present) {
        inverter->battery_present =
            !since_held(&inverter->battery_open, mv < BATTERY_OPEN_MV, now_ms, BATTERY_OPEN_MS);
        inverter->battery_back.on = false;
    } else {
        bool back = mv >= BATTERY_BACK_MIN_MV && mv <= BATTERY_BACK_MAX_MV;
        inverter->battery_present =
            since_held(&inverter->battery_back, back, now_ms, BATTERY_BACK_MS);
        inverter->battery_open.on = false;
    }
}

static void qualify_bms(struct inverter *inverter)
{
    const struct battery_report *bms = &inverter->in.bms;
    inverter->bms_wanted = inverter->set[SET_BMS_LINK] != BMS_NONE;
    inverter->bms_age_ms = inverter->in.now_ms - inverter->in.bms_at_ms;
    if (!inverter->in.bms_heard && inverter->bms_age_ms > BMS_LOST_MS) {
        inverter->bms_age_ms = BMS_LOST_MS;
    }
    bool complete =
        (bms->heard & HEARD_LIMITS) != 0 && (bms->heard & HEARD_SOC) != 0 && bms->charge_mv > 0;
    inverter->bms_up = inverter->bms_wanted && inverter->in.bms_heard && complete &&
                       inverter->bms_age_ms < BMS_LOST_MS;
    bool lost = inverter->bms_wanted && inverter->bms_age_ms >= BMS_LOST_MS;
    if (inverter->bms_lost && inverter->bms_wanted) {
        lost = !since_held(&inverter->bms_back, inverter->bms_age_ms < BMS_FRESH_MS,
                           inverter->in.now_ms, BMS_BACK_MS);
    }
    inverter->bms_lost = lost;
    bool enables = (bms->heard & HEARD_REQUEST) != 0;
    bool refused = enables && !bms->charge_enable && !bms->discharge_enable;
    /* a pack that boots has its switches open for a while: nothing flows, and nothing is wrong */
    bool refuses = since_held(&inverter->bms_refusing, inverter->bms_up && refused,
                              inverter->in.now_ms, BMS_REFUSES_MS);
    inverter->bms_refuses =
        refuses || (inverter->bms_up && (bms->protections & REPORT_SYSTEM) != 0);
    inverter->bms_warns =
        inverter->bms_up && !inverter->bms_refuses && (bms->protections | bms->alarms) != 0;
}

void inverter_qualify(struct inverter *inverter)
{
    /* what heats the bridge is current: apparent power counts where it is the larger */
    int64_t load = (int64_t)max_i32(inverter->in.load_w, inverter->in.load_va) * 1000;
    inverter->load_permille = (int32_t)(load / inverter->profile->rated_w);
    qualify_grid(inverter);
    qualify_generator(inverter);
    qualify_pv(inverter);
    qualify_battery(inverter);
    qualify_bms(inverter);
}
