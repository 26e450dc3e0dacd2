/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/bridge.h"

#include <stdio.h>
#include <string.h>

#include "core/proto/permits.h"

enum {
    HOLD_MS = 5000,
    STOP_MS = 25000,
    BACK_MS = 3000,
    QUICK_STOP_MS = 60000,
    TEMP_UNTOLD_C10 = 250,
    CELL_NOMINAL_MV = 3300
};

struct relay_rules bridge_rules(const struct wire_protocol *from, const struct wire_protocol *to)
{
    uint32_t stop_ms = STOP_MS;
    if (to->kind == PROTOCOL_OF_CAN && can_dialects[to->index].lost_ms < stop_ms) {
        stop_ms = can_dialects[to->index].lost_ms;
    }
    bool mute = from->kind == PROTOCOL_OF_RS485 && !rs485_facts[from->index].tells_limits;
    bool by_voltage = to->kind == PROTOCOL_OF_CAN &&
                      (can_dialects[to->index].flags & DIALECT_STOPS_BY_VOLTAGE) != 0;
    return (struct relay_rules){.own_limits = mute,
                                .stops_by_voltage = by_voltage,
                                .hold_ms = stop_ms / 3 < HOLD_MS ? stop_ms / 3 : HOLD_MS,
                                .stop_ms = stop_ms,
                                .back_ms = BACK_MS};
}

void bridge_begin(struct bridge *bridge, const struct relay_rules *rules)
{
    relay_init(&bridge->relay, rules);
    bridge->stage = RELAY_NEVER;
}

void bridge_one_pack(const struct battery_report *whole, struct pack_view *pack)
{
    int cells = whole->n_cells > 0 ? whole->n_cells
                                   : (whole->voltage_mv + CELL_NOMINAL_MV / 2) / CELL_NOMINAL_MV;
    cells = cells < 1 ? 1 : cells > 16 ? 16 : cells;
    memset(pack, 0, sizeof *pack);
    pack->address = 1;
    pack->heard = VIEW_ANALOG | VIEW_FLAGS | VIEW_LIMITS | VIEW_SOC | VIEW_SOH | VIEW_CELLS |
                  VIEW_TEMPS | VIEW_MOS | VIEW_ENABLE;
    pack->n_cells = (uint8_t)cells;
    for (int i = 0; i < cells; i++) {
        pack->cell_mv[i] = (uint16_t)(whole->voltage_mv / cells);
    }
    pack->n_temps = 1;
    pack->temp_c10[0] = whole->temp_c10;
    pack->mos_c10 = pack->env_c10 = TEMP_ABSENT;
    pack->current_ma = whole->current_ma;
    pack->voltage_mv = whole->voltage_mv;
    pack->soc_pct = whole->soc_pct;
    pack->soh_pct = whole->soh_pct;
    if ((whole->heard & HEARD_CAPACITY) != 0) {
        pack->remaining_mah = whole->remaining_mah;
        pack->full_mah = pack->design_mah = whole->full_mah;
        pack->heard |= VIEW_CAPACITY | VIEW_DESIGN;
    } else { /* protocols that send charges and no SOC: a hundred ampere hours, of them the SOC */
        pack->full_mah = pack->design_mah = 100000;
        pack->remaining_mah = 1000U * whole->soc_pct;
        pack->heard |= VIEW_CAPACITY | VIEW_DESIGN;
    }
    pack->cycles = whole->cycles;
    pack->charge_mos = pack->charge_enable = whole->charge_enable;
    pack->discharge_mos = pack->discharge_enable = whole->discharge_enable;
    snprintf(pack->model, sizeof pack->model, "%s", whole->name);
}

/* Its part of what is told, never more than it said itself. */
static int32_t share(int32_t of_pack, int32_t heard, int32_t told)
{
    int32_t of = heard > told ? heard : told;
    return of > 0 ? (int32_t)((int64_t)of_pack * told / of) : 0;
}

/* What some packs offer together. */
struct offer {
    int n;
    int32_t charge_ma, discharge_ma;
};

static void add_offer(struct offer *offer, const struct pack_view *pack)
{
    bool told = (pack->heard & VIEW_ENABLE) != 0;
    offer->n++;
    offer->charge_ma += told && !pack->charge_enable ? 0 : pack->charge_limit_ma;
    offer->discharge_ma += told && !pack->discharge_enable ? 0 : pack->discharge_limit_ma;
}

/* Limits and enables both: a protocol that carries one alone says the same with it. */
static void permit_pack(struct pack_view *pack, const struct battery_report *told)
{
    pack->charge_enable = pack->charge_enable && told->charge_enable;
    pack->discharge_enable = pack->discharge_enable && told->discharge_enable;
    pack_permits(pack);
    bool charges = told->charge_enable && pack->charge_limit_ma > 0;
    bool discharges = told->discharge_enable && pack->discharge_limit_ma > 0;
    pack->charge_mos = pack->charge_mos && charges;
    pack->discharge_mos = pack->discharge_mos && discharges;
    pack->charge_limit_ma = charges ? pack->charge_limit_ma : 0;
    pack->discharge_limit_ma = discharges ? pack->discharge_limit_ma : 0;
    pack->protections |= told->protections & (REPORT_SYSTEM | REPORT_COMMUNICATION);
    pack->alarms |= told->alarms & (REPORT_SYSTEM | REPORT_COMMUNICATION);
}

/* A pack says what is left of its limits, so that the sum is what the whole is told; one of several
   that told none says its part of the whole's. */
static void limit_pack(struct pack_view *pack, const struct offer *heard,
                       const struct battery_report *told)
{
    if ((pack->heard & VIEW_LIMITS) != 0) {
        bool usable = pack->charge_mv > 0;
        pack->charge_limit_ma =
            usable ? share(pack->charge_limit_ma, heard->charge_ma, told->charge_limit_ma) : 0;
        pack->discharge_limit_ma =
            share(pack->discharge_limit_ma, heard->discharge_ma, told->discharge_limit_ma);
        pack->charge_mv =
            usable && pack->charge_mv < told->charge_mv ? pack->charge_mv : told->charge_mv;
    } else {
        int n = heard->n > 0 ? heard->n : 1;
        pack->charge_limit_ma = told->charge_limit_ma / n;
        pack->discharge_limit_ma = told->discharge_limit_ma / n;
        pack->charge_mv = told->charge_mv;
        pack->charge_enable = pack->charge_mos;
        pack->discharge_enable = pack->discharge_mos;
        pack->heard |= VIEW_LIMITS | VIEW_ENABLE;
    }
    if ((told->heard & HEARD_DISCHARGE_VOLTAGE) != 0 && pack->discharge_mv < told->discharge_mv) {
        pack->discharge_mv = told->discharge_mv;
    }
    if ((pack->heard & VIEW_MOS) == 0) { /* readers that know no enables look at these */
        pack->charge_mos = pack->discharge_mos = true;
        pack->heard |= VIEW_MOS;
    }
    permit_pack(pack, told);
}

/* A silent pack stays as it was last told, and what it permits only falls: with the whole while all
   are silent, at once to nothing while others speak. Nobody knows then whether it permits. */
static void hold_pack(struct pack_view *pack, const struct offer *before,
                      const struct battery_report *told, bool others)
{
    int32_t charge_ma = others ? 0 : told->charge_limit_ma;
    int32_t discharge_ma = others ? 0 : told->discharge_limit_ma;
    pack->charge_limit_ma = share(pack->charge_limit_ma, before->charge_ma, charge_ma);
    pack->discharge_limit_ma = share(pack->discharge_limit_ma, before->discharge_ma, discharge_ma);
    if (others) {
        pack->heard &= (uint16_t)~VIEW_ENABLE;
        pack->current_ma = 0;
        pack->charging = pack->discharging = false;
        pack->alarms |= REPORT_COMMUNICATION;
    }
    permit_pack(pack, told);
}

static void one_for_all(struct bridge *bridge)
{
    const struct battery_report *whole = &bridge->told.whole;
    struct pack_view *pack = &bridge->told.pack[0];
    bridge_one_pack(whole, pack);
    pack->charge_mv = whole->charge_mv;
    pack->discharge_mv = whole->discharge_mv;
    pack->charge_limit_ma = whole->charge_limit_ma;
    pack->discharge_limit_ma = whole->discharge_limit_ma;
    pack->protections = whole->protections;
    pack->alarms = whole->alarms;
    pack->force_charge = whole->force_charge;
    pack->force_charge_soon = whole->force_charge_soon;
    pack->full_charge_request = whole->full_charge_request;
    bridge->told.n_packs = 1;
    pack_permits(pack);
}

/* A pack that was heard and is not silent. */
static bool speaks(const struct bridge *bridge, int i)
{
    bool known = (bridge->from.bank.pack[i].heard & (VIEW_ANALOG | VIEW_LIMITS)) != 0;
    return known && !bridge->from.client.pack[i].silent;
}

/* Each pack its place for good, in the order of the battery as far as that is known in time. */
static void give_places(struct bridge *bridge)
{
    if (bridge->stage == RELAY_NEVER) {
        memset(bridge->place, 0, sizeof bridge->place);
        bridge->n_places = 0;
    }
    for (int i = 0; i < bridge->from.bank.n_packs; i++) {
        if (bridge->place[i] == 0 && speaks(bridge, i)) {
            bridge->place[i] = ++bridge->n_places;
        }
    }
    bridge->told.n_packs = bridge->n_places;
}

/* The extremes of the whole are told by the places of their packs. */
static void number_places(const struct bridge *bridge, struct battery_report *told)
{
    struct report_place *places[] = {&told->cell_max_at, &told->cell_min_at, &told->temp_max_at,
                                     &told->temp_min_at};
    for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
        uint8_t was = places[k]->pack;
        for (int i = 0; i < bridge->from.bank.n_packs; i++) {
            if (bridge->place[i] > 0 && bridge->from.bank.pack[i].address == was) {
                places[k]->pack = bridge->place[i];
            }
        }
    }
}

static void copy_packs(struct bridge *bridge)
{
    const struct battery_bank *heard = &bridge->from.bank;
    const struct battery_report *told = &bridge->told.whole;
    struct offer now = {0};
    struct offer before = {0};
    give_places(bridge);
    for (int i = 0; i < heard->n_packs; i++) {
        if (speaks(bridge, i)) {
            add_offer(&now, &heard->pack[i]);
        }
    }
    for (int i = 0; i < bridge->told.n_packs; i++) {
        add_offer(&before, &bridge->told.pack[i]);
    }
    for (int i = 0; i < heard->n_packs; i++) {
        struct pack_view *pack = &bridge->told.pack[bridge->place[i] - (bridge->place[i] > 0)];
        if (speaks(bridge, i)) {
            *pack = heard->pack[i];
            pack->address = bridge->place[i];
            limit_pack(pack, &now, told);
        } else if (bridge->place[i] > 0) {
            hold_pack(pack, &before, told, now.n > 0);
        }
    }
    number_places(bridge, &bridge->told.whole);
}

void bridge_step(struct bridge *bridge, int64_t now_ms)
{
    uint32_t parts = reader_end_step(&bridge->from, now_ms);
    if (parts != 0) {
        relay_hear(&bridge->relay, &bridge->from.bank.whole, parts, (uint32_t)now_ms);
    }
    if (bridge->from.listener.stop_asked) { /* as long as it is not taken back: a minute */
        bridge->from.listener.stop_asked = false;
        bridge->stopped_until_ms = now_ms + QUICK_STOP_MS;
    }
    bridge->stage = relay_tell(&bridge->relay, (uint32_t)now_ms, &bridge->told.whole);
    if (now_ms < bridge->stopped_until_ms) {
        struct battery_report *told = &bridge->told.whole;
        told->charge_limit_ma = told->discharge_limit_ma = 0;
        told->charge_enable = told->discharge_enable = false;
        report_permits(told);
    }
    if ((bridge->told.whole.heard & HEARD_TEMPERATURE) == 0) {
        bridge->told.whole.temp_c10 = TEMP_UNTOLD_C10;
    }
    if (bridge->from.protocol->kind == PROTOCOL_OF_RS485) {
        copy_packs(bridge);
    }
    if (bridge->n_places == 0) {
        one_for_all(bridge);
    }
    bool known = bridge->stage != RELAY_NEVER;
    battery_end_step(&bridge->to, now_ms, known ? &bridge->told : NULL, NULL);
}

const char *bridge_stage_text(enum relay_stage stage)
{
    switch (stage) {
    case RELAY_NEVER: return "waiting for the battery";
    case RELAY_FRESH: return "running";
    case RELAY_TAPER: return "the battery is silent: limits fall";
    case RELAY_STOPPED: return "the battery is lost: the inverter is told to stop";
    }
    return "";
}
