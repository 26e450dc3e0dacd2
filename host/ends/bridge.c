/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ends/bridge.h"

#include <stdio.h>
#include <string.h>

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
    return (struct relay_rules){.own_limits = mute,
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

static int32_t share(int32_t of_pack, int32_t heard, int32_t told)
{
    return heard > 0 ? (int32_t)((int64_t)of_pack * told / heard) : 0;
}

/* A pack says what is left of its limits, so that the sum is what the whole is told; one of `n`
   that told none says its part of the whole's. */
static void limit_pack(struct pack_view *pack, const struct battery_report *heard,
                       const struct battery_report *told, int n)
{
    if ((pack->heard & VIEW_LIMITS) != 0) {
        pack->charge_limit_ma =
            share(pack->charge_limit_ma, heard->charge_limit_ma, told->charge_limit_ma);
        pack->discharge_limit_ma =
            share(pack->discharge_limit_ma, heard->discharge_limit_ma, told->discharge_limit_ma);
        pack->charge_mv = pack->charge_mv < told->charge_mv ? pack->charge_mv : told->charge_mv;
    } else {
        pack->charge_limit_ma = told->charge_limit_ma / n;
        pack->discharge_limit_ma = told->discharge_limit_ma / n;
        pack->charge_mv = told->charge_mv;
        pack->discharge_mv = told->discharge_mv;
        pack->charge_enable = pack->charge_mos;
        pack->discharge_enable = pack->discharge_mos;
        pack->heard |= VIEW_LIMITS | VIEW_ENABLE;
    }
    if ((pack->heard & VIEW_MOS) == 0) { /* readers that know no enables look at these */
        pack->charge_mos = pack->discharge_mos = true;
        pack->heard |= VIEW_MOS;
    }
    pack->charge_enable = pack->charge_enable && told->charge_enable;
    pack->discharge_enable = pack->discharge_enable && told->discharge_enable;
    pack->charge_mos = pack->charge_mos && told->charge_enable;
    pack->discharge_mos = pack->discharge_mos && told->discharge_enable;
    pack->protections |= told->protections & (REPORT_SYSTEM | REPORT_COMMUNICATION);
    pack->alarms |= told->alarms & (REPORT_SYSTEM | REPORT_COMMUNICATION);
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
}

/* A pack that was heard and is not silent: a part is never shown as if it were there. */
static bool counts(const struct bridge *bridge, int i)
{
    bool known = (bridge->from.bank.pack[i].heard & (VIEW_ANALOG | VIEW_LIMITS)) != 0;
    return known && !bridge->from.client.pack[i].silent;
}

/* Packs are numbered anew, from 1 without a gap; so are the places of the extremes among them. */
static void number_places(const struct bridge *bridge, struct battery_report *told)
{
    struct report_place *places[] = {&told->cell_max_at, &told->cell_min_at, &told->temp_max_at,
                                     &told->temp_min_at};
    for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
        uint8_t number = 0;
        uint8_t was = places[k]->pack;
        for (int i = 0; i < bridge->from.bank.n_packs; i++) {
            number += counts(bridge, i);
            if (counts(bridge, i) && bridge->from.bank.pack[i].address == was) {
                places[k]->pack = number;
            }
        }
    }
}

static void copy_packs(struct bridge *bridge)
{
    const struct battery_bank *heard = &bridge->from.bank;
    int n = 0;
    for (int i = 0; i < heard->n_packs; i++) {
        n += counts(bridge, i);
    }
    bridge->told.n_packs = 0;
    for (int i = 0; i < heard->n_packs; i++) {
        if (counts(bridge, i)) {
            struct pack_view *pack = &bridge->told.pack[bridge->told.n_packs++];
            *pack = heard->pack[i];
            pack->address = bridge->told.n_packs;
            limit_pack(pack, &heard->whole, &bridge->told.whole, n);
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
    }
    if ((bridge->told.whole.heard & HEARD_TEMPERATURE) == 0) {
        bridge->told.whole.temp_c10 = TEMP_UNTOLD_C10;
    }
    bool by_pack = bridge->from.protocol->kind == PROTOCOL_OF_RS485;
    if (by_pack) {
        copy_packs(bridge);
    }
    if (!by_pack || bridge->told.n_packs == 0) {
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
