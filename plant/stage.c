/* SPDX-License-Identifier: Apache-2.0 */
/* Power balance of the stage. Everything meets on the DC bus: PV after its converter, the battery,
   and the bridge that turns it to AC or back. */
#include "plant/stage.h"

#include <math.h>
#include <string.h>

#include "plant/num.h"

double stage_loss(const struct stage_losses *losses, double w)
{
    if (losses == NULL) {
        return 0.0;
    }
    double x = fabs(w) / losses->rated_w;
    return losses->rated_w * (losses->idle + x * (losses->linear + x * losses->square));
}

/* What the PV input may draw. */
static double offered_w(const struct stage_in *in) { return lesser(in->pv_w, in->pv_limit_w); }

/* Bus power a PV input of `w` leaves behind its converter. */
static double behind_converter(const struct stage_in *in, double w)
{
    return w > 0.0 ? greater(w - stage_loss(in->pv, w), 0.0) : 0.0;
}

/* The PV input that leaves `bus_w` on the bus (the inverse, by two secant steps from outside). */
static double before_converter(const struct stage_in *in, double bus_w, double most_w)
{
    double w = bus_w;
    for (int i = 0; i < 4; i++) {
        w = bus_w + stage_loss(in->pv, w);
    }
    return lesser(w, most_w);
}

/* Charge current the battery takes at most: limit of the core, constant voltage of the charger. */
static double charge_cap_a(const struct stage_in *in, const struct bank *bank)
{
    if (!in->battery_on || !bank->can_charge || bank->source_v <= 0.0) {
        return 0.0;
    }
    double head_v = in->charge_v - bank->source_v;
    double by_voltage = bank->resistance_ohm > 0.0 ? head_v / bank->resistance_ohm
                                                   : (head_v > 0.0 ? HUGE_VAL : 0.0);
    return greater(lesser(in->charge_limit_a, by_voltage), 0.0);
}

static double charge_power(const struct bank *bank, double amps)
{
    return bank_voltage(bank, -amps) * amps;
}

static void settle_battery(const struct bank *bank, struct stage_out *out, double current_a)
{
    out->battery_a = current_a;
    out->battery_v = bank_voltage(bank, current_a);
    out->battery_w = out->battery_v * current_a;
}

/* Draws from PV what leaves `bus_w` on the bus, or all there is. */
static double draw_pv(const struct stage_in *in, struct stage_out *out, double bus_w)
{
    double offered = offered_w(in);
    double full = behind_converter(in, offered);
    if (full <= bus_w) {
        out->pv_w = offered;
        return full;
    }
    out->pv_w = before_converter(in, bus_w, offered);
    out->pv_held_back = true;
    return bus_w;
}

/* Island (or output off, with no load): the battery takes up or fills what PV leaves. */
static void solve_island(const struct stage_in *in, const struct bank *bank, struct stage_out *out)
{
    double load = in->bridge_on && in->output_on ? in->load_w : 0.0;
    double bridge_loss = in->bridge_on ? stage_loss(in->bridge, load) : 0.0;
    double need = load + bridge_loss;
    double cap = charge_power(bank, charge_cap_a(in, bank));
    double bus = in->pv_on ? draw_pv(in, out, need + cap) : 0.0;
    bool short_fall = false;
    double current = bank_current(bank, need - bus, &short_fall);
    bool no_source = need - bus > 1e-6 && (!bank->can_discharge || !in->battery_on);
    if (short_fall || no_source) { /* the bus sags: the output is gone, PV alone may charge */
        out->collapsed = in->bridge_on;
        load = bridge_loss = 0.0;
        out->pv_held_back = false;
        bus = in->pv_on ? draw_pv(in, out, cap) : 0.0;
        current = bank_current(bank, -bus, &short_fall);
    }
    settle_battery(bank, out, in->battery_on || bus > 0.0 ? current : 0.0);
    out->pv_charge_a = greater(-out->battery_a, 0.0);
    out->load_w = load;
    out->loss_w = out->pv_w - bus + bridge_loss;
    out->output_v = in->bridge_on && !out->collapsed && in->output_on ? in->output_v : 0.0;
}

/* Load on the grid: PV into the battery first, what is left beside the grid into the load. */
static void solve_bypass(const struct stage_in *in, const struct bank *bank, struct stage_out *out)
{
    double cap_a = charge_cap_a(in, bank);
    double cap = charge_power(bank, cap_a);
    double feed_loss = in->feed_limit_w > 0.0 ? stage_loss(in->bridge, in->feed_limit_w) : 0.0;
    double bus = in->pv_on ? draw_pv(in, out, cap + in->feed_limit_w + feed_loss) : 0.0;
    bool short_fall = false;
    double to_battery = lesser(bus, cap);
    double pv_a = -bank_current(bank, -to_battery, &short_fall);
    double surplus = bus - to_battery;
    double fed = 0.0;
    if (surplus > 0.0) {
        fed = surplus;
        for (int i = 0; i < 4; i++) {
            fed = greater(surplus - stage_loss(in->bridge, fed), 0.0);
        }
        fed = lesser(fed, in->feed_limit_w);
    }
    double grid_a = surplus > 0.0 ? 0.0 : lesser(in->ac_charge_a, greater(cap_a - pv_a, 0.0));
    settle_battery(bank, out, -(pv_a + grid_a));
    double rectified = -out->battery_w - to_battery;
    double charge_loss = grid_a > 0.0 ? stage_loss(in->bridge, rectified) : 0.0;
    double standby = in->bridge != NULL && grid_a <= 0.0 && fed <= 0.0
                         ? 0.5 * in->bridge->idle * in->bridge->rated_w
                         : 0.0; /* control alone: half the idle loss of a running bridge */
    out->pv_charge_a = pv_a;
    out->ac_charge_a = grid_a;
    out->load_w = in->output_on ? in->load_w : 0.0;
    double to_grid_charge = grid_a > 0.0 ? rectified + charge_loss : 0.0;
    out->ac_w = out->load_w + to_grid_charge + standby - fed;
    out->loss_w = out->pv_w - bus + (surplus - fed) + charge_loss + standby +
                  (grid_a > 0.0 ? 0.0 : rectified);
    out->output_v = in->output_on ? in->ac_v : 0.0;
}

void stage_solve(const struct stage_in *in, const struct bank *bank, struct stage_out *out)
{
    memset(out, 0, sizeof *out);
    bool limited = in->pv_w > in->pv_limit_w;
    if (in->ac_relay) {
        solve_bypass(in, bank, out);
    } else {
        solve_island(in, bank, out);
    }
    out->pv_held_back = out->pv_held_back || (limited && in->pv_on);
}
