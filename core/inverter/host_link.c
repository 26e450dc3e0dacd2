/* SPDX-License-Identifier: Apache-2.0 */
#include "core/inverter/host_link.h"

#include <string.h>

#include "core/inverter/readings.h"

enum { VERSION = 100 /* of a board that does not say */ };

_Static_assert((int)INVERTER_UPDATE == (int)VIEW_STATE_UPDATE, "the states are told as they are");
_Static_assert((int)STAGE_EQUALIZE == (int)VIEW_STAGE_EQUALIZE, "and so are the stages");

static enum view_stage stage_of(const struct inverter *inverter)
{
    if (inverter->out.battery_pulse) {
        return VIEW_STAGE_WAKE;
    }
    return inverter->charge_full ? VIEW_STAGE_FULL : (enum view_stage)inverter->out.stage;
}

static void put_measured(struct inverter_view *view, enum view_live live, int32_t value)
{
    if (value != NOT_MEASURED) {
        view_put(view, live, value);
    }
}

static void put_battery(const struct inverter *inverter, struct inverter_view *view)
{
    const struct inverter_inputs *in = &inverter->in;
    int32_t charge_ma = max_i32(-in->battery_ma, 0);
    view_put(view, LIVE_BATTERY_V, in->battery_mv);
    view_put(view, LIVE_BATTERY_A, in->battery_ma);
    view_put(view, LIVE_BATTERY_SOC, inverter_soc_pct(inverter));
    put_measured(view, LIVE_BATTERY_C, inverter->bms_up ? in->bms.temp_c10 : in->battery_c10);
    view_put(view, LIVE_PV_CHARGE_A, in->pv_charge_ma);
    view_put(view, LIVE_GRID_CHARGE_A, max_i32(charge_ma - in->pv_charge_ma, 0));
    view_put(view, LIVE_CHARGE_W, power_w(in->battery_mv, charge_ma));
    view_put(view, LIVE_STAGE, stage_of(inverter));
}

static void put_ac(const struct inverter *inverter, struct inverter_view *view)
{
    const struct inverter_inputs *in = &inverter->in;
    bool bridge = inverter->out.feed == FEED_INVERTER;
    view_put(view, LIVE_GRID_V, in->grid_mv);
    view_put(view, LIVE_GRID_HZ, in->grid_hz100);
    if (in->port_w != NOT_MEASURED) {
        view_put(view, LIVE_GRID_W, in->port_w);
        view_put(view, LIVE_GRID_A, current_ma(abs_i32(in->port_w), in->grid_mv));
    }
    view_put(view, LIVE_OUTPUT_V, inverter_output_mv(inverter));
    view_put(view, LIVE_OUTPUT_HZ, inverter_output_hz100(inverter));
    view_put(view, LIVE_OUTPUT_A, inverter_output_ma(inverter));
    view_put(view, LIVE_BRIDGE_A, bridge ? inverter_output_ma(inverter) : 0);
    view_put(view, LIVE_LOAD_W, in->load_w);
    view_put(view, LIVE_OUTPUT_VA, in->load_va);
    view_put(view, LIVE_LOAD_PCT, scaled_i64(inverter->load_permille, 1, 10));
    put_measured(view, LIVE_BUS_V, in->bus_mv);
}

static void put_ratings(const struct inverter *inverter, struct inverter_view *view)
{
    const struct inverter_profile *profile = inverter->profile;
    int32_t version = inverter->in.versions[2];
    view_put(view, LIVE_RATED_W, profile->rated_w);
    view_put(view, LIVE_BATTERY_CLASS_V, profile->battery_v);
    view_put(view, LIVE_CHARGE_MAX_A, profile->charge_max_ma);
    view_put(view, LIVE_PV_CHARGE_MAX_A, profile->pv_charge_max_ma);
    view_put(view, LIVE_GRID_CHARGE_MAX_A, profile->grid_charge_max_ma);
    view_put(view, LIVE_VERSION, version != NOT_MEASURED ? version : VERSION);
}

void host_link_view(const struct inverter *inverter, struct inverter_view *view)
{
    const struct inverter_inputs *in = &inverter->in;
    memset(view, 0, sizeof *view);
    view_put(view, LIVE_STATE, (int64_t)inverter->out.state);
    view_put(view, LIVE_OUTPUT_ON, inverter->out.output1);
    view_put(view, LIVE_SAVING, inverter->out.saving);
    view_put(view, LIVE_HEATSINK_C, in->heatsink_c10);
    view_put(view, LIVE_PV_V, max_i32(in->pv_mv, 0));
    view_put(view, LIVE_PV_A, in->pv_ma);
    view_put(view, LIVE_PV_W, inverter_pv_w(inverter));
    put_battery(inverter, view);
    put_ac(inverter, view);
    put_ratings(inverter, view);
    for (int i = 0; i < inverter->profile->n_settings; i++) {
        enum setting_id id = inverter->profile->settings[i].id;
        view_put_setting(view, id, inverter->set[id]);
    }
    view->faults = inverter->active;
    view->faults_heard = true;
}

/* Goes over the values once; how many were taken now. */
static size_t store_some(struct inverter *inverter, const struct hostlink_value *values, size_t n,
                         uint32_t *done)
{
    size_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        if ((*done >> i & 1) == 0 &&
            inverter_set(inverter, values[i].id, values[i].value) == VERDICT_OK) {
            *done |= 1U << i;
            taken++;
        }
    }
    return taken;
}

enum setting_verdict host_link_set(struct inverter *inverter, const struct hostlink_value *values,
                                   size_t n)
{
    int32_t before[SET_COUNT];
    bool ended = inverter->equalize_ended;
    uint32_t done = 0;
    if (n > HOSTLINK_BATCH) {
        return VERDICT_NOT_NOW;
    }
    memcpy(before, inverter->set, sizeof before);
    for (size_t i = 0; i < n; i++) {
        bool type = values[i].id == SET_BATTERY_TYPE;
        done |= type && inverter_set(inverter, values[i].id, values[i].value) == VERDICT_OK
                    ? 1U << i
                    : 0;
    }
    while (store_some(inverter, values, n, &done) > 0) {
        continue; /* one may have made room for another */
    }
    for (size_t i = 0; i < n; i++) {
        if ((done >> i & 1) == 0) {
            enum setting_verdict why = inverter_check(inverter, values[i].id, values[i].value);
            memcpy(inverter->set, before, sizeof before);
            inverter->equalize_ended = ended;
            return why;
        }
    }
    return VERDICT_OK;
}

void host_link_defaults(struct inverter *inverter) { inverter_load_defaults(inverter); }
