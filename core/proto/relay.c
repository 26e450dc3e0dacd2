/* SPDX-License-Identifier: Apache-2.0 */
#include "core/proto/relay.h"

#include "core/proto/permits.h"

enum { LIMIT_MAX_MA = 3200000, TEMP_MIN_C10 = -600, TEMP_MAX_C10 = 1500 };

static const uint32_t parts_of[RELAY_PARTS] = {HEARD_LIMITS, HEARD_SOC, HEARD_MEASURED};
static const uint32_t essential = HEARD_LIMITS | HEARD_SOC | HEARD_MEASURED;

void relay_init(struct relay *relay, const struct relay_rules *rules)
{
    *relay = (struct relay){.rules = *rules};
}

/* A CVL of another battery, of another scale or of garbage, a limit or a temperature that is a
   "not known" of some sender: not to be handed on. */
static bool plausible(const struct battery_report *report)
{
    bool limits = (report->heard & HEARD_LIMITS) != 0;
    if (limits && (report->charge_limit_ma >= LIMIT_MAX_MA || report->charge_limit_ma < 0 ||
                   report->discharge_limit_ma >= LIMIT_MAX_MA || report->discharge_limit_ma < 0)) {
        return false;
    }
    if ((report->heard & HEARD_TEMPERATURE) != 0 &&
        (report->temp_c10 < TEMP_MIN_C10 || report->temp_c10 > TEMP_MAX_C10)) {
        return false;
    }
    bool both = (report->heard & HEARD_LIMITS) != 0 && (report->heard & HEARD_MEASURED) != 0;
    int32_t off_mv = abs_i32(report->charge_mv - report->voltage_mv);
    if (limits && report->charge_mv <= 0) {
        return false;
    }
    return !both || (report->voltage_mv > 0 && off_mv <= report->voltage_mv / 4);
}

/* A battery that says stop with zeros says an unusable voltage too: the stop is believed. */
static void heed(struct battery_report *last, const struct battery_report *refused)
{
    if ((refused->heard & HEARD_LIMITS) != 0) {
        if (refused->charge_limit_ma >= 0) {
            last->charge_limit_ma = min_i32(last->charge_limit_ma, refused->charge_limit_ma);
        }
        if (refused->discharge_limit_ma >= 0) {
            last->discharge_limit_ma =
                min_i32(last->discharge_limit_ma, refused->discharge_limit_ma);
        }
    }
    if ((refused->heard & HEARD_REQUEST) != 0) {
        last->charge_enable &= refused->charge_enable;
        last->discharge_enable &= refused->discharge_enable;
        last->charge_limit_ma = refused->charge_enable ? last->charge_limit_ma : 0;
        last->discharge_limit_ma = refused->discharge_enable ? last->discharge_limit_ma : 0;
    }
    if ((refused->heard & HEARD_FLAGS) != 0) {
        last->protections |= refused->protections;
        last->heard |= last->heard != 0 ? HEARD_FLAGS : 0;
    }
}

/* Old stamps stay just old enough: the counter must not pass them. */
static void keep_old(struct relay *relay, uint32_t now_ms)
{
    for (int i = 0; i < RELAY_PARTS; i++) {
        if (now_ms - relay->part_ms[i] > relay->rules.stop_ms) {
            relay->part_ms[i] = now_ms - relay->rules.stop_ms;
        }
    }
}

static int32_t part_of(int32_t cap_ma, int32_t permille)
{
    return (int32_t)((int64_t)cap_ma * permille / 1000);
}

/* Limits for a battery that tells none; false: what they are made of was not heard. */
static bool make_limits(const struct relay_rules *rules, struct battery_report *report)
{
    const uint32_t needed = HEARD_CELLS | HEARD_MEASURED;
    if ((report->heard & needed) != needed) {
        return false;
    }
    bool extremes = (report->heard & HEARD_TEMPERATURES) != 0;
    int32_t cold = extremes ? report->temp_min_c10 : report->temp_c10;
    int32_t hot = extremes ? report->temp_max_c10 : report->temp_c10;
    int32_t charge = line_i32(report->cell_max_mv, 3450, 1000, 3550, 0);
    charge = min_i32(charge, line_i32(cold, 0, 0, 100, 1000));
    charge = min_i32(charge, line_i32(hot, 450, 1000, 550, 0));
    int32_t discharge = line_i32(report->cell_min_mv, 2800, 0, 3000, 1000);
    discharge = min_i32(discharge, line_i32(hot, 500, 1000, 600, 0));
    bool asked = (report->heard & HEARD_REQUEST) != 0;
    if ((report->heard & HEARD_MODULES) != 0 && report->modules_online > 0) {
        int32_t online = report->modules_online; /* packs that are out lend nothing of the caps */
        int32_t n = online + report->modules_offline;
        charge = charge * (online - report->modules_no_charge) / n;
        discharge = discharge * (online - report->modules_no_discharge) / n;
    }
    report->charge_mv = rules->voltage_cap_mv;
    report->charge_limit_ma =
        asked && !report->charge_enable ? 0 : part_of(rules->charge_cap_ma, charge);
    report->discharge_limit_ma =
        asked && !report->discharge_enable ? 0 : part_of(rules->discharge_cap_ma, discharge);
    report->heard |= HEARD_LIMITS;
    return true;
}

/* What an inverter needs and is told no more stays as it was, and ages. */
static void keep_missing(struct battery_report *heard, const struct battery_report *last)
{
    uint32_t missing = last->heard & ~heard->heard & essential;
    if ((missing & HEARD_LIMITS) != 0) {
        heard->charge_mv = last->charge_mv;
        heard->charge_limit_ma = last->charge_limit_ma;
        heard->discharge_limit_ma = last->discharge_limit_ma;
    }
    if ((missing & HEARD_SOC) != 0) {
        heard->soc_pct = last->soc_pct;
        heard->soc_pct100 = last->soc_pct100;
        heard->soh_pct = last->soh_pct;
    }
    if ((missing & HEARD_MEASURED) != 0) {
        heard->voltage_mv = last->voltage_mv;
        heard->current_ma = last->current_ma;
    }
    heard->heard |= missing;
}

void relay_hear(struct relay *relay, const struct battery_report *report, uint32_t parts,
                uint32_t now_ms)
{
    struct battery_report heard = *report;
    bool made = relay->rules.own_limits && (report->heard & HEARD_LIMITS) == 0 &&
                make_limits(&relay->rules, &heard);
    if (made && (parts & HEARD_MEASURED) != 0) {
        parts |= HEARD_LIMITS;
    }
    keep_missing(&heard, &relay->last);
    if (!plausible(&heard)) {
        relay->implausible++;
        heed(&relay->last, &heard);
        return;
    }
    keep_old(relay, now_ms);
    relay->last = heard;
    for (int i = 0; i < RELAY_PARTS; i++) {
        if ((parts & parts_of[i]) != 0) {
            relay->part_ms[i] = now_ms;
        }
    }
}

/* Age of the oldest part an inverter needs. */
static uint32_t age_ms(const struct relay *relay, uint32_t now_ms)
{
    uint32_t age = 0;
    for (int i = 0; i < RELAY_PARTS; i++) {
        uint32_t part = now_ms - relay->part_ms[i];
        age = part > age ? part : age;
    }
    return age;
}

static enum relay_stage next_stage(struct relay *relay, uint32_t now_ms)
{
    if ((relay->last.heard & essential) != essential) {
        return RELAY_NEVER;
    }
    uint32_t age = age_ms(relay, now_ms);
    bool fresh = age <= relay->rules.hold_ms;
    if (fresh && !relay->was_fresh) {
        relay->fresh_since_ms = now_ms;
    }
    relay->was_fresh = fresh;
    if (age >= relay->rules.stop_ms) {
        return RELAY_STOPPED;
    }
    if (relay->stage == RELAY_STOPPED) {
        bool back = fresh && now_ms - relay->fresh_since_ms >= relay->rules.back_ms;
        return back ? RELAY_FRESH : RELAY_STOPPED;
    }
    return fresh ? RELAY_FRESH : RELAY_TAPER;
}

static int32_t capped(int32_t value, int32_t cap) { return cap > 0 && value > cap ? cap : value; }

static void taper(const struct relay *relay, uint32_t now_ms, struct battery_report *out)
{
    const struct relay_rules *rules = &relay->rules;
    int32_t left_permille = line_i32((int32_t)age_ms(relay, now_ms), (int32_t)rules->hold_ms, 1000,
                                     (int32_t)rules->stop_ms, 0);
    out->charge_limit_ma = (int32_t)((int64_t)out->charge_limit_ma * left_permille / 1000);
    out->discharge_limit_ma = (int32_t)((int64_t)out->discharge_limit_ma * left_permille / 1000);
    out->alarms |= REPORT_SYSTEM | REPORT_COMMUNICATION;
    out->heard |= HEARD_FLAGS;
}

/* Flags and limits both: some inverters look at one alone. The voltage stays: 0 would dump. */
static void stop(struct battery_report *out)
{
    out->charge_limit_ma = 0;
    out->discharge_limit_ma = 0;
    out->charge_enable = false;
    out->discharge_enable = false;
    out->force_charge = false;
    out->force_charge_soon = false;
    out->full_charge_request = false;
    out->current_ma = 0; /* what flows is not known; the last figure would pass for a new one */
    out->protections |= REPORT_SYSTEM | REPORT_COMMUNICATION;
    out->heard |= HEARD_FLAGS | HEARD_REQUEST;
}

enum relay_stage relay_tell(struct relay *relay, uint32_t now_ms, struct battery_report *out)
{
    enum relay_stage before = relay->stage;
    keep_old(relay, now_ms);
    relay->stage = next_stage(relay, now_ms);
    relay->stops += relay->stage == RELAY_STOPPED && before != RELAY_STOPPED;
    *out = relay->last;
    if (relay->stage == RELAY_NEVER) {
        *out = (struct battery_report){0};
        return RELAY_NEVER;
    }
    out->charge_mv = capped(out->charge_mv, relay->rules.voltage_cap_mv);
    out->charge_limit_ma = capped(out->charge_limit_ma, relay->rules.charge_cap_ma);
    out->discharge_limit_ma = capped(out->discharge_limit_ma, relay->rules.discharge_cap_ma);
    if ((out->heard & HEARD_REQUEST) == 0) { /* no such bits: it allows by limits and alarms */
        out->charge_enable =
            out->charge_limit_ma > 0 && (out->protections & REPORT_STOPS_CHARGE) == 0;
        out->discharge_enable =
            out->discharge_limit_ma > 0 && (out->protections & REPORT_STOPS_DISCHARGE) == 0;
        out->heard |= HEARD_REQUEST;
    }
    if (relay->stage == RELAY_TAPER) {
        taper(relay, now_ms, out);
    } else if (relay->stage == RELAY_STOPPED) {
        stop(out);
    }
    report_permits(out);
    if (!out->charge_enable && !relay->rules.stops_by_voltage) {
        out->charge_limit_ma = 0;
    }
    out->discharge_limit_ma = out->discharge_enable ? out->discharge_limit_ma : 0;
    return relay->stage;
}
