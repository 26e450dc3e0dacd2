/* SPDX-License-Identifier: Apache-2.0 */
/* The hybrid's plan: PV first, then battery and grid as set. */
#include "core/hybrid/energy.h"

#include "core/units.h"

bool gate_falls(struct level_gate *gate, int32_t level, int32_t floor, int32_t back)
{
    gate->open = level > floor && (gate->open || level >= max_i32(back, floor + 1));
    return gate->open;
}

bool gate_rises(struct level_gate *gate, int32_t level, int32_t top, int32_t back)
{
    gate->open = level < top && (gate->open || level <= min_i32(back, top - 1));
    return gate->open;
}

/* What of the PV goes where, before anything is sold. */
struct shares {
    int32_t to_load, to_battery, rest;
};

static struct shares share_pv(int32_t pv_w, int32_t demand_w, int32_t charge_w,
                              enum energy_pattern pattern)
{
    struct shares s;
    if (pattern == PATTERN_BATTERY_FIRST) {
        s.to_battery = min_i32(pv_w, charge_w);
        s.to_load = min_i32(pv_w - s.to_battery, demand_w);
    } else {
        s.to_load = min_i32(pv_w, demand_w);
        s.to_battery = min_i32(pv_w - s.to_load, charge_w);
    }
    s.rest = pv_w - s.to_load - s.to_battery;
    return s;
}

/* What the inverter is to carry: to the point where the export rule is held. */
static int32_t demand_of(const struct energy_in *in, const struct energy_rules *rules)
{
    switch (rules->mode) {
    case WORK_SELL_FIRST: return in->load_w;
    case WORK_ZERO_EXPORT_LOAD: return in->load_w - rules->zero_export_w;
    case WORK_ZERO_EXPORT_CT:
        if (in->home_known) {
            return in->load_w + in->home_w - rules->zero_export_w;
        }
        return in->load_w - rules->zero_export_w; /* no CT: the back-up load alone */
    }
    return in->load_w;
}

/* The most that may leave by the port, as PV surplus beyond the demand. */
static int32_t may_sell(const struct energy_in *in, const struct energy_rules *rules)
{
    bool by_mode = rules->mode == WORK_SELL_FIRST || rules->solar_sell;
    bool blind = rules->mode == WORK_ZERO_EXPORT_CT && !in->home_known;
    return by_mode && !blind ? rules->max_sell_w : 0;
}

static int32_t wanted_discharge(const struct energy_in *in, const struct energy_rules *rules,
                                int32_t deficit_w)
{
    if (!in->may_discharge) {
        return 0;
    }
    if (rules->mode == WORK_SELL_FIRST) { /* without time of use it keeps still beside the grid */
        return rules->slot ? rules->slot_w : 0;
    }
    return rules->slot ? min_i32(deficit_w, rules->slot_w) : deficit_w;
}

/* Peak shaving: what is bought over the limit is first not charged, then given by the battery. */
static void shave(const struct energy_in *in, const struct energy_rules *rules,
                  struct energy_out *out)
{
    bool at_ct = rules->mode == WORK_ZERO_EXPORT_CT && in->home_known;
    bool held = rules->mode != WORK_SELL_FIRST; /* bought on purpose: not shaved away */
    int32_t limit_w = max_i32(rules->shave_w, held ? rules->zero_export_w : 0);
    int32_t over = out->port_w + (at_ct ? in->home_w : 0) - limit_w;
    if (!rules->shave || over <= 0) {
        return;
    }
    int32_t pv_charge = min_i32(out->pv_w, max_i32(-out->battery_w, 0));
    int32_t by_grid = max_i32(-out->battery_w - pv_charge, 0);
    int32_t cut = min_i32(over, by_grid);
    out->battery_w += cut;
    over -= cut;
    if (in->may_shave) {
        int32_t room = in->discharge_max_w - out->battery_w;
        int32_t more = clamp_i32(over, 0, max_i32(room, 0));
        out->battery_w += more;
        cut += more;
    }
    out->port_w -= cut;
}

/* The bridge carries so much: PV and battery towards AC, the grid's charge the other way. */
static void within_bridge(const struct energy_rules *rules, struct energy_out *out)
{
    int32_t ac = out->pv_w + out->battery_w;
    if (ac > rules->ac_max_w) {
        int32_t over = ac - rules->ac_max_w;
        int32_t less = min_i32(over, max_i32(out->battery_w, 0));
        out->battery_w -= less;
        out->pv_w -= over - less;
        out->port_w += over;
    } else if (ac < -rules->ac_max_w) {
        int32_t over = -rules->ac_max_w - ac;
        out->battery_w += over;
        out->port_w -= over;
    }
}

/* Off the grid: PV, then battery; what both cannot carry is short. */
static void plan_island(const struct energy_in *in, const struct energy_rules *rules,
                        struct energy_out *out)
{
    int32_t pv = min_i32(in->pv_w, rules->max_solar_w);
    int32_t most = min_i32(in->load_w, rules->ac_max_w);
    int32_t deficit = max_i32(most - pv, 0);
    int32_t given = in->may_discharge ? min_i32(deficit, in->discharge_max_w) : 0;
    int32_t taken = min_i32(max_i32(pv - most, 0), in->charge_max_w);
    out->battery_w = given - taken;
    out->pv_w = min_i32(pv, most + taken);
    out->port_w = 0;
    out->short_w = in->load_w - out->pv_w - out->battery_w;
}

void energy_plan(const struct energy_in *in, const struct energy_rules *rules,
                 struct energy_out *out)
{
    *out = (struct energy_out){0};
    if (!in->grid) {
        plan_island(in, rules, out);
        return;
    }
    int32_t pv = min_i32(in->pv_w, rules->max_solar_w);
    int32_t demand = max_i32(demand_of(in, rules), 0);
    int32_t sells = may_sell(in, rules);
    struct shares s = share_pv(pv, demand, in->charge_max_w, rules->pattern);
    int32_t deficit = demand - s.to_load;
    int32_t by_grid = clamp_i32(in->charge_max_w - s.to_battery, 0, in->grid_charge_w);
    int32_t sold = min_i32(s.rest, sells);
    int32_t given = 0;
    if (by_grid == 0 && s.to_battery == 0) {
        given = min_i32(wanted_discharge(in, rules, deficit), in->discharge_max_w);
        given = min_i32(given, deficit + sells - sold); /* PV is sold before the battery is */
    }
    out->pv_w = s.to_load + s.to_battery + sold;
    out->battery_w = given - s.to_battery - by_grid;
    out->port_w = in->load_w - out->pv_w - out->battery_w;
    shave(in, rules, out);
    within_bridge(rules, out);
}
