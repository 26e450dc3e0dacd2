/* SPDX-License-Identifier: Apache-2.0 */
/* Energy balance of a step. The battery's own loss is counted half on the way in, half out. */
#include "sim/energy.h"

static double smaller(double a, double b) { return a < b ? a : b; }
static double larger(double a, double b) { return a > b ? a : b; }

static double bridge_loss(const struct energy_home *home, double w)
{
    return home->bridge_idle_w + w * (home->bridge_linear + w / home->bridge_square_w);
}

void energy_step(struct energy_home *home, double pv_w, double load_w, bool grid, double dt_h,
                 struct home_flow *flow)
{
    double keep = 1.0 - home->cell_loss;
    home->low =
        home->stored_wh <= home->cutoff_wh || (home->low && home->stored_wh < home->recover_wh);
    bool inverter_first = !home->grid_first && !home->low && (!home->needs_pv || pv_w > 0.0);
    double floor_wh = grid ? home->cutoff_wh : home->empty_wh;
    double room_w = larger(home->high_wh - home->stored_wh, 0.0) / (dt_h * keep);
    double there_w = larger(home->stored_wh - floor_wh, 0.0) * keep / dt_h;
    double most_in = smaller(home->charge_w, room_w);
    double most_out = smaller(home->discharge_w, there_w);
    double bus = pv_w * (1.0 - home->pv_linear);
    double need = load_w + bridge_loss(home, load_w);
    bool island = inverter_first || !grid;
    bool carried = island && bus + most_out >= need;
    double to_bus = carried ? need : 0.0; /* what the bridge takes from the bus */
    double served = carried || grid ? load_w : 0.0;
    double net = bus - to_bus;
    double in = smaller(larger(net, 0.0), most_in);
    double out = larger(-net, 0.0);
    double rest = larger(net, 0.0) - in; /* PV nobody takes */
    double fed =
        grid && !carried && home->grid_first ? smaller(rest, larger(load_w - 40.0, 0.0)) : 0.0;
    bool charges = home->grid_charges || (home->grid_charges_in_the_dark && pv_w <= 0.0);
    double grid_in = grid && !carried && charges ? most_in - in : 0.0;
    in += grid_in;
    double used = bus - (rest - fed);
    flow->pv_w = bus > 0.0 ? pv_w * used / bus : 0.0;
    flow->curtailed_w = pv_w - flow->pv_w;
    flow->load_w = served;
    flow->battery_w = out - in;
    double charge_loss = grid_in > 0.0 ? bridge_loss(home, grid_in) : 0.0;
    double standby = grid && !carried && grid_in <= 0.0 ? 0.5 * home->bridge_idle_w : 0.0;
    flow->grid_w = carried || !grid ? 0.0 : load_w + grid_in + charge_loss + standby - fed;
    flow->loss_w = flow->pv_w + flow->battery_w + flow->grid_w - served;
    home->stored_wh += (in * keep - out / keep) * dt_h;
}
