/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/inverter_port.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plant/series.h" /* civil_days, civil_date */

enum { DAY_S = 86400 };

static const double J_PER_WH = 3600.0;

/* --- clock --- */

static int64_t seconds_of(const struct inverter_port *port)
{
    return inverter_clock(&port->house->inverter);
}

static void clock_of(int64_t seconds, struct view_clock *clock)
{
    int year;
    int month;
    int day;
    int64_t rest = (seconds % DAY_S + DAY_S) % DAY_S;
    civil_date((seconds - rest) / DAY_S, &year, &month, &day);
    *clock = (struct view_clock){(uint16_t)year,
                                 (uint8_t)month,
                                 (uint8_t)day,
                                 (uint8_t)(rest / 3600),
                                 (uint8_t)(rest / 60 % 60),
                                 (uint8_t)(rest % 60)};
}

static bool set_clock(void *context, const struct view_clock *clock)
{
    struct inverter_port *port = context;
    int64_t seconds = civil_days(clock->year, clock->month, clock->day) * DAY_S +
                      clock->hour * 3600 + clock->minute * 60 + clock->second;
    port->house->inverter.energy.day = (int32_t)(seconds / DAY_S); /* another date is no new day */
    port->day = seconds / DAY_S;
    inverter_set_clock(&port->house->inverter, seconds);
    return true;
}

/* --- counters --- */

static void add(struct inverter_port *port, enum port_charge which, double amount)
{
    port->total[which] += amount;
    port->today[which] += amount;
}

static void count(struct inverter_port *port)
{
    const struct ledger *now = &port->house->ledger;
    const struct ledger *was = &port->counted;
    const struct stage_out *stage = &port->house->stage;
    int64_t day = seconds_of(port) / DAY_S;
    double mah_per_j = stage->battery_v > 1.0 ? 1000.0 / J_PER_WH / stage->battery_v : 0.0;
    double charge_a = stage->pv_charge_a + stage->ac_charge_a;
    double charged = (now->charged - was->charged) * mah_per_j;
    if (day != port->day) {
        port->day = day;
        memset(port->today, 0, sizeof port->today);
    }
    add(port, PORT_CHARGED, charged);
    add(port, PORT_DISCHARGED, (now->discharged - was->discharged) * mah_per_j);
    add(port, PORT_GRID_CHARGED, charge_a > 0.0 ? charged * stage->ac_charge_a / charge_a : 0.0);
    port->counted = *now;
}

/* The inverter's own counters, and those of charge that only this link tells. */
static void put_energy(struct inverter_port *port)
{
    static const struct {
        enum meter_flow flow;
        enum view_live today, total;
    } meters[] = {{METER_PV, LIVE_PV_TODAY, LIVE_PV_TOTAL},
                  {METER_LOAD, LIVE_LOAD_TODAY, LIVE_LOAD_TOTAL},
                  {METER_BOUGHT, LIVE_BOUGHT_TODAY, LIVE_BOUGHT_TOTAL},
                  {METER_SOLD, LIVE_SOLD_TODAY, LIVE_SOLD_TOTAL}};
    static const struct {
        enum port_charge which;
        enum view_live today, total;
    } rows[PORT_CHARGES] = {{PORT_CHARGED, LIVE_CHARGED_TODAY, LIVE_CHARGED_TOTAL},
                            {PORT_DISCHARGED, LIVE_DISCHARGED_TODAY, LIVE_DISCHARGED_TOTAL},
                            {PORT_GRID_CHARGED, LIVE_GRID_CHARGED_TODAY, LIVE_GRID_CHARGED_TOTAL}};
    const struct inverter *inverter = &port->house->inverter;
    for (size_t i = 0; i < sizeof meters / sizeof meters[0]; i++) {
        view_put(&port->view, meters[i].today, inverter_energy_wh(inverter, meters[i].flow, true));
        view_put(&port->view, meters[i].total, inverter_energy_wh(inverter, meters[i].flow, false));
    }
    for (size_t i = 0; i < PORT_CHARGES; i++) {
        view_put(&port->view, rows[i].today, llrint(fmax(port->today[rows[i].which], 0.0)));
        view_put(&port->view, rows[i].total, llrint(fmax(port->total[rows[i].which], 0.0)));
    }
}

/* --- faults --- */

static void keep_faults(struct inverter_port *port)
{
    uint64_t came = port->house->inverter.active & ~port->faults;
    port->faults = port->house->inverter.active;
    for (int i = 0; i < FAULT_COUNT; i++) {
        if ((came >> i & 1) == 0) {
            continue;
        }
        memmove(port->record + 1, port->record, sizeof port->record - sizeof port->record[0]);
        port->record[0].fault = (enum fault_id)i;
        clock_of(seconds_of(port), &port->record[0].at);
        port->n_records += port->n_records < PORT_RECORDS;
    }
}

static bool record(void *context, unsigned index, struct hostlink_record *out)
{
    const struct inverter_port *port = context;
    if (index >= (unsigned)port->n_records) {
        return false;
    }
    *out = port->record[index];
    return true;
}

/* --- orders --- */

static enum setting_verdict set(void *context, const struct hostlink_value *values, size_t n)
{
    struct inverter_port *port = context;
    return host_link_set(&port->house->inverter, values, n);
}

static bool order(void *context, enum hostlink_order what)
{
    struct inverter_port *port = context;
    switch (what) {
    case ORDER_RESTART: inverter_clear_faults(&port->house->inverter); break;
    case ORDER_DEFAULTS: host_link_defaults(&port->house->inverter); break;
    case ORDER_CLEAR_ENERGY:
        inverter_clear_energy(&port->house->inverter);
        memset(port->total, 0, sizeof port->total);
        memset(port->today, 0, sizeof port->today);
        break;
    case ORDER_CLEAR_FAULTS: port->n_records = 0; break;
    }
    return true;
}

static void refresh(void *context) { inverter_port_fill(context); }

void inverter_port_init(struct inverter_port *port, struct house *house)
{
    memset(port, 0, sizeof *port);
    port->house = house;
    port->desk = (struct hostlink_desk){port, set, order, set_clock, record, refresh};
    port->counted = house->ledger;
    port->day = seconds_of(port) / DAY_S;
    snprintf(port->serial, sizeof port->serial, "96%02d%02d%08u",
             house->inverter.profile->rated_w / 1000, house->inverter.profile->battery_v,
             (unsigned)(house->spec.seed % 100000000U));
    inverter_port_fill(port);
}

void inverter_port_fill(struct inverter_port *port)
{
    const struct product *product = port->house->spec.inverter;
    count(port);
    keep_faults(port);
    host_link_view(&port->house->inverter, &port->view);
    put_energy(port);
    view_text(port->view.serial, port->serial, strlen(port->serial));
    view_text(port->view.model, product->id, strlen(product->id));
    clock_of(seconds_of(port), &port->view.clock);
    port->view.clock_heard = true;
}
