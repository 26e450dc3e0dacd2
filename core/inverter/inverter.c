/* SPDX-License-Identifier: Apache-2.0 */
/* The step of an inverter, and its last arrow: relays and state. */
#include "core/inverter/inverter.h"

#include <string.h>

void inverter_init(struct inverter *inverter, const struct inverter_profile *profile,
                   uint32_t now_ms)
{
    memset(inverter, 0, sizeof *inverter);
    inverter->profile = profile;
    inverter_load_defaults(inverter);
    inverter->in.now_ms = inverter->in.bms_at_ms = inverter->last_ms = now_ms;
    struct inverter_inputs *in = &inverter->in;
    in->port_w = in->output_mv = in->output_ma = in->output_dc_mv = in->output_dc_ma = NOT_MEASURED;
    in->bus_mv = in->bus2_mv = in->battery_c10 = in->relays_seen = NOT_MEASURED;
    in->fan_rpm = in->peer_age_ms = NOT_MEASURED;
    in->versions[0] = in->versions[1] = in->versions[2] = NOT_MEASURED;
    inverter->battery_present = true; /* believed until 301's time says otherwise */
    inverter->frequency_hz100 = inverter->set[SET_OUTPUT_FREQUENCY] * 100;
}

static enum inverter_state state_of(const struct inverter *inverter)
{
    if (inverter->in.updating) {
        return INVERTER_UPDATE;
    }
    if (inverter_stops_output(inverter)) {
        return INVERTER_FAULT;
    }
    switch (inverter->out.feed) {
    case FEED_GRID:
    case FEED_GENERATOR: return INVERTER_BYPASS;
    case FEED_INVERTER: return inverter->out.output1 ? INVERTER_INVERTING : INVERTER_STANDBY;
    case FEED_NONE: break;
    }
    return INVERTER_STANDBY;
}

/* Two sources are never tied: a transfer opens the old one, waits the relay's time, then closes the
   new one, also when nobody fed for a moment between the two. A step longer than that has the whole
   of it inside. */
static bool break_before_make(struct inverter *inverter)
{
    uint32_t relay_ms = (uint32_t)inverter->profile->transfer_ms;
    uint32_t now_ms = inverter->in.now_ms;
    if (inverter->opened != FEED_NONE && time_reached(now_ms, inverter->opened_ms + relay_ms)) {
        inverter->opened = FEED_NONE;
    }
    if (inverter->out.feed != inverter->fed_by) {
        if (inverter->fed_by != FEED_NONE && inverter->dt_ms < relay_ms) {
            inverter->opened = inverter->fed_by;
            inverter->opened_ms = now_ms;
        }
        inverter->fed_by = inverter->out.feed;
    }
    return inverter->opened != FEED_NONE && inverter->opened != inverter->fed_by;
}

/* Faults found in this very step act in it: a slow caller would else run on for a whole step. */
static void stop_at_once(struct inverter *inverter)
{
    struct inverter_outputs *out = &inverter->out;
    if (inverter_stops_output(inverter) || inverter->in.updating ||
        (out->feed == FEED_GRID && (inverter->stops & STOPS_GRID) != 0)) {
        out->feed = FEED_NONE;
    }
    if (inverter_stops_battery(inverter) || inverter->in.updating) {
        out->battery_on = false;
        out->charge_limit_ma = out->grid_charge_ma = out->discharge_limit_ma = 0;
    }
    if (inverter_stops_pv(inverter) || inverter->in.updating) {
        out->pv_on = false;
    }
}

static uint8_t relay_bits(const struct inverter_outputs *out)
{
    return (uint8_t)((out->grid_relay ? RELAY_GRID : 0) |
                     (out->generator_relay ? RELAY_GENERATOR : 0) |
                     (out->bridge_on ? RELAY_BRIDGE : 0) | (out->output2 ? RELAY_OUTPUT2 : 0) |
                     (out->generator_start ? RELAY_DRY_CONTACT : 0));
}

static void set_relays(struct inverter *inverter)
{
    struct inverter_outputs *out = &inverter->out;
    stop_at_once(inverter);
    bool breaking = break_before_make(inverter);
    bool asleep = inverter->saving && !inverter->probing.on;
    out->grid_relay = out->feed == FEED_GRID && !breaking;
    out->generator_relay = out->feed == FEED_GENERATOR && !breaking;
    out->bridge_on = out->feed == FEED_INVERTER && !breaking && !asleep;
    out->output1 = out->feed != FEED_NONE && !(out->feed == FEED_INVERTER && asleep);
    out->output2 = out->output1 && inverter->profile->dual_output && !inverter->output2_shed;
    out->output_mv = inverter->set[SET_OUTPUT_V] * 1000;
    out->output_hz100 = inverter->frequency_hz100;
    out->generator_start = inverter->gen_called;
    out->saving = inverter->saving;
    out->relays = relay_bits(out);
    out->state = state_of(inverter);
}

void inverter_step(struct inverter *inverter)
{
    inverter->dt_ms = inverter->in.now_ms - inverter->last_ms;
    inverter->last_ms = inverter->in.now_ms;
    inverter_count_energy(inverter); /* what flowed since the last step, as it was switched then */
    inverter_qualify(inverter);
    inverter_choose(inverter);
    inverter_save_energy(inverter);
    inverter_charge(inverter);
    inverter_dispatch(inverter);
    inverter_protect(inverter);
    set_relays(inverter);
}
