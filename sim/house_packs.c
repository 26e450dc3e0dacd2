/* SPDX-License-Identifier: Apache-2.0 */
/* Around the packs: what hangs on their output, who talks to them, their own link, their keys and
   what they tell. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plant/num.h"
#include "sim/house.h"

enum { TALK_MS = 10000, INVERTER_ALIVE_MS = 10000, LIVE_BUS_MV = 5000 };

static const double FILL_S = 0.2;  /* the output through the pre-charge resistor (our choice) */
static const double DRAIN_S = 3.0; /* what the inverter's own supply takes out of it */
static const double PV_ALIVE_V = 100.0;

static const char *const pack_names[STACK_PACKS] = {
    "pack1", "pack2",  "pack3",  "pack4",  "pack5",  "pack6",  "pack7", "pack8",
    "pack9", "pack10", "pack11", "pack12", "pack13", "pack14", "pack15"};

static bool conducts(const struct bms *bms)
{
    return bms->out.charge_mos || bms->out.discharge_mos;
}

/* Voltage an inverter with a source of its own puts on the battery lines to wake or charge it. */
static double offered_v(const struct house *house)
{
    const struct inverter_outputs *out = &house->inverter.out;
    bool source = house->grid_v > 0.0 || (out->pv_on && house->pv_v > PV_ALIVE_V);
    bool offers = out->battery_on || out->battery_pulse;
    return house->devices_on && source && offers ? out->charge_mv * 0.001 : 0.0;
}

/* An inverter that holds its charge voltage lifts the lines above a pack that takes nothing more.
 */
static double held_v(const struct house *house)
{
    const struct inverter_outputs *out = &house->inverter.out;
    bool holds = out->battery_on && out->stage != STAGE_OFF && house->stage.battery_a <= 0.0 &&
                 (house->stage.pv_held_back || house->stage_in.ac_relay);
    return holds ? out->charge_mv * 0.001 : 0.0;
}

void house_find_bus(struct house *house, double dt_s)
{
    bool live = false;
    double filling_v = 0.0;
    for (int i = 0; i < house->spec.packs; i++) {
        const struct bms *bms = &house->bms[i];
        live |= conducts(bms);
        filling_v = bms->out.precharge ? house->plant[i].source_v : filling_v;
    }
    double offered = live ? 0.0 : offered_v(house);
    if (live) {
        house->bus_v = house->stage.battery_v;
    } else if (filling_v > 0.0) {
        house->bus_v += (filling_v - house->bus_v) * lesser(dt_s / FILL_S, 1.0);
    } else {
        house->bus_v *= 1.0 - lesser(dt_s / DRAIN_S, 1.0);
    }
    house->bus_v = greater(house->bus_v, offered);
    bool charging = live && house->stage.battery_a < 0.0;
    house->outside_v = charging ? house->stage.battery_v : offered;
    house->held_v = held_v(house);
}

void house_sense_desk(struct house *house, int i)
{
    struct bms_inputs *in = &house->sensed[i];
    const struct pack_desk *desk = &house->desk[i];
    const struct bms *bms = &house->bms[i];
    const struct forced *terminal = &house->force.pack[i].terminal_v;
    in->switch_off = desk->switch_off;
    in->dip = desk->dip;
    in->link_silent = house->stack_cut || (house->pack_cut >> i & 1) != 0;
    in->bus_silent = house->stack_cut;
    in->bus_sensed = true;
    in->wait_to_join = desk->wait_to_join;
    in->ordered = house->force.pack[i].demand_a.on && house->force.pack[i].demand_a.value < -1.0;
    if (house->spec.inverter != NULL) {
        in->bus_mv = (int32_t)(house->bus_v * 1000.0);
        double outside =
            bms->out.charge_mos ? house->outside_v : greater(house->outside_v, house->held_v);
        in->terminal_mv = (int32_t)(outside * 1000.0);
    } else {
        int32_t pack_mv = 0;
        for (int k = 0; k < house->plant[i].n; k++) {
            pack_mv += in->cell_mv[k];
        }
        in->bus_mv = conducts(bms) || bms->out.precharge ? pack_mv : 0;
        in->terminal_mv = 0;
    }
    if (terminal->on) {
        in->terminal_mv = (int32_t)lrint(terminal->value * 1000.0);
        in->bus_mv = max_i32(in->bus_mv, in->terminal_mv);
    }
}

void house_talk(struct house *house)
{
    for (int i = 0; i < house->spec.packs; i++) {
        struct pack_desk *desk = &house->desk[i];
        if (!desk->comm || house->t_ms < desk->comm_due_ms) {
            continue;
        }
        desk->comm_due_ms = house->t_ms + TALK_MS;
        if (desk->comm_port == PORT_RS232) {
            bms_wake_byte(&house->bms[i]);
        }
        bms_heard(&house->bms[i], desk->comm_port, house->now_ms);
    }
}

int house_host_pack(const struct house *house)
{
    for (int i = 0; i < house->spec.packs; i++) {
        if (house->bms[i].address == 1) {
            return i;
        }
    }
    return house->bms[0].address == 0 ? 0 : -1;
}

static bool linked(const struct house *house, int host, int i)
{
    unsigned cut = (unsigned)house->pack_cut;
    return i == host || (!house->stack_cut && (cut >> i & 1) == 0 && (cut >> host & 1) == 0);
}

/* The host passes on that the inverter talks, and takes the others to sleep and back with it: once,
   when it goes and when it comes. */
static void lead(struct house *house, int host, int i)
{
    struct bms *own = &house->bms[host];
    struct bms *bms = &house->bms[i];
    bool asleep = bms_asleep(own);
    if (i == host || bms->address == 0) {
        return;
    }
    if (asleep != house->host_slept) {
        asleep ? bms_shutdown(bms, SLEEP_HOST) : bms_wake_by_host(bms);
    }
    if (!asleep && !time_reached(house->now_ms, own->life.comm_ms + INVERTER_ALIVE_MS)) {
        bms_heard(bms, PORT_HOST, house->now_ms);
    }
}

/* A pack that wakes measures before it decides; what it knew is of before its sleep. */
static int32_t own_mv(const struct house *house, int i)
{
    const struct bms *bms = &house->bms[i];
    int32_t mv = bms->q[Q_PACK_MV];
    if (bms_asleep(bms)) {
        mv = 0;
        for (int k = 0; k < bms->profile->n_cells; k++) {
            mv += house->sensed[i].cell_mv[k];
        }
    }
    return mv;
}

/* A pack the host does not hear decides by the voltage it finds on its output. */
static bool bus_too_far(const struct house *house, int i)
{
    const struct bms *bms = &house->bms[i];
    int32_t bus_mv = house->sensed[i].bus_mv;
    return house->spec.packs > 1 && bus_mv > LIVE_BUS_MV &&
           abs_i32(bus_mv - own_mv(house, i)) > stack_join_window_mv(bms->profile);
}

/* A pack that falls asleep says so with its last report, and lends nothing from then on. */
static bool has_news(struct house *house, int i)
{
    bool asleep = bms_asleep(&house->bms[i]);
    bool news = !asleep || !house->desk[i].said_asleep;
    house->desk[i].said_asleep = asleep;
    return news;
}

bool house_hear_packs(struct house *house)
{
    struct stack *stack = &house->stack;
    int host = house_host_pack(house);
    bool speaks = host >= 0 && !bms_asleep(&house->bms[host]);
    if (!speaks) { /* nobody speaks for the stack: what was said is not said again */
        stack_retell(stack);
        stack->online = 0;
        stack->report.charge_limit_ma = stack->report.discharge_limit_ma = 0;
    }
    struct pack_report report;
    stack->host = host >= 0 ? house->bms[host].address : 1;
    for (int i = 0; i < house->spec.packs && host >= 0; i++) {
        bool there = linked(house, host, i) && (stack->host != 0 || i == host);
        if (there) {
            lead(house, host, i);
        }
        if (there && speaks && house->bms[i].address >= stack->host && has_news(house, i)) {
            pack_report_of(&house->bms[i], (uint16_t)(i + 1), &report);
            stack_hear(stack, &report, house->now_ms);
        }
    }
    house->host_slept = host >= 0 && bms_asleep(&house->bms[host]);
    bool anew = false;
    if (speaks) {
        house->desk[host].can_ms = house->t_ms;
        anew = stack_step(stack, &house->bms[host], house->now_ms);
    }
    for (int i = 0; i < house->spec.packs && house->spec.packs > 1; i++) {
        pack_report_of(&house->bms[i], (uint16_t)(i + 1), &report);
        report.voltage_mv = own_mv(house, i);
        bool told = speaks && linked(house, host, i);
        bool far = told ? stack_holds_out(stack, &report) : bus_too_far(house, i);
        /* who sleeps or has no supply waits for the first word after it */
        house->desk[i].wait_to_join = far || bms_asleep(&house->bms[i]);
    }
    return anew;
}

void house_pack_key(struct house *house, int i, enum bms_key key, bool down)
{
    bms_key(&house->bms[i], key, down, house->now_ms);
    panel_stir(&house->panel[i], house->now_ms);
}

static void note(struct house *house, int i, const struct bms_event *event)
{
    struct pack_told *told = &house->told[i];
    told->n++;
    if (event->kind < EVENT_KIND_COUNT) {
        told->seen[event->kind][event->what / 8] |= (uint8_t)(1U << event->what % 8);
    }
}

static struct house_event *new_event(struct house *house)
{
    if (house->n_queue == HOUSE_EVENTS) { /* nobody listens, or not fast enough: the newest stay */
        memmove(house->queue, house->queue + 1, sizeof house->queue - sizeof house->queue[0]);
        house->n_queue--;
    }
    return &house->queue[house->n_queue++];
}

static const char *kind_of(const struct protection *rows, const struct bms_event *event)
{
    static const char *const of_rows[] = {
        [KIND_PROTECTION] = "protection", [KIND_FAULT] = "fault", [KIND_ALARM] = "alarm"};
    switch (event->kind) {
    case EVENT_ROW_SET:
    case EVENT_ROW_CLEAR: /* the end of a charge troubles nobody */
        return event->what == ROW_FULLY ? "info" : of_rows[rows[event->what].kind];
    case EVENT_PARAMETER:
    case EVENT_DEFAULTS:
    case EVENT_CLOCK: return "setting";
    case EVENT_PASSWORD:
    case EVENT_PASSWORD_WRONG: return "access";
    case EVENT_PACK_LOST:
    case EVENT_PACK_BACK:
    case EVENT_ADDRESS_CONFLICT:
    case EVENT_MIXED_PACKS:
    case EVENT_PRECHARGE_FAILED:
    case EVENT_WARNING_SET:
    case EVENT_WARNING_CLEAR:
    case EVENT_MEMORY_DAMAGED: return "alarm";
    default: return "info";
    }
}

static void tell_pack_event(struct house *house, int i, const struct bms_event *event)
{
    const struct protection *rows = house->bms[i].profile->rows;
    struct house_event *out = new_event(house);
    bool row = event->kind == EVENT_ROW_SET || event->kind == EVENT_ROW_CLEAR;
    *out = (struct house_event){
        .at_ms = event->at_ms, .device = pack_names[i], .of_pack = true, .told = *event};
    out->kind = kind_of(rows, event);
    if (row) {
        snprintf(out->code, sizeof out->code, "%s", rows[event->what].code);
        snprintf(out->name, sizeof out->name, "%s", rows[event->what].name);
        out->set = event->kind == EVENT_ROW_SET;
        return;
    }
    bool ends = event->kind == EVENT_WAKE || event->kind == EVENT_PACK_BACK ||
                event->kind == EVENT_JOINED || event->kind == EVENT_WARNING_CLEAR;
    event_text(rows, event, out->name, sizeof out->name);
    snprintf(out->code, sizeof out->code, "%s", event_word((enum bms_event_kind)event->kind));
    out->set = !ends;
}

void house_collect_events(struct house *house)
{
    struct bms_event event;
    for (int i = 0; i < house->spec.packs; i++) {
        if (house->bms[i].n_events > 0 && house->spec.boards != NULL) { /* recorded before told */
            memory_step(&house->spec.boards[i].memory, &house->bms[i], &house->sensed[i]);
        }
        while (house->bms[i].n_events > 0 && bms_next_event(&house->bms[i], &event)) {
            note(house, i, &event);
            tell_pack_event(house, i, &event);
        }
    }
    struct inverter_event own;
    while (house->spec.inverter != NULL && inverter_next_event(&house->inverter, &own)) {
        const struct fault_row *row = &house->inverter.profile->faults[own.fault];
        struct house_event *out = new_event(house);
        *out = (struct house_event){.at_ms = own.at_ms,
                                    .device = "inverter",
                                    .set = own.set,
                                    .kind = row->class == CLASS_FAULT ? "fault" : "alarm"};
        snprintf(out->code, sizeof out->code, "%s", row->code);
        snprintf(out->name, sizeof out->name, "%s", row->name);
    }
}

bool house_next_event(struct house *house, struct house_event *event)
{
    house_collect_events(house);
    if (house->n_queue == 0) {
        return false;
    }
    *event = house->queue[0];
    house->n_queue--;
    memmove(house->queue, house->queue + 1, (size_t)house->n_queue * sizeof house->queue[0]);
    return true;
}

void house_settle_settings(struct house *house)
{
    for (int i = 0; i < house->spec.packs && house->spec.boards != NULL; i++) {
        memory_settle(&house->spec.boards[i].memory, &house->bms[i]);
    }
    house_collect_events(house);
    house->n_queue = 0;
}

void house_begin_counting(struct house *house)
{
    house_collect_events(house);
    for (int i = 0; i < house->spec.packs; i++) {
        house->told[i] =
            (struct pack_told){.beeps_before = bms_beeps(&house->bms[i], house->now_ms)};
    }
}
